"""The program as the README starts it, with three paints stamped: window, filled table, drawn chart."""

from __future__ import annotations

import sys

from first_paint import stamp
from PySide6.QtCore import QEvent, QObject, QTimer

from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.program import Program


class Watch(QObject):
    """Sees every paint event; parts of the window come one after another, so it looks each time."""

    def __init__(self, program: Program, window: MainWindow) -> None:
        super().__init__()
        self._program, self._window = program, window
        self._framed = self._filled = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stamp and, after the chart, leave; nothing is held back."""
        if event.type() == QEvent.Type.Paint:
            if not self._framed and watched is self._window:
                self._framed = True
                stamp("shown")
            if not self._filled:
                self._look_for_table(watched)
            else:
                self._look_for_chart(watched)
        return False

    def _look_for_table(self, watched: QObject) -> None:
        table = getattr(self._window, "table", None)
        if table is not None and watched is table.view.viewport() and table.model.rowCount():
            self._filled = True
            stamp("filled")

    def _look_for_chart(self, watched: QObject) -> None:
        # The program imports it late, and so must what measures it.
        from gpuplanner.ui.links.plan_link import PlanLink

        link = self._window.findChild(PlanLink)
        if link is None or link.panel.results.chart is None or link.planner.outcome.answer is None:
            return
        if watched is link.panel.results.chart.plot.viewport():
            self._program.app.removeEventFilter(self)
            stamp("drawn")
            QTimer.singleShot(0, self._program.app.quit)


def main() -> int:
    """Open the first window on the profile."""
    program = Program([sys.argv[0]])
    window = program.open()
    watch = Watch(program, window)
    program.app.installEventFilter(watch)
    return program.run()


if __name__ == "__main__":
    sys.exit(main())

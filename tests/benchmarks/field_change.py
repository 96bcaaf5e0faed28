"""A changed field → new numbers and chart painted, in the real window: median and worst of 60 changes."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer

from gpuplanner.ui.links.plan_link import PlanLink
from gpuplanner.ui.program import Program

CHANGES = 60


class Timer(QObject):
    """Changes the length again as soon as the chart has been painted for the last change."""

    def __init__(self, program: Program, link: PlanLink) -> None:
        super().__init__()
        self._program, self._link = program, link
        self._times: list[float] = []
        self._start: float | None = None
        self._answered = False
        chart = link.panel.results.chart
        assert chart is not None
        chart.plot.viewport().installEventFilter(self)
        link.planner.updated.connect(self._has_answered)

    def change(self) -> None:
        """Change the sequence length as the form does."""
        self._answered = False
        self._start = time.perf_counter()
        self._link.panel.form.edited.emit("seq_len", 1024 + 128 * (len(self._times) % 40))

    def _has_answered(self, _outcome: object) -> None:
        self._answered = True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The chart's paint event ends a change."""
        if event.type() == QEvent.Type.Paint and self._start is not None and self._answered:
            self._times.append(time.perf_counter() - self._start)
            self._start = None
            if len(self._times) < CHANGES:
                QTimer.singleShot(20, self.change)
            else:
                median, worst = statistics.median(self._times), max(self._times)
                print(
                    f"field change to painted chart: median {median * 1e3:.0f} ms, worst {worst * 1e3:.0f} ms"
                )
                self._program.app.quit()
        return False


def main() -> int:
    """Open the profile and change its plan."""
    with tempfile.TemporaryDirectory() as folder:
        program = Program([sys.argv[0]], Path(folder) / "settings.json")
        window = program.open()
        timers: list[Timer] = []

        def begin() -> None:
            link = window.findChild(PlanLink)
            if link is None or link.panel.results.chart is None or link.planner.outcome.answer is None:
                QTimer.singleShot(100, begin)
                return
            timers.append(Timer(program, link))
            QTimer.singleShot(500, timers[0].change)

        QTimer.singleShot(300, begin)
        return program.run()


if __name__ == "__main__":
    sys.exit(main())

"""All windows of the program: one per document, each with its own estimator, the first one shown at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QPoint

from gpuplanner.ui.after_paint import AfterPaint
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.remembered import Remembered
from gpuplanner.ui.theme import Theme

_CASCADE = 28


class Windows(QObject):
    """Opens windows and keeps them until they are closed.

    ``furnish`` is called once for each window, when its table is on the screen: it puts the estimator in.
    """

    def __init__(self, theme: Theme, remembered: Remembered, furnish: Callable[[MainWindow], None]) -> None:
        super().__init__()
        self._theme = theme
        self._remembered = remembered
        self._furnish = furnish
        self.open_windows: list[MainWindow] = []

    def start(self, path: Path | None = None) -> MainWindow:
        """The first window: with a file, with the profile at the first start, else with the four starts.

        Its frame is shown; content and estimator follow from the event loop.
        """
        what = path if path is not None else "" if self._remembered.is_first_start else None
        return self._show(what)

    def _show(self, what: Path | str | None) -> MainWindow:
        """A window for a file, for the profile (an empty text), or for an empty document (None)."""
        window = MainWindow(self._theme, self._remembered)
        if self.open_windows:
            step = self._theme.px(_CASCADE)
            window.move(self.open_windows[-1].pos() + QPoint(step, step))
        self.open_windows.append(window)
        window.another_window_requested.connect(self._show)
        window.closed.connect(lambda: self._forget(window))
        AfterPaint(window.ground, lambda: self._fill(window, what))
        window.show()
        return window

    def _fill(self, window: MainWindow, what: Path | str | None) -> None:
        window.build()
        if isinstance(what, Path):
            window.files.load(what)
        elif what is not None:
            window.open_profile()
        window.table.focus_table()
        # The table is on the screen before the estimator, which takes longer, is loaded.
        AfterPaint(window.plan_page, lambda: self._furnish_window(window))

    def _furnish_window(self, window: MainWindow) -> None:
        self._furnish(window)
        current = window.table.view.current_source()
        if current >= 0:
            window.table.row_selected.emit(current)  # told before the estimator could listen

    def _forget(self, window: MainWindow) -> None:
        if window in self.open_windows:
            self.open_windows.remove(window)
            window.deleteLater()

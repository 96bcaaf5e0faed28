"""All windows of the program: one per document, each with its own estimator."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QPoint

from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.remembered import Remembered
from gpuplanner.ui.theme import Theme

_CASCADE = 28


class Windows(QObject):
    """Opens windows and keeps them until they are closed.

    ``furnish`` is called once for each new window, before it is shown: it puts the estimator in.
    """

    def __init__(
        self,
        theme: Theme,
        remembered: Remembered,
        furnish: Callable[[MainWindow], None],
        card_bytes: Callable[[str], float | None] = lambda name: None,
    ) -> None:
        super().__init__()
        self._theme = theme
        self._remembered = remembered
        self._furnish = furnish
        self._card_bytes = card_bytes
        self.open_windows: list[MainWindow] = []

    def start(self, path: Path | None = None) -> MainWindow:
        """The first window: with a file, with the profile at the first start, else with the four starts."""
        window = self._make()
        if path is not None:
            window.files.load(path)
        elif self._remembered.is_first_start:
            window.open_profile()
        window.show()
        return window

    def _another(self, what: Path | str | None) -> None:
        window = self._make()
        if isinstance(what, Path):
            window.files.load(what)
        elif what is not None:
            window.open_profile()
        window.show()

    def _make(self) -> MainWindow:
        window = MainWindow(self._theme, self._remembered, self._card_bytes)
        if self.open_windows:
            step = self._theme.px(_CASCADE)
            window.move(self.open_windows[-1].pos() + QPoint(step, step))
        self.open_windows.append(window)
        window.another_window_requested.connect(self._another)
        window.closed.connect(lambda: self._forget(window))
        self._furnish(window)
        return window

    def _forget(self, window: MainWindow) -> None:
        if window in self.open_windows:
            self.open_windows.remove(window)
            window.deleteLater()

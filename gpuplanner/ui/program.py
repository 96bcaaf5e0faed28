"""The program with its windows: settings, theme, catalogue, and for each window its own estimator."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QApplication

from gpuplanner.data.settings import settings_path
from gpuplanner.ui.fonts import load_fonts
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.problems import Problems
from gpuplanner.ui.remembered import Remembered
from gpuplanner.ui.theme import Mode, Theme
from gpuplanner.ui.windows import Windows


class Program:
    """Holds what all windows share, for as long as the event loop runs."""

    def __init__(self, arguments: Sequence[str], settings: Path | None = None) -> None:
        self.app = QApplication.instance() or QApplication(list(arguments))
        assert isinstance(self.app, QApplication)
        self.app.setApplicationName("gpuplanner")
        self.app.setApplicationDisplayName("")  # the window's title says it already
        self.app.setDesktopFileName("gpuplanner")
        load_fonts()
        self.remembered = Remembered(settings or settings_path())
        self.theme = Theme(_mode(self.remembered.settings.theme), self.remembered.settings.user_scale)
        self.theme.apply(self.app)
        self.problems = Problems(self.theme)
        self.windows = Windows(self.theme, self.remembered, self._furnish)

    def open(self, path: Path | None = None) -> MainWindow:
        """Show the first window."""
        self.problems.install()
        return self.windows.start(path)

    def run(self) -> int:
        """Run until the last window is closed; returns the exit code."""
        assert isinstance(self.app, QApplication)
        return self.app.exec()

    def _furnish(self, window: MainWindow) -> None:
        """Put an estimator beside the window's table."""
        window.set_formulae(_formulae)
        # Loaded when the table is on the screen: form, chart and numbers take a third of a second.
        from gpuplanner.data.catalog import load_catalog
        from gpuplanner.ui.plan_link import PlanLink

        PlanLink(window, load_catalog()).start()


def _mode(text: str) -> Mode:
    return Mode(text) if text in {mode.value for mode in Mode} else Mode.SYSTEM


def _formulae() -> str:
    # The text is made of the estimator's own declarations, which need numpy: when Help is opened, not before.
    from gpuplanner.report.formulae import formulae_markdown

    return formulae_markdown()

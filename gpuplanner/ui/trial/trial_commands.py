"""The commands of trials in a window: the menu "Trial", and "Run trial" beside the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QPushButton

from gpuplanner.core.trial import TrialKind
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.widgets.buttons import button

if TYPE_CHECKING:
    from gpuplanner.ui.links.trial_link import TrialLink


class TrialCommands(QObject):
    """Starts and stops through the window's link."""

    def __init__(self, link: TrialLink) -> None:
        super().__init__(link)
        self._link = link
        self.run: QPushButton | None = None
        """The button on the Plan page."""

    def add_to(self, window: MainWindow) -> None:
        """Put menu and button into the window."""
        link = self._link
        menu = window.menus.menu("trial", self.tr("&Trial"))
        add = window.menus.maker.add
        add(menu, self.tr("&Run trial"), lambda: link.start(TrialKind.TRIAL), "Ctrl+R")
        add(menu, self.tr("&Dry run"), lambda: link.start(TrialKind.DRY_RUN), "Ctrl+Shift+R")
        add(menu, self.tr("&Stop"), link.stop)
        menu.addSeparator()
        add(menu, self.tr("&Python…"), link.choose_python)
        self.run = button(window.theme, self.tr("Run trial"), icon="play", primary=True)
        self.run.setDefault(False)
        self.run.setToolTip("Ctrl+R")
        self.run.clicked.connect(lambda: link.start(TrialKind.TRIAL))
        window.header.add_action(self.run, "plan")

    def show_running(self, is_running: bool) -> None:
        """One trial at a time."""
        if self.run is not None:
            self.run.setEnabled(not is_running)

"""Help › Check for updates: asks at the address of the settings, when chosen and at no other time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gpuplanner import __version__
from gpuplanner.core.errors import InputError
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.told import told_error

if TYPE_CHECKING:
    from gpuplanner.data.updates import Published
    from gpuplanner.ui.updates.update_check import UpdateCheck
    from gpuplanner.ui.updates.update_dialog import UpdateDialog


class UpdateLink(QObject):
    """Lives as long as its window; what goes over the network is loaded when it is first asked for."""

    def __init__(self, window: MainWindow, open_settings: Callable[[], object]) -> None:
        super().__init__(window)
        self._window, self._open_settings = window, open_settings
        self._check: UpdateCheck | None = None
        self._dialog: UpdateDialog | None = None
        self._asked = ""
        """The address of the question whose answer is shown or awaited."""
        window.menus.add_help_action(self.tr("Check for &updates…"), self.open)

    def open(self) -> UpdateDialog:
        """Show the dialog, and ask if there is an address."""
        from gpuplanner.ui.updates.update_check import UpdateCheck
        from gpuplanner.ui.updates.update_dialog import UpdateDialog

        if self._check is None:
            self._check = UpdateCheck(self)
            self._check.done.connect(self._take)
            self._check.failed.connect(self._take_failure)
        dialog = self._dialog = UpdateDialog(self._window.theme, self._window)
        dialog.finished.connect(self._forget)
        dialog.again_requested.connect(self._ask)
        dialog.settings_requested.connect(self._to_settings)
        self._ask()
        dialog.open()
        return dialog

    def _ask(self) -> None:
        if self._dialog is None or self._check is None:
            return
        self._asked = self._window.remembered.settings.update_address
        if self._asked:
            self._dialog.show_asking(self._asked)
            self._check.ask(self._asked)
        else:
            self._dialog.show_no_address()

    def _take(self, published: Published) -> None:
        if self._dialog is not None:
            self._dialog.show_published(published, published.standing(__version__), self._asked)

    def _take_failure(self, error: Exception) -> None:
        if self._dialog is not None:
            self._dialog.show_problem(told_error(error))
        if not isinstance(error, InputError):
            raise error

    def _to_settings(self) -> None:
        if self._dialog is not None:
            self._dialog.accept()
        self._open_settings()

    def _forget(self) -> None:
        self._dialog = None
        if self._check is not None:
            self._check.stop()

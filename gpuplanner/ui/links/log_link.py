"""Help › Show log file: the desktop opens the file, or the folder where it would be."""

from __future__ import annotations

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from gpuplanner.data.log_file import LogFile
from gpuplanner.ui.main_window import MainWindow


class LogLink(QObject):
    """One window's way to the program's log."""

    def __init__(self, window: MainWindow, log: LogFile) -> None:
        super().__init__(window)
        self._window, self._log = window, log
        window.menus.add_help_action(self.tr("Show &log file"), self.show_log)

    def show_log(self) -> None:
        """Open the file; where the desktop cannot, say where it lies."""
        self._log.open()
        path = self._log.path
        there = path if path.exists() else path.parent
        if not there.exists():
            text = self.tr("There is no log: {file} cannot be written.")
        elif QDesktopServices.openUrl(QUrl.fromLocalFile(str(there))):
            return
        else:
            text = self.tr("The log file is {file}.")
        self._window.show_page("plan")  # where the messages are
        self._window.table.messages.show_message(text.format(file=path))

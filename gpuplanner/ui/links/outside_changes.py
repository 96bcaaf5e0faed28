"""Notices that a window's file was changed or removed by somebody else, and asks before anything is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QMessageBox

from gpuplanner.ui.main_window import MainWindow

Stamp = tuple[int, int, int]


class OutsideChanges(QObject):
    """Looks when the window comes to the front and before a save: no thread, no polling."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._stamp: Stamp | None = None
        self._told: Stamp | bool | None = False
        """The state that was told about; False: none."""
        self.ask_overwrite: Callable[[Path], bool] = self._ask_overwrite
        window.document.replaced.connect(self._remember)
        window.document.written.connect(self._remember)
        window.files.may_write = self.may_write
        window.installEventFilter(self)
        self._remember()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window comes to the front: look."""
        if watched is self._window and event.type() == QEvent.Type.WindowActivate:
            self.look()
            self._window.files.look_at_rights()
        return super().eventFilter(watched, event)

    def look(self) -> None:
        """If the file is another one than was read or saved, offer to read it again."""
        path = self._window.document.path
        if path is None or self._stamp is None:
            return
        now = stamp_of(path)
        if now == self._stamp or now == self._told:
            return
        self._told = now
        messages, name = self._window.table.messages, path.name
        if now is None:
            text = self.tr("{name} is no longer there. Saving writes it again.").format(name=name)
            messages.show_message(text)
            return
        text = self.tr("{name} was changed by another program.").format(name=name)
        if self._window.document.is_modified:
            text += " " + self.tr("Reading it again drops your unsaved changes.")
        actions: list[tuple[str, Callable[[], None]]] = [
            (self.tr("Read again"), lambda: self._read_again(path)),
            (self.tr("Keep mine"), lambda: None),
        ]
        messages.show_message(text, actions)

    def may_write(self, path: Path) -> bool:
        """Whether a save may replace the file: nobody else has written it, or the user agrees."""
        if path != self._window.document.path or self._stamp is None:
            return True
        now = stamp_of(path)
        return now is None or now == self._stamp or self.ask_overwrite(path)

    def _read_again(self, path: Path) -> None:
        self._window.files.load(path)

    def _remember(self) -> None:
        path = self._window.document.path
        self._stamp = None if path is None else stamp_of(path)
        self._told = False

    def _ask_overwrite(self, path: Path) -> bool:
        text = self.tr("{name} was changed by another program since it was read. Replace it?")
        button = QMessageBox.StandardButton
        answer = QMessageBox.question(
            self._window, self.tr("Save"), text.format(name=path.name), button.Yes | button.No, button.No
        )
        return answer == button.Yes


def stamp_of(path: Path) -> Stamp | None:
    """What tells one state of a file from another; None when it is not there."""
    try:
        info = path.stat()
    except OSError:
        return None
    return info.st_mtime_ns, info.st_size, info.st_ino

"""Says where a window's file is open in another GPU Planner too: above the table, and in the title."""

from __future__ import annotations

import os
import shutil
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QEvent, QLockFile, QObject

from gpuplanner.core.errors import InputError
from gpuplanner.data.open_files import LOCK, OpenFile, new_entry, open_files, write_entry
from gpuplanner.data.whole_file import same_file
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.soon import soon


class OpenElsewhere(QObject):
    """Two windows of one process never have the same file; two processes cannot see each other but here.

    It warns and forbids nothing: before a save `OutsideChanges` asks whether to replace what the other saved.
    Looks when a file is opened or saved under another name, and when the window comes to the front.
    """

    def __init__(self, window: MainWindow, folder: Path) -> None:
        super().__init__(window)
        self._window, self._folder = window, folder
        self._entry: Path | None = None
        self._lock: QLockFile | None = None
        self._path: Path | None = None
        self._told: frozenset[Path] = frozenset()
        """Entries of the windows that were told about."""
        self._text = ""
        window.document.replaced.connect(self._document_changed)
        window.document.written.connect(self._document_changed)
        window.closed.connect(self._leave)
        window.installEventFilter(self)
        self._document_changed()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window comes to the front: look."""
        if watched is self._window and event.type() == QEvent.Type.WindowActivate:
            self.look()
        return super().eventFilter(watched, event)

    def look(self) -> None:
        """See who else has the file open now."""
        others = self._others()
        self._window.files.set_open_elsewhere(bool(others))
        entries = frozenset(other.entry for other in others)
        if entries == self._told:
            return
        is_new, self._told = bool(entries - self._told), entries
        messages = self._window.table.messages
        if self._text and (is_new or not entries):
            messages.take_back(self._text)
        if is_new:
            self._text = self._words(others[-1])
            messages.show_after(self._text, [(self.tr("Close this window"), self._close)])

    # --- the rest --------------------------------------------------------------------------------

    def _document_changed(self) -> None:
        path = self._window.document.path
        if path != self._path:
            self._path, self._told = path, frozenset()
            if path is None:
                self._leave()
            else:
                self._enter(path)
        # After everybody has taken the document: what was odd about the file is said first.
        soon(self, self.look)

    def _enter(self, path: Path) -> None:
        try:
            if self._entry is None:
                self._entry = new_entry(self._folder)
                self._lock = _lock_of(self._entry)
                self._lock.tryLock(0)
            write_entry(self._entry, path)
        except (OSError, InputError):
            self._leave()  # others are not warned; a save asks all the same

    def _leave(self) -> None:
        if self._lock is not None:
            self._lock.unlock()
        if self._entry is not None:
            shutil.rmtree(self._entry, ignore_errors=True)
        self._entry = self._lock = None

    def _others(self) -> list[OpenFile]:
        path, found = self._path, []
        if path is None:
            return []
        for other in open_files(self._folder):
            if other.process == os.getpid():
                continue
            lock = _lock_of(other.entry)
            if lock.tryLock(0):  # its window is gone
                lock.unlock()
                shutil.rmtree(other.entry, ignore_errors=True)
            elif same_file(other.path, path):
                found.append(other)
        return sorted(found, key=lambda other: other.since)

    def _words(self, other: OpenFile) -> str:
        text = self.tr("{name} is also open in another GPU Planner (process {process}, since {since}).")
        name = other.path.name if self._path is None else self._path.name
        asked = self.tr("Who saves second is asked before the changes of the first are replaced.")
        return f"{text.format(name=name, process=other.process, since=_since(other.since))} {asked}"

    def _close(self) -> None:
        soon(self._window, self._window.close)  # its button has to be through first


def _since(text: str) -> str:
    """Today the time of day, else with the date."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    is_today = moment.date() == datetime.now().date()
    return f"{moment:%H:%M}" if is_today else f"{moment:%Y-%m-%d %H:%M}"


def _lock_of(entry: Path) -> QLockFile:
    lock = QLockFile(str(entry / LOCK))
    lock.setStaleLockTime(0)  # only a dead process makes it stale, never a long one
    return lock

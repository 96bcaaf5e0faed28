"""Keeps copies of a window's unsaved work, and offers what a crash left behind; never touches the file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QTimer

from gpuplanner.core.errors import InputError
from gpuplanner.data.plan_file import PlanDocument
from gpuplanner.data.recovery import LOCK, Recovered, forget, keep, left_in, new_slot, slots
from gpuplanner.ui.background import Background
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.soon import soon
from gpuplanner.ui.told import told_error

_QUIET_MS = 2_000
"""After the last change; while changes go on a copy is made this often too."""


@dataclass
class _Slot:
    """A folder with its lock; ``is_dropped`` is read by the thread that may just be writing a copy there."""

    path: Path
    lock: QLockFile
    is_dropped: bool = False


class RecoveryLink(QObject):
    """One per window.  A slot is made with the first unsaved change and goes with a save or a clean close."""

    def __init__(self, window: MainWindow, root: Path, *, offers: bool) -> None:
        super().__init__(window)
        self._window, self._root = window, root
        self._slot: _Slot | None = None
        self._is_broken = False
        self._work = Background(self)
        self._work.failed.connect(self._failed)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_QUIET_MS)
        self._soon.timeout.connect(self.keep_now)
        window.document.undo_stack.indexChanged.connect(self._changed)
        window.document.state_changed.connect(self._saved_perhaps)
        window.closed.connect(self._end)
        self._take_over(window.files.recovered_from)
        if offers:
            soon(self, self.offer)

    def _take_over(self, left: Path | None) -> None:
        """Work that came before this link is unsaved too; what was recovered stays in its slot meanwhile."""
        if left is not None:
            lock = _lock_of(left)
            if lock.tryLock(0):
                self._slot = _Slot(left, lock)
        if self._window.document.is_modified:
            self._soon.start()

    # --- copies ---------------------------------------------------------------------------------------

    def _changed(self) -> None:
        # The stack says this too while it is being destroyed, so nothing is asked of the document here.
        if not self._soon.isActive():
            self._soon.start()

    def keep_now(self) -> None:
        """Make a copy of what the window holds, on another thread."""
        document = self._window.document
        if self._is_broken or not document.is_modified:
            return
        try:
            slot = self._own_slot()
        except InputError as error:
            self._failed(error)
            return
        copy, name, path = document.content(), document.name, document.path
        self._work.run(lambda: _keep(slot, copy, name, path))

    def _own_slot(self) -> _Slot:
        if self._slot is None:
            path = new_slot(self._root)
            self._slot = _Slot(path, _lock_of(path))
            self._slot.lock.tryLock(0)
        return self._slot

    def _saved_perhaps(self) -> None:
        if not self._window.document.is_modified:
            self._drop_slot()

    def _drop_slot(self) -> None:
        self._soon.stop()
        if self._slot is not None:
            self._slot.is_dropped = True
            self._slot.lock.unlock()
            forget(self._slot.path)
        self._slot = None

    def _end(self) -> None:
        """The window closes: what was to be kept has been saved or given up."""
        self._drop_slot()

    def _failed(self, error: Exception) -> None:
        """Said once: a full disk must not interrupt every few seconds."""
        if not isinstance(error, InputError):
            raise error
        if not self._is_broken:
            self._is_broken = True
            text = told_error(error)
            self._window.table.messages.show_message(text, fault=True)

    # --- what was left behind ---------------------------------------------------------------------------

    def offer(self) -> None:
        """If a window was lost, say so above the table; nothing is opened unasked."""
        found = self._left_behind()
        if not found:
            return
        newest = found[-1]
        name = newest.name or self.tr("Untitled")
        when = newest.saved[:16].replace("T", " ")
        if len(found) == 1:
            text = self.tr("Unsaved changes of {name} from {when} were recovered.").format(
                name=name, when=when
            )
        else:
            text = self.tr(
                "Unsaved changes of {n} documents were recovered, the last of {name}, {when}."
            ).format(n=len(found), name=name, when=when)
        actions: list[tuple[str, Callable[[], None]]] = [
            (self.tr("Open"), lambda: self._open(found)),
            (self.tr("Discard"), lambda: _discard(found)),
        ]
        # Something may have been said about the file that was just opened.
        self._window.table.messages.show_after(text, actions)

    def _left_behind(self) -> list[Recovered]:
        """Slots whose window is gone; those that hold nothing are removed."""
        found = []
        for slot in slots(self._root):
            if self._slot is not None and slot == self._slot.path:
                continue
            lock = _lock_of(slot)
            if not lock.tryLock(0):
                continue  # its window is alive
            left = left_in(slot)
            lock.unlock()
            if left is None:
                forget(slot)
            else:
                found.append(left)
        return found

    def _open(self, found: list[Recovered]) -> None:
        """Each in a window of its own, as unsaved changes of its file."""
        for left in found:
            self._window.recovered_requested.emit(left)


def _keep(slot: _Slot, copy: PlanDocument, name: str, path: Path | None) -> None:
    """Make a copy; one that a save has overtaken is of no use, and its failure none either."""
    try:
        keep(slot.path, copy, name, path)
    except InputError:
        if not slot.is_dropped:
            raise
    if slot.is_dropped:
        forget(slot.path)


def _lock_of(slot: Path) -> QLockFile:
    lock = QLockFile(str(slot / LOCK))
    lock.setStaleLockTime(0)  # only a dead process makes it stale, never a long one
    return lock


def _discard(found: list[Recovered]) -> None:
    for left in found:
        forget(left.folder)

"""Undo in a field of one line: its own typing first, and when there is none, the window's steps."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit


def leaves_undo(editor: QLineEdit, event: QEvent) -> bool:
    """Whether an event is a key of undo or redo that the editor has no use for.

    Qt's editors claim these keys even where they have nothing to undo: then nothing would happen at all.
    Whoever asks ignores the event and does not hand it on, so that it goes to the window.
    """
    if event.type() is not QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    undo = event.matches(QKeySequence.StandardKey.Undo) and not editor.isUndoAvailable()
    redo = event.matches(QKeySequence.StandardKey.Redo) and not editor.isRedoAvailable()
    return undo or redo

"""What the hand of a soak presses, types, pastes and triggers."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

NO_KEY, CTRL, SHIFT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
_KEY = Qt.Key
KEYS = (
    *(
        _KEY.Key_Tab,
        _KEY.Key_Backtab,
        _KEY.Key_Up,
        _KEY.Key_Down,
        _KEY.Key_Left,
        _KEY.Key_Right,
        _KEY.Key_Return,
    ),
    *(_KEY.Key_Enter, _KEY.Key_Escape, _KEY.Key_Delete, _KEY.Key_Backspace, _KEY.Key_Home, _KEY.Key_End),
    *(
        _KEY.Key_PageUp,
        _KEY.Key_PageDown,
        _KEY.Key_Space,
        _KEY.Key_F2,
        _KEY.Key_F6,
        _KEY.Key_F8,
        _KEY.Key_Menu,
    ),
    *(_KEY.Key_A, _KEY.Key_B, _KEY.Key_0, _KEY.Key_1, _KEY.Key_5, _KEY.Key_9, _KEY.Key_Period),
)
WITH_CTRL = (
    *map(Qt.Key, map(ord, "ACXVZYFDKHGE12345+-,")),
    *(_KEY.Key_Home, _KEY.Key_End, _KEY.Key_Return),
)
TEXTS = (
    "0",
    "1",
    "8192",
    "51.2G",
    "-3",
    "1e9",
    "7B",
    "Qwen",
    "nonsense",
    "",
    "1,5",
    "52429 MiB",
    "显存",
    "oom",
)
PASTED = (
    "model,method,seq_len,memory\nLlama-3.1-8B,lora,2048,21.5\n",
    "| model | 256 | 512 |\n|---|---|---|\n| Qwen-7B | 20.1G / 1.2s/it | 21G / 2s/it |\n",
    "a\tb\n1\t2\n",
    "12",
    "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity "
    "of 23.69 GiB of which 1.2 GiB is free.",
)


def leaves(actions: list[QAction]) -> list[QAction]:
    """All actions that do something, those of submenus included."""
    found: list[QAction] = []
    for action in actions:
        menu = action.menu()
        if isinstance(menu, QMenu):
            found += leaves(menu.actions())
        elif not action.isSeparator():
            found.append(action)
    return found

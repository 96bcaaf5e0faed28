"""All actions of a menu bar as entries of the palette, with their path and key."""

from __future__ import annotations

import re
from collections.abc import Sequence

import shiboken6
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from gpuplanner.ui.palette.entries import Entry


def menu_entries(
    actions: Sequence[QAction], path: tuple[str, ...] = (), *, without: QAction | None = None
) -> list[Entry]:
    """The actions in the order of the menus, but for one; menus are told that they open and close,
    so that those which are filled then are filled."""
    entries: list[Entry] = []
    for action in actions:
        if action is without or action.isSeparator() or not action.isVisible():
            continue
        menu = action.menu()
        if isinstance(menu, QMenu):
            menu.aboutToShow.emit()
            entries += menu_entries(menu.actions(), (*path, plain(action.text())), without=without)
            menu.aboutToHide.emit()
        else:
            entries.append(_entry(action, path))
    return entries


def plain(text: str) -> str:
    """A menu's text without the letter that is its key."""
    text = re.sub(r"\(&\w\)", "", text)
    return re.sub(r"&(.)", r"\1", text).removesuffix("…")


def _entry(action: QAction, path: tuple[str, ...]) -> Entry:
    def run() -> None:
        if shiboken6.isValid(action):  # a menu that was filled anew has other actions
            action.trigger()

    return Entry(
        title=plain(action.text()),
        run=run,
        path=path,
        keys=action.shortcut().toString(QKeySequence.SequenceFormat.NativeText),
        is_enabled=action.isEnabled(),
        is_checked=action.isChecked(),
    )

"""Actions with text, key and what they call, kept in order: the list of keys in Help is read from them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

Key = QKeySequence.StandardKey
Keys = QKeySequence.StandardKey | str | None


class ActionMaker(QObject):
    """Makes actions of one window and keeps them in order, for the list of keys."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.made: list[QAction] = []

    def add(
        self,
        menu: QMenu,
        text: str,
        call: Callable[[], object],
        keys: Keys = None,
        *,
        only_in: QWidget | None = None,
    ) -> QAction:
        """An action in a menu.  ``only_in``: its key works in this widget alone, not in other fields."""
        action = QAction(text, self._window)
        if keys is not None:
            action.setShortcut(QKeySequence(keys))
        if only_in is not None:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            only_in.addAction(action)
        action.triggered.connect(lambda _checked=False: call())
        menu.addAction(action)
        self.made.append(action)
        return action

    def adopt(self, menu: QMenu, action: QAction, keys: QKeySequence.StandardKey) -> QAction:
        """An action that somebody else made: undo and redo of the stack."""
        action.setShortcut(QKeySequence(keys))
        menu.addAction(action)
        self.made.append(action)
        return action

    def choices(
        self, menu: QMenu, texts: dict[str, str], chosen: str, call: Callable[[str], object]
    ) -> QActionGroup:
        """Actions of which one is checked; ``texts`` by their value."""
        group = QActionGroup(self._window)
        for value, text in texts.items():
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setData(value)
            action.setChecked(value == chosen)
            action.triggered.connect(lambda _checked=False, value=value: call(value))
            group.addAction(action)
        return group


def check_choice(group: QActionGroup, value: str) -> None:
    """Check the action of a value; emits nothing."""
    for action in group.actions():
        action.setChecked(action.data() == value)


def texts_of(group: QActionGroup) -> dict[str, str]:
    """The texts of a group made by `ActionMaker.choices`, by their value."""
    return {action.data(): action.text() for action in group.actions()}


def chosen(group: QActionGroup) -> str:
    """The value that is checked; an empty text where none is."""
    return next((action.data() for action in group.actions() if action.isChecked()), "")


def choose(group: QActionGroup, value: str) -> None:
    """As if the user had chosen a value in the menu; nothing happens where it is chosen already."""
    for action in group.actions():
        if action.data() == value and not action.isChecked():
            action.trigger()

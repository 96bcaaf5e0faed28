"""The program as assistive technology and the keyboard meet it, in a process of its own; see gpu_scenes.py.

``python access_scenes.py FOLDER`` walks over every page and the dialogs of an English window and over
the menus of an English and a Chinese one.  It prints as JSON what is wrong: controls without a name, keys
that two entries of a menu share, what Tab does not reach.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gpu_scenes import Stage, spin
from language_scenes import _dialogs
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QMenu,
    QWidget,
)

from gpuplanner.ui.main_window import PAGES, MainWindow
from gpuplanner.ui.monitor.monitor_charts import CardCharts
from gpuplanner.ui.roles import ROLES

_KEY = re.compile(r"&([^&])")


def spoken(widget: QWidget) -> str:
    """The name that a screen reader says."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return str(interface.text(QAccessible.Text.Name)).strip() if interface is not None else ""


def role(widget: QWidget) -> str:
    """What a screen reader says that it is."""
    return QAccessible.queryAccessibleInterface(widget).role().name  # type: ignore[no-any-return]


def focusable(root: QWidget) -> list[QWidget]:
    """Every visible widget that a screen reader hears can have the focus."""
    return [
        widget
        for widget in root.findChildren(QWidget)
        if widget.isVisible() and widget.isEnabled()
        if widget.focusPolicy() is not Qt.FocusPolicy.NoFocus
        if (interface := QAccessible.queryAccessibleInterface(widget)) is not None
        if interface.state().focusable
    ]


def reached_by_tab(widget: QWidget) -> bool:
    """Whether Tab should go there; the editor of a control is reached with the control."""
    by_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None
    return by_tab and not isinstance(widget.parent(), QAbstractSpinBox | QComboBox)


def described(widget: QWidget) -> str:
    """Where a widget stands, for whoever mends it."""
    path, at = [], widget
    while at is not None and not at.isWindow() and len(path) < 4:
        path.append(type(at).__name__)
        at = at.parentWidget()
    return " < ".join(path)


def walked_by_tab(window: QWidget) -> list[QWidget]:
    """Where Tab goes from the first control on until it is there again."""
    chain, at = [], window.nextInFocusChain()
    while at is not window:
        chain.append(at)
        at = at.nextInFocusChain()
    return chain


def shared_keys(menu: QMenu, path: str) -> Iterator[str]:
    """Letters that two entries of a menu or of one of its menus share."""
    menu.aboutToShow.emit()
    letters = Counter[str]()
    for action in menu.actions():
        found = _KEY.search(action.text())
        if found and action.isVisible():
            letters[found[1].upper()] += 1
        if isinstance(inner := action.menu(), QMenu):
            yield from shared_keys(inner, f"{path} › {action.text()}")
    for letter, n in letters.items():
        if n > 1:
            texts = [a.text() for a in menu.actions() if f"&{letter}" in a.text().upper()]
            yield f"{path}: {letter} is {' and '.join(texts)}"


class Walk:
    """What was found on the way."""

    def __init__(self) -> None:
        self.found: dict[str, Any] = {"unnamed": [], "without a role": [], "keys": [], "unreached": []}
        self.found |= {"n": 0, "painted": {}}
        self._seen: set[int] = set()

    def look(self, name: str, root: QWidget) -> None:
        """Names and roles of what can have the focus."""
        for widget in root.findChildren(QWidget):
            if type(widget).__name__ in ROLES and widget.isVisible():
                known = self.found["painted"].get(type(widget).__name__, ("", ""))
                self.found["painted"][type(widget).__name__] = role(widget), spoken(widget) or known[1]
        controls = focusable(root)
        chain = {id(widget) for widget in walked_by_tab(root.window())}
        for widget in controls:
            if id(widget) in self._seen:
                continue
            self._seen.add(id(widget))
            self.found["n"] += 1
            where = f"{name}: {described(widget)}"
            if not spoken(widget):
                self.found["unnamed"].append(where)
            says_nothing = role(widget) in ("Client", "NoRole", "Window")
            if says_nothing and not isinstance(widget, QAbstractScrollArea):
                self.found["without a role"].append(f"{where}: {role(widget)}")
            if reached_by_tab(widget) and id(widget) not in chain:
                self.found["unreached"].append(where)


def walk(stage: Stage) -> dict[str, Any]:
    """Every page, every dialog, and the menus in both languages."""
    walk, window = Walk(), stage.window
    stage.show_cards()
    for page in PAGES:
        window.show_page(page)
        spin(1.0 if page in ("accuracy", "report") else 0.2)
        if page == "monitor":
            stage.until(lambda: any(charts.isVisible() for charts in window.findChildren(CardCharts)))
        walk.look(page, window)
    window.show_page("plan")
    _dialogs(stage, walk.look)
    look_at_keys(window, "en", walk.found["keys"])
    stage.program.translation.use("zh_CN")
    other = stage.program.open()
    stage.until(lambda: other.is_built and len(other.menuBar().actions()) == len(window.menuBar().actions()))
    spin(0.3)
    look_at_keys(other, "zh_CN", walk.found["keys"])
    other.files.may_close = lambda: True  # type: ignore[method-assign]
    other.close()
    return walk.found


def look_at_keys(window: MainWindow, language: str, found: list[str]) -> None:
    """Keys of the menu bar and of every menu."""
    titles = Counter(_KEY.findall(" ".join(action.text().upper() for action in window.menuBar().actions())))
    found += [f"{language}: menu bar: {letter}" for letter, n in titles.items() if n > 1]
    for action in window.menuBar().actions():
        if isinstance(menu := action.menu(), QMenu):
            found += [f"{language}: {line}" for line in shared_keys(menu, action.text())]


def main() -> None:
    """Play the scene, and print what was found."""
    stage = Stage(Path(sys.argv[1]), language="en")
    found = walk(stage)
    stage.end()
    print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()

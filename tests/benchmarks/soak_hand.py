"""The hand of a soak: one action at a time, chosen by chance among all that a user can do just then."""

from __future__ import annotations

import random
from collections import Counter, deque
from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QInputMethodEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget
from scripted_nvml import GIB, ScriptedNvml
from soak_inputs import CTRL, KEYS, NO_KEY, PASTED, SHIFT, TEXTS, WITH_CTRL, leaves

from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.program import Program
from gpuplanner.ui.theme import Mode

_MOST_WINDOWS = 3
_MOST_OTHERS = 4
_LOST = 15
"""NVML's code for a card that has fallen off the bus."""
_PATIENCE = 25
"""Actions in one dialog before it is closed by its frame."""
_LEFT = Qt.MouseButton.LeftButton


class Hand:
    """Acts in the program's windows; the same seed gives the same wishes, though not the same moments."""

    def __init__(self, program: Program, scene: ScriptedNvml, seed: int) -> None:
        self._program, self._scene = program, scene
        self.chance = random.Random(seed)
        self.done = 0
        self.kinds: Counter[str] = Counter()
        self.last: deque[str] = deque(maxlen=6)
        self._in_dialog = 0
        self._wishes: tuple[tuple[int, Callable[[MainWindow], None]], ...] = (
            (30, self._click),
            (8, self._double_click),
            (6, self._drag),
            (6, self._wheel),
            (4, self._context_menu),
            (25, self._key),
            (12, self._type),
            (10, self._menu_action),
            (4, self._open_menu),
            (6, self._page),
            (5, self._undo),
            (3, self._resize),
            (2, self._minimise),
            (2, self._clipboard),
            (3, self._cards),
            (1, self._theme),
            (1, self._text_size),
            (1, self._language),
            (1, self._window),
            (1, self._drop),
            (2, self._close_other),
        )

    def is_waited_for(self) -> bool:
        """Whether a menu or a dialog wants an answer before anything else."""
        return QApplication.activePopupWidget() is not None or QApplication.activeModalWidget() is not None

    def act(self) -> None:
        """Do one thing."""
        self.done += 1
        popup, modal = QApplication.activePopupWidget(), QApplication.activeModalWidget()
        if popup is not None:
            self._in_popup(popup)
            return
        if modal is not None:
            self._in_modal(modal)
            return
        self._in_dialog = 0
        windows = [window for window in self._program.windows.open_windows if window.is_built]
        if not windows:
            if not self._program.windows.open_windows:
                self._note("first window")
                self._program.open()
            return
        weights = [weight for weight, _ in self._wishes]
        wish = self.chance.choices(self._wishes, weights)[0][1]
        wish(self.chance.choice(windows))

    def _note(self, kind: str, what: object = "") -> None:
        self.kinds[kind] += 1
        self.last.append(f"{kind} {what}".strip())

    # --- what waits for an answer ---------------------------------------------------------------------

    def _in_popup(self, popup: QWidget) -> None:
        keys = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Escape, Qt.Key.Key_Return)
        key = self.chance.choices(keys, (6, 1, 2, 3, 2))[0]
        self._note("popup key", f"{type(popup).__name__} {key.name}")
        QTest.keyClick(popup.focusWidget() or popup, key)

    def _in_modal(self, modal: QWidget) -> None:
        self._in_dialog += 1
        if self._in_dialog > _PATIENCE:
            self._note("dialog closed", type(modal).__name__)
            modal.close()
            if self._in_dialog > 4 * _PATIENCE and isinstance(modal, QDialog):
                modal.done(0)
            return
        wish = self.chance.choices((self._click_in, self._key_in, self._type_in, self._leave), (6, 4, 2, 1))[
            0
        ]
        wish(modal)

    def _leave(self, modal: QWidget) -> None:
        self._note("dialog escape", type(modal).__name__)
        QTest.keyClick(modal, Qt.Key.Key_Escape)

    # --- mouse and keys -------------------------------------------------------------------------------

    def _somewhere(self, top: QWidget) -> tuple[QWidget, QPoint]:
        widgets = [top, *top.findChildren(QWidget)]
        shown = [
            one
            for one in widgets
            if one.isVisible() and one.isEnabled() and not one.visibleRegion().isEmpty()
        ]
        widget = self.chance.choice(shown or [top])
        inside = widget.rect()
        at = QPoint(
            self.chance.randrange(max(1, inside.width())), self.chance.randrange(max(1, inside.height()))
        )
        return widget, at

    def _top(self, window: MainWindow) -> QWidget:
        """This window, or now and then a smaller one beside it."""
        others = self._others()
        return self.chance.choice(others) if others and self.chance.random() < 0.3 else window

    def _others(self) -> list[QWidget]:
        return [
            top
            for top in QApplication.topLevelWidgets()
            if top.isVisible() and not isinstance(top, MainWindow | QMenu)
        ]

    def _click(self, window: MainWindow) -> None:
        self._click_in(self._top(window))

    def _click_in(self, top: QWidget) -> None:
        widget, at = self._somewhere(top)
        modifier = self.chance.choices((NO_KEY, CTRL, SHIFT), (8, 1, 1))[0]
        self._note("click", f"{type(widget).__name__} {widget.accessibleName() or widget.objectName()}")
        QTest.mouseClick(widget, _LEFT, modifier, at)

    def _double_click(self, window: MainWindow) -> None:
        widget, at = self._somewhere(self._top(window))
        self._note("double click", type(widget).__name__)
        QTest.mouseDClick(widget, _LEFT, NO_KEY, at)

    def _drag(self, window: MainWindow) -> None:
        widget, at = self._somewhere(self._top(window))
        self._note("drag", type(widget).__name__)
        by = QPoint(self.chance.randint(-300, 300), self.chance.randint(-200, 200))
        QTest.mousePress(widget, _LEFT, NO_KEY, at)
        QTest.mouseMove(widget, at + by / 2)
        QTest.mouseRelease(widget, _LEFT, NO_KEY, at + by)

    def _wheel(self, window: MainWindow) -> None:
        widget, at = self._somewhere(self._top(window))
        self._note("wheel", type(widget).__name__)
        turn = QPoint(0, self.chance.choice((-360, -120, 120, 360)))
        where = QPointF(at)
        event = QWheelEvent(
            where,
            QPointF(widget.mapToGlobal(at)),
            QPoint(),
            turn,
            Qt.MouseButton.NoButton,
            self.chance.choice((NO_KEY, NO_KEY, CTRL)),
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(widget, event)

    def _context_menu(self, window: MainWindow) -> None:
        widget, at = self._somewhere(self._top(window))
        self._note("context menu", type(widget).__name__)
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, widget.mapToGlobal(at))
        QApplication.sendEvent(widget, event)

    def _key(self, window: MainWindow) -> None:
        self._key_in(self._top(window))

    def _key_in(self, top: QWidget) -> None:
        modifier = self.chance.choices((NO_KEY, CTRL, SHIFT, CTRL | SHIFT), (6, 3, 2, 1))[0]
        key = self.chance.choice(WITH_CTRL if modifier & CTRL else KEYS)
        self._note("key", f"{modifier.name} {key.name} in {type(top.focusWidget() or top).__name__}")
        QTest.keyClick(top.focusWidget() or top, key, modifier)

    def _type(self, window: MainWindow) -> None:
        self._type_in(self._top(window))

    def _type_in(self, top: QWidget) -> None:
        field = top.focusWidget() or top
        text = self.chance.choice(TEXTS)
        self._note("typing", f"{text!r} in {type(field).__name__}")
        if text.isascii():
            QTest.keyClicks(field, text)
        else:
            event = QInputMethodEvent()
            event.setCommitString(text)
            QApplication.sendEvent(field, event)
        if self.chance.random() < 0.5:
            QTest.keyClick(QApplication.focusWidget() or top, Qt.Key.Key_Return)

    # --- menus, pages, windows ------------------------------------------------------------------------

    def _menu_action(self, window: MainWindow) -> None:
        actions = [one for one in leaves(window.menuBar().actions()) if one.isEnabled() and one.isVisible()]
        action = self.chance.choice(actions)
        self._note("menu action", action.text())
        action.trigger()

    def _open_menu(self, window: MainWindow) -> None:
        menu = self.chance.choice(window.menuBar().actions()).menu()
        self._note("menu")
        assert isinstance(menu, QMenu)
        menu.popup(window.mapToGlobal(QPoint(40, 40)))

    def _page(self, window: MainWindow) -> None:
        page = self.chance.choice(window.page_keys)
        self._note("page", page)
        window.show_page(page)

    def _undo(self, window: MainWindow) -> None:
        self._note("undo or redo")
        stack = window.document.undo_stack
        for _ in range(self.chance.randint(1, 8)):
            self.chance.choice((stack.undo, stack.undo, stack.redo))()

    def _resize(self, window: MainWindow) -> None:
        size = self.chance.randint(960, 1590), self.chance.randint(600, 980)
        self._note("resize", size)
        window.resize(*size)

    def _minimise(self, window: MainWindow) -> None:
        self._note("minimise or show")
        window.showNormal() if window.isMinimized() else window.showMinimized()

    def _clipboard(self, window: MainWindow) -> None:
        self._note("clipboard")
        QGuiApplication.clipboard().setText(self.chance.choice(PASTED))
        window.commands.paste_table()

    def _cards(self, _window: MainWindow) -> None:
        self._note("cards")
        card = self.chance.randrange(2)
        used, power = self.chance.randint(0, 79) * GIB, self.chance.randint(50_000, 400_000)
        self._scene.update({f"gpu.{card}.memory.used": used, f"gpu.{card}.power": power})
        fault = f"gpu.{card}.error.*"
        self._scene.set(fault, _LOST) if self.chance.random() < 0.05 else self._scene.remove(fault)

    def _theme(self, _window: MainWindow) -> None:
        mode = self.chance.choice(tuple(Mode))
        self._note("theme", mode)
        self._program.theme.set_mode(mode)

    def _text_size(self, _window: MainWindow) -> None:
        factor = self.chance.choice((1.0, 1.0, 1.0, 1.25, 1.5, 2.0))
        self._note("text size", factor)
        self._program.theme.set_user_scale(factor)

    def _language(self, _window: MainWindow) -> None:
        code = self.chance.choice(("en", "zh_CN"))
        self._note("language", code)
        self._program.windows.reopen(lambda: self._program.translation.use(code))

    def _window(self, window: MainWindow) -> None:
        if len(self._program.windows.open_windows) >= _MOST_WINDOWS or self.chance.random() < 0.5:
            self._note("window closed")
            window.close()
        else:
            self._note("window opened")
            window.another_window_requested.emit(self.chance.choice((None, "")))

    def _drop(self, window: MainWindow) -> None:
        if len(self._program.windows.open_windows) < _MOST_WINDOWS:
            files = sorted((self._scene.scene.parent / "documents").iterdir())
            path = self.chance.choice(files)
            self._note("drop", path.name)
            window.drop_file(path)

    def _close_other(self, _window: MainWindow) -> None:
        others = self._others()
        if len(others) >= _MOST_OTHERS or (others and self.chance.random() < 0.5):
            other = self.chance.choice(others)
            self._note("other closed", type(other).__name__)
            other.close()

"""Fields under the hand: the wheel, the first click, and undo where nothing was typed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QKeySequence, QWheelEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gpuplanner.core.plan import PLAN_FIELD
from gpuplanner.ui.plan.form_editors import NameField
from gpuplanner.ui.theme import Theme
from gpuplanner.ui.widgets.controls import ComboBox
from gpuplanner.ui.widgets.number_field import NumberField, Steps


def turn_wheel(widget: QWidget) -> bool:
    """One notch down in the middle of a widget; whether the widget took it."""
    where = QPointF(widget.rect().center())
    event = QWheelEvent(
        where,
        QPointF(widget.mapToGlobal(widget.rect().center())),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def test_that_scrolling_over_a_choice_changes_nothing(qtbot: QtBot, theme: Theme) -> None:
    combo = ComboBox(theme)
    qtbot.addWidget(combo)
    combo.addItems(["not said", "int8"])
    combo.show()
    assert combo.focusPolicy() is Qt.FocusPolicy.StrongFocus  # not WheelFocus, which takes the focus first
    assert not turn_wheel(combo)
    assert combo.currentText() == "not said"
    combo.activateWindow()
    combo.setFocus()
    qtbot.waitUntil(combo.hasFocus)
    turn_wheel(combo)
    assert combo.currentText() == "int8"


@pytest.fixture
def window(qtbot: QtBot, theme: Theme) -> QMainWindow:
    """A window with undo, a number and a name."""
    window = QMainWindow()
    body = QWidget()
    layout = QVBoxLayout(body)
    layout.addWidget(NumberField(theme, PLAN_FIELD["seq_len"], Steps.LENGTHS, "tokens"))
    layout.addWidget(NameField(theme, ["Qwen-1.8B", "Qwen-14B"]))
    window.setCentralWidget(body)
    undo = QAction("Undo", window)
    undo.setShortcut(QKeySequence.StandardKey.Undo)
    window.addAction(undo)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=30_000)
    return window


def test_that_the_first_click_into_a_name_selects_it_and_the_second_does_not(
    qtbot: QtBot, window: QMainWindow
) -> None:
    name = window.findChild(NameField)
    assert name is not None
    editor = name.lineEdit()
    assert editor is not None
    name.set_value("Qwen-1.8B")
    qtbot.mouseClick(editor, Qt.MouseButton.LeftButton, pos=QPoint(40, 8))
    assert editor.selectedText() == "Qwen-1.8B"
    qtbot.keyClicks(editor, "14B")
    assert editor.text() == "14B"
    qtbot.mouseClick(editor, Qt.MouseButton.LeftButton, pos=QPoint(2, 8))
    assert not editor.hasSelectedText()


def test_that_another_font_leaves_the_name_where_it_stood(qtbot: QtBot, theme: Theme) -> None:
    name = NameField(theme, ["Qwen-14B"])
    qtbot.addWidget(name)
    name.resize(120, 24)
    name.show()
    editor = name.lineEdit()
    assert editor is not None
    before = editor.geometry()
    larger = name.font()
    larger.setPixelSize(larger.pixelSize() + 2)
    name.setFont(larger)
    assert editor.geometry() == before
    name.set_names(["Qwen-14B", "Qwen-72B"])
    assert editor.geometry() == before


@pytest.mark.parametrize("kind", [NumberField, NameField])
def test_that_undo_is_the_windows_where_nothing_was_typed(
    qtbot: QtBot, window: QMainWindow, kind: type[QWidget]
) -> None:
    undone: list[bool] = []
    window.actions()[0].triggered.connect(lambda: undone.append(True))
    field = window.findChild(kind)
    assert isinstance(field, NumberField | NameField)
    field.set_value(2048 if kind is NumberField else "Qwen-1.8B")
    field.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None, timeout=30_000)
    editor = QApplication.focusWidget()
    assert editor is not None
    qtbot.keyClick(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(undone) == 1
    qtbot.keyClicks(editor, "1")
    qtbot.keyClick(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(undone) == 1

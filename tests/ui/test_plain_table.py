"""Small tables in dialogs: a tick is turned where it is painted, and heads have room for their words."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics, QStandardItem, QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot

from gpuplanner.ui.theme import SEMIBOLD, TABLE, Theme
from gpuplanner.ui.widgets.plain_table import PlainHead, PlainRows


def ticked(text: str) -> QStandardItem:
    item = QStandardItem(text)
    item.setCheckable(True)
    item.setEditable(False)
    return item


def test_that_a_tick_is_turned_by_a_click_on_all_of_its_box(theme: Theme, qtbot: QtBot) -> None:
    model = QStandardItemModel(2, 2)
    model.setItem(0, 0, ticked("1"))
    view = QTableView()
    qtbot.addWidget(view)
    view.setModel(model)
    view.setItemDelegate(PlainRows(theme, view, tick_column=0))
    view.show()
    corner = view.visualRect(model.index(0, 0)).topLeft()
    checked = [model.item(0, 0).checkState()]
    for x in (theme.px(8), theme.px(21), theme.px(60)):
        QTest.mouseClick(
            view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, corner + QPoint(x, 8)
        )
        checked.append(model.item(0, 0).checkState())
    on, off = Qt.CheckState.Checked, Qt.CheckState.Unchecked
    assert checked == [off, on, off, off], "both edges of the box, and the text beside it"


def test_that_a_head_has_room_for_its_longest_line(theme: Theme, qtbot: QtBot) -> None:
    model = QStandardItemModel(1, 1)
    model.setHorizontalHeaderLabels(["Length\nSequence length"])
    view = QTableView()
    qtbot.addWidget(view)
    head = PlainHead(theme, view)
    view.setHorizontalHeader(head)
    view.setModel(model)
    words = QFontMetrics(theme.font(TABLE, SEMIBOLD)).horizontalAdvance("Sequence length")
    assert head.sectionSizeHint(0) > words
    assert head.sizeHint().height() > 2 * head.fontMetrics().height()

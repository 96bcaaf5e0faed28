"""The list's first columns stay in sight: where they are drawn, clicked and edited."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.data.benchmark_table import BenchmarkTable
from gpuplanner.ui.documents.document import Document
from gpuplanner.ui.table.table_page import TablePage
from gpuplanner.ui.theme import Theme

FORCED = ("gpu", "optimizer", "precision", "software", "source")


@pytest.fixture
def page(qtbot: QtBot, theme: Theme, profile: tuple[BenchmarkRow, ...]) -> Iterator[TablePage]:
    """The list, frozen up to the method and scrolled to its end."""
    document = Document(BenchmarkTable(profile))
    result = TablePage(theme, document)
    document.setParent(result)
    result.resize(700, 500)
    qtbot.addWidget(result)
    with qtbot.waitExposed(result):
        result.show()
    result.view.force_columns(dict.fromkeys(FORCED, True))
    result.view.freeze_up_to("method")
    bar = result.view.horizontalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 100)
    bar.setValue(bar.maximum())
    yield result
    result.close()


def test_that_frozen_cells_are_drawn_and_clicked_where_they_were(qtbot: QtBot, page: TablePage) -> None:
    view, far = page.view, page.view.horizontalScrollBar().value()
    assert view.visualRect(page.model.index(3, 0)).left() == 0
    place = QPoint(view.columnWidth(0) + 5, view.rowViewportPosition(3) + 5)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert (view.currentIndex().row(), view.currentIndex().column()) == (3, 1)
    assert view.horizontalScrollBar().value() == far
    qtbot.keyClick(view, Qt.Key.Key_Left)
    qtbot.keyClick(view, Qt.Key.Key_F2)
    editor = view.viewport().findChild(QLineEdit)
    assert editor is not None
    assert editor.x() == 0
    qtbot.keyClick(editor, Qt.Key.Key_Escape)


def test_that_a_frozen_cell_is_painted_over_what_is_scrolled_below_it(page: TablePage) -> None:
    view = page.view
    frozen = view.visualRect(page.model.index(0, 0))
    scrolled = view.viewport().grab(frozen).toImage()
    view.horizontalScrollBar().setValue(0)
    assert view.viewport().grab(frozen).toImage() == scrolled


def test_that_a_click_on_a_frozen_head_sorts_by_it(qtbot: QtBot, page: TablePage) -> None:
    heads = page.view.horizontalHeader()
    qtbot.mouseClick(heads.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
    assert page.model.sorted_by == (0, Qt.SortOrder.AscendingOrder)


def test_that_the_menu_of_a_head_freezes_up_to_it_and_lets_go(page: TablePage) -> None:
    menu = QMenu(page)
    page.columns_menu.fill(menu, "gpus")
    freeze, release = menu.actions()[2:4]
    freeze.trigger()
    assert (page.view.frozen_column, page.view.frozen_count) == ("gpus", 3)
    release.trigger()
    assert (page.view.frozen_column, page.view.frozen_count) == ("", 0)
    assert page.view.visualRect(page.model.index(0, 0)).left() < 0


def test_that_columns_that_would_take_all_the_room_are_scrolled(page: TablePage) -> None:
    page.view.freeze_up_to("source")
    assert page.view.visualRect(page.model.index(0, 0)).left() < 0

"""A cell that is left with Enter and a click at the same time."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.data.benchmark_table import BenchmarkTable
from gpuplanner.ui.documents.document import Document
from gpuplanner.ui.table.table_page import TablePage
from gpuplanner.ui.theme import Theme


def test_that_it_is_taken_once_and_qt_warns_of_nothing(
    qtbot: QtBot, theme: Theme, profile: tuple[BenchmarkRow, ...]
) -> None:
    document = Document(BenchmarkTable(profile[:3], ("model", "seq_len")))
    page = TablePage(theme, document)
    document.setParent(page)
    qtbot.addWidget(page)
    with qtbot.waitExposed(page):
        page.show()
    cell = page.model.index(1, page.model.column_of("seq_len"))
    page.view.setCurrentIndex(cell)
    page.view.edit(cell)
    editor = page.view.viewport().findChild(QLineEdit)
    assert editor is not None
    editor.setText("640")
    QTest.keyClick(editor, Qt.Key.Key_Return)  # Qt takes the text in the next turn ...
    page.view.setCurrentIndex(page.model.index(2, 0))  # ... and a click takes it now
    QCoreApplication.sendPostedEvents()
    assert document.rows[1].plan.seq_len == 640
    assert document.undo_stack.count() == 1

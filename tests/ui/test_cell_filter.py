"""Filtering by the value of a cell: what passes, what adds up, and the way out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from gpuplanner.core.benchmark import BenchmarkRow, Status
from gpuplanner.data.benchmark_table import BenchmarkTable
from gpuplanner.ui.documents.document import Document
from gpuplanner.ui.table.column_rule import CellRule
from gpuplanner.ui.table.row_order import RowFilter
from gpuplanner.ui.table.table_page import TablePage
from gpuplanner.ui.theme import Theme
from gpuplanner.ui.widgets.display_unit import DisplayUnit


@pytest.fixture
def page(qtbot: QtBot, theme: Theme, profile: tuple[BenchmarkRow, ...]) -> Iterator[TablePage]:
    document = Document(BenchmarkTable(profile, ("model", "method", "seq_len", "peak_memory")))
    result = TablePage(theme, document)
    document.setParent(result)
    qtbot.addWidget(result)
    yield result
    result.close()


def filter_by(page: TablePage, source: int, key: str, *, is_out: bool = False) -> list[BenchmarkRow]:
    model = page.model
    page.view.setCurrentIndex(model.index(model.view_row(source), model.column_of(key)))
    page.filter_by_cell(is_out=is_out)
    return [model.row_at(row) for row in range(model.rowCount())]


def test_that_a_value_is_kept_or_left_out_and_shown_as_the_filter(
    page: TablePage, profile: tuple[BenchmarkRow, ...]
) -> None:
    length = profile[3].plan.seq_len
    same = [row for row in profile if row.plan.seq_len == length]
    assert filter_by(page, 3, "seq_len") == same
    buttons = [button.text() for button in page.tools.findChildren(QPushButton)]
    assert f"Length {length:,}" in buttons
    page.tools.clear_filter()
    others = filter_by(page, 3, "seq_len", is_out=True)
    assert others == [row for row in profile if row.plan.seq_len != length]
    page.tools.clear_filter()
    assert page.model.rowCount() == len(profile)
    assert page.model.document.undo_stack.count() == 0


def test_that_values_of_several_columns_and_words_add_up(
    page: TablePage, profile: tuple[BenchmarkRow, ...]
) -> None:
    page.tools.find_box.setText("qwen-7b")
    filter_by(page, next(i for i, row in enumerate(profile) if row.plan.model == "Qwen-7B"), "gpus")
    source = page.model.source_row(0)
    shown = filter_by(page, source, "method")
    first = profile[source].plan
    assert shown
    assert {(row.plan.model, row.plan.method, row.plan.n_gpus) for row in shown} == {
        ("Qwen-7B", first.method, first.n_gpus)
    }
    page.tools.find_box.setText("")
    assert len(page.model.row_filter.cells) == 2


def test_that_out_of_memory_is_a_value_in_any_unit(
    page: TablePage, profile: tuple[BenchmarkRow, ...]
) -> None:
    oom = next(i for i, row in enumerate(profile) if row.measurement.status is Status.OOM)
    shown = filter_by(page, oom, "peak_memory", is_out=True)
    assert {row.measurement.status for row in shown} == {Status.MEASURED}
    page.set_unit(DisplayUnit.GIB_TOTAL)
    page.model.set_filter(page.model.row_filter)
    assert page.model.rowCount() == len(shown)


def test_that_a_column_keeps_one_value_and_leaves_out_several() -> None:
    wanted = RowFilter().with_rule(CellRule("a", 1.0)).with_rule(CellRule("a", 2.0))
    assert wanted.cells == (CellRule("a", 2.0),)
    first, second = CellRule("a", 1.0, is_out=True), CellRule("a", 2.0, is_out=True)
    without = RowFilter().with_rule(first).with_rule(second).with_rule(first)
    assert without.cells == (second, first)
    assert not without.is_empty

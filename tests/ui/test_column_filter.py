"""The filter under a column's head: its values and counts, a range, what is empty, and the way out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from gpuplanner.core.benchmark import BenchmarkRow, Status
from gpuplanner.data.benchmark_table import BenchmarkTable, read_row
from gpuplanner.data.pivot import finished
from gpuplanner.ui.documents.document import Document
from gpuplanner.ui.table import row_filtering
from gpuplanner.ui.table.column_filter import ColumnFilter
from gpuplanner.ui.table.column_rule import CellRule, ColumnRule
from gpuplanner.ui.table.column_values import ColumnValue
from gpuplanner.ui.table.row_order import RowFilter
from gpuplanner.ui.table.table_page import TablePage
from gpuplanner.ui.table.value_list import MOST_LINES, ValueList
from gpuplanner.ui.theme import Theme
from gpuplanner.ui.widgets.display_unit import DisplayUnit

TIP = Qt.ItemDataRole.ToolTipRole


@pytest.fixture
def page(qtbot: QtBot, theme: Theme, profile: tuple[BenchmarkRow, ...]) -> Iterator[TablePage]:
    document = Document(BenchmarkTable(profile, ("model", "method", "seq_len", "peak_memory", "note")))
    result = TablePage(theme, document)
    document.setParent(result)
    qtbot.addWidget(result)
    yield result
    result.close()


def opened(qtbot: QtBot, page: TablePage, key: str) -> ColumnFilter:
    page.filter_column(key)
    panel = page.filters.panel
    assert panel is not None
    qtbot.waitUntil(lambda: panel.is_known)
    return panel


def tick_only(panel: ColumnFilter, *texts: str) -> None:
    panel.values.tick_only(lambda value: value.text in texts)


def shown(page: TablePage) -> list[BenchmarkRow]:
    return [page.model.row_at(row) for row in range(page.model.rowCount())]


def head_tip(page: TablePage, key: str) -> str:
    return str(page.model.headerData(page.model.column_of(key), Qt.Orientation.Horizontal, TIP))


def test_that_values_have_the_counts_of_the_rest_of_the_filter(qtbot: QtBot, page: TablePage) -> None:
    page.tools.add_rule(CellRule("seq_len", 256))
    page.tools.add_rule(CellRule("method", "lora"))
    panel = opened(qtbot, page, "method")
    counts = {value.text: value.count for value in panel.values.values}
    of_length = [row for row in page.model.document.rows if row.plan.seq_len == 256]
    assert sum(counts.values()) == len(of_length)
    assert counts["QLoRA"] == sum(row.plan.method == "qlora" for row in of_length)
    assert [value.text for value in panel.values.wanted] == ["LoRA"]


def test_that_what_is_searched_for_is_kept_and_can_be_taken_back(qtbot: QtBot, page: TablePage) -> None:
    panel = opened(qtbot, page, "model")
    panel.search.setText("14b")
    panel.take()
    assert {row.plan.model for row in shown(page)} == {"Qwen-14B"}
    assert page.filters.panel is None
    assert head_tip(page, "model").endswith("Model Qwen-14B")
    assert "Model Qwen-14B" in [button.text() for button in page.tools.findChildren(QPushButton)]
    opened(qtbot, page, "model").clear()
    assert page.model.row_filter.is_empty
    assert page.model.document.undo_stack.count() == 0


def test_that_few_values_without_a_tick_are_left_out(qtbot: QtBot, page: TablePage) -> None:
    panel = opened(qtbot, page, "seq_len")
    tick_only(panel, "256", "512", "1,024", "2,048", "4,096")
    panel.take()
    (rule,) = page.model.row_filter.cells
    assert rule == ColumnRule("seq_len", frozenset({8192}), is_out=True)
    assert rule.words == "Length not 8,192"
    assert 8192 not in {row.plan.seq_len for row in shown(page)}


def test_that_a_range_is_typed_in_the_unit_of_the_screen_and_out_of_memory_is_in_none(
    qtbot: QtBot, page: TablePage
) -> None:
    page.set_unit(DisplayUnit.GB_PER_GPU)
    panel = opened(qtbot, page, "peak_memory")
    panel.low.setText("20,5")
    panel.take()
    assert page.model.row_filter.cells[0].words == "Peak memory from 20,5 GB per GPU"
    figures = [row.peak_bytes_per_gpu for row in shown(page)]
    assert figures
    assert all(figure is not None and figure >= 20.5e9 for figure in figures)
    page.set_unit(DisplayUnit.GIB_PER_GPU)
    panel = opened(qtbot, page, "peak_memory")
    assert panel.low.text() == "19.0921"


@pytest.mark.parametrize(
    ("key", "ends", "shown_ends"),
    [
        ("seq_len", ("256", "1048576"), ("256", "1048576")),
        ("peak_memory", ("20.123456789", "30"), ("18.7414", "27.9397")),
    ],
)
def test_that_a_range_that_is_left_alone_stays_as_it_was_to_the_last_digit(
    qtbot: QtBot, page: TablePage, key: str, ends: tuple[str, str], shown_ends: tuple[str, str]
) -> None:
    page.set_unit(DisplayUnit.GB_PER_GPU)
    panel = opened(qtbot, page, key)
    panel.low.setText(ends[0])
    panel.high.setText(ends[1])
    panel.take()
    (before,) = page.model.row_filter.cells
    page.set_unit(DisplayUnit.GIB_PER_GPU)
    panel = opened(qtbot, page, key)
    assert (panel.low.text(), panel.high.text()) == shown_ends
    panel.take()
    assert page.model.row_filter.cells == (before,)


def test_that_a_search_that_was_typed_before_the_values_were_known_narrows_them(theme: Theme) -> None:
    values = ValueList(theme)
    values.search("14b")
    values.show(
        tuple(ColumnValue(text, frozenset({text}), 1) for text in ("Qwen-7B", "Qwen-14B")),
        lambda _value: True,
    )
    assert [value.text for value in values.wanted] == ["Qwen-14B"]


def test_that_a_choice_that_can_be_nothing_is_refused_with_the_reason(qtbot: QtBot, page: TablePage) -> None:
    panel = opened(qtbot, page, "peak_memory")
    for low, high, reason in (
        ("x", "", "not a number"),
        ("3", "2", "ends before"),
        ("2,113", "", "two ways"),
    ):
        panel.low.setText(low)
        panel.high.setText(high)
        panel.take()
        assert reason in panel.fault.text()
    panel.low.clear()
    tick_only(panel)
    panel.take()
    assert "Nothing is ticked" in panel.fault.text()
    assert page.model.row_filter.is_empty


def test_that_empty_cells_are_the_last_value_and_can_be_left_out(qtbot: QtBot, page: TablePage) -> None:
    page.model.document.set_rows({3: read_row({"model": "Qwen-7B", "seq_len": "64", "note": "odd"})}, "x")
    panel = opened(qtbot, page, "note")
    assert panel.values.values[-1].is_empty
    panel.ticks[3][0].click()
    panel.take()
    assert page.model.row_filter.cells[0].words == "Note not empty"
    assert shown(page)
    assert all(row.provenance.note for row in shown(page))


def test_that_all_gpus_of_a_node_are_within_a_range_that_ends_with_them(
    qtbot: QtBot, page: TablePage
) -> None:
    panel = opened(qtbot, page, "gpus")
    panel.low.setText("2")
    panel.high.setText("4")
    panel.take()
    assert {row.plan.n_gpus for row in shown(page)} == {2, 4}


def test_that_the_panel_goes_when_rows_change_and_opens_from_the_funnel(
    qtbot: QtBot, page: TablePage
) -> None:
    opened(qtbot, page, "model")
    page.model.document.remove_rows([0], "x")
    assert page.filters.panel is None
    page.resize(900, 400)
    page.show()
    heads = page.view.heads
    rect = heads.section_rect(page.model.column_of("seq_len"))
    QTest.mouseClick(
        heads.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(rect.left() + 8, rect.bottom() - 8)
    )
    assert page.filters.panel is not None
    assert page.model.sorted_by is None
    page.filters.close()


def test_that_the_first_thousand_values_are_listed_and_a_search_finds_the_others(theme: Theme) -> None:
    values = ValueList(theme)
    many = tuple(ColumnValue(f"{n:,}", frozenset({float(n)}), 1) for n in range(3 * MOST_LINES))
    values.show(many, lambda _value: True)
    assert (values.rowCount(), values.n_found) == (MOST_LINES, len(many))
    values.search("2,999")
    assert values.data(values.index(0, 0)) == "2,999"
    values.toggle([0])
    values.search("")
    assert len(values.wanted) == len(many) - 1


def test_that_a_value_that_is_left_out_joins_the_rule_of_its_column() -> None:
    of_column = ColumnRule("method", frozenset({"lora", "full"}), is_out=False)
    both = RowFilter().with_rule(of_column).with_rule(CellRule("method", "full", is_out=True))
    keys = dict(enumerate(["lora", "full", "qlora", None]))
    left = list(keys)
    for rule in both.cells:
        left = rule.passing(left, keys.__getitem__)
    assert left == [0]
    assert both.with_rule(of_column).cells == (of_column,)
    assert both.without("method").is_empty


def test_that_a_large_table_is_looked_through_in_slices_before_it_is_filtered(
    qtbot: QtBot, page: TablePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_filtering, "_MANY", 10)
    page.tools.add_rule(CellRule("seq_len", 512))
    assert page.model.rowCount() == len(page.model.document.rows)
    qtbot.waitUntil(lambda: page.model.rowCount() < len(page.model.document.rows))
    assert {row.plan.seq_len for row in shown(page)} == {512}
    lengths = page.model.columns[page.model.column_of("seq_len")]
    page.model.document.set_cells([(0, "seq_len", "512")], "x")
    assert page.model.keys.knows(lengths)  # what is known follows an edit
    assert page.model.keys.of(lengths)(0) == 512


def test_that_a_row_that_a_large_tables_filter_hides_is_gone_to(
    page: TablePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.tools.add_rule(CellRule("seq_len", 512))
    monkeypatch.setattr(row_filtering, "_MANY", 10)
    hidden = next(i for i, row in enumerate(page.model.document.rows) if row.plan.seq_len != 512)
    page.select_row(hidden, "seq_len")
    assert page.view.current_source() == hidden


def test_that_a_filter_that_is_being_applied_stays_in_the_tools_when_rows_change(
    qtbot: QtBot, page: TablePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_filtering, "_MANY", 10)
    page.tools.find_box.setText("14b")
    page.model.document.set_cells([(0, "seq_len", "512")], "x")
    assert page.tools.find_box.text() == "14b"
    qtbot.waitUntil(lambda: page.model.row_filter == RowFilter("14b"))
    assert {row.plan.model for row in shown(page)} == {"Qwen-14B"}


def test_that_rows_come_in_the_order_that_was_chosen_while_they_were_filtered(page: TablePage) -> None:
    model, up = page.model, Qt.SortOrder.AscendingOrder
    wanted = RowFilter(model="Qwen-14B")
    model.sort(model.column_of("peak_memory"), up)
    n_steps = sum(1 for _ in page._filtering._passing(wanted))
    for chosen_after in range(n_steps):
        model.sort(model.column_of("peak_memory"), up)
        steps = page._filtering._passing(wanted)
        for _ in range(chosen_after + 1):
            next(steps)
        model.sort(model.column_of("seq_len"), up)
        lengths = [model.document.rows[source].plan.seq_len for source in finished(steps)]
        assert lengths == sorted(lengths)


def test_that_figures_of_out_of_memory_rows_are_a_value_of_their_own(qtbot: QtBot, page: TablePage) -> None:
    panel = opened(qtbot, page, "peak_memory")
    tick_only(panel, "OOM")
    panel.take()
    assert {row.measurement.status for row in shown(page)} == {Status.OOM}

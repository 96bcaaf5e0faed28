"""The model sorts and filters a view of the document, and shows edits, estimates and units."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from gpuplanner.core.benchmark import BenchmarkRow, Status
from gpuplanner.core.plan import Plan
from gpuplanner.core.units import GIB
from gpuplanner.data.benchmark_table import BenchmarkTable
from gpuplanner.report.row_estimates import RowEstimate
from gpuplanner.ui.documents.document import Document
from gpuplanner.ui.table.benchmark_table import BenchmarkTableModel
from gpuplanner.ui.table.row_order import RowFilter
from gpuplanner.ui.widgets.display_unit import DisplayUnit

pytestmark = pytest.mark.usefixtures("qapp")
UP, DOWN = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder


@pytest.fixture
def model(profile: tuple[BenchmarkRow, ...]) -> BenchmarkTableModel:
    document = Document(BenchmarkTable(profile, ("model", "note")))
    result = BenchmarkTableModel(document)
    document.setParent(result)
    return result


def sources(model: BenchmarkTableModel) -> list[int]:
    return [model.source_row(row) for row in range(model.rowCount())]


def text(model: BenchmarkTableModel, row: int, key: str) -> str:
    return str(model.index(row, model.column_of(key)).data())


def test_that_qt_finds_no_fault_in_the_model(model: BenchmarkTableModel) -> None:
    mode = QAbstractItemModelTester.FailureReportingMode.Fatal
    tester = QAbstractItemModelTester(model, mode)
    model.sort(model.column_of("peak_memory"), DOWN)
    model.set_filter(RowFilter("qlora"))
    model.document.remove_rows([70, 3], "delete 2 rows")
    model.document.undo_stack.undo()
    model.set_filter(RowFilter())
    model.document.add_columns(["cluster"], "paste")
    model.document.replace(BenchmarkTable())
    assert model.rowCount() == 0
    tester.deleteLater()


def test_that_sorting_puts_out_of_memory_above_and_nothing_last(model: BenchmarkTableModel) -> None:
    order_of_file = sources(model)
    place = model.column_of("peak_memory")
    model.sort(place, UP)
    peaks = [model.row_at(row).peak_bytes_per_gpu for row in range(model.rowCount())]
    measured = [peak for peak in peaks if peak is not None]
    assert measured == sorted(measured)
    assert peaks[len(measured) :] == [None] * 15
    model.sort(place, DOWN)
    assert model.row_at(0).measurement.status is Status.OOM
    model.sort(-1)
    assert sources(model) == order_of_file


def test_that_sorting_keeps_equal_rows_in_the_order_of_the_file(model: BenchmarkTableModel) -> None:
    model.sort(model.column_of("seq_len"), UP)
    first = [source for source in sources(model) if model.document.rows[source].plan.seq_len == 256]
    assert first == sorted(first)


def test_that_a_column_without_a_value_sorts_last_either_way(model: BenchmarkTableModel) -> None:
    place = model.column_of("step_time_s")
    for order in (UP, DOWN):
        model.sort(place, order)
        assert all(text(model, row, "step_time_s") == "–" for row in range(81, 96))


def test_that_every_word_of_the_filter_has_to_be_there(model: BenchmarkTableModel) -> None:
    model.set_filter(RowFilter("QLoRA 72b"))
    assert model.rowCount() == 6
    assert {text(model, row, "model") for row in range(6)} == {"Qwen-72B"}
    model.set_filter(RowFilter("zero-3 oom"))
    assert all(model.row_at(row).measurement.status is Status.OOM for row in range(model.rowCount()))
    assert model.rowCount() > 0
    model.set_filter(RowFilter("", "Qwen-7B", "full"))
    assert model.rowCount() == 6
    model.set_filter(RowFilter("no such thing"))
    assert model.rowCount() == 0
    model.set_filter(RowFilter())
    assert model.rowCount() == 96


def test_that_a_filter_finds_what_was_just_typed(model: BenchmarkTableModel) -> None:
    model.set_filter(RowFilter("zebra"))
    model.set_filter(RowFilter())
    model.setData(model.index(4, model.column_of("note")), "Zebra stripes")
    model.set_filter(RowFilter("zebra"))
    assert sources(model) == [4]


def test_that_indexes_follow_their_rows(model: BenchmarkTableModel) -> None:
    kept = QPersistentModelIndex(model.index(40, 2))
    model.sort(model.column_of("seq_len"), DOWN)
    assert model.source_row(kept.row()) == 40
    model.document.remove_rows([0, 1], "delete 2 rows")
    assert model.source_row(kept.row()) == 38
    model.document.remove_rows([38], "delete row")
    assert not kept.isValid()


def test_that_a_cell_is_edited_through_the_view_order(model: BenchmarkTableModel) -> None:
    model.sort(model.column_of("peak_memory"), DOWN)
    source = model.source_row(20)
    model.setData(model.index(20, model.column_of("seq_len")), "5k")
    assert model.document.rows[source].plan.seq_len == 5120
    assert model.document.undo_stack.undoText() == f"edit Length of row {source + 1}"
    model.document.undo_stack.undo()
    assert model.document.rows[source].plan.seq_len != 5120


def test_that_computed_cells_cannot_be_edited(model: BenchmarkTableModel) -> None:
    for key, editable in (("estimate", False), ("error", False), ("peak_memory", True), ("note", True)):
        flags = model.flags(model.index(0, model.column_of(key)))
        assert bool(flags & Qt.ItemFlag.ItemIsEditable) is editable


def test_that_estimates_show_until_their_row_changes(model: BenchmarkTableModel) -> None:
    assert text(model, 0, "estimate") == ""
    model.set_row_estimates({0: RowEstimate(device_bytes=6.2 * GIB), 1: RowEstimate(device_bytes=7 * GIB)})
    assert (text(model, 0, "estimate"), text(model, 1, "estimate")) == ("6.2", "7.0")
    model.setData(model.index(0, model.column_of("seq_len")), "300")
    assert (text(model, 0, "estimate"), text(model, 1, "estimate")) == ("", "7.0")


def test_that_estimates_move_with_their_rows(model: BenchmarkTableModel) -> None:
    model.set_row_estimates({5: RowEstimate(device_bytes=9 * GIB)})
    model.document.insert_rows(0, [BenchmarkRow(Plan())], "add row")
    assert text(model, 6, "estimate") == "9.0"
    model.document.remove_rows([0, 1], "delete 2 rows")
    assert text(model, 4, "estimate") == "9.0"


def test_that_the_unit_changes_every_memory_figure_and_no_data(model: BenchmarkTableModel) -> None:
    model.set_row_estimates({42: RowEstimate(device_bytes=70 * GIB)})
    row_before = model.document.rows[42]
    assert (text(model, 42, "peak_memory"), text(model, 42, "estimate")) == ("64.8", "70.0")
    model.set_unit(DisplayUnit.GIB_TOTAL)
    assert (text(model, 42, "peak_memory"), text(model, 42, "estimate")) == ("129.6", "140.0")
    head = model.headerData(model.column_of("peak_memory"), Qt.Orientation.Horizontal,
                            Qt.ItemDataRole.AccessibleTextRole)  # fmt: skip
    assert head == "Peak memory (GiB, all GPUs)"
    assert model.document.rows[42] is row_before
    assert model.document.undo_stack.count() == 0


def test_that_a_series_starts_where_model_method_cards_or_sharding_change(model: BenchmarkTableModel) -> None:
    starts = [row for row in range(model.rowCount()) if model.context(row).starts_series]
    assert starts[:4] == [0, 6, 12, 18]
    assert model.context(24).starts_model
    assert not model.context(30).starts_model


def test_that_a_row_added_under_a_filter_is_seen(model: BenchmarkTableModel) -> None:
    model.set_filter(RowFilter("", "Qwen-72B"))
    shown = model.rowCount()
    model.document.insert_rows(96, [BenchmarkRow(Plan(model="Other"))], "add row")
    assert model.rowCount() == shown + 1
    assert model.view_row(96) == shown


def test_that_cells_can_be_heard(model: BenchmarkTableModel) -> None:
    heard = model.index(45, model.column_of("peak_memory")).data(Qt.ItemDataRole.AccessibleTextRole)
    assert heard == "Peak memory, OOM, GiB per GPU"
    model.setData(model.index(0, model.column_of("seq_len")), "abc")
    heard = model.index(0, model.column_of("seq_len")).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "'abc' is not a number" in heard

"""Editing as in a spreadsheet: copies for others and for ourselves, fills, series, rows, pasted blocks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from gpuplanner.core.benchmark import BenchmarkRow, MemoryUnit
from gpuplanner.data.benchmark_table import BenchmarkTable, read_row
from gpuplanner.report.row_estimates import RowEstimate
from gpuplanner.ui.documents.document import Document
from gpuplanner.ui.table.copied_cells import OWN
from gpuplanner.ui.table.number_series import NumberSeries, guessed_series
from gpuplanner.ui.table.row_order import RowFilter
from gpuplanner.ui.table.series_dialog import SeriesDialog
from gpuplanner.ui.table.table_page import TablePage
from gpuplanner.ui.theme import Mode, Theme
from gpuplanner.ui.widgets.display_unit import DisplayUnit

TIP = Qt.ItemDataRole.ToolTipRole
_LENGTHS = [256, 512, 1024, 2048, 4096, 8192]


@pytest.fixture
def page(qtbot: QtBot, profile: tuple[BenchmarkRow, ...]) -> Iterator[TablePage]:
    """Not on the screen, which takes most of a test's time: nothing here depends on what is painted."""
    document = Document(BenchmarkTable(profile[:12], ("model", "method", "seq_len", "peak_memory")))
    result = TablePage(Theme(Mode.LIGHT), document)
    document.setParent(result)
    result.view.resize(804, 400)
    result.view.fit()
    qtbot.addWidget(result)
    yield result
    result.close()


def select(page: TablePage, *areas: tuple[int, str, int, str]) -> None:
    """Areas as (top, left column, bottom, right column), with the cursor in the first."""
    model, chosen = page.model, QItemSelection()
    for top, left, bottom, right in areas:
        corners = model.index(top, model.column_of(left)), model.index(bottom, model.column_of(right))
        chosen.append(QItemSelection(*corners)[0])
    page.view.setCurrentIndex(chosen.indexes()[0])
    page.view.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)


def lengths(page: TablePage) -> list[int]:
    return [row.plan.seq_len for row in page.model.document.rows]


def clipboard() -> QMimeData:
    return QGuiApplication.clipboard().mimeData()


def undo_text(page: TablePage) -> str:
    return page.model.document.undo_stack.undoText()


def test_that_a_number_says_in_its_tip_how_it_was_typed_and_undo_takes_that_along(page: TablePage) -> None:
    model = page.model
    index = model.index(0, model.column_of("peak_memory"))
    model.setData(index, "52 GB")
    assert (model.data(index), model.data(index, TIP)) == ("48.4", "typed as 52 GB")
    assert model.data(index, Qt.ItemDataRole.EditRole) == "48.4288"
    whole = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
    page.view.setCurrentIndex(index)
    page.view.selectionModel().select(index, whole)
    page.editing.copy()
    page.editing.paste()
    assert model.data(model.index(1, index.column()), TIP) == "typed as 52 GB"
    for _step in range(2):
        model.document.undo_stack.undo()
    assert model.data(index, TIP) is None
    model.document.undo_stack.redo()
    assert model.data(index, TIP) == "typed as 52 GB"


# --- copies --------------------------------------------------------------------------------------------


def test_that_a_copy_is_text_html_and_markdown_in_the_unit_of_the_screen(page: TablePage) -> None:
    select(page, (0, "seq_len", 1, "peak_memory"))
    page.editing.copy()
    mime = clipboard()
    assert mime.text() == "256\t6.23986\n512\t6.89179\n"
    assert '<tr><td sdval="256.0" sdnum="1033;">256</td>' in mime.html()
    markdown = mime.data("text/markdown").data().decode()
    assert markdown.splitlines()[0] == "| Length (tokens) | Peak memory (GiB per GPU) |"
    assert markdown.splitlines()[2] == "| 256 | 6.2 |"
    page.set_unit(DisplayUnit.AS_WRITTEN)
    page.editing.copy()
    assert clipboard().text() == "256\t6.7 GB\n512\t7.4 GB\n"


def test_that_heads_and_markdown_are_copied_when_asked_for(page: TablePage) -> None:
    select(page, (0, "seq_len", 0, "peak_memory"))
    page.editing.copying.copy_with_heads()
    assert clipboard().text() == "Length (tokens)\tPeak memory (GiB per GPU)\n256\t6.23986\n"
    assert "<th>Length (tokens)</th>" in clipboard().html()
    page.editing.copying.copy_markdown()
    assert clipboard().text().startswith("| Length (tokens) |")
    assert not clipboard().hasHtml(), "an editor that prefers HTML would not get the Markdown"


def test_that_areas_apart_are_brought_together_and_what_lies_between_is_left_alone(page: TablePage) -> None:
    select(
        page, (0, "seq_len", 0, "seq_len"), (2, "seq_len", 2, "seq_len"), (2, "step_time_s", 2, "step_time_s")
    )
    page.editing.copy()
    assert clipboard().text() == "256\t\n1024\t1.1\n"
    before = page.model.document.rows[6]
    select(page, (6, "seq_len", 6, "seq_len"))
    page.editing.paste()
    pasted = page.model.document.rows[6:8]
    assert [row.plan.seq_len for row in pasted] == [256, 1024]
    assert pasted[0].measurement == before.measurement, "the hole did not empty the cell"


def test_that_cells_come_back_as_they_were_written_whatever_the_unit(page: TablePage) -> None:
    select(page, (0, "peak_memory", 0, "peak_memory"))
    page.editing.copy()
    page.set_unit(DisplayUnit.GB_PER_GPU)
    select(page, (3, "peak_memory", 3, "peak_memory"))
    page.editing.paste()
    measured = page.model.document.rows[3].measurement
    assert (measured.peak_memory, measured.peak_memory_unit) == (6.7, MemoryUnit.GB)


def test_that_a_total_of_two_gpus_is_pasted_as_the_same_share_of_four(page: TablePage) -> None:
    document = page.model.document
    texts = {"model": "Qwen-7B", "peak_memory": "40", "peak_memory_scope": "total"}
    rows = [read_row({**texts, "gpus_per_node": gpus}) for gpus in ("2", "4")]
    document.insert_rows(0, rows, "add")
    select(page, (0, "peak_memory", 1, "peak_memory"))
    page.editing.fills.fill_down()
    gib = [round(row.peak_bytes_per_gpu or 0) / 2**30 for row in document.rows[:2]]
    assert gib == [20, 20]


def test_that_whole_rows_come_back_with_everything_through_our_own_form(page: TablePage) -> None:
    document = page.model.document
    odd = read_row(
        {"model": "m", "seq_len": "many", "note": '=1+1\t"x"\n', "cluster": "A", "lora_rank_inferred": "8"}
    )
    document.insert_rows(0, [odd], "add")
    # Not selectRow, which asks for the keys that are held: an earlier test may have left one.
    whole = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
    page.view.selectionModel().setCurrentIndex(page.model.index(0, 0), whole)
    page.editing.copy()
    assert clipboard().text().startswith("model\tmethod\tseq_len\tpeak_memory")
    assert "\t'=1+1" not in clipboard().text()
    assert "'=1+1" in clipboard().text(), "a spreadsheet does not run it"
    page.editing.paste()
    assert document.rows[1] == odd
    assert undo_text(page) == "paste row"


def test_that_a_clipboard_that_only_looks_like_ours_is_taken_as_text(page: TablePage) -> None:
    for fake in (
        b"[1]",
        b"\xff",
        b'{"cells": 3}',
        b'{"cells": [[]]}',
        b'{"cells": [["a", {"x": 1}]]}',
        b'{"rows": "", "fragments": 1}',
    ):
        mime = QMimeData()
        mime.setText("640")
        mime.setData(OWN, fake)
        QGuiApplication.clipboard().setMimeData(mime)
        select(page, (0, "seq_len", 0, "seq_len"))
        page.editing.paste()
        assert lengths(page)[0] == 640
        page.model.document.undo_stack.undo()


# --- fills ---------------------------------------------------------------------------------------------


def test_that_a_fill_goes_down_from_the_first_cell_as_one_named_step(page: TablePage) -> None:
    select(page, (1, "seq_len", 4, "seq_len"))
    page.editing.fills.fill_down()
    assert lengths(page)[:6] == [256, 512, 512, 512, 512, 8192]
    assert undo_text(page) == "fill down of 3 cells"
    page.model.document.undo_stack.undo()
    assert lengths(page)[:6] == _LENGTHS


def test_that_a_fill_of_one_row_takes_what_lies_above(page: TablePage) -> None:
    select(page, (1, "seq_len", 1, "seq_len"))
    page.editing.fills.fill_down()
    assert lengths(page)[:2] == [256, 256]
    select(page, (0, "seq_len", 0, "seq_len"))
    page.editing.fills.fill_down()
    assert page.messages.text.startswith("Nothing lies above")


def test_that_a_fill_says_which_columns_are_computed(page: TablePage) -> None:
    page.set_row_estimates({0: RowEstimate(device_bytes=6e9)})
    select(page, (0, "step_time_s", 1, "estimate"))
    page.editing.fills.fill_down()
    assert "Computed, so nothing can be filled in: Estimate." in page.messages.text
    select(page, (0, "estimate", 1, "estimate"))
    page.editing.fills.fill_down()
    assert page.messages.text == "Computed, so nothing can be filled in: Estimate."


def test_that_what_could_not_be_read_is_not_filled_down(page: TablePage) -> None:
    document = page.model.document
    document.set_cells([(0, "seq_len", "abc")], "edit")
    select(page, (0, "seq_len", 3, "step_time_s"))
    page.editing.fills.fill_down()
    assert document.undo_stack.count() == 1
    assert page.messages.text.startswith("Row 1, Length could not be read")


@pytest.mark.parametrize(
    ("known", "is_count", "step", "is_factor"),
    [
        ([256, 512], True, 2, True),
        ([256, 512, 768], True, 256, False),
        ([1, 2, 4], True, 2, True),
        ([1, 2], True, 1, False),
        ([8192, 4096], True, -4096, False),
        ([10.0, 20.0], False, 10, False),
        ([1, 10], True, 10, True),
        ([0, 5], True, 5, False),
        ([512], True, 2, True),
        ([3], True, 1, False),
    ],
)  # fmt: skip
def test_that_the_first_numbers_say_how_a_series_goes_on(
    known: list[float], is_count: bool, step: float, is_factor: bool
) -> None:
    assert guessed_series(known, is_count=is_count) == NumberSeries(known[0], step, is_factor=is_factor)


def test_that_a_series_is_shown_filled_in_and_refused_as_a_whole(qtbot: QtBot, page: TablePage) -> None:
    document = page.model.document
    document.set_cells([(row, "seq_len", "100") for row in range(2, 6)], "edit")
    select(page, (0, "seq_len", 5, "seq_len"))
    page.editing.fills.series()
    dialog = page.findChild(SeriesDialog)
    assert dialog is not None
    dialog.kind.setCurrentIndex(1)
    dialog.step.setText("100000")
    dialog.step.textEdited.emit("100000")
    assert dialog.fault.text().startswith("Row 2: 25,600,000 is above the largest possible value")
    assert not dialog.take_button.isEnabled()
    dialog.accept()
    assert document.undo_stack.count() == 1
    dialog.step.setText("2")
    dialog.step.textEdited.emit("2")
    assert dialog.preview.text().split() == ["256", "512", "1024", "2048", "4096", "8192"]
    qtbot.mouseClick(dialog.take_button, Qt.MouseButton.LeftButton)
    assert lengths(page)[:6] == _LENGTHS
    assert undo_text(page) == "fill series of 6 cells"


@pytest.mark.parametrize(
    ("area", "said"),
    [
        ((0, "model", 3, "model"), "Model holds no numbers of its own"),
        ((0, "seq_len", 3, "peak_memory"), "all in one column"),
        ((0, "seq_len", 0, "seq_len"), "all in one column"),
    ],
)
def test_that_a_series_says_what_it_needs(
    page: TablePage, area: tuple[int, str, int, str], said: str
) -> None:
    select(page, area)
    page.editing.fills.series()
    assert said in page.messages.text
    assert page.findChild(SeriesDialog) is None


# --- rows ----------------------------------------------------------------------------------------------


def test_that_a_row_is_inserted_above_and_shown_though_the_filter_would_hide_it(page: TablePage) -> None:
    page.model.sort(page.model.column_of("peak_memory"), Qt.SortOrder.DescendingOrder)
    page.model.set_filter(RowFilter("8.4"))
    assert page.model.rowCount() == 1
    page.view.select_source(page.model.source_row(0))
    page.editing.insert_above()
    assert len(page.model.document.rows) == 13
    assert page.view.current_source() == 2
    assert page.model.document.rows[2].measurement.peak_memory is None
    assert page.messages.text.startswith("The new row does not pass the filter")
    assert undo_text(page) == "insert row above"


def test_that_rows_are_duplicated_below_the_last_of_them(page: TablePage) -> None:
    document = page.model.document
    rows = list(document.rows)
    select(page, (1, "seq_len", 1, "seq_len"), (3, "seq_len", 3, "seq_len"))
    page.editing.duplicate_rows()
    assert document.rows[:6] == [*rows[:4], rows[1], rows[3]]
    assert page.view.current_source() == 4
    assert undo_text(page) == "duplicate 2 rows"
    document.undo_stack.undo()
    assert document.rows == rows


# --- blocks --------------------------------------------------------------------------------------------


def test_that_a_block_is_repeated_in_a_selection_that_it_fits_into(page: TablePage) -> None:
    select(page, (0, "seq_len", 3, "seq_len"))
    page.editing.paste_text("300\n400\n")
    assert lengths(page)[:5] == [300, 400, 300, 400, 4096]
    assert undo_text(page) == "paste 4 cells"
    select(page, (0, "seq_len", 4, "seq_len"))
    page.editing.paste_text("1\n2\n")
    assert lengths(page)[:5] == [1, 2, 300, 400, 4096], "five rows are no multiple of two: once"


def test_that_a_block_longer_than_a_sorted_table_adds_rows_behind(page: TablePage) -> None:
    page.model.sort(page.model.column_of("seq_len"), Qt.SortOrder.DescendingOrder)
    select(page, (11, "seq_len", 11, "seq_len"))
    last = page.model.source_row(11)
    page.editing.paste_text("16\n32\n48\n")
    assert lengths(page)[last] == 16
    assert lengths(page)[12:] == [32, 48]
    page.model.document.undo_stack.undo()
    assert len(page.model.document.rows) == 12


def test_that_columns_beyond_the_last_are_told_and_nothing_is_no_step(page: TablePage) -> None:
    page.view.force_columns({})
    last = [column.key for column in page.model.columns if page.view.is_shown(column.key)][-3]
    select(page, (0, last, 0, last))
    page.editing.paste_text("9\t1\t1\t1\t1\n")
    assert page.messages.text == "2 columns of the clipboard lie beyond the last column and were left out."
    select(page, (0, "seq_len", 0, "seq_len"))
    count = page.model.document.undo_stack.count()
    page.editing.paste_text("256")
    assert page.model.document.undo_stack.count() == count

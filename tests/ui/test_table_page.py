"""The table page as a user works it: keys, clipboard, filter, problems, columns."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from gpuplanner.core.benchmark import BenchmarkRow, Origin
from gpuplanner.core.errors import InputError
from gpuplanner.core.plan import Plan
from gpuplanner.core.units import GIB
from gpuplanner.data.benchmark_table import BenchmarkTable
from gpuplanner.report.row_estimates import RowEstimate
from gpuplanner.ui.documents.document import Document
from gpuplanner.ui.table.row_order import RowFilter
from gpuplanner.ui.table.table_page import TablePage
from gpuplanner.ui.theme import Mode, Theme
from gpuplanner.ui.widgets.controls import ComboBox
from gpuplanner.ui.widgets.display_unit import DisplayUnit


@pytest.fixture
def page(qtbot: QtBot, theme: Theme, profile: tuple[BenchmarkRow, ...]) -> Iterator[TablePage]:
    document = Document(BenchmarkTable(profile, ("model", "method", "seq_len", "peak_memory")))
    result = TablePage(theme, document)
    document.setParent(result)
    result.resize(804, 700)
    qtbot.addWidget(result)
    with qtbot.waitExposed(result):
        result.show()
    yield result
    result.close()


def document_of(page: TablePage) -> Document:
    return page.model.document


def go_to(page: TablePage, row: int, key: str) -> None:
    page.view.setCurrentIndex(page.model.index(row, page.model.column_of(key)))
    page.view.setFocus()


def select(page: TablePage, top: int, left: str, bottom: int, right: str) -> None:
    model = page.model
    area = QItemSelection(
        model.index(top, model.column_of(left)), model.index(bottom, model.column_of(right))
    )
    page.view.setCurrentIndex(area.indexes()[0])
    page.view.selectionModel().select(area, QItemSelectionModel.SelectionFlag.ClearAndSelect)


def type_into_cell(qtbot: QtBot, page: TablePage, row: int, key: str, text: str) -> None:
    go_to(page, row, key)
    qtbot.keyClick(page.view, Qt.Key.Key_F2)
    editor = page.view.viewport().findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    qtbot.keyClicks(editor, text)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.view.state() is page.view.State.NoState)


def test_that_a_number_is_typed_checked_and_undone(qtbot: QtBot, page: TablePage) -> None:
    type_into_cell(qtbot, page, 3, "seq_len", "4k")
    assert document_of(page).rows[3].plan.seq_len == 4096
    document_of(page).undo_stack.undo()
    assert document_of(page).rows[3].plan.seq_len == 2048


def test_that_typing_starts_editing(qtbot: QtBot, page: TablePage) -> None:
    go_to(page, 0, "step_time_s")
    qtbot.keyClick(page.view, Qt.Key.Key_7)
    editor = page.view.viewport().findChild(QLineEdit)
    assert editor is not None
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: document_of(page).rows[0].measurement.step_time_s == 7)


def test_that_an_unreadable_cell_is_kept_and_explained_in_the_foot(qtbot: QtBot, page: TablePage) -> None:
    type_into_cell(qtbot, page, 3, "seq_len", "abc")
    go_to(page, 3, "seq_len")
    assert page.model.look(3, page.model.column_of("seq_len")).unreadable
    assert page.foot.text == "Row 4, Length: 'abc' is not a number"
    go_to(page, 4, "seq_len")
    assert "abc" not in page.foot.text


def test_that_undoing_an_added_row_leaves_the_cursor_near_and_wants_no_other_plan(page: TablePage) -> None:
    document = document_of(page)
    n_rows = len(document.rows)
    document.insert_rows(n_rows, [document.rows[0]], "add row")
    page.select_row(n_rows)
    told: list[int] = []
    page.row_selected.connect(told.append)
    document.undo_stack.undo()
    assert page.view.current_source() == n_rows - 1
    assert told == []
    page.view.selectRow(n_rows - 1)
    page.editing.delete_rows()
    assert page.view.current_source() == n_rows - 2
    assert told == [n_rows - 2], "of a row that the user removes, the next one is the plan"


def test_that_names_of_the_catalogue_are_offered_while_typing(qtbot: QtBot, page: TablePage) -> None:
    page.view.set_completions({"model": ("Qwen-7B", "Llama-3.1-8B")})
    go_to(page, 2, "model")
    qtbot.keyClick(page.view, Qt.Key.Key_F2)
    editor = page.view.viewport().findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    qtbot.keyClicks(editor, "llama")
    completer = editor.completer()
    assert completer is not None
    assert completer.currentCompletion() == "Llama-3.1-8B"
    completer.popup().hide()


def test_that_a_choice_is_offered_with_words_and_written_as_a_value(qtbot: QtBot, page: TablePage) -> None:
    go_to(page, 2, "sharding")
    qtbot.keyClick(page.view, Qt.Key.Key_F2)
    editor = page.view.viewport().findChild(ComboBox)
    assert editor is not None
    texts = [editor.itemText(place) for place in range(editor.count())]
    assert texts == ["not said", "none", "DDP", "ZeRO-1", "ZeRO-2", "ZeRO-3", "FSDP", "By layers"]
    editor.setCurrentIndex(5)
    editor.activated.emit(5)
    plan = document_of(page).rows[2].plan
    assert plan.sharding is not None
    assert plan.sharding.value == "zero3"
    assert document_of(page).undo_stack.undoText() == "edit Sharding of row 3"


def test_that_a_choice_whose_cell_was_left_is_not_taken(qtbot: QtBot, page: TablePage) -> None:
    go_to(page, 2, "sharding")
    qtbot.keyClick(page.view, Qt.Key.Key_F2)
    editor = page.view.viewport().findChild(ComboBox)
    assert editor is not None
    editor.activated.emit(editor.currentIndex())  # the cell is left, its list is about to go
    steps = document_of(page).undo_stack.count()
    editor.setCurrentIndex(5)
    editor.activated.emit(5)  # Qt would warn of an editor that is none of the view's
    assert document_of(page).undo_stack.count() == steps


def test_that_enter_on_a_computed_cell_does_nothing(qtbot: QtBot, page: TablePage) -> None:
    columns = page.model.columns
    computed = next(place for place, column in enumerate(columns) if not column.is_editable)
    page.view.setCurrentIndex(page.model.index(2, computed))
    qtbot.keyClick(page.view, Qt.Key.Key_Return)  # Qt would warn that editing failed
    assert page.view.state() is not QAbstractItemView.State.EditingState


def test_that_a_block_is_pasted_as_one_step_and_grows_the_table(page: TablePage) -> None:
    go_to(page, 94, "seq_len")
    page.editing.paste_text("300\t10\n400\t11\n500\tOOM\n")
    rows = document_of(page).rows
    assert [row.plan.seq_len for row in rows[94:]] == [300, 400, 500]
    assert rows[95].measurement.peak_memory == 11
    assert rows[96].measurement.status.value == "oom"
    assert rows[96].plan.model == "Qwen-72B"
    document_of(page).undo_stack.undo()
    assert len(document_of(page).rows) == 96
    assert document_of(page).undo_stack.index() == 0


def test_that_one_value_fills_the_selection(page: TablePage) -> None:
    select(page, 0, "seq_len", 3, "seq_len")
    page.editing.paste_text("777")
    assert [row.plan.seq_len for row in document_of(page).rows[:5]] == [777] * 4 + [4096]


def test_that_cells_are_copied_for_spreadsheets_and_pasted_back_unchanged(page: TablePage) -> None:
    page.set_row_estimates({0: RowEstimate(device_bytes=6.25 * GIB)})
    before = list(document_of(page).rows)
    select(page, 0, "seq_len", 1, "estimate")
    page.editing.copy()
    copied = QGuiApplication.clipboard().text()
    lines = [line.split("\t") for line in copied.rstrip("\n").split("\n")]
    assert len(lines) == 2
    assert lines[0][0] == "256"
    assert lines[0][-1] == "6.2"
    page.editing.paste()
    assert [row.plan.seq_len for row in document_of(page).rows[:2]] == [256, 512]
    assert document_of(page).rows[2:] == before[2:]
    peaks = [row.peak_bytes_per_gpu for row in document_of(page).rows[:2]]
    assert peaks == pytest.approx([row.peak_bytes_per_gpu for row in before[:2]], rel=1e-5)


def test_that_whole_rows_travel_with_all_their_fields(page: TablePage) -> None:
    page.view.selectAll()
    page.editing.copy()
    text = QGuiApplication.clipboard().text()
    assert text.splitlines()[0].startswith("model\tmethod\tseq_len\tpeak_memory")
    document = document_of(page)
    page.view.select_source(95)
    page.editing.paste_text(text)
    assert len(document.rows) == 192
    assert [row.plan for row in document.rows[96:]] == [row.plan for row in document.rows[:96]]
    assert document.rows[96].measurement == document.rows[0].measurement
    assert document.rows[96].fragment == text
    document.undo_stack.undo()
    assert len(document.rows) == 96


def test_that_pasted_rows_bring_their_own_columns(page: TablePage) -> None:
    page.view.select_source(0)
    page.editing.paste_text("model,seq_len,cluster\nQwen-7B,128,lab 3\n")
    assert document_of(page).rows[1].plan.seq_len == 128
    place = page.model.column_of("cluster")
    assert page.model.index(1, place).data() == "lab 3"
    assert not page.view.isColumnHidden(place)


def test_that_text_without_known_heads_on_an_empty_table_is_explained(qtbot: QtBot, theme: Theme) -> None:
    document = Document()
    page = TablePage(theme, document)
    document.setParent(page)
    qtbot.addWidget(page)
    with pytest.raises(InputError, match="head line"):
        page.editing.paste_text("some words")
    assert not document.rows


def test_that_delete_clears_cells_and_leaves_computed_ones(page: TablePage) -> None:
    select(page, 0, "peak_memory", 1, "error")
    page.editing.clear()
    assert document_of(page).rows[0].measurement.peak_memory is None
    assert document_of(page).rows[1].measurement.step_time_s is None
    assert document_of(page).undo_stack.count() == 1
    document_of(page).undo_stack.undo()
    assert document_of(page).rows[0].measurement.peak_memory is not None


def test_that_rows_are_added_below_the_current_one_and_deleted(page: TablePage) -> None:
    page.view.select_source(10)
    page.editing.add_row()
    rows = document_of(page).rows
    assert rows[11].plan == rows[10].plan
    assert rows[11].measurement.peak_memory is None
    assert page.view.current_source() == 11
    page.editing.delete_rows()
    assert len(document_of(page).rows) == 96
    assert page.view.current_source() == 11
    assert [document_of(page).undo_stack.text(step) for step in range(2)] == ["add row", "delete row"]


def test_that_a_row_of_the_plan_can_be_added_to_nothing(qtbot: QtBot, theme: Theme) -> None:
    document = Document()
    page = TablePage(theme, document)
    document.setParent(page)
    qtbot.addWidget(page)
    page.editing.add_plan(Plan(model="Qwen-7B"))
    assert document.rows[0].provenance.origin is Origin.ENTERED
    assert page.view.isVisibleTo(page)
    assert page.foot.isVisibleTo(page)


def test_that_the_current_row_is_told_once(qtbot: QtBot, page: TablePage) -> None:
    told: list[int] = []
    page.row_selected.connect(told.append)
    go_to(page, 5, "model")
    go_to(page, 5, "seq_len")
    go_to(page, 6, "seq_len")
    assert told == [5, 6]
    page.model.sort(page.model.column_of("peak_memory"), Qt.SortOrder.DescendingOrder)
    assert told == [5, 6]
    assert page.view.current_source() == 6


def test_that_typing_in_the_find_box_filters_and_escape_clears(qtbot: QtBot, page: TablePage) -> None:
    qtbot.keyClicks(page.tools.find_box, "qlora 72b")
    assert page.model.rowCount() == 6
    assert page.tools._count.text() == "6 of 96 rows"
    assert page.tools._clear.isVisible()
    qtbot.keyClick(page.tools.find_box, Qt.Key.Key_Escape)
    assert page.model.rowCount() == 96
    assert not page.tools._clear.isVisible()


def test_that_going_to_a_hidden_row_takes_the_filter_away(page: TablePage) -> None:
    page.tools._set_filter(RowFilter("", "Qwen-72B"))
    page.select_row(0)
    assert page.view.current_source() == 0
    assert page.model.row_filter.is_empty
    assert page.tools._count.text() == "96 rows"


def test_that_a_click_on_a_head_sorts_up_down_and_back(qtbot: QtBot, page: TablePage) -> None:
    heads, place = page.view.horizontalHeader(), page.model.column_of("step_time_s")
    orders = []
    for _ in range(3):
        heads.sectionClicked.emit(place)
        orders.append(page.model.sorted_by)
    assert orders == [(place, Qt.SortOrder.AscendingOrder), (place, Qt.SortOrder.DescendingOrder), None]


def test_that_problems_are_found_counted_and_visited(qtbot: QtBot, page: TablePage) -> None:
    qtbot.waitUntil(lambda: bool(page.problems.open))
    found = page.problems.open
    assert [problem.row + 1 for problem in found] == [34, 62, 68]
    assert page.foot.text == "3 problems"
    page.next_problem()
    assert page.view.current_source() == found[0].row
    assert page.foot.text.startswith("Row 34, Peak memory: 32.7 GiB per GPU, less than the 32.8")
    page.next_problem(-1)
    assert page.view.current_source() == found[-1].row
    page.next_problem()
    assert page.view.current_source() == found[0].row, "round and round"


def test_that_a_row_without_estimate_is_a_problem(qtbot: QtBot, page: TablePage) -> None:
    qtbot.waitUntil(lambda: bool(page.problems.open))
    page.set_row_estimates({7: RowEstimate(problem="model: no such model")})
    qtbot.waitUntil(lambda: any(problem.row == 7 for problem in page.problems.open))
    page.view.select_source(7, "estimate")
    assert page.foot.text == "Row 8: model: no such model"


def test_that_a_problem_in_a_hidden_column_shows_the_column(page: TablePage) -> None:
    place = page.model.column_of("lora_rank")
    assert page.view.isColumnHidden(place)
    page.select_row(3, "lora_rank")
    assert not page.view.isColumnHidden(place)
    assert page.view.currentIndex().column() == place


def test_that_a_cursor_in_sight_stays_there_when_the_table_becomes_lower(
    qtbot: QtBot, page: TablePage
) -> None:
    row = page.view.rowAt(page.view.viewport().height() - 1) - 1
    go_to(page, row, "model")
    page.resize(804, 400)
    qtbot.waitUntil(lambda: page.view.height() < 400)
    bottom = page.view.visualRect(page.view.currentIndex()).bottom()
    assert 0 < bottom <= page.view.viewport().height()


def test_that_columns_follow_the_room(qtbot: QtBot, page: TablePage) -> None:
    assert page.view.is_shown("samples_per_step")
    assert not page.view.is_shown("gpu")
    page.resize(700, 700)
    qtbot.waitUntil(lambda: not page.view.is_shown("samples_per_step"))
    page.resize(1500, 700)
    qtbot.waitUntil(lambda: page.view.is_shown("gpu"))


def test_that_the_unit_box_tells_every_page(qtbot: QtBot, page: TablePage) -> None:
    with qtbot.waitSignal(page.unit_changed) as told:
        page.tools.unit.setCurrentIndex(2)
        page.tools.unit.activated.emit(2)
    assert told.args == [DisplayUnit.GIB_TOTAL]
    assert page.model.unit is DisplayUnit.GIB_TOTAL


def test_that_every_theme_and_state_can_be_painted(qtbot: QtBot, page: TablePage, theme: Theme) -> None:
    document = document_of(page)
    page.set_card_bytes(lambda name: 80 * GIB)
    page.set_row_estimates({row: RowEstimate(device_bytes=9 * GIB) for row in range(90)})
    page.set_row_estimates({3: RowEstimate(problem="no such model")})
    document.set_cells([(1, "seq_len", "abc"), (2, "origin", "trial"), (4, "origin", "dry-run")], "edit")
    select(page, 2, "method", 5, "step_time_s")
    page.messages.show_message("The file could not be read", [("Try again", lambda: None)], fault=True)
    images = set()
    for mode in (Mode.DARK, Mode.HIGH_CONTRAST, Mode.LIGHT):
        theme.set_mode(mode)
        image = page.grab().toImage()
        images.add(image.pixelColor(400, 690).name())
    assert len(images) == 3
    theme.set_user_scale(2.0)
    assert page.grab().width() >= 804


def test_that_the_last_buttons_give_up_their_words_where_there_is_no_room(
    qtbot: QtBot, page: TablePage
) -> None:
    tools = page.tools
    words = {button.accessibleName(): button for button in tools.findChildren(QPushButton)}
    assert words["Row"].text() == "Row"
    page.resize(530, 700)
    qtbot.waitUntil(lambda: words["Row"].text() == words["Import"].text() == "")
    tools.offer_rows(False)
    page.resize(900, 700)
    tools.offer_rows(True)
    qtbot.waitUntil(lambda: words["Row"].text() == "Row")


def test_that_of_a_large_selection_one_cell_of_each_row_is_followed(page: TablePage) -> None:
    model = page.model
    followed: list[int] = []
    model.layoutChanged.connect(lambda: followed.append(len(model.persistentIndexList())))
    select(page, 2, "model", 11, "step_time_s")
    rows = {model.row_at(row).plan.seq_len for row in range(2, 12)}
    n_cells = len(page.view.selected_block())
    model.sort(model.column_of("seq_len"), Qt.SortOrder.DescendingOrder)
    assert len(page.view.selected_block()) == n_cells
    assert {model.row_at(row).plan.seq_len for row, _ in page.view.selected_block()} == rows
    assert followed[0] <= 20, "to follow each cell of a large table takes Qt seconds"

"""The list of problems as a user works it: opened, walked, narrowed, fixed, accepted, undone, saved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.data.benchmark_table import BenchmarkTable, read_row, with_text
from gpuplanner.data.plan_file import read_document, write_document
from gpuplanner.data.rows_csv import write_rows
from gpuplanner.report.row_checks.accepted import accepted_in
from gpuplanner.report.row_checks.problem import Kind
from gpuplanner.ui.documents.document import Document
from gpuplanner.ui.documents.remembered import Remembered
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.table.table_page import TablePage
from gpuplanner.ui.table.table_problems import TableProblems
from gpuplanner.ui.theme import Theme

STATED = {"model": "Qwen-7B", "peak_memory_unit": "GiB", "peak_memory_scope": "per-gpu", "source": "README"}


def row(**texts: str) -> BenchmarkRow:
    return read_row({**STATED, **texts})


@pytest.fixture
def rows() -> tuple[BenchmarkRow, ...]:
    """A fall, two totals taken for one GPU's figure, a decimal comma, a row that is there twice."""
    four = {"gpus_per_node": "4", "model": "Qwen-72B"}
    return (
        row(seq_len="256", peak_memory="20.5"),
        row(seq_len="512", peak_memory="20.4"),
        row(seq_len="256", peak_memory="215.4", **four),
        row(seq_len="512", peak_memory="217.7", **four),
        row(seq_len="1024", step_time_s="2,5"),
        row(seq_len="256", peak_memory="20.5"),
    )


@pytest.fixture
def page(qtbot: QtBot, theme: Theme, rows: tuple[BenchmarkRow, ...]) -> Iterator[TablePage]:
    document = Document(BenchmarkTable(rows, tuple(STATED)))
    result = TablePage(theme, document)
    document.setParent(result)
    result.set_card_bytes(lambda _name: 80 * 2.0**30)
    result.resize(804, 700)
    qtbot.addWidget(result)
    with qtbot.waitExposed(result):
        result.show()
    qtbot.waitUntil(lambda: len(result.problems.open) == 5)
    yield result
    result.close()


def document_of(page: TablePage) -> Document:
    return page.model.document


def wait_for(qtbot: QtBot, page: TablePage, n_open: int) -> None:
    qtbot.waitUntil(lambda: len(page.problems.open) == n_open)


def lines(page: TablePage) -> list[str]:
    model = page.problem_panel.list.lines
    return [model.data(model.index(place)) for place in range(model.rowCount())]


def choose(page: TablePage, n: int) -> None:
    """Select the n-th line of the list, heads counted."""
    view = page.problem_panel.list
    view.setCurrentIndex(view.lines.index(n))


def test_that_the_line_below_the_table_opens_the_list_and_closes_it(qtbot: QtBot, page: TablePage) -> None:
    foot, told = page.foot, []
    page.problems_shown.connect(told.append)
    assert foot.text == "5 problems"
    at = QPoint(foot.width() - foot.findChild(type(page.problem_panel.fix)).width() - 40, foot.height() // 2)
    qtbot.waitUntil(lambda: foot._text_rect.contains(at.toPointF()))
    qtbot.mouseClick(foot, Qt.MouseButton.LeftButton, pos=at)
    assert page.problem_panel.isVisible()
    qtbot.mouseClick(foot, Qt.MouseButton.LeftButton, pos=at)
    assert not page.problem_panel.isVisible()
    assert told == [True, False]


def test_that_problems_stand_under_their_kinds_with_counts_and_places(page: TablePage) -> None:
    page.show_problems()
    heads = [line for line in lines(page) if line.endswith(")")]
    assert heads == [
        "Cells that cannot be read (1)",
        "Total or per GPU (2)",
        "Rows that are there twice (1)",
        "Memory falls with length (1)",
    ]
    assert lines(page)[3] == (
        "Row 3, Peak memory: 215.4 GiB per GPU on a card of 80.0 GiB; "
        "as a total over 4 GPUs it would be 53.9 GiB per GPU"
    )
    assert page.problem_panel.count.text == "5 in 6 rows"


def test_that_the_cursor_of_the_list_takes_the_table_to_the_cell(qtbot: QtBot, page: TablePage) -> None:
    page.show_problems()
    view = page.problem_panel.list
    assert view.selected()[0].row == 4
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert (page.view.current_source(), page.view.currentIndex().column()) == (
        2,
        page.model.column_of("peak_memory"),
    )
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert page.view.current_source() == 3
    qtbot.mouseClick(
        view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(view.lines.index(8)).center()
    )
    assert page.view.current_source() == 1
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert not page.problem_panel.isVisible()


def test_that_f8_and_the_list_walk_the_same_problems(page: TablePage) -> None:
    page.show_problems()
    for _ in page.problems.open:
        page.next_problem()
        (selected,) = page.problem_panel.list.selected()
        assert page.view.current_source() == selected.row
        assert page.foot.text.startswith(f"Row {selected.row + 1}, ")


def test_that_one_kind_can_be_shown_alone(page: TablePage) -> None:
    page.show_problems()
    kinds = page.problem_panel.kinds
    assert kinds.itemText(0) == "All kinds (5)"
    kinds.setCurrentIndex(2)
    assert lines(page)[0] == "Total or per GPU (2)"
    assert len(lines(page)) == 3


def test_that_a_fix_is_one_step_that_can_be_undone(qtbot: QtBot, page: TablePage) -> None:
    page.show_problems()
    panel, document = page.problem_panel, document_of(page)
    choose(page, 1)
    assert panel.detail.text().endswith("Fix: Step time → 2.5")
    panel.fix.click()
    assert document.rows[4].measurement.step_time_s == 2.5
    assert document.undo_stack.undoText() == "fix row 5"
    wait_for(qtbot, page, 4)
    document.undo_stack.undo()
    wait_for(qtbot, page, 5)


def test_that_all_of_a_kind_are_fixed_in_one_step_whatever_is_shown(qtbot: QtBot, page: TablePage) -> None:
    page.show_problems()
    panel, document = page.problem_panel, document_of(page)
    choose(page, 3)
    assert panel.fix_kind.text() == "Fix all of this kind (2)"
    panel.fix_kind.click()
    assert [r.measurement.peak_memory_scope.value for r in document.rows[2:4]] == ["total", "total"]
    assert (document.undo_stack.count(), document.undo_stack.undoText()) == (1, "fix 2 problems")
    wait_for(qtbot, page, 3)
    assert "Total or per GPU (2)" not in lines(page)


def test_that_the_fix_of_a_row_that_is_there_twice_removes_it(qtbot: QtBot, page: TablePage) -> None:
    page.show_problems()
    document = document_of(page)
    choose(page, 6)
    page.problem_panel.fix.click()
    assert len(document.rows) == 5
    document.undo_stack.undo()
    assert len(document.rows) == 6


def test_that_an_accepted_problem_is_gone_until_it_is_wanted_or_undone(qtbot: QtBot, page: TablePage) -> None:
    page.show_problems()
    panel, document = page.problem_panel, document_of(page)
    choose(page, 8)
    panel.accept.click()
    wait_for(qtbot, page, 4)
    assert (document.undo_stack.undoText(), document.is_modified) == ("accept a problem of row 2", True)
    assert page.problems.accepted[0].kind is Kind.MEMORY_FALLS
    assert page.foot.text == "4 problems"
    document.undo_stack.undo()
    wait_for(qtbot, page, 5)
    document.undo_stack.redo()
    wait_for(qtbot, page, 4)
    panel.show_accepted.setChecked(True)
    assert panel.show_accepted.text() == "Show accepted (1)"
    choose(page, 8)
    assert panel.accept.text() == "No longer accept"
    panel.accept.click()
    wait_for(qtbot, page, 5)


def test_that_what_was_accepted_is_saved_and_lasts_while_its_cells_do(
    qtbot: QtBot, page: TablePage, tmp_path: Path
) -> None:
    document = document_of(page)
    document.settings = (("report_paper", "a4"),)
    page.problems.accept([p for p in page.problems.open if p.kind is Kind.MEMORY_FALLS])
    wait_for(qtbot, page, 4)
    write_document(tmp_path / "a.gpuplan", document.content())
    loaded = read_document(tmp_path / "a.gpuplan")
    assert dict(loaded.settings)["report_paper"] == "a4"
    document.take_content(loaded)
    document.replace(loaded.table, tmp_path / "a.gpuplan")
    assert page.problems.open == (), "nothing is said about the old rows"
    wait_for(qtbot, page, 4)
    document.insert_rows(0, [row(seq_len="4096", step_time_s="9")], "add row")
    qtbot.waitUntil(lambda: bool(page.problems.accepted) and page.problems.accepted[0].row == 2)
    document.set_cells([(2, "peak_memory", "20.3")], "edit")
    wait_for(qtbot, page, 5)


def test_that_a_row_that_was_edited_meanwhile_is_not_fixed_as_it_was(page: TablePage) -> None:
    document, found = document_of(page), page.problems.open
    comma = next(p for p in found if p.kind is Kind.UNREADABLE)
    document.remove_rows([0], "delete")
    page.problems.fix([comma])
    page.problems.accept([comma])
    assert document.undo_stack.count() == 1


def test_that_many_fixes_are_made_in_slices_as_one_step(qtbot: QtBot, qapp: object) -> None:
    one = with_text(row(peak_memory="20"), "peak_memory_unit", "")
    unstated = tuple(with_text(one, "seq_len", str(n)) for n in range(1, 701))
    document = Document(BenchmarkTable(unstated, tuple(STATED)))
    problems = TableProblems(document, lambda _index: None, document)
    qtbot.waitUntil(lambda: len(problems.open) == 700)
    problems.fix(problems.open)
    assert document.undo_stack.count() == 0
    qtbot.waitUntil(lambda: document.undo_stack.count() == 1)
    qtbot.waitUntil(lambda: problems.open == ())


def test_that_an_empty_list_says_so(qtbot: QtBot, page: TablePage) -> None:
    page.show_problems()
    document, panel = document_of(page), page.problem_panel
    document.remove_rows([1, 2, 3, 4, 5], "delete")
    wait_for(qtbot, page, 0)
    assert panel.empty.isVisible()
    assert panel.empty.text() == "No problems found in 1 row"
    assert not panel.list.isVisible()


def test_that_an_acceptance_that_a_csv_file_cannot_keep_is_said_once_with_a_way_out(
    qtbot: QtBot, theme: Theme, tmp_path: Path, rows: tuple[BenchmarkRow, ...]
) -> None:
    window = MainWindow(theme, Remembered(tmp_path / "settings.json"))
    qtbot.addWidget(window)
    window.build()
    write_rows(tmp_path / "a.csv", BenchmarkTable(rows, tuple(STATED)))
    window.files.load(tmp_path / "a.csv")
    problems, messages = window.table.problems, window.table.messages
    qtbot.waitUntil(lambda: bool(problems.open))
    problems.accept(problems.open[:1])
    assert "a.csv is a CSV file: what you accept lasts until" in messages.text
    window.files.ask_save = lambda: tmp_path / "a.gpuplan"
    (save,) = (found for found in messages.findChildren(QPushButton) if "gpuplan" in found.text())
    save.click()
    assert messages.isHidden()
    assert accepted_in(read_document(tmp_path / "a.gpuplan").settings)
    qtbot.waitUntil(lambda: len(problems.accepted) == 1)
    problems.accept(problems.open[:1])
    assert messages.isHidden()
    window.close()


def test_that_the_view_menu_and_its_key_open_the_list(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    window = MainWindow(theme, Remembered(tmp_path / "settings.toml"))
    qtbot.addWidget(window)
    window.build()
    window.show()
    (action,) = (made for made in window.menus.maker.made if made.text() == "P&roblems")
    assert action.shortcut().toString() == "Ctrl+Shift+M"
    action.trigger()
    assert window.table.problem_panel.isVisible()
    assert action.isChecked()
    window.table.show_problems(False)
    assert not action.isChecked()
    window.close()

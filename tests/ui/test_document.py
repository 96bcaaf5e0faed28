"""Every change of a document is a step with a name that can be undone, as often as wanted."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QUndoCommand

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.core.plan import Plan
from gpuplanner.data.benchmark_table import BenchmarkTable
from gpuplanner.ui.documents.document import Document

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def document() -> Document:
    rows = tuple(BenchmarkRow(Plan(model="Qwen-7B", seq_len=length)) for length in (256, 512, 1024))
    return Document(BenchmarkTable(rows, ("model", "seq_len")))


def lengths(document: Document) -> list[int]:
    return [row.plan.seq_len for row in document.rows]


def test_that_a_cell_edit_is_one_named_step(document: Document) -> None:
    assert document.set_cells([(1, "seq_len", "4k")], "edit Length of row 2")
    assert lengths(document) == [256, 4096, 1024]
    assert document.undo_stack.undoText() == "edit Length of row 2"
    assert document.is_modified
    document.undo_stack.undo()
    assert lengths(document) == [256, 512, 1024]
    assert not document.is_modified
    document.undo_stack.redo()
    assert lengths(document) == [256, 4096, 1024]


def test_that_writing_what_is_there_is_no_step(document: Document) -> None:
    assert not document.set_cells([(0, "seq_len", "256")], "edit")
    assert document.undo_stack.count() == 0


def test_that_several_cells_of_a_row_change_together(document: Document) -> None:
    document.set_cells([(0, "seq_len", "8192"), (0, "method", "full"), (2, "lora_rank", "8")], "paste")
    assert document.undo_stack.count() == 1
    assert (document.rows[0].plan.seq_len, document.rows[0].plan.method.value) == (8192, "full")
    document.undo_stack.undo()
    assert lengths(document) == [256, 512, 1024]


def test_that_rows_come_and_go_and_come_back_in_their_places(document: Document) -> None:
    moves: list[tuple[int | None, ...]] = []
    document.rows_moved.connect(moves.append)
    document.remove_rows([2, 0], "delete 2 rows")
    assert lengths(document) == [512]
    assert moves.pop() == (None, 0, None)
    document.undo_stack.undo()
    assert lengths(document) == [256, 512, 1024]
    assert moves.pop() == (1,)
    document.insert_rows(1, [BenchmarkRow(Plan(seq_len=8192))], "add row")
    assert lengths(document) == [256, 8192, 512, 1024]
    assert moves.pop() == (0, 2, 3)
    document.undo_stack.undo()
    assert lengths(document) == [256, 512, 1024]


def test_that_undo_goes_back_without_limit(document: Document) -> None:
    for step in range(1, 301):
        document.set_cells([(0, "seq_len", str(1000 + step))], f"step {step}")
    for _ in range(300):
        document.undo_stack.undo()
    assert lengths(document) == [256, 512, 1024]
    assert not document.undo_stack.canUndo()


def test_that_new_columns_are_part_of_the_step(document: Document) -> None:
    document.add_columns(["cluster", "seq_len"], "paste")
    assert document.columns == ("model", "seq_len", "cluster")
    document.undo_stack.undo()
    assert document.columns == ("model", "seq_len")


def test_that_saving_makes_the_present_state_the_clean_one(document: Document, tmp_path: Path) -> None:
    document.set_cells([(0, "seq_len", "300")], "edit")
    document.saved(tmp_path / "a.gpuplan")
    assert not document.is_modified
    assert document.name == "a.gpuplan"
    document.undo_stack.undo()
    assert document.is_modified


def test_that_a_blank_document_gives_its_place_away_and_a_used_one_does_not(document: Document) -> None:
    assert Document().is_blank
    assert not document.is_blank
    used = Document()
    used.insert_rows(0, [BenchmarkRow(Plan())], "add row")
    used.undo_stack.undo()
    assert not used.is_blank


def test_that_a_plan_tried_on_the_sample_is_nothing_to_save(profile: tuple[BenchmarkRow, ...]) -> None:
    document = Document(BenchmarkTable(profile, ("model",)), None, "Qwen profile")
    document.undo_stack.push(QUndoCommand("try another GPU"))
    assert not document.is_modified
    document.remove_rows([0], "delete row")
    assert document.is_modified
    document.undo_stack.undo()
    assert not document.is_modified


def test_that_in_a_file_a_plan_is_worth_saving(tmp_path: Path) -> None:
    document = Document(BenchmarkTable((), ("model",)), tmp_path / "mine.gpuplan")
    document.undo_stack.push(QUndoCommand("try another GPU"))
    assert document.is_modified

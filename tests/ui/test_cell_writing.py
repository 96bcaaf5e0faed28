"""Many cells are written in slices: one step, nobody meets a half, and how far it is stands in the foot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt, QTimer
from pytestqt.qtbot import QtBot

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.data.benchmark_table import BenchmarkTable
from gpuplanner.ui.documents.document import Document
from gpuplanner.ui.table import cell_writing
from gpuplanner.ui.table.table_page import TablePage
from gpuplanner.ui.theme import Mode, Theme

N_ROWS, LIMIT_MS = 1_100, 30_000
BLOCK = "".join(f"{100 + row}\n" for row in range(N_ROWS))


@pytest.fixture
def page(qtbot: QtBot, profile: tuple[BenchmarkRow, ...]) -> Iterator[TablePage]:
    """Not on the screen; with more cells in a column than are written at once."""
    rows = tuple(replace(profile[0], fragment=f"row {n}") for n in range(N_ROWS))
    document = Document(BenchmarkTable(rows, ("model", "seq_len", "peak_memory")))
    result = TablePage(Theme(Mode.LIGHT), document)
    document.setParent(result)
    result.view.resize(804, 400)
    result.view.fit()
    result.view.setCurrentIndex(result.model.index(0, result.model.column_of("seq_len")))
    qtbot.addWidget(result)
    yield result
    result.close()


def lengths(page: TablePage) -> list[int]:
    return [row.plan.seq_len for row in page.model.document.rows]


def test_that_the_window_lives_while_a_large_block_becomes_one_step(
    qtbot: QtBot, page: TablePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gpuplanner.ui.stepwise._SLICE_S", 0.0)  # each step takes a turn of its own
    document, writing = page.model.document, page.editing.writing
    before, turns = list(document.rows), []
    pulse = QTimer(page)
    pulse.timeout.connect(lambda: turns.append(writing.is_busy))
    pulse.start(0)
    page.editing.paste_text(BLOCK)
    assert writing.is_busy
    assert list(document.rows) == before, "nothing is half written"
    qtbot.waitUntil(lambda: not writing.is_busy, timeout=LIMIT_MS)
    assert any(turns), "the event loop turned meanwhile"
    assert lengths(page) == [100 + row for row in range(N_ROWS)]
    assert document.undo_stack.count() == 1
    assert document.undo_stack.undoText() == f"paste {N_ROWS:,} cells"
    assert len(page.view.selected_block()) == N_ROWS
    document.undo_stack.undo()
    assert list(document.rows) == before


def test_that_a_key_waits_for_the_cells(qtbot: QtBot, page: TablePage) -> None:
    page.editing.paste_text(BLOCK)
    qtbot.keyPress(page.view, Qt.Key.Key_Control)
    assert page.editing.writing.is_busy, "Control alone does nothing to the table"
    qtbot.keyRelease(page.view, Qt.Key.Key_Control)
    qtbot.keyClick(page.view, Qt.Key.Key_Down)
    assert not page.editing.writing.is_busy
    assert lengths(page)[-1] == 100 + N_ROWS - 1
    assert page.view.currentIndex().row() == 1, "the key was not lost"


def test_that_escape_leaves_everything_as_it_was(qtbot: QtBot, page: TablePage) -> None:
    document, said = page.model.document, []
    page.editing.said.connect(lambda text, _fault: said.append(text))
    page.editing.paste_text(BLOCK)
    qtbot.keyClick(page.view, Qt.Key.Key_Escape)
    assert not page.editing.writing.is_busy
    assert document.undo_stack.count() == 0
    assert len(set(lengths(page))) == 1
    assert said == ["Cancelled: no cell was written."]


def test_that_escape_is_free_again_after_an_unexpected_error(
    qtbot: QtBot, page: TablePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_model: object, _writes: object) -> Iterator[None]:
        yield
        raise RuntimeError("a fault of the program")

    monkeypatch.setattr(cell_writing, "written_in_steps", breaks)
    said: list[str] = []
    page.editing.said.connect(lambda text, _fault: said.append(text))
    with qtbot.captureExceptions() as raised:
        page.editing.paste_text(BLOCK)
        qtbot.waitUntil(lambda: not page.editing.writing.is_busy)
    assert [str(error) for _kind, error, _trace in raised] == ["a fault of the program"]
    qtbot.keyClick(page.view, Qt.Key.Key_Escape)
    assert said == [], "nothing is being written that could be cancelled"
    assert page.model.document.undo_stack.count() == 0


def test_that_a_second_edit_finds_the_first_one_done(page: TablePage) -> None:
    page.editing.paste_text(BLOCK)
    page.editing.clear()
    page.editing.writing.finish()
    names = [page.model.document.undo_stack.text(n) for n in range(2)]
    assert names == [f"paste {N_ROWS:,} cells", "clear cell"]


def test_that_rows_from_elsewhere_end_it_with_a_word_and_without_a_half(page: TablePage) -> None:
    document, said = page.model.document, []
    page.editing.said.connect(lambda text, fault: said.append((text, fault)))
    page.editing.paste_text(BLOCK)
    document.insert_rows(0, [replace(document.rows[0], fragment="of a trial")], "keep a trial")
    assert not page.editing.writing.is_busy
    assert set(lengths(page)) == {document.rows[0].plan.seq_len}
    assert said == [
        ("The table changed while cells were being written; none of them was. Do it again.", True)
    ]


def test_that_the_foot_says_how_far_it_is(
    qtbot: QtBot, page: TablePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cell_writing, "_LONG_MS", 0)
    monkeypatch.setattr(cell_writing, "_TOLD_EVERY_MS", 0)
    told: list[str] = []
    page.editing.writing.progressed.connect(lambda text: told.append(page.foot.text if text else ""))
    page.editing.paste_text(BLOCK)
    qtbot.waitUntil(lambda: not page.editing.writing.is_busy, timeout=LIMIT_MS)
    assert told[0].startswith(f"Writing {N_ROWS:,} cells: ")
    assert told[-1] == ""
    assert "Writing" not in page.foot.text

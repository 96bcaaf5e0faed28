"""A large table is sorted and filtered in slices: the window stays alive, and the last wish counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt, QTimer
from pytestqt.qtbot import QtBot

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.data.benchmark_table import BenchmarkTable
from gpuplanner.ui import stepwise
from gpuplanner.ui.documents.document import Document
from gpuplanner.ui.table.benchmark_table import BenchmarkTableModel
from gpuplanner.ui.table.row_filtering import RowFiltering
from gpuplanner.ui.table.row_order import RowFilter

N_ROWS, LIMIT_MS = 10_500, 30_000
DOWN = Qt.SortOrder.DescendingOrder


@pytest.fixture
def model(profile: tuple[BenchmarkRow, ...]) -> Iterator[BenchmarkTableModel]:
    rows = (profile * (N_ROWS // len(profile) + 1))[:N_ROWS]
    document = Document(BenchmarkTable(rows, ("model", "seq_len")))
    model = BenchmarkTableModel(document)
    yield model
    model.deleteLater()
    document.deleteLater()


@pytest.fixture(autouse=True)
def one_step_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """However quick the machine is, no two steps are taken in one turn of the event loop."""
    monkeypatch.setattr(stepwise, "_SLICE_S", 0.0)


def lengths(model: BenchmarkTableModel) -> list[int]:
    return [model.row_at(row).plan.seq_len for row in range(model.rowCount())]


def turns_until(qtbot: QtBot, is_over: Callable[[], bool]) -> int:
    """How often the event loop turned before something was over."""
    turns = []
    pulse = QTimer()
    pulse.timeout.connect(lambda: turns.append(is_over()))
    pulse.start(0)
    qtbot.waitUntil(is_over, timeout=LIMIT_MS)
    pulse.stop()
    return turns.count(False)


def test_that_a_large_table_is_sorted_in_slices(qtbot: QtBot, model: BenchmarkTableModel) -> None:
    length, before = model.column_of("seq_len"), lengths(model)
    model.sort(length, DOWN)
    assert lengths(model) == before
    wanted = sorted(before, reverse=True)
    assert turns_until(qtbot, lambda: lengths(model)[0] == wanted[0]) > 0
    assert lengths(model) == wanted


def test_that_rows_that_come_while_it_is_sorted_stand_in_order(model: BenchmarkTableModel) -> None:
    model.sort(model.column_of("seq_len"), DOWN)
    row = model.document.rows[0]
    model.document.insert_rows(3, [replace(row, plan=replace(row.plan, seq_len=777))], "insert")
    assert lengths(model) == sorted(lengths(model), reverse=True)
    assert model.rowCount() == N_ROWS + 1


def test_that_the_text_of_a_large_table_is_looked_through_in_slices(
    qtbot: QtBot, model: BenchmarkTableModel
) -> None:
    filtering, shown = RowFiltering(model, model), []
    filtering.applied.connect(lambda: shown.append(model.row_filter.text))
    filtering.apply(RowFilter("lora"))
    filtering.apply(RowFilter("qlora 256"))
    assert model.rowCount() == N_ROWS
    assert turns_until(qtbot, lambda: bool(shown)) > 0
    assert shown == ["qlora 256"], "the last wish counts"
    found = [model.row_at(row) for row in range(model.rowCount())]
    assert {row.plan.method.value for row in found} == {"qlora"}
    assert 0 < len(found) < N_ROWS


def test_that_rows_that_change_meanwhile_are_filtered_as_they_are_now(
    qtbot: QtBot, model: BenchmarkTableModel
) -> None:
    filtering, shown = RowFiltering(model, model), []
    filtering.applied.connect(lambda: shown.append(model.rowCount()))
    filtering.apply(RowFilter("nowhere else"))
    model.document.set_cells([(5, "note", "nowhere else")], "edit")
    model.document.remove_rows([0, 1], "delete")
    qtbot.waitUntil(lambda: bool(shown), timeout=LIMIT_MS)
    assert shown == [1]
    assert model.source_row(0) == 3

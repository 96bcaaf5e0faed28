"""The processes of the Monitor page: one row each, mine first, sorted, copied, and what is not known said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from gpuplanner.monitor.metrics import METRICS
from gpuplanner.monitor.readings import (
    BY_PROCESS_WDDM,
    NO_PERMISSION,
    NOT_SUPPORTED,
    PER_PROCESS_MIG,
    missing_for,
)
from gpuplanner.monitor.samples import CardFacts, CardSample, DriverFacts, ProcessReading, Sample
from gpuplanner.ui.monitor.monitor_process_rows import ProcessRow, process_faults, process_rows
from gpuplanner.ui.monitor.monitor_process_view import ProcessPane
from gpuplanner.ui.monitor.monitor_processes import ProcessTable
from gpuplanner.ui.theme import Theme
from gpuplanner.ui.widgets.display_unit import DisplayUnit

GIB = 2**30


def sample(*processes: Any) -> Sample:
    """One card for each list of processes."""
    nothing = (NOT_SUPPORTED,) * len(METRICS)
    cards = tuple(
        CardSample(CardFacts(f"GPU-{at}", at, "A100"), nothing, listed) for at, listed in enumerate(processes)
    )
    return Sample(1, 0.0, 1_000.0, 0.001, cards, DriverFacts("570"))


def process(pid: int, n_bytes: Any = GIB, **more: Any) -> ProcessReading:
    return ProcessReading(pid, n_bytes, "compute", "meng", f"python {pid}", 900.0, sm_percent=5, **more)


ROWS = process_rows(
    sample(
        (process(7, 2 * GIB), process(3, 9 * GIB)),
        (process(7, GIB), process(5, GIB, followed=True)),
    )
)


@pytest.fixture
def table(qtbot: QtBot) -> ProcessTable:
    result = ProcessTable()
    result.show_rows(ROWS)
    return result


def test_that_a_process_on_two_cards_is_one_row_and_mine_comes_first() -> None:
    assert [(row.pid, row.gpus, row.memory_bytes) for row in ROWS] == [
        (5, ("1",), GIB),
        (3, ("0",), 9 * GIB),
        (7, ("0", "1"), 3 * GIB),
    ]
    assert ROWS[0].running_s == 100.0


def test_that_an_unknown_part_makes_the_sum_unknown_and_says_why() -> None:
    (row,) = process_rows(sample((process(1, GIB),), (process(1, BY_PROCESS_WDDM),)))
    assert row.memory_bytes is BY_PROCESS_WDDM


def test_that_a_process_of_a_mig_instance_names_it() -> None:
    (row,) = process_rows(sample((replace(process(1, gpu_instance=7), sm_percent=PER_PROCESS_MIG),)))
    assert (row.gpus, row.sm_percent) == (("0/7",), PER_PROCESS_MIG)


def test_that_a_card_which_lists_no_processes_is_named() -> None:
    assert process_faults(sample((), missing_for(NO_PERMISSION)))[0][0] == 1


def test_that_heads_sort_figures_from_the_largest_then_up_then_as_before(table: ProcessTable) -> None:
    column = [c.field for c in table.columns].index("memory_bytes")
    orders = []
    for _ in range(3):
        table.sort_next(column)
        orders.append([row.pid for row in table.rows])
    assert orders == [[3, 7, 5], [5, 7, 3], [5, 3, 7]]


def test_that_what_is_not_known_sorts_last_both_ways(table: ProcessTable) -> None:
    unknown = replace(ROWS[0], pid=99, memory_bytes=BY_PROCESS_WDDM)
    table.show_rows((unknown, *ROWS))
    column = [c.field for c in table.columns].index("memory_bytes")
    for _ in range(2):
        table.sort_next(column)
        assert table.rows[-1].pid == 99


def test_that_cells_say_a_dash_and_tips_say_why(table: ProcessTable) -> None:
    row = ProcessRow(4, ("0",), None, None, BY_PROCESS_WDDM, PER_PROCESS_MIG, None, False, "compute")
    assert [table.text(row, c.field) for c in table.columns] == ["4", "0", "–", "–", "–", "–", "–"]
    assert table.tip(row, "memory_bytes").startswith("Windows manages the GPU's memory")
    assert "MIG" in table.tip(row, "sm_percent")
    assert table.tip(row, "user").startswith("The system does not say it")


def test_that_rows_are_copied_with_heads_and_units(table: ProcessTable) -> None:
    table.set_unit(DisplayUnit.GB_PER_GPU)
    lines = table.copied([1]).splitlines()
    assert lines[0].split("\t") == ["PID", "GPU", "User", "Command", "Memory (GB)", "SM (%)", "Running"]
    assert lines[1].split("\t") == ["3", "0", "meng", "python 3", "9.7", "5", "1:40"]


def test_that_the_selection_stays_on_its_process(table: ProcessTable) -> None:
    index = QPersistentModelIndex(table.index(2, 0))
    assert table.rows[2].pid == 7
    table.show_rows((ROWS[2], ROWS[0]))
    assert index.row() == 0
    table.show_rows((ROWS[0],))
    assert not index.isValid()


def test_that_assistive_technology_hears_of_my_trial(table: ProcessTable) -> None:
    words = table.data(table.index(0, 3), Qt.ItemDataRole.AccessibleTextRole)
    assert words == "my trial: python 5"


def test_that_the_pane_folds_says_what_is_missing_and_copies(theme: Theme, qtbot: QtBot) -> None:
    pane = ProcessPane(theme)
    qtbot.addWidget(pane)
    pane.resize(900, 300)
    pane.show()
    pane.show_rows(ROWS, ())
    assert pane.fold.accessibleName() == "Processes: 3, unfolded. my trial first"
    pane.view.copy()
    assert len(QGuiApplication.clipboard().text().splitlines()) == 4
    pane.fold.click()
    assert pane.view.isHidden()
    assert pane.wanted_height() < 40
    pane.show_rows((), ((1, "no permission"),))
    assert pane.view.empty_text == "GPU 1: no permission"
    pane.show_rows((), (), is_old=True)
    assert pane.view.empty_text == "not read now"
    pane.grab()

"""Rows that the cursor passes while a key repeats: only where it stays is answered."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.data.catalog import Catalog
from gpuplanner.ui.plan.passed_rows import QUIET_S, PassedRows
from gpuplanner.ui.plan.planner import Planner


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_that_a_single_row_is_answered_at_once_and_quick_ones_wait() -> None:
    clock = Clock()
    rows = PassedRows(clock)
    assert rows.wait_s(0) == 0.0
    clock.now += 0.03
    assert rows.wait_s(1) == QUIET_S
    assert rows.wait_s(1) == 0.0, "the same row again is no other one"
    clock.now += 2 * QUIET_S
    assert rows.wait_s(2) == 0.0


def test_that_a_key_which_waited_for_the_answer_counts_as_quick() -> None:
    clock = Clock()
    rows = PassedRows(clock)
    rows.answered()  # of a field
    assert rows.wait_s(0) == 0.0
    clock.now += 2 * QUIET_S
    rows.answered()
    assert rows.wait_s(1) == QUIET_S
    clock.now += 2 * QUIET_S
    rows.answered()
    rows.answered()  # of a field, later
    clock.now += 2 * QUIET_S
    rows.answered()
    assert rows.wait_s(2) == 0.0


def test_that_the_planner_waits_for_the_row_where_the_cursor_stays(
    qtbot: QtBot, catalog: Catalog, profile: tuple[BenchmarkRow, ...]
) -> None:
    planner = Planner(catalog)
    planner._passed = PassedRows(Clock())  # no time passes: every other row is a quick one
    planner.start()
    planner.set_rows(profile)
    planner.select_row(0)
    assert planner._answer_soon.interval() == 0
    qtbot.waitUntil(lambda: planner.outcome.row == 0 and planner.outcome.answer is not None)
    planner.select_row(1)
    assert planner._answer_soon.interval() == round(1e3 * QUIET_S)
    planner.select_row(2)
    assert planner.plan == profile[2].effective_plan()
    qtbot.waitUntil(lambda: planner.outcome.row == 2 and planner.outcome.answer is not None)
    planner.set_field("seq_len", 4096)
    assert planner._answer_soon.interval() == 0, "a field is answered at once"

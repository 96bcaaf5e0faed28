"""The collector's full rounds stay away from long work, and come back."""

import gc
from collections.abc import Generator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.data.benchmark_table import BenchmarkTable
from gpuplanner.ui.collector import full_rounds_held
from gpuplanner.ui.documents.document import Document
from gpuplanner.ui.stepwise import Stepwise
from gpuplanner.ui.table.table_problems import TableProblems


def test_that_full_rounds_are_held_until_the_last_work_is_over() -> None:
    usual = gc.get_threshold()
    with full_rounds_held():
        held = gc.get_threshold()
        with full_rounds_held():
            assert gc.get_threshold() == held
        assert gc.get_threshold() == held
    assert held[:2] == usual[:2]
    assert held[2] > 1000 * usual[2]
    assert gc.get_threshold() == usual


def test_that_work_that_fails_gives_them_back() -> None:
    usual = gc.get_threshold()
    with pytest.raises(ValueError, match="no"), full_rounds_held():
        raise ValueError("no")
    assert gc.get_threshold() == usual


def test_that_looking_for_problems_is_such_work(qtbot: QtBot, profile: tuple[BenchmarkRow, ...]) -> None:
    usual, seen = gc.get_threshold(), []
    document = Document(BenchmarkTable(profile))

    def estimate_of(_row: int) -> None:
        seen.append(gc.get_threshold()[2] > usual[2])

    problems = TableProblems(document, estimate_of)
    qtbot.waitUntil(lambda: problems.is_known, timeout=30_000)
    assert set(seen) == {True}
    assert gc.get_threshold() == usual


def test_that_a_window_that_goes_while_it_works_gives_them_back(qtbot: QtBot) -> None:
    usual, window = gc.get_threshold(), QObject()
    taken: list[int] = []

    def steps() -> Generator[None, None, None]:
        with full_rounds_held():
            while True:
                taken.append(1)
                yield

    work = Stepwise(window)
    work.run(steps(), lambda _nothing: None)
    qtbot.waitUntil(lambda: bool(taken), timeout=30_000)
    assert gc.get_threshold() != usual
    window.deleteLater()
    qtbot.waitUntil(lambda: gc.get_threshold() == usual, timeout=30_000)

"""The estimates of rows: once per plan, in portions, and found again by series."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.core.plan import Plan, ResolvedPlan
from gpuplanner.data.benchmark_table import with_text
from gpuplanner.data.catalog import Catalog
from gpuplanner.report.plan_answer import estimate_rows
from gpuplanner.report.row_estimates import RowEstimate
from gpuplanner.ui.table.row_book import RowBook


class Counting:
    """Estimates rows and counts how many plans it was asked for."""

    def __init__(self) -> None:
        self.plans = 0

    def __call__(self, resolved: Sequence[ResolvedPlan]) -> tuple[RowEstimate, ...]:
        self.plans += len(resolved)
        return estimate_rows(resolved)


@pytest.fixture
def counting() -> Counting:
    return Counting()


def indices(book: RowBook, resolved: ResolvedPlan) -> list[int]:
    return [entry[0] for entry in book.series(resolved)]


def test_that_rows_come_in_portions_and_equal_plans_are_estimated_once(
    catalog: Catalog, counting: Counting
) -> None:
    book, row = RowBook(), BenchmarkRow(Plan(model="Qwen-7B"))
    book.set_rows([row, replace(row), replace(row, plan=replace(row.plan, seq_len=512))])
    assert set(book.work(2, catalog.resolve, counting)) == {0, 1}
    assert book.is_waiting
    assert set(book.work(2, catalog.resolve, counting)) == {2}
    assert not book.is_waiting
    assert counting.plans == 2


def test_that_a_series_keeps_the_order_of_the_table_when_a_row_changes(
    catalog: Catalog, counting: Counting, profile: tuple[BenchmarkRow, ...]
) -> None:
    book = RowBook()
    book.set_rows(profile)
    book.work(1000, catalog.resolve, counting)
    series = catalog.resolve(profile[0].effective_plan())
    assert indices(book, series) == [0, 1, 2, 3, 4, 5]
    book.set_rows([profile[0], with_text(profile[1], "note", "seen"), *profile[2:]])
    assert book.is_waiting
    book.work(1000, catalog.resolve, counting)
    assert indices(book, series) == [0, 1, 2, 3, 4, 5]
    assert counting.plans == len({row.effective_plan() for row in profile})


def test_that_rows_that_cannot_be_estimated_are_in_no_series(catalog: Catalog, counting: Counting) -> None:
    book = RowBook()
    good = BenchmarkRow(Plan(model="Qwen-7B"))
    book.set_rows([with_text(good, "seq_len", "?"), BenchmarkRow(Plan(model="Qwen-9000")), good])
    found = book.work(9, catalog.resolve, counting)
    assert "seq_len" in found[0].problem
    assert "Qwen-9000" in found[1].problem
    assert indices(book, catalog.resolve(good.plan)) == [2]


def test_that_rows_keep_their_estimates_when_others_come_or_go(
    catalog: Catalog, counting: Counting, profile: tuple[BenchmarkRow, ...]
) -> None:
    book = RowBook()
    book.set_rows(profile)
    before = book.work(1000, catalog.resolve, counting)
    series = catalog.resolve(profile[0].effective_plan())
    new = replace(profile[0], plan=replace(profile[0].plan, seq_len=300))
    book.set_rows([*profile[:2], new, *profile[2:]])
    assert indices(book, series) == [0, 1, 3, 4, 5, 6]
    assert set(book.work(1000, catalog.resolve, counting)) == {2}
    assert indices(book, series) == [0, 1, 2, 3, 4, 5, 6]
    book.set_rows([profile[0], *profile[2:]])
    book.set_rows(profile[2:])
    assert not book.is_waiting
    assert [entry[3] for entry in book.series(series)] == [before[i] for i in range(2, 6)]


def test_that_many_exchanged_rows_leave_their_series(catalog: Catalog, counting: Counting) -> None:
    row = BenchmarkRow(Plan(model="Qwen-7B"))
    other = BenchmarkRow(Plan(model="Qwen-14B"))
    book = RowBook()
    book.set_rows([replace(row) for _ in range(1200)])
    book.work(2000, catalog.resolve, counting)
    book.set_rows([*(replace(other) for _ in range(1000)), *book.rows[1000:]])
    assert indices(book, catalog.resolve(row.plan)) == list(range(1000, 1200))
    book.work(2000, catalog.resolve, counting)
    assert indices(book, catalog.resolve(other.plan)) == list(range(1000))


def test_that_series_follow_rows_that_move_and_only_those_that_changed_have_another_version(
    catalog: Catalog, counting: Counting, profile: tuple[BenchmarkRow, ...]
) -> None:
    book, other = RowBook(), BenchmarkRow(Plan(model="Qwen-14B", gpus_per_node=3))
    book.set_rows([other, *profile])
    book.work(1000, catalog.resolve, counting)
    series, others = catalog.resolve(profile[0].effective_plan()), catalog.resolve(other.plan)
    before, others_before = book.version(series), book.version(others)
    assert indices(book, others) == [0]
    book.set_rows([other, *profile[2:]])
    assert indices(book, series) == [1, 2, 3, 4]
    assert book.version(series) != before
    assert book.version(others) == others_before
    book.set_rows([other, *profile])
    book.work(1000, catalog.resolve, counting)
    assert indices(book, series) == [1, 2, 3, 4, 5, 6]


def test_that_many_exchanged_rows_leave_their_series_and_come_back(
    catalog: Catalog, counting: Counting
) -> None:
    row, other = BenchmarkRow(Plan(model="Qwen-7B")), BenchmarkRow(Plan(model="Qwen-14B"))
    book = RowBook()
    rows = [row, other] * 700
    book.set_rows(rows)
    book.work(len(rows), catalog.resolve, counting)
    series = catalog.resolve(row.plan)
    assert indices(book, series) == list(range(0, 1400, 2))
    book.set_rows([*rows[:100], *(replace(one) for one in rows[100:1300]), *rows[1300:]])
    assert indices(book, series) == [*range(0, 100, 2), *range(1300, 1400, 2)]
    book.work(len(rows), catalog.resolve, counting)
    assert indices(book, series) == list(range(0, 1400, 2))

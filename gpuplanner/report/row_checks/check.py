"""Looks through a whole table for problems, with pauses so that a large one does not hold up a window."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from heapq import merge
from operator import attrgetter

from gpuplanner.core.benchmark import BenchmarkRow, Status
from gpuplanner.core.plan import PLAN_FIELDS
from gpuplanner.report.row_checks.duplicates import Duplicates, Numbers
from gpuplanner.report.row_checks.memory_reading import memory_problems
from gpuplanner.report.row_checks.one_row import row_problems
from gpuplanner.report.row_checks.problem import Kind, Problem
from gpuplanner.report.row_checks.series import Point, series_problems
from gpuplanner.report.row_estimates import RowEstimate

_ROWS_AT_ONCE = 100
_PROBLEMS_AT_ONCE = 5000
_ROW = attrgetter("row")
_BUT_LENGTH = attrgetter(*(spec.name for spec in PLAN_FIELDS if spec.name != "seq_len"))
_WHOSE = attrgetter("origin", "software", "source")


def check_rows(
    rows: Sequence[BenchmarkRow],
    estimate_of: Callable[[int], RowEstimate | None],
    card_bytes: Callable[[str], float | None],
    of_file: Sequence[str] = (),
) -> Generator[None, None, tuple[Problem, ...]]:
    """All problems in the order of the rows, those of the file first, as the generator's return value.

    Args:
        rows: the table; must not change until the generator is done.
        estimate_of: the estimate of a row by its index, None where there is none yet.
        card_bytes: memory of a card by its name, None for an unknown card.
        of_file: what was odd about the file as a whole, each in one line.
    """
    found = [Problem(Kind.FILE, -1, "", text) for text in of_file]
    duplicates = Duplicates()
    plans, people = Numbers(_BUT_LENGTH), Numbers(_WHOSE)
    series: dict[tuple[object, ...], list[Point]] = {}
    for index, row in enumerate(rows):
        if index % _ROWS_AT_ONCE == _ROWS_AT_ONCE - 1:
            yield
        estimate = estimate_of(index)
        measured = row.measurement
        found += row_problems(index, row, estimate)
        in_doubt: tuple[Problem, ...] = ()
        if measured.peak_memory is not None:
            kind = measured.peak_memory_kind
            known = estimate is not None and not estimate.problem
            estimated = estimate.bytes_of(kind) if known and estimate is not None else None
            in_doubt = tuple(memory_problems(index, row, estimated or None, card_bytes(row.plan.gpu)))
            found += in_doubt
        found += duplicates.take(index, row)
        if measured.status is Status.MEASURED and not row.unreadable:
            doubted = any(doubt.column == "peak_memory" for doubt in in_doubt)
            key = (plans.of(row.plan), people.of(row.provenance), measured.peak_memory_kind.value)
            series.setdefault(key, []).append(Point(row.plan.seq_len, index, row, estimate, doubted))
    yield from duplicates.give_up()
    del plans, people
    yield
    of_rows, found = found, []
    while series:  # given up one by one: freed all at once, they hold up a window as well
        _, points = series.popitem()
        for problem in series_problems(points):
            if problem is None:
                yield
            else:
                found.append(problem)
    yield
    return (yield from _merged(of_rows, sorted(found, key=_ROW)))


def _merged(some: list[Problem], others: list[Problem]) -> Generator[None, None, tuple[Problem, ...]]:
    """Both in the order of the rows, in which each is already; of a row those of ``some`` come first."""
    merged: list[Problem] = []
    for problem in merge(some, others, key=_ROW):
        merged.append(problem)
        if len(merged) % _PROBLEMS_AT_ONCE == 0:
            yield
    return tuple(merged)

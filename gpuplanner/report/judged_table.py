"""Which rows of a table the estimator can be judged on: measured or out of memory, and expressible."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gpuplanner.core.benchmark import BenchmarkRow, Status
from gpuplanner.core.errors import InputError
from gpuplanner.core.plan import Plan, ResolvedPlan
from gpuplanner.estimator.accuracy import JudgedRow

Resolve = Callable[[Plan], ResolvedPlan]


@dataclass(frozen=True)
class LeftOut:
    """A row that cannot be expressed: its index from 0, and why in one line."""

    row: int
    reason: str


@dataclass(frozen=True)
class JudgedTable:
    """The rows that can be judged, how many are measured in all, and those that cannot be expressed."""

    rows: tuple[JudgedRow, ...]
    n_measured: int
    left_out: tuple[LeftOut, ...]


def judge_table(rows: Sequence[BenchmarkRow], resolve: Resolve) -> JudgedTable:
    """Look at every row of a table; ``resolve`` raises InputError for a plan that cannot be expressed."""
    judged: list[JudgedRow] = []
    left_out: list[LeftOut] = []
    n_measured = 0
    for index, row in enumerate(rows):
        figures = row.measurement
        has_figure = any((figures.peak_memory, figures.step_time_s, figures.tokens_per_s))
        if figures.status is Status.NOT_MEASURED or (figures.status is Status.MEASURED and not has_figure):
            continue
        n_measured += figures.status is Status.MEASURED
        try:
            if row.unreadable:
                cell = row.unreadable[0]
                raise InputError.of(cell.reason, cell.column)
            judged.append(JudgedRow(index, row, resolve(row.effective_plan()), resolve(row.plan)))
        except InputError as error:
            left_out.append(LeftOut(index, error.problems[0].line()))
    return JudgedTable(tuple(judged), n_measured, tuple(left_out))

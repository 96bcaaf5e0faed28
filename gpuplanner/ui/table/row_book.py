"""Keeps the estimates of the table's rows: each plan is estimated once, however often it occurs."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import is_

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.core.errors import InputError
from gpuplanner.core.plan import PLAN_FIELD, Plan, ResolvedPlan
from gpuplanner.report.charts import series_of
from gpuplanner.report.row_estimates import RowEstimate
from gpuplanner.ui.told import told, told_problem

Resolve = Callable[[Plan], ResolvedPlan]
EstimateRows = Callable[[Sequence[ResolvedPlan]], tuple[RowEstimate, ...]]

_FEW = 500
"""So many changed rows are moved between series one by one; for more, all series are put together anew."""


@dataclass(frozen=True)
class Known:
    """A plan that was estimated; ``resolved`` is None when that failed, and the estimate says why."""

    resolved: ResolvedPlan | None
    estimate: RowEstimate
    series: tuple[object, ...] | None = None
    """What tells the plan's series from others."""


class RowBook:
    """Rows by index with what is known about them; works through new rows in portions."""

    def __init__(self) -> None:
        self._rows: tuple[BenchmarkRow, ...] = ()
        self._known: dict[int, Known] = {}
        self._by_plan: dict[Plan, Known] = {}
        self._by_series: dict[tuple[object, ...], list[int]] = {}
        self._waiting: deque[int] = deque()

    @property
    def rows(self) -> tuple[BenchmarkRow, ...]:
        """The table's rows."""
        return self._rows

    @property
    def is_waiting(self) -> bool:
        """Whether some rows are not estimated yet."""
        return bool(self._waiting)

    def set_rows(self, rows: Sequence[BenchmarkRow]) -> None:
        """Take the table's rows; those that are the same objects keep their estimates.

        Rows that came or went may move those below; what was exchanged otherwise is estimated anew.
        """
        old, self._rows = self._rows, tuple(rows)
        if len(old) == len(self._rows):
            changed = [i for i, same in enumerate(map(is_, old, self._rows)) if not same]
            self._exchange(changed)
            return
        begin = _same_at_front(old, self._rows)
        end = _same_at_front(old[begin:][::-1], self._rows[begin:][::-1])
        last, shift = len(old) - end, len(self._rows) - len(old)
        self._known = {
            i if i < begin else i + shift: known for i, known in self._known.items() if i < begin or i >= last
        }
        self._waiting = deque(i for i in range(len(self._rows)) if i not in self._known)
        self._index_all()

    def forget_plans(self) -> None:
        """Estimate everything anew: what a path means, or how it is estimated, has changed."""
        self._by_plan.clear()
        self._known.clear()
        self._by_series.clear()
        self._waiting = deque(range(len(self._rows)))

    def work(self, portion: int, resolve: Resolve, estimate: EstimateRows) -> dict[int, RowEstimate]:
        """Estimate the next rows, at most ``portion``; returns their estimates by row."""
        batch = [self._waiting.popleft() for _ in range(min(portion, len(self._waiting)))]
        new: dict[Plan, ResolvedPlan] = {}
        for index in batch:
            row = self._rows[index]
            plan = row.effective_plan()
            if _broken(row) or plan in self._by_plan or plan in new:
                continue
            try:
                new[plan] = resolve(plan)
            except InputError as error:
                self._by_plan[plan] = Known(None, RowEstimate(problem=told_problem(error.problems[0])))
        for plan, figures in zip(new, estimate(list(new.values())), strict=True):
            self._by_plan[plan] = Known(new[plan], figures, series_of(new[plan]))
        for index in batch:
            row = self._rows[index]
            broken = _broken(row)
            self._known[index] = (
                Known(None, RowEstimate(problem=broken)) if broken else self._by_plan[row.effective_plan()]
            )
        self._index(batch)
        return {index: self._known[index].estimate for index in batch}

    def series(self, resolved: ResolvedPlan) -> list[tuple[int, BenchmarkRow, ResolvedPlan, RowEstimate]]:
        """The rows of a plan's own series: (index, row, its resolved plan, its estimate)."""
        found = []
        for index in self._by_series.get(series_of(resolved), ()):
            known = self._known[index]
            assert known.resolved is not None, "only rows that could be estimated are in a series"
            found.append((index, self._rows[index], known.resolved, known.estimate))
        return found

    def _exchange(self, changed: Sequence[int]) -> None:
        """These rows are other ones now, in the places that they had."""
        if not changed:
            return
        before = {index: known for index in changed if (known := self._known.pop(index, None)) is not None}
        if len(before) > _FEW:
            self._index_all()
        else:
            for index, known in before.items():
                if known.series is not None:
                    members = self._by_series[known.series]
                    del members[bisect_left(members, index)]
        self._waiting = deque(sorted({*self._waiting, *changed}))

    def _index_all(self) -> None:
        """Put all series together anew, each in the order of the table."""
        self._by_series = {}
        for index in sorted(self._known):
            series = self._known[index].series
            if series is not None:
                self._by_series.setdefault(series, []).append(index)

    def _index(self, indices: Iterable[int]) -> None:
        """Put rows into their series, in the order of the table."""
        for index in indices:
            series = self._known[index].series
            if series is not None:
                insort(self._by_series.setdefault(series, []), index)


def _same_at_front(some: Sequence[BenchmarkRow], others: Sequence[BenchmarkRow]) -> int:
    """How many rows at the beginning of both are the same objects."""
    return next((i for i, same in enumerate(map(is_, some, others)) if not same), min(len(some), len(others)))


def _broken(row: BenchmarkRow) -> str:
    """Why a row cannot be estimated as it stands: the first cell of its plan that could not be read."""
    for cell in row.unreadable:
        name = cell.column.removesuffix("_inferred")
        if name in PLAN_FIELD:
            return f"{cell.column}: {told(cell.reason)}"
    return ""

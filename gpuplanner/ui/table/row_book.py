"""Keeps the estimates of the table's rows: each plan is estimated once, however often it occurs."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import compress, count, repeat
from operator import is_, is_not

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.core.errors import InputError
from gpuplanner.core.plan import PLAN_FIELD, Plan, ResolvedPlan
from gpuplanner.report.charts import series_of
from gpuplanner.report.row_estimates import RowEstimate
from gpuplanner.ui.told import told, told_problem

Resolve = Callable[[Plan], ResolvedPlan]
EstimateRows = Callable[[Sequence[ResolvedPlan]], tuple[RowEstimate, ...]]

_FEW = 500
"""So many changed rows are taken out of their series one by one; more in one pass through each series."""
_NO_SERIES = -1


@dataclass(frozen=True)
class Known:
    """A plan that was estimated; ``resolved`` is None when that failed, and the estimate says why."""

    resolved: ResolvedPlan | None
    estimate: RowEstimate
    series: int = _NO_SERIES
    """The number of the plan's series."""


class RowBook:
    """Rows by index with what is known about them; works through new rows in portions."""

    def __init__(self) -> None:
        self._rows: tuple[BenchmarkRow, ...] = ()
        self._known: list[Known | None] = []
        """Of each row; None while it waits."""
        self._by_plan: dict[Plan, Known] = {}
        self._numbers: dict[tuple[object, ...], int] = {}
        """What tells a series from others → its number: a number is looked up in no time."""
        self._by_series: dict[int, list[int]] = {}
        """The rows of each series, in the order of the table."""
        self._versions: dict[int, int] = {}
        """How often the rows of a series have changed, or moved."""
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
            self._exchange(list(compress(count(), map(is_not, old, self._rows))))
            return
        begin = _same_at_front(old, self._rows)
        end = len(old) - _same_at_front(old[begin:][::-1], self._rows[begin:][::-1])
        shift = len(self._rows) - len(old)
        self._known[begin:end] = [None] * (end - begin + shift)
        for number, members in self._by_series.items():
            first = bisect_left(members, begin)
            if first < len(members):
                last = bisect_left(members, end, first)
                members[first:] = [index + shift for index in members[last:]]
                self._note_change(number)
        self._wait_anew()

    def forget_plans(self) -> None:
        """Estimate everything anew: what a path means, or how it is estimated, has changed."""
        self._by_plan.clear()
        self._known = [None] * len(self._rows)
        for number, members in self._by_series.items():
            members.clear()
            self._note_change(number)
        self._wait_anew()

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
            number = self._numbers.setdefault(series_of(new[plan]), len(self._numbers))
            self._by_plan[plan] = Known(new[plan], figures, number)
        found = {}
        for index in batch:
            row = self._rows[index]
            broken = _broken(row)
            known = Known(None, RowEstimate(problem=broken)) if broken else None
            found[index] = self._known[index] = known or self._by_plan[row.effective_plan()]
        self._index(found.items())
        return {index: known.estimate for index, known in found.items()}

    def series(self, resolved: ResolvedPlan) -> list[tuple[int, BenchmarkRow, ResolvedPlan, RowEstimate]]:
        """The rows of a plan's own series: (index, row, its resolved plan, its estimate)."""
        found = []
        for index in self._by_series.get(self._number(resolved), ()):
            known = self._known[index]
            assert known is not None, "a row that waits is in no series"
            assert known.resolved is not None, "only rows that could be estimated are in a series"
            found.append((index, self._rows[index], known.resolved, known.estimate))
        return found

    def version(self, resolved: ResolvedPlan) -> int:
        """Changes whenever `series` of a plan would be another one."""
        return self._versions.get(self._number(resolved), 0)

    def _number(self, resolved: ResolvedPlan) -> int:
        return self._numbers.get(series_of(resolved), _NO_SERIES)

    def _note_change(self, number: int) -> None:
        self._versions[number] = self._versions.get(number, 0) + 1

    def _exchange(self, changed: Sequence[int]) -> None:
        """These rows are other ones now, in the places that they had."""
        if not changed:
            return
        left: dict[int, list[int]] = {}
        for index in changed:
            known, self._known[index] = self._known[index], None
            if known is not None and known.series != _NO_SERIES:
                left.setdefault(known.series, []).append(index)
        gone = set(changed) if len(changed) > _FEW else set()
        for number, indices in left.items():
            members = self._by_series[number]
            if gone:
                first, end = bisect_left(members, indices[0]), bisect_left(members, indices[-1] + 1)
                members[first:end] = [index for index in members[first:end] if index not in gone]
            else:
                for index in indices:
                    del members[bisect_left(members, index)]
            self._note_change(number)
        self._wait_anew()

    def _wait_anew(self) -> None:
        """Whatever is not known waits, in the order of the table."""
        self._waiting = deque(compress(count(), map(is_, self._known, repeat(None))))

    def _index(self, found: Iterable[tuple[int, Known]]) -> None:
        """Put rows into their series, in the order of the table."""
        for index, known in found:
            if known.series != _NO_SERIES:
                insort(self._by_series.setdefault(known.series, []), index)
                self._note_change(known.series)


def _same_at_front(some: Sequence[BenchmarkRow], others: Sequence[BenchmarkRow]) -> int:
    """How many rows at the beginning of both are the same objects."""
    return next(compress(count(), map(is_not, some, others)), min(len(some), len(others)))


def _broken(row: BenchmarkRow) -> str:
    """Why a row cannot be estimated as it stands: the first cell of its plan that could not be read."""
    for cell in row.unreadable:
        name = cell.column.removesuffix("_inferred")
        if name in PLAN_FIELD:
            return f"{cell.column}: {told(cell.reason)}"
    return ""

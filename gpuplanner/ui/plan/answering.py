"""Answers one plan after another from the estimator and the table's rows, in steps that each take little."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.core.estimate import Change, MeasuredPeak
from gpuplanner.core.llm import Llm
from gpuplanner.core.plan import ResolvedPlan
from gpuplanner.core.price import Price
from gpuplanner.estimator.estimate import PHYSICS, Calibration
from gpuplanner.report.measured_peaks import MeasuredPeaks
from gpuplanner.report.plan_answer import (
    EstimatedRow,
    PlanAnswer,
    answer_plan,
    changes_for,
    estimate_rows,
)
from gpuplanner.report.row_estimates import RowEstimate
from gpuplanner.ui.plan.plan_steps import FreeMemory, Setup
from gpuplanner.ui.table.row_book import Resolve, RowBook

if TYPE_CHECKING:
    from gpuplanner.estimator.candidates import Alternatives

_WORTH_GIVING_BACK_BYTES = 50 * 2**20
"""What others hold of a card and would be worth having back; a driver alone holds less."""


class Answering:
    """Knows the rows in ``book`` and what they say of plans with their settings.

    Importing this module loads numpy: the planner does so when it is started.
    """

    def __init__(self, book: RowBook) -> None:
        self._book = book
        self.measured = MeasuredPeaks(self._rows_of_series, book.version)

    def work_through_rows(self, portion: int, resolve: Resolve) -> dict[int, RowEstimate]:
        """Estimate the next rows that wait, at most ``portion``; returns their estimates by row."""
        return self._book.work(portion, resolve, estimate_rows)

    def steps(
        self,
        resolved: ResolvedPlan,
        setup: Setup,
        most_changes: int,
        *,
        electricity: Price | None,
        free: FreeMemory | None,
        calibration: Calibration | None,
        others_for: Callable[[Llm], Alternatives] | None,
    ) -> Generator[None, None, tuple[PlanAnswer, tuple[Change, ...]]]:
        """The answer and the changes on offer; with hundreds of comparable rows a step takes 30 ms."""
        self.measured(resolved)
        yield
        corrected = PHYSICS if calibration is None else calibration
        series = [EstimatedRow(*row) for row in self._book.series(resolved)]
        answer = answer_plan(
            resolved,
            setup.budget,
            replace(setup.request, electricity=electricity),
            series,
            corrected,
            measured=self.measured,
        )
        yield
        # A length beyond the longest sample is of use only where samples are packed.
        data_set = None if setup.packs else setup.data_set
        held = 0 if free is None else free.held_bytes
        changes = partial(
            changes_for,
            answer.estimate,
            setup.budget,
            most_changes,
            corrected,
            others=None if others_for is None else others_for(resolved.llm),
            longest_sample=0 if data_set is None else data_set.lengths.longest,
            taken_bytes=held if held >= _WORTH_GIVING_BACK_BYTES else 0,
        )
        unread: list[ResolvedPlan] = []

        def read_so_far(plan: ResolvedPlan) -> Sequence[MeasuredPeak]:
            if self.measured.is_read(plan):
                return self.measured(plan)
            unread.append(plan)
            return ()

        found = changes(measured=read_so_far)
        if unread:  # after many rows have changed: one series in a step, and then once more
            for plan in unread:
                yield
                self.measured(plan)
            yield
            found = changes(measured=self.measured)
        yield
        return answer, found

    def _rows_of_series(self, resolved: ResolvedPlan) -> Iterator[tuple[int, BenchmarkRow, ResolvedPlan]]:
        for index, row, other, _estimate in self._book.series(resolved):
            yield index, row, other

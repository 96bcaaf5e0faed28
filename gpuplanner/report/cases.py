"""What a report is made from: plans with their answers, the same plans on other cards, and measured rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.core.errors import InputError
from gpuplanner.core.estimate import Budget, Change, Estimate, Fits, WorkRequest
from gpuplanner.core.gpu import Gpu
from gpuplanner.core.plan import Plan, ResolvedPlan
from gpuplanner.estimator.estimate import PHYSICS, Calibration, estimate
from gpuplanner.estimator.measured import Measured, heeding
from gpuplanner.report.charts import series_of
from gpuplanner.report.measured_peaks import measured_in
from gpuplanner.report.plan_answer import EstimatedRow, PlanAnswer, answer_plan, changes_for, estimate_rows
from gpuplanner.report.row_estimates import RowEstimate

Resolve = Callable[[Plan], ResolvedPlan]

MOST_CHANGES = 5
DEFAULT_CARDS = (
    "RTX 4090",
    "RTX 5090",
    "L40S",
    "A100 80GB SXM4",
    "H100 NVL",
    "RTX PRO 6000 Blackwell WS",
    "H20",
)
"""Cards that people choose between (users.md journey E), the plan's own among them or before them."""


@dataclass(frozen=True)
class ReportRow:
    """A row of the table with its estimate; ``resolved`` is None where that failed (``estimate.problem``)."""

    index: int
    row: BenchmarkRow
    resolved: ResolvedPlan | None
    estimate: RowEstimate


@dataclass(frozen=True)
class CardAnswer:
    """A plan on a card."""

    gpu: Gpu
    estimate: Estimate


@dataclass(frozen=True)
class Case:
    """One plan with everything that is said about it."""

    name: str
    answer: PlanAnswer
    changes: tuple[Change, ...]
    cards: tuple[CardAnswer, ...]
    """The plan's own card first."""
    work: WorkRequest | None = None

    @property
    def resolved(self) -> ResolvedPlan:
        """The plan with nothing left open."""
        return self.answer.estimate.resolved


def report_rows(rows: Sequence[BenchmarkRow], resolve: Resolve) -> tuple[ReportRow, ...]:
    """Every row with its estimate, all in one columnar call."""
    resolved: dict[int, ResolvedPlan] = {}
    problems: dict[int, str] = {}
    for index, row in enumerate(rows):
        if row.unreadable:
            cell = row.unreadable[0]
            problems[index] = f"{cell.column}: {cell.reason}"
            continue
        try:
            resolved[index] = resolve(row.effective_plan())
        except InputError as error:
            problems[index] = error.problems[0].line()
    estimates = dict(zip(resolved, estimate_rows(list(resolved.values())), strict=True))
    return tuple(
        ReportRow(
            index,
            row,
            resolved.get(index),
            estimates.get(index, RowEstimate(problem=problems.get(index, ""))),
        )
        for index, row in enumerate(rows)
    )


def make_case(
    name: str,
    plan: Plan,
    resolve: Resolve,
    rows: Sequence[ReportRow],
    cards: Sequence[str],
    budget: Budget,
    work: WorkRequest | None,
    calibration: Calibration = PHYSICS,
) -> Case:
    """Answer one plan, and the same plan on each of the cards.

    Raises:
        InputError: the plan cannot be estimated.
    """
    resolved = resolve(plan)
    wanted = series_of(resolved)
    series = [
        EstimatedRow(item.index, item.row, item.resolved, item.estimate)
        for item in rows
        if item.resolved is not None and series_of(item.resolved) == wanted
    ]
    known = ((item.index, item.row, item.resolved) for item in rows if item.resolved is not None)
    measured = measured_in(known)
    answer = answer_plan(resolved, budget, work, series, calibration, measured)
    return Case(
        name,
        answer,
        changes_for(answer.estimate, budget, MOST_CHANGES, calibration, measured=measured),
        (
            CardAnswer(resolved.gpu, answer.estimate),
            *(
                _on_card(plan, card, resolve, budget, work, calibration, measured)
                for card in _others(resolved, cards)
            ),
        ),
        work,
    )


def _others(resolved: ResolvedPlan, cards: Sequence[str]) -> tuple[str, ...]:
    """The cards to compare with, each once and without the plan's own, which is answered already."""
    own = resolved.gpu.name.lower()
    return tuple(card for card in dict.fromkeys(cards) if card.lower() != own)


def _on_card(
    plan: Plan,
    card: str,
    resolve: Resolve,
    budget: Budget,
    work: WorkRequest | None,
    calibration: Calibration,
    measured: Measured,
) -> CardAnswer:
    resolved = resolve(replace(plan, gpu=card, interconnect=None))
    # A budget in bytes is that of the plan's own card; another one gives what it has.
    other = Budget(None, budget.reserve_bytes)
    answer = estimate(resolved, budget=other, work=work, calibration=calibration)
    return CardAnswer(resolved.gpu, heeding(answer, measured(resolved)))


def smallest_card(cases: Sequence[Case]) -> CardAnswer | None:
    """The card with the least memory on which every plan fits with room to spare; None: there is none."""
    shared: dict[str, list[CardAnswer]] = {}
    for case in cases:
        for answer in case.cards:
            shared.setdefault(answer.gpu.name, []).append(answer)
    good = [
        answers[0]
        for answers in shared.values()
        if len(answers) == len(cases) and all(answer.estimate.fits is Fits.YES for answer in answers)
    ]
    return min(good, key=lambda answer: answer.gpu.memory_bytes, default=None)

"""Everything that is said about one plan, as plain data: the window shows it and the PDF prints it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.core.estimate import Budget, Change, ChangeCost, Estimate, Fits, MeasuredPeak, WorkRequest
from gpuplanner.core.plan import ResolvedPlan
from gpuplanner.estimator.baseline import RuleOfThumb, rule_of_thumb
from gpuplanner.estimator.candidates import Alternatives
from gpuplanner.estimator.estimate import (
    PHYSICS,
    Calibration,
    estimate,
    estimate_many,
    length_curve,
    verdict,
)
from gpuplanner.estimator.lengths import SCANNED_LENGTHS, lengths_that_fit
from gpuplanner.estimator.measured import Measured, heeding, limits_heeding, nothing_measured
from gpuplanner.estimator.solve import rank_fixes, uses_of_room
from gpuplanner.report.charts import (
    Curve,
    MeasuredPoint,
    MemoryChart,
    comparable_points,
    curve_lengths,
    length_range,
    nearest_point,
)
from gpuplanner.report.row_estimates import RowEstimate


@dataclass(frozen=True)
class EstimatedRow:
    """A row of the table that can be estimated: its index, its plan with nothing left open, its estimate."""

    index: int
    row: BenchmarkRow
    resolved: ResolvedPlan
    estimate: RowEstimate


@dataclass(frozen=True)
class Nearest:
    """The nearest measurement, and what the estimator says about that very row, per GPU."""

    point: MeasuredPoint
    estimate_bytes: float


@dataclass(frozen=True)
class PlanAnswer:
    """The answer for one plan and budget, but for the changes to offer (see `changes_for`)."""

    estimate: Estimate
    chart: MemoryChart
    rule: RuleOfThumb
    nearest: Nearest | None

    @property
    def deciding_field(self) -> str:
        """The plan field to look at when the verdict is not "fits"; empty when it is."""
        if self.estimate.fits is Fits.YES:
            return ""
        return "gpu" if self.chart.tight_to is None else "seq_len"


def answer_plan(
    resolved: ResolvedPlan,
    budget: Budget,
    work: WorkRequest | None,
    series: Sequence[EstimatedRow],
    calibration: Calibration = PHYSICS,
    measured: Measured = nothing_measured,
) -> PlanAnswer:
    """Estimate a plan, its curve over length and its limits.  Takes a few milliseconds.

    ``series`` holds the rows of the plan's own series (`charts.series_of`).  Verdict and limits are not
    better than what was ``measured`` with the plan's settings.
    """
    peaks = measured(resolved)
    answer = heeding(estimate(resolved, budget=budget, work=work, calibration=calibration), peaks)
    points = comparable_points(resolved, ((item.index, item.row, item.resolved) for item in series))
    return PlanAnswer(
        estimate=answer,
        chart=_chart(resolved, answer, points, calibration, peaks),
        rule=rule_of_thumb(resolved),
        nearest=_nearest(points, resolved.plan.seq_len, series),
    )


def changes_for(
    answer: Estimate,
    budget: Budget,
    count: int,
    calibration: Calibration = PHYSICS,
    *,
    others: Alternatives | None = None,
    longest_sample: int = 0,
    taken_bytes: int = 0,
    measured: Measured = nothing_measured,
) -> tuple[Change, ...]:
    """At most ``count`` changes: what would make the plan fit, or else what else would fit.

    They keep the order of their cost.  The keywords are those of `rank_fixes`.
    """
    if answer.fits is Fits.YES:
        more = uses_of_room(answer.resolved, budget, calibration, measured)
        return tuple(change for change in more if change.fits is not Fits.NO)[:count]
    ranking = rank_fixes(
        answer.resolved,
        budget,
        calibration,
        others=others,
        longest_sample=longest_sample,
        taken_bytes=taken_bytes,
        measured=measured,
    )
    chosen = _most_useful(ranking.helpful, answer.fits)[:count]
    return tuple(change for change in ranking.helpful if change in chosen)


def _most_useful(found: Sequence[Change], now: Fits) -> list[Change]:
    """What betters the verdict, first one change of each cost, so that there is a choice; then the rest."""
    verdicts = list(Fits)
    better = [change for change in found if verdicts.index(change.fits) < verdicts.index(now)]
    firsts: list[Change] = []
    for cost in ChangeCost:
        of_cost = [change for change in better if change.cost is cost]
        # Who has chosen a model wants it: another way to train it comes before a smaller one.
        of_cost.sort(key=lambda change: (verdicts.index(change.fits), not _is_method(change), _delay(change)))
        firsts += of_cost[:1]
    rest = [change for change in better if change not in firsts]
    return [*firsts, *rest, *(change for change in found if change not in better)]


def _is_method(change: Change) -> bool:
    return any(name == "method" for name, _ in change.changed)


def _delay(change: Change) -> float:
    """By how much slower it gets, where that decides between two changes that lose nothing else."""
    return round(change.time_factor, 2) if change.cost in (ChangeCost.NOTHING, ChangeCost.TIME) else 0.0


def estimate_rows(resolved: Sequence[ResolvedPlan]) -> tuple[RowEstimate, ...]:
    """The estimates of resolved rows in one columnar call, each against its own card.

    Physics alone: a correction was learned from such rows, and none may be judged by itself.
    """
    if not resolved:
        return ()
    columns = estimate_many(resolved)
    return tuple(
        RowEstimate(*figures, fits=verdict(figures[2], figures[4], item.gpu.memory_bytes))  # type: ignore[misc]
        for item, *figures in zip(
            resolved,
            columns.allocated_bytes.tolist(),
            columns.reserved_bytes.tolist(),
            columns.device_bytes.tolist(),
            columns.low_bytes.tolist(),
            columns.high_bytes.tolist(),
            columns.step_time_s.tolist(),
            strict=True,
        )
    )


def _chart(
    resolved: ResolvedPlan,
    answer: Estimate,
    points: tuple[MeasuredPoint, ...],
    calibration: Calibration,
    peaks: Sequence[MeasuredPeak],
) -> MemoryChart:
    plan_length = resolved.plan.seq_len
    measured = {point.length for point in points}
    shown = curve_lengths(*length_range(plan_length, measured), {plan_length, *measured})
    # The curve and the first search for limits share one columnar call.
    columns = length_curve(resolved, (*shown, *SCANNED_LENGTHS), calibration)
    n = len(shown)
    found = lengths_that_fit(resolved, columns, n, answer.budget_bytes, calibration)
    fits_to, tight_to = limits_heeding(*found, answer.budget_bytes, peaks)
    return MemoryChart(
        curve=Curve(
            lengths=shown,
            predicted_bytes=tuple(columns.device_bytes[:n].tolist()),
            low_bytes=tuple(columns.low_bytes[:n].tolist()),
            high_bytes=tuple(columns.high_bytes[:n].tolist()),
        ),
        points=points,
        budget_bytes=float(answer.budget_bytes),
        plan_length=plan_length,
        plan_bytes=float(answer.memory.peak_device_bytes),
        fits=answer.fits,
        fits_to=fits_to or None,
        tight_to=tight_to or None,
    )


def _nearest(
    points: Sequence[MeasuredPoint], plan_length: int, series: Sequence[EstimatedRow]
) -> Nearest | None:
    point = nearest_point(points, plan_length)
    if point is None:
        return None
    estimate = next(item.estimate for item in series if item.index == point.row)
    return Nearest(point, estimate.bytes_of(point.kind))

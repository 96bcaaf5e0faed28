"""What a correction would change before anybody accepts it: the present plan, and rows it did not see."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from gpuplanner.core.benchmark import BenchmarkRow, Origin, Status
from gpuplanner.core.correction import Correction, row_key
from gpuplanner.core.estimate import Budget, Estimate
from gpuplanner.core.plan import ResolvedPlan
from gpuplanner.estimator.correction import MeasuredRow, counted, learn, one_length
from gpuplanner.estimator.estimate import Calibration, corrected_by, estimate, estimate_many
from gpuplanner.estimator.similarity import context_of

_MOVES = 1e-4
"""A row whose estimate moves by less is out of the correction's reach."""


@dataclass(frozen=True)
class LeftOutRow:
    """One measured row, estimated without having been seen: errors as fractions of what was measured."""

    index: int
    """In the table, from 0."""
    label: str
    origin: Origin
    measured_bytes: float
    before: float
    after: float


@dataclass(frozen=True)
class CorrectionPreview:
    """A correction, the present plan without and with it, and how it does on rows left out."""

    correction: Correction
    before: Estimate | None
    after: Estimate | None
    judged: tuple[LeftOutRow, ...]
    """Its own rows, each judged by the others; then rows that it did not see and reaches, those of the
    nearest series first."""
    one_length: bool
    """It knows one length of every series: an offset, no slope."""

    @property
    def mean_errors(self) -> tuple[float, float] | None:
        """Mean absolute error over the judged rows, before and after; None without any."""
        if not self.judged:
            return None
        n = len(self.judged)
        return (
            sum(abs(row.before) for row in self.judged) / n,
            sum(abs(row.after) for row in self.judged) / n,
        )


@dataclass(frozen=True)
class TableRow:
    """A row with its place in the table and its plan, nothing of which is left open."""

    index: int
    row: BenchmarkRow
    resolved: ResolvedPlan


def preview_correction(
    chosen: Sequence[TableRow],
    table: Sequence[TableRow],
    corrections: Sequence[Correction],
    *,
    name: str,
    date: str,
    plan: ResolvedPlan | None = None,
    budget: Budget | None = None,
) -> CorrectionPreview:
    """Learn from the chosen rows and judge the outcome on the others.  Takes some ten milliseconds.

    ``corrections`` are those of the document; the new one would join the active ones.
    """
    layer = learn([MeasuredRow(item.row, item.resolved) for item in chosen], name=name, date=date)
    present, wanted = corrected_by(corrections), corrected_by([*corrections, layer])
    known = {found.key for each in corrections if each.active for found in each.evidence}
    seen = known | {found.key for found in layer.evidence}
    unseen = [item for item in table if _is_measured(item.row) and row_key(item.row) not in seen]
    judged = _judged_by_the_others(layer, chosen, known, present, wanted)
    if unseen and layer.evidence:
        plans = [item.resolved for item in unseen]
        before, after = estimate_many(plans, present), estimate_many(plans, wanted)
        contexts = {found.context for found in layer.evidence}
        near: list[tuple[int, LeftOutRow]] = []
        for i, item in enumerate(unseen):
            kind = item.row.measurement.peak_memory_kind.value
            sides = float(before.kind(kind)[i]), float(after.kind(kind)[i])
            if abs(sides[1] / sides[0] - 1) >= _MOVES:
                context = context_of(item.resolved)
                distance = min(sum(a != b for a, b in zip(context, other, strict=True)) for other in contexts)
                near.append((distance, _judged(item, *sides)))
        judged += [row for _, row in sorted(near, key=lambda pair: (pair[0], pair[1].index))]
    of_plan = [
        None if plan is None else estimate(plan, budget=budget, calibration=side)
        for side in (present, wanted)
    ]
    return CorrectionPreview(layer, of_plan[0], of_plan[1], tuple(judged), one_length(layer.evidence))


def words_of(correction: Correction) -> str:
    """``1 trial``, ``3 trials and 81 rows``."""
    return " and ".join(counted(correction.evidence))


def _judged_by_the_others(
    layer: Correction,
    chosen: Sequence[TableRow],
    known: Collection[str],
    present: Calibration,
    wanted: Calibration,
) -> list[LeftOutRow]:
    """Each row of the correction, corrected by all rows but itself; none when it has only one."""
    if len(layer.evidence) < 2 or wanted.corrector is None:
        return []
    own = {found.key for found in layer.evidence}
    items = {row_key(item.row): item for item in chosen if row_key(item.row) in own}
    columns = estimate_many([item.resolved for item in items.values()], present)
    places = {key: i for i, key in enumerate(items)}
    judged = []
    for evidence, after in wanted.corrector.left_out():
        if evidence.key in own and evidence.memory is not None:
            item, kind = items[evidence.key], evidence.memory_kind.value
            # A correction that has seen the row does not judge it: physics does.
            seen = evidence.key in known
            before = evidence.memory.predicted if seen else float(columns.kind(kind)[places[evidence.key]])
            figures = evidence.label, evidence.origin, evidence.memory.measured
            judged.append(LeftOutRow(item.index, *figures, before / evidence.memory.measured - 1, after))
    return judged


def _judged(item: TableRow, before: float, after: float) -> LeftOutRow:
    plan, measured = item.resolved.plan, item.row.peak_bytes_per_gpu or 0.0
    return LeftOutRow(
        item.index,
        f"{item.resolved.llm.name} {plan.method.value}, {plan.seq_len:,} tokens",
        item.row.provenance.origin,
        measured,
        before / measured - 1,
        after / measured - 1,
    )


def _is_measured(row: BenchmarkRow) -> bool:
    return row.measurement.status is Status.MEASURED and bool(row.peak_bytes_per_gpu) and not row.unreadable

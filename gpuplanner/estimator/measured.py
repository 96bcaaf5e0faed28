"""What measured rows with the very settings of a plan say of it: no verdict is better than they allow.

Settings are the same when every field of the plan is, but for the card and the links between cards, which
move the memory next to nothing.  Memory never falls with length, so a row at a shorter length counts too, and
between two measured lengths the straight line.
Only a verdict that is given to a person heeds rows: what judges the estimator never sees them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from operator import attrgetter

from gpuplanner.core.benchmark import BenchmarkRow, Origin, Status
from gpuplanner.core.estimate import Estimate, Fits, MeasuredPeak
from gpuplanner.core.plan import PLAN_FIELDS, ResolvedPlan, Sharding
from gpuplanner.estimator.estimate import COMFORTABLE_SHARE
from gpuplanner.estimator.lengths import LENGTH_STEP

Measured = Callable[[ResolvedPlan], Sequence[MeasuredPeak]]
"""Says what was measured with the settings of a plan, at any length."""

_ELSEWHERE = ("model", "gpu", "interconnect", "internode_gbps", "seq_len", "sharding", "torch_version")
"""Fields that are not compared, or not as they are written."""
_AS_WRITTEN = attrgetter(*(spec.name for spec in PLAN_FIELDS if spec.name not in _ELSEWHERE))


def nothing_measured(_resolved: ResolvedPlan) -> Sequence[MeasuredPeak]:
    """Where there is no table."""
    return ()


def settings_key(resolved: ResolvedPlan) -> tuple[object, ...]:
    """Equal for plans with the same settings: of PyTorch's version its first two numbers count."""
    plan = resolved.plan
    sharding = Sharding.NONE if plan.n_gpus == 1 else plan.sharding
    return (
        resolved.llm.name.lower(),
        sharding,
        *plan.torch_version.split(".")[:2],
        *_AS_WRITTEN(plan),
    )


def peak_of(index: int, row: BenchmarkRow, resolved: ResolvedPlan) -> MeasuredPeak | None:
    """What a row shows; None for one without a figure, and for a dry run, which no card has seen.

    A figure of live tensors or of the allocator's pool counts as it is: the card gave at least that much.
    """
    status = row.measurement.status
    if row.provenance.origin is Origin.DRY_RUN or status is Status.NOT_MEASURED:
        return None
    oom = status is Status.OOM
    size = float(resolved.gpu.memory_bytes) if oom else row.peak_bytes_per_gpu
    return MeasuredPeak(index, resolved.plan.seq_len, size, resolved.gpu.name, oom) if size else None


def heed(
    fits: Fits, seq_len: int, limit: float, peaks: Sequence[MeasuredPeak]
) -> tuple[Fits, MeasuredPeak | None]:
    """The verdict of an estimate, or a worse one with the measurement that it rests on.

    ``limit`` is the budget in bytes, ``peaks`` are those of the plan's own settings, at any length.
    """
    telling = [peak for peak in peaks if peak.seq_len <= seq_len and _is_near(peak, limit)]
    if telling:
        most = max(telling, key=lambda peak: (_exceeds(peak, limit), peak.bytes, peak.seq_len))
        allowed = Fits.NO if _exceeds(most, limit) else Fits.TIGHT
    elif (first := _first_near(peaks, limit)) is not None and seq_len > _roomy_to(first, peaks, limit):
        most, allowed = first, Fits.TIGHT
    else:
        return fits, None
    order = list(Fits)
    return (allowed, most) if order.index(allowed) > order.index(fits) else (fits, None)


def heeding(answer: Estimate, peaks: Sequence[MeasuredPeak]) -> Estimate:
    """The estimate with its verdict held against what was measured; its figures stay."""
    if not peaks:
        return answer
    fits, measured = heed(answer.fits, answer.resolved.plan.seq_len, answer.budget_bytes, peaks)
    return replace(answer, fits=fits, peaks=tuple(peaks), measured=measured)


def limits_heeding(
    fits_to: int, tight_to: int, limit: float, peaks: Sequence[MeasuredPeak]
) -> tuple[int, int]:
    """`lengths_that_fit`, ending before what was measured to be near the budget, or above it."""
    near = _first_near(peaks, limit)
    above = min((peak.seq_len for peak in peaks if _exceeds(peak, limit)), default=None)
    return (
        fits_to if near is None else min(fits_to, _roomy_to(near, peaks, limit)),
        tight_to if above is None else min(tight_to, _blocks(above - 1)),
    )


def _exceeds(peak: MeasuredPeak, limit: float) -> bool:
    """Whether the budget is too small for what was measured; a run that ended for want of memory had
    asked for more than all that its card has."""
    return peak.bytes >= limit if peak.oom else peak.bytes > limit


def _is_near(peak: MeasuredPeak, limit: float) -> bool:
    """Whether it leaves less room than "fits" promises; a smaller card that was too small says nothing."""
    return _exceeds(peak, limit) if peak.oom else peak.bytes > COMFORTABLE_SHARE * limit


def _first_near(peaks: Sequence[MeasuredPeak], limit: float) -> MeasuredPeak | None:
    """The shortest that is near the budget; of one length the largest."""
    near = [peak for peak in peaks if _is_near(peak, limit)]
    return min(near, key=lambda peak: (peak.seq_len, -peak.bytes), default=None)


def _roomy_to(near: MeasuredPeak, peaks: Sequence[MeasuredPeak], limit: float) -> int:
    """The longest length below a measured one that "fits" may be said of, by the straight line from the next
    shorter measured one; without one all that are shorter."""
    shorter = [peak for peak in peaks if peak.seq_len < near.seq_len and not peak.oom]
    if near.oom or not shorter:
        return _blocks(near.seq_len - 1)
    last = max(shorter, key=lambda peak: (peak.seq_len, peak.bytes))
    share = (COMFORTABLE_SHARE * limit - last.bytes) / (near.bytes - last.bytes)
    return _blocks(int(last.seq_len + share * (near.seq_len - last.seq_len)))


def _blocks(seq_len: int) -> int:
    """The longest whole block of tokens that is not longer."""
    return seq_len // LENGTH_STEP * LENGTH_STEP

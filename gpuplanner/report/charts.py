"""Charts as plain data: what the window draws and what the PDF prints are the same object."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from gpuplanner.core.benchmark import BenchmarkRow, MemoryKind, Origin, Status
from gpuplanner.core.estimate import Fits
from gpuplanner.core.plan import ResolvedPlan, Sharding

FIRST_LENGTH, LAST_LENGTH = 256, 8192
"""The doublings that a chart shows at least, as published tables do."""
_CURVE_POINTS_PER_DOUBLING = 6
_MOST_TICKS = 6
_SCALE_TO_CURVE_BELOW = 2 / 3
_BELOW_SKY = 0.86
"""Share of the axis that the curve takes where the budget lies above it: the rest is for its name."""
_HIGHEST_LABEL = 0.96
"""Share of the axis up to which a figure beside it is not cut off by the edge."""

SERIES_FIELDS: tuple[str, ...] = ("method", "sharding", "nodes", "gpus_per_node")
"""Beside the model: what makes rows one series."""
SETTING_FIELDS: tuple[str, ...] = (
    "quantization",
    "precision",
    "lora_rank",
    "lora_targets",
    "optimizer",
    "offload",
    "micro_batch_size",
    "grad_checkpointing",
    "attention",
    "fused_loss",
    "new_tokens",
    "sharding",
)
"""Settings that move the memory: a point measured with others is drawn pale and says which."""
_SETTINGS = attrgetter(*SETTING_FIELDS)


@dataclass(frozen=True)
class MeasuredPoint:
    """One measured row in the chart, per GPU."""

    row: int
    """Index in the table, from 0."""
    length: int
    bytes: float
    """The measured peak; for ``oom`` all that the row's card has, and more was asked for."""
    origin: Origin
    kind: MemoryKind = MemoryKind.UNKNOWN
    oom: bool = False
    differs: tuple[str, ...] = ()
    """Plan fields of `SETTING_FIELDS` in which the row is not the plan."""


@dataclass(frozen=True)
class Curve:
    """The prediction over sequence length, per GPU in device bytes; all tuples of equal length."""

    lengths: tuple[int, ...]
    predicted_bytes: tuple[float, ...]
    low_bytes: tuple[float, ...]
    high_bytes: tuple[float, ...]

    def at(self, length: float) -> tuple[float, float, float]:
        """(predicted, low, high) at a length, linear between the curve's lengths and flat beyond."""
        upper = next((i for i, known in enumerate(self.lengths) if known >= length), len(self.lengths) - 1)
        lower = max(upper - 1, 0) if self.lengths[upper] > length else upper
        span = self.lengths[upper] - self.lengths[lower]
        share = (length - self.lengths[lower]) / span if span else 0.0
        return tuple(  # type: ignore[return-value]
            values[lower] + (values[upper] - values[lower]) * share
            for values in (self.predicted_bytes, self.low_bytes, self.high_bytes)
        )


@dataclass(frozen=True)
class MemoryChart:
    """Memory over sequence length: prediction with its 90 % band, measurements, the card, the plan."""

    curve: Curve
    points: tuple[MeasuredPoint, ...]
    budget_bytes: float
    plan_length: int
    plan_bytes: float
    fits: Fits
    fits_to: int | None
    """Longest length that fits with room to spare; None: no length does."""
    tight_to: int | None
    """Longest length whose central estimate is within the budget; None: no length is."""

    @property
    def scaled_to_curve(self) -> bool:
        """Whether the budget lies so far above everything that it is only named, not drawn."""
        return max(self._highest_bytes()) < _SCALE_TO_CURVE_BELOW * self.budget_bytes

    def top_bytes(self) -> float:
        """Upper end of the memory axis: shows the plan, and the budget where it is near."""
        if self.scaled_to_curve:
            return max(self._highest_bytes()) / _BELOW_SKY
        wanted = min(max(self._highest_bytes()), 1.25 * self.budget_bytes)
        return max(wanted, 1.08 * self.plan_bytes, 1.15 * self.budget_bytes)

    def length_ticks(self) -> tuple[int, ...]:
        """True lengths at which the axis is labelled: doublings, at most six of them."""
        first, last = round(math.log2(self.curve.lengths[0])), round(math.log2(self.curve.lengths[-1]))
        step = math.ceil((last - first + 1) / _MOST_TICKS)
        return tuple(2**i for i in range(first, last + 1, step))

    def memory_ticks(self, unit_bytes: float) -> tuple[float, ...]:
        """Round figures from 0 in the unit, at most five, far enough below the top for their labels."""
        top = self.top_bytes() / unit_bytes
        highest = _HIGHEST_LABEL * top
        if self.scaled_to_curve:
            top *= _BELOW_SKY
            highest = top * (1 + 1e-9)
        step = nice_step(top / 4)
        return tuple(i * step for i in range(5) if i * step <= highest)

    def _highest_bytes(self) -> tuple[float, ...]:
        measured = [point.bytes for point in self.points if not point.oom]
        return (*self.curve.high_bytes, *measured, self.plan_bytes)


def length_range(plan_length: int, measured: Iterable[int] = ()) -> tuple[int, int]:
    """First and last length of a chart: the usual doublings, stretched to hold the plan and the rows."""
    lengths = [plan_length, *measured]
    first = 2 ** math.floor(math.log2(min(FIRST_LENGTH, *lengths)))
    last = 2 ** math.ceil(math.log2(max(LAST_LENGTH, *lengths)))
    return first, last


def curve_lengths(first: int, last: int, include: Iterable[int] = ()) -> tuple[int, ...]:
    """Whole lengths from ``first`` to ``last``, evenly on a log2 scale, and those to ``include``."""
    n = round(math.log2(last / first) * _CURVE_POINTS_PER_DOUBLING)
    steps = {round(first * 2 ** (i / _CURVE_POINTS_PER_DOUBLING)) for i in range(n + 1)}
    return tuple(sorted(steps | {length for length in include if first <= length <= last}))


def series_of(resolved: ResolvedPlan) -> tuple[object, ...]:
    """What makes rows one series: model, method, sharding and GPUs; never the length.

    One GPU shards nothing, whatever its row says: the profile's Q-LoRA rows name ZeRO-2.
    """
    plan = resolved.plan
    shared = {"sharding": Sharding.NONE} if plan.n_gpus == 1 else {}
    return (resolved.llm.name.lower(), *(shared.get(name, getattr(plan, name)) for name in SERIES_FIELDS))


def comparable_points(
    wanted: ResolvedPlan, series: Iterable[tuple[int, BenchmarkRow, ResolvedPlan]]
) -> tuple[MeasuredPoint, ...]:
    """The measured rows of the plan's own series, in the order given.

    ``series`` holds (index in the table, row, its plan with nothing left open).
    """
    points = []
    wanted_settings = _SETTINGS(wanted.plan)
    for index, row, other in series:
        oom = row.measurement.status is Status.OOM
        measured = float(other.gpu.memory_bytes) if oom else row.peak_bytes_per_gpu
        if measured is None or row.measurement.status is Status.NOT_MEASURED:
            continue
        settings = _SETTINGS(other.plan)
        points.append(
            MeasuredPoint(
                row=index,
                length=other.plan.seq_len,
                bytes=measured,
                origin=row.provenance.origin,
                kind=row.measurement.peak_memory_kind,
                oom=oom,
                differs=() if settings == wanted_settings else _differing(settings, wanted_settings),
            )
        )
    return tuple(points)


def _differing(some: tuple[object, ...], others: tuple[object, ...]) -> tuple[str, ...]:
    """The fields in which two `_SETTINGS` are not the same."""
    pairs = zip(SETTING_FIELDS, some, others, strict=True)
    return tuple(name for name, one, other in pairs if one != other)


def nearest_point(points: Sequence[MeasuredPoint], plan_length: int) -> MeasuredPoint | None:
    """The measured point nearest in length (on a log scale); the same settings win over a nearer length."""
    measured = [point for point in points if not point.oom]
    if not measured:
        return None
    return min(
        measured,
        key=lambda point: (len(point.differs), abs(math.log2(point.length / plan_length)), point.row),
    )


def nice_step(least: float) -> float:
    """The smallest of 1, 2, 2.5, 5, 10 … that is not below ``least``."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= least * (1 - 1e-9))

"""Problems that only rows beside each other show: a fall with length, one unit out of step, a series far off.

A series is what was measured by the same people with the same plan but for the length.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log
from operator import attrgetter
from statistics import median

from gpuplanner.core.benchmark import BenchmarkRow, MemoryUnit
from gpuplanner.core.units import MEMORY_UNITS, gib, seconds
from gpuplanner.report.row_checks.problem import Kind, Problem
from gpuplanner.report.row_estimates import RowEstimate

_AT_ONCE = 200
_LEAST_FALL = 0.02
"""Of a step time, as a share: two runs of the same step differ by as much."""
_SLIP_SPREAD, _SLIP_MATCH, _SLIP_LEAST = 0.015, 0.01, 0.018
"""Logarithms: rows that agree with the estimate so well show a slip of 2.4 % (GiB against MiB/1000)."""
_LEAST_SLIP_ROWS = 4
_FAR_RANGES, _FAR_MEMORY, _FAR_TIME = 2.0, log(1.2), log(3.0)
"""How many half-widths of the estimate's range, and at least which factor, is far off."""
_MILLISECONDS = (log(300.0), log(3000.0))


@dataclass(frozen=True, slots=True)
class Point:
    """A measured row of a series: lengths in tokens, bytes per GPU, seconds per step."""

    length: int
    index: int
    row: BenchmarkRow
    estimate: RowEstimate | None
    is_doubted: bool
    """Whether its memory is in doubt for a reason of its own."""


def series_problems(points: Sequence[Point]) -> Iterator[Problem | None]:
    """What is doubtful about the rows of one series; None now and then, for a pause."""
    in_order = sorted(points, key=attrgetter("length", "index"))
    yield None
    yield from _memory_falls(in_order)
    yield from _time_falls(in_order)
    offs: list[tuple[Point, float]] = []
    for number, point in enumerate(in_order):
        if number % _AT_ONCE == _AT_ONCE - 1:
            yield None
        off = _memory_off(point)
        if off is not None:
            offs.append((point, off))
    slip = _unit_slip(offs)
    if slip is not None:
        yield slip
    yield from _far_memory([(point, off) for point, off in offs if slip is None or point.index != slip.row])
    yield from _far_times(in_order)


def _memory_falls(points: Sequence[Point]) -> Iterator[Problem | None]:
    with_peak = ((point, point.row.peak_bytes_per_gpu) for point in points)
    known = ((point, peak) for point, peak in with_peak if peak)
    for number, ((before, more), (point, peak)) in enumerate(pairwise(known)):
        if number % _AT_ONCE == _AT_ONCE - 1:
            yield None
        if point.length > before.length and peak < more:
            digits = next(n for n in (1, 2, 6) if n == 6 or gib(peak, n) != gib(more, n))
            less, most = gib(peak, digits), gib(more, digits)
            what = f"{less} GiB per GPU, less than the {most} at {before.length:,} tokens"
            yield Problem(
                Kind.MEMORY_FALLS, point.index, "peak_memory", what, "check both figures", (before.index,)
            )


def _time_falls(points: Sequence[Point]) -> Iterator[Problem | None]:
    with_time = ((point, point.row.measurement.step_time_s) for point in points)
    known = ((point, time) for point, time in with_time if time)
    for number, ((before, more), (point, time)) in enumerate(pairwise(known)):
        if number % _AT_ONCE == _AT_ONCE - 1:
            yield None
        alike = before.row.measurement.samples_per_step == point.row.measurement.samples_per_step
        if point.length > before.length and alike and time < more * (1 - _LEAST_FALL):
            what = f"{seconds(time)} s per step, less than the {seconds(more)} at {before.length:,} tokens"
            yield Problem(
                Kind.TIME_FALLS, point.index, "step_time_s", what, "check both figures", (before.index,)
            )


def _unit_slip(known: Sequence[tuple[Point, float]]) -> Problem | None:
    """The row whose distance from the estimate differs from its neighbours' by just the ratio of two units.

    All the others have to agree, so there is at most one.
    """
    if len(known) < _LEAST_SLIP_ROWS:
        return None
    middle = median(off for _, off in known)
    point, off = max(known, key=lambda found: abs(found[1] - middle))
    others = [other for neighbour, other in known if neighbour is not point]
    usual = median(others)
    spread = max(max(others) - usual, usual - min(others))
    if spread > _SLIP_SPREAD or abs(off - usual) < _SLIP_LEAST:
        return None
    unit = point.row.measurement.peak_memory_unit
    away = {
        other: abs(off + log(MEMORY_UNITS[other.value] / MEMORY_UNITS[unit.value]) - usual)
        for other in MemoryUnit
    }
    best = min(away, key=lambda other: away[other])
    if best is unit or away[best] > _SLIP_MATCH:
        return None
    what = f"{100 * abs(exp(off - usual) - 1):.1f} % out of step with the other lengths of its series"
    to_do = f"in {best.value} it would be in step"
    edits = ((point.index, "peak_memory_unit", best.value),)
    return Problem(Kind.UNIT, point.index, "peak_memory", what, to_do, edits=edits)


def _memory_off(point: Point) -> float | None:
    """How far the peak is above its estimate, as a logarithm; None without both, or where it is in doubt."""
    peak, estimate = point.row.peak_bytes_per_gpu, point.estimate
    if not peak or point.is_doubted or estimate is None or estimate.problem:
        return None
    expected = estimate.bytes_of(point.row.measurement.peak_memory_kind)
    return log(peak / expected) if expected > 0 else None


def _far_memory(points: Sequence[tuple[Point, float]]) -> Iterator[Problem | None]:
    far = []
    for number, (point, off) in enumerate(points):
        if number % _AT_ONCE == _AT_ONCE - 1:
            yield None
        estimate = point.estimate
        if estimate is None or min(estimate.low_bytes, estimate.device_bytes) <= 0:
            continue
        end = estimate.high_bytes if off > 0 else estimate.low_bytes
        if abs(off) > max(_FAR_MEMORY, _FAR_RANGES * abs(log(end / estimate.device_bytes))):
            far.append((point, off))
    for point, off, more in _worst(far):
        estimate = point.estimate
        assert estimate is not None
        expected = estimate.bytes_of(point.row.measurement.peak_memory_kind)
        share = expected / estimate.device_bytes
        low, high = gib(estimate.low_bytes * share), gib(estimate.high_bytes * share)
        what = f"{gib(expected * exp(off))} GiB per GPU, while {gib(expected)} ({low}–{high}) is estimated"
        yield _outlier(point, "peak_memory", what, more)


def _far_times(points: Sequence[Point]) -> Iterator[Problem | None]:
    far = []
    for number, point in enumerate(points):
        if number % _AT_ONCE == _AT_ONCE - 1:
            yield None
        time, estimate = point.row.measurement.step_time_s, point.estimate
        if not time or estimate is None or estimate.problem or estimate.step_time_s <= 0:
            continue
        off = log(time / estimate.step_time_s)
        if _MILLISECONDS[0] < off < _MILLISECONDS[1]:
            yield _milliseconds(point, time, estimate.step_time_s)
        elif abs(off) > _FAR_TIME:
            far.append((point, off))
    for point, off, more in _worst(far):
        assert point.estimate is not None
        expected = point.estimate.step_time_s
        what = f"{seconds(expected * exp(off))} s per step, while {seconds(expected)} is estimated"
        steps = point.row.plan.grad_accum_steps
        if steps > 1 and abs(off + log(steps)) < _FAR_MEMORY:
            what = f"{what}, {steps:,} times as much: is it the time of one micro batch?"
        yield _outlier(point, "step_time_s", what, more)


def _milliseconds(point: Point, time: float, expected: float) -> Problem:
    what = f"{seconds(time)} s per step, while {seconds(expected)} is estimated"
    to_do = f"as milliseconds it would be {seconds(time / 1000)} s"
    edits = ((point.index, "step_time_s", f"{time / 1000:.10g}"),)
    return Problem(Kind.OUTLIER, point.index, "step_time_s", what, to_do, edits=edits)


def _worst(far: Sequence[tuple[Point, float]]) -> Iterator[tuple[Point, float, int]]:
    """The farthest row on each side and how many more there are: a series that is off is one problem."""
    for side in (1, -1):
        same = [(point, off) for point, off in far if off * side > 0]
        if same:
            point, off = max(same, key=lambda found: abs(found[1]))
            yield point, off, len(same) - 1


def _outlier(point: Point, column: str, what: str, more: int) -> Problem:
    to_do = "check the figure and the plan"
    if more:
        if more == 1:
            to_do = "so does another row of its series; check what they have in common"
        else:
            to_do = f"so do {more:,} more rows of its series; check what they have in common"
    return Problem(Kind.OUTLIER, point.index, column, what, to_do)

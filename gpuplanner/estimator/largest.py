"""The largest value of one field that fits, by the estimate and by what was measured with its settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from gpuplanner.core.errors import InputError
from gpuplanner.core.estimate import Budget, Fits, Largest, MeasuredPeak
from gpuplanner.core.plan import PLAN_FIELD, ResolvedPlan
from gpuplanner.core.uses import ignored_fields
from gpuplanner.estimator.estimate import (
    PHYSICS,
    Calibration,
    EstimateColumns,
    budget_bytes,
    estimate_many,
    verdict,
)
from gpuplanner.estimator.lengths import LENGTH_STEP
from gpuplanner.estimator.measured import Measured, heed, nothing_measured
from gpuplanner.estimator.solve import with_changes

TARGETS = ("seq_len", "micro_batch_size", "lora_rank", "gpus_per_node")
_MOST_GPUS = 64

_Evaluate = Callable[[Sequence[int]], EstimateColumns]


def largest(
    resolved: ResolvedPlan,
    target: str,
    budget: Budget | None = None,
    calibration: Calibration = PHYSICS,
    measured: Measured = nothing_measured,
) -> Largest | None:
    """The largest value of a field that is not "no"; None when not even the smallest fits.

    Lengths step by 128 tokens and end at a table of learned positions, other fields step by one.
    ``gpus_per_node`` answers the smallest number that fits.  Where there is no next value (everything
    fits, or one GPU is enough) ``next_value`` is ``value``.  A value at which a row was ``measured`` not to
    fit, with settings that are otherwise the same, ends the search like one that is estimated not to.

    Raises:
        InputError: the field cannot be solved for.
    """
    if target not in TARGETS:
        raise InputError.of(f"{target!r} cannot be solved for", "target", f"choose {', '.join(TARGETS)}")
    if target in ignored_fields(resolved.plan):
        raise InputError.of(f"{resolved.plan.method.value} does not use {target}", "target")
    limit = budget_bytes(resolved, budget)
    step = _step(target)

    def evaluate(values: Sequence[int]) -> EstimateColumns:
        plans = [with_changes(resolved, {target: value}) for value in values]
        return estimate_many([plan for plan in plans if plan is not None], calibration)

    if target == "gpus_per_node":
        return _fewest(resolved, evaluate, limit, measured)
    top = int(PLAN_FIELD[target].high or 1)
    if target == "seq_len" and resolved.llm.learned_positions:
        top = min(top, max(resolved.llm.learned_positions, step))
    top = top // step * step
    candidates = _doubling(step, top)
    fits = evaluate(candidates).device_bytes <= limit
    if not fits[0]:
        return None
    last = int(np.flatnonzero(fits)[-1])
    low = candidates[last]
    high = candidates[last + 1] if last + 1 < len(candidates) else low
    while high - low > step:
        middle = low + max(step, (high - low) // 2 // step * step)
        low, high = (middle, high) if evaluate([middle]).device_bytes[0] <= limit else (low, middle)
    end = _measured_end(resolved, target, low, limit, measured)
    if end is not None:
        low, high = end - step, end
    if low < step:
        return None
    return _answer(resolved, target, evaluate([low, high]), low, high, limit, measured)


def smallest(
    resolved: ResolvedPlan,
    target: str,
    budget: Budget | None = None,
    calibration: Calibration = PHYSICS,
    measured: Measured = nothing_measured,
) -> Largest:
    """What the least value of a field needs; to say by how much nothing fits, or what was measured.

    Of ``gpus_per_node``, where more GPUs may need less of each, the value that needs least.
    """
    values: list[int] = [_step(target)]
    if target == "gpus_per_node":
        values = _numbers_of_gpus(resolved)
    plans = [with_changes(resolved, {target: value}) for value in values]
    sizes = estimate_many([plan for plan in plans if plan is not None], calibration).device_bytes
    least = int(np.argmin(sizes))
    size, value = round(float(sizes[least])), values[least]
    limit = budget_bytes(resolved, budget)
    peak = _too_much(resolved, target, value, limit, measured) if size <= limit else None
    return Largest(target, value, size, value, size, Fits.NO, next_measured=peak)


def _step(target: str) -> int:
    return LENGTH_STEP if target == "seq_len" else 1


def _doubling(step: int, top: int) -> list[int]:
    values = [step]
    while values[-1] * 2 < top:
        values.append(values[-1] * 2)
    return [*values, top]


def _numbers_of_gpus(resolved: ResolvedPlan) -> list[int]:
    """So many of each node as contradict nothing."""
    numbers = range(1, _MOST_GPUS + 1)
    return [n for n in numbers if with_changes(resolved, {"gpus_per_node": n}) is not None]


def _answer(
    resolved: ResolvedPlan,
    target: str,
    both: EstimateColumns,
    value: int,
    next_value: int,
    limit: int,
    measured: Measured,
) -> Largest:
    """The answer from the estimates of the value and of the next one."""
    sizes = [round(float(size)) for size in both.device_bytes]
    fits = verdict(sizes[0], float(both.high_bytes[0]), limit)
    rests_on = None
    plan = with_changes(resolved, {target: value})
    if plan is not None:
        fits, rests_on = heed(fits, plan.plan.seq_len, limit, measured(plan))
    ends = None
    if next_value != value and sizes[1] <= limit:
        ends = _too_much(resolved, target, next_value, limit, measured)
    return Largest(target, value, sizes[0], next_value, sizes[1], fits, rests_on, ends)


def _measured_end(
    resolved: ResolvedPlan, target: str, value: int, limit: int, measured: Measured
) -> int | None:
    """The smallest value up to this one that was measured not to fit; None: all may."""
    step = _step(target)
    values: Sequence[int] = range(step, value + 1, step)
    if target == "seq_len":
        # Settings are the same at every length: only the measured lengths have to be looked at.
        lengths = sorted({-(-peak.seq_len // step) * step for peak in measured(resolved)})
        values = [length for length in lengths if length <= value]
    return next((v for v in values if _too_much(resolved, target, v, limit, measured) is not None), None)


def _too_much(
    resolved: ResolvedPlan, target: str, value: int, limit: int, measured: Measured
) -> MeasuredPeak | None:
    """What was measured with this value, or a shorter length, and is more than the budget."""
    plan = with_changes(resolved, {target: value})
    if plan is None:
        return None
    fits, peak = heed(Fits.YES, plan.plan.seq_len, limit, measured(plan))
    return peak if fits is Fits.NO else None


def _fewest(resolved: ResolvedPlan, evaluate: _Evaluate, limit: int, measured: Measured) -> Largest | None:
    """The smallest number of GPUs per node that fits; ``next_value`` is one less (or the same 1)."""
    numbers = _numbers_of_gpus(resolved)
    fits = evaluate(numbers).device_bytes <= limit
    for place in map(int, np.flatnonzero(fits)):
        value = numbers[place]
        if _too_much(resolved, "gpus_per_node", value, limit, measured) is None:
            before = numbers[max(place - 1, 0)]
            both = evaluate([value, before])
            return _answer(resolved, "gpus_per_node", both, value, before, limit, measured)
    return None

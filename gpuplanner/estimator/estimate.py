"""The only door of the estimator: a resolved plan in, an `Estimate` out; one plan, a curve, or many."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gpuplanner.core.estimate import (
    PHASES,
    Budget,
    Estimate,
    Fits,
    MemoryEstimate,
    Parts,
    Phase,
    StepEstimate,
    TermValue,
    WorkEstimate,
    WorkRequest,
)
from gpuplanner.core.plan import Method, ResolvedPlan, Sharding
from gpuplanner.estimator.assumptions import assumptions
from gpuplanner.estimator.columns import Array, PlanColumns, columns_of
from gpuplanner.estimator.constants import MemoryConstants, TimeConstants
from gpuplanner.estimator.memory import MOMENT_NAMES, MemoryColumns, memory, term_bytes
from gpuplanner.estimator.memory_terms import MOMENTS, TERMS
from gpuplanner.estimator.roofline import TimeColumns
from gpuplanner.estimator.speed import bound_by, step_time
from gpuplanner.estimator.uncertainty import Z_90, memory_spread, probability_below, time_spread


@dataclass(frozen=True)
class Calibration:
    """The constants that an estimate uses, and their name for people."""

    name: str = "physics"
    memory: MemoryConstants = MemoryConstants()
    time: TimeConstants = TimeConstants()


PHYSICS = Calibration()

COMFORTABLE_SHARE = 0.9
"""Of the budget: above it a plan is at best tight."""


@dataclass(frozen=True)
class EstimateColumns:
    """Estimates of n plans; arrays of shape (n,), bytes per GPU and seconds per step."""

    allocated_bytes: Array
    reserved_bytes: Array
    device_bytes: Array
    low_bytes: Array
    high_bytes: Array
    step_time_s: Array
    low_s: Array
    high_s: Array
    peak_phases: tuple[str, ...]

    def kind(self, name: str) -> Array:
        """The peak of a measured kind: ``allocated``, ``reserved``, else device."""
        return {"allocated": self.allocated_bytes, "reserved": self.reserved_bytes}.get(
            name, self.device_bytes
        )


def estimate(
    resolved: ResolvedPlan,
    *,
    budget: Budget | None = None,
    work: WorkRequest | None = None,
    calibration: Calibration = PHYSICS,
) -> Estimate:
    """Everything about one plan; the budget is the card's memory unless said otherwise."""
    c = columns_of([resolved])
    m, t = memory(c, calibration.memory), step_time(c, calibration.time)
    spread = memory_spread(c, calibration.memory, m)
    memory_estimate = _memory_estimate(c, calibration.memory, m, float(spread[0]))
    step = _step_estimate(resolved, c, t, float(time_spread(c, calibration.time, t)[0]))
    limit = budget_bytes(resolved, budget)
    probability = probability_below(np.array([float(limit)]), m.peak_device, spread)
    return Estimate(
        resolved=resolved,
        memory=memory_estimate,
        step=step,
        work=None if work is None else _work_estimate(resolved, step, work),
        fits=verdict(memory_estimate.peak_device_bytes, memory_estimate.high_device_bytes, limit),
        fit_probability=float(probability[0]),
        budget_bytes=limit,
        assumptions=(*resolved.assumptions, *assumptions(resolved)),
        calibration=calibration.name,
    )


def estimate_many(resolved: Sequence[ResolvedPlan], calibration: Calibration = PHYSICS) -> EstimateColumns:
    """Many plans in one call; nothing but the peaks and the step."""
    return _columns(columns_of(resolved), calibration)


def length_curve(
    resolved: ResolvedPlan, seq_lens: Sequence[int] | Array, calibration: Calibration = PHYSICS
) -> EstimateColumns:
    """The same plan at many lengths, in tokens."""
    return _columns(columns_of([resolved]).with_lengths(np.asarray(seq_lens, dtype=float)), calibration)


def flops_per_step(resolved: ResolvedPlan) -> float:
    """FLOP that one step has to compute on one GPU, a recompute left out: what MFU counts."""
    return float(step_time(columns_of([resolved]), PHYSICS.time).flops_per_step[0])


def budget_bytes(resolved: ResolvedPlan, budget: Budget | None) -> int:
    """What one GPU may give, in bytes; never below zero."""
    if budget is None:
        return resolved.gpu.memory_bytes
    limit = resolved.gpu.memory_bytes if budget.bytes is None else budget.bytes
    return max(0, limit - budget.reserve_bytes)


def verdict(central_bytes: float, high_bytes: float, limit: float) -> Fits:
    """``no``: central above the budget; ``yes``: high within it and central at most 90 % of it."""
    if central_bytes > limit:
        return Fits.NO
    comfortable = high_bytes <= limit and central_bytes <= COMFORTABLE_SHARE * limit
    return Fits.YES if comfortable else Fits.TIGHT


def _columns(c: PlanColumns, calibration: Calibration) -> EstimateColumns:
    m, t = memory(c, calibration.memory), step_time(c, calibration.time)
    device = m.peak_device
    width = np.exp(Z_90 * memory_spread(c, calibration.memory, m))
    time_width = np.exp(Z_90 * time_spread(c, calibration.time, t))
    return EstimateColumns(
        allocated_bytes=m.peak_allocated,
        reserved_bytes=m.peak_reserved,
        device_bytes=device,
        low_bytes=device / width,
        high_bytes=device * width,
        step_time_s=t.step,
        low_s=t.step / time_width,
        high_s=t.step * time_width,
        peak_phases=tuple(MOMENTS[MOMENT_NAMES[i]] for i in m.allocated.argmax(axis=0)),
    )


def _memory_estimate(c: PlanColumns, k: MemoryConstants, m: MemoryColumns, spread: float) -> MemoryEstimate:
    phases: dict[str, Phase] = {}
    fullest: dict[str, str] = {}
    for i, moment in enumerate(MOMENT_NAMES):
        if not math.isfinite(m.allocated[i, 0]):
            continue
        phase = Phase(MOMENTS[moment], Parts(*(round(float(x)) for x in m.parts[i, :, 0])))
        if phase.name not in phases or phase.allocated_bytes > phases[phase.name].allocated_bytes:
            phases[phase.name], fullest[phase.name] = phase, moment
    peak = max(phases.values(), key=lambda phase: phase.allocated_bytes)
    allocated = peak.allocated_bytes
    reserved = max(allocated, round(float(m.peak_reserved[0])))
    context = round(float(m.context[0]))
    device = reserved + context
    width = math.exp(Z_90 * spread)
    return MemoryEstimate(
        peak_allocated_bytes=allocated,
        peak_reserved_bytes=reserved,
        peak_device_bytes=device,
        low_device_bytes=round(device / width),
        high_device_bytes=round(device * width),
        total_device_bytes=device * int(c.gpus[0]),
        host_bytes=round(float(m.host[0])),
        peak_phase=peak.name,
        phases=tuple(phases[name] for name in PHASES if name in phases),
        fragmentation_bytes=reserved - allocated,
        context_bytes=context,
        terms=_term_values(c, k, fullest[peak.name], reserved - allocated, context),
    )


def _term_values(
    c: PlanColumns, k: MemoryConstants, moment: str, fragmentation: int, context: int
) -> tuple[TermValue, ...]:
    values = [
        TermValue(TERMS[i].name, TERMS[i].part, TERMS[i].formula, TERMS[i].source, round(n_bytes))
        for i, n_bytes in term_bytes(c, k, moment)
    ]
    values.append(
        TermValue(
            "allocator",
            OVERHEAD,
            "cache + share · (block-exact reserved − allocated) + blocks that stay cached",
            "torch CUDACachingAllocator; constants fitted on the Qwen profile",
            fragmentation,
        )
    )
    values.append(
        TermValue(
            "CUDA context",
            OVERHEAD,
            "context + NCCL and DeepSpeed kernels",
            "nvidia-smi less reserved",
            context,
        )
    )
    return tuple(values)


OVERHEAD = "overhead_bytes"
"""The part name of terms that are outside live tensors."""


def _step_estimate(resolved: ResolvedPlan, c: PlanColumns, t: TimeColumns, spread: float) -> StepEstimate:
    plan = resolved.plan
    seconds = float(t.step[0])
    width = math.exp(Z_90 * spread)
    inference = plan.method is Method.INFERENCE
    samples = plan.micro_batch_size if inference else plan.samples_per_step
    tokens = samples * (1 if inference else plan.seq_len)
    # A naive split keeps one GPU at work at a time.
    working = plan.n_gpus if plan.sharding is Sharding.LAYERS else 1
    return StepEstimate(
        seconds=seconds,
        low_seconds=seconds / width,
        high_seconds=seconds * width,
        tokens_per_s=tokens / seconds,
        samples_per_step=samples,
        mfu=float(t.flops_per_step[0] / (seconds * c.peak_flops[0] * working)),
        bound_by=bound_by(t)[0],
        shares=tuple((name, float(np.ravel(value)[0])) for name, value in t.classes.items()),
    )


def _work_estimate(resolved: ResolvedPlan, step: StepEstimate, work: WorkRequest) -> WorkEstimate:
    plan = resolved.plan
    steps = math.ceil(work.samples * work.epochs / step.samples_per_step)
    if plan.method is Method.INFERENCE:
        steps *= max(1, plan.new_tokens)
    hours = steps * step.seconds / 3600
    gpu_hours = hours * plan.n_gpus
    watts = resolved.gpu.tdp_watts
    return WorkEstimate(
        steps=steps,
        hours=hours,
        gpu_hours=gpu_hours,
        kwh=None if watts is None else gpu_hours * watts / 1000,
        cost=None if work.price_per_gpu_hour is None else gpu_hours * work.price_per_gpu_hour,
    )

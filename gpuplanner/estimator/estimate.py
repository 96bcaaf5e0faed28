"""The only door of the estimator: a resolved plan in, an `Estimate` out; one plan, a curve, or many."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from gpuplanner.core.correction import Correction
from gpuplanner.core.estimate import (
    PARTS,
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
from gpuplanner.core.plan import Method, Plan, ResolvedPlan, Sharding
from gpuplanner.estimator.assumptions import assumptions
from gpuplanner.estimator.columns import Array, PlanColumns, PlanNumbers, columns_of
from gpuplanner.estimator.constants import MemoryConstants, TimeConstants
from gpuplanner.estimator.correction import Corrector
from gpuplanner.estimator.memory import MOMENT_NAMES, MemoryColumns, largest_terms, memory
from gpuplanner.estimator.memory_moments import MOMENTS
from gpuplanner.estimator.memory_terms import TERMS
from gpuplanner.estimator.roofline import TimeColumns
from gpuplanner.estimator.speed import bound_by, step_time
from gpuplanner.estimator.uncertainty import Z_90, memory_spread, probability_below, time_spread


@dataclass(frozen=True)
class Calibration:
    """The constants that an estimate uses, what was learned from measured rows, and their name for people."""

    name: str = "physics"
    memory: MemoryConstants = MemoryConstants()
    time: TimeConstants = TimeConstants()
    corrector: Corrector | None = None


PHYSICS = Calibration()


def corrected_by(corrections: Iterable[Correction]) -> Calibration:
    """Physics with the active ones of these layers over it; plain physics when none is."""
    corrector = Corrector(corrections)
    return Calibration(corrector.name, corrector=corrector) if corrector.evidence else PHYSICS


CHUNK = 4_000
"""Plans that are estimated at once: their arrays stay in the processor's cache."""
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
    figures = _figures(c, [resolved], calibration)
    m, spread = figures.memory, figures.memory_spread
    memory_estimate = _memory_estimate(c, figures)
    step = _step_estimate(resolved, c, figures.time, float(figures.time_spread[0]))
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
        assumptions=(*resolved.assumptions, *assumptions(resolved), *figures.notes(calibration)),
        calibration=calibration.name,
    )


def estimate_many(resolved: Sequence[ResolvedPlan], calibration: Calibration = PHYSICS) -> EstimateColumns:
    """Many plans in one call; nothing but the peaks and the step."""
    return _columns(columns_of(resolved), resolved, calibration)


def estimate_parts(
    resolved: Sequence[ResolvedPlan], calibration: Calibration = PHYSICS
) -> tuple[MemoryColumns, TimeColumns]:
    """The same, with every part of every moment."""
    figures = _figures(columns_of(resolved), resolved, calibration)
    return figures.memory, figures.time


def estimate_settings(
    settings: Sequence[ResolvedPlan],
    places: Sequence[int],
    plans: Sequence[Plan],
    calibration: Calibration = PHYSICS,
) -> Iterator[EstimateColumns]:
    """Many plans with few settings, some thousand at a time: each plan differs from its setting,
    ``settings[place]``, in nothing but `core.resolve.FREE_NUMBERS`.

    The figures of `estimate_many`, without a resolved plan for each.
    """
    few = columns_of(settings)
    where = np.asarray(places)
    numbers = [
        np.array([getattr(plan, name) for plan in plans], dtype=float)
        for name in ("seq_len", "micro_batch_size", "grad_accum_steps", "lora_rank", "new_tokens")
    ]
    for first in range(0, len(plans), CHUNK):
        some = slice(first, first + CHUNK)
        chunk = few.with_numbers(where[some], PlanNumbers(*(values[some] for values in numbers)))
        yield _columns(chunk, [settings[place] for place in where[some].tolist()], calibration)


def length_curve(
    resolved: ResolvedPlan, seq_lens: Sequence[int] | Array, calibration: Calibration = PHYSICS
) -> EstimateColumns:
    """The same plan at many lengths, in tokens."""
    c = columns_of([resolved]).with_lengths(np.asarray(seq_lens, dtype=float))
    return _columns(c, [resolved], calibration)


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


@dataclass(frozen=True)
class _Figures:
    """Memory and time with their spreads, as physics says and as they are answered."""

    plain_memory: MemoryColumns
    plain_time: TimeColumns
    memory: MemoryColumns
    time: TimeColumns
    memory_spread: Array
    time_spread: Array

    def notes(self, calibration: Calibration) -> tuple[str, ...]:
        """What the correction does to the first plan."""
        if calibration.corrector is None:
            return ()
        before = float(self.plain_memory.peak_device[0]), float(self.plain_time.step[0])
        after = float(self.memory.peak_device[0]), float(self.time.step[0])
        return (calibration.corrector.note(*before, *after),)


def _figures(c: PlanColumns, resolved: Sequence[ResolvedPlan], calibration: Calibration) -> _Figures:
    """``resolved`` has one plan per column, or one for all."""
    k, k_time = calibration.memory, calibration.time
    m, t = memory(c, k), step_time(c, k_time)
    spread, of_time = memory_spread(c, k, m), time_spread(c, k_time, t)
    if calibration.corrector is None:
        return _Figures(m, t, m, t, spread, of_time)
    corrected_m, spread = calibration.corrector.memory(c, k, m, spread, resolved)
    corrected_t, of_time = calibration.corrector.time(c, k_time, t, of_time, resolved)
    return _Figures(m, t, corrected_m, corrected_t, spread, of_time)


def _columns(c: PlanColumns, resolved: Sequence[ResolvedPlan], calibration: Calibration) -> EstimateColumns:
    figures = _figures(c, resolved, calibration)
    m, t = figures.memory, figures.time
    device = m.peak_device
    width = np.exp(Z_90 * figures.memory_spread)
    time_width = np.exp(Z_90 * figures.time_spread)
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


def _memory_estimate(c: PlanColumns, figures: _Figures) -> MemoryEstimate:
    m, spread = figures.memory, float(figures.memory_spread[0])
    parts_of = [[int(size) for size in sizes] for sizes in m.parts[:, :, 0].round().tolist()]
    allocated_of = [sum(sizes) for sizes in parts_of]
    fullest: dict[str, int] = {}
    for i, exists in enumerate(np.isfinite(m.allocated[:, 0]).tolist()):
        phase = MOMENTS[MOMENT_NAMES[i]]
        if exists and (phase not in fullest or allocated_of[i] > allocated_of[fullest[phase]]):
            fullest[phase] = i
    peak = max(fullest, key=lambda name: allocated_of[fullest[name]])
    allocated = allocated_of[fullest[peak]]
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
        peak_phase=peak,
        phases=tuple(Phase(name, Parts(*parts_of[fullest[name]])) for name in PHASES if name in fullest),
        fragmentation_bytes=reserved - allocated,
        context_bytes=context,
        terms=_term_values(figures, MOMENT_NAMES[fullest[peak]], reserved - allocated, context),
    )


def _term_values(figures: _Figures, moment: str, fragmentation: int, context: int) -> tuple[TermValue, ...]:
    plain, corrected = figures.plain_memory, figures.memory
    moved: list[TermValue] = []
    if plain is not corrected:
        at = MOMENT_NAMES.index(moment)
        change = corrected.parts[at, :, 0] - plain.parts[at, :, 0]
        moved = [
            _correction_term(part, round(float(n_bytes))) for part, n_bytes in zip(PARTS, change, strict=True)
        ]
        outside = fragmentation + context
        fragmentation = round(float(plain.peak_reserved[0] - plain.peak_allocated[0]))
        context = round(float(plain.context[0]))
        moved.append(_correction_term(OVERHEAD, outside - fragmentation - context))
    values = [
        TermValue(TERMS[i].name, TERMS[i].part, TERMS[i].formula, TERMS[i].source, round(n_bytes))
        for i, n_bytes in largest_terms(plain, moment)
    ]
    values.append(
        TermValue(
            "allocator",
            OVERHEAD,
            "cache + share · (block-exact reserved − allocated) + blocks that stay cached; ZeRO-3: lead·b·W",
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
    return (*values, *(term for term in moved if term.bytes))


def _correction_term(part: str, n_bytes: int) -> TermValue:
    return TermValue(
        "correction",
        part,
        "expected value of what physics leaves in doubt, given the measured rows",
        "learned from measured rows: see Corrections",
        n_bytes,
    )


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
    kwh = None if watts is None else gpu_hours * watts / 1000
    electricity = work.electricity
    return WorkEstimate(
        steps=steps,
        hours=hours,
        gpu_hours=gpu_hours,
        kwh=kwh,
        cost=None if work.price_per_gpu_hour is None else gpu_hours * work.price_per_gpu_hour,
        electricity_cost=None if kwh is None or electricity is None else kwh * electricity.amount,
    )

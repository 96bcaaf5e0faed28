"""The largest value that fits, and changes that make room: every candidate goes through the same estimate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from gpuplanner.core.errors import InputError
from gpuplanner.core.estimate import Budget, Change, ChangeCost, Fits, Largest
from gpuplanner.core.fields import Value
from gpuplanner.core.plan import PLAN_FIELD, Method, Optimizer, Plan, Quantization, ResolvedPlan, Sharding
from gpuplanner.core.resolve import contradictions, fill_in
from gpuplanner.core.uses import ignored_fields
from gpuplanner.estimator.estimate import (
    PHYSICS,
    Calibration,
    EstimateColumns,
    budget_bytes,
    estimate_many,
    length_curve,
    verdict,
)
from gpuplanner.estimator.lengths import LENGTH_STEP, SCANNED_LENGTHS, lengths_that_fit
from gpuplanner.estimator.parameters import target_names

TARGETS = ("seq_len", "micro_batch_size", "lora_rank", "gpus_per_node")


def fitting_lengths(
    resolved: ResolvedPlan, budget: Budget | None = None, calibration: Calibration = PHYSICS
) -> tuple[int, int]:
    """The largest length (a multiple of 128 tokens) whose verdict is yes, and the largest that is not no.

    0 where there is none.
    """
    limit = budget_bytes(resolved, budget)
    scanned = length_curve(resolved, SCANNED_LENGTHS, calibration)
    return lengths_that_fit(resolved, scanned, 0, limit, calibration)


def largest(
    resolved: ResolvedPlan,
    target: str,
    budget: Budget | None = None,
    calibration: Calibration = PHYSICS,
) -> Largest | None:
    """The largest value of a field that is not "no"; None when not even the smallest fits.

    Lengths step by 128 tokens, other fields by one. ``gpus_per_node`` answers the smallest number that fits.

    Raises:
        InputError: the field cannot be solved for.
    """
    if target not in TARGETS:
        raise InputError.of(f"{target!r} cannot be solved for", "target", f"choose {', '.join(TARGETS)}")
    if target in ignored_fields(resolved.plan):
        raise InputError.of(f"{resolved.plan.method.value} does not use {target}", "target")
    limit = budget_bytes(resolved, budget)
    step = LENGTH_STEP if target == "seq_len" else 1

    def evaluate(values: Sequence[int]) -> EstimateColumns:
        plans = [_with(resolved, {target: value}) for value in values]
        return estimate_many([plan for plan in plans if plan is not None], calibration)

    if target == "gpus_per_node":
        return _fewest(resolved, evaluate, limit)
    top = int(PLAN_FIELD[target].high or 1) // step * step
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
    return _largest(target, evaluate([low, high]), low, high, limit)


def _doubling(step: int, top: int) -> list[int]:
    values = [step]
    while values[-1] * 2 < top:
        values.append(values[-1] * 2)
    return [*values, top]


def _largest(target: str, both: EstimateColumns, value: int, next_value: int, limit: int) -> Largest:
    """The answer from the estimates of the value and of the next one."""
    sizes = [round(float(size)) for size in both.device_bytes]
    fits = verdict(sizes[0], float(both.high_bytes[0]), limit)
    return Largest(target, value, sizes[0], next_value, sizes[1], fits)


def _fewest(
    resolved: ResolvedPlan, evaluate: Callable[[Sequence[int]], EstimateColumns], limit: int
) -> Largest | None:
    """The smallest number of GPUs per node that fits; ``next_value`` is one less (or the same 1)."""
    numbers = [n for n in range(1, 65) if _with(resolved, {"gpus_per_node": n}) is not None]
    fits = evaluate(numbers).device_bytes <= limit
    if not fits.any():
        return None
    first = int(np.flatnonzero(fits)[0])
    value, before = numbers[first], numbers[max(first - 1, 0)]
    return _largest("gpus_per_node", evaluate([value, before]), value, before, limit)


def _with(resolved: ResolvedPlan, changes: dict[str, Value]) -> ResolvedPlan | None:
    """The plan as it was asked for with some fields changed; None when that contradicts itself."""
    asked: Plan = replace(resolved.origin, **changes)  # type: ignore[arg-type]
    filled, notes = fill_in(asked, resolved.gpu)
    if contradictions(filled, target_names(resolved.llm)):
        return None
    return replace(resolved, plan=filled, assumptions=notes, asked=asked)


def fixes(
    resolved: ResolvedPlan, budget: Budget | None = None, calibration: Calibration = PHYSICS
) -> tuple[Change, ...]:
    """Changes that save memory, cheapest first (nothing, time, data, quality, hardware), then by bytes."""
    found = _evaluate(resolved, _saving(resolved, budget, calibration), budget, calibration)
    saving = [change for change in found if change.saves_bytes > 0]
    order = list(ChangeCost)
    return tuple(sorted(saving, key=lambda change: (order.index(change.cost), -change.saves_bytes)))


def uses_of_room(
    resolved: ResolvedPlan, budget: Budget | None = None, calibration: Calibration = PHYSICS
) -> tuple[Change, ...]:
    """What else would fit when there is room: faster or stronger training, fastest first."""
    found = _evaluate(resolved, _spending(resolved), budget, calibration)
    return tuple(sorted(found, key=lambda change: (change.fits is Fits.NO, change.time_factor)))


Candidate = tuple[ChangeCost, dict[str, Value]]


def _saving(resolved: ResolvedPlan, budget: Budget | None, calibration: Calibration) -> list[Candidate]:
    plan = resolved.plan
    training = plan.method is not Method.INFERENCE
    found: list[Candidate] = []
    if training and not plan.fused_loss:
        found.append((ChangeCost.NOTHING, {"fused_loss": True}))
    if training and plan.micro_batch_size > 1:
        half = plan.micro_batch_size // 2
        accumulation = plan.grad_accum_steps * plan.micro_batch_size // half
        found.append((ChangeCost.TIME, {"micro_batch_size": half, "grad_accum_steps": accumulation}))
    if training and not plan.grad_checkpointing:
        found.append((ChangeCost.TIME, {"grad_checkpointing": True}))
    if training and plan.optimizer is Optimizer.ADAMW and plan.sharding in (Sharding.NONE, Sharding.DDP):
        found.append((ChangeCost.NOTHING, {"optimizer": Optimizer.ADAMW_FUSED}))
        found.append((ChangeCost.TIME, {"optimizer": Optimizer.PAGED_ADAMW_8BIT}))
    if training and plan.n_gpus > 1 and plan.sharding in (Sharding.DDP, Sharding.ZERO1, Sharding.ZERO2):
        found.append((ChangeCost.TIME, {"sharding": Sharding.ZERO3}))
    found += _shorter(resolved, budget, calibration)
    if plan.method in (Method.LORA, Method.LORA_EMB):
        found.append((ChangeCost.QUALITY, {"method": Method.QLORA, "quantization": Quantization.NF4_DQ}))
    if plan.method is Method.LORA_EMB:
        found.append((ChangeCost.QUALITY, {"method": Method.LORA}))
    if plan.method is Method.FULL:
        found.append((ChangeCost.QUALITY, {"method": Method.LORA}))
    if training and plan.sharding in (Sharding.ZERO2, Sharding.ZERO3, Sharding.FSDP):
        found.append((ChangeCost.HARDWARE, {"gpus_per_node": plan.gpus_per_node * 2}))
    elif training and plan.n_gpus == 1 and plan.method is not Method.QLORA:
        found.append((ChangeCost.HARDWARE, {"gpus_per_node": 2, "sharding": Sharding.ZERO3}))
    return found


def _shorter(resolved: ResolvedPlan, budget: Budget | None, calibration: Calibration) -> list[Candidate]:
    """The longest length that fits with room, or else the longest that fits at all."""
    comfortable, possible = fitting_lengths(resolved, budget, calibration)
    length = comfortable or possible
    return [(ChangeCost.DATA, {"seq_len": length})] if 0 < length < resolved.plan.seq_len else []


def _spending(resolved: ResolvedPlan) -> list[Candidate]:
    plan = resolved.plan
    found: list[Candidate] = []
    if plan.method is Method.INFERENCE:
        return [(ChangeCost.NOTHING, {"micro_batch_size": plan.micro_batch_size * 4})]
    factor = next((n for n in (8, 4, 2) if plan.grad_accum_steps % n == 0), 0)
    if factor:
        batch = {
            "micro_batch_size": plan.micro_batch_size * factor,
            "grad_accum_steps": plan.grad_accum_steps // factor,
        }
        found.append((ChangeCost.NOTHING, {**batch}))
    else:
        found.append((ChangeCost.NOTHING, {"micro_batch_size": plan.micro_batch_size * 2}))
    if plan.grad_checkpointing:
        found.append((ChangeCost.NOTHING, {"grad_checkpointing": False}))
    found.append((ChangeCost.DATA, {"seq_len": plan.seq_len * 2}))
    if plan.method is Method.QLORA:
        found.append((ChangeCost.QUALITY, {"method": Method.LORA, "quantization": Quantization.NONE}))
    if plan.method is Method.LORA:
        found.append((ChangeCost.QUALITY, {"method": Method.LORA_EMB}))
    return found


def _evaluate(
    resolved: ResolvedPlan, candidates: list[Candidate], budget: Budget | None, calibration: Calibration
) -> list[Change]:
    """Estimate the plan and every candidate in one call; what contradicts itself is dropped."""
    kept: list[tuple[ChangeCost, dict[str, Value], ResolvedPlan]] = []
    for cost, changes in candidates:
        changed = _with(resolved, changes)
        if changed is not None:
            kept.append((cost, changes, changed))
    columns = estimate_many([resolved, *(item for _, _, item in kept)], calibration)
    limit = budget_bytes(resolved, budget)
    before = columns.step_time_s[0] / _samples(resolved.plan)
    return [
        Change(
            plan=item.origin,
            changed=tuple(changes.items()),
            cost=cost,
            saves_bytes=round(float(columns.device_bytes[0] - columns.device_bytes[i])),
            time_factor=float(columns.step_time_s[i] / _samples(item.plan) / before),
            device_bytes=round(float(columns.device_bytes[i])),
            fits=verdict(float(columns.device_bytes[i]), float(columns.high_bytes[i]), limit),
        )
        for i, (cost, changes, item) in enumerate(kept, start=1)
    ]


def _samples(plan: Plan) -> int:
    return plan.micro_batch_size if plan.method is Method.INFERENCE else plan.samples_per_step

"""What the commands print: the stable JSON documents, and lines for people."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

from gpuplanner.core.estimate import PARTS, Estimate, Fits, WorkEstimate, WorkRequest
from gpuplanner.core.plan import PLAN_FIELDS, Method
from gpuplanner.core.price import price_text
from gpuplanner.core.units import GB, gib, seconds
from gpuplanner.estimator.baseline import RuleOfThumb

_WORDS = {Fits.YES: "Fits", Fits.TIGHT: "Tight", Fits.NO: "Does not fit"}


def finite(value: float) -> float | None:
    """JSON has no NaN and no infinity: they become null."""
    return value if math.isfinite(value) else None


def estimate_document(answer: Estimate) -> dict[str, Any]:
    """The document of ``estimate --json``."""
    memory, step, work = answer.memory, answer.step, answer.work
    return {
        "plan": {spec.name: _json_value(getattr(answer.resolved.plan, spec.name)) for spec in PLAN_FIELDS},
        "memory": {
            "peak_allocated_bytes": memory.peak_allocated_bytes,
            "peak_reserved_bytes": memory.peak_reserved_bytes,
            "peak_device_bytes": memory.peak_device_bytes,
            "low_device_bytes": memory.low_device_bytes,
            "high_device_bytes": memory.high_device_bytes,
            "total_device_bytes": memory.total_device_bytes,
            "host_bytes": memory.host_bytes,
            "peak_phase": memory.peak_phase,
            "phases": [
                {
                    "name": phase.name,
                    "allocated_bytes": phase.allocated_bytes,
                    "parts": {name: getattr(phase.parts, name) for name in PARTS},
                }
                for phase in memory.phases
            ],
            "overhead": {
                "fragmentation_bytes": memory.fragmentation_bytes,
                "context_bytes": memory.context_bytes,
            },
        },
        "step": {
            "seconds": step.seconds,
            "low_seconds": step.low_seconds,
            "high_seconds": step.high_seconds,
            "tokens_per_s": step.tokens_per_s,
            "samples_per_step": step.samples_per_step,
            "mfu": step.mfu,
            "bound_by": step.bound_by.value,
        },
        "work": None
        if work is None
        else {
            "steps": work.steps,
            "hours": work.hours,
            "gpu_hours": work.gpu_hours,
            "kwh": work.kwh,
            "cost": work.cost,
            # Only where it was asked for: the document is a published one.
            **({} if work.electricity_cost is None else {"electricity_cost": work.electricity_cost}),
        },
        "fits": answer.fits.value,
        "fit_probability": answer.fit_probability,
        "budget_bytes": answer.budget_bytes,
        "measured": None if answer.measured is None else asdict(answer.measured),
        "assumptions": list(answer.assumptions),
        "calibration": answer.calibration,
    }


def _work_lines(work: WorkEstimate, request: WorkRequest) -> list[str]:
    parts = [f"{work.steps:,} steps", f"{work.hours:,.1f} h", f"{work.gpu_hours:,.1f} GPU-hours"]
    parts += [] if work.kwh is None else [f"at most {work.kwh:,.1f} kWh"]
    parts += [] if work.cost is None else [f"cost {price_text(work.cost, request.currency, 2)}"]
    lines = ["  " + ", ".join(parts)]
    price = request.electricity
    if price is not None and work.electricity_cost is not None:
        cost = price_text(work.electricity_cost, price.currency, 2)
        per_kwh = price_text(price.amount, price.currency)
        lines.append(
            f"  electricity alone: at most {cost} at {per_kwh} per kWh (your price), for the cards at their "
            "power limit; it is in no other cost"
        )
    return lines


def _json_value(value: object) -> object:
    return getattr(value, "value", value)


def _probability(probability: float) -> str:
    """Never 0 or 100 %, as in the window."""
    if probability > 0.99:
        return "> 99 %"
    return "< 1 %" if probability < 0.01 else f"{100 * probability:.0f} %"


def _samples(n: int) -> str:
    return "1 sample per step" if n == 1 else f"{n} samples per step"


def print_estimate(
    answer: Estimate, rule: RuleOfThumb, measured: str = "", request: WorkRequest | None = None
) -> None:
    """One plan for people: verdict, parts at the peak, time, work, assumptions, and the rule of thumb.

    ``measured`` says which measurement the verdict rests on, ``request`` holds the prices of the work.
    """
    plan, memory, step = answer.resolved.plan, answer.memory, answer.step
    alone = "the estimate alone " if measured else ""
    share = 100 * memory.peak_device_bytes / answer.budget_bytes if answer.budget_bytes else math.inf
    print(
        f"{_WORDS[answer.fits]}: {gib(memory.peak_device_bytes)} GiB per GPU "
        f"(90 % range {gib(memory.low_device_bytes)}–{gib(memory.high_device_bytes)}), "
        f"{share:.0f} % of {gib(answer.budget_bytes, 2)} GiB on {answer.resolved.gpu.name}; "
        f"{alone}fits with {_probability(answer.fit_probability)} probability"
    )
    if measured:
        print(f"  {measured}")
    if plan.n_gpus > 1:
        print(f"  total, {plan.n_gpus} GPUs: {gib(memory.total_device_bytes)} GiB")
    peak = memory.phase(memory.peak_phase)
    print(f"  peak in {memory.peak_phase}, GiB per GPU:")
    for name in PARTS:
        size = getattr(peak.parts, name)
        if size:
            print(f"    {name.removesuffix('_bytes').replace('_', ' '):12} {gib(size, 2):>8}")
    print(
        f"    {'overhead':12} {gib(memory.fragmentation_bytes + memory.context_bytes, 2):>8}  "
        "(allocator, CUDA context)"
    )
    unit = "s per generated token" if plan.method is Method.INFERENCE else "s per step"
    print(
        f"  {seconds(step.seconds)} {unit} ({seconds(step.low_seconds)}–{seconds(step.high_seconds)}), "
        f"{step.tokens_per_s:,.0f} tokens/s, {_samples(step.samples_per_step)}, "
        f"bound by {step.bound_by.value}"
    )
    if answer.work is not None:
        for line in _work_lines(answer.work, request or WorkRequest(0)):
            print(line)
    print(f"  host memory of a node: up to {gib(memory.host_bytes, 0)} GiB while loading")
    print(f"  rule of thumb (for comparison only): {rule.total_bytes / GB:,.0f} GB over all GPUs")
    for note in answer.assumptions:
        print(f"  assumed: {note}")

"""What a trial or a dry run adds to the table: a row like any other, marked as measured by us.

One rule decides what may stand in it: figures of a GPU's row are compared with the estimate for that GPU.
So a step time of the CPU stays out, and only the card's exhaustion is a row that "did not fit".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from gpuplanner.core.benchmark import (
    BenchmarkRow,
    Measurement,
    MemoryKind,
    MemoryScope,
    MemoryUnit,
    Origin,
    Provenance,
    Status,
)
from gpuplanner.core.plan import Plan
from gpuplanner.core.trial import RankResult, TrialKind, TrialResult, TrialStatus
from gpuplanner.core.trial_events import EndEvent
from gpuplanner.core.units import GIB, gib, seconds

_TORCH_VERSION = re.compile(r"[0-9]+\.[0-9]+")


def row_of(plan: Plan, kind: TrialKind, end: EndEvent, *, date: str, gpu: str = "") -> BenchmarkRow | None:
    """The row of a trial's end, None where it has measured nothing.

    Args:
        plan: what was wanted; ``gpu`` names the card that it really ran on, where that is another.
        date: ISO 8601.
    """
    result = end.result
    if result is None or end.status is TrialStatus.FAILED or not result.covered:
        return None
    measurement = _measurement(end, result)
    if measurement is None:
        return None
    origin = Origin.DRY_RUN if kind is TrialKind.DRY_RUN else Origin.TRIAL
    provenance = Provenance(
        origin=origin,
        software=software(end.versions),
        source="GPU Planner",
        date=date,
        note="; ".join(_notes(end, result)),
    )
    return BenchmarkRow(_plan(plan, end, gpu), measurement, provenance)


def software(versions: Mapping[str, str]) -> str:
    """``torch 2.13.0, transformers 5.23.0 …``."""
    return ", ".join(f"{name} {version}" for name, version in versions.items() if version)


def _measurement(end: EndEvent, result: TrialResult) -> Measurement | None:
    samples = result.samples_per_step
    on_card = result.device == "cuda"
    if end.status is TrialStatus.OOM:
        status = Status.OOM if on_card and result.exhausted != "host" else Status.NOT_MEASURED
        return Measurement(status=status, samples_per_step=samples)
    if end.status is TrialStatus.STOPPED and result.steps == 0:
        return None  # a step that is not over has not shown its peak
    size, kind = _peak(result)
    if size is None:
        return None
    return Measurement(
        peak_memory=size / GIB,
        peak_memory_unit=MemoryUnit.GIB,
        peak_memory_scope=MemoryScope.PER_GPU,
        peak_memory_kind=kind,
        step_time_s=result.step_time_s if on_card else None,
        samples_per_step=samples,
    )


def _peak(result: TrialResult) -> tuple[int | None, MemoryKind]:
    """The figure nearest to what the card shows; without a card only allocated bytes mean anything."""
    if result.device == "cuda":
        if result.peak_device_bytes is not None:
            return result.peak_device_bytes, MemoryKind.DEVICE
        if result.peak_reserved_bytes is not None:
            return result.peak_reserved_bytes, MemoryKind.RESERVED
    return result.peak_allocated_bytes, MemoryKind.ALLOCATED


def _plan(plan: Plan, end: EndEvent, gpu: str) -> Plan:
    """The plan as it was run: on this card, with this torch."""
    version = _TORCH_VERSION.match(end.versions.get("torch", ""))
    if version is not None and not plan.torch_version.startswith(version[0]):
        plan = replace(plan, torch_version=version[0])
    return replace(plan, gpu=gpu) if gpu else plan


def _notes(end: EndEvent, result: TrialResult) -> list[str]:
    notes: list[str] = []
    if end.status is TrialStatus.OOM:
        notes.append(end.message or "out of memory")
        if result.device == "cpu":
            notes.append("run on the CPU, so it says nothing about the card")
        return notes
    if end.status is TrialStatus.STOPPED:
        notes.append(f"stopped after {result.steps} measured steps")
    if result.device == "cpu":
        time = "" if result.step_time_s is None else f" ({seconds(result.step_time_s)} s a step there)"
        notes.append(f"run on the CPU{time}: allocated bytes only, no time of the card")
    elif result.device == "fake":
        notes.append("the real step on fake tensors: allocated bytes only, no time")
    else:
        sizes = {"allocated": result.peak_allocated_bytes, "reserved": result.peak_reserved_bytes}
        notes += [f"{name} {gib(size, 2)} GiB" for name, size in sizes.items() if size is not None]
    if len(result.ranks) > 1:
        notes.append(_of_ranks(result.ranks))
    return notes


def _of_ranks(ranks: Sequence[RankResult]) -> str:
    """Which of several ranks the figures are of, and how far the others are from it."""
    text = f"the fullest of {len(ranks)} ranks"
    known = [(rank.peak_allocated_bytes, rank) for rank in ranks if rank.peak_allocated_bytes is not None]
    if not known:
        return text
    least, most = min(size for size, _ in known), max(size for size, _ in known)
    if least == most:
        return f"{text}, which are alike"
    fullest = next(rank.rank for size, rank in known if size == most)
    digits = 2 if most >= 0.1 * GIB else 4
    return f"{text}, rank {fullest} (allocated {gib(least, digits)}–{gib(most, digits)} GiB)"

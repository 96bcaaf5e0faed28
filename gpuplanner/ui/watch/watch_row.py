"""What a watched job adds to the table: a row of the present plan, measured by us on the user's own job."""

from __future__ import annotations

from dataclasses import replace

from gpuplanner.core.benchmark import (
    BenchmarkRow,
    Measurement,
    MemoryKind,
    MemoryScope,
    MemoryUnit,
    Origin,
    Provenance,
)
from gpuplanner.core.plan import Plan
from gpuplanner.core.units import GIB, seconds
from gpuplanner.monitor.watch import WatchSummary


def row_of_watch(plan: Plan, summary: WatchSummary, *, gpu: str, date: str) -> BenchmarkRow | None:
    """The row, None where the job was not seen on a card.

    It is a ``trial``: our reading of NVML's figure for the job's processes.  The largest sample is a lower
    bound of the peak, and the note says so.

    Args:
        plan: what the job trains, as far as the user has told it.
        gpu: the catalogue's name of the card that it ran on; empty leaves the plan's.
        date: ISO 8601.
    """
    if not summary.cards:
        return None
    largest = max(summary.cards, key=lambda card: card.largest_bytes)
    n_cards = len(summary.cards)
    if gpu:
        plan = replace(plan, gpu=gpu)
    if n_cards != plan.n_gpus:
        plan = replace(plan, gpus_per_node=n_cards, nodes=1)
    notes = [f"own job, watched for {seconds(summary.duration_s)} s", summary.caveat]
    if not largest.by_process:
        notes.append("the rise of the card's used memory: the driver does not say it by process")
    if largest.mean_watts is not None:
        notes.append(f"{largest.mean_watts:.0f} W on average")
    return BenchmarkRow(
        plan,
        Measurement(
            peak_memory=largest.largest_bytes / GIB,
            peak_memory_unit=MemoryUnit.GIB,
            peak_memory_scope=MemoryScope.PER_GPU,
            peak_memory_kind=MemoryKind.DEVICE if largest.by_process else MemoryKind.UNKNOWN,
        ),
        Provenance(origin=Origin.TRIAL, source="GPU Planner, watch", date=date, note="; ".join(notes)),
    )

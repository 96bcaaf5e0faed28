"""The processes on all cards as rows: one for each process, however many cards it uses, mine first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gpuplanner.monitor.readings import Missing, Reading
from gpuplanner.monitor.samples import CardSample, ProcessReading, Sample
from gpuplanner.ui.told import told


@dataclass(frozen=True)
class ProcessRow:
    """One process; ``gpus`` are NVML's indices, with the GPU instance under MIG ("0/7")."""

    pid: int
    gpus: tuple[str, ...]
    user: str | None
    command: str | None
    memory_bytes: Reading
    sm_percent: Reading
    """Of the card on which it is busiest."""
    running_s: float | None
    followed: bool
    kind: str


def process_rows(sample: Sample | None) -> tuple[ProcessRow, ...]:
    """All processes of a sample: followed ones first, then by memory."""
    if sample is None:
        return ()
    found: dict[int, list[tuple[CardSample, ProcessReading]]] = {}
    for card in sample:
        for process in () if isinstance(card.processes, Missing) else card.processes:
            found.setdefault(process.pid, []).append((card, process))
    rows = [_row(uses, sample.wall_s) for uses in found.values()]
    return tuple(sorted(rows, key=lambda row: (not row.followed, -_known(row.memory_bytes), row.pid)))


def process_faults(sample: Sample | None) -> tuple[tuple[int, str], ...]:
    """(index of the card, reason) of the cards that do not list their processes."""
    return tuple(
        (card.facts.index, told(card.processes.reason))
        for card in sample or ()
        if card.problem is None and isinstance(card.processes, Missing)
    )


def sort_rows(rows: Sequence[ProcessRow], column: str, *, descending: bool) -> list[ProcessRow]:
    """In the order of a column; what is not known comes last, whichever way."""

    def key(row: ProcessRow) -> tuple[bool, float, str]:
        value = getattr(row, column)
        if isinstance(value, tuple):
            value = ", ".join(value)
        if value is None or isinstance(value, Missing):
            return True, 0.0, ""
        if isinstance(value, str):
            return False, 0.0, value.lower()
        return False, float(value), ""

    known = sorted((row for row in rows if not key(row)[0]), key=key, reverse=descending)
    return known + [row for row in rows if key(row)[0]]


def _row(uses: list[tuple[CardSample, ProcessReading]], wall_s: float) -> ProcessRow:
    process = uses[0][1]
    gpus = tuple(
        str(card.facts.index) + ("" if use.gpu_instance is None else f"/{use.gpu_instance}")
        for card, use in uses
    )
    busy = [use.sm_percent for _, use in uses]
    numbers = [percent for percent in busy if not isinstance(percent, Missing)]
    running_s = None if process.start_s is None else max(0.0, wall_s - process.start_s)
    return ProcessRow(
        process.pid,
        gpus,
        process.user,
        process.command,
        _sum([use.memory_bytes for _, use in uses]),
        max(numbers) if numbers else busy[0],
        running_s,
        any(use.followed for _, use in uses),
        process.kind,
    )


def _sum(readings: list[Reading]) -> Reading:
    """The sum, or why one of them is not known."""
    total = 0.0
    for reading in readings:
        if isinstance(reading, Missing):
            return reading
        total += reading
    return int(total)


def _known(reading: Reading) -> float:
    return -1.0 if isinstance(reading, Missing) else reading

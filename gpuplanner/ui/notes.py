"""What in a table a reader should look at: cells that cannot be read, odd figures, rows without estimate."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from PySide6.QtCore import QCoreApplication

from gpuplanner.core.benchmark import BenchmarkRow, Status
from gpuplanner.core.plan import Plan
from gpuplanner.core.units import gib
from gpuplanner.data.row_notes import row_notes
from gpuplanner.report.row_estimates import RowEstimate


@dataclass(frozen=True)
class Note:
    """A remark about a cell; ``row`` is −1 for the file as a whole."""

    row: int
    column: str
    text: str


def collect_notes(
    rows: Sequence[BenchmarkRow],
    estimate_of: Callable[[int], RowEstimate | None],
    card_bytes: Callable[[str], float | None],
    problems: Sequence[str] = (),
) -> tuple[Note, ...]:
    """All notes, in the order of the rows; those about the file first."""
    found = [Note(-1, "", text) for text in problems]
    falling = _falling_memory(rows)
    for index, row in enumerate(rows):
        found += [Note(index, cell.column, cell.reason) for cell in row.unreadable]
        found += [Note(index, note.column, note.text) for note in row_notes(row, card_bytes(row.plan.gpu))]
        if index in falling:
            found.append(Note(index, "peak_memory", falling[index]))
        estimate = estimate_of(index)
        if estimate is not None and estimate.problem and not row.unreadable:
            found.append(Note(index, "estimate", estimate.problem))
    return tuple(found)


def _falling_memory(rows: Sequence[BenchmarkRow]) -> dict[int, str]:
    """Rows with less memory than a shorter sequence of the same plan took."""
    series: dict[Plan, list[tuple[int, float, int]]] = {}
    for index, row in enumerate(rows):
        peak = row.peak_bytes_per_gpu
        if peak is not None and row.measurement.status is Status.MEASURED:
            key = replace(row.plan, seq_len=1)
            series.setdefault(key, []).append((row.plan.seq_len, peak, index))
    return {index: text for points in series.values() for index, text in _falls(points)}


def _falls(points: list[tuple[int, float, int]]) -> Iterator[tuple[int, str]]:
    points.sort()
    for (length, before, _), (longer, peak, index) in pairwise(points):
        if longer > length and peak < before:
            text = QCoreApplication.translate("notes", "Less than at {length} tokens ({before} GiB per GPU)")
            yield index, text.format(length=f"{length:,}", before=gib(before))

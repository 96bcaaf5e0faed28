"""What in a table a reader should look at: cells that cannot be read, odd figures, rows without estimate."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter

from PySide6.QtCore import QCoreApplication

from gpuplanner.core.benchmark import BenchmarkRow, Status
from gpuplanner.core.plan import PLAN_FIELDS
from gpuplanner.core.units import gib
from gpuplanner.data.row_notes import row_notes
from gpuplanner.report.row_estimates import RowEstimate
from gpuplanner.ui.told import told

_ROWS_AT_ONCE = 500
_BUT_LENGTH = attrgetter(*(spec.name for spec in PLAN_FIELDS if spec.name != "seq_len"))


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
) -> Generator[None, None, tuple[Note, ...]]:
    """All notes in the order of the rows, those about the file first, as the generator's return value.

    It pauses every few hundred rows, so that a large table does not hold up the window.
    """
    found = [Note(-1, "", text) for text in problems]
    series: dict[tuple[object, ...], list[tuple[int, float, int]]] = {}
    for index, row in enumerate(rows):
        if index % _ROWS_AT_ONCE == _ROWS_AT_ONCE - 1:
            yield
        found += [Note(index, cell.column, told(cell.reason)) for cell in row.unreadable]
        found += [
            Note(index, note.column, told(note.text)) for note in row_notes(row, card_bytes(row.plan.gpu))
        ]
        estimate = estimate_of(index)
        if estimate is not None and estimate.problem and not row.unreadable:
            found.append(Note(index, "estimate", estimate.problem))
        peak = row.peak_bytes_per_gpu
        if peak is not None and row.measurement.status is Status.MEASURED:
            series.setdefault(_BUT_LENGTH(row.plan), []).append((row.plan.seq_len, peak, index))
    yield
    for points in series.values():
        found += [Note(index, "peak_memory", text) for index, text in _falls(points)]
    return tuple(sorted(found, key=lambda note: note.row))


def _falls(points: list[tuple[int, float, int]]) -> Iterator[tuple[int, str]]:
    """Rows with less memory than a shorter sequence of the same plan took: (row, what to say)."""
    points.sort()
    for (length, before, _), (longer, peak, index) in pairwise(points):
        if longer > length and peak < before:
            text = QCoreApplication.translate("notes", "Less than at {length} tokens ({before} GiB per GPU)")
            yield index, text.format(length=f"{length:,}", before=gib(before))

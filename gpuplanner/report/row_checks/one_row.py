"""Problems of a row by itself: unreadable cells, a status against the figures, samples, no estimate."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gpuplanner.core.benchmark import ROW_FIELD, BenchmarkRow, Status, Unreadable
from gpuplanner.core.plan import Method
from gpuplanner.report.row_checks.problem import Edit, Kind, Problem
from gpuplanner.report.row_estimates import RowEstimate

_FIGURES = ("peak_memory", "step_time_s", "tokens_per_s")
_DECIMAL_COMMA = re.compile(r"\s*(\d+),(\d{1,2}|\d{4,})\s*")
"""Not three digits: "2,113" is two thousand to half the world."""


def row_problems(index: int, row: BenchmarkRow, estimate: RowEstimate | None) -> Iterator[Problem]:
    """What is doubtful about a row, but for how its memory is to be read."""
    for cell in row.unreadable:
        yield _unreadable(index, cell)
    yield from _status(index, row)
    yield from _zeros(index, row)
    # The published plan is asked, not the corrected one: a correction contradicts the publisher by design.
    stated, planned = row.measurement.samples_per_step, row.plan.samples_per_step
    if stated is not None and stated != planned and row.plan.method is not Method.INFERENCE:
        what = f"{stated:,} samples per step, while micro batch × accumulation × GPUs make {planned:,}"
        yield Problem(Kind.SAMPLES, index, "samples_per_step", what)
    if estimate is not None and estimate.problem and not row.unreadable:
        yield Problem(Kind.NO_ESTIMATE, index, "estimate", estimate.problem)


def _unreadable(index: int, cell: Unreadable) -> Problem:
    spec, comma = ROW_FIELD.get(cell.column), _DECIMAL_COMMA.fullmatch(cell.text)
    edits: tuple[Edit, ...] = ()
    if comma and spec is not None and spec.kind is float:
        edits = ((index, cell.column, f"{comma[1]}.{comma[2]}"),)
    return Problem(Kind.UNREADABLE, index, cell.column, cell.reason, edits=edits)


def _status(index: int, row: BenchmarkRow) -> Iterator[Problem]:
    measured = row.measurement
    present = [name for name in _FIGURES if getattr(measured, name) is not None]
    if measured.status is Status.MEASURED:
        # A row that nobody has filled in yet says nothing wrong.
        if not present and row.plan.model and not row.unreadable:
            what = "Measured, but without a figure"
            edits = ((index, "status", Status.NOT_MEASURED.value),)
            yield Problem(Kind.STATUS, index, "status", what, "enter one or change the status", edits=edits)
        return
    for name in present:
        if measured.status is Status.OOM:
            what = "The status says out of memory, yet there is a figure"
            yield Problem(Kind.STATUS, index, name, what, "clear the figure or change the status")
        else:
            what = "The status says not measured, yet there is a figure"
            edits = ((index, "status", Status.MEASURED.value),)
            yield Problem(Kind.STATUS, index, name, what, "change the status or clear it", edits=edits)


def _zeros(index: int, row: BenchmarkRow) -> Iterator[Problem]:
    """A dash of the source that became a nought would count as a measurement."""
    for name in _FIGURES:
        if getattr(row.measurement, name) == 0:
            what = "0 is no measurement"
            yield Problem(
                Kind.STATUS,
                index,
                name,
                what,
                "clear the cell if nothing was measured",
                edits=((index, name, ""),),
            )

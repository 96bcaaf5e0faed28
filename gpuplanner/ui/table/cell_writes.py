"""Texts and copied cells on their way into rows: where a pasted block lies, and what the rows become."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from sys import maxsize

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.data.pivot import finished
from gpuplanner.ui.table.benchmark_table import BenchmarkTableModel
from gpuplanner.ui.table.cells import new_row_like
from gpuplanner.ui.table.copied_cells import Block, Copied, with_cell

Write = tuple[int, int, Copied | str]
"""(row of the view, place of the column, what is to stand there); a row may lie below the last one."""


_AT_ONCE = 20
"""Cells between two pauses: half a millisecond."""


@dataclass
class Written:
    """Rows with other cells, not yet in the document."""

    changed: dict[int, BenchmarkRow] = field(default_factory=dict)
    """By index in the document; none equals the row that is there."""
    added: list[BenchmarkRow] = field(default_factory=list)
    """To be put behind the last row."""
    n_cells: int = 0
    """Cells that were written, with those that held the same already."""
    computed: set[int] = field(default_factory=set)
    """Places of columns that were meant too, but are computed."""
    rows: range = range(0)
    places: range = range(0)
    """Rows of the view and columns from the first to the last that were meant."""


def written(model: BenchmarkTableModel, writes: Iterable[Write]) -> Written:
    """What the rows become; nothing in the document changes."""
    return finished(written_in_steps(model, writes))


def written_in_steps(model: BenchmarkTableModel, writes: Iterable[Write]) -> Generator[None, None, Written]:
    """As `written`, with pauses.  Rows and columns must stay where they are until the end."""
    rows, shown = model.document.rows, model.rowCount()
    result = Written()
    changed: dict[int, BenchmarkRow] = {}
    meant_rows, meant_places = _Span(), _Span()
    for number, (row, place, cell) in enumerate(writes):
        if number % _AT_ONCE == _AT_ONCE - 1:
            yield
        meant_rows.take(row)
        meant_places.take(place)
        column = model.columns[place]
        if not column.is_editable:
            result.computed.add(place)
            continue
        result.n_cells += 1
        if row < shown:
            source = model.source_row(row)
            before = changed.get(source, rows[source])
            changed[source] = with_cell(before, column, cell, model.unit)
            continue
        while len(result.added) <= row - shown:
            result.added.append(new_row_like(model.row_at(shown - 1)))
        new = result.added[row - shown]
        result.added[row - shown] = with_cell(new, column, cell, model.unit)
    result.rows, result.places = meant_rows.all(), meant_places.all()
    for number, (source, new) in enumerate(changed.items()):
        if number % _AT_ONCE == _AT_ONCE - 1:
            yield
        if new != rows[source]:
            result.changed[source] = new
    return result


class _Span:
    """From the least to the greatest number."""

    def __init__(self) -> None:
        self._first, self._last = maxsize, -1

    def take(self, number: int) -> None:
        if number < self._first:
            self._first = number
        if number > self._last:
            self._last = number

    def all(self) -> range:
        return range(self._first, self._last + 1)


def block_writes(
    block: Block, selected: Sequence[tuple[int, int]], cursor: tuple[int, int], places: Sequence[int]
) -> Iterator[Write]:
    """Where the cells of a block go.

    A single cell fills the selection.  A block that goes into the selected rectangle a whole number of
    times is repeated in it; any other lies once at the selection's first cell, or at the cursor.

    Args:
        selected: selected (row, place), in order.
        cursor: the current cell.
        places: the columns that can be seen.
    """
    if len(block) == 1 and len(block[0]) == 1 and len(selected) > 1:
        only = block[0][0]
        yield from () if only is None else ((row, place, only) for row, place in selected)
        return
    top, left = selected[0] if selected else cursor
    at = [place for place in places if place >= left]
    down, across = _times(block, selected)
    high, wide = len(block), max(map(len, block))
    for i in range(down):
        for row, line in enumerate(block, top + high * i):
            for j in range(across):
                for place, cell in zip(at[wide * j :], line, strict=False):
                    if cell is not None:
                        yield row, place, cell


def _times(block: Block, selected: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """How often the block stands below and beside itself."""
    rows, places = {row for row, _ in selected}, {place for _, place in selected}
    is_rectangle = bool(rows) and len(selected) == len(rows) * len(places)
    down, more_down = divmod(len(rows), len(block))
    across, more_across = divmod(len(places), max(map(len, block)))
    fits = is_rectangle and down >= 1 and across >= 1 and not more_down and not more_across
    return (down, across) if fits and max(rows) - min(rows) + 1 == len(rows) else (1, 1)

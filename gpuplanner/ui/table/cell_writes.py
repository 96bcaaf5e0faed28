"""Texts and copied cells on their way into rows: where a pasted block lies, and what the rows become."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.ui.table.benchmark_table import BenchmarkTableModel
from gpuplanner.ui.table.cells import new_row_like
from gpuplanner.ui.table.copied_cells import Block, Copied, with_cell

Write = tuple[int, int, Copied | str]
"""(row of the view, place of the column, what is to stand there); a row may lie below the last one."""


@dataclass
class Written:
    """Rows with other cells, not yet in the document."""

    changed: dict[int, BenchmarkRow] = field(default_factory=dict)
    """By index in the document."""
    added: list[BenchmarkRow] = field(default_factory=list)
    """To be put behind the last row."""
    n_cells: int = 0
    """Cells that were written, with those that held the same already."""
    computed: set[int] = field(default_factory=set)
    """Places of columns that were meant too, but are computed."""


def written(model: BenchmarkTableModel, writes: Iterable[Write]) -> Written:
    """What the rows become; nothing in the document changes."""
    rows, shown = model.document.rows, model.rowCount()
    result = Written()
    for row, place, cell in writes:
        column = model.columns[place]
        if not column.is_editable:
            result.computed.add(place)
            continue
        result.n_cells += 1
        if row < shown:
            source = model.source_row(row)
            before = result.changed.get(source, rows[source])
            result.changed[source] = with_cell(before, column, cell, model.unit)
            continue
        while len(result.added) <= row - shown:
            result.added.append(new_row_like(model.row_at(shown - 1)))
        new = result.added[row - shown]
        result.added[row - shown] = with_cell(new, column, cell, model.unit)
    return result


def block_writes(
    block: Block, selected: Sequence[tuple[int, int]], cursor: tuple[int, int], places: Sequence[int]
) -> list[Write]:
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
        return [] if only is None else [(row, place, only) for row, place in selected]
    top, left = selected[0] if selected else cursor
    at = [place for place in places if place >= left]
    down, across = _times(block, selected)
    high, wide = len(block), max(map(len, block))
    return [
        (top + high * i + row, at[wide * j + place], cell)
        for i in range(down)
        for row, line in enumerate(block)
        for j in range(across)
        for place, cell in enumerate(line)
        if cell is not None and wide * j + place < len(at)
    ]


def _times(block: Block, selected: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """How often the block stands below and beside itself."""
    rows, places = {row for row, _ in selected}, {place for _, place in selected}
    is_rectangle = bool(rows) and len(selected) == len(rows) * len(places)
    down, more_down = divmod(len(rows), len(block))
    across, more_across = divmod(len(places), max(map(len, block)))
    fits = is_rectangle and down >= 1 and across >= 1 and not more_down and not more_across
    return (down, across) if fits and max(rows) - min(rows) + 1 == len(rows) else (1, 1)

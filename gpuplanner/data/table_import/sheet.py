"""One sheet of a spreadsheet while it is read: only the cells that hold something, and what is merged."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

from gpuplanner.core.errors import InputError, InputProblem
from gpuplanner.data.table_import.grid import MAX_CELLS, Grid, make_grid


@dataclass
class Sheet:
    """Cells by row and column, counted from 0."""

    name: str
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    """(first row, first column, last row, last column)."""

    @property
    def n_cells(self) -> int:
        """How many hold something."""
        return sum(map(len, self.rows.values()))


def grid_of_sheets(sheets: Iterable[Sheet], kind: str, where: str) -> Grid:
    """The sheet with the most cells, its merged cells written out in every place that they cover.

    Raises:
        InputError: no sheet holds anything, or more than the limits.
    """
    filled = [sheet for sheet in sheets if sheet.rows]
    if not filled:
        raise InputError.of("the file has no sheet with cells", where)
    sheet = max(filled, key=lambda candidate: candidate.n_cells)
    rows = sorted(sheet.rows)
    columns = sorted({column for line in sheet.rows.values() for column in line})
    if len(rows) * len(columns) > MAX_CELLS:
        raise InputError.of(f"more than {MAX_CELLS:,} cells", where, "split the table")
    lines = [[sheet.rows[row].get(column, "") for column in columns] for row in rows]
    spanned = _write_out(sheet, rows, columns, lines, where)
    what = f"{len(filled)} sheets; {sheet.name!r} has the most cells and was read"
    remarks = (InputProblem(what, where),) if len(filled) > 1 else ()
    return make_grid(kind, lines, where, spanned, remarks=remarks)


def _write_out(
    sheet: Sheet, rows: list[int], columns: list[int], lines: list[list[str]], where: str
) -> frozenset[tuple[int, int]]:
    """Fill the places that a merged cell covers; rows and columns without any text stay out."""
    spanned: set[tuple[int, int]] = set()
    looked_at = 0
    for top, left, bottom, right in sheet.merged:
        text = sheet.rows.get(top, {}).get(left, "")
        if not text:
            continue
        for row in range(bisect_left(rows, top), bisect_right(rows, bottom)):
            for column in range(bisect_left(columns, left), bisect_right(columns, right)):
                looked_at += 1
                if (rows[row], columns[column]) != (top, left) and not lines[row][column]:
                    lines[row][column] = text
                    spanned.add((row, column))
        if looked_at > MAX_CELLS:
            raise InputError.of(f"more than {MAX_CELLS:,} cells", where, "split the table")
    return frozenset(spanned)

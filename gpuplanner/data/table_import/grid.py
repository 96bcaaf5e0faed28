"""A table as a grid of texts, whatever it came from; and the limits within which one is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gpuplanner.core.errors import InputError, InputProblem

MAX_ROWS = 200_000
MAX_COLUMNS = 1_000
MAX_CELLS = 5_000_000
MAX_CELL_CHARS = 131_072
MAX_BYTES = 100 * 10**6


@dataclass(frozen=True)
class Grid:
    """Cells in rows of equal length; blanks are empty texts.

    ``spanned`` holds the places (row, column) of cells that only repeat a merged one; ``shifted`` is
    whether lines may have slipped, as they do where a table lost its merged cells (Markdown).
    """

    kind: str
    cells: tuple[tuple[str, ...], ...]
    spanned: frozenset[tuple[int, int]] = frozenset()
    shifted: bool = False
    remarks: tuple[InputProblem, ...] = ()

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.cells[0]) if self.cells else 0


def make_grid(
    kind: str,
    lines: Sequence[Sequence[str]],
    where: str,
    spanned: frozenset[tuple[int, int]] = frozenset(),
    *,
    shifted: bool = False,
    remarks: Sequence[InputProblem] = (),
) -> Grid:
    """A grid from lines of any length: short ones are filled up; columns without any text are dropped.

    Raises:
        InputError: no cell holds anything, or the table is larger than the limits.
    """
    width = max(map(len, lines), default=0)
    if len(lines) > MAX_ROWS:
        raise InputError.of(f"more than {MAX_ROWS:,} lines", where, "split the table")
    if width > MAX_COLUMNS:
        raise InputError.of(f"{width:,} columns, and at most {MAX_COLUMNS:,} can be read", where)
    if len(lines) * width > MAX_CELLS:
        raise InputError.of(f"more than {MAX_CELLS:,} cells", where, "split the table")
    full = [[plain(cell, where) for cell in line] + [""] * (width - len(line)) for line in lines]
    kept = [i for i in range(width) if any(line[i] for line in full)]
    rows = [i for i, line in enumerate(full) if any(line)]
    if not kept:
        raise InputError.of("there is no table in it", where, "copy the table with its head line")
    places = {old: new for new, old in enumerate(kept)}
    numbers = {old: new for new, old in enumerate(rows)}
    return Grid(
        kind,
        tuple(tuple(full[row][column] for column in kept) for row in rows),
        frozenset(
            (numbers[row], places[column]) for row, column in spanned if row in numbers and column in places
        ),
        shifted,
        tuple(remarks),
    )


def plain(text: str, where: str) -> str:
    """A cell's text on one line, without control characters.

    Raises:
        InputError: longer than any cell of a table.
    """
    if len(text) > MAX_CELL_CHARS:
        raise InputError.of(f"a cell has more than {MAX_CELL_CHARS:,} characters", where, "this is no table")
    return " ".join(text.replace("\0", "").replace("\N{NO-BREAK SPACE}", " ").split())

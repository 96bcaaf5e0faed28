"""A table as a grid of texts, whatever it came from; and the limits within which one is read."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from gpuplanner.core.errors import InputError, InputProblem

MAX_ROWS = 200_000
MAX_COLUMNS = 1_000
MAX_CELLS = 3_000_000
MAX_CELL_CHARS = 131_072
MAX_CHARS = 64 * 10**6
"""Of all cells together; a merged cell counts in every place that it covers."""
MAX_BYTES = 32 * 10**6
"""Of a file or a text: a table of 100,000 rows is half of it."""

_ODD = re.compile("[\0-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ENDLESS_NUMBER = re.compile(r"&#[xX]?[0-9a-fA-F]{9,};?")


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
    known: dict[str, str] = {}
    full = [[_known(cell, known, where) for cell in line] + [""] * (width - len(line)) for line in lines]
    if sum(len(cell) for line in full for cell in line) > MAX_CHARS:
        raise InputError.of(f"more than {MAX_CHARS / 1e6:,.0f} million characters", where, "split the table")
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
    if not text.isascii():
        text = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
    return " ".join(_ODD.sub("", text).split())


def unescaped(text: str) -> str:
    """HTML's entities as characters; `html.unescape` alone fails at numbers of thousands of digits."""
    if "&" not in text:
        return text
    return html.unescape(_ENDLESS_NUMBER.sub("\N{REPLACEMENT CHARACTER}", text))


def _known(text: str, known: dict[str, str], where: str) -> str:
    """`plain`, once for each text: a column says the same few words again and again."""
    found = known.get(text)
    if found is None:
        found = known[text] = plain(text, where)
    return found

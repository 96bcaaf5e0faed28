"""The largest table of an HTML page or clipboard, with merged cells written out in every place they cover."""

from __future__ import annotations

from dataclasses import dataclass, field

from gpuplanner.core.errors import InputError
from gpuplanner.data.table_import.grid import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, Grid, make_grid
from gpuplanner.data.table_import.html_tags import tags

_BLOCKS = frozenset({"p", "div", "br", "li"})


@dataclass
class _Table:
    """A table that is being read."""

    rows: list[list[tuple[list[str], int, int]]] = field(default_factory=list)
    """Cells as (pieces of text, rows that they cover, columns that they cover)."""
    cell: list[str] | None = None
    cells: int = 0


def html_grid(text: str, where: str) -> Grid:
    """Read the table with the most cells.

    Raises:
        InputError: no table, or one larger than the limits.
    """
    reader = _Reader(where)
    reader.read(text)
    tables = [*reader.done, *reader.open]
    best = max(tables, key=lambda table: table.cells, default=None)
    if best is None or not best.cells:
        raise InputError.of("there is no table in the page", where, "copy the table itself")
    return _written_out(best, where)


def _written_out(table: _Table, where: str) -> Grid:
    lines: list[dict[int, str]] = []
    n_cells = 0
    spanned: set[tuple[int, int]] = set()
    covering: dict[int, tuple[int, str]] = {}
    """Column → (rows still to cover, text) of merged cells from above."""
    for row in table.rows:
        number = len(lines)
        line: dict[int, str] = {}
        lines.append(line)
        for column, (left, text) in list(covering.items()):
            line[column] = text
            spanned.add((number, column))
            if left > 1:
                covering[column] = (left - 1, text)
            else:
                del covering[column]
        column = 0
        for pieces, tall, wide in row:
            while column in line:
                column += 1
            content = "".join(pieces)
            for i in range(wide):
                if column + i >= MAX_COLUMNS:
                    raise InputError.of(f"more than {MAX_COLUMNS:,} columns", where)
                if column + i in line:
                    break
                line[column + i] = content
                if i:
                    spanned.add((number, column + i))
                if tall > 1:
                    covering[column + i] = (tall - 1, content)
            column += wide
        n_cells += len(line)
        if n_cells > MAX_CELLS:
            raise InputError.of(f"more than {MAX_CELLS:,} cells", where, "split the table")
    width = max((max(line, default=-1) + 1 for line in lines), default=0)
    full = [[line.get(i, "") for i in range(width)] for line in lines]
    return make_grid("HTML", full, where, frozenset(spanned))


class _Reader:
    """Collects every table; a nested one stands for itself and is not text of the outer."""

    def __init__(self, where: str) -> None:
        self._where = where
        self.open: list[_Table] = []
        self.done: list[_Table] = []

    def read(self, page: str) -> None:
        """Take the whole page."""
        for text, tag, attributes in tags(page, self._where):
            if text:
                if self.open and self.open[-1].cell is not None:
                    self.open[-1].cell.append(text)
            elif tag.startswith("/"):
                self._end(tag[1:])
            else:
                self._start(tag, attributes)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        """Tables, rows and cells; other tags only part words."""
        if tag == "table":
            if len(self.open) >= MAX_COLUMNS:
                raise InputError.of("tables within tables without end", self._where)
            self.open.append(_Table())
        elif self.open:
            table = self.open[-1]
            if tag == "tr":
                table.cell = None
                table.rows.append([])
                if len(table.rows) > MAX_ROWS:
                    raise InputError.of(f"more than {MAX_ROWS:,} lines", self._where, "split the table")
            elif tag in ("td", "th"):
                self._cell(table, attributes)
            elif tag in _BLOCKS and table.cell is not None:
                table.cell.append(" ")

    def _end(self, tag: str) -> None:
        """Close what is open."""
        if tag == "table" and self.open:
            self.done.append(self.open.pop())
        elif tag in ("td", "th") and self.open:
            self.open[-1].cell = None

    def _cell(self, table: _Table, attributes: dict[str, str]) -> None:
        if not table.rows:
            table.rows.append([])
        table.cell = []
        tall, wide = _span(attributes.get("rowspan"), MAX_ROWS), _span(attributes.get("colspan"), MAX_COLUMNS)
        table.rows[-1].append((table.cell, tall, wide))
        table.cells += wide
        if table.cells > MAX_CELLS:
            raise InputError.of(f"more than {MAX_CELLS:,} cells", self._where, "split the table")


def _span(text: str | None, most: int) -> int:
    """Rows or columns that a cell covers; anything odd is one."""
    digits = (text or "").strip()
    return min(max(int(digits), 1), most) if digits.isascii() and digits.isdigit() and len(digits) < 7 else 1

"""OpenDocument spreadsheets: the sheet with the most cells, repeated and merged cells written out."""

from __future__ import annotations

from gpuplanner.core.errors import InputError
from gpuplanner.data.table_import.excel_grid import number_text
from gpuplanner.data.table_import.grid import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, Grid
from gpuplanner.data.table_import.sheet import Sheet, grid_of_sheets
from gpuplanner.data.table_import.sheet_zip import Attributes, SheetZip

_CONTENT = "content.xml"
_ASIDE = frozenset({"annotation", "ruby-text", "tracked-changes", "shapes"})
_NUMBERS = frozenset({"float", "percentage", "currency"})
_MOST_REPEATED = 2**20
"""Rows or columns of the largest sheet; blank ones are only counted."""


def ods_grid(content: bytes, where: str) -> Grid:
    """Read the sheet with the most cells.

    Raises:
        InputError: not such a file, or larger than the limits.
    """
    with SheetZip(content, where) as archive:
        if not archive.has(_CONTENT):
            raise InputError.of("is no ODS file that can be read", where, "save it as CSV")
        reader = _Reader(where)
        archive.parse(_CONTENT, reader.start, reader.end, reader.text)
        return grid_of_sheets(reader.sheets, "ODS", where)


class _Reader:
    """Takes the document's elements as they come; tables within cells count as nothing."""

    def __init__(self, where: str) -> None:
        self._where = where
        self.sheets: list[Sheet] = []
        self._depth = self._aside = 0
        self._row = self._column = 0
        self._repeats = self._wide = 1
        self._line: dict[int, str] = {}
        self._merged: list[tuple[int, int, int, int]] = []
        self._cell: Attributes = {}
        self._said: list[str] = []
        self._takes = False
        self._n = 0

    def start(self, name: str, attributes: Attributes) -> None:
        """A table, a row, a cell or a paragraph."""
        if name in _ASIDE:
            self._aside += 1
        elif name == "table":
            self._depth += 1
            if self._depth == 1:
                self.sheets.append(Sheet(attributes.get("name", "")))
                self._row = 0
        elif self._depth != 1 or self._aside:
            return
        elif name == "table-row":
            self._line, self._merged, self._column = {}, [], 0
            self._repeats = _count(attributes.get("number-rows-repeated"))
        elif name in ("table-cell", "covered-table-cell"):
            self._cell, self._said = attributes, []
            self._wide = _count(attributes.get("number-columns-repeated"))
        elif name in ("p", "h"):
            if self._said:
                self._said.append(" ")
            self._takes = True
        elif name in ("s", "tab", "line-break"):
            self._said.append(" ")

    def end(self, name: str) -> None:
        """The end of one of them."""
        if name in _ASIDE:
            self._aside -= 1
        elif name == "table":
            self._depth -= 1
        elif self._depth != 1 or self._aside:
            return
        elif name in ("p", "h"):
            self._takes = False
        elif name in ("table-cell", "covered-table-cell"):
            self._end_cell(covered=name.startswith("covered"))
        elif name == "table-row":
            self._end_row()

    def text(self, piece: str) -> None:
        """Text of a paragraph in a cell."""
        if self._takes and self._depth == 1 and not self._aside:
            self._said.append(piece)

    def _end_cell(self, *, covered: bool) -> None:
        text = "" if covered else _value(self._cell, "".join(self._said))
        if text:
            if self._wide > MAX_COLUMNS:
                raise InputError.of(f"more than {MAX_COLUMNS:,} columns", self._where)
            for place in range(self._column, self._column + self._wide):
                self._line[place] = text
            tall = _count(self._cell.get("number-rows-spanned"))
            wide = _count(self._cell.get("number-columns-spanned"))
            if tall > 1 or wide > 1:
                last = (self._row + tall - 1, self._column + wide - 1)
                self._merged.append((self._row, self._column, *last))
        self._column += self._wide

    def _end_row(self) -> None:
        if self._line:
            self._n += len(self._line) * self._repeats
            if self._repeats > MAX_ROWS or self._n > MAX_CELLS:
                raise InputError.of(f"more than {MAX_CELLS:,} cells", self._where, "split the table")
            for place in range(self._row, self._row + self._repeats):
                self.sheets[-1].rows[place] = self._line
            self.sheets[-1].merged += self._merged
        self._row += self._repeats


def _value(cell: Attributes, shown: str) -> str:
    """What a cell holds rather than how it is shown: "20.1" of "20,10 €"."""
    kind = cell.get("value-type", "")
    if kind in _NUMBERS:
        return number_text(cell.get("value", shown))
    if kind == "date":
        return cell.get("date-value", shown).removesuffix("T00:00:00").replace("T", " ")
    if kind == "boolean":
        return cell.get("boolean-value", shown)
    return shown


def _count(text: str | None) -> int:
    """How often something is repeated; anything odd is once."""
    digits = text or ""
    is_count = digits.isascii() and digits.isdigit() and len(digits) < 9
    return min(max(int(digits), 1), _MOST_REPEATED) if is_count else 1

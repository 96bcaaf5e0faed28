"""Excel's ``.xlsx``: the sheet with the most cells; formulas as the values that were saved with them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from posixpath import join, normpath

from gpuplanner.core.errors import InputError
from gpuplanner.data.table_import.grid import MAX_CELLS, Grid
from gpuplanner.data.table_import.sheet import Sheet, grid_of_sheets
from gpuplanner.data.table_import.sheet_zip import Attributes, SheetZip

_REF = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""Numbers of Excel's own formats that show a date or a time."""
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_RELATIONS = "_rels/.rels"


def excel_grid(content: bytes, where: str) -> Grid:
    """Read the sheet with the most cells.

    Raises:
        InputError: not such a file, or larger than the limits.
    """
    with SheetZip(content, where) as archive:
        return grid_of_sheets(_Workbook(archive, where).sheets(), "Excel", where)


class _Workbook:
    """The parts that sheets share: texts, formats, names."""

    def __init__(self, archive: SheetZip, where: str) -> None:
        self._archive, self._where = archive, where
        self._book = self._main_part()
        self._epoch = datetime(1899, 12, 30)
        self._named: list[tuple[str, str]] = []
        archive.parse(self._book, self._book_element)
        self._texts = self._shared_texts()
        self._is_date = self._date_formats()

    def sheets(self) -> list[Sheet]:
        """Every sheet with its cells."""
        targets = self._targets(join(self._folder, "_rels", self._book.rpartition("/")[2] + ".rels"))
        found = []
        for name, relation in self._named:
            part = normpath(join(self._folder, targets.get(relation, ""))).lstrip("/")
            if self._archive.has(part):  # a sheet that only holds a chart has no cells
                found.append(self._sheet(name, part))
        return found

    @property
    def _folder(self) -> str:
        return self._book.rpartition("/")[0]

    def _main_part(self) -> str:
        kinds = self._targets(_RELATIONS, by="Type") if self._archive.has(_RELATIONS) else {}
        part = next((target for kind, target in kinds.items() if kind.endswith("/officeDocument")), "")
        name = part.lstrip("/") or "xl/workbook.xml"
        if not self._archive.has(name):
            raise InputError.of("is no Excel file that can be read", self._where, "save it as CSV")
        return name

    def _targets(self, part: str, by: str = "Id") -> dict[str, str]:
        found: dict[str, str] = {}

        def start(name: str, attributes: Attributes) -> None:
            if name == "Relationship":
                found[attributes.get(by, "")] = attributes.get("Target", "")

        self._archive.parse(part, start)
        return found

    def _book_element(self, name: str, attributes: Attributes) -> None:
        if name == "sheet":
            self._named.append((attributes.get("name", ""), attributes.get("id", "")))
        elif name == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            self._epoch = datetime(1904, 1, 1)

    def _shared_texts(self) -> list[str]:
        part = join(self._folder, "sharedStrings.xml")
        texts: list[str] = []
        if not self._archive.has(part):
            return texts
        said: list[str] = []
        place = {"text": False, "aside": False}

        def start(name: str, _attributes: Attributes) -> None:
            if name == "si":
                said.clear()
            elif name in ("t", "rPh"):  # rPh: how a word is pronounced, no part of it
                place["text" if name == "t" else "aside"] = True

        def end(name: str) -> None:
            if name == "si":
                texts.append("".join(said))
            elif name in ("t", "rPh"):
                place["text" if name == "t" else "aside"] = False

        def text(piece: str) -> None:
            if place["text"] and not place["aside"]:
                said.append(piece)

        self._archive.parse(part, start, end, text)
        return texts

    def _date_formats(self) -> list[bool]:
        """For each format of a cell, whether it shows a date."""
        part = join(self._folder, "styles.xml")
        own: dict[str, bool] = {}
        found: list[bool] = []
        inside = {"cellXfs": False}

        def start(name: str, attributes: Attributes) -> None:
            if name == "numFmt":
                code = _QUOTED.sub("", attributes.get("formatCode", "")[:200]).lower()
                own[attributes.get("numFmtId", "")] = any(sign in code for sign in "ymdhs")
            elif name == "cellXfs":
                inside["cellXfs"] = True
            elif name == "xf" and inside["cellXfs"]:
                number = attributes.get("numFmtId", "0")
                known = number.isdigit() and len(number) < 4 and int(number) in _DATE_FORMATS
                found.append(own.get(number, known))

        def end(name: str) -> None:
            if name == "cellXfs":
                inside["cellXfs"] = False

        if self._archive.has(part):
            self._archive.parse(part, start, end)
        return found

    def _sheet(self, name: str, part: str) -> Sheet:
        reader = _SheetReader(Sheet(name), self._where, self._value)
        self._archive.parse(part, reader.start, reader.end, reader.text)
        return reader.sheet

    def _value(self, text: str, kind: str, style: str) -> str:
        """A cell's text as its type says."""
        if kind == "s":
            return self._texts[int(text)] if text.isdigit() and len(text) < 9 else text
        if kind == "b":
            return "true" if text == "1" else "false"
        if kind not in ("", "n"):
            return text
        number = int(style) if style.isdigit() and len(style) < 6 else 0
        if number < len(self._is_date) and self._is_date[number]:
            return _date(text, self._epoch)
        return number_text(text)


class _SheetReader:
    """Takes a sheet's elements as they come."""

    def __init__(self, sheet: Sheet, where: str, value: Callable[[str, str, str], str]) -> None:
        self.sheet = sheet
        self._where, self._value = where, value
        self._row = self._column = -1
        self._kind = self._style = ""
        self._said: list[str] = []
        self._takes = False
        self._n = 0

    def start(self, name: str, attributes: Attributes) -> None:
        """A row, a cell, or the text of one."""
        if name == "c":
            self._cell(attributes)
        elif name == "v" or (name == "t" and self._kind == "inlineStr"):
            self._takes = True
        elif name == "row":
            number = attributes.get("r", "")
            self._row = int(number) - 1 if number.isdigit() and len(number) < 8 else self._row + 1
            self._column = -1
        elif name == "rPh":
            self._takes = False
        elif name == "mergeCell":
            first, _, last = attributes.get("ref", "").partition(":")
            top, bottom = _place(first), _place(last or first)
            if top is not None and bottom is not None:
                self.sheet.merged.append((*top, *bottom))

    def end(self, name: str) -> None:
        """The end of a text or of a cell."""
        if name in ("v", "t"):
            self._takes = False
        elif name == "c" and self._said:
            text = self._value("".join(self._said), self._kind, self._style)
            if text:
                self.sheet.rows.setdefault(self._row, {})[self._column] = text
                self._n += 1
            if self._n > MAX_CELLS:
                raise InputError.of(f"more than {MAX_CELLS:,} cells", self._where, "split the table")

    def text(self, piece: str) -> None:
        """Text of the element that is open."""
        if self._takes:
            self._said.append(piece)

    def _cell(self, attributes: Attributes) -> None:
        place = _place(attributes.get("r", ""))
        if place is None:
            self._column += 1
        else:
            self._row, self._column = place
        self._kind, self._style = attributes.get("t", ""), attributes.get("s", "")
        self._said = []


def number_text(text: str) -> str:
    """A number as people write it: no ".0", none of the digits that only its storage has."""
    try:
        value = float(text)
    except ValueError:
        return text
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value)


def _date(text: str, epoch: datetime) -> str:
    try:
        moment = epoch + timedelta(days=float(text))
    except (ValueError, OverflowError):
        return text
    moment = (moment + timedelta(microseconds=500_000)).replace(microsecond=0)
    return moment.date().isoformat() if not (moment.hour or moment.minute) else moment.isoformat(" ")


def _place(ref: str) -> tuple[int, int] | None:
    """ "B3" → (2, 1)."""
    match = _REF.fullmatch(ref)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1

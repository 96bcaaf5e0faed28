"""Benchmark rows as CSV: any of the row's fields as heads, other columns kept, nothing lost on the way.

Numbers are locale-neutral (a point before the decimals).  Files are UTF-8, with or without a byte
order mark; the delimiter is a comma, a semicolon or a tab, as the head line shows.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from gpuplanner.core.benchmark import ROW_FIELD, BenchmarkRow
from gpuplanner.core.errors import InputError, InputProblem
from gpuplanner.core.units import shorten
from gpuplanner.data.benchmark_table import (
    SURPLUS,
    BenchmarkTable,
    RowReader,
    collector_paused,
    is_known,
    table_texts,
)
from gpuplanner.data.own_export import place_of_mark, restored
from gpuplanner.data.whole_file import read_whole, write_whole

MAX_FILE_BYTES = 200 * 10**6
MAX_ROWS = 200_000
MAX_COLUMNS = 1_000
MAX_PROBLEMS = 100
MAX_CELL_CHARS = 131_072
"""The csv module's own limit; a cell that it would not read back is not written."""

_DELIMITERS = (",", ";", "\t")
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_HEAD_CHARS = 2**20
"""A head line longer than this is none."""


def read_rows(path: Path) -> BenchmarkTable:
    """Read a CSV file.

    Cells that cannot be read are kept in their rows; lines that end early, and lines with more cells
    than the head, are named in the table's ``problems``.

    Raises:
        InputError: the file cannot be read as a table of rows: missing, too large, not UTF-8, without a
            head that GPU Planner knows, a quotation mark that is never closed.
    """
    text = _decode(read_whole(path, MAX_FILE_BYTES), str(path))
    with collector_paused():
        return rows_from_text(text, str(path))


def read_rows_and_texts(path: Path) -> tuple[BenchmarkTable, tuple[str, ...], list[list[str]]]:
    """The same, with the columns and the texts of the cells, as `table_texts` gives them but for nothing
    where every line has a cell for every named column.  Raises as `read_rows`."""
    text = _decode(read_whole(path, MAX_FILE_BYTES), str(path))
    lines: list[list[str]] = []
    table = rows_from_text(text, str(path), lines)
    width = len(table.columns)
    if all(len(cells) == width for cells in lines):
        return table, table.columns, lines
    return table, *table_texts(table)


def rows_from_text(text: str, where: str, cells_of_rows: list[list[str]] | None = None) -> BenchmarkTable:
    """Read the text of a CSV file; ``where`` is its name in messages.  Raises as `read_rows`.

    ``cells_of_rows``, if given, gets the cells of every row.
    """
    head = _read_head(text, where)
    lines = _lines(text, head.delimiter, where)
    next(lines)  # the head
    if place_of_mark(head.columns) is not None:
        head, lines = _as_exported(head, list(lines))
    width = len(head.columns)
    reader = RowReader(head.columns)
    longer = lru_cache(maxsize=16)(lambda cells: RowReader((*head.columns, *_surplus(width, cells))))
    rows: list[BenchmarkRow] = []
    problems: list[InputProblem] = []
    filled: set[int] = set()
    for line, cells in lines:
        if len(rows) == MAX_ROWS:
            raise InputError.of(f"more than {MAX_ROWS:,} rows", where, "split the file")
        if len(cells) == width:
            row = reader.read(cells)
        else:
            problems += _ragged(cells, width, f"{where}, line {line}")
            cells += [""] * (width - len(cells))
            row = longer(len(cells)).read(cells)
        if head.unnamed:
            filled.update(place for place in head.unnamed if cells[place])
        rows.append(row)
        if cells_of_rows is not None:
            cells_of_rows.append(cells)
    columns = [
        name for place, name in enumerate(head.columns) if place in filled or place not in head.unnamed
    ]
    surplus = {cell.column for row in rows for cell in row.unreadable if cell.column.startswith(SURPLUS)}
    columns += sorted(surplus.difference(columns))
    return BenchmarkTable(tuple(rows), tuple(columns), _first_problems(problems, where))


def write_rows(path: Path, table: BenchmarkTable) -> None:
    """Write a table as CSV (RFC 4180: comma, CR LF, UTF-8), replacing the whole file.

    Raises:
        InputError: the file could not be written, or a cell holds what CSV cannot hold; an old file
            stays as it is.
    """
    with collector_paused():
        content = _encode(table, str(path))
    write_whole(path, content)


def write_texts(path: Path, columns: tuple[str, ...], lines: list[list[str]]) -> None:
    """Write the texts of a table's cells.  Raises as `write_rows`."""
    write_whole(path, _encode_texts(columns, lines, str(path)))


def _encode(table: BenchmarkTable, where: str) -> bytes:
    return _encode_texts(*table_texts(table), where)


def _encode_texts(columns: tuple[str, ...], lines: list[list[str]], where: str) -> bytes:
    if not any(map(is_known, columns)):
        columns = (*columns, *ROW_FIELD)  # else the file could not be read back
    buffer = io.BytesIO()
    out = io.TextIOWrapper(buffer, "utf-8", newline="")
    writer = csv.writer(out)
    _check_cells(columns, f"{where}, head")
    writer.writerow(columns)
    for number, texts in enumerate(lines, start=1):
        _check_cells(texts, f"{where}, row {number}")
        writer.writerow(texts + [""] * (len(columns) - len(texts)))
    out.flush()
    return buffer.getvalue()


def _check_cells(texts: Collection[str], where: str) -> None:
    """Refuse what could not be read back, before anything is written."""
    together = "".join(texts)
    if len(together) > MAX_CELL_CHARS and max(map(len, texts)) > MAX_CELL_CHARS:
        raise InputError.of(f"a cell has more than {MAX_CELL_CHARS:,} characters", where, "shorten it")
    if "\0" in together or (not together.isascii() and _SURROGATE.search(together)):
        raise InputError.of("a cell holds a character that CSV cannot hold", where, "type the cell again")


@dataclass(frozen=True)
class _Head:
    """The head line: its delimiter, its columns, and the places of those that have no name."""

    delimiter: str
    columns: tuple[str, ...]
    unnamed: tuple[int, ...]


def _read_head(text: str, where: str) -> _Head:
    if not text.strip():
        raise InputError.of("the file is empty", where, "it needs a head line and rows")
    names, delimiter = max(
        ((_first_line(text, delimiter, where), delimiter) for delimiter in _DELIMITERS),
        key=lambda found: (sum(map(is_known, found[0])), len(found[0])),
    )
    if not any(map(is_known, names)):
        known = ", ".join(list(ROW_FIELD)[:3])
        hint = f"the first line names the columns, such as {known}, seq_len, peak_memory"
        raise InputError.of("no column that GPU Planner knows", where, hint)
    if len(names) > MAX_COLUMNS:
        raise InputError.of(f"{len(names):,} columns, and at most {MAX_COLUMNS:,} can be read", where)
    unnamed = tuple(place for place, name in enumerate(names) if not name)
    columns = tuple(name or _unnamed(place) for place, name in enumerate(names))
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        listed = ", ".join(repr(shorten(name)) for name in twice)
        raise InputError.of(f"a column is there twice: {listed}", f"{where}, line 1", "rename one of them")
    return _Head(delimiter, columns, unnamed)


def _as_exported(
    head: _Head, numbered: list[tuple[int, list[str]]]
) -> tuple[_Head, Iterator[tuple[int, list[str]]]]:
    """Head and lines of a table that we exported, without its apostrophes; of any other as they are."""
    at = place_of_mark(head.columns)
    found = restored(head.columns, [cells for _, cells in numbered])
    if at is None or found is None:
        return head, iter(numbered)
    unnamed = tuple(place - (place > at) for place in head.unnamed)
    numbers = (number for number, _ in numbered)
    return _Head(head.delimiter, tuple(found[0]), unnamed), zip(numbers, found[1], strict=True)


def _first_line(text: str, delimiter: str, where: str) -> list[str]:
    """Names of the first line that is not blank; known names are recognised in any case and spelling."""
    try:
        _, cells = next(_lines(text[:_HEAD_CHARS], delimiter, where), (1, []))
    except InputError:
        return []  # not with this delimiter
    return [_column_name(cell) for cell in cells]


def _column_name(head: str) -> str:
    name = head.strip()
    plain = name.lower().replace("-", "_").replace(" ", "_")
    return plain if is_known(plain) else name


def _unnamed(place: int) -> str:
    return f"column {place + 1}"


def _lines(text: str, delimiter: str, where: str) -> Iterator[tuple[int, list[str]]]:
    """(Line number, cells) of every record that is not blank; the number is that of its first line."""
    # Not io.StringIO: it takes four bytes for each character of the file.
    reader = csv.reader((line[0] for line in _LINE.finditer(text)), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        what = f"the line cannot be split into cells ({error})"
        raise InputError.of(what, f"{where}, line {line}", "look for a quotation mark too many") from error


def _ragged(cells: Sequence[str], width: int, where: str) -> list[InputProblem]:
    """What is odd about a line of another length; InputError where it is no line of a table at all."""
    if len(cells) > MAX_COLUMNS:
        raise InputError.of(
            f"the line has {len(cells):,} cells", where, f"at most {MAX_COLUMNS:,} can be read"
        )
    if len(cells) < width:
        what = f"the line ends after {len(cells)} of {width} cells"
        return [InputProblem(what, where, "the others count as empty")]
    if not any(cells[width:]):
        return []  # only delimiters at the end of the line
    what = f"the line has {len(cells)} cells, and the head names {width}"
    return [InputProblem(what, where, "look for a delimiter inside a cell")]


def _surplus(width: int, cells: int) -> list[str]:
    """Columns for the cells of a line that the head does not reach."""
    return [f"{SURPLUS} {place}" for place in range(width + 1, cells + 1)]


def _first_problems(problems: Sequence[InputProblem], where: str) -> tuple[InputProblem, ...]:
    if len(problems) <= MAX_PROBLEMS:
        return tuple(problems)
    rest = len(problems) - MAX_PROBLEMS
    return (*problems[:MAX_PROBLEMS], InputProblem(f"{rest:,} more lines of another length", where))


def _decode(content: bytes, where: str) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError.of("the file is UTF-16", where, "save it as UTF-8")
    if b"\0" in content:
        line = content.count(b"\n", 0, content.index(b"\0")) + 1
        raise InputError.of("a NUL byte: this is not a text file", f"{where}, line {line}", "save it as CSV")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError.of("the text is not UTF-8", f"{where}, line {line}", "save it as UTF-8") from error

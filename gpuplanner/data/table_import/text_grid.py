"""Tables in plain text: Markdown pipes, delimited lines, JSON lines."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice

from gpuplanner.core.errors import InputError
from gpuplanner.core.units import shorten
from gpuplanner.data.table_import.grid import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, Grid, make_grid, unescaped

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
"""Not `str.splitlines`: it also parts at signs that stand inside of cells, and copies the whole text."""
_PIPES = re.compile(r"(?<!\\)\|")
_MARKUP = re.compile(r"\*\*|__|`|<br\s*/?>|</?(?:b|i|strong|em|sub|sup|code)>", re.IGNORECASE)
_LINK = re.compile(r"\[([^\][]*)\]\([^()\s]*\)")
_RULE_SIGNS = frozenset(" \t|:-")
_DELIMITERS = ("\t", ",", ";", "|")
_SAMPLE = 200


def markdown_grid(text: str, where: str) -> Grid:
    """The longest run of lines with pipes.

    Raises:
        InputError: there is none.
    """
    runs: list[list[str]] = [[]]
    for line in _lines(text):
        if _is_piped(line):
            runs[-1].append(line)
            if len(runs[-1]) > MAX_ROWS:
                raise InputError.of(f"more than {MAX_ROWS:,} lines", where, "split the table")
        elif runs[-1]:
            runs.append([])
    best = max(runs, key=len)
    lines = [_pipe_cells(line) for line in best if not _is_rule(line)]
    if len(lines) < 2:
        raise InputError.of("there is no Markdown table in it", where, "copy the table with its head line")
    return make_grid("Markdown", lines, where, shifted=True)


def is_markdown(text: str) -> bool:
    """Whether a line between pipes rules off a head."""
    lines = list(islice(_lines(text), _SAMPLE))
    return any(_is_rule(line) and "|" in line for line in lines) and sum(map(_is_piped, lines)) >= 2


def delimited_grid(text: str, where: str) -> Grid:
    """Lines of cells; the delimiter that parts most lines alike.

    Raises:
        InputError: nothing parts the lines, or a quotation mark is never closed.
    """
    delimiter = _delimiter(text)
    lines: list[list[str]] = []
    reader = csv.reader((match[0] for match in _LINE.finditer(text)), delimiter=delimiter)
    try:
        for cells in reader:
            lines.append(cells)
            if len(lines) > MAX_ROWS:
                raise InputError.of(f"more than {MAX_ROWS:,} lines", where, "split the table")
    except csv.Error as error:
        what = f"the line cannot be split into cells ({error})"
        hint = "look for a quotation mark too many"
        raise InputError.of(what, f"{where}, line {reader.line_num}", hint) from error
    kind = {"\t": "TSV", ",": "CSV"}.get(delimiter, f"text parted by {delimiter!r}")
    return make_grid(kind, lines, where)


def json_lines_grid(text: str, where: str) -> Grid:
    """One object a line, or one list of objects; keys are the columns.

    Raises:
        InputError: a line is no object.
    """
    records = _records(text, where)
    columns = list(dict.fromkeys(key for record in records for key in record))
    if len(columns) > MAX_COLUMNS:
        raise InputError.of(f"{len(columns):,} columns, and at most {MAX_COLUMNS:,} can be read", where)
    if len(columns) * len(records) > MAX_CELLS:
        raise InputError.of(f"more than {MAX_CELLS:,} cells", where, "split the table")
    lines = [columns, *([_scalar(record.get(column)) for column in columns] for record in records)]
    return make_grid("JSON lines", lines, where)


def is_json(text: str) -> bool:
    """Whether the text begins as JSON objects do."""
    plain = text.strip()
    return plain.startswith("{") or (plain.startswith("[") and plain.endswith("]"))


def _lines(text: str) -> Iterator[str]:
    return (match[0].rstrip("\r\n") for match in _LINE.finditer(text))


def _records(text: str, where: str) -> list[dict[str, object]]:
    stripped = text.strip()
    if stripped.startswith("["):
        found = _json(stripped, where)
        items: Iterable[object] = found if isinstance(found, list) else [found]
    else:
        items = (
            _json(line, f"{where}, line {number}")
            for number, line in enumerate(_lines(stripped), start=1)
            if line.strip()
        )
    records = []
    for number, item in enumerate(items, start=1):
        if number > MAX_ROWS:
            raise InputError.of(f"more than {MAX_ROWS:,} records", where, "split the file")
        if not isinstance(item, dict):
            raise InputError.of(
                "is no object with columns", f"{where}, record {number}", "use one {…} a line"
            )
        records.append({str(key): value for key, value in item.items()})
    return records


def _json(text: str, where: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError.of(f"is no JSON ({shorten(str(error), 80)})", where, "one object a line") from error


def _scalar(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _is_piped(line: str) -> bool:
    return _PIPES.search(line) is not None


def _is_rule(line: str) -> bool:
    return "-" in line and set(line) <= _RULE_SIGNS


def _pipe_cells(line: str) -> list[str]:
    inner = line.strip()
    inner = inner.removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return [_without_markup(cell.replace("\\|", "|")) for cell in _PIPES.split(inner)]


def _without_markup(cell: str) -> str:
    return unescaped(_LINK.sub(r"\1", _MARKUP.sub(" ", cell))).strip()


def _delimiter(text: str) -> str:
    """The one that gives the most lines the same number of cells, more than one."""
    lines = [line for line in islice(_lines(text), _SAMPLE) if line.strip()]

    def quality(delimiter: str) -> tuple[int, int]:
        try:
            counts = [len(cells) for cells in csv.reader(lines, delimiter=delimiter) if cells]
        except csv.Error:
            return (0, 0)
        alike = max((counts.count(n) for n in set(counts) if n > 1), default=0)
        return (alike, max(counts, default=0))

    return max(_DELIMITERS, key=quality)

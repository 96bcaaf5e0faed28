"""From bytes or a clipboard's text to a grid: the format is seen in the content, the file's ending helps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from gpuplanner.core.errors import InputError, InputProblem
from gpuplanner.data.own_export import restored
from gpuplanner.data.table_import.decode import decode
from gpuplanner.data.table_import.excel_grid import excel_grid
from gpuplanner.data.table_import.grid import MAX_BYTES, Grid
from gpuplanner.data.table_import.html_grid import html_grid
from gpuplanner.data.table_import.ods_grid import ods_grid
from gpuplanner.data.table_import.text_grid import (
    delimited_grid,
    is_json,
    is_markdown,
    json_lines_grid,
    markdown_grid,
)
from gpuplanner.data.whole_file import read_whole

SUFFIXES = (".csv", ".tsv", ".txt", ".md", ".markdown", ".html", ".htm", ".xlsx", ".ods", ".json", ".jsonl")
_USUAL = ("utf-8", "utf-16", "utf-32")
"""Encodings that a text says of itself, or that nothing else looks like."""


def read_grid(path: Path) -> tuple[Grid, str]:
    """(The table of a file, its text as far as it is text).

    Raises:
        InputError: it cannot be read, or holds no table.
    """
    content = read_whole(path, MAX_BYTES)
    where = str(path)
    if content.startswith(b"PK\x03\x04"):
        if path.suffix.lower() == ".ods" or b"opendocument.spreadsheet" in content[:200]:
            return _as_exported(ods_grid(content, where)), ""
        return _as_exported(excel_grid(content, where)), ""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        what = "is an Excel file of before 2007, or one with a password"
        raise InputError.of(what, where, "save it as .xlsx or CSV")
    text, encoding = decode(content, where)
    grid = grid_of_text(text, where)
    if encoding not in _USUAL:
        remark = InputProblem(f"the text is no UTF-8: {encoding.upper()} is taken", where)
        grid = replace(grid, remarks=(*grid.remarks, remark))
    return grid, text


def grid_of_text(text: str, where: str) -> Grid:
    """The table in a text, by what it looks like: HTML, JSON lines, Markdown, delimited.

    Raises:
        InputError: there is none.
    """
    if len(text) > MAX_BYTES:
        raise InputError.of(f"more than {MAX_BYTES / 1e6:,.0f} MB", where, "split the table")
    if not text.strip():
        raise InputError.of("there is nothing in it", where, "copy the table with its head line")
    return _as_exported(_grid_of(text, where))


def _grid_of(text: str, where: str) -> Grid:
    lower = text[:200_000].lower()
    if "<table" in lower or "<tr" in lower:
        return html_grid(text, where)
    if is_json(text):
        return json_lines_grid(text, where)
    if is_markdown(text):
        return markdown_grid(text, where)
    return delimited_grid(text, where)


def _as_exported(grid: Grid) -> Grid:
    """A table that we exported without the apostrophes before its formulas; any other as it is."""
    found = restored(grid.cells[0], grid.cells[1:]) if grid.cells and not grid.spanned else None
    if found is None:
        return grid
    heads, lines = found
    return replace(grid, cells=(tuple(heads), *map(tuple, lines)))

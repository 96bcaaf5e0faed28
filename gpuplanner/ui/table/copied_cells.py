"""Cells on their way through the clipboard: our own form, which loses nothing, and three that others read."""

from __future__ import annotations

import csv
import html
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, NamedTuple

from PySide6.QtCore import QByteArray, QMimeData

from gpuplanner.core.benchmark import BenchmarkRow, MemoryScope, Status, TypedText
from gpuplanner.core.csv_text import as_it_was
from gpuplanner.core.errors import InputError
from gpuplanner.data.benchmark_table import BenchmarkTable, cell_text, table_texts, with_text
from gpuplanner.data.exports import kept, markdown_table, number_of
from gpuplanner.data.rows_csv import rows_from_text
from gpuplanner.ui.table.cells import edit_text, edited
from gpuplanner.ui.table.columns import Column, Kind
from gpuplanner.ui.widgets.display_unit import DisplayUnit

OWN, MARKDOWN = "application/x-gpuplanner-cells", "text/markdown"
MOST_MARKED_UP = 20_000
"""So many cells are copied as HTML and Markdown too; nobody pastes more into a page or a text."""


class Copied(NamedTuple):
    """One cell: its column, its text in the unit that was shown, and the row's fields behind it."""

    key: str
    text: str
    unit: DisplayUnit
    n_gpus: int = 1
    fields: tuple[tuple[str, str], ...] = ()
    """(field, text) that make the same cell again in the same column; none where the text says it all."""


Block = list[list[Copied | str | None]]
"""Lines of cells to be put into the table; None is a hole that leaves what is there."""


def copied(row: BenchmarkRow, column: Column, unit: DisplayUnit) -> Copied:
    """A cell that can be written into."""
    text, names = edit_text(row, column, unit), column.fields
    if len(names) == 1:
        return Copied(column.key, text, unit, row.plan.n_gpus, ((names[0], text),))
    if column.kind is Kind.PEAK:
        # The status follows from the text; without a figure there is nothing that a unit would belong to.
        blank = row.peak_bytes_per_gpu is None or row.measurement.status is Status.OOM
        names = () if blank else ("peak_memory", "peak_memory_unit", "peak_memory_scope")
    fields = tuple((name, cell_text(row, name)) for name in names)
    if names and column.kind is Kind.PEAK and unit is DisplayUnit.AS_WRITTEN:
        text = f"{text} {row.measurement.peak_memory_unit.value}"  # the head names none
    return Copied(column.key, text, unit, row.plan.n_gpus, fields)


def with_cell(row: BenchmarkRow, column: Column, cell: Copied | str, unit: DisplayUnit) -> BenchmarkRow:
    """The row after a cell was pasted or filled in; a text counts as typed."""
    if isinstance(cell, str):
        return edited(row, column, cell, unit)
    if cell.key != column.key:
        return edited(row, column, cell.text, unit)
    as_written = cell.fields if _fits_as_written(row, column, cell) else ()
    if as_written and all(cell_text(row, name) == text for name, text in as_written):
        return row
    row = edited(row, column, cell.text, cell.unit)
    for name, text in as_written:
        row = with_text(row, name, text)
    return row


def _fits_as_written(row: BenchmarkRow, column: Column, cell: Copied) -> bool:
    """A total of two GPUs is another share on four: then the figure that was shown counts, as if typed."""
    total = dict(cell.fields).get("peak_memory_scope") == MemoryScope.TOTAL.value
    changes_meaning = column.kind is Kind.PEAK and total and cell.n_gpus != row.plan.n_gpus
    return cell.unit is DisplayUnit.AS_WRITTEN or not changes_meaning


@dataclass(frozen=True)
class CopiedTable:
    """What was copied.

    ``lines`` holds the texts for spreadsheets and ``shown`` those of the screen; ``heads`` belongs to
    both.  Of whole rows ``rows`` is set, and ``names`` and ``lines`` have every field, so that a text
    alone brings them back.
    """

    heads: tuple[str, ...]
    lines: list[list[str]]
    shown: list[list[str]]
    cells: Block
    names: tuple[str, ...] = ()
    rows: BenchmarkTable | None = None

    def own(self) -> bytes:
        """Our own form; read by `read_own`."""
        if self.rows is None:
            return json.dumps({"cells": self.cells}).encode()
        fragments = list(dict.fromkeys(row.fragment for row in self.rows.rows))
        place = {fragment: i for i, fragment in enumerate(fragments)}
        text = tab_separated(table_texts(self.rows))
        of_rows = [place[row.fragment] for row in self.rows.rows]
        typed = [(i, t.column, t.text, t.meant) for i, row in enumerate(self.rows.rows) for t in row.typed]
        own = {"rows": text, "fragments": fragments, "fragment_of": of_rows, "typed": typed}
        return json.dumps(own).encode()


class Form(Enum):
    """What a copy puts on the clipboard."""

    CELLS = "cells"
    WITH_HEADS = "with heads"
    MARKDOWN = "markdown"


def mime_of(table: CopiedTable, form: Form) -> QMimeData:
    """The forms of a copy, all made at once: data that asks Python for them would outlive Python on the
    clipboard.  More than `MOST_MARKED_UP` cells go without HTML and Markdown."""
    mime = QMimeData()
    mime.setData(OWN, QByteArray(table.own()))
    has_markup = sum(map(len, table.lines)) <= MOST_MARKED_UP
    if has_markup or form is Form.MARKDOWN:
        markdown = markdown_table(table.heads, table.shown)
        mime.setData(MARKDOWN, QByteArray(markdown.encode(errors="replace")))
        if form is Form.MARKDOWN:
            mime.setText(markdown)
            return mime
    heads = table.heads if form is Form.WITH_HEADS else table.names
    if has_markup:
        mime.setHtml(html_table(heads, table.lines))
    mime.setText(tab_separated((heads, [list(map(kept, line)) for line in table.lines])))
    return mime


def read_own(mime: QMimeData, where: str) -> BenchmarkTable | Block | None:
    """What was copied from a table of GPU Planner: whole rows or cells; None for another clipboard."""
    if not mime.hasFormat(OWN):
        return None
    try:
        found = json.loads(bytes(mime.data(OWN).data()))
        if "rows" in found:
            return _own_rows(found, where)
        block = [[_own_cell(cell) for cell in line] for line in found["cells"]]
        return block if block and all(block) else None
    except (InputError, TypeError, ValueError, KeyError, IndexError):
        return None  # somebody else's, or of another version: the text counts


def _own_rows(found: dict[str, Any], where: str) -> BenchmarkTable:
    table = rows_from_text(found["rows"], where)
    fragments = [str(found["fragments"][place]) for place in found["fragment_of"]]
    rows = [replace(row, fragment=text) for row, text in zip(table.rows, fragments, strict=True)]
    for place, *texts in found.get("typed", ()):
        typed = TypedText(*map(str, texts))
        rows[place] = replace(rows[place], typed=(*rows[place].typed, typed))
    return replace(table, rows=tuple(rows))


def block_of(text: str) -> Block:
    """Lines and cells of a spreadsheet's clipboard: tabs between cells, quotation marks around odd ones."""
    lines = csv.reader(io.StringIO(text.rstrip("\r\n"), newline=""), delimiter="\t")
    if "'" not in text:  # a hundred thousand cells need not be asked each
        return [[*line] or [""] for line in lines]
    return [[as_it_was(cell) for cell in line] or [""] for line in lines]


def tab_separated(table: tuple[Sequence[str], Sequence[Sequence[str]]]) -> str:
    """A head line, if there is one, and lines."""
    out = io.StringIO(newline="")
    heads, lines = table
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows([heads, *lines] if heads else lines)
    return out.getvalue()


def _own_cell(cell: Any) -> Copied | str | None:
    if cell is None or isinstance(cell, str):
        return cell
    key, text, unit, n_gpus, fields = cell
    pairs = tuple((str(name), str(value)) for name, value in fields)
    return Copied(str(key), str(text), DisplayUnit(unit), int(n_gpus), pairs)


def html_table(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A table for spreadsheets; numbers are numbers whatever their language is."""
    head = "<tr>" + "".join(f"<th>{html.escape(head)}</th>" for head in heads) + "</tr>\n" if heads else ""
    body = "\n".join("<tr>" + "".join(map(_html_cell, line)) + "</tr>" for line in lines)
    return f'<meta charset="utf-8"><table>\n{head}{body}\n</table>\n'


def _html_cell(text: str) -> str:
    """``sdval`` and ``sdnum`` (LibreOffice) say the number whatever the spreadsheet's language is."""
    number = number_of(text)
    said = "" if number is None else f' sdval="{number!r}" sdnum="1033;"'
    return f"<td{said}>{html.escape(kept(text))}</td>"

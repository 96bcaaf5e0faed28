"""The table for other programs: text, markup and spreadsheets; heads with units, nothing that runs."""

from __future__ import annotations

import csv
import html
import io
import math
import re
from collections.abc import Sequence
from pathlib import Path

from gpuplanner.core.benchmark import ROW_FIELD
from gpuplanner.core.csv_text import harmless
from gpuplanner.core.errors import InputError
from gpuplanner.core.units import shorten
from gpuplanner.data.benchmark_table import BenchmarkTable, table_texts
from gpuplanner.data.own_export import escaped

KINDS = ("csv", "tsv", "md", "html", "xlsx", "ods")
_NOT_IN_XML = re.compile("[^\\t\\n\\x20-\\ud7ff\\ud800-\\udfff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
_MOST_EXCEL = 32_000
"""Characters of a cell; Excel takes some more."""
_MARKDOWN_SIGNS = str.maketrans({sign: "\\" + sign for sign in "\\|*_`<>[]~"})


def export_table(table: BenchmarkTable, kind: str, title: str = "") -> bytes:
    """The rows with every column that holds something.

    CSV and TSV keep the names of fields as heads, so that GPU Planner reads them again; the others say
    label and unit.  Cells that a spreadsheet would run as a formula get an apostrophe (`core.csv_text`), and
    the table a last column that says so, by which it is undone when we read it again (`data.own_export`).

    Raises:
        InputError: there is no such kind, or a cell holds what no file can hold.
    """
    columns, lines = table_texts(table)
    try:
        return _written(kind, columns, lines, title)
    except UnicodeEncodeError as error:
        before = shorten(error.object[max(error.start - 30, 0) : error.start])
        what = f"a character that cannot be saved stands behind {before!r}"
        raise InputError.of(what, "export", "type the text again") from error


def _written(kind: str, columns: Sequence[str], lines: Sequence[Sequence[str]], title: str) -> bytes:
    if kind == "csv":
        return _delimited(columns, lines, ",")
    if kind == "tsv":
        return _delimited(columns, lines, "\t")
    heads = [_head(column) for column in columns]
    if kind == "md":
        return markdown_table(heads, lines).encode("utf-8")
    if kind == "html":
        return _html(heads, lines, title)
    if kind in ("xlsx", "ods"):
        return _spreadsheet(kind, heads, lines, columns, title)
    raise InputError.of(f"{kind!r} is no kind of table", "export", f"choose {', '.join(KINDS)}")


def kind_of(path: Path) -> str:
    """The kind by a file's ending; an empty text for one that is not exported."""
    kind = path.suffix.lower().removeprefix(".")
    return kind if kind in KINDS else ""


def _head(column: str) -> str:
    spec = ROW_FIELD.get(column)
    if spec is None:
        return column
    return f"{spec.label} ({spec.unit})" if spec.unit else spec.label


def _delimited(columns: Sequence[str], lines: Sequence[Sequence[str]], delimiter: str) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\r\n")
    heads, cells = escaped(columns, lines, lambda text, _place: kept(text))
    writer.writerow(heads)
    writer.writerows(cells)
    return stream.getvalue().encode("utf-8")


def kept(cell: str) -> str:
    """A cell's text that no spreadsheet runs; a number is written as it is, also a negative one."""
    return cell if number_of(cell) is not None else harmless(cell)


def number_of(cell: str) -> float | None:
    """The finite number that a cell's text is, or None; ``1_000`` is one to Python alone."""
    try:
        value = float(cell if "_" not in cell else "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def markdown_table(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A Markdown table with every sign escaped that Markdown would take for markup."""

    def row(cells: Sequence[str]) -> str:
        return "| " + " | ".join(" ".join(cell.split()).translate(_MARKDOWN_SIGNS) for cell in cells) + " |"

    rule = "|" + "---|" * len(heads)
    return "\n".join([row(heads), rule, *(row(line) for line in lines)]) + "\n"


def _html(heads: Sequence[str], lines: Sequence[Sequence[str]], title: str) -> bytes:
    def row(cells: Sequence[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    heads, lines = escaped(heads, lines, lambda text, _place: kept(text))
    body = "\n".join(row(line, "td") for line in lines)
    head = f'<head><meta charset="utf-8"><title>{html.escape(title)}</title></head>'
    return (
        f"<!DOCTYPE html>\n<html>{head}<body>\n"
        f"<table>\n<thead>{row(heads, 'th')}</thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</body></html>\n"
    ).encode()


def _spreadsheet(
    kind: str, heads: Sequence[str], lines: Sequence[Sequence[str]], columns: Sequence[str], title: str
) -> bytes:
    """``xlsx`` or ``ods``: bold heads that stay when one scrolls, numbers as numbers."""
    import pandas  # takes half a second to load, and only spreadsheets need it

    numeric = [place for place, column in enumerate(columns) if _is_numeric(column)]

    def safe(text: str, place: int) -> str:
        return text if place in numeric and number_of(text) is not None else harmless(text)

    written = [[_excel_text(text) for text in line] for line in lines]
    heads, texts = escaped([_excel_text(head) for head in heads], written, safe)
    cells: list[list[str | float | None]] = [[text or None for text in line] for line in texts]
    for line, filled in zip(texts, cells, strict=True):
        for place in numeric:
            number = number_of(line[place])
            if number is not None:
                filled[place] = number
    frame = pandas.DataFrame(cells, columns=heads, dtype=object)
    stream = io.BytesIO()
    engine = {"xlsx": "openpyxl", "ods": "odf"}[kind]
    with pandas.ExcelWriter(stream, engine=engine) as writer:
        frame.to_excel(writer, sheet_name=_sheet_name(title), index=False, freeze_panes=(1, 0))
    return stream.getvalue()


def _is_numeric(column: str) -> bool:
    spec = ROW_FIELD.get(column)
    return spec is not None and spec.kind in (int, float)


def _excel_text(text: str) -> str:
    """A text that Excel takes: no control characters, not longer than a cell.

    Raises:
        UnicodeEncodeError: half a character, which one of the two writers would drop without a word.
    """
    text.encode("utf-8")
    return _NOT_IN_XML.sub("", text)[:_MOST_EXCEL]


def _sheet_name(title: str) -> str:
    return "".join(char if char not in "[]:*?/\\'" else " " for char in title).strip()[:31] or "Rows"

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

KINDS = ("csv", "tsv", "md", "html", "xlsx", "ods")
_NOT_IN_XML = re.compile("[^\\t\\n\\x20-\\ud7ff\\ud800-\\udfff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
_MOST_EXCEL = 32_000
"""Characters of a cell; Excel takes some more."""
_MARKDOWN_SIGNS = str.maketrans({sign: "\\" + sign for sign in "\\|*_`<>[]~"})


def export_table(table: BenchmarkTable, kind: str, title: str = "") -> bytes:
    """The rows with every column that holds something.

    CSV and TSV keep the names of fields as heads, so that GPU Planner reads them again; the others say
    label and unit.  Cells that a spreadsheet would run as a formula get an apostrophe (`core.csv_text`).

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
        return _markdown(heads, lines)
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
    writer.writerow([harmless(column) for column in columns])
    writer.writerows([_kept(cell) for cell in line] for line in lines)
    return stream.getvalue().encode("utf-8")


def _kept(cell: str) -> str:
    """A number is written as it is, also a negative one."""
    return cell if _number(cell) is not None else harmless(cell)


def _number(cell: str) -> float | None:
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _markdown(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> bytes:
    def row(cells: Sequence[str]) -> str:
        return "| " + " | ".join(" ".join(cell.split()).translate(_MARKDOWN_SIGNS) for cell in cells) + " |"

    rule = "|" + "---|" * len(heads)
    return ("\n".join([row(heads), rule, *(row(line) for line in lines)]) + "\n").encode("utf-8")


def _html(heads: Sequence[str], lines: Sequence[Sequence[str]], title: str) -> bytes:
    def row(cells: Sequence[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{html.escape(_kept(cell))}</{tag}>" for cell in cells) + "</tr>"

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

    numeric = [_is_numeric(column) for column in columns]
    cells = [
        [
            value if is_number and (value := _number(text)) is not None else _excel_text(text)
            for text, is_number in zip(line, numeric, strict=False)
        ]
        for line in lines
    ]
    frame = pandas.DataFrame(cells, columns=[_excel_text(head) for head in heads], dtype=object)
    stream = io.BytesIO()
    engine = {"xlsx": "openpyxl", "ods": "odf"}[kind]
    with pandas.ExcelWriter(stream, engine=engine) as writer:
        frame.to_excel(writer, sheet_name=_sheet_name(title), index=False, freeze_panes=(1, 0))
    return stream.getvalue()


def _is_numeric(column: str) -> bool:
    spec = ROW_FIELD.get(column)
    return spec is not None and spec.kind in (int, float)


def _excel_text(text: str) -> str | None:
    """A text that Excel takes: no control characters, not longer than a cell, nothing that it would run.

    Raises:
        UnicodeEncodeError: half a character, which one of the two writers would drop without a word.
    """
    text.encode("utf-8")
    return harmless(_NOT_IN_XML.sub("", text)[:_MOST_EXCEL]) or None


def _sheet_name(title: str) -> str:
    return "".join(char if char not in "[]:*?/\\'" else " " for char in title).strip()[:31] or "Rows"

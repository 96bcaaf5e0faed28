"""What was typed into a cell that holds it in another form ("52 GB"), and where a document keeps it.

::

    typed_texts(position, of_row, column, text, meant)  of_row: position in rows

The table is there only where something is to be kept.  It came after schema 5, whose older readers open the
file all the same and say that they do not know it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from gpuplanner.core.benchmark import BenchmarkRow, TypedText
from gpuplanner.data.benchmark_table import cell_text
from gpuplanner.data.guarded_sqlite import SqlValue, damaged, read_table, text_of

TYPED_TABLE = "typed_texts"
TYPED_COLUMNS = ("position", "of_row", "column", "text", "meant")

_MEMORY = ("peak_memory", "peak_memory_unit", "peak_memory_scope")


def typed_text(row: BenchmarkRow, column: str) -> str:
    """What was typed into the cell of a field; empty where nothing is known that the cell does not say."""
    for kept in row.typed:
        if kept.column == column:
            return kept.text if kept.meant == _meant(row, column) else ""
    return ""


def with_typed_text(row: BenchmarkRow, column: str, text: str) -> BenchmarkRow:
    """The row that remembers what was typed into a cell; an empty text forgets what was."""
    if not (text or row.typed):
        return row
    others = tuple(kept for kept in row.typed if kept.column != column)
    if not text and len(others) == len(row.typed):
        return row
    return replace(row, typed=(*others, TypedText(column, text, _meant(row, column))) if text else others)


def typed_records(rows: Sequence[BenchmarkRow]) -> list[tuple[SqlValue, ...]]:
    """The records of the table, without what is out of date; none for a document that needs no table."""
    found = [
        (place, kept.column, kept.text, kept.meant)
        for place, row in enumerate(rows)
        if row.typed
        for kept in row.typed
        if typed_text(row, kept.column)
    ]
    return [(position, *record) for position, record in enumerate(found)]


def with_typed_records(
    rows: Sequence[BenchmarkRow], connection: sqlite3.Connection, path: Path
) -> tuple[BenchmarkRow, ...]:
    """The rows with what the table knows of them; a row that was deleted by an SQLite browser has no text.

    Raises:
        InputError: the table is damaged.
    """
    changed = list(rows)
    for place, typed in _read(connection, path):
        if not 0 <= place < len(changed):
            continue
        row = changed[place]
        others = tuple(kept for kept in row.typed if kept.column != typed.column)
        changed[place] = replace(row, typed=(*others, typed))
    return tuple(changed)


def _read(connection: sqlite3.Connection, path: Path) -> Iterator[tuple[int, TypedText]]:
    names, records = read_table(connection, path, TYPED_TABLE, TYPED_COLUMNS)
    at = {name: names.index(name) for name in TYPED_COLUMNS}
    for record in records:
        row = record[at["of_row"]]
        if not isinstance(row, int):
            raise damaged(path, f"the table {TYPED_TABLE!r} names no row")
        column, text, meant = (
            text_of(record[at[name]], path, TYPED_TABLE) for name in ("column", "text", "meant")
        )
        yield row, TypedText(column, text, meant)


def _meant(row: BenchmarkRow, column: str) -> str:
    """What a cell holds; memory with the unit and the scope that give its number a meaning."""
    names = _MEMORY if column == "peak_memory" else (column,)
    return " ".join(cell_text(row, name) for name in names).strip()

"""A report as tidy CSV files, one per table, with units in the heads and exact values in the cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from gpuplanner.core.csv_text import harmless
from gpuplanner.report.blocks import Report, Scalar, Table

METADATA = "report"


def csv_files(report: Report) -> tuple[tuple[str, bytes], ...]:
    """(table's key, content in UTF-8); tables of several plans stand in one file, the plan in a column.

    The file ``report`` holds what the whole report says of itself: title, versions, hash of the inputs.
    """
    merged: dict[str, list[Table]] = {}
    for table in report.tables:
        if table.key != "versions":  # the file `report` says it
            merged.setdefault(table.key, []).append(table)
    files = [(METADATA, _written(("what", "value"), [("title", report.title), *report.metadata]))]
    for key, tables in merged.items():
        # What is only composed for the eye (a range as one text) has no value: its parts have columns.
        kept = [i for i, column in enumerate(tables[0].columns) if not column.csv.startswith("range_")]
        heads = [tables[0].columns[i].csv for i in kept]
        rows = ([row[i].value for i in kept] for table in tables for row in table.rows)
        files.append((key, _written(heads, rows)))
    return tuple(files)


def _written(heads: Iterable[str], rows: Iterable[Iterable[Scalar]]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows([_harmless(value) for value in row] for row in rows)
    return stream.getvalue().encode("utf-8")


def _harmless(value: Scalar) -> Scalar:
    return harmless(value) if isinstance(value, str) else "" if value is None else value

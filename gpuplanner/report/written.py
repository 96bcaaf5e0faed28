"""The files of a report that need no Qt: CSV (one per table), Markdown, HTML."""

from __future__ import annotations

from pathlib import Path

from gpuplanner.report.blocks import Report
from gpuplanner.report.csv_files import csv_files
from gpuplanner.report.markup import html, markdown


def report_files(report: Report, path: Path) -> list[tuple[Path, bytes]]:
    """(file, content) by the ending of ``path``: ``.csv``, ``.md`` or ``.html``."""
    kind = path.suffix.lower()
    if kind == ".csv":
        return [(path.with_name(f"{path.stem}-{key}.csv"), content) for key, content in csv_files(report)]
    return [(path, markdown(report).encode() if kind == ".md" else html(report).encode())]

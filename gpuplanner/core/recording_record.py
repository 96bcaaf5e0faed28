"""A recording of the GPUs as a document keeps it: the cells of its CSV file, as they were written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RecordingRecord:
    """One recording; ``lines`` have as many cells as there are ``columns``."""

    name: str
    date: str
    """ISO 8601: when it began."""
    columns: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]

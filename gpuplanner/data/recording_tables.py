"""The recordings of a document: one record each, and a table of all their samples.

::

    recordings(position, name, date, columns)       columns: JSON list of the recording's own, in order
    recording_samples(position, recording, one column per column of a recording)
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from gpuplanner.core.recording_record import RecordingRecord
from gpuplanner.data.guarded_sqlite import SqlValue, damaged, read_table, text_of

RECORDING_COLUMNS = ("position", "name", "date", "columns")
_OWN = ("position", "recording")
_COLUMN = re.compile(r"[a-z][a-z0-9_]{0,62}")


def sample_columns(recordings: Sequence[RecordingRecord]) -> tuple[str, ...]:
    """The columns of the table ``recording_samples``."""
    names = dict.fromkeys(name for recording in recordings for name in recording.columns)
    return (*_OWN, *(name for name in names if is_column(name)))


def is_column(name: str) -> bool:
    """Whether a recording's column can be kept: a plain name that is not one of the table's own."""
    return bool(_COLUMN.fullmatch(name)) and name not in _OWN


def recording_records(recordings: Sequence[RecordingRecord]) -> Iterator[tuple[SqlValue, ...]]:
    """Records of the table ``recordings``."""
    for place, recording in enumerate(recordings):
        columns = [name for name in recording.columns if is_column(name)]
        yield (place, recording.name, recording.date, json.dumps(columns))


def sample_records(recordings: Sequence[RecordingRecord]) -> Iterator[tuple[SqlValue, ...]]:
    """Records of the table ``recording_samples``; a reading that is not there is NULL."""
    columns = sample_columns(recordings)[len(_OWN) :]
    position = 0
    for place, recording in enumerate(recordings):
        at = {name: number for number, name in enumerate(recording.columns)}
        for line in recording.lines:
            cells = (line[at[name]] or None if name in at else None for name in columns)
            yield (position, place, *cells)
            position += 1


def read_recordings(connection: sqlite3.Connection, path: Path) -> Iterator[RecordingRecord]:
    """The recordings of a document.

    Raises:
        InputError: while iterating.
    """
    names, records = read_table(connection, path, "recording_samples", _OWN)
    recording_at = names.index("recording")
    lines: dict[SqlValue, list[dict[str, str]]] = {}
    for record in records:
        cells = {
            name: text_of(cell, path, "recording_samples")
            for name, cell in zip(names, record, strict=True)
            if name not in _OWN
        }
        lines.setdefault(record[recording_at], []).append(cells)
    heads, records = read_table(connection, path, "recordings", RECORDING_COLUMNS)
    for number, record in enumerate(records, start=1):
        where = f"recording {number}"
        place = record[heads.index("position")]
        name, date, text = (text_of(record[heads.index(head)], path, where) for head in RECORDING_COLUMNS[1:])
        columns = _columns(text, path, where)
        kept = tuple(tuple(cells.get(column, "") for column in columns) for cells in lines.get(place, ()))
        yield RecordingRecord(name, date, columns, kept)


def _columns(text: str, path: Path, where: str) -> tuple[str, ...]:
    try:
        columns = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise damaged(path, f"{where}: its columns cannot be read") from error
    if not isinstance(columns, list) or not all(isinstance(name, str) for name in columns):
        raise damaged(path, f"{where}: its columns cannot be read")
    return tuple(columns)

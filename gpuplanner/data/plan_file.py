"""The document, ``.gpuplan``: one SQLite file that any SQLite browser opens.

Schema 5 has eleven tables.  Cells are text, as their author wrote them; to calculate in SQL, cast them::

    rows(position, one column per field of a row, more, fragment)
                            more: JSON of the cells in other columns; fragment: position in fragments
    columns(position, name) the table's columns in their order
    fragments(position, text)  what rows were taken from, such as a pasted table
    plans(position, name, one column per field of a plan)
    trials, trial_events    what was tried, with its samples: `gpuplanner.data.trial_tables`
    corrections, correction_rows    what was learned from rows: `gpuplanner.data.correction_tables`
    recordings, recording_samples   readings of the GPUs: `gpuplanner.data.recording_tables`
    settings(position, name, value)     those of the report: `gpuplanner.report.choice`; problems of rows
                            that were accepted: `gpuplanner.report.row_checks.accepted`
    typed_texts             only where there are some: `gpuplanner.data.typed_texts`

Schema 1 had no trials, schema 2 no corrections, schema 3 no recordings, schema 4 no settings.

A new schema gets a number, its reader in `_READERS`, and readers of older ones stay: a document is
always written in the newest.  The file is never changed in place, so there is no journal beside it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from gpuplanner.core.benchmark import ROW_FIELD, BenchmarkRow
from gpuplanner.core.correction import Correction
from gpuplanner.core.errors import InputError, InputProblem
from gpuplanner.core.plan import PLAN_FIELD, Plan
from gpuplanner.core.recording_record import RecordingRecord
from gpuplanner.core.trial_record import TrialRecord
from gpuplanner.core.units import shorten
from gpuplanner.data.benchmark_table import BenchmarkTable, RowReader, collector_paused, row_texts
from gpuplanner.data.correction_tables import (
    CORRECTION_COLUMNS,
    CORRECTION_ROW_COLUMNS,
    correction_records,
    correction_row_records,
    read_corrections,
)
from gpuplanner.data.guarded_sqlite import (
    MAX_FILE_BYTES,
    MAX_TEXT_BYTES,
    FileKind,
    SqlValue,
    damaged,
    guarded,
    read_schema_number,
    read_table,
    table_names,
    text_of,
)
from gpuplanner.data.plan_cells import plan_from_cells, plan_to_cells
from gpuplanner.data.recording_tables import (
    RECORDING_COLUMNS,
    read_recordings,
    recording_records,
    sample_columns,
    sample_records,
)
from gpuplanner.data.rows_csv import MAX_COLUMNS
from gpuplanner.data.setting_table import SETTING_COLUMNS, read_settings
from gpuplanner.data.trial_tables import (
    EVENT_COLUMNS,
    TRIAL_COLUMNS,
    event_records,
    read_trials,
    trial_records,
)
from gpuplanner.data.typed_texts import (
    TYPED_COLUMNS,
    TYPED_TABLE,
    typed_records,
    with_typed_records,
)
from gpuplanner.data.whole_file import write_whole

APPLICATION_ID = int.from_bytes(b"GPUP", "big")
"""1,196,447,056; SQLite keeps it at byte 68 of the file, where the four letters can be seen."""

SCHEMA = 5
KIND = FileKind("GPU Planner document (.gpuplan)", APPLICATION_ID, SCHEMA)

_TABLES_1 = ("rows", "columns", "fragments", "plans")
_TABLES_2 = (*_TABLES_1, "trials", "trial_events")
_TABLES_3 = (*_TABLES_2, "corrections", "correction_rows")
_TABLES_4 = (*_TABLES_3, "recordings", "recording_samples")
_TABLES_5 = (*_TABLES_4, "settings", TYPED_TABLE)
_ROW_COLUMNS = ("position", *ROW_FIELD, "more", "fragment")
_PLAN_COLUMNS = ("position", "name", *PLAN_FIELD)


@dataclass(frozen=True)
class NamedPlan:
    """A plan that is kept under a name."""

    name: str
    plan: Plan


@dataclass(frozen=True)
class PlanDocument:
    """What a ``.gpuplan`` file holds; ``problems`` are remarks of the reader."""

    table: BenchmarkTable = BenchmarkTable()
    plans: tuple[NamedPlan, ...] = ()
    trials: tuple[TrialRecord, ...] = ()
    corrections: tuple[Correction, ...] = ()
    recordings: tuple[RecordingRecord, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    """(name, value)."""
    problems: tuple[InputProblem, ...] = field(default=(), compare=False)


def read_document(path: Path) -> PlanDocument:
    """Read a ``.gpuplan`` file, which stays untouched.

    Raises:
        InputError: missing, not a document, made by a newer version, damaged, or open in another program.
    """
    reader = _READERS[read_schema_number(path, KIND)]
    with collector_paused(), guarded(path) as connection:
        return reader(connection, path)


def write_document(path: Path, document: PlanDocument) -> None:
    """Replace a ``.gpuplan`` file as a whole; equal documents give equal bytes (with one SQLite version).

    Raises:
        InputError: nothing was written, and an old file is as it was.
    """
    with collector_paused():
        try:
            content = document_bytes(document)
        except InputError as error:
            raise InputError.of(error.problems[0].what, str(path), error.problems[0].hint) from error
    write_whole(path, content)


def document_bytes(document: PlanDocument) -> bytes:
    """The content of the file.

    Raises:
        InputError: a text that cannot be saved.
    """
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_TEXT_BYTES)
        try:
            _fill(connection, document)
        except UnicodeEncodeError as error:
            what = f"{shorten(error.object)!r} holds a character that cannot be saved"
            raise InputError.of(what, hint="type the text again") from error
        except (sqlite3.DataError, OverflowError) as error:
            what = f"a row or a pasted text is larger than {MAX_TEXT_BYTES // 2**20} MiB"
            raise InputError.of(what, hint="shorten it") from error
        content = connection.serialize()
    if len(content) > MAX_FILE_BYTES:
        what = f"the document would be larger than {MAX_FILE_BYTES // 10**6:,} MB"
        raise InputError.of(what, hint="split it")
    return content


def _fill(connection: sqlite3.Connection, document: PlanDocument) -> None:
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {SCHEMA}")
    connection.execute("BEGIN")
    fragments: dict[str, int] = {}
    table = document.table
    _store(
        connection,
        "rows",
        _ROW_COLUMNS,
        (_row_record(place, row, fragments) for place, row in enumerate(table.rows)),
    )
    _store(connection, "columns", ("position", "name"), enumerate(table.columns))
    _store(
        connection,
        "fragments",
        ("position", "text"),
        ((place, text) for text, place in fragments.items()),
    )
    _store(
        connection,
        "plans",
        _PLAN_COLUMNS,
        ((place, named.name, *plan_to_cells(named.plan)) for place, named in enumerate(document.plans)),
    )
    _store(connection, "trials", TRIAL_COLUMNS, trial_records(document.trials))
    _store(connection, "trial_events", EVENT_COLUMNS, event_records(document.trials))
    _store(connection, "corrections", CORRECTION_COLUMNS, correction_records(document.corrections))
    _store(
        connection,
        "correction_rows",
        CORRECTION_ROW_COLUMNS,
        correction_row_records(document.corrections),
    )
    recordings = document.recordings
    _store(connection, "recordings", RECORDING_COLUMNS, recording_records(recordings))
    _store(connection, "recording_samples", sample_columns(recordings), sample_records(recordings))
    settings = ((place, *pair) for place, pair in enumerate(document.settings))
    _store(connection, "settings", SETTING_COLUMNS, settings)
    typed = typed_records(table.rows)
    if typed:
        _store(connection, TYPED_TABLE, TYPED_COLUMNS, iter(typed))
    connection.execute("COMMIT")


def _store(
    connection: sqlite3.Connection,
    table: str,
    columns: tuple[str, ...],
    records: Iterator[tuple[SqlValue, ...]] | enumerate[str],
) -> None:
    """Create a table and fill it; ``position`` is its key, what refers to one a number, the rest text."""
    kinds = {
        "position": "INTEGER PRIMARY KEY",
        "of_row": "INTEGER REFERENCES rows",
        "fragment": "INTEGER REFERENCES fragments",
        "trial": "INTEGER REFERENCES trials",
        "correction": "INTEGER REFERENCES corrections",
        "recording": "INTEGER REFERENCES recordings",
    }
    declared = ", ".join(f'"{column}" {kinds.get(column, "TEXT")}' for column in columns)
    connection.execute(f'CREATE TABLE "{table}" ({declared})')
    places = ", ".join("?" for _ in columns)
    connection.executemany(f'INSERT INTO "{table}" VALUES ({places})', records)


def _row_record(place: int, row: BenchmarkRow, fragments: dict[str, int]) -> tuple[SqlValue, ...]:
    texts = row_texts(row)
    cells = [texts.pop(name, None) for name in ROW_FIELD]
    more = json.dumps(texts, ensure_ascii=False) if texts else None
    fragment = fragments.setdefault(row.fragment, len(fragments)) if row.fragment else None
    return (place, *cells, more, fragment)


def _read_schema_5(connection: sqlite3.Connection, path: Path) -> PlanDocument:
    document = replace(_read_schema_4(connection, path, _TABLES_5), settings=read_settings(connection, path))
    if TYPED_TABLE not in table_names(connection, path):
        return document
    table = document.table
    return replace(document, table=replace(table, rows=with_typed_records(table.rows, connection, path)))


def _read_schema_4(
    connection: sqlite3.Connection, path: Path, known: tuple[str, ...] = _TABLES_4
) -> PlanDocument:
    document = _read_schema_3(connection, path, known)
    return replace(document, recordings=tuple(read_recordings(connection, path)))


def _read_schema_3(
    connection: sqlite3.Connection, path: Path, known: tuple[str, ...] = _TABLES_3
) -> PlanDocument:
    document = _read_schema_2(connection, path, known)
    return replace(document, corrections=tuple(read_corrections(connection, path)))


def _read_schema_2(
    connection: sqlite3.Connection, path: Path, known: tuple[str, ...] = _TABLES_2
) -> PlanDocument:
    document = _read_schema_1(connection, path, known)
    return replace(document, trials=tuple(read_trials(connection, path)))


def _read_schema_1(
    connection: sqlite3.Connection, path: Path, known: tuple[str, ...] = _TABLES_1
) -> PlanDocument:
    tables = table_names(connection, path)
    foreign = sorted(tables.difference(known))
    problems = [
        InputProblem(f"the table {shorten(name)!r} is not GPU Planner's", str(path), "saving drops it")
        for name in foreign
    ]
    fragments = _read_fragments(connection, path)
    rows = tuple(_read_rows(connection, path, fragments))
    table = BenchmarkTable(rows, _read_columns(connection, path))
    return PlanDocument(table, tuple(_read_plans(connection, path)), problems=tuple(problems))


def _read_rows(
    connection: sqlite3.Connection, path: Path, fragments: Mapping[int, str]
) -> Iterator[BenchmarkRow]:
    names, records = read_table(connection, path, "rows", ("position", "more", "fragment"))
    # A column that this version does not know is kept with the row, as one of a CSV file would be.
    cells_at = [place for place, name in enumerate(names) if name not in ("position", "more", "fragment")]
    fields = tuple(names[place] for place in cells_at)
    more_at, fragment_at = names.index("more"), names.index("fragment")
    reader_of = lru_cache(maxsize=64)(RowReader)
    for number, record in enumerate(records, start=1):
        where = f"row {number}"
        cells = tuple(text_of(record[place], path, where) for place in cells_at)
        more = _read_more(text_of(record[more_at], path, where), path, where)
        row = reader_of((*fields, *more)).read((*cells, *more.values()))
        fragment = record[fragment_at]
        if fragment is not None:
            if not isinstance(fragment, int) or fragment not in fragments:
                raise damaged(path, f"{where}: the text that it was taken from is missing")
            row = replace(row, fragment=fragments[fragment])
        yield row


def _read_more(text: str, path: Path, where: str) -> dict[str, str]:
    """Cells in columns that are no field."""
    if not text:
        return {}
    try:
        more = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise damaged(path, f"{where}: its further cells cannot be read") from error
    if not isinstance(more, dict) or len(more) > MAX_COLUMNS:
        raise damaged(path, f"{where}: its further cells cannot be read")
    for value in more.values():
        if not isinstance(value, str):
            raise damaged(path, f"{where}: {type(value).__name__} where text belongs")
    return more


def _read_columns(connection: sqlite3.Connection, path: Path) -> tuple[str, ...]:
    names, records = read_table(connection, path, "columns", ("position", "name"))
    at = names.index("name")
    columns = tuple(text_of(record[at], path, "columns") for record in records)
    if len(set(columns)) != len(columns) or len(columns) > MAX_COLUMNS:
        raise damaged(path, "a column is there twice, or there are too many")
    return columns


def _read_fragments(connection: sqlite3.Connection, path: Path) -> dict[int, str]:
    names, records = read_table(connection, path, "fragments", ("position", "text"))
    place, text = names.index("position"), names.index("text")
    return {
        number: text_of(record[text], path, "fragments")
        for record in records
        if isinstance(number := record[place], int)
    }


def _read_plans(connection: sqlite3.Connection, path: Path) -> Iterator[NamedPlan]:
    names, records = read_table(connection, path, "plans", ("position", "name"))
    for number, record in enumerate(records, start=1):
        texts = {
            name: text_of(cell, path, f"plan {number}")
            for name, cell in zip(names, record, strict=True)
            if name != "position"
        }
        title = texts.pop("name")
        where = f"{path}, plan {shorten(title)!r}"
        yield NamedPlan(title, plan_from_cells(texts, where))


_READERS: Mapping[int, Callable[[sqlite3.Connection, Path], PlanDocument]] = {
    1: _read_schema_1,
    2: _read_schema_2,
    3: _read_schema_3,
    4: _read_schema_4,
    5: _read_schema_5,
}

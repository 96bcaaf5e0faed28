"""Read an SQLite file that somebody sent: it stays untouched, runs nothing, and takes bounded work."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from gpuplanner.core.errors import InputError
from gpuplanner.core.units import shorten
from gpuplanner.data.whole_file import check_regular

MAX_FILE_BYTES = 500 * 10**6
MAX_ROWS = 200_000
"""Twice what the table is made for; keeps a forged file within some seconds and half a gigabyte."""
MAX_TEXT_BYTES = 32 * 2**20
"""Of one row; a pasted page is smaller."""

_MAGIC = b"SQLite format 3\0"
_HOT_JOURNAL = b"\xd9\xd5\x05\xf9"
_HARMLESS = ("CREATE TABLE", "CREATE INDEX", "CREATE UNIQUE INDEX")
_STEPS_PER_CALL = 100_000
_MAX_CALLS = 5_000  # 500 million steps of SQLite's machine: some seconds, fifty times what a full table takes

SqlValue = str | int | float | bytes | None


@dataclass(frozen=True)
class FileKind:
    """How a file says what it is: SQLite's application id, and the newest schema that can be read."""

    name: str
    application_id: int
    newest_schema: int


def read_schema_number(path: Path, kind: FileKind) -> int:
    """The schema of a file, from its first bytes alone.

    Raises:
        InputError: not a file of this kind, cut off, of a newer schema, or open in another program.
    """
    check_regular(path, MAX_FILE_BYTES)
    try:
        with path.open("rb") as file:
            head = file.read(100)
            size = os.fstat(file.fileno()).st_size
    except OSError as error:
        raise InputError.of(f"the file could not be read ({error.strerror})", str(path)) from error
    application, schema = int.from_bytes(head[68:72], "big"), int.from_bytes(head[60:64], "big")
    if len(head) < 100 or not head.startswith(_MAGIC) or application != kind.application_id:
        raise InputError.of(f"this is not a {kind.name}", str(path), "choose a file with that ending")
    if schema > kind.newest_schema:
        what = f"a newer GPU Planner made this {kind.name} (its schema is {schema:,}"
        what += f", and this version reads up to {kind.newest_schema})"
        raise InputError.of(what, str(path), "open it with the newer version; nothing was changed")
    if schema < 1:
        raise damaged(path, "its schema has no number")
    _check_beside(path)
    if _stated_size(head) not in (0, size):
        raise damaged(path, "the file is cut off, or something was added to it")
    return schema


@contextmanager
def guarded(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that only reads.  ``immutable`` makes SQLite take no lock and leave no file beside.

    Raises:
        InputError: also for what goes wrong inside the ``with`` block: damage, too much work.
    """
    calls = 0

    def too_much() -> bool:
        nonlocal calls
        calls += 1
        return calls > _MAX_CALLS

    try:
        with closing(sqlite3.connect(_uri(path), uri=True, isolation_level=None)) as connection:
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_TEXT_BYTES)
            connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
            connection.set_progress_handler(too_much, _STEPS_PER_CALL)
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA query_only = ON")
            connection.execute("PRAGMA cell_size_check = ON")
            yield connection
    # UnicodeDecodeError: a name, or SQLite's message that quotes one, is not UTF-8.
    except (sqlite3.Error, UnicodeDecodeError) as error:
        reason = "reading it takes too long" if calls > _MAX_CALLS else shorten(str(error), 100)
        raise damaged(path, reason) from error


def table_names(connection: sqlite3.Connection, path: Path) -> frozenset[str]:
    """Names of the tables, after a look at everything that the file declares.

    Views, triggers and virtual tables run code of their author, so a file with one is refused.
    """
    names: set[str] = set()
    declared = connection.execute("SELECT type, name, sql FROM sqlite_master LIMIT 1001").fetchall()
    if len(declared) > 1000:
        raise damaged(path, "more than 1,000 tables")
    for kind, name, sql in declared:
        if not isinstance(name, str):
            raise damaged(path, "a table has no name")
        if sql is not None and not (isinstance(sql, str) and sql.upper().startswith(_HARMLESS)):
            what = f"the file holds more than plain tables: {shorten(name)!r}"
            raise InputError.of(what, str(path), "remove it with an SQLite browser")
        if kind == "table":
            names.add(name)
    return frozenset(names)


def read_table(
    connection: sqlite3.Connection, path: Path, name: str, expected: tuple[str, ...]
) -> tuple[tuple[str, ...], Iterator[tuple[SqlValue, ...]]]:
    """Column names of a plain table and its rows by ``position``; ``expected`` columns have to be there.

    Raises:
        InputError: the table or a column is missing, or a column is computed; while iterating: more rows
            or more text than such a file can honestly hold.
    """
    quoted = '"' + name.replace('"', '""') + '"'
    declared = connection.execute(f"PRAGMA table_xinfo({quoted})").fetchall()
    if not declared:
        raise damaged(path, f"the table {name!r} is missing")
    if any(column[-1] for column in declared):
        raise damaged(path, f"the table {name!r} has a computed column")
    columns = tuple(str(column[1]) for column in declared)
    for column in expected:
        if column not in columns:
            raise damaged(path, f"the table {name!r} has no column {column!r}")
    cursor = connection.execute(f"SELECT * FROM {quoted} NOT INDEXED ORDER BY position")
    return columns, _bounded(cursor, path, name)


def text_of(value: SqlValue, path: Path, where: str) -> str:
    """A cell that has to be text, "" for NULL; raises InputError for anything else."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    raise damaged(path, f"{where}: {type(value).__name__} where text belongs")


def _bounded(cursor: sqlite3.Cursor, path: Path, name: str) -> Iterator[tuple[SqlValue, ...]]:
    # Cells of a forged file may share their pages: the sum tells, for honest text fits into the file.
    left = path.stat().st_size
    for number, record in enumerate(cursor, start=1):
        left -= sum(len(cell) for cell in record if isinstance(cell, str | bytes))
        if number > MAX_ROWS or left < 0:
            raise damaged(path, f"the table {name!r} holds more than the file has room for")
        yield record


def _stated_size(head: bytes) -> int:
    """Bytes that the file says it has; 0 when the figure is not kept up (SQLite before 3.7)."""
    if head[24:28] != head[92:96]:
        return 0
    page = int.from_bytes(head[16:18], "big")
    return int.from_bytes(head[28:32], "big") * (65536 if page == 1 else page)


def _check_beside(path: Path) -> None:
    """A write-ahead log or a hot journal beside the file holds a part of it that would be missed."""
    for ending, start in (("-wal", b""), ("-journal", _HOT_JOURNAL)):
        beside = path.with_name(path.name + ending)
        try:
            with beside.open("rb") as file:
                head = file.read(4)
        except OSError:
            continue  # none there, the usual case; or not ours to read
        if head and head.startswith(start):
            what = "another program has the file open, or stopped while writing it"
            raise InputError.of(what, str(path), f"close it there ({beside.name} lies beside it)")


def _uri(path: Path) -> str:
    plain = path.absolute().as_posix()
    # "file:////server/share" for a share on Windows: SQLite refuses a host name in a URI.
    slash = "" if plain.startswith("/") else "/"
    return f"file://{slash}{quote(os.fsencode(plain))}?mode=ro&immutable=1"


def damaged(path: Path, reason: str) -> InputError:
    """What is said about a file that is of the right kind and cannot be read."""
    return InputError.of(f"the file is damaged ({reason})", str(path), "open a copy or an earlier version")

"""The settings of a document, such as those of its report: ``settings(position, name, value)``, all text."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from gpuplanner.data.guarded_sqlite import damaged, read_table, text_of

SETTING_COLUMNS = ("position", "name", "value")
_MOST = 1_000


def read_settings(connection: sqlite3.Connection, path: Path) -> tuple[tuple[str, str], ...]:
    """(name, value) in their order; names of a newer version are kept.

    Raises:
        InputError: the table is damaged.
    """
    names, records = read_table(connection, path, "settings", SETTING_COLUMNS)
    name, value = names.index("name"), names.index("value")
    found: dict[str, str] = {}
    for record in records:
        found[text_of(record[name], path, "settings")] = text_of(record[value], path, "settings")
        if len(found) > _MOST:
            raise damaged(path, f"more than {_MOST:,} settings")
    return tuple(found.items())

"""The corrections of a document: named layers of plain numbers, kept apart from the rows.

::

    corrections(position, name, date, active, physics, left_out)   active: yes or no; left_out: JSON list
    correction_rows(position, correction, key, label, origin, figures)
                                                    figures: JSON of what the layer keeps of a measured row
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from gpuplanner.core.correction import Correction, Evidence
from gpuplanner.core.json_fields import from_fields, to_fields
from gpuplanner.data.guarded_sqlite import SqlValue, damaged, read_table, text_of

CORRECTION_COLUMNS = ("position", "name", "date", "active", "physics", "left_out")
CORRECTION_ROW_COLUMNS = ("position", "correction", "key", "label", "origin", "figures")
_YES, _NO = "yes", "no"


def correction_records(corrections: Sequence[Correction]) -> Iterator[tuple[SqlValue, ...]]:
    """Records of the table ``corrections``."""
    for place, layer in enumerate(corrections):
        left_out = json.dumps(layer.left_out, ensure_ascii=False)
        yield (place, layer.name, layer.date, _YES if layer.active else _NO, layer.physics, left_out)


def correction_row_records(corrections: Sequence[Correction]) -> Iterator[tuple[SqlValue, ...]]:
    """Records of the table ``correction_rows``."""
    found = [(place, evidence) for place, layer in enumerate(corrections) for evidence in layer.evidence]
    for position, (place, evidence) in enumerate(found):
        figures = to_fields(evidence)
        key, label, origin = (figures.pop(name) for name in ("key", "label", "origin"))
        yield (position, place, key, label, origin, json.dumps(figures, ensure_ascii=False))


def read_corrections(connection: sqlite3.Connection, path: Path) -> Iterator[Correction]:
    """The corrections of a document.

    Raises:
        InputError: while iterating.
    """
    evidence = _read_evidence(connection, path)
    names, records = read_table(connection, path, "corrections", CORRECTION_COLUMNS)
    for number, record in enumerate(records, start=1):
        where = f"correction {number}"
        place = record[names.index("position")]
        name, date, active, physics, left_out = (
            text_of(record[names.index(column)], path, where) for column in CORRECTION_COLUMNS[1:]
        )
        if active not in (_YES, _NO):
            raise damaged(path, f"{where}: it is neither on nor off")
        yield Correction(
            name=name,
            date=date,
            evidence=tuple(evidence.get(place, ())),
            left_out=_texts(left_out, path, where),
            physics=physics,
            active=active == _YES,
        )


def _read_evidence(connection: sqlite3.Connection, path: Path) -> dict[SqlValue, list[Evidence]]:
    names, records = read_table(connection, path, "correction_rows", CORRECTION_ROW_COLUMNS)
    evidence: dict[SqlValue, list[Evidence]] = {}
    for number, record in enumerate(records, start=1):
        where = f"row {number} of the corrections"
        stated = {
            name: text_of(record[names.index(name)], path, where) for name in ("key", "label", "origin")
        }
        try:
            figures = json.loads(text_of(record[names.index("figures")], path, where))
            found = from_fields(Evidence, {**figures, **stated})
        except (ValueError, TypeError, RecursionError) as error:
            raise damaged(path, f"{where}: its figures cannot be read") from error
        evidence.setdefault(record[names.index("correction")], []).append(found)
    return evidence


def _texts(content: str, path: Path, where: str) -> tuple[str, ...]:
    try:
        found = json.loads(content) if content else []
    except (ValueError, RecursionError) as error:
        raise damaged(path, f"{where}: what it leaves out cannot be read") from error
    if not isinstance(found, list) or not all(isinstance(entry, str) for entry in found):
        raise damaged(path, f"{where}: what it leaves out cannot be read")
    return tuple(found)

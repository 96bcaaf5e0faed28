"""The trials of a document: one record each, and its samples as the lines that the worker sent.

::

    trials(position, kind, date, one column per field of the plan, end)   end: the JSON of the last event
    trial_events(position, trial, line)                                   the JSON of the others, in order
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from gpuplanner.core.plan import PLAN_FIELD
from gpuplanner.core.trial import TrialKind
from gpuplanner.core.trial_events import EndEvent, TrialEvent, event_from_line, event_to_line
from gpuplanner.core.trial_record import TrialRecord
from gpuplanner.data.guarded_sqlite import SqlValue, damaged, read_table, text_of
from gpuplanner.data.plan_cells import plan_from_cells, plan_to_cells

TRIAL_COLUMNS = ("position", "kind", "date", *PLAN_FIELD, "end")
EVENT_COLUMNS = ("position", "trial", "line")


def trial_records(trials: Sequence[TrialRecord]) -> Iterator[tuple[SqlValue, ...]]:
    """Records of the table ``trials``."""
    for place, trial in enumerate(trials):
        end = event_to_line(trial.end)
        yield (place, trial.kind.value, trial.date, *plan_to_cells(trial.plan), end)


def event_records(trials: Sequence[TrialRecord]) -> Iterator[tuple[SqlValue, ...]]:
    """Records of the table ``trial_events``."""
    lines = ((place, event_to_line(event)) for place, trial in enumerate(trials) for event in trial.events)
    for position, (place, line) in enumerate(lines):
        yield (position, place, line)


def read_trials(connection: sqlite3.Connection, path: Path) -> Iterator[TrialRecord]:
    """The trials of a document with their samples.

    Raises:
        InputError: while iterating.
    """
    events = _read_events(connection, path)
    names, records = read_table(connection, path, "trials", ("position", "kind", "date", "end"))
    for number, record in enumerate(records, start=1):
        where = f"trial {number}"
        texts = {
            name: text_of(cell, path, where)
            for name, cell in zip(names, record, strict=True)
            if name != "position"
        }
        kind, date, line = (texts.pop(name) for name in ("kind", "date", "end"))
        if kind not in (known.value for known in TrialKind):
            raise damaged(path, f"{where}: it is neither a trial nor a dry run")
        end = _event(line, path, where)
        if not isinstance(end, EndEvent):
            raise damaged(path, f"{where}: its end is missing")
        plan = plan_from_cells(texts, f"{path}, {where}")
        heard = events.get(record[names.index("position")], ())
        yield TrialRecord(plan, TrialKind(kind), date, tuple(heard), end)


def _read_events(connection: sqlite3.Connection, path: Path) -> dict[SqlValue, list[TrialEvent]]:
    names, records = read_table(connection, path, "trial_events", EVENT_COLUMNS)
    trial, line = names.index("trial"), names.index("line")
    events: dict[SqlValue, list[TrialEvent]] = {}
    for record in records:
        event = _event(text_of(record[line], path, "trial_events"), path, "trial_events")
        events.setdefault(record[trial], []).append(event)
    return events


def _event(line: str, path: Path, where: str) -> TrialEvent:
    try:
        return event_from_line(line)
    except (ValueError, TypeError, RecursionError) as error:
        raise damaged(path, f"{where}: a sample cannot be read") from error

"""Trials of another document for this one: an A100's trial corrects a colleague's offline laptop."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from gpuplanner.core.benchmark import BenchmarkRow, Origin
from gpuplanner.core.correction import row_key
from gpuplanner.core.errors import InputError
from gpuplanner.core.plan import Plan, plan_to_texts
from gpuplanner.core.trial_events import event_to_line
from gpuplanner.core.trial_record import TrialRecord
from gpuplanner.data.catalog import load_catalog
from gpuplanner.data.plan_file import read_document

Named = TypeVar("Named", BenchmarkRow, TrialRecord)

_OURS = (Origin.TRIAL, Origin.DRY_RUN)


@dataclass(frozen=True)
class Brought:
    """What is new in the other document; ``known`` of its trials and rows were here already."""

    rows: tuple[BenchmarkRow, ...]
    trials: tuple[TrialRecord, ...]
    known: int


def trial_key(trial: TrialRecord) -> str:
    """Names a trial by what was run, when, and how it ended."""
    texts = plan_to_texts(trial.plan)
    content = [trial.kind.value, trial.date, *texts.values(), event_to_line(trial.end)]
    return hashlib.sha256("\0".join(content).encode()).hexdigest()[:16]


def read_trials_of(
    path: Path,
    rows: Collection[BenchmarkRow],
    trials: Collection[TrialRecord],
    folder: Path | None,
) -> Brought:
    """The trials of the document at ``path`` with their rows, but for those that are among ``rows`` and
    ``trials`` already.  Paths of models are written as ``folder`` sees them (None: in full).

    Raises:
        InputError: it cannot be read, or holds no trial.
    """
    other = read_document(path)
    here = path.absolute().parent
    their_rows = [
        replace(row, plan=_moved(row.plan, here, folder))
        for row in other.table.rows
        if row.provenance.origin in _OURS
    ]
    their_trials = [replace(trial, plan=_moved(trial.plan, here, folder)) for trial in other.trials]
    if not their_rows and not their_trials:
        raise InputError.of("holds no trial", str(path), "run one, or choose another document")
    new_rows = _new(their_rows, {row_key(row) for row in rows}, row_key)
    new_trials = _new(their_trials, {trial_key(trial) for trial in trials}, trial_key)
    known = len(their_rows) + len(their_trials) - len(new_rows) - len(new_trials)
    return Brought(new_rows, new_trials, known)


def _new(found: Sequence[Named], known: set[str], key: Callable[[Named], str]) -> tuple[Named, ...]:
    """Those whose key is not known, each once."""
    kept: dict[str, Named] = {}
    for item in found:
        if key(item) not in known:
            kept.setdefault(key(item), item)
    return tuple(kept.values())


def _moved(plan: Plan, here: Path, folder: Path | None) -> Plan:
    """The plan with the path of its model, if it is one that is there, as the other folder sees it."""
    path = load_catalog().model_path(plan.model, here)
    if path is None or not os.path.lexists(path) or (folder is not None and folder.absolute() == here):
        return plan
    if folder is None:
        return replace(plan, model=path.as_posix())
    try:
        relative = Path(os.path.relpath(path, folder.absolute()))
    except ValueError:  # on another drive of Windows
        return replace(plan, model=path.as_posix())
    # With a separator, so that a folder is known to be one.
    return replace(plan, model=relative.as_posix() if len(relative.parts) > 1 else f"./{relative.as_posix()}")

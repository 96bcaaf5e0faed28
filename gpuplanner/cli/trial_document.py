"""``--out``: a trial's row, plan and samples added to a ``.gpuplan`` document."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from gpuplanner.cli.worker_run import Prepared
from gpuplanner.core.errors import InputError
from gpuplanner.core.plan import Plan
from gpuplanner.core.trial_events import EndEvent, TrialEvent
from gpuplanner.core.trial_record import TrialRecord
from gpuplanner.data.benchmark_table import BenchmarkTable, table_texts
from gpuplanner.data.plan_file import PlanDocument, read_document, write_document
from gpuplanner.trial.launcher import is_planned_card
from gpuplanner.trial.result_row import row_of


class OutDocument:
    """The document to add to; what can be wrong with it is said before a trial is run in vain.

    Raises:
        InputError: another kind of file, a folder that is not there, or a document that cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        if path.suffix.lower() != ".gpuplan":
            raise InputError.of("is no .gpuplan document", f"--out {path}", "give it that ending")
        if not path.absolute().parent.is_dir():
            raise InputError.of("the folder is not there", f"--out {path}", "make it, or choose another")
        self._read()

    def add(self, prepared: Prepared, heard: Sequence[TrialEvent], end: EndEvent) -> None:
        """Add a trial that has measured something.

        Raises:
            InputError: the document could not be written; it is as it was.
        """
        plan, kind, today = self._plan(prepared), prepared.spec.kind, date.today().isoformat()
        row = row_of(plan, kind, end, date=today, gpu=_card(prepared, end))
        if row is None:
            print(f"{self._path}: nothing was measured, so nothing was added", file=sys.stderr)
            return
        document = self._read()  # again: somebody may have saved it while the trial ran
        table = replace(document.table, rows=(*document.table.rows, row))
        table = replace(table, columns=table_texts(BenchmarkTable((row,), table.columns))[0])
        record = TrialRecord(plan, kind, today, tuple(heard), end)
        write_document(self._path, replace(document, table=table, trials=(*document.trials, record)))
        print(f"{self._path}: a row and its trial were added", file=sys.stderr)

    def _read(self) -> PlanDocument:
        return read_document(self._path) if os.path.lexists(self._path) else PlanDocument()

    def _plan(self, prepared: Prepared) -> Plan:
        """The plan as it was asked for; a model's path is written as the document's folder sees it."""
        plan = prepared.resolved.origin
        if prepared.model_path is None:
            return plan
        path, folder = prepared.model_path.absolute(), self._path.absolute().parent
        try:
            path = Path(os.path.relpath(path, folder))
        except ValueError:  # on another drive of Windows
            return replace(plan, model=str(path))
        # With a separator, so that a folder is known to be one.
        return replace(plan, model=path.as_posix() if len(path.parts) > 1 else f"./{path.as_posix()}")


def _card(prepared: Prepared, end: EndEvent) -> str:
    """The catalogue's name of the card that it ran on, if that is not the plan's."""
    if end.gpu is None or not end.gpu.name or is_planned_card(end, prepared.resolved.gpu):
        return ""
    try:
        return prepared.catalog.gpu(end.gpu.name).name
    except InputError:
        return end.gpu.name  # a card that the catalogue does not know is still the truth

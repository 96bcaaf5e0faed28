"""Files and their document: what the window does not show is not lost by saving."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gpuplanner.core.plan import Plan
from gpuplanner.core.trial import TrialKind, TrialStatus
from gpuplanner.core.trial_events import EndEvent
from gpuplanner.core.trial_record import TrialRecord
from gpuplanner.data.plan_file import NamedPlan, PlanDocument, read_document, write_document
from gpuplanner.data.resources import resource
from gpuplanner.ui.documents.document import Document
from gpuplanner.ui.documents.document_files import DocumentFiles
from gpuplanner.ui.documents.remembered import Remembered


def test_that_saving_keeps_plans_and_trials(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "x.gpuplan"
    trial = TrialRecord(Plan(), TrialKind.TRIAL, "2026-01-31", (), EndEvent(TrialStatus.OK))
    profile = read_document(resource("samples", "qwen-profile.gpuplan"))
    written = replace(profile, plans=(NamedPlan("a", Plan()),), trials=(trial,))
    write_document(path, written)
    window = QWidget()
    qtbot.addWidget(window)
    document = Document()
    files = DocumentFiles(document, Remembered(tmp_path / "settings.json"), window)
    assert files.load(path)
    assert files.save()
    assert read_document(path) == written
    assert files.load_profile()
    assert document.trials == PlanDocument().trials

"""A correction in the real window: previewed, applied, undone, switched off, saved, brought along."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from gpuplanner.core.benchmark import BenchmarkRow, Measurement, MemoryKind, Origin, Provenance, Status
from gpuplanner.core.plan import Plan
from gpuplanner.core.trial import TrialKind, TrialStatus
from gpuplanner.core.trial_events import EndEvent
from gpuplanner.core.trial_record import TrialRecord
from gpuplanner.core.units import GIB
from gpuplanner.data.benchmark_table import BenchmarkTable
from gpuplanner.data.catalog import Catalog
from gpuplanner.data.plan_file import PlanDocument, read_document, write_document
from gpuplanner.estimator.estimate import estimate
from gpuplanner.ui.correction.correction_dialog import CorrectionDialog
from gpuplanner.ui.documents.document_files import Answer
from gpuplanner.ui.documents.remembered import Remembered
from gpuplanner.ui.links.correction_link import CorrectionLink
from gpuplanner.ui.links.plan_link import PlanLink
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.theme import Mode, Theme

PLAN = Plan(model="Llama-3.1-8B", gpu="A100 80GB SXM4", seq_len=1024)


@pytest.fixture
def window(qtbot: QtBot, theme: Theme) -> Iterator[MainWindow]:
    result = MainWindow(theme, Remembered())
    result.build()
    result.resize(1280, 800)
    yield result
    result.files.ask_unsaved = lambda: Answer.DISCARD
    result.close()
    result.deleteLater()


@pytest.fixture
def plan(qtbot: QtBot, window: MainWindow, catalog: Catalog) -> PlanLink:
    result = PlanLink(window, catalog)
    with qtbot.waitExposed(window):
        window.show()
    result.start()
    result.planner.set_plan(PLAN)
    qtbot.waitUntil(lambda: device_of(result) is not None)
    return result


def device_of(plan: PlanLink) -> tuple[int, int] | None:
    """What our plan needs; None while the answer to the one before still stands."""
    answer = plan.planner.outcome.answer
    if answer is None or answer.estimate.resolved.origin.model != PLAN.model:
        return None
    return answer.estimate.memory.peak_device_bytes, answer.estimate.memory.high_device_bytes


def trial(
    catalog: Catalog,
    factor: float = 1.06,
    length: int = 1024,
    kind: MemoryKind = MemoryKind.DEVICE,
    slowness: float = 1.1,
) -> BenchmarkRow:
    wanted = Plan(model=PLAN.model, gpu=PLAN.gpu, seq_len=length)
    answer = estimate(catalog.resolve(wanted))
    measured = Measurement(
        peak_memory=factor * answer.memory.peak_device_bytes / GIB,
        peak_memory_kind=kind,
        step_time_s=slowness * answer.step.seconds,
    )
    return BenchmarkRow(wanted, measured, Provenance(origin=Origin.TRIAL, date="2026-01-31"))


def shown(qtbot: QtBot, link: CorrectionLink) -> CorrectionDialog:
    qtbot.waitUntil(lambda: link.dialog is not None and link.dialog.isVisible())
    assert link.dialog is not None
    return link.dialog


def device(plan: PlanLink) -> tuple[int, int]:
    answer = device_of(plan)
    assert answer is not None
    return answer


def name_of(plan: PlanLink) -> str:
    answer = plan.planner.outcome.answer
    return "" if answer is None else answer.estimate.calibration


def test_that_a_trial_is_previewed_applied_undone_and_switched_off(
    qtbot: QtBot, window: MainWindow, plan: PlanLink, catalog: Catalog
) -> None:
    link, document = plan.correction, window.document
    before = device(plan)
    rows = document.keep_trials([trial(catalog), trial(catalog, length=4096)], (), "keep 2 trials")
    link.preview(rows[:1])
    dialog = shown(qtbot, link)
    text = dialog.view.text
    assert text is not None
    assert text.title == "Correction from 1 trial"
    assert [side.label for side in text.sides] == ["before", "after"]
    assert text.sides[1].high - text.sides[1].low < text.sides[0].high - text.sides[0].low
    assert [row.label for row in text.rows] == ["Llama-3.1-8B LoRA, 4,096 tokens"]
    assert "second length" in text.notes[0]
    assert dialog.view.accessibleName() == text.sentence()
    assert device(plan) == before
    dialog.name.setText("our card")
    dialog.apply.click()
    qtbot.waitUntil(lambda: name_of(plan) == "physics + 1 trial")
    after = device(plan)
    assert after[0] > before[0]
    assert after[1] / after[0] < before[1] / before[0]
    assert window.status.texts[1] == "Estimator: physics + 1 trial"
    assert (link.name, document.corrections[0].name) == ("physics + 1 trial", "our card")
    assert document.is_modified
    link.switch(0, False)
    qtbot.waitUntil(lambda: name_of(plan) == "physics")
    assert device(plan) == before
    assert document.undo_stack.undoText() == "switch off our card"
    document.undo_stack.undo()
    qtbot.waitUntil(lambda: name_of(plan) == "physics + 1 trial")
    document.undo_stack.undo()
    qtbot.waitUntil(lambda: name_of(plan) == "physics")
    assert document.corrections == ()


def test_that_not_now_changes_nothing_and_the_dialog_is_gone(
    qtbot: QtBot, window: MainWindow, plan: PlanLink, catalog: Catalog
) -> None:
    rows = window.document.keep_trials([trial(catalog)], (), "keep a trial")
    plan.correction.preview(rows)
    dialog = shown(qtbot, plan.correction)
    text = dialog.view.text
    assert text is not None
    assert text.rows == ()
    assert text.no_rows.startswith("No other measured row")
    dialog.not_now.click()
    qtbot.waitUntil(lambda: plan.correction.dialog is None)
    assert window.document.corrections == ()


def test_that_the_rows_own_estimates_stay_physics(
    qtbot: QtBot, window: MainWindow, plan: PlanLink, catalog: Catalog
) -> None:
    rows = window.document.keep_trials([trial(catalog)], (), "keep a trial")
    model = window.table.model
    qtbot.waitUntil(lambda: model.estimate(rows[0]) is not None)
    before = model.estimate(rows[0])
    plan.correction.preview(rows)
    shown(qtbot, plan.correction).apply.click()
    qtbot.waitUntil(lambda: name_of(plan) == "physics + 1 trial")
    assert model.estimate(rows[0]) == before


def test_that_a_reason_is_said_where_nothing_can_be_learned(
    qtbot: QtBot, window: MainWindow, plan: PlanLink, catalog: Catalog
) -> None:
    link, document, messages = plan.correction, window.document, window.table.messages
    assert link.why_not([]) == "There is no row to learn from."
    link.preview_trials()
    assert messages.text.startswith("There is no trial in the table yet.")
    silent = BenchmarkRow(PLAN, Measurement(status=Status.NOT_MEASURED))
    document.insert_rows(0, [silent, trial(catalog, 12.0, slowness=9.0)], "add")
    link.preview([0])
    assert messages.text == "Nothing was measured, so there is nothing to learn from."
    link.preview([1])
    assert "the memory is 12 times the estimate" in messages.text
    assert link.dialog is None


def test_that_allocated_bytes_say_so(
    qtbot: QtBot, window: MainWindow, plan: PlanLink, catalog: Catalog
) -> None:
    rows = window.document.keep_trials([trial(catalog, kind=MemoryKind.ALLOCATED)], (), "keep")
    plan.correction.preview_all()
    text = shown(qtbot, plan.correction).view.text
    assert text is not None
    assert any("only the allocated part" in note for note in text.notes)
    assert plan.correction.why_not(rows) == ""


def test_that_a_correction_is_saved_and_used_when_opened_again(
    qtbot: QtBot, window: MainWindow, plan: PlanLink, catalog: Catalog, tmp_path: Path
) -> None:
    rows = window.document.keep_trials([trial(catalog)], (), "keep a trial")
    plan.correction.preview(rows)
    shown(qtbot, plan.correction).apply.click()
    path = tmp_path / "a.gpuplan"
    window.files.ask_save = lambda: path
    assert window.files.save()
    assert [layer.name for layer in read_document(path).corrections] == [window.document.corrections[0].name]
    window.files.load_profile()
    qtbot.waitUntil(lambda: name_of(plan) == "physics")
    assert window.document.corrections == ()
    window.files.load(path)
    qtbot.waitUntil(lambda: name_of(plan) == "physics + 1 trial")


def actions(link: CorrectionLink) -> list[QAction]:
    link.menu.aboutToShow.emit()
    return link.menu.actions()


def test_that_the_menu_lists_the_layers_with_check_marks(
    qtbot: QtBot, window: MainWindow, plan: PlanLink, catalog: Catalog
) -> None:
    link = plan.correction
    assert [(action.text(), action.isEnabled()) for action in actions(link)] == [
        ("None yet: learn from rows or trials", False)
    ]
    rows = window.document.keep_trials([trial(catalog)], (), "keep a trial")
    for _ in range(2):
        link.preview(rows)
        dialog = shown(qtbot, link)
        dialog.name.setText("A & B")
        dialog.apply.click()
        qtbot.waitUntil(lambda: link.dialog is None)
    texts = [(action.text(), action.isChecked()) for action in actions(link)[:2]]
    assert texts == [("A && B", True), ("A && B (2)", True)]
    actions(link)[0].trigger()
    qtbot.waitUntil(lambda: not window.document.corrections[0].active)
    assert name_of(plan) == "physics + 1 trial"  # the second layer holds the same row
    remove = actions(link)[-1].menu()
    assert remove is not None
    remove.actions()[0].trigger()
    qtbot.waitUntil(lambda: len(window.document.corrections) == 1)
    assert window.document.undo_stack.undoText() == "remove A & B"


def test_that_trials_of_another_document_come_in_as_one_step(
    qtbot: QtBot, window: MainWindow, plan: PlanLink, catalog: Catalog, tmp_path: Path
) -> None:
    row = trial(catalog)
    record = TrialRecord(row.plan, TrialKind.TRIAL, "2026-01-31", (), EndEvent(TrialStatus.OK))
    path = tmp_path / "theirs.gpuplan"
    write_document(path, PlanDocument(BenchmarkTable((row,)), trials=(record,)))
    link, document, messages = plan.correction, window.document, window.table.messages
    link.ask_document = lambda: path
    link.bring_trials()
    assert (document.rows[-1].measurement, document.trials) == (row.measurement, (record,))
    assert messages.text == "1 row of a trial came from theirs.gpuplan"
    assert document.undo_stack.undoText() == "bring trials from theirs.gpuplan"
    show = next(each for each in messages.findChildren(QPushButton) if each.text() == "Show correction")
    show.click()
    shown(qtbot, link).not_now.click()
    link.bring_trials()
    assert messages.text == "All trials of theirs.gpuplan are here already."
    document.undo_stack.undo()
    assert (len(document.rows), document.trials) == (0, ())
    link.ask_document = lambda: tmp_path / "gone.gpuplan"
    link.bring_trials()
    assert "gone.gpuplan" in messages.text
    link.ask_document = lambda: None
    link.bring_trials()


@pytest.mark.parametrize("mode", list(Mode))
def test_that_the_preview_is_painted_in_every_palette(
    qtbot: QtBot, window: MainWindow, plan: PlanLink, catalog: Catalog, theme: Theme, mode: Mode
) -> None:
    lengths = (256, 512, 1024, 2048, 4096, 6144, 8192, 12288, 16384, 24576)
    window.document.keep_trials([trial(catalog, length=length) for length in lengths], (), "keep")
    plan.correction.preview_trials()
    dialog = shown(qtbot, plan.correction)
    theme.set_mode(mode)
    theme.set_user_scale(1.5)
    text = dialog.view.text
    assert text is not None
    assert (len(text.rows), text.rows_head) == (8, "Rows left out (2 more)")
    assert text.mean is not None
    image = dialog.view.grab().toImage()
    assert (
        len({image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}) > 8
    )
    theme.set_user_scale(1.0)

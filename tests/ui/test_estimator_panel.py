"""The estimator in the real window: what the user does, and what is then shown."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from gpuplanner.core.estimate import Fits
from gpuplanner.core.plan import Method
from gpuplanner.data.catalog import Catalog
from gpuplanner.ui.documents.remembered import Remembered
from gpuplanner.ui.links.plan_link import PlanLink
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.plan.estimator_panel import EstimatorPanel
from gpuplanner.ui.plan.form_editors import ChoiceField, NameField
from gpuplanner.ui.theme import Mode, Theme
from gpuplanner.ui.widgets.display_unit import DisplayUnit
from gpuplanner.ui.widgets.number_field import NumberField

QWEN_14B_QLORA_4096 = 70
QWEN_72B_ZERO3 = 75


@pytest.fixture
def window(qtbot: QtBot, theme: Theme) -> Iterator[MainWindow]:
    result = MainWindow(theme, Remembered())
    result.build()
    result.resize(1440, 900)
    yield result
    result.document.undo_stack.clear()
    result.close()
    result.deleteLater()


@pytest.fixture
def link(qtbot: QtBot, window: MainWindow, catalog: Catalog) -> PlanLink:
    window.open_profile()
    result = PlanLink(window, catalog)
    window.show()
    qtbot.waitExposed(window)
    result.start()
    qtbot.waitUntil(lambda: result.planner.outcome.answer is not None)
    select(qtbot, window, result, QWEN_14B_QLORA_4096)
    return result


def select(qtbot: QtBot, window: MainWindow, link: PlanLink, row: int) -> None:
    window.table.select_row(row)
    qtbot.waitUntil(lambda: link.planner.outcome.row == row)


def answered(qtbot: QtBot, link: PlanLink) -> None:
    with qtbot.waitSignal(link.planner.updated):
        pass


def type_into(qtbot: QtBot, panel: EstimatorPanel, name: str, text: str) -> None:
    editor = panel.form.editor(name)
    assert isinstance(editor, NumberField)
    editor.setFocus()
    editor.selectAll()
    qtbot.keyClicks(editor, text)


def test_that_a_row_shows_its_plan_its_estimate_and_its_series(link: PlanLink) -> None:
    panel = link.panel
    method, length = panel.form.editor("method"), panel.form.editor("seq_len")
    assert isinstance(method, ChoiceField)
    assert isinstance(length, NumberField)
    assert method.value is Method.QLORA
    assert length.text() == "4,096"
    assert panel.verdict.fits is Fits.YES
    chart = panel.results.chart
    assert chart is not None
    assert chart.chart is not None
    assert [point.length for point in chart.chart.points] == [256, 512, 1024, 2048, 4096, 8192]
    assert panel.results.nearest.text() == "Nearest: row 71, 21.4 GiB measured, 20.6 estimated"
    assert panel.results.host.text == ""


def test_that_the_key_tells_points_with_other_settings_apart(qtbot: QtBot, link: PlanLink) -> None:
    key = link.panel.results.key
    assert [(entry.words, entry.pale) for entry in key.entries] == [
        ("predicted", False),
        ("published", False),
    ]
    link.planner.set_field("fused_loss", True)
    qtbot.waitUntil(lambda: any(entry.pale for entry in key.entries))
    assert [entry.words for entry in key.entries] == ["predicted", "published, other settings"]


def test_that_the_memory_of_the_host_is_said_where_not_every_host_has_it(
    qtbot: QtBot, window: MainWindow, link: PlanLink
) -> None:
    select(qtbot, window, link, QWEN_72B_ZERO3)
    assert link.panel.results.host.text == "Host memory: up to 550 GiB per node"
    assert link.panel.results.host.isVisible()


def test_that_more_scrolls_to_what_it_brings(qtbot: QtBot, link: PlanLink) -> None:
    form = link.panel.form
    qtbot.mouseClick(form._more, Qt.MouseButton.LeftButton)
    reserve = form.editor("reserve")
    qtbot.waitUntil(lambda: not reserve.visibleRegion().isEmpty(), timeout=30_000)
    assert not form._more.visibleRegion().isEmpty()


def test_that_typing_a_length_changes_verdict_and_chart_at_once(qtbot: QtBot, link: PlanLink) -> None:
    before = link.panel.verdict.text.figure
    type_into(qtbot, link.panel, "seq_len", "8k")
    answered(qtbot, link)
    assert link.planner.plan.seq_len == 8192
    assert float(link.panel.verdict.text.figure) > float(before)
    chart = link.panel.results.chart
    assert chart is not None
    assert chart.chart is not None
    assert chart.chart.plan_length == 8192


def test_that_an_unreadable_length_is_said_below_it_while_the_estimate_stays(
    qtbot: QtBot, link: PlanLink
) -> None:
    type_into(qtbot, link.panel, "seq_len", "x")
    answered(qtbot, link)
    assert link.panel.form.message("seq_len") == "'x' is not a number."
    assert link.panel.verdict.shown_reason == "Shown for 4,096 tokens."
    assert link.panel.verdict.text.figure
    assert not link.panel.results.changes.rows[0].button.isEnabled()
    type_into(qtbot, link.panel, "seq_len", "512")
    answered(qtbot, link)
    assert link.panel.form.message("seq_len") == ""
    assert "Shown for" not in link.panel.verdict.shown_reason


def test_that_an_unknown_model_shows_no_estimate_and_what_to_enter(qtbot: QtBot, link: PlanLink) -> None:
    model = link.panel.form.editor("model")
    assert isinstance(model, NameField)
    model.commit("Qwen-9000")
    answered(qtbot, link)
    verdict = link.panel.verdict
    assert verdict.text.word == "No estimate"
    assert verdict.fits is None
    assert "Qwen-9000" in verdict.shown_reason
    assert "config.json" in verdict.accessibleName()
    assert "Qwen-9000" in link.panel.form.message("model")
    assert not link.panel.results.time.isVisible()
    model.commit("Qwen-7B")
    answered(qtbot, link)
    assert verdict.fits is not None
    assert link.panel.results.time.isVisible()


def test_that_apply_does_what_it_says_and_undo_takes_it_back(
    qtbot: QtBot, window: MainWindow, link: PlanLink
) -> None:
    link.panel.form.edited.emit("gpu", "RTX 3060 12GB")
    answered(qtbot, link)
    row = link.panel.results.changes.rows[0]
    assert row.offer is not None
    assert row.offer.title == "Fuse the loss"
    before = link.planner.plan
    QTest.mouseClick(row.button, Qt.MouseButton.LeftButton)
    answered(qtbot, link)
    assert link.planner.plan.fused_loss
    assert window.document.undo_stack.undoText() == "Apply “Fuse the loss”"
    window.document.undo_stack.undo()
    assert link.planner.plan == before


def test_that_alt_and_a_number_apply_a_change(qtbot: QtBot, window: MainWindow, link: PlanLink) -> None:
    change = link.planner.outcome.changes[0]
    action = next(a for a in window.menus.maker.made if a.shortcut().toString() == "Alt+1")
    action.trigger()
    answered(qtbot, link)
    assert dict(change.changed).items() <= vars(link.planner.plan).items()


def test_that_a_click_on_a_point_selects_its_row(qtbot: QtBot, window: MainWindow, link: PlanLink) -> None:
    chart = link.panel.results.chart
    assert chart is not None
    assert chart.chart is not None
    first = chart.chart.points[0]
    where = chart.pixel_of(first.length, first.bytes).toPoint()
    QTest.mouseClick(chart.viewport(), Qt.MouseButton.LeftButton, pos=where)
    qtbot.waitUntil(lambda: link.planner.outcome.row == first.row)
    assert window.table.view.current_source() == first.row


def test_that_fields_a_method_does_not_use_are_disabled_and_say_why(qtbot: QtBot, link: PlanLink) -> None:
    rank = link.panel.form.editor("lora_rank")
    assert rank.isEnabled()
    link.panel.form.edited.emit("method", Method.FULL)
    answered(qtbot, link)
    assert not rank.isEnabled()
    assert "Not used by this method." in rank.toolTip()
    # The row's quantization would contradict full training: it gave way instead of blocking.
    assert link.planner.outcome.problems == ()


def test_that_a_dot_marks_what_differs_and_reset_takes_it_back(qtbot: QtBot, link: PlanLink) -> None:
    form = link.panel.form
    assert form.label("seq_len").differs
    assert not form.label("lora_rank").differs
    form.label("seq_len").customContextMenuRequested.emit(QPoint(1, 1))
    menu = next(w for w in QApplication.topLevelWidgets() if isinstance(w, QMenu) and w.isVisible())
    assert menu.actions()[0].text() == "Reset sequence length to 2,048"
    menu.actions()[0].trigger()
    menu.close()
    answered(qtbot, link)
    assert link.planner.plan.seq_len == 2048
    assert not form.label("seq_len").differs


def test_that_what_a_row_says_in_other_words_than_the_default_is_no_difference(
    qtbot: QtBot, window: MainWindow, link: PlanLink
) -> None:
    select(qtbot, window, link, 0)  # LoRA on one GPU with "quantization none" and "sharding none" spelled out
    assert not link.panel.form.label("quantization").differs
    assert not link.panel.form.label("sharding").differs


def test_that_budget_and_work_are_edited_in_the_form(qtbot: QtBot, link: PlanLink) -> None:
    budget = link.panel.form.editor("budget")
    assert isinstance(budget, NameField)
    budget.commit("18 GiB")
    type_into(qtbot, link.panel, "samples", "500")
    link.panel.form.editor("price")  # unfolds "More"
    type_into(qtbot, link.panel, "price", "2.5")
    answered(qtbot, link)
    answer = link.planner.outcome.answer
    assert answer is not None
    assert answer.estimate.budget_bytes == 18 * 2**30
    assert answer.estimate.work is not None
    assert answer.estimate.work.cost is not None
    assert link.panel.results.time.figures[-1].unit == "cost"
    assert link.panel.verdict.text.reasons[0].endswith("over the budget; 1,664 tokens at the most.") or (
        "the budget" in link.panel.verdict.text.reasons[0]
    )
    budget.commit("much")
    answered(qtbot, link)
    assert "is not an amount" in link.panel.form.message("budget")


def test_that_the_unit_box_counts_here_too(window: MainWindow, link: PlanLink) -> None:
    gib = float(link.panel.verdict.text.figure)
    link.panel.set_unit(DisplayUnit.GB_PER_GPU)
    assert link.panel.verdict.text.unit == "GB per GPU"
    assert float(link.panel.verdict.text.figure) == pytest.approx(gib * 1.0737, abs=0.1)
    assert link.panel.results.unit.text() == "GB per GPU"


def test_that_inference_shows_its_cache_and_its_tokens(qtbot: QtBot, link: PlanLink) -> None:
    link.panel.form.edited.emit("method", Method.INFERENCE)
    answered(qtbot, link)
    assert link.panel.results.time.figures[0].unit == "tokens/s"
    names = [part.name for part, _ in link.panel.parts.legend.part_rects()]
    assert "kv_cache" in names
    assert "optimizer" not in names


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("row", [0, 47, QWEN_14B_QLORA_4096, 75])
def test_that_no_verdict_is_elided_in_the_smallest_window(
    qtbot: QtBot, window: MainWindow, link: PlanLink, theme: Theme, scale: float, row: int
) -> None:
    theme.set_user_scale(scale)
    window.resize(960, 600)
    window.plan_page.show_side(estimator=True)
    select(qtbot, window, link, row)
    for gpu in ("A100 80GB SXM4", "RTX 3060 12GB"):
        link.panel.form.edited.emit("gpu", gpu)
        answered(qtbot, link)
        assert link.panel.verdict.is_complete, link.panel.verdict.text


def test_that_a_narrow_panel_puts_the_form_away_and_f4_brings_it_back(
    qtbot: QtBot, window: MainWindow, link: PlanLink
) -> None:
    window.resize(1050, 800)
    qtbot.waitUntil(lambda: link.panel.summary.isVisible())
    assert not link.panel.form.isVisible()
    assert link.panel.summary.text.startswith("Qwen-14B · QLoRA · 4,096 tokens")
    link.panel.toggle_form()
    assert link.panel.form.isVisible()
    link.panel.toggle_form()
    link.panel.focus_field("seq_len")
    assert link.panel.form.isVisible()


def test_that_another_palette_reaches_the_chart(theme: Theme, link: PlanLink) -> None:
    theme.set_mode(Mode.DARK)
    image = link.panel.grab().toImage()
    assert image.pixelColor(2, image.height() - 5).name() == theme.tokens.surface.lower()
    chart = link.panel.results.chart
    assert chart is not None
    at = chart.viewport().mapTo(link.panel, QPoint(2, 2))
    assert image.pixelColor(at).name() == theme.tokens.surface.lower()


def test_that_screen_readers_get_sentences(link: PlanLink) -> None:
    panel = link.panel
    assert panel.verdict.accessibleName().startswith("Fits, ")
    assert "GiB per GPU" in panel.verdict.accessibleName()
    assert "Weights" in panel.parts.accessibleName()
    chart = panel.results.chart
    assert chart is not None
    assert "6 measured points" in chart.accessibleName()
    assert panel.results.changes.rows[0].button.accessibleName().startswith("Apply: Change 1")
    assert panel.form.editor("seq_len").accessibleName() == "Sequence length, tokens"


def test_that_a_saved_document_comes_back_with_its_plan(
    qtbot: QtBot, window: MainWindow, link: PlanLink, tmp_path: Path
) -> None:
    link.panel.form.edited.emit("seq_len", 3000)
    answered(qtbot, link)
    plan, path = link.planner.plan, tmp_path / "mine.gpuplan"
    window.files.ask_save = lambda: path
    assert window.files.save_as()
    link.panel.form.edited.emit("seq_len", 512)
    answered(qtbot, link)
    window.document.undo_stack.setClean()
    assert window.files.load(path)
    qtbot.waitUntil(lambda: link.planner.plan == plan)


def test_that_numpy_and_pyqtgraph_wait_until_start() -> None:
    code = (
        "import sys\n"
        "from PySide6.QtWidgets import QApplication\n"
        "app = QApplication([])\n"
        "from gpuplanner.data.catalog import load_catalog\n"
        "from gpuplanner.ui.plan.estimator_panel import EstimatorPanel\n"
        "from gpuplanner.ui.plan.planner import Planner\n"
        "from gpuplanner.ui.theme import Theme\n"
        "catalog = load_catalog()\n"
        "planner = Planner(catalog)\n"
        "panel = EstimatorPanel(Theme(), planner, catalog)\n"
        "panel.show()\n"
        "assert not {'numpy', 'pyqtgraph', 'pandas'} & set(sys.modules), 'loaded too early'\n"
        "panel.start()\n"
        "assert planner.outcome.answer is not None\n"
    )
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr

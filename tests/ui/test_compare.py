"""Compare in the real window: pinning, following the form, going back, copying, and what is painted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gpuplanner.core.estimate import Budget, Fits
from gpuplanner.core.plan import Method, Plan
from gpuplanner.core.units import GIB
from gpuplanner.data.catalog import Catalog
from gpuplanner.estimator.compare import compare
from gpuplanner.ui.compare.compare_view import CompareView
from gpuplanner.ui.compare.compare_window import CompareWindow
from gpuplanner.ui.compare.compare_words import CompareWording, ComparisonText
from gpuplanner.ui.documents.remembered import Remembered
from gpuplanner.ui.links.compare_link import CompareLink
from gpuplanner.ui.links.plan_link import PlanLink
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.theme import Mode, Theme
from gpuplanner.ui.widgets.display_unit import DisplayUnit
from gpuplanner.ui.wording import Wording


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
def plan(qtbot: QtBot, window: MainWindow, catalog: Catalog) -> PlanLink:
    result = PlanLink(window, catalog)
    window.show()
    qtbot.waitExposed(window)
    result.start()
    qtbot.waitUntil(lambda: result.planner.outcome.answer is not None)
    return result


@pytest.fixture
def link(window: MainWindow, plan: PlanLink) -> CompareLink:
    return CompareLink(window, plan)


def opened(qtbot: QtBot, link: CompareLink) -> CompareWindow:
    link.button.click()
    view = link.view
    assert view is not None
    qtbot.waitUntil(lambda: view.isVisible() and view.view.text is not None)
    return view


def shown(view: CompareWindow) -> ComparisonText:
    assert view.view.text is not None
    return view.view.text


def edit(qtbot: QtBot, plan: PlanLink, name: str, value: object) -> None:
    with qtbot.waitSignal(plan.planner.updated):
        plan.planner.set_field(name, value, "edit")  # type: ignore[arg-type]


def test_that_the_present_plan_is_pinned_and_the_form_followed(
    qtbot: QtBot, plan: PlanLink, link: CompareLink
) -> None:
    view = opened(qtbot, link)
    assert shown(view).settings == ()
    assert "Nothing differs" in shown(view).note
    edit(qtbot, plan, "seq_len", 8192)
    (setting,) = shown(view).settings
    assert setting.lines == (("Sequence length", "2,048 → 8,192"),)
    assert setting.figures == shown(view).total
    edit(qtbot, plan, "gpu", "RTX 4090")
    assert {lines[0][0] for lines in (s.lines for s in shown(view).settings)} == {"Sequence length", "GPU"}
    assert [side.fits for side in shown(view).sides] == [Fits.YES, Fits.NO]
    assert shown(view).parts[-1].label == "Total"


def test_that_the_key_opens_it_on_the_plan_page(qtbot: QtBot, window: MainWindow, link: CompareLink) -> None:
    assert link.action.shortcut().toString() == "Ctrl+Shift+K"
    assert link.action in window.menus.maker.made
    link.action.trigger()
    assert link.view is not None
    assert link.view.isVisible()
    QTest.keyClick(link.view, Qt.Key.Key_Escape)
    assert not link.view.isVisible()


def test_that_an_open_window_keeps_its_plan_and_a_closed_one_pins_anew(
    qtbot: QtBot, plan: PlanLink, link: CompareLink
) -> None:
    view = opened(qtbot, link)
    edit(qtbot, plan, "seq_len", 8192)
    link.action.trigger()
    assert len(shown(view).settings) == 1
    view.close()
    edit(qtbot, plan, "seq_len", 512)
    link.action.trigger()
    assert shown(view).settings == ()
    assert "512 tokens" in shown(view).sides[0].plan


def test_that_the_plan_can_be_pinned_and_brought_back(
    qtbot: QtBot, plan: PlanLink, link: CompareLink
) -> None:
    view = opened(qtbot, link)
    edit(qtbot, plan, "method", Method.FULL)
    with qtbot.waitSignal(plan.planner.updated):
        view.back.click()
    assert plan.planner.plan.method is Method.LORA
    assert shown(view).settings == ()
    undo = plan.planner._undo_stack
    assert undo is not None
    with qtbot.waitSignal(plan.planner.updated):
        undo.undo()
    assert plan.planner.plan.method is Method.FULL
    view.pin.click()
    assert shown(view).settings == ()


def test_that_the_budget_belongs_to_the_plan(qtbot: QtBot, plan: PlanLink, link: CompareLink) -> None:
    view = opened(qtbot, link)
    with qtbot.waitSignal(plan.planner.updated):
        plan.planner.set_budget(Budget(10 * GIB), "budget")
    assert [side.fits for side in shown(view).sides] == [Fits.YES, Fits.NO]


def test_that_an_unreadable_field_leaves_the_last_valid_plan(
    qtbot: QtBot, plan: PlanLink, link: CompareLink
) -> None:
    view = opened(qtbot, link)
    with qtbot.waitSignal(plan.planner.updated):
        plan.planner.text_unreadable("seq_len", "many", "'many' is not a number")
    assert shown(view).sides[1].role == "last valid plan"


def test_that_without_an_estimate_it_says_so_and_pins_the_first(
    qtbot: QtBot, plan: PlanLink, link: CompareLink
) -> None:
    edit(qtbot, plan, "model", "nothing")
    link.action.trigger()
    view = link.view
    assert view is not None
    assert view.empty.isVisible()
    assert not view.copy.isEnabled()
    edit(qtbot, plan, "model", "Qwen-7B")
    assert not view.empty.isVisible()
    assert shown(view).settings == ()


def test_that_it_is_copied_as_text(qtbot: QtBot, plan: PlanLink, link: CompareLink) -> None:
    view = opened(qtbot, link)
    edit(qtbot, plan, "lora_rank", 8)
    view.copy.click()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].startswith("A\tQwen-7B · LoRA · 2,048 tokens")
    assert any(line.startswith("LoRA rank 64 → 8\t−") for line in lines)
    assert lines[-1].startswith("Total\t")


def test_that_the_unit_of_the_table_is_used(
    qtbot: QtBot, window: MainWindow, plan: PlanLink, link: CompareLink
) -> None:
    view = opened(qtbot, link)
    assert shown(view).heads[1] == "GiB per GPU"
    window.table.set_unit(DisplayUnit.GB_PER_GPU)
    assert shown(view).heads[1] == "GB per GPU"
    assert "GB per GPU" in shown(view).sides[0].figure


def text_of(catalog: Catalog, a: Plan, b: Plan, qtbot: QtBot) -> tuple[ComparisonText, str]:
    words = CompareWording(Wording())
    text = words.comparison(compare(catalog.resolve(a), catalog.resolve(b)), is_current=True)
    return text, words.sentence(text)


def test_that_groups_followers_and_other_step_sizes_are_said(
    qtbot: QtBot, theme: Theme, catalog: Catalog
) -> None:
    a = Plan(model="Qwen-7B", method=Method.FULL)
    b = Plan(model="Qwen-7B", method=Method.QLORA, gpus_per_node=4, seq_len=512)
    text, sentence = text_of(catalog, a, b, qtbot)
    assert text.heads[-1] == "s per sample"
    assert {len(setting.figures) for setting in text.settings} == {3}
    assert text.note.startswith("With it: quantization none → NF4, double")
    assert sentence.startswith("A, Qwen-7B · Full · 2,048 tokens · A100 80GB SXM4: ")
    generating = Plan(model="Qwen-7B", method=Method.INFERENCE)
    text, _ = text_of(catalog, generating, Plan(model="Qwen-14B", method=Method.INFERENCE), qtbot)
    assert text.heads[2] == "s per token"


@pytest.mark.parametrize("mode", list(Mode))
def test_that_every_row_is_painted(qtbot: QtBot, theme: Theme, catalog: Catalog, mode: Mode) -> None:
    theme.set_mode(mode)
    view = CompareView(theme)
    qtbot.addWidget(view)
    text, sentence = text_of(catalog, Plan(model="Qwen-7B"), Plan(model="Qwen-14B", seq_len=4096), qtbot)
    view.show_comparison(text, sentence)
    view.resize(600, view.sizeHint().height())
    assert view.accessibleName() == sentence
    image = view.grab().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(0, 600, 2) for y in range(0, image.height(), 2)}
    tokens = theme.tokens
    for colour in (tokens.part("weights"), tokens.part("logits"), tokens.verdict("yes")[0], tokens.accent):
        assert colour.lower() in colours
    bottom = max(y for y in range(image.height()) if image.pixelColor(20, y) != image.pixelColor(2, y))
    assert image.height() - 40 < bottom < image.height() - 8


def test_that_a_verdict_that_rests_on_a_row_names_it(
    qtbot: QtBot, window: MainWindow, plan: PlanLink, link: CompareLink
) -> None:
    window.open_profile()
    window.table.select_row(70)
    qtbot.waitUntil(lambda: plan.planner.outcome.row == 70, timeout=30_000)
    plan.planner.set_budget(Budget(21 * GIB))

    def rests_on_a_row() -> bool:
        answer = plan.planner.outcome.answer
        return answer is not None and answer.estimate.measured is not None

    qtbot.waitUntil(rests_on_a_row, timeout=30_000)
    view = opened(qtbot, link)
    side = shown(view).sides[1]
    assert (side.fits, side.row) == (Fits.NO, "measured in row 71")
    assert "(measured in row 71)" in view.view.accessibleName()
    assert "(measured in row 71)" in "\n".join(shown(view).lines())

"""Recipes in the real window: opened or dropped they set the plan in one step, and a plan leaves as one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gpuplanner.core.plan import Method, Sharding
from gpuplanner.data.catalog import Catalog
from gpuplanner.ui.documents.remembered import Remembered
from gpuplanner.ui.links.plan_link import PlanLink
from gpuplanner.ui.links.recipe_link import RecipeLink
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.theme import Mode, Theme

RECIPE = """
model_name_or_path: Qwen/Qwen2.5-7B
finetuning_type: lora
lora_rank: 16
cutoff_len: 4096
num_train_epochs: 5
bf16: true
use_dora: true
<b>mine</b>: 1
"""
ACCELERATE = "distributed_type: MULTI_GPU\nnum_machines: 1\nnum_processes: 4\n"


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
def link(window: MainWindow, plan: PlanLink, catalog: Catalog) -> Iterator[RecipeLink]:
    result = RecipeLink(window, plan, catalog)
    yield result
    if result.notes is not None:
        result.notes.close()


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "train.yaml"
    path.write_text(RECIPE)
    return path


def test_that_a_recipe_sets_plan_and_epochs_in_one_step(
    link: RecipeLink, plan: PlanLink, window: MainWindow, recipe: Path
) -> None:
    before = plan.planner.setup
    link.ask_files = lambda: [recipe]
    link.open()
    after = plan.planner.setup
    assert (after.plan.method, after.plan.lora_rank, after.plan.seq_len) == (Method.LORA, 16, 4096)
    assert after.work.epochs == 5
    assert window.document.undo_stack.count() == 1
    assert window.document.undo_stack.undoText() == "Recipe train.yaml"
    window.document.undo_stack.undo()
    assert plan.planner.setup == before


def test_that_the_notes_are_shown_in_the_order_of_their_weight(link: RecipeLink, recipe: Path) -> None:
    assert link.open_files([recipe])
    assert link.notes is not None
    assert link.notes.lines[0] == ("Not counted", "use_dora", "is not counted")
    assert any(line[1] == "<b>mine</b>" for line in link.notes.lines)
    link.notes.table.selectRow(0)
    link.notes.copy_lines()
    assert QGuiApplication.clipboard().text() == "Not counted\tuse_dora\tis not counted"
    link.notes.table.clearSelection()
    link.notes.copy_lines()
    assert len(QGuiApplication.clipboard().text().splitlines()) == len(link.notes.lines)


def test_that_files_dropped_together_are_one_recipe(
    qtbot: QtBot, link: RecipeLink, plan: PlanLink, window: MainWindow, recipe: Path
) -> None:
    settings = recipe.with_name("accelerate.yaml")
    settings.write_text(ACCELERATE)
    for path in (settings, recipe):
        window.drop_file(path)
    qtbot.waitUntil(lambda: plan.planner.plan.seq_len == 4096)
    assert plan.planner.plan.gpus_per_node == 4
    assert window.document.undo_stack.count() == 1


def test_that_other_files_are_opened_as_before(
    qtbot: QtBot, window: MainWindow, plan: PlanLink, catalog: Catalog, tmp_path: Path
) -> None:
    opened: list[Path] = []
    window.drop_file = opened.append
    link = RecipeLink(window, plan, catalog)
    (tmp_path / "plain.json").write_text('{"hello": 1}')
    names = ["table.csv", "x.gpuplan", "plain.json", "missing.json"]
    for name in names:
        window.drop_file(tmp_path / name)
    assert [path.name for path in opened] == names
    assert link.notes is None


def test_that_a_recipe_that_cannot_be_read_is_told_and_changes_nothing(
    link: RecipeLink, plan: PlanLink, window: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("hello: 1")
    before = plan.planner.setup
    assert not link.open_files([path])
    assert "is no recipe that is known" in window.table.messages.text
    assert plan.planner.setup == before
    assert link.notes is None


@pytest.mark.parametrize("kind", ["llama-factory", "axolotl", "qwen", "trl"])
def test_that_a_plan_is_copied_and_saved_in_each_format(
    kind: str, link: RecipeLink, plan: PlanLink, tmp_path: Path
) -> None:
    link.copy_as(kind)
    assert "Qwen-7B" in QGuiApplication.clipboard().text()
    assert link.notes is not None
    target = tmp_path / "mine.txt"
    link.ask_target = lambda name: target
    link.save_as(kind)
    assert target.read_text() == QGuiApplication.clipboard().text()
    assert str(target) in link.notes.lead.text()


def test_that_a_failed_save_is_told(link: RecipeLink, window: MainWindow, tmp_path: Path) -> None:
    link.ask_target = lambda name: tmp_path / "missing" / "x.yaml"
    link.save_as("axolotl")
    assert "the folder is gone" in window.table.messages.text
    link.ask_target = lambda name: None
    link.save_as("axolotl")
    assert link.notes is None


def test_that_a_plan_with_a_problem_has_no_recipe(
    qtbot: QtBot, link: RecipeLink, plan: PlanLink, window: MainWindow
) -> None:
    plan.planner.set_field("sharding", Sharding.LAYERS)
    plan.planner.set_field("model", "no such model")
    qtbot.waitUntil(lambda: bool(plan.planner.outcome.problems))
    link.copy_as("trl")
    assert "The plan has a problem" in window.table.messages.text
    plan.planner.set_field("model", "Llama-3.1-8B")
    qtbot.waitUntil(lambda: not plan.planner.outcome.problems)
    link.copy_as("qwen")
    assert "choose another format" in window.table.messages.text


def test_that_the_menus_have_their_actions(link: RecipeLink, window: MainWindow) -> None:
    texts = [action.text() for action in window.menus.menu("file", "").actions()]
    assert texts.index("Open a r&ecipe…") < texts.index("&Save")
    assert link.copy_menu.actions()[0].text() == "LLaMA-Factory"


def test_that_the_notes_follow_the_theme(link: RecipeLink, theme: Theme, recipe: Path) -> None:
    assert link.open_files([recipe])
    notes = link.notes
    assert notes is not None
    theme.set_mode(Mode.DARK)
    QApplication.processEvents()
    image = notes.grab().toImage()
    assert image.pixelColor(image.width() // 2, 4).lightness() < 80

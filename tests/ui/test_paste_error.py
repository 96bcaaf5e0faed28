"""An out-of-memory message in the real window: from the clipboard, beside the plan, with changes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gpuplanner.data.catalog import Catalog
from gpuplanner.ui.documents.remembered import Remembered
from gpuplanner.ui.links.oom_link import OomLink
from gpuplanner.ui.links.plan_link import PlanLink
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.recipes.oom_dialog import OomDialog
from gpuplanner.ui.theme import Mode, Theme

MESSAGE = (
    "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.16 GiB. GPU 0 has a total capacity of "
    "23.65 GiB of which 0.20 GiB is free. Process 77 has 9.00 GiB memory in use. Including non-PyTorch "
    "memory, this process has 14.40 GiB memory in use. Of the allocated memory 12.00 GiB is allocated by "
    "PyTorch, and 2.00 GiB is reserved by PyTorch but unallocated."
)


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
def link(window: MainWindow, plan: PlanLink) -> Iterator[OomLink]:
    result = OomLink(window, plan)
    yield result
    if result.dialog is not None:
        result.dialog.close()
    QGuiApplication.clipboard().clear()


def opened(link: OomLink, clipboard: str) -> OomDialog:
    QGuiApplication.clipboard().setText(clipboard)
    link.action.trigger()
    assert link.dialog is not None
    return link.dialog


def test_that_a_message_in_the_clipboard_is_read_at_once(link: OomLink) -> None:
    dialog = opened(link, MESSAGE)
    assert dialog.text.toPlainText() == MESSAGE
    assert "Qwen-7B" in dialog.shown.head
    names = [figure.name for figure in dialog.shown.figures]
    assert names[:3] == ["Card", "Other processes", "Free"]
    assert dialog.shown.causes[0].what.startswith("The card has 23.65 GiB; the plan is for A100")
    assert "Process 77" in dialog.shown.causes[1].what


def test_that_another_text_in_the_clipboard_is_left_there(link: OomLink) -> None:
    dialog = opened(link, "a table of mine")
    assert dialog.text.toPlainText() == ""
    assert dialog.shown.head == ""


def test_that_what_is_typed_is_read_after_a_moment(qtbot: QtBot, link: OomLink) -> None:
    dialog = opened(link, "")
    dialog.text.setPlainText("nothing of the kind")
    qtbot.waitUntil(lambda: "holds no out-of-memory message" in dialog.shown.head)
    dialog.text.setPlainText(f"\x1b[31m<b>{MESSAGE}</b>")
    qtbot.waitUntil(lambda: bool(dialog.shown.figures))
    dialog.text.clear()
    qtbot.waitUntil(lambda: dialog.shown.head == "" and not dialog.shown.figures)


def test_that_a_change_applies_as_a_step_and_the_prediction_follows(
    qtbot: QtBot, link: OomLink, plan: PlanLink, window: MainWindow
) -> None:
    dialog = opened(link, MESSAGE)
    assert dialog.shown.offers
    before, shown = plan.planner.plan, dialog.shown
    dialog.changes.rows[0].button.click()
    assert plan.planner.plan != before
    assert window.document.undo_stack.count() == 1
    qtbot.waitUntil(lambda: dialog.shown != shown)
    window.document.undo_stack.undo()
    assert plan.planner.plan == before


def test_that_a_plan_with_a_problem_leaves_the_message_alone(
    qtbot: QtBot, link: OomLink, plan: PlanLink
) -> None:
    dialog = opened(link, MESSAGE)
    plan.planner.set_field("model", "no such model")
    qtbot.waitUntil(lambda: "has a problem" in dialog.shown.head)
    assert not dialog.shown.offers


def test_that_closing_forgets_and_opening_starts_anew(qtbot: QtBot, link: OomLink, plan: PlanLink) -> None:
    dialog = opened(link, MESSAGE)
    dialog.done_button.click()
    assert link.dialog is None
    plan.planner.set_field("seq_len", 1024)
    assert opened(link, "").shown.head == ""


def test_that_the_dialog_follows_the_theme(link: OomLink, theme: Theme) -> None:
    dialog = opened(link, MESSAGE)
    theme.set_mode(Mode.DARK)
    QApplication.processEvents()
    image = dialog.grab().toImage()
    assert image.pixelColor(image.width() // 2, 4).lightness() < 80
    assert dialog.shown.figures

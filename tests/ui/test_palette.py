"""The command palette: what a typed text finds, and that the keyboard alone is enough."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from gpuplanner.data.catalog import Catalog
from gpuplanner.ui.documents.remembered import Remembered
from gpuplanner.ui.links.palette_link import PaletteLink
from gpuplanner.ui.links.plan_link import PlanLink
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.palette.entries import Entry, found
from gpuplanner.ui.palette.palette import Palette
from gpuplanner.ui.theme import Theme


def titles(typed: str, *names: str) -> list[str]:
    return [entry.title for entry in found([Entry(name, lambda: None, ("File",)) for name in names], typed)]


def test_that_the_beginning_of_a_title_counts_most_and_letters_in_order_least() -> None:
    names = ("Close all tabs", "Recalled", "Show all", "A long list", "All rows")
    assert titles("all", *names) == ["All rows", "Close all tabs", "Show all", "Recalled", "A long list"]


def test_that_nothing_typed_keeps_everything_in_its_order() -> None:
    assert titles("  ", "Save", "Open", "New") == ["Save", "Open", "New"]


def test_that_words_of_the_path_count_and_one_that_is_nowhere_does_not() -> None:
    assert titles("file save", "Open", "Save as") == ["Save as"]
    assert titles("file zebra", "Open", "Save as") == []


@pytest.fixture
def window(qtbot: QtBot, theme: Theme) -> Iterator[MainWindow]:
    remembered = Remembered()
    remembered.add_recent(Path("/data/r&d.gpuplan"))
    result = MainWindow(theme, remembered)
    result.build()
    with qtbot.waitExposed(result):
        result.show()
    result.activateWindow()
    qtbot.waitUntil(result.isActiveWindow)
    yield result
    result.document.undo_stack.clear()
    result.close()
    result.deleteLater()


@pytest.fixture
def plan(window: MainWindow, catalog: Catalog) -> PlanLink:
    return PlanLink(window, catalog)


@pytest.fixture
def link(window: MainWindow, plan: PlanLink, catalog: Catalog) -> PaletteLink:
    return PaletteLink(window, plan, catalog)


def shown(palette: Palette) -> list[str]:
    return [f"{entry.place} › {entry.title}" for entry in palette.model.entries]


def typed(link: PaletteLink, text: str) -> Palette:
    palette = link.open()
    QTest.keyClicks(palette.field, text)
    return palette


def test_that_menus_pages_recent_files_models_and_keys_are_listed(
    window: MainWindow, link: PaletteLink
) -> None:
    window.add_page("trial", "play", "Trial", QLineEdit)
    palette = link.open()
    entries = shown(palette)
    for wanted in (
        "File › Save",
        "View › Theme › Dark",
        "View › Trial",
        f"File › Open recent › r&d.gpuplan  –  {Path('/data')}",
        "Plan › Model › Qwen-7B",
    ):
        assert wanted in entries
    assert "Edit › Find action" not in entries
    save = next(entry for entry in palette.model.entries if entry.title == "Save")
    assert (save.keys, save.spoken) == ("Ctrl+S", "Save, File, Ctrl+S")


def test_that_a_model_is_put_into_the_plan_as_a_step(
    qtbot: QtBot, window: MainWindow, plan: PlanLink, link: PaletteLink
) -> None:
    palette = typed(link, "mistral-7b")
    wanted = palette.current
    assert wanted is not None
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: plan.planner.plan.model == wanted.title)
    assert window.findChild(Palette) is None
    window.document.undo_stack.undo()
    assert plan.planner.plan.model != wanted.title


def test_that_arrows_choose_and_the_keyboard_goes_back(
    qtbot: QtBot, window: MainWindow, link: PaletteLink
) -> None:
    window.table.tools.focus_find()
    field = window.focusWidget()
    palette = typed(link, "theme")
    assert palette.field.hasFocus()
    first = palette.current
    QTest.keyClick(palette.field, Qt.Key.Key_Down)
    QTest.keyClick(palette.field, Qt.Key.Key_Tab)  # does not lead out
    assert palette.current is not first
    assert palette.field.hasFocus()
    QTest.keyClick(palette.field, Qt.Key.Key_Escape)
    assert palette.isHidden()
    assert field is not None
    assert field.hasFocus()


def test_that_what_cannot_be_done_now_is_shown_and_not_run(window: MainWindow, link: PaletteLink) -> None:
    calls: list[bool] = []
    window.menus.undo.triggered.connect(calls.append)
    palette = typed(link, "undo")
    assert [entry.title for entry in palette.model.entries if entry.title.startswith("Undo")] == ["Undo"]
    assert not palette.model.entries[0].is_enabled
    assert palette.current is None or palette.current.title != "Undo"
    palette.list.clicked.emit(palette.model.index(0))
    assert palette.isVisible()
    assert calls == []


def test_that_it_goes_when_the_keyboard_goes_elsewhere_and_opens_once(
    window: MainWindow, link: PaletteLink
) -> None:
    first = link.open()
    second = link.open()
    assert first.isHidden()
    assert second.isVisible()
    window.table.tools.focus_find()
    assert second.isHidden()

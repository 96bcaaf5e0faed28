"""The Accuracy page in a real window: its figures, its states, the way to a row, its files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gpuplanner.cli import main
from gpuplanner.data.catalog import Catalog
from gpuplanner.estimator.calibration import Withhold
from gpuplanner.report.accuracy_charts import Quantity
from gpuplanner.ui.accuracy.accuracy_bar import DOCUMENT, PROFILE, TABLES, AccuracyChoice
from gpuplanner.ui.accuracy.accuracy_page import AccuracyPage
from gpuplanner.ui.accuracy.accuracy_words import percent
from gpuplanner.ui.documents.document_files import Answer
from gpuplanner.ui.documents.remembered import Remembered
from gpuplanner.ui.links.accuracy_link import AccuracyLink
from gpuplanner.ui.links.plan_link import PlanLink
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.theme import Mode, Theme
from gpuplanner.ui.widgets.display_unit import DisplayUnit


@pytest.fixture
def window(qtbot: QtBot, theme: Theme, tmp_path: Path, catalog: Catalog) -> Iterator[MainWindow]:
    result = MainWindow(theme, Remembered(tmp_path / "settings.json"))

    def discard(window: QWidget) -> None:
        assert isinstance(window, MainWindow)
        window.files.ask_unsaved = lambda: Answer.DISCARD

    qtbot.addWidget(result, before_close_func=discard)
    result.build()
    PlanLink(result, catalog).start()
    AccuracyLink(result, catalog)
    with qtbot.waitExposed(result):
        result.show()
    yield result
    result.close()


def link_of(window: MainWindow) -> AccuracyLink:
    link = window.findChild(AccuracyLink)
    assert isinstance(link, AccuracyLink)
    return link


def opened(qtbot: QtBot, window: MainWindow, choice: AccuracyChoice | None = None) -> AccuracyPage:
    window.show_page("accuracy")
    page = link_of(window).page
    assert page is not None
    if choice is not None:
        page.bar.set_choice(choice)
    settle(qtbot, window)
    return page


def settle(qtbot: QtBot, window: MainWindow) -> None:
    """Until what is chosen is what is shown."""
    link = link_of(window)
    qtbot.waitUntil(lambda: not link._background.is_busy)
    page = link.page
    assert page is not None
    qtbot.waitUntil(lambda: page.answer is not None and page.answer.withhold is page.choice.withhold)


@pytest.mark.parametrize("withhold", list(Withhold))
def test_that_the_page_shows_what_the_command_prints(
    qtbot: QtBot, window: MainWindow, withhold: Withhold, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["accuracy", "--calibration", withhold.value, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    for quantity, key in ((Quantity.MEMORY, "memory"), (Quantity.STEP_TIME, "step_time")):
        page = opened(qtbot, window, AccuracyChoice(withhold, quantity))
        average, worst, coverage, green, red = page.figures.figures
        assert average.number == percent(printed[key]["mape"])
        assert worst.number[1:] == percent(printed[key]["worst"])
        assert coverage.number == percent(printed[key]["coverage_90"], 0)
        assert percent(printed[key]["median_half_width"]) in coverage.yardstick
        if withhold is not Withhold.NONE:
            assert percent(printed[key]["interpolation_mape"]) in average.yardstick
        verdicts = printed["verdicts"]
        right = verdicts["oom_rows"] - verdicts["false_green"]
        assert green.number == f"{right} of {verdicts['oom_rows']}"
        assert red.number == f"{verdicts['false_red']} of {verdicts['measured_rows']}"


def test_that_nothing_is_computed_before_the_page_is_shown(window: MainWindow) -> None:
    assert link_of(window).page is None
    assert not link_of(window)._background.is_busy


def test_that_its_menu_entry_has_a_key_and_opens_the_page(qtbot: QtBot, window: MainWindow) -> None:
    action = next(action for action in window.menus.maker.made if action.text() == "Accuracy")
    assert action.shortcut().toString().startswith("Ctrl+")
    action.trigger()
    assert window.shown_page == "accuracy"
    settle(qtbot, window)


def test_that_a_click_on_a_cell_selects_its_row_on_the_plan_page(qtbot: QtBot, window: MainWindow) -> None:
    window.open_profile()
    page = opened(qtbot, window)
    page.charts.predicted.grab()
    where, point = page.charts.predicted.placed[40]
    near = page.charts.predicted.point_near(where)
    assert near is not None
    QTest.mouseClick(page.charts.predicted, Qt.MouseButton.LeftButton, pos=where.toPoint())
    assert window.shown_page == "plan"
    assert window.table.view.current_source() == near.row
    assert near.measured == pytest.approx(point.measured, rel=0.02)


def test_that_a_cell_of_a_table_that_is_not_open_says_so(qtbot: QtBot, window: MainWindow) -> None:
    page = opened(qtbot, window)
    page.row_requested.emit(3)
    assert window.shown_page == "accuracy"
    assert "Open Qwen profile" in page.messages.text


def test_that_an_empty_document_says_what_to_do(qtbot: QtBot, window: MainWindow) -> None:
    page = opened(qtbot, window, AccuracyChoice(table=DOCUMENT))
    assert page.nothing.isVisible()
    assert not page.figures.isVisible()
    button = link_of(window).export_button
    assert button is not None
    assert not button.isEnabled()
    page.nothing.profile_button.click()
    settle(qtbot, window)
    assert page.choice.table == PROFILE
    assert page.charts.isVisible()
    page.bar.set_choice(AccuracyChoice(table=DOCUMENT))
    page.nothing.table_button.click()
    assert window.shown_page == "plan"


def test_that_an_edit_of_the_document_is_judged_at_once(qtbot: QtBot, window: MainWindow) -> None:
    window.open_profile()
    page = opened(qtbot, window, AccuracyChoice(table=DOCUMENT))
    before = page.figures.figures[1].number
    window.document.set_cells([(0, "peak_memory", "5000")], "edit")
    qtbot.waitUntil(lambda: page.figures.figures[1].number != before)
    window.document.undo_stack.undo()
    qtbot.waitUntil(lambda: page.figures.figures[1].number == before)


def test_that_rows_that_cannot_be_expressed_are_counted_and_listed(qtbot: QtBot, window: MainWindow) -> None:
    window.open_profile()
    window.document.set_cells([(3, "model", "Nonesuch-7B"), (8, "seq_len", "many")], "edit")
    page = opened(qtbot, window, AccuracyChoice(table=DOCUMENT))
    assert page.remark.text().startswith("2 rows cannot be expressed")
    page.remark.click()
    assert page.bar.view.value == TABLES
    assert page.tables.isVisible()
    text = page.tables.toPlainText()
    assert "Nonesuch-7B" in text
    assert text.index("Nonesuch-7B") < text.index("Errors by model")
    assert page.figures.figures[4].number.endswith("of 79")


def test_that_tables_hold_every_constant_and_switch(qtbot: QtBot, window: MainWindow) -> None:
    page = opened(qtbot, window)
    page.bar.view.button(TABLES).click()
    text = page.tables.toPlainText()
    assert page.answer is not None
    for constant in page.answer.result.constants:
        assert constant.name in text
        assert constant.origin in text
    assert all(switch.name in text for switch in page.answer.result.switches)


def test_that_memory_follows_the_unit_of_the_table(qtbot: QtBot, window: MainWindow) -> None:
    page = opened(qtbot, window)
    assert page.answer is not None
    point = page.answer.points(Quantity.MEMORY)[0]
    assert "GiB per GPU" in page.charts.predicted.point_tip(point)
    window.table.set_unit(DisplayUnit.GB_PER_GPU)
    assert "GB per GPU" in page.charts.predicted.point_tip(point)


def test_that_a_table_without_step_times_says_so(qtbot: QtBot, window: MainWindow) -> None:
    window.open_profile()
    cells = [(i, "step_time_s", "") for i in range(len(window.document.rows))]
    window.document.set_cells(cells, "clear")
    page = opened(qtbot, window, AccuracyChoice(quantity=Quantity.STEP_TIME, table=DOCUMENT))
    assert page.charts.predicted.accessibleName() == "No step time was measured in this table."
    assert page.figures.figures[0].number == "–"


def test_that_one_model_alone_is_said_to_teach_nothing_once_withheld(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.open_profile()
    others = [i for i, row in enumerate(window.document.rows) if row.plan.model != "Qwen-7B"]
    window.document.remove_rows(others, "remove")
    page = opened(qtbot, window, AccuracyChoice(withhold=Withhold.MODEL, table=DOCUMENT))
    assert "one model" in page.remark.text()


def test_that_the_tables_are_written_as_files(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    page = opened(qtbot, window)
    link = link_of(window)
    link.ask_export = lambda: tmp_path / "mine.csv"
    button = link.export_button
    assert button is not None
    button.click()
    names = {path.name for path in tmp_path.glob("mine*")}
    assert names == {"mine-cells.csv", "mine-figures.csv", "mine-constants.csv", "mine-switches.csv"}
    assert (tmp_path / "mine-cells.csv").read_text(encoding="utf-8").count("\n") == 82
    assert "mine-cells.csv" in page.messages.text


def test_that_a_folder_that_is_gone_is_told(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    page = opened(qtbot, window)
    link_of(window).ask_export = lambda: tmp_path / "gone" / "mine.csv"
    link_of(window).export()
    assert "not saved" in page.messages.text
    link_of(window).ask_export = lambda: None
    link_of(window).export()


@pytest.mark.parametrize("mode", [Mode.DARK, Mode.HIGH_CONTRAST])
def test_that_the_page_takes_another_theme(
    qtbot: QtBot, window: MainWindow, theme: Theme, mode: Mode
) -> None:
    page = opened(qtbot, window)
    light = page.grab().toImage().pixelColor(2, 200)
    theme.set_mode(mode)
    assert page.grab().toImage().pixelColor(2, 200).lightness() < light.lightness()


def test_that_the_choices_can_be_made_with_the_keyboard(qtbot: QtBot, window: MainWindow) -> None:
    page = opened(qtbot, window)
    physics = page.bar.withheld.button(Withhold.NONE.value)
    physics.setFocus()
    qtbot.keyClick(physics, Qt.Key.Key_Right)
    settle(qtbot, window)
    assert page.choice.withhold is Withhold.CELL
    assert page.bar.sentence.text == "Each cell is predicted without having been seen."

"""The menu of the Plan page's chart."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from gpuplanner.data.catalog import load_catalog
from gpuplanner.data.resources import resource
from gpuplanner.ui.documents.document_files import Answer
from gpuplanner.ui.documents.remembered import Remembered
from gpuplanner.ui.links.chart_link import ChartLink
from gpuplanner.ui.links.plan_link import PlanLink
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.theme import Theme


@pytest.fixture
def link(qtbot: QtBot, tmp_path: Path, theme: Theme) -> ChartLink:
    window = MainWindow(theme, Remembered(tmp_path / "settings.json"))
    qtbot.addWidget(window)
    window.show()
    window.build()
    window.files.ask_unsaved = lambda: Answer.DISCARD
    window.files.load(resource("samples", "qwen-profile.gpuplan"))
    plan = PlanLink(window, load_catalog())
    plan.start()
    chart = plan.panel.results.chart
    assert chart is not None
    qtbot.waitUntil(lambda: chart.chart is not None)
    return ChartLink(window, chart)


def test_that_the_chart_is_copied_from_its_menu(link: ChartLink) -> None:
    link._chart.plot.customContextMenuRequested.emit(link._chart.rect().center())
    assert link.menu.isVisible()
    link.menu.actions()[0].trigger()
    link.menu.close()
    assert QGuiApplication.clipboard().image().width() == 2 * link._chart.plot.width()


def test_that_there_is_no_menu_where_there_is_no_chart(link: ChartLink) -> None:
    link._chart.clear()
    link._chart.plot.customContextMenuRequested.emit(link._chart.rect().center())
    assert not link.menu.isVisible()


def test_that_the_chart_is_saved_and_a_failure_is_told(link: ChartLink, tmp_path: Path) -> None:
    link.ask_path = lambda kind: tmp_path / f"chart.{kind}"
    for action in link.menu.actions()[1:]:
        action.trigger()
    assert (tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")
    assert b"<svg" in (tmp_path / "chart.svg").read_bytes()
    assert "chart.svg" in link._window.table.messages.text
    link.ask_path = lambda kind: tmp_path / "gone" / f"chart.{kind}"
    link.save("svg")
    assert "folder" in link._window.table.messages.text
    link.ask_path = lambda _kind: None
    link._window.table.messages.show_message("")
    link.save("png")
    assert link._window.table.messages.text == ""

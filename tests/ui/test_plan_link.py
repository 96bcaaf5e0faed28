"""The tie between table and estimator: which plan is shown when rows come into an empty window."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.core.estimate import WorkRequest
from gpuplanner.data.catalog import Catalog
from gpuplanner.ui.documents.document_files import Answer
from gpuplanner.ui.documents.remembered import Remembered
from gpuplanner.ui.links.plan_link import PlanLink
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.theme import Theme


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, theme: Theme) -> MainWindow:
    """An empty window whose view has the keyboard: it chooses its first row as soon as there is one."""
    window = MainWindow(theme, Remembered(tmp_path / "settings.json"))
    qtbot.addWidget(window)
    window.show()
    window.build()
    window.files.ask_unsaved = lambda: Answer.DISCARD
    for signal in (window.document.replaced, window.document.rows_moved):
        signal.connect(lambda *_rows: window.table.view.select_source(0))
    return window


def test_that_the_row_with_the_cursor_is_the_plan_of_a_document_that_is_opened(
    window: MainWindow, catalog: Catalog
) -> None:
    link = PlanLink(window, catalog)
    window.open_profile()
    assert window.table.view.current_source() == 0
    assert link.planner.plan == window.document.rows[0].effective_plan()


def test_that_the_row_with_the_cursor_is_the_plan_of_rows_that_are_added(
    window: MainWindow, catalog: Catalog, profile: tuple[BenchmarkRow, ...]
) -> None:
    link = PlanLink(window, catalog)
    window.document.insert_rows(0, profile[60:70], "import 10 rows")
    assert window.table.view.current_source() == 0
    assert link.planner.plan == profile[60].effective_plan()


def test_that_a_document_remembers_how_much_is_to_be_trained(
    qtbot: QtBot, window: MainWindow, catalog: Catalog, tmp_path: Path
) -> None:
    link = PlanLink(window, catalog)
    window.open_profile()
    work = WorkRequest(4_321, 2.5, 1.9, "EUR")
    link.planner.set_work(work, "samples")
    path = tmp_path / "mine.gpuplan"
    window.files.ask_save = lambda: path
    assert window.files.save_as()
    window.open_profile()
    link.planner.set_work(WorkRequest(7), "samples")
    window.files.load(path)
    qtbot.waitUntil(lambda: link.planner.setup.work == work)
    assert not window.document.is_modified

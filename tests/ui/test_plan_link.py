"""The tie between table and estimator: which plan is shown when a document comes in."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from gpuplanner.data.catalog import Catalog
from gpuplanner.ui.document_files import Answer
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.plan_link import PlanLink
from gpuplanner.ui.remembered import Remembered
from gpuplanner.ui.theme import Theme


def test_that_the_row_with_the_cursor_is_the_plan_when_a_document_comes_into_an_empty_window(
    qtbot: QtBot, tmp_path: Path, theme: Theme, catalog: Catalog
) -> None:
    """A view that gets the keyboard from the start page chooses its first row by itself, too early."""
    window = MainWindow(theme, Remembered(tmp_path / "settings.json"))
    qtbot.addWidget(window)
    window.show()
    window.build()
    window.files.ask_unsaved = lambda: Answer.DISCARD
    window.document.replaced.connect(lambda: window.table.view.select_source(0))  # as that view does
    link = PlanLink(window, catalog)
    link.start()
    qtbot.waitUntil(lambda: link.planner.outcome.answer is not None, timeout=20_000)
    window.open_profile()
    qtbot.waitUntil(lambda: window.table.view.current_source() == 0)
    row = window.document.rows[0]
    qtbot.waitUntil(lambda: link.planner.plan == row.effective_plan())
    window.close()

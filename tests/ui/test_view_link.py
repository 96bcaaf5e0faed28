"""How the table is looked at comes back: with its document, or with the next start."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.data.benchmark_table import BenchmarkTable
from gpuplanner.data.catalog import Catalog
from gpuplanner.data.plan_file import PlanDocument, write_document
from gpuplanner.ui.documents.remembered import Remembered
from gpuplanner.ui.links.pivot_link import PIVOT, PivotLink
from gpuplanner.ui.links.plan_link import PlanLink
from gpuplanner.ui.links.view_link import ViewLink
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.pivot.pivot_cells import Values
from gpuplanner.ui.theme import Theme

Opened = Callable[[], tuple[MainWindow, PivotLink]]


@pytest.fixture
def opened(
    qtbot: QtBot, theme: Theme, catalog: Catalog, tmp_path: Path, profile: tuple[BenchmarkRow, ...]
) -> Iterator[Opened]:
    """Opens a window as at a new start of the program, on the same document."""
    path = tmp_path / "a.gpuplan"
    write_document(path, PlanDocument(BenchmarkTable(profile[:12], ("model", "peak_memory", "note"))))
    windows: list[MainWindow] = []

    def open_() -> tuple[MainWindow, PivotLink]:
        window = MainWindow(theme, Remembered(tmp_path / "settings.json"))
        window.build()
        ViewLink(window)
        pivot = PivotLink(window, PlanLink(window, catalog))
        window.files.load(path)
        qtbot.addWidget(window)
        windows.append(window)
        return window, pivot

    yield open_
    for window in windows:
        window.close()


def test_that_a_document_keeps_its_columns_and_figures_without_a_step(opened: Opened) -> None:
    window, pivot = opened()
    window.table.view.freeze_up_to("method")
    window.table.view.force_columns({"note": True})
    pivot.show(PIVOT)
    pivot.values.setCurrentIndex(pivot.values.findData(Values.TIME.value))
    pivot.values.activated.emit(pivot.values.currentIndex())
    assert not window.document.is_modified
    assert window.document.undo_stack.count() == 0
    assert window.files.save()
    again, pivot_again = opened()
    assert again.table.view.frozen_column == "method"
    assert again.table.view.frozen_count == again.table.model.column_of("method") + 1
    assert again.table.view.forced_columns == {"note": True}
    assert pivot_again.values.currentData() == pivot_again.model.values == Values.TIME


def test_that_another_document_is_looked_at_as_it_was_kept(opened: Opened, tmp_path: Path) -> None:
    window, _pivot = opened()
    window.table.view.freeze_up_to("method")
    other = tmp_path / "b.gpuplan"
    write_document(other, PlanDocument(window.document.table()))
    window.files.load(other)
    assert window.table.view.frozen_column == ""


def test_that_pivot_and_open_problems_are_there_at_the_next_start(opened: Opened) -> None:
    window, pivot = opened()
    assert not pivot.is_shown
    assert window.table.problem_panel.isHidden()
    pivot.show(PIVOT)
    window.table.show_problems()
    again, pivot_again = opened()
    assert pivot_again.is_shown
    assert again.table.front is pivot_again.view
    assert not again.table.problem_panel.isHidden()
    again.table.show_problems(False)
    assert opened()[0].table.problem_panel.isHidden()

"""The pivot as a user works it: what cells say, typing, the clipboard, selection, the frozen settings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QItemSelection, QItemSelectionModel, QMimeData, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from gpuplanner.core.benchmark import BenchmarkRow, MemoryScope, MemoryUnit, Origin, Status
from gpuplanner.core.plan import Plan
from gpuplanner.core.units import GIB
from gpuplanner.data.benchmark_table import BenchmarkTable
from gpuplanner.data.catalog import Catalog
from gpuplanner.report.row_estimates import RowEstimate
from gpuplanner.ui.documents.document import Document
from gpuplanner.ui.documents.remembered import Remembered
from gpuplanner.ui.links.pivot_link import LIST, PIVOT, PivotLink
from gpuplanner.ui.links.plan_link import PlanLink
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.pivot.pivot_cells import Values
from gpuplanner.ui.pivot.pivot_editing import PivotEditing
from gpuplanner.ui.pivot.pivot_model import PivotModel
from gpuplanner.ui.pivot.pivot_view import PivotView
from gpuplanner.ui.table.benchmark_table import BenchmarkTableModel
from gpuplanner.ui.table.row_order import RowFilter
from gpuplanner.ui.theme import Theme
from gpuplanner.ui.widgets.display_unit import DisplayUnit

Flag = QItemSelectionModel.SelectionFlag
LORA_7B, FULL_7B = 4, 7
"""Lines of the profile."""


class Scene:
    """A pivot over a document."""

    def __init__(self, qtbot: QtBot, theme: Theme, rows: tuple[BenchmarkRow, ...]) -> None:
        self.document = Document(BenchmarkTable(rows))
        self.table = BenchmarkTableModel(self.document)
        self.table.set_unit(DisplayUnit.AS_WRITTEN)
        self.model = PivotModel(self.table)
        self.view = PivotView(theme, self.model)
        self.editing = PivotEditing(self.view, self.model)
        for part in (self.document, self.table, self.model, self.editing):
            part.setParent(self.view)
        self.model.set_active(True)
        self.view.resize(520, 400)
        self.qtbot = qtbot
        qtbot.addWidget(self.view)

    def show(self) -> None:
        """For a test of the mouse or the keyboard; the others are done sooner without."""
        with self.qtbot.waitExposed(self.view):
            self.view.show()
        self.view.setFocus()

    def text(self, line: int, length: int) -> str:
        return self.model.look(line, self.column(length)).text

    def column(self, length: int) -> int:
        return self.model.n_heads + self.model.layout.lengths.index(length)

    def go_to(self, line: int, length: int) -> None:
        # Without a flag the choice depends on what an earlier test left pressed.
        index, flag = self.model.index(line, self.column(length)), Flag.ClearAndSelect
        self.view.selectionModel().setCurrentIndex(index, flag)

    def write(self, line: int, length: int, text: str) -> None:
        self.model.setData(self.model.index(line, self.column(length)), text)

    def row(self, line: int, length: int) -> BenchmarkRow:
        return self.document.rows[self.model.source_at(line, self.column(length))]


@pytest.fixture
def scene(qtbot: QtBot, theme: Theme, profile: tuple[BenchmarkRow, ...]) -> Iterator[Scene]:
    found = Scene(qtbot, theme, profile)
    yield found
    found.view.close()


@pytest.fixture
def gap(qtbot: QtBot, theme: Theme, profile: tuple[BenchmarkRow, ...]) -> Iterator[Scene]:
    """Qwen-7B LoRA without the row at 1,024 tokens."""
    rows = tuple(row for row in profile[24:36] if (row.plan.method, row.plan.seq_len) != ("lora", 1024))
    found = Scene(qtbot, theme, rows)
    yield found
    found.view.close()


def test_that_qt_finds_no_fault_in_the_model(scene: Scene) -> None:
    tester = QAbstractItemModelTester(scene.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    scene.table.set_filter(RowFilter("qlora"))
    scene.document.remove_rows([70, 3], "delete 2 rows")
    scene.document.undo_stack.undo()
    scene.model.set_values(Values.TIME)
    scene.document.replace(BenchmarkTable())
    assert scene.model.rowCount() == scene.model.columnCount() - scene.model.n_heads == 0
    tester.deleteLater()


def test_that_a_cell_left_by_enter_and_a_click_at_once_is_taken_once(scene: Scene) -> None:
    scene.show()
    scene.go_to(LORA_7B, 256)
    scene.view.edit(scene.view.currentIndex())
    editor = scene.view.viewport().findChild(QLineEdit)
    assert editor is not None
    editor.setText("50G / 1.2s/it")
    QTest.keyClick(editor, Qt.Key.Key_Return)  # Qt takes the text in the next turn
    scene.go_to(LORA_7B, 512)
    QCoreApplication.sendPostedEvents()
    assert scene.row(LORA_7B, 256).measurement.step_time_s == 1.2
    assert scene.document.undo_stack.count() == 1


def test_that_the_tip_of_a_cell_says_how_its_figures_were_typed(scene: Scene) -> None:
    scene.write(LORA_7B, 256, "52429 MiB / 1.2s/it")
    tip = scene.model.tip(LORA_7B, scene.column(256)).splitlines()
    assert tip[1:3] == ["Typed as 52429 MiB", "Typed as 1.2s/it"]
    scene.document.undo_stack.undo()
    assert "Typed" not in scene.model.tip(LORA_7B, scene.column(256))


def test_that_a_fill_to_the_right_takes_figures_as_they_were_written_and_adds_rows(gap: Scene) -> None:
    first, last = (gap.model.index(0, gap.column(length)) for length in (512, 2048))
    area = QItemSelection(first, last)
    gap.view.selectionModel().select(area, Flag.ClearAndSelect)
    n, figures = len(gap.document.rows), gap.row(0, 512).measurement
    gap.editing.fill_right()
    assert gap.document.undo_stack.undoText() == "fill right of 2 cells"
    assert [gap.row(0, length).measurement for length in (512, 1024, 2048)] == [figures] * 3
    assert len(gap.document.rows) == n + 1
    gap.document.undo_stack.undo()
    assert len(gap.document.rows) == n
    gap.model.set_values(Values.TIME)
    gap.go_to(0, 2048)
    gap.editing.fill_right()  # nothing at its left
    gap.go_to(0, 512)
    gap.editing.fill_right()
    assert gap.row(0, 512).measurement.step_time_s == gap.row(0, 256).measurement.step_time_s
    assert gap.row(0, 512).measurement.peak_memory == figures.peak_memory
    n_steps = gap.document.undo_stack.count()
    gap.editing.fill_right()  # the same once more
    assert gap.document.undo_stack.count() == n_steps


def test_that_cells_read_as_they_were_published(scene: Scene) -> None:
    assert scene.text(LORA_7B, 256) == "20.1 GB / 1.2"
    scene.table.set_unit(DisplayUnit.GIB_PER_GPU)
    assert scene.text(LORA_7B, 256) == "18.7 / 1.2"
    assert scene.text(FULL_7B, 2048) == "OOM"
    scene.model.set_values(Values.TIME)
    assert scene.text(LORA_7B, 256) == "1.2"
    assert scene.model.unit_text(scene.column(256)) == "s"


@pytest.mark.parametrize(
    ("text", "memory", "time"),
    [
        ("21.5 / 1.3", 21.5, 1.3),
        ("21.5GB / 1300 ms/it", 21.5, 1.3),
        ("21.5", 21.5, 1.2),
        ("/ 1.3", 20.1, 1.3),
        ("1.3 s/it", 20.1, 1.3),
        ("21.5 / -", 21.5, None),
        ("20200 MiB / 2", 20200, 2.0),
        ("20.2MiB/1000 / 2", 20.2, 2.0),
    ],
)
def test_that_both_parts_of_a_cell_or_either_are_typed(
    scene: Scene, text: str, memory: float, time: float | None
) -> None:
    scene.write(LORA_7B, 256, text)
    measured = scene.row(LORA_7B, 256).measurement
    assert (measured.peak_memory, measured.step_time_s, measured.status) == (memory, time, Status.MEASURED)
    assert scene.document.undo_stack.undoText() == "edit Qwen-7B, LoRA at 256"
    scene.document.undo_stack.undo()
    assert scene.text(LORA_7B, 256) == "20.1 GB / 1.2"


def test_that_words_say_how_a_measurement_ended(scene: Scene) -> None:
    scene.write(LORA_7B, 256, "OOM")
    assert scene.row(LORA_7B, 256).measurement.status is Status.OOM
    scene.write(LORA_7B, 512, "–")
    row = scene.row(LORA_7B, 512)
    assert (row.measurement.status, row.measurement.step_time_s) == (Status.NOT_MEASURED, None)
    assert scene.text(LORA_7B, 512) == "–"


def test_that_a_text_that_cannot_be_read_is_kept_and_marked(scene: Scene) -> None:
    scene.write(LORA_7B, 256, "about 20 / 1.2")
    assert scene.row(LORA_7B, 256).unreadable[0].text == "about 20"
    assert scene.model.look(LORA_7B, scene.column(256)).unreadable
    assert "about 20" in scene.model.tip(LORA_7B, scene.column(256))


def test_that_typing_into_an_empty_cell_adds_a_row_with_the_settings_of_its_line(gap: Scene) -> None:
    other = gap.row(0, 512)
    gap.write(0, 1024, "21.5 / 2.8")
    added = gap.row(0, 1024)
    assert added.plan == replace(other.plan, seq_len=1024)
    assert added.provenance.origin is Origin.ENTERED
    stated = added.measurement
    assert (stated.peak_memory, stated.peak_memory_unit, stated.peak_memory_scope) == (
        21.5,
        MemoryUnit.GB,
        MemoryScope.TOTAL,
    )
    assert [row.plan.seq_len for row in gap.document.rows[:3]] == [256, 512, 1024]
    assert gap.document.undo_stack.undoText() == "add Qwen-7B, LoRA at 1,024"
    gap.document.undo_stack.undo()
    assert gap.text(0, 1024) == ""


def test_that_leaving_an_empty_cell_empty_adds_nothing(gap: Scene) -> None:
    for text in ("", " ", "-"):
        gap.write(0, 1024, text)
    assert gap.document.undo_stack.count() == 0


def test_that_a_setting_is_changed_for_its_whole_line_in_one_step(scene: Scene) -> None:
    scene.model.setData(scene.model.index(LORA_7B, 0), "Qwen-7B-Chat")
    assert sum(row.plan.model == "Qwen-7B-Chat" for row in scene.document.rows) == 6
    assert scene.document.undo_stack.count() == 1
    scene.document.undo_stack.undo()
    assert not any(row.plan.model == "Qwen-7B-Chat" for row in scene.document.rows)


def test_that_a_cell_of_several_rows_says_so_and_edits_the_first(
    qtbot: QtBot, theme: Theme, profile: tuple[BenchmarkRow, ...]
) -> None:
    scene = Scene(qtbot, theme, (profile[0], profile[1], profile[0]))
    assert scene.text(0, 256) == "6.7 GB / 1.0 (2 rows)"
    assert scene.model.look(0, scene.column(256)).icon == "note"
    assert "1, 3" in scene.model.tip(0, scene.column(256))
    scene.write(0, 256, "7 / 1")
    assert [row.measurement.peak_memory for row in scene.document.rows] == [7, 7.4, 6.7]


def test_that_the_filter_and_changes_of_the_document_reach_the_pivot(scene: Scene) -> None:
    scene.table.set_filter(RowFilter(model="Qwen-14B"))
    assert scene.model.rowCount() == 3
    scene.document.remove_rows(range(6), "delete 6 rows")
    assert scene.row(0, 256).plan.model == "Qwen-14B"


def test_that_the_tip_says_how_far_the_estimate_is_off_and_what_is_above_the_card(scene: Scene) -> None:
    scene.table.set_unit(DisplayUnit.GIB_PER_GPU)
    scene.table.set_card_bytes(lambda _name: 10 * GIB)
    source = scene.model.source_at(LORA_7B, scene.column(256))
    scene.table.set_row_estimates({source: RowEstimate(device_bytes=20 * GIB, step_time_s=1.5)})
    tip = scene.model.tip(LORA_7B, scene.column(256))
    assert "20.0 GiB (+6.8 %)" in tip
    assert "1.50 s (+25.0 %)" in tip
    assert "Above the card: 187 % of A100 80GB SXM4" in tip
    assert scene.model.look(LORA_7B, scene.column(256)).tone == "no"


def test_that_a_cell_selects_its_row_and_an_empty_one_can_be_planned(gap: Scene) -> None:
    gap.show()
    with gap.qtbot.waitSignal(gap.view.row_selected) as told:
        gap.go_to(0, 2048)
    assert told.args == [2]
    gap.view.row_selected.connect(lambda _row: pytest.fail("an empty cell has no row"))
    gap.go_to(0, 1024)
    assert "Ctrl+Enter" in gap.model.tip(0, gap.column(1024))
    with gap.qtbot.waitSignal(gap.view.plan_requested) as asked:
        gap.qtbot.keyClick(gap.view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert asked.args == [0, gap.column(1024)]


def test_that_the_cursor_stays_with_its_row_when_lines_come_and_go(scene: Scene) -> None:
    scene.go_to(LORA_7B, 512)
    source = scene.model.source_at(LORA_7B, scene.column(512))
    scene.table.set_filter(RowFilter(model="Qwen-7B"))
    index = scene.view.currentIndex()
    assert scene.model.sources(index.row(), index.column()) == (source,)


def test_that_a_copy_with_a_setting_is_a_published_table_and_figures_alone_are_a_block(scene: Scene) -> None:
    scene.table.set_filter(RowFilter("qwen-7b", method="lora"))
    scene.view.selectAll()
    scene.editing.copy()
    mime = QGuiApplication.clipboard().mimeData()
    head, first = (line.split("\t") for line in mime.text().splitlines()[:2])
    assert head[-6:] == ["256", "512", "1024", "2048", "4096", "8192"]
    assert first[0] == "Qwen-7B"
    assert first[-6] == "20.1 GB / 1.2 s/it"
    assert "<th>8192</th>" in mime.html()
    scene.go_to(0, 256)
    scene.editing.copy()
    assert QGuiApplication.clipboard().text().strip() == "20.1 GB / 1.2 s/it"


def test_that_a_block_is_pasted_and_cleared_in_one_step(gap: Scene) -> None:
    mime = QMimeData()
    mime.setText("20.5 GB / 1.6 s/it\t21.6 GB / 2.9 s/it\n34 / 1.5\t35 / 3\n")
    QGuiApplication.clipboard().setMimeData(mime)
    gap.go_to(0, 512)
    gap.editing.paste()
    assert [gap.text(line, length) for line in (0, 1) for length in (512, 1024)] == [
        "20.5 GB / 1.6",
        "21.6 GB / 2.9",
        "34 GB / 1.5",
        "35 GB / 3.0",
    ]
    assert len(gap.document.rows) == 12
    assert gap.document.undo_stack.undoText() == "paste"
    gap.document.undo_stack.undo()
    assert len(gap.document.rows) == 11
    gap.view.selectAll()
    gap.editing.clear()
    assert all(row.measurement.status is Status.NOT_MEASURED for row in gap.document.rows)
    assert gap.document.undo_stack.undoText() == "clear 12 cells"


def test_that_the_rows_of_a_line_are_deleted_by_its_setting(scene: Scene) -> None:
    scene.view.setCurrentIndex(scene.model.index(LORA_7B, 1))
    scene.editing.delete_rows()
    assert scene.document.undo_stack.undoText() == "delete 6 rows"


def test_that_settings_stay_in_sight_and_take_clicks_and_editors(scene: Scene) -> None:
    view = scene.view
    scene.show()
    view.horizontalScrollBar().setValue(view.horizontalScrollBar().maximum())
    assert view.horizontalScrollBar().maximum() > 0
    place = QPoint(20, view.rowViewportPosition(2) + 5)
    assert view.indexAt(place).column() == 0
    scene.qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert (view.currentIndex().row(), view.currentIndex().column()) == (2, 0)
    assert view.horizontalScrollBar().value() == view.horizontalScrollBar().maximum()
    scene.qtbot.keyClick(view, Qt.Key.Key_F2)
    editor = view.viewport().findChild(QLineEdit)
    assert editor is not None
    assert editor.x() == 0
    scene.qtbot.keyClick(editor, Qt.Key.Key_Escape)


def test_that_a_cell_is_never_left_below_the_settings(scene: Scene) -> None:
    view = scene.view
    scene.show()
    frozen = sum(view.columnWidth(column) for column in range(scene.model.n_heads))
    view.horizontalScrollBar().setValue(view.horizontalScrollBar().maximum())
    view.setCurrentIndex(scene.model.index(0, scene.column(8192)))
    for _ in range(5):
        scene.qtbot.keyClick(view, Qt.Key.Key_Left)
        assert view.visualRect(view.currentIndex()).left() >= frozen


def test_that_shift_selects_over_what_is_scrolled_below_the_settings(scene: Scene) -> None:
    view = scene.view
    scene.show()
    scene.go_to(0, 256)
    for _ in range(5):
        scene.qtbot.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    first = scene.column(256)
    assert view.selected_cells() == [(0, column) for column in range(first, first + 6)]


def test_that_a_large_table_is_laid_out_in_slices(qtbot: QtBot, theme: Theme) -> None:
    rows = tuple(
        BenchmarkRow(Plan(model="a", seq_len=256 * (1 + i % 8), lora_rank=1 + i // 8)) for i in range(4000)
    )
    scene = Scene(qtbot, theme, rows)
    assert scene.model.rowCount() == 0
    qtbot.waitUntil(lambda: scene.model.rowCount() == 500)
    scene.document.remove_rows([0], "delete row")
    assert scene.model.rowCount() == 0  # rather nothing than rows in other rows' places
    qtbot.waitUntil(lambda: scene.model.rowCount() == 500)


class Linked:
    """A window of the profile with its estimator and the pivot."""

    def __init__(self, qtbot: QtBot, theme: Theme, catalog: Catalog, folder: Path) -> None:
        self.window = MainWindow(theme, Remembered(folder / "settings.json"))
        qtbot.addWidget(self.window)
        self.window.show()
        self.window.build()
        self.plan = PlanLink(self.window, catalog)
        self.pivot = PivotLink(self.window, self.plan)
        self.window.open_profile()
        self.pivot.show(PIVOT)


@pytest.fixture
def linked(qtbot: QtBot, theme: Theme, catalog: Catalog, tmp_path: Path) -> Linked:
    return Linked(qtbot, theme, catalog, tmp_path)


def test_that_list_plan_and_pivot_stand_at_the_same_row(linked: Linked) -> None:
    table, pivot = linked.window.table, linked.pivot
    assert table.front is pivot.view
    assert table.view.isHidden()
    table.select_row(27)
    assert pivot.model.sources(*at(pivot.view)) == (27,)
    pivot.view.setCurrentIndex(pivot.model.index(0, pivot.model.n_heads))
    assert table.view.current_source() == 0
    assert linked.plan.planner.plan == linked.window.document.rows[0].effective_plan()
    pivot.show(LIST)
    assert table.front is table.view


def test_that_a_hit_is_gone_to_in_the_pivot_be_it_a_setting_or_a_figure(linked: Linked) -> None:
    table, pivot = linked.window.table, linked.pivot
    table.view.select_source(27)
    models = [column.key for column in pivot.model.columns].index("model")
    table.select_row(27, "model")
    assert at(pivot.view) == (LORA_7B, models)
    table.select_row(27, "step_time_s")
    assert pivot.model.sources(*at(pivot.view)) == (27,)
    assert at(pivot.view)[1] >= pivot.model.n_heads
    assert table.front is pivot.view


def test_that_an_empty_cell_is_planned_as_one_step(linked: Linked) -> None:
    document, pivot = linked.window.document, linked.pivot
    document.remove_rows([27], "delete row")
    pivot.view.setCurrentIndex(pivot.model.index(LORA_7B, pivot.model.n_heads + 3))
    assert linked.window.table.foot.text == (
        "Qwen-7B, LoRA at 2,048 tokens: no row; type its figures, or plan it with Ctrl+Enter"
    )
    pivot.view.plan_requested.emit(*at(pivot.view))
    plan = linked.plan.planner.plan
    assert (plan.model, plan.seq_len) == ("Qwen-7B", 2048)
    assert document.undo_stack.undoText() == "plan the cell"


def test_that_the_edit_menu_works_in_the_view_that_is_in_front(linked: Linked) -> None:
    table, pivot = linked.window.table, linked.pivot
    pivot.view.setCurrentIndex(pivot.model.index(LORA_7B, pivot.model.n_heads))
    table.edit("clear")
    assert linked.window.document.undo_stack.undoText() == "clear cell"
    assert linked.window.document.rows[24].measurement.peak_memory is None
    assert linked.window.document.rows[24].measurement.step_time_s is None


def at(view: PivotView) -> tuple[int, int]:
    return view.currentIndex().row(), view.currentIndex().column()

"""Find and replace as a user works it: the list before anything changes, one step, and the way there."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gpuplanner.core.benchmark import BenchmarkRow, Status
from gpuplanner.data.benchmark_table import BenchmarkTable, read_row
from gpuplanner.data.find_replace import LONGEST_CELL, Finder, Wanted
from gpuplanner.ui.documents.remembered import Remembered
from gpuplanner.ui.links.find_link import FindLink
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.table.cell_hits import Found, Hits, find_hits
from gpuplanner.ui.table.columns import all_columns
from gpuplanner.ui.table.find_dialog import SELECTED, FindDialog
from gpuplanner.ui.table.row_order import RowFilter
from gpuplanner.ui.theme import Theme
from gpuplanner.ui.widgets.display_unit import DisplayUnit

PER_GPU = DisplayUnit.GIB_PER_GPU


def row(**texts: str) -> BenchmarkRow:
    return read_row({"model": "Qwen-7B", "status": "measured", **texts})


def search(
    rows: list[BenchmarkRow],
    wanted: Wanted,
    unit: DisplayUnit = PER_GPU,
    only: Mapping[int, Any] | None = None,
) -> Hits:
    steps: Generator[None, None, Hits] = find_hits(
        enumerate(rows), dict(enumerate(all_columns(("remark",)))), unit, Finder(wanted), only
    )
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: Hits = end.value
            return result


def found(
    rows: list[BenchmarkRow], wanted: Wanted, unit: DisplayUnit = PER_GPU
) -> list[tuple[int, str, Found]]:
    columns = all_columns(("remark",))
    return [(hit.row, columns[hit.found.place].key, hit.found) for hit in search(rows, wanted, unit).hits]


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    ("cells", "wanted", "key", "before", "text"),
    [
        ({"seq_len": "4k"}, Wanted("4k", "8k"), "seq_len", "4k", "8k"),
        ({"seq_len": "4k"}, Wanted("4096", "8192"), "seq_len", "4096", "8192"),
        ({"seq_len": "4096"}, Wanted("4,096", "8,192"), "seq_len", "4,096", "8,192"),
        ({"method": "qlora"}, Wanted("QLoRA", "LoRA"), "method", "qlora", "lora"),
        ({"sharding": "zero3"}, Wanted("ZeRO-3", "ZeRO-2"), "sharding", "ZeRO-3", "zero2"),
        ({"gpus_per_node": "4", "nodes": "2"}, Wanted("2 × 4", "1 × 8"), "gpus", "2 × 4", "1 × 8"),
        ({"remark": "run 12"}, Wanted("run 12", "run 13"), "remark", "run 12", "run 13"),
        ({"step_time_s": "about 3"}, Wanted("about 3", "3"), "step_time_s", "about 3", "3"),
        ({"peak_memory": "", "status": "oom"}, Wanted("OOM", "51.2"), "peak_memory", "OOM", "51.2"),
    ],
)
def test_that_a_cell_is_found_as_it_is_typed_written_or_shown(
    cells: dict[str, str], wanted: Wanted, key: str, before: str, text: str
) -> None:
    hits = {k: hit for _, k, hit in found([row(**cells)], wanted)}
    assert (hits[key].before, hits[key].text.lower()) == (before, text.lower())
    assert hits[key].is_possible


@pytest.mark.usefixtures("qapp")
def test_that_memory_is_found_in_the_unit_on_the_screen() -> None:
    rows = [row(peak_memory="139.2", peak_memory_unit="GB", peak_memory_scope="total", gpus_per_node="2")]
    assert [k for _, k, _ in found(rows, Wanted("69.6", "70"), DisplayUnit.GB_PER_GPU)] == ["peak_memory"]
    assert not found(rows, Wanted("69.6", "70"))


@pytest.mark.usefixtures("qapp")
def test_that_what_a_cell_cannot_take_is_left_out_with_its_reason() -> None:
    hits = [hit for _, k, hit in found([row(seq_len="4096")], Wanted("4096", "many")) if k == "seq_len"]
    assert not hits[0].is_possible
    assert "many" in hits[0].reason
    assert [hit.is_same for _, _, hit in found([row(seq_len="4096")], Wanted("4096", "4096"))] == [True]


@pytest.mark.usefixtures("qapp")
def test_that_rows_that_share_a_plan_do_not_share_how_it_was_written() -> None:
    first, second = row(seq_len="4k"), row(seq_len="4096")
    second = BenchmarkRow(first.plan, second.measurement, as_written=second.as_written)
    texts = [hit.before for _, _, hit in found([first, second], Wanted("4", "8")) if hit.before[0] == "4"]
    assert texts == ["4k", "4096"]


@pytest.mark.usefixtures("qapp")
def test_that_only_named_cells_are_searched_and_overlong_ones_counted() -> None:
    rows = [row(remark="one"), row(remark="one"), row(remark="x" * (LONGEST_CELL + 1))]
    place = next(p for p, column in enumerate(all_columns(("remark",))) if column.key == "remark")
    result = search(rows, Wanted("one", "two"), only={1: [(place, place)], 2: [(place, place)]})
    assert [hit.row for hit in result.hits] == [1]
    assert result.too_long == 1


@pytest.fixture
def window(
    qtbot: QtBot, theme: Theme, tmp_path: Path, profile: tuple[BenchmarkRow, ...]
) -> Iterator[MainWindow]:
    result = MainWindow(theme, Remembered(tmp_path / "settings.toml"))
    result.build()
    result.document.replace(BenchmarkTable(profile, ("model", "method", "seq_len", "peak_memory")))
    qtbot.addWidget(result)
    with qtbot.waitExposed(result):
        result.show()
    yield result
    result.close()


@pytest.fixture
def link(window: MainWindow) -> FindLink:
    return FindLink(window)


def look_for(qtbot: QtBot, link: FindLink, find: str, replacement: str = "") -> FindDialog:
    link.open()
    dialog = link.dialog
    assert dialog is not None
    dialog.find_field.clear()
    qtbot.keyClicks(dialog.find_field, find)
    dialog.replacement_field.setText(replacement)
    ready(qtbot, link)
    return dialog


def ready(qtbot: QtBot, link: FindLink) -> None:
    qtbot.waitUntil(lambda: not link._soon.isActive() and not link._work.is_busy)


def lengths(window: MainWindow) -> list[int]:
    return [row.plan.seq_len for row in window.document.rows]


def test_that_ticked_cells_are_replaced_in_one_step_and_come_back(
    qtbot: QtBot, window: MainWindow, link: FindLink
) -> None:
    before = lengths(window)
    dialog = look_for(qtbot, link, "2048", "3072")
    n = before.count(2048)
    assert dialog.summary.text().startswith(f"{n} hits in {len(before)} rows")
    dialog.view.selectRow(0)
    qtbot.keyClick(dialog.view, Qt.Key.Key_Space)
    assert dialog.replace_button.text() == f"&Replace {n - 1} cells"
    qtbot.mouseClick(dialog.replace_button, Qt.MouseButton.LeftButton)
    ready(qtbot, link)
    assert lengths(window).count(3072) == n - 1
    assert window.document.undo_stack.undoText() == f"replace in {n - 1} cells"
    window.document.undo_stack.undo()
    assert lengths(window) == before


def test_that_hits_that_a_filter_hides_are_counted_and_can_be_left_out(
    qtbot: QtBot, window: MainWindow, link: FindLink
) -> None:
    window.table.tools.find_box.setText("72b")
    shown, total = window.table.model.rowCount(), len(window.document.rows)
    dialog = look_for(qtbot, link, "2048", "3072")
    few = len(dialog.list.hits)
    assert f"in {shown} shown rows of {total}" in dialog.summary.text()
    dialog.rows.setCurrentIndex(0)
    dialog.rows.activated.emit(0)
    ready(qtbot, link)
    hidden = lengths(window).count(2048) - few
    assert f"{hidden} of them hidden by the filter" in dialog.summary.text()
    dialog.hit_chosen.emit(0, False)
    assert not window.table.model.row_filter.is_empty
    dialog.hit_chosen.emit(0, True)
    assert window.table.model.row_filter == RowFilter()
    assert window.table.view.current_source() == dialog.list.hits[0].row


def test_that_a_bad_expression_is_said_at_its_field(qtbot: QtBot, window: MainWindow, link: FindLink) -> None:
    dialog = look_for(qtbot, link, "2(0")
    assert not dialog.find_fault.isVisible()
    dialog.expression.setChecked(True)
    ready(qtbot, link)
    assert dialog.find_fault.text().startswith("Character 2: ")
    assert not dialog.replace_button.isEnabled()
    dialog.find_field.setText("(a+)+$")
    window.document.set_cells([(0, "note", "a" * 60 + "!")], "note")
    ready(qtbot, link)
    assert "too long" in dialog.find_fault.text()


def test_that_several_selected_cells_are_where_it_looks(
    qtbot: QtBot, window: MainWindow, link: FindLink
) -> None:
    window.table.view.selectRow(3)
    dialog = look_for(qtbot, link, "2048", "3072")
    assert dialog.place == SELECTED
    assert [hit.row for hit in dialog.list.hits] == [3]
    assert "selected cells" in dialog.summary.text()


def test_that_enter_goes_through_the_hits_and_replaces_nothing(
    qtbot: QtBot, window: MainWindow, link: FindLink
) -> None:
    dialog = look_for(qtbot, link, "2048", "3072")
    before = lengths(window)
    for _ in range(2):
        qtbot.keyClick(QApplication.focusWidget() or dialog.find_field, Qt.Key.Key_Return)
    assert window.table.view.current_source() == dialog.list.hits[1].row
    assert lengths(window) == before


def test_that_the_list_follows_the_table(qtbot: QtBot, window: MainWindow, link: FindLink) -> None:
    dialog = look_for(qtbot, link, "2048", "3072")
    n = len(dialog.list.hits)
    window.document.remove_rows([dialog.list.hits[0].row], "delete row")
    assert not dialog.replace_button.isEnabled()
    ready(qtbot, link)
    assert len(dialog.list.hits) == n - 1


@pytest.mark.usefixtures("qapp")
def test_that_an_out_of_memory_cell_takes_a_figure() -> None:
    rows = [row(status="oom")]
    assert rows[0].measurement.status is Status.OOM
    assert [hit.text for _, k, hit in found(rows, Wanted("oom", "51.2")) if k == "peak_memory"] == ["51.2"]

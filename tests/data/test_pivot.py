"""The layout of the pivot: lines of equal settings, columns of lengths, and heads that tell lines apart."""

from __future__ import annotations

from dataclasses import replace

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.core.plan import Optimizer, Plan
from gpuplanner.data.benchmark_table import with_text
from gpuplanner.data.pivot import PivotLayout, PivotMaker, finished
from gpuplanner.data.resources import resource
from gpuplanner.data.rows_csv import read_rows, rows_from_text


def layout_of(rows: tuple[BenchmarkRow, ...]) -> PivotLayout:
    return finished(PivotMaker().steps(rows, range(len(rows))))


def rows_of(*plans: Plan) -> tuple[BenchmarkRow, ...]:
    return tuple(map(BenchmarkRow, plans))


def test_that_the_published_profile_is_laid_out_as_in_its_readme() -> None:
    rows = read_rows(resource("samples", "qwen-profile.csv")).rows
    layout = layout_of(rows)
    assert layout.lengths == (256, 512, 1024, 2048, 4096, 8192)
    assert layout.heads == ("model", "method", "nodes", "sharding")
    assert all(len(line) == 6 for line in layout.lines[:14])
    models = [rows[line[0]].plan.model for line in layout.lines[:14]]
    assert models == ["Qwen-1.8B"] * 4 + ["Qwen-7B"] * 5 + ["Qwen-14B"] * 3 + ["Qwen-72B"] * 2
    assert [rows[i].plan.seq_len for i in layout.cells[4, 3]] == [2048]


def test_that_heads_are_only_added_where_lines_would_read_alike() -> None:
    plan = Plan(model="a")
    told_by_model = rows_of(plan, replace(plan, model="b", optimizer=Optimizer.SGD))
    assert layout_of(told_by_model).heads == ("model", "method")
    alike = rows_of(plan, replace(plan, optimizer=Optimizer.SGD))
    assert layout_of(alike).heads == ("model", "method", "optimizer")


def test_that_rows_of_equal_settings_and_length_share_a_cell() -> None:
    rows = rows_of(Plan(seq_len=512), Plan(seq_len=1024), Plan(seq_len=512))
    layout = layout_of(rows)
    assert layout.cells[0, 0] == (0, 2)
    assert layout.cell_of(2) == (0, 0)


def test_that_rows_whose_length_is_not_known_stand_behind_the_others() -> None:
    unread = with_text(BenchmarkRow(Plan(model="a")), "seq_len", "many")
    table = rows_from_text("model,peak_memory\na,12\n", "test").rows
    layout = layout_of((unread, *table, BenchmarkRow(Plan(model="a", seq_len=4096))))
    assert layout.lengths == (4096, None)
    assert layout.cells[0, 1] == (0, 1)


def test_that_lines_of_unreadable_settings_are_not_thrown_together() -> None:
    row = BenchmarkRow(Plan(model="a"))
    layout = layout_of((row, with_text(row, "lora_rank", "x"), with_text(row, "lora_rank", "y")))
    assert len(layout.lines) == 3


def test_that_a_new_row_belongs_behind_the_shorter_ones_of_its_line() -> None:
    rows = rows_of(Plan(seq_len=512), Plan(seq_len=4096), Plan(model="b", seq_len=512))
    layout = layout_of(rows)
    assert layout.place_for(0, 1024, rows) == 1
    assert layout.place_for(0, 8192, rows) == 2
    assert layout.place_for(1, 256, rows) == 2


def test_that_only_the_rows_that_are_shown_are_laid_out() -> None:
    rows = rows_of(Plan(model="a"), Plan(model="b"))
    assert finished(PivotMaker().steps(rows, [1])).lines == ((1,),)

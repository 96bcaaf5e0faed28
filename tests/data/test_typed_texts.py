"""What was typed into a cell that holds it in another form: kept with the row and in the document."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from gpuplanner.core.benchmark import BenchmarkRow, TypedText
from gpuplanner.core.errors import InputError
from gpuplanner.data.benchmark_table import BenchmarkTable, read_row, with_text
from gpuplanner.data.plan_file import PlanDocument, read_document, write_document
from gpuplanner.data.typed_texts import typed_text, with_typed_text


def row(peak: str = "52", unit: str = "GB") -> BenchmarkRow:
    return read_row({"model": "Qwen-7B", "peak_memory": peak, "peak_memory_unit": unit})


def saved(tmp_path: Path, *rows: BenchmarkRow) -> Path:
    path = tmp_path / "a.gpuplan"
    write_document(path, PlanDocument(BenchmarkTable(rows, ("model", "peak_memory", "peak_memory_unit"))))
    return path


def change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()


def test_that_a_typed_text_holds_while_the_cell_means_the_same() -> None:
    typed = with_typed_text(row(), "peak_memory", "52 GB")
    assert typed_text(typed, "peak_memory") == "52 GB"
    assert typed_text(typed, "step_time_s") == ""
    assert typed_text(with_text(typed, "peak_memory", "53"), "peak_memory") == ""
    assert typed_text(with_text(typed, "peak_memory_unit", "GiB"), "peak_memory") == ""
    assert with_typed_text(typed, "peak_memory", "") == row()


def test_that_a_document_keeps_typed_texts_and_has_no_table_where_there_are_none(tmp_path: Path) -> None:
    typed = with_typed_text(row(), "peak_memory", "52 GB")
    out_of_date = with_text(typed, "peak_memory", "53")
    path = saved(tmp_path, row("1"), typed, out_of_date)
    document = read_document(path)
    assert document.problems == ()
    assert [kept.typed for kept in document.table.rows] == [(), typed.typed, ()]
    with closing(sqlite3.connect(saved(tmp_path, row()))) as connection:
        names = connection.execute("SELECT name FROM sqlite_master").fetchall()
    assert ("typed_texts",) not in names


def test_that_a_typed_text_whose_row_was_deleted_elsewhere_is_left_out(tmp_path: Path) -> None:
    path = saved(tmp_path, row("1"), with_typed_text(row(), "peak_memory", "52 GB"))
    change(path, "DELETE FROM rows WHERE position = 1")
    assert read_document(path).table.rows == (row("1"),)


@pytest.mark.parametrize("value", ["x'00'", "1.5"])
def test_that_a_damaged_table_of_typed_texts_is_refused(tmp_path: Path, value: str) -> None:
    path = saved(tmp_path, with_typed_text(row(), "peak_memory", "52 GB"))
    change(path, f"UPDATE typed_texts SET text = {value}, of_row = {value}")
    with pytest.raises(InputError, match="damaged"):
        read_document(path)


def test_that_a_later_text_of_a_cell_replaces_the_earlier(tmp_path: Path) -> None:
    path = saved(tmp_path, with_typed_text(row(), "peak_memory", "52 GB"))
    change(path, "INSERT INTO typed_texts SELECT 9, of_row, \"column\", '52GB', meant FROM typed_texts")
    assert read_document(path).table.rows[0].typed == (TypedText("peak_memory", "52GB", "52 GB"),)

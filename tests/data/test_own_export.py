"""Our exports come back as they were, apostrophes of other people's tables stay."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from gpuplanner.core.benchmark import BenchmarkRow, Measurement, Provenance
from gpuplanner.core.plan import Plan
from gpuplanner.data.benchmark_table import BenchmarkTable
from gpuplanner.data.exports import export_table
from gpuplanner.data.own_export import HEAD, MARK, escaped, restored
from gpuplanner.data.resources import resource
from gpuplanner.data.rows_csv import read_rows, rows_from_text
from gpuplanner.data.table_import.readers import grid_of_text, read_grid

HOSTILE = (
    "=1+1",
    "'=1+1",
    "''=1+1",
    "'tis",
    "'",
    "'5",
    "+44 20 7946 0000",
    "+inf",
    "-",
    "-5",
    "'-5",
    "@SUM(A1)",
    "\t=1",
    "a\r\n=1",
    '=HYPERLINK("http://x","y")',
    "=cmd|' /C calc'!A0",
    MARK,
)


def rows_with(texts: tuple[str, ...]) -> BenchmarkTable:
    """A row for each text, as its note and in a column that nobody knows."""
    rows = tuple(
        BenchmarkRow(
            Plan(model="Qwen-7B"), Measurement(20.1), Provenance(note=text), extra=(("=their column", text),)
        )
        for text in texts
    )
    return BenchmarkTable(rows, ("model", "peak_memory", "note", "=their column"))


def notes(table: BenchmarkTable) -> list[tuple[str, str]]:
    return [(row.provenance.note, dict(row.extra).get("=their column", "")) for row in table.rows]


def test_that_hostile_texts_come_back_from_our_csv() -> None:
    table = rows_with(HOSTILE)
    content = export_table(table, "csv").decode()
    cells = [cell for line in csv.reader(io.StringIO(content, newline="")) for cell in line]
    assert not any(cell.startswith(("=", "@", "\t")) for cell in cells)
    again = rows_from_text(content, "export")
    assert notes(again) == [(text.strip(), text) for text in HOSTILE]
    assert HEAD not in again.columns
    assert "=their column" in again.columns


@pytest.mark.parametrize("kind", ["tsv", "html", "xlsx", "ods"])
def test_that_hostile_texts_come_back_from_our_other_exports(kind: str, tmp_path: Path) -> None:
    texts = ("=1+1", "''=1+1", "@SUM(A1)", "-", "'tis")
    path = tmp_path / f"export.{kind}"
    path.write_bytes(export_table(rows_with(texts), kind))
    grid, _text = read_grid(path)
    place = grid.cells[0].index("=their column")
    assert tuple(line[place] for line in grid.cells[1:]) == texts
    assert HEAD not in grid.cells[0]


def test_that_a_table_without_formulas_is_exported_without_a_mark() -> None:
    profile = read_rows(resource("samples", "qwen-profile.csv"))
    assert HEAD not in export_table(profile, "csv").decode()


@pytest.mark.parametrize("mark", ["", ",escaped_by\r\n", ",escaped_by,x\r\n"])
def test_that_the_apostrophes_of_other_tables_stay(mark: str) -> None:
    head, line = (f"model,note{mark}".strip(), "Qwen-7B,'=1+1" + (",somebody" if mark else ""))
    table = rows_from_text(f"{head}\r\n{line}\r\n", "theirs")
    assert table.rows[0].provenance.note == "'=1+1"
    assert [c for c in table.columns if c == HEAD] == ([HEAD] if mark else [])
    assert grid_of_text(f"{head}\n{line}\n", "theirs").cells[1][1] == "'=1+1"


def test_that_lines_that_were_added_to_an_export_stay_as_they_are() -> None:
    text = f"model,{HEAD},note\nQwen-7B,{MARK},'=1\nQwen-7B,,'=2\nQwen-7B\n"
    assert [row.provenance.note for row in rows_from_text(text, "x").rows] == ["=1", "'=2", ""]


def test_that_a_column_of_the_same_name_is_kept() -> None:
    heads, lines = escaped(["a", HEAD], [["=1", MARK], ["2", "me"]], lambda text, _: text.replace("=", "'="))
    assert restored(heads, lines) == (["a", HEAD], [["=1", MARK], ["2", "me"]])

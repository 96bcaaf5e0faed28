"""Tables for other programs: the same figures, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest

from gpuplanner.core.benchmark import BenchmarkRow, Measurement, Provenance
from gpuplanner.core.csv_text import as_it_was
from gpuplanner.core.errors import InputError
from gpuplanner.core.plan import Plan
from gpuplanner.data.benchmark_table import BenchmarkTable
from gpuplanner.data.exports import KINDS, export_table, kind_of
from gpuplanner.data.resources import resource
from gpuplanner.data.rows_csv import read_rows, rows_from_text
from gpuplanner.data.table_import.readers import read_grid

FORMULA = '=HYPERLINK("http://x","y")'
ROW = BenchmarkRow(Plan(model="Qwen-7B"), Measurement(peak_memory=20.1), Provenance(note=FORMULA))
PROFILE = read_rows(resource("samples", "qwen-profile.csv"))


def test_that_a_csv_export_is_read_back_as_the_same_rows() -> None:
    again = rows_from_text(export_table(PROFILE, "csv").decode(), "export")
    assert again.rows == PROFILE.rows


@pytest.mark.parametrize("kind", ["csv", "tsv"])
def test_that_formulas_are_neutralised_and_can_be_restored(kind: str) -> None:
    text = export_table(BenchmarkTable((ROW,)), kind).decode()
    delimiter = "," if kind == "csv" else "\t"
    (line,) = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    assert line["note"] == "'" + FORMULA
    assert as_it_was(line["note"]) == FORMULA
    assert line["peak_memory"] == "20.1"


def test_that_excel_holds_numbers_as_numbers_and_no_formula() -> None:
    content = export_table(BenchmarkTable((ROW,)), "xlsx", "a/b: [c]")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    values = dict(zip(heads, (cell.value for cell in sheet[2]), strict=True))
    assert values["Peak memory"] == 20.1
    assert values["Note"] == "'" + FORMULA
    assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)


def test_that_all_rows_of_the_profile_come_out_of_excel_with_the_same_figures() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(export_table(PROFILE, "xlsx"))).worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    place = heads.index("Peak memory")
    found = [row[place] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert found == [row.measurement.peak_memory for row in PROFILE.rows]


def test_that_markup_is_escaped() -> None:
    row = BenchmarkRow(Plan(model="<b>|x"), provenance=Provenance(note="<script>"))
    assert "&lt;script&gt;" in export_table(BenchmarkTable((row,)), "html", "<t>").decode()
    assert "\\<b\\>\\|x" in export_table(BenchmarkTable((row,)), "md").decode()


def test_that_kinds_are_known_by_their_ending() -> None:
    assert [kind_of(Path(f"x.{kind.upper()}")) for kind in KINDS] == list(KINDS)
    assert kind_of(Path("x.doc")) == ""
    with pytest.raises(InputError, match="no kind of table"):
        export_table(PROFILE, "doc")


@pytest.mark.parametrize("kind", KINDS)
def test_that_what_no_file_can_hold_is_said(kind: str) -> None:
    row = BenchmarkRow(Plan(model="Qwen-7B"), provenance=Provenance(note="half \ud83d"))
    with pytest.raises(InputError, match=r"cannot be saved stands behind .*half"):
        export_table(BenchmarkTable((row,)), kind)


def test_that_a_web_page_opened_in_a_spreadsheet_runs_nothing() -> None:
    page = export_table(BenchmarkTable((ROW,)), "html").decode()
    assert "<td>&#x27;=HYPERLINK" in page
    assert "<td>20.1</td>" in page


def test_that_excel_can_open_what_xml_has_no_signs_for() -> None:
    row = BenchmarkRow(Plan(model="a\x01b\uffff"), Measurement(peak_memory=20.1), Provenance(note="1e999"))
    sheet = openpyxl.load_workbook(io.BytesIO(export_table(BenchmarkTable((row,)), "xlsx"))).worksheets[0]
    values = dict(zip((c.value for c in sheet[1]), (c.value for c in sheet[2]), strict=True))
    assert values["Model"] == "ab"
    assert values["Note"] == "1e999"


def test_that_ods_is_read_back_with_the_same_figures(tmp_path: Path) -> None:
    path = tmp_path / "table.ods"
    path.write_bytes(export_table(PROFILE, "ods"))
    grid, _text = read_grid(path)
    place = grid.cells[0].index("Peak memory")
    found = [float(line[place]) if line[place] else None for line in grid.cells[1:]]
    assert found == [row.measurement.peak_memory for row in PROFILE.rows]

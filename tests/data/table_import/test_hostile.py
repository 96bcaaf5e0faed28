"""What fuzzing found, and spreadsheets that somebody made to hurt: refused or read, and nothing else."""

from __future__ import annotations

import faulthandler
import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest

from gpuplanner.core.benchmark import BenchmarkRow, MemoryUnit, Status
from gpuplanner.core.errors import InputError
from gpuplanner.core.plan import Method
from gpuplanner.data.catalog import load_catalog
from gpuplanner.data.rows_csv import read_rows, write_rows
from gpuplanner.data.table_import import sheet_zip
from gpuplanner.data.table_import.html_tags import tags
from gpuplanner.data.table_import.rows import Imported
from gpuplanner.data.table_import.understood import understand_file, understand_text

FINDS = Path(__file__).parent / "finds"
CATALOG = load_catalog()
MOST_SECONDS = 120
"""A hang takes hours."""


@pytest.fixture(autouse=True)
def no_hang() -> Iterator[None]:
    """Ends the tests where one hangs, and says where."""
    faulthandler.dump_traceback_later(MOST_SECONDS, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


def read(path: Path) -> Imported:
    understood = understand_file(path, CATALOG)
    return understood.rows(understood.reading)


def rows(name: str) -> tuple[BenchmarkRow, ...]:
    return read(FINDS / name).table.rows


@pytest.mark.parametrize("name", sorted(path.name for path in FINDS.iterdir()))
def test_that_a_find_is_read_or_refused_and_what_is_read_can_be_kept(name: str, tmp_path: Path) -> None:
    try:
        found = read(FINDS / name)
    except InputError:
        return
    write_rows(tmp_path / "rows.csv", found.table)
    assert len(read_rows(tmp_path / "rows.csv").rows) == len(found.table.rows)


def test_that_a_head_of_lengths_alone_is_none() -> None:
    with pytest.raises(InputError, match="lengths alone"):
        rows("lengths_alone.csv")


def test_that_zero_is_no_measurement_and_stays_as_a_text() -> None:
    found = read(FINDS / "zero_and_less.csv")
    for row, text in zip(found.table.rows, ("0", "-20.1"), strict=True):
        assert row.measurement.status is Status.NOT_MEASURED
        assert (row.measurement.peak_memory, row.measurement.step_time_s) == (None, None)
        assert ("memory (GiB) as published", text) in row.extra
    assert [note.text for note in found.unreadable] == ["0", "0", "-20.1", "-1"]


def test_that_a_second_column_of_a_field_neither_wins_nor_is_lost() -> None:
    (row,) = rows("model_twice.csv")
    assert row.plan.model == "Qwen-7B"
    assert dict(row.extra) == {"model as published": "Qwen-14B", "colour": "red", "colour (2)": "blue"}


def test_that_a_comma_is_no_thousands_separator_where_it_may_be_a_decimal_one() -> None:
    found = read(FINDS / "comma_decimals.csv")
    (row,) = found.table.rows
    assert (row.measurement.peak_memory, row.measurement.step_time_s) == (None, None)
    assert [note.text for note in found.unreadable] == ["2,113G", "0,954"]


def test_that_cells_that_say_their_unit_are_not_read_in_that_of_the_head() -> None:
    measured = [row.measurement for row in rows("terabytes_under_mib.csv")]
    assert [(m.peak_memory, m.peak_memory_unit) for m in measured] == [
        (1500, MemoryUnit.GB),
        (20.1, MemoryUnit.GB),
        (20480, MemoryUnit.MIB),
    ]


@pytest.mark.parametrize("name", ["cells_with_lines.csv", "line_separators.jsonl"])
def test_that_signs_that_look_like_the_end_of_a_line_do_not_part_a_cell(name: str) -> None:
    (row,) = rows(name)
    assert row.provenance.note.startswith("a b")


def test_that_half_a_pair_of_surrogates_is_seen() -> None:
    assert rows("half_a_pair.jsonl")[0].provenance.note == "\N{REPLACEMENT CHARACTER}"


def test_that_an_encoding_that_was_guessed_is_said(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("模型,方法,序列长度,显存\nQwen-7B,全参数,512,43.5G\n".encode("gbk"))
    assert understand_file(path, CATALOG).table.notes == ("the text is no UTF-8: GB18030 is taken",)


def test_that_tags_are_read_as_a_browser_reads_them() -> None:
    page = "<!-- <td> -->a &lt; b<TD  Colspan = '2' x=\"<b>\" = y>c<br/>"
    page += "<script>if (a<b) '<td>'</script>d < e<?x><!y></td"
    assert list(tags(page, "page")) == [
        ("a < b", "", {}),
        ("", "td", {"colspan": "2", "x": "<b>", "y": ""}),
        ("c", "", {}),
        ("", "br", {}),
        ("", "script", {}),
        ("", "/script", {}),
        ("d ", "", {}),
        ("<", "", {}),
        (" e", "", {}),
    ]


@pytest.mark.parametrize(
    "piece", ["<", "<a ", "<a b='", "<a b='\"", "</", "<!--", "<![CDATA[", "<?", "&#", "("]
)
def test_that_no_page_takes_longer_than_it_is_long(piece: str) -> None:
    with pytest.raises(InputError):
        understand_text("<table><tr><td>" + piece * (300_000 // len(piece)), "page", CATALOG)


# --- spreadsheets -----------------------------------------------------------------------------------------


def excel(tmp_path: Path, change: Callable[[str, str], str] = lambda _name, text: text) -> Path:
    """A small workbook with merged cells, its parts changed by somebody."""
    book = openpyxl.Workbook()
    sheet = book.active
    for line in (
        ("Model", "Method", "Date", "512"),
        ("7B", "LoRA", None, "20.1G"),
        (None, "Q-LoRA", 1.5, "-"),
    ):
        sheet.append(line)
    sheet["C2"] = 45000
    sheet["C2"].number_format = "yyyy-mm-dd"
    sheet.merge_cells("A2:A3")
    stream = io.BytesIO()
    book.save(stream)
    path = tmp_path / "t.xlsx"
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name).decode()))
    return path


def test_that_a_workbook_is_read_with_dates_and_merged_cells(tmp_path: Path) -> None:
    found = read(excel(tmp_path)).table.rows
    assert [row.plan.method for row in found] == [Method.LORA, Method.QLORA]
    assert found[0].plan.model == found[1].plan.model
    assert found[0].provenance.date == "2023-03-15"
    assert found[0].measurement.peak_memory == 20.1
    assert found[1].measurement.status is Status.NOT_MEASURED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('ref="A2:A3"', 'ref="A1:XFD1048576"'),
        ('r="A2"', 'r="XFD1048576"'),
        ("<v>45000</v>", "<v>" + "9" * 400 + "</v>"),
        ('t="s"', 't="b"'),
        ("<mergeCells", '<mergeCells x="' + "a" * 100_000 + '"'),
    ],
)
def test_that_a_workbook_that_claims_everything_is_read_as_what_it_holds(
    tmp_path: Path, old: str, new: str
) -> None:
    path = excel(tmp_path, lambda name, text: text.replace(old, new) if "sheet1" in name else text)
    assert 1 <= len(read(path).table.rows) <= 3


BOMB = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("part", "content", "said"),
    [
        ("xl/workbook.xml", BOMB + "<a>&b;</a>", "damaged"),
        ("xl/workbook.xml", "<workbook><sheets/></workbook>", "no sheet with cells"),
        ("xl/workbook.xml", "<workbook", "damaged"),
        ("xl/worksheets/sheet1.xml", "<worksheet>" + "<c/>" * 2_000, "more cells than"),
        ("xl/worksheets/sheet1.xml", "<a>" + " " * 200_000 + "</a>", "unpacks to more than 0 MB"),
    ],
)
def test_that_a_bomb_in_a_workbook_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str, content: str, said: str
) -> None:
    monkeypatch.setattr(sheet_zip, "MOST_BYTES", 100_000)  # a real bomb takes seconds to make
    monkeypatch.setattr(sheet_zip, "_MOST_ELEMENTS", 1_000)
    path = excel(tmp_path, lambda name, text: content if name == part else text)
    with pytest.raises(InputError, match=said):
        read(path)


def test_that_a_zip_that_is_no_workbook_says_so(tmp_path: Path) -> None:
    for name, said in (("t.xlsx", "no Excel file"), ("t.ods", "no ODS file")):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("a.txt", "x")
        with pytest.raises(InputError, match=said):
            read(tmp_path / name)


OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"
ODS = (
    f'<d xmlns:t="{OFFICE}table:1.0" xmlns:o="{OFFICE}office:1.0" xmlns:x="{OFFICE}text:1.0">'
    '<t:table t:name="one">{rows}</t:table></d>'
)
HEAD = "<t:table-row>" + "".join(
    f"<t:table-cell><x:p>{head}</x:p></t:table-cell>" for head in ("model", "method", "seq_len", "memory")
)


def ods(tmp_path: Path, rows: str) -> Path:
    path = tmp_path / "t.ods"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("content.xml", ODS.format(rows=HEAD + "</t:table-row>" + rows))
    return path


def test_that_ods_is_read_with_merged_and_repeated_cells_and_notes_apart(tmp_path: Path) -> None:
    value = '<t:table-cell o:value-type="float" o:value="{0}"><x:p>{0},00 €</x:p></t:table-cell>'
    model = (
        '<t:table-cell t:number-rows-spanned="2"><x:p>Qwen<o:annotation><x:p>no</x:p></o:annotation>-7B</x:p>'
    )
    path = ods(
        tmp_path,
        f"<t:table-row>{model}</t:table-cell><t:table-cell><x:p>lora</x:p></t:table-cell>"
        f"{value.format(512)}{value.format(20)}</t:table-row>"
        "<t:table-row><t:covered-table-cell/><t:table-cell><x:p>qlora</x:p></t:table-cell>"
        f"{value.format(512)}{value.format(11)}</t:table-row>"
        '<t:table-row t:number-rows-repeated="1048000"><t:table-cell t:number-columns-repeated="16384"/>'
        "</t:table-row>",
    )
    found = read(path)
    assert [(row.plan.model, row.plan.method.value) for row in found.table.rows] == [
        ("Qwen-7B", "lora"),
        ("Qwen-7B", "qlora"),
    ]
    assert [row.measurement.peak_memory for row in found.table.rows] == [20, 11]
    assert found.n_moved == 1


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('<t:table-row t:number-rows-repeated="1048576"><t:table-cell><x:p>a</x:p></t:table-cell>', "cells"),
        (
            '<t:table-row><t:table-cell t:number-columns-repeated="16384"><x:p>a</x:p></t:table-cell>',
            "columns",
        ),
        ("<t:table-row></x>", "damaged"),
    ],
)
def test_that_cells_that_are_repeated_without_end_are_refused(tmp_path: Path, row: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read(ods(tmp_path, row + "</t:table-row>"))


def test_that_a_workbook_with_a_password_is_told_from_an_old_one(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 100)
    with pytest.raises(InputError, match="password"):
        read(path)

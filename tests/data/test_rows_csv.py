import csv
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpuplanner.core.benchmark import BenchmarkRow, Status
from gpuplanner.core.errors import InputError
from gpuplanner.core.plan import Plan
from gpuplanner.data import rows_csv
from gpuplanner.data.benchmark_table import SURPLUS, BenchmarkTable, cell_text, read_row, row_texts
from gpuplanner.data.resources import resource
from gpuplanner.data.rows_csv import MAX_CELL_CHARS, read_rows, rows_from_text, write_rows

SAMPLES = Path(__file__).parents[1] / "samples"
PUBLISHED = {
    "profile": resource("samples", "qwen-profile.csv"),
    "fsdp": SAMPLES / "fsdp_rows.csv",
    "inference": SAMPLES / "inference_rows.csv",
}


def read_bytes(tmp_path: Path, content: bytes) -> BenchmarkTable:
    path = tmp_path / "rows.csv"
    path.write_bytes(content)
    return read_rows(path)


def refusal(tmp_path: Path, content: bytes) -> str:
    with pytest.raises(InputError) as caught:
        read_bytes(tmp_path, content)
    (line,) = str(caught.value).splitlines()
    assert "rows.csv" in line
    return line


@pytest.mark.parametrize("name", PUBLISHED)
def test_that_a_published_table_comes_back_to_the_byte(name: str, tmp_path: Path) -> None:
    table = read_rows(PUBLISHED[name])
    write_rows(tmp_path / "copy.csv", table)
    assert (tmp_path / "copy.csv").read_bytes() == PUBLISHED[name].read_bytes()


@pytest.mark.parametrize("name", PUBLISHED)
def test_that_every_cell_of_a_published_table_is_read(name: str) -> None:
    table = read_rows(PUBLISHED[name])
    assert table.problems == ()
    assert [row.unreadable for row in table.rows] == [()] * len(table.rows)
    assert all(row.extra == () for row in table.rows)
    with PUBLISHED[name].open(newline="", encoding="utf-8") as file:
        for row, cells in zip(table.rows, csv.DictReader(file), strict=True):
            assert row_texts(row) == {column: text for column, text in cells.items() if text}


def test_that_the_profile_has_its_81_measurements_and_15_facts() -> None:
    rows = read_rows(PUBLISHED["profile"]).rows
    assert len(rows) == 96
    assert sum(row.measurement.status is Status.MEASURED for row in rows) == 81
    assert sum(row.measurement.status is Status.OOM for row in rows) == 15
    assert sum(row.measurement.peak_memory is not None for row in rows) == 81
    # The multinode row: its published micro batch stays, the reading that contradicts it is beside it.
    (corrected,) = {(row.plan.micro_batch_size, row.inferred) for row in rows if row.inferred}
    assert corrected == (1, (("micro_batch_size", "2"),))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_that_any_delimiter_line_end_and_byte_order_mark_is_read(
    delimiter: str, line_end: str, mark: bytes, tmp_path: Path
) -> None:
    lines = ["model seq_len lab,one;two", "Qwen-7B 4096 a"]
    text = line_end.join(
        line.replace(" ", delimiter).replace("lab,one;two", '"lab,\none;two"') for line in lines
    )
    table = read_bytes(tmp_path, mark + text.encode())
    assert table.columns == ("model", "seq_len", "lab,\none;two")
    assert [row_texts(row) for row in table.rows] == [
        {"model": "Qwen-7B", "seq_len": "4096", "lab,\none;two": "a"}
    ]


def test_that_quoted_cells_hold_delimiters_line_ends_and_quotation_marks() -> None:
    table = rows_from_text('model,note\nQwen-7B,"a, b\r\n""c"""\nQwen-14B,d\n', "x.csv")
    assert [cell_text(row, "note") for row in table.rows] == ['a, b\r\n"c"', "d"]


def test_that_known_heads_are_recognised_in_any_spelling_and_unknown_ones_kept() -> None:
    table = rows_from_text("Model , Seq-Len,Peak Memory, My Lab\nQwen-7B,256,7,x\n", "x.csv")
    assert table.columns == ("model", "seq_len", "peak_memory", "My Lab")
    assert table.rows[0].extra == (("My Lab", "x"),)


def test_that_blank_lines_are_no_rows_and_a_head_may_stand_below_them() -> None:
    table = rows_from_text("\n,,\nmodel,seq_len\n\nQwen-7B,256\n , \n,,\n", "x.csv")
    assert len(table.rows) == 1
    assert table.problems == ()


def test_that_a_nameless_column_is_kept_when_it_holds_something_and_dropped_when_not() -> None:
    assert rows_from_text(",model,\n0,Qwen-7B,\n", "x.csv").columns == ("column 1", "model")


def test_that_a_line_that_ends_early_is_named() -> None:
    table = rows_from_text('model,"no\nte",seq_len\nQwen-7B,"a\nb",256\nQwen-14B\n', "x.csv")
    assert [problem.line() for problem in table.problems] == [
        "x.csv, line 5: the line ends after 1 of 3 cells; the others count as empty"
    ]
    assert cell_text(table.rows[1], "model") == "Qwen-14B"


def test_that_a_line_with_too_many_cells_is_named_kept_and_marks_its_row(tmp_path: Path) -> None:
    table = rows_from_text("model,seq_len\nQwen-7B,4,096,,x\nQwen-7B,256,,\n", "x.csv")
    assert [problem.where for problem in table.problems] == ["x.csv, line 2"]
    assert table.columns == ("model", "seq_len", f"{SURPLUS} 3", f"{SURPLUS} 5")
    assert [cell.text for cell in table.rows[0].unreadable] == ["096", "x"]
    assert table.rows[1].unreadable == ()
    # Saved and opened again, the row is still marked.
    write_rows(tmp_path / "copy.csv", table)
    assert read_rows(tmp_path / "copy.csv") == table


def test_that_a_flood_of_odd_lines_is_summed_up() -> None:
    table = rows_from_text("model,seq_len\n" + "Qwen-7B\n" * 5000, "x.csv")
    assert len(table.rows) == 5000
    assert len(table.problems) == 101
    assert "4,900 more lines" in table.problems[-1].what


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b" \n\n", "the file is empty"),
        (b",,\n,,\n", "no column that GPU Planner knows"),
        (b"a,b\n1,2\n", "no column that GPU Planner knows"),
        (b"model,Model\nx,y\n", "a column is there twice: 'model'"),
        (b"model,lab,lab\nx,y,z\n", "a column is there twice: 'lab'"),
        (b'model,note\nx,"open\n', "line 2: the line cannot be split"),
        (b'model,note\nx,"a" b\n', "line 2: the line cannot be split"),
        (b"model,note\nx,\xff\xe9\n", "line 2: the text is not UTF-8"),
        (b"model,note\nx,y\n\x00", "line 3: a NUL byte"),
        ("model\nx\n".encode("utf-16"), "UTF-16"),
        (b"model\n" + b"x" * 200_000 + b"\n", "line 2: the line cannot be split"),
        (b"model" + b",a" * 2000 + b"\n", "2,001 columns"),
        (b"PK\x03\x04\x00\x00", "a NUL byte"),
    ],
)
def test_that_what_is_no_table_is_refused_in_one_line(content: bytes, words: str, tmp_path: Path) -> None:
    assert words in refusal(tmp_path, content)


def test_that_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        read_rows(tmp_path / "none.csv")
    with pytest.raises(InputError, match="this is a folder"):
        read_rows(tmp_path)


def test_that_too_large_a_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    with path.open("wb") as file:
        file.truncate(200 * 10**6 + 1)  # a hole: takes no room on disk
    with pytest.raises(InputError, match="larger than 200 MB"):
        read_rows(path)


def test_that_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_csv, "MAX_ROWS", 3)
    assert len(rows_from_text("model\n" + "x\n" * 3, "x.csv").rows) == 3
    with pytest.raises(InputError, match="more than 3 rows"):
        rows_from_text("model\n" + "x\n" * 4, "x.csv")


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "x" * (MAX_CELL_CHARS + 1)])
def test_that_a_cell_that_csv_cannot_hold_is_refused_and_the_old_file_stays(
    text: str, tmp_path: Path
) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("old")
    table = BenchmarkTable((read_row({"model": "a"}), read_row({"note": text})))
    with pytest.raises(InputError, match="row 2"):
        write_rows(path, table)
    assert path.read_text() == "old"


def test_that_an_empty_table_is_written_with_all_heads_and_read_back(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.csv", BenchmarkTable())
    table = read_rows(tmp_path / "rows.csv")
    assert table.rows == ()
    assert "model" in table.columns
    write_rows(tmp_path / "rows.csv", BenchmarkTable((read_row({"lab": "x"}),), ("lab",)))
    assert cell_text(read_rows(tmp_path / "rows.csv").rows[0], "lab") == "x"


def test_that_a_row_of_the_program_is_added_with_all_its_settings(tmp_path: Path) -> None:
    table = read_rows(PUBLISHED["inference"])
    more = replace(table, rows=(*table.rows, BenchmarkRow(Plan(model="Qwen-7B", lora_rank=8))))
    write_rows(tmp_path / "rows.csv", more)
    back = read_rows(tmp_path / "rows.csv")
    assert back.rows[-1].plan == more.rows[-1].plan
    assert back.rows[:-1] == table.rows


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
ROWS = st.fixed_dictionaries({"model": CELLS, "seq_len": CELLS, "note": CELLS, "lab": CELLS})


@settings(max_examples=100, deadline=None)
@given(st.lists(ROWS, max_size=4))
def test_that_any_text_in_any_cell_comes_back(cells: list[dict[str, str]]) -> None:
    rows = tuple(read_row(texts) for texts in cells if any(text.strip() for text in texts.values()))
    table = BenchmarkTable(rows, ("model", "seq_len", "note", "lab"))
    content = rows_csv._encode(table, "x.csv").decode()
    assert rows_from_text(content, "x.csv") == table


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(st.binary(max_size=200), st.text('model,;\t\n\r"ax0', max_size=60).map(str.encode)),
    st.sampled_from([b"", b"model,seq_len\n", b"\xef\xbb\xbfmodel;note\n", b"\xff\xfe"]),
)
def test_that_any_bytes_give_a_table_or_one_clear_line(content: bytes, head: bytes) -> None:
    try:
        text = rows_csv._decode(head + content, "x.csv")
        table = rows_from_text(text, "x.csv")
    except InputError as error:
        lines = [problem.line() for problem in error.problems]
        assert len(lines) == 1
        assert lines[0].isprintable()
    else:
        assert all(isinstance(row, BenchmarkRow) for row in table.rows)


def test_that_ten_thousand_different_rows_are_read_and_written_quickly(tmp_path: Path) -> None:
    head = "model,method,seq_len,peak_memory,step_time_s,note\n"
    lines = (f"Qwen-7B,lora,{256 + i},{i / 7:.3f},{i / 11:.4f},row {i}\n" for i in range(10_000))
    path = tmp_path / "rows.csv"
    path.write_text(head + "".join(lines))
    started = time.process_time()
    table = read_rows(path)
    write_rows(path, table)
    assert time.process_time() - started < 3.0  # 0.7 s on the machine that this was written on
    assert len(table.rows) == 10_000


def test_that_reading_rows_loads_neither_numpy_nor_pandas_nor_qt() -> None:
    code = (
        "import sys, gpuplanner.data.rows_csv, gpuplanner.data.plan_file, gpuplanner.data.settings\n"
        "print([name for name in ('numpy', 'pandas', 'PySide6', 'torch') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

"""Published tables in every form that people paste: the same rows, and everything odd is said."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpuplanner.core.benchmark import MemoryScope, MemoryUnit, Status
from gpuplanner.core.errors import InputError
from gpuplanner.core.plan import Method, Sharding
from gpuplanner.data.catalog import load_catalog
from gpuplanner.data.table_import.align import Aligned, align
from gpuplanner.data.table_import.cell_values import length_of, memory_and_seconds, memory_of, seconds_of
from gpuplanner.data.table_import.decode import decode
from gpuplanner.data.table_import.readers import grid_of_text, read_grid
from gpuplanner.data.table_import.reading import Reading, propose
from gpuplanner.data.table_import.rows import Imported, rows_of
from gpuplanner.report.plan_answer import estimate_rows
from gpuplanner.report.row_estimates import memory_error

SAMPLES = Path(__file__).parents[2] / "samples"
CATALOG = load_catalog()
CARD = CATALOG.gpu("A100 80GB SXM4")


def read_text(text: str) -> tuple[Aligned, Reading, Imported]:
    table = align(grid_of_text(text, "clipboard"), "clipboard")
    reading = propose(table, CATALOG.model_names, CARD.name, CARD.memory_bytes)
    return table, reading, rows_of(table, reading, CARD.memory_bytes, text)


def read_file(path: Path) -> tuple[Aligned, Reading, Imported]:
    grid, text = read_grid(path)
    table = align(grid, path.name)
    reading = propose(table, CATALOG.model_names, CARD.name, CARD.memory_bytes)
    return table, reading, rows_of(table, reading, CARD.memory_bytes, text)


def figures(read: Imported) -> list[tuple[object, ...]]:
    return [
        (
            row.plan.model,
            row.plan.method,
            row.plan.sharding,
            row.plan.n_gpus,
            row.plan.seq_len,
            row.measurement,
        )
        for row in read.table.rows
    ]


@pytest.mark.parametrize("form", ["md", "html"])
def test_that_the_profile_is_read_with_all_its_warts_named(form: str) -> None:
    table, reading, read = read_file(SAMPLES / f"qwen_finetune_profile.{form}")
    assert (read.n_lines, len(read.table.rows)) == (14, 84)
    assert (read.n_measured, read.n_missing, read.n_oom) == (81, 3, 0)
    assert read.n_moved == 10
    assert [note.text for note in read.without_unit] == ["51.2 / 1.7s/it"]
    assert len(read.above_card) == 13
    assert [note.text for note in read.falling] == ["35.2 → 35.1", "51.2 → 51.1", "18.7 → 18.4"]
    assert not read.unreadable
    assert reading.scope is MemoryScope.TOTAL
    assert {guess.field for guess in reading.guesses} == {
        "memory_unit",
        "scope",
        "model_prefix",
        "gpu",
        "samples_per_step",
    }
    assert table.heads[:4] == ("Model Size", "Method", "#Nodes", "#GPUs per node")


def test_that_the_three_forms_of_the_profile_give_the_same_rows() -> None:
    forms = [
        figures(read_file(SAMPLES / f"qwen_finetune_profile.{form}")[2]) for form in ("md", "html", "csv")
    ]
    assert forms[0] == forms[1] == forms[2]


def test_that_slipped_lines_are_put_back_also_where_much_is_missing() -> None:
    _, _, read = read_text(
        "|Model Size|Method|512|1024|2048|\n|---|---|---|---|---|\n"
        "|14B|Q-LoRA|18.3G / 21.4s/it|11.3G / 20.1s/it|-|\n"
        "|LoRA (emb)|39.2G / 28.9s/it|OOM|67.8G / 28.3s/it|\n"
        "|1.8B|Q-LoRA|29.7G / 18.4s/it|-|52.9G / 24.2s/it|\n"
        "|LoRA (emb)|-|47.4G / 22.2s/it|12.2G / 1.1s/it|\n"
    )
    assert [row.plan.model for row in read.table.rows] == ["Qwen-14B"] * 6 + ["Qwen-1.8B"] * 6
    assert (read.n_moved, read.n_missing, read.n_oom) == (2, 3, 1)


def test_that_words_of_methods_become_fields_and_are_kept() -> None:
    read = read_file(SAMPLES / "qwen_finetune_profile.html")[2]
    big = next(row for row in read.table.rows if row.plan.model == "Qwen-72B")
    assert (big.plan.method, big.plan.sharding, big.plan.n_gpus) == (Method.LORA, Sharding.ZERO3, 4)
    assert ("Method as published", "LoRA + Deepspeed Zero3") in big.extra
    assert "51.2 / 1.7s/it" in big.fragment


def test_that_a_dash_is_not_zero_and_oom_is_a_result() -> None:
    _, _, read = read_text(
        "model,method,seq len,memory (GiB),s/it\nQwen-7B,LoRA,512,-,-\nQwen-7B,full,512,OOM,\n"
    )
    assert [row.measurement.status for row in read.table.rows] == [Status.NOT_MEASURED, Status.OOM]
    assert all(row.measurement.peak_memory is None for row in read.table.rows)


def test_that_units_in_heads_and_cells_are_honoured() -> None:
    _, _, read = read_text(
        "model\tmethod\tseq_len\tVRAM (MiB)\nQwen-7B\tLoRA\t4k\t20480\nQwen-7B\tLoRA\t8k\t21.5 GiB\n"
    )
    first, second = (row.measurement for row in read.table.rows)
    assert (first.peak_memory, first.peak_memory_unit) == (20480, MemoryUnit.MIB)
    assert (second.peak_memory, second.peak_memory_unit) == (21.5, MemoryUnit.GIB)
    assert read.table.rows[0].plan.seq_len == 4096


def test_that_unknown_columns_and_unreadable_cells_survive() -> None:
    _, _, read = read_text("model,method,seq_len,memory,colour\nQwen-7B,LoRA,512,many,red\n")
    row = read.table.rows[0]
    assert ("colour", "red") in row.extra
    assert [cell.text for cell in row.unreadable] == ["many"]
    assert [note.text for note in read.unreadable] == ["many"]


def test_that_chinese_heads_and_encodings_are_read(tmp_path: Path) -> None:
    text = "模型,方法,序列长度,显存\nQwen-7B,全参数,512,43.5G\n"
    for encoding in ("gbk", "utf-16", "utf-8-sig", "utf-16-le"):
        path = tmp_path / f"{encoding}.csv"
        path.write_bytes(text.encode(encoding))
        row = read_file(path)[2].table.rows[0]
        assert (row.plan.method, row.plan.seq_len, row.measurement.peak_memory) == (Method.FULL, 512, 43.5)


def test_that_json_lines_are_read() -> None:
    _, _, read = read_text('{"model": "Qwen-7B", "method": "lora", "seq_len": 512, "peak_memory": 20.1}\n')
    assert read.table.rows[0].measurement.peak_memory == 20.1


def test_that_excel_with_merged_cells_is_read_as_html_is(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for line in (
        ("Model", "Method", "256", "512"),
        ("7B", "LoRA", "20.1G / 1.2s/it", "20.4G / 1.5s/it"),
        (None, "Q-LoRA", "11.5G / 3.0s/it", "-"),
    ):
        sheet.append(line)
    sheet.merge_cells("A2:A3")
    book.save(tmp_path / "t.xlsx")
    read = read_file(tmp_path / "t.xlsx")[2]
    assert [row.plan.model for row in read.table.rows] == ["Qwen-7B"] * 4
    assert (read.n_measured, read.n_missing, read.n_moved) == (3, 1, 1)


def test_that_ods_is_read(tmp_path: Path) -> None:
    frame = pandas.DataFrame([["model", "method", "seq_len", "memory"], ["Qwen-7B", "lora", 512, 20.1]])
    frame.to_excel(tmp_path / "t.ods", header=False, index=False, engine="odf")
    assert read_file(tmp_path / "t.ods")[2].table.rows[0].measurement.peak_memory == 20.1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "nothing in it"),
        (b"PK\x03\x04 not a zip", "damaged"),
        (b"\xd0\xcf\x11\xe0old", "before 2007"),
        (b"\xff\xfe\x00", "UTF-16"),
        (b"just a sentence without any table", "no head line"),
        (b"<table></table>", "no table"),
        (b"[1, 2]", "no object"),
        (b'{"a": ', "no JSON"),
        (b"a,b\n1,2\n", "no head line"),
        (b"<table>" + b"<tr><td>" * 3 + b"</table>", "no table in it"),
    ],
)
def test_that_what_is_no_table_says_so(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "t.txt"
    path.write_bytes(content)
    with pytest.raises(InputError, match=said):
        read_file(path)


def test_that_huge_spans_and_widths_are_refused_quickly() -> None:
    with pytest.raises(InputError, match="columns"):
        grid_of_text("<table><tr>" + '<td colspan="900">a</td>' * 3 + "</tr></table>", "page")
    with pytest.raises(InputError, match=r"columns|character"):
        grid_of_text(",".join("ab" for _ in range(10**6)), "page")
    grid = grid_of_text('<table><tr><td rowspan="199999">a</td><td>b</td></tr></table>', "page")
    assert len(grid.cells) == 1


def test_that_nested_tables_do_not_mix() -> None:
    inner = "<table><tr><td>x</td></tr></table>"
    page = (
        f"<table><tr><th>model</th><th>method</th></tr><tr><td>Qwen-7B{inner}</td><td>lora</td></tr></table>"
    )
    assert grid_of_text(page, "page").cells == (("model", "method"), ("Qwen-7B", "lora"))


def test_that_figures_are_read_as_people_write_them() -> None:
    assert memory_of("51.2") is not None
    both = memory_and_seconds("20.1G / 850 ms")
    assert both is not None
    assert both[1].value == pytest.approx(0.85)
    assert seconds_of("2 it/s") is not None
    assert length_of("4k") == 4096
    assert length_of("4,096 tokens") == 4096
    assert length_of("3") is None
    assert memory_of("about 3") is None


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=400) | st.text(alphabet="|-\n ,\t<>tabledrh/10G s", max_size=400))
def test_that_no_text_crashes_the_reader(text: str) -> None:
    try:
        _, _, read = read_text(text)
    except InputError:
        return
    assert all(row.measurement.peak_memory != 0 or "0" in text for row in read.table.rows)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_that_no_bytes_crash_the_decoder(content: bytes) -> None:
    try:
        text, encoding = decode(content, "file")
    except InputError:
        return
    assert encoding
    assert io.StringIO(text).read() == text or "\r" in text


def test_that_a_recipe_says_what_the_rows_do_not_and_each_of_them_notes_it() -> None:
    table, reading, plain = read_file(SAMPLES / "qwen_finetune_profile.html")
    recipe = (
        ("", "optimizer", "adamw-fused"),
        ("full", "sharding", "zero3"),
        ("qlora", "quantization", "gptq-int4"),
        ("qlora", "optimizer", "sgd"),
    )
    rows = rows_of(table, replace(reading, recipe=recipe), CARD.memory_bytes).table.rows
    notes = {row.plan.method: row.provenance.note for row in rows if row.plan.sharding is not Sharding.ZERO3}
    assert notes[Method.LORA] == "assumed at import: optimizer adamw-fused"
    assert notes[Method.QLORA] == "assumed at import: optimizer sgd, quantization gptq-int4"
    assert {row.plan.sharding for row in rows if row.plan.method is Method.FULL} == {Sharding.ZERO3}
    assert {row.plan.quantization for row in rows if row.plan.method is Method.LORA} == {None}
    assert not any(row.provenance.note for row in plain.table.rows), "what nobody said is not assumed"


def test_that_what_a_row_says_wins_over_the_recipe() -> None:
    table, reading, _ = read_text(
        "|Model|Method|Optimizer|Note|512|\n|---|---|---|---|---|\n"
        "|Qwen-7B|LoRA|sgd|mine|20G|\n|Qwen-7B|LoRA||mine|21G|\n"
    )
    reading = replace(reading, recipe=(("", "optimizer", "lion"),))
    first, second = rows_of(table, reading, CARD.memory_bytes).table.rows
    assert (first.plan.optimizer.value, first.provenance.note) == ("sgd", "mine")
    assert second.plan.optimizer.value == "lion"
    assert second.provenance.note == "mine; assumed at import: optimizer lion"


def test_that_with_its_recipe_an_imported_table_is_as_near_as_the_shipped_rows() -> None:
    table, reading, _ = read_file(SAMPLES / "qwen_finetune_profile.html")
    recipe = (("full", "sharding", "zero3"), ("qlora", "sharding", "zero2"))

    def errors(read: Imported) -> list[float]:
        rows = read.table.rows
        estimates = estimate_rows([CATALOG.resolve(row.effective_plan()) for row in rows])
        found = (memory_error(row, one) for row, one in zip(rows, estimates, strict=True))
        return [error for error in found if error is not None]

    without = errors(rows_of(table, reading, CARD.memory_bytes))
    known = errors(rows_of(table, replace(reading, recipe=recipe), CARD.memory_bytes))
    assert min(without) < -0.5
    assert max(map(abs, known)) < 0.16

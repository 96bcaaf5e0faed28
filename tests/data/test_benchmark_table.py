from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpuplanner.core.benchmark import ROW_FIELD, BenchmarkRow, MemoryUnit, Unreadable
from gpuplanner.core.plan import PLAN_FIELD, Method, Plan
from gpuplanner.data.benchmark_table import (
    SURPLUS,
    BenchmarkTable,
    RowReader,
    cell_text,
    is_known,
    read_row,
    row_texts,
    table_texts,
    with_text,
)

WORDS = st.one_of(
    st.sampled_from(
        ["", " ", "4096", "4k", "4,096", "2,113", "0,9", "11.0", "lora", "GB", "true", "-", "nan"]
    ),
    st.text(max_size=8),
)
COLUMNS = st.sampled_from([*ROW_FIELD, *(f"{name}_inferred" for name in PLAN_FIELD), "lab", f"{SURPLUS} 9"])
TEXTS = st.dictionaries(COLUMNS, WORDS, max_size=8)


def test_that_a_cell_becomes_its_fields_value() -> None:
    row = read_row({"model": "Qwen-7B", "method": "qlora", "peak_memory": "51.2", "peak_memory_unit": "GB"})
    assert row.plan == Plan(model="Qwen-7B", method=Method.QLORA)
    assert (row.measurement.peak_memory, row.measurement.peak_memory_unit) == (51.2, MemoryUnit.GB)
    assert row.unreadable == ()


def test_that_what_cannot_be_read_is_kept_with_its_reason() -> None:
    row = read_row({"seq_len": "long", "step_time_s": "-", "micro_batch_size_inferred": "two"})
    assert [(cell.column, cell.text) for cell in row.unreadable] == [
        ("seq_len", "long"),
        ("step_time_s", "-"),
        ("micro_batch_size_inferred", "two"),
    ]
    assert all(cell.reason for cell in row.unreadable)
    assert (row.plan.seq_len, row.measurement.step_time_s, row.inferred) == (2048, None, ())
    assert cell_text(row, "seq_len") == "long"


def test_that_unknown_columns_are_kept() -> None:
    row = read_row({"zeta": "z", "lab": " our own ", "empty": ""})
    assert row.extra == (("lab", " our own "), ("zeta", "z"))
    assert cell_text(row, "lab") == " our own "
    assert cell_text(row, "empty") == cell_text(row, "never heard of") == ""
    assert not is_known("lab")
    assert is_known("seq_len_inferred")
    assert not is_known("peak_memory_inferred")


def test_that_inferred_settings_are_read_into_corrections() -> None:
    row = read_row({"micro_batch_size": "1", "micro_batch_size_inferred": "2", "nodes_inferred": " "})
    assert row.inferred == (("micro_batch_size", "2"),)
    assert cell_text(row, "micro_batch_size_inferred") == "2"
    assert cell_text(row, "nodes_inferred") == ""


@pytest.mark.parametrize("text", ["11.0", " 11 ", "1.1e1", "11"])
def test_that_a_figure_is_written_as_its_author_wrote_it(text: str) -> None:
    row = read_row({"peak_memory": text})
    assert row.measurement.peak_memory == 11
    assert cell_text(row, "peak_memory") == text


def test_that_an_empty_default_stays_empty_and_a_stated_one_stays_stated() -> None:
    empty, stated = read_row({"seq_len": ""}), read_row({"seq_len": "2048"})
    assert empty.plan == stated.plan
    assert (cell_text(empty, "seq_len"), cell_text(stated, "seq_len")) == ("", "2048")
    assert (row_texts(empty), row_texts(stated)) == ({}, {"seq_len": "2048"})


def test_that_a_row_made_by_the_program_states_its_settings() -> None:
    # A later version may have another default: what was measured with must not change with it.
    texts = row_texts(BenchmarkRow(Plan(model="Qwen-7B")))
    assert texts["torch_version"] == "2.13"
    assert texts["lora_rank"] == "64"
    assert "quantization" not in texts


def test_that_a_text_that_no_longer_reads_as_the_value_gives_way() -> None:
    row = read_row({"seq_len": "4k", "lora_rank": ""})
    changed = replace(row, plan=replace(row.plan, seq_len=1024, lora_rank=8))
    assert (cell_text(changed, "seq_len"), cell_text(changed, "lora_rank")) == ("1024", "8")
    assert row_texts(changed)["seq_len"] == "1024"


def test_that_a_valid_text_clears_an_unreadable_cell_and_an_invalid_one_makes_it() -> None:
    row = with_text(read_row({"model": "Qwen-7B"}), "seq_len", "long")
    assert row.unreadable == (Unreadable("seq_len", "long", "'long' is not a number"),)
    assert row.plan.seq_len == 2048
    mended = with_text(row, "seq_len", "4k")
    assert mended.unreadable == ()
    assert (mended.plan.seq_len, cell_text(mended, "seq_len")) == (4096, "4k")
    assert row_texts(with_text(mended, "seq_len", "")) == {"model": "Qwen-7B"}


def test_that_a_cell_in_an_unknown_column_can_be_changed_and_cleared() -> None:
    row = with_text(with_text(read_row({"lab": "ours"}), "lab", "theirs"), "zone", "b")
    assert row.extra == (("lab", "theirs"), ("zone", "b"))
    assert with_text(row, "lab", "").extra == (("zone", "b"),)


def test_that_a_correction_can_be_changed_and_left_out() -> None:
    row = read_row({"micro_batch_size_inferred": "2"})
    assert with_text(row, "micro_batch_size_inferred", "4").inferred == (("micro_batch_size", "4"),)
    assert with_text(row, "micro_batch_size_inferred", "").inferred == ()
    broken = with_text(row, "micro_batch_size_inferred", "0")
    assert broken.inferred == ()
    assert broken.unreadable[0].column == "micro_batch_size_inferred"
    assert cell_text(broken, "micro_batch_size_inferred") == "0"


def test_that_a_surplus_cell_marks_its_row_until_it_is_cleared() -> None:
    row = read_row({"model": "Qwen-7B", f"{SURPLUS} 3": "x"})
    assert [cell.text for cell in row.unreadable] == ["x"]
    assert with_text(row, f"{SURPLUS} 3", "y").unreadable[0].text == "y"
    assert with_text(row, f"{SURPLUS} 3", "").unreadable == ()


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_that_any_cells_are_read_and_written_back_as_they_were(texts: dict[str, str]) -> None:
    row = read_row(texts)
    written = row_texts(row)
    blank_inferred = {key for key, text in texts.items() if key.endswith("_inferred") and not text.strip()}
    assert written == {key: text for key, text in texts.items() if text and key not in blank_inferred}
    assert read_row(written) == row
    assert all(cell_text(row, column) == written.get(column, "") for column in texts)


@settings(max_examples=150, deadline=None)
@given(TEXTS, COLUMNS, WORDS)
def test_that_editing_a_cell_is_reading_the_row_with_that_text(
    texts: dict[str, str], column: str, text: str
) -> None:
    assert with_text(read_row(texts), column, text) == read_row({**texts, column: text})


def test_that_rows_with_the_same_settings_share_them() -> None:
    reader = RowReader(("model", "seq_len", "peak_memory"))
    first, second = reader.read(("Qwen-7B", "256", "1")), reader.read(("Qwen-7B", "256", "2"))
    assert first.plan is second.plan
    assert first.measurement != second.measurement


def test_that_a_table_writes_columns_that_only_some_rows_fill_behind_its_own() -> None:
    rows = (read_row({"model": "a"}), read_row({"zone": "z", "seq_len": "9", "method": "full"}))
    columns, lines = table_texts(BenchmarkTable(rows, ("note", "model")))
    assert columns == ("note", "model", "method", "seq_len", "zone")
    assert lines == [["", "a", "", "", ""], ["", "", "full", "9", "z"]]

import pytest

from gpuplanner.data.benchmark_table import read_row
from gpuplanner.data.resources import resource
from gpuplanner.data.row_notes import row_notes
from gpuplanner.data.rows_csv import read_rows

A100_BYTES = 81920 * 2**20


def notes_of(**texts: str) -> list[tuple[str, str]]:
    row = read_row({"peak_memory_unit": "GiB", "peak_memory_scope": "per-gpu", **texts})
    return [(note.column, note.text) for note in row_notes(row, A100_BYTES)]


def test_that_a_row_without_oddities_has_no_note() -> None:
    assert notes_of(model="Qwen-7B", peak_memory="22.5", samples_per_step="1") == []


def test_that_the_shipped_profile_has_no_note() -> None:
    table = read_rows(resource("samples", "qwen-profile.csv"))
    assert [note for row in table.rows for note in row_notes(row, A100_BYTES)] == []


def test_that_a_measured_row_without_a_peak_is_noted() -> None:
    assert notes_of(step_time_s="5.2") == [("peak_memory", "Measured, but without a peak memory")]


@pytest.mark.parametrize("status", ["oom", "not-measured"])
@pytest.mark.parametrize("column", ["peak_memory", "step_time_s", "tokens_per_s"])
def test_that_a_figure_of_a_row_that_was_not_measured_is_noted(status: str, column: str) -> None:
    ((where, text),) = notes_of(status=status, **{column: "5"})
    assert where == column
    assert "yet there is a figure" in text
    assert notes_of(status=status) == []


def test_that_a_missing_unit_is_noted_with_what_was_taken() -> None:
    assert notes_of(peak_memory="51.2", peak_memory_unit="") == [
        ("peak_memory_unit", "The unit is not stated; read as GiB")
    ]


def test_that_a_missing_scope_is_noted_where_there_are_several_gpus() -> None:
    ((column, text),) = notes_of(peak_memory="51.2", peak_memory_scope="", gpus_per_node="2")
    assert column == "peak_memory_scope"
    assert "2 GPUs" in text
    assert notes_of(peak_memory="51.2", peak_memory_scope="") == []


def test_that_a_peak_above_the_card_is_noted() -> None:
    assert notes_of(peak_memory="81") == [("peak_memory", "81.0 GiB per GPU on a card of 80.0 GiB")]
    assert notes_of(peak_memory="400", peak_memory_scope="total", gpus_per_node="4") == [
        ("peak_memory", "100.0 GiB per GPU on a card of 80.0 GiB")
    ]
    ((_, text),) = notes_of(peak_memory="228.8", gpus_per_node="4")
    assert text == "228.8 GiB per GPU on a card of 80.0 GiB; as a total over 4 GPUs it would fit"


def test_that_no_card_is_needed_for_the_other_notes() -> None:
    row = read_row({"peak_memory": "500", "peak_memory_unit": "GiB"})
    assert row_notes(row) == ()


def test_that_samples_that_contradict_the_batch_are_noted() -> None:
    texts = {"peak_memory": "20", "grad_accum_steps": "8", "gpus_per_node": "4", "samples_per_step": "8"}
    assert notes_of(**texts) == [
        ("samples_per_step", "8 samples per step, while micro batch × accumulation × GPUs make 32")
    ]
    assert notes_of(**{**texts, "samples_per_step": "32"}) == []
    assert notes_of(**texts, method="inference") == []

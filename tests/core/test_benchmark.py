from dataclasses import replace

import pytest

from gpuplanner.core.benchmark import (
    MEASUREMENT_FIELDS,
    PROVENANCE_FIELDS,
    ROW_FIELD,
    ROW_FIELDS,
    BenchmarkRow,
    Measurement,
    MemoryScope,
    MemoryUnit,
    Origin,
    Status,
)
from gpuplanner.core.plan import PLAN_FIELDS, Plan


def test_that_a_row_has_the_measured_fields_of_the_interface() -> None:
    names = [spec.name for spec in (*MEASUREMENT_FIELDS, *PROVENANCE_FIELDS)]
    assert names == [
        *("peak_memory", "peak_memory_unit", "peak_memory_scope", "peak_memory_kind", "step_time_s"),
        *("samples_per_step", "tokens_per_s", "status", "origin", "software", "source", "date", "note"),
    ]


def test_that_each_name_is_declared_once() -> None:
    assert len(ROW_FIELD) == len(ROW_FIELDS) == len(PLAN_FIELDS) + 13


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("peak_memory_unit", ("GB", "GiB", "MiB", "MiB/1000")),
        ("peak_memory_scope", ("per-gpu", "total")),
        ("peak_memory_kind", ("allocated", "reserved", "device", "unknown")),
        ("status", ("measured", "oom", "not-measured")),
        ("origin", ("published", "entered", "trial", "dry-run")),
    ],
)
def test_that_choices_are_the_words_of_the_interface(name: str, words: tuple[str, ...]) -> None:
    assert sorted(ROW_FIELD[name].choices) == sorted(words)


def test_that_an_inferred_setting_corrects_the_plan_and_leaves_the_published_one() -> None:
    row = BenchmarkRow(Plan(seq_len=512), inferred=(("micro_batch_size", "2"), ("seq_len", "1k")))
    assert (row.plan.micro_batch_size, row.plan.seq_len) == (1, 512)
    assert (row.effective_plan().micro_batch_size, row.effective_plan().seq_len) == (2, 1024)
    plain = BenchmarkRow(Plan(seq_len=512))
    assert plain.effective_plan() is plain.plan


@pytest.mark.parametrize(
    ("measurement", "expected"),
    [
        (Measurement(peak_memory=10, peak_memory_unit=MemoryUnit.GIB), 10 * 2**30),
        (Measurement(peak_memory=10, peak_memory_unit=MemoryUnit.GB), 10e9),
        (Measurement(peak_memory=10, peak_memory_unit=MemoryUnit.MIB), 10 * 2**20),
        (Measurement(peak_memory=10, peak_memory_unit=MemoryUnit.MIB_1000), 10_000 * 2**20),
        (Measurement(peak_memory=0), 0),
        (Measurement(), None),
    ],
)
def test_that_the_peak_is_converted_to_bytes(measurement: Measurement, expected: float | None) -> None:
    assert BenchmarkRow(Plan(gpus_per_node=4), measurement).peak_bytes_per_gpu == expected


def test_that_a_total_is_divided_by_all_gpus() -> None:
    # Qwen's README: 72B LoRA with ZeRO-3 at 2,048 tokens, 228.8 G over four A100.
    total = Measurement(228.8, MemoryUnit.GB, MemoryScope.TOTAL)
    assert BenchmarkRow(Plan(gpus_per_node=4), total).peak_bytes_per_gpu == pytest.approx(57.2e9)
    two_nodes = BenchmarkRow(Plan(nodes=2, gpus_per_node=2), total)
    assert two_nodes.peak_bytes_per_gpu == pytest.approx(57.2e9)


def test_that_rows_are_values() -> None:
    row = BenchmarkRow(Plan())
    assert row == BenchmarkRow(Plan())
    assert hash(row) == hash(BenchmarkRow(Plan()))
    assert row.measurement.status is Status.MEASURED
    assert row.provenance.origin is Origin.ENTERED
    assert replace(row, fragment="pasted") != row

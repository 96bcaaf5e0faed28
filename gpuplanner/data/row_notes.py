"""What looks odd about a row: said beside the cell, never a reason to refuse the row."""

from __future__ import annotations

from dataclasses import dataclass

from gpuplanner.core.benchmark import BenchmarkRow, MemoryScope, Status
from gpuplanner.core.plan import Method
from gpuplanner.core.units import gib


@dataclass(frozen=True)
class RowNote:
    """A remark about one cell, in words for the user."""

    column: str
    text: str


def row_notes(row: BenchmarkRow, gpu_memory_bytes: float | None = None) -> tuple[RowNote, ...]:
    """Everything odd about the measured side of a row.

    Args:
        row: the row as it was read.
        gpu_memory_bytes: memory of the row's card in bytes, None when the card is not known.
    """
    notes = [*_status_notes(row), *_unit_notes(row)]
    per_gpu = row.peak_bytes_per_gpu
    if per_gpu is not None and gpu_memory_bytes and per_gpu > gpu_memory_bytes:
        notes.append(RowNote("peak_memory", _above_card(row, per_gpu, gpu_memory_bytes)))
    stated, planned = row.measurement.samples_per_step, row.plan.samples_per_step
    # The published plan is asked, not the corrected one: a correction contradicts the publisher by design.
    if stated is not None and stated != planned and row.plan.method is not Method.INFERENCE:
        text = f"{stated:,} samples per step, while micro batch × accumulation × GPUs make {planned:,}"
        notes.append(RowNote("samples_per_step", text))
    return tuple(notes)


def _status_notes(row: BenchmarkRow) -> list[RowNote]:
    measured = row.measurement
    if measured.status is Status.MEASURED:
        if measured.peak_memory is None:
            return [RowNote("peak_memory", "Measured, but without a peak memory")]
        return []
    figures = ("peak_memory", "step_time_s", "tokens_per_s")
    ended = "out of memory" if measured.status is Status.OOM else "not measured"
    return [
        RowNote(name, f"The status says {ended}, yet there is a figure")
        for name in figures
        if getattr(measured, name) is not None
    ]


def _unit_notes(row: BenchmarkRow) -> list[RowNote]:
    if row.measurement.peak_memory is None:
        return []
    empty = {name for name, text in row.as_written if not text.strip()}
    notes = []
    if "peak_memory_unit" in empty:
        unit = row.measurement.peak_memory_unit.value
        notes.append(RowNote("peak_memory_unit", f"The unit is not stated; read as {unit}"))
    if "peak_memory_scope" in empty and row.plan.n_gpus > 1:
        text = f"{row.plan.n_gpus:,} GPUs, and it is not stated whether this is one GPU's figure; read so"
        notes.append(RowNote("peak_memory_scope", text))
    return notes


def _above_card(row: BenchmarkRow, per_gpu: float, gpu_memory_bytes: float) -> str:
    text = f"{gib(per_gpu)} GiB per GPU on a card of {gib(gpu_memory_bytes)} GiB"
    if row.measurement.peak_memory_scope is MemoryScope.TOTAL:
        return text
    if row.plan.n_gpus > 1 and per_gpu / row.plan.n_gpus <= gpu_memory_bytes:
        return f"{text}; as a total over {row.plan.n_gpus:,} GPUs it would fit"
    return text

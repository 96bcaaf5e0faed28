"""One cell of the pivot, "18.7 / 1.2": how memory and time of a row look, and what an edit makes of them."""

from __future__ import annotations

import re
from dataclasses import replace
from enum import StrEnum

from PySide6.QtCore import QCoreApplication

from gpuplanner.core.benchmark import BenchmarkRow, Status
from gpuplanner.core.units import NONE
from gpuplanner.data.benchmark_table import cell_text, with_text
from gpuplanner.data.table_import.cell_values import seconds_of, status_of
from gpuplanner.data.typed_texts import with_typed_text
from gpuplanner.ui.table.cells import CellLook, RowContext, cell_look, edit_text, edited, new_row_like
from gpuplanner.ui.table.columns import Column
from gpuplanner.ui.widgets.display_unit import DisplayUnit, scale_of
from gpuplanner.ui.words import value_words

# Between memory and time, but neither the slash of "s/it" nor that of "MiB/1000".
_SPLIT = re.compile(r"\s*(?!(?<=MiB)/1000(?:\s|$))/\s*(?=[-+~≈.–—\d]|$)", re.IGNORECASE)
_TOKENS = re.compile(r"([\d.,]+)\s*tok(?:en)?s?/s", re.IGNORECASE)


_MEMORY_FIELDS = ("peak_memory", "peak_memory_unit", "peak_memory_scope")
_TIME_FIELDS = ("step_time_s", "tokens_per_s")


class Values(StrEnum):
    """What the cells show."""

    BOTH = "both"
    MEMORY = "memory"
    TIME = "time"


class PivotCells:
    """Reads and writes cells, with the columns of memory and time as the list has them."""

    def __init__(self, peak: Column, step: Column) -> None:
        self._peak = peak
        self._step = step

    def look(self, row: BenchmarkRow, values: Values, context: RowContext, n_rows: int = 1) -> CellLook:
        """How a cell is painted that holds this row, and ``n_rows`` − 1 others like it."""
        memory = cell_look(row, self._peak, context)
        if memory.bar is not None:  # a figure: many beside each other are read best in regular weight
            memory = replace(memory, medium=False, tone="no" if memory.bar > 1 else memory.tone)
        time = self._time_look(row, context)
        if values is Values.MEMORY:
            found = memory
        elif values is Values.TIME:
            found = memory if row.measurement.status is Status.OOM else time
        else:
            found = _joined(memory, time, row.measurement.status)
        if n_rows == 1:
            return found
        words = QCoreApplication.translate("pivot", "{value} ({n} rows)").format(value=found.text, n=n_rows)
        return replace(found, text=words, icon="note")

    def edit_text(self, row: BenchmarkRow, values: Values, unit: DisplayUnit) -> str:
        """The text that an editor starts with."""
        memory = edit_text(row, self._peak, unit)
        time = edit_text(row, self._step, unit) or _tokens_text(row)
        if values is Values.MEMORY or row.measurement.status is Status.OOM:
            return memory
        if values is Values.TIME:
            return time
        return f"{memory or NONE} / {time or NONE}" if memory or time else ""

    def copy_text(self, row: BenchmarkRow, values: Values, unit: DisplayUnit) -> str:
        """The cell with its units, as tables are published: "20.1 GB / 1.2 s/it"."""
        memory = edit_text(row, self._peak, unit)
        if row.measurement.status is Status.OOM:
            return memory
        if memory and row.peak_bytes_per_gpu is not None:
            memory = f"{memory} {scale_of(unit, row.measurement, row.plan.n_gpus).unit.value}"
        time = edit_text(row, self._step, unit)
        time = f"{time} s/it" if time else _tokens_text(row)
        memory, time = memory or NONE, time or NONE
        if values is Values.BOTH:
            return NONE if memory == time else f"{memory} / {time}"
        return memory if values is Values.MEMORY else time

    def edited(self, row: BenchmarkRow, text: str, values: Values, unit: DisplayUnit) -> BenchmarkRow:
        """The row after a text was typed; a part that was not typed stays, "-" empties it.

        What cannot be read is kept, marked with its reason.
        """
        text = text.strip()
        if text == self.edit_text(row, values, unit):
            return row
        status = status_of(text)
        if status is Status.OOM:
            return edited(row, self._peak, "OOM", unit)
        if status is Status.NOT_MEASURED:
            return self._emptied(row, values, unit)
        memory, time = _parts(text, values)
        if memory is not None:
            row = self._with_memory(row, memory, unit)
        return row if time is None else self._with_time(row, time, unit)

    def filled(self, row: BenchmarkRow, like: BenchmarkRow, values: Values) -> BenchmarkRow:
        """The row with the figures of another one of its line, as they were written there."""
        names = {
            Values.MEMORY: (*_MEMORY_FIELDS, "status"),
            Values.TIME: _TIME_FIELDS,
            Values.BOTH: (*_MEMORY_FIELDS, *_TIME_FIELDS, "status"),
        }[values]
        for name in names:
            row = with_text(row, name, cell_text(like, name))
        return self._with_status(row)

    def _emptied(self, row: BenchmarkRow, values: Values, unit: DisplayUnit) -> BenchmarkRow:
        if values is not Values.MEMORY:
            row = self._with_time(row, "", unit)
        return row if values is Values.TIME else self._with_memory(row, "", unit)

    def _with_memory(self, row: BenchmarkRow, text: str, unit: DisplayUnit) -> BenchmarkRow:
        return edited(row, self._peak, "" if status_of(text) is Status.NOT_MEASURED else text, unit)

    def _with_time(self, row: BenchmarkRow, text: str, unit: DisplayUnit) -> BenchmarkRow:
        tokens = _TOKENS.fullmatch(text)
        if tokens:
            row = with_text(row, "tokens_per_s", tokens[1])
        elif status_of(text) is Status.NOT_MEASURED:
            row = with_text(edited(row, self._step, "", unit), "tokens_per_s", "")
        else:
            read = seconds_of(text)
            # Where it is none the field keeps the text and says why it cannot be read.
            plain = text if read is None else read.digits or f"{read.value:.6g}"
            row = edited(row, self._step, plain, unit)
            if plain != text:
                row = with_typed_text(row, "step_time_s", text)
        return self._with_status(row)

    def _with_status(self, row: BenchmarkRow) -> BenchmarkRow:
        """A row with a time was measured; one without any figure was not."""
        measured = row.measurement
        has_time = measured.step_time_s is not None or measured.tokens_per_s is not None
        if has_time and measured.status is Status.NOT_MEASURED:
            row = with_text(row, "status", Status.MEASURED.value)
        elif not has_time and measured.peak_memory is None and measured.status is Status.MEASURED:
            row = with_text(row, "status", Status.NOT_MEASURED.value)
        return row

    def _time_look(self, row: BenchmarkRow, context: RowContext) -> CellLook:
        look = cell_look(row, self._step, context)
        tokens = _tokens_text(row)
        return replace(look, text=tokens, tone="ink") if look.text == NONE and tokens else look


def row_at(sibling: BenchmarkRow, length: int) -> BenchmarkRow:
    """A row with the settings of another one, corrections included, at this length, with nothing measured.

    It takes over how its table states memory, and how many samples a step sees.
    """
    row = new_row_like(sibling)
    stated = sibling.measurement
    measurement = replace(
        row.measurement,
        peak_memory_unit=stated.peak_memory_unit,
        peak_memory_scope=stated.peak_memory_scope,
        samples_per_step=stated.samples_per_step,
    )
    inferred = tuple(pair for pair in sibling.inferred if pair[0] != "seq_len")
    return replace(row, plan=replace(row.plan, seq_len=length), measurement=measurement, inferred=inferred)


def _parts(text: str, values: Values) -> tuple[str | None, str | None]:
    """(memory, time) as they were typed; None for what was not."""
    if values is Values.TIME:
        return None, text
    parts = _SPLIT.split(text, maxsplit=1)
    if values is Values.MEMORY and len(parts) == 1:
        return text, None
    if len(parts) == 2:
        return parts[0] or None, parts[1] or None
    read = seconds_of(text)
    is_time = _TOKENS.fullmatch(text) is not None or (read is not None and bool(read.unit))
    return (None, text) if is_time else (text, None)


def _joined(memory: CellLook, time: CellLook, status: Status) -> CellLook:
    if status is Status.OOM or memory.text == time.text == NONE:
        return memory
    wrong = memory.unreadable or time.unreadable
    tone = "no" if wrong else time.tone if memory.text == NONE else memory.tone
    return replace(memory, text=f"{memory.text} / {time.text}", tone=tone, unreadable=wrong)


def _tokens_text(row: BenchmarkRow) -> str:
    """Tokens per second of an inference row."""
    return "" if row.measurement.tokens_per_s is None else f"{cell_text(row, 'tokens_per_s')} tokens/s"


def settings_words(row: BenchmarkRow) -> str:
    """The line that a row stands in, in a few words: "Qwen-7B, LoRA"."""
    return ", ".join(part for part in (row.plan.model, value_words(row.plan.method)) if part)

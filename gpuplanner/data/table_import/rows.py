"""From an aligned table and its reading to benchmark rows, with everything that a reader should know."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from gpuplanner.core.benchmark import BenchmarkRow, MemoryScope, MemoryUnit, Status
from gpuplanner.core.errors import InputError
from gpuplanner.core.fields import write_value
from gpuplanner.data.benchmark_table import BenchmarkTable, RowReader, collector_paused, is_known
from gpuplanner.data.table_import.align import Aligned
from gpuplanner.data.table_import.cell_values import (
    Quantity,
    memory_and_seconds,
    memory_of,
    seconds_of,
    status_of,
)
from gpuplanner.data.table_import.grid import MAX_ROWS
from gpuplanner.data.table_import.reading import RAW, Reading, bytes_at_most
from gpuplanner.data.table_import.recipe import assumed, lacking
from gpuplanner.data.table_import.words import field_texts

_UNIT = {"GB": MemoryUnit.GB, "GiB": MemoryUnit.GIB, "MiB": MemoryUnit.MIB, "M": MemoryUnit.MIB}
_GIGA = {"T": 1000.0}
_WORDY = ("method", "sharding", "quantization", "precision", "attention", "optimizer", "gpus_per_node")


@dataclass(frozen=True)
class CellNote:
    """Something about a cell: ``row`` and ``column`` in the aligned table, its text, and what is odd."""

    row: int
    column: int
    text: str
    what: str


@dataclass(frozen=True)
class Imported:
    """The rows, and what was noticed on the way; ``origins`` says for each row its line of the table."""

    table: BenchmarkTable
    origins: tuple[int, ...]
    n_lines: int
    n_moved: int
    without_unit: tuple[CellNote, ...] = ()
    unreadable: tuple[CellNote, ...] = ()
    above_card: tuple[CellNote, ...] = ()
    falling: tuple[CellNote, ...] = ()

    @property
    def n_measured(self) -> int:
        """Rows with a figure."""
        return self._count(Status.MEASURED)

    @property
    def n_missing(self) -> int:
        """Rows that the table marks as not measured."""
        return self._count(Status.NOT_MEASURED)

    @property
    def n_oom(self) -> int:
        """Rows that ran out of memory."""
        return self._count(Status.OOM)

    def _count(self, status: Status) -> int:
        return sum(row.measurement.status is status for row in self.table.rows)


def rows_of(table: Aligned, reading: Reading, card_bytes: float, fragment: str = "") -> Imported:
    """Read every line; a cell that cannot be read is kept in its row and named, never dropped.

    Raises:
        InputError: more rows than a document holds.
    """
    if len(table.rows) * len(reading.lengths) > MAX_ROWS:
        raise InputError.of(f"more than {MAX_ROWS:,} rows", hint="split the table")
    builder = _Builder(table, reading, card_bytes)
    rows: list[BenchmarkRow] = []
    origins: list[int] = []
    with collector_paused():
        for number in range(len(table.rows)):
            for row in builder.rows(number):
                rows.append(replace(row, fragment=fragment))
                origins.append(number)
        falling = tuple(_falling(rows, origins, reading))
    columns = tuple(dict.fromkeys(name for row in rows for name, _ in row.extra))
    return Imported(
        BenchmarkTable(tuple(rows), columns),
        tuple(origins),
        len(table.rows),
        len(table.moved),
        tuple(builder.without_unit),
        tuple(builder.unreadable),
        tuple(builder.above_card),
        falling,
    )


class _Builder:
    """Collects what is odd while it reads."""

    def __init__(self, table: Aligned, reading: Reading, card_bytes: float) -> None:
        self._table, self._reading, self._card_bytes = table, reading, card_bytes
        self._names = _kept_names(table.heads, reading.roles)
        self._reader = lru_cache(maxsize=64)(RowReader)
        self.without_unit: list[CellNote] = []
        self.unreadable: list[CellNote] = []
        self.above_card: list[CellNote] = []

    def rows(self, number: int) -> Iterator[BenchmarkRow]:
        """The rows of one line: one, or one for each length."""
        base, extra = self._base(number)
        lengths = self._reading.lengths
        if not lengths:
            yield self._row(number, base, extra, self._tidy_figures(number))
            return
        for column, length in lengths:
            figures = self._figures(number, column)
            yield self._row(number, {**base, "seq_len": str(length)}, extra, figures)

    def _row(
        self, number: int, base: dict[str, str], extra: dict[str, str], figures: dict[str, str]
    ) -> BenchmarkRow:
        texts = {**base, **figures, **extra}
        row = self._reader(tuple(texts)).read(tuple(texts.values()))
        for cell in row.unreadable:
            self._note_unreadable(number, cell.column, cell.text, cell.reason)
        return row

    def _note_unreadable(self, number: int, role: str, text: str, reason: str) -> None:
        roles = self._reading.roles
        note = CellNote(number, roles.index(role) if role in roles else 0, text, reason)
        if not any((n.row, n.column, n.text) == (number, note.column, text) for n in self.unreadable[-8:]):
            self.unreadable.append(note)

    def _base(self, number: int) -> tuple[dict[str, str], dict[str, str]]:
        """(Texts of fields, texts of unknown columns) that all rows of the line share."""
        reading, base, extra = self._reading, self._common(), {}
        for name, role, text in zip(self._names, reading.roles, self._table.rows[number], strict=True):
            if role in ("peak_memory", "step_time_s", "status") or role.startswith("length:") or not text:
                continue
            if role in ("", RAW):
                extra[name] = text
                continue
            texts = field_texts(role, text)
            if role == "model":
                texts = {"model": reading.model_prefix + text}
            if role in _WORDY and texts.get(role, "").lower() != text.lower():
                extra[name] = text  # its words say more than the field holds
            for field, value in texts.items():
                base[field] = value if field == role else base.get(field) or value
        fields = lacking(reading.recipe, base) if reading.recipe else {}
        if fields:
            base |= fields
            base["note"] = "; ".join(text for text in (base.get("note", ""), assumed(fields)) if text)
        return base | self._samples(base), extra

    def _common(self) -> dict[str, str]:
        reading = self._reading
        return {
            "gpu": reading.gpu,
            "origin": reading.origin.value,
            "source": reading.source,
            "date": reading.date,
            "software": reading.software,
            "peak_memory_kind": reading.kind.value,
            "peak_memory_scope": reading.scope.value,
        }

    def _samples(self, base: dict[str, str]) -> dict[str, str]:
        """Samples of a step, and the accumulation that explains them where the line states no batch."""
        samples, n_gpus = self._reading.samples_per_step, _n_gpus(base)
        if samples is None or base.get("samples_per_step"):
            return {}
        if self._reading.samples_scope is MemoryScope.PER_GPU:
            samples *= n_gpus
        found = {"samples_per_step": str(samples)}
        if samples % n_gpus == 0 and not (base.get("micro_batch_size") or base.get("grad_accum_steps")):
            found["grad_accum_steps"] = str(samples // n_gpus)
        return found

    def _tidy_figures(self, number: int) -> dict[str, str]:
        """Figures of a line that is one row: memory and time in columns of their own, or in one."""
        roles, row = self._reading.roles, self._table.rows[number]
        places = {
            role: roles.index(role) for role in ("peak_memory", "step_time_s", "status") if role in roles
        }
        if "peak_memory" not in places and "step_time_s" not in places:
            return {"status": Status.NOT_MEASURED.value}
        found = self._figures(number, places["peak_memory"]) if "peak_memory" in places else {}
        if RAW in roles:
            self._check_raw(number, roles.index(RAW))
        if "step_time_s" in places:
            found |= self._seconds(number, places["step_time_s"], found)
        said = status_of(row[places["status"]]) if "status" in places and row[places["status"]] else None
        return {**found, "status": said.value} if said is not None else found

    def _seconds(self, number: int, column: int, found: dict[str, str]) -> dict[str, str]:
        text = self._table.rows[number][column]
        if status_of(text) is not None:
            return {}
        seconds = seconds_of(text)
        if seconds is None:
            self._note_unreadable(number, "step_time_s", text, f"{text!r} is no time")
            return {}
        if seconds.value <= 0:
            return self._impossible(number, column, text)
        scale = 1e-3 if self._reading.units[column].lower() == "ms" and not seconds.unit else 1.0
        result = {"step_time_s": _digits(seconds, scale)}
        if found.get("status") == Status.NOT_MEASURED.value:
            result["status"] = Status.MEASURED.value
        return result

    def _figures(self, number: int, column: int) -> dict[str, str]:
        """Memory, time or both of one cell."""
        text = self._table.rows[number][column]
        status = status_of(text)
        if status is not None:
            return {"status": status.value}
        both = memory_and_seconds(text)
        memory = both[0] if both else memory_of(text, self._reading.units[column])
        if memory is None:
            seconds = seconds_of(text)
            if seconds is not None and self._reading.roles[column].startswith("length:"):
                return {"step_time_s": _digits(seconds)}
            self._note_unreadable(number, self._reading.roles[column], text, f"{text!r} is no figure")
            return {"peak_memory": text}
        if memory.value <= 0:
            return {**self._impossible(number, column, text), "status": Status.NOT_MEASURED.value}
        figures = {**self._memory(number, column, text, memory), "status": Status.MEASURED.value}
        if both and both[1].value > 0:
            figures["step_time_s"] = _digits(both[1])
        return figures

    def _memory(self, number: int, column: int, text: str, memory: Quantity) -> dict[str, str]:
        unit = _UNIT.get(memory.unit, self._reading.memory_unit)
        if memory.unit in ("G", "T") and unit is MemoryUnit.MIB:
            unit = MemoryUnit.GB  # the head says MiB of the cells that do not say otherwise
        factor = _GIGA.get(memory.unit, 1.0)
        if not memory.unit and self._row_unit(number):
            return {"peak_memory": _digits(memory)}  # a column of its own says the unit
        if not memory.unit and not self._reading.units[column]:
            what = f"no unit: taken as {self._reading.memory_unit.value}"
            self.without_unit.append(CellNote(number, column, text, what))
        if bytes_at_most(memory, self._reading.memory_unit) > self._card_bytes:
            self.above_card.append(CellNote(number, column, text, "more than one GPU has"))
        return {"peak_memory": _digits(memory, factor), "peak_memory_unit": unit.value}

    def _impossible(self, number: int, column: int, text: str) -> dict[str, str]:
        """A figure that nothing can have is kept as the text that it is."""
        role = self._reading.roles[column]
        self._note_unreadable(number, role, text, f"{text!r} is nothing that was measured")
        return {self._names[column]: text}

    def _row_unit(self, number: int) -> str:
        roles = self._reading.roles
        place = roles.index("peak_memory_unit") if "peak_memory_unit" in roles else None
        return "" if place is None else self._table.rows[number][place]

    def _check_raw(self, number: int, column: int) -> None:
        """The text that a tidy table keeps beside its figures may show what they no longer do."""
        both = memory_and_seconds(self._table.rows[number][column])
        if both is not None and not both[0].unit:
            text = self._table.rows[number][column]
            self.without_unit.append(CellNote(number, column, text, "the published text has no unit"))


def _n_gpus(texts: dict[str, str]) -> int:
    """GPUs of a line, 1 where it does not say."""
    counts = [texts.get(name, "") for name in ("nodes", "gpus_per_node")]
    return math.prod(
        int(count) for count in counts if count.isdecimal() and 0 < len(count) < 7 and int(count)
    )


def _kept_names(heads: Sequence[str], roles: Sequence[str]) -> tuple[str, ...]:
    """For each column the name under which its texts are kept beside the fields: none is there twice."""
    names: dict[int, str] = {}
    taken: set[str] = set()
    # Columns without a meaning first: theirs are names that people will see.
    for i in sorted(range(len(heads)), key=lambda i: roles[i] not in ("", RAW)):
        stem = heads[i] or f"column {i + 1}"
        if roles[i] not in ("", RAW) or is_known(stem):
            stem = f"{stem} as published"
        name, number = stem, 2
        while name in taken:
            name, number = f"{stem} ({number})", number + 1
        taken.add(name)
        names[i] = name
    return tuple(names[i] for i in range(len(heads)))


def _digits(quantity: Quantity, factor: float = 1.0) -> str:
    """The number as it was written where its value is that number, else the value."""
    if quantity.digits and factor == 1.0:
        return quantity.digits.replace(",", "")
    return write_value(float(f"{quantity.value * factor:.12g}"))


def _falling(rows: list[BenchmarkRow], origins: list[int], reading: Reading) -> Iterator[CellNote]:
    """Places where memory falls as the length grows: printed wrong, or measured in different ways."""
    columns = {length: column for column, length in reading.lengths}
    tidy = reading.roles.index("peak_memory") if "peak_memory" in reading.roles else 0
    for i in range(1, len(rows)):
        before, after = rows[i - 1], rows[i]
        a, b = before.peak_bytes_per_gpu, after.peak_bytes_per_gpu
        falls = a and b and b < a and after.plan.seq_len > before.plan.seq_len
        if falls and replace(before.plan, seq_len=after.plan.seq_len) == after.plan:
            text = f"{before.measurement.peak_memory:g} → {after.measurement.peak_memory:g}"
            what = f"memory falls from {before.plan.seq_len:,} to {after.plan.seq_len:,} tokens"
            yield CellNote(origins[i], columns.get(after.plan.seq_len, tidy), text, what)

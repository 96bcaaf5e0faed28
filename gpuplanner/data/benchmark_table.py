"""The benchmark table: rows with the columns of their file, and how a cell's text becomes a value and back.

A cell is written as its author wrote it ("11.0", "4k"), as long as that text still reads as the
value; a default that was left empty stays empty, one that was stated stays stated, and a value that
was set by the program is written out.
"""

from __future__ import annotations

import gc
from bisect import insort
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Generic, NamedTuple, TypeVar

from gpuplanner.core.benchmark import (
    MEASUREMENT_FIELDS,
    PROVENANCE_FIELDS,
    ROW_FIELD,
    BenchmarkRow,
    Measurement,
    Provenance,
    Unreadable,
)
from gpuplanner.core.errors import InputProblem
from gpuplanner.core.fields import FieldSpec, Value, read_value, with_fields, write_value
from gpuplanner.core.plan import PLAN_FIELD, PLAN_FIELDS, Plan

_PartT = TypeVar("_PartT", Plan, Measurement, Provenance)
_Texts = tuple[tuple[str, str], ...]

SURPLUS = "surplus cell"
"""Heads the cells of a line that is longer than its table's head; such a row is never taken as it stands."""

_SURPLUS_REASON = "the line has more cells than the head; move slipped cells back, then clear this one"
_INFERRED = {f"{name}_inferred": name for name in PLAN_FIELD}
_PART = {
    **{spec.name: "plan" for spec in PLAN_FIELDS},
    **{spec.name: "measurement" for spec in MEASUREMENT_FIELDS},
    **{spec.name: "provenance" for spec in PROVENANCE_FIELDS},
}
_RANK = {name: rank for rank, name in enumerate((*ROW_FIELD, *_INFERRED))}


@dataclass(frozen=True)
class BenchmarkTable:
    """Rows, the columns in the order of their file (unknown ones included), and remarks of the reader.

    ``problems`` says what was odd about the file as a whole, such as a line that ends early; cells
    that could not be read are in their rows.
    """

    rows: tuple[BenchmarkRow, ...] = ()
    columns: tuple[str, ...] = ()
    problems: tuple[InputProblem, ...] = field(default=(), compare=False)


def is_known(column: str) -> bool:
    """Whether GPU Planner understands a column; others are kept and shown."""
    return column in _RANK


def read_row(texts: Mapping[str, str]) -> BenchmarkRow:
    """Read one row from column → text; never fails: what cannot be read is kept in ``unreadable``."""
    columns = tuple(texts)
    return RowReader(columns).read(tuple(texts[column] for column in columns))


@contextmanager
def collector_paused() -> Iterator[None]:
    """Holds the garbage collector while a large table is built: rows make no cycles, and it would walk
    all of them again and again (half the time of 100,000 rows)."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def spare_the_collector() -> None:
    """Take what there is now out of the garbage collector's rounds: each would walk all rows of a large table
    and hold the window for a quarter of a second.  Rows go by their count of references, as they make no
    cycles."""
    gc.unfreeze()
    gc.freeze()


def let_the_collector_look() -> None:
    """Give back what was kept from the collector: a window was closed, whose objects hold one another."""
    gc.unfreeze()


class RowReader:
    """Reads the rows of one table, and reads what they have in common only once.

    Args:
        columns: the distinct columns of the table, in the order of the cells.
    """

    def __init__(self, columns: Sequence[str]) -> None:
        places = {column: place for place, column in enumerate(columns)}
        self._plans = _PartReader(Plan, PLAN_FIELDS, places)
        self._measurements = _PartReader(Measurement, MEASUREMENT_FIELDS, places)
        self._provenances = _PartReader(Provenance, PROVENANCE_FIELDS, places)
        self._inferred = [(column, places[column]) for column in _INFERRED if column in places]
        self._extra = sorted((column, place) for column, place in places.items() if not is_known(column))

    def read(self, cells: Sequence[str]) -> BenchmarkRow:
        """The row of these cells, one for each column."""
        plan = self._plans.read(cells)
        measurement = self._measurements.read(cells)
        provenance = self._provenances.read(cells)
        unreadable = [*plan.unreadable, *measurement.unreadable, *provenance.unreadable]
        as_written = plan.as_written + measurement.as_written + provenance.as_written
        if not self._inferred and not self._extra:
            return BenchmarkRow(
                plan.part,
                measurement.part,
                provenance.part,
                unreadable=tuple(unreadable),
                as_written=as_written,
            )
        inferred: list[tuple[str, str]] = []
        for column, place in self._inferred:
            text = cells[place]
            if not text.strip():
                continue
            found = _unreadable_inferred(column, text)
            if found is None:
                inferred.append((_INFERRED[column], text))
            else:
                unreadable.append(found)
        extra: list[tuple[str, str]] = []
        for column, place in self._extra:
            if not cells[place]:
                continue
            if column.startswith(SURPLUS):
                unreadable.append(Unreadable(column, cells[place], _SURPLUS_REASON))
            else:
                extra.append((column, cells[place]))
        return BenchmarkRow(
            plan.part,
            measurement.part,
            provenance.part,
            tuple(inferred),
            tuple(extra),
            tuple(unreadable),
            as_written,
        )


class _Cell(NamedTuple):
    """What one text in the column of a field means."""

    value: Value
    as_written: tuple[str, str] | None = None
    unreadable: Unreadable | None = None


class _CellReader(dict[str, _Cell]):
    """The texts of one column that were read so far; a new one is read when it is first asked for."""

    def __init__(self, spec: FieldSpec) -> None:
        super().__init__()
        self._spec = spec

    def __missing__(self, text: str) -> _Cell:
        cell = self[text] = _read_cell(self._spec, text)
        return cell


class _Reading(NamedTuple, Generic[_PartT]):
    """A third of a row: its plan, its measurement or its provenance."""

    part: _PartT
    as_written: _Texts
    unreadable: tuple[Unreadable, ...]


class _PartReader(Generic[_PartT]):
    """Reads one part of many rows; equal texts give the same object."""

    def __init__(
        self, make: Callable[[], _PartT], specs: Sequence[FieldSpec], places: Mapping[str, int]
    ) -> None:
        self._default: _PartT = make()
        present = [spec for spec in specs if spec.name in places]
        self._names = [spec.name for spec in present]
        self._cells = [_CellReader(spec) for spec in present]
        self._texts_of = _getter([places[name] for name in self._names])
        place = {name: i for i, name in enumerate(self._names)}
        # In the order of declaration: the cell's place, or what stands for a default that was not stated.
        self._written = [
            (place.get(spec.name), (spec.name, ""))
            for spec in specs
            if spec.name in place or write_value(spec.default)
        ]
        self._unstated: _Texts = tuple(absent for i, absent in self._written if i is None)
        self._known: dict[tuple[str, ...], _Reading[_PartT]] = {}

    def read(self, cells: Sequence[str]) -> _Reading[_PartT]:
        texts = self._texts_of(cells)
        reading = self._known.get(texts)
        if reading is None:
            reading = self._known[texts] = self._read(texts)
        return reading

    def _read(self, texts: tuple[str, ...]) -> _Reading[_PartT]:
        cells = [reader[text] for reader, text in zip(self._cells, texts, strict=True)]
        part = with_fields(
            self._default, {name: cell[0] for name, cell in zip(self._names, cells, strict=True)}
        )
        if not [True for cell in cells if cell[1] or cell[2]]:
            return _Reading(part, self._unstated, ())
        written = [absent if i is None else cells[i].as_written for i, absent in self._written]
        unreadable = tuple(cell.unreadable for cell in cells if cell.unreadable)
        return _Reading(part, tuple(filter(None, written)), unreadable)


def _read_cell(spec: FieldSpec, text: str) -> _Cell:
    try:
        value = read_value(spec, text)
    except ValueError as error:
        return _Cell(spec.default, unreadable=Unreadable(spec.name, text, str(error)))
    return _Cell(value, None if text == write_value(value) else (spec.name, text))


def row_texts(row: BenchmarkRow) -> dict[str, str]:
    """Column → text of every cell of a row that is not empty."""
    texts: dict[str, str] = {}
    for part, specs in (
        (row.plan, PLAN_FIELDS),
        (row.measurement, MEASUREMENT_FIELDS),
        (row.provenance, PROVENANCE_FIELDS),
    ):
        texts.update({spec.name: write_value(getattr(part, spec.name)) for spec in specs})
    for name, text in row.as_written:
        if _still_reads(row, name, text):
            texts[name] = text
    texts.update({f"{name}_inferred": text for name, text in row.inferred})
    texts.update(row.extra)
    texts.update({cell.column: cell.text for cell in row.unreadable})
    return {column: text for column, text in texts.items() if text}


def cell_text(row: BenchmarkRow, column: str) -> str:
    """The text of one cell, as `row_texts` has it; empty for a column that the row does not fill."""
    for cell in row.unreadable:
        if cell.column == column:
            return cell.text
    if column in ROW_FIELD:
        for name, text in row.as_written:
            if name == column and _still_reads(row, name, text):
                return text
        return write_value(_value(row, column))
    if column in _INFERRED:
        return dict(row.inferred).get(_INFERRED[column], "")
    return dict(row.extra).get(column, "")


def with_text(row: BenchmarkRow, column: str, text: str) -> BenchmarkRow:
    """The row with the text of one cell changed.

    A text that cannot be read is kept in ``unreadable`` with the reason, and the field goes to its
    default; a text that can be read clears what was unreadable in that cell.
    """
    if any(cell.column == column for cell in row.unreadable):
        row = replace(row, unreadable=tuple(cell for cell in row.unreadable if cell.column != column))
    if column in ROW_FIELD:
        return _with_field(row, ROW_FIELD[column], text)
    if column in _INFERRED:
        return _with_inferred(row, column, text)
    if column.startswith(SURPLUS):
        return _with_unreadable(row, Unreadable(column, text, _SURPLUS_REASON) if text else None)
    others = [(name, old) for name, old in row.extra if name != column]
    return replace(row, extra=tuple(sorted([*others, (column, text)] if text else others)))


def table_texts(table: BenchmarkTable) -> tuple[tuple[str, ...], list[list[str]]]:
    """All columns and, for each row, the texts of its cells in their order.

    Behind the table's own columns come those that only some of the rows fill, so that nothing is lost.
    """
    columns = list(table.columns)
    known = set(columns)
    lines: list[list[str]] = []
    for row in table.rows:
        texts = row_texts(row)
        if not texts.keys() <= known:
            columns += sorted(texts.keys() - known, key=_rank)
            known.update(columns)
        lines.append([texts.get(column, "") for column in columns])
    for line in lines:
        line += [""] * (len(columns) - len(line))
    return tuple(columns), lines


def _with_field(row: BenchmarkRow, spec: FieldSpec, text: str) -> BenchmarkRow:
    cell = _read_cell(spec, text)
    part = _PART[spec.name]
    # A pasted block comes here for every cell, so only what differs is made anew.
    changed: dict[str, object] = {part: with_fields(getattr(row, part), {spec.name: cell.value})}
    texts = [pair for pair in row.as_written if pair[0] != spec.name]
    if cell.as_written:
        insort(texts, cell.as_written, key=_pair_rank)  # the others are in order
    if cell.as_written or len(texts) < len(row.as_written):
        changed["as_written"] = tuple(texts)
    return _with_unreadable(with_fields(row, changed), cell.unreadable)


def _with_inferred(row: BenchmarkRow, column: str, text: str) -> BenchmarkRow:
    name = _INFERRED[column]
    inferred = [pair for pair in row.inferred if pair[0] != name]
    unreadable = _unreadable_inferred(column, text)
    if text.strip() and unreadable is None:
        inferred.append((name, text))
    return _with_unreadable(replace(row, inferred=_in_order(inferred)), unreadable)


def _unreadable_inferred(column: str, text: str) -> Unreadable | None:
    found = _read_cell(PLAN_FIELD[_INFERRED[column]], text).unreadable
    return None if found is None else replace(found, column=column)


def _with_unreadable(row: BenchmarkRow, cell: Unreadable | None) -> BenchmarkRow:
    if cell is None:
        return row
    cells = sorted([*row.unreadable, cell], key=lambda found: _rank(found.column))
    return replace(row, unreadable=tuple(cells))


def _still_reads(row: BenchmarkRow, name: str, text: str) -> bool:
    """Whether a text is another way to write the row's value: a plan may have been replaced since."""
    try:
        return read_value(ROW_FIELD[name], text) == _value(row, name)
    except ValueError:
        return False


def _value(row: BenchmarkRow, name: str) -> Value:
    value: Value = getattr(getattr(row, _PART[name]), name)
    return value


def _in_order(pairs: Iterable[tuple[str, str]]) -> _Texts:
    return tuple(sorted(pairs, key=_pair_rank))


def _pair_rank(pair: tuple[str, str]) -> tuple[int, str]:
    return _rank(pair[0])


def _rank(column: str) -> tuple[int, str]:
    """Order of columns that no file gives: known ones as they are declared, then the others by name."""
    return _RANK.get(column, len(_RANK)), column


def _getter(places: Sequence[int]) -> Callable[[Sequence[str]], tuple[str, ...]]:
    """Picks cells by place, as a tuple whatever their number."""
    if not places:
        return lambda cells: ()
    if len(places) == 1:
        only = places[0]
        return lambda cells: (cells[only],)
    return itemgetter(*places)

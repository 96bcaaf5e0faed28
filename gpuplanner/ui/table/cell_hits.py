"""Finds what a search wants in the cells of many rows, and puts the replacements in; slice by slice.

Rows share plans, sources and words: what is the same is looked at once.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from typing import NamedTuple

from gpuplanner.core.benchmark import MEASUREMENT_FIELDS, PROVENANCE_FIELDS, ROW_FIELD, BenchmarkRow
from gpuplanner.core.fields import read_value, write_value
from gpuplanner.core.plan import PLAN_FIELD
from gpuplanner.data.benchmark_table import collector_paused, is_known
from gpuplanner.data.find_replace import LONGEST_CELL, Finder
from gpuplanner.ui.table.cells import edit_text, edited, unreadable_reason
from gpuplanner.ui.table.columns import Column, Kind
from gpuplanner.ui.table.typed_numbers import plain_number
from gpuplanner.ui.told import told
from gpuplanner.ui.widgets.display_unit import DisplayUnit
from gpuplanner.ui.words import value_words

MOST_HITS = 100_000
"""The search ends here and wants to be narrowed down; one column of 100,000 rows still has room."""
_PORTION, _REPLACED_AT_ONCE = 50, 20
"""Rows, and cells, between two pauses."""

Spans = Sequence[tuple[int, int]]
"""(first, last) places of columns, such as those of selected cells."""
_Texts = tuple[tuple[str, str], ...]
_MEASUREMENT = frozenset(spec.name for spec in MEASUREMENT_FIELDS)
_PROVENANCE = frozenset(spec.name for spec in PROVENANCE_FIELDS)
_FIGURES = frozenset({"peak_memory", "step_time_s", "tokens_per_s"})
"""Fields of a measurement that differ from row to row; the others are few words and small numbers."""


class Found(NamedTuple):
    """What a search finds in a cell; rows with the same content share it."""

    place: int
    """Which of the table's columns."""
    before: str
    after: str
    text: str
    """What is written into the cell: ``after``, or the file's word for what the screen spells out."""
    reason: str
    """Why the cell cannot take the text, in the user's language; empty where it can."""
    is_same: bool
    """Nothing would change."""

    @property
    def is_possible(self) -> bool:
        """Whether the cell takes the new text."""
        return not self.reason and not self.is_same


class Hit(NamedTuple):
    """One cell that holds what was looked for."""

    row: int
    """Index in the document."""
    found: Found


@dataclass(frozen=True)
class Hits:
    """What a search found, in the order of the rows that were given."""

    hits: tuple[Hit, ...] = ()
    is_cut: bool = False
    """There are more than `MOST_HITS`."""
    too_long: int = 0
    """So many texts were not searched, for they are longer than `LONGEST_CELL`."""


def find_hits(
    rows: Iterable[tuple[int, BenchmarkRow]],
    columns: Mapping[int, Column],
    unit: DisplayUnit,
    finder: Finder,
    only: Mapping[int, Spans] | None = None,
) -> Generator[None, None, Hits]:
    """Look through rows (index in the document, row) and columns (by their place in the table).

    The rows must outlive the search.  ``only`` says by row which places count, where not all do.

    Raises:
        TooSlow: an expression does not come to an end.
    """
    search = _Search({place: column for place, column in columns.items() if column.is_editable}, unit, finder)
    hits: list[Hit] = []
    left = iter(rows)
    while portion := tuple(islice(left, _PORTION)):
        yield
        # The collector would walk all the rows, which takes longer than a slice may.
        with finder.limited(), collector_paused():
            for index, row in portion:
                for found in search.look_through(row):
                    if only is None or _is_in(found.place, only.get(index, ())):
                        hits.append(Hit(index, found))
        if len(hits) > MOST_HITS:
            return Hits(tuple(hits[:MOST_HITS]), is_cut=True, too_long=search.too_long)
    return Hits(tuple(hits), too_long=search.too_long)


def replaced_rows(
    hits: Sequence[Hit], rows: Sequence[BenchmarkRow], columns: Sequence[Column], unit: DisplayUnit
) -> Generator[None, None, dict[int, BenchmarkRow]]:
    """The rows with their hits replaced, by their index in the document."""
    changed: dict[int, BenchmarkRow] = {}
    for n, (index, found) in enumerate(hits):
        if n % _REPLACED_AT_ONCE == 0:
            yield
        before = changed.get(index, rows[index])
        changed[index] = edited(before, columns[found.place], found.text, unit)
    return changed


class _Written(NamedTuple):
    """Which of a row's texts as written belong to its plan, its provenance and its measurement.

    Numbers stand for equal texts, for those are quicker to compare.
    """

    plan: int
    provenance: int
    measurement: int
    figures: Mapping[str, str]


class _Search:
    """One search; remembers what it found in content that comes again."""

    def __init__(self, columns: Mapping[int, Column], unit: DisplayUnit, finder: Finder) -> None:
        self._columns, self._unit, self._finder = columns, unit, finder
        self._spoken = {place: _spoken_words(column) for place, column in columns.items()}
        self._finds_empty = finder.replaced("") is not None
        names = {place: column.fields[0] for place, column in columns.items()}
        self._plan = [p for p, name in names.items() if name in PLAN_FIELD]
        self._provenance = [p for p, name in names.items() if name in _PROVENANCE]
        self._measured = [p for p, name in names.items() if name in _MEASUREMENT - _FIGURES]
        self._figures = [(p, name) for p, name in names.items() if name in _FIGURES - {"peak_memory"}]
        self._peak = next((p for p, name in names.items() if name == "peak_memory"), None)
        self._others = {name: p for p, name in names.items() if name not in ROW_FIELD}
        """Corrected fields, and columns that nobody knows."""
        self.too_long = 0
        self._seen: dict[object, tuple[Found, ...]] = {}
        self._written: dict[_Texts, _Written] = {}
        self._numbers: dict[_Texts, int] = {}

    def look_through(self, row: BenchmarkRow) -> Sequence[Found]:
        """What there is in one row, in the order of the columns."""
        if row.unreadable:
            return self._look_at(row, self._columns)
        written = self._written.get(row.as_written) or self._split(row.as_written)
        found: list[Found] = []
        if self._plan:
            # The correction of a plan's field goes when that field is edited, so it counts too.
            found += self._remembered(("plan", id(row.plan), written.plan), row, self._plan)
        if self._provenance:
            key = ("provenance", id(row.provenance), written.provenance)
            found += self._remembered(key, row, self._provenance)
        if self._measured:
            found += self._remembered(_words_of(row, written.measurement), row, self._measured)
        self._look_at_figures(row, written.figures, found)
        if self._others:
            self._look_at_others(row, found)
        if len(found) > 1:
            found.sort()
        return found

    def _look_at_figures(self, row: BenchmarkRow, written: Mapping[str, str], found: list[Found]) -> None:
        # Not remembered: figures hardly ever come again, and what is kept makes the collector walk the rows.
        measured = row.measurement
        for place, name in self._figures:
            value = getattr(measured, name)
            if value is not None or self._finds_empty:
                self._add(row, place, None if name in written else write_value(value), found)
        if self._peak is not None:
            self._add(row, self._peak, edit_text(row, self._columns[self._peak], self._unit), found)

    def _look_at_others(self, row: BenchmarkRow, found: list[Found]) -> None:
        texts = [*row.extra, *((f"{name}_inferred", text) for name, text in row.inferred)]
        if self._finds_empty:
            filled = {name for name, _ in texts}
            texts += [(name, "") for name in self._others if name not in filled]
        for name, text in texts:
            place = self._others.get(name)
            if place is not None:
                self._add(row, place, text, found)

    def _add(self, row: BenchmarkRow, place: int, text: str | None, found: list[Found]) -> None:
        if text is not None and self._finder.surely_misses(text):
            return
        looked = self._look(row, place, text)
        if looked is not None:
            found.append(looked)

    def _remembered(self, key: object, row: BenchmarkRow, places: Iterable[int]) -> tuple[Found, ...]:
        known = self._seen.get(key)
        if known is None:
            known = self._seen[key] = self._look_at(row, places)
        return known

    def _look_at(self, row: BenchmarkRow, places: Iterable[int]) -> tuple[Found, ...]:
        looked = [self._look(row, place) for place in places]
        return tuple([found for found in looked if found is not None])

    def _look(self, row: BenchmarkRow, place: int, known: str | None = None) -> Found | None:
        """Look at the text that an editor has; else as it would be written, else as the screen spells it.

        ``known`` is the editor's text, where it is known already and there is no other spelling.
        """
        column, replaced = self._columns[place], self._finder.replaced
        text = edit_text(row, column, self._unit) if known is None else known
        self.too_long += len(text) > LONGEST_CELL
        after = replaced(text)
        if after is not None:
            return self._found(row, place, text, text, after)
        for other in _other_spellings(row, column) if text and known is None else ():
            after = replaced(other)
            if after is not None:
                return self._found(row, place, text, other, after)
        return None

    def _found(self, row: BenchmarkRow, place: int, editor: str, before: str, after: str) -> Found:
        text = self._spoken[place].get(after.strip().lower(), after)
        if text == editor:
            return Found(place, before, after, text, "", is_same=True)
        return Found(place, before, after, text, self._reason(row, place, text), is_same=False)

    def _reason(self, row: BenchmarkRow, place: int, text: str) -> str:
        """Why a cell cannot take a text."""
        column = self._columns[place]
        name = column.fields[0]
        if column.kind in (Kind.PEAK, Kind.GPUS) or (is_known(name) and name not in ROW_FIELD):
            return unreadable_reason(edited(row, column, text, self._unit), column)
        if name not in ROW_FIELD:
            return ""
        try:
            read_value(ROW_FIELD[name], plain_number(ROW_FIELD[name], text))
        except ValueError as error:
            return told(str(error))
        return ""

    def _split(self, as_written: _Texts) -> _Written:
        numbers = self._numbers

        def number(names: Collection[str]) -> int:
            return numbers.setdefault(tuple([pair for pair in as_written if pair[0] in names]), len(numbers))

        figures = {name: text for name, text in as_written if name in _FIGURES}
        parts = (number(PLAN_FIELD), number(_PROVENANCE), number(_MEASUREMENT - _FIGURES))
        result = self._written[as_written] = _Written(*parts, figures)
        return result


def _is_in(place: int, spans: Spans) -> bool:
    return any(first <= place <= last for first, last in spans)


def _words_of(row: BenchmarkRow, written: int) -> tuple[object, ...]:
    m = row.measurement
    figures = (m.peak_memory_unit, m.peak_memory_scope, m.peak_memory_kind, m.samples_per_step)
    return ("measurement", m.status, figures, written)


def _other_spellings(row: BenchmarkRow, column: Column) -> Sequence[str]:
    """How a cell's value is written by the program (4096 for "4k") and on the screen (4,096)."""
    name = column.fields[0]
    if name not in ROW_FIELD or column.kind in (Kind.PEAK, Kind.GPUS) or ROW_FIELD[name].kind is str:
        return ()
    part = row.plan if name in PLAN_FIELD else row.measurement if name in _MEASUREMENT else row.provenance
    value = getattr(part, name)
    if isinstance(value, float):
        return (write_value(value),)  # the screen rounds it
    return (write_value(value), value_words(value))


def _spoken_words(column: Column) -> dict[str, str]:
    """What the screen calls the choices of a column, in small letters → the file's word."""
    spec = ROW_FIELD.get(column.fields[0])
    if spec is None or column.kind in (Kind.PEAK, Kind.GPUS):
        return {}
    if spec.kind is bool:
        return {value_words(value).lower(): write_value(value) for value in (True, False)}
    if not issubclass(spec.kind, Enum):
        return {}
    return {value_words(member).lower(): write_value(member) for member in spec.kind}

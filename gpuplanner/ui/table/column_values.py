"""The distinct values of a column with their counts, and the unit in which its range is typed."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass, replace

from PySide6.QtCore import QCoreApplication

from gpuplanner.core.benchmark import ROW_FIELD
from gpuplanner.core.plan import PLAN_FIELD
from gpuplanner.core.units import GB, GIB, read_number
from gpuplanner.ui.table.benchmark_table import BenchmarkTableModel
from gpuplanner.ui.table.cells import RowContext, cell_look
from gpuplanner.ui.table.column_rule import SortKey
from gpuplanner.ui.table.columns import Column, Kind
from gpuplanner.ui.table.typed_numbers import with_point
from gpuplanner.ui.widgets.display_unit import DisplayUnit
from gpuplanner.ui.words import value_words

_COUNTED_AT_ONCE, _WORDED_AT_ONCE = 2_000, 100


@dataclass(frozen=True)
class ColumnValue:
    """What cells of a column show, the keys behind it, and how many rows have it.

    Figures that are shown alike are one value, though they may differ in digits that are not shown.
    """

    text: str
    keys: frozenset[SortKey]
    count: int

    @property
    def is_empty(self) -> bool:
        """Whether it stands for cells with nothing in them."""
        return None in self.keys


@dataclass(frozen=True)
class RangeUnit:
    """How a number that is typed becomes what the column is filtered by: ``key = number × factor``."""

    factor: float = 1.0
    text: str = ""
    slack: float = 0.0
    """What keys have above the number that is shown: of one node with 8 GPUs it is 8.000001."""
    is_count: bool = False
    """Whether "4k" is a number of it."""

    def key_of(self, text: str) -> float | None:
        """What an end of the range, as it was typed, is in the column; None for none.

        Raises:
            ValueError: the text is no number.
        """
        text = text.strip()
        if not text:
            return None
        return read_number(text if self.is_count else with_point(text), count=self.is_count) * self.factor


def range_unit(column: Column, unit: DisplayUnit) -> RangeUnit | None:
    """The unit of a column's range; None for one that holds words."""
    if column.kind in (Kind.PEAK, Kind.ESTIMATE):
        translate = QCoreApplication.translate
        if unit is DisplayUnit.GB_PER_GPU:
            return RangeUnit(GB, translate("column filter", "GB per GPU"))
        return RangeUnit(GIB, translate("column filter", "GiB per GPU"))
    if column.kind is Kind.ERROR:
        return RangeUnit(0.01, "%")
    if column.kind is Kind.GPUS:
        return RangeUnit(slack=0.5, is_count=True)
    if column.kind is not Kind.NUMBER:
        return None
    return RangeUnit(text=column.unit, is_count=ROW_FIELD[column.key].kind is int)


def column_values(
    model: BenchmarkTableModel, column: Column
) -> Generator[None, None, tuple[ColumnValue, ...]]:
    """The values of the rows that the rest of the filter lets pass: numbers, then words, then empty cells."""
    keys = yield from model.keys.look_through(column)
    passing = yield from model.passing_steps(model.row_filter.without(column.key))
    found: dict[SortKey, list[int]] = {}
    for start in range(0, len(passing), _COUNTED_AT_ONCE):
        for source in passing[start : start + _COUNTED_AT_ONCE]:
            known = found.get(keys[source])
            if known is None:
                found[keys[source]] = [source, 1]
            else:
                known[1] += 1
        yield
    by_text: dict[str, tuple[list[SortKey], int]] = {}
    for number, key in enumerate(_in_order(found)):
        source, count = found[key]
        text = "" if key is None else _text(model, source, column)
        alike, before = by_text.setdefault(text, ([], 0))
        alike.append(key)
        by_text[text] = alike, before + count
        if number % _WORDED_AT_ONCE == _WORDED_AT_ONCE - 1:
            yield
    return tuple(ColumnValue(text, frozenset(alike), count) for text, (alike, count) in by_text.items())


def _in_order(keys: Iterable[SortKey]) -> list[SortKey]:
    numbers: list[float] = []
    words: list[str] = []
    rest: list[SortKey] = []
    for key in keys:
        if key is None:
            rest.append(None)
        elif isinstance(key, str):
            words.append(key)
        else:
            numbers.append(key)
    return [*sorted(numbers), *sorted(words), *rest]


def _text(model: BenchmarkTableModel, source: int, column: Column) -> str:
    """What the cell of a row shows for its value, even where this row does not use it."""
    row = model.document.rows[source]
    if column.key in PLAN_FIELD:
        return value_words(getattr(row.plan, column.key))
    if row.unreadable:
        row = replace(row, unreadable=())
    return cell_look(row, column, RowContext(model.unit, model.estimate(source))).text

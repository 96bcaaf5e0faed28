"""Which rows a view shows and in which order: indices in, indices out; the document stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, replace

from gpuplanner.core.benchmark import BenchmarkRow, Provenance
from gpuplanner.core.fields import Value, write_value
from gpuplanner.core.plan import Plan
from gpuplanner.ui.table.column_rule import Rule, SortKey
from gpuplanner.ui.words import value_words

_AT_ONCE = 100
"""So many rows have their texts put together in two milliseconds."""
_SORTED_AT_ONCE = 500


@dataclass(frozen=True)
class RowFilter:
    """Which rows the view shows: those with every word of ``text``, of one model, of one method, and by
    what stands in single columns."""

    text: str = ""
    model: str = ""
    method: str = ""
    cells: tuple[Rule, ...] = ()

    def with_rule(self, rule: Rule) -> RowFilter:
        """One more rule; of one column there is one value to be kept, or several to be left out."""
        kept = [old for old in self.cells if old.key != rule.key or rule.joins(old)]
        return replace(self, cells=(*(old for old in kept if old != rule), rule))

    def without(self, key: str) -> RowFilter:
        """No rule of this column."""
        return replace(self, cells=self.of(key, is_other=True))

    def of(self, key: str, *, is_other: bool = False) -> tuple[Rule, ...]:
        """The rules of a column, or of all others."""
        return tuple(rule for rule in self.cells if (rule.key == key) != is_other)

    @property
    def is_empty(self) -> bool:
        """Whether every row passes."""
        return not (self.text.strip() or self.model or self.method or self.cells)


class RowSearch:
    """Finds the rows that pass a filter; the text of a row is put together once."""

    def __init__(self) -> None:
        self._texts: dict[int, str] = {}

    def forget(self, index: int) -> None:
        """A row has changed."""
        self._texts.pop(index, None)

    def forget_all(self) -> None:
        """All rows are others."""
        self._texts.clear()

    def move(self, moved: Sequence[int | None]) -> None:
        """Rows came or went; ``moved`` says where each old one is now."""
        self._texts = {new: text for old, text in self._texts.items() if (new := moved[old]) is not None}

    def passing(self, rows: Sequence[BenchmarkRow], wanted: RowFilter, among: Iterable[int]) -> list[int]:
        """Which of the indices have rows that pass, rules of single columns apart."""
        words = wanted.text.lower().split()
        if not (words or wanted.model or wanted.method):
            return list(among)
        if words:
            self._fill(rows)
        return [
            index
            for index in among
            for row in (rows[index],)
            if (not wanted.model or row.plan.model == wanted.model)
            and (not wanted.method or row.plan.method.value == wanted.method)
            and all(word in self._texts[index] for word in words)
        ]

    def knows(self, n_rows: int) -> bool:
        """Whether the texts of so many rows are put together."""
        return len(self._texts) >= n_rows

    def look_through(self, rows_now: Callable[[], Sequence[BenchmarkRow]]) -> Generator[None, None, None]:
        """Put the texts together, in slices between which rows may change.

        Rows share plans and provenances, so most of it is done once.
        """
        shared: dict[int, tuple[str, Plan | Provenance]] = {}  # an id is only good while its object lives
        words: dict[tuple[type, Value], str] = {}

        def words_of(value: Value) -> str:
            key = (type(value), value)  # True is 1, and both are 1.0
            found = words.get(key)
            if found is None:
                found = words[key] = f"{write_value(value)} {value_words(value)}".lower()
            return found

        def text_of(part: Plan | Provenance) -> str:
            found = shared.get(id(part))
            if found is None:
                found = shared[id(part)] = " ".join(map(words_of, vars(part).values())), part
            return found[0]

        start = 0
        while start < len(rows_now()):
            for index, row in enumerate(rows_now()[start : start + _AT_ONCE], start):
                if index not in self._texts:
                    status = words_of(row.measurement.status)
                    parts = (text_of(row.plan), text_of(row.provenance), status, _own_text(row))
                    self._texts[index] = " ".join(parts)
            start += _AT_ONCE
            yield

    def _fill(self, rows: Sequence[BenchmarkRow]) -> None:
        if not self.knows(len(rows)):
            for _ in self.look_through(lambda: rows):
                pass


def in_order(
    indices: Iterable[int], key: Callable[[int], SortKey], descending: bool
) -> Generator[None, None, list[int]]:
    """Indices by their keys: numbers before texts, equal ones as in the file, those without a key last.

    It pauses every few hundred rows; to put 100,000 keys into order takes less time than to find them.
    """
    numbers: dict[int, float] = {}
    texts: dict[int, str] = {}
    without: list[int] = []
    for count, index in enumerate(sorted(indices), 1):
        if count % _SORTED_AT_ONCE == 0:
            yield
        found = key(index)
        if found is None:
            without.append(index)
        elif isinstance(found, str):
            texts[index] = found
        else:
            numbers[index] = found
    yield
    # Numbers and texts apart: what is of one kind is compared several times as quickly.
    in_order_numbers = sorted(numbers, key=numbers.__getitem__, reverse=descending)
    yield
    parts = [in_order_numbers, sorted(texts, key=texts.__getitem__, reverse=descending)]
    yield
    first, second = reversed(parts) if descending else parts
    return [*first, *second, *without]


def _own_text(row: BenchmarkRow) -> str:
    """What a row does not share with others: figures, unknown columns, unreadable cells."""
    measured = row.measurement
    texts = [
        write_value(measured.peak_memory),
        write_value(measured.step_time_s),
        *(text for _, text in row.extra),
        *(cell.text for cell in row.unreadable),
    ]
    return " ".join(texts).lower()

"""Which rows a view shows and in which order: indices in, indices out; the document stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from gpuplanner.core.benchmark import BenchmarkRow, Provenance
from gpuplanner.core.fields import Value, write_value
from gpuplanner.core.plan import Plan
from gpuplanner.ui.words import value_words

SortKey = float | str | None


@dataclass(frozen=True)
class CellRule:
    """Only rows with this value in a column, or only those with another one.

    ``value`` is what the column sorts by, so that it does not depend on the unit on the screen.
    """

    key: str
    value: SortKey
    is_out: bool = False
    words: str = field(default="", compare=False)
    """How the rule is named on the screen."""


@dataclass(frozen=True)
class RowFilter:
    """Which rows the view shows: those with every word of ``text``, of one model, of one method, and by
    the values of single cells."""

    text: str = ""
    model: str = ""
    method: str = ""
    cells: tuple[CellRule, ...] = ()

    def with_rule(self, rule: CellRule) -> RowFilter:
        """One more rule; of one column there is one value to be kept, or several to be left out."""
        kept = [old for old in self.cells if old.key != rule.key or (old.is_out and rule.is_out)]
        return replace(self, cells=(*(old for old in kept if old != rule), rule))

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

    def passing(self, rows: Sequence[BenchmarkRow], wanted: RowFilter) -> list[int]:
        """Indices of the rows that pass, in the order of the file."""
        if wanted.is_empty:
            return list(range(len(rows)))
        words = wanted.text.lower().split()
        if words:
            self._fill(rows)
        return [
            index
            for index, row in enumerate(rows)
            if (not wanted.model or row.plan.model == wanted.model)
            and (not wanted.method or row.plan.method.value == wanted.method)
            and all(word in self._texts[index] for word in words)
        ]

    def _fill(self, rows: Sequence[BenchmarkRow]) -> None:
        """Put the texts together; rows share plans and provenances, so most of it is done once."""
        shared: dict[int, str] = {}
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
                found = shared[id(part)] = " ".join(map(words_of, vars(part).values()))
            return found

        for index, row in enumerate(rows):
            if index not in self._texts:
                status = words_of(row.measurement.status)
                parts = (text_of(row.plan), text_of(row.provenance), status, _own_text(row))
                self._texts[index] = " ".join(parts)


def in_order(indices: Iterable[int], key: Callable[[int], SortKey], descending: bool) -> list[int]:
    """Indices by their keys: numbers before texts, equal ones as in the file, those without a key last."""
    numbers: dict[int, float] = {}
    texts: dict[int, str] = {}
    without: list[int] = []
    for index in sorted(indices):
        found = key(index)
        if found is None:
            without.append(index)
        elif isinstance(found, str):
            texts[index] = found
        else:
            numbers[index] = found
    # Numbers and texts apart: what is of one kind is compared several times as quickly.
    parts = [
        sorted(numbers, key=numbers.__getitem__, reverse=descending),
        sorted(texts, key=texts.__getitem__, reverse=descending),
    ]
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

"""Which rows a view shows and in which order: indices in, indices out; the document stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields

from gpuplanner.core.benchmark import BenchmarkRow, Provenance
from gpuplanner.core.fields import write_value
from gpuplanner.core.plan import Plan
from gpuplanner.ui.words import value_words

SortKey = float | str | None


@dataclass(frozen=True)
class RowFilter:
    """Which rows the view shows: those with every word of ``text``, of one model, of one method."""

    text: str = ""
    model: str = ""
    method: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether every row passes."""
        return not (self.text.strip() or self.model or self.method)


class RowSearch:
    """Finds the rows that pass a filter; the text of a row is put together once."""

    def __init__(self) -> None:
        self._texts: dict[int, str] = {}

    def forget(self, index: int) -> None:
        """A row has changed."""
        self._texts.pop(index, None)

    def forget_all(self) -> None:
        """Rows have moved."""
        self._texts.clear()

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

        def text_of(part: Plan | Provenance) -> str:
            found = shared.get(id(part))
            if found is None:
                values = [getattr(part, field.name) for field in fields(part)]
                found = " ".join(f"{write_value(value)} {value_words(value)}" for value in values).lower()
                shared[id(part)] = found
            return found

        for index, row in enumerate(rows):
            if index not in self._texts:
                parts = (text_of(row.plan), text_of(row.provenance), _own_text(row))
                self._texts[index] = " ".join(parts)


def in_order(indices: Iterable[int], key: Callable[[int], SortKey], descending: bool) -> list[int]:
    """Indices by their keys: numbers before texts, equal ones as in the file, those without a key last."""
    keyed, without = [], []
    for index in sorted(indices):
        found = key(index)
        if found is None:
            without.append(index)
        else:
            keyed.append((isinstance(found, str), found, index))
    keyed.sort(key=lambda entry: (entry[0], entry[1]), reverse=descending)
    return [index for _, _, index in keyed] + without


def _own_text(row: BenchmarkRow) -> str:
    """What a row does not share with others: figures, how it ended, unknown columns, unreadable cells."""
    measured = row.measurement
    texts = [
        write_value(measured.peak_memory),
        write_value(measured.step_time_s),
        measured.status.value,
        value_words(measured.status),
        *(text for _, text in row.extra),
        *(cell.text for cell in row.unreadable),
    ]
    return " ".join(texts).lower()

"""What a filter wants of one column: a value, several, a range; by what the column sorts by."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import isinf

SortKey = float | str | None
"""None: the cell is empty."""


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

    def holds(self, value: SortKey) -> bool:
        """Whether a cell with this value is wanted, ranges apart."""
        return (value == self.value) != self.is_out

    def passing(self, sources: Iterable[int], key_of: Callable[[int], SortKey]) -> list[int]:
        """Which rows are shown, by their index and what gives their values."""
        value, is_out = self.value, self.is_out
        return [source for source in sources if (key_of(source) == value) != is_out]

    def joins(self, other: Rule) -> bool:
        """Whether a rule of the same column goes on beside this later one."""
        return self.is_out and (other.is_out or isinstance(other, ColumnRule))


@dataclass(frozen=True)
class ColumnRule:
    """Only rows with one of these values in a column, or with none of them, and with a number in a range."""

    key: str
    values: frozenset[SortKey] = frozenset()
    is_out: bool = True
    low: float | None = None
    high: float | None = None
    """Both ends are in the range; None: no end.  What is no number, and out of memory, is in none."""
    words: str = field(default="", compare=False)

    @property
    def is_empty(self) -> bool:
        """Whether every row passes."""
        return self.is_out and not self.values and not self.has_range

    @property
    def has_range(self) -> bool:
        """Whether there is an end."""
        return self.low is not None or self.high is not None

    def holds(self, value: SortKey) -> bool:
        """As for a `CellRule`."""
        return (value in self.values) != self.is_out

    def passing(self, sources: Iterable[int], key_of: Callable[[int], SortKey]) -> list[int]:
        """As for a `CellRule`."""
        values, is_out = self.values, self.is_out
        found = [source for source in sources if (key_of(source) in values) != is_out]
        return [source for source in found if self._is_between(key_of(source))] if self.has_range else found

    def joins(self, other: Rule) -> bool:
        """Never: it says everything about its column."""
        return False

    def _is_between(self, value: SortKey) -> bool:
        if value is None or isinstance(value, str) or isinf(value):
            return False
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


Rule = CellRule | ColumnRule

"""Where rows are after some came or went, and lists that follow them.

A table of 100,000 rows is moved in slices of lists; to look at every row would be felt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Generic, TypeVar

Value = TypeVar("Value")


class RowMoves(tuple[int | None, ...]):
    """For each old row where it is now, None for one that was removed.

    ``kept`` says the same as runs (first before, first now, how many), ascending; ``total`` counts the rows
    that there are now.
    """

    kept: tuple[tuple[int, int, int], ...]
    total: int

    @classmethod
    def without(cls, gone: Sequence[int], n_rows: int) -> RowMoves:
        """The rows of these indices, ascending and distinct, go out of ``n_rows``."""
        kept: list[tuple[int, int, int]] = []
        places: list[int | None] = []
        now = 0
        for before, after in pairwise((-1, *gone, n_rows)):
            if before >= 0:
                places.append(None)
            n = after - before - 1
            if n:
                kept.append((before + 1, now, n))
                places.extend(range(now, now + n))
                now += n
        return cls._of(places, kept, now)

    @classmethod
    def with_new(cls, new: Sequence[int], n_rows: int) -> RowMoves:
        """Rows come into ``n_rows`` so that they have these indices, ascending and distinct."""
        back = cls.without(new, n_rows + len(new))
        places: list[int | None] = []
        for now, _, n in back.kept:
            places.extend(range(now, now + n))
        return cls._of(places, [(old, now, n) for now, old, n in back.kept], n_rows + len(new))

    @classmethod
    def _of(cls, places: Iterable[int | None], kept: Iterable[tuple[int, int, int]], total: int) -> RowMoves:
        moves = cls(places)
        moves.kept, moves.total = tuple(kept), total
        return moves

    def new(self) -> Iterator[int]:
        """Rows that came, by where they are now."""
        end = 0
        for _, now, n in self.kept:
            yield from range(end, now)
            end = now + n
        yield from range(end, self.total)


class RowValues(Generic[Value]):
    """One value for each row that has one, by its index."""

    def __init__(self) -> None:
        self._values: list[Value | None] = []

    def get(self, index: int) -> Value | None:
        """The value of a row; None where there is none."""
        return self._values[index] if index < len(self._values) else None

    def update(self, values: Mapping[int, Value]) -> None:
        """Rows that are not named keep theirs."""
        self._make_room(max(values, default=-1) + 1)
        for index, value in values.items():
            self._values[index] = value

    def forget(self, indices: Iterable[int]) -> None:
        """These rows have none any more."""
        known, size = self._values, len(self._values)
        for index in indices:
            if index < size:
                known[index] = None

    def clear(self) -> None:
        """No row has one."""
        self._values.clear()

    def move(self, moves: RowMoves) -> None:
        """Rows came or went; those that came have none."""
        old = self._values
        self._values = []
        self._make_room(moves.total)
        for before, now, n in moves.kept:
            part = old[before : before + n]
            self._values[now : now + len(part)] = part

    def _make_room(self, size: int) -> None:
        self._values += [None] * (size - len(self._values))

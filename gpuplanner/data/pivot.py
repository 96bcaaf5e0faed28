"""Lays rows out as tables are published: a line for each setting, a column for each sequence length.

Rows of one line differ in nothing but their length.  Beside model and method a field becomes a head only
where two lines would read alike without it, as in the README of Qwen: model, method, GPUs.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TypeVar

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.core.plan import PLAN_FIELD, PLAN_FIELDS

Result = TypeVar("Result")

LENGTH = "seq_len"
_ALWAYS = ("model", "method")
_NEXT = ("nodes", "gpus_per_node", "sharding", "gpu")
"""Asked first where a head has to be added."""
_HEADS = (*_NEXT, *(spec.name for spec in PLAN_FIELDS if spec.name not in (*_ALWAYS, *_NEXT, LENGTH)))
_BUT_LENGTH = attrgetter(*(spec.name for spec in PLAN_FIELDS if spec.name != LENGTH))
_ROWS_AT_ONCE = 500
_LENGTH_BITS = 25
_LENGTH = 2**_LENGTH_BITS - 1
"""Holds the longest length that a plan may have."""

Cell = tuple[int, int]
"""(line, place in `PivotLayout.lengths`)."""


@dataclass(frozen=True)
class PivotLayout:
    """Where each row stands.  Rows are indices of the document, in its order."""

    heads: tuple[str, ...] = _ALWAYS
    """Plan fields that tell the lines apart."""
    lengths: tuple[int | None, ...] = ()
    """Tokens, ascending; None, at the end, for rows whose length was not stated or cannot be read."""
    lines: tuple[tuple[int, ...], ...] = ()
    """The rows of each line."""
    cells: Mapping[Cell, tuple[int, ...]] = field(default_factory=dict)
    """The rows of each cell that has any."""

    def cell_of(self, row: int) -> Cell | None:
        """Where a row stands; None where it is not shown."""
        return next((cell for cell, rows in self.cells.items() if row in rows), None)

    def place_for(self, line: int, length: int, rows: Sequence[BenchmarkRow]) -> int:
        """Index in the document at which a new row of a line belongs: behind its shorter ones."""
        shorter = [row for row in self.lines[line] if rows[row].plan.seq_len < length]
        return shorter[-1] + 1 if shorter else self.lines[line][0]


class PivotMaker:
    """Makes layouts; what it knows of a row it keeps, for a row never changes: another takes its place.

    Settings and length of a row are one number: objects for each would keep the garbage collector busy,
    which stops the window for half a second where a table has 100,000 rows.
    """

    def __init__(self) -> None:
        self._rows: Sequence[BenchmarkRow] = ()
        """Kept, or their ids would be given away."""
        self._codes: dict[int, int] = {}
        """id of a row → the number of its settings and its length."""
        self._numbers: dict[tuple[object, ...], int] = {}

    def steps(self, rows: Sequence[BenchmarkRow], shown: Sequence[int]) -> Generator[None, None, PivotLayout]:
        """The layout of some rows (``shown``: indices, ascending) as the generator's return value.

        It pauses every few hundred rows, so that a large table does not hold up the window.
        """
        codes: dict[int, int] = {}
        lines: dict[int, list[int]] = {}
        firsts: dict[int, int] = {}
        others: dict[int, list[int]] = {}
        for count, index in enumerate(shown, 1):
            row = rows[index]
            code = self._codes.get(id(row))
            if code is None:
                code = self._code(row)
            codes[id(row)] = code
            lines.setdefault(code >> _LENGTH_BITS, []).append(index)
            if firsts.setdefault(code, index) != index:
                others.setdefault(code, []).append(index)
            if not count % _ROWS_AT_ONCE:
                yield
        self._rows, self._codes = rows, codes
        lengths = sorted({code & _LENGTH for code in firsts}, key=lambda length: (not length, length))
        line_of = {number: place for place, number in enumerate(lines)}
        column_of = {length: place for place, length in enumerate(lengths)}
        yield
        cells: dict[Cell, tuple[int, ...]] = {}
        for count, (code, first) in enumerate(firsts.items(), 1):
            cell = line_of[code >> _LENGTH_BITS], column_of[code & _LENGTH]
            cells[cell] = (first, *others.get(code, ()))
            if not count % _ROWS_AT_ONCE:
                yield
        heads = yield from _heads([rows[indices[0]] for indices in lines.values()])
        known = tuple(length or None for length in lengths)
        return PivotLayout(heads, known, tuple(map(tuple, lines.values())), cells)

    def _code(self, row: BenchmarkRow) -> int:
        """The number of a row's settings, then its length; 0 for a length that is not known."""
        key: tuple[object, ...] = _BUT_LENGTH(row.plan)
        length = row.plan.seq_len
        for cell in row.unreadable:
            if cell.column == LENGTH:
                length = 0
            elif cell.column in PLAN_FIELD:
                key = (*key, cell.column, cell.text)
        if (LENGTH, "") in row.as_written and length == PLAN_FIELD[LENGTH].default:
            length = 0  # not stated: the default stands in for it
        return self._numbers.setdefault(key, len(self._numbers)) << _LENGTH_BITS | length


def finished(steps: Generator[None, None, Result]) -> Result:
    """What a generator returns, without its pauses."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: Result = end.value
            return result


def _heads(firsts: Sequence[BenchmarkRow]) -> Generator[None, None, tuple[str, ...]]:
    """Fields by which every line reads unlike the others, as few as the order of asking gives."""
    heads = list(_ALWAYS)
    groups = [(row.plan.model, row.plan.method) for row in firsts]
    numbers = yield from _numbered(groups)
    for name in _HEADS:
        if len(set(numbers)) == len(firsts):
            break
        values = [getattr(row.plan, name) for row in firsts]
        finer = yield from _numbered(list(zip(numbers, values, strict=True)))
        if len(set(finer)) > len(set(numbers)):
            heads.append(name)
            numbers = finer
    return tuple(heads)


def _numbered(keys: Sequence[tuple[object, ...]]) -> Generator[None, None, list[int]]:
    """Equal keys have equal numbers."""
    numbers: dict[tuple[object, ...], int] = {}
    found = []
    for count, key in enumerate(keys, 1):
        found.append(numbers.setdefault(key, len(numbers)))
        if not count % _ROWS_AT_ONCE:
            yield
    return found

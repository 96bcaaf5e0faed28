"""Puts a grid in order: one head line, and every cell in the column where it belongs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from gpuplanner.core.errors import InputError
from gpuplanner.data.table_import.cell_values import class_of, length_of
from gpuplanner.data.table_import.grid import Grid
from gpuplanner.data.table_import.heads import count_heads, length_in, role_and_unit

_MOST_HEADS = 4
_MOST_SHIFT = 8
"""Cells that a line may lack at its left: those that were merged with the line above."""
_LIKE = {
    ("both", "missing"),
    ("number", "missing"),
    ("unit", "missing"),
    ("unit", "number"),
    ("number", "unit"),
}
"""Kinds that may stand in one column."""


@dataclass(frozen=True)
class Aligned:
    """A table with one head; ``rows`` are as wide as it.

    ``moved`` are the rows (from 0) that were shifted back into their columns, or took a merged cell from
    above; ``source_rows`` the lines of the grid that they come from.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    source_rows: tuple[int, ...]
    moved: frozenset[int]
    notes: tuple[str, ...] = ()


def align(grid: Grid, where: str) -> Aligned:
    """Find the head lines, join them, and move what has slipped.

    Raises:
        InputError: no line names anything that is known.
    """
    first = _first_head(grid)
    if first is None:
        hint = "the head line names columns such as model, method, sequence length, memory"
        raise InputError.of("no head line that GPU Planner knows", where, hint)
    n_heads = _heads_from(grid, first)
    heads, notes = _joined(grid, first, n_heads)
    if not any(role and length_in(role) is None for role, _unit in map(role_and_unit, heads)):
        what = "the head line names lengths alone"
        raise InputError.of(what, where, "copy the columns that name model and method too")
    start = first + n_heads
    body = [grid.cells[i] for i in range(start, len(grid.cells))]
    kept = [i for i, line in enumerate(body) if not _is_repeated_head(line, heads)]
    lines = [body[i] for i in kept]
    moved: set[int] = set()
    if grid.shifted:
        lines, moved = _shifted_back(lines, heads)
    else:
        moved = {
            number
            for number, i in enumerate(kept)
            if any((start + i, c) in grid.spanned for c in range(grid.width))
        }
    notes = [*(remark.what for remark in grid.remarks), *notes]
    return Aligned(heads, tuple(lines), tuple(start + i for i in kept), frozenset(moved), tuple(notes))


def _first_head(grid: Grid) -> int | None:
    best = max(
        range(min(len(grid.cells), 20)), key=lambda i: (count_heads(grid.cells[i]) >= 2, -i), default=0
    )
    if count_heads(grid.cells[best]) >= 2:
        return best
    one = next((i for i in range(min(len(grid.cells), 20)) if count_heads(grid.cells[i])), None)
    return one if one is not None and _is_filled(grid, one + 1) else None


def _is_filled(grid: Grid, start: int) -> bool:
    """Whether most lines have a text in half of the columns: a single known word also stands in prose."""
    body = grid.cells[start:]
    return 2 * sum(2 * sum(map(bool, line)) >= grid.width for line in body) >= len(body)


def _heads_from(grid: Grid, first: int) -> int:
    """Head lines in a row: those below the first hold lengths alone, or repeat merged heads."""
    n = 1
    while n < _MOST_HEADS and first + n < len(grid.cells) and _is_sub_head(grid, first + n):
        n += 1
    return n


def _is_sub_head(grid: Grid, number: int) -> bool:
    """A line of lengths (the rest blank, or heads that a merged cell repeats)."""
    line = grid.cells[number]
    said = [(i, cell) for i, cell in enumerate(line) if cell and (number, i) not in grid.spanned]
    return len(said) > 1 and all(length_of(cell) is not None for _, cell in said)


def _joined(grid: Grid, first: int, n: int) -> tuple[tuple[str, ...], list[str]]:
    heads = list(grid.cells[first])
    notes: list[str] = []
    for number in range(first + 1, first + n):
        line = list(grid.cells[number])
        filled = [i for i, cell in enumerate(line) if cell]
        target = next((i for i, cell in enumerate(heads) if role_and_unit(cell)[0] == "seq_len"), None)
        if grid.shifted and target is not None and filled[0] < target:
            # Markdown has no merged cells: the lengths slipped to the left edge.
            line = [""] * target + [line[i] for i in filled]
            heads += [""] * (len(line) - len(heads))
            notes.append(f"a second head line was moved under {heads[target]!r}")
        for i, cell in enumerate(line):
            if cell and i < len(heads):
                heads[i] = cell
    return tuple(heads), notes


def _is_repeated_head(line: Sequence[str], heads: Sequence[str]) -> bool:
    """A head that is printed again in the middle of a long table."""
    same = sum(a == b for a, b in zip(line, heads, strict=False) if a)
    return same >= 2 and same == sum(bool(cell) for cell in line)


def _shifted_back(
    lines: Sequence[Sequence[str]], heads: Sequence[str]
) -> tuple[list[tuple[str, ...]], set[int]]:
    """Move lines that lack their first cells to the right; the missing ones are those of the line above."""
    width = len(heads)
    classes = [[class_of(cell) for cell in line] for line in lines]
    profile = _filled_in(_profile(classes, width), heads)
    result: list[tuple[str, ...]] = []
    moved: set[int] = set()
    above: tuple[str, ...] = ("",) * width
    for number, (line, kinds) in enumerate(zip(lines, classes, strict=True)):
        full = tuple(line) + ("",) * (width - len(line))
        free = len(full) - max((i for i, cell in enumerate(full) if cell), default=-1) - 1
        # Blank first cells mean "as above" where the rest is in place.
        shift = max(range(min(free, _MOST_SHIFT) + 1), key=lambda k: (_score(kinds, profile, k), -k))
        if shift and number:
            full = (*above[:shift], *full[: width - shift])
            moved.add(number)
        result.append(full[:width])
        above = result[-1]
    return result, moved


def _profile(classes: Sequence[Sequence[str]], width: int) -> list[str]:
    """The kind of cell that most full lines have in each column."""
    full = [kinds for kinds in classes if len(kinds) >= width and kinds[width - 1] != "empty"]
    counted = full or classes
    columns = (Counter(kinds[i] for kinds in counted if i < len(kinds)) for i in range(width))
    return [_usual(column) for column in columns]


def _filled_in(profile: list[str], heads: Sequence[str]) -> list[str]:
    """A length at which nothing was measured looks as the other lengths do."""
    lengths = [i for i, head in enumerate(heads) if length_in(role_and_unit(head)[0]) is not None]
    usual = _usual(Counter(profile[i] for i in lengths))
    return [
        usual if i in lengths and kind in ("missing", "empty") else kind for i, kind in enumerate(profile)
    ]


def _usual(kinds: Counter[str]) -> str:
    """The kind that most cells of a column have; what is missing says nothing of the others."""
    telling = Counter({kind: n for kind, n in kinds.items() if kind not in ("missing", "empty")})
    return next((kind for kind, _ in (telling or kinds).most_common(1)), "empty")


def _score(kinds: Sequence[str], profile: Sequence[str], shift: int) -> int:
    """How many cells would stand in a column of their kind."""
    score = 0
    for i, kind in enumerate(kinds):
        if kind == "empty" or i + shift >= len(profile):
            continue
        wanted = profile[i + shift]
        score += 2 if kind == wanted else 1 if (wanted, kind) in _LIKE else -2
    return score

"""Apostrophes before formulas in tables that we exported: said in a column of its own, undone when read.

A spreadsheet may sort, cut or join such a table in between, so every line says it for itself.  A table
without the column is somebody else's: its apostrophes are its author's, and stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from gpuplanner.core.csv_text import as_it_was, harmless

HEAD, MARK = "escaped_by", "gpuplanner"
_HEAD = re.compile(HEAD + "_*")

Lines = Sequence[Sequence[str]]


def escaped(
    heads: Sequence[str], lines: Lines, cell: Callable[[str, int], str]
) -> tuple[list[str], list[list[str]]]:
    """Heads and lines of equal length in which nothing is a formula, with the column that says so if needed.

    ``cell`` makes a text in a column, by its place, harmless.
    """
    safe_heads = [harmless(head) for head in heads]
    safe_lines = [[cell(text, place) for place, text in enumerate(line)] for line in lines]
    if safe_heads == list(heads) and all(map(_same, safe_lines, lines)):
        return safe_heads, safe_lines
    mark = HEAD
    while mark in heads:
        mark += "_"
    return [*safe_heads, mark], [[*line, MARK] for line in safe_lines]


def place_of_mark(heads: Sequence[str]) -> int | None:
    """Which column would say that we exported the table; None: there is none."""
    found = [place for place, head in enumerate(heads) if _HEAD.fullmatch(head)]
    return max(found, key=lambda place: len(heads[place]), default=None)


def restored(heads: Sequence[str], lines: Lines) -> tuple[list[str], list[list[str]]] | None:
    """What was given to `escaped`; None where the table is not ours.

    Lines that somebody added, without the mark, stay as they are but for the column.
    """
    at = place_of_mark(heads)
    if at is None:
        return None
    marks = {line[at] for line in lines if len(line) > at}
    if MARK not in marks or not marks <= {MARK, ""}:
        return None
    return _without([as_it_was(head) for head in heads], at), [_restored_line(line, at) for line in lines]


def _restored_line(line: Sequence[str], at: int) -> list[str]:
    is_ours = len(line) > at and line[at] == MARK
    return _without([as_it_was(text) for text in line] if is_ours else line, at)


def _without(cells: Sequence[str], at: int) -> list[str]:
    return [*cells[:at], *cells[at + 1 :]]


def _same(some: Sequence[str], others: Sequence[str]) -> bool:
    return list(some) == list(others)

"""Tells a row that was chosen from rows that the cursor only passes while a key repeats."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from time import monotonic

QUIET_S = 0.08
"""Rows that follow each other faster are passed by: a key that is held down repeats every 30 to 50 ms."""


class PassedRows:
    """Says how long to wait with the answer for a row; ``clock`` gives seconds."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._row: int | None = None
        self._at = -inf
        """When the last row was chosen, or the answer for it was given."""
        self._is_due = False

    def wait_s(self, row: int) -> float:
        """A row was chosen: 0 to answer at once, or seconds in which no other row may follow."""
        now = self._clock()
        is_quick = row != self._row and now - self._at < QUIET_S
        self._row, self._at, self._is_due = row, now, True
        return QUIET_S if is_quick else 0.0

    def answered(self) -> None:
        """The answer has been given: a key that was pressed meanwhile had to wait, and counts as quick."""
        if self._is_due:
            self._at, self._is_due = self._clock(), False

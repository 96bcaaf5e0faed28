"""A series of numbers from its first ones: 256, 512 goes on as 1024, 2048; 10, 20 as 30, 40."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_LIKE = 1e-9
"""Relative difference below which a third number is the one that was expected."""
_FROM_TENFOLD = 10
"""A whole factor from here on is one, whatever the first number: 1, 10 goes on as 100."""


@dataclass(frozen=True)
class NumberSeries:
    """Starts at ``start``; each next number is ``step`` more, or ``step`` times as much.

    >>> NumberSeries(256, 2, is_factor=True).numbers(4)
    [256, 512, 1024, 2048]
    """

    start: float
    step: float
    is_factor: bool

    def numbers(self, n: int) -> list[float]:
        """The first ``n`` numbers; infinite where they are too large."""
        if not self.is_factor:
            return [self.start + self.step * i for i in range(n)]
        found = [self.start]
        while len(found) < n:
            found.append(found[-1] * self.step)
        return found


def guessed_series(known: Sequence[float], *, is_count: bool) -> NumberSeries:
    """The series that the first numbers, one at least, begin.

    Two numbers are taken for a factor where they count something (tokens, GPUs, ranks) and the first is
    a power of two from 2 on and doubled, fourfold, ... or where the factor is a whole one from 10 on.  A
    third number decides between the two.  One number alone is doubled where it counts, else one more.
    """
    start = known[0]
    if len(known) == 1:
        doubles = is_count and _is_power_of_two(start)
        return NumberSeries(start, 2 if doubles else 1, is_factor=doubles)
    added = NumberSeries(start, known[1] - start, is_factor=False)
    if not start or not known[1]:
        return added
    factor = known[1] / start
    if factor.is_integer():
        factor = int(factor)
    multiplied = NumberSeries(start, factor, is_factor=True)
    if len(known) > 2:
        fits = [math.isclose(series.numbers(3)[2], known[2], rel_tol=_LIKE) for series in (added, multiplied)]
        if any(fits):
            return added if fits[0] else multiplied
    doubled = is_count and _is_power_of_two(start) and _is_power_of_two(factor)
    tenfold = isinstance(factor, int) and abs(factor) >= _FROM_TENFOLD
    return multiplied if doubled or tenfold else added


def number_words(number: float) -> str:
    """As a cell takes it: whole numbers without a point, no more than 12 digits of others."""
    return f"{number:.0f}" if abs(number) < 1e15 and number == round(number) else f"{number:.12g}"


def _is_power_of_two(number: float) -> bool:
    return number >= 2 and math.frexp(number)[0] == 0.5

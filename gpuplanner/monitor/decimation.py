"""Thins a series for drawing: the smallest and largest value per stretch of time, so that no peak is lost.

Stretches begin at whole multiples of their length: a plot that moves on does not flicker.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Times = npt.NDArray[np.float64]
Values = npt.NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Series:
    """Times with the smallest and largest value at each; NaN breaks the line.

    Where nothing was thinned, ``low`` is ``high``.
    """

    times_s: Times
    low: Values
    high: Values

    @classmethod
    def empty(cls) -> Series:
        """No values."""
        nothing = np.zeros(0)
        return cls(nothing, nothing, nothing)


class Thinning:
    """The stretches of one series of times, found once for all values at these times."""

    def __init__(self, times: Times, is_gap: npt.NDArray[np.bool_], points: int) -> None:
        self._gaps = times[is_gap]
        self._kept: npt.NDArray[np.bool_] | None = None
        self._starts: npt.NDArray[np.intp] | None = None
        n = len(times)
        if n <= points or n < 3:
            self.times_s = times.copy()
            return
        if len(self._gaps):
            self._kept = ~is_gap
            times = times[self._kept]
        step_s = _step_s((float(times[-1]) - float(times[0])) / points)
        stretch = np.floor_divide(times, step_s)
        self._starts = np.flatnonzero(np.concatenate(([True], stretch[1:] != stretch[:-1])))
        self.times_s = times[self._starts]
        if len(self._gaps):
            self._places = np.searchsorted(self.times_s, self._gaps)
            self.times_s = np.insert(self.times_s, self._places, self._gaps)

    def of(self, low: Values, high: Values) -> Series:
        """The smallest and largest value of each stretch; gaps are kept."""
        if self._starts is None:
            copy = low.copy()
            same = high is low or np.shares_memory(low, high)
            return Series(self.times_s, copy, copy if same else high.copy())
        if self._kept is not None:
            low, high = low[self._kept], high[self._kept]
        lows, highs = np.fmin.reduceat(low, self._starts), np.fmax.reduceat(high, self._starts)
        if len(self._gaps):
            lows, highs = np.insert(lows, self._places, np.nan), np.insert(highs, self._places, np.nan)
        return Series(self.times_s, lows, highs)


def thinned(times: Times, low: Values, high: Values, is_gap: npt.NDArray[np.bool_], points: int) -> Series:
    """At most about ``points`` times; gaps are kept."""
    return Thinning(times, is_gap, points).of(low, high)


def _step_s(least_s: float) -> float:
    """A length of the stretches that stays the same while the window moves on: a power of 2^¼."""
    return float(2 ** (math.ceil(4 * math.log2(max(least_s, 1e-6))) / 4))

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


def thinned(times: Times, low: Values, high: Values, is_gap: npt.NDArray[np.bool_], points: int) -> Series:
    """At most about ``points`` times; gaps are kept."""
    n = len(times)
    if n <= points or n < 3:
        copy = low.copy()
        return Series(times.copy(), copy, copy if high is low or np.shares_memory(low, high) else high.copy())
    gaps = times[is_gap]
    if len(gaps):
        times, low, high = times[~is_gap], low[~is_gap], high[~is_gap]
    step_s = _step_s((float(times[-1]) - float(times[0])) / points)
    stretch = np.floor_divide(times, step_s)
    starts = np.flatnonzero(np.concatenate(([True], stretch[1:] != stretch[:-1])))
    lows, highs = np.fmin.reduceat(low, starts), np.fmax.reduceat(high, starts)
    at = times[starts]
    if len(gaps):
        places = np.searchsorted(at, gaps)
        at = np.insert(at, places, gaps)
        lows, highs = np.insert(lows, places, np.nan), np.insert(highs, places, np.nan)
    return Series(at, lows, highs)


def _step_s(least_s: float) -> float:
    """A length of the stretches that stays the same while the window moves on: a power of 2^¼."""
    return float(2 ** (math.ceil(4 * math.log2(max(least_s, 1e-6))) / 4))

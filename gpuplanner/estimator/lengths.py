"""The longest lengths that fit: one scan over all lengths, then every candidate between two scanned ones."""

from __future__ import annotations

import math
from collections.abc import Sequence

from gpuplanner.core.estimate import Fits
from gpuplanner.core.plan import ResolvedPlan
from gpuplanner.estimator.estimate import (
    PHYSICS,
    Calibration,
    EstimateColumns,
    length_curve,
    verdict,
)

LENGTH_STEP = 128
"""Lengths are offered in whole blocks of this many tokens."""
MAX_LENGTH = 1_048_576
_POINTS_PER_DOUBLING = 4


def _scan() -> tuple[int, ...]:
    n = round(math.log2(MAX_LENGTH / LENGTH_STEP) * _POINTS_PER_DOUBLING)
    return tuple(sorted({LENGTH_STEP * round(2 ** (i / _POINTS_PER_DOUBLING)) for i in range(n + 1)}))


SCANNED_LENGTHS = _scan()
"""Multiples of `LENGTH_STEP`, about a quarter of a doubling apart; estimate them for `lengths_that_fit`."""


def lengths_that_fit(
    resolved: ResolvedPlan,
    columns: EstimateColumns,
    first: int,
    limit: float,
    calibration: Calibration = PHYSICS,
) -> tuple[int, int]:
    """The longest length whose verdict is yes, and the longest that is not no; 0 where there is none.

    ``columns`` holds estimates of `SCANNED_LENGTHS` from index ``first`` on, so that a caller who draws a
    curve pays one columnar call for both.  A second call settles all multiples of 128 tokens between the
    last scanned length that is within and the first that is not.  Memory never falls with length, so the
    answer is exact.
    """
    scanned = verdicts(columns, limit)[first:]
    brackets = [
        limit_bracket(SCANNED_LENGTHS, [fits is Fits.YES for fits in scanned]),
        limit_bracket(SCANNED_LENGTHS, [fits is not Fits.NO for fits in scanned]),
    ]
    between = sorted(
        {length for bracket in brackets if bracket for length in range(*bracket, LENGTH_STEP)}
        | {bracket[1] for bracket in brackets if bracket}
    )
    if not between:
        return 0, 0
    fine = verdicts(length_curve(resolved, between, calibration), limit)
    fits_to = max((length for length, fits in zip(between, fine, strict=True) if fits is Fits.YES), default=0)
    tight_to = max(
        (length for length, fits in zip(between, fine, strict=True) if fits is not Fits.NO), default=0
    )
    return fits_to, tight_to


def limit_bracket(lengths: Sequence[int], within: Sequence[bool]) -> tuple[int, int] | None:
    """The last length within and the first that is not (the last again when all are); None: none is."""
    if not within[0]:
        return None
    first_beyond = next((i for i, ok in enumerate(within) if not ok), len(within))
    return lengths[first_beyond - 1], lengths[min(first_beyond, len(lengths) - 1)]


def verdicts(columns: EstimateColumns, limit: float) -> list[Fits]:
    """The verdict of each plan of a columnar estimate, for one budget in bytes."""
    pairs = zip(columns.device_bytes.tolist(), columns.high_bytes.tolist(), strict=True)
    return [verdict(device, high, limit) for device, high in pairs]

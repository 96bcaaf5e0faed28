"""Learn from measured rows: few constants with a prior at their physical value, then what is left by series.

Two steps, both linear in log space. First the constants move by ridge regression on the residuals' Jacobian
(prior: the shipped value, with a stated spread). Then a Gaussian process spreads what remains over rows of
the same series (model × method × sharding), decaying with the distance in log2 of the length. A row is never
predicted from itself: `left_out` withholds its cell, its series or its model first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

import numpy as np

from gpuplanner.estimator.columns import Array, PlanColumns
from gpuplanner.estimator.constants import MemoryConstants, TimeConstants
from gpuplanner.estimator.memory import memory
from gpuplanner.estimator.speed import step_time

Constants = TypeVar("Constants", MemoryConstants, TimeConstants)


class Withhold(StrEnum):
    """What is left out before a row is predicted."""

    NONE = "none"
    CELL = "loo-cell"
    SERIES = "loo-series"
    MODEL = "loo-model"


@dataclass(frozen=True)
class Prior:
    """How far each constant may move: name → standard deviation, as a share of the shipped value."""

    spread: dict[str, float]
    noise: float
    """Standard deviation of a row's log residual that no constant explains."""
    series: float
    """Of that, the part that rows of one series share nearby."""
    octaves: float
    """Distance in log2(length) over which it is shared."""


MEMORY_PRIOR = Prior(
    {"cache_bytes": 0.3, "distributed_bytes": 0.5, "gather_lead_layers": 0.15, "fragmentation_share": 0.4},
    noise=0.025,
    series=0.035,
    octaves=1.5,
)
TIME_PRIOR = Prior(
    {"operation_s": 0.15, "micro_batch_s": 0.3, "dequant_bandwidth": 0.1, "deepspeed_event_s": 0.15,
     "elementwise_bandwidth": 0.06},
    noise=0.02,
    series=0.05,
    octaves=2.0,
)  # fmt: skip


@dataclass(frozen=True)
class Residuals:
    """Log residuals of n measured rows at the shipped constants, and how the constants move them."""

    values: Array
    """log(measured / predicted), shape (n,)."""
    jacobian: Array
    """d log(predicted) per prior standard deviation of each constant, shape (n, constants)."""
    series: Array
    """Number of the row's series, shape (n,)."""
    models: Array
    octave: Array
    """log2 of the length, shape (n,)."""
    prior: Prior


def memory_residuals(
    c: PlanColumns, measured: Array, kinds: Sequence[str], series: Array, models: Array
) -> Residuals:
    """Residuals of measured bytes per GPU, each of its kind (allocated, reserved, device)."""

    def predict(k: MemoryConstants) -> Array:
        columns = memory(c, k)
        by_kind = {kind: columns.kind(kind) for kind in set(kinds)}
        return np.array([by_kind[kind][i] for i, kind in enumerate(kinds)])

    return _residuals(predict, MemoryConstants(), measured, series, models, c, MEMORY_PRIOR)


def time_residuals(c: PlanColumns, measured: Array, series: Array, models: Array) -> Residuals:
    """Residuals of measured seconds per step."""
    return _residuals(
        lambda k: step_time(c, k).step, TimeConstants(), measured, series, models, c, TIME_PRIOR
    )


def _residuals(
    predict: Callable[[Constants], Array],
    shipped: Constants,
    measured: Array,
    series: Array,
    models: Array,
    c: PlanColumns,
    prior: Prior,
) -> Residuals:
    base = np.log(predict(shipped))
    slopes = []
    for name, spread in prior.spread.items():
        value = getattr(shipped, name)
        moved = replace(shipped, **{name: value * (1 + 0.5 * spread)})
        slopes.append((np.log(predict(moved)) - base) / 0.5)
    return Residuals(
        np.log(measured) - base,
        np.array(slopes).T,
        series,
        models,
        np.log2(np.broadcast_to(c.tokens, base.shape)),
        prior,
    )


def left_out(r: Residuals, withhold: Withhold) -> Array:
    """What calibration would add to log(predicted) of every row, its own cell, series or model withheld."""
    if withhold is Withhold.NONE:
        return np.zeros_like(r.values)
    groups = {
        Withhold.CELL: np.arange(r.values.size),
        Withhold.SERIES: r.series,
        Withhold.MODEL: r.models,
    }[withhold]
    covariance = _covariance(r)
    noise = r.prior.noise**2
    result = np.zeros_like(r.values)
    for group in np.unique(groups):
        out = groups == group
        kept = covariance[np.ix_(~out, ~out)] + noise * np.eye(int((~out).sum()))
        result[out] = covariance[np.ix_(out, ~out)] @ np.linalg.solve(kept, r.values[~out])
    return result


def _covariance(r: Residuals) -> Array:
    """Prior covariance of the explainable part of the residuals, shape (n, n)."""
    apart = np.abs(r.octave[:, None] - r.octave[None, :])
    same = r.series[:, None] == r.series[None, :]
    nearby = r.prior.series**2 * np.exp(-apart / r.prior.octaves) * same
    covariance: Array = r.jacobian @ r.jacobian.T + nearby
    return covariance

"""The estimator judged against measured rows: errors, coverage of its intervals, and its verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gpuplanner.core.benchmark import BenchmarkRow, Status
from gpuplanner.core.correction import Correction, row_key
from gpuplanner.core.estimate import Fits
from gpuplanner.core.plan import ResolvedPlan
from gpuplanner.estimator.calibration import Residuals, Withhold, left_out, memory_residuals, time_residuals
from gpuplanner.estimator.columns import Array, columns_of
from gpuplanner.estimator.constants import Constant, MemoryConstants, TimeConstants, declared
from gpuplanner.estimator.estimate import EstimateColumns, estimate_many, verdict
from gpuplanner.estimator.left_out import estimate_left_out
from gpuplanner.estimator.methods import SWITCHES, Switch


@dataclass(frozen=True)
class JudgedRow:
    """A row that could be expressed: its place in the table (from 0), and its plan with and without the
    inferred corrections."""

    index: int
    row: BenchmarkRow
    resolved: ResolvedPlan
    as_published: ResolvedPlan


@dataclass(frozen=True)
class ErrorFigures:
    """Errors as fractions: mean absolute, worst and mean signed; NaN without rows."""

    mape: float
    worst: float
    bias: float
    by_method: tuple[tuple[str, float], ...]
    coverage_90: float
    median_half_width: float
    interpolation_mape: float


@dataclass(frozen=True)
class Cell:
    """One measured row beside its prediction, per GPU; None where a side is missing."""

    index: int
    measured_bytes: float | None
    predicted_bytes: float
    measured_s: float | None
    predicted_s: float


@dataclass(frozen=True)
class Accuracy:
    """Everything that ``gpuplanner accuracy`` reports but the table's name."""

    rows_measured: int
    rows_expressed: int
    memory: ErrorFigures
    step_time: ErrorFigures
    oom_rows: int
    false_green: int
    false_red: int
    memory_as_published: tuple[float, float]
    """MAPE and worst without the inferred corrections."""
    step_time_as_published: tuple[float, float]
    constants: tuple[Constant, ...]
    switches: tuple[Switch, ...]
    cells: tuple[Cell, ...]


def accuracy(
    rows: Sequence[JudgedRow],
    rows_measured: int,
    withhold: Withhold = Withhold.NONE,
    corrections: Sequence[Correction] = (),
) -> Accuracy:
    """Judge rows that could be expressed; ``rows_measured`` counts the others too.

    ``corrections`` correct every row but those that they have seen by all that they have seen besides.
    """
    measured = [item for item in rows if item.row.measurement.status is Status.MEASURED]
    judged = _judge(measured, [item.resolved for item in measured], withhold, corrections)
    published = _judge(measured, [item.as_published for item in measured], Withhold.NONE)
    oom = [item for item in rows if item.row.measurement.status is Status.OOM]
    return Accuracy(
        rows_measured=rows_measured,
        rows_expressed=len(measured),
        memory=judged.memory,
        step_time=judged.step_time,
        oom_rows=len(oom),
        false_green=sum(fits is not Fits.NO for fits in _verdicts(oom, corrections)),
        false_red=sum(fits is Fits.NO for fits in _verdicts(measured, corrections)),
        memory_as_published=(published.memory.mape, published.memory.worst),
        step_time_as_published=(published.step_time.mape, published.step_time.worst),
        constants=(*declared(MemoryConstants()), *declared(TimeConstants())),
        switches=SWITCHES,
        cells=judged.cells,
    )


@dataclass(frozen=True)
class _Judged:
    memory: ErrorFigures
    step_time: ErrorFigures
    cells: tuple[Cell, ...]


def _judge(
    items: Sequence[JudgedRow],
    plans: Sequence[ResolvedPlan],
    withhold: Withhold,
    corrections: Sequence[Correction] = (),
) -> _Judged:
    if not items:
        nothing = _figures(np.empty(0), np.empty(0), np.empty(0), [], np.empty(0))
        return _Judged(nothing, nothing, ())
    columns = _estimates(items, plans, corrections)
    kinds = [item.row.measurement.peak_memory_kind.value for item in items]
    predicted = np.array([columns.kind(kind)[i] for i, kind in enumerate(kinds)])
    seconds = columns.step_time_s.copy()
    bytes_measured = _numbers([item.row.peak_bytes_per_gpu for item in items])
    time_measured = _numbers([item.row.measurement.step_time_s for item in items])
    series = _numbered([_series(item) for item in items])
    models = _numbered([item.row.plan.model for item in items])
    lengths = np.array([float(item.row.plan.seq_len) for item in items])
    methods = [item.row.plan.method.value for item in items]
    has_bytes, has_time = np.isfinite(bytes_measured), np.isfinite(time_measured)
    if withhold is not Withhold.NONE:
        for mask, values, kind in ((has_bytes, predicted, "memory"), (has_time, seconds, "time")):
            chosen = [plan for plan, keep in zip(plans, mask, strict=True) if keep]
            if len(chosen) < 2:
                continue
            c = columns_of(chosen)
            residuals: Residuals
            if kind == "memory":
                kept = [name for name, keep in zip(kinds, mask, strict=True) if keep]
                residuals = memory_residuals(c, bytes_measured[mask], kept, series[mask], models[mask])
            else:
                residuals = time_residuals(c, time_measured[mask], series[mask], models[mask])
            values[mask] *= np.exp(left_out(residuals, withhold))
    memory = _figures(
        predicted,
        bytes_measured,
        np.log(columns.high_bytes / columns.device_bytes),
        methods,
        _straight_line(bytes_measured, lengths, series),
    )
    step_time = _figures(
        seconds,
        time_measured,
        np.log(columns.high_s / columns.step_time_s),
        methods,
        _straight_line(time_measured, lengths, series),
    )
    cells = tuple(
        Cell(
            item.index,
            _known(bytes_measured[i]),
            float(predicted[i]),
            _known(time_measured[i]),
            float(seconds[i]),
        )
        for i, item in enumerate(items)
    )
    return _Judged(memory, step_time, cells)


def _figures(
    predicted: Array, measured: Array, half_log: Array, methods: list[str], line: Array
) -> ErrorFigures:
    here = np.isfinite(measured)
    if not here.any():
        nan = float("nan")
        return ErrorFigures(nan, nan, nan, (), nan, nan, nan)
    error = predicted[here] / measured[here] - 1
    names = [name for name, keep in zip(methods, here, strict=True) if keep]
    by_method = tuple(
        (name, float(np.abs(error[[n == name for n in names]]).mean())) for name in dict.fromkeys(names)
    )
    inside = np.abs(np.log(measured[here] / predicted[here])) <= half_log[here]
    known = here & np.isfinite(line)
    straight = np.abs(line[known] / measured[known] - 1)
    return ErrorFigures(
        mape=float(np.abs(error).mean()),
        worst=float(np.abs(error).max()),
        bias=float(error.mean()),
        by_method=by_method,
        coverage_90=float(inside.mean()),
        median_half_width=float(np.median(np.expm1(half_log[here]))),
        interpolation_mape=float(straight.mean()) if straight.size else float("nan"),
    )


def _straight_line(measured: Array, lengths: Array, series: Array) -> Array:
    """Each cell from a straight line through the two nearest lengths of its series, itself left out; NaN
    where the series has fewer than two others."""
    result = np.full(measured.shape, np.nan)
    for i in range(measured.size):
        others = np.flatnonzero((series == series[i]) & np.isfinite(measured))
        others = others[(others != i) & (lengths[others] != lengths[i])]
        if others.size < 2:
            continue
        distance = np.abs(np.log2(lengths[others] / lengths[i]))
        below, above = others[lengths[others] < lengths[i]], others[lengths[others] > lengths[i]]
        if below.size and above.size:
            a, b = below[lengths[below].argmax()], above[lengths[above].argmin()]
        else:
            a, b = others[np.argsort(distance, kind="stable")[:2]]
        if lengths[a] != lengths[b]:
            slope = (measured[b] - measured[a]) / (lengths[b] - lengths[a])
            result[i] = measured[a] + slope * (lengths[i] - lengths[a])
    return result


def _estimates(
    items: Sequence[JudgedRow], plans: Sequence[ResolvedPlan], corrections: Sequence[Correction]
) -> EstimateColumns:
    if not corrections:
        return estimate_many(plans)
    return estimate_left_out(plans, [row_key(item.row) for item in items], corrections)


def _verdicts(items: Sequence[JudgedRow], corrections: Sequence[Correction] = ()) -> list[Fits]:
    if not items:
        return []
    columns = _estimates(items, [item.resolved for item in items], corrections)
    return [
        verdict(float(columns.device_bytes[i]), float(columns.high_bytes[i]), item.resolved.gpu.memory_bytes)
        for i, item in enumerate(items)
    ]


def _series(item: JudgedRow) -> tuple[object, ...]:
    """All lengths of one model × method under one set-up."""
    plan = item.resolved.plan
    return (
        plan.model,
        plan.method,
        plan.quantization,
        plan.sharding,
        plan.nodes,
        plan.gpus_per_node,
        plan.gpu,
        plan.micro_batch_size,
        plan.offload,
    )


def _numbered(keys: Sequence[object]) -> Array:
    numbers: dict[object, int] = {}
    return np.array([float(numbers.setdefault(key, len(numbers))) for key in keys])


def _numbers(values: Sequence[float | None]) -> Array:
    return np.array([np.nan if value is None or value <= 0 else float(value) for value in values])


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None

"""The estimator against measured rows as plain data: figures, both charts, errors by group, the peers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gpuplanner.core.benchmark import BenchmarkRow, MemoryKind, Origin, Status
from gpuplanner.core.estimate import Fits
from gpuplanner.core.peers import Peer
from gpuplanner.core.plan import Method
from gpuplanner.estimator.accuracy import Accuracy, ErrorFigures, JudgedRow, accuracy
from gpuplanner.estimator.calibration import Withhold
from gpuplanner.estimator.estimate import estimate_many, verdict
from gpuplanner.report.judged_table import JudgedTable, Resolve, judge_table

BAND = 0.10
"""Half-width of the band about the line of equality."""
NAMED = 2
"""How many of the worst cells are named in the chart."""
_EDGE = 1.15
_LIMITS = (0.10, 0.15, 0.20, 0.30, 0.40, 0.50, 0.75)
_MOST_TICKS = 6


class Quantity(StrEnum):
    """What is compared."""

    MEMORY = "memory"
    STEP_TIME = "step-time"


@dataclass(frozen=True)
class AccuracyPoint:
    """One measured cell beside its prediction: bytes per GPU, or seconds per step."""

    row: int
    """Index in the table, from 0."""
    model: str
    method: Method
    length: int
    n_gpus: int
    origin: Origin
    kind: MemoryKind
    measured: float
    predicted: float

    @property
    def error(self) -> float:
        """(predicted − measured) ÷ measured."""
        return self.predicted / self.measured - 1


@dataclass(frozen=True)
class PredictedChart:
    """Predicted against measured; both axes are logarithmic and have the same ends."""

    quantity: Quantity
    points: tuple[AccuracyPoint, ...]

    @property
    def ends(self) -> tuple[float, float]:
        """Lower and upper end of both axes, in bytes or seconds."""
        values = [value for point in self.points for value in (point.measured, point.predicted)]
        return min(values) / _EDGE, max(values) * _EDGE

    @property
    def worst(self) -> tuple[AccuracyPoint, ...]:
        """The cells that are named, the worst first."""
        return tuple(sorted(self.points, key=lambda point: -abs(point.error))[:NAMED])

    @property
    def origins(self) -> tuple[tuple[Origin, int], ...]:
        """Who measured how many of them, in the order in which origins are listed everywhere."""
        counts = [(origin, sum(point.origin is origin for point in self.points)) for origin in Origin]
        return tuple(item for item in counts if item[1])

    def ticks(self, unit: float = 1.0) -> tuple[float, ...]:
        """Round figures in ``unit`` between the ends: as close as they may be without becoming too many."""
        low, high = (end / unit for end in self.ends)
        for steps in ((1, 1.5, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,)):
            ticks = _log_ticks(low, high, steps)
            if len(ticks) <= _MOST_TICKS:
                break
        return ticks


@dataclass(frozen=True)
class ResidualPanel:
    """The errors of one method."""

    method: Method
    points: tuple[AccuracyPoint, ...]

    @property
    def bias(self) -> float:
        """Mean signed error."""
        return sum(point.error for point in self.points) / len(self.points)

    @property
    def mape(self) -> float:
        """Mean absolute error."""
        return sum(abs(point.error) for point in self.points) / len(self.points)


@dataclass(frozen=True)
class ResidualChart:
    """Errors by length, one panel per method, all on one scale."""

    quantity: Quantity
    panels: tuple[ResidualPanel, ...]
    half_width: float
    """Of the 90 % range, the median: the band about zero."""

    @property
    def limit(self) -> float:
        """The scale ends at ± this error."""
        worst = max(abs(point.error) for panel in self.panels for point in panel.points)
        return next((limit for limit in _LIMITS if limit >= 1.02 * worst), math.ceil(1.02 * worst))

    @property
    def lengths(self) -> tuple[int, int]:
        """Shortest and longest length."""
        lengths = [point.length for panel in self.panels for point in panel.points]
        return min(lengths), max(lengths)


@dataclass(frozen=True)
class GroupError:
    """The errors of one model × method."""

    model: str
    method: Method
    n_cells: int
    mape: float
    bias: float
    worst: float


class BarKind(StrEnum):
    """Whose bar it is."""

    OURS = "ours"
    BASELINE = "baseline"
    PEER = "peer"


@dataclass(frozen=True)
class PeerBar:
    """An average error and how many of the cells it is of; ``peer`` says more about another program."""

    kind: BarKind
    mape: float
    cells: int
    total: int
    peer: Peer | None = None


@dataclass(frozen=True)
class AccuracyAnswer:
    """All that is said about one table under one way of withholding."""

    withhold: Withhold
    result: Accuracy
    table: JudgedTable
    false_green: tuple[int, ...]
    """Rows that ran out of memory and are not said to."""
    false_red: tuple[int, ...]
    """Rows that were measured and are said not to fit."""

    def figures(self, quantity: Quantity) -> ErrorFigures:
        """Errors and coverage."""
        return self.result.memory if quantity is Quantity.MEMORY else self.result.step_time

    def as_published(self, quantity: Quantity) -> tuple[float, float]:
        """Average and worst error without the inferred corrections, physics only."""
        result = self.result
        return result.memory_as_published if quantity is Quantity.MEMORY else result.step_time_as_published

    def points(self, quantity: Quantity) -> tuple[AccuracyPoint, ...]:
        """Every measured cell of a quantity, in the order of the table."""
        rows = {item.index: item for item in self.table.rows}
        points = []
        for cell in self.result.cells:
            memory = quantity is Quantity.MEMORY
            measured = cell.measured_bytes if memory else cell.measured_s
            if measured is not None:
                predicted = cell.predicted_bytes if memory else cell.predicted_s
                points.append(_point(rows[cell.index], measured, predicted))
        return tuple(points)

    def predicted(self, quantity: Quantity) -> PredictedChart | None:
        """Predicted against measured; None without a cell."""
        points = self.points(quantity)
        return PredictedChart(quantity, points) if points else None

    def residuals(self, quantity: Quantity) -> ResidualChart | None:
        """Errors by length; None without a cell."""
        points = self.points(quantity)
        methods = dict.fromkeys(point.method for point in points)
        panels = tuple(
            ResidualPanel(method, tuple(point for point in points if point.method is method))
            for method in methods
        )
        return ResidualChart(quantity, panels, self.figures(quantity).median_half_width) if panels else None

    def groups(self, quantity: Quantity) -> tuple[GroupError, ...]:
        """Errors by model and method, in the order of the table."""
        groups: dict[tuple[str, Method], list[float]] = {}
        for point in self.points(quantity):
            groups.setdefault((point.model, point.method), []).append(point.error)
        return tuple(
            GroupError(
                model,
                method,
                len(errors),
                sum(map(abs, errors)) / len(errors),
                sum(errors) / len(errors),
                max(errors, key=abs),
            )
            for (model, method), errors in groups.items()
        )

    def bars(self, quantity: Quantity, peers: Iterable[Peer]) -> tuple[PeerBar, ...]:
        """Our bar, the straight line between measured lengths, and the peers that give the quantity."""
        figures, n = self.figures(quantity), len(self.points(quantity))
        bars = [PeerBar(BarKind.OURS, figures.mape, n, n)]
        if math.isfinite(figures.interpolation_mape):
            bars.append(PeerBar(BarKind.BASELINE, figures.interpolation_mape, n, n))
        for peer in peers:
            mape = peer.memory_mape if quantity is Quantity.MEMORY else peer.step_time_mape
            if mape is not None:
                bars.append(PeerBar(BarKind.PEER, mape, peer.cells_expressed, peer.cells_total, peer))
        return tuple(bars)


def answer_accuracy(rows: Sequence[BenchmarkRow], resolve: Resolve, withhold: Withhold) -> AccuracyAnswer:
    """Judge a table; takes tens of milliseconds for a hundred rows, so not in a window's own thread."""
    table = judge_table(rows, resolve)
    oom = [item for item in table.rows if item.row.measurement.status is Status.OOM]
    measured = [item for item in table.rows if item.row.measurement.status is Status.MEASURED]
    return AccuracyAnswer(
        withhold,
        accuracy(table.rows, table.n_measured, withhold),
        table,
        false_green=_rows_said(oom, (Fits.YES, Fits.TIGHT)),
        false_red=_rows_said(measured, (Fits.NO,)),
    )


def _point(item: JudgedRow, measured: float, predicted: float) -> AccuracyPoint:
    row, plan = item.row, item.row.plan
    return AccuracyPoint(
        row=item.index,
        model=item.resolved.llm.name,
        method=plan.method,
        length=plan.seq_len,
        n_gpus=plan.n_gpus,
        origin=row.provenance.origin,
        kind=row.measurement.peak_memory_kind,
        measured=measured,
        predicted=predicted,
    )


def _rows_said(items: Sequence[JudgedRow], wanted: tuple[Fits, ...]) -> tuple[int, ...]:
    """The rows whose verdict for all of their card is one of these."""
    if not items:
        return ()
    columns = estimate_many([item.resolved for item in items])
    return tuple(
        item.index
        for i, item in enumerate(items)
        if verdict(
            float(columns.device_bytes[i]), float(columns.high_bytes[i]), item.resolved.gpu.memory_bytes
        )
        in wanted
    )


def _log_ticks(low: float, high: float, steps: tuple[float, ...]) -> tuple[float, ...]:
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    found = (step * 10.0**power for power in range(first, last + 1) for step in steps)
    return tuple(tick for tick in found if low <= tick <= high)

"""The charts of a trial as plain data: one step over the predicted phases, the whole run, the step times."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gpuplanner.core.benchmark import Origin
from gpuplanner.core.estimate import MemoryEstimate
from gpuplanner.core.trial import TrialResult
from gpuplanner.core.trial_events import StepEvent
from gpuplanner.core.units import MIB
from gpuplanner.report.charts import nice_step
from gpuplanner.report.parts import TRAINING_PARTS

PHASE_WIDTHS: Mapping[str, float] = {
    "load": 0.12,
    "forward": 0.28,
    "loss": 0.12,
    "backward": 0.34,
    "optimizer": 0.14,
}
"""Shares of the chart's width: nobody measures how long a phase is, so it only says which comes when."""
_SMALL = 0.1
"""Of a unit: below it figures of two decimals say nothing, and MiB are shown."""
_ROOM_ABOVE, _SKY_OF_RUN = 1.12, 1.3
"""The axis ends above the highest figure, so that labels have room; in the run the stages are named there."""


def readable_unit(n_bytes: float, name: str, unit_bytes: float) -> tuple[str, float]:
    """The unit wanted, or MiB for a model so small that its figures would be noughts."""
    return (name, unit_bytes) if n_bytes >= _SMALL * unit_bytes else ("MiB", float(MIB))


def ticks(top: float, most: int = 5) -> tuple[float, ...]:
    """Round figures from 0, at most ``most`` of them, not above ``top``."""
    if most < 2:
        return (0.0,)
    step = nice_step(max(top, 1e-12) / (most - 1))
    return tuple(i * step for i in range(most) if i * step <= top * (1 + 1e-9))


@dataclass(frozen=True)
class PhaseColumn:
    """One phase at its fullest: what was predicted by part, and what was measured."""

    name: str
    parts: tuple[tuple[str, int], ...]
    """(part, predicted bytes) in stacking order, zeros left out."""
    predicted_bytes: int
    measured_bytes: int | None = None
    measured_parts: tuple[tuple[str, int], ...] = ()
    """Where the measurement tells parts apart."""


@dataclass(frozen=True)
class StepChart:
    """One step, allocated bytes per GPU: predicted parts by phase, measured peaks over them."""

    columns: tuple[PhaseColumn, ...]
    predicted_peak_bytes: int
    """Of the step: a trial neither evaluates, saves nor merges, so those phases are not among the columns."""
    peak_phase: str
    """The phase with the predicted peak; empty where none of a step is predicted."""
    measured_peak_bytes: int | None = None
    measured_phase: str = ""
    origin: Origin = Origin.TRIAL
    """Whose measurement: ◆ trial or □ dry run."""

    @property
    def top_bytes(self) -> float:
        """Upper end of the axis."""
        return _ROOM_ABOVE * max(self.predicted_peak_bytes, self.measured_peak_bytes or 0, 1)

    def column(self, name: str) -> PhaseColumn | None:
        """A phase by name."""
        return next((column for column in self.columns if column.name == name), None)


def step_chart(
    memory: MemoryEstimate,
    result: TrialResult | None = None,
    steps: Sequence[StepEvent] = (),
    origin: Origin = Origin.TRIAL,
) -> StepChart:
    """The chart of an estimate, with what the end or the steps so far have measured."""
    measured: dict[str, int] = {}
    parts: dict[str, tuple[tuple[str, int], ...]] = {}
    for step in steps:
        for name, size in step.phases.items():
            measured[name] = max(size, measured.get(name, 0))
    for phase in result.phases if result is not None else ():
        measured[phase.name] = phase.allocated_bytes
        if phase.parts is not None:
            parts[phase.name] = _parts(phase.parts)
    columns = tuple(
        PhaseColumn(
            phase.name,
            _parts(phase.parts),
            phase.allocated_bytes,
            measured.get(phase.name),
            parts.get(phase.name, ()),
        )
        for phase in memory.phases
        if phase.name in PHASE_WIDTHS
    )
    predicted = max(columns, key=lambda column: column.predicted_bytes, default=None)
    peak_phase = max(measured, key=lambda name: measured[name], default="")
    return StepChart(
        columns,
        predicted.predicted_bytes if predicted is not None else memory.peak_allocated_bytes,
        predicted.name if predicted is not None else "",
        measured.get(peak_phase),
        peak_phase,
        origin,
    )


def _parts(parts: object) -> tuple[tuple[str, int], ...]:
    sizes = [(name, int(getattr(parts, f"{name}_bytes"))) for name in TRAINING_PARTS[:-1]]
    return tuple((name, size) for name, size in sizes if size)


@dataclass(frozen=True)
class RunChart:
    """A whole run over its seconds: bytes that the card shows for it, and bytes that are allocated."""

    sections: tuple[tuple[str, float], ...]
    """(stage, when it began)."""
    end_s: float
    """Right end of the axis."""
    now_s: float
    device: tuple[tuple[float, float], ...] = ()
    """(second, bytes), NVML's figure for the process."""
    allocated: tuple[tuple[float, float], ...] = ()
    predicted_bytes: float = 0.0
    low_bytes: float | None = None
    """Lower and upper end of the band, where there is one."""
    high_bytes: float | None = None
    predicted_from_s: float = 0.0
    on_card: bool = True
    """Whether the prediction is of the card's figure; else of allocated bytes."""

    @property
    def top_bytes(self) -> float:
        """Upper end of the axis."""
        values = [size for _, size in (*self.device, *self.allocated)]
        return _SKY_OF_RUN * max([self.predicted_bytes, self.high_bytes or 0.0, *values, 1.0])

    def time_ticks(self) -> tuple[float, ...]:
        """Seconds at which the axis is labelled."""
        return ticks(self.end_s, 8)


def allocated_course(steps: Sequence[StepEvent], ends_s: Sequence[float]) -> tuple[tuple[float, float], ...]:
    """Allocated bytes over time: each step as the peaks of its phases, in equal stretches of its time."""
    course: list[tuple[float, float]] = []
    for step, end in zip(steps, ends_s, strict=True):
        names = [name for name in PHASE_WIDTHS if name in step.phases]
        sizes = [float(step.phases[name]) for name in names] or [float(step.allocated_bytes or 0)]
        begin = max(end - step.seconds, course[-1][0] if course else 0.0)
        stretch = (end - begin) / len(sizes)
        for place, size in enumerate(sizes):
            course += [(begin + place * stretch, size), (begin + (place + 1) * stretch, size)]
    return tuple(course)


def run_chart(
    memory: MemoryEstimate,
    *,
    phases: Sequence[tuple[str, float]] = (),
    steps: Sequence[StepEvent] = (),
    step_ends_s: Sequence[float] = (),
    device: Sequence[tuple[float, float]] = (),
    now_s: float = 0.0,
    left_s: float | None = None,
    on_card: bool = True,
) -> RunChart:
    """The chart of a run so far; ``left_s`` keeps room for what is still to come."""
    begin = next((at for name, at in phases if name == "build"), 0.0)
    return RunChart(
        sections=tuple(phases),
        end_s=_round_end(now_s + (left_s or 0.0)),
        now_s=now_s,
        device=tuple(device),
        allocated=allocated_course(steps, step_ends_s),
        predicted_bytes=memory.peak_device_bytes if on_card else memory.peak_allocated_bytes,
        low_bytes=memory.low_device_bytes if on_card else None,
        high_bytes=memory.high_device_bytes if on_card else None,
        predicted_from_s=begin,
        on_card=on_card,
    )


def _round_end(seconds: float) -> float:
    """An end that moves in jumps, so that a live chart does not stretch with every redraw."""
    step = nice_step(max(seconds, 10.0) / 8)
    return math.ceil(max(seconds, 10.0) / step) * step


@dataclass(frozen=True)
class StepTimes:
    """Seconds of every step; the warm-up is drawn pale and counts for nothing."""

    seconds: tuple[float, ...]
    n_warm_up: int
    n_steps: int
    """How many there will be, warm-up included."""
    predicted_s: float | None = None
    median_s: float | None = None

    @property
    def top_s(self) -> float:
        """Upper end of the axis."""
        return _ROOM_ABOVE * max([self.predicted_s or 0.0, *self.seconds, 1e-3])


__all__ = [
    "PHASE_WIDTHS",
    "PhaseColumn",
    "RunChart",
    "StepChart",
    "StepTimes",
    "allocated_course",
    "nice_step",
    "readable_unit",
    "run_chart",
    "step_chart",
    "ticks",
]

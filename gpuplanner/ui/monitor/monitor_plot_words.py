"""Makes the plots of one card: axes with the same scale on all cards, lines, limits, and values in words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from PySide6.QtCore import QObject

from gpuplanner.core.units import NONE, signed
from gpuplanner.monitor.decimation import Series
from gpuplanner.monitor.readings import Missing, MissingKind, Reading
from gpuplanner.monitor.samples import CardSample
from gpuplanner.render.monitor_plots import CardPlots, Limit, OverlayLine, Plot, Pointed, TimeWindow
from gpuplanner.ui.told import told

MEMORY_METRICS = ("memory_reserved_bytes", "memory_used_bytes", "followed_bytes")
LINE_METRICS = ("gpu_utilization_percent", "temperature_celsius", "power_watts")
_FULL_PERCENT, _FULL_CELSIUS = 100.0, 100.0
_NEAR_LIMIT = 15.0
"""A slowdown temperature is drawn once a reading comes that near."""


class Readings(Protocol):
    """The live history or a recording."""

    def windows(
        self, uuid: str, metrics: Sequence[str], start_s: float, stop_s: float, points: int = ...
    ) -> tuple[Series, ...]:
        """Several series of one card at the same times."""
        ...


@dataclass(frozen=True)
class Axes:
    """Full scale of the columns, common to all cards."""

    memory_bytes: float
    watts: float
    unit_bytes: float
    unit: str
    knows_memory: bool = True
    """False where no card keeps count (unified memory)."""


@dataclass(frozen=True)
class CardLimits:
    """What is fixed of one card; None where it is not known."""

    memory_bytes: float | None = None
    slowdown_celsius: float | None = None


class PlotWords(QObject):
    """Plots of one card after another; ``points`` is how many thinned points each column takes."""

    def plots(
        self,
        readings: Readings,
        uuid: str,
        window: TimeWindow,
        points: Sequence[int],
        axes: Axes,
        limits: CardLimits,
    ) -> CardPlots:
        """The lines of one card, without values: see `with_values`."""
        start, stop = window.start_s, window.stop_s
        memory = readings.windows(uuid, MEMORY_METRICS, start, stop, points[0])
        found = [
            readings.windows(uuid, (name,), start, stop, n)[0]
            for name, n in zip(LINE_METRICS, points[1:], strict=True)
        ]
        plots = (
            Plot(
                self.tr("Memory used"),
                NONE,
                axes.unit,
                axes.memory_bytes,
                _ticks(axes.memory_bytes, axes.unit_bytes) if axes.knows_memory else (),
                stacked(*memory),
                limit=self._capacity(axes, limits),
            ),
            Plot(self.tr("Utilisation"), NONE, "%", _FULL_PERCENT, _ticks(_FULL_PERCENT), (found[0],)),
            Plot(
                self.tr("Temperature"),
                NONE,
                "°C",
                _FULL_CELSIUS,
                _ticks(_FULL_CELSIUS),
                (found[1],),
                limit=self._slowdown(found[1], limits),
            ),
            Plot(self.tr("Power"), NONE, "W", axes.watts, _ticks(axes.watts), (found[2],)),
        )
        return CardPlots(plots, window)

    def with_under(self, plots: CardPlots, readings: Readings, uuid: str, points: Sequence[int]) -> CardPlots:
        """The same with another recording laid under."""
        window = plots.window
        below = self.plots(readings, uuid, window, points, Axes(1, 1, 1, ""), CardLimits())
        both = zip(plots.plots, below.plots, strict=True)
        return replace(plots, plots=tuple(replace(plot, under=other.series) for plot, other in both))

    def with_values(self, plots: CardPlots, card: CardSample, axes: Axes) -> CardPlots:
        """The same with the values of the newest sample, and the reason where there is none."""
        found = []
        for name, plot in zip(("memory_used_bytes", *LINE_METRICS), plots.plots, strict=True):
            reading = card[name]
            value = NONE if isinstance(reading, Missing) else _value(name, reading, axes)
            reason = ""
            if card.problem is None and not _has_values(plot):
                reason = self._reason(reading, card)
            found.append(replace(plot, value=value, reason=reason))
        return replace(plots, plots=tuple(found))

    def with_largest(self, plots: CardPlots, axes: Axes) -> CardPlots:
        """The same with the largest values in sight, for a recording has no "now"."""
        found = []
        for name, plot in zip(("memory_used_bytes", *LINE_METRICS), plots.plots, strict=True):
            if _has_values(plot):
                most = float(np.nanmax(plot.series[-1].high))
                if name == "memory_used_bytes":
                    most = float(np.nanmax(plot.series[-1].high - plot.series[0].high))
                words = self.tr("up to {n}").format(n=_value(name, most, axes))
                plot = replace(plot, value=words)
            found.append(plot)
        return replace(plots, plots=tuple(found))

    def with_overlay(self, plots: CardPlots, lines: tuple[OverlayLine, ...]) -> CardPlots:
        """The same with predictions over the memory."""
        memory, *others = plots.plots
        return replace(plots, plots=(replace(memory, overlay=lines), *others))

    def pointed(self, time_s: float, values: Mapping[str, float], axes: Axes) -> Pointed:
        """What the crosshair shows of one card."""
        texts, heights = [], []
        for name in ("memory_used_bytes", *LINE_METRICS):
            value = values.get(name, math.nan)
            known = not math.isnan(value)
            texts.append(_value(name, value, axes) if known else NONE)
            height = value
            if name == "memory_used_bytes":
                height += np.nan_to_num(values.get("memory_reserved_bytes", 0.0))
            heights.append(float(height) if known else None)
        return Pointed(time_s, tuple(texts), tuple(heights))

    def _reason(self, reading: Reading, card: CardSample) -> str:
        if not isinstance(reading, Missing) or reading.kind is MissingKind.NOT_ASKED:
            return ""
        if reading.kind is MissingKind.NOT_SUPPORTED and card.facts.mig_enabled:
            return self.tr("Not told for a card that MIG divides")
        text = told(reading.reason)
        return text[:1].upper() + text[1:]

    def _capacity(self, axes: Axes, limits: CardLimits) -> Limit | None:
        total = limits.memory_bytes
        if total is None or total > 0.97 * axes.memory_bytes:
            return None
        words = self.tr("{n} {unit} in all").format(n=_plain(total / axes.unit_bytes), unit=axes.unit)
        return Limit(total, words)

    def _slowdown(self, series: Series, limits: CardLimits) -> Limit | None:
        limit = limits.slowdown_celsius
        if not limit or not len(series.high) or np.isnan(series.high).all():
            return None
        if np.nanmax(series.high) < limit - _NEAR_LIMIT:
            return None
        return Limit(limit, self.tr("slows down at {n}").format(n=_plain(limit)))


def stacked(reserved: Series, used: Series, mine: Series) -> tuple[Series, ...]:
    """Upper edges: the driver's own, other processes', mine; what is not known counts as nothing."""
    lowest = np.nan_to_num(reserved.high.astype(np.float64))
    top = lowest + used.high
    middle = np.fmax(top - np.nan_to_num(mine.high), lowest)
    middle = np.where(np.isnan(top), np.nan, middle)
    lowest = np.where(np.isnan(top), np.nan, lowest)
    return tuple(Series(used.times_s, edge, edge) for edge in (lowest, middle, top))


def _has_values(plot: Plot) -> bool:
    values = plot.series[-1].high
    return bool(len(values)) and not bool(np.isnan(values).all())


def _value(name: str, value: float, axes: Axes) -> str:
    if name == "memory_used_bytes":
        return signed(value / axes.unit_bytes, 1, plus=False)
    return signed(value, 0, plus=False)


def _ticks(top: float, unit: float = 1.0) -> tuple[tuple[float, str], ...]:
    return tuple((value, _plain(value / unit)) for value in (0.0, top / 2, top))


def _plain(value: float) -> str:
    """One decimal where there is one."""
    return signed(value, 0 if abs(value - round(value)) < 0.05 else 1, plus=False)

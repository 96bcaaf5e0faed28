"""Makes what the Monitor page shows: of the last sample and the history, or of one or two recordings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject

from gpuplanner.monitor.history import History
from gpuplanner.monitor.readings import number
from gpuplanner.monitor.recording import RecordedCard, Recording
from gpuplanner.monitor.samples import CardSample, Sample
from gpuplanner.render.monitor_plots import OverlayLine, Pointed
from gpuplanner.ui.monitor.monitor_card_view import CardView
from gpuplanner.ui.monitor.monitor_card_words import CardWords
from gpuplanner.ui.monitor.monitor_figures import age, short_name, short_uuid, time_of_day, unit_bytes
from gpuplanner.ui.monitor.monitor_plot_words import Axes, CardLimits, PlotWords
from gpuplanner.ui.monitor.monitor_state_words import StateText, StateWords
from gpuplanner.ui.monitor.monitor_time import TimeAxis
from gpuplanner.ui.widgets.display_unit import DisplayUnit

_FALLBACK_WATTS, _FALLBACK_BYTES = 100.0, float(2**30)
Values = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class LiveLook:
    """What the live page is made of."""

    sample: Sample
    """The last one, also where nothing can be read any more."""
    history: History
    now_s: float
    is_reading: bool
    """Whether samples come; else all cards are hatched from the last one on."""
    is_late: bool
    """Whether the last one is too old to be called the present."""
    last_good_s: Mapping[str, float]
    """By card, when it could be read last."""


class MonitorScene(QObject):
    """Turns readings into `CardView`s."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.unit = DisplayUnit.GIB_PER_GPU
        self.overlays: dict[str, tuple[OverlayLine, ...]] = {}
        """Predictions by card."""
        self.states = StateWords(self)
        self._cards = CardWords(self)
        self._plots = PlotWords(self)
        self._last_axes = Axes(_FALLBACK_BYTES, _FALLBACK_WATTS, 1.0, "")

    def live(self, look: LiveLook, axis: TimeAxis, points: Sequence[int]) -> tuple[CardView, ...]:
        """The cards as they are now."""
        axes = self._axes(look.sample)
        values = self._values(look.history, axis)
        cards = sorted(look.sample.cards, key=lambda card: (card.facts.index < 0, card.facts.index))
        marks = tuple((mark.monotonic_s, mark.text) for mark in look.history.marks)
        return tuple(self._live_card(card, look, axis, points, axes, values, marks) for card in cards)

    def recorded(
        self, recording: Recording, under: Recording | None, axis: TimeAxis, points: Sequence[int]
    ) -> tuple[CardView, ...]:
        """The cards of a recording, with another one laid under, aligned at the start."""
        axes = self._recorded_axes(recording, under)
        values = self._values(recording, axis)
        return tuple(
            self._recorded_card(at, card, recording, under, axis, points, axes, values)
            for at, card in enumerate(recording.cards)
        )

    def pointed(
        self, views: Sequence[CardView], readings: History | Recording, axis: TimeAxis
    ) -> tuple[CardView, ...]:
        """The same cards with the crosshair elsewhere."""
        axes = self._last_axes
        values = self._values(readings, axis)
        return tuple(replace(view, pointed=self._pointed(axis, values, view.uuid, axes)) for view in views)

    def _live_card(
        self,
        card: CardSample,
        look: LiveLook,
        axis: TimeAxis,
        points: Sequence[int],
        axes: Axes,
        values: Values | None,
        marks: tuple[tuple[float, str], ...],
    ) -> CardView:
        uuid, window = card.uuid, axis.window
        gone_s = None
        if card.problem is not None:
            gone_s = look.last_good_s.get(uuid, window.start_s)
        elif not look.is_reading:
            gone_s = look.sample.monotonic_s
        view = self._cards.view(card, axes, self._trouble(card, look))
        limits = CardLimits(
            number(card.facts.memory_total_bytes) or None, number(card.facts.slowdown_celsius) or None
        )
        plots = self._plots.plots(look.history, uuid, window, points, axes, limits)
        if look.is_reading:
            plots = self._plots.with_values(plots, card, axes)
        lines = self.overlays.get(uuid, ())
        if lines:
            plots = self._plots.with_overlay(plots, lines)
            total = number(card["memory_total_bytes"])
            view = replace(view, expected_share=lines[0].n_bytes / total if total else None)
        return replace(
            view,
            plots=replace(plots, gone_s=gone_s, marks=marks),
            pointed=self._pointed(axis, values, uuid, axes),
            is_old=look.is_late,
        )

    def _trouble(self, card: CardSample, look: LiveLook) -> StateText | None:
        if card.problem is None:
            return None
        last_s = look.last_good_s.get(card.uuid)
        words = ""
        if last_s is not None:
            words = self.tr("Last reading {time}, {age} ago.").format(
                time=time_of_day(last_s + look.history.wall_offset_s), age=age(look.now_s - last_s)
            )
        return self.states.of_card(card.problem, words)

    def _recorded_card(
        self,
        at: int,
        card: RecordedCard,
        recording: Recording,
        under: Recording | None,
        axis: TimeAxis,
        points: Sequence[int],
        axes: Axes,
        values: Values | None,
    ) -> CardView:
        limits = CardLimits(_largest(card, "memory_total_bytes") or None)
        plots = self._plots.plots(recording, card.uuid, axis.window, points, axes, limits)
        other = None if under is None else _partner(at, card, under)
        if under is not None and other is not None:
            plots = self._plots.with_under(plots, under, other.uuid, points)
        unit, scale = axes.unit, axes.unit_bytes
        most = _largest(card, "memory_used_bytes")
        lines = [self.tr("Largest sample {n} {unit}").format(n=f"{most / scale:,.1f}", unit=unit)]
        if other is not None:
            most = _largest(other, "memory_used_bytes")
            lines.append(self.tr("compared: {n} {unit}").format(n=f"{most / scale:,.1f}", unit=unit))
        lines.append(short_uuid(card.uuid) + self.tr("  ·  driver {v}").format(v=card.driver_version))
        title = self.tr("GPU {n}").format(n=at)
        return CardView(
            card.uuid,
            title,
            short_name(card.name),
            unit=unit,
            foot_tip=card.uuid,
            trouble_lines=tuple(lines),
            plots=replace(self._plots.with_largest(plots, axes), marks=recording.marks),
            pointed=self._pointed(axis, values, card.uuid, axes),
            sentence=f"{title} {card.name}: {', '.join(lines)}",
        )

    def _values(self, readings: History | Recording, axis: TimeAxis) -> Values | None:
        return None if axis.pointed_s is None else readings.at(axis.pointed_s)

    def _pointed(self, axis: TimeAxis, values: Values | None, uuid: str, axes: Axes) -> Pointed | None:
        if values is None or axis.pointed_s is None:
            return None
        return self._plots.pointed(axis.pointed_s, values.get(uuid, {}), axes)

    def _axes(self, sample: Sample) -> Axes:
        totals = [number(card.facts.memory_total_bytes) or 0.0 for card in sample]
        totals += [number(card["memory_total_bytes"]) or 0.0 for card in sample]
        watts = [number(card.facts.power_cap_watts) or 0.0 for card in sample]
        watts += [number(card["power_cap_watts"]) or 0.0 for card in sample]
        return self._made_axes(max(totals, default=0.0), max(watts, default=0.0))

    def _recorded_axes(self, recording: Recording, under: Recording | None) -> Axes:
        cards = [*recording.cards, *(under.cards if under is not None else ())]
        totals = [_largest(card, "memory_total_bytes") for card in cards]
        watts = [max(_largest(card, "power_cap_watts"), _largest(card, "power_watts")) for card in cards]
        return self._made_axes(max(totals, default=0.0), max(watts, default=0.0))

    def _made_axes(self, n_bytes: float, watts: float) -> Axes:
        scale, unit = unit_bytes(self.unit)
        self._last_axes = Axes(n_bytes or _FALLBACK_BYTES, watts or _FALLBACK_WATTS, scale, unit, n_bytes > 0)
        return self._last_axes


def _partner(at: int, card: RecordedCard, under: Recording) -> RecordedCard | None:
    """The card to compare with: the same one, else that in the same place."""
    return under.card(card.uuid) or (under.cards[at] if at < len(under.cards) else None)


def _largest(card: RecordedCard, metric: str) -> float:
    values = card.values.get(metric)
    if values is None or not len(values):
        return 0.0
    known = values[values == values]  # without NaN
    return float(known.max()) if len(known) else 0.0

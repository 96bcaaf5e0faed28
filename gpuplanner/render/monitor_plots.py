"""The plots of the monitor as plain data: what is drawn of each card, over which time.

Times are seconds on one clock: the sampler's monotonic one, or since the start of a recording.
"""

from __future__ import annotations

from dataclasses import dataclass

from gpuplanner.monitor.decimation import Series

COLUMNS = ("memory", "utilization", "temperature", "power")
SHARES = (40, 25, 24, 24)
"""Widths of the columns, as parts of what is left beside the card's identity."""


@dataclass(frozen=True)
class TimeWindow:
    """What the one time axis of all cards shows.  ``wall_offset_s`` + time = time of day, None: relative."""

    start_s: float
    stop_s: float
    wall_offset_s: float | None = None

    @property
    def span_s(self) -> float:
        """How long it is."""
        return self.stop_s - self.start_s


@dataclass(frozen=True)
class OverlayLine:
    """A prediction laid over the memory of a card: where a plan would end, with its range and in words."""

    n_bytes: float
    text: str
    low_bytes: float | None = None
    high_bytes: float | None = None


@dataclass(frozen=True)
class Limit:
    """A dashed line: where the card slows down, or its capacity where the axis goes on."""

    value: float
    text: str = ""


@dataclass(frozen=True)
class Plot:
    """One plot of one card.

    ``series`` are, for memory, the upper edges of what is stacked: reserved, other processes, mine; else one
    line.  ``under`` is another recording, laid under.  Without a reading ``reason`` says why.
    """

    title: str
    value: str
    unit: str
    top: float
    ticks: tuple[tuple[float, str], ...]
    series: tuple[Series, ...] = ()
    under: tuple[Series, ...] = ()
    limit: Limit | None = None
    overlay: tuple[OverlayLine, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class CardPlots:
    """The plots of one card, in the order of `COLUMNS`.  ``gone_s``: nothing is known from then on."""

    plots: tuple[Plot, ...]
    window: TimeWindow
    gone_s: float | None = None
    marks: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True)
class Pointed:
    """What the crosshair shows of one card: a time, and the text of each plot's value there."""

    time_s: float
    values: tuple[str, ...]
    heights: tuple[float | None, ...]
    """The value of each plot on its axis."""

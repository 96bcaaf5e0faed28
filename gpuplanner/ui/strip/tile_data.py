"""What one card's tile of the GPU strip shows, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from gpuplanner.monitor.history import History
from gpuplanner.ui.strip.fit_now import CardUse

HISTORY_S = 300.0
_MEMORY = ("memory_used_bytes", "memory_reserved_bytes", "followed_bytes")

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Figure:
    """One figure with what stands above and below it."""

    label: str
    value: str
    note: str = ""
    warning: bool = False
    """The note is a fault's."""


@dataclass(frozen=True)
class FitText:
    """ "Would it fit now", from the fullest line to the shortest."""

    fits: str
    """``yes``, ``tight``, ``no``, or empty where it is not known."""
    lines: tuple[str, ...]
    tip: str = ""


@dataclass(frozen=True)
class InnerMark:
    """A part of the plan's peak that torch counts: reserved or allocated, on top of what is there."""

    bytes: float
    label: str


@dataclass(frozen=True)
class PeakMark:
    """Where the plan's peak would end on a card: what is there already, and the prediction on top of it."""

    bytes: float
    low: float
    high: float
    label: str
    inner: tuple[InnerMark, ...] = ()
    """Those that lie far enough below to be told apart in a plot."""


@dataclass(frozen=True, eq=False)
class MemoryHistory:
    """Memory of a card over the last minutes; NaN is a gap."""

    times_s: Floats
    """0 is now, older times are negative."""
    others: Floats
    """The driver's own and other programs'."""
    total: Floats
    """With the followed job's on top."""

    @classmethod
    def empty(cls) -> MemoryHistory:
        """Nothing was read yet."""
        nothing = np.zeros(0)
        return cls(nothing, nothing, nothing)


@dataclass(frozen=True)
class TileText:
    """One card in words and figures."""

    uuid: str
    title: str
    """ "GPU 0"."""
    name: str
    facts: str
    """ "driver 570.86 · CUDA 12.8"."""
    live: str
    """ "live, 1 Hz", or how old the reading is."""
    fresh: bool
    free: str
    """ "78.0 GiB free"."""
    used: str
    """ "2.0 of 80.00 GiB in use"."""
    use: CardUse | None
    legend: tuple[tuple[str, str], ...] = ()
    """(token of the colour, words) of each part that is there."""
    figures: tuple[Figure, ...] = ()
    """Utilisation, temperature, power."""
    problem: str = ""
    """Why the card cannot be read; empty where it can."""
    notes: tuple[str, ...] = ()
    """When it was last read, and what to do."""
    faulty: bool = False
    """The problem is a fault, not sleep."""
    fit: FitText | None = None
    peak: PeakMark | None = None
    tip: str = ""
    sentence: str = ""
    """Everything in one sentence, for a screen reader."""
    short: str = ""
    """The card in a few words: "GPU 0 78.0 free"."""


@dataclass(frozen=True)
class Tile:
    """A card's tile: words, figures, and its history."""

    text: TileText
    history: MemoryHistory = field(default_factory=MemoryHistory.empty)
    capacity: float = 0.0
    """The card's memory in bytes, also while it cannot be read."""


def memory_history(history: History, uuid: str, now_s: float, points: int = 300) -> MemoryHistory:
    """The last five minutes of a card's memory, from the sampler's history."""
    used, reserved, followed = history.windows(uuid, _MEMORY, now_s - HISTORY_S, now_s, points)
    if not len(used.times_s):
        return MemoryHistory.empty()
    whole = used.high.astype(np.float64) + np.nan_to_num(reserved.high)
    trial = np.minimum(np.nan_to_num(followed.high), used.high)
    return MemoryHistory(used.times_s - now_s, whole - trial, whole)

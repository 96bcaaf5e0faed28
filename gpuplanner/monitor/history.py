"""The readings of the last 24 hours in fixed memory: fine for the last hours, coarse before.

Every series lies in one piece: the buffers are a quarter longer than what they keep, and when one is full its
newest part is copied to the front.  Times are common to all cards.  A gap (the monitor rested, the driver was
away, the computer slept) is a row of NaN, so that a line breaks there.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

import numpy as np
import numpy.typing as npt

from gpuplanner.monitor.decimation import Series, Thinning
from gpuplanner.monitor.metrics import INDEX, KEPT
from gpuplanner.monitor.readings import Missing
from gpuplanner.monitor.samples import CardSample, Sample

Floats = npt.NDArray[np.float32]
Times = npt.NDArray[np.float64]

FINE_ROWS = 36_000
"""One hour at 10 Hz, ten at 1 Hz."""
COARSE_S = 10.0
COARSE_ROWS = 8_640
"""24 hours in steps of `COARSE_S`, the smallest and largest value of each."""
GAP_PERIODS = 3.0
SHORTEST_GAP_S = 2.0
MOST_PENDING = 64
MOST_MARKS = 1_000
_NAN = float("nan")
_NOTHING = [_NAN] * len(KEPT)
_PICK = itemgetter(*(INDEX[metric.name] for metric in KEPT))
_ROW = {metric.name: row for row, metric in enumerate(KEPT)}


@dataclass(frozen=True)
class Mark:
    """Something to remember at one time: "training started"."""

    monotonic_s: float
    text: str


class _Ring:
    """Columns of one or more arrays of the shape (cards, metrics, time), with the time of each."""

    def __init__(self, rows: int, n_layers: int) -> None:
        self.rows = rows
        self.length = rows + rows // 4
        self.times: Times = np.zeros(self.length)
        self.is_gap = np.zeros(self.length, dtype=bool)
        self.layers = [np.full((0, len(KEPT), self.length), np.nan, np.float32) for _ in range(n_layers)]
        self.stop = 0

    @property
    def start(self) -> int:
        return max(0, self.stop - self.rows)

    def blank(self, n_cards: int) -> list[Floats]:
        """Memory for more cards, written once so that the process does not grow later."""
        shape = (n_cards, len(KEPT), self.length)
        return [np.full(shape, np.nan, np.float32) for _ in self.layers]

    def add_cards(self, blanks: list[Floats]) -> None:
        pairs = zip(self.layers, blanks, strict=True)
        self.layers = [np.concatenate(pair) if len(pair[0]) else pair[1] for pair in pairs]

    def extend(self, times: Times, is_gap: npt.NDArray[np.bool_], *blocks: Floats) -> None:
        """Append columns: a time each, and for each layer a block of the shape (cards, metrics, columns)."""
        n = len(times)
        if self.stop + n > self.length:
            keep = self.rows - n
            # Row by row: source and target overlap, and numpy would copy a whole array aside.
            for row in (self.times, self.is_gap, *(row for layer in self.layers for row in _rows(layer))):
                row[:keep] = row[self.stop - keep : self.stop]
            self.stop = keep
        cut = slice(self.stop, self.stop + n)
        self.times[cut], self.is_gap[cut] = times, is_gap
        for layer, block in zip(self.layers, blocks, strict=True):
            layer[:, :, cut] = block
        self.stop += n

    def range(self, start_s: float, stop_s: float) -> tuple[int, int]:
        """The columns from before the start to behind the stop, so that lines reach the plot's edges."""
        times = self.times[self.start : self.stop]
        first = max(0, int(np.searchsorted(times, start_s)) - 1)
        last = min(len(times), int(np.searchsorted(times, stop_s, "right")) + 1)
        return self.start + first, self.start + last


class History:
    """Readings by card, metric and time.  Any thread may read while the sampler's appends."""

    def __init__(
        self, fine_rows: int = FINE_ROWS, coarse_rows: int = COARSE_ROWS, coarse_s: float = COARSE_S
    ) -> None:
        self._lock = threading.Lock()
        self._fine, self._coarse = _Ring(fine_rows, 1), _Ring(coarse_rows, 2)
        self._coarse_s = coarse_s
        self._slots: dict[str, int] = {}
        self._marks: tuple[Mark, ...] = ()
        self._last_s: float | None = None
        self._period_s = 0.0
        self._n_written = self._thinnings_of = 0
        self._thinnings: dict[tuple[object, ...], Thinning] = {}
        self._pending: list[tuple[float, Sample | None]] = []
        """Times with their samples, None at a gap, that are not in the buffers yet."""
        self.wall_offset_s = 0.0
        """What to add to a sample's monotonic time to get the time of day."""

    @property
    def uuids(self) -> tuple[str, ...]:
        """The cards that were ever seen, in that order."""
        return tuple(self._slots)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """All marks, oldest first."""
        return self._marks

    @property
    def count(self) -> int:
        """How many samples are kept in full."""
        with self._lock:
            self._flush()
        return self._fine.stop - self._fine.start

    @property
    def n_bytes(self) -> int:
        """Memory of the buffers; grows with the number of cards only."""
        return sum(layer.nbytes for ring in (self._fine, self._coarse) for layer in ring.layers)

    def mark(self, text: str, monotonic_s: float | None = None) -> None:
        """Remember something at a time, by default that of the last sample."""
        with self._lock:
            if monotonic_s is None:
                monotonic_s = self._last_s or 0.0
            self._marks = (*self._marks, Mark(monotonic_s, text))[-MOST_MARKS:]

    def append(self, sample: Sample) -> None:
        """Add one sample.

        It waits with others until somebody looks or enough are together: each column written touches every
        series' memory, which costs more than reading the cards.
        """
        new = [card.uuid for card in sample.cards if card.uuid not in self._slots]
        fine, coarse = (self._fine.blank(len(new)), self._coarse.blank(len(new))) if new else ([], [])
        with self._lock:
            if new:
                self._flush()
                self._slots.update({uuid: len(self._slots) + i for i, uuid in enumerate(new)})
                self._fine.add_cards(fine)
                self._coarse.add_cards(coarse)
            now_s = sample.monotonic_s
            self.wall_offset_s = sample.wall_s - now_s
            if self._last_s is not None:
                passed_s = now_s - self._last_s
                period_s = max(sample.period_s, self._period_s)  # the rate may have been raised in between
                if sample.after_gap or passed_s > max(SHORTEST_GAP_S, GAP_PERIODS * period_s):
                    self._pending.append((self._last_s + passed_s / 2, None))
            self._last_s, self._period_s = now_s, sample.period_s
            self._pending.append((now_s, sample))
            if len(self._pending) >= MOST_PENDING:
                self._flush()

    def span(self) -> tuple[float, float] | None:
        """Monotonic time of the oldest and the newest reading; None while there is none."""
        with self._lock:
            self._flush()
            fine, coarse = self._fine, self._coarse
            if fine.stop == 0:
                return None
            oldest = min(float(fine.times[fine.start]), float(coarse.times[coarse.start]))
            return oldest, float(fine.times[fine.stop - 1])

    def window(self, uuid: str, metric: str, start_s: float, stop_s: float, points: int = 1200) -> Series:
        """One series for drawing, thinned to about ``points`` smallest and largest values; a copy."""
        return self.windows(uuid, (metric,), start_s, stop_s, points)[0]

    def windows(
        self, uuid: str, metrics: Sequence[str], start_s: float, stop_s: float, points: int = 1200
    ) -> tuple[Series, ...]:
        """Several series of one card at the same times, for what is stacked."""
        with self._lock:
            self._flush()
            slot = self._slots.get(uuid)
            if slot is None:
                return (Series.empty(),) * len(metrics)
            ring, low, high = self._layers_for(start_s)
            first, last = ring.range(start_s, stop_s)
            coarse = self._coarse
            if last - first > points and (stop_s - start_s) / points >= self._coarse_s and coarse.stop:
                # No more can be seen than this, and it is read in a hundredth of the time.
                ring, (low, high) = coarse, coarse.layers
                first, last = ring.range(start_s, stop_s)
            cut = slice(first, last)
            rows = [_ROW[metric] for metric in metrics]
            thinning = self._thinning(ring, cut, points)
            return tuple(thinning.of(low[slot, row, cut], high[slot, row, cut]) for row in rows)

    def at(self, monotonic_s: float) -> dict[str, dict[str, float]]:
        """The readings nearest to a time, by card and metric; NaN where there is none."""
        with self._lock:
            self._flush()
            ring, low, _ = self._layers_for(monotonic_s)
            if ring.stop == ring.start:
                return {}
            times = ring.times[ring.start : ring.stop]
            right = min(int(np.searchsorted(times, monotonic_s)), len(times) - 1)
            left = max(0, right - 1)
            nearest = left if monotonic_s - times[left] <= times[right] - monotonic_s else right
            column = ring.start + nearest
            return {
                uuid: {metric.name: float(low[slot, row, column]) for row, metric in enumerate(KEPT)}
                for uuid, slot in self._slots.items()
            }

    def last_reading_s(self, uuid: str) -> float | None:
        """When a card could be read last, among the samples that are kept in full."""
        with self._lock:
            self._flush()
            slot, ring = self._slots.get(uuid), self._fine
            stop, n = ring.stop, 64
            while slot is not None and stop > ring.start:  # the end is looked at first
                start = max(ring.start, stop - n)
                known = ~np.isnan(ring.layers[0][slot, :, start:stop]).all(axis=0)
                if known.any():
                    return float(ring.times[start + int(np.flatnonzero(known)[-1])])
                stop, n = start, 4 * n
            return None

    def gaps(self, start_s: float, stop_s: float) -> tuple[tuple[float, float], ...]:
        """Times without samples, each from the last one before to the first one after."""
        with self._lock:
            self._flush()
            ring, _, _ = self._layers_for(start_s)
            first, last = ring.range(start_s, stop_s)
            times = ring.times
            return tuple(
                (float(times[at - 1]), float(times[at + 1]))
                for at in np.flatnonzero(ring.is_gap[first:last]) + first
                if ring.start < at < ring.stop - 1
            )

    def _thinning(self, ring: _Ring, cut: slice, points: int) -> Thinning:
        """The stretches of a window, kept for the other cards: all are drawn over the same times."""
        key = (ring is self._fine, cut.start, cut.stop, points, float(ring.times[cut.start]))
        if self._thinnings_of != self._n_written:
            self._thinnings, self._thinnings_of = {}, self._n_written
        found = self._thinnings.get(key)
        if found is None:
            found = self._thinnings[key] = Thinning(ring.times[cut], ring.is_gap[cut], points)
        return found

    def _layers_for(self, start_s: float) -> tuple[_Ring, Floats, Floats]:
        """The finest buffers that reach back that far."""
        fine, coarse = self._fine, self._coarse
        complete = fine.start == 0 and coarse.start == 0 and fine.times[0] <= coarse.times[0]
        if complete or fine.stop == 0 or fine.times[fine.start] <= start_s:
            return fine, fine.layers[0], fine.layers[0]
        return coarse, coarse.layers[0], coarse.layers[1]

    def _flush(self) -> None:
        """Write what waits into the buffers."""
        pending, self._pending = self._pending, []
        if not pending:
            return
        # (columns, cards, metrics), then each series in one piece
        table = np.array([self._column(sample) for _, sample in pending], np.float32)
        block = table.reshape(len(pending), len(self._slots), len(KEPT)).transpose(1, 2, 0)
        times = np.array([time_s for time_s, _ in pending])
        is_gap = np.array([sample is None for _, sample in pending])
        self._n_written += len(pending)
        self._fine.extend(times, is_gap, block)
        self._extend_coarse(times, is_gap, block)

    def _column(self, sample: Sample | None) -> list[list[float]]:
        values = [_NOTHING] * len(self._slots)
        for card in () if sample is None else sample.cards:
            if card.problem is None:
                values[self._slots[card.uuid]] = _kept(card)
        return values

    def _extend_coarse(self, times: Times, is_gap: npt.NDArray[np.bool_], block: Floats) -> None:
        """Add columns to the steps of `COARSE_S` that they belong to; a gap begins a new step."""
        ring = self._coarse
        step = np.floor_divide(times, self._coarse_s)
        begins = np.flatnonzero(np.concatenate(([True], (step[1:] != step[:-1]) | is_gap[1:] | is_gap[:-1])))
        for first, stop in zip(begins, [*begins[1:], len(times)], strict=True):
            part = block[:, :, first:stop]
            low, high = np.fmin.reduce(part, axis=2), np.fmax.reduce(part, axis=2)
            at = ring.stop - 1
            same = at >= 0 and not ring.is_gap[at] and not is_gap[first]
            if same and ring.times[at] // self._coarse_s == step[first]:
                for layer, value, merge in zip(ring.layers, (low, high), (np.fmin, np.fmax), strict=True):
                    layer[:, :, at] = merge(layer[:, :, at], value)
                continue
            ring.extend(
                times[first : first + 1], is_gap[first : first + 1], low[:, :, None], high[:, :, None]
            )


def _rows(layer: Floats) -> list[Floats]:
    return list(layer.reshape(-1, layer.shape[-1]))


def _kept(card: CardSample) -> list[float]:
    return [_NAN if isinstance(reading, Missing) else reading for reading in _PICK(card.readings)]

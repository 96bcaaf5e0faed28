"""Smallest, mean, largest and last value of each metric over the samples of a run, in little memory."""

from __future__ import annotations

from dataclasses import dataclass

from gpuplanner.monitor.metrics import METRICS
from gpuplanner.monitor.readings import Missing
from gpuplanner.monitor.samples import Sample


@dataclass
class _Running:
    low: float
    high: float
    total: float
    last: float
    n: int = 1


class Statistics:
    """Sees samples; means are over samples, not over time."""

    def __init__(self) -> None:
        self.n_samples = 0
        self.n_skipped = 0
        self.n_gaps = 0
        self.last: Sample | None = None
        self._first_s = 0.0
        self._found: dict[tuple[str, str], _Running] = {}

    @property
    def seconds(self) -> float:
        """From the first to the last sample."""
        return 0.0 if self.last is None else self.last.monotonic_s - self._first_s

    def see(self, sample: Sample) -> None:
        """Add one sample."""
        if self.n_samples == 0:
            self._first_s = sample.monotonic_s
        else:
            self.n_gaps += sample.after_gap
        self.n_samples += 1
        self.n_skipped += sample.skipped
        for card in sample.cards:
            for metric, reading in zip(METRICS, card.readings, strict=True):
                if isinstance(reading, Missing):
                    continue
                key = (card.uuid, metric.name)
                known = self._found.get(key)
                if known is None:
                    self._found[key] = _Running(reading, reading, reading, reading)
                    continue
                known.low, known.high = min(known.low, reading), max(known.high, reading)
                known.total += reading
                known.last = reading
                known.n += 1
        self.last = sample

    def of(self, uuid: str, name: str) -> dict[str, float] | None:
        """``min``, ``mean``, ``max`` and ``last`` of one metric; None if it never had a value."""
        known = self._found.get((uuid, name))
        if known is None:
            return None
        return {"min": known.low, "mean": known.total / known.n, "max": known.high, "last": known.last}

"""What a watched job took, from the samples while it ran: device memory, power, energy and time.

Samples miss what is shorter than the time between them: the largest sample is no peak, and is not called one.
"""

from __future__ import annotations

from dataclasses import dataclass

from gpuplanner.monitor.readings import Missing, MissingKind, number
from gpuplanner.monitor.samples import CardFacts, CardSample, Sample

CAVEAT = "the largest of {n} samples, {period_s:.2g} s apart: what lasts shorter than that is missed"


@dataclass(frozen=True)
class CardSummary:
    """One card that the job used.

    ``largest_bytes`` is the job's own where the driver tells memory by process; else (``by_process`` false)
    it is the rise of the card's used memory since the job began, in which others may have a part.  Power and
    energy are the whole card's.
    """

    facts: CardFacts
    largest_bytes: int
    by_process: bool
    largest_used_bytes: int
    """Of all programs on the card."""
    mean_watts: float | None
    energy_joules: float | None
    energy_from_power: bool
    """Added up from samples of the power, as this card counts no energy."""


@dataclass(frozen=True)
class WatchSummary:
    """What the job took; cards that it did not use are left out."""

    cards: tuple[CardSummary, ...]
    duration_s: float
    n_samples: int
    n_gaps: int

    @property
    def caveat(self) -> str:
        """Why the figure of memory is a lower bound."""
        period_s = self.duration_s / max(1, self.n_samples - 1)
        return CAVEAT.format(n=self.n_samples, period_s=period_s)


@dataclass
class _Card:
    facts: CardFacts
    first_used: float | None
    largest: float | None = None
    largest_used: float = 0.0
    unknown: bool = False
    seen: bool = False
    energy_first: float | None = None
    energy_last: float | None = None
    watts: float | None = None
    power_joules: float = 0.0
    power_s: float = 0.0


class Watch:
    """Sees samples; `followed_bytes` must be the job's (`Sampler.follow`)."""

    def __init__(self) -> None:
        self._cards: dict[str, _Card] = {}
        self._first_s: float | None = None
        self._last_s = 0.0
        self._last_gap = False
        self._n = 0
        self._n_gaps = 0

    def see(self, sample: Sample) -> None:
        """Add one sample."""
        gap = sample.after_gap and self._n > 0
        self._n += 1
        self._n_gaps += gap
        passed_s = 0.0 if self._first_s is None or gap else sample.monotonic_s - self._last_s
        if self._first_s is None:
            self._first_s = sample.monotonic_s
        self._last_s = sample.monotonic_s
        for card in sample.cards:
            if card.problem is None:
                self._see_card(card, passed_s)

    def _see_card(self, sample: CardSample, passed_s: float) -> None:
        used = number(sample["memory_used_bytes"])
        card = self._cards.get(sample.uuid)
        if card is None:
            card = self._cards[sample.uuid] = _Card(sample.facts, used)
        card.largest_used = max(card.largest_used, used or 0.0)
        followed = sample["followed_bytes"]
        listed = sample.processes
        hidden = isinstance(listed, Missing) and listed.kind is MissingKind.NOT_SUPPORTED
        if hidden or (not isinstance(listed, Missing) and any(p.followed for p in listed)):
            card.seen = True
            if not isinstance(followed, Missing):
                card.largest = max(card.largest or 0.0, followed)
            elif followed.kind is MissingKind.NOT_SUPPORTED:
                card.unknown = True
        energy = number(sample["energy_joules"])
        if energy is not None:
            card.energy_first = energy if card.energy_first is None else card.energy_first
            card.energy_last = energy
        watts = number(sample["power_watts"])
        if watts is not None:
            card.power_joules += watts * passed_s
            card.power_s += passed_s
            card.watts = watts

    def summary(self, duration_s: float | None = None) -> WatchSummary:
        """What was seen so far; ``duration_s`` where the job's own is known better."""
        seen = 0.0 if self._first_s is None else self._last_s - self._first_s
        cards = tuple(_summary(card) for card in self._cards.values() if card.seen)
        return WatchSummary(cards, seen if duration_s is None else duration_s, self._n, self._n_gaps)


def _summary(card: _Card) -> CardSummary:
    by_process = not card.unknown and card.largest is not None
    rise = max(0.0, card.largest_used - (card.first_used or 0.0))
    largest = card.largest if by_process and card.largest is not None else rise
    counted = card.energy_first is not None and card.energy_last is not None
    if card.energy_first is not None and card.energy_last is not None:
        energy: float | None = card.energy_last - card.energy_first
    else:
        energy = card.power_joules if card.power_s else None
    mean = card.power_joules / card.power_s if card.power_s else card.watts
    return CardSummary(
        card.facts, int(largest), by_process, int(card.largest_used), mean, energy, not counted
    )

"""Where a trial will run: the cards as last seen, the CPU, or a place that is not seen from here."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gpuplanner.core.trial import Device
from gpuplanner.monitor.readings import Missing
from gpuplanner.monitor.samples import CardSample, Sample
from gpuplanner.trial.place import HERE, TrialPlace


@dataclass(frozen=True)
class Place:
    """Where a trial will run: a card as last seen, or the CPU."""

    card: CardSample | None = None
    """Of several the one with the least free memory, for each rank needs as much."""
    on_card: bool = False
    at: TrialPlace = HERE
    n_ranks: int = 1
    """Processes of this computer; elsewhere, of each computer there."""
    cards: tuple[CardSample, ...] = ()
    """Of this computer, as many as there are ranks; fewer where it has not so many."""

    @property
    def uuid(self) -> str:
        """The card's, or empty."""
        return "" if self.card is None else self.card.uuid


def place_of(
    device: str,
    sample: Sample | None,
    nvml_name: str,
    at: TrialPlace = HERE,
    n_ranks: int = 1,
    environment: Mapping[str, str] = os.environ,
) -> Place:
    """The card that the worker will take: the one chosen, else the plan's kind, else the one most free.

    Several ranks take the cards in their order, as torchrun's ranks do.
    """
    if not at.is_here:
        return Place(None, device != Device.CPU.value, at, n_ranks)
    if device == Device.CPU.value:
        return Place(None, False, at, n_ranks)
    cards = [] if sample is None else [card for card in sample.cards if card.problem is None]
    if not cards:
        return Place(None, device != Device.AUTO.value, at, n_ranks)
    if n_ranks > 1:
        taken = _visible(cards, environment.get("CUDA_VISIBLE_DEVICES"))[:n_ranks]
        fullest = min(taken, key=_free, default=None)
        return Place(fullest, True, at, n_ranks, tuple(taken))
    chosen = next((card for card in cards if card.uuid == device), None)
    card = chosen or max(cards, key=lambda card: (card.facts.name == nvml_name, _free(card)))
    return Place(card, True, at, cards=(card,))


def _free(card: CardSample) -> float:
    free = card["memory_free_bytes"]
    return -1.0 if isinstance(free, Missing) else float(free)


def _visible(cards: Sequence[CardSample], named: str | None) -> list[CardSample]:
    """The cards that CUDA shows to a program, by its variable: numbers or the beginnings of UUIDs."""
    if named is None:
        return sorted(cards, key=lambda card: card.facts.index)
    found = []
    for word in named.split(","):
        name = word.strip()
        card = next((c for c in cards if name and name in (str(c.facts.index), c.uuid[: len(name)])), None)
        if card is None:
            break  # CUDA takes none behind a name that it does not know
        found.append(card)
    return found

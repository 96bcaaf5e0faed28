"""Alerts: which samples deserve a quiet word to the user, each once per onset."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gpuplanner.monitor.metrics import throttle_words
from gpuplanner.monitor.readings import GPU_IS_LOST, number
from gpuplanner.monitor.samples import CardSample, Sample

RELEASE = 0.97
"""An alert comes again only after the reading fell below this share of its limit, against flutter."""


class AlertKind(StrEnum):
    """What an alert is about."""

    MEMORY = "memory"
    TEMPERATURE = "temperature"
    THROTTLING = "throttling"
    LOST = "lost"


@dataclass(frozen=True)
class AlertRules:
    """When to alert; None or False is never."""

    memory_fraction: float | None = 0.95
    """Of what programs can have."""
    temperature_celsius: float | None = 90.0
    throttling: bool = True
    lost: bool = True


@dataclass(frozen=True)
class Alert:
    """One alert, in words."""

    kind: AlertKind
    uuid: str
    text: str


class AlertWatch:
    """Sees samples and remembers what was told."""

    def __init__(self, rules: AlertRules | None = None) -> None:
        self.rules = rules or AlertRules()
        self._told: set[tuple[AlertKind, str]] = set()

    def see(self, sample: Sample) -> tuple[Alert, ...]:
        """What is new in a sample."""
        alerts = []
        for card in sample.cards:
            for kind, holds, released, text in self._conditions(card):
                key = (kind, card.uuid)
                if holds and key not in self._told:
                    self._told.add(key)
                    alerts.append(Alert(kind, card.uuid, f"{card.facts.name} ({card.facts.index}): {text}"))
                elif released:
                    self._told.discard(key)
        return tuple(alerts)

    def _conditions(self, card: CardSample) -> list[tuple[AlertKind, bool, bool, str]]:
        """Each condition: its kind, whether it holds, whether it is over, and the words."""
        rules = self.rules
        lost = card.problem is not None and card.problem.code == GPU_IS_LOST
        found = []
        if rules.lost:
            found.append((AlertKind.LOST, lost, card.problem is None, "the card is lost"))
        used, free = number(card["memory_used_bytes"]), number(card["memory_free_bytes"])
        if rules.memory_fraction is not None and used is not None and free is not None and used + free > 0:
            share, limit = used / (used + free), rules.memory_fraction
            text = f"{100 * share:.0f} % of the memory is used"
            found.append((AlertKind.MEMORY, share >= limit, share < RELEASE * limit, text))
        heat = number(card["temperature_celsius"])
        if rules.temperature_celsius is not None and heat is not None:
            over = heat < RELEASE * rules.temperature_celsius
            hot = heat >= rules.temperature_celsius
            found.append((AlertKind.TEMPERATURE, hot, over, f"{heat:.0f} °C"))
        reasons = number(card["throttle_reasons"])
        if rules.throttling and reasons is not None:
            words = throttle_words(reasons)
            found.append((AlertKind.THROTTLING, bool(words), not words, f"slowed by {', '.join(words)}"))
        return found

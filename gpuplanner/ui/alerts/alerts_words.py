"""The alert rules as the settings keep them: a few words, none at first."""

from __future__ import annotations

import math

from gpuplanner.monitor.alerts import AlertRules

NO_ALERTS = AlertRules(memory_fraction=None, temperature_celsius=None, throttling=False, lost=False)


def rules_of(words: tuple[str, ...]) -> AlertRules:
    """The rules of the settings' words; words that nobody knows are left out.

    >>> rules_of(("memory 0.9", "lost", "moon")) == AlertRules(0.9, None, throttling=False, lost=True)
    True
    """
    numbers: dict[str, float] = {}
    for word in words:
        name, _, text = word.partition(" ")
        try:
            value = float(text)
        except ValueError:
            continue
        if math.isfinite(value) and value > 0:
            numbers[name] = value
    fraction = numbers.get("memory")
    return AlertRules(
        memory_fraction=None if fraction is None else min(fraction, 1.0),
        temperature_celsius=numbers.get("temperature"),
        throttling="throttling" in words,
        lost="lost" in words,
    )


def words_of(rules: AlertRules) -> tuple[str, ...]:
    """The rules as words for the settings."""
    words = []
    if rules.memory_fraction is not None:
        words.append(f"memory {rules.memory_fraction:g}")
    if rules.temperature_celsius is not None:
        words.append(f"temperature {rules.temperature_celsius:g}")
    if rules.throttling:
        words.append("throttling")
    if rules.lost:
        words.append("lost")
    return tuple(words)

"""Which NVIDIA driver there is, by a look at the cards: reports say what they were made with."""

from __future__ import annotations

from gpuplanner.monitor.samples import Sample
from gpuplanner.monitor.states import State, StateKind

_NONE = frozenset({StateKind.NO_LIBRARY, StateKind.NO_DRIVER})


def driver_version(sample: Sample | None, state: State) -> str | None:
    """The driver's version; empty where there is no driver, None where the look does not tell."""
    if sample is None:
        return "" if state.kind in _NONE else None
    versions = (sample.driver.driver_version, *(card.facts.driver_version for card in sample.cards))
    return next(filter(None, versions), None)

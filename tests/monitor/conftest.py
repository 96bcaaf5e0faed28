"""What the tests of the monitor share: samples, and a look at scripted cards from a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from scripted_nvml import ScriptedNvml

from gpuplanner.monitor.metrics import INDEX, METRICS
from gpuplanner.monitor.readings import NOT_SUPPORTED, Missing, Reading
from gpuplanner.monitor.samples import CardFacts, CardSample, DriverFacts, Sample

PRELUDE = """
import json, os, sys, time
from pathlib import Path
from gpuplanner.monitor.poller import Poller
from gpuplanner.monitor.readings import Missing
from gpuplanner.monitor.metrics import METRICS
from scripted_nvml import GIB, ScriptedNvml

scene = ScriptedNvml.here()
out = []

def text(reading):
    "A reading as JSON: its number, or its kind and reason."
    return [reading.kind, reading.reason] if isinstance(reading, Missing) else reading

def look(poller, at, *names):
    "State, and of each card its problem's reason and the named readings."
    sample = poller.poll(at, at)
    cards = [] if sample is None else [
        [card.problem and card.problem.reason, *(text(card[name]) for name in names)] for card in sample
    ]
    return [poller.state.kind, *cards]
"""

Look = Callable[[str], Any]


@pytest.fixture
def look(scripted_nvml: ScriptedNvml) -> Look:
    """Return what runs a snippet beside the scripted cards; it ends with what it appended to ``out``."""
    return lambda code: scripted_nvml.run(f"{PRELUDE}\n{code}\nprint(json.dumps(out))")


MakeCard = Callable[..., CardSample]
MakeSample = Callable[..., Sample]


@pytest.fixture
def make_card() -> MakeCard:
    """Return what makes a card's sample: readings by name, the others not supported."""

    def make(
        uuid: str = "GPU-a", *, problem: Missing | None = None, processes: Any = (), **named: Reading
    ) -> CardSample:
        readings: list[Reading] = [NOT_SUPPORTED] * len(METRICS)
        for name, reading in named.items():
            readings[INDEX[name]] = reading
        facts = CardFacts(uuid, 0, "A100", driver_version="570.1")
        return CardSample(facts, tuple(readings), processes, problem=problem)

    return make


@pytest.fixture
def make_sample() -> MakeSample:
    """Return what makes a sample at a time."""

    def make(time_s: float, *cards: CardSample, after_gap: bool = False, period_s: float = 1.0) -> Sample:
        wall_s = 1_700_000_000 + time_s
        return Sample(1, time_s, wall_s, 0.001, cards, DriverFacts("570.1"), period_s, after_gap=after_gap)

    return make

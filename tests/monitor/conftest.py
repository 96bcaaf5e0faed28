"""What the tests of the monitor share: how a snippet in a process of its own looks at the scripted cards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from scripted_nvml import ScriptedNvml

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

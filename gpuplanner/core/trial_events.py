"""The protocol between worker and launcher: one JSON object per line, exactly one ``end``.

::

    {"event": "phase", "name": "import torch", "t": 0.02}
    {"event": "step", "index": 1, "seconds": …, "loss": …, "allocated_bytes": …, "phases": {…}}
    {"event": "log", "text": "…"}                       remarks for people
    {"event": "end", "status": "ok", "result": {…}, "versions": {…}, "gpu": {…}, "message": ""}

To the worker go lines too: the spec first, then ``stop``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from gpuplanner.core.json_fields import from_fields, to_fields
from gpuplanner.core.trial import TrialGpu, TrialResult, TrialSpec, TrialStatus

STOP = "stop"
"""The line that asks the worker to end."""

MAX_LINE_BYTES = 4 * 2**20
"""Longer lines are not ours: a result of 100 tensors takes some 20 kB."""


@dataclass(frozen=True)
class PhaseEvent:
    """Something began: ``import torch``, ``import transformers``, ``build``, ``warm-up``, ``train`` …"""

    name: str
    t: float
    """Seconds since the worker started."""


@dataclass(frozen=True)
class StepEvent:
    """One optimizer step is done.  None: not known on this device."""

    index: int
    """From 1, warm-up included."""
    seconds: float
    loss: float | None = None
    allocated_bytes: int | None = None
    reserved_bytes: int | None = None
    device_bytes: int | None = None
    phases: Mapping[str, int] = field(default_factory=dict)
    """Allocated peak by phase."""
    warm_up: bool = False


@dataclass(frozen=True)
class LogEvent:
    """A remark for people: what was chosen, and why."""

    text: str


@dataclass(frozen=True)
class EndEvent:
    """The last event, always: how it ended and what came of it."""

    status: TrialStatus
    result: TrialResult | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    gpu: TrialGpu | None = None
    message: str = ""


TrialEvent = PhaseEvent | StepEvent | LogEvent | EndEvent

_EVENTS: dict[str, type[TrialEvent]] = {
    "phase": PhaseEvent,
    "step": StepEvent,
    "log": LogEvent,
    "end": EndEvent,
}
_NAMES = {cls: name for name, cls in _EVENTS.items()}


def event_to_line(event: TrialEvent) -> str:
    """One line of JSON, without the line's end."""
    return json.dumps({"event": _NAMES[type(event)], **to_fields(event)}, allow_nan=False)


def event_from_line(line: str) -> TrialEvent:
    """Read an event.

    Raises:
        ValueError: the line is no event, in words that a log can show.
    """
    if len(line) > MAX_LINE_BYTES:
        raise ValueError(f"a line of {len(line):,} characters is too long for an event")
    found = json.loads(line)
    if not isinstance(found, dict):
        raise ValueError("a line is no JSON object")
    cls = _EVENTS.get(found.pop("event", None))
    if cls is None:
        raise ValueError("a JSON object names no event that is known")
    return from_fields(cls, found)


def spec_to_line(spec: TrialSpec) -> str:
    """The first line that the worker reads."""
    return json.dumps(to_fields(spec), allow_nan=False)


def spec_from_line(line: str) -> TrialSpec:
    """Read the spec.

    Raises:
        ValueError: the line is no spec.
    """
    found = json.loads(line)
    if not isinstance(found, dict):
        raise ValueError("the spec is no JSON object")
    return from_fields(TrialSpec, found)

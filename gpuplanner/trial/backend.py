"""What every backend offers: run a trial, tell its events, and exactly one ``end``."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from gpuplanner.core.trial import Device, TrialKind, TrialResult, TrialSpec, TrialStatus
from gpuplanner.core.trial_events import EndEvent, LogEvent, PhaseEvent, StepEvent, TrialEvent
from gpuplanner.core.trial_progress import result_of_steps

Tell = Callable[[TrialEvent], None]
"""Takes the events, in a thread of the backend's; must not raise.  A window emits a signal here."""

MAX_EVENTS = 100_000
"""More than the longest trial has; a worker that sends more has gone mad."""


class Running(Protocol):
    """A trial that was started."""

    def stop(self) -> None:
        """Ask it to end as stopped.  Returns at once; the ``end`` comes within about two seconds."""

    def close(self) -> None:
        """End it now.  Returns at once; the ``end`` is still told."""

    def wait(self, seconds: float | None = None) -> bool:
        """Whether the trial has ended (and its ``end`` was told) within this time.  Not for a GUI thread."""

    @property
    def log_lines(self) -> tuple[str, ...]:
        """The last of what the worker and its libraries have printed, for people who look for a reason."""

    def log_after(self, number: int) -> tuple[tuple[int, str], ...]:
        """Of the same lines those behind line ``number`` (from 1), numbered: for a log that follows them."""

    @property
    def pid(self) -> int | None:
        """The worker's process on this machine, for whoever watches it; None where there is none."""


class Backend(Protocol):
    """A place where trials run."""

    def start(self, spec: TrialSpec, tell: Tell) -> Running:
        """Start a trial and return at once.

        ``tell`` gets every event in its order, then exactly one `EndEvent`, after which the trial's process
        is gone and its memory free.  What cannot even be started ends as failed.
        """


class Gate:
    """Passes events on until the one ``end``, and remembers what a made-up ``end`` has to say."""

    def __init__(self, spec: TrialSpec, tell: Tell) -> None:
        self._spec = spec
        self._tell = tell
        self._lock = threading.Lock()
        self._steps: list[StepEvent] = []
        self._phase = ""
        self._n_events = 0
        self._remarks_left = 20
        self._closed = False

    def pass_on(self, event: TrialEvent) -> bool:
        """Tell an event that is no ``end``; False when there were more than a trial can have."""
        assert not isinstance(event, EndEvent)
        with self._lock:
            self._n_events += 1
            if self._closed:
                return True
            if self._n_events > MAX_EVENTS:
                return False
            if isinstance(event, StepEvent):
                self._steps.append(event)
            elif isinstance(event, PhaseEvent):
                self._phase = event.name
            self._tell(event)
            return True

    def remark(self, text: str) -> bool:
        """Tell a remark about a line that is no event; the first few, for a log need not hold them all."""
        if self._remarks_left > 0:
            self._remarks_left -= 1
            return self.pass_on(LogEvent(text))
        with self._lock:
            self._n_events += 1
            return self._n_events <= MAX_EVENTS

    def end(self, event: EndEvent) -> bool:
        """Tell the one ``end``; False when it was told before."""
        with self._lock:
            if self._closed:
                return False
            self._closed = True
            self._tell(event)
            return True

    def make_end(self, status: TrialStatus, message: str, *, exhausted: str = "") -> EndEvent:
        """The ``end`` of a worker that left none, with what its steps had measured."""
        with self._lock:
            steps, phase = tuple(self._steps), self._phase
        result = result_of_steps(steps, self._device(steps), self._spec.plan.samples_per_step)
        if status in (TrialStatus.OOM, TrialStatus.FAILED):
            in_steps = phase in ("warm-up", "train")
            result = _failed_at(result, phase, len(steps) + 1 if in_steps else None, exhausted)
        return EndEvent(status, result, message=message)

    def _device(self, steps: tuple[StepEvent, ...]) -> str:
        if self._spec.kind is TrialKind.DRY_RUN:
            return "fake"
        if self._spec.device is not Device.AUTO:
            return str(self._spec.device.value)
        # The CPU has an allocated figure only; reserved bytes are a caching allocator's.
        return "cuda" if any(step.reserved_bytes is not None for step in steps) else "cpu"


def _failed_at(result: TrialResult, phase: str, step: int | None, exhausted: str) -> TrialResult:
    return replace(result, failed_phase=phase, failed_step=step, exhausted=exhausted)

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gpuplanner.core.llm import Llm
from gpuplanner.core.plan import Plan
from gpuplanner.core.trial import Device, TrialSpec
from gpuplanner.core.trial_events import EndEvent, LogEvent, StepEvent, TrialEvent
from gpuplanner.trial.backend import Backend, Running
from gpuplanner.trial.local import LocalBackend
from gpuplanner.trial.local_run import Limits

WORKERS = Path(__file__).with_name("misbehaving_workers.py")
HANG_LIMIT_S = 60.0

TINY = Llm("tiny", "llama", 64, 2, 4, 2, 16, 128, 256, tie_word_embeddings=False)
SPEC = TrialSpec(Plan(model="tiny", seq_len=16), TINY, device=Device.CPU, steps=2, warm_up_steps=1)


class Heard:
    """Takes a trial's events, in whatever thread they come."""

    def __init__(self) -> None:
        self.events: list[TrialEvent] = []
        self.threads: set[int] = set()
        self._queue: queue.Queue[TrialEvent] = queue.Queue()

    def __call__(self, event: TrialEvent) -> None:
        self.threads.add(threading.get_ident())
        self.events.append(event)
        self._queue.put(event)

    def until(self, wanted: Callable[[TrialEvent], bool]) -> TrialEvent:
        """Wait for an event."""
        while True:
            event = self._queue.get(timeout=HANG_LIMIT_S)
            if wanted(event):
                return event

    @property
    def end(self) -> EndEvent:
        """The one end, which has to be the last event."""
        ends = [event for event in self.events if isinstance(event, EndEvent)]
        assert len(ends) == 1, ends
        assert self.events[-1] is ends[0]
        return ends[0]

    @property
    def steps(self) -> list[StepEvent]:
        return [event for event in self.events if isinstance(event, StepEvent)]

    @property
    def remarks(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, LogEvent)]


class Lab:
    """Runs trials for the tests."""

    spec = SPEC
    hang_limit_s = HANG_LIMIT_S

    def heard(self) -> Heard:
        """Something that takes events."""
        return Heard()

    def finished(self, backend: Backend, spec: TrialSpec = SPEC) -> Heard:
        """Run a trial to its end."""
        heard = Heard()
        running = backend.start(spec, heard)
        assert running.wait(HANG_LIMIT_S)
        return heard

    def stopped(
        self,
        backend: Backend,
        act: Callable[[Running], None] = lambda run: run.stop(),
        spec: TrialSpec = SPEC,
    ) -> Heard:
        """Run a trial, and do something to it after its first event."""
        heard = Heard()
        running = backend.start(spec, heard)
        heard.until(lambda event: True)
        act(running)
        assert running.wait(HANG_LIMIT_S)
        return heard


@pytest.fixture
def lab() -> Lab:
    """What runs trials."""
    return Lab()


@pytest.fixture
def local(tmp_path: Path) -> Callable[..., LocalBackend]:
    """The local backend with a worker from misbehaving_workers.py."""

    def make(name: str, **limits: Any) -> LocalBackend:
        command = [sys.executable, "-S", "-E", str(WORKERS), name]
        return LocalBackend(command=command, cache=tmp_path / "cache", limits=Limits(**limits))

    return make

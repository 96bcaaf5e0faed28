"""The one thread that looks at the GPUs, at a steady rate, as long as somebody listens.

Everything here may be called from any thread and returns at once; NVML is touched in the sampler's own thread
only.  A tick that comes too late is skipped, never queued.
"""

from __future__ import annotations

import contextlib
import math
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from gpuplanner.monitor.driver import driver_version
from gpuplanner.monitor.history import History
from gpuplanner.monitor.metrics import DEFAULT_NAMES
from gpuplanner.monitor.poller import Poller
from gpuplanner.monitor.runtime_power import RuntimePower
from gpuplanner.monitor.samples import Sample
from gpuplanner.monitor.states import FORKED, RESTING, STARTING, STOPPED, State

LOWEST_RATE_HZ, HIGHEST_RATE_HZ = 0.2, 10.0
_MARGIN_S = 0.002
"""Spare time that is not spent, so that the next tick starts on time."""

Sink = Callable[[Sample], object]


@dataclass(frozen=True)
class SamplerOptions:
    """What is read and how often; processes at most as often as the rest."""

    rate_hz: float = 1.0
    process_period_s: float = 1.0
    metrics: frozenset[str] = DEFAULT_NAMES

    @property
    def period_s(self) -> float:
        """Seconds from tick to tick, within the limits."""
        return 1 / min(max(self.rate_hz, LOWEST_RATE_HZ), HIGHEST_RATE_HZ)


class Sampler:
    """Samples of all cards, taken in a thread of its own.

    It rests, with NVML released, until somebody `wake`s it, and again when the last one lets it `rest`.
    """

    def __init__(
        self,
        options: SamplerOptions | None = None,
        history: History | None = None,
        power: RuntimePower | None = None,
    ) -> None:
        self.history = History() if history is None else history
        self._options = options or SamplerOptions()
        self._poller = Poller(self._options.metrics, self._options.process_period_s, power)
        self._lock = threading.Lock()
        self._bell: SimpleQueue[None] = SimpleQueue()
        """Rung when the thread has to look up before its next tick; cheaper than a condition at 10 Hz."""
        self._listeners: set[str] = set()
        self._requests: list[Callable[[Poller], object]] = []
        self._sinks: tuple[Sink, ...] = ()
        self._thread: threading.Thread | None = None
        self._pid = os.getpid()
        self._stopping = False
        self._due_s = 0.0
        self._hurry = False
        self._latest: Sample | None = None
        self._state: State = RESTING
        self.cpu_s = 0.0
        """Processor time that the thread has used so far."""
        self.driver_version: str | None = None
        """Of the NVIDIA driver at the last look, kept at rest; empty: there is none; None: not known."""

    @property
    def state(self) -> State:
        """What the monitor can or cannot do just now."""
        return self._state if self._pid == os.getpid() else FORKED

    @property
    def options(self) -> SamplerOptions:
        """What is read and how often."""
        return self._options

    def latest(self) -> Sample | None:
        """The last sample; None before the first and while nothing can be read."""
        return self._latest

    def start(self) -> None:
        """Start the thread; it rests until somebody listens.  Does nothing if it runs, or after `stop`."""
        if self._thread is None and not self._stopping:
            # A daemon: a driver that hangs must not keep the program from ending.
            self._thread = threading.Thread(target=self._run, name="GPU sampler", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the thread after the tick that is under way, and release NVML; returns at once, see `join`."""
        with self._lock:
            self._stopping = True
            self._bell.put(None)
        if self._thread is None:
            self._state = STOPPED

    def join(self, timeout_s: float) -> bool:
        """Wait until the thread has ended, never in a GUI thread; whether it has."""
        if self._thread is None or self._pid != os.getpid():
            return True
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def wake(self, listener: str) -> None:
        """Somebody listens, by any name; sampling goes on while anybody does."""
        with self._lock:
            self._listeners.add(listener)
            self._bell.put(None)

    def rest(self, listener: str) -> None:
        """That listener needs no more samples."""
        with self._lock:
            self._listeners.discard(listener)
            self._bell.put(None)

    def set_options(self, options: SamplerOptions) -> None:
        """Read other metrics, or at another rate, from the next tick on."""

        def change(poller: Poller) -> None:
            poller.process_period_s = options.process_period_s
            poller.set_metrics(options.metrics)

        with self._lock:
            self._options = options
            self._requests.append(change)
            self._bell.put(None)

    def look_again(self) -> None:
        """Try at once what is otherwise tried every few seconds: a driver or a card that was not there."""
        with self._lock:
            self._requests.append(Poller.look_again)
            self._hurry = True
            self._bell.put(None)

    def follow(self, pid: int) -> None:
        """Count the memory of a process and its children as ``followed_bytes``."""
        self._request(lambda poller: poller.processes.follow(pid))

    def unfollow(self, pid: int) -> None:
        """Count it no more."""
        self._request(lambda poller: poller.processes.unfollow(pid))

    def add_sink(self, sink: Sink) -> None:
        """Call a function with each sample, in the sampler's thread; it should be quick."""
        with self._lock:
            self._sinks = (*self._sinks, sink)

    def remove_sink(self, sink: Sink) -> None:
        """Call it no more; it may be running while this returns."""
        with self._lock:
            self._sinks = tuple(other for other in self._sinks if other != sink)

    def _request(self, request: Callable[[Poller], object]) -> None:
        with self._lock:
            self._requests.append(request)

    def _run(self) -> None:
        try:
            self._due_s = time.monotonic()
            skipped = 0
            while self._wait_for_tick():
                skipped = self._tick(skipped)
                period_s = self._options.period_s
                next_s, _ = next_tick(self._due_s, time.monotonic(), period_s)
                self._poller.read_spare(next_s - _MARGIN_S)
                self._due_s, late = next_tick(self._due_s, time.monotonic(), period_s)
                skipped += late
                self.cpu_s = time.thread_time()
        finally:
            self._poller.close()
            self._state = STOPPED

    def _wait_for_tick(self) -> bool:
        """Sleep until the tick is due and somebody listens; False at the end."""
        while not self._stopping:
            if not self._listeners:
                self._rest()
                self._bell.get()
                self._due_s = time.monotonic()
                continue
            if self._hurry:
                self._hurry = False
                self._due_s = time.monotonic()
            left_s = self._due_s - time.monotonic()
            if left_s <= 0:
                return True
            period_s = self._options.period_s
            if left_s > period_s:  # the rate was raised meanwhile
                self._due_s -= left_s - period_s
                continue
            with contextlib.suppress(Empty):
                self._bell.get(timeout=left_s)
        return False

    def _rest(self) -> None:
        self._poller.close()
        self._latest = None
        self._state = RESTING

    def _tick(self, skipped: int) -> int:
        """One look; returns the skipped ticks that are still to be told."""
        if self._requests:
            with self._lock:
                requests, self._requests = self._requests, []
            for request in requests:
                request(self._poller)
        if self._state is RESTING:
            self._state = STARTING
        sample = self._poller.poll(time.monotonic(), time.time(), self._options.period_s, skipped)
        self._latest = sample
        self._state = self._poller.state
        found = driver_version(sample, self._state)
        if found is not None:
            self.driver_version = found
        if sample is None:
            return skipped
        self.history.append(sample)
        for sink in self._sinks:
            sink(sample)
        return 0


def next_tick(due_s: float, now_s: float, period_s: float) -> tuple[float, int]:
    """When the next tick is due, and how many have been missed by then.

    >>> next_tick(10.0, 10.25, 1.0)
    (11.0, 0)
    >>> next_tick(10.0, 12.5, 1.0)
    (13.0, 2)
    """
    missed = max(0, math.floor((now_s - due_s) / period_s))
    return due_s + (missed + 1) * period_s, missed

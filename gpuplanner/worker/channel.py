"""What the worker says to its launcher: events out, the wish to stop in, exactly one ``end``."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from gpuplanner.core.trial import TrialResult
from gpuplanner.core.trial_events import (
    EndEvent,
    LogEvent,
    PhaseEvent,
    StepEvent,
    TrialEvent,
    event_to_line,
)


class Stopped(BaseException):
    """The trial is to end now.  No `Exception`: libraries that catch those must not swallow it."""


class Channel:
    """Sends events as lines to ``write``, and knows where the trial is and whether it shall stop.

    The wish to stop may come from any thread.  A long step need not look out for it: the process raises
    `Stopped` in the main thread (`gpuplanner.worker.stdio`); `check_stop` is for code between steps.

    ``moment`` is finer than the phase, such as ``backward``: whoever observes a step sets it, and a failure
    then says where it happened.  ``kept`` is the result so far, which a failure or a stop still reports.
    """

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write
        self._lock = threading.Lock()
        self._ended = False
        self._started = time.monotonic()
        self.stop_reason: str | None = None
        """Why the trial shall stop, None as long as it shall not."""
        self.phase_name = ""
        """The phase that was announced last."""
        self.moment = ""
        self.steps: list[StepEvent] = []
        self.kept: TrialResult | None = None
        self.writing = False
        """The main thread is writing a line, which an exception must not cut in two."""

    def send(self, event: TrialEvent) -> None:
        """Send an event; after the ``end``, nothing is sent any more."""
        if isinstance(event, EndEvent):
            self.end(event)
            return
        if isinstance(event, PhaseEvent):
            self.phase_name, self.moment = event.name, ""
        elif isinstance(event, StepEvent):
            self.steps.append(event)
        self._send(event)

    def phase(self, name: str) -> None:
        """Announce a phase: ``import torch``, ``import transformers``, ``build``, ``warm-up``, ``train``."""
        self.send(PhaseEvent(name, round(self.seconds, 3)))

    def note(self, text: str) -> None:
        """A remark for people."""
        self.send(LogEvent(text))

    def keep(self, result: TrialResult) -> None:
        """Remember what was measured so far."""
        self.kept = result

    def end(self, event: EndEvent) -> bool:
        """Send the one ``end``; False when another thread already has."""
        return self._send(event)

    @property
    def seconds(self) -> float:
        """Since the worker started."""
        return time.monotonic() - self._started

    @property
    def ended(self) -> bool:
        """The ``end`` was sent."""
        return self._ended

    @property
    def stop_asked(self) -> bool:
        """Somebody wants the trial to stop."""
        return self.stop_reason is not None

    def ask_stop(self, reason: str = "") -> None:
        """Ask the trial to stop; the first reason counts."""
        if self.stop_reason is None:
            self.stop_reason = reason

    def check_stop(self) -> None:
        """Raises `Stopped` if the trial shall stop."""
        if self.stop_reason is not None:
            raise Stopped(self.stop_reason)

    def _send(self, event: TrialEvent) -> bool:
        line = event_to_line(event)
        if threading.current_thread() is not threading.main_thread():
            return self._write_unless_ended(line, isinstance(event, EndEvent))
        self.writing = True
        try:
            return self._write_unless_ended(line, isinstance(event, EndEvent))
        finally:
            self.writing = False

    def _write_unless_ended(self, line: str, is_end: bool) -> bool:
        with self._lock:
            if self._ended:
                return False
            self._ended = is_end
            self._write(line)
            return True

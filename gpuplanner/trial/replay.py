"""The replay backend: a recorded run, told again with its timing.

A recording is the JSON lines of ``gpuplanner trial``; a line may say with ``at`` when it came, in seconds
since the start.  Without, a phase comes at its ``t`` and a step after its ``seconds``.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from pathlib import Path

from gpuplanner.core.trial import TrialSpec, TrialStatus
from gpuplanner.core.trial_events import (
    MAX_LINE_BYTES,
    EndEvent,
    PhaseEvent,
    StepEvent,
    TrialEvent,
    event_from_line,
    event_to_line,
)
from gpuplanner.trial.backend import Gate, Tell
from gpuplanner.trial.bounded_lines import bounded_lines


def recorded_line(event: TrialEvent, at: float) -> str:
    """One line of a recording."""
    return json.dumps({"at": round(at, 3), **json.loads(event_to_line(event))})


class ReplayBackend:
    """Tells a recorded run; ``speed`` 2 takes half the time, 0 none."""

    def __init__(self, recording: Path, *, speed: float = 1.0) -> None:
        self._recording = recording
        self._speed = speed

    def start(self, spec: TrialSpec, tell: Tell) -> ReplayRun:
        """Start and return at once; see `gpuplanner.trial.backend.Backend`."""
        run = ReplayRun(self._recording, self._speed, Gate(spec, tell))
        threading.Thread(target=run.play, name="trial replay", daemon=True).start()
        return run


@dataclass(frozen=True)
class _Moment:
    at: float
    event: TrialEvent


class ReplayRun:
    """One replay under way."""

    def __init__(self, recording: Path, speed: float, gate: Gate) -> None:
        self._recording = recording
        self._speed = speed
        self._gate = gate
        self._stop = threading.Event()
        self._told = threading.Event()

    def stop(self) -> None:
        """End as stopped."""
        self._stop.set()

    def close(self) -> None:
        """The same: there is no process to be rid of."""
        self._stop.set()

    def wait(self, seconds: float | None = None) -> bool:
        """Whether the ``end`` was told within this time."""
        return self._told.wait(seconds)

    @property
    def log_lines(self) -> tuple[str, ...]:
        """A recording holds none."""
        return ()

    def log_after(self, number: int) -> tuple[tuple[int, str], ...]:
        """None either."""
        return ()

    @property
    def pid(self) -> int | None:
        """There is no process."""
        return None

    def play(self) -> None:
        """Tell the run from its first event to its end."""
        try:
            self._gate.end(self._play())
        except (OSError, ValueError, TypeError, RecursionError) as error:
            what = f"the recording {self._recording.name} cannot be read: {error}"
            self._gate.end(self._gate.make_end(TrialStatus.FAILED, what))
        finally:
            self._told.set()

    def _play(self) -> EndEvent:
        now = 0.0
        for moment in _moments(self._recording):
            pause = (moment.at - now) / self._speed if self._speed > 0 else 0.0
            if self._stop.wait(max(0.0, pause)):
                return self._gate.make_end(TrialStatus.STOPPED, "")
            now = max(now, moment.at)
            if isinstance(moment.event, EndEvent):
                return moment.event
            self._gate.pass_on(moment.event)
        return self._gate.make_end(TrialStatus.FAILED, "the recording stops before its end")


def _moments(recording: Path) -> list[_Moment]:
    moments: list[_Moment] = []
    now = 0.0
    with recording.open("rb", buffering=0) as stream:
        for line in bounded_lines(stream, MAX_LINE_BYTES):
            if line is None or not line.strip():
                continue
            text = line.decode("utf-8")
            event, at = event_from_line(text), json.loads(text).get("at")
            if isinstance(at, int | float):
                now = float(at)
            elif isinstance(event, PhaseEvent):
                now = max(now, event.t)
            elif isinstance(event, StepEvent):
                now += event.seconds
            moments.append(_Moment(now, event))
    return moments

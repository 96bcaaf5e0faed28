"""One contract for every backend: a window or a command must not notice which one it has."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gpuplanner.core.trial import TrialStatus
from gpuplanner.core.trial_events import EndEvent, LogEvent, PhaseEvent, StepEvent, TrialEvent
from gpuplanner.trial.backend import Backend
from gpuplanner.trial.replay import ReplayBackend, recorded_line

Lab = Any  # of conftest.py
Make = Callable[[str], Backend]

GOOD = """\
{"event": "phase", "name": "import torch", "t": 0.01}
{"event": "phase", "name": "train", "t": 0.02}
{"event": "step", "index": 1, "seconds": 0.01, "loss": 2.0, "allocated_bytes": 1001, \
"phases": {"backward": 900}}
{"event": "step", "index": 2, "seconds": 0.01, "loss": 2.0, "allocated_bytes": 1002, \
"phases": {"backward": 900}}
{"event": "end", "status": "ok", "result": {"device": "cpu", "peak_allocated_bytes": 1234}, \
"versions": {"torch": "0"}, "message": "done"}
"""
LONG = """\
{"at": 0.0, "event": "phase", "name": "import torch", "t": 0.01}
{"at": 0.0, "event": "phase", "name": "train", "t": 0.01}
{"at": 0.0, "event": "step", "index": 1, "seconds": 0.01, "loss": 2.0, "allocated_bytes": 1001}
{"at": 999, "event": "end", "status": "ok"}
"""
RECORDINGS = {
    "good": GOOD,
    "waits_for_stop": LONG,
    "ignores_stop_and_term": LONG,
    "leaves_politely_without_end": GOOD.splitlines()[0],
    "half_an_end": GOOD.splitlines()[0],
    "ends_twice": '{"event": "end", "status": "oom", "message": "first"}\n' + GOOD,
}


@pytest.fixture(params=["local", "replay", "ssh"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """A backend whose trial behaves as that worker of misbehaving_workers.py does."""
    if request.param in ("local", "ssh"):
        process: Make = request.getfixturevalue(request.param)
        return process

    def replay(name: str) -> Backend:
        recording = tmp_path / f"{name}.jsonl"
        recording.write_text(RECORDINGS[name])
        return ReplayBackend(recording)

    return replay


def test_that_a_trial_tells_everything_in_order_and_one_end(lab: Lab, make: Make) -> None:
    heard = lab.finished(make("good"))
    assert [type(event) for event in heard.events] == [
        PhaseEvent,
        PhaseEvent,
        StepEvent,
        StepEvent,
        EndEvent,
    ]
    assert (heard.end.status, heard.end.message, heard.end.versions) == (
        TrialStatus.OK,
        "done",
        {"torch": "0"},
    )
    assert heard.end.result.peak_allocated_bytes == 1234
    assert heard.steps[1].phases == {"backward": 900}


def test_that_events_come_from_another_thread_and_wait_knows_the_end(lab: Lab, make: Make) -> None:
    heard = lab.heard()
    running = make("waits_for_stop").start(lab.spec, heard)
    heard.until(lambda event: isinstance(event, StepEvent))
    assert not running.wait(0)
    running.stop()
    assert running.wait(lab.hang_limit_s)
    assert running.wait(0)
    assert threading.get_ident() not in heard.threads


@pytest.mark.parametrize("name", ["waits_for_stop", "ignores_stop_and_term"])
@pytest.mark.parametrize("act", ["stop", "close"])
def test_that_stop_and_close_end_it_as_stopped(lab: Lab, make: Make, name: str, act: str) -> None:
    heard = lab.stopped(make(name), lambda running: getattr(running, act)())
    assert heard.end.status is TrialStatus.STOPPED


def test_that_a_stop_at_once_is_a_stop(lab: Lab, make: Make) -> None:
    heard = lab.heard()
    running = make("waits_for_stop").start(lab.spec, heard)
    running.stop()
    running.stop()
    assert running.wait(lab.hang_limit_s)
    assert heard.end.status is TrialStatus.STOPPED


@pytest.mark.parametrize("name", ["leaves_politely_without_end", "half_an_end"])
def test_that_a_missing_end_is_made(lab: Lab, make: Make, name: str) -> None:
    end = lab.finished(make(name)).end
    assert (end.status, end.result.failed_phase) == (TrialStatus.FAILED, "import torch")
    assert end.message


def test_that_the_first_end_counts(lab: Lab, make: Make) -> None:
    assert lab.finished(make("ends_twice")).end.message == "first"


def test_that_two_trials_at_once_do_not_mix(lab: Lab, make: Make) -> None:
    first, second = lab.heard(), lab.heard()
    runs = [make("good").start(lab.spec, first), make("waits_for_stop").start(lab.spec, second)]
    assert runs[0].wait(lab.hang_limit_s)
    runs[1].stop()
    assert runs[1].wait(lab.hang_limit_s)
    assert (first.end.status, second.end.status) == (TrialStatus.OK, TrialStatus.STOPPED)
    assert len(first.steps) == 2


def test_that_a_recording_that_cannot_be_read_is_a_failed_trial(lab: Lab, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_text("hello")
    for recording in (broken, tmp_path / "none.jsonl", tmp_path):
        end = lab.finished(ReplayBackend(recording)).end
        assert (end.status, recording.name in end.message) == (TrialStatus.FAILED, True)


def test_that_what_was_heard_can_be_recorded_and_told_again(lab: Lab, make: Make, tmp_path: Path) -> None:
    heard = lab.finished(make("good"))
    recording = tmp_path / "recorded.jsonl"
    lines = [recorded_line(event, 0.01 * i) for i, event in enumerate(heard.events)]
    recording.write_text("\n".join(lines) + "\n")
    again: list[TrialEvent] = lab.finished(ReplayBackend(recording, speed=0)).events
    assert again == heard.events
    assert not any(isinstance(event, LogEvent) for event in again)

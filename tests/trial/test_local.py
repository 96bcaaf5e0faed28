"""Every way in which a worker can fail ends in one ``end`` with a reason.  All workers are real processes."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gpuplanner.core.trial import TrialStatus
from gpuplanner.core.trial_events import LogEvent, PhaseEvent, StepEvent, TrialEvent
from gpuplanner.trial import backend, deaths
from gpuplanner.trial.local import LocalBackend

Lab = Any  # of conftest.py

Local = Callable[..., LocalBackend]

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and process groups")

DEATHS = [
    ("killed", TrialStatus.FAILED, "killed by the kernel, probably out of host memory"),
    ("aborts", TrialStatus.FAILED, "aborted itself (signal 6)"),
    ("crashes", TrialStatus.FAILED, "segmentation fault"),
    ("import_dies", TrialStatus.FAILED, "libcudart.so.12"),
    ("exits_with_7", TrialStatus.FAILED, "exit code 7"),
    ("leaves_politely_without_end", TrialStatus.FAILED, "exit code 0"),
    ("half_an_end", TrialStatus.FAILED, "exit code 0"),
    ("closes_its_streams", TrialStatus.FAILED, "exit code 5"),
    ("told_to_end", TrialStatus.STOPPED, "TERM"),
]


@posix
@pytest.mark.parametrize(("name", "status", "words"), DEATHS)
def test_that_a_worker_that_dies_leaves_one_end_with_the_reason(
    lab: Lab, local: Local, name: str, status: TrialStatus, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deaths, "_VMSTAT", Path("/nowhere"))  # what else this machine kills is not asked
    heard = lab.finished(local(name))
    assert heard.events[0] == PhaseEvent("import torch", 0.01)
    assert (heard.end.status, words in heard.end.message) == (status, True), heard.end


@posix
def test_that_a_killed_worker_keeps_what_it_had_measured_and_where_it_was(lab: Lab, local: Local) -> None:
    result = lab.finished(local("killed")).end.result
    assert result is not None
    assert (result.peak_allocated_bytes, result.final_loss, result.steps) == (1001, 2.0, 1)
    assert (result.failed_phase, result.failed_step) == ("train", 2)


def test_that_a_kernel_that_killed_for_memory_makes_it_out_of_memory() -> None:
    assert deaths.death_of(-9, 1, ()) == (
        TrialStatus.OOM,
        "killed by the kernel: the host has run out of memory",
        "host",
    )
    assert deaths.death_of(-9, 0, ())[0] is TrialStatus.FAILED
    assert deaths.death_of(0xC0000017, None, ())[0] is TrialStatus.OOM


def test_that_a_python_that_is_not_there_is_a_failed_trial(lab: Lab, tmp_path: Path) -> None:
    end = lab.finished(LocalBackend(str(tmp_path / "python"), cache=tmp_path)).end
    assert end.status is TrialStatus.FAILED
    assert "cannot be started" in end.message


@posix
def test_that_a_cache_that_cannot_be_written_is_a_failed_trial(lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    end = lab.finished(LocalBackend(cache=tmp_path / "cache")).end
    assert end.status is TrialStatus.FAILED
    assert "XDG_CACHE_HOME" in end.message


def test_that_nonsense_is_remarked_on_and_passed_over(lab: Lab, local: Local) -> None:
    heard = lab.finished(local("says_nonsense"))
    assert heard.end.status is TrialStatus.OK
    assert len(heard.steps) == 1
    assert len(heard.remarks) == 9
    assert all(text.startswith("the worker wrote a line that is no event") for text in heard.remarks)


def test_that_the_first_of_two_ends_counts(lab: Lab, local: Local) -> None:
    heard = lab.finished(local("ends_twice"))
    assert (heard.end.status, heard.end.message) == (TrialStatus.OOM, "first")
    assert heard.steps == []


def test_that_a_worker_that_stays_after_its_end_is_ended(lab: Lab, local: Local) -> None:
    assert lab.finished(local("lies_on", leave_s=0.2)).end.status is TrialStatus.OK


def test_that_an_end_without_a_newline_is_an_end(lab: Lab, local: Local) -> None:
    assert lab.finished(local("end_without_newline")).end.status is TrialStatus.OK


def test_that_a_huge_line_is_passed_over(lab: Lab, local: Local) -> None:
    heard = lab.finished(local("huge_line"))
    assert heard.end.status is TrialStatus.OK
    assert heard.remarks == ["the worker wrote a line that is too long for an event"]


def test_that_stderr_may_be_flooded(lab: Lab, local: Local) -> None:
    assert lab.finished(local("floods_stderr")).end.status is TrialStatus.OK


def test_that_a_worker_that_floods_is_ended(lab: Lab, local: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "MAX_EVENTS", 5_000)
    heard = lab.finished(local("floods"))
    assert (heard.end.status, "floods" in heard.end.message) == (TrialStatus.FAILED, True)
    assert len(heard.remarks) == 20


def test_that_an_endless_line_can_be_stopped(lab: Lab, local: Local) -> None:
    heard = lab.stopped(local("endless_line", ask_s=0.1, term_s=0.3))
    assert heard.end.status is TrialStatus.STOPPED


@pytest.mark.parametrize("name", ["waits_for_stop", "ignores_stop", "ignores_stop_and_term"])
def test_that_stop_stops_whoever_listens_to_what(lab: Lab, local: Local, name: str) -> None:
    heard = lab.stopped(local(name, ask_s=0.2, term_s=0.2))
    assert heard.end.status is TrialStatus.STOPPED
    assert heard.end.result is not None


def test_that_stop_may_be_asked_for_many_times_and_too_late(lab: Lab, local: Local) -> None:
    def act(running: object) -> None:
        for _ in range(5):
            running.stop()  # type: ignore[attr-defined]
            running.close()  # type: ignore[attr-defined]

    assert lab.stopped(local("ignores_stop"), act).end.status is TrialStatus.STOPPED
    heard = lab.heard()
    running = local("good").start(lab.spec, heard)
    assert running.wait(lab.hang_limit_s)
    running.stop()
    running.close()
    assert heard.end.status is TrialStatus.OK


def test_that_stop_before_the_process_is_there_stops_it(lab: Lab, local: Local) -> None:
    heard = lab.heard()
    running = local("ignores_stop", ask_s=0.1, term_s=0.1).start(lab.spec, heard)
    running.stop()
    assert running.wait(lab.hang_limit_s)
    assert heard.end.status is TrialStatus.STOPPED


def test_that_a_worker_that_says_nothing_is_ended(lab: Lab, local: Local) -> None:
    heard = lab.finished(local("says_nothing", first_event_s=0.3))
    assert heard.end.status is TrialStatus.FAILED
    assert heard.end.message == "the worker has said nothing for 0.3 s"


def test_that_the_time_limit_holds_for_a_worker_that_does_not_keep_it(lab: Lab, local: Local) -> None:
    limited = replace(lab.spec, time_limit_s=0.2)
    heard = lab.finished(local("ignores_stop", over_time_s=0.2, ask_s=0.1), limited)
    assert (heard.end.status, heard.end.message) == (TrialStatus.STOPPED, "the time limit of 0.2 s is over")


def test_that_a_spec_larger_than_the_pipe_blocks_nobody(lab: Lab, local: Local) -> None:
    large = replace(lab.spec, model_config={"text": "x" * 2**20})
    heard = lab.stopped(local("ignores_stop", ask_s=0.1), spec=large)
    assert heard.end.status is TrialStatus.STOPPED


@posix
def test_that_what_the_worker_started_goes_with_it(lab: Lab, local: Local) -> None:
    heard = lab.finished(local("leaves_a_child"))
    (child,) = heard.remarks
    deadline = time.monotonic() + lab.hang_limit_s
    while _is_running(int(child)):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert heard.end.status is TrialStatus.OK


@posix
def test_that_the_process_is_gone_when_the_end_is_told(lab: Lab, local: Local) -> None:
    running_at_end: list[bool] = []
    heard = lab.heard()

    def tell(event: TrialEvent) -> None:
        heard(event)
        if event is heard.events[-1] and not isinstance(event, PhaseEvent | StepEvent | LogEvent):
            process = running._process
            assert process is not None
            running_at_end.append(_is_running(process.pid))

    running = local("waits_for_stop").start(lab.spec, tell)
    heard.until(lambda event: isinstance(event, StepEvent))
    running.stop()
    assert running.wait(lab.hang_limit_s)
    assert running_at_end == [False]


def test_that_the_events_come_from_another_thread(lab: Lab, local: Local) -> None:
    import threading

    assert threading.get_ident() not in lab.finished(local("good")).threads


@posix
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_that_a_listener_that_raises_ends_the_worker(lab: Lab, local: Local) -> None:
    def tell(_event: TrialEvent) -> None:
        raise RuntimeError("no window")

    running = local("ignores_stop").start(lab.spec, tell)
    assert running.wait(lab.hang_limit_s)
    assert running._process is not None
    assert running._process.returncode == -signal.SIGKILL


def _is_running(pid: int) -> bool:
    """A child that has ended but is not yet collected by init counts as gone."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"

"""What ranks tell each other, over a real store of torch, without torchrun."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from torch.distributed import TCPStore

from gpuplanner.core.trial import MeasuredPhase, TrialGpu, TrialResult, TrialStatus
from gpuplanner.core.trial_events import EndEvent
from gpuplanner.worker.channel import Channel
from gpuplanner.worker.ranks import ALONE, Ranks, first_of

Make = Callable[[int], Ranks]
FAILED = EndEvent(TrialStatus.OOM, TrialResult("cpu"), message="the card has run out of memory")


@pytest.fixture
def rank(monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Make a rank of two, which share the store that torchrun would keep."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    store = TCPStore("127.0.0.1", port, is_master=True, wait_for_workers=False)
    variables = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "TORCHELASTIC_USE_AGENT_STORE": "True"}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    def make(number: int) -> Ranks:
        own = {"RANK": str(number), "LOCAL_RANK": str(number), "WORLD_SIZE": "2", "TORCHELASTIC_RUN_ID": "x"}
        return Ranks(own)

    yield make
    del store


def test_that_without_torchrun_there_is_one_rank_and_nothing_happens() -> None:
    result = TrialResult("cpu")
    environment = {"RANK": "1", "WORLD_SIZE": "2"}  # left over from something else
    assert (Ranks(environment).several, ALONE.leads) == (False, True)
    ALONE.join("spec")
    ALONE.take_card(environment)
    assert environment == {"RANK": "1", "WORLD_SIZE": "2"}
    assert ALONE.gathered(result, None) is result
    assert ALONE.failed(FAILED, alike=False) is FAILED
    assert ALONE.leave(FAILED) == 0


def test_that_the_first_rank_of_a_node_hands_the_spec_on(rank: Make) -> None:
    rank(0).join("the spec")
    assert rank(1).spec() == "the spec"


@pytest.mark.parametrize(
    ("seen", "card"), [(None, "1"), ("3,5", "5"), ("GPU-a, GPU-b", "GPU-b"), ("7", ""), ("", "")]
)
def test_that_each_rank_sees_its_own_card_of_those_that_it_may_use(
    rank: Make, seen: str | None, card: str
) -> None:
    environment = {} if seen is None else {"CUDA_VISIBLE_DEVICES": seen}
    rank(1).take_card(environment)
    assert environment["CUDA_VISIBLE_DEVICES"] == card


def test_that_results_are_gathered_and_memory_is_the_fullest_rank_s(rank: Make) -> None:
    first, second = rank(0), rank(1)
    first.join("")
    second.join("")
    gpu = TrialGpu("A100", "GPU-1")
    full = TrialResult(
        "cuda", 30, 35, 20, peak_phase="loss", phases=(MeasuredPhase("loss", 30),), step_time_s=2
    )
    own = TrialResult("cuda", 10, 12, 40, peak_phase="backward", step_time_s=1.5)
    assert second.gathered(full, gpu) is full
    merged = first.gathered(own, gpu)
    assert (merged.peak_allocated_bytes, merged.peak_reserved_bytes, merged.peak_device_bytes) == (30, 35, 40)
    assert (merged.peak_phase, merged.step_time_s) == ("loss", 1.5)
    assert [(one.rank, one.peak_allocated_bytes, one.gpu_uuid) for one in merged.ranks] == [
        (0, 10, "GPU-1"),
        (1, 30, "GPU-1"),
    ]
    assert merged.ranks[1].phases == {"loss": 30}


def test_that_the_first_failure_is_everybody_s(rank: Make) -> None:
    first, second = rank(0), rank(1)
    first.join("")
    second.join("")
    told = second.failed(FAILED, alike=False)
    assert told.message == "rank 1: the card has run out of memory"
    broken = EndEvent(TrialStatus.FAILED, message="connection closed by peer")
    assert first.failed(broken, alike=False) == told
    leaving = threading.Thread(target=second.leave, args=(told,))
    leaving.start()
    assert first.leave(told) == 1
    leaving.join(10)
    assert not leaving.is_alive(), "it waits until the first rank has spoken"


def test_that_what_fails_alike_everywhere_names_no_rank(rank: Make) -> None:
    first = rank(0)
    first.join("")
    assert first.failed(FAILED, alike=True) == FAILED


def test_that_a_failure_before_the_store_is_reached_is_told_as_it_is(rank: Make) -> None:
    assert rank(0).failed(FAILED, alike=False) is FAILED


def test_that_a_rank_leaves_with_a_code_that_makes_torchrun_end_the_others(rank: Make) -> None:
    first = rank(0)
    first.join("")
    assert first.leave(EndEvent(TrialStatus.OK)) == 0
    assert first.leave(EndEvent(TrialStatus.STOPPED)) == 1


def test_that_a_term_ends_a_rank_at_once_unless_somebody_has_stopped_the_trial(
    rank: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, left, heard = signal.getsignal(signal.SIGTERM), [], []
    monkeypatch.setattr(os, "_exit", left.append)
    channel = Channel(lambda line: None)
    try:
        signal.signal(signal.SIGTERM, lambda *_: heard.append(1))
        rank(0).mind_terms(channel)
        channel.ask_stop()
        signal.raise_signal(signal.SIGTERM)
        assert (left, heard) == ([], [1])
        channel.stop_reason = None
        signal.raise_signal(signal.SIGTERM)
        assert left == [1]
    finally:
        signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize(
    ("nodes", "first"),
    [("vm", "vm"), ("a,b", "a"), ("gpu[03-05,9],login", "gpu03"), ("gpu[7]", "gpu7"), ("a,b[1-2]", "a")],
)
def test_that_slurm_s_list_of_nodes_has_a_first(nodes: str, first: str) -> None:
    assert first_of(nodes) == first


def test_that_under_slurm_only_the_first_of_all_leads(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MASTER_ADDR", "MASTER_PORT", "RANK", "LOCAL_RANK", "WORLD_SIZE"):
        monkeypatch.setenv(name, "x")
        monkeypatch.delenv(name)
    given = {"GPUPLANNER_RANKS_BY_SLURM": "1", "SLURM_NTASKS": "4", "SLURM_PROCID": "2", "SLURM_LOCALID": "0"}
    given |= {"SLURM_JOB_ID": "17", "SLURM_STEP_NUM_NODES": "2", "SLURM_STEP_NODELIST": "gpu[3-4]"}
    third = Ranks(given)
    assert (third.rank, third.local_rank, third.several, third.leads) == (2, 0, True, False)
    assert (os.environ["MASTER_ADDR"], os.environ["MASTER_PORT"]) == ("gpu3", "20017")
    own = {"CUDA_VISIBLE_DEVICES": "0", "SLURM_PROCID": "3"}
    Ranks({**given, "SLURM_PROCID": "3", "SLURM_LOCALID": "1"}).take_card(own)
    assert own["CUDA_VISIBLE_DEVICES"] == "0", "Slurm has given each task its own"

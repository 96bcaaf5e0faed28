"""Several ranks under the real torchrun: real torch, two ranks on the CPU, real failures of one of them."""

from __future__ import annotations

import importlib.util
import json
import os
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gpuplanner.cli import main
from gpuplanner.core.plan import Plan, Sharding
from gpuplanner.core.trial import TrialKind, TrialSpec, TrialStatus
from gpuplanner.core.trial_events import LogEvent, PhaseEvent, TrialEvent
from gpuplanner.trial.local import LocalBackend
from gpuplanner.trial.torchrun import (
    Rendezvous,
    TorchrunBackend,
    backend_for,
    death_of_ranks,
    is_several,
    worker_command,
)

Lab = Any  # of conftest.py

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="torchrun's signals and groups")

CONFIG = {
    "model_type": "llama",
    "architectures": ["LlamaForCausalLM"],
    "hidden_size": 128,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "intermediate_size": 256,
    "vocab_size": 512,
    "max_position_embeddings": 64,
    "tie_word_embeddings": False,
}

# The ranks import this in place of transformers.
SAYS_WHO = "import os, sys, time\nrank = os.environ['RANK']\n"
WAITS = "time.sleep(100)\n"


def two_ranks(spec: TrialSpec) -> TrialSpec:
    return replace(spec, plan=Plan(model="tiny", seq_len=16, gpus_per_node=2, sharding=Sharding.DDP))


def backend(folder: Path, transformers: str) -> TorchrunBackend:
    (folder / "transformers.py").write_text(SAYS_WHO + transformers)
    environment = {**os.environ, "PYTHONPATH": str(folder), "OMP_NUM_THREADS": "1"}
    return TorchrunBackend(environment=environment, cache=folder / "cache")


def importing(event: TrialEvent) -> bool:
    return isinstance(event, PhaseEvent) and event.name == "import transformers"


@pytest.mark.parametrize(
    ("method", "sharding"),
    [
        ("lora", "ddp"),
        ("full", "fsdp"),
        pytest.param(
            "full",
            "zero2",
            marks=pytest.mark.skipif(
                importlib.util.find_spec("deepspeed") is None, reason="DeepSpeed is not installed"
            ),
        ),
    ],
)
def test_that_two_ranks_train_together_and_tell_their_figures(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    sharding: str,
) -> None:
    """Ten seconds: torch, transformers and peft are imported by two processes."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    (tmp_path / "config.json").write_text(json.dumps(CONFIG))
    plan = ["--model", str(tmp_path), "--method", method, "--seq-len", "32", "--lora-rank", "4"]
    several = ["--gpus-per-node", "2", "--sharding", sharding, "--grad-accum-steps", "2"]
    assert main(["trial", *plan, *several, "--device", "cpu", "--steps", "1", "--warm-up", "1"]) == 0
    said = capsys.readouterr()
    events = [json.loads(line) for line in said.out.splitlines()]
    phases = [event["name"] for event in events if event["event"] == "phase"]
    assert phases == ["import torch", "import transformers", "build", "warm-up", "train"], "one rank speaks"
    result = events[-1]["result"]
    first, second = result["ranks"]
    assert (first["rank"], second["rank"]) == (0, 1)
    assert first["peak_allocated_bytes"] == second["peak_allocated_bytes"] == result["peak_allocated_bytes"]
    assert first["phases"] == second["phases"]
    assert result["samples_per_step"] == 4
    weights = next(phase for phase in result["phases"] if phase["name"] == "load")["parts"]["weights_bytes"]
    whole = (
        2 * result["n_params"]
        if method == "full"
        else 2 * (result["n_params"] - result["n_trainable_params"])
    )
    assert weights == pytest.approx(whole / (2 if sharding == "fsdp" else 1), rel=0.02)
    heads = [line for line in said.err.splitlines() if line.startswith("rank ")]
    rows = [line for line in said.err.splitlines() if line.startswith(("0  ", "1  "))]
    assert (len(heads), len(rows)) == (1, 2)


def test_that_a_rank_that_the_kernel_kills_is_named(lab: Lab, tmp_path: Path) -> None:
    dies = backend(tmp_path, "if rank == '1': os.kill(os.getpid(), 9)\n" + WAITS)
    end = lab.finished(dies, two_ranks(lab.spec)).end
    assert end.status in (TrialStatus.FAILED, TrialStatus.OOM)
    assert end.message.startswith("rank 1: killed by the kernel")


@pytest.mark.parametrize("rank", ["0", "1"])
def test_that_the_rank_that_fails_gives_the_reason(lab: Lab, tmp_path: Path, rank: str) -> None:
    fails = backend(tmp_path, f"if rank == '{rank}': raise ImportError('tokenizers is too old')\n" + WAITS)
    heard = lab.finished(fails, two_ranks(lab.spec))
    assert heard.end.status is TrialStatus.FAILED
    assert heard.end.message.startswith(
        f"rank {rank}: in import transformers: transformers cannot be imported"
    )
    assert heard.end.result.failed_phase == "import transformers"


@pytest.mark.parametrize("act", ["stop", "close"])
def test_that_all_ranks_go_when_the_trial_is_stopped(
    lab: Lab, tmp_path: Path, act: str, wait_until_gone: Callable[[int], None]
) -> None:
    # Written beside and moved into place: a file that is there is whole.
    path = f"{str(tmp_path)!r} + '/%s-' + rank"
    pids = f"open({path % 'new'}, 'w').write(str(os.getpid()))\nos.rename({path % 'new'}, {path % 'pid'})\n"
    heard = lab.heard()
    running = backend(tmp_path, pids + WAITS).start(two_ranks(lab.spec), heard)
    heard.until(importing)
    while len(list(tmp_path.glob("pid-*"))) < 2:
        assert not running.wait(0.05)
    getattr(running, act)()
    assert running.wait(lab.hang_limit_s)
    assert heard.end.status is TrialStatus.STOPPED
    for path in tmp_path.glob("pid-*"):
        wait_until_gone(int(path.read_text()))


def test_that_a_python_without_torch_is_told_as_such(lab: Lab, tmp_path: Path) -> None:
    bare = [sys.executable, "-S", "-E", "-m", "torch.distributed.run", "-m", "gpuplanner.worker"]
    end = lab.finished(TorchrunBackend(command=bare, cache=tmp_path), two_ranks(lab.spec)).end
    assert (end.status, "torch is not installed" in end.message) == (TrialStatus.FAILED, True)


def test_that_one_gpu_and_a_dry_run_take_one_process(lab: Lab) -> None:
    several = two_ranks(lab.spec)
    assert [is_several(spec) for spec in (lab.spec, several)] == [False, True]
    assert not is_several(replace(several, kind=TrialKind.DRY_RUN))
    assert type(backend_for(lab.spec, "python")) is LocalBackend
    assert type(backend_for(several, "python")) is TorchrunBackend
    assert worker_command("p", lab.spec) == ["p", "-m", "gpuplanner.worker"]
    assert "--standalone" in worker_command("p", several)


def test_that_several_nodes_meet_at_the_first_one(lab: Lab) -> None:
    spec = two_ranks(lab.spec)
    spec = replace(spec, plan=replace(spec.plan, nodes=3))
    line = worker_command("p", spec, Rendezvous("first", 1234, node=2))
    assert line[3:8] == [
        "--nproc-per-node=2",
        "--nnodes=3",
        "--node-rank=2",
        "--master-addr=first",
        "--master-port=1234",
    ]


def test_that_without_torchrun_s_summary_the_exit_code_speaks() -> None:
    assert death_of_ranks(7, None, ("hello",))[1].endswith("exit code 7; its last words: hello")
    summary = (
        "boom",
        "torch.distributed.elastic.x.ChildFailedError:",
        "Root Cause (first observed failure):",
    )
    summary += ("  rank      : 3 (local_rank: 1)", "  exitcode  : 7 (pid: 5)")
    assert death_of_ranks(1, None, summary)[1].startswith("rank 3: ")
    assert death_of_ranks(1, None, summary)[1].endswith("exit code 7; its last words: boom")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--rendezvous", "h"], "the plan has one node"),
        (["--nodes", "2"], "have to find each other"),
        (["--nodes", "2", "--rendezvous", "h", "--node", "2"], "from 0 to 1"),
        (["--nodes", "2", "--rendezvous", "h:x"], "is no address"),
        (["--host=-oProxyCommand=x"], "no name of a machine"),
    ],
)
def test_that_places_that_contradict_the_plan_are_told(
    capsys: pytest.CaptureFixture[str], options: list[str], words: str
) -> None:
    assert main(["trial", "--model", "Qwen-7B", *options]) == 2
    assert words in capsys.readouterr().err


def test_that_two_nodes_find_each_other(lab: Lab, tmp_path: Path) -> None:
    """Both on this machine; each launcher hears its own node, and the failure of the other one's rank."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    spec = replace(lab.spec, plan=Plan(model="tiny", seq_len=16, nodes=2, sharding=Sharding.DDP))
    ends = {}

    def run(node: int) -> None:
        meet = Rendezvous("127.0.0.1", port, node)
        fails = "if rank == '1': raise ImportError('too old')\n" + WAITS
        folder = tmp_path / str(node)
        folder.mkdir()
        (folder / "transformers.py").write_text(SAYS_WHO + fails)
        environment = {**os.environ, "PYTHONPATH": str(folder), "OMP_NUM_THREADS": "1"}
        far = TorchrunBackend(rendezvous=meet, environment=environment, cache=folder)
        ends[node] = lab.finished(far, spec)

    threads = [threading.Thread(target=run, args=(node,)) for node in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for heard in ends.values():
        assert heard.end.message.startswith("rank 1: in import transformers"), heard.end
        assert not [event for event in heard.events if isinstance(event, LogEvent)]

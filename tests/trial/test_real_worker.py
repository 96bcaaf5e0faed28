"""The launcher and the real worker together: real torch, real failures, a tiny model on the CPU."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from gpuplanner.cli import main
from gpuplanner.core.plan import Plan
from gpuplanner.core.trial import TrialSpec, TrialStatus
from gpuplanner.core.trial_events import PhaseEvent, StepEvent
from gpuplanner.data.catalog import load_catalog
from gpuplanner.data.plan_file import read_document
from gpuplanner.trial.launcher import TrialOptions, spec_of
from gpuplanner.trial.local import LocalBackend
from gpuplanner.trial.worker_files import PACKAGE

Lab = Any  # of conftest.py

CONFIG = {
    "model_type": "llama",
    "architectures": ["LlamaForCausalLM"],
    "hidden_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "intermediate_size": 128,
    "vocab_size": 256,
    "max_position_embeddings": 64,
    "tie_word_embeddings": False,
}

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals")


def tiny_spec(folder: Path, options: TrialOptions, **config: object) -> TrialSpec:
    (folder / "config.json").write_text(json.dumps({**CONFIG, **config}))
    catalog = load_catalog()
    plan = Plan(model=str(folder / "config.json"), seq_len=32, lora_rank=4)
    return spec_of(
        catalog.resolve(plan), options, model_path=folder / "config.json", model_config={**CONFIG, **config}
    )


def with_package(folder: Path, **packages: str) -> Mapping[str, str]:
    """The environment of a user whose PYTHONPATH holds packages of their own."""
    for name, text in packages.items():
        (folder / f"{name}.py").write_text(text)
    return {**os.environ, "PYTHONPATH": str(folder), "OMP_NUM_THREADS": "1"}


def test_that_a_broken_library_ends_as_failed_with_its_words(lab: Lab, tmp_path: Path) -> None:
    broken = "print('hello from transformers')\nraise ImportError('tokenizers>=0.22 is required')"
    environment = with_package(tmp_path, transformers=broken)
    heard = lab.finished(LocalBackend(environment=environment))
    assert [event.name for event in heard.events[:-1]] == ["import torch", "import transformers"]
    assert heard.end.status is TrialStatus.FAILED
    assert "transformers cannot be imported: ImportError: tokenizers>=0.22 is required" in heard.end.message
    assert heard.end.result.failed_phase == "import transformers"


@posix
def test_that_a_worker_that_the_kernel_kills_is_a_result(lab: Lab, tmp_path: Path) -> None:
    environment = with_package(tmp_path, transformers="import time; time.sleep(100)")
    heard = lab.heard()
    running = LocalBackend(environment=environment).start(lab.spec, heard)
    heard.until(lambda event: isinstance(event, PhaseEvent) and event.name == "import transformers")
    os.kill(running._process.pid, signal.SIGKILL)
    assert running.wait(lab.hang_limit_s)
    assert heard.end.status in (TrialStatus.FAILED, TrialStatus.OOM)
    assert "killed by the kernel" in heard.end.message
    assert heard.end.result.failed_phase == "import transformers"


@posix
def test_that_a_worker_goes_with_its_launcher(tmp_path: Path) -> None:
    """The launcher is killed, so nobody can clear up; the worker is busy importing."""
    script = f"""
import sys, time
sys.path.insert(0, {str(PACKAGE.parent)!r})
from gpuplanner.core.llm import Llm
from gpuplanner.core.plan import Plan
from gpuplanner.core.trial import TrialSpec
from gpuplanner.trial.local import LocalBackend
llm = Llm("tiny", "llama", 64, 2, 4, 2, 16, 128, 256, tie_word_embeddings=False)
spec = TrialSpec(Plan(model="tiny"), llm)
run = LocalBackend().start(spec, lambda event: print(run._process.pid, flush=True))
time.sleep(100)
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as launcher:
        assert launcher.stdout is not None
        worker = int(launcher.stdout.readline())
        launcher.kill()
    deadline = time.monotonic() + 60
    while _is_running(worker):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_that_a_trial_from_the_command_line_trains_and_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config.json").write_text(json.dumps(CONFIG))
    out = tmp_path / "x.gpuplan"
    options = ["--model", str(tmp_path / "config.json"), "--seq-len", "32", "--lora-rank", "4"]
    more = ["--device", "cpu", "--steps", "2", "--warm-up", "1", "--out", str(out)]
    assert main(["trial", *options, *more]) == 0
    printed = capsys.readouterr()
    events = [json.loads(line) for line in printed.out.splitlines()]
    phases = [event["name"] for event in events if event["event"] == "phase"]
    assert phases == ["import torch", "import transformers", "build", "warm-up", "train"]
    steps = [event for event in events if event["event"] == "step"]
    assert [(step["index"], step["warm_up"]) for step in steps] == [(1, True), (2, False), (3, False)]
    end = events[-1]
    assert (end["event"], end["status"], end["result"]["device"]) == ("end", "ok", "cpu")
    assert end["versions"]["torch"].startswith("2.")
    assert end["result"]["peak_allocated_bytes"] > 0
    assert "CPU" in printed.err
    document = read_document(out)
    assert len(document.table.rows) == len(document.trials) == 1
    assert len(document.trials[0].events) == len(events) - 1


def test_that_out_of_memory_is_a_result_and_stop_keeps_the_steps(lab: Lab, tmp_path: Path) -> None:
    """Two processes of real torch: one that wants more than has addresses, one stopped in training."""
    backend = LocalBackend(environment={**os.environ, "OMP_NUM_THREADS": "1"})
    beyond = {"vocab_size": 2**27, "hidden_size": 2**19, "tie_word_embeddings": True}  # 2**47 bytes
    huge = tiny_spec(tmp_path, TrialOptions(device=lab.spec.device), **beyond)
    end = lab.finished(backend, huge).end
    assert (end.status, end.result.exhausted, end.result.failed_phase) == (TrialStatus.OOM, "host", "load")
    assert end.result.wanted_bytes >= 2**46
    endless = tiny_spec(tmp_path, TrialOptions(steps=1_000_000, warm_up_steps=0, device=lab.spec.device))
    heard = lab.heard()
    running = backend.start(endless, heard)
    heard.until(lambda event: isinstance(event, StepEvent) and event.index == 3)
    running.stop()
    assert running.wait(lab.hang_limit_s)
    assert heard.end.status is TrialStatus.STOPPED
    assert heard.end.result.peak_allocated_bytes == max(step.allocated_bytes for step in heard.steps)
    assert heard.end.result.steps >= 3


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_that_a_model_type_which_only_transformers_knows_is_dry_run_without_an_estimate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = {"model_type": "bloom", "hidden_size": 64, "n_layer": 2, "n_head": 4, "vocab_size": 256}
    (tmp_path / "config.json").write_text(json.dumps(words))
    assert main(["dry-run", "--model", str(tmp_path), "--seq-len", "32", "--lora-rank", "4"]) == 0
    said = capsys.readouterr().out
    backward = next(line for line in said.splitlines() if line.startswith("backward"))
    assert backward.split()[2:4] == ["–", "–"]  # neither an estimate nor its error


def test_that_a_refusal_is_told_in_its_own_words_and_without_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config.json").write_text(json.dumps(CONFIG))
    plan = ["--model", str(tmp_path), "--sharding", "zero3"]
    assert main(["trial", *plan]) == 1
    said = capsys.readouterr().err
    assert said.startswith("Failed: a trial runs without the library that shards by zero3, which takes")
    assert "Traceback" not in said

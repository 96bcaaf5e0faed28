"""`trial` and `dry-run` as scripts call them, on a Python that is a script that runs a small worker."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gpuplanner.cli import main
from gpuplanner.core.benchmark import MemoryKind, Origin, Status
from gpuplanner.core.plan import Plan
from gpuplanner.core.trial import TrialKind, TrialStatus
from gpuplanner.data.plan_file import PlanDocument, read_document, write_document

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="scripts as programs")

PLAN = ["--model", "Qwen-1.8B", "--seq-len", "256"]
Python = Callable[[str], str]
CHECKOUT = Path(__file__).resolve().parents[2]

TRAINS = """
say("phase", name="train", t=0.5)
say("step", index=1, seconds=0.25, loss=2.5, allocated_bytes=7 * 2**30, warm_up=True)
say("step", index=2, seconds=0.25, loss=2.25, allocated_bytes=7 * 2**30)
"""
CPU = (
    TRAINS
    + """
say("end", status="ok", versions={"torch": "2.13.0"}, result={
    "device": "cpu", "peak_allocated_bytes": 7 * 2**30, "steps": 1, "step_time_s": 0.25,
    "samples_per_step": 1, "notes": ["Random weights"]})
"""
)
CUDA = (
    TRAINS
    + """
say("end", status="ok", versions={"torch": "2.13.0"}, gpu={"name": "NVIDIA L4", "driver": "1"}, result={
    "device": "cuda", "peak_allocated_bytes": 7 * 2**30, "peak_reserved_bytes": 8 * 2**30,
    "peak_device_bytes": 9 * 2**30, "steps": 1, "step_time_s": 0.25, "mfu": 0.4})
"""
)
OOM = (
    TRAINS
    + """
say("end", status="oom", message="in backward of step 3: the card has run out of memory", result={
    "device": "cuda", "exhausted": "card", "failed_phase": "backward", "failed_step": 3})
"""
)
FAKE = """
say("end", status="ok", versions={"torch": "2.13.0"}, result={
    "device": "fake", "peak_allocated_bytes": 7 * 2**30, "peak_phase": "backward",
    "reserved_low_bytes": 7 * 2**30, "reserved_high_bytes": 8 * 2**30,
    "notes": ["3 layers were run"],
    "phases": [{"name": "backward", "allocated_bytes": 7 * 2**30, "parts": {"weights_bytes": 7 * 2**30}}],
    "top_tensors": [{"bytes": 2**30, "shape": [256, 1000], "dtype": "float32", "module": "lm_head",
                     "operation": "aten.mm"}]})
"""
NOT_COVERED = """
say("end", status="ok", result={"device": "fake", "covered": False, "notes": ["DeepSpeed is not run"],
                                "nearest": {"sharding": "none"}})
"""
WAITS = (
    TRAINS
    + """
for line in sys.stdin:
    if line.strip() == "stop":
        say("end", status="stopped", result={"device": "cpu"})
        break
"""
)


@pytest.fixture
def python(tmp_path: Path) -> Python:
    """Make a program that takes the place of the user's Python, and speaks as a worker would."""

    def make(worker: str) -> str:
        path = tmp_path / "python"
        path.write_text(
            f"#!{sys.executable} -S\n"
            + textwrap.dedent(
                """
                import json, sys
                def say(event, **fields):
                    print(json.dumps({"event": event, **fields}), flush=True)
                assert sys.argv[1:] == ["-m", "gpuplanner.worker"], sys.argv
                say("phase", name="import torch", t=0.01)
                spec = json.loads(sys.stdin.readline())
                """
            )
            + worker
        )
        path.chmod(0o755)
        return str(path)

    return make


def test_that_a_trial_prints_its_events_and_compares(
    python: Python, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["trial", *PLAN, "--python", python(CPU), "--device", "cpu", "--steps", "1"]) == 0
    printed = capsys.readouterr()
    events = [json.loads(line) for line in printed.out.splitlines()]
    assert [event["event"] for event in events] == ["phase", "phase", "step", "step", "end"]
    assert events[-1]["result"]["peak_allocated_bytes"] == 7 * 2**30
    assert "allocated" in printed.err
    assert "7.000 GiB" in printed.err
    assert "device" not in printed.err, "a CPU has none"
    assert "0.250 s on the CPU" in printed.err
    assert "Random weights" in printed.err


def test_that_on_a_card_all_figures_are_compared(python: Python, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trial", *PLAN, "--gpu", "L4", "--python", python(CUDA)]) == 0
    printed = capsys.readouterr().err
    for words in ("allocated", "reserved", "device", "step", "9.000 GiB", "0.250 s"):
        assert words in printed


def test_that_the_spec_is_what_was_asked_for(python: Python, tmp_path: Path) -> None:
    worker = python(f"open({str(tmp_path / 'spec')!r}, 'w').write(json.dumps(spec))" + CPU)
    options = ["--steps", "3", "--warm-up", "0", "--time-limit", "60", "--device", "cuda"]
    assert main(["trial", *PLAN, "--python", worker, *options, "--trust-remote-code"]) == 0
    spec = json.loads((tmp_path / "spec").read_text())
    assert (spec["kind"], spec["steps"], spec["warm_up_steps"], spec["device"]) == ("trial", 3, 0, "cuda")
    assert spec["flops_per_step"] > 1e12
    assert (spec["time_limit_s"], spec["trust_remote_code"]) == (60.0, True)
    assert (spec["plan"]["seq_len"], spec["llm"]["name"], spec["model_config"]) == (256, "Qwen-1.8B", None)


@pytest.mark.parametrize(
    ("worker", "code"), [(CPU, 0), (OOM, 3), ("sys.exit(7)", 1), ("import os; os.abort()", 1)]
)
def test_that_exit_codes_say_how_it_ended(
    python: Python, capsys: pytest.CaptureFixture[str], worker: str, code: int
) -> None:
    assert main(["trial", *PLAN, "--python", python(worker)]) == code
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [event["event"] for event in events].count("end") == 1


def test_that_a_document_gets_the_row_the_plan_and_all_samples(python: Python, tmp_path: Path) -> None:
    out = tmp_path / "x.gpuplan"
    for worker in (CUDA, CPU, OOM):
        main(["trial", *PLAN, "--gpu", "H200", "--python", python(worker), "--out", str(out)])
    document = read_document(out)
    cuda, cpu, oom = document.table.rows
    assert (cuda.plan.gpu, cuda.plan.seq_len) == ("L4", 256), "the card that it ran on"
    assert (cuda.peak_bytes_per_gpu, cuda.measurement.step_time_s) == (9 * 2**30, 0.25)
    assert cuda.provenance.origin is Origin.TRIAL
    assert (cpu.measurement.peak_memory_kind, cpu.measurement.step_time_s) == (MemoryKind.ALLOCATED, None)
    assert cpu.plan.gpu == "H200"
    assert oom.measurement.status is Status.OOM
    assert {"model", "seq_len", "peak_memory", "origin"} <= set(document.table.columns)
    trial = document.trials[0]
    assert (trial.kind, trial.plan.model, len(trial.events)) == (TrialKind.TRIAL, "Qwen-1.8B", 4)
    assert trial.end.result is not None
    assert (trial.end.result.peak_allocated_bytes, trial.end.result.mfu) == (7 * 2**30, None)
    assert [record.end.status for record in document.trials] == [
        TrialStatus.OK,
        TrialStatus.OK,
        TrialStatus.OOM,
    ]


def test_that_a_failed_trial_leaves_the_document_alone(
    python: Python, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "x.gpuplan"
    assert main(["trial", *PLAN, "--python", python("sys.exit(1)"), "--out", str(out)]) == 1
    assert not out.exists()
    assert "nothing was added" in capsys.readouterr().err


def test_that_a_models_path_is_kept_as_the_documents_folder_sees_it(
    python: Python, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = {
        "model_type": "llama",
        "hidden_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "intermediate_size": 128,
        "vocab_size": 256,
    }
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text(json.dumps(config))
    (tmp_path / "out").mkdir()
    out = tmp_path / "out" / "x.gpuplan"
    worker = python(f"open({str(tmp_path / 'spec')!r}, 'w').write(json.dumps(spec))" + CPU)
    monkeypatch.chdir(tmp_path)
    assert main(["trial", "--model", "model", "--python", worker, "--out", str(out)]) == 0
    assert read_document(out).table.rows[0].plan.model == "../model"
    assert json.loads((tmp_path / "spec").read_text())["model_config"] == config


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "model"),
        ([*PLAN, "--steps", "0"], "--steps"),
        ([*PLAN, "--steps", "1.5"], "whole number"),
        ([*PLAN, "--warm-up", "-1"], "--warm-up"),
        ([*PLAN, "--device", "tpu"], "tpu"),
        ([*PLAN, "--time-limit", "0"], "--time-limit"),
        ([*PLAN, "--python", "/no/such/python"], "no such Python"),
        ([*PLAN, "--out", "x.csv"], "no .gpuplan document"),
        ([*PLAN, "--out", "no/such/folder/x.gpuplan"], "the folder is not there"),
        ([*PLAN, "--out", "broken.gpuplan"], "not a GPU Planner document"),
    ],
)
def test_that_what_cannot_be_used_is_said_before_anything_is_started(
    arguments: list[str],
    words: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.gpuplan").write_text("x" * 200)
    assert main(["trial", *arguments]) == 2
    printed = capsys.readouterr()
    assert (printed.out, words in printed.err, printed.err.count("\n")) == ("", True, 1)


def test_that_a_dry_run_prints_its_document(python: Python, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dry-run", *PLAN, "--python", python(FAKE), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["versions"] == {"torch": "2.13.0"}
    assert document["result"]["phases"][0]["parts"]["weights_bytes"] == 7 * 2**30
    assert document["result"]["top_tensors"][0]["operation"] == "aten.mm"


def test_that_a_dry_run_prints_a_table_for_people(python: Python, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dry-run", *PLAN, "--python", python(FAKE)]) == 0
    printed = capsys.readouterr().out
    for words in (
        "7.000",
        "weights",
        "7.00–8.00 GiB",
        "256×1000 float32  aten.mm in lm_head",
        "3 layers were run",
    ):
        assert words in printed


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_that_a_plan_that_is_not_covered_says_why_and_what_is(
    python: Python, capsys: pytest.CaptureFixture[str], more: list[str]
) -> None:
    assert main(["dry-run", *PLAN, "--python", python(NOT_COVERED), *more]) == 2
    printed = capsys.readouterr()
    assert "DeepSpeed is not run; the nearest plan that is covered: --sharding none" in printed.err
    assert bool(printed.out) == bool(more)


def test_that_a_dry_run_that_fails_says_so(python: Python, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dry-run", *PLAN, "--python", python("sys.exit(7)")]) == 1
    assert "exit code 7" in capsys.readouterr().err


def test_that_what_a_failed_worker_printed_is_shown(
    python: Python, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["trial", *PLAN, "--python", python("1/0")]) == 1
    printed = capsys.readouterr().err
    assert "The worker's last lines:" in printed
    assert "Traceback" in printed
    assert "Failed: the worker is gone without a word: exit code 1; its last words: ZeroDivision" in printed


def test_that_ctrl_c_stops_the_trial_and_its_end_is_printed(python: Python) -> None:
    command = [sys.executable, "-m", "gpuplanner", "trial", *PLAN, "--python", python(WAITS)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=CHECKOUT)
    assert process.stdout is not None
    lines = [json.loads(process.stdout.readline()) for _ in range(3)]
    assert lines[-1]["event"] == "step"
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    end = json.loads(out.splitlines()[-1])
    assert (end["event"], end["status"], process.returncode) == ("end", "stopped", 0)


def test_that_a_reader_that_leaves_ends_the_worker(python: Python, tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    worker = python(
        f"import os; open({str(pid_file)!r}, 'w').write(str(os.getpid()))\n"
        "import time\nfor i in range(1000): say('log', text=str(i)); time.sleep(0.02)"
    )
    command = [sys.executable, "-m", "gpuplanner", "trial", *PLAN, "--python", worker]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=CHECKOUT)
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, b"")
    deadline = time.monotonic() + 60
    while Path(f"/proc/{pid_file.read_text()}").exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_that_a_document_saved_meanwhile_is_added_to(python: Python, tmp_path: Path) -> None:
    out = tmp_path / "x.gpuplan"
    other = tmp_path / "other.gpuplan"
    write_document(other, PlanDocument())
    main(["trial", *PLAN, "--python", python(CPU), "--out", str(other)])
    worker = python(f"import os; os.rename({str(other)!r}, {str(out)!r})\n" + CPU)
    assert main(["trial", *PLAN, "--python", worker, "--out", str(out)]) == 0
    assert len(read_document(out).table.rows) == 2
    assert read_document(out).trials[0].plan == Plan(model="Qwen-1.8B", seq_len=256)

"""``gpuplanner watch`` runs real commands, which scripted cards list as their processes."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from scripted_nvml import GIB, ScriptedNvml

from gpuplanner.monitor.recording import read_recording

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="finds the job's processes in /proc")
WATCH = (sys.executable, "-m", "gpuplanner", "watch")

# A training script that holds device memory in a child (as a launcher's worker does): it rises to 6 GiB and
# falls again.  Each value stays until the recording has it.
JOB = """
import os, sys, time
from scripted_nvml import GIB, ScriptedNvml
scene = ScriptedNvml.here()
child = os.fork()
if child:
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
for held in (1, 6, 2):
    scene.values["gpu.0.memory.used"] = str((10 + held) * GIB)
    scene.process(0, os.getpid(), held * GIB)
    wanted = str(held * GIB)
    end = time.monotonic() + 30
    while sys.argv[1] and not any(line.count(wanted) for line in open(sys.argv[1])):
        assert time.monotonic() < end
        time.sleep(0.05)
print("trained")
sys.exit(5)
"""


@pytest.fixture
def job(tmp_path: Path) -> Path:
    path = tmp_path / "train.py"
    path.write_text(JOB, encoding="utf-8")
    return path


def test_that_a_jobs_memory_power_energy_and_prediction_are_told(
    scripted_nvml: ScriptedNvml, job: Path, tmp_path: Path
) -> None:
    scripted_nvml.cards(2)
    scripted_nvml.set("gpu.*.energy.rate", 300_000)
    out = tmp_path / "run.csv"
    plan = ("--model", "Qwen-1.8B", "--seq-len", "512", "--electricity-price", "3000 EUR")
    done = scripted_nvml.command(*WATCH, "--out", str(out), *plan, "--", sys.executable, str(job), str(out))
    assert done.returncode == 5, "the command's own exit code is passed on"
    assert done.stdout == "trained\n"
    for words in (
        "6.00 GiB device memory of the job",
        "16.00 GiB used on the card",
        "252 W",
        "predicted",
        " EUR at 3,000 EUR per kWh (your price)",
        "missed",
    ):
        assert words in done.stderr
    assert "1 NVIDIA" not in done.stderr, "a card that the job did not use"
    kwh, cost = (
        float(re.search(found, done.stderr)[1]) for found in (r"([\d.e-]+) kWh", r"electricity (\S+) EUR")
    )
    assert cost == pytest.approx(3000 * kwh, rel=1e-3)
    values = read_recording(out).cards[0].values["followed_bytes"]
    assert values[~(values != values)].max() == 6 * GIB


def test_that_json_is_one_document_and_the_commands_words_go_to_stderr(
    scripted_nvml: ScriptedNvml, job: Path
) -> None:
    out = job.with_suffix(".csv")
    done = scripted_nvml.command(
        *WATCH, "--json", "--out", str(out), "--", sys.executable, str(job), str(out)
    )
    document = json.loads(done.stdout)
    assert "trained" in done.stderr
    assert document["exit_code"] == done.returncode == 5
    (card,) = document["cards"]
    assert (card["largest_bytes"], card["by_process"]) == (6 * GIB, True)
    assert card["mean_watts"] == pytest.approx(251.5)
    assert document["prediction"] is None


def test_that_a_process_that_runs_already_is_watched_to_its_end(scripted_nvml: ScriptedNvml) -> None:
    job = subprocess.Popen(["sleep", "60"])
    scripted_nvml.process(0, job.pid, None)
    out = scripted_nvml.folder / "run.csv"
    watch = subprocess.Popen(
        [*WATCH, "--pid", str(job.pid), "--json", "--out", str(out)],
        env=scripted_nvml.environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    wait_for(watch, lambda: out.exists() and out.read_text(encoding="utf-8").count("\n") > 3)
    scripted_nvml.set("gpu.0.memory.used", 14 * GIB)
    wait_for(watch, lambda: str(14 * GIB) in out.read_text(encoding="utf-8"))
    job.kill()
    job.wait()
    document = json.loads(watch.communicate(timeout=30)[0])
    assert watch.returncode == 0
    (card,) = document["cards"]
    assert (card["largest_bytes"], card["by_process"]) == (4 * GIB, False)


def test_that_ctrl_c_ends_watching_but_not_a_foreign_process(scripted_nvml: ScriptedNvml) -> None:
    job = subprocess.Popen(["sleep", "60"])
    out = scripted_nvml.folder / "run.csv"
    watch = subprocess.Popen(
        [*WATCH, "--pid", str(job.pid), "--out", str(out)],
        env=scripted_nvml.environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    wait_for(watch, lambda: out.exists() and out.read_text(encoding="utf-8").count("\n") > 1)
    watch.send_signal(signal.SIGINT)
    assert "was not seen on any GPU" in watch.communicate(timeout=30)[0]
    assert watch.returncode == 0
    assert job.poll() is None
    job.kill()
    job.wait()


def test_that_a_signal_reaches_the_command_and_its_code_is_passed_on(scripted_nvml: ScriptedNvml) -> None:
    started = scripted_nvml.folder / "started"
    watch = subprocess.Popen(
        [*WATCH, "--", "sh", "-c", f"touch {started}; exec sleep 60"],
        env=scripted_nvml.environment(),
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for(watch, started.exists)
    watch.send_signal(signal.SIGTERM)
    assert "gpuplanner watch" in watch.communicate(timeout=30)[1]
    assert watch.returncode == 128 + signal.SIGTERM


def wait_for(process: subprocess.Popen[str], condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.02)


def test_that_without_a_usable_driver_the_command_is_not_started(
    scripted_nvml: ScriptedNvml, tmp_path: Path
) -> None:
    scripted_nvml.set("init", 9)
    done = scripted_nvml.command(*WATCH, "--", "touch", str(tmp_path / "ran"))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "not loaded" in done.stderr
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "nothing to watch"),
        (("--",), "nothing to watch"),
        (("--pid", str(os.getpid()), "--", "true"), "--pid"),
        (("--pid", "first"), "no process number"),
        (("--pid", "4194305"), "no process 4194305"),
        (("--", "no-such-program"), "cannot be started"),
        (("--hz", "50", "--", "true"), "--hz"),
        (("--model", "nothing", "--", "true"), "nothing"),
        (("--nonsense", "--", "true"), "--nonsense"),
    ],
)
def test_that_what_cannot_be_used_is_one_clear_line_and_exit_2(
    scripted_nvml: ScriptedNvml, arguments: tuple[str, ...], words: str
) -> None:
    done = scripted_nvml.command(*WATCH, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1

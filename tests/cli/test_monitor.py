"""``gpuplanner monitor`` and ``--budget free`` on scripted cards, as scripts call them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from scripted_nvml import GIB, ScriptedNvml

from gpuplanner.monitor.recording import read_recording

MONITOR = (sys.executable, "-m", "gpuplanner", "monitor")
ESTIMATE = (sys.executable, "-m", "gpuplanner", "estimate", "--model", "Qwen-7B", "--json")


def test_that_it_records_for_the_time_that_was_asked(scripted_nvml: ScriptedNvml, tmp_path: Path) -> None:
    scripted_nvml.cards(2)
    scripted_nvml.process(0, "self", 3 * GIB)
    out = tmp_path / "gpus.csv"
    done = scripted_nvml.command(*MONITOR, "--seconds", "0.6", "--hz", "10", "--out", str(out))
    assert done.returncode == 0, done.stderr
    for words in ("driver 570.86.15", "NVIDIA A100-SXM4-80GB", "251.5 W", "3.0 GiB"):
        assert words in done.stdout
    assert str(out) in done.stderr
    recording = read_recording(out)
    assert len(recording.cards) == 2
    assert len(recording.times_s) >= 4
    assert recording.cards[0].values["memory_used_bytes"][0] == 10 * GIB


def test_that_json_is_one_document(scripted_nvml: ScriptedNvml) -> None:
    scripted_nvml.process(0, 2**22 + 1, None)
    done = scripted_nvml.command(*MONITOR, "--seconds", "0.3", "--hz", "10", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert (document["driver_version"], document["cuda_version"]) == ("570.86.15", "12.8")
    assert document["samples"] >= 2
    (card,) = document["cards"]
    assert card["metrics"]["power_watts"] == {"min": 251.5, "mean": 251.5, "max": 251.5, "last": 251.5}
    assert card["metrics"]["fan_percent"] is None
    assert card["missing"]["fan_percent"] == "not supported by this card"
    assert card["processes"][0]["memory_bytes"] is None


def test_that_pcie_is_read_when_asked(scripted_nvml: ScriptedNvml) -> None:
    done = scripted_nvml.command(*MONITOR, "--seconds", "0.5", "--hz", "10", "--pcie", "--json")
    assert json.loads(done.stdout)["cards"][0]["metrics"]["pcie_sent_bytes_per_s"]["last"] == 1000 * 1024


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (9, "not loaded"),
        (18, "restart the computer"),
        (4, "/dev/nvidia"),
        (17, "cgroup"),
        (999, "restart the container"),
        (12, "NVML is not on this machine"),
    ],
)
def test_that_without_a_usable_driver_one_line_says_why(
    scripted_nvml: ScriptedNvml, tmp_path: Path, code: int, words: str
) -> None:
    scripted_nvml.set("init", code)
    out = tmp_path / "x.csv"
    done = scripted_nvml.command(*MONITOR, "--seconds", "1", "--out", str(out))
    assert (done.returncode, done.stdout) == (1, "")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert not out.exists()


def test_that_a_machine_without_a_library_or_a_card_says_so(scripted_nvml: ScriptedNvml) -> None:
    scripted_nvml.set("count", 0)
    done = scripted_nvml.command(*MONITOR, "--seconds", "1")
    assert (done.returncode, "sees no GPU" in done.stderr) == (1, True)
    (scripted_nvml.folder / "libnvidia-ml.so.1").unlink()
    done = scripted_nvml.command(*MONITOR, "--seconds", "1")
    assert (done.returncode, "install NVIDIA's driver" in done.stderr) == (1, True)


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_that_ctrl_c_ends_it_with_its_summary(scripted_nvml: ScriptedNvml, tmp_path: Path) -> None:
    out = tmp_path / "gpus.csv"
    process = subprocess.Popen(
        [*MONITOR, "--hz", "10", "--out", str(out)],
        env=scripted_nvml.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not (out.exists() and out.read_text(encoding="utf-8").count("\n") >= 3):
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=30)
    assert process.returncode == 0, stderr
    assert "samples in" in stdout
    assert len(read_recording(out).times_s) >= 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--hz", "100"), "--hz"),
        (("--hz", "0.1"), "--hz"),
        (("--seconds", "soon"), "--seconds"),
        (("--seconds", "1", "--out", "no/folder/x.csv"), "choose another place"),
    ],
)
def test_that_what_cannot_be_used_is_exit_2(
    scripted_nvml: ScriptedNvml, arguments: tuple[str, ...], words: str
) -> None:
    done = scripted_nvml.command(*MONITOR, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_that_a_full_disk_is_told(scripted_nvml: ScriptedNvml) -> None:
    done = scripted_nvml.command(*MONITOR, "--seconds", "20", "--hz", "10", "--out", "/dev/full")
    assert done.returncode == 1
    assert "No space left" in done.stderr


def test_that_the_free_memory_of_the_plans_gpu_is_a_budget(scripted_nvml: ScriptedNvml) -> None:
    scripted_nvml.cards(2)
    scripted_nvml.set("gpu.0.memory.used", 70 * GIB)
    done = scripted_nvml.command(*ESTIMATE, "--budget", "free")
    assert (done.returncode, json.loads(done.stdout)["budget_bytes"]) == (0, 69 * GIB)
    both = scripted_nvml.command(
        *ESTIMATE, "--budget", "free", "--gpus-per-node", "2", "--reserve-bytes", "1e9"
    )
    assert (both.returncode, json.loads(both.stdout)["budget_bytes"]) == (3, 9 * GIB - 10**9)


@pytest.mark.parametrize(
    ("scene", "arguments", "words"),
    [
        ({"init": 18}, (), "updated"),
        ({}, ("--gpu", "T4", "--precision", "fp16"), "Tesla T4"),
        ({}, ("--gpus-per-node", "2"), "2 × NVIDIA A100-SXM4-80GB"),
        ({"gpu.*.memory.total": "NS"}, (), "unified memory"),
        ({"gpu.*.error.nvmlDeviceGetMemoryInfo_v2": 4}, (), "no permission"),
    ],
)
def test_that_free_memory_that_cannot_be_known_is_one_clear_line(
    scripted_nvml: ScriptedNvml, scene: dict[str, object], arguments: tuple[str, ...], words: str
) -> None:
    scripted_nvml.update(scene)
    done = scripted_nvml.command(*ESTIMATE, *arguments, "--budget", "free")
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert "nvidia-smi" in done.stderr
    assert done.stderr.count("\n") == 1

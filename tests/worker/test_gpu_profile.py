"""``tests/benchmarks/gpu_profile.py`` but for the card: what it would run, its arithmetic, its refusals.

There was no card; the trials here are recorded ends.
"""

from __future__ import annotations

import csv
import importlib.util
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pynvml
import pytest
from scripted_nvml import ScriptedNvml

from gpuplanner.core.estimate import Fits
from gpuplanner.core.plan import Method, Quantization, Sharding
from gpuplanner.core.trial import TrialGpu, TrialResult, TrialStatus
from gpuplanner.core.trial_events import EndEvent, TrialEvent
from gpuplanner.data.catalog import load_catalog
from gpuplanner.estimator.estimate import estimate

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "gpu_profile.py"
CATALOG = load_catalog()
A100 = CATALOG.gpu("A100 80GB SXM4")
GB = 10**9


@pytest.fixture(scope="module")
def profile() -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("gpu_profile", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", list(sys.path))
        patch.setitem(sys.modules, "gpu_profile", module)  # dataclasses look their module up
        spec.loader.exec_module(module)
        yield module


def ended(**changes: Any) -> EndEvent:
    """The end of a trial of 20 GB and 2 s a step."""
    result = {
        "peak_allocated_bytes": 20 * GB,
        "peak_reserved_bytes": 22 * GB,
        "peak_device_bytes": 23 * GB,
        "step_time_s": 2.0,
        "mfu": 0.4,
        "tokens_per_s": 8192.0,
        **changes,
    }
    return EndEvent(
        TrialStatus.OK,
        TrialResult("cuda", **result),
        {"torch": "2.4.1+cu121", "transformers": "5.23.0"},
        TrialGpu(A100.nvml_name),
    )


@pytest.fixture
def recorded(profile: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Callable[[EndEvent], list[Any]]:
    """Every trial ends like this; returns the specs that were sent."""
    monkeypatch.setattr(profile, "card_of", lambda _catalog: (A100, "GPU-1"))

    def end_with(end: EndEvent) -> list[Any]:
        sent: list[Any] = []

        def events_of(prepared: Any) -> Iterator[TrialEvent]:
            sent.append(prepared.spec)
            yield end

        monkeypatch.setattr(profile, "events_of", events_of)
        return sent

    return end_with


# --- what would be run --------------------------------------------------------------------------------------


def test_that_the_rows_of_one_gpu_become_plans_that_one_process_runs(profile: ModuleType) -> None:
    found = list(profile.settings(A100))
    assert len(found) >= 54
    for setting in found:
        assert (setting.plan.n_gpus, setting.plan.sharding) == (1, Sharding.NONE)
        assert setting.plan.quantization in (Quantization.NONE, Quantization.NF4_DQ)
        CATALOG.resolve(setting.plan)  # no contradictions
        assert ("nf4-dq" in setting.changed) == (setting.plan.method is Method.QLORA)
    assert any(setting.changed == "" for setting in found)
    published = next(s for s in found if s.name == "Qwen-1.8B lora 256")
    assert (published.published_gb, published.published_s) == (6.7, 1.0)


def test_that_another_card_is_said(profile: ModuleType) -> None:
    card = CATALOG.gpu("RTX 4090")
    found = list(profile.settings(card))
    assert all(s.changed.startswith(card.name) and s.plan.gpu == card.name for s in found)


def test_that_only_what_fits_is_run_the_quickest_first(
    profile: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    everything = list(profile.settings(CATALOG.gpu("RTX 4090")))
    chosen = profile.fitting(CATALOG, everything)
    answers = [estimate(CATALOG.resolve(setting.plan)) for setting in chosen]
    assert 0 < len(chosen) < len(everything)
    assert all(answer.fits is not Fits.NO for answer in answers)
    times = [answer.step.seconds for answer in answers]
    assert times == sorted(times)
    said = capsys.readouterr().out.splitlines()
    assert len(said) == len(everything) - len(chosen)
    assert "Qwen-14B lora 8192: does not fit by the estimate" in said


# --- the table ----------------------------------------------------------------------------------------------


def test_that_figures_are_predicted_and_measured_in_gb(profile: ModuleType) -> None:
    setting = next(profile.settings(A100))
    answer = estimate(CATALOG.resolve(setting.plan))
    result = ended(peak_device_bytes=None).result
    found = profile.figures(answer, result)
    assert found == {
        "allocated": (answer.memory.peak_allocated_bytes / GB, 20.0),
        "reserved": (answer.memory.peak_reserved_bytes / GB, 22.0),
        "device": (answer.memory.peak_device_bytes / GB, None),
        "step": (answer.step.seconds, 2.0),
        "mfu": (answer.step.mfu, 0.4),
    }


def test_that_errors_are_shares_of_what_was_measured(profile: ModuleType) -> None:
    tables = [
        {"allocated": (11.0, 10.0), "device": (5.0, None), "mfu": (0.3, 0.0)},
        {"allocated": (8.0, 10.0), "device": (6.0, 4.0)},
        {},
    ]
    found = profile.errors_of(tables)
    assert found == {"allocated": pytest.approx([0.1, 0.2]), "device": pytest.approx([0.5])}
    assert profile.errors_of([]) == {}


def test_that_a_line_shows_each_beside_the_other(profile: ModuleType) -> None:
    setting = next(s for s in profile.settings(A100) if s.name == "Qwen-7B lora 256")
    found = {"allocated": (11.0, 10.0), "device": (5.0, None), "mfu": (0.3, 0.4)}
    line = profile.shown(setting, ended(), found)
    assert line.split() == ["Qwen-7B", "lora", "256", "11.00", "10.00", "+10.0", "%", "5.00", "–", "–",
                            "0.30", "0.40", "-25.0", "%"]  # fmt: skip
    failed = EndEvent(TrialStatus.OOM, message="the card is full")
    assert profile.shown(setting, failed, {}).endswith("256  oom: the card is full")


# --- the command --------------------------------------------------------------------------------------------


def test_that_the_command_prints_the_table_and_its_mape_and_writes_it(
    profile: ModuleType,
    recorded: Callable[[EndEvent], list[Any]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    sent = recorded(ended())
    out = tmp_path / "profile.csv"
    assert profile.main(["--only", "Qwen-1.8B lora", "--most", "2", "--out", str(out)]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert A100.name in printed[0]
    assert len(sent) == 2
    assert [spec.plan.seq_len for spec in sent] == [256, 512]
    for spec in sent:
        assert (spec.device.value, spec.gpu_uuid, spec.checkpoint) == ("cuda", "GPU-1", "")
        assert spec.flops_per_step > 0
        assert 0 < spec.time_limit_s <= profile.SETTING_LIMIT_S
    summary = [line for line in printed if "MAPE" in line]
    assert [line.split()[0] for line in summary] == ["allocated", "reserved", "device", "step", "mfu"]
    assert all(line.endswith("of 2") for line in summary)
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert [row["seq_len"] for row in rows] == ["256", "512"]
    first = rows[0]
    assert (first["allocated_measured_gb"], first["step_measured_s"], first["mfu_measured"]) == (
        "20.0",
        "2.0",
        "0.4",
    )
    assert first["versions"].startswith("torch 2.4.1+cu121")
    # It is estimated with the torch that ran it.
    errors = abs(float(first["allocated_predicted_gb"]) / 20.0 - 1)
    assert 0 < errors < 1
    assert first["published_gb"] == "6.7"


def test_that_a_trial_that_fails_is_a_line_and_counts_for_nothing(
    profile: ModuleType,
    recorded: Callable[[EndEvent], list[Any]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    recorded(EndEvent(TrialStatus.FAILED, message="torch sees no card"))
    assert profile.main(["--most", "1"]) == 0
    printed = capsys.readouterr().out
    assert "failed: torch sees no card" in printed
    assert "MAPE" not in printed


def test_that_it_ends_when_its_minutes_are_over(
    profile: ModuleType,
    recorded: Callable[[EndEvent], list[Any]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    sent = recorded(ended())
    assert profile.main(["--most-minutes", "0", "--only", "Qwen-1.8B lora"]) == 0
    assert sent == []
    assert "0 minutes are over: 6 settings were not run" in capsys.readouterr().out


def test_that_without_a_card_it_says_so_in_one_line(
    profile: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_library() -> None:
        raise pynvml.NVMLError(pynvml.NVML_ERROR_LIBRARY_NOT_FOUND)

    monkeypatch.setattr(pynvml, "nvmlInit", no_library)
    assert profile.main([]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    (line,) = printed.err.splitlines()
    assert line.startswith("gpu: this machine has no NVIDIA card (")


def test_that_the_card_is_the_drivers_first(scripted_nvml: ScriptedNvml) -> None:
    """As a command, in a process that sees a scripted card."""
    scripted_nvml.cards(2)
    done = scripted_nvml.command(
        sys.executable, str(SCRIPT), "--most-minutes", "0", "--only", "Qwen-1.8B 256"
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert A100.name in done.stdout
    scripted_nvml.set("gpu.0.name", "Some Card 9000")
    unknown = scripted_nvml.command(sys.executable, str(SCRIPT))
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "Some Card 9000" in unknown.stderr
    assert json.dumps(unknown.stderr).count("\\n") == 1

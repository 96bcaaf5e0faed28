"""The estimator against real steps: the recorded truth table (torch 2.13.0, transformers 5.23.0).

Recorded by ``python tests/benchmarks/truth_table.py --out tests/samples/truth_table.csv``; what it holds is
checked against the libraries by `tests.worker.test_dry_run` and by that benchmark.
"""

from __future__ import annotations

import csv
import statistics
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from gpuplanner.core.plan import Plan
from gpuplanner.estimator.estimate import estimate

TESTS = Path(__file__).parents[1]
PHASES = ("load", "forward", "loss", "backward", "optimizer")


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    spec = spec_from_file_location("truth_table", TESTS / "benchmarks" / "truth_table.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def recorded() -> dict[str, dict[str, int]]:
    """Real bytes by setting and phase."""
    found: dict[str, dict[str, int]] = {}
    with (TESTS / "samples" / "truth_table.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            found.setdefault(line["setting"], {})[line["phase"]] = int(line["real_bytes"])
    return found


def _errors(benchmark: ModuleType, recorded: dict[str, dict[str, int]], phase: str = "") -> dict[str, float]:
    errors = {}
    for setting in benchmark.settings():
        real = recorded[setting.name]
        memory = estimate(benchmark.resolved(setting)).memory
        if phase:
            errors[setting.name] = memory.phase(phase).allocated_bytes / real[phase] - 1
        else:
            errors[setting.name] = memory.peak_allocated_bytes / max(real.values()) - 1
    return errors


def test_that_every_setting_of_the_benchmark_is_recorded(benchmark, recorded):
    names = [setting.name for setting in benchmark.settings()]
    assert len(names) == len(set(names)) >= 100
    assert set(names) == set(recorded)
    assert all(set(phases) == set(PHASES) for phases in recorded.values())


def test_that_the_allocated_peak_is_within_a_percent_of_real_steps(benchmark, recorded):
    errors = _errors(benchmark, recorded)
    assert statistics.median(map(abs, errors.values())) < 0.001
    wrong = {name: error for name, error in errors.items() if abs(error) > 0.005}
    assert not wrong


@pytest.mark.parametrize("phase", PHASES)
def test_that_every_phase_is_within_two_percent_of_real_steps(benchmark, recorded, phase):
    errors = _errors(benchmark, recorded, phase)
    assert statistics.median(map(abs, errors.values())) < 0.001
    wrong = {name: error for name, error in errors.items() if abs(error) > 0.02}
    assert not wrong


def test_that_a_setting_is_named_by_what_differs_from_the_usual_plan(benchmark):
    usual = Plan(seq_len=256, lora_rank=16)
    assert benchmark.Setting("llama", usual).name == "llama lora"

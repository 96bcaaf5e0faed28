"""Trials travel from one document into another, each once."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from gpuplanner.core.benchmark import BenchmarkRow, Measurement, Origin, Provenance
from gpuplanner.core.errors import InputError
from gpuplanner.core.plan import Plan
from gpuplanner.core.trial import TrialKind, TrialResult, TrialStatus
from gpuplanner.core.trial_events import EndEvent, StepEvent
from gpuplanner.core.trial_record import TrialRecord
from gpuplanner.data.benchmark_table import BenchmarkTable
from gpuplanner.data.bring_trials import read_trials_of
from gpuplanner.data.plan_file import PlanDocument, write_document

CONFIGS = Path(__file__).parent.parent / "samples" / "configs"


def trial(plan: Plan, date: str = "2026-01-31") -> tuple[BenchmarkRow, TrialRecord]:
    row = BenchmarkRow(plan, Measurement(peak_memory=9.0), Provenance(origin=Origin.TRIAL, date=date))
    end = EndEvent(TrialStatus.OK, TrialResult("cuda", peak_device_bytes=9 * 2**30))
    return row, TrialRecord(plan, TrialKind.TRIAL, date, (StepEvent(1, 0.5),), end)


def document(path: Path, *tried: tuple[BenchmarkRow, TrialRecord]) -> Path:
    path.parent.mkdir(exist_ok=True)
    rows = (BenchmarkRow(Plan(model="Qwen-7B")), *(row for row, _ in tried))
    write_document(path, PlanDocument(BenchmarkTable(rows), trials=tuple(record for _, record in tried)))
    return path


def test_that_new_trials_come_with_their_rows_and_nothing_else(tmp_path: Path) -> None:
    one, two = trial(Plan(model="Qwen-7B")), trial(Plan(model="Qwen-14B"))
    path = document(tmp_path / "a.gpuplan", one, two, two)
    brought = read_trials_of(path, [one[0]], [one[1]], tmp_path)
    assert (brought.rows, brought.trials) == ((two[0],), (two[1],))
    assert brought.trials[0].events == two[1].events
    again = read_trials_of(path, [one[0], *brought.rows], [one[1], *brought.trials], tmp_path)
    assert (again.rows, again.trials) == ((), ())
    assert again.known == 6


def test_that_the_path_of_a_model_is_written_as_this_folder_sees_it(tmp_path: Path) -> None:
    config = next(CONFIGS.rglob("*.json"))
    there, here = tmp_path / "there", tmp_path / "here"
    there.mkdir()
    here.mkdir()
    shutil.copy(config, there / "config.json")
    path = document(there / "a.gpuplan", trial(Plan(model="./config.json")))
    (row,) = read_trials_of(path, [], [], here).rows
    assert row.plan.model == "../there/config.json"
    (row,) = read_trials_of(path, [], [], there).rows
    assert row.plan.model == "./config.json"
    (row,) = read_trials_of(path, [], [], None).rows
    assert Path(row.plan.model) == there / "config.json"
    (row,) = read_trials_of(path, [], [], tmp_path).rows
    assert row.plan.model == "there/config.json"


def test_that_a_path_that_is_not_there_stays_as_it_was_written(tmp_path: Path) -> None:
    path = document(tmp_path / "a.gpuplan", trial(Plan(model="./gone/config.json")))
    (row,) = read_trials_of(path, [], [], tmp_path / "else").rows
    assert row.plan.model == "./gone/config.json"


def test_that_a_document_without_trials_says_so(tmp_path: Path) -> None:
    path = document(tmp_path / "a.gpuplan")
    with pytest.raises(InputError, match=r"a\.gpuplan: holds no trial"):
        read_trials_of(path, [], [], None)
    with pytest.raises(InputError, match="gone"):
        read_trials_of(tmp_path / "gone.gpuplan", [], [], None)


def test_that_the_same_plan_on_another_day_is_another_trial(tmp_path: Path) -> None:
    monday, tuesday = trial(Plan(model="Qwen-7B")), trial(Plan(model="Qwen-7B"), "2026-02-01")
    path = document(tmp_path / "a.gpuplan", monday, tuesday)
    brought = read_trials_of(path, [monday[0]], [monday[1]], None)
    assert brought.rows == (tuesday[0],)
    assert replace(brought.trials[0], date=monday[1].date) == monday[1]

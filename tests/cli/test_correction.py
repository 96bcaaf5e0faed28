"""``--correct-with``: a table's rows or a document's corrections, in every command that estimates."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gpuplanner.cli import main
from gpuplanner.core.benchmark import BenchmarkRow, Measurement, MemoryKind, Origin, Provenance
from gpuplanner.core.plan import Plan
from gpuplanner.core.units import GIB
from gpuplanner.data.benchmark_table import BenchmarkTable
from gpuplanner.data.catalog import load_catalog
from gpuplanner.data.plan_file import PlanDocument, write_document
from gpuplanner.data.resources import resource
from gpuplanner.estimator.correction import MeasuredRow, learn
from gpuplanner.estimator.estimate import estimate

PROFILE = str(resource("samples", "qwen-profile.csv"))
ONE = ["estimate", "--model", "Llama-3.1-8B", "--json"]


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    main(arguments)
    return json.loads(capsys.readouterr().out)


def document(path: Path, *, active: bool = True, layers: bool = True) -> str:
    plan = load_catalog().resolve(Plan(model="Llama-3.1-8B"))
    size = 1.08 * estimate(plan).memory.peak_device_bytes / GIB
    measured = Measurement(peak_memory=size, peak_memory_kind=MemoryKind.DEVICE)
    row = BenchmarkRow(plan.origin, measured, Provenance(origin=Origin.TRIAL))
    layer = learn([MeasuredRow(row, plan)], name="ours", date="2026-01-31")
    kept = (replace(layer, active=active),) if layers else ()
    write_document(path, PlanDocument(BenchmarkTable((row,)), corrections=kept))
    return str(path)


@pytest.mark.parametrize("layers", [True, False])
def test_that_a_document_corrects_an_estimate(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, layers: bool
) -> None:
    plain = said(capsys, *ONE)
    path = document(tmp_path / "a.gpuplan", layers=layers)
    corrected = said(capsys, *ONE, "--correct-with", path)
    assert (plain["calibration"], corrected["calibration"]) == ("physics", "physics + 1 trial")
    name = "ours" if layers else "a.gpuplan"
    assert corrected["assumptions"][-1].endswith(f"against physics ({name})")
    before, after = plain["memory"], corrected["memory"]
    assert after["peak_device_bytes"] > 1.05 * before["peak_device_bytes"]
    overhead = after["overhead"]
    assert after["peak_device_bytes"] == (
        after["peak_allocated_bytes"] + overhead["fragmentation_bytes"] + overhead["context_bytes"]
    )


def test_that_a_table_corrects_solutions_and_sweeps(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    solve = ["solve", "--target", "seq_len", "--model", "Qwen-7B", "--gpu", "RTX 4090", "--json"]
    assert said(capsys, *solve)["next_bytes"] != said(capsys, *solve, "--correct-with", PROFILE)["next_bytes"]
    fixes = ["solve", "--fixes", "--model", "Qwen-14B", "--gpu", "RTX 4090", "--json"]
    assert said(capsys, *fixes) != said(capsys, *fixes, "--correct-with", PROFILE)
    one = [*ONE[:2], "Qwen-7B", "--json"]
    single = said(capsys, *one, "--correct-with", PROFILE)["memory"]
    plans, out = tmp_path / "plans.csv", tmp_path / "out.csv"
    plans.write_text("model,seq_len\nQwen-7B,2048\n")
    sweep = ["estimate", "--plans", str(plans), "--correct-with", PROFILE]
    assert main([*sweep, "--out", str(out)]) == 0
    with out.open() as file:
        (row,) = csv.DictReader(file)
    assert int(row["est_device_bytes"]) == pytest.approx(single["peak_device_bytes"], abs=2)
    assert int(row["est_high_bytes"]) == pytest.approx(single["high_device_bytes"], abs=3)
    capsys.readouterr()
    (listed,) = said(capsys, *sweep, "--json")
    assert listed["memory"] == single


def test_that_accuracy_judges_no_row_by_itself(capsys: pytest.CaptureFixture[str]) -> None:
    plain, corrected = (
        said(capsys, "accuracy", "--json", *more) for more in ((), ("--correct-with", PROFILE))
    )
    assert (plain["calibration"], corrected["calibration"]) == ("none", "physics + 96 rows")
    assert 0.015 < corrected["memory"]["mape"] < plain["memory"]["mape"]
    assert corrected["memory"]["median_half_width"] < plain["memory"]["median_half_width"]
    assert 0.85 <= corrected["memory"]["coverage_90"] <= 0.97
    assert corrected["verdicts"]["false_green"] < plain["verdicts"]["false_green"]


def test_that_another_frameworks_rows_correct_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    """The second table: each row left out, by the others; nothing was fitted to it before."""
    table = str(Path(__file__).parent.parent / "samples" / "fsdp_rows.csv")
    plain, corrected = (
        said(capsys, "accuracy", "--table", table, "--json", *more)["memory"]
        for more in ((), ("--correct-with", table))
    )
    assert corrected["mape"] < 0.7 * plain["mape"]
    assert corrected["median_half_width"] < 0.7 * plain["median_half_width"]
    assert corrected["coverage_90"] >= 0.85


def test_that_rows_that_teach_nothing_are_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    table = tmp_path / "rows.csv"
    table.write_text(
        "model,seq_len,peak_memory,status\nnone,1,9,measured\nQwen-7B,long,9,measured\n"
        "Qwen-7B,512,900,measured\nQwen-7B,512,,not-measured\nQwen-7B,512,19,measured\n"
    )
    assert main([*ONE, "--correct-with", str(table)]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition("not learned from ")[2].partition(":")[0] for line in lines] == [
        "row 1",
        "row 2",
        "Qwen-7B lora, 512 tokens",
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("model,seq_len\nQwen-7B,512\n", "holds no measured row to learn from"),
        (None, "there is no such file"),
    ],
)
def test_that_a_file_that_teaches_nothing_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: str | None, words: str
) -> None:
    table = tmp_path / "rows.csv"
    if content is not None:
        table.write_text(content)
    assert main([*ONE, "--correct-with", str(table)]) == 2
    assert words in capsys.readouterr().err


def test_that_corrections_that_are_switched_off_are_not_used_in_silence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main([*ONE, "--correct-with", document(tmp_path / "a.gpuplan", active=False)]) == 2
    assert "its corrections are all switched off" in capsys.readouterr().err
    assert main(["accuracy", "--calibration", "loo-cell", "--correct-with", PROFILE]) == 2
    assert "--calibration: cannot be joined with --correct-with" in capsys.readouterr().err

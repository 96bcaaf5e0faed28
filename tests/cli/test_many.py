"""``gpuplanner estimate --plans``: a table of plans in, the same table with figures out."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted_nvml import GIB, ScriptedNvml

from gpuplanner.cli import main
from gpuplanner.core.plan import Method, Plan, Sharding
from gpuplanner.core.resolve import FREE_NUMBERS
from gpuplanner.data.catalog import load_catalog
from gpuplanner.estimator.estimate import estimate_many, estimate_settings

COMMAND = (sys.executable, "-m", "gpuplanner", "estimate", "--plans")
NUMBERS = {
    "seq_len": st.integers(1, 2**20),
    "micro_batch_size": st.integers(1, 64),
    "grad_accum_steps": st.integers(1, 64),
    "lora_rank": st.integers(1, 4096),
    "new_tokens": st.integers(0, 2**20),
}


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(list(Method)), st.fixed_dictionaries(NUMBERS))
def test_that_nothing_else_depends_on_the_free_numbers(method: Method, numbers: dict[str, int]) -> None:
    """A table's rows share their setting, so each figure must be that of the row's own plan."""
    assert set(FREE_NUMBERS) == set(NUMBERS)
    catalog = load_catalog()
    plan = Plan(model="Qwen-7B", method=method, sharding=Sharding.NONE)
    own = catalog.resolve(replace(plan, **numbers))  # type: ignore[arg-type]
    shared = catalog.resolve(plan)
    assert replace(shared.plan, **numbers) == own.plan  # type: ignore[arg-type]
    assert shared.assumptions == own.assumptions
    one, (many,) = estimate_many([own]), estimate_settings([shared], [0], [own.plan])
    assert many.device_bytes == pytest.approx(one.device_bytes, rel=1e-12)
    assert many.step_time_s == pytest.approx(one.step_time_s, rel=1e-12)
    assert many.peak_phases == one.peak_phases


def test_that_rows_keep_their_texts_and_their_order(tmp_path: Path) -> None:
    plans, out = tmp_path / "plans.csv", tmp_path / "out.csv"
    lines = [
        "seq_len;model;mine;est_fits",
        "4k;Qwen-7B; a;old",
        "0256;qwen-1.8b;b;",
        ";Qwen-72B;;",
        "x;Qwen-7B;;",
    ]
    plans.write_text("\n".join(lines), encoding="utf-8")
    assert main(["estimate", "--plans", str(plans), "--out", str(out)]) == 0
    found = rows_of(out)
    assert [row["seq_len"] for row in found] == ["4k", "0256", "", "x"]
    assert [row["mine"] for row in found] == [" a", "b", "", ""]
    assert [row["est_fits"] for row in found] == ["yes", "yes", "no", ""]
    assert "seq_len" in found[3]["est_problem"]
    for row in found[:3]:
        low, device, high = (int(row[f"est_{name}_bytes"]) for name in ("low", "device", "high"))
        assert low < device < high
        assert int(row["est_allocated_bytes"]) <= int(row["est_reserved_bytes"]) < device


def test_that_a_line_that_is_too_long_keeps_its_surplus(tmp_path: Path) -> None:
    plans, out = tmp_path / "plans.csv", tmp_path / "out.csv"
    plans.write_text("model,seq_len\nQwen-7B,512,what\nQwen-7B,256\n", encoding="utf-8")
    assert main(["estimate", "--plans", str(plans), "--out", str(out)]) == 0
    first, second = rows_of(out)
    assert "what" in first.values()
    assert first["est_problem"]
    assert second["est_fits"] == "yes"


def test_that_an_absurd_plan_is_written_whole(tmp_path: Path) -> None:
    plans, out = tmp_path / "plans.csv", tmp_path / "out.csv"
    plans.write_text(
        "model,seq_len,micro_batch_size,attention\nQwen-7B,16777216,65536,eager\n", encoding="utf-8"
    )
    assert main(["estimate", "--plans", str(plans), "--out", str(out)]) == 0
    (row,) = rows_of(out)
    assert int(row["est_device_bytes"]) > 2**63
    assert row["est_fits"] == "no"


def test_that_the_table_and_the_document_agree(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plans, out = tmp_path / "plans.csv", tmp_path / "out.csv"
    plans.write_text("model,method,seq_len\nQwen-7B,qlora,512\nQwen-7B,qlora,1024\n", encoding="utf-8")
    assert main(["estimate", "--plans", str(plans), "--out", str(out), "--json"]) == 0
    documents = json.loads(capsys.readouterr().out)
    for row, document in zip(rows_of(out), documents, strict=True):
        assert document["plan"]["seq_len"] == int(row["seq_len"])
        assert document["memory"]["peak_device_bytes"] == pytest.approx(int(row["est_device_bytes"]), abs=1)
        assert document["fits"] == row["est_fits"]


def test_that_free_memory_judges_the_rows_whose_card_is_here(
    scripted_nvml: ScriptedNvml, tmp_path: Path
) -> None:
    """Other rows get their figures, no verdict, and the reason."""
    scripted_nvml.cards(2)
    scripted_nvml.set("gpu.0.memory.used", 70 * GIB)
    plans, out = tmp_path / "plans.csv", tmp_path / "out.csv"
    plans.write_text(
        "model,method,gpu,gpus_per_node\nQwen-1.8B,lora,A100 80GB SXM4,1\nQwen-1.8B,lora,A100 80GB SXM4,2\n"
        "Qwen-1.8B,lora,RTX 4090,1\n",
        encoding="utf-8",
    )
    done = scripted_nvml.command(*COMMAND, str(plans), "--out", str(out), "--budget", "free")
    assert done.returncode == 0, done.stderr
    alone, both, elsewhere = rows_of(out)
    assert (alone["est_fits"], both["est_fits"], elsewhere["est_fits"]) == ("yes", "no", "")
    assert "RTX 4090" in elsewhere["est_problem"]
    assert int(elsewhere["est_device_bytes"]) > 0
    assert "1 could not be estimated or judged" in done.stderr


def test_that_free_memory_without_a_driver_is_one_clear_line(
    scripted_nvml: ScriptedNvml, tmp_path: Path
) -> None:
    scripted_nvml.update({"init": 9})
    plans = tmp_path / "plans.csv"
    plans.write_text("model\nQwen-7B\n", encoding="utf-8")
    done = scripted_nvml.command(*COMMAND, str(plans), "--json", "--budget", "free")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "--budget free" in done.stderr

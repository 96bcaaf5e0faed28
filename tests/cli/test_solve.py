"""``solve``: the documents of interface.md, exit codes, and notes that say what is lost."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from scripted_nvml import ScriptedNvml

from gpuplanner.cli import main
from gpuplanner.core.units import GIB, MIB

A = ["solve", "--model", "Qwen-14B", "--method", "qlora", "--seq-len", "4096", "--gpu", "RTX 4090"]
NOTHING_FITS = ["solve", "--model", "Qwen-72B", "--gpu", "T4", "--precision", "fp16"]


def document(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> Any:
    assert main([*arguments, "--json"]) == code
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def data_set(tmp_path: Path) -> str:
    path = tmp_path / "data.jsonl"
    lengths = [*[500] * 93, *[5000] * 7]
    path.write_text("".join(f'{{"num_tokens": {length}}}\n' for length in lengths), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("target", ["seq_len", "micro_batch_size", "lora_rank"])
def test_that_the_largest_value_is_the_last_that_fits(
    capsys: pytest.CaptureFixture[str], target: str
) -> None:
    found = document(capsys, *A, "--target", target)
    keys = ["target", "value", "budget_bytes", "bytes", "next_value", "next_bytes", "measured"]
    assert list(found) == keys
    assert found["target"] == target
    assert found["budget_bytes"] == 24564 * MIB
    assert found["bytes"] <= found["budget_bytes"] < found["next_bytes"]
    for value, code in ((found["value"], 0), (found["next_value"], 3)):
        option = "--" + target.replace("_", "-")
        assert main(["estimate", *A[1:], option, str(value)]) == code
    capsys.readouterr()


def test_that_journey_a_keeps_its_reserve(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys, *A, "--target", "seq_len", "--reserve-bytes", str(3 * GIB // 2))
    assert 3505 <= found["value"] <= 4246  # users.md: a straight line between the measured rows


def test_that_the_fewest_gpus_are_found(capsys: pytest.CaptureFixture[str]) -> None:
    plan = ["solve", "--model", "Qwen-72B", "--sharding", "zero3", "--target", "gpus_per_node"]
    found = document(capsys, *plan)
    assert found["next_value"] == found["value"] - 1
    assert found["bytes"] <= found["budget_bytes"] < found["next_bytes"]
    one = document(capsys, "solve", "--model", "Qwen-7B", "--target", "gpus_per_node")
    assert (one["value"], one["next_value"], one["next_bytes"]) == (1, None, None)


def test_that_nothing_fits_is_exit_3_with_the_least_that_was_tried(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = document(capsys, *NOTHING_FITS, "--target", "seq_len", code=3)
    assert (found["value"], found["bytes"], found["next_value"]) == (None, None, 128)
    assert found["next_bytes"] > found["budget_bytes"]
    assert main([*NOTHING_FITS, "--target", "gpus_per_node"]) == 3
    assert "--sharding zero3" in capsys.readouterr().out


def test_that_fixes_are_ranked_and_do_what_they_say(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys, *A, "--fixes")
    assert all(list(fix) == ["change", "saves_bytes", "time_factor", "note"] for fix in found)
    assert found[0]["change"] == {"fused_loss": True}
    before = document(capsys, "estimate", *A[1:])
    for fix in found:
        options = [text for name, value in fix["change"].items() for text in _option(name, value)]
        main(["estimate", *A[1:], *options, "--json"])
        after = json.loads(capsys.readouterr().out)
        saved = before["memory"]["peak_device_bytes"] - after["memory"]["peak_device_bytes"]
        assert saved == pytest.approx(fix["saves_bytes"], abs=20)
        assert fix["note"]
    assert {"model": "Qwen-7B"} in [fix["change"] for fix in found]
    assert found[-1]["note"] == "saves nothing here"


def _option(name: str, value: object) -> list[str]:
    return ["--" + name.replace("_", "-"), str(value).lower() if isinstance(value, bool) else str(value)]


def test_that_fixes_that_are_not_enough_are_exit_3(capsys: pytest.CaptureFixture[str]) -> None:
    hopeless = [
        "solve",
        "--model",
        "Llama-3.1-405B",
        "--gpu",
        "RTX 4090",
        "--sharding",
        "none",
        "--budget",
        "1GiB",
    ]
    assert main([*hopeless, "--fixes"]) == 3
    assert "does not fit" in capsys.readouterr().out
    assert main([*A, "--fixes"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("As it is: tight")
    assert "same gradients" in text
    assert '--gpu "RTX 5090"' in text


def test_that_the_data_set_says_what_is_cut(capsys: pytest.CaptureFixture[str], data_set: str) -> None:
    found = document(capsys, *A, "--fixes", "--lengths", data_set)
    assert "cuts 7 % of samples" in [fix["note"] for fix in found if "seq_len" in fix["change"]]
    unknown = document(capsys, *A, "--fixes")
    assert not any("%" in fix["note"] for fix in unknown)
    assert main([*A, "--target", "seq_len", "--lengths", data_set]) == 0
    assert "7 % of 100 samples are longer" in capsys.readouterr().out


def test_that_a_length_that_no_sample_has_costs_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "short.jsonl"
    path.write_text('{"length": 900}\n' * 3, encoding="utf-8")
    found = document(capsys, *A, "--fixes", "--lengths", str(path))
    shorter = next(fix for fix in found if fix["change"] == {"seq_len": 1024})
    assert shorter["note"] == "no sample is longer than 900 tokens"
    assert found.index(shorter) <= 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--model", "Qwen-7B"], "--target"),
        (["--model", "Qwen-7B", "--fixes", "--target", "seq_len"], "--fixes"),
        (["--model", "Qwen-7B", "--target", "gpu"], "seq_len"),
        (["--model", "Qwen-7B", "--method", "full", "--target", "lora_rank"], "does not use lora_rank"),
        (["--model", "nothing", "--fixes"], "nothing"),
        (["--model", "Qwen-7B", "--fixes", "--budget", "lots"], "--budget"),
        (["--model", "Qwen-7B", "--fixes", "--lengths", "missing.jsonl"], "missing.jsonl"),
    ],
)
def test_that_wrong_usage_is_one_line_and_exit_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main(["solve", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert words in captured.err
    assert captured.err.count("\n") == 1


def test_that_the_displays_memory_is_offered_where_the_budget_is_what_is_free(
    scripted_nvml: ScriptedNvml,
) -> None:
    scripted_nvml.set("gpu.0.memory.used", 60 * GIB)
    plan = ["solve", "--model", "Qwen-7B", "--seq-len", "4096", "--fixes", "--budget", "free"]
    done = scripted_nvml.command(sys.executable, "-m", "gpuplanner", *plan, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    freed = next(fix for fix in found if fix["change"] == {"budget": "capacity"})
    assert freed["saves_bytes"] == 0
    assert "gives back 61.0 GiB that other programs hold" in freed["note"]
    larger = [fix["change"]["gpu"] for fix in found if "gpu" in fix["change"]]
    assert larger == ["H100 NVL"]  # judged by its own memory, not by what is free on this card


ROW_71 = (
    "--model Qwen-14B --method qlora --quantization gptq-int4 --precision fp16 --autocast false "
    "--adapter-precision fp16 --lora-dropout 0.05 --optimizer adamw-fused --framework hf-deepspeed "
    "--sharding zero2 --torch-version 2.0 --seq-len 4096 --grad-accum-steps 8 --budget 23.1GiB"
)
"""The settings of the profile's row 71, which measured 21.4 GiB on an A100."""


def test_that_no_verdict_is_better_than_a_measured_row_with_the_settings(
    capsys: pytest.CaptureFixture[str],
) -> None:
    plan = [*ROW_71.split(), "--gpu", "RTX 4090"]
    assert main(["estimate", *plan]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Tight: 20.6 GiB")
    assert "row 71, which measured 21.4 GiB" in out
    assert main(["estimate", *plan, "--measured", "none"]) == 0
    assert capsys.readouterr().out.startswith("Fits: 20.6 GiB")
    assert main(["solve", "--fixes", *plan]) == 0
    assert capsys.readouterr().out.startswith("As it is: tight")


def test_that_a_table_of_rows_that_is_missing_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["estimate", "--model", "Qwen-7B", "--measured", "none.csv"]) == 2
    assert "none.csv" in capsys.readouterr().err


def test_that_a_largest_value_does_not_contradict_a_measured_row(capsys: pytest.CaptureFixture[str]) -> None:
    plan = ["solve", *ROW_71.replace("23.1GiB", "21GiB").split(), "--gpu", "RTX 4090"]
    length = document(capsys, *plan, "--target", "seq_len")
    assert (length["value"], length["next_value"]) == (3968, 4096), "row 71 has 4,096 tokens"
    assert length["next_bytes"] <= length["budget_bytes"], "the estimate alone would have it fit"
    assert (length["measured"]["row"], length["measured"]["seq_len"]) == (70, 4096)
    rank = document(capsys, *plan, "--target", "lora_rank")
    assert (rank["value"], rank["next_value"], rank["measured"]["row"]) == (63, 64, 70)
    alone = document(capsys, *plan, "--target", "lora_rank", "--measured", "none")
    assert alone["value"] > 64
    assert alone["measured"] is None
    assert main([*plan, "--target", "lora_rank"]) == 0
    assert "64 does not fit, for row 71, which measured 21.4 GiB" in capsys.readouterr().out


def test_that_nothing_fits_where_the_only_value_was_measured_not_to(
    capsys: pytest.CaptureFixture[str],
) -> None:
    plan = ["solve", *ROW_71.replace("23.1GiB", "21GiB").split(), "--gpu", "RTX 4090"]
    found = document(capsys, *plan, "--target", "micro_batch_size", code=3)
    assert (found["value"], found["next_value"], found["measured"]["row"]) == (None, 1, 70)
    assert main([*plan, "--target", "micro_batch_size"]) == 3
    assert "even micro_batch_size 1 does not, for row 71" in capsys.readouterr().out


def test_that_the_verdict_of_the_largest_value_heeds_measured_rows(
    capsys: pytest.CaptureFixture[str],
) -> None:
    plan = ["solve", *ROW_71.split(), "--gpu", "RTX 4090", "--target", "micro_batch_size"]
    assert main(plan) == 0
    out = capsys.readouterr().out
    assert out.startswith("Largest micro_batch_size: 1 – tight")
    assert "not better than that, for row 71" in out
    assert main([*plan, "--measured", "none"]) == 0
    assert capsys.readouterr().out.startswith("Largest micro_batch_size: 1 – fits")


def test_that_the_fewest_gpus_heed_measured_rows(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    plan = ["--model", "Qwen-72B", "--sharding", "zero3"]
    wanted = document(capsys, "solve", *plan, "--target", "gpus_per_node")["value"]
    rows.write_text(f"model,sharding,gpus_per_node,status\nQwen-72B,zero3,{wanted},oom\n", encoding="utf-8")
    found = document(capsys, "solve", *plan, "--target", "gpus_per_node", "--measured", str(rows))
    assert (found["value"], found["next_value"]) == (wanted + 1, wanted)
    assert found["measured"]["oom"] is True

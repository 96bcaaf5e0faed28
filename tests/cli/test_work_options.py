"""``estimate --lengths``: hours of the user's own data set, what is cut and padded, and packing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gpuplanner.cli import main
from gpuplanner.core.units import per_cent

PLAN = ["estimate", "--model", "Qwen-7B", "--seq-len", "1000"]


@pytest.fixture
def data_set(tmp_path: Path) -> str:
    path = tmp_path / "data.jsonl"
    lengths = [*[100] * 80, *[500] * 15, *[1500] * 5]
    lines = [json.dumps({"num_tokens": length}) for length in lengths]
    path.write_text("\n".join([*lines, "{bad"]) + "\n", encoding="utf-8")
    return str(path)


def work(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert main([*PLAN, *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)["work"]


def test_that_the_data_set_gives_samples_and_shares(
    capsys: pytest.CaptureFixture[str], data_set: str
) -> None:
    found = work(capsys, "--lengths", data_set, "--epochs", "2")
    assert found["steps"] == 200
    assert found["lengths"] == {
        "file": data_set,
        "samples": 100,
        "tokens": 23_000,
        "counted": "recorded",
        "p50": 100,
        "p95": 500,
        "max": 1500,
        "truncated_share": 0.05,
        "padding_share": pytest.approx(1 - 20_500 / 100_000),
        "packing": False,
        "sequences": 100,
        "bad_lines": 1,
    }


def test_that_packing_leaves_no_padding(capsys: pytest.CaptureFixture[str], data_set: str) -> None:
    found = work(capsys, "--lengths", data_set, "--packing")
    assert found["steps"] == found["lengths"]["sequences"] == 23
    assert found["lengths"]["padding_share"] == found["lengths"]["truncated_share"] == 0
    part = work(capsys, "--lengths", data_set, "--packing", "--samples", "1000")
    assert part["lengths"]["sequences"] == 230


def test_that_samples_may_be_given_beside_the_lengths(
    capsys: pytest.CaptureFixture[str], data_set: str
) -> None:
    found = work(capsys, "--lengths", data_set, "--samples", "40")
    assert (found["steps"], found["lengths"]["samples"]) == (40, 100)


def test_that_without_lengths_the_document_stays_as_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    assert set(work(capsys, "--samples", "10")) == {"steps", "hours", "gpu_hours", "kwh", "cost"}


def test_that_people_read_it_in_a_line_and_bad_lines_are_named(
    capsys: pytest.CaptureFixture[str], data_set: str
) -> None:
    assert main([*PLAN, "--lengths", data_set]) == 0
    captured = capsys.readouterr()
    assert "p50 100 · p95 500 · max 1,500 tokens; 5 % cut at 1,000" in captured.out
    assert "line 101: is no JSON" in captured.err
    assert main([*PLAN, "--lengths", data_set, "--packing"]) == 0
    assert "packed into 23 sequences" in capsys.readouterr().out


def test_that_an_approximation_says_so_and_a_tokenizer_is_found(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    tokenizers = pytest.importorskip("tokenizers")
    data = tmp_path / "data.jsonl"
    data.write_text('{"text": "one two one two"}\n', encoding="utf-8")
    assert main([*PLAN, "--lengths", str(data)]) == 0
    assert "approximated" in capsys.readouterr().out
    shape = {
        "model_type": "llama",
        "hidden_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "intermediate_size": 128,
        "vocab_size": 1000,
    }
    (tmp_path / "config.json").write_text(json.dumps(shape), encoding="utf-8")
    made = tokenizers.Tokenizer(tokenizers.models.WordLevel({"<unk>": 0, "one": 1}, unk_token="<unk>"))
    made.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    made.save(str(tmp_path / "tokenizer.json"))
    for model in (tmp_path, tmp_path / "config.json"):
        found = work(capsys, "--model", str(model), "--lengths", str(data))
        assert (found["lengths"]["counted"], found["lengths"]["max"]) == ("tokenizer", 4)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--packing"], "--lengths"),
        (["--lengths", "missing.jsonl"], "missing.jsonl"),
        (["--lengths", "missing.jsonl", "--plans", "x.csv", "--json"], "--plans"),
        (["--packing", "--plans", "x.csv", "--json"], "is for one plan"),
    ],
)
def test_that_wrong_usage_is_exit_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    plan = PLAN if "--plans" not in arguments else ["estimate"]
    assert main([*plan, *arguments]) == 2
    assert words in capsys.readouterr().err


def test_that_a_share_is_never_rounded_to_nothing() -> None:
    assert [per_cent(value) for value in (0, 0.0001, 0.004, 0.07, 1)] == [
        "0 %",
        "< 0.1 %",
        "0.4 %",
        "7 %",
        "100 %",
    ]


def test_that_electricity_is_counted_apart_from_the_gpu_hours(capsys: pytest.CaptureFixture[str]) -> None:
    prices = ("--price-per-gpu-hour", "1.9 EUR", "--electricity-price", "0.30 €/kWh")
    found = work(capsys, "--samples", "100000", *prices)
    assert found["electricity_cost"] == pytest.approx(0.3 * found["kwh"])
    assert found["cost"] == pytest.approx(1.9 * found["gpu_hours"])
    assert main([*PLAN, "--samples", "100000", *prices]) == 0
    lines = capsys.readouterr().out.splitlines()
    costs = next(line for line in lines if " kWh, cost " in line)
    assert costs.endswith(f"cost {found['cost']:,.2f} EUR")
    below = lines[lines.index(costs) + 1]
    assert below.startswith(f"  electricity alone: at most €{found['electricity_cost']:,.2f} at €0.3 per kWh")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--electricity-price", "0.3"], "--samples"),
        (["--samples", "10", "--electricity-price", "0.3 €/h"], "--electricity-price"),
    ],
)
def test_that_a_price_of_electricity_that_counts_for_nothing_is_refused(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main([*PLAN, *arguments]) == 2
    assert words in capsys.readouterr().err

"""``compare``: a document whose shares add up, and a text for people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gpuplanner.cli import main


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    a, b = tmp_path / "a.json", tmp_path / "b.csv"
    a.write_text(
        '{"model": "Qwen-14B", "method": "qlora", "seq_len": 4096, "gpu": "RTX 4090"}', encoding="utf-8"
    )
    b.write_text("model,method,seq_len,sharding,gpus_per_node\nQwen-7B,lora,8192,zero3,2\n", encoding="utf-8")
    return str(a), str(b)


def document(capsys: pytest.CaptureFixture[str], a: str, b: str, *options: str) -> Any:
    assert main(["compare", "--a", a, "--b", b, "--json", *options]) == 0
    return json.loads(capsys.readouterr().out)


def test_that_the_document_adds_up(capsys: pytest.CaptureFixture[str], files: tuple[str, str]) -> None:
    found = document(capsys, *files)
    assert list(found) == ["a", "b", "difference", "settings", "follows", "parts"]
    peaks = [found[side]["memory"]["peak_device_bytes"] for side in ("a", "b")]
    assert found["difference"]["device_bytes"] == peaks[1] - peaks[0]
    assert sum(entry["bytes"] for entry in found["settings"]) == peaks[1] - peaks[0]
    seconds = sum(entry["seconds"] for entry in found["settings"])
    assert seconds == pytest.approx(found["b"]["step"]["seconds"] - found["a"]["step"]["seconds"])
    for name, part in found["parts"].items():
        assert part["difference"] == part["b"] - part["a"]
        assert sum(entry["parts"][name] for entry in found["settings"]) == part["difference"]
    changed = [field for entry in found["settings"] for field in entry["changed"]]
    assert set(changed) == {"model", "method", "seq_len", "gpu", "sharding", "gpus_per_node"}
    assert found["settings"][0]["changed"].keys() <= set(changed)
    assert found["follows"]["framework"] == {"a": "hf", "b": "hf-deepspeed"}


def test_that_the_other_way_round_has_the_other_sign(
    capsys: pytest.CaptureFixture[str], files: tuple[str, str]
) -> None:
    there, back = document(capsys, *files), document(capsys, *files[::-1])
    signs = {tuple(entry["changed"]): entry["bytes"] for entry in there["settings"]}
    assert signs == {tuple(entry["changed"]): -entry["bytes"] for entry in back["settings"]}


def test_that_an_estimates_document_is_a_plan(
    capsys: pytest.CaptureFixture[str], files: tuple[str, str], tmp_path: Path
) -> None:
    assert main(["estimate", "--model", "Qwen-14B", "--method", "qlora", "--json"]) == 0
    estimated = tmp_path / "estimate.json"
    estimated.write_text(capsys.readouterr().out, encoding="utf-8")
    found = document(capsys, str(estimated), files[0])
    assert {field for entry in found["settings"] for field in entry["changed"]} == {"seq_len", "gpu"}
    same = document(capsys, str(estimated), str(estimated))
    assert same["settings"] == []


def test_that_the_text_names_settings_parts_and_verdicts(
    capsys: pytest.CaptureFixture[str], files: tuple[str, str]
) -> None:
    assert main(["compare", "--a", files[0], "--b", files[1], "--budget", "20GiB"]) == 0
    text = capsys.readouterr().out
    assert "seq_len 4,096 → 8,192" in text
    assert "of 20.00 GiB" in text
    assert "with it: " in text
    assert "s per sample" in text
    assert "total" in text.splitlines()[-1]
    assert main(["compare", "--a", files[0], "--b", files[0]]) == 0
    assert "do not differ" in capsys.readouterr().out


@pytest.mark.parametrize("missing", ["--a", "--b"])
def test_that_both_files_are_needed(
    capsys: pytest.CaptureFixture[str], files: tuple[str, str], missing: str
) -> None:
    given = {"--a": files[0], "--b": files[1]}
    del given[missing]
    assert main(["compare", *next(iter(given.items()))]) == 2
    assert missing in capsys.readouterr().err


def test_that_a_bad_file_is_named(
    capsys: pytest.CaptureFixture[str], files: tuple[str, str], tmp_path: Path
) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text('{"model": "Qwen-7B", "method": "qlora", "quantization": "none"}', encoding="utf-8")
    assert main(["compare", "--a", files[0], "--b", str(bad)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "bad.json, quantization" in captured.err


ROW_71 = {
    "model": "Qwen-14B",
    "method": "qlora",
    "quantization": "gptq-int4",
    "precision": "fp16",
    "autocast": False,
    "adapter_precision": "fp16",
    "lora_dropout": 0.05,
    "optimizer": "adamw-fused",
    "framework": "hf-deepspeed",
    "sharding": "zero2",
    "torch_version": "2.0",
    "seq_len": 4096,
    "grad_accum_steps": 8,
    "gpu": "RTX 4090",
}
"""The settings of the profile's row 71, which measured 21.4 GiB on an A100."""


def test_that_verdicts_heed_measured_rows_and_name_them(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    a, b = tmp_path / "a.json", tmp_path / "b.json"
    a.write_text(json.dumps({**ROW_71, "seq_len": 2048}), encoding="utf-8")
    b.write_text(json.dumps(ROW_71), encoding="utf-8")
    budget = ("--budget", "21GiB")
    found = document(capsys, str(a), str(b), *budget)
    alone = document(capsys, str(a), str(b), *budget, "--measured", "none")
    assert (found["a"]["fits"], found["b"]["fits"]) == (alone["a"]["fits"], "no")
    assert alone["b"]["fits"] == "tight"
    assert (found["a"]["measured"], found["b"]["measured"]["row"]) == (None, 70)
    assert found["settings"] == alone["settings"]
    assert main(["compare", "--a", str(a), "--b", str(b), *budget]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "does not fit (row 71): 20.6 of 21.00 GiB" in lines[1]
    assert lines[2].startswith("B: the verdict rests on row 71, which measured 21.4 GiB")

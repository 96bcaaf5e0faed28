"""``recipe``: other projects' files answered, a plan written as one, and the exit codes."""

import json
from pathlib import Path

import pytest

from gpuplanner.cli import main
from gpuplanner.core.exit_codes import DOES_NOT_FIT, USAGE

LORA = """
model_name_or_path: Qwen/Qwen2.5-7B
finetuning_type: lora
lora_rank: 16
cutoff_len: 1024
per_device_train_batch_size: 1
gradient_accumulation_steps: 8
num_train_epochs: 3
dataset: mine
bf16: true
"""


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "train.yaml"
    path.write_text(LORA)
    return path


def test_that_a_recipe_is_answered_for_the_users_data(
    recipe: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data.jsonl"
    data.write_text("".join(json.dumps({"num_tokens": 300}) + "\n" for _ in range(80)))
    assert main(["recipe", str(recipe), "--lengths", str(data), "--gpu", "RTX 4090", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["recipe"]["said"]["lora_rank"] == 16
    assert found["estimate"]["plan"]["gpu"] == "RTX 4090"
    assert found["estimate"]["work"]["steps"] == 30  # 80 samples × 3 epochs of the recipe / 8
    assert found["estimate"]["work"]["lengths"]["samples"] == 80
    assert {note["key"] for note in found["notes"]} >= {"optim", "flash_attn"}


def test_that_options_count_over_the_recipe(recipe: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recipe", str(recipe), "--seq-len", "4096", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["estimate"]["plan"]["seq_len"] == 4096


def test_that_a_recipe_is_told_to_people(recipe: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recipe", str(recipe)]) == 0
    out = capsys.readouterr().out
    assert "assumed: optim: adamw_torch_fused, the default" in out
    assert "Fits: " in out
    assert "data set mine: --lengths FILE.jsonl" in out


def test_that_what_does_not_fit_has_its_own_code(recipe: Path) -> None:
    assert main(["recipe", str(recipe), "--gpu", "T4", "--json"]) == DOES_NOT_FIT


@pytest.mark.parametrize("kind", ["llama-factory", "axolotl", "qwen", "trl"])
def test_that_what_is_written_is_read_again(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "out"
    plan = ["--model", "Qwen-7B", "--method", "lora-emb", "--seq-len", "777", "--sharding", "zero2"]
    plan += ["--gpus-per-node", "2"]
    assert main(["recipe", "--write", kind, "--out", str(folder), *plan]) == 0
    written = [Path(line) for line in capsys.readouterr().out.splitlines() if line.startswith(str(folder))]
    assert len(written) == 2
    files = [str(path) for path in written if path.suffix != ".json"]
    assert main(["recipe", *files, "--gpus-per-node", "2", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["estimate"]["plan"]
    assert (found["model"], found["seq_len"], found["sharding"]) == ("Qwen-7B", 777, "zero2")


def test_that_a_recipe_becomes_another_recipe(recipe: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recipe", str(recipe), "--write", "axolotl", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [file["name"] for file in found["files"]] == ["axolotl.yaml"]
    assert "lora_r: 16" in found["files"][0]["text"]
    assert main(["recipe", str(recipe), "--write", "axolotl"]) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith("# --- axolotl.yaml\nbase_model: Qwen/Qwen2.5-7B\n")
    assert "cannot say: gpu" in captured.err


def test_that_a_recipe_is_compared_as_a_plan(recipe: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "--a", str(recipe), "--b", str(recipe), "--json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["difference"]["device_bytes"] == 0
    assert f"{recipe}: assumed: optim" in captured.err


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ([], "names no recipe"),
        (["missing.yaml"], "no such file"),
        (["--write", "nanotron", "--model", "Qwen-7B"], "invalid choice"),
        (["x.yaml", "--out", "y"], "only for --write"),
        (["--write", "trl", "--model", "Qwen-7B", "--out", "/dev/null/x"], "cannot be made"),
        (["--write", "trl", "--model", "Qwen-7B", "--out", "/dev/null/x/y.py"], "folder is gone"),
    ],
)
def test_that_wrong_usage_is_one_clear_line(
    arguments: list[str], what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["recipe", *arguments]) == USAGE
    captured = capsys.readouterr()
    assert what in captured.err
    assert len(captured.err.splitlines()) == 1
    assert captured.out == ""

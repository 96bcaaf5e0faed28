"""The commands as scripts call them: documents, exit codes, one clear line for what cannot be used."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gpuplanner.cli import main
from gpuplanner.core.plan import PLAN_FIELDS

GOLDEN = ["estimate", "--model", "Qwen-7B", "--json"]


def run_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> object:
    main(arguments)
    return json.loads(capsys.readouterr().out)


def test_that_the_estimate_document_has_its_stable_fields(capsys: pytest.CaptureFixture[str]) -> None:
    document = run_json(capsys, *GOLDEN, "--samples", "1000", "--price-per-gpu-hour", "2")
    assert isinstance(document, dict)
    assert set(document["plan"]) == {spec.name for spec in PLAN_FIELDS}
    assert document["plan"]["sharding"] == "none"
    assert document["plan"]["framework"] == "hf"
    memory = document["memory"]
    for phase in memory["phases"]:
        assert sum(phase["parts"].values()) == phase["allocated_bytes"]
    overhead = memory["overhead"]
    assert memory["peak_device_bytes"] == (
        memory["peak_allocated_bytes"] + overhead["fragmentation_bytes"] + overhead["context_bytes"]
    )
    assert document["work"]["steps"] == 1000
    assert document["work"]["cost"] == pytest.approx(2 * document["work"]["gpu_hours"])
    assert document["step"]["bound_by"] in ("compute", "bandwidth", "launch", "communication")
    assert document["fits"] == "yes"


def test_that_exit_codes_say_whether_it_fits(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(GOLDEN) == 0
    assert main([*GOLDEN, "--gpu", "T4", "--precision", "fp16"]) == 3
    assert main([*GOLDEN, "--budget", "10GiB"]) == 3
    assert main([*GOLDEN, "--budget", "40e9", "--reserve-bytes", "39e9"]) == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["estimate"], "model"),
        (["estimate", "--model", "nothing"], "nothing"),
        (["estimate", "--model", "Qwen-7B", "--lora-rank", "0"], "lora_rank"),
        (["estimate", "--model", "Qwen-7B", "--nodes", "0"], "nodes"),
        (["estimate", "--model", "Qwen-7B", "--seq-len", "1000000000000"], "seq_len"),
        (["estimate", "--model", "Qwen-7B", "--seq-len", ""], "seq_len"),
        (["estimate", "--model", "Qwen-7B", "--method", "qlora", "--quantization", "none"], "qlora"),
        (["estimate", "--model", "Qwen-7B", "--budget", "lots"], "--budget"),
        (["estimate", "--model", "Qwen-7B", "--budget", "free"], "nvidia-smi"),
        (["estimate", "--model", "Qwen-7B", "--epochs", "2"], "--samples"),
        (["estimate", "--model", "Qwen-7B", "--out", "x.csv"], "--plans"),
        (["estimate", "--plans", "missing.csv", "--json"], "missing.csv"),
        (["estimate", "--nonsense"], "--nonsense"),
        (["accuracy", "--table", "missing.csv"], "missing.csv"),
        (["accuracy", "--calibration", "magic"], "magic"),
        (["--nonsense"], "--nonsense"),
    ],
)
def test_that_what_cannot_be_used_is_one_clear_line_and_exit_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert words in captured.err
    assert captured.err.count("\n") == 1


def test_that_every_problem_of_a_plan_has_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["estimate", "--model", "Qwen-7B", "--lora-rank", "0", "--seq-len", "x"]) == 2
    assert capsys.readouterr().err.count("\n") == 2


@pytest.mark.parametrize(
    "content",
    [
        '{"model_type": "llama", "hidden_size": NaN}',
        '{"model_type": "martian"}',
        '{"hidden_size": {"a": [1, 2]}, "model_type": "llama"}',
        "[" * 100_000,
        "",
        "\x00\x01",
    ],
)
def test_that_a_hostile_config_is_one_clear_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: str
) -> None:
    path = tmp_path / "config.json"
    path.write_text(content, encoding="utf-8")
    assert main(["estimate", "--model", str(path)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert "Traceback" not in captured.err


def test_that_many_plans_keep_their_order_their_columns_and_their_problems(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    plans, out = tmp_path / "plans.csv", tmp_path / "out.csv"
    plans.write_text(
        "model,method,seq_len,mine\nQwen-7B,lora,2048,a\nno-model,lora,2048,b\nQwen-7B,qlora,zero,c\n"
        "Qwen-1.8B,full,512,d\n",
        encoding="utf-8",
    )
    assert main(["estimate", "--plans", str(plans), "--out", str(out), "--json"]) == 0
    documents = json.loads(capsys.readouterr().out)
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["mine"] for row in rows] == ["a", "b", "c", "d"]
    assert [row["seq_len"] for row in rows] == ["2048", "2048", "zero", "512"]
    assert [bool(row["est_problem"]) for row in rows] == [False, True, True, False]
    assert [bool(row["est_device_bytes"]) for row in rows] == [True, False, False, True]
    assert int(rows[0]["est_device_bytes"]) == pytest.approx(
        documents[0]["memory"]["peak_device_bytes"], abs=10
    )
    assert rows[0]["est_fits"] == documents[0]["fits"]
    assert "problem" in documents[1]
    again = tmp_path / "again.csv"
    assert main(["estimate", "--plans", str(out), "--out", str(again)]) == 0
    assert again.read_text(encoding="utf-8") == out.read_text(encoding="utf-8")


def test_that_a_model_path_in_a_table_is_relative_to_the_table(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    samples = Path(__file__).parent.parent / "samples"
    document = run_json(capsys, "accuracy", "--table", str(samples / "fsdp_rows.csv"), "--json")
    assert isinstance(document, dict)
    assert document["rows_expressed"] == document["rows_measured"] == 30


def test_that_a_table_without_times_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    samples = Path(__file__).parent.parent / "samples"
    assert main(["accuracy", "--table", str(samples / "inference_rows.csv")]) == 0
    text = capsys.readouterr().out
    assert "step time: nothing measured" in text
    assert "nan" not in text


def test_that_the_accuracy_document_has_its_stable_fields(capsys: pytest.CaptureFixture[str]) -> None:
    document = run_json(capsys, "accuracy", "--json")
    assert isinstance(document, dict)
    assert (document["rows_measured"], document["rows_expressed"]) == (81, 81)
    for side in ("memory", "step_time"):
        assert set(document[side]) == {
            "mape",
            "worst",
            "bias",
            "by_method",
            "coverage_90",
            "median_half_width",
            "interpolation_mape",
        }
        assert set(document["as_published"][side]) == {"mape", "worst"}
    assert document["verdicts"]["oom_rows"] == 15
    assert set(document["constants"][0]) == {"name", "value", "unit", "meaning", "origin"}
    assert set(document["switches"][0]) == {"name", "meaning", "source"}
    cells = document["cells"]
    assert len(cells) == 81
    assert cells[0]["measured_bytes"] == 6_700_000_000
    assert cells[-1]["measured_s"] == 179.8


def test_that_people_get_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(
            [
                "estimate",
                "--model",
                "Qwen-72B",
                "--gpus-per-node",
                "4",
                "--sharding",
                "zero3",
                "--samples",
                "10000",
            ]
        )
        == 0
    )
    text = capsys.readouterr().out
    for words in (
        "GiB per GPU",
        "total, 4 GPUs",
        "s per step",
        "4 samples per step",
        "fits with > 99 %",
        "rule of thumb",
        "kWh",
        "NVLink",
    ):
        assert words in text
    assert main(["accuracy"]) == 0
    assert "81 of 81" in capsys.readouterr().out
    assert main(["--help"]) == 0
    assert "estimate" in capsys.readouterr().out


@pytest.mark.parametrize(
    "command",
    [
        ["estimate", "--model", "Qwen-7B"],
        ["solve", "--model", "Qwen-7B", "--fixes"],
        ["compare", "--a", "a.json", "--b", "a.json"],
        ["accuracy"],
    ],
)
def test_that_the_commands_need_neither_qt_nor_pandas_nor_torch(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"model": "Qwen-7B"}', encoding="utf-8")
    code = (
        "import sys\n"
        "from gpuplanner.cli import main\n"
        f"main({command!r})\n"
        "bad = {'PySide6', 'pandas', 'torch', 'pyqtgraph'} & set(sys.modules)\n"
        "sys.exit(f'imported {bad}' if bad else 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--torch-version", "banana"], "torch_version"),
        (["--torch-version", "²"], "torch_version"),
        (["--torch-version", "9" * 400], "torch_version"),
        (["--budget", "1e308GiB"], "--budget"),
        (["--budget", "22MB"], "--budget"),
        (["--samples", "1e308", "--epochs", "1e308"], "--samples"),
        (["--samples", "1.5"], "--samples"),
        (["--plans", "x.csv", "--json"], "--model"),
    ],
)
def test_that_absurd_options_are_one_clear_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main(["estimate", "--model", "Qwen-7B", *arguments]) == 2
    captured = capsys.readouterr()
    assert words in captured.err
    assert captured.err.count("\n") == 1


def test_that_a_bad_version_in_a_table_spoils_its_own_row_only(tmp_path: Path) -> None:
    plans, out = tmp_path / "plans.csv", tmp_path / "out.csv"
    plans.write_text("model,torch_version\nQwen-7B,banana\nQwen-7B,2.4\n", encoding="utf-8")
    assert main(["estimate", "--plans", str(plans), "--out", str(out)]) == 0
    with out.open(encoding="utf-8", newline="") as file:
        assert [bool(row["est_problem"]) for row in csv.DictReader(file)] == [True, False]


def test_that_rows_without_figures_are_not_counted_as_measured(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    table = tmp_path / "table.csv"
    table.write_text("model,method\nQwen-7B,lora\n", encoding="utf-8")
    assert main(["accuracy", "--table", str(table)]) == 2
    assert "no row can be judged" in capsys.readouterr().err


def test_that_a_word_that_is_no_command_is_not_taken_for_a_window(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calculate"]) == 2
    assert "no command and no file 'calculate'" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
@pytest.mark.parametrize("command", [["accuracy"], ["estimate", "--model", "Qwen-7B", "--json"], ["--help"]])
def test_that_a_full_disk_is_one_line(command: list[str]) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "gpuplanner", *command],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_that_a_console_without_the_signs_gets_the_figures(encoding: str) -> None:
    code = "import sys; from gpuplanner.cli import main; sys.exit(main(['accuracy']))"
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    assert b"81 of 81" in done.stdout


def test_that_a_reader_that_leaves_is_no_failure() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "gpuplanner", "accuracy", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(timeout=60) == 0
    process.stderr.close()

"""``gpuplanner table import`` as a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from gpuplanner.core.benchmark import MemoryUnit, Status
from gpuplanner.data.rows_csv import read_rows

SAMPLE = Path(__file__).parents[1] / "samples" / "qwen_finetune_profile.md"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gpuplanner", "table", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_that_the_profile_is_imported_and_what_was_guessed_is_printed(tmp_path: Path) -> None:
    out = tmp_path / "rows.csv"
    done = run("import", str(SAMPLE), "--out", str(out))
    assert done.returncode == 0, done.stderr
    assert "14 lines, 84 rows" in done.stdout
    assert "81 measured, 3 not measured" in done.stdout
    assert '"G" is taken as GB' in done.stdout
    assert len(read_rows(out).rows) == 84


def test_that_what_is_said_by_options_is_no_guess(tmp_path: Path) -> None:
    out = tmp_path / "rows.csv"
    options = ("--unit", "GiB", "--scope", "total", "--samples-per-step", "8", "--model-prefix", "Qwen-")
    done = run(
        "import", str(SAMPLE), "--out", str(out), "--json", *options, "--source", "=x", "--date", "2023-11"
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert {guess["field"] for guess in said["guesses"]} == {"gpu"}
    assert (said["rows"], said["measured"], said["not_measured"], said["realigned"]) == (84, 81, 3, 10)
    first = read_rows(out).rows[0]
    assert first.measurement.peak_memory_unit is MemoryUnit.GIB
    assert first.measurement.status is Status.MEASURED
    assert (first.provenance.source, first.provenance.date) == ("=x", "2023-11")


def test_that_samples_of_each_gpu_make_the_step_of_all_of_them(tmp_path: Path) -> None:
    """The profile's iteration is 8 samples on each GPU; read as 8 over all, hours would be 4 times wrong."""
    for option, expected in (("--samples-per-gpu", {8, 16, 32}), ("--samples-per-step", {8})):
        out = tmp_path / f"{option}.csv"
        done = run("import", str(SAMPLE), "--out", str(out), option, "8", "--model-prefix", "Qwen-")
        assert done.returncode == 0, done.stderr
        rows = read_rows(out).rows
        assert {row.measurement.samples_per_step for row in rows} == expected
        assert all(row.plan.samples_per_step == row.measurement.samples_per_step for row in rows)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("import", "no-such.md"), "no-such.md"),
        (("export", str(SAMPLE)), "table import"),
        (("import", str(SAMPLE), "--gpu", "no-such"), "not in the catalogue"),
        (("import", str(SAMPLE), "--samples-per-step", "x"), "--samples-per-step"),
        (("import", str(Path(__file__).parents[2] / "README.md")), "head line"),
        (("import", __file__), "head line"),
    ],
)
def test_that_a_mistake_is_told_and_nothing_is_written(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = run(*arguments, "--out", str(tmp_path / "rows.csv"))
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())

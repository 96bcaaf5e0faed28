"""``gpuplanner report`` as a process of its own, without a screen."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from scripted_nvml import ScriptedNvml

from gpuplanner.core.plan import Plan
from gpuplanner.data.plan_file import NamedPlan, PlanDocument, write_document

PLANS = "model,method,gpu,seq_len\nQwen-14B,qlora,RTX 4090,4096\n"


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    known = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    return subprocess.run(
        [sys.executable, "-m", "gpuplanner", "report", *arguments],
        cwd=folder,
        env={**known, "SOURCE_DATE_EPOCH": "1700000000", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "plans.csv").write_text(PLANS, encoding="utf-8")
    return tmp_path


def test_that_two_runs_write_the_same_pdf(folder: Path) -> None:
    for name in ("one.pdf", "two.pdf"):
        prices = ("--price-per-gpu-hour", "2", "--electricity-price", "0.3 EUR")
        done = run(folder, "plans.csv", "--out", name, "--samples", "1000", *prices)
        assert done.returncode == 0, done.stderr
    assert (folder / "one.pdf").read_bytes() == (folder / "two.pdf").read_bytes()
    assert (folder / "one.pdf").read_bytes().startswith(b"%PDF")


def test_that_the_driver_is_named_but_not_where_the_report_is_to_be_made_again(
    folder: Path, scripted_nvml: ScriptedNvml
) -> None:
    wanted = ("plans.csv", "--out", "r.md", "--sections", "sources")
    done = run(folder, *wanted, **scripted_nvml.environment(), SOURCE_DATE_EPOCH="")
    assert done.returncode == 0, done.stderr
    assert f"| Driver | {scripted_nvml.values['driver']} |" in (folder / "r.md").read_text(encoding="utf-8")
    again = run(folder, *wanted, **scripted_nvml.environment())
    assert again.returncode == 0, again.stderr
    assert "| Driver |" not in (folder / "r.md").read_text(encoding="utf-8")


def test_that_a_pdf_without_a_font_for_its_language_is_said(folder: Path) -> None:
    (folder / "fonts.conf").write_text("<fontconfig/>", encoding="utf-8")  # a computer without fonts
    wanted = ("plans.csv", "--out", "r.pdf", "--sections", "summary", "--language", "zh_CN")
    done = run(folder, *wanted, FONTCONFIG_FILE=str(folder / "fonts.conf"))
    assert done.returncode == 0, done.stderr
    assert "no font on this computer has Chinese characters" in done.stderr


def test_that_csv_markdown_and_html_are_written(folder: Path) -> None:
    for name in ("r.csv", "r.md", "r.html"):
        assert run(folder, "plans.csv", "--out", name, "--language", "zh_CN").returncode == 0
    names = {path.name for path in folder.iterdir()}
    assert {"r-report.csv", "r-plans-and-cards.csv", "r-phases.csv", "r-curve.csv", "r.md", "r.html"} <= names
    assert "显存" in (folder / "r.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("plans.csv", "--out", "r.doc"), "no kind of report"),
        (("missing.csv", "--out", "r.pdf"), "missing.csv"),
        (("plans.csv", "--out", "r.md", "--sections", "nonsense"), "no section 'nonsense'"),
        (("plans.csv", "--out", "r.md", "--gpus", "RTX 9999"), "RTX 9999"),
        (("plans.csv", "--out", "r.md", "--language", "xx"), "not a language"),
        (("plans.csv", "--out", "r.md", "--epochs", "3"), "--samples"),
        (("plans.csv", "--out", "no/such/folder/r.md"), "folder"),
    ],
)
def test_that_a_mistake_is_told_and_nothing_is_written(
    folder: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = run(folder, *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert {path.name for path in folder.iterdir()} == {"plans.csv"}


def test_that_a_wrong_epoch_is_told(folder: Path) -> None:
    done = run(folder, "plans.csv", "--out", "r.md", SOURCE_DATE_EPOCH="yesterday")
    assert done.returncode == 2
    assert "SOURCE_DATE_EPOCH" in done.stderr


def test_that_a_failed_write_leaves_the_old_file(folder: Path) -> None:
    old = folder / "r.md"
    old.write_text("old", encoding="utf-8")
    done = run(folder, "plans.csv", "--out", str(old / "below.md"))
    assert done.returncode == 2
    assert old.read_text(encoding="utf-8") == "old"


def test_that_what_the_document_remembers_holds_unless_an_option_says_otherwise(folder: Path) -> None:
    settings = (("report_paper", "letter"), ("report_sections", "summary+time"), ("report_title", "Mine"))
    plans = (NamedPlan("current", Plan(model="Qwen-7B")),)
    write_document(folder / "d.gpuplan", PlanDocument(plans=plans, settings=settings))
    assert run(folder, "d.gpuplan", "--out", "a.md").returncode == 0
    text = (folder / "a.md").read_text(encoding="utf-8")
    assert "Mine" in text
    assert "## Summary" in text
    assert "## Time of a step" in text
    assert "## Memory over" not in text
    assert run(folder, "d.gpuplan", "--out", "b.md", "--title", "", "--sections", "why").returncode == 0
    assert (folder / "b.md").read_text(encoding="utf-8").count("## ") == 1


def test_that_a_report_without_a_section_is_refused(folder: Path) -> None:
    done = run(folder, "plans.csv", "--out", "a.md", "--sections", " , ")
    assert done.returncode == 2
    assert "no section is named" in done.stderr


def test_that_the_plan_of_the_window_comes_before_those_that_were_kept(folder: Path) -> None:
    """A document keeps it last; the report of the window begins with it, and the two are to be equal."""
    plans = (NamedPlan("kept", Plan(model="Qwen-14B")), NamedPlan("current", Plan(model="Qwen-1.8B")))
    write_document(folder / "d.gpuplan", PlanDocument(plans=plans))
    assert run(folder, "d.gpuplan", "--out", "d.md", "--sections", "matrix").returncode == 0
    text = (folder / "d.md").read_text(encoding="utf-8")
    assert text.index("Qwen-1.8B") < text.index("kept")

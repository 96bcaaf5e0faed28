"""What pip is doing is said in few words, and what its failures mean in clear ones."""

import sys
from pathlib import Path

import pytest
from bootstrap.console import Log, SetupProblem, Step
from bootstrap.pip import Pip, all_requirements, explanation, summary

CHECKOUT = Path(__file__).resolve().parents[2]

OFFLINE = """\
WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by 'NewConnectionError('[Errno -3] \
Temporary failure in name resolution')': /simple/hatchling/
ERROR: Could not find a version that satisfies the requirement hatchling>=1.26 (from versions: none)
ERROR: No matching distribution found for hatchling>=1.26
"""


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Collecting pandas<4,>=3.0 (from gpuplanner==0.1.0)", "pandas"),
        (
            "  Downloading pandas-3.1.1-cp311-cp311-manylinux_2_28_x86_64.whl (12.1 MB)",
            "downloading pandas (12.1 MB)",
        ),
        ("  Downloading https://files/a/b/numpy-2.4.6-cp311.whl (16 MB)", "downloading numpy (16 MB)"),
        ("Processing ./wheels/pip-26.0-py3-none-any.whl", ""),
        ("Installing collected packages: a, b, c", "unpacking 3 packages"),
        ("Requirement already satisfied: six", ""),
    ],
)
def test_that_a_line_of_pip_is_summarised(line: str, words: str) -> None:
    assert summary(line) == words


def test_that_a_missing_network_names_the_wheel_folder() -> None:
    said = explanation(OFFLINE, None)
    assert said.startswith("The package index cannot be reached.")
    assert "packaging/go.py wheels FOLDER" in said
    assert "--wheels FOLDER" in said


def test_that_an_incomplete_folder_names_what_it_lacks(tmp_path: Path) -> None:
    said = explanation(OFFLINE, tmp_path)
    assert f"{tmp_path} does not hold hatchling>=1.26 for Python 3.{sys.version_info.minor}" in said


def test_that_a_full_disk_is_said() -> None:
    assert explanation("OSError: [Errno 28] No space left on device", None).startswith("The disk is full")


def test_that_any_other_failure_is_quoted() -> None:
    assert explanation("one\n\nERROR: two\n", None).endswith("    one\n    ERROR: two")


def test_that_a_folder_of_wheels_is_the_only_source(tmp_path: Path, log: Log) -> None:
    wheels = tmp_path / "with space"
    wheels.mkdir()
    tell = "import os; print(os.environ['PIP_NO_INDEX'], os.environ['PIP_FIND_LINKS']); raise SystemExit(1)"
    with pytest.raises(SetupProblem, match=r"(?s)could not install.*Full log: "):
        Pip(Path(sys.executable), wheels, log)._run([sys.executable, "-c", tell], [], Step("test"))
    assert f"1 file://{str(wheels).replace(' ', '%20')}" in log.path.read_text("utf-8")


def test_that_the_folder_needs_the_build_backend_and_pip_too() -> None:
    names = [line.split(">")[0].split("=")[0] for line in all_requirements(CHECKOUT / "pyproject.toml")]
    assert {"PySide6-Essentials", "numpy", "pytest", "hatchling", "editables", "pip", "torch"} <= set(names)

"""Opening the program where no window can be opened ends in one line, not in Qt's abort."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from gpuplanner.app import missing_display
from gpuplanner.cli import main


def test_that_two_files_at_once_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["a.csv", "b.csv"]) == 2
    assert "one file at a time" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("environment", "platform", "missing"),
    [
        ({}, "linux", True),
        ({"DISPLAY": ":0"}, "linux", False),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", False),
        ({"QT_QPA_PLATFORM": "offscreen"}, "linux", False),
        ({}, "win32", False),
        ({}, "darwin", False),
    ],
)
def test_that_a_missing_display_is_noticed(environment: dict[str, str], platform: str, missing: bool) -> None:
    assert bool(missing_display(environment, platform)) is missing


def test_that_the_command_says_so_and_ends() -> None:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {key: value for key, value in os.environ.items() if key not in hidden}
    done = subprocess.run(
        [sys.executable, "-m", "gpuplanner"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "no display" in done.stderr
    assert done.stderr.count("\n") == 1

"""The program's log: what goes in, that it stays small, and that it is never in the way."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from gpuplanner.data import log_file
from gpuplanner.data.log_file import LogFile, log_path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "log" / "gpuplanner.log"


def test_that_the_log_lies_in_the_platforms_folder_for_state() -> None:
    assert log_path({"XDG_STATE_HOME": "/s"}, "linux") == Path("/s/gpuplanner/log/gpuplanner.log")
    assert log_path({"LOCALAPPDATA": "C:/L"}, "win32") == Path("C:/L/GPU Planner/log/gpuplanner.log")


def test_that_nothing_is_created_before_there_is_something_to_write(path: Path) -> None:
    log = LogFile(path)
    assert not path.exists()
    log.warning("a font is missing")
    first, second = path.read_text(encoding="utf-8").splitlines()
    assert "INFO GPU Planner" in first
    assert second.endswith("WARNING a font is missing")


def test_that_the_users_folders_are_left_out(path: Path, own_folders: Path) -> None:
    log = LogFile(path)
    log.error(f"in {own_folders / 'secret-project' / 'x.py'} and {Path(log_file.__file__)}")
    text = path.read_text(encoding="utf-8")
    assert str(own_folders) not in text
    assert str(Path.cwd()) not in text
    assert "~" in text


def test_that_a_fault_that_comes_back_is_written_down_five_times_at_most(path: Path) -> None:
    log = LogFile(path)
    for _ in range(100):
        log.error("a tile cannot be painted")
    assert path.read_text(encoding="utf-8").count("a tile cannot be painted") == 5


def test_that_the_files_stay_small_and_few(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_file, "MAX_BYTES", 2000)
    log = LogFile(path)
    for number in range(200):
        log.warning(f"{number} " + "x" * 100)
    files = sorted(path.parent.iterdir())
    assert [file.name for file in files] == ["gpuplanner.log", "gpuplanner.log.1", "gpuplanner.log.2"]
    assert all(file.stat().st_size <= 2000 for file in files)


def test_that_a_place_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    LogFile(tmp_path / "file" / "log" / "gpuplanner.log").error("something")


def test_that_a_text_of_no_encoding_can_be_written(path: Path) -> None:
    LogFile(path).error("a name \udcff on Linux")
    assert "\\udcff" in path.read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="abort() opens a dialog there")
def test_that_a_process_that_is_struck_down_leaves_where_it_was(path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from gpuplanner.data.log_file import LogFile\n"
        "log = LogFile(Path(sys.argv[1])); log.open(); os.abort()"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, check=False)
    assert done.returncode != 0
    assert done.stderr == b""
    assert "Fatal Python error: Aborted" in path.read_text(encoding="utf-8")

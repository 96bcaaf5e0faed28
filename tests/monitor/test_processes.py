"""Processes are told apart, described and found in their family, on real processes."""

from __future__ import annotations

import getpass
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gpuplanner.monitor.process_list import by_process_unknown
from gpuplanner.monitor.processes import Attached, Family, ProcessTable
from gpuplanner.monitor.readings import BY_PROCESS_UNKNOWN, BY_PROCESS_WDDM

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture
def shell() -> Iterator[subprocess.Popen[str]]:
    """A shell with a child, whose PID it prints."""
    process = subprocess.Popen(
        ["sh", "-c", "sleep 60 & echo $!; wait"], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    yield process
    os.killpg(process.pid, 9)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def child_of(shell: subprocess.Popen[str]) -> int:
    assert shell.stdout is not None
    return int(shell.stdout.readline())


def test_that_a_process_is_described(shell: subprocess.Popen[str]) -> None:
    child = child_of(shell)
    limit = time.monotonic() + 20
    while (words := ProcessTable().words(child)).command != "sleep 60":  # still a copy of the shell
        assert time.monotonic() < limit
    assert words.user == getpass.getuser()
    assert words.start_s == pytest.approx(time.time(), abs=60)


def test_that_nothing_is_known_of_a_process_that_is_not_there() -> None:
    words = ProcessTable().words(2**22 + 1)
    assert (words.user, words.command, words.start_s) == (None, None, None)


def test_that_children_belong_to_the_family_and_others_do_not(shell: subprocess.Popen[str]) -> None:
    child = child_of(shell)
    family = Family(shell.pid, ProcessTable())
    assert shell.pid in family
    assert child in family
    assert os.getpid() not in family
    assert os.getppid() not in family
    assert 2**22 + 1 not in family


def test_that_a_child_stays_in_the_family_when_its_parent_ends(shell: subprocess.Popen[str]) -> None:
    child = child_of(shell)
    family = Family(shell.pid, ProcessTable())
    assert child in family
    shell.kill()
    shell.wait()
    assert child in family


def test_that_another_process_with_the_same_number_is_another(tmp_path: Path) -> None:
    def stat(start: int, parent: int = 1) -> None:
        (tmp_path / "50").mkdir(exist_ok=True)
        fields = ["S", str(parent), *["0"] * 17, str(start), "0", "0"]
        (tmp_path / "50" / "stat").write_text(f"50 (a ) b) {' '.join(fields)}")
        (tmp_path / "50" / "cmdline").write_text(f"start{start}")

    stat(10)
    table = ProcessTable(tmp_path)
    family, attached = Family(50, table), Attached(50, table)
    assert 50 in family
    assert attached.runs()
    assert table.words(50).command == "start10"
    stat(20)
    assert 50 not in family
    assert not attached.runs()
    assert table.words(50).command == "start20"


def test_that_without_proc_the_root_is_still_the_job(tmp_path: Path) -> None:
    family = Family(50, ProcessTable(tmp_path / "nothing"))
    assert 50 in family
    assert 51 not in family


def test_that_a_foreign_process_is_watched_until_it_ends(shell: subprocess.Popen[str]) -> None:
    attached = Attached(shell.pid, ProcessTable())
    assert attached.runs()
    shell.kill()
    limit = time.monotonic() + 20
    while attached.runs():  # a zombie until it is waited for, which counts as ended
        assert time.monotonic() < limit
    assert not Attached(2**22 + 1, ProcessTable()).runs()


def test_that_windows_is_named_where_it_hides_the_memory_of_processes(tmp_path: Path) -> None:
    wsl, linux = tmp_path / "wsl", tmp_path / "linux"
    wsl.write_text("Linux version 5.15.90.1-microsoft-standard-WSL2")
    linux.write_text("Linux version 6.1.0-18-amd64")
    assert by_process_unknown("linux", wsl) is BY_PROCESS_WDDM
    assert by_process_unknown("linux", linux) is BY_PROCESS_UNKNOWN
    assert by_process_unknown("win32", linux) is BY_PROCESS_WDDM
    assert by_process_unknown("linux", tmp_path / "nothing") is BY_PROCESS_UNKNOWN

"""Making an environment from wheels of a few lines: real venvs, real pip."""

from __future__ import annotations

import base64
import hashlib
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from gpuplanner.core.errors import InputError
from gpuplanner.trial.environment_facts import State
from gpuplanner.trial.environment_make import (
    MakeEnd,
    MakeStatus,
    Making,
    make_environment,
    needed_bytes,
)
from gpuplanner.trial.environment_place import UNFINISHED, python_in
from gpuplanner.trial.pip_output import MakeEvent, PipOutput

HANG_LIMIT_S = 120.0
TORCH = """
__version__ = "2.9.1"
class version: cuda = None
class cuda: is_available = staticmethod(lambda: False)
"""


def wheel(folder: Path, name: str, version: str, source: str = "", requires: str = "") -> None:
    """A wheel as build tools write it (PEP 427)."""
    about = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    metadata += f"Requires-Dist: {requires}\n" if requires else ""
    files = {
        f"{name}.py": source,
        f"{about}/METADATA": metadata,
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    lines = []
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            lines.append(f"{path},sha256={digest},{len(text)}")
        archive.writestr(f"{about}/RECORD", "\n".join([*lines, f"{about}/RECORD,,"]) + "\n")


@pytest.fixture
def without_ensurepip(tmp_path: Path) -> str:
    """Our Python as Debian ships it: ``venv`` fails where it is to bring pip along.  And it is quick."""
    if sys.platform == "win32":
        pytest.skip("a shell script stands for Python")
    python = tmp_path / "debian"
    refuse = '[ "$2" = venv ] && [ "$3" != --without-pip ]'
    python.write_text(f'#!/bin/sh\n{refuse} && echo no ensurepip && exit 1\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    return str(python)


class Told:
    """Takes what is told."""

    def __init__(self) -> None:
        self.events: list[MakeEvent] = []
        self.ends: list[MakeEnd] = []
        self.making: Making | None = None

    def __call__(self, event: MakeEvent | MakeEnd) -> None:
        if isinstance(event, MakeEnd):
            self.ends.append(event)
        else:
            self.events.append(event)

    @property
    def end(self) -> MakeEnd:
        (end,) = self.ends
        return end


def test_that_an_environment_is_made_from_a_folder_of_wheels_step_by_step(tmp_path: Path) -> None:
    wheel(tmp_path / "wheels", "torch", "2.9.1", TORCH, requires="friend")
    wheel(tmp_path / "wheels", "friend", "1.0")
    told = Told()
    folder = tmp_path / "new" / "env"
    making = make_environment(
        folder, tmp_path / "wheels", told, packages=("torch>=2.9",), cache=tmp_path / "cache"
    )
    assert making.wait(HANG_LIMIT_S)
    assert told.end.status is MakeStatus.OK, (told.end, making.log_lines)
    assert told.end.python == python_in(folder)
    assert told.end.environment is not None
    assert told.end.environment.state is State.USABLE
    assert told.end.environment.versions["torch"] == "2.9.1"
    assert not (folder / UNFINISHED).exists()
    phases = list(dict.fromkeys(event.phase for event in told.events))
    assert phases == ["prepare", "download", "install", "check"]
    assert {event.package for event in told.events if event.phase == "download"} == {"torch", "friend"}
    assert [event for event in told.events if event.phase == "install"][-1].n_done == 2
    with pytest.raises(InputError, match="not empty"):
        make_environment(folder, None, told)


def test_that_a_missing_wheel_is_told_in_pip_s_words_and_nothing_is_left(
    without_ensurepip: str, tmp_path: Path
) -> None:
    wheel(tmp_path / "wheels", "torch", "2.9.1", TORCH, requires="friend")
    told, wheels = Told(), tmp_path / "wheels"
    making = make_environment(tmp_path / "env", wheels, told, packages=("torch",), python=without_ensurepip)
    assert making.wait(HANG_LIMIT_S)
    assert told.end.status is MakeStatus.FAILED
    assert "No matching distribution found for friend" in told.end.message
    assert not (tmp_path / "env").exists()


def test_that_what_is_installed_but_does_not_import_is_not_left_looking_whole(
    without_ensurepip: str, tmp_path: Path
) -> None:
    wheel(tmp_path / "wheels", "torch", "2.9.1", "raise ImportError('libc10.so')")
    told, cache = Told(), tmp_path / "cache"
    making = make_environment(
        tmp_path / "env",
        tmp_path / "wheels",
        told,
        packages=("torch",),
        python=without_ensurepip,
        cache=cache,
    )
    assert making.wait(HANG_LIMIT_S)
    assert told.end.status is MakeStatus.FAILED
    assert (
        told.end.message
        == "It was installed but cannot be used: torch cannot be imported: ImportError: libc10.so"
    )
    assert not (tmp_path / "env").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for Python")
@pytest.mark.parametrize("moment", ["venv", "pip"])
def test_that_a_wish_to_cancel_ends_all_processes_and_takes_the_folder_away(
    tmp_path: Path, moment: str, wait_until_gone: Callable[[int], None]
) -> None:
    wheel(tmp_path / "wheels", "torch", "2.9.1")
    pids = tmp_path / "pids"
    # A Python that makes what looks like an environment, and whose venv or pip then takes for ever.
    stays = f"sleep 100 & echo $$ $! > {pids}.new; mv {pids}.new {pids}; wait"
    script = f"""#!/bin/sh
[ "$1" = -I ] && exec {sys.executable} "$@"
case "$2" in
venv) {stays if moment == "venv" else 'mkdir -p "$3/bin"; cp "$0" "$3/bin/python"'} ;;
pip) case "$3" in install) {stays} ;; *) echo pip 23.0 from x ;; esac ;;
esac
"""
    base = tmp_path / "python"
    base.write_text(script)
    base.chmod(0o755)
    told = Told()
    making = make_environment(tmp_path / "env", tmp_path / "wheels", told, python=str(base))
    while not pids.exists():
        assert not making.wait(0.02), told.end
    making.cancel()
    assert making.wait(HANG_LIMIT_S)
    assert told.end.status is MakeStatus.CANCELLED
    assert not (tmp_path / "env").exists()
    for pid in map(int, pids.read_text().split()):
        wait_until_gone(pid)


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for Python")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_that_nothing_stays_at_work_when_the_program_ends(
    tmp_path: Path, number: int, wait_until_gone: Callable[[int], None]
) -> None:
    """However it ends: the pipe that it holds is gone then."""
    python, pids = tmp_path / "python", tmp_path / "pids"
    stays = f"sleep 100 & echo $$ $! > {pids}.new; mv {pids}.new {pids}; wait"
    python.write_text(f'#!/bin/sh\n[ "$1" = -I ] && exec {sys.executable} "$@"\n{stays}\n')
    python.chmod(0o755)
    program = "import sys; from pathlib import Path\n"
    program += "from gpuplanner.trial.environment_make import make_environment\n"
    program += "making = make_environment(Path(sys.argv[1]), Path(sys.argv[2]), print, python=sys.argv[3])\n"
    program += "making.wait()"
    wheel(tmp_path / "wheels", "torch", "2.9.1")
    line = [sys.executable, "-c", program, str(tmp_path / "new"), str(tmp_path / "wheels"), str(python)]
    with subprocess.Popen(line, stdout=subprocess.DEVNULL) as running:
        until(pids.exists)
        running.send_signal(number)
    for pid in map(int, pids.read_text().split()):
        wait_until_gone(pid)


def until(condition: Callable[[], bool]) -> None:
    limit = time.monotonic() + HANG_LIMIT_S
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.02)


def test_that_a_python_that_makes_no_environment_is_told(tmp_path: Path) -> None:
    wheel(tmp_path / "wheels", "torch", "2.9.1")
    told = Told()
    making = make_environment(tmp_path / "env", tmp_path / "wheels", told, python=str(tmp_path / "none"))
    assert making.wait(HANG_LIMIT_S)
    assert told.end.status is MakeStatus.FAILED
    assert "No such file" in told.end.message
    assert not (tmp_path / "env").exists()


def test_that_nothing_is_begun_where_it_cannot_end_well(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "empty").mkdir()
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / UNFINISHED).write_text(str(os.getpid()))
    wheel(tmp_path / "wheels", "torch", "2.9.1")
    wheels = tmp_path / "wheels"
    for folder, source, words in (
        (tmp_path / "file", wheels, "a file of that name"),
        (tmp_path / "env", tmp_path / "empty", "no wheels"),
        (taken, wheels, "is being made there"),
    ):
        with pytest.raises(InputError, match=words):
            make_environment(folder, source, Told())
    with (wheels / "huge-1-py3-none-any.whl").open("wb") as huge:
        huge.truncate(2**43)
    assert needed_bytes(wheels) > 2**43
    with pytest.raises(InputError, match="GiB are needed"):
        make_environment(tmp_path / "env", wheels, Told())


def test_that_what_an_earlier_making_has_left_is_made_anew(tmp_path: Path) -> None:
    left = tmp_path / "env"
    left.mkdir()
    (left / UNFINISHED).write_text("x")
    (left / "rest").write_text("")
    wheel(tmp_path / "wheels", "torch", "2.9.1")
    told = Told()
    assert make_environment(left, tmp_path / "wheels", told, python="/none").wait(HANG_LIMIT_S)
    assert (told.end.status, left.exists()) == (MakeStatus.FAILED, False)


def test_that_pip_s_lines_become_bytes_and_packages(tmp_path: Path) -> None:
    events: list[MakeEvent] = []
    output = PipOutput(events.append, tmp_path)
    for line in (
        "Collecting torch<2.14,>=2.13",
        "  Downloading torch-2.13.0-cp311-cp311-manylinux_2_28_x86_64.whl (754.2 MB)",
        "Progress 0 of 754200000",
        "Progress 262144 of 754200000",
        "Progress 400000000 of 754200000",
        "Progress 754200000 of 754200000",
        "something else",
        "Installing collected packages: my-Friend, torch",
    ):
        output.take(line)
    (tmp_path / "my_friend-1.0.dist-info").mkdir()
    output.look()
    told = [(e.phase, e.package, e.done_bytes, e.total_bytes, e.n_done, e.n_total) for e in events]
    assert told == [
        ("download", "torch", None, None, None, None),
        ("download", "torch", None, 754_200_000, None, None),
        ("download", "torch", 400_000_000, 754_200_000, None, None),
        ("download", "torch", 754_200_000, 754_200_000, None, None),
        ("install", "", None, None, 0, 2),
        ("install", "", None, None, 1, 2),
    ]

"""Makes a training environment: a venv, the trial's packages by pip, a look whether they import.

Until all is well a marker file lies in the folder, which `find_environments` and `choose_python` pass over;
whatever fails or is cancelled takes the folder away again.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, cast

from gpuplanner.core.errors import InputError
from gpuplanner.core.units import gib
from gpuplanner.trial.bounded_lines import Tail
from gpuplanner.trial.child_environment import child_environment
from gpuplanner.trial.environment_facts import OLDEST_PYTHON, TRIAL_PACKAGES, Environment, State, release
from gpuplanner.trial.environment_place import UNFINISHED, python_in
from gpuplanner.trial.environment_probe import probe
from gpuplanner.trial.pip_output import MakeEvent, PipOutput
from gpuplanner.trial.process_tree import end_tree, ending_with_us, own_group

# torch for CUDA brings its libraries along: 3 GB to fetch, 7 GB on the disk.  From wheels, they are unpacked.
_FROM_REGISTRY_BYTES = 10 * 2**30
_UNPACKED = 3
_TERM_S = 1.0
_LAST_LINES = 4
_RAW_PROGRESS = (24, 1)
"""The release of pip that tells bytes to programs."""


class MakeStatus(StrEnum):
    """How it ended."""

    OK = "ok"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True)
class MakeEnd:
    """The last that is told, always once."""

    status: MakeStatus
    python: str = ""
    """The new environment's, when all is well."""
    message: str = ""
    """Why not, with pip's own last lines."""
    environment: Environment | None = None


Tell = Callable[["MakeEvent | MakeEnd"], None]


class _GivenUp(Exception):
    """The making is over, and why; an empty reason is a wish to cancel."""


def needed_bytes(source: Path | None) -> int:
    """About what it takes on the disk: wheels and what is unpacked from them."""
    if source is None:
        return _FROM_REGISTRY_BYTES
    return _UNPACKED * sum(wheel.stat().st_size for wheel in source.glob("*.whl"))


def make_environment(
    folder: Path,
    source: Path | None,
    tell: Tell,
    *,
    python: str = "",
    packages: tuple[str, ...] = TRIAL_PACKAGES,
    cache: Path | None = None,
) -> Making:
    """Begin to make an environment in ``folder`` and return at once.

    ``source`` is a folder of wheels, or None for what pip is configured to ask.  ``python`` is what it is
    made of, by default this program's own.  ``tell`` gets events in another thread, a `MakeEnd` as the last.

    Raises:
        InputError: the folder, the wheels or the Python cannot be used; nothing was touched.
    """
    base = python or ("" if getattr(sys, "frozen", False) else sys.executable)
    if not base:
        what = "a Python to make the environment of is not named"
        raise InputError.of(what, "Python", f"install Python {OLDEST_PYTHON[0]}.{OLDEST_PYTHON[1]} or later")
    _check_folder(folder)
    if source is not None and next(source.glob("*.whl"), None) is None:
        raise InputError.of(
            "there are no wheels (*.whl) in it", str(source), "choose the folder that has them"
        )
    _check_disk(folder, needed_bytes(source))
    making = Making(folder.absolute(), source, tell, base, packages, cache)
    threading.Thread(target=making.run, name="make environment", daemon=True).start()
    return making


class Making:
    """An environment that is being made."""

    def __init__(
        self,
        folder: Path,
        source: Path | None,
        tell: Tell,
        base: str,
        packages: tuple[str, ...],
        cache: Path | None,
    ) -> None:
        self._folder, self._source, self._tell = folder, source, tell
        self._base, self._packages, self._cache = base, packages, cache
        self._cancel = threading.Event()
        self._told = threading.Event()
        self._log = Tail(n_lines=400)

    def cancel(self) -> None:
        """End it and take away what is there; returns at once, the end is told within some seconds."""
        self._cancel.set()

    def wait(self, seconds: float | None = None) -> bool:
        """Whether the end was told within this time.  Not for a GUI thread."""
        return self._told.wait(seconds)

    @property
    def log_lines(self) -> tuple[str, ...]:
        """The last lines of venv and pip."""
        return self._log.lines

    def run(self) -> None:
        """Make it, from the first event to the end."""
        try:
            end = self._made()
        except _GivenUp as reason:
            end = self._undone(str(reason))
        except OSError as error:
            end = self._undone(f"{error.filename or self._folder}: {error.strerror or error}")
        try:
            self._tell(end)
        finally:
            self._told.set()

    # --- what is done, in its order --------------------------------------------------------------------

    def _made(self) -> MakeEnd:
        self._tell(MakeEvent("prepare", f"Preparing {self._folder}"))
        if self._folder.exists():
            shutil.rmtree(self._folder)  # empty, or what an earlier making has left
        self._folder.mkdir(parents=True)
        (self._folder / UNFINISHED).write_text(f"{os.getpid()}\n", encoding="ascii")
        pip = self._venv()
        self._install(pip)
        python = python_in(self._folder)
        self._tell(MakeEvent("check", "Importing what was installed"))
        tell = self._tell
        answer = probe(
            python,
            cancel=self._cancel,
            afresh=True,
            tell=lambda at: tell(MakeEvent("check", f"Importing: {at}", package=at)),
            cache=self._cache,
        )
        if answer.state is State.CANCELLED:
            raise _GivenUp
        if not answer.ok:
            raise _GivenUp(f"It was installed but cannot be used: {answer.reason}")
        (self._folder / UNFINISHED).unlink()
        return MakeEnd(MakeStatus.OK, python, environment=answer)

    def _venv(self) -> list[str]:
        """Make the bare environment; returns the start of a line of pip for it."""
        python = self._base
        code = self._run([python, "-m", "venv", str(self._folder)])
        made = python_in(self._folder)
        if code == 0 and made:
            return [made, "-m", "pip"]
        # Debian keeps ensurepip in a package of its own; a pip that is there can work for another Python.
        code = self._run([python, "-m", "venv", "--without-pip", str(self._folder)])
        made = python_in(self._folder)
        if code != 0 or not made:
            raise _GivenUp(f"{python} makes no environment{self._last_lines()}")
        if self._run([python, "-m", "pip", "--version"]) != 0:
            raise _GivenUp(f"{python} has no pip; install python3-venv, or name another Python")
        return [python, "-m", "pip", "--python", made]

    def _install(self, pip: list[str]) -> None:
        source = [] if self._source is None else ["--no-index", "--find-links", str(self._source.absolute())]
        if self._source is None:
            # The pip that comes with Python may be old and tells no bytes; if this fails, so will the rest.
            self._tell(MakeEvent("prepare", "Bringing pip up to date"))
            self._run([*pip, "install", "--no-input", "--upgrade", "pip"])
        version = self._pip_version(pip)
        bar = "raw" if version >= _RAW_PROGRESS else "off"
        line = [*pip, "install", "--no-input", "--disable-pip-version-check", "--progress-bar", bar]
        places = [*self._folder.glob("lib/python3*/site-packages"), self._folder / "Lib" / "site-packages"]
        output = PipOutput(self._tell, places[0])
        watch = threading.Event()
        counter = threading.Thread(target=output.count_installed, args=(watch,), daemon=True)
        counter.start()
        try:
            code = self._run([*line, *source, *self._packages], output.take)
        finally:
            watch.set()
            counter.join()
        if code != 0:
            raise _GivenUp(f"pip has failed (exit code {code}){self._last_lines()}")

    def _pip_version(self, pip: list[str]) -> tuple[int, ...]:
        found: list[str] = []
        self._run([*pip, "--version"], found.append)
        words = " ".join(found).split()
        return release(words[1]) if len(words) > 1 else ()

    def _run(self, command: list[str], take: Callable[[str], None] = lambda line: None) -> int:
        """Run a Python's command to its end, its lines into the log.

        A wish to cancel ends it and its children, and so does the end of this program, whatever brings it.
        """
        if self._cancel.is_set():
            raise _GivenUp
        given = child_environment(os.environ, self._folder, command[0])
        del given["PYTHONPATH"]  # an environment is to stand for itself
        if self._source is not None:  # those wheels, and no others
            given = {name: value for name, value in given.items() if not name.startswith("PIP_")}
            given["PIP_CONFIG_FILE"] = os.devnull
        given.update(PIP_NO_COLOR="1", NO_COLOR="1")
        process: subprocess.Popen[bytes] = subprocess.Popen(
            ending_with_us(command[0], command),
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self._folder,
            env=given,
            **own_group(),
        )
        assert process.stdin is not None
        assert process.stdout is not None
        gone = threading.Event()
        ender = threading.Thread(target=self._end_when_cancelled, args=(process, gone), daemon=True)
        ender.start()
        try:
            with process.stdout as stream:
                self._log.read(cast(BinaryIO, stream), take)
        finally:
            gone.set()
            ender.join()
            code = end_tree(process, leave_s=0.0 if self._cancel.is_set() else 60.0)
            process.stdin.close()
        if self._cancel.is_set():
            raise _GivenUp
        return code

    def _end_when_cancelled(self, process: subprocess.Popen[bytes], gone: threading.Event) -> None:
        while not gone.wait(0.05):
            if self._cancel.is_set():
                end_tree(process, term_s=_TERM_S)
                return

    def _undone(self, reason: str) -> MakeEnd:
        """Take away what is there; the marker goes last, should even that be cut off."""
        marker = self._folder / UNFINISHED
        with suppress(OSError):
            for path in self._folder.iterdir():
                if path != marker:
                    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
            marker.unlink()
            self._folder.rmdir()
        if self._cancel.is_set():
            return MakeEnd(MakeStatus.CANCELLED)
        left = f"; remove {self._folder}, which could not be taken away" if self._folder.exists() else ""
        return MakeEnd(MakeStatus.FAILED, message=reason + left)

    def _last_lines(self) -> str:
        said = [line.strip() for line in self._log.lines if line.strip()]
        wanted = [line for line in said if line.startswith(("ERROR", "error", "×"))] or said
        return ": " + " / ".join(line[:300] for line in wanted[-_LAST_LINES:]) if said else ""


def _check_folder(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise InputError.of("there is a file of that name", str(folder), "choose another folder")
    left = (folder / UNFINISHED).exists()
    if next(folder.iterdir(), None) is not None and not left:
        raise InputError.of("the folder is not empty", str(folder), "choose a new or empty folder")
    if left and _is_alive(folder / UNFINISHED):
        raise InputError.of("an environment is being made there", str(folder), "wait for it, or cancel it")


def _is_alive(marker: Path) -> bool:
    try:
        pid = int(marker.read_text(encoding="ascii"))
        if sys.platform == "win32":
            return False  # os.kill would end it there
        os.kill(pid, 0)
    except (OSError, ValueError):
        return False
    return True


def _check_disk(folder: Path, needed: int) -> None:
    there = next(parent for parent in folder.absolute().parents if parent.exists())
    free = shutil.disk_usage(there).free
    if free < needed:
        what = f"about {gib(needed)} GiB are needed and {gib(free)} GiB are free"
        raise InputError.of(what, str(there), "free some space, or choose a folder on another disk")

"""Starts a Python once, within a time limit, and says what it has for a trial; the answer is kept on disk.

A kept answer counts as long as the Python, its library folders, the driver and ``PYTHONPATH`` are the same:
installing or removing a package changes its folder's time.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from gpuplanner.core.errors import InputError
from gpuplanner.core.json_fields import from_fields, to_fields
from gpuplanner.trial.bounded_lines import Tail, bounded_lines
from gpuplanner.trial.child_environment import child_environment
from gpuplanner.trial.environment_facts import OLDEST_PYTHON, Card, Environment, State, release
from gpuplanner.trial.process_tree import end_tree, own_group
from gpuplanner.trial.worker_files import cache_folder, worker_folder

USUAL_LIMIT_S = 90.0
"""Importing the whole stack takes 5–20 s, on a cold network disk a minute."""

_KEPT = "environments.json"
_FORM = 1
"""Of the kept answers; another number makes them all void."""
_LOOK_S = 0.1
_LEAVE_S = 2.0
_LINE_BYTES = 2**20
_DRIVER = Path("/proc/driver/nvidia/version")
# What a library might fetch, it shall not.
_OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "BITSANDBYTES_NOWELCOME": "1",
}

Tell = Callable[[str], None]


def probe(
    python: str,
    *,
    limit_s: float = USUAL_LIMIT_S,
    cancel: threading.Event | None = None,
    afresh: bool = False,
    tell: Tell = lambda at: None,
    cache: Path | None = None,
) -> Environment:
    """What that Python has; takes seconds and waits, so it is not for a GUI thread.

    ``tell`` hears what is being tried: ``start``, ``torch``, ``cards``, ``transformers`` …; ``afresh`` asks
    again although the answer is known.  Whatever goes wrong is a state with a reason.
    """
    cache = cache_folder() if cache is None else cache
    if not afresh and (known := known_environment(python, cache=cache)) is not None:
        return known
    stamp = _stamp(python, ())
    if stamp is None:
        return Environment(python, State.NO_PYTHON, "There is no program")
    start = time.monotonic()
    try:
        answer = _Asked(python, limit_s, cancel or threading.Event(), tell, cache).environment()
    except InputError as error:  # the cache cannot be written
        return Environment(python, State.CRASHES, error.problems[0].line())
    answer = replace(answer, seconds=round(time.monotonic() - start, 3))
    if answer.state in (State.USABLE, State.TOO_OLD, State.IMPORT_FAILS):
        _keep(cache, python, answer)
    return answer


def known_environment(python: str, *, cache: Path | None = None) -> Environment | None:
    """The kept answer, if nothing has changed since; no process is started."""
    kept = _kept(cache_folder() if cache is None else cache).get(python)
    if not isinstance(kept, dict):
        return None
    try:
        found = from_fields(Environment, kept["environment"])
    except (KeyError, ValueError):
        return None
    return found if kept.get("stamp") == _stamp(python, found.library_folders) else None


@dataclass
class _Told:
    """What the script has said so far."""

    at: str = ""
    place: Mapping[str, Any] | None = None
    versions: Mapping[str, str] | None = None
    installer: str = ""
    cards: tuple[Card, ...] = ()
    cards_problem: str = ""
    failed: tuple[str, str] | None = None


class _Asked:
    """One start of the script on a Python."""

    def __init__(self, python: str, limit_s: float, cancel: threading.Event, tell: Tell, cache: Path) -> None:
        self._python, self._limit_s, self._cancel, self._tell = python, limit_s, cancel, tell
        self._folder = worker_folder(cache)
        self._told = _Told()
        self._log = Tail()

    def environment(self) -> Environment:
        """Run it to its end, or to ours."""
        script = self._folder / "gpuplanner" / "worker" / "probe.py"
        environment = {**child_environment(os.environ, self._folder, self._python), **_OFFLINE}
        try:
            process = subprocess.Popen(
                [self._python, str(script)],
                bufsize=0,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=self._folder,
                env=environment,
                **own_group(),
            )
        except OSError as error:
            what = f"It cannot be started ({error.strerror or error})"
            return Environment(self._python, State.NO_PYTHON, what)
        assert process.stdout is not None
        assert process.stderr is not None
        lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        readers = [
            threading.Thread(target=_pump, args=(process.stdout, lines), daemon=True),
            threading.Thread(target=_read, args=(process.stderr, self._log), daemon=True),
        ]
        for reader in readers:
            reader.start()
        ended: State | None = State.CANCELLED
        try:
            ended = self._listen(lines)
        finally:
            code = end_tree(process, leave_s=_LEAVE_S if ended is None else 0.0)
            for reader in readers:
                reader.join(1.0)
        return self._answer(ended, code)

    def _listen(self, lines: queue.SimpleQueue[bytes | None]) -> State | None:
        """Take its lines; returns why nobody listens any more, None when it has ended."""
        until = time.monotonic() + self._limit_s
        while True:
            if self._cancel.is_set():
                return State.CANCELLED
            if time.monotonic() >= until:
                return State.HANGS
            try:
                line = lines.get(timeout=_LOOK_S)
            except queue.Empty:
                continue
            if line is None or self._take(line):
                return None

    def _take(self, line: bytes) -> bool:
        """Understand a line; True after the last one."""
        try:
            said = json.loads(line)
        except ValueError:
            return False
        if not isinstance(said, dict):
            return False
        told = self._told
        if isinstance(at := said.get("at"), str):
            told.at = at
            self._tell(at)
        if at == "start":
            told.place = said
        elif isinstance(said.get("versions"), dict):
            told.versions = {str(name): str(text) for name, text in said["versions"].items()}
            told.installer = str(said.get("installer", ""))
        elif "cards" in said:
            with contextlib.suppress(TypeError, ValueError):
                told.cards = tuple(from_fields(Card, card) for card in said["cards"])
            told.cards_problem = str(said.get("problem", ""))
            built = {"torch": said.get("torch"), "cuda": said.get("cuda")}
            more = {name: str(text) for name, text in built.items() if text}
            told.versions = {**(told.versions or {}), **more}
        elif "failed" in said and told.failed is None:
            told.failed = str(said["failed"]), str(said.get("reason", ""))
        return at == "end"

    def _answer(self, ended: State | None, code: int) -> Environment:
        told, place = self._told, self._told.place or {}
        known = Environment(
            self._python,
            State.USABLE,
            versions={"python": str(place.get("python", "")), **(told.versions or {})},
            cards=told.cards,
            cards_problem=told.cards_problem,
            folder=str(place.get("prefix", "")),
            is_venv=bool(place.get("is_venv")),
            is_conda=bool(place.get("is_conda")),
            is_managed=bool(place.get("is_managed")),
            installer=told.installer,
            library_folders=tuple(map(str, place.get("folders", ()))),
        )
        state, reason = self._verdict(ended, code, known.versions["python"])
        return replace(known, state=state, reason=reason)

    def _verdict(self, ended: State | None, code: int, version: str) -> tuple[State, str]:
        told, last = self._told, self._last_words()
        doing = "starting" if told.at in ("", "start") else f"importing {told.at}"
        doing = "asking for cards" if told.at == "cards" else doing
        if ended is State.CANCELLED:
            return State.CANCELLED, "It was not asked to the end"
        if ended is State.HANGS:
            return State.HANGS, f"It hangs: {doing} takes more than {self._limit_s:g} s"
        if told.place is None:
            if "SyntaxError" in last:
                return State.TOO_OLD, "It is older than Python 3.5; 3.10 is the oldest that will do"
            return State.NO_PYTHON, f"It does not answer as a Python does{_said(last)}"
        if release(version) < OLDEST_PYTHON:
            return State.TOO_OLD, f"It is Python {version}; 3.10 is the oldest that will do"
        if told.at != "end":
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            return State.CRASHES, f"It crashes while {doing} ({how}){_said(last)}"
        if told.failed is not None:
            return State.IMPORT_FAILS, f"{told.failed[0]} cannot be imported: {told.failed[1]}"
        return State.USABLE, ""

    def _last_words(self) -> str:
        said = [line.strip() for line in self._log.lines if line.strip()]
        return said[-1][:300] if said else ""


def _said(last: str) -> str:
    return f"; its last words: {last}" if last else ""


def _pump(stream: BinaryIO, lines: queue.SimpleQueue[bytes | None]) -> None:
    with stream:
        for line in bounded_lines(stream, _LINE_BYTES):
            if line is not None:
                lines.put(line)
    lines.put(None)


def _read(stream: BinaryIO, log: Tail) -> None:
    with stream:
        log.read(stream)


# --- kept answers ------------------------------------------------------------------------------------------


def _stamp(python: str, folders: tuple[str, ...]) -> list[str] | None:
    """What a kept answer depends on; None where there is no program."""
    path = Path(python)
    try:
        seen = [path.stat(), path.lstat()]
    except OSError:
        return None
    stamp = [f"{one.st_mtime_ns} {one.st_size} {one.st_ino}" for one in seen]
    for folder in folders:
        try:
            stamp.append(str(Path(folder).stat().st_mtime_ns))
        except OSError:
            stamp.append("")
    driver = ""
    with contextlib.suppress(OSError):
        driver = _DRIVER.read_text()
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES", "all")
    return [str(_FORM), *stamp, driver, hidden, os.environ.get("PYTHONPATH", "")]


def _kept(cache: Path) -> dict[str, Any]:
    try:
        found = json.loads((cache / _KEPT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _keep(cache: Path, python: str, answer: Environment) -> None:
    """Written beside and renamed; a cache that cannot be written only costs time."""
    kept = _kept(cache)
    kept[python] = {"stamp": _stamp(python, answer.library_folders), "environment": to_fields(answer)}
    beside = cache / f"{_KEPT}.{os.getpid()}.{threading.get_ident()}"
    with contextlib.suppress(OSError):
        beside.write_text(json.dumps(kept, indent=1), encoding="utf-8")
        beside.replace(cache / _KEPT)

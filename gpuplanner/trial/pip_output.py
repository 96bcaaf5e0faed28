"""What pip says while it installs, as steps that a progress bar can show."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_COLLECTING = re.compile(r"^\s*(?:Collecting|Processing) (\S+)")
_DOWNLOADING = re.compile(r"^\s*(?:Downloading|Using cached) (\S+)(?: \(([\d.]+) ?([kMG]?B)\))?")
_PROGRESS = re.compile(r"^\s*Progress (\d+) of (\d+)")
_INSTALLING = re.compile(r"^\s*Installing collected packages: (.*)")
_UNITS = {"B": 1, "kB": 1000, "MB": 1000**2, "GB": 1000**3}  # of pip's format_size
_LOOK_S = 0.3


@dataclass(frozen=True)
class MakeEvent:
    """One step of making an environment; None: not known."""

    phase: str
    """``prepare``, ``download``, ``install`` or ``check``."""
    text: str
    """A line for people."""
    package: str = ""
    done_bytes: int | None = None
    total_bytes: int | None = None
    n_done: int | None = None
    """Packages that are unpacked, of ``n_total``."""
    n_total: int | None = None


class PipOutput:
    """Takes the lines of one ``pip install`` and tells events; the library folder says what is unpacked."""

    def __init__(self, tell: Callable[[MakeEvent], None], library: Path) -> None:
        self._tell = tell
        self._library = library
        self._package = ""
        self._total: int | None = None
        self._told_bytes = 0
        self._wanted: tuple[str, ...] = ()
        self._done = 0

    def take(self, line: str) -> None:
        """Understand a line; one that says nothing is passed over."""
        if found := _PROGRESS.match(line):
            self._progress(int(found[1]), int(found[2]))
        elif found := _COLLECTING.match(line):
            self._package = _bare(found[1])
            self._tell(MakeEvent("download", line.strip(), self._package))
        elif found := _DOWNLOADING.match(line):
            self._package = _bare(found[1])
            self._total = round(float(found[2]) * _UNITS[found[3]]) if found[2] else None
            self._told_bytes = 0
            self._tell(MakeEvent("download", line.strip(), self._package, None, self._total))
        elif found := _INSTALLING.match(line):
            self._wanted = tuple(name.strip() for name in found[1].split(",") if name.strip())
            text = f"Unpacking {len(self._wanted)} package{'s' if len(self._wanted) > 1 else ''}"
            self._tell(MakeEvent("install", text, n_done=0, n_total=len(self._wanted)))

    def _progress(self, done: int, total: int) -> None:
        # pip tells every quarter of a megabyte; a bar needs a hundred steps.
        if total and done < total and done - self._told_bytes < total / 100:
            return
        self._told_bytes = done
        self._tell(MakeEvent("download", f"Downloading {self._package}", self._package, done, total or None))

    def count_installed(self, stop: threading.Event) -> None:
        """Tell how many packages are unpacked, which pip itself does not, until it is told to stop."""
        while not stop.wait(_LOOK_S):
            self.look()
        self.look()

    def look(self) -> None:
        """Count the packages that are there by now."""
        wanted = self._wanted
        if not wanted or self._done == len(wanted):
            return
        there = {_plain(path.name.partition("-")[0]) for path in self._library.glob("*.dist-info")}
        done = sum(_plain(name) in there for name in wanted)
        if done > self._done:
            self._done = done
            text = f"Unpacked {done} of {len(wanted)}"
            self._tell(MakeEvent("install", text, n_done=done, n_total=len(wanted)))


def _bare(name: str) -> str:
    """The package of a requirement, a wheel's file or an address."""
    return re.split(r"[<>=!~\[;(-]", name.rsplit("/", 1)[-1], maxsplit=1)[0]


def _plain(name: str) -> str:
    return re.sub("[-_.]+", "-", name).lower()

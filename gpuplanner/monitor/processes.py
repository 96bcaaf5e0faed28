"""Who a process is (user, command, start) and whose child, from Linux's /proc; elsewhere nothing is known."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

try:
    import pwd
except ImportError:  # Windows
    pwd = None  # type: ignore[assignment]

PROC = Path("/proc")
MOST_KNOWN = 4096
"""Processes whose words are kept; more than any machine runs on its GPUs."""
LONGEST_COMMAND = 1000


@dataclass(frozen=True)
class ProcessWords:
    """What the system says of a process; None where it says nothing."""

    user: str | None = None
    command: str | None = None
    start_s: float | None = None


UNKNOWN = ProcessWords()


@dataclass(frozen=True)
class _Status:
    parent: int
    start_ticks: int
    """Since the machine was started; with the PID it identifies a process, as PIDs are used again."""


class ProcessTable:
    """Reads /proc, and remembers the words of each process as long as it is the same one."""

    def __init__(self, root: Path = PROC) -> None:
        self._root = root
        self._known: dict[int, tuple[int, ProcessWords]] = {}
        self._boot_s = self._read_boot_s()
        self._ticks_per_s = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100

    def words(self, pid: int) -> ProcessWords:
        """User, command and start of a process; nothing if it is gone or in another container."""
        status = self.status(pid)
        if status is None:
            self._known.pop(pid, None)
            return UNKNOWN
        known = self._known.get(pid)
        if known is not None and known[0] == status.start_ticks:
            return known[1]
        words = ProcessWords(
            self._user(pid),
            self._command(pid),
            None if self._boot_s is None else self._boot_s + status.start_ticks / self._ticks_per_s,
        )
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[pid] = (status.start_ticks, words)
        return words

    def status(self, pid: int) -> _Status | None:
        """Parent and start of a process, None if there is none of that number."""
        try:
            text = (self._root / str(pid) / "stat").read_bytes()
        except OSError:
            return None
        # "pid (name) state ppid …": the name may hold spaces and brackets, so count from the last bracket.
        fields = text[text.rfind(b")") + 2 :].split()
        if len(fields) < 20 or fields[0] in (b"Z", b"X"):  # a zombie has ended, though nobody took note of it
            return None
        return _Status(int(fields[1]), int(fields[19]))

    def _user(self, pid: int) -> str | None:
        if pwd is None:
            return None
        try:
            number = (self._root / str(pid)).stat().st_uid
        except OSError:
            return None
        try:
            return pwd.getpwuid(number).pw_name
        except KeyError:
            return str(number)  # a user of the host, seen in a container

    def _command(self, pid: int) -> str | None:
        with contextlib.suppress(OSError):
            raw = (self._root / str(pid) / "cmdline").read_bytes()[:LONGEST_COMMAND]
            words = raw.replace(b"\0", b" ").decode("utf-8", "replace").strip()
            if words:
                return words
            return (self._root / str(pid) / "comm").read_text(encoding="utf-8", errors="replace").strip()
        return None

    def _read_boot_s(self) -> float | None:
        with contextlib.suppress(OSError):
            for line in (self._root / "stat").read_text(encoding="ascii", errors="replace").splitlines():
                if line.startswith("btime "):
                    return float(line.split()[1])
        return None


class Family:
    """A process and all that it started, directly or not.

    Who was once seen as a member stays one, even if its parent ends and it is handed to another.
    """

    def __init__(self, root_pid: int, table: ProcessTable) -> None:
        self.root_pid = root_pid
        self._table = table
        self._members: dict[int, int] = {}
        root = table.status(root_pid)
        if root is not None:
            self._members[root_pid] = root.start_ticks

    def __contains__(self, pid: int) -> bool:
        """Whether the process that has this PID now belongs to the family."""
        path: dict[int, int] = {}
        while pid > 1 and pid not in path:
            status = self._table.status(pid)
            if status is None:
                return pid == self.root_pid and not path  # no /proc: the root's own PID is all that is known
            if self._members.get(pid) == status.start_ticks:
                self._members.update(path)
                return True
            path[pid] = status.start_ticks
            pid = status.parent
        return False


class Attached:
    """A process that is not our child, and is not taken for a later one with its PID."""

    def __init__(self, pid: int, table: ProcessTable) -> None:
        self._pid, self._table = pid, table
        status = table.status(pid)
        self._start_ticks = None if status is None else status.start_ticks
        self._has_proc = sys.platform == "linux"

    def runs(self) -> bool:
        """Whether it still runs."""
        if self._has_proc:
            status = self._table.status(self._pid)
            return status is not None and status.start_ticks == self._start_ticks
        if sys.platform == "win32":
            return _runs_on_windows(self._pid)
        try:
            os.kill(self._pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True


def _runs_on_windows(pid: int) -> bool:
    # os.kill(pid, 0) would end the process there.
    if sys.platform != "win32":
        return False
    synchronize, timeout = 0x0010_0000, 0x102
    kernel = ctypes.windll.kernel32
    handle = kernel.OpenProcess(synchronize, False, pid)
    if not handle:
        return False
    try:
        return bool(kernel.WaitForSingleObject(handle, 0) == timeout)
    finally:
        kernel.CloseHandle(handle)


def wait_until_gone(process: Attached, limit_s: float, step_s: float = 0.05) -> bool:
    """Wait until a process has ended, at most ``limit_s``; returns whether it has."""
    end = time.monotonic() + limit_s
    while process.runs():
        if time.monotonic() >= end:
            return False
        time.sleep(step_s)
    return True

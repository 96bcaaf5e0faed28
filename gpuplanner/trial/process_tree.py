"""Ends a process that we started together with what it started itself."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

_LOOK_S = 0.02
_WATCH = """
import os, signal, subprocess, sys, threading
process = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
def end_all():
    sys.stdin.buffer.read()
    if os.name == "nt":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(os.getpid())], capture_output=True)
    else:
        os.killpg(0, signal.SIGKILL)
threading.Thread(target=end_all, daemon=True).start()
code = process.wait()
os._exit(code if code >= 0 else 128 - code)
"""


def ending_with_us(python: str, command: Sequence[str]) -> list[str]:
    """The line that runs a command which ends, with all that it starts, when its stdin does.

    The caller holds the other end of that pipe, at the head of an `own_group`: however it ends, even killed,
    nothing is left at work.
    """
    return [python, "-I", "-S", "-c", _WATCH, *command]


def own_group() -> dict[str, Any]:
    """Options of Popen that put the process at the head of a group of its own."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}  # Ctrl+C in our terminal is for us


def end_tree(process: subprocess.Popen[bytes], *, leave_s: float = 0.0, term_s: float = 0.0) -> int:
    """End the process and its group; returns its exit code.

    It has ``leave_s`` to leave by itself, then ``term_s`` after TERM; then comes KILL.
    """
    if process.returncode is not None:
        return process.returncode  # reaped before; the number may be another's by now
    if sys.platform == "win32":
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(leave_s)
        if process.poll() is None:
            # There are no groups to kill; taskkill walks down the tree.
            line = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
            subprocess.run(line, capture_output=True, check=False)
        return process.wait()
    if not _has_left(process, leave_s) and term_s > 0:
        _signal_group(process.pid, signal.SIGTERM)
        _has_left(process, term_s)
    _signal_group(process.pid, signal.SIGKILL)
    return process.wait()


def _signal_group(group: int, number: int) -> None:
    with contextlib.suppress(OSError):
        os.killpg(group, number)


def _has_left(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Whether it leaves within this time; it is not reaped, so that its group's number stays its own."""
    until = time.monotonic() + seconds
    while not _is_zombie(process):
        if time.monotonic() >= until:
            return False
        time.sleep(_LOOK_S)
    return True


def _is_zombie(process: subprocess.Popen[bytes]) -> bool:
    if sys.platform == "win32" or not hasattr(os, "waitid"):  # the latter on macOS
        return process.poll() is not None
    with contextlib.suppress(ChildProcessError):
        return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None
    return True

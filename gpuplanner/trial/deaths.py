"""What the exit code of a worker that left no ``end`` means, in words."""

from __future__ import annotations

import signal
from pathlib import Path

from gpuplanner.core.trial import TrialStatus

_VMSTAT = Path("/proc/vmstat")
_WINDOWS = {
    0xC0000005: "it has crashed (access violation)",
    0xC0000017: "Windows had no memory left for it",
    0xC000012D: "Windows had no memory left for it",
    0xC0000409: "it has aborted itself",
    0xC0000135: "a library (DLL) that it needs is missing",
}


def kernel_oom_kills() -> int | None:
    """How often this kernel has killed for memory since it started; None where it does not say."""
    try:
        for line in _VMSTAT.read_text().splitlines():
            name, _, count = line.partition(" ")
            if name == "oom_kill":
                return int(count)
    except (OSError, ValueError):
        return None
    return None


def death_of(code: int, oom_kills: int | None, tail: tuple[str, ...]) -> tuple[TrialStatus, str, str]:
    """Status, message and whose memory was exhausted.

    ``oom_kills`` is how many times the kernel killed for memory while the trial ran.
    """
    if code == -signal.SIGTERM:
        return TrialStatus.STOPPED, "the worker was told to end (TERM) from outside", ""
    if code == -9:
        if oom_kills:
            return TrialStatus.OOM, "killed by the kernel: the host has run out of memory", "host"
        what = "killed by the kernel, probably out of host memory (signal 9)"
        return TrialStatus.FAILED, what, ""
    if code & 0xFFFFFFFF in (0xC0000017, 0xC000012D):
        return TrialStatus.OOM, f"the worker is gone: {_WINDOWS[code & 0xFFFFFFFF]}", "host"
    return TrialStatus.FAILED, f"the worker is gone without a word: {_reason(code)}{_last(tail)}", ""


def _reason(code: int) -> str:
    if code == -signal.SIGABRT:
        return "it has aborted itself (signal 6)"
    if code == -signal.SIGSEGV:
        return "it has crashed (signal 11, segmentation fault)"
    if code < 0 and -code in _signal_names():
        return f"ended by signal {-code} ({_signal_names()[-code]})"
    return _WINDOWS.get(code & 0xFFFFFFFF, f"exit code {code}")


def _signal_names() -> dict[int, str]:
    return {number.value: number.name for number in signal.Signals}


def _last(tail: tuple[str, ...]) -> str:
    """The last thing that was said on stderr; with a traceback that is the error itself."""
    said = [line.strip() for line in tail if line.strip()]
    # faulthandler's dump of a crash names its reason first.
    reason = next((line for line in reversed(said) if line.startswith("Fatal Python error")), None)
    last = reason or (said[-1] if said else "")
    return f"; its last words: {last[:300]}" if last else ""

"""One worker process of this machine, and the threads around it.

::

    run    starts the process, waits for it to be gone, tells the one end
    read   its stdout: events          watch  wishes to stop and time limits: asks, TERM, KILL
    log    its stderr: the last lines  feed   the spec, then "stop", to its stdin

Each is a thread, so that nothing that a worker does, or does not do, holds up another of them or the caller.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from gpuplanner.core.errors import InputError
from gpuplanner.core.trial import TrialSpec, TrialStatus
from gpuplanner.core.trial_events import (
    MAX_LINE_BYTES,
    STOP,
    EndEvent,
    event_from_line,
    spec_to_line,
)
from gpuplanner.trial.backend import Gate, Tell
from gpuplanner.trial.bounded_lines import Tail, bounded_lines
from gpuplanner.trial.deaths import death_of, kernel_oom_kills

Explain = Callable[[int, int | None, tuple[str, ...]], tuple[TrialStatus, str, str]]
"""What an exit code without an ``end`` means; see `gpuplanner.trial.deaths.death_of`."""

_KILL = int(getattr(signal, "SIGKILL", signal.SIGTERM))


@dataclass(frozen=True)
class Limits:
    """How long the launcher waits for what, in seconds."""

    ask_s: float = 1.0
    """After "stop", before TERM."""
    term_s: float = 0.5
    """After TERM, before KILL."""
    first_event_s: float = 60.0
    """From the start of the process; a Python on a cold network disk takes its time."""
    leave_s: float = 2.0
    """After its ``end``, before KILL."""
    over_time_s: float = 5.0
    """Beyond the trial's own time limit, which the worker is to keep itself."""


class LocalRun:
    """One process and the threads around it."""

    def __init__(
        self,
        spec: TrialSpec,
        tell: Tell,
        start: Callable[[], subprocess.Popen[bytes]],
        limits: Limits,
        explain: Explain = death_of,
        ahead: bytes = b"",
    ) -> None:
        self._spec = spec
        self._start = start
        self._limits = limits
        self._explain = explain
        self._ahead = ahead
        """What goes to its stdin before the spec."""
        self._gate = Gate(spec, tell)
        self._process: subprocess.Popen[bytes] | None = None
        self._process_lock = threading.Lock()
        self._reaped = False
        self._wishes: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._orders: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._gone = threading.Event()
        self._told = threading.Event()
        self._heard = threading.Event()
        self._end: EndEvent | None = None
        self._verdict: tuple[TrialStatus, str] | None = None
        """Why the launcher ends the trial, once it has decided to."""
        self._log = Tail()

    def begin(self) -> None:
        """Start the threads."""
        _thread("run", self._run)

    def stop(self) -> None:
        """Ask the worker to end; then TERM, then KILL, each after its time limit."""
        self._wishes.put("stop")

    def close(self) -> None:
        """KILL the worker at once."""
        self._decide(TrialStatus.STOPPED, "")
        self._signal(_KILL)
        self._wishes.put("kill")  # for a process that is only being started

    def wait(self, seconds: float | None = None) -> bool:
        """Whether the ``end`` was told within this time."""
        return self._told.wait(seconds)

    @property
    def log_lines(self) -> tuple[str, ...]:
        """The last lines of its stderr, where all goes that libraries print."""
        return self._log.lines

    def log_after(self, number: int) -> tuple[tuple[int, str], ...]:
        """The lines behind a line of that number."""
        return self._log.after(number)

    @property
    def pid(self) -> int | None:
        """The process, once it is started."""
        return None if self._process is None else self._process.pid

    def _run(self) -> None:
        try:
            self._run_process()
        finally:
            self._told.set()

    def _run_process(self) -> None:
        kills_before = kernel_oom_kills()
        try:
            process = self._start()
        except (OSError, ValueError, InputError) as error:
            self._gate.end(self._gate.make_end(TrialStatus.FAILED, f"the worker cannot be started: {error}"))
            return
        self._process = process
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdin is not None
        readers = [
            _thread("read", self._read, process.stdout),
            _thread("log", self._keep_log, process.stderr),
        ]
        helpers = [_thread("feed", self._feed, process.stdin), _thread("watch", self._watch)]
        code = self._wait_and_clear_up(process)
        self._gone.set()
        self._wishes.put("gone")
        self._orders.put(None)
        for thread in readers:
            thread.join(1.0)  # a grandchild in a session of its own may hold the pipes open
        kills = kernel_oom_kills()
        during = None if kills is None or kills_before is None else kills - kills_before
        self._gate.end(self._final(code, during))
        for thread in (*helpers, *readers):
            thread.join(1.0)

    def _final(self, code: int, oom_kills: int | None) -> EndEvent:
        """The one end: the worker's own, else what the launcher decided, else what the exit code says."""
        if self._end is not None:
            return self._end
        if self._verdict is not None:
            return self._gate.make_end(*self._verdict)
        status, message, exhausted = self._explain(code, oom_kills, self._log.lines)
        return self._gate.make_end(status, message, exhausted=exhausted)

    def _wait_and_clear_up(self, process: subprocess.Popen[bytes]) -> int:
        """Wait for the worker, then end what it may have started itself; returns its exit code."""
        if sys.platform == "win32" or not hasattr(os, "waitid"):  # the latter on macOS
            code = process.wait()
            with self._process_lock:
                self._reaped = True
            return code
        with contextlib.suppress(ChildProcessError):
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        with self._process_lock:
            # Not reaped yet, so its number, which is the group's too, is still its own.
            with contextlib.suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
            self._reaped = True
            return process.wait()

    def _keep_log(self, stream: BinaryIO) -> None:
        with stream:
            self._log.read(stream)

    def _read(self, stream: BinaryIO) -> None:
        try:
            with stream:
                for line in bounded_lines(stream, MAX_LINE_BYTES):
                    if not self._take(line):
                        self._decide(TrialStatus.FAILED, "the worker floods its output")
                        self.close()
                        return
        except BaseException:  # `tell` has raised, which it must not: a worker that nobody hears is to go
            self.close()
            raise

    def _take(self, line: bytes | None) -> bool:
        """Pass a line on; False when the worker has said too much."""
        if line is None:
            return self._gate.remark("the worker wrote a line that is too long for an event")
        try:
            event = event_from_line(line.decode("utf-8"))
        except (ValueError, TypeError, RecursionError) as error:
            return self._gate.remark(f"the worker wrote a line that is no event ({str(error)[:200]})")
        self._heard.set()
        if self._end is not None:
            return self._gate.remark("the worker went on after its end")
        if isinstance(event, EndEvent):
            self._end = event
            self._wishes.put("ended")
            return True
        return self._gate.pass_on(event)

    def _feed(self, stream: BinaryIO) -> None:
        # A worker that is gone closes the pipe; its exit code says why.
        with contextlib.suppress(OSError, ValueError):
            _write(stream, self._ahead)
            _write(stream, spec_to_line(self._spec).encode() + b"\n")
            while (order := self._orders.get()) is not None:
                _write(stream, order.encode() + b"\n")
        with contextlib.suppress(OSError):
            stream.close()

    def _watch(self) -> None:
        """Wait for a wish or a time limit, and see that the process goes."""
        started = time.monotonic()
        limit = self._spec.time_limit_s
        while not self._gone.is_set():
            waits = [] if self._heard.is_set() else [self._limits.first_event_s]
            waits += [] if limit is None else [limit + self._limits.over_time_s]
            left = max(0.0, started + min(waits) - time.monotonic()) if waits else None
            try:
                wish = self._wishes.get(timeout=min(left, 3600.0) if left is not None else None)
            except queue.Empty:
                if not self._heard.is_set() and time.monotonic() - started >= self._limits.first_event_s:
                    what = f"the worker has said nothing for {self._limits.first_event_s:g} s"
                    self._decide(TrialStatus.FAILED, what)
                    self._kill()
                elif limit is not None and time.monotonic() - started >= limit + self._limits.over_time_s:
                    self._decide(TrialStatus.STOPPED, f"the time limit of {limit:g} s is over")
                    self._ask_then_kill()
                continue
            if wish == "gone":
                return
            if wish == "stop":
                self._decide(TrialStatus.STOPPED, "")
                self._ask_then_kill()
            elif wish == "kill":
                self._decide(TrialStatus.STOPPED, "")
                self._kill()
            elif wish == "ended" and not self._gone.wait(self._limits.leave_s):
                self._kill()

    def _decide(self, status: TrialStatus, message: str) -> None:
        self._verdict = self._verdict or (status, message)

    def _ask_then_kill(self) -> None:
        self._orders.put(STOP)
        if self._gone.wait(self._limits.ask_s):
            return
        self._signal(signal.SIGTERM)
        if not self._gone.wait(self._limits.term_s):
            self._kill()

    def _kill(self) -> None:
        self._signal(_KILL)
        if not self._gone.wait(self._limits.leave_s):
            what = f"the worker (process {self._process.pid if self._process else 0}) cannot be ended: "
            what += "it hangs in the driver or in the kernel"
            self._gate.end(self._gate.make_end(TrialStatus.FAILED, what))
            self._told.set()

    def _signal(self, number: int) -> None:
        """To the worker, as long as the process number is its own; never waits."""
        with self._process_lock:
            process = self._process
            if process is None or self._reaped:
                return
            with contextlib.suppress(OSError):
                if sys.platform == "win32":
                    process.terminate()  # there is nothing gentler
                elif number == signal.SIGKILL:
                    os.killpg(process.pid, number)  # it leads its group
                else:
                    os.kill(process.pid, number)


def _write(stream: BinaryIO, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[stream.write(rest) :]


def _thread(name: str, target: Callable[..., None], *arguments: object) -> threading.Thread:
    thread = threading.Thread(target=target, args=arguments, name=f"trial {name}", daemon=True)
    thread.start()
    return thread

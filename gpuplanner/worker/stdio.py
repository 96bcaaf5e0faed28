"""The worker's three streams: events on a copy of fd 1, orders on a copy of fd 0, all else to stderr.

Libraries print, also from C, and some read stdin.  So the two streams of the protocol are copied first and
the numbers that libraries know are pointed elsewhere.  The copies are not inherited by child processes.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType

from gpuplanner.core.trial_events import MAX_LINE_BYTES
from gpuplanner.worker.channel import Channel, Stopped

PARENT_DIED = 3
"""Exit code for nobody: whoever would read it is gone."""

_UNWIND_SECONDS = 0.7
"""The main thread has this long to end by itself once it was asked to; the launcher waits a second."""
_POKE_SECONDS = 0.1


class Streams:
    """The protocol's two streams."""

    def __init__(self) -> None:
        self._events = os.dup(1)
        self._orders = os.dup(0)
        os.dup2(2, 1)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        if hasattr(os, "set_blocking"):
            os.set_blocking(self._events, True)
        sys.stdout = sys.stderr

    def write_line(self, line: str) -> None:
        """Write one event; a launcher that has gone needs none, and this process neither."""
        rest = memoryview(line.encode() + b"\n")
        try:
            while rest:
                rest = rest[os.write(self._events, rest) :]
        except OSError:
            os._exit(PARENT_DIED)

    def lines(self) -> Iterator[str]:
        """Orders, line by line, until the launcher has closed the stream; lines without an end are cut."""
        held = b""
        while chunk := self._read():
            *whole, held = (held + chunk).split(b"\n")
            for line in whole:
                yield line.decode("utf-8", "replace").strip()
            held = held[-MAX_LINE_BYTES:]

    def _read(self) -> bytes:
        try:
            return os.read(self._orders, 2**16)
        except OSError:
            return b""


class Stopper:
    """Ends the trial within a second of the wish to stop, whatever the main thread is at.

    The wish is an exception in the main thread, `Stopped`, raised by the handler of TERM; the thread here
    sends that signal until it has got through.  A main thread that sits in a long call of C never sees it,
    so after a while ``last_words`` makes the ``end`` and the process leaves.
    """

    def __init__(self, channel: Channel, last_words: Callable[[], None]) -> None:
        self._channel = channel
        self._last_words = last_words
        self._once = threading.Lock()
        self.interruptible = False
        """Whether a stop may raise in the main thread at this moment."""
        signal.signal(signal.SIGTERM, self._on_term)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the launcher's to understand

    def stop(self, reason: str = "") -> None:
        """Ask the trial to stop; from any thread, and as often as one likes."""
        self._channel.ask_stop(reason)
        if self._once.acquire(blocking=False):
            threading.Thread(target=self._insist, name="stop", daemon=True).start()

    def stop_after(self, seconds: float) -> None:
        """Stop the trial when this time is over."""
        timer = threading.Timer(seconds, self.stop, (f"the time limit of {seconds:g} s is over",))
        timer.daemon = True
        timer.start()

    def _on_term(self, _signal: int, _frame: FrameType | None) -> None:
        self.stop()
        if self.interruptible and not self._channel.writing:
            self.interruptible = False  # once: if a library swallows it, `last_words` ends the trial
            raise Stopped(self._channel.stop_reason)

    def _insist(self) -> None:
        end = time.monotonic() + _UNWIND_SECONDS
        while time.monotonic() < end:
            if self.interruptible:
                _poke_main_thread()
            time.sleep(_POKE_SECONDS)
        self._last_words()


def _poke_main_thread() -> None:
    """A signal to the main thread, which a sleep or a read there gives way to."""
    if hasattr(signal, "pthread_kill"):
        with contextlib.suppress(OSError):
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)
    else:
        import _thread  # Windows has no signals between threads

        _thread.interrupt_main(signal.SIGTERM)

"""What the person at the terminal sees: one line per step with its time, and a log that a failure leaves."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path


class SetupProblem(Exception):
    """The set-up cannot go on; the text says what is missing and what to do about it."""


class Step:
    """One line on the terminal while something runs: what, what exactly just now, and for how long.

    On a terminal the line is rewritten every second; elsewhere its start and its end are printed once.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._detail = ""
        self._start = time.monotonic()
        self._live = sys.stdout.isatty()
        self._over = threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)

    def begin(self) -> None:
        """Show that the step begins."""
        if self._live:
            self._ticker.start()
        else:
            print(f"{self._what} ...", end="", flush=True)

    def end(self, word: str) -> None:
        """Show how the step ended, and after how long."""
        self._over.set()
        if self._live:
            self._ticker.join()
            self._rewrite("")
            print(f"\r{self._what} ...", end="")
        print(f" {word}, {self.seconds:.1f} s", flush=True)

    @property
    def seconds(self) -> float:
        """Seconds since the step began."""
        return time.monotonic() - self._start

    def note(self, detail: str) -> None:
        """Show what the step is doing just now."""
        self._detail = detail

    @staticmethod
    def _rewrite(text: str) -> None:
        width = shutil.get_terminal_size().columns - 1
        print(f"\r{text[:width].ljust(width)}", end="", flush=True)

    def _tick(self) -> None:
        while True:
            self._rewrite(f"{self._what} ... {self.seconds:.0f} s  {self._detail}")
            if self._over.wait(1.0):
                return


@contextmanager
def step(what: str) -> Iterator[Step]:
    """Show a step while the block runs."""
    current = Step(what)
    current.begin()
    try:
        yield current
    except BaseException as problem:
        current.end("stopped" if isinstance(problem, KeyboardInterrupt) else "failed")
        raise
    current.end("done")


class Log:
    """The full output of every program that the set-up runs, in a file that is kept only if one fails."""

    @cached_property
    def path(self) -> Path:
        """The file; it is made when it is first written to or asked for."""
        handle, name = tempfile.mkstemp(prefix="gpuplanner-setup-", suffix=".log")
        os.close(handle)
        return Path(name)

    def run(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        on_line: Callable[[str], None] = lambda _: None,
    ) -> tuple[int, str]:
        """Run a program, hand each line of its output on, and return its exit status and its whole output."""
        lines: list[str] = []
        with (
            self.path.open("a", encoding="utf-8") as file,
            subprocess.Popen(
                command,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
            ) as process,
        ):
            print("$", *command, file=file, flush=True)
            assert process.stdout is not None
            try:
                for line in process.stdout:
                    file.write(line)
                    file.flush()
                    lines.append(line)
                    on_line(line.rstrip())
            except BaseException:  # above all Ctrl+C: leave no program behind
                process.terminate()
                raise
        return process.returncode, "".join(lines)

    def drop(self) -> None:
        """Remove the file, if there is one: nothing went wrong."""
        if "path" in vars(self):
            self.path.unlink(missing_ok=True)


def last_lines(text: str, count: int = 6) -> str:
    """Return the last lines that are not empty, indented."""
    lines = [line for line in text.splitlines() if line.strip()]
    return "\n".join(f"    {line}" for line in lines[-count:])

"""What the test command runs: the checks that read the source, then pytest in real windows."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bootstrap.console import Log, SetupProblem, step
from bootstrap.environment import Environment

_MOST_PROCESSES = 4
"""Each of them may train with torch, which takes a gigabyte."""

# Name, command, arguments.  The worker runs on the user's Python, 3.10 and newer, and takes core along.
CHECKS = (
    ("ruff check", "ruff", ("check", "--output-format", "concise", ".")),
    ("ruff format", "ruff", ("format", "--check", ".")),
    ("mypy", "mypy", ()),
    ("mypy, on Python 3.10", "mypy", ("--python-version", "3.10", "gpuplanner/core", "gpuplanner/worker")),
    ("import-linter", "lint-imports", ()),
)


def run_all(environment: Environment, checkout: Path, pytest_arguments: Sequence[str], log: Log) -> int:
    """Run every check, then pytest, whatever fails before; return 0 only if all pass."""
    os.chdir(checkout)
    cache = environment.folder / "cache"  # the checkout may be read-only
    env = {
        **os.environ,
        "MYPY_CACHE_DIR": str(cache / "mypy"),
        "RUFF_CACHE_DIR": str(cache / "ruff"),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(cache / "hypothesis"),
    }
    failed = []
    for name, command, arguments in CHECKS:
        more = ("--cache-dir", str(cache / "import-linter")) if command == "lint-imports" else ()
        if not _passes(name, [str(environment.program(command)), *arguments, *more], env, log):
            failed.append(name)
    command_line = [str(environment.python), "-m", "pytest", "-o", f"cache_dir={cache / 'pytest'}"]
    # Who names tests may want to debug them, which several processes do not allow.
    n_processes = 1 if pytest_arguments else min(os.cpu_count() or 1, _MOST_PROCESSES)
    if n_processes > 1:
        command_line += [f"--numprocesses={n_processes}", "--dist=loadfile"]
    with screens(env, n_processes) as env_with_screens:
        command_line += pytest_arguments
        code = subprocess.run(command_line, env=env_with_screens, check=False).returncode
    if failed:
        print(f"Failed before pytest: {', '.join(failed)} (see above).", flush=True)
    return code or bool(failed)


def _passes(name: str, command: Sequence[str], env: dict[str, str], log: Log) -> bool:
    output = ""
    try:
        with step(name):
            code, output = log.run(command, env=env)
            if code != 0:
                raise SetupProblem
    except SetupProblem:
        print(output, flush=True)
        return False
    return True


@contextmanager
def screens(env: dict[str, str], number: int) -> Iterator[dict[str, str]]:
    """Give each process of the tests a screen of its own: Xvfb on Linux, the desktop elsewhere.

    Windows on one screen would take the focus from each other.  ``tests/conftest.py`` chooses.
    """
    if sys.platform != "linux":
        yield env
        return
    with ExitStack() as stack:
        displays = [stack.enter_context(_screen()) for _ in range(number)]
        without_wayland = {key: value for key, value in env.items() if key != "WAYLAND_DISPLAY"}
        shown = {"DISPLAY": displays[0], "GPUPLANNER_TEST_DISPLAYS": " ".join(displays)}
        yield {**without_wayland, **shown, "QT_QPA_PLATFORM": "xcb"}


@contextmanager
def _screen() -> Iterator[str]:
    read_end, write_end = os.pipe()
    command = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "2560x1600x24", "-nolisten", "tcp"]
    with subprocess.Popen(
        command, pass_fds=(write_end,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        os.close(write_end)
        try:
            with os.fdopen(read_end) as answer:
                number = answer.readline().strip()  # empty if Xvfb ended instead of starting
            if not number:
                raise SetupProblem("Xvfb, the screen for the tests, ended at once. See why with: Xvfb :99")
            yield f":{number}"
        finally:
            server.terminate()

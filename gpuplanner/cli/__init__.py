"""The command line: ``gpuplanner [FILE]`` opens the window, ``gpuplanner COMMAND`` answers without one."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from gpuplanner import __version__
from gpuplanner.core.errors import InputError
from gpuplanner.core.exit_codes import DOES_NOT_FIT, DONE, FAILED, USAGE

COMMANDS = {
    "estimate": "one plan from options, or many from a CSV file",
    "compare": "two plans: which setting explains which GiB and which seconds",
    "solve": "the largest value that fits, and changes that make a plan fit",
    "recipe": "a plan from or to LLaMA-Factory, axolotl, Qwen's scripts, TRL",
    "explain-error": "an out-of-memory message beside what was predicted",
    "accuracy": "the estimator against measured rows",
    "table": "import: somebody's table as rows, with what was guessed",
    "report": "a report as PDF, CSV, Markdown or HTML",
    "trial": "some real training steps, predicted against measured",
    "dry-run": "the real training step on fake tensors, without a GPU",
    "monitor": "the local GPUs, sampled and recorded",
    "watch": "what your own training job takes of the GPUs",
}

HELP = """usage: gpuplanner [FILE]             open the window (a .gpuplan or CSV file if given)
       gpuplanner COMMAND [OPTIONS]  answer on the command line

commands:
{commands}

`gpuplanner COMMAND --help` lists a command's options; `gpuplanner --version` prints the version.
Exit codes: 0 done, 3 does not fit or out of memory, 2 wrong usage or unreadable input, 1 anything else."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit code.

    Every module is imported when its command runs: the window must not wait for numpy, and the
    commands must not need Qt.
    """
    if sys.stdout is None or sys.stderr is None:
        return FAILED  # nobody listens
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console without "−" or "–" gets "?", not a traceback
    try:
        code = _run(list(sys.argv[1:] if arguments is None else arguments))
        sys.stdout.flush()
        return code
    except InputError as error:
        return _say(error, USAGE)
    except BrokenPipeError:
        _leave_stdout()
        return DONE
    except OSError as error:
        _leave_stdout()
        return _say(f"gpuplanner: the output cannot be written ({error.strerror or error})", FAILED)


def _run(given: list[str]) -> int:
    first = given[0] if given else ""
    if first in ("-h", "--help"):
        print(HELP.format(commands="\n".join(f"  {name:13} {text}" for name, text in COMMANDS.items())))
        return DONE
    if first == "--version":
        print(f"GPU Planner {__version__}")
        return DONE
    if first == "estimate":
        from gpuplanner.cli.estimate import run as run_estimate

        return run_estimate(given[1:])
    if first == "compare":
        from gpuplanner.cli.compare import run as run_compare

        return run_compare(given[1:])
    if first == "solve":
        from gpuplanner.cli.solve import run as run_solve

        return run_solve(given[1:])
    if first == "recipe":
        from gpuplanner.cli.recipe import run as run_recipe

        return run_recipe(given[1:])
    if first == "explain-error":
        from gpuplanner.cli.explain_error import run as run_explain

        return run_explain(given[1:])
    if first == "accuracy":
        from gpuplanner.cli.accuracy import run as run_accuracy

        return run_accuracy(given[1:])
    if first == "table":
        from gpuplanner.cli.table import run as run_table

        return run_table(given[1:])
    if first == "report":
        from gpuplanner.cli.report import run as run_report

        return run_report(given[1:])
    if first == "monitor":
        from gpuplanner.cli.monitor import run as run_monitor

        return run_monitor(given[1:])
    if first == "watch":
        from gpuplanner.cli.watch import run as run_watch

        return run_watch(given[1:])
    if first == "trial":
        from gpuplanner.cli.trial import run as run_trial

        return run_trial(given[1:])
    if first == "dry-run":
        from gpuplanner.cli.dry_run import run as run_dry

        return run_dry(given[1:])
    if first.startswith("-"):
        raise InputError.of(f"there is no option {first}", "gpuplanner", "see gpuplanner --help")
    if first.isidentifier() and not Path(first).exists():
        raise InputError.of(
            f"there is no command and no file {first!r}", "gpuplanner", "see gpuplanner --help"
        )
    from gpuplanner.app import run as run_app

    return run_app(given)


def _say(what: object, code: int) -> int:
    """Print to stderr, which may be closed or full as well; returns the code."""
    with contextlib.suppress(OSError):
        print(what, file=sys.stderr, flush=True)
    return code


def _leave_stdout() -> None:
    """The reader of a pipe has gone, or the disk is full: Python must not try again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


__all__ = ["COMMANDS", "DOES_NOT_FIT", "DONE", "FAILED", "USAGE", "main"]

"""The command line: ``gpuplanner [FILE]`` opens the window, ``gpuplanner COMMAND`` answers without one."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from gpuplanner.core.errors import InputError

DONE, FAILED, USAGE, DOES_NOT_FIT = 0, 1, 2, 3
"""Exit codes, as scripts rely on them."""

COMMANDS = {
    "estimate": "one plan from options, or many from a CSV file",
    "accuracy": "the estimator against measured rows",
}

HELP = """usage: gpuplanner [FILE]             open the window (a .gpuplan or CSV file if given)
       gpuplanner COMMAND [OPTIONS]  answer on the command line

commands:
{commands}

`gpuplanner COMMAND --help` lists a command's options; `gpuplanner --version` prints the version.
Exit codes: 0 done, 3 does not fit, 2 wrong usage or unreadable input, 1 anything else."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit code.

    Every module is imported when its command runs: the window must not wait for numpy, and the
    commands must not need Qt.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    first = given[0] if given else ""
    if first in ("-h", "--help"):
        print(HELP.format(commands="\n".join(f"  {name:10} {text}" for name, text in COMMANDS.items())))
        return DONE
    if first == "--version":
        from gpuplanner import __version__

        print(f"GPU Planner {__version__}")
        return DONE
    try:
        if first == "estimate":
            from gpuplanner.cli.estimate import run as run_estimate

            return run_estimate(given[1:])
        if first == "accuracy":
            from gpuplanner.cli.accuracy import run as run_accuracy

            return run_accuracy(given[1:])
        if first.startswith("-"):
            raise InputError.of(f"there is no option {first}", "gpuplanner", "see gpuplanner --help")
        from gpuplanner.app import run as run_app

        return run_app(given)
    except InputError as error:
        print(error, file=sys.stderr)
        return USAGE
    except BrokenPipeError:
        # The reader of a pipe (head, less) has gone: nothing is left to say, and Python must not try at exit.
        sys.stderr.close()
        return DONE


__all__ = ["COMMANDS", "DOES_NOT_FIT", "DONE", "FAILED", "USAGE", "main"]

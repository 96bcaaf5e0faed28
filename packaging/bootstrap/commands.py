"""The commands of packaging/go.py: open the program, test it, fill a folder of wheels."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from bootstrap import checks, environment, system_packages
from bootstrap.console import Log, SetupProblem, step
from bootstrap.pip import Pip, fill_wheel_folder

CHECKOUT = Path(__file__).resolve().parents[2]
WHEELS_VARIABLE = "GPUPLANNER_WHEELS"
DESCRIPTION = """\
Sets GPU Planner up (a virtual environment in .venv; on Debian and Ubuntu also the missing system packages)
and then does what was asked. The first run takes minutes, later ones start at once."""


def main(arguments: list[str]) -> int:
    """Run one command and return the exit status: 2 where something is missing, 130 after Ctrl+C."""
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    if options.command == "wheels" and rest:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    log = Log()
    code: int
    try:
        code = options.run(options, rest, log)
    except SetupProblem as problem:
        print(problem, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped. Run the same command to go on.", file=sys.stderr)
        code = 130
    log.drop()
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="packaging/go.py", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name, run, what, more in (
        ("app", _app, "open the window", "[FILE]"),
        ("test", _test, "run every check and all tests", "[PYTEST ARGUMENT ...]"),
    ):
        usage = f"packaging/go.py {name} [--wheels FOLDER] {more}"
        command = commands.add_parser(name, help=what, description=what, usage=usage, allow_abbrev=False)
        command.set_defaults(run=run)
        command.add_argument(
            "--wheels",
            metavar="FOLDER",
            type=_folder,
            default=os.environ.get(WHEELS_VARIABLE),
            help=f"install from this folder, without network (or set {WHEELS_VARIABLE})",
        )
    fill = commands.add_parser(
        "wheels", help="fill a folder for machines without network", allow_abbrev=False
    )
    fill.set_defaults(run=_wheels)
    fill.add_argument("folder", metavar="FOLDER", type=Path)
    return parser


def _folder(text: str) -> Path:
    folder = Path(text).expanduser().resolve()
    if not folder.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {folder}")
    return folder


def _app(options: argparse.Namespace, files: list[str], log: Log) -> int:
    needs = (*system_packages.window_needs(), system_packages.pip_need(options.wheels))
    system_packages.provide(needs, log)
    place = environment.prepare(CHECKOUT, (), options.wheels, log)
    screen = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    if sys.platform == "linux" and not screen:
        print(
            "GPU Planner is set up, but there is no screen for its window (DISPLAY is not set). Start it "
            "from a desktop or over ssh with `ssh -X`; its other commands need none: "
            f"{place.program('gpuplanner')} --help",
            file=sys.stderr,
        )
        return 2
    command = [str(place.python), "-m", "gpuplanner", *files]
    if sys.platform != "win32":
        log.drop()
        os.execv(command[0], command)  # nothing of the set-up stays behind
    return subprocess.run(command, check=False).returncode


def _test(options: argparse.Namespace, pytest_arguments: list[str], log: Log) -> int:
    needs = (
        *system_packages.window_needs(),
        *system_packages.test_needs(),
        system_packages.pip_need(options.wheels),
    )
    system_packages.provide(needs, log)
    place = environment.prepare(CHECKOUT, ("test",), options.wheels, log)
    return checks.run_all(place, CHECKOUT, pytest_arguments, log)


def _wheels(options: argparse.Namespace, _: list[str], log: Log) -> int:
    folder = options.folder.expanduser().resolve()
    system_packages.provide((system_packages.pip_need(None),), log)
    place = environment.prepare(CHECKOUT, (), None, log)
    with step(f"Filling {folder}") as current:
        folder.mkdir(parents=True, exist_ok=True)
        fill_wheel_folder(Pip(place.python, None, log), CHECKOUT, folder, current)
    print(f"Bring {folder} along and run: python3 packaging/go.py app --wheels FOLDER")
    return 0

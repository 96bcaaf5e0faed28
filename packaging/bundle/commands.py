"""The command ``packaging/build.py``: one word per package."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bootstrap import system_packages
from bootstrap.commands import WHEELS_VARIABLE
from bootstrap.console import Log, SetupProblem

from bundle import build_environment, linux, macos, windows
from bundle.contents import CHECKOUT
from bundle.freeze import Build


@dataclass(frozen=True)
class Target:
    """A package: what it is, the system that it is built on, and who builds it."""

    what: str
    platform: str
    build: Callable[[Build], Path]


TARGETS = {
    "deb": Target("package for Debian and Ubuntu", "linux", linux.build_deb),
    "tarball": Target("folder for any Linux, without root", "linux", linux.build_tarball),
    "windows": Target("installer for Windows", "win32", windows.build_windows),
    "macos": Target("disk image for macOS", "darwin", macos.build_macos),
}


def main(arguments: list[str]) -> int:
    """Build one package and return the exit status: 2 where something is missing, 130 after Ctrl+C."""
    options = _parser().parse_args(arguments)
    target = TARGETS[options.target]
    if sys.platform != target.platform:
        print(
            f"{options.target} can only be built on {target.platform}; see packaging/README.md",
            file=sys.stderr,
        )
        return 2
    log = Log()
    try:
        if target.platform == "linux":
            system_packages.provide((*linux.needs(), system_packages.pip_need(options.wheels)), log)
        environment = build_environment.prepare(options.wheels, log)
        options.out.mkdir(parents=True, exist_ok=True)
        work = environment.folder.with_name(f"{environment.folder.name}-{options.target}")
        made = target.build(Build(environment, work, options.out, log))
    except SetupProblem as problem:
        print(problem, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped. Run the same command to go on.", file=sys.stderr)
        return 130
    log.drop()
    print(f"{made} ({made.stat().st_size / 1e6:.1f} MB)")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="packaging/build.py", description="Builds one package of the app.")
    lines = "\n".join(f"  {name:8} {target.what} (on {target.platform})" for name, target in TARGETS.items())
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = f"packages:\n{lines}"
    parser.add_argument("target", choices=TARGETS, metavar="PACKAGE", help="deb, tarball, windows or macos")
    parser.add_argument(
        "--out",
        type=_folder,
        default=CHECKOUT / "dist",
        metavar="FOLDER",
        help="where it goes; default: dist",
    )
    parser.add_argument(
        "--wheels",
        metavar="FOLDER",
        type=_folder,
        default=os.environ.get(WHEELS_VARIABLE),
        help=f"take packages from this folder, without network (or set {WHEELS_VARIABLE})",
    )
    return parser


def _folder(text: str) -> Path:
    return Path(text).expanduser().resolve()

"""Runs PyInstaller on a platform's spec, in the build environment."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bootstrap.console import Log, SetupProblem, last_lines, step
from bootstrap.environment import Environment

from bundle import icons
from bundle.contents import CHECKOUT, PACKAGE

NOT_A_RELEASE = 1_700_000_000
"""The time of files where neither SOURCE_DATE_EPOCH nor a commit tells one."""


@dataclass(frozen=True)
class Build:
    """One run: where it works, where its product goes, and on what."""

    environment: Environment
    work: Path
    out: Path
    log: Log

    @cached_property
    def epoch(self) -> int:
        """The time that all files get: ``SOURCE_DATE_EPOCH``, else that of the last commit."""
        given = os.environ.get("SOURCE_DATE_EPOCH", "")
        if given.isdecimal():
            return int(given)
        command = ["git", "-C", str(CHECKOUT), "log", "-1", "--format=%ct"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except OSError:
            return NOT_A_RELEASE
        return int(done.stdout) if done.returncode == 0 and done.stdout.strip() else NOT_A_RELEASE

    @property
    def variables(self) -> dict[str, str]:
        """The environment of every program that is run: nothing of it depends on the day or on chance."""
        fixed = {"SOURCE_DATE_EPOCH": str(self.epoch), "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"}
        # Not that of the developer: a PYTHONPATH would get into the app.
        kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
        return {**kept, **fixed, "GPUPLANNER_BUILD": str(self.work)}

    def run(self, command: list[str], what: str) -> str:
        """Run a program and return its output.

        Raises:
            SetupProblem: it failed.
        """
        code, output = self.log.run(command, env=self.variables)
        if code != 0:
            raise SetupProblem(f"{what} failed:\n{last_lines(output, 12)}\nFull log: {self.log.path}")
        return output


def version() -> str:
    """The program's version, read and not imported."""
    text = (PACKAGE / "__init__.py").read_text("utf-8")
    found = re.search(r'^__version__ = "([^"]+)"$', text, re.MULTILINE)
    assert found is not None
    return found[1]


def freeze(build: Build, spec: Path) -> Path:
    """Freeze the app; returns the folder that holds what the spec made.

    Raises:
        SetupProblem: PyInstaller failed.
    """
    if build.work.exists():
        shutil.rmtree(build.work)
    build.work.mkdir(parents=True)
    (build.work / "gpuplanner.ico").write_bytes(icons.ico())
    (build.work / "gpuplanner.icns").write_bytes(icons.icns())
    dist = build.work / "dist"
    command = [str(build.environment.python), "-m", "PyInstaller", "--noconfirm", "--clean"]
    command += ["--distpath", str(dist), "--workpath", str(build.work / "pyinstaller"), str(spec)]
    with step("Freezing the app"):
        build.run(command, "PyInstaller")
    return dist

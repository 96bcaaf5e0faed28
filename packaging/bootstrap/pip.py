"""Running pip: what it does just now, and what its failures mean.

The machine's own settings (PIP_* variables, pip.conf) decide where packages come from, unless a folder of
wheels is given: then nothing but that folder is asked.
"""

from __future__ import annotations

import os
import re
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from bootstrap.console import Log, SetupProblem, Step, last_lines

_NO_NETWORK = re.compile(
    r"name resolution|Name or service not known|getaddrinfo failed|nodename nor servname|NewConnectionError"
    r"|NameResolutionError|Network is unreachable|ConnectTimeout|ProxyError|Max retries exceeded"
)


@dataclass(frozen=True)
class Pip:
    """The pip of one environment, and the folder of wheels it is confined to, if any."""

    python: Path
    wheels: Path | None
    log: Log

    def install_itself(self, step: Step) -> None:
        """Bring pip into an environment without it, from its wheel or by the pip of this very Python."""
        wheel = max(self.wheels.glob("pip-*.whl"), default=None) if self.wheels else None
        if wheel is not None:
            # A wheel is a zip that Python can run from: pip installs itself.
            self._run([str(self.python), f"{wheel}{os.sep}pip"], ["install", "pip"], step)
        elif find_spec("pip") is not None:
            outer = [sys.executable, "-m", "pip", "--python", str(self.python)]
            self._run(outer, ["install", "pip"], step)
        else:
            raise SetupProblem(f"The folder {self.wheels} holds no pip wheel, and this Python has no pip.")

    def run(self, arguments: Sequence[str], step: Step) -> None:
        """Run one pip command.

        Raises:
            SetupProblem: pip failed; the text says why as far as its output tells.
        """
        self._run([str(self.python), "-m", "pip"], arguments, step)

    def _run(self, pip: Sequence[str], arguments: Sequence[str], step: Step) -> None:
        env = {
            **os.environ,
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_NO_INPUT": "1",
            "PIP_PROGRESS_BAR": "off",
        }
        if self.wheels is not None:
            # As variables, so that the pip that fetches the build backend obeys too; as a URL, because pip
            # splits this variable at spaces.
            env |= {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": self.wheels.as_uri()}
        code, output = self.log.run(
            [*pip, *arguments], env=env, on_line=lambda line: step.note(summary(line))
        )
        if code != 0:
            raise SetupProblem(f"{explanation(output, self.wheels)}\nFull log: {self.log.path}")


def summary(line: str) -> str:
    """Return in a few words what a line of pip's output says it is doing."""
    if match := re.match(r"\s*Downloading (?:\S*/)?([A-Za-z0-9_.]+)-\S+ (\(.*\))", line):
        return f"downloading {match[1]} {match[2]}"
    if match := re.match(r"Collecting ([A-Za-z0-9_.-]+)", line):
        return match[1]
    if line.startswith("Installing collected packages"):
        return f"unpacking {line.count(',') + 1} packages"
    return ""


def explanation(output: str, wheels: Path | None) -> str:
    """Return why pip failed and what to do, from its output."""
    if "No space left on device" in output:
        return "The disk is full: GPU Planner needs about 1 GB, its tests (they train by torch) 3 to 8 GB."
    if wheels is not None and "No matching distribution" in output:
        missing = re.findall(r"No matching distribution found for (\S+)", output)
        return (
            f"The folder {wheels} does not hold {missing[-1]} for Python {sys.version_info.major}."
            f"{sys.version_info.minor} on this system. Fill it again, on a machine with the same system and "
            "the same Python: python3 packaging/go.py wheels FOLDER"
        )
    if _NO_NETWORK.search(output):
        return (
            "The package index cannot be reached. Without network: on a machine that has it (same system, "
            "same Python), run: python3 packaging/go.py wheels FOLDER\n"
            "Bring the folder here, and add to the command: --wheels FOLDER"
        )
    return f"pip could not install the packages:\n{last_lines(output)}"


def fill_wheel_folder(pip: Pip, checkout: Path, folder: Path, step: Step) -> None:
    """Put every wheel into a folder that setting up and testing need, pip and the build backend included."""
    pip.run(["wheel", "--wheel-dir", str(folder), *all_requirements(checkout / "pyproject.toml")], step)


def all_requirements(pyproject: Path) -> list[str]:
    """Return what a machine without network has to find in the folder, as pip reads it."""
    settings = tomllib.loads(pyproject.read_text("utf-8"))
    project = settings["project"]
    build = [*settings["build-system"]["requires"], "editables"]  # hatchling asks for it to install editable
    return [*project["dependencies"], *project["optional-dependencies"]["test"], *build, "pip"]

"""Where an environment's Python lies in its folder, and where the app puts an environment of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from gpuplanner.core.user_folders import DATA, user_folder

UNFINISHED = ".gpuplanner-unfinished"
"""A file in an environment that is being made, or whose making was cut off: it is not to be used."""

IN_A_FOLDER = (
    ("Scripts/python.exe", "python.exe") if sys.platform == "win32" else ("bin/python", "bin/python3")
)
"""Of a virtual or conda environment, below its folder."""


def python_in(folder: Path) -> str:
    """The Python of an environment's folder, empty where there is none; links are not followed."""
    for place in IN_A_FOLDER:
        try:
            if (folder / place).is_file():
                return str((folder / place).absolute())
        except OSError:
            continue
    return ""


def default_folder(
    environment: Mapping[str, str] = os.environ, home: Path | None = None, platform: str = sys.platform
) -> Path:
    """The folder that is offered for an environment of the app's making; nothing is created."""
    return user_folder(DATA, environment, platform, home or Path.home()) / "trial-environment"

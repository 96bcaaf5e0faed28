"""Where an environment's Python lies in its folder, and where the app puts an environment of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

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
    home = Path.home() if home is None else home
    if platform == "win32":
        place = Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local") / "GPU Planner"
    elif platform == "darwin":
        place = home / "Library" / "Application Support" / "GPU Planner"
    else:
        named = environment.get("XDG_DATA_HOME", "")
        place = (Path(named) if named.startswith("/") else home / ".local" / "share") / "gpuplanner"
    return place / "trial-environment"

"""Where each platform has a program keep what belongs to one user; nothing here creates a folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class UserFolder:
    """One purpose, and where it lies: variable and usual place on Windows and by XDG, the place on macOS."""

    windows: tuple[str, str]
    macos: str
    xdg: tuple[str, str]


_LOCAL, _SUPPORT = ("LOCALAPPDATA", "AppData/Local"), "Library/Application Support"
SETTINGS = UserFolder(("APPDATA", "AppData/Roaming"), _SUPPORT, ("XDG_CONFIG_HOME", ".config"))
STATE = UserFolder(_LOCAL, _SUPPORT, ("XDG_STATE_HOME", ".local/state"))
DATA = UserFolder(_LOCAL, _SUPPORT, ("XDG_DATA_HOME", ".local/share"))
CACHE = UserFolder(_LOCAL, "Library/Caches", ("XDG_CACHE_HOME", ".cache"))


def user_folder(
    purpose: UserFolder,
    environment: Mapping[str, str] = os.environ,
    platform: str = sys.platform,
    home: Path | None = None,
) -> Path:
    """The program's own folder for a purpose; ``home`` is the user's, by default as the environment says."""
    home = home or Path(environment.get("USERPROFILE" if platform == "win32" else "HOME") or Path.home())
    if platform == "win32":
        variable, usual = purpose.windows
        return Path(environment.get(variable) or home / usual) / "GPU Planner"
    if platform == "darwin":
        return home / purpose.macos / "GPU Planner"
    variable, usual = purpose.xdg
    named = environment.get(variable, "")
    # The XDG specification has relative paths ignored.
    return (Path(named) if named.startswith("/") else home / usual) / "gpuplanner"

"""The environment variables of the worker: the user's own, without what belongs to the app alone."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path

# What the app's Python or its bundle was started with, and would mislead another Python.
_OWN = ("PYTHONHOME", "PYTHONSTARTUP", "PYTHONEXECUTABLE", "__PYVENV_LAUNCHER__", "PYTHONINSPECT")


def child_environment(given: Mapping[str, str], folder: Path, python: str) -> dict[str, str]:
    """The variables for a worker on ``python`` whose source lies in ``folder``."""
    kept = {name: value for name, value in given.items() if name not in _OWN}
    # The user's own PYTHONPATH stays: on clusters, modules put torch there.  The app's folders go.
    others = [entry for entry in kept.get("PYTHONPATH", "").split(os.pathsep) if entry]
    if python != sys.executable:
        own = {Path(sysconfig.get_path(name)).resolve() for name in ("purelib", "platlib")}
        others = [entry for entry in others if Path(entry).resolve() not in own]
    kept["PYTHONPATH"] = os.pathsep.join((str(folder), *others))
    kept["PYTHONUTF8"] = "1"
    kept["PYTHONUNBUFFERED"] = "1"
    # A bundle of PyInstaller points the loader at its own libraries, and keeps the user's value beside.
    if "LD_LIBRARY_PATH_ORIG" in kept:
        kept["LD_LIBRARY_PATH"] = kept.pop("LD_LIBRARY_PATH_ORIG")
    elif getattr(sys, "frozen", False):
        kept.pop("LD_LIBRARY_PATH", None)
    return kept

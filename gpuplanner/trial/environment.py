"""Which Python runs the worker: the one that the user names, else ours if the training stack is in it."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from pathlib import Path

from gpuplanner.core.errors import InputError
from gpuplanner.trial.environment_place import UNFINISHED, python_in

NAME_HINT = "name a Python that has torch with --python PATH"
INSTALL_HINT = f"pip install 'gpuplanner[trial]', or {NAME_HINT}"


def choose_python(named: str = "") -> str:
    """The Python to run the worker on: ``named`` is a program, or the folder of an environment.

    Raises:
        InputError: it is not there, or none is named and ours has no torch.
    """
    if named.strip():
        return _not_ourselves(_named(named.strip()))
    if getattr(sys, "frozen", False):
        raise InputError.of("the installed app has no torch of its own", "--python", NAME_HINT)
    if not has_torch():
        raise InputError.of("torch is not installed beside GPU Planner", "--python", INSTALL_HINT)
    return sys.executable


def has_torch() -> bool:
    """Whether our own Python has torch; nothing is imported."""
    try:
        return importlib.util.find_spec("torch") is not None
    except (ImportError, ValueError):  # a half-removed package
        return False


def nvml_module() -> str:
    """Path of nvidia-ml-py's one module, or empty; nothing is imported."""
    try:
        spec = importlib.util.find_spec("pynvml")
    except (ImportError, ValueError):
        return ""
    origin = None if spec is None else spec.origin
    if origin is None:
        return ""
    source = Path(origin).with_suffix(".py")  # a frozen app names the compiled copy and keeps this beside it
    return str(source) if source.is_file() else ""


def _not_ourselves(python: str) -> str:
    """The program again; the frozen app has a Python inside and is none."""
    if getattr(sys, "frozen", False) and Path(python).resolve() == Path(sys.executable).resolve():
        raise InputError.of("this is GPU Planner itself, which is no Python", f"--python {python}", NAME_HINT)
    return python


def _named(name: str) -> str:
    path = Path(name).expanduser()
    if path.is_dir():
        if (path / UNFINISHED).exists():
            what = "the environment is not finished: it is being made, or its making was cut off"
            raise InputError.of(what, f"--python {name}", "make it again, or choose another")
        if python := python_in(path):
            return python
        what = "the folder is no Python environment"
        raise InputError.of(what, f"--python {name}", "choose the folder of a venv or conda environment")
    if path.is_file():
        if not os.access(path, os.X_OK):
            raise InputError.of("the file is no program", f"--python {name}", "choose a Python")
        return str(path.absolute())  # not resolved: a venv's python is a link, and the link is what matters
    found = shutil.which(name) if path.parent == Path() else None
    if found is None:
        raise InputError.of("there is no such Python", f"--python {name}", "check the path")
    return found

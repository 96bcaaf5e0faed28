"""Finds the Pythons of this machine that may hold a training stack, by their files: no process is started.

Looked through are this program's own Python, the active environments, the usual folders of venv, virtualenv,
conda, mamba and pyenv, the folders around a document, and ``PATH``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path

from gpuplanner.trial.environment_facts import release
from gpuplanner.trial.environment_place import UNFINISHED, default_folder, python_in
from gpuplanner.trial.environment_probe import known_environment, probe

__all__ = ["Found", "Kind", "find_environments", "known_environment", "probe"]

_MOST_ENTRIES = 400
"""Of one folder: a home with more is not searched to its end."""
_PARENTS = 3
"""How far up from a document its project's environment is looked for."""
_IN_A_PROJECT = (".venv", "venv", "env")
_OF_VENVS = ("venvs", ".venvs", ".virtualenvs", "envs", "virtualenvs", ".local/share/virtualenvs")
_OF_POETRY = ".cache/pypoetry/virtualenvs"
_OF_CONDA = (
    "miniconda3",
    "anaconda3",
    "miniforge3",
    "mambaforge",
    "micromamba",
    ".micromamba",
    ".local/share/mamba",
    "opt/miniconda3",
)
_CONDA_OF_ALL = ("/opt/conda", "/opt/miniconda3", "/opt/miniforge3", "/opt/anaconda3")
_ON_PATH = ("python3", "python", "python3.10", "python3.11", "python3.12", "python3.13", "python3.14")


class Kind(StrEnum):
    """Where a Python was found."""

    OWN = "own"
    VENV = "venv"
    CONDA = "conda"
    PYENV = "pyenv"
    PATH = "path"


@dataclass(frozen=True)
class Found:
    """A Python that is there; whether it will do, starting it says (`gpuplanner.trial.environment_probe`)."""

    python: str
    kind: Kind
    name: str
    """To show: the folder's name, the environment's, or the program's."""
    folder: str
    torch: str = ""
    """Its version as the folder's names tell it; empty: none is seen there."""


def find_environments(
    document: Path | None = None,
    *,
    environment: Mapping[str, str] = os.environ,
    home: Path | None = None,
    own: str = sys.executable,
) -> tuple[Found, ...]:
    """All that are found, each once, those with torch first; ``document`` is the file that is open."""
    home = Path.home() if home is None else home
    found: dict[str, Found] = {}
    for kind, folder in _folders(document, environment, home, own):
        python = own if kind is Kind.OWN else python_in(folder)
        if python and python not in found and not (folder / UNFINISHED).exists():
            found[python] = Found(python, kind, _name(kind, folder), str(folder), _torch_in(folder))
    for python in _on_path(environment, found):
        path = Path(python)
        # The Python of a container or of a cluster's module often has torch.
        torch = _torch_in(path.parent.parent)
        found[python] = Found(python, Kind.PATH, path.name, str(path.parent), torch)
    order = list(Kind)
    return tuple(sorted(found.values(), key=lambda one: (not one.torch, order.index(one.kind))))


def _folders(
    document: Path | None, environment: Mapping[str, str], home: Path, own: str
) -> Iterator[tuple[Kind, Path]]:
    """Candidates with doubles, in the order of their kinds; most are not there."""
    if not getattr(sys, "frozen", False):
        yield Kind.OWN, Path(own).parent.parent
    if active := environment.get("VIRTUAL_ENV"):
        yield Kind.VENV, Path(active)
    yield from ((Kind.VENV, folder) for folder in _venvs(document, environment, home))
    yield from ((Kind.CONDA, folder) for folder in _condas(environment, home))
    pyenv = Path(environment.get("PYENV_ROOT") or home / ".pyenv")
    yield from ((Kind.PYENV, folder) for folder in _children(pyenv / "versions"))


def _venvs(document: Path | None, environment: Mapping[str, str], home: Path) -> Iterator[Path]:
    yield default_folder(environment, home)
    if document is not None:
        folder = document.absolute().parent
        for around in (folder, *islice(folder.parents, _PARENTS)):
            if around in home.parents or around == home:
                break
            yield from (child for child in _children(around) if _is_venv(child))
    named = environment.get("WORKON_HOME")
    places = [*([Path(named)] if named else []), *(home / name for name in (*_OF_VENVS, _OF_POETRY))]
    for place in places:
        yield from (child for child in _children(place) if _is_venv(child))
    # ~/env, and ~/project/.venv
    for child in _children(home):
        for folder in (child, *(child / name for name in _IN_A_PROJECT)):
            if _is_venv(folder):
                yield folder


def _condas(environment: Mapping[str, str], home: Path) -> Iterator[Path]:
    roots = [home / name for name in _OF_CONDA] + [Path(name) for name in _CONDA_OF_ALL]
    if root := environment.get("MAMBA_ROOT_PREFIX"):
        roots.insert(0, Path(root))
    if program := environment.get("CONDA_EXE"):
        roots.insert(0, Path(program).parent.parent)
    listed = [Path(active)] if (active := environment.get("CONDA_PREFIX")) else []
    try:
        lines = (home / ".conda" / "environments.txt").read_text(encoding="utf-8").splitlines()
        listed += [Path(line.strip()) for line in lines[:_MOST_ENTRIES] if line.strip()]
    except (OSError, ValueError):
        pass
    envs = [child for root in (*roots, home / ".conda") for child in _children(root / "envs")]
    yield from (folder for folder in (*listed, *roots, *envs) if _is_there(folder / "conda-meta"))


def _on_path(environment: Mapping[str, str], known: Iterable[str]) -> list[str]:
    """Pythons of ``PATH`` that are no other's under a second name."""
    seen = {_real(python) for python in known if not _is_venv(Path(python).parent.parent)} | set(known)
    found = []
    suffix = ".exe" if sys.platform == "win32" else ""
    for folder in map(Path, filter(None, environment.get("PATH", "").split(os.pathsep))):
        if folder.name == "shims" or _is_venv(folder.parent):  # pyenv's scripts; what is active is known
            continue
        for name in _ON_PATH:
            python = folder / (name + suffix)
            if os.access(python, os.X_OK) and _is_file(python) and _real(str(python)) not in seen:
                seen.add(_real(str(python)))
                found.append(str(python))
    return found


def _torch_in(folder: Path) -> str:
    """The version of torch that lies in an environment's folder, newest first."""
    libraries = ("Lib/site-packages",) if sys.platform == "win32" else ("lib/python3*/site-packages",)
    names = [path.name for place in libraries for path in folder.glob(f"{place}/torch-*.dist-info")]
    versions = [name.removeprefix("torch-").removesuffix(".dist-info") for name in names]
    return max(versions, key=release, default="")


def _name(kind: Kind, folder: Path) -> str:
    """A venv that has a project's usual name is called by its project."""
    if kind is Kind.VENV and folder.name in _IN_A_PROJECT:
        return f"{folder.parent.name}/{folder.name}"
    return folder.name


def _children(folder: Path) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            found = [Path(entry.path) for entry in islice(entries, _MOST_ENTRIES) if entry.is_dir()]
    except OSError:
        return iter(())
    return iter(sorted(found))


def _is_venv(folder: Path) -> bool:
    return _is_file(folder / "pyvenv.cfg")


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


def _real(path: str) -> str:
    return os.path.realpath(path)

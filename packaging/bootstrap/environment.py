"""The virtual environment that GPU Planner runs in: where it is, whether it still fits, and how it is made.

It is ``.venv`` in the checkout; or, where the checkout cannot be written or somebody else's ``.venv`` lies
there, a folder in the user's cache.  A stamp in it says for which checkout, Python and pyproject.toml it was
made, so that a second start has nothing to ask pip.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from bootstrap.console import Log, SetupProblem, step
from bootstrap.pip import Pip

STAMP = "gpuplanner-setup.json"


@dataclass(frozen=True)
class Stamp:
    """For what an environment was made.

    ``made`` turns true when it was complete for the first time.  ``project`` is empty while packages change.
    """

    checkout: str
    python: str
    made: bool = False
    project: str = ""
    extras: tuple[str, ...] = ()


@dataclass(frozen=True)
class Environment:
    """A folder with a virtual environment, complete or still to be made."""

    folder: Path

    @property
    def python(self) -> Path:
        """The environment's own interpreter."""
        return self.program("python")

    def program(self, name: str) -> Path:
        """Return the path of an installed command."""
        if sys.platform == "win32":
            return self.folder / "Scripts" / f"{name}.exe"
        return self.folder / "bin" / name

    def stamp(self) -> Stamp | None:
        """Return what the environment was made for; None if it was not made by this program."""
        try:
            values = json.loads((self.folder / STAMP).read_text("utf-8"))
            return Stamp(**{**values, "extras": tuple(values["extras"])})
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def write_stamp(self, stamp: Stamp) -> None:
        """Write the stamp whole, or not at all."""
        new = self.folder / f"{STAMP}.new"
        new.write_text(json.dumps(asdict(stamp), indent=1), "utf-8")
        new.replace(self.folder / STAMP)


def prepare(checkout: Path, extras: Sequence[str], wheels: Path | None, log: Log) -> Environment:
    """Return an environment with this checkout and these extras installed; make or mend it if need be.

    Raises:
        SetupProblem: it cannot be made; the text says why and what to do.
    """
    wanted = Stamp(str(checkout), this_python(), True, _project_hash(checkout), tuple(extras))
    for environment in places(checkout):
        if fits(environment, wanted):
            return environment
    changeable = next((place for place in places(checkout) if _may_change(place)), None)
    if changeable is None:
        tried = " nor ".join(str(place.folder) for place in places(checkout))
        raise SetupProblem(f"The virtual environment has no place: neither {tried} can be written.")
    _make(changeable, wanted, wheels, log)
    return changeable


def places(checkout: Path) -> Iterator[Environment]:
    """Yield the places of the environment, the preferred one first."""
    yield Environment(checkout / ".venv")
    name = f"venv-{hashlib.sha256(str(checkout).encode()).hexdigest()[:12]}"
    yield Environment(cache_folder() / "gpuplanner" / name)


def fits(environment: Environment, wanted: Stamp) -> bool:
    """Tell whether an environment can be used as it is."""
    stamp = environment.stamp()
    return (
        stamp is not None
        and set(stamp.extras).issuperset(wanted.extras)
        and replace(stamp, extras=wanted.extras) == wanted
        and environment.python.exists()
    )


def _may_change(environment: Environment) -> bool:
    """Tell whether this program may write here: its own folder, or one that is not there yet."""
    if environment.folder.exists():
        return environment.stamp() is not None and os.access(environment.folder, os.W_OK)
    ancestor = next(parent for parent in environment.folder.parents if parent.exists())
    return os.access(ancestor, os.W_OK)


def _make(environment: Environment, wanted: Stamp, wheels: Path | None, log: Log) -> None:
    stamp = environment.stamp()
    keep = (
        stamp is not None
        and stamp.made
        and (stamp.checkout, stamp.python) == (wanted.checkout, wanted.python)
        and environment.python.exists()
    )
    pip = Pip(environment.python, wheels, log)
    if stamp is not None and keep:
        wanted = replace(wanted, extras=tuple(sorted({*stamp.extras, *wanted.extras})))
        environment.write_stamp(replace(stamp, project=""))
    else:
        make_empty(environment, Stamp(wanted.checkout, wanted.python), pip, log)
    with step("Installing Python packages") as current:
        extras = f"[{','.join(wanted.extras)}]" if wanted.extras else ""
        pip.run(["install", "--editable", f"{wanted.checkout}{extras}"], current)
    environment.write_stamp(wanted)


def make_empty(environment: Environment, stamp: Stamp, pip: Pip, log: Log) -> None:
    """Make a new environment with pip in it; what was there before was ours and goes."""
    folder = environment.folder
    with step(f"Making a virtual environment in {folder}") as current:
        try:
            if folder.exists():
                shutil.rmtree(folder)
            folder.mkdir(parents=True)
            environment.write_stamp(stamp)
        except OSError as problem:
            raise SetupProblem(
                f"{folder} cannot be made anew ({problem}). Remove it, then start again."
            ) from None
        own_pip = find_spec("ensurepip") is not None
        command = [_base_python(), "-m", "venv", *([] if own_pip else ["--without-pip"]), str(folder)]
        code, output = log.run(command)
        if code != 0:
            raise SetupProblem(f"The virtual environment could not be made:\n{output.strip()}")
        if not own_pip:
            pip.install_itself(current)


def this_python() -> str:
    """Return the version and the place of the interpreter that environments are made of."""
    return f"{sys.version_info.major}.{sys.version_info.minor} {os.path.realpath(_base_python())}"


def _base_python() -> str:
    """Return the interpreter outside any environment: ours may be removed while it runs."""
    return getattr(sys, "_base_executable", None) or sys.executable


def _project_hash(checkout: Path) -> str:
    """Return a digest of what pip would read: the metadata in pyproject.toml and the version."""
    digest = hashlib.sha256()
    text = (checkout / "pyproject.toml").read_bytes()
    project = tomllib.loads(text.decode("utf-8"))
    relevant = {key: project.get(key) for key in ("build-system", "project")}
    digest.update(json.dumps(relevant, sort_keys=True).encode())
    digest.update((checkout / "gpuplanner" / "__init__.py").read_bytes())
    return digest.hexdigest()


def cache_folder() -> Path:
    """Return the platform's folder for what can be made again."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")

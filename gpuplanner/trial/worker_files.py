"""The worker's own source in a folder of the user's cache: all that a foreign Python is given on its path.

The app's own site-packages must not be on that path, for its numpy would shadow the other Python's.  The
folder is named by its content, so that another version of the program makes another folder.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from gpuplanner.core.errors import InputError
from gpuplanner.core.user_folders import CACHE, user_folder

PACKAGE = Path(__file__).resolve().parents[1]
_PARTS = ("core", "worker")


def cache_folder(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """The platform's folder for what can be made again; nothing is created."""
    folder = user_folder(CACHE, environment, platform)
    return folder / "Cache" if platform == "win32" else folder


def worker_folder(cache: Path | None = None, package: Path = PACKAGE) -> Path:
    """A folder that holds ``gpuplanner/{__init__,core,worker}`` and nothing else; made if need be.

    Raises:
        InputError: the source is not there, or the cache cannot be written.
    """
    cache = cache_folder() if cache is None else cache
    try:
        files = _sources(package)
        if len(files) < 2:
            what = "the worker's source is missing from this installation"
            raise InputError.of(what, str(package), "install GPU Planner again")
        folder = cache / f"worker-{_digest(files)[:20]}"
        if not _is_whole(folder, files):
            _make(folder, files)
    except OSError as error:
        what = f"the worker cannot be put there ({error.strerror or error})"
        raise InputError.of(what, str(cache), "free some space, or set XDG_CACHE_HOME") from error
    return folder


def _sources(package: Path) -> dict[str, bytes]:
    """The source files by their place below the package."""
    paths = [package / "__init__.py"]
    for part in _PARTS:
        paths += sorted((package / part).rglob("*.py"))
    return {path.relative_to(package).as_posix(): path.read_bytes() for path in paths}


def _digest(files: Mapping[str, bytes]) -> str:
    total = hashlib.sha256()
    for name, content in files.items():
        total.update(f"{name}\0{len(content)}\0".encode() + content)
    return total.hexdigest()


def _is_whole(folder: Path, files: Mapping[str, bytes]) -> bool:
    """Whether every file is there as it should be: a cache may be cleared in part."""
    try:
        return all((folder / "gpuplanner" / name).read_bytes() == content for name, content in files.items())
    except OSError:
        return False


def _make(folder: Path, files: Mapping[str, bytes]) -> None:
    """Written beside and then renamed, so that nobody meets half a folder."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".worker-", dir=folder.parent))
    try:
        for name, content in files.items():
            path = beside / "gpuplanner" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        _put_in_place(beside, folder, files)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _put_in_place(beside: Path, folder: Path, files: Mapping[str, bytes]) -> None:
    try:
        beside.rename(folder)
    except OSError:
        if _is_whole(folder, files):
            return  # another start was quicker
        # A damaged folder: out of the way under a name of its own, for a worker may still run from it.
        aside = Path(tempfile.mkdtemp(prefix=".damaged-", dir=folder.parent))
        folder.rename(aside / folder.name)
        beside.rename(folder)
        shutil.rmtree(aside, ignore_errors=True)

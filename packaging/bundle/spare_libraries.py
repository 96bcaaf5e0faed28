"""System libraries that the tarball brings along, each used only where the system has none.

The system's own come first: its drivers and its configuration fit them.  The .deb has no spares, for there
its dependencies see to it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


def load_spares(folder: Path, load: Callable[[str], object] | None = None) -> list[str]:
    """Load what is missing before Qt asks for it; returns the names of the spares that were taken.

    A library that is loaded satisfies all that name it later, wherever it came from.
    """
    if not folder.is_dir():
        return []
    if load is None:
        load = _load
    waiting = {path.name: path for path in sorted(folder.iterdir())}
    taken: list[str] = []
    for name in list(waiting):
        if _works(load, name):
            del waiting[name]
    # One spare may need another, so those that fail are tried again while any goes in.
    while waiting:
        loaded = [name for name, path in waiting.items() if _works(load, str(path))]
        if not loaded:
            break
        for name in loaded:
            del waiting[name]
        taken += loaded
    return taken


def _load(name: str) -> object:
    import ctypes  # only where there are spares

    return ctypes.CDLL(name, mode=ctypes.RTLD_GLOBAL)


def _works(load: Callable[[str], object], name: str) -> bool:
    try:
        load(name)
    except OSError:
        return False
    return True

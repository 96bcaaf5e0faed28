"""What the frozen app asks of the Linux system: libraries, their packages, and the age of the C library."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bootstrap.console import SetupProblem
from bootstrap.system_packages import QT_LIBRARIES

_C_LIBRARY = re.compile(r"(ld-linux|lib(c|m|dl|rt|pthread|resolv|util|anl|crypt)\.so)")
_NEEDED = re.compile(r"^\s+NEEDED\s+(\S+)", re.MULTILINE)
_GLIBC = re.compile(r"\bGLIBC_2\.(\d+)")

# Beyond what Qt's window needs (bootstrap.system_packages): of Wayland, of the compiler, of Python.
_DEBIAN: Mapping[str, tuple[str, ...]] = {
    **QT_LIBRARIES,
    "libstdc++.so.6": ("libstdc++6",),
    "libgcc_s.so.1": ("libgcc-s1",),
    "libexpat.so.1": ("libexpat1",),  # of Debian's own Python
    # Python's ssl: the system's own gets security updates, and knows where the certificates are.
    "libssl.so.3": ("libssl3t64", "libssl3"),
    "libcrypto.so.3": ("libssl3t64", "libssl3"),
    "libwayland-client.so.0": ("libwayland-client0",),
    "libwayland-cursor.so.0": ("libwayland-cursor0",),
}


# Plugins that Qt does without where their libraries are not: a desktop of GTK has GTK.
_MAY_FAIL = ("libqgtk3.so",)


@dataclass(frozen=True)
class Links:
    """What one binary is linked to."""

    needed: frozenset[str]
    glibc_minor: int
    """The newest 2.x of the C library whose symbols it uses; 0: none is named."""


@cache
def links(file: Path) -> Links:
    """Read a binary by objdump, which PyInstaller needs as well."""
    text = subprocess.run(["objdump", "-p", str(file)], capture_output=True, text=True, check=True).stdout
    versions = [int(minor) for minor in _GLIBC.findall(text)]
    return Links(frozenset(_NEEDED.findall(text)), max(versions, default=0))


def binaries(folder: Path) -> Iterator[Path]:
    """Every file in a folder that is an ELF binary; links are passed over."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                if file.read(4) == b"\x7fELF":
                    yield path


def from_the_system(folder: Path) -> set[str]:
    """The libraries that the app is linked to and does not bring along, without the C library's own."""
    files = [file for file in binaries(folder) if file.name not in _MAY_FAIL]
    brought = {path.name for path in folder.rglob("*.so*")}
    asked = {name for file in files for name in links(file).needed}
    return {name for name in asked - brought if not _C_LIBRARY.match(name)}


def glibc_minor(folder: Path) -> int:
    """The app runs from glibc 2.x on."""
    return max(links(file).glibc_minor for file in binaries(folder))


def debian_depends(names: Iterable[str], glibc: int) -> list[str]:
    """Debian's packages for these libraries, as a control file lists them.

    Raises:
        SetupProblem: a library has no package named here.
    """
    unknown = sorted(set(names) - set(_DEBIAN))
    if unknown:
        raise SetupProblem(
            f"The app is linked to {', '.join(unknown)}, and packaging/bundle/libraries.py names no Debian "
            "package for it. Name it there, or leave out what needs it (packaging/bundle/contents.py)."
        )
    packages = {" | ".join(_DEBIAN[name]) for name in names}
    return [f"libc6 (>= 2.{glibc})", *sorted(packages)]


def add_spares(folder: Path, spare: Path) -> list[str]:
    """Copy the system's libraries that the app needs, and theirs, into ``spare``; returns what has no copy.

    The app takes one only where the system has none (``bundle.spare_libraries``).
    """
    known = _known_libraries()
    waiting = sorted(from_the_system(folder))
    absent: list[str] = []
    done: set[str] = set()
    spare.mkdir()
    while waiting:
        name = waiting.pop()
        if name in done:
            continue
        done.add(name)
        if name not in known:
            absent.append(name)
            continue
        shutil.copy(known[name], spare / name)
        brought = {path.name for path in folder.rglob("*.so*")}
        waiting += [other for other in links(known[name]).needed - brought if not _C_LIBRARY.match(other)]
    return absent


def _known_libraries() -> dict[str, Path]:
    text = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    found: dict[str, Path] = {}
    for match in re.finditer(r"^\s+(\S+) \(([^)]*)\) => (\S+)$", text, re.MULTILINE):
        if "x86-64" in match[2] or "AArch64" in match[2]:
            found.setdefault(match[1], Path(match[3]).resolve())
    return found

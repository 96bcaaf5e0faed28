"""What Python cannot bring along: libraries that Qt loads from the system, Xvfb, fonts, and a source of pip.

What is missing is found by trying to load it, never by looking at package names, which differ between
Debian 12, Debian 13 and Ubuntu.  Names are needed only to install: apt itself says which one it knows.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from bootstrap.console import Log, SetupProblem, last_lines, step


@dataclass(frozen=True)
class Need:
    """Something the system has to have: how to see that it is there, and the packages that may bring it."""

    what: str
    packages: tuple[str, ...]
    is_there: Callable[[], bool]


# Shared library → Debian's package; tests/packaging/test_system_packages.py holds it against Qt's files.
QT_LIBRARIES: dict[str, tuple[str, ...]] = {
    "libglib-2.0.so.0": ("libglib2.0-0t64", "libglib2.0-0"),
    "libgthread-2.0.so.0": ("libglib2.0-0t64", "libglib2.0-0"),
    "libGL.so.1": ("libgl1",),
    "libEGL.so.1": ("libegl1",),
    "libfontconfig.so.1": ("libfontconfig1",),
    "libfreetype.so.6": ("libfreetype6",),
    "libdbus-1.so.3": ("libdbus-1-3",),
    "libX11.so.6": ("libx11-6",),
    "libX11-xcb.so.1": ("libx11-xcb1",),
    "libxkbcommon.so.0": ("libxkbcommon0",),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0",),
    "libxcb.so.1": ("libxcb1",),
    "libxcb-cursor.so.0": ("libxcb-cursor0",),
    "libxcb-glx.so.0": ("libxcb-glx0",),
    "libxcb-icccm.so.4": ("libxcb-icccm4",),
    "libxcb-image.so.0": ("libxcb-image0",),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1",),
    "libxcb-randr.so.0": ("libxcb-randr0",),
    "libxcb-render.so.0": ("libxcb-render0",),
    "libxcb-render-util.so.0": ("libxcb-render-util0",),
    "libxcb-shape.so.0": ("libxcb-shape0",),
    "libxcb-shm.so.0": ("libxcb-shm0",),
    "libxcb-sync.so.1": ("libxcb-sync1",),
    "libxcb-util.so.1": ("libxcb-util1",),
    "libxcb-xfixes.so.0": ("libxcb-xfixes0",),
    "libxcb-xkb.so.1": ("libxcb-xkb1",),
}


def window_needs() -> tuple[Need, ...]:
    """Return what a Qt window needs from the system (nothing on Windows and macOS)."""
    if sys.platform != "linux":
        return ()
    return tuple(
        Need(library, packages, partial(_loads, library)) for library, packages in QT_LIBRARIES.items()
    )


def test_needs() -> tuple[Need, ...]:
    """Return what the tests need beyond a window: a screen in memory, Chinese characters, and a C compiler.

    The compiler makes the scripted NVML library (tests/nvml).
    """
    if sys.platform != "linux":
        return ()
    return (
        Need("Xvfb", ("xvfb",), lambda: shutil.which("Xvfb") is not None),
        Need("the font Noto Sans CJK", ("fonts-noto-cjk",), _has_chinese_font),
        Need("gcc", ("gcc",), lambda: shutil.which("gcc") is not None),
        Need("the headers of C", ("libc6-dev",), lambda: Path("/usr/include/stdio.h").exists()),
    )


def pip_need(wheels: Path | None) -> Need:
    """Return the need for a source of pip: Debian's Python has neither pip nor ensurepip."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return Need(
        "Python's ensurepip",
        (f"{version}-venv", "python3-venv"),
        lambda: (
            find_spec("ensurepip") is not None
            or find_spec("pip") is not None
            or (wheels is not None and any(wheels.glob("pip-*.whl")))
        ),
    )


def provide(needs: Iterable[Need], log: Log) -> None:
    """Install what is missing, where this user may; else say the exact line.

    Raises:
        SetupProblem: something is missing and cannot be installed from here.
    """
    missing = [need for need in needs if not need.is_there()]
    if not missing:
        return
    if shutil.which("apt-get") is None:
        raise SetupProblem(
            f"The system lacks {', '.join(need.what for need in missing)}. "
            f"Debian's packages for them are {' '.join(choose_packages(missing, set()))}: "
            "install what brings the same on this system, then run this again."
        )
    become_root = _become_root()
    if become_root is None:
        line = apt_line(choose_packages(missing, _known_to_apt(missing)))
        raise SetupProblem(
            "System packages are missing, and this user may not install them. Run this (or ask who may), "
            f"then start again:\n    {line}"
        )
    _install(missing, become_root, log)
    still = [need for need in missing if not need.is_there()]
    if still:
        raise SetupProblem(
            f"apt-get installed its packages, but the system still lacks {', '.join(n.what for n in still)}."
        )


def choose_packages(needs: Iterable[Need], known: set[str]) -> list[str]:
    """Return one package per need, each once: the first that apt knows.

    Where apt knows none (its lists were never fetched), a library package is named ``…t64`` exactly on the
    systems whose other packages are (Debian 13, Ubuntu 24.04 and their relatives).
    """
    t64 = any(Path("/var/lib/dpkg/info").glob("*t64*.list"))
    chosen: list[str] = []
    for need in needs:
        fallback = need.packages[0] if t64 or len(need.packages) == 1 else need.packages[-1]
        name = next((package for package in need.packages if package in known), fallback)
        if name not in chosen:
            chosen.append(name)
    return chosen


def apt_line(packages: Sequence[str]) -> str:
    """Return the line that a person runs to install packages."""
    install = f"apt-get install -y --no-install-recommends {' '.join(packages)}"
    if os.geteuid() == 0:
        return f"apt-get update && {install}"
    if shutil.which("sudo") is None:
        return f'su -c "apt-get update && {install}"'
    return f"sudo apt-get update && sudo {install}"


def known_in(policy: str) -> set[str]:
    """Return the packages that can be installed, from what ``apt-cache policy`` printed in English."""
    known: set[str] = set()
    package = ""
    for line in policy.splitlines():
        if line and not line.startswith(" "):
            package = line.rstrip(":")
        elif line.strip().startswith("Candidate:") and "(none)" not in line:
            known.add(package)
    return known


def _install(missing: Sequence[Need], become_root: list[str], log: Log) -> None:
    # A lock held by an unattended upgrade is waited for; `env` because sudo drops the environment.
    apt = [*become_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=120"]
    known = _known_to_apt(missing)
    fresh = False
    if not all(known.intersection(need.packages) for need in missing):
        _update(apt, log)
        fresh, known = True, _known_to_apt(missing)
    packages = choose_packages(missing, known)
    command = [*apt, "install", "-y", "--no-install-recommends", *packages]
    with step(f"Installing system packages: {' '.join(packages)}"):
        code, output = log.run(command)
        if code != 0 and not fresh:  # lists that are too old name files that are gone
            _update(apt, log)
            code, output = log.run(command)
        if code != 0:
            raise SetupProblem(
                f"apt-get could not install the system packages:\n{last_lines(output)}\n"
                f"When that is put right, run:\n    {apt_line(packages)}\nFull log: {log.path}"
            )


def _update(apt: Sequence[str], log: Log) -> None:
    # Its failure is not told here: one broken source need not matter, and what matters fails at the install.
    log.run([*apt, "update"])


def _become_root() -> list[str] | None:
    """Return what has to stand before a command to run it as root, or None where this user may not."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    if subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0:
        return ["sudo", "-n"]
    if sys.stdin.isatty():
        print("System packages are missing; sudo asks for your password to install them.", flush=True)
        if subprocess.run(["sudo", "-v"], check=False).returncode == 0:
            return ["sudo", "-n"]
    return None


def _known_to_apt(needs: Iterable[Need]) -> set[str]:
    names = [package for need in needs for package in need.packages]
    english = {**os.environ, "LC_ALL": "C"}
    answer = subprocess.run(
        ["apt-cache", "policy", *names], capture_output=True, text=True, env=english, check=False
    )
    return known_in(answer.stdout)


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _has_chinese_font() -> bool:
    folders = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
    return any(next(Path(folder).expanduser().rglob("NotoSansCJK*"), None) for folder in folders)

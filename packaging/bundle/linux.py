"""The Linux packages: a .deb, and a tarball for people who are not root."""

from __future__ import annotations

import ctypes
import gzip
import os
import shutil
import stat
import sysconfig
import tarfile
from functools import partial
from pathlib import Path

from bootstrap.console import SetupProblem, step
from bootstrap.system_packages import Need, window_needs

from bundle import debian
from bundle.contents import CHECKOUT
from bundle.desktop_files import desktop_files
from bundle.freeze import Build, freeze, version
from bundle.libraries import add_spares, binaries, glibc_minor
from bundle.licences import write_licences

SPEC = CHECKOUT / "packaging" / "linux" / "gpuplanner.spec"
_README = CHECKOUT / "packaging" / "linux" / "TARBALL.txt"


def needs() -> tuple[Need, ...]:
    """What the building machine has to have: Qt's libraries, that of Python, binutils, dpkg-deb."""
    tools = {"objdump": "binutils", "strip": "binutils", "dpkg-deb": "dpkg"}
    found = [Need(tool, (package,), partial(_is_there, tool)) for tool, package in tools.items()]
    library = f"libpython{sysconfig.get_python_version()}"
    python = Need(f"Python's shared library ({library}.so)", (library,), partial(_has_python, library))
    return (*window_needs(), python, *found)


def _is_there(tool: str) -> bool:
    return shutil.which(tool) is not None


def _has_python(library: str) -> bool:
    """Whether PyInstaller will find it: beside Python, or where the system's loader looks."""
    beside = Path(sysconfig.get_config_var("LIBDIR") or "/nowhere")
    if next(beside.glob(f"{library}.so*"), None) is not None:
        return True
    try:
        ctypes.CDLL(f"{library}.so.1.0")
    except OSError:
        return False
    return True


def build_deb(build: Build) -> Path:
    """Freeze and pack; returns the .deb."""
    app = frozen(build)
    with step("Packing the .deb"):
        return debian.pack(build, app)


def build_tarball(build: Build) -> Path:
    """Freeze and pack; returns the .tar.gz, whose one folder is the app."""
    app = frozen(build)
    glibc = glibc_minor(app)  # without the spares, which this machine compiled
    with step("Packing the tarball"):
        absent = add_spares(app / "_internal", app / "_internal" / "spare")
        for place, content in desktop_files().items():
            target = app / "share" / place
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        text = _README.read_text("utf-8")
        (app / "README.txt").write_text(text.format(version=version(), glibc=glibc), "utf-8")
        name = f"gpuplanner-{version()}"
        packed = build.out / f"{name}-linux-{os.uname().machine}.tar.gz"
        normalise(app)
        _tar(app, packed, name, build.epoch)
    if absent:
        print(f"Not on this machine, so without a spare: {', '.join(absent)}")
    return packed


def frozen(build: Build) -> Path:
    """The app's folder, stripped of what only debuggers read, with the licences of all in it."""
    app = freeze(build, SPEC) / "gpuplanner"
    _clean_python(build, app / "_internal")
    write_licences(build.environment.python, app / "licences")
    return app


def normalise(folder: Path) -> None:
    """Give every file one of two modes, whatever the umask was."""
    for path in folder.rglob("*"):
        if not path.is_symlink():
            runs = path.is_dir() or (path.stat().st_mode & stat.S_IXUSR and path.suffix == "")
            path.chmod(0o755 if runs else 0o644)
    folder.chmod(0o755)


def _clean_python(build: Build, internal: Path) -> None:
    """Take the debugger's symbols and the place of the building Python out of Python's own binaries.

    Where Python was compiled by pyenv the symbols are a tenth of the app.  Wheels come stripped, and numpy's
    libraries break when they are stripped again.
    """
    modules = f"python{sysconfig.get_python_version()}"
    for path in binaries(internal):
        if path.name.startswith("libpython") or modules in path.relative_to(internal).parts:
            build.run(["strip", "--strip-unneeded", str(path)], "strip")
            content = path.read_bytes()
            path.write_bytes(without_run_path(content, sysconfig.get_config_var("LIBDIR")))


def without_run_path(content: bytes, folder: str) -> bytes:
    """A binary that looks for libraries beside itself instead of in a folder of the building machine."""
    old, new = folder.encode() + b"\0", b"$ORIGIN\0"
    if folder.startswith("/usr/lib") or len(old) < len(new):
        return content
    return content.replace(b"\0" + old, b"\0" + new.ljust(len(old), b"\0"))


def _tar(folder: Path, target: Path, name: str, epoch: int) -> None:
    """Pack in a fixed order, by nobody, at one time: equal folders make equal files."""

    def plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        member.mtime = epoch
        return member

    try:
        # gzip, not xz: it is wherever tar is, and packs in a tenth of the time.
        with (
            target.open("wb") as file,
            gzip.GzipFile("", "wb", 9, file, mtime=epoch) as packed,
            tarfile.open(mode="w", fileobj=packed, format=tarfile.GNU_FORMAT) as archive,
        ):
            for path in (folder, *sorted(folder.rglob("*"))):
                inside = Path(name) / path.relative_to(folder)
                archive.add(path, str(inside), recursive=False, filter=plain)
    except OSError as error:
        raise SetupProblem(
            f"{target} cannot be written ({error.strerror}). Name another folder by --out."
        ) from None

"""The Windows package: the frozen app and Inno Setup's installer of it.  Has to run on Windows."""

from __future__ import annotations

import shutil
from pathlib import Path

from bootstrap.console import SetupProblem, step

from bundle.contents import CHECKOUT
from bundle.freeze import Build, freeze, version
from bundle.licences import write_licences

FOLDER = CHECKOUT / "packaging" / "windows"
_INNO = ("ISCC", r"C:\Program Files (x86)\Inno Setup 6\ISCC.exe", r"C:\Program Files\Inno Setup 6\ISCC.exe")


def build_windows(build: Build) -> Path:
    """Freeze and pack; returns the installer.

    Raises:
        SetupProblem: PyInstaller failed, or Inno Setup is not there.
    """
    compiler = next((path for name in _INNO if (path := shutil.which(name))), None)
    if compiler is None:
        raise SetupProblem("Inno Setup 6 is not installed: get it from jrsoftware.org, then run this again.")
    app = freeze(build, FOLDER / "gpuplanner.spec") / "gpuplanner"
    write_licences(build.environment.python, app / "licences")
    name = f"gpuplanner-{version()}-windows"
    defines = {"AppVersion": version(), "AppFolder": app, "Icon": build.work / "gpuplanner.ico", "Name": name}
    command = [compiler, *(f"/D{key}={value}" for key, value in defines.items()), f"/O{build.out}"]
    with step("Packing the installer"):
        build.run([*command, str(FOLDER / "gpuplanner.iss")], "Inno Setup")
    return build.out / f"{name}.exe"

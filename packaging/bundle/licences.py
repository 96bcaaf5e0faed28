"""The licences of what the app brings along: their texts, and a list of who owns what."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from bundle.contents import CHECKOUT

_TEXTS = CHECKOUT / "packaging" / "licences"
# Runs in the build environment: what is installed there, and where its licences lie.
_LISTING = """
from importlib.metadata import distributions
for one in sorted(distributions(), key=lambda one: one.metadata["Name"].lower()):
    meta = one.metadata
    licence = meta.get("License-Expression") or (meta.get("License") or "see its own text").splitlines()[0]
    print("\\t".join([meta["Name"], meta["Version"], licence, ""]))
    for file in one.files or ():
        if ".dist-info" in str(file) and file.name.upper().startswith(("LICEN", "COPYING", "NOTICE")):
            print("\\t".join([meta["Name"], meta["Version"], "", str(file.locate())]))
"""
# They build the app and are not in it; the loader of PyInstaller is, and its licence lets it.
_NOT_IN_IT = {"pip", "setuptools", "altgraph", "pyinstaller-hooks-contrib", "packaging", "pillow", "colorama"}


def write_licences(python: Path, folder: Path) -> None:
    """Write the texts and ``COMPONENTS.txt`` into a folder."""
    folder.mkdir()
    for text in (CHECKOUT / "LICENSE", *sorted(_TEXTS.iterdir())):
        shutil.copyfile(text, folder / text.name)
    listing = subprocess.run([str(python), "-c", _LISTING], capture_output=True, text=True, check=True).stdout
    lines = [
        "GPU Planner: Apache-2.0 (LICENSE).",
        "Beside it in this folder are these programs and libraries, unchanged:",
        "",
        f"Python {_version(python)}: PSF-2.0",
        "Qt and PySide6: LGPL-3.0-only (LGPL-3.0.txt, GPL-3.0.txt). They are shared libraries of their own,",
        "which may be replaced; their sources are at code.qt.io. ICU, inside: Unicode-3.0.",
        "Inter, the font: OFL-1.1 (resources/fonts/OFL.txt).",
    ]
    for line in listing.splitlines():
        name, version, licence, file = line.split("\t")
        if name.lower() in _NOT_IN_IT or name.startswith(("PySide6", "shiboken6")):
            continue
        if licence:
            lines.append(f"{name} {version}: {licence}")
        else:
            shutil.copyfile(file, folder / f"{name}-{Path(file).name}")
    (folder / "COMPONENTS.txt").write_text("\n".join(lines) + "\n", "utf-8")


def _version(python: Path) -> str:
    command = [str(python), "-c", "import platform; print(platform.python_version())"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

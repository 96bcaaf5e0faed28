"""What the specs of all platforms tell PyInstaller; runs inside it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from bundle.contents import (
    CHECKOUT,
    COLLECTION_MODES,
    EXCLUDED,
    HIDDEN_IMPORTS,
    is_wanted,
    needed_libraries,
    resources,
    worker_sources,
)

# Extension modules of Python are linked to these; they touch nothing of the desktop, so they are shipped.
_OF_PYTHON = ("libffi", "libbz2", "liblzma", "libsqlite3", "libuuid", "libz.", "libzstd", "libmpdec")


# Of Qt, on Windows and macOS: only plugins ask for them that are left out.
UNUSED_LIBRARIES = (
    *("Qt6Quick", "Qt6Qml", "Qt6Pdf", "Qt6VirtualKeyboard", "opengl32sw"),
    *("QtQuick", "QtQml", "QtPdf", "QtVirtualKeyboard"),
)


def analysis_options(entry: str) -> dict[str, Any]:
    """Arguments of PyInstaller's ``Analysis`` for one way in."""
    return {
        "scripts": [str(CHECKOUT / "packaging" / "bundle" / entry)],
        "pathex": [str(CHECKOUT), str(CHECKOUT / "packaging")],
        "datas": [*resources(), *worker_sources()],
        "hiddenimports": [*HIDDEN_IMPORTS, "bundle.desktop_install"],
        "excludes": list(EXCLUDED),
        "module_collection_mode": COLLECTION_MODES,
    }


def trim(analysis: Any) -> None:
    """Take out what is never used; on Linux also what the system has."""
    from PyInstaller.depend.bindepend import get_imports  # type: ignore[import-untyped]  # it runs us

    def libraries_of(file: str) -> list[str]:
        return [str(name) for name, _ in get_imports(file)]

    wanted = [entry for entry in analysis.binaries if is_wanted(entry[0])]
    if sys.platform.startswith("linux"):
        analysis.binaries = needed_libraries(wanted, libraries_of, is_ours)
    else:  # named, as nobody has run it there: a library too many does no harm
        analysis.binaries = [
            entry for entry in wanted if not Path(entry[0]).name.startswith(UNUSED_LIBRARIES)
        ]
    kept = {entry[0] for entry in analysis.binaries}
    # PyInstaller links libraries into the top folder, where the loader looks.
    analysis.datas = [
        entry
        for entry in analysis.datas
        if is_wanted(entry[0]) and (entry[2] != "SYMLINK" or _link_stays(entry, kept))
    ]


def _link_stays(entry: tuple[str, str, str], kept: set[str]) -> bool:
    target = (Path(entry[0]).parent / entry[1]).as_posix()
    return target in kept or not Path(target).name.startswith("lib")


def is_ours(file: str) -> bool:
    """Whether a binary is shipped: all but the libraries of the Linux system."""
    path = Path(file)
    if not sys.platform.startswith("linux") or (
        not path.is_relative_to("/usr") and not path.is_relative_to("/lib")
    ):
        return True
    in_python = any(path.is_relative_to(place) for place in (sys.prefix, sys.base_prefix) if place != "/usr")
    return in_python or "python3" in str(path) or path.name.startswith(("libpython", *_OF_PYTHON))

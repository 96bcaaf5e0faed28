"""What goes into the frozen app and what stays out, for the specs of all platforms.

PyInstaller follows every import that it can read, inside functions too.  Named here is what it cannot see
(modules that a library names in a text) and what it would take along for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

CHECKOUT = Path(__file__).resolve().parents[2]
PACKAGE = CHECKOUT / "gpuplanner"

HIDDEN_IMPORTS = (
    # pandas names its reader of OpenDocument in a text, and that reader imports inside functions
    "pandas.io.excel._odfreader",
    *("odf.opendocument", "odf.table", "odf.text", "odf.office", "odf.namespaces", "odf.element"),
    "PySide6.QtSvg",  # pyqtgraph puts the name of the binding before it
)

EXCLUDED = (
    # the training stack belongs to the worker's own Python
    *("torch", "transformers", "peft", "bitsandbytes", "accelerate", "safetensors", "tokenizers"),
    # other parts of Qt and other bindings
    *("PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtQuickWidgets", "PySide6.QtNetwork", "PySide6.QtSql"),
    *("PySide6.QtTest", "PySide6.QtDBus", "PySide6.QtXml", "PySide6.QtDesigner", "PySide6.QtHelp"),
    *("PySide6.QtPrintSupport", "PySide6.QtUiTools", "PySide6.QtConcurrent", "PyQt5", "PyQt6", "PySide2"),
    *("PySide6.QtOpenGL", "PySide6.QtOpenGLWidgets"),  # pyqtgraph asks for them: bundle.no_opengl stands in
    # optional parts of pandas, numpy, pyqtgraph, pikepdf, openpyxl and PyYAML (which reads recipes without C)
    *("pandas.tests", "pandas.io.formats.style", "pyarrow", "numexpr", "bottleneck", "numba", "sqlalchemy"),
    *("jinja2", "matplotlib", "scipy", "fsspec", "numpy.f2py", "numpy.distutils", "cupy", "h5py", "OpenGL"),
    *("pyqtgraph.opengl", "pyqtgraph.examples", "pyqtgraph.jupyter", "colorcet", "PIL", "IPython"),
    *("hypothesis", "pytest", "lxml.html", "lxml.objectify", "lxml.isoschematron", "lxml.doctestcompare"),
    *("yaml.cyaml", "yaml._yaml", "_yaml"),
    # of Python itself: no terminal, no developer's tools, and no OpenSSL behind hashlib, which has its own
    # digests and would load it at every start (ssl stays: the check for updates asks by https)
    *("tkinter", "curses", "readline", "_hashlib", "lib2to3", "idlelib", "ensurepip"),
    *("setuptools", "pkg_resources", "pip", "xmlrpc", "ftplib", "wsgiref"),
)

COLLECTION_MODES = {"pynvml": "pyz+py"}
"""The worker is given this one file by its path: it lies beside the compiled copy."""

RESOURCES_LEFT_OUT = ("icons/app/gpuplanner-512.png", "i18n/*.ts", "i18n/README.md")
"""The desktop's, not the window's; and what translators work on: the window reads the ``.qm``."""

_PLUGINS = {
    # Linux; on Wayland windows are painted into shared memory, so nothing of OpenGL is needed
    "platforms": ("qxcb", "qwayland", "qoffscreen", "qwindows", "qcocoa", "qdirect2d"),
    "platforminputcontexts": ("composeplatforminputcontextplugin", "ibusplatforminputcontextplugin"),
    "platformthemes": ("qxdgdesktopportal", "qgtk3"),  # the desktop's own file dialogs
    "wayland-shell-integration": ("xdg-shell",),
    "wayland-decoration-client": ("bradient", "adwaita"),
    # everywhere
    "imageformats": ("qsvg", "qico"),
    "iconengines": ("qsvgicon",),
    "styles": ("qmodernwindowsstyle", "qmacstyle"),
}
_TRANSLATIONS = ("qtbase_zh_CN.qm", "qtbase_en.qm")
_COLOR_MAPS = ("CET-L1.csv", "CET-L1.hex")

_PYTHON = ("libpython", "python3")

Entry = tuple[str, str, str]
"""Of PyInstaller's lists: place in the app, file it comes from, kind."""


def worker_sources(package: Path = PACKAGE) -> list[tuple[str, str]]:
    """What another Python needs to run the worker, as source: (file, folder in the app).

    ``gpuplanner.trial.worker_files`` copies it from there.
    """
    files = [package / "__init__.py"]
    files += sorted((package / "core").rglob("*.py")) + sorted((package / "worker").rglob("*.py"))
    return [(str(file), str(Path("gpuplanner") / file.relative_to(package).parent)) for file in files]


def resources(folder: Path = CHECKOUT / "resources") -> list[tuple[str, str]]:
    """The shipped files: (file, folder in the app), where ``gpuplanner.data.resources`` finds them."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [
        (str(file), str(Path("resources") / file.relative_to(folder).parent))
        for file in files
        if not any(fnmatch(file.relative_to(folder).as_posix(), left_out) for left_out in RESOURCES_LEFT_OUT)
    ]


def is_wanted(place: str) -> bool:
    """Whether a file that PyInstaller's hooks collect is used: plugins, translations and colour maps."""
    path = PurePosixPath(place.replace("\\", "/"))
    parts = path.parts
    if "plugins" in parts and parts[0] == "PySide6":
        name = path.name.split(".")[0].removeprefix("lib")
        return name in _PLUGINS.get(path.parent.name, ())
    if "translations" in parts and parts[0] == "PySide6":
        return path.name in _TRANSLATIONS
    if parts[:3] == ("pyqtgraph", "colors", "maps"):
        return path.name in _COLOR_MAPS
    return not any(part.endswith(".dist-info") for part in parts)


def needed_libraries(
    binaries: Iterable[Entry], libraries_of: Callable[[str], Iterable[str]], is_ours: Callable[[str], bool]
) -> list[Entry]:
    """The binaries without the libraries that nothing asks for, and without those that are the system's.

    ``libraries_of`` names what a file is linked to; ``is_ours`` tells by its file whether a library is
    shipped.  Modules of Python and plugins of Qt are what asks first.
    """
    entries = list(binaries)
    by_name = {_name(entry[0]): entry for entry in entries}
    queue = [
        entry
        for entry in entries
        if entry[2] == "EXTENSION" or "plugins" in entry[0] or _name(entry[0]).startswith(_PYTHON)
    ]
    kept: dict[str, Entry] = {}
    while queue:
        entry = queue.pop()
        if entry[0] in kept or not is_ours(entry[1]):
            continue
        kept[entry[0]] = entry
        asked = (by_name.get(_name(name)) for name in libraries_of(entry[1]))
        queue += [found for found in asked if found is not None]
    return [kept[place] for place in sorted(kept)]


def _name(place: str) -> str:
    return PurePosixPath(place.replace("\\", "/")).name.lower()

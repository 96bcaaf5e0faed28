"""What the frozen app is told to carry fits what the program imports, without building it."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.machinery import ModuleSpec
from importlib.metadata import requires
from importlib.util import find_spec
from pathlib import Path

import pytest
from bundle.child_variables import restore
from bundle.contents import (
    COLLECTION_MODES,
    EXCLUDED,
    HIDDEN_IMPORTS,
    PACKAGE,
    is_wanted,
    needed_libraries,
    resources,
    worker_sources,
)
from bundle.linux import without_run_path
from bundle.no_opengl import MODULES as STOOD_IN
from bundle.spare_libraries import load_spares

from gpuplanner.core.errors import InputError
from gpuplanner.trial.environment import choose_python, nvml_module

CHECKOUT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))
# Modules of the program's dependencies that are not named as their package is.
MODULES = {"PySide6-Essentials": "PySide6", "nvidia-ml-py": "pynvml", "odfpy": "odf", "PyYAML": "yaml"}
# Asked for by name, and done without where they are not.
OPTIONAL = {"tokenizers"}


def program_files() -> Iterator[Path]:
    """All but the worker, which runs on another Python."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.relative_to(PACKAGE).parts[0] != "worker":
            yield path


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imports(path: Path) -> Iterator[str]:
    """Every module that a file may import when it runs, inside functions too."""
    tree = tree_of(path)
    hints = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in hints:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def dynamic_imports(path: Path) -> Iterator[str]:
    """Modules that are imported by a text, which PyInstaller cannot follow."""
    for node in ast.walk(tree_of(path)):
        called = getattr(node, "func", None)
        name = getattr(called, "attr", getattr(called, "id", ""))
        if isinstance(node, ast.Call) and name in ("import_module", "__import__"):
            argument = node.args[0]
            yield argument.value if isinstance(argument, ast.Constant) else ast.unparse(argument)


def is_excluded(module: str) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in EXCLUDED)


def test_that_nothing_the_program_imports_is_left_out() -> None:
    left_out = {(path.name, name) for path in program_files() for name in imports(path) if is_excluded(name)}
    assert left_out == set()


def test_that_the_program_imports_only_what_pyproject_or_python_brings() -> None:
    names = (re.split(r"[<>=;~! ]", line)[0] for line in PYPROJECT["project"]["dependencies"])
    brought = {MODULES.get(name, name) for name in names} | {
        "gpuplanner",
        "shiboken6",
        *sys.stdlib_module_names,
    }
    found = {name.partition(".")[0] for path in program_files() for name in imports(path)}
    assert found <= brought


def test_that_imports_by_a_text_are_named_as_hidden() -> None:
    found = {name for path in program_files() for name in dynamic_imports(path)}
    assert found <= {*HIDDEN_IMPORTS, *OPTIONAL}


def test_that_every_hidden_import_is_there_and_not_left_out() -> None:
    for name in HIDDEN_IMPORTS:
        assert find_spec(name) is not None, name
        assert not is_excluded(name), name


def test_that_the_training_stack_stays_out() -> None:
    named = (
        re.split(r"[<>=;~! ]", line)[0] for line in PYPROJECT["project"]["optional-dependencies"]["trial"]
    )
    assert all(is_excluded(name) for name in named)


def test_that_the_worker_goes_along_as_source_that_another_python_can_run() -> None:
    places = {(Path(folder) / Path(file).name).as_posix() for file, folder in worker_sources()}
    assert {"gpuplanner/__init__.py", "gpuplanner/worker/__main__.py", "gpuplanner/core/plan.py"} <= places
    assert all(
        place.startswith(("gpuplanner/core/", "gpuplanner/worker/", "gpuplanner/__init__"))
        for place in places
    )
    assert COLLECTION_MODES["pynvml"] == "pyz+py"  # the worker reads the card by this one file
    assert len(places) == len(worker_sources())


def test_that_every_resource_goes_along_but_the_desktops_and_the_translators() -> None:
    places = {(Path(folder) / Path(file).name).as_posix() for file, folder in resources()}
    files = {
        path.relative_to(CHECKOUT).as_posix()
        for path in (CHECKOUT / "resources").rglob("*")
        if path.is_file()
    }
    sources = {path for path in files if path.startswith("resources/i18n/") and path.endswith(".ts")}
    assert sources
    assert files - places == {
        "resources/icons/app/gpuplanner-512.png",
        "resources/i18n/README.md",
        *sources,
    }


def pins() -> dict[str, str]:
    lines = (CHECKOUT / "packaging" / "requirements.txt").read_text("utf-8").splitlines()
    found = (re.fullmatch(r"([\w.-]+)==([\w.]+)(;.*)?", line) for line in lines if not line.startswith("#"))
    return {match[1].lower().replace("_", "-"): match[2] for match in found if match is not None}


def test_that_every_line_of_the_requirements_is_a_pin_without_an_address() -> None:
    text = (CHECKOUT / "packaging" / "requirements.txt").read_text("utf-8")
    assert len(pins()) == sum(bool(line) and not line.startswith("#") for line in text.splitlines())
    assert "://" not in text


def test_that_the_pins_are_within_what_pyproject_allows() -> None:
    for line in PYPROJECT["project"]["dependencies"]:
        match = re.match(r"([\w-]+)>=([\d.]+),<([\d.]+)", line)
        assert match is not None, line
        pinned = pins()[match[1].lower()]
        if "python_version >=" in line:
            continue  # PySide6 for newer Pythons may be the same release
        assert numbers(match[2]) <= numbers(pinned) < numbers(match[3]), line


def numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(".")]


@pytest.mark.parametrize("name", ["pandas", "pikepdf", "pyqtgraph", "openpyxl", "odfpy"])
def test_that_what_a_dependency_needs_is_pinned_as_well(name: str) -> None:
    for line in requires(name) or ():
        needed, _, marker = line.partition(";")
        if "extra" not in marker and "python_version <" not in marker and "emscripten" not in marker:
            assert re.split(r"[<>=~! (]", needed.strip())[0].lower() in pins(), line


@pytest.mark.parametrize(
    ("place", "wanted"),
    [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6/plugins/platforms/qwindows.dll", True),
        ("PySide6\\plugins\\imageformats\\qsvg.dll", True),
        ("PySide6/Qt/plugins/platforms/libqvnc.so", False),
        ("PySide6/Qt/plugins/platformthemes/libqgtk3.so", True),
        ("PySide6/Qt/translations/qtbase_zh_CN.qm", True),
        ("PySide6/Qt/translations/qtbase_de.qm", False),
        ("pyqtgraph/colors/maps/CET-L1.csv", True),
        ("pyqtgraph/colors/maps/PAL-relaxed.hex", False),
        ("numpy-2.4.6.dist-info/METADATA", False),
        ("resources/icons/gpu.svg", True),
    ],
)
def test_that_only_used_files_of_qt_are_kept(place: str, wanted: bool) -> None:
    assert is_wanted(place) is wanted


def test_that_a_library_stays_only_if_something_that_stays_asks_for_it() -> None:
    linked = {
        "/venv/QtGui.so": ["libQt6Gui.so.6"],
        "/venv/libQt6Gui.so.6": ["libX11.so.6", "libQt6Core.so.6"],
        "/venv/libQt6Quick.so.6": ["libQt6Core.so.6"],
    }
    binaries = [
        ("PySide6/QtGui.so", "/venv/QtGui.so", "EXTENSION"),
        *(
            (f"PySide6/Qt/lib/lib{name}.so.6", f"/venv/lib{name}.so.6", "BINARY")
            for name in ("Qt6Gui", "Qt6Core")
        ),
        ("PySide6/Qt/lib/libQt6Quick.so.6", "/venv/libQt6Quick.so.6", "BINARY"),
        ("libX11.so.6", "/usr/lib/libX11.so.6", "BINARY"),
        ("libpython3.11.so.1.0", "/venv/libpython3.11.so.1.0", "BINARY"),
    ]
    kept = needed_libraries(
        binaries, lambda file: linked.get(file, []), lambda file: not file.startswith("/usr")
    )
    assert [Path(place).name for place, _, _ in kept] == [
        *("libQt6Core.so.6", "libQt6Gui.so.6", "QtGui.so", "libpython3.11.so.1.0"),
    ]


def test_that_programs_we_start_get_the_users_own_library_path() -> None:
    loader = {"_PYI_ARCHIVE_FILE": "/app/gpuplanner", "LD_LIBRARY_PATH": "/app/_internal", "HOME": "/home/me"}
    plain = dict(loader)
    restore(plain)
    assert plain == {"HOME": "/home/me"}
    with_own = {**loader, "LD_LIBRARY_PATH_ORIG": "/opt/cuda/lib"}
    restore(with_own)
    assert with_own["LD_LIBRARY_PATH"] == with_own["LD_LIBRARY_PATH_ORIG"] == "/opt/cuda/lib"
    from_source = {"LD_LIBRARY_PATH": "/opt/cuda/lib"}
    restore(from_source)
    assert from_source == {"LD_LIBRARY_PATH": "/opt/cuda/lib"}


def test_that_a_spare_is_loaded_only_where_the_system_has_none(tmp_path: Path) -> None:
    for name in ("libA.so.1", "libB.so.1", "libC.so.1", "libD.so.1"):
        (tmp_path / name).touch()
    loaded: set[str] = set()

    def load(name: str) -> None:
        """The system has A; the spare B needs C; D needs what nobody has."""
        short = Path(name).name
        on_system = short == "libA.so.1"
        ready = Path(name).is_absolute() and (
            short == "libC.so.1" or (short == "libB.so.1" and "libC.so.1" in loaded)
        )
        if not (on_system or ready):
            raise OSError(f"{name}: cannot open shared object file")
        loaded.add(short)

    assert load_spares(tmp_path, load) == ["libC.so.1", "libB.so.1"]


def test_that_a_binary_forgets_the_machine_that_built_it() -> None:
    content = b"\x7fELF\0libc.so.6\0/home/me/python/lib\0/home/me/python/lib/x\0"
    cleaned = without_run_path(content, "/home/me/python/lib")
    assert cleaned == b"\x7fELF\0libc.so.6\0$ORIGIN\0" + bytes(12) + b"/home/me/python/lib/x\0"
    assert without_run_path(content, "/usr/lib") == content


def test_that_without_spares_nothing_is_loaded(tmp_path: Path) -> None:
    assert load_spares(tmp_path / "spare") == []


def test_that_the_frozen_app_names_the_source_of_the_nvml_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = ModuleSpec(
        "pynvml", None, origin=str(tmp_path / "pynvml.pyc")
    )  # as PyInstaller's importer says
    monkeypatch.setattr("importlib.util.find_spec", lambda name: compiled)
    assert nvml_module() == ""
    (tmp_path / "pynvml.py").touch()
    assert nvml_module() == str(tmp_path / "pynvml.py")


DRAWN_WITHOUT = """
import sys
from bundle.no_opengl import stand_in
stand_in(sys.modules)
import pyqtgraph
app = pyqtgraph.mkQApp()
plot = pyqtgraph.PlotWidget(background="w")
plot.plot([0, 1], [0, 1], pen=pyqtgraph.mkPen("#ff0000", width=9))
image = plot.grab().toImage()
places = ((x, y) for x in range(image.width()) for y in range(image.height()))
assert any(image.pixelColor(*place).name() == "#ff0000" for place in places)
"""


def test_that_charts_are_drawn_without_the_opengl_modules_that_are_left_out() -> None:
    assert set(STOOD_IN) <= set(EXCLUDED)
    variables = {**os.environ, "PYTHONPATH": str(CHECKOUT / "packaging"), "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", DRAWN_WITHOUT]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_that_the_frozen_app_asks_for_a_python_and_no_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(InputError, match="--python PATH") as refusal:
        choose_python()
    assert "pip" not in str(refusal.value)


def test_that_the_frozen_app_is_no_python_for_a_trial(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    (tmp_path / "gpuplanner").symlink_to(sys.executable)  # as /usr/bin/gpuplanner is
    with pytest.raises(InputError, match="itself"):
        choose_python(str(tmp_path / "gpuplanner"))

"""The house keeps its shape: every contract of import-linter holds, and each is proved by a planted fault."""

import ast
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
PACKAGE = CHECKOUT / "gpuplanner"

# contract → the file that breaks it, what it imports, and what import-linter says about it
FAULTS = [
    ("Imports go down", "core/planted.py", "import gpuplanner.estimator", "gpuplanner.core.planted ->"),
    ("Imports go down", "estimator/planted.py", "import gpuplanner.data", "gpuplanner.estimator.planted ->"),
    ("Imports go down", "data/planted.py", "import gpuplanner.report", "gpuplanner.data.planted ->"),
    ("Imports go down", "trial/planted.py", "import gpuplanner.monitor", "gpuplanner.trial.planted ->"),
    ("Imports go down", "render/planted.py", "import gpuplanner.ui", "gpuplanner.render.planted ->"),
    ("Imports go down", "ui/planted.py", "import gpuplanner.cli", "gpuplanner.ui.planted ->"),
    ("Imports go down", "worker/planted.py", "import gpuplanner.data", "gpuplanner.worker.planted ->"),
    ("Imports go down", "utils/planted.py", "", "- gpuplanner.utils"),
    ("Siblings import in no circle", "ui/circle_a.py", "import gpuplanner.ui.circle_b", "circle_a"),
    ("Siblings import in no circle", "ui/circle_b.py", "import gpuplanner.ui.circle_a", "circle_b"),
    ("Nothing imports the worker", "app.py", "import gpuplanner.worker.build", "gpuplanner.app"),
    ("Qt only in render, ui and app", "report/qt.py", "import PySide6.QtGui", "gpuplanner.report.qt ->"),
    ("Qt only in render, ui and app", "monitor/qt.py", "import pyqtgraph", "gpuplanner.monitor.qt ->"),
    ("The training stack only in the worker", "ui/train.py", "import torch", "gpuplanner.ui.train ->"),
    ("The training stack only in the worker", "trial/train.py", "import peft", "gpuplanner.trial.train ->"),
    ("pandas only in data's export of tables", "report/pd.py", "import pandas", "report.pd ->"),
    ("pandas only in data's export of tables", "data/pd.py", "import pandas", "data.pd ->"),
    ("The PDF engine only in render.pdf", "report/pdf.py", "import pikepdf", "gpuplanner.report.pdf ->"),
    ("NVML only through monitor.nvml", "ui/nvml.py", "import pynvml", "gpuplanner.ui.nvml ->"),
    ("PyYAML only through data.recipes.yaml_text", "ui/yml.py", "import yaml", "gpuplanner.ui.yml ->"),
]
ALLOWED = [
    ("monitor/nvml.py", "import pynvml"),
    ("data/exports.py", "import pandas"),
    ("render/pdf.py", "import pikepdf"),
    ("data/recipes/yaml_text.py", "import yaml"),
    ("worker/build.py", "import torch\nimport gpuplanner.core"),
    ("render/allowed.py", "import PySide6.QtGui\nimport pyqtgraph\nimport gpuplanner.report"),
    ("app.py", "import PySide6.QtWidgets\nimport gpuplanner.ui"),
    ("cli.py", "import gpuplanner.app"),
]


def linted(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"]
    return subprocess.run([*command, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)


def skeleton(folder: Path, modules: list[tuple[str, str]]) -> Path:
    """Write an empty house with pyproject.toml's contracts, and these modules in it."""
    shutil.copy(CHECKOUT / "pyproject.toml", folder)
    rooms = ("core", "estimator", "data", "monitor", "trial", "report", "render", "ui", "worker")
    for path in (".", *rooms):
        (folder / "gpuplanner" / path).mkdir(exist_ok=True)
        (folder / "gpuplanner" / path / "__init__.py").touch()
    for name in ("cli.py", "app.py", "worker/build.py"):
        (folder / "gpuplanner" / name).touch()
    for name, text in modules:
        path = folder / "gpuplanner" / name
        path.parent.mkdir(exist_ok=True)
        (path.parent / "__init__.py").touch()
        path.write_text(text)
    return folder


@pytest.fixture(scope="module")
def report_on_faults(tmp_path_factory: pytest.TempPathFactory) -> str:
    planted = [(name, text) for _, name, text, _ in FAULTS]
    return linted(skeleton(tmp_path_factory.mktemp("faulty"), planted)).stdout


def test_that_the_contracts_hold() -> None:
    result = linted(CHECKOUT)
    assert result.returncode == 0, result.stdout + result.stderr


def test_that_what_the_house_allows_is_allowed(tmp_path: Path) -> None:
    result = linted(skeleton(tmp_path, ALLOWED))
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(("contract", "file", "_text", "said"), FAULTS, ids=[fault[1] for fault in FAULTS])
def test_that_a_planted_fault_is_found(
    report_on_faults: str, contract: str, file: str, _text: str, said: str
) -> None:
    assert f"{contract} BROKEN" in report_on_faults
    details = report_on_faults.partition("Broken contracts")[2]
    section = details.partition(f"{contract}\n{'-' * len(contract)}\n")[2]
    assert said in section.partition("\n----")[0], f"{file}: not blamed by {contract!r}\n{details}"


def imported_packages(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize(
    ("files", "libraries"),
    [("core/*.py", set()), ("estimator/parameters.py", set()), ("estimator/*.py", {"numpy"})],
)
def test_that_lower_floors_need_little_beyond_the_standard_library(files: str, libraries: set[str]) -> None:
    found = {(file.name, package) for file in PACKAGE.glob(files) for package in imported_packages(file)}
    allowed = {*sys.stdlib_module_names, "gpuplanner", *libraries}
    assert {(file, package) for file, package in found if package not in allowed} == set()
    assert found


def test_that_commands_start_without_qt_pandas_or_torch() -> None:
    program = """
import importlib, json, pkgutil, sys
from gpuplanner import core, data, estimator, report
heavy = {"gpuplanner.data.exports"}
for package in (core, data, estimator, report):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if module.name not in heavy:
            importlib.import_module(module.name)
import gpuplanner.cli
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    heavy = {"PySide6", "shiboken6", "pyqtgraph", "pandas", "torch"}
    assert heavy.intersection(json.loads(result.stdout)) == set()

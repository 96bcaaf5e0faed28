"""A wheel and a source archive carry what the program needs, and nothing of the checkout's own."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    result = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return folder


def test_that_an_installed_wheel_finds_its_resources(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    program = "from gpuplanner.data.resources import resource; print(resource('icons', 'gpu.svg'))"
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    found = Path(result.stdout.strip())
    assert found.is_file()
    assert found.is_relative_to(tmp_path)
    assert not (tmp_path / "resources").exists()
    assert not (tmp_path / "tests").exists()


def test_that_the_source_archive_is_complete_and_clean(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        names = {name.partition("/")[2] for name in tar.getnames()}
    wanted = {"pyproject.toml", "README.md", "LICENSE", "packaging/go.py", "gpuplanner/core/plan.py"}
    assert wanted <= names
    assert {name.partition("/")[0] for name in names} <= {
        *("gpuplanner", "resources", "packaging", "tests"),
        *("pyproject.toml", "README.md", "LICENSE", "PKG-INFO", ".gitignore"),
    }

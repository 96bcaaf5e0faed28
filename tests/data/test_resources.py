"""The shipped files are found wherever the program runs from."""

from pathlib import Path

import pytest

from gpuplanner.data import resources
from gpuplanner.data.resources import resource


def folder(path: Path) -> Path:
    path.mkdir(parents=True)
    return path


def test_that_a_checkout_finds_its_resources() -> None:
    assert resource("icons").is_dir()
    assert resource("icons", "gpu.svg").read_text("utf-8").startswith("<svg")


def test_that_resources_of_the_checkout_lie_beside_the_package(tmp_path: Path) -> None:
    package = folder(tmp_path / "gpuplanner")
    beside = folder(tmp_path / "resources")
    assert resources._root(package, bundle=None) == beside


def test_that_an_installed_package_prefers_its_own_to_a_stranger_beside_it(tmp_path: Path) -> None:
    package = tmp_path / "site-packages" / "gpuplanner"
    own = folder(package / "_resources")
    folder(tmp_path / "site-packages" / "resources")
    assert resources._root(package, bundle=None) == own


def test_that_a_frozen_bundle_uses_its_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundled = folder(tmp_path / "bundle" / "resources" / "icons")
    monkeypatch.setattr("sys._MEIPASS", str(tmp_path / "bundle"), raising=False)
    assert resource("icons") == bundled


def test_that_missing_resources_say_where_they_were_sought(tmp_path: Path) -> None:
    package = folder(tmp_path / "gpuplanner")
    with pytest.raises(FileNotFoundError, match=r"_resources or .*resources. Install it again"):
        resources._root(package, bundle=None)

"""PySide6 6.12.0 aborts Python 3.10 and 3.11: the pins never let it in, and what is installed does not do it.

Void calls of Qt drop a reference to None each, until ``Fatal Python error: none_dealloc``.
"""

import importlib.metadata
import sys
import tomllib
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement

PYPROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
PROJECT = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]
EVERYTHING = [*PROJECT["dependencies"], *chain(*PROJECT["optional-dependencies"].values())]
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]


def pyside_on(python: str) -> list[Requirement]:
    requirements = [Requirement(line) for line in EVERYTHING]
    environment = {"python_version": python, "python_full_version": f"{python}.2"}
    return [
        requirement
        for requirement in requirements
        if requirement.name.lower().startswith(("pyside", "shiboken"))
        and (requirement.marker is None or requirement.marker.evaluate(environment))
    ]


@pytest.mark.parametrize("python", PYTHONS)
def test_that_each_python_gets_one_bounded_range_of_pyside(python: str) -> None:
    (requirement,) = pyside_on(python)
    assert requirement.name == "PySide6-Essentials"
    assert requirement.specifier.contains("6.11.3")
    assert not requirement.specifier.contains("6.99.0")
    assert not requirement.specifier.contains("7.0.0")


@pytest.mark.parametrize("version", ["6.12.0", "6.12.0a1", "6.12.0.1", "6.12.1"])
def test_that_the_release_that_drops_none_cannot_be_resolved(version: str) -> None:
    below_312 = [python for python in PYTHONS if int(python.partition(".")[2]) < 12]
    assert below_312 == ["3.11"]
    for python in below_312:
        (requirement,) = pyside_on(python)
        assert not requirement.specifier.contains(version, prereleases=True)


def test_that_older_pythons_are_refused_altogether() -> None:
    assert PROJECT["requires-python"] == ">=3.11"


def test_that_void_calls_of_qt_keep_their_references_to_none() -> None:
    from PySide6.QtCore import QObject

    calls = 1000
    target = QObject()
    target.setObjectName("warm up")
    before = sys.getrefcount(None)
    for _ in range(calls):
        target.setObjectName("a void call")
    lost = before - sys.getrefcount(None)
    # From Python 3.12 on None is immortal and nothing is counted.  Other threads may move the count a little.
    version = importlib.metadata.version("PySide6-Essentials")
    assert lost < calls / 10, f"PySide6-Essentials {version} drops references to None"

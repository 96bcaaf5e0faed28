"""The virtual environment is made where it can be, kept while it fits, and made anew when it does not."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from bootstrap import environment
from bootstrap.console import Log, SetupProblem
from bootstrap.environment import Environment, Stamp, fits, prepare

PYPROJECT = """\
[build-system]
requires = []
[project]
name = "gpuplanner"
dependencies = [{dependencies}]
"""


class PipOnPaper:
    """Stands for pip: notes what it was asked, and installs nothing."""

    calls: list[list[str]]
    fail = False

    def __init__(self, *_: object) -> None:
        pass

    def install_itself(self, _: object) -> None:
        self.calls.append(["install", "pip"])

    def run(self, arguments: list[str], _: object) -> None:
        self.calls.append(arguments)
        if type(self).fail:
            raise KeyboardInterrupt


@pytest.fixture
def pip(monkeypatch: pytest.MonkeyPatch) -> type[PipOnPaper]:
    PipOnPaper.calls, PipOnPaper.fail = [], False
    monkeypatch.setattr(environment, "Pip", PipOnPaper)
    monkeypatch.setattr(
        environment, "find_spec", lambda _: None
    )  # as on Debian: no ensurepip, so it is quick
    return PipOnPaper


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "checkout"
    (folder / "gpuplanner").mkdir(parents=True)
    (folder / "gpuplanner" / "__init__.py").write_text('__version__ = "1"\n')
    (folder / "pyproject.toml").write_text(PYPROJECT.format(dependencies=""))
    return folder


def installs(pip: type[PipOnPaper]) -> list[str]:
    return [call[-1] for call in pip.calls if "--editable" in call]


def test_that_the_second_start_asks_pip_nothing(
    checkout: Path, pip: type[PipOnPaper], log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    first = prepare(checkout, (), None, log)
    assert first.folder == checkout / ".venv"
    assert first.python.exists()
    assert pip.calls == [["install", "pip"], ["install", "--editable", str(checkout)]]
    capsys.readouterr()
    pip.calls.clear()
    assert prepare(checkout, (), None, log) == first
    assert pip.calls == []
    assert capsys.readouterr().out == ""


def test_that_more_extras_are_added_and_kept(checkout: Path, pip: type[PipOnPaper], log: Log) -> None:
    prepare(checkout, (), None, log)
    prepare(checkout, ("test",), None, log)
    prepare(checkout, (), None, log)
    assert installs(pip) == [str(checkout), f"{checkout}[test]"]
    assert pip.calls.count(["install", "pip"]) == 1


def test_that_a_changed_dependency_is_installed_into_the_same_environment(
    checkout: Path, pip: type[PipOnPaper], log: Log
) -> None:
    place = prepare(checkout, ("test",), None, log)
    (place.folder / "kept").touch()
    (checkout / "pyproject.toml").write_text(PYPROJECT.format(dependencies='"numpy"'))
    prepare(checkout, (), None, log)
    assert installs(pip) == [f"{checkout}[test]"] * 2
    assert (place.folder / "kept").exists()


def test_that_settings_of_other_tools_are_nothing_to_pip(
    checkout: Path, pip: type[PipOnPaper], log: Log
) -> None:
    prepare(checkout, (), None, log)
    with (checkout / "pyproject.toml").open("a") as file:
        file.write("[tool.ruff]\nline-length = 1\n")
    prepare(checkout, (), None, log)
    assert len(installs(pip)) == 1


def test_that_an_interrupted_first_installation_starts_afresh(
    checkout: Path, pip: type[PipOnPaper], log: Log
) -> None:
    pip.fail = True
    with pytest.raises(KeyboardInterrupt):
        prepare(checkout, (), None, log)
    half = checkout / ".venv" / "half"
    half.touch()
    pip.fail = False
    prepare(checkout, (), None, log)
    assert not half.exists()


def test_that_an_interrupted_update_is_repeated_in_place(
    checkout: Path, pip: type[PipOnPaper], log: Log
) -> None:
    place = prepare(checkout, (), None, log)
    (place.folder / "kept").touch()
    pip.fail = True
    with pytest.raises(KeyboardInterrupt):
        prepare(checkout, ("test",), None, log)
    pip.fail = False
    prepare(checkout, (), None, log)
    assert len(installs(pip)) == 3
    assert (place.folder / "kept").exists()


@pytest.mark.parametrize(("field", "value"), [("python", "3.10 /usr/bin/python3.10"), ("checkout", "/moved")])
def test_that_another_python_or_place_makes_it_anew(
    checkout: Path, pip: type[PipOnPaper], log: Log, field: str, value: str
) -> None:
    place = prepare(checkout, (), None, log)
    stamp = place.stamp()
    assert stamp is not None
    place.write_stamp(replace(stamp, **{field: value}))
    (place.folder / "old").touch()
    prepare(checkout, (), None, log)
    assert not (place.folder / "old").exists()


def test_that_an_environment_without_its_python_does_not_fit(
    checkout: Path, pip: type[PipOnPaper], log: Log
) -> None:
    place = prepare(checkout, (), None, log)
    stamp = place.stamp()
    assert stamp is not None
    assert fits(place, stamp)
    place.python.unlink()
    assert not fits(place, stamp)


def test_that_a_strangers_environment_is_left_alone(
    checkout: Path, pip: type[PipOnPaper], log: Log, own_folders: Path
) -> None:
    (checkout / ".venv").mkdir()
    (checkout / ".venv" / "precious").touch()
    place = prepare(checkout, (), None, log)
    assert place.folder.is_relative_to(own_folders)
    assert (checkout / ".venv" / "precious").exists()


def test_that_a_checkout_that_cannot_be_written_uses_the_cache(
    checkout: Path, pip: type[PipOnPaper], log: Log, own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda path, _: Path(path) != checkout)
    place = prepare(checkout, (), None, log)
    assert place.folder.is_relative_to(own_folders)
    assert prepare(checkout, (), None, log) == place
    assert len(installs(pip)) == 1


def test_that_no_place_at_all_is_said(
    checkout: Path, pip: type[PipOnPaper], log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(SetupProblem, match=r"neither .* nor .* can be written"):
        prepare(checkout, (), None, log)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"extras": 3}', '{"extras": [], "colour": "red"}'])
def test_that_an_unreadable_stamp_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / environment.STAMP).write_text(text)
    assert Environment(tmp_path).stamp() is None


def test_that_a_stamp_is_read_as_it_was_written(tmp_path: Path) -> None:
    stamp = Stamp("/there", f"3.{sys.version_info.minor} /usr/bin/python3", True, "abc", ("test",))
    Environment(tmp_path).write_stamp(stamp)
    assert Environment(tmp_path).stamp() == stamp

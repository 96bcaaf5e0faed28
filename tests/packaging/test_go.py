"""packaging/go.py speaks clearly to old Pythons, at wrong arguments, after Ctrl+C, and of each step."""

import ast
import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from bootstrap import commands
from bootstrap.console import Log, SetupProblem, step

GO = Path(__file__).resolve().parents[2] / "packaging" / "go.py"


@pytest.fixture
def go() -> ModuleType:
    specification = importlib.util.spec_from_file_location("go", GO)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_that_an_old_python_can_read_it() -> None:
    ast.parse(GO.read_text("utf-8"), feature_version=(3, 9))


def test_that_an_old_python_says_what_it_needs(
    go: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.version_info", (3, 10, 12))
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert go.main() == 2
    said = capsys.readouterr().err
    assert said.startswith("GPU Planner needs Python 3.11 or newer; this is ")
    assert said.count("\n") == 1


def test_that_an_old_python_hands_over_to_a_newer_one(
    go: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []

    def execute(_: str, arguments: list[str]) -> None:
        started.append(arguments)
        raise SystemExit(0)  # as exec, it does not come back

    monkeypatch.setattr("sys.version_info", (3, 10, 12))
    monkeypatch.setattr("sys.argv", ["packaging/go.py", "app", "a.csv"])
    monkeypatch.setattr("shutil.which", lambda name: "/usr/bin/python3.11" if name == "python3.11" else None)
    monkeypatch.setattr("os.execv", execute)
    with pytest.raises(SystemExit):
        go.main()
    assert started == [["/usr/bin/python3.11", "packaging/go.py", "app", "a.csv"]]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "the following arguments are required: command"),
        (["fly"], "invalid choice: 'fly'"),
        (["app", "--wheels", "/no/such/folder"], "there is no folder /no/such/folder"),
        (["wheels", "FOLDER", "more"], "unrecognized arguments: more"),
    ],
)
def test_that_wrong_usage_exits_2(arguments: list[str], said: str) -> None:
    result = subprocess.run([sys.executable, GO, *arguments], capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert said in result.stderr


@pytest.mark.parametrize(
    ("raised", "status", "said"),
    [
        (SetupProblem("The disk is full."), 2, "The disk is full.\n"),
        (KeyboardInterrupt(), 130, "\nStopped. Run the same command to go on.\n"),
    ],
)
def test_that_what_stops_the_set_up_is_one_clear_line(
    raised: BaseException,
    status: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def stop(*_: object) -> None:
        raise raised

    monkeypatch.setattr("bootstrap.system_packages.provide", stop)
    assert commands.main(["app"]) == status
    assert capsys.readouterr().err == said


def test_that_arguments_for_pytest_are_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(commands.WHEELS_VARIABLE, raising=False)
    options, rest = commands._parser().parse_known_args(["test", "-k", "units", "--lf", "tests/core"])
    assert options.wheels is None
    assert rest == ["-k", "units", "--lf", "tests/core"]


def test_that_a_folder_of_wheels_may_stand_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(commands.WHEELS_VARIABLE, str(tmp_path))
    options, _ = commands._parser().parse_known_args(["app"])
    assert options.wheels == tmp_path


def test_that_a_step_says_how_it_ended(capsys: pytest.CaptureFixture[str]) -> None:
    with step("Boiling water"):
        pass
    assert re.fullmatch(r"Boiling water \.\.\. done, 0\.\d s\n", capsys.readouterr().out)
    with pytest.raises(SetupProblem), step("Boiling water"):
        raise SetupProblem("no water")
    assert re.fullmatch(r"Boiling water \.\.\. failed, 0\.\d s\n", capsys.readouterr().out)


def test_that_the_log_holds_everything_that_was_said() -> None:
    log = Log()
    seen: list[str] = []
    code, output = log.run([sys.executable, "-c", "print('a'); print('b'); exit(3)"], on_line=seen.append)
    assert (code, output, seen) == (3, "a\nb\n", ["a", "b"])
    assert log.path.read_text("utf-8").endswith("a\nb\n")
    log.drop()
    assert not log.path.exists()

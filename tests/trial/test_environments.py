"""Finding and probing Pythons: little environments of real venvs, with packages of a few lines."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from gpuplanner.core.errors import InputError
from gpuplanner.trial.environment import choose_python
from gpuplanner.trial.environment_facts import State
from gpuplanner.trial.environment_place import UNFINISHED, default_folder, python_in
from gpuplanner.trial.environments import Kind, find_environments, known_environment, probe

posix = pytest.mark.skipif(sys.platform == "win32", reason="links, shell scripts and signals")
Package = Callable[..., None]

TORCH = """
__version__ = "{version}+cu130"
class version: cuda = "13.0"
class _Card: name, uuid, total_memory, major, minor = "A100", "1-2", 80 * 2**30, 8, 0
class cuda:
    is_available = staticmethod(lambda: True)
    get_arch_list = staticmethod(lambda: {built_for!r})
    device_count = staticmethod(lambda: 1)
    get_device_properties = staticmethod(lambda index: _Card)
"""


def venv(folder: Path) -> Path:
    """A real environment without packages."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return folder


def library(folder: Path) -> Path:
    return next(iter(folder.glob("lib/python3*/site-packages")), folder / "Lib" / "site-packages")


def install(folder: Path, name: str, version: str, source: str = "") -> None:
    """Put a package there as pip would."""
    place = library(folder)
    (place / f"{name}.py").write_text(source)
    about = place / f"{name}-{version}.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (about / "INSTALLER").write_text("pip\n")


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One environment that tests may only read."""
    return venv(tmp_path_factory.mktemp("bare") / "bare")


# --- finding ---------------------------------------------------------------------------------------------


@posix
def test_that_the_usual_places_are_looked_through_and_torch_comes_first(bare: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    project = home / "work" / "project"
    conda, pyenv = home / "miniforge3" / "envs" / "llm", home / ".pyenv" / "versions" / "3.12.1"
    folders = {
        "in a project": project / ".venv",
        "named": home / ".virtualenvs" / "tune",
        "at home": home / "env",
        "conda": conda,
        "listed": tmp_path / "elsewhere" / "listed",
        "pyenv": pyenv,
    }
    for folder in folders.values():
        (folder / "bin").mkdir(parents=True)
        (folder / "bin" / "python").symlink_to(python_in(bare))
    for name in ("in a project", "named", "at home"):
        (folders[name] / "pyvenv.cfg").write_text("")
    for name in ("conda", "listed"):
        (folders[name] / "conda-meta").mkdir()
    (home / ".conda").mkdir()
    (home / ".conda" / "environments.txt").write_text(f"{folders['listed']}\n/gone\n")
    (folders["named"] / "lib" / "python3.12" / "site-packages" / "torch-2.9.1+cu128.dist-info").mkdir(
        parents=True
    )
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python3.11").symlink_to(python_in(bare))  # the same Python once more
    (tmp_path / "bin" / "python3").write_text("#!/bin/sh\n")
    (tmp_path / "bin" / "python3").chmod(0o755)
    (tmp_path / "lib" / "python3.12" / "site-packages" / "torch-2.8.0.dist-info").mkdir(parents=True)

    found = find_environments(
        project / "runs" / "x.gpuplan",
        environment={"PATH": f"{tmp_path / 'bin'}:{tmp_path / 'none'}"},
        home=home,
        own=python_in(bare),
    )
    assert [(one.kind, one.name, one.torch) for one in found] == [
        (Kind.VENV, "tune", "2.9.1+cu128"),
        (Kind.PATH, "python3", "2.8.0"),
        (Kind.OWN, "bare", ""),
        (Kind.VENV, "project/.venv", ""),
        (Kind.VENV, "home/env", ""),
        (Kind.CONDA, "listed", ""),
        (Kind.CONDA, "llm", ""),
        (Kind.PYENV, "3.12.1", ""),
    ]
    assert found[0].python == str(folders["named"] / "bin" / "python"), "a link is not followed"


@posix
def test_that_a_half_made_environment_is_neither_found_nor_taken(bare: Path, tmp_path: Path) -> None:
    folder = default_folder({}, tmp_path, "linux")
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(python_in(bare))
    (folder / "pyvenv.cfg").write_text("")

    def found() -> list[str]:
        return [one.name for one in find_environments(environment={}, home=tmp_path, own=python_in(bare))]

    assert found() == ["bare", "trial-environment"]
    (folder / UNFINISHED).write_text("1")
    assert found() == ["bare"]
    with pytest.raises(InputError, match="not finished"):
        choose_python(str(folder))


def test_that_folders_that_cannot_be_read_are_passed_over(bare: Path, tmp_path: Path) -> None:
    (tmp_path / ".conda").mkdir()
    (tmp_path / ".conda" / "environments.txt").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "venvs").write_text("a file")
    found = find_environments(Path("/nowhere/x"), environment={}, home=tmp_path, own=python_in(bare))
    assert [one.kind for one in found if one.kind is not Kind.CONDA] == [Kind.OWN]


# --- probing ---------------------------------------------------------------------------------------------


def test_that_a_probe_tells_versions_and_cards_and_is_kept_until_something_changes(tmp_path: Path) -> None:
    folder, cache, tried = venv(tmp_path / "env"), tmp_path / "cache", []
    python = python_in(folder)
    install(folder, "torch", "2.9.1", TORCH.format(version="2.9.1", built_for=["sm_80", "sm_90"]))
    install(folder, "transformers", "5.1.0", "print('hello')")
    install(folder, "accelerate", "1.2.0")
    answer = probe(python, tell=tried.append, cache=cache)
    assert (answer.state, answer.reason) == (State.USABLE, "")
    assert dict(answer.versions) == {
        "python": ".".join(map(str, sys.version_info[:3])),
        "torch": "2.9.1+cu130",
        "transformers": "5.1.0",
        "accelerate": "1.2.0",
        "cuda": "13.0",
    }
    (card,) = answer.cards
    assert (card.name, card.uuid, card.compute_capability, card.supported) == ("A100", "GPU-1-2", "8.0", True)
    assert (answer.kind, answer.installer, answer.folder) == ("venv", "pip", str(folder))
    assert tried == ["start", "torch", "cards", "transformers", "end"]

    assert known_environment(python, cache=cache) == answer
    assert probe(python, tell=tried.append, cache=cache) == answer
    assert len(tried) == 5, "a kept answer starts nothing"
    install(folder, "peft", "0.19.0")
    assert known_environment(python, cache=cache) is None
    assert probe(python, cache=cache).versions["peft"] == "0.19.0"


@pytest.mark.parametrize(
    ("built_for", "supported"),
    [(["sm_90"], False), (["sm_75", "compute_75"], True), (["sm_80"], True), ([], True)],
)
def test_that_a_card_without_code_in_this_build_of_torch_is_told(
    tmp_path: Path, built_for: list[str], supported: bool
) -> None:
    folder = venv(tmp_path / "env")
    install(folder, "torch", "2.9.1", TORCH.format(version="2.9.1", built_for=built_for))
    (card,) = probe(python_in(folder), cache=tmp_path / "cache").cards
    assert card.supported is supported


@pytest.mark.parametrize(
    ("cuda", "problem"),
    [
        ("    is_available = staticmethod(lambda: False)", "torch is built without CUDA"),
        ("    def is_available(): raise RuntimeError('driver too old\\nmore')", "driver too old"),
    ],
)
def test_that_no_card_has_a_reason(tmp_path: Path, cuda: str, problem: str) -> None:
    folder = venv(tmp_path / "env")
    install(
        folder, "torch", "2.9.1", f"__version__ = '2.9.1'\nclass version: cuda = None\nclass cuda:\n{cuda}\n"
    )
    answer = probe(python_in(folder), cache=tmp_path / "cache")
    assert (answer.state, answer.cards, answer.cards_problem) == (State.USABLE, (), problem)


@pytest.mark.parametrize(
    ("source", "state", "words"),
    [
        (
            "raise ImportError('libcudart.so.12: cannot open')",
            State.IMPORT_FAILS,
            "torch cannot be imported: ",
        ),
        ("raise SystemExit('no licence')", State.IMPORT_FAILS, "SystemExit: no licence"),
        pytest.param(
            "import os; os.kill(os.getpid(), 11)", State.CRASHES, "importing torch (signal 11)", marks=posix
        ),
        ("import os; os._exit(3)", State.CRASHES, "importing torch (exit code 3)"),
    ],
)
def test_that_an_import_that_fails_or_crashes_is_a_state_with_its_words(
    tmp_path: Path, source: str, state: State, words: str
) -> None:
    folder = venv(tmp_path / "env")
    install(folder, "torch", "2.9.1", source)
    answer = probe(python_in(folder), cache=tmp_path / "cache")
    assert answer.state is state
    assert words in answer.reason
    assert answer.versions["torch"] == "2.9.1", "what was known before is kept"
    assert not answer.ok


@posix
def test_that_a_hang_is_cut_off_with_all_that_it_started(
    tmp_path: Path, wait_until_gone: Callable[[int], None]
) -> None:
    folder, pid = venv(tmp_path / "env"), tmp_path / "pid"
    child = "import subprocess, sys, time\n"
    child += "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(100)'])\n"
    child += f"open({str(pid)!r}, 'w').write(str(child.pid))\ntime.sleep(100)\n"
    install(folder, "torch", "2.9.1", child)
    answer = probe(python_in(folder), limit_s=1.5, cache=tmp_path / "cache")
    assert answer.state is State.HANGS
    assert answer.reason == "It hangs: importing torch takes more than 1.5 s"
    if pid.exists():
        wait_until_gone(int(pid.read_text()))
    assert known_environment(python_in(folder), cache=tmp_path / "cache") is None, "another try may do"


def test_that_a_probe_can_be_cancelled(tmp_path: Path) -> None:
    folder, cancel = venv(tmp_path / "env"), threading.Event()
    install(folder, "torch", "2.9.1", "import time; time.sleep(100)")
    answer = probe(
        python_in(folder),
        cancel=cancel,
        tell=lambda at: cancel.set() if at == "torch" else None,
        cache=tmp_path / "cache",
    )
    assert answer.state is State.CANCELLED


@posix
@pytest.mark.parametrize(
    ("script", "state", "words"),
    [
        ('echo \'{"at": "start", "python": "3.9.18"}\'; exit 0', State.TOO_OLD, "It is Python 3.9.18; 3.10"),
        ("echo '  SyntaxError: invalid syntax' >&2; exit 1", State.TOO_OLD, "older than Python 3.5"),
        (
            "echo hello; echo oops >&2; exit 1",
            State.NO_PYTHON,
            "does not answer as a Python does; its last words: oops",
        ),
    ],
)
def test_that_what_is_no_python_or_too_old_is_told(
    tmp_path: Path, script: str, state: State, words: str
) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)
    answer = probe(str(python), cache=tmp_path / "cache")
    assert answer.state is state
    assert words in answer.reason


def test_that_a_missing_program_and_a_text_are_no_python(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("hello")
    for name in ("none", "text"):
        answer = probe(str(tmp_path / name), cache=tmp_path / "cache")
        assert (answer.state, bool(answer.reason)) == (State.NO_PYTHON, True)


def test_that_a_cache_that_holds_nonsense_or_cannot_be_written_costs_time_only(
    bare: Path, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    for nonsense in ("[]", "{", json.dumps({python_in(bare): 5})):
        (cache / "environments.json").write_text(nonsense)
        assert known_environment(python_in(bare), cache=cache) is None
    assert probe(python_in(bare), cache=cache).ok
    assert known_environment(python_in(bare), cache=cache) is not None
    blocked = tmp_path / "file"
    blocked.write_text("")
    answer = probe(python_in(bare), cache=blocked)
    assert (answer.state, "free some space" in answer.reason) == (State.CRASHES, True)

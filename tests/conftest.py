"""What holds for every test: folders of its own, no network, and nothing left behind in the window system.

That a Qt warning fails a test is pytest-qt's ``qt_log_level_fail`` in pyproject.toml.  Qt is looked at only
where a test has loaded it, so that the tests of core and estimator run without it.
"""

from __future__ import annotations

import gc
import os
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scripted_nvml import ScriptedNvml, compiled

# A developer who runs pytest directly gets no windows in the way; packaging/go.py sets xcb, under Xvfb.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Where several processes share the tests, each has a screen: windows would take each other's focus.
if (_worker := os.environ.get("PYTEST_XDIST_WORKER")) and "GPUPLANNER_TEST_DISPLAYS" in os.environ:
    _displays = os.environ["GPUPLANNER_TEST_DISPLAYS"].split()
    # A process that takes the place of one that crashed has a number of its own.
    os.environ["DISPLAY"] = _displays[int(_worker.removeprefix("gw")) % len(_displays)]
# The tests read the window's texts in English, whatever the developer's desktop speaks.
os.environ["LC_ALL"] = "C.UTF-8"
os.environ.pop("LANGUAGE", None)

# Its stand-ins for apt-get and sudo are shell scripts.
collect_ignore = ["packaging/test_system_packages.py"] if sys.platform == "win32" else []


@pytest.fixture(scope="session", autouse=True)
def runtime_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give Qt the folder that a desktop session would give it; without one it warns."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("runtime")
        folder.chmod(0o700)
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        yield


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a test settings, data and cache folders of its own, and return the folder above them."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    for variable in (
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "XDG_CACHE_HOME",
        "XDG_STATE_HOME",
        "APPDATA",
        "LOCALAPPDATA",
    ):
        monkeypatch.setenv(variable, str(home / variable.lower()))
    if (core := sys.modules.get("PySide6.QtCore")) is not None:
        settings = core.QSettings
        settings.setDefaultFormat(settings.Format.IniFormat)  # on Windows and macOS too: never the registry
        for kind in (settings.Format.NativeFormat, settings.Format.IniFormat):
            settings.setPath(kind, settings.Scope.UserScope, str(home / "settings"))
    return home


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Refuse every connection that leaves this machine."""
    connect = socket.socket.connect

    def connect_locally(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"A test reaches for the network: {address}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_locally)
        yield


@pytest.fixture(scope="session")
def nvml_libraries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder into which the variants of the scripted NVML library are compiled."""
    if sys.platform != "linux":
        pytest.skip("the scripted NVML library is built for Linux")
    return tmp_path_factory.mktemp("nvml_libraries")


@pytest.fixture
def scripted_nvml(nvml_libraries: Path, tmp_path_factory: pytest.TempPathFactory) -> ScriptedNvml:
    """Give a test a driver with one healthy scripted card, see tests/nvml/scripted_nvml.py."""
    scene = ScriptedNvml(compiled(nvml_libraries), tmp_path_factory.mktemp("nvml") / "scene.txt")
    scene.cards(1)
    return scene


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    """Fail a test that leaves a thread running."""
    before = set(threading.enumerate())
    yield
    left = [
        thread
        for thread in set(threading.enumerate()) - before
        if not isinstance(thread, threading._DummyThread)  # Qt's pool, seen through a Python function
    ]
    for thread in left:
        thread.join(timeout=20.0)
    running = [thread.name for thread in left if thread.is_alive()]
    assert not running, f"Threads still run: {running}"


@pytest.fixture(autouse=True)
def no_leaked_qt_objects(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a window, an active timer or a running QThread behind."""
    if "qapp" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("qapp")
    before = set(map(id, living_qt_objects()))
    yield
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [object_ for object_ in living_qt_objects() if id(object_) not in before]
    if left:
        gc.collect()  # what only a circle of references kept alive was not leaked
        left = [object_ for object_ in living_qt_objects() if id(object_) not in before]
    assert not left, f"Left behind: {left}"


def living_qt_objects() -> list[object]:
    """Return the top-level widgets, active timers and running threads of Qt that Python knows."""
    import shiboken6
    from PySide6.QtCore import QThread, QTimer
    from PySide6.QtWidgets import QApplication

    # With torch and transformers loaded there are a million objects: looking their type up in a set is quick.
    timers, threads = with_subclasses(QTimer), with_subclasses(QThread)
    kinds = timers | threads
    found: list[object] = [*QApplication.topLevelWidgets()]
    for candidate in [candidate for candidate in gc.get_objects() if type(candidate) in kinds]:
        if not shiboken6.isValid(candidate):
            continue
        if (type(candidate) in timers and candidate.isActive()) or (
            type(candidate) in threads and candidate.isRunning() and candidate is not QThread.currentThread()
        ):
            found.append(candidate)
    return found


def with_subclasses(kind: type) -> set[type]:
    """A class with all classes that derive from it."""
    return {kind}.union(*map(with_subclasses, type.__subclasses__(kind)))

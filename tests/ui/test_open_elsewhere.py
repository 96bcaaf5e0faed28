"""One file in two windows: of one process the first comes to the front, of two both are told apart."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import QLockFile
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.core.plan import Plan
from gpuplanner.data.benchmark_table import BenchmarkTable
from gpuplanner.data.open_files import LOCK, new_entry, open_files, write_entry
from gpuplanner.data.plan_file import PlanDocument, write_document
from gpuplanner.ui.documents import document_files
from gpuplanner.ui.documents.remembered import Remembered
from gpuplanner.ui.links.open_elsewhere import OpenElsewhere
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.theme import Theme
from gpuplanner.ui.windows import Windows

NOBODY = 99_999_999
"""No process of this computer."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "mine.gpuplan"
    write_document(found, PlanDocument(BenchmarkTable((BenchmarkRow(Plan(model="Qwen-7B")),))))
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "open"


@pytest.fixture
def window(qtbot: QtBot, theme: Theme, tmp_path: Path, path: Path) -> Iterator[MainWindow]:
    result = MainWindow(theme, Remembered(tmp_path / "settings.json"))
    qtbot.addWidget(result)
    result.build()
    assert result.files.load(path)
    yield result
    result.close()


def entry_of_another(folder: Path, path: Path, computer: str = platform.node()) -> QLockFile:
    """As another process leaves it: its lock is held as long as that lives."""
    entry = new_entry(folder)
    lock = QLockFile(str(entry / LOCK))
    lock.setStaleLockTime(0)
    assert lock.tryLock(0)
    write_entry(entry, path)
    about = json.loads((entry / "about.json").read_bytes())
    (entry / "about.json").write_text(json.dumps({**about, "process": NOBODY, "computer": computer}))
    return lock


def test_that_a_file_that_another_process_has_open_is_told_until_it_is_closed_there(
    qtbot: QtBot, window: MainWindow, path: Path, folder: Path
) -> None:
    other = entry_of_another(folder, path)
    link = OpenElsewhere(window, folder)
    messages = window.table.messages
    qtbot.waitUntil(lambda: not messages.isHidden())
    assert f"mine.gpuplan is also open in another GPU Planner (process {NOBODY}, since " in messages.text
    assert [button.text() for button in messages.findChildren(QPushButton) if button.text()] == [
        "Close this window"
    ]
    assert window.windowTitle() == "mine.gpuplan[*] (also open elsewhere) – GPU Planner"
    messages.hide()
    link.look()
    assert messages.isHidden()  # said once
    other.unlock()
    link.look()
    assert window.windowTitle() == "mine.gpuplan[*] – GPU Planner"
    assert [found.path for found in open_files(folder)] == [path]  # what the dead one left is gone


def test_that_our_own_windows_and_other_files_are_no_news(
    qtbot: QtBot, window: MainWindow, path: Path, folder: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.gpuplan"
    copy.write_bytes(path.read_bytes())
    other = entry_of_another(folder, copy)
    write_entry(new_entry(folder), path)
    remote = entry_of_another(folder, path, "another computer")  # its lock outlives it for us
    link = OpenElsewhere(window, folder)
    link.look()
    assert window.table.messages.isHidden()
    assert not window.files.is_open_elsewhere
    assert window.files.save()
    window.document.saved(copy)
    qtbot.waitUntil(lambda: window.files.is_open_elsewhere)
    other.unlock()
    remote.unlock()


def test_that_a_closed_window_leaves_nothing_and_a_folder_that_cannot_be_made_stops_nothing(
    window: MainWindow, path: Path, folder: Path, tmp_path: Path
) -> None:
    OpenElsewhere(window, folder)
    assert [found.path for found in open_files(folder)] == [path]
    blocked = tmp_path / "a file"
    blocked.write_text("")
    OpenElsewhere(window, blocked).look()
    window.close()
    assert list(folder.iterdir()) == []


def test_that_a_file_is_not_opened_twice_while_it_is_being_read(
    qtbot: QtBot, theme: Theme, tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_read, read = Event(), document_files._read

    def slow_read(wanted: Path) -> PlanDocument:
        assert may_read.wait(60)
        return read(wanted)

    monkeypatch.setattr(document_files, "_LARGE_BYTES", 0)
    monkeypatch.setattr(document_files, "_read", slow_read)
    windows = Windows(theme, Remembered(tmp_path / "settings.json"), lambda _window: None)
    first = windows.start(path)
    assert first.raise_open(path)  # before there is any content
    qtbot.waitUntil(lambda: first.is_built and first.files.reading == path)
    assert first.raise_open(path)
    assert first.table.messages.text == "Reading mine.gpuplan…"
    assert not first.raise_open(tmp_path / "other.gpuplan")
    may_read.set()
    qtbot.waitUntil(lambda: first.document.path == path)
    assert first.raise_open(path)
    assert windows.open_windows == [first]
    first.close()
    qtbot.wait(0)

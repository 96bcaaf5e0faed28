"""A document whose place gives trouble: every time a message, a way out, and the old file as it was."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.core.plan import Plan
from gpuplanner.data import whole_file
from gpuplanner.data.benchmark_table import BenchmarkTable
from gpuplanner.data.plan_file import PlanDocument, read_document, write_document
from gpuplanner.ui.documents import document_files
from gpuplanner.ui.documents.document_files import Answer
from gpuplanner.ui.documents.remembered import Remembered
from gpuplanner.ui.links.outside_changes import OutsideChanges
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.theme import Theme
from gpuplanner.ui.windows import Windows

ROW = BenchmarkRow(Plan(model="Qwen-7B"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    write_document(folder / "mine.gpuplan", PlanDocument(BenchmarkTable((ROW,))))
    return folder / "mine.gpuplan"


@pytest.fixture
def window(qtbot: QtBot, theme: Theme, tmp_path: Path, path: Path) -> Iterator[MainWindow]:
    """A window on the file."""
    result = MainWindow(theme, Remembered(tmp_path / "settings.json"))
    qtbot.addWidget(result)
    result.build()
    assert result.files.load(path)
    yield result
    result.close()


def add_row(window: MainWindow) -> None:
    window.document.insert_rows(1, [ROW], "add row")


def closed_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.chmod(0o444)


def closed_folder(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a folder without write permission looks to anybody but root."""
    access = os.access

    def denied(what: Path, mode: int) -> bool:
        return access(what, mode) and Path(what) != path.parent

    monkeypatch.setattr(os, "access", denied)


@pytest.mark.parametrize("close", [closed_file, closed_folder])
def test_that_the_title_says_read_only_while_it_is(
    close: Callable[[Path, pytest.MonkeyPatch], None],
    window: MainWindow,
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "read-only" not in window.windowTitle()
    close(path, monkeypatch)
    window.files.load(path)
    assert window.windowTitle() == "mine.gpuplan[*] (read-only) – GPU Planner"
    monkeypatch.undo()
    path.chmod(0o644)
    window.files.look_at_rights()
    assert window.windowTitle() == "mine.gpuplan[*] – GPU Planner"


def no_right(_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fail(monkeypatch, errno.EACCES)


def full_disk(_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fail(monkeypatch, errno.ENOSPC)


def fail(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Let the disk refuse what is written."""

    def fsync(_handle: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(whole_file.os, "fsync", fsync)


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (closed_file, "may not be written"),
        (no_right, "may not be written"),
        (full_disk, "the disk is full"),
    ],
)
def test_that_a_refused_save_keeps_the_old_file_and_offers_another_name(
    trouble: Callable[[Path, pytest.MonkeyPatch], None],
    words: str,
    window: MainWindow,
    path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    add_row(window)
    old = path.read_bytes()
    trouble(path, monkeypatch)
    assert not window.files.save()
    assert words in window.table.messages.text
    assert path.read_bytes() == old
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
    assert window.document.is_modified
    assert window.document.path == path
    monkeypatch.undo()
    save_elsewhere(window, tmp_path / "other.gpuplan")
    assert path.read_bytes() == old


def save_elsewhere(window: MainWindow, other: Path) -> None:
    window.files.ask_save = lambda: other
    (button,) = (b for b in window.table.messages.findChildren(QPushButton) if b.text() == "Save as…")
    button.click()
    assert len(read_document(other).table.rows) == 2
    assert not window.document.is_modified
    assert window.table.messages.isHidden()


def test_that_a_vanished_folder_is_said_and_another_name_offered(
    window: MainWindow, path: Path, tmp_path: Path
) -> None:
    add_row(window)
    shutil.rmtree(path.parent)
    assert not window.files.save()
    assert "the folder is gone" in window.table.messages.text
    assert "read-only" not in window.windowTitle()
    save_elsewhere(window, tmp_path / "other.gpuplan")


def test_that_a_file_replaced_outside_is_not_overwritten_unasked(window: MainWindow, path: Path) -> None:
    watch = OutsideChanges(window)
    add_row(window)
    theirs = PlanDocument(BenchmarkTable((ROW, ROW, ROW)))
    write_document(path.with_name("new"), theirs)
    path.with_name("new").replace(path)
    watch.look()
    assert "changed by another program" in window.table.messages.text
    watch.ask_overwrite = lambda _path: False
    assert not window.files.save()
    assert read_document(path) == theirs
    assert len(window.document.rows) == 2


def test_that_a_window_closed_with_a_save_that_fails_stays(window: MainWindow, path: Path) -> None:
    add_row(window)
    path.chmod(0o444)
    window.files.ask_unsaved = lambda: Answer.SAVE
    assert not window.close()
    window.files.ask_unsaved = lambda: Answer.DISCARD


def test_that_a_large_file_is_read_aside_and_the_table_waits(
    qtbot: QtBot, window: MainWindow, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_files, "_LARGE_BYTES", 0)
    write_document(path.with_name("large.gpuplan"), PlanDocument(BenchmarkTable((ROW, ROW, ROW))))
    window.files.open(path.with_name("large.gpuplan"))
    assert window.table.messages.text == "Reading large.gpuplan…"
    assert window.files.is_busy
    assert not window.table.isEnabled()
    qtbot.waitUntil(lambda: len(window.document.rows) == 3)
    assert window.table.isEnabled()
    assert window.windowTitle().startswith("large.gpuplan")
    assert window.table.messages.isHidden()


def test_that_a_large_file_that_cannot_be_read_leaves_the_document(
    qtbot: QtBot, window: MainWindow, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_files, "_LARGE_BYTES", 0)
    path.with_name("no.gpuplan").write_bytes(b"nothing of ours")
    window.files.open(path.with_name("no.gpuplan"))
    qtbot.waitUntil(lambda: not window.files.is_busy)
    assert window.table.isEnabled()
    assert window.document.path == path
    assert "no.gpuplan" in window.table.messages.text
    assert "Reading" not in window.table.messages.text


def test_that_a_file_that_is_open_brings_its_window_to_the_front(
    qtbot: QtBot, theme: Theme, tmp_path: Path, path: Path
) -> None:
    furnished: list[MainWindow] = []
    windows = Windows(theme, Remembered(tmp_path / "settings.json"), furnished.append)
    first = windows.start(path)
    qtbot.waitUntil(lambda: furnished == [first])
    first.commands.new()
    qtbot.waitUntil(lambda: len(furnished) == 2)
    link = tmp_path / "link.gpuplan"
    link.symlink_to(path)
    furnished[1].open_path(link)
    assert windows.open_windows == furnished
    assert furnished[1].document.is_blank
    assert "open in this window already" in first.table.messages.text
    for window in furnished:
        window.close()
    qtbot.wait(0)

"""What a lost window leaves behind, and files that somebody else changes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QLockFile
from pytestqt.qtbot import QtBot

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.core.plan import Plan
from gpuplanner.data.benchmark_table import BenchmarkTable
from gpuplanner.data.plan_file import PlanDocument, read_document, write_document
from gpuplanner.data.recovery import LOCK, keep, left_in, new_slot, recovery_root, slots
from gpuplanner.ui.documents.document_files import Answer
from gpuplanner.ui.documents.remembered import Remembered
from gpuplanner.ui.links.outside_changes import OutsideChanges
from gpuplanner.ui.links.recovery_link import RecoveryLink
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.theme import Theme
from gpuplanner.ui.windows import Windows

ROW = BenchmarkRow(Plan(model="Qwen-7B"))


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, theme: Theme) -> MainWindow:
    return made(qtbot, tmp_path, theme)


def made(qtbot: QtBot, tmp_path: Path, theme: Theme) -> MainWindow:
    window = MainWindow(theme, Remembered(tmp_path / "settings.json"))
    qtbot.addWidget(window)
    window.build()
    window.files.ask_unsaved = lambda: Answer.DISCARD
    window.show()
    return window


def test_that_unsaved_work_is_copied_and_a_save_removes_the_copy(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    root = tmp_path / "recovery"
    link = RecoveryLink(window, root, offers=False)
    window.document.insert_rows(0, [ROW], "add row")
    link.keep_now()
    qtbot.waitUntil(lambda: bool(slots(root)) and left_in(slots(root)[0]) is not None)
    left = left_in(slots(root)[0])
    assert left is not None
    assert read_document(left.document).table.rows == (ROW,)
    window.files.ask_save = lambda: tmp_path / "mine.gpuplan"
    window.files.save()
    assert slots(root) == []


def test_that_a_closed_window_leaves_nothing(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    root = tmp_path / "recovery"
    link = RecoveryLink(window, root, offers=False)
    window.document.insert_rows(0, [ROW], "add row")
    link.keep_now()
    qtbot.waitUntil(lambda: bool(slots(root)) and left_in(slots(root)[0]) is not None)
    window.close()
    assert slots(root) == []


def test_that_what_was_left_behind_is_offered_opened_and_kept_apart_from_the_file(
    qtbot: QtBot, tmp_path: Path, theme: Theme
) -> None:
    root, file = tmp_path / "recovery", tmp_path / "mine.gpuplan"
    write_document(file, PlanDocument())
    before = file.read_bytes()
    keep(new_slot(root), PlanDocument(BenchmarkTable((ROW,))), "mine.gpuplan", file)
    windows = Windows(theme, Remembered(tmp_path / "settings.json"), lambda _window: None)
    first = windows.start()
    qtbot.waitUntil(lambda: first.is_built)
    link = RecoveryLink(first, root, offers=False)
    link.offer()
    messages = first.table.messages
    assert "mine.gpuplan" in messages.text
    messages._buttons[0].click()
    qtbot.waitUntil(lambda: len(windows.open_windows) == 2 and windows.open_windows[1].is_built)
    second = windows.open_windows[1]
    qtbot.waitUntil(lambda: bool(second.document.rows))
    assert second.document.rows[0] == ROW
    assert second.document.is_modified
    assert second.document.path == file
    assert file.read_bytes() == before
    assert slots(root), "a second crash must not lose it"
    RecoveryLink(second, root, offers=False)
    link.offer()
    assert not messages.isVisible(), "its window is alive"
    for window in (first, second):
        window.files.ask_unsaved = lambda: Answer.DISCARD
        window.close()
    assert slots(root) == []


def test_that_unsaved_work_that_a_window_begins_with_is_copied(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    """A window that takes another's place, as when the language changes, holds changes from the start."""
    window.document.insert_rows(0, [ROW], "changes before the language changed")
    RecoveryLink(window, tmp_path / "recovery", offers=False)
    qtbot.waitUntil(lambda: any(left_in(slot) for slot in slots(tmp_path / "recovery")))


def test_that_the_work_of_a_living_window_is_not_offered(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    root = tmp_path / "recovery"
    slot = new_slot(root)
    keep(slot, PlanDocument(BenchmarkTable((ROW,))), "other", None)
    program = (
        "import sys; from PySide6.QtCore import QLockFile; lock = QLockFile(sys.argv[1]); "
        "print(lock.tryLock(0), flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(slot / LOCK)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == "True"
        link = RecoveryLink(window, root, offers=False)
        link.offer()
        assert window.table.messages.text == ""
        os.kill(other.pid, signal.SIGKILL)
    link.offer()
    assert "other" in window.table.messages.text
    assert QLockFile(str(slot / LOCK)).tryLock(0)


def test_that_a_half_made_copy_is_cleared_away(window: MainWindow, tmp_path: Path) -> None:
    root = tmp_path / "recovery"
    (new_slot(root) / "about.json").write_text("{", encoding="utf-8")
    RecoveryLink(window, root, offers=False).offer()
    assert window.table.messages.text == ""
    assert slots(root) == []


def test_that_a_folder_that_cannot_be_made_is_said_once(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    link = RecoveryLink(window, tmp_path / "file" / "recovery", offers=False)
    window.document.insert_rows(0, [ROW], "add row")
    link.keep_now()
    assert "cannot be kept for recovery" in window.table.messages.text
    window.table.messages.show_message("")
    link.keep_now()
    assert window.table.messages.text == ""


def test_that_the_folder_follows_the_platform() -> None:
    assert recovery_root({"HOME": "/home/me"}, "linux") == Path("/home/me/.local/state/gpuplanner/recovery")
    assert recovery_root({"XDG_STATE_HOME": "/s"}, "linux") == Path("/s/gpuplanner/recovery")
    assert recovery_root({"HOME": "/h"}, "darwin").parts[-4:] == (
        "Library",
        "Application Support",
        "GPU Planner",
        "recovery",
    )
    assert recovery_root({"LOCALAPPDATA": "/local"}, "win32") == Path("/local/GPU Planner/recovery")


class Outside:
    """A window on a file that somebody else changes."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        self.window, self.path = window, folder / "mine.gpuplan"
        write_document(self.path, PlanDocument())
        window.files.load(self.path)
        self.watch = OutsideChanges(window)

    def change(self) -> None:
        write_document(self.path, PlanDocument(BenchmarkTable((ROW,))))


@pytest.fixture
def outside(window: MainWindow, tmp_path: Path) -> Outside:
    return Outside(window, tmp_path)


def test_that_a_changed_file_is_told_and_read_again(outside: Outside) -> None:
    outside.watch.look()
    assert outside.window.table.messages.text == ""
    outside.change()
    outside.watch.look()
    messages = outside.window.table.messages
    assert "changed by another program" in messages.text
    messages._buttons[0].click()
    assert tuple(outside.window.document.rows) == (ROW,)


def test_that_a_removed_file_is_told(outside: Outside) -> None:
    outside.path.unlink()
    outside.watch.look()
    assert "no longer there" in outside.window.table.messages.text


def test_that_a_save_over_somebody_elses_work_is_asked_about(outside: Outside) -> None:
    outside.window.document.insert_rows(0, [ROW, ROW], "add rows")
    outside.change()
    theirs = outside.path.read_bytes()
    outside.watch.ask_overwrite = lambda _path: False
    assert not outside.window.files.save()
    assert outside.path.read_bytes() == theirs
    outside.watch.ask_overwrite = lambda _path: True
    assert outside.window.files.save()
    assert len(read_document(outside.path).table.rows) == 2
    outside.watch.ask_overwrite = lambda _path: pytest.fail("it is ours again")
    outside.window.document.insert_rows(0, [ROW], "add row")
    assert outside.window.files.save()


def test_that_undoing_an_edit_does_not_forget_somebody_elses_work(outside: Outside) -> None:
    outside.change()
    outside.window.document.insert_rows(0, [ROW, ROW], "add rows")
    outside.window.document.undo_stack.undo()
    asked = []
    outside.watch.ask_overwrite = lambda path: bool(asked.append(path))
    assert not outside.window.files.save()
    assert asked == [outside.path]
    assert tuple(read_document(outside.path).table.rows) == (ROW,)


def test_that_a_copy_that_a_save_overtakes_leaves_nothing_and_says_nothing(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    root = tmp_path / "overtaken"
    link = RecoveryLink(window, root, offers=False)
    window.document.insert_rows(0, [ROW] * 3_000, "add rows")
    link.keep_now()
    window.files.ask_save = lambda: tmp_path / "saved.gpuplan"
    assert window.files.save()
    qtbot.waitUntil(lambda: not link._work.is_busy)
    assert list(root.iterdir()) == []
    assert "recovery" not in window.table.messages.text
    window.document.insert_rows(0, [ROW], "add a row")
    link.keep_now()
    qtbot.waitUntil(lambda: any(root.glob("*/document.gpuplan")))

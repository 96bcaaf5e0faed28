"""Work off the window's thread: real threads of the pool, the result in the window's own."""

from __future__ import annotations

import subprocess
import sys
import threading

from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from gpuplanner.ui.background import Background


def test_that_the_result_comes_in_the_window_thread(qtbot: QtBot) -> None:
    background = Background()
    worked: list[int] = []
    seen: list[tuple[object, bool]] = []
    background.done.connect(
        lambda result: seen.append((result, QThread.currentThread() is background.thread()))
    )

    def work() -> int:
        worked.append(threading.get_ident())
        return 7

    background.run(work)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [(7, True)]
    assert worked != [threading.get_ident()]
    assert not background.is_busy


def test_that_only_the_latest_of_many_requests_is_answered(qtbot: QtBot) -> None:
    background = Background()
    go_on = threading.Event()
    called: list[int] = []
    results: list[object] = []
    background.done.connect(results.append)

    def work(number: int) -> int:
        called.append(number)
        go_on.wait(10)
        return number

    for number in range(5):
        background.run(lambda number=number: work(number))
    go_on.set()
    qtbot.waitUntil(lambda: bool(results))
    assert results == [4]
    assert called == [0, 4]


def test_that_an_error_is_delivered_and_the_next_call_runs(qtbot: QtBot) -> None:
    background = Background()
    errors: list[object] = []
    results: list[object] = []
    background.failed.connect(errors.append)
    background.done.connect(results.append)

    def fail() -> None:
        raise ValueError("no")

    background.run(fail)
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], ValueError)
    background.run(lambda: 1)
    qtbot.waitUntil(lambda: results == [1])


def test_that_only_long_work_is_said_to_be_computing(qtbot: QtBot) -> None:
    background = Background()
    said: list[bool] = []
    background.is_long.connect(said.append)
    background.run(lambda: 1)
    qtbot.waitUntil(lambda: said == [False])
    go_on = threading.Event()
    background.run(lambda: go_on.wait(10))
    qtbot.waitUntil(lambda: said == [False, True])
    go_on.set()
    qtbot.waitUntil(lambda: said == [False, True, False])


def test_that_a_result_for_somebody_who_is_gone_is_dropped(qtbot: QtBot) -> None:
    background = Background()
    go_on, ended = threading.Event(), threading.Event()

    def work() -> None:
        go_on.wait(10)
        ended.set()

    background.run(work)
    background.deleteLater()
    qtbot.wait(20)
    go_on.set()
    assert ended.wait(10)
    qtbot.wait(20)


def test_that_work_which_is_still_under_way_at_the_end_of_the_program_says_nothing() -> None:
    program = """
import sys, tempfile, time
from pathlib import Path
from PySide6.QtCore import QTimer
from gpuplanner.ui.background import Background
from gpuplanner.ui.program import Program

with tempfile.TemporaryDirectory() as folder:
    program = Program([sys.argv[0]], Path(folder) / "settings.json")
work = Background()
work.run(lambda: time.sleep(0.2))
QTimer.singleShot(0, program.app.quit)
sys.exit(program.run())
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert (ended.returncode, ended.stderr) == (0, "")

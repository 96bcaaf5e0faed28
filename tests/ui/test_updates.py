"""Help › Check for updates: it asks when it is chosen, and says what came of it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from gpuplanner import __version__
from gpuplanner.data.settings import Settings, save_settings
from gpuplanner.data.updates import FILE_NAME
from gpuplanner.ui.documents.remembered import Remembered
from gpuplanner.ui.links.update_link import UpdateLink
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.palette.menu_entries import menu_entries
from gpuplanner.ui.theme import Theme
from gpuplanner.ui.updates import update_check
from gpuplanner.ui.updates.update_dialog import UpdateDialog


class Scene:
    """A window, and how often its settings were asked for."""

    def __init__(self, qtbot: QtBot, theme: Theme, folder: Path) -> None:
        self.qtbot, self.folder, self.opened = qtbot, folder, 0
        self.window = MainWindow(theme, Remembered())
        self.window.build()
        self.window.show()
        self.link = UpdateLink(self.window, self._count)

    def _count(self) -> None:
        self.opened += 1

    def ask(self, published: object) -> UpdateDialog:
        """What is said where this is published; None: nothing is there."""
        if published is not None:
            (self.folder / FILE_NAME).write_text(json.dumps(published), encoding="utf-8")
        self.window.remembered.change(update_address=str(self.folder))
        dialog = self.link.open()
        self.qtbot.waitUntil(lambda: dialog.title.text() != "Asking…", timeout=30_000)
        return dialog


@pytest.fixture
def scene(qtbot: QtBot, theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.setattr(update_check, "_SLACK_S", 60.0)  # a loaded machine is no share that hangs
    result = Scene(qtbot, theme, tmp_path)
    yield result
    result.window.close()
    result.window.deleteLater()


def test_that_without_an_address_it_says_so_and_leads_to_the_settings(scene: Scene) -> None:
    dialog = scene.link.open()
    assert dialog.title.text() == "No address is set"
    assert "enter it in the settings, under Updates" in dialog.text.text()
    assert dialog.version.text() == f"This is GPU Planner {__version__}."
    assert not dialog.again.isVisible()
    dialog.settings.click()
    assert scene.opened == 1
    assert not dialog.isVisible()


def test_that_a_newer_version_is_told_with_what_is_new(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    page = "https://example.org/new"
    dialog = scene.ask({"version": "99.1", "notes": "<b>Faster.</b>", "page": page})
    assert dialog.title.text() == "Version 99.1 is available"
    assert "Nothing is loaded or installed by itself." in dialog.text.text()
    assert dialog.notes.isVisible()
    assert dialog.notes.toPlainText() == "<b>Faster.</b>", "what others write is text, not ours to format"
    dialog.page.click()
    assert opened == [QUrl(page)]
    dialog.accept()


def test_that_it_may_be_asked_again(scene: Scene) -> None:
    dialog = scene.ask(None)
    assert dialog.title.text() == "No answer that can be used"
    assert "there is no such file" in dialog.text.text()
    for published, said in ((__version__, "This is the newest version"), ("0.0.1", "This version is newer")):
        (scene.folder / FILE_NAME).write_text(json.dumps({"version": published}), encoding="utf-8")
        dialog.again.click()
        scene.qtbot.waitUntil(lambda said=said: dialog.title.text().startswith(said), timeout=30_000)
    assert not dialog.page.isVisible()
    assert not dialog.notes.isVisible()
    dialog.accept()


def test_that_an_address_that_hangs_is_given_up(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def hang(_address: str) -> None:
        over.wait(30)

    monkeypatch.setattr(update_check, "read_published", hang)
    scene.link.open().accept()  # makes the check
    assert scene.link._check is not None
    scene.link._check.limit_s = 0.02
    try:
        dialog = scene.ask({"version": "99"})
        assert "there is no answer within 10 s" in dialog.text.text()
    finally:
        over.set()
    dialog.accept()


def test_that_the_palette_has_it(scene: Scene) -> None:
    titles = [entry.title for entry in menu_entries(scene.window.menuBar().actions())]
    assert "Check for updates" in titles


START = """
import json, sys, time
from pathlib import Path
from PySide6.QtCore import QEventLoop, QTimer
from gpuplanner.ui.links.plan_link import PlanLink
from gpuplanner.ui.links.strip_link import StripLink
from gpuplanner.ui.links.update_link import UpdateLink
from gpuplanner.ui.program import Program

program = Program(["gpuplanner"], Path(sys.argv[1]))
window = program.open()

def until(holds):
    loop, timer, end = QEventLoop(), QTimer(), time.monotonic() + 60
    timer.timeout.connect(lambda: loop.quit() if holds() or time.monotonic() > end else None)
    timer.start(10)
    loop.exec()
    assert holds()

def has_started():
    plan = window.findChild(PlanLink)
    return window.findChild(StripLink) and plan and plan.planner.outcome.answer

until(has_started)
print(json.dumps("gpuplanner.data.updates" in sys.modules), flush=True)
sys.stdin.readline()
action = next(action for action in window.menus.maker.made if "Check for" in action.text())
action.trigger()
link = window.findChild(UpdateLink)
until(lambda: link._dialog.title.text() != "Asking…")
print(json.dumps(link._dialog.title.text()), flush=True)
link._dialog.accept()
window.files.may_close = lambda: True
window.close()
program.monitor.stop()
"""


def test_that_the_program_asks_nobody_until_the_user_does(tmp_path: Path) -> None:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"version": "99.0"}')

        def log_message(self, *_: object) -> None:
            pass

    settings = tmp_path / "settings.json"
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        address = f"http://127.0.0.1:{server.server_port}/latest.json"
        save_settings(settings, Settings(theme="light", update_address=address))
        try:
            with subprocess.Popen(
                [sys.executable, "-c", START, str(settings)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            ) as process:
                assert process.stdout is not None
                assert process.stdin is not None
                assert json.loads(process.stdout.readline()) is False, "the module is not even loaded"
                assert asked == []
                process.stdin.write("\n")
                process.stdin.flush()
                assert json.loads(process.stdout.readline()) == "Version 99.0 is available"
                assert asked == ["/latest.json"]
                assert process.wait(60) == 0
        finally:
            server.shutdown()
            serving.join()

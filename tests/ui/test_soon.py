"""Calls in a later turn: they come, and what they hold goes with their owner."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import shiboken6
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

import gpuplanner.ui
from gpuplanner.ui.soon import soon


class _Link(QObject):
    """Stands for what belongs to a window."""

    def __init__(self, called: list[str]) -> None:
        super().__init__()
        self._called = called

    def call(self) -> None:
        self._called.append("link")


def test_that_the_call_comes_in_a_later_turn_and_leaves_no_timer(qtbot: QtBot) -> None:
    called: list[str] = []
    link = _Link(called)
    soon(link, link.call)
    assert called == []
    qtbot.waitUntil(lambda: called == ["link"], timeout=30_000)
    qtbot.waitUntil(lambda: not link.findChildren(QTimer), timeout=30_000)


def test_that_an_owner_that_goes_first_is_let_go_of(qtbot: QtBot) -> None:
    called: list[str] = []
    link = _Link(called)
    held = weakref.ref(link)
    soon(link, link.call)
    soon(link, lambda link=link: link.call())
    shiboken6.delete(link)
    del link
    gc.collect()
    assert held() is None
    later = QObject()
    soon(later, lambda: called.append("later"))
    qtbot.waitUntil(lambda: called == ["later"], timeout=30_000)


def test_that_nothing_in_the_window_uses_the_call_of_qt_that_keeps_what_it_was_given() -> None:
    ui = Path(gpuplanner.ui.__file__).parent
    users = [path.name for path in ui.rglob("*.py") if "QTimer.singleShot(" in path.read_text("utf-8")]
    assert users == []

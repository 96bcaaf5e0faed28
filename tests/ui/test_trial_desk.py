"""The desk lets one trial run at a time and keeps none that is over."""

from __future__ import annotations

from typing import cast
from unittest.mock import Mock

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from gpuplanner.core.llm import Llm
from gpuplanner.core.plan import Plan
from gpuplanner.core.trial import TrialSpec, TrialStatus
from gpuplanner.core.trial_events import EndEvent
from gpuplanner.trial.backend import Running, Tell
from gpuplanner.trial.place import TrialPlace
from gpuplanner.ui.trial.trial_bridge import TrialBridge, TrialDesk

SPEC = TrialSpec(Plan(), cast(Llm, None))


class _AtOnce:
    """A place whose trials end when they are told to."""

    def __init__(self) -> None:
        self.tells: list[Tell] = []

    def start(self, _spec: TrialSpec, tell: Tell) -> Running:
        self.tells.append(tell)
        return Mock(log_after=lambda _number: ())


def test_that_a_trial_that_began_before_the_last_had_told_its_end_is_kept(qtbot: QtBot) -> None:
    place = _AtOnce()
    desk, window = TrialDesk(lambda _place: place), QObject()
    first = desk.start(window, "first", SPEC, TrialPlace())
    started: list[TrialBridge] = []

    def start_next() -> None:
        if first.is_over and not started:  # the end is heard, and told in the next turn
            started.append(desk.start(window, "second", SPEC, TrialPlace()))

    first.advanced.connect(start_next)
    place.tells[0](EndEvent(TrialStatus.OK))
    qtbot.waitUntil(lambda: bool(started) and desk.findChildren(TrialBridge) == started, timeout=30_000)
    assert desk.running_elsewhere(QObject()) == "second"
    place.tells[1](EndEvent(TrialStatus.OK))
    qtbot.waitUntil(lambda: not desk.findChildren(TrialBridge), timeout=30_000)
    assert desk.running_elsewhere(QObject()) == ""

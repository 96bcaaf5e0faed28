"""The window that makes an environment: real threads that tell, and the real maker where it refuses."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gpuplanner.trial.environment_make import MakeEnd, MakeStatus
from gpuplanner.trial.pip_output import MakeEvent
from gpuplanner.ui.theme import Theme
from gpuplanner.ui.trial.trial_environment import EnvironmentDialog, EnvironmentMaker, share_done

Tell = Callable[[MakeEvent | MakeEnd], None]
EVENTS = (
    MakeEvent("prepare", "Making the folder"),
    MakeEvent("download", "Downloading torch", "torch", done_bytes=100_000_000, total_bytes=754_000_000),
    MakeEvent("download", "Downloading peft", "peft"),
    MakeEvent("install", "Installing", n_done=3, n_total=6),
    MakeEvent("check", "Importing: torch"),
)


class Scripted:
    """Tells events in a thread of its own, and the end when it may."""

    def __init__(self, end: MakeEnd) -> None:
        self._end = end
        self.go = threading.Event()
        self.cancelled = False

    def __call__(self, _folder: Path, _source: Path | None, tell: Tell) -> Scripted:
        def run() -> None:
            for event in EVENTS:
                tell(event)
            self.go.wait(30)
            tell(MakeEnd(MakeStatus.CANCELLED) if self.cancelled else self._end)

        threading.Thread(target=run, daemon=True).start()
        return self

    def cancel(self) -> None:
        self.cancelled = True
        self.go.set()


@pytest.fixture
def shown(qtbot: QtBot, theme: Theme) -> Callable[[EnvironmentMaker], EnvironmentDialog]:
    def show(maker: EnvironmentMaker) -> EnvironmentDialog:
        dialog = EnvironmentDialog(theme, maker)
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    return show


Shown = Callable[[EnvironmentMaker], EnvironmentDialog]


def test_that_an_environment_is_made_with_a_bar_and_its_python_is_told(qtbot: QtBot, shown: Shown) -> None:
    script = Scripted(MakeEnd(MakeStatus.OK, "/new/bin/python"))
    dialog = shown(EnvironmentMaker(script))
    made: list[str] = []
    dialog.made.connect(made.append)
    dialog.make.click()
    qtbot.waitUntil(lambda: dialog.bar.fraction == 0.97)
    assert "Downloading torch" in dialog.log.text
    assert not dialog.folder.isEnabled()
    script.go.set()
    qtbot.waitUntil(lambda: made == ["/new/bin/python"])
    assert dialog.bar.fraction == 1.0


def test_that_a_failure_is_said_in_pips_words(qtbot: QtBot, shown: Shown) -> None:
    script = Scripted(MakeEnd(MakeStatus.FAILED, message="No matching distribution for torch"))
    dialog = shown(EnvironmentMaker(script))
    script.go.set()
    dialog.make.click()
    qtbot.waitUntil(lambda: "No matching" in dialog.state.text())
    assert dialog.make.isEnabled()


def test_that_cancel_and_closing_end_it_first(qtbot: QtBot, shown: Shown) -> None:
    script = Scripted(MakeEnd(MakeStatus.OK))
    dialog = shown(EnvironmentMaker(script))
    dialog.make.click()
    dialog.leave.click()
    qtbot.waitUntil(lambda: "Cancelled" in dialog.state.text())
    again = Scripted(MakeEnd(MakeStatus.OK))
    other = shown(EnvironmentMaker(again))
    other.make.click()
    with qtbot.waitSignal(other.destroyed):
        assert not other.close()
    assert again.cancelled


def test_that_a_folder_without_wheels_is_refused(shown: Shown, tmp_path: Path) -> None:
    (tmp_path / "wheels").mkdir()
    dialog = shown(EnvironmentMaker())
    dialog.folder.setText(str(tmp_path / "new"))
    dialog.source.setText(str(tmp_path / "wheels"))
    dialog.make.click()
    assert "there are no wheels" in dialog.state.text()
    assert not (tmp_path / "new").exists()


def test_that_the_bar_never_says_done_before_the_end() -> None:
    shares = [share_done(event, number) for number, event in enumerate(EVENTS)]
    assert shares == sorted(shares)
    assert shares[-1] < 1
    assert share_done(MakeEvent("download", "", "x"), 500) <= 0.7

"""The log in the window: what Qt says, what nobody caught, and Help › Show log file."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl, qInstallMessageHandler, qWarning
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from gpuplanner.data.log_file import LogFile
from gpuplanner.ui.documents.remembered import Remembered
from gpuplanner.ui.links.log_link import LogLink
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.messages_to_log import MessagesToLog
from gpuplanner.ui.problems import ProblemDialog, Problems
from gpuplanner.ui.theme import Theme


@pytest.fixture
def log(tmp_path: Path) -> LogFile:
    return LogFile(tmp_path / "log" / "gpuplanner.log")


def raised(problems: Problems, text: str) -> None:
    try:
        raise RuntimeError(text)
    except RuntimeError as error:
        problems.take(type(error), error, error.__traceback__)


def dialogs() -> list[ProblemDialog]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, ProblemDialog) and w.isVisible()]


def test_that_messages_of_qt_are_kept_and_passed_on(log: LogFile) -> None:
    passed_on: list[str] = []
    before = qInstallMessageHandler(lambda _kind, _context, text: passed_on.append(text))
    listening = MessagesToLog(log)
    listening.install()
    qWarning("a font is missing")
    listening.remove()
    qWarning("not listened to")
    qInstallMessageHandler(before)
    assert passed_on == ["a font is missing", "not listened to"]
    text = log.path.read_text(encoding="utf-8")
    assert "WARNING Qt warning: a font is missing" in text
    assert "not listened to" not in text


def test_that_pythons_warnings_are_kept_and_passed_on(log: LogFile) -> None:
    with warnings.catch_warnings(record=True) as passed_on:
        warnings.simplefilter("always")
        listening = MessagesToLog(log)
        listening.install()
        warnings.warn("this will go", DeprecationWarning, stacklevel=1)
        listening.remove()
    assert [str(one.message) for one in passed_on] == ["this will go"]
    assert "DeprecationWarning: this will go" in log.path.read_text(encoding="utf-8")


def test_that_the_dialog_names_the_log_and_takes_a_second_exception_in(
    qtbot: QtBot, theme: Theme, log: LogFile, capsys: pytest.CaptureFixture[str]
) -> None:
    problems = Problems(theme, log)
    raised(problems, "the first")
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    raised(problems, "the second")
    dialog = dialogs()[0]
    qtbot.waitUntil(lambda: "the second" in dialog.report)
    assert len(dialogs()) == 1
    assert any("gpuplanner.log" in label.text() for label in dialog.findChildren(QLabel))
    text = log.path.read_text(encoding="utf-8")
    assert "RuntimeError: the first" in text
    assert "RuntimeError: the second" in text
    dialog.accept()
    qtbot.waitUntil(lambda: not dialogs())


def test_that_an_exception_after_the_dialogs_window_is_gone_is_shown_too(
    qtbot: QtBot, theme: Theme, log: LogFile, capsys: pytest.CaptureFixture[str]
) -> None:
    window = MainWindow(theme, Remembered())
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    problems = Problems(theme, log)
    raised(problems, "in the window")
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    window.close()
    window.deleteLater()
    qtbot.waitUntil(lambda: not dialogs())
    raised(problems, "afterwards")
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    dialogs()[0].accept()
    qtbot.waitUntil(lambda: not dialogs())


def test_that_help_opens_the_log(
    qtbot: QtBot, theme: Theme, log: LogFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    answers = iter([True, False])
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: (opened.append(url), next(answers))[1])
    window = MainWindow(theme, Remembered())
    qtbot.addWidget(window)
    window.build()
    LogLink(window, log)
    action = next(one for one in window.menus.maker.made if one.text() == "Show &log file")
    action.trigger()
    assert opened == [QUrl.fromLocalFile(str(log.path))]
    assert window.table.messages.isHidden()
    action.trigger()  # a desktop that cannot open it
    assert str(log.path) in window.table.messages.text

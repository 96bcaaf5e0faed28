"""The bar above the table: a message that can wait does not take the place of another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gpuplanner.ui.theme import Theme
from gpuplanner.ui.widgets.message_bar import MessageBar


@pytest.fixture
def bar(qtbot: QtBot, theme: Theme) -> Iterator[MessageBar]:
    window = QWidget()
    qtbot.addWidget(window)
    result = MessageBar(theme, window)
    window.show()
    yield result
    del window  # it lives as long as the test


def test_that_a_message_waits_until_the_one_before_is_closed(qtbot: QtBot, bar: MessageBar) -> None:
    bar.show_after("recovered")
    assert bar.text == "recovered"
    bar.show_after("open elsewhere")
    assert bar.text == "recovered"
    bar.findChildren(QPushButton)[0].click()
    qtbot.waitUntil(lambda: bar.text == "open elsewhere" and not bar.isHidden())
    bar.hide()
    assert bar.isHidden()


def test_that_what_an_answer_says_comes_before_what_waits(qtbot: QtBot, bar: MessageBar) -> None:
    bar.show_after("recovered", [("Open", lambda: bar.show_message("cannot be opened", fault=True))])
    bar.show_after("open elsewhere")
    next(button for button in bar.findChildren(QPushButton) if button.text() == "Open").click()
    assert bar.text == "cannot be opened"
    bar.hide()
    qtbot.waitUntil(lambda: bar.text == "open elsewhere" and not bar.isHidden())


def test_that_what_is_no_longer_so_is_not_said(qtbot: QtBot, bar: MessageBar) -> None:
    bar.show_after("recovered")
    bar.show_after("open elsewhere")
    bar.take_back("open elsewhere")
    bar.take_back("recovered")
    assert bar.isHidden()
    qtbot.waitUntil(lambda: not bar._next.isActive())
    assert bar.isHidden()

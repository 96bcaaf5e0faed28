"""Help → Guide: opens by F1 in a real window, in the window's language, with its headings beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gpuplanner.data.guide import guide_markdown
from gpuplanner.ui.documents.remembered import Remembered
from gpuplanner.ui.help import HelpWindow
from gpuplanner.ui.help_headings import LEAST, heading_blocks
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.theme import Mode, Theme
from gpuplanner.ui.translation import Translation


@pytest.fixture
def window(qtbot: QtBot, theme: Theme, tmp_path: Path) -> Iterator[MainWindow]:
    window = MainWindow(theme, Remembered(tmp_path / "settings.json"))
    window.build()
    qtbot.addWidget(window, before_close_func=lambda shown: shown.close())
    window.show()
    window.activateWindow()
    yield window
    for shown in window.findChildren(HelpWindow):
        shown.close()


def test_that_f1_opens_the_guide_and_a_heading_leads_to_its_place(qtbot: QtBot, window: MainWindow) -> None:
    action = next(action for action in window.menus.maker.made if action.text() == "&Guide")
    assert action.shortcut().toString() == "F1"
    action.trigger()
    (shown,) = window.findChildren(HelpWindow)
    assert shown.isVisible()
    headings, browser = shown.headings, shown.browser
    texts = [headings.item(row).text() for row in range(headings.count())]
    assert texts == [line[3:] for line in guide_markdown("en").splitlines() if line.startswith("## ")]
    assert headings.isVisible()
    row = next(i for i, text in enumerate(texts) if text.startswith("D. "))
    headings.setCurrentRow(row)
    block = heading_blocks(browser.document())[row]
    top = browser.document().documentLayout().blockBoundingRect(block).top()
    assert 0 <= top - browser.verticalScrollBar().value() <= 24, "at the top of what is seen"
    browser.verticalScrollBar().setValue(0)
    assert headings.currentRow() == 0, "reading moves the mark"
    browser.verticalScrollBar().setValue(browser.verticalScrollBar().maximum())
    assert headings.currentRow() > row
    window.theme.set_mode(Mode.DARK)
    assert headings.count() == len(texts)
    action.trigger()
    assert window.findChildren(HelpWindow) == [shown], "one window for one text"
    qtbot.keyClick(shown, Qt.Key.Key_Escape)
    assert not shown.isVisible()


def test_that_the_guide_speaks_the_windows_language(qapp: QApplication, window: MainWindow) -> None:
    locale, translation = QLocale(), Translation(qapp)
    translation.use("zh_CN")
    try:
        window.commands.show_guide()
    finally:
        translation.use("en")
        QLocale.setDefault(locale)
    (shown,) = window.findChildren(HelpWindow)
    assert "没有 GPU 时" in shown.browser.toPlainText()


def test_that_the_news_tell_of_this_version(window: MainWindow) -> None:
    window.commands.show_news()
    (shown,) = window.findChildren(HelpWindow)
    assert "Version 0.1" in shown.browser.toPlainText()


def test_that_a_short_text_has_no_list_of_headings(window: MainWindow) -> None:
    window.commands.show_keys()
    (shown,) = window.findChildren(HelpWindow)
    assert shown.headings.count() < LEAST
    assert not shown.headings.isVisible()


def test_that_a_language_without_a_guide_gets_the_english_one(tmp_path: Path) -> None:
    assert guide_markdown("de") == guide_markdown("en")
    (tmp_path / "guide.en.md").write_text("# Guide\n", encoding="utf-8")
    (tmp_path / "guide.de.md").write_text("# Anleitung\n", encoding="utf-8")
    assert guide_markdown("de", tmp_path) == "# Anleitung\n"
    assert guide_markdown("../de", tmp_path) == "# Guide\n"

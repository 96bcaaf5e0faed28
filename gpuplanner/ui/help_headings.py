"""The headings of a help text as a list beside it: a click goes there, and reading moves the mark."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextBlock, QTextDocument
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QTextBrowser, QWidget

from gpuplanner.ui.theme import TABLE, Theme

LEAST = 3
"""A text with fewer headings needs no list."""
_DEEPEST = 2
"""Level of the headings that are listed; the title of the whole text is not."""
_WIDTH = 264


class HeadingList(QListWidget):
    """Lists the headings of one browser's text; hidden while there are few."""

    def __init__(self, theme: Theme, browser: QTextBrowser, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._browser = theme, browser
        self._is_going = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setAccessibleName(self.tr("Headings"))
        self.currentRowChanged.connect(self._go)
        self.itemClicked.connect(lambda item: self._go(self.row(item)))
        self.itemActivated.connect(lambda _item: browser.setFocus())
        browser.verticalScrollBar().valueChanged.connect(self._follow)
        theme.changed.connect(self.fill)

    def fill(self) -> None:
        """Read the headings of the text that is shown now."""
        chosen = max(self.currentRow(), 0)
        self._is_going = True
        self.clear()
        for block in self._blocks():
            item = QListWidgetItem(block.text(), self)
            item.setToolTip(block.text())
        self._dress()
        self.setCurrentRow(min(chosen, self.count() - 1))
        self._is_going = False
        self.setVisible(self.count() >= LEAST)

    def _dress(self) -> None:
        """Air around each line, and a line to the text."""
        px, tokens = self._theme.px, self._theme.tokens
        self.setFont(self._theme.font(TABLE))
        self.setFixedWidth(self._theme.px(_WIDTH))
        self.setStyleSheet(
            f"QListWidget {{ background: {tokens.surface}; border: none; padding: {px(8)}px;"
            f" border-right: 1px solid {tokens.line}; }}"
            f"QListWidget:focus {{ border-right: 2px solid {tokens.accent}; }}"
            f"QListWidget::item {{ padding: {px(5)}px {px(8)}px; border-radius: {px(4)}px; }}"
            f"QListWidget::item:selected {{ background: {tokens.accent_soft}; color: {tokens.ink}; }}"
        )

    def _blocks(self) -> list[QTextBlock]:
        return heading_blocks(self._browser.document())

    def _go(self, row: int) -> None:
        blocks = self._blocks()
        if self._is_going or not 0 <= row < len(blocks):
            return
        self._is_going = True
        self._browser.verticalScrollBar().setValue(round(self._top(blocks[row])))
        self._is_going = False

    def _follow(self, _value: int) -> None:
        """Mark the heading under which the first line stands."""
        if self._is_going or not self.count():
            return
        bar, blocks = self._browser.verticalScrollBar(), self._blocks()
        above = [
            row for row, block in enumerate(blocks) if self._top(block) <= bar.value() + self._theme.px(40)
        ]
        self._is_going = True
        self.setCurrentRow(above[-1] if above else 0)
        self._is_going = False

    def _top(self, block: QTextBlock) -> float:
        return self._browser.document().documentLayout().blockBoundingRect(block).top() - self._theme.px(12)


def heading_blocks(document: QTextDocument) -> list[QTextBlock]:
    """The headings that the list shows: those of the second level."""
    found = []
    block = document.begin()
    while block.isValid():
        if block.blockFormat().headingLevel() == _DEEPEST:
            found.append(block)
        block = block.next()
    return found

"""Help windows: a text in Markdown that can be read beside the work, searched and copied."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QKeyEvent,
    QKeySequence,
    QShortcut,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QTextBrowser, QVBoxLayout, QWidget

from gpuplanner.ui.help_headings import HeadingList
from gpuplanner.ui.theme import TABLE, TEXT, Theme
from gpuplanner.ui.widgets.focus_ring import FocusRing


class MarkdownBrowser(QTextBrowser):
    """A text in Markdown in the program's look; its tables have lines between the rows and air."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._markdown = ""
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)  # nothing in here needs the network
        FocusRing(theme, self)
        theme.changed.connect(self._fill)

    def show_markdown(self, markdown: str) -> None:
        """Show another text."""
        self._markdown = markdown
        self._fill()

    def _fill(self) -> None:
        theme, tokens = self._theme, self._theme.tokens
        document = self.document()
        document.setDefaultFont(theme.font(TEXT))
        document.setDocumentMargin(theme.px(24))
        document.setDefaultStyleSheet(f"a {{ color: {tokens.accent}; }}")
        self.setMarkdown(self._markdown)
        # One edit: else the whole text is laid out anew for every cell.
        edit = QTextCursor(document)
        edit.beginEditBlock()
        self._space_out(document)
        for frame in document.rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                self._dress_table(frame)
        edit.endEditBlock()

    def _space_out(self, document: QTextDocument) -> None:
        """Air above headings and paragraphs; Qt's Markdown leaves none."""
        px = self._theme.px
        block = document.begin()
        while block.isValid():
            cursor = QTextCursor(block)
            if cursor.currentTable() is None and block.text():
                look = block.blockFormat()
                is_code = look.hasProperty(QTextFormat.Property.BlockCodeFence) or look.nonBreakableLines()
                look.setTopMargin(px(20 if look.headingLevel() else 0 if is_code else 10))
                look.setBottomMargin(px(6 if look.headingLevel() else 0))
                cursor.setBlockFormat(look)
            block = block.next()

    def _dress_table(self, table: QTextTable) -> None:
        """Lines between the rows only, and air; Markdown itself knows no such thing."""
        px = self._theme.px
        look = table.format()
        look.setBorder(0)
        look.setCellSpacing(0)
        look.setCellPadding(px(5))
        look.setWidth(QTextLength(QTextLength.Type.PercentageLength, 99))
        table.setFormat(look)
        line = QBrush(QColor(self._theme.tokens.line))
        for row in range(table.rows()):
            for column in range(table.columns()):
                cell = table.cellAt(row, column)
                cell_look = cell.format().toTableCellFormat()
                cell_look.setBottomBorder(1)
                cell_look.setBottomBorderBrush(line)
                cell_look.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
                cell.setFormat(cell_look)


class HelpWindow(QWidget):
    """A window of its own, so that it can stay open; Escape closes it."""

    def __init__(self, theme: Theme, title: str, markdown: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._theme = theme
        self.setWindowTitle(self.tr("{title} – GPU Planner help").format(title=title))
        self._find = QLineEdit(self)
        self._find.setPlaceholderText(self.tr("Find in this text"))
        self._find.setAccessibleName(self.tr("Find in this text"))
        self._find.returnPressed.connect(self._find_next)
        self.browser = MarkdownBrowser(theme, self)
        self.browser.setAccessibleName(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.px(8), 0, 0)
        column.setSpacing(theme.px(8))
        self.headings = HeadingList(theme, self.browser, self)
        line = QHBoxLayout()
        line.setSpacing(0)
        line.addWidget(self.headings)
        line.addWidget(self.browser, 1)
        column.addWidget(self._find, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(line, 1)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self).activated.connect(self._find.setFocus)
        theme.changed.connect(self._take_theme)
        self._take_theme()
        self.browser.show_markdown(markdown)
        self.headings.fill()
        has_list = not self.headings.isHidden()
        self.resize(theme.px(980 if has_list else 720), theme.px(680 if has_list else 640))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
            return
        super().keyPressEvent(event)

    def _take_theme(self) -> None:
        self._find.setFont(self._theme.font(TABLE))
        self._find.setFixedWidth(self._theme.px(320))

    def _find_next(self) -> None:
        text = self._find.text()
        if text and not self.browser.find(text):
            self.browser.moveCursor(self.browser.textCursor().MoveOperation.Start)
            self.browser.find(text, QTextDocument.FindFlag(0))


def keys_text(keys: Sequence[tuple[str, str]]) -> str:
    """A table of keys in Markdown."""
    translate = QCoreApplication.translate
    lines = [
        "| " + translate("help", "Key") + " | " + translate("help", "What it does") + " |",
        "|---|---|",
        *(f"| {_cell(key)} | {_cell(text)} |" for key, text in keys),
    ]
    more = [
        ("F2", translate("help", "Edit the cell; so does typing, Enter or a double click")),
        (translate("help", "Click on a head"), translate("help", "Sort up, down, then as in the file")),
        (translate("help", "Right click on a head"), translate("help", "Choose columns")),
    ]
    lines += [f"| {_cell(key)} | {_cell(text)} |" for key, text in more]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")

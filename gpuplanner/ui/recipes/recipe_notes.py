"""The notes of a recipe, line by line: what was assumed, left out, or cannot be said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gpuplanner.data.recipes.common import Note, NoteKind
from gpuplanner.ui.theme import FIGURE, SEMIBOLD, TABLE, TEXT, Theme
from gpuplanner.ui.told import told
from gpuplanner.ui.widgets.buttons import button

_MOST_LINES = 500
# No padding at the sides: Qt leaves it out when it reckons how many lines a text takes.
_SHEET = """
QTableWidget {{ border: none; border-top: 1px solid {tokens.line}; background: {tokens.surface};
  selection-background-color: {tokens.accent_soft}; selection-color: {tokens.ink} }}
QTableWidget::item {{ padding: {pad}px 0; border-bottom: 1px solid {tokens.line} }}
"""


class RecipeNotes(QDialog):
    """Shows what it is given; Ctrl+C copies the selected lines, or all."""

    def __init__(
        self, theme: Theme, title: str, lead: str, notes: Sequence[Note], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.lines = self._in_order(notes)
        self.head, self.lead = QLabel(title), QLabel(lead)
        for label in (self.head, self.lead):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.table = QTableWidget(len(self.lines), 3)
        self.table.setAccessibleName(self.tr("Notes of the recipe"))
        self.copy = button(theme, self.tr("Copy"), icon="copy")
        self.copy.clicked.connect(self.copy_lines)
        self.done_button = button(theme, self.tr("Close"), primary=True)
        self.done_button.clicked.connect(self.accept)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self).activated.connect(self.copy_lines)
        self._fill()
        self._lay_out()
        theme.changed.connect(self._take_theme)
        self._take_theme()

    def copy_lines(self) -> None:
        """Put the selected lines on the clipboard, else all of them, with tabs between the columns."""
        rows = sorted({index.row() for index in self.table.selectedIndexes()}) or range(len(self.lines))
        QGuiApplication.clipboard().setText("\n".join("\t".join(self.lines[row]) for row in rows))

    def _in_order(self, notes: Sequence[Note]) -> list[tuple[str, str, str]]:
        """The weightiest first; what has no effect is one line, for nobody reads twenty of it."""
        words, order = self._words(), list(NoteKind)
        loud = [note for note in notes if note.kind is not NoteKind.NO_EFFECT]
        lines = [
            (words[note.kind], note.key, told(note.why))
            for note in sorted(loud, key=lambda note: order.index(note.kind))[:_MOST_LINES]
        ]
        quiet = [note.key for note in notes if note.kind is NoteKind.NO_EFFECT][:_MOST_LINES]
        if quiet:
            count = self.tr("1 key") if len(quiet) == 1 else self.tr("{n} keys").format(n=len(quiet))
            lines.append((words[NoteKind.NO_EFFECT], count, ", ".join(quiet)))
        return lines

    def _words(self) -> Mapping[NoteKind, str]:
        return {
            NoteKind.NOT_COUNTED: self.tr("Not counted"),
            NoteKind.READ_AS: self.tr("Read as"),
            NoteKind.CANNOT_SAY: self.tr("Cannot be said"),
            NoteKind.ASSUMED: self.tr("Assumed"),
            NoteKind.UNKNOWN: self.tr("Unknown"),
            NoteKind.YOURS: self.tr("Yours to fill in"),
            NoteKind.NO_EFFECT: self.tr("No effect"),
        }

    def _fill(self) -> None:
        for row, texts in enumerate(self.lines):
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
                item.setToolTip(text)
                self.table.setItem(row, column, item)

    def _lay_out(self) -> None:
        px, table = self._theme.px, self.table
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setShowGrid(False)
        table.setWordWrap(True)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head = table.horizontalHeader()
        head.hide()
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        head.setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
        head.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        table.setColumnWidth(0, px(120))
        table.setColumnWidth(1, px(200))
        line = QHBoxLayout()
        line.setSpacing(px(8))
        line.addStretch(1)
        line.addWidget(self.copy)
        line.addWidget(self.done_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(16), px(20), px(16))
        column.setSpacing(px(4))
        column.addWidget(self.head)
        column.addWidget(self.lead)
        column.addSpacing(px(8))
        column.addWidget(table, 1)
        column.addSpacing(px(8))
        column.addLayout(line)
        self.resize(px(720), px(480))

    def _take_theme(self) -> None:
        theme = self._theme
        self.head.setFont(theme.font(FIGURE, SEMIBOLD))
        self.lead.setFont(theme.font(TEXT))
        self.table.setFont(theme.font(TABLE))
        self.table.setStyleSheet(_SHEET.format(tokens=theme.tokens, pad=theme.px(4)))
        for row in range(self.table.rowCount()):
            item = self.table.item(row, 0)
            if item is not None:
                item.setForeground(QColor(theme.tokens.text2))
        palette = self.palette()
        palette.setColor(self.backgroundRole(), QColor(theme.tokens.surface))
        self.setPalette(palette)

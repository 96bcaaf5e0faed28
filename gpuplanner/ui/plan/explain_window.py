"""The window that opens an estimate: its parts at the left, the terms of one of them at the right."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTextBrowser,
    QWidget,
)

from gpuplanner.report.explanation import TIME, ExplainedPart, ExplainedTerm, Explanation, Symbol
from gpuplanner.ui.plan.explain_words import ExplainWording
from gpuplanner.ui.theme import MEDIUM, SEMIBOLD, TABLE, Theme
from gpuplanner.ui.told import told

_LIST_WIDTH, _ROW_HEIGHT, _SWATCH, _SIDE = 190, 28, 9, 12
_SIZE = (720, 520)
_NAME, _VALUE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1


class ExplainWindow(QWidget):
    """Stays open beside the plan and follows it; Escape closes it."""

    def __init__(self, theme: Theme, words: ExplainWording, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Tool)
        self._theme, self._words = theme, words
        self._explanation: Explanation | None = None
        self.parts = QListWidget()
        self.parts.setFrameShape(QFrame.Shape.NoFrame)
        self.parts.setAccessibleName(self.tr("Parts of the estimate"))
        self.parts.setItemDelegate(_PartDelegate(theme, self.parts))
        self.parts.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.text = QTextBrowser()
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setOpenLinks(False)
        self.text.setAccessibleName(self.tr("Terms with formula, numbers and source"))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(1)
        line.addWidget(self.parts)
        line.addWidget(self.text, 1)
        self.parts.currentRowChanged.connect(lambda _row: self._show_part())
        theme.changed.connect(self._take_theme)
        self._take_theme()
        self.resize(theme.px(_SIZE[0]), theme.px(_SIZE[1]))

    @property
    def shown_part(self) -> str:
        """Name of the part whose terms are shown; empty where nothing is."""
        item = self.parts.currentItem()
        return "" if item is None else str(item.data(_NAME))

    def show_explanation(self, explanation: Explanation, part: str = "") -> None:
        """Show another estimate; ``part`` names what is to be seen, else the same part as before."""
        wanted = part or self.shown_part
        self._explanation = explanation
        self.setWindowTitle(self._words.title(explanation))
        self.parts.blockSignals(True)
        self.parts.clear()
        for number, one in enumerate(explanation.parts):
            item = QListWidgetItem(self._words.part(one.name))
            item.setData(_NAME, one.name)
            item.setData(_VALUE, self._words.amount(one, one.amount))
            item.setToolTip(self._words.with_unit(one, one.amount))
            self.parts.addItem(item)
            if one.name == wanted or (not wanted and number == 0):
                self.parts.setCurrentRow(number)
        self.parts.blockSignals(False)
        if self.parts.currentRow() < 0:
            self.parts.setCurrentRow(0)
        self._show_part()

    def clear(self) -> None:
        """There is no estimate to open."""
        self._explanation = None
        self.parts.clear()
        self.text.setPlainText(self._words.nothing())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def _show_part(self) -> None:
        explanation = self._explanation
        if explanation is None or not self.shown_part:
            return
        part = explanation.part(self.shown_part)
        symbols = explanation.time_symbols if part.name == TIME else explanation.memory_symbols
        self.text.setHtml(self._html(explanation, part, symbols))

    def _html(self, explanation: Explanation, part: ExplainedPart, symbols: tuple[Symbol, ...]) -> str:
        words, tokens, px = self._words, self._theme.tokens, self._theme.px
        head = (
            f"<p style='font-size:{px(15)}px; font-weight:600; margin:0'>"
            f"{escape(words.part(part.name))}, {escape(words.with_unit(part, part.amount))}</p>"
            f"<p style='color:{tokens.text2}; margin-top:2px'>"
            f"{escape(words.lead(explanation, part))}</p>"
        )
        terms = "".join(self._term(part, term) for term in part.terms)
        letters = "".join(
            f"<tr><td style='color:{tokens.ink}; padding-right:{px(8)}px'>{escape(s.letter)}</td>"
            f"<td style='padding-right:{px(16)}px'>{escape(told(s.meaning))}</td>"
            f"<td align='right' style='color:{tokens.ink}'>{escape(s.number)}</td></tr>"
            for s in symbols
        )
        foot = (
            f"<p style='margin-top:{px(14)}px; font-weight:600'>{escape(words.letters())}</p>"
            f"<table cellspacing='0' style='color:{tokens.text2}'>{letters}</table>"
        )
        return f"<div style='color:{tokens.ink}'>{head}{terms}{foot}</div>"

    def _term(self, part: ExplainedPart, term: ExplainedTerm) -> str:
        tokens, px = self._theme.tokens, self._theme.px
        numbers = (
            f"<p style='margin:2px 0 0 0; color:{tokens.accent}'>= {escape(term.numbers)}</p>"
            if term.numbers
            else ""
        )
        return (
            f"<table width='98%' cellspacing='0' style='margin-top:{px(12)}px'><tr>"
            f"<td style='font-weight:600'>{escape(told(term.name))}</td>"
            f"<td align='right' style='font-weight:600'>{escape(self._words.amount(part, term.amount))}</td>"
            f"</tr></table>"
            f"<p style='margin:2px 0 0 0'>{escape(told(term.formula))}</p>{numbers}"
            f"<p style='margin:2px 0 0 0; color:{tokens.text2}; font-size:{px(11)}px'>"
            f"{escape(self._words.source(term.source))}</p>"
        )

    def _take_theme(self) -> None:
        px = self._theme.px
        self.parts.setFixedWidth(px(_LIST_WIDTH))
        self.parts.setFont(self._theme.font(TABLE))
        document = self.text.document()
        document.setDefaultFont(self._theme.font(TABLE))
        document.setDocumentMargin(px(16))
        self._show_part()


class _PartDelegate(QStyledItemDelegate):
    """Swatch, name, figure, as in the legend of the parts."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """One line that can be hit."""
        return QSize(self._theme.px(_LIST_WIDTH), self._theme.px(_ROW_HEIGHT))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """The line."""
        px, tokens = self._theme.px, self._theme.tokens
        rect = QRectF(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(rect, QColor(tokens.accent_soft if chosen else tokens.surface))
        name = str(index.data(_NAME))
        if name != TIME:
            swatch = QRectF(
                rect.left() + px(_SIDE), rect.center().y() - px(_SWATCH) / 2, px(_SWATCH), px(_SWATCH)
            )
            painter.fillRect(swatch, QColor(tokens.part(name)))
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.setPen(QColor(tokens.ink))
        painter.setFont(self._theme.font(TABLE, SEMIBOLD if chosen else MEDIUM))
        text = rect.adjusted(px(_SIDE + _SWATCH + 8), 0, -px(_SIDE), 0)
        painter.drawText(text, middle, str(index.data()))
        painter.drawText(text, middle | int(Qt.AlignmentFlag.AlignRight), str(index.data(_VALUE)))

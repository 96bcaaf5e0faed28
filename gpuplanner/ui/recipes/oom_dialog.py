"""Pasting an out-of-memory message: what it says beside the plan, why memory ran out, what helps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gpuplanner.ui.plan.change_list import ChangeList, OfferedChange
from gpuplanner.ui.theme import SEMIBOLD, TABLE, TEXT, Theme
from gpuplanner.ui.widgets.buttons import button
from gpuplanner.ui.widgets.focus_ring import FocusRing

_READ_AFTER_MS = 200
"""After the last key: a long log is not read at every letter."""


@dataclass(frozen=True)
class FigureLine:
    """One line of the table, in words."""

    name: str
    message: str
    predicted: str
    remark: str = ""


@dataclass(frozen=True)
class CauseText:
    """One cause in words."""

    what: str
    advice: str


@dataclass(frozen=True)
class OomText:
    """Everything that is shown of a message."""

    head: str
    figures: Sequence[FigureLine] = ()
    causes: Sequence[CauseText] = ()
    offers: tuple[OfferedChange, ...] = ()
    unit: str = ""


class OomDialog(QDialog):
    """Emits the text that was pasted and the change that the user applies; shows what it is given."""

    text_changed = Signal(str)
    applied = Signal(int)
    """Number of the offered change, from 0."""

    def __init__(self, theme: Theme, most_changes: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWindowTitle(self.tr("Paste an error"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.lead = QLabel(self.tr("The end of the log of a run that ran out of memory:"))
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(self.tr("Error message"))
        self.text.setTabChangesFocus(True)
        self.text.setPlaceholderText("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate …")
        self.head = _label()
        self.grid, self.causes = QWidget(), QWidget()
        self.grid.setLayout(QGridLayout())
        self.causes.setLayout(QGridLayout())
        self.changes = ChangeList(theme, most_changes)
        self.changes.applied.connect(self.applied)
        self.area = QScrollArea()
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setAccessibleName(self.tr("What the message says"))
        FocusRing(theme, self.area)
        self.done_button = button(theme, self.tr("Close"), primary=True)
        self.done_button.clicked.connect(self.accept)
        self._read_soon = QTimer(self, singleShot=True, interval=_READ_AFTER_MS)
        self._read_soon.timeout.connect(lambda: self.text_changed.emit(self.text.toPlainText()))
        self.text.textChanged.connect(self._read_soon.start)
        self._shown = OomText("")
        self._lay_out()
        theme.changed.connect(self._take_theme)
        self._take_theme()

    @property
    def shown(self) -> OomText:
        """What is shown now."""
        return self._shown

    def show_text(self, text: OomText) -> None:
        """Show what a message says; a head alone says why there is nothing."""
        if text == self._shown:
            return
        self._shown = text
        self.head.setText(text.head)
        self._fill_grid(text)
        self._fill_causes(text.causes)
        head = self.tr("Changes that make room") if text.offers else ""
        self.changes.show_offers(head, text.offers, usable=True)
        self.changes.setVisible(bool(text.offers))

    def _fill_grid(self, text: OomText) -> None:
        grid = self.grid.layout()
        assert isinstance(grid, QGridLayout)
        _empty(grid)
        self.grid.setVisible(bool(text.figures))
        if not text.figures:
            return
        heads = (text.unit, self.tr("Message"), self.tr("Predicted"), "")
        for row, cells in enumerate(
            [heads, *((f.name, f.message, f.predicted, f.remark) for f in text.figures)]
        ):
            for column, cell in enumerate(cells):
                label = _label(cell)
                strong = row == 0 and column > 0
                label.setFont(self._theme.font(TABLE, SEMIBOLD) if strong else self._theme.font(TABLE))
                if column in (1, 2):
                    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
                if column in (0, 3):
                    _dim(label, self._theme)
                label.setWordWrap(column == 3)
                grid.addWidget(label, row, column)
        grid.setColumnStretch(3, 1)

    def _fill_causes(self, causes: Sequence[CauseText]) -> None:
        grid = self.causes.layout()
        assert isinstance(grid, QGridLayout)
        _empty(grid)
        self.causes.setVisible(bool(causes))
        if not causes:
            return
        title = _label(self.tr("Likely causes"))
        title.setFont(self._theme.font(TABLE, SEMIBOLD))
        grid.addWidget(title, 0, 0, 1, 2)
        for number, cause in enumerate(causes, start=1):
            count, what, advice = _label(f"{number}."), _label(cause.what), _label(cause.advice)
            count.setAlignment(Qt.AlignmentFlag.AlignTop)
            count.setFont(self._theme.font(TEXT))
            what.setFont(self._theme.font(TEXT))
            advice.setFont(self._theme.font(TABLE))
            advice.setContentsMargins(0, 0, 0, self._theme.px(6))
            _dim(advice, self._theme)
            grid.addWidget(count, 2 * number - 1, 0)
            for row, label in enumerate((what, advice), start=2 * number - 1):
                label.setWordWrap(True)
                label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                grid.addWidget(label, row, 1)
            advice.setVisible(bool(cause.advice))
        grid.setColumnStretch(1, 1)

    def _lay_out(self) -> None:
        px = self._theme.px
        self.text.setFixedHeight(px(96))
        inner = QWidget()
        body = QVBoxLayout(inner)
        body.setContentsMargins(0, 0, px(8), 0)
        body.setSpacing(px(12))
        for part in (self.head, self.grid, self.causes, self.changes):
            body.addWidget(part)
        body.addStretch(1)
        for widget in (self.grid, self.causes):
            layout = widget.layout()
            assert layout is not None
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(px(4))
        grid = self.grid.layout()
        assert isinstance(grid, QGridLayout)
        grid.setHorizontalSpacing(px(20))
        self.area.setWidget(inner)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(self.done_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(16), px(20), px(16))
        column.setSpacing(px(10))
        column.addWidget(self.lead)
        column.addWidget(self.text)
        column.addWidget(self.area, 1)
        column.addLayout(line)
        self.resize(px(720), min(px(860), self.screen().availableGeometry().height() - px(80)))

    def _take_theme(self) -> None:
        theme = self._theme
        self.lead.setFont(theme.font(TABLE))
        self.text.setFont(theme.fixed_font(TABLE))
        self.head.setFont(theme.font(TEXT, SEMIBOLD))
        self.head.setWordWrap(True)
        palette = self.palette()
        palette.setColor(self.backgroundRole(), QColor(theme.tokens.surface))
        self.setPalette(palette)
        self.area.viewport().setStyleSheet(f"background: {theme.tokens.surface}")
        shown, self._shown = self._shown, OomText("")
        self.show_text(shown)


def _label(text: str = "") -> QLabel:
    """A label for texts of strangers: plain."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def _dim(label: QLabel, theme: Theme) -> None:
    palette = label.palette()
    palette.setColor(label.foregroundRole(), QColor(theme.tokens.text2))
    label.setPalette(palette)


def _empty(layout: QLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()

"""Why there are no cards to see: a panel in their place, or one line above those that were seen before."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gpuplanner.render.icon_paint import paint_icon
from gpuplanner.ui.monitor.monitor_state_words import StateText
from gpuplanner.ui.theme import FIGURE, SEMIBOLD, TABLE, TEXT, Theme
from gpuplanner.ui.widgets.buttons import button

_ICON, _TEXT_WIDTH = 28, 560


class _StateWidget(QWidget):
    """What both forms share: words, [Details], [Look again]."""

    look_again_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: StateText | None = None
        self._more = button(theme, self.tr("Details"))
        self._more.setCheckable(True)
        self._again = button(theme, self.tr("Look again"))
        self._again.clicked.connect(self.look_again_requested)
        self._details = _text(self)
        self._details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._details.hide()
        self._more.toggled.connect(self._details.setVisible)

    @property
    def buttons(self) -> tuple[QPushButton, QPushButton]:
        """[Details] and [Look again]."""
        return self._more, self._again

    @property
    def shown(self) -> StateText | None:
        """What is said."""
        return self._shown

    def show_state(self, text: StateText) -> None:
        """Say what is the matter."""
        if text == self._shown:
            return
        self._shown = text
        self._details.setText(text.details)
        self.setAccessibleName(text.line())
        self._fill(text)
        self.update()

    def _dress_buttons(self) -> None:
        for control in self.buttons:
            control.setFont(self._theme.font(TEXT))

    def _fill(self, text: StateText) -> None:
        raise NotImplementedError


class StatePanel(_StateWidget):
    """In place of the cards."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._title, self._consequence, self._to_do = _text(self), _text(self), _text(self)
        self._icon = _StateIcon(theme, self)
        buttons = QHBoxLayout()
        buttons.addWidget(self._again)
        buttons.addWidget(self._more)
        buttons.addStretch(1)
        self._block = QVBoxLayout()
        for widget in (self._icon, self._title, self._to_do, self._consequence):
            self._block.addWidget(widget)
        self._block.addLayout(buttons)
        self._block.addWidget(self._details)
        inner = QWidget(self)
        inner.setLayout(self._block)
        self._inner = inner
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(inner)
        across.addStretch(1)
        column = QVBoxLayout(self)
        column.addStretch(2)
        column.addLayout(across)
        column.addStretch(3)
        theme.changed.connect(self._take_theme)
        self._take_theme()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Surface."""
        QPainter(self).fillRect(self.rect(), QColor(self._theme.tokens.surface))

    def _fill(self, text: StateText) -> None:
        self._title.setText(text.title)
        self._consequence.setText(text.consequence)
        self._to_do.setText(text.to_do)
        self._consequence.setVisible(bool(text.consequence))
        self._to_do.setVisible(bool(text.to_do))
        self._icon.is_fault = text.is_fault
        self._icon.update()

    def _take_theme(self) -> None:
        theme, px = self._theme, self._theme.px
        self._inner.setFixedWidth(px(_TEXT_WIDTH))
        self._icon.setFixedHeight(px(_ICON + 4))
        self._dress_buttons()
        self._block.setSpacing(px(8))
        self._title.setFont(theme.font(FIGURE, SEMIBOLD))
        self._to_do.setFont(theme.font(TEXT))
        for label in (self._consequence, self._details):
            label.setFont(theme.font(TABLE))
        _color(self._consequence, theme.tokens.text2)
        _color(self._details, theme.tokens.text2)
        for label in (self._title, self._to_do):
            _color(label, theme.tokens.ink)


class StateLine(_StateWidget):
    """Above cards that were seen before: one line, grey or in the colour of a fault."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._label = _text(self)
        self._label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._line = QHBoxLayout()
        self._line.addWidget(self._label, 1)
        self._line.addWidget(self._more)
        self._line.addWidget(self._again)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._line)
        column.addWidget(self._details)
        self._column = column
        theme.changed.connect(self._take_theme)
        self._take_theme()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground, line, icon."""
        tokens, theme = self._theme.tokens, self._theme
        painter = QPainter(self)
        fault = self._shown is not None and self._shown.is_fault
        painter.fillRect(self.rect(), QColor(tokens.no_tint if fault else tokens.header))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(tokens.line))
        size = 16 * theme.scale
        where = QRectF(theme.px(16), self._label.geometry().center().y() - size / 2 + 1, size, size)
        paint_icon(painter, "no" if fault else "note", tokens.no if fault else tokens.text2, where)

    def _fill(self, text: StateText) -> None:
        self._label.setText(" ".join(part for part in (text.title, text.to_do) if part))
        self._label.setToolTip(text.line())

    def _take_theme(self) -> None:
        theme, px = self._theme, self._theme.px
        self._column.setContentsMargins(px(40), px(6), px(16), px(7))
        self._dress_buttons()
        self._line.setSpacing(px(8))
        self._label.setFont(theme.font(TABLE))
        self._details.setFont(theme.font(TABLE))
        _color(self._label, theme.tokens.ink)
        _color(self._details, theme.tokens.text2)


class _StateIcon(QWidget):
    """Large: a card, or the octagon of a fault."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.is_fault = False
        self.setFixedHeight(theme.px(_ICON + 4))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The icon at the left."""
        painter = QPainter(self)
        size = self._theme.px(_ICON)
        color = self._theme.tokens.no if self.is_fault else self._theme.tokens.text2
        paint_icon(painter, "no" if self.is_fault else "gpu", color, QRectF(0, 0, size, size))


def _text(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def _color(label: QLabel, color: str) -> None:
    colors = label.palette()
    colors.setColor(label.foregroundRole(), QColor(color))
    label.setPalette(colors)

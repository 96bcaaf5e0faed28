"""One line of small text that ends in "…" where there is no room, with all of it in the tip."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QLabel, QSizePolicy, QWidget

from gpuplanner.ui.theme import CAPTION, Theme

_HEIGHT = 18


class ElidedLabel(QWidget):
    """A painted line; takes no room while it is empty."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._text = theme, ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._take_theme)
        self._take_theme()
        self.hide()

    @property
    def text(self) -> str:
        """The whole text."""
        return self._text

    def set_text(self, text: str, tip: str = "") -> None:
        """Show another text."""
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.setVisible(bool(text))
            self.update()
        self.setToolTip(tip or text)

    def sizeHint(self) -> QSize:
        """One line of any width."""
        return QSize(self._theme.px(100), self._theme.px(_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The text in text2."""
        painter = QPainter(self)
        _paint_line(painter, self, self._theme, self._text, self._theme.tokens.text2)

    def _take_theme(self) -> None:
        self.setFixedHeight(self._theme.px(_HEIGHT))
        self.update()


class CutLabel(QLabel):
    """A label that ends in "…" where it has less room than its text; all of it is then in the tip."""

    def minimumSizeHint(self) -> QSize:
        """It makes no window wider."""
        return QSize(1, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The tip where it is needed."""
        super().resizeEvent(event)
        cut = self.fontMetrics().horizontalAdvance(self.text()) > self.contentsRect().width()
        self.setToolTip(self.text() if cut else "")

    def paintEvent(self, _event: QPaintEvent) -> None:
        """As any label of plain text."""
        painter = QPainter(self)
        room = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(room, self.alignment(), text)


class ElidedButton(QAbstractButton):
    """The same as a button: the text is a link while it is enabled."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self._take_theme)
        self._take_theme()

    def set_text(self, text: str, tip: str = "") -> None:
        """Show another text."""
        if text != self.text():
            self.setText(text)
            self.setAccessibleName(text)
            self.update()
        self.setToolTip(tip or text)

    def sizeHint(self) -> QSize:
        """One line of any width."""
        return QSize(self._theme.px(100), self._theme.px(_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The text; the accent while it can be clicked, a frame with the keyboard in it."""
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = tokens.accent if self.isEnabled() and self.underMouse() else tokens.text2
        _paint_line(painter, self, self._theme, self.text(), color)
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), tokens.focus_width))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)

    def _take_theme(self) -> None:
        self.setFixedHeight(self._theme.px(_HEIGHT))
        self.update()


def _paint_line(painter: QPainter, widget: QWidget, theme: Theme, text: str, color: str) -> None:
    font = theme.font(CAPTION)
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    painter.setPen(QColor(color))
    side = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    room = QRectF(widget.rect())
    painter.drawText(room, int(side), metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width()))

"""The label of a form's row: a blue dot in the margin says that a field differs from the default."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpuplanner.ui.theme import TABLE, Theme

LABEL_MARGIN, LABEL_WIDTH, ROW_HEIGHT = 16, 98, 26
_DOT_CENTER, _DOT_RADIUS = 8, 2.0


class FieldLabel(QWidget):
    """A painted label; ``clicked`` lets the form put the cursor into the row's editor."""

    clicked = Signal()

    def __init__(self, theme: Theme, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._text = theme, text
        self._differs = self._ignored = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        theme.changed.connect(self._take_theme)
        self._take_theme()

    @property
    def differs(self) -> bool:
        """Whether the dot is shown."""
        return self._differs

    def set_state(self, *, differs: bool, ignored: bool) -> None:
        """Show or hide the dot; an ignored field is dimmed and has none."""
        if (differs, ignored) != (self._differs, self._ignored):
            self._differs, self._ignored = differs, ignored
            self.update()

    def sizeHint(self) -> QSize:
        """Margin and label."""
        return QSize(self._theme.px(LABEL_MARGIN + LABEL_WIDTH), self._theme.px(ROW_HEIGHT))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click goes to the editor."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.clicked.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Dot and text."""
        tokens, px = self._theme.tokens, self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._differs and not self._ignored:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent))
            radius = _DOT_RADIUS * self._theme.scale
            painter.drawEllipse(QPointF(px(_DOT_CENTER), self.height() / 2), radius, radius)
        painter.setFont(self.font())
        painter.setPen(QColor(tokens.text3 if self._ignored else tokens.text2))
        room = QRectF(px(LABEL_MARGIN), 0, self.width() - px(LABEL_MARGIN) - px(4), self.height())
        text = QFontMetricsF(self.font()).elidedText(self._text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def _take_theme(self) -> None:
        self.setFont(self._theme.font(TABLE))
        self.setFixedSize(self.sizeHint())

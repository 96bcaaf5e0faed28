"""Labels and heads of a form: a blue dot in the margin says that a field differs from the default.

They are painted rather than styled labels: Qt drops the font of a styled label when its form gets a
new parent.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from gpuplanner.ui.theme import SEMIBOLD, TABLE, Theme

LABEL_MARGIN, LABEL_WIDTH, ROW_HEIGHT = 16, 98, 26
_DOT_CENTER, _DOT_RADIUS = 8, 2.0
HEAD_HEIGHT, FIRST_HEAD_HEIGHT = 22, 28


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
            _paint_dot(painter, self, self._theme)
        painter.setFont(self.font())
        painter.setPen(QColor(tokens.text3 if self._ignored else tokens.text2))
        room = QRectF(px(LABEL_MARGIN), 0, self.width() - px(LABEL_MARGIN), self.height())
        text = QFontMetricsF(self.font()).elidedText(self._text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def _take_theme(self) -> None:
        self.setFont(self._theme.font(TABLE))
        self.setFixedSize(self.sizeHint())


class SectionHead(QWidget):
    """The head of a section, in ink."""

    def __init__(self, theme: Theme, text: str, height: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._text, self._design_height = theme, text, height
        self.setAccessibleName(text)
        theme.changed.connect(self._take_theme)
        self._take_theme()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The text."""
        painter = QPainter(self)
        _paint_head(painter, self, self._theme, self._text, self._theme.px(LABEL_MARGIN))

    def _take_theme(self) -> None:
        self.setFixedHeight(self._theme.px(self._design_height))
        self.update()


class FoldButton(QAbstractButton):
    """The head of a section that folds; a dot says that something in it differs from the default."""

    def __init__(self, theme: Theme, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._differs = theme, False
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._take_theme)
        self._take_theme()

    def set_differs(self, differs: bool) -> None:
        """Show or hide the dot."""
        if differs != self._differs:
            self._differs = differs
            self.update()

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(self._theme.px(120), self._theme.px(ROW_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Text, then an arrow: down while it is folded, up while it is open."""
        tokens, px = self._theme.tokens, self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._differs:
            _paint_dot(painter, self, self._theme)
        end = _paint_head(painter, self, self._theme, self.text(), px(LABEL_MARGIN))
        color = tokens.accent if self.underMouse() or self.hasFocus() else tokens.text2
        painter.setPen(QPen(QColor(color), 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        x, y, half = end + px(11), self.height() / 2, 3.5 * self._theme.scale
        tip, side = (-half / 2, half / 2) if self.isChecked() else (half / 2, -half / 2)
        painter.drawLine(QPointF(x - half, y + side), QPointF(x, y + tip))
        painter.drawLine(QPointF(x, y + tip), QPointF(x + half, y + side))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), tokens.focus_width))
            frame = QRectF(px(LABEL_MARGIN) - px(4), 2.5, end - px(LABEL_MARGIN) + px(26), self.height() - 5)
            painter.drawRoundedRect(frame, 4, 4)

    def _take_theme(self) -> None:
        self.setFixedHeight(self._theme.px(ROW_HEIGHT))
        self.update()


def _paint_head(painter: QPainter, widget: QWidget, theme: Theme, text: str, left: int) -> float:
    """Draw the text of a head; returns where it ends."""
    font = theme.font(TABLE, SEMIBOLD)
    painter.setFont(font)
    painter.setPen(QColor(theme.tokens.ink))
    room = QRectF(left, 0, widget.width() - left, widget.height())
    painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), text)
    return left + QFontMetricsF(font).horizontalAdvance(text)


def _paint_dot(painter: QPainter, widget: QWidget, theme: Theme) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.tokens.accent))
    radius = _DOT_RADIUS * theme.scale
    painter.drawEllipse(QPointF(theme.px(_DOT_CENTER), widget.height() / 2), radius, radius)

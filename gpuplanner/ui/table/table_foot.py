"""The line below the table: who measured the rows, and what is doubtful about the current cell."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from gpuplanner.core.benchmark import Origin
from gpuplanner.render.icon_paint import paint_icon
from gpuplanner.render.marks import paint_mark
from gpuplanner.ui.theme import TABLE, Theme
from gpuplanner.ui.widgets.buttons import button
from gpuplanner.ui.words import value_words

FOOT_HEIGHT = 30


class TableFoot(QWidget):
    """Counts of origins at the left, problems at the right; a fault of the current cell takes their place."""

    next_requested = Signal()
    list_requested = Signal()
    """The text was clicked: all problems are wanted."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._counts: dict[Origin, int] = {}
        self._text = ""
        self._is_fault = False
        self._text_rect = QRectF()
        self.setMouseTracking(True)
        self._next = button(theme, self.tr("Next F8"), flat=True)
        self._next.setToolTip(self.tr("Go to the next problem"))
        self._next.clicked.connect(self.next_requested)
        self._next.hide()
        line = QHBoxLayout(self)
        line.addStretch(1)
        line.addWidget(self._next)
        self._line = line
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._take_theme)
        self._take_theme()

    @property
    def text(self) -> str:
        """What is said at the right."""
        return self._text

    def show_counts(self, counts: Mapping[Origin, int]) -> None:
        """Rows by who measured them."""
        self._counts = {origin: counts[origin] for origin in Origin if counts.get(origin)}
        self._tell()

    def show_note(self, text: str, *, fault: bool, more: bool) -> None:
        """What is doubtful; ``more`` says that there are problems to go to."""
        self._text = text
        self._is_fault = fault
        self._next.setVisible(more)
        hint = self.tr("A click lists all problems")
        self.setToolTip(f"{text}\n{hint}" if text else "")
        self._tell()

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(self._theme.px(320), self._theme.px(FOOT_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Marks with their counts, then what is doubtful."""
        theme, tokens = self._theme, self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(tokens.header))
        painter.fillRect(QRectF(0, 0, self.width(), 1), QColor(tokens.line))
        painter.setFont(theme.font(TABLE))
        left = self._paint_counts(painter, theme.px(16))
        right = self._next.x() - theme.px(2) if self._next.isVisible() else self.width() - theme.px(16)
        self._text_rect = QRectF()
        if not self._text:
            return
        icon = 14 * theme.scale
        room = right - left - theme.px(12) - icon - theme.px(6)
        text = painter.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, int(room))
        width = painter.fontMetrics().horizontalAdvance(text)
        color = tokens.no if self._is_fault else tokens.text2
        painter.setPen(QColor(color))
        text_rect = QRectF(right - width, 0, width + 1, self.height())
        painter.drawText(text_rect, int(Qt.AlignmentFlag.AlignVCenter), text)
        target = QRectF(text_rect.left() - icon - theme.px(6), (self.height() - icon) / 2, icon, icon)
        paint_icon(painter, "note", color, target)
        self._text_rect = QRectF(target.left(), 0, right - target.left(), self.height())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A hand over the text, for it can be clicked."""
        over = self._text_rect.contains(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on the text opens the list, and closes it again."""
        if event.button() is Qt.MouseButton.LeftButton and self._text_rect.contains(event.position()):
            self.list_requested.emit()

    def _paint_counts(self, painter: QPainter, left: float) -> float:
        theme, tokens = self._theme, self._theme.tokens
        for origin, count in self._counts.items():
            center = QPointF(left + theme.px(3), self.height() / 2 + 0.5)
            paint_mark(painter, origin, center, 8 * theme.scale, tokens)
            text = f"{value_words(origin)} {count:,}"
            left += theme.px(12)
            width = painter.fontMetrics().horizontalAdvance(text)
            painter.setPen(QColor(tokens.text2))
            text_rect = QRectF(left, 0, width + 1, self.height())
            painter.drawText(text_rect, int(Qt.AlignmentFlag.AlignVCenter), text)
            left += width + theme.px(16)
        return left

    def _tell(self) -> None:
        counts = ", ".join(f"{value_words(origin)} {count:,}" for origin, count in self._counts.items())
        self.setAccessibleName(". ".join(part for part in (counts, self._text) if part))
        self.update()

    def _take_theme(self) -> None:
        self._line.setContentsMargins(0, 1, self._theme.px(8), 0)
        self._next.setFont(self._theme.font(TABLE))
        self.updateGeometry()
        self.update()

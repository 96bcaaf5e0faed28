"""The last line of the window: the document at the left, where the figures come from at the right."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpuplanner.ui.theme import CAPTION, Theme

STATUS_HEIGHT = 24


class StatusRow(QWidget):
    """Two short texts, the left one is shortened first; and the gauge of the GPUs, where they are folded."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._left = ""
        self._right = ""
        self._gauge: QWidget | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def show_document(self, text: str) -> None:
        """Which document, and what is in it."""
        self._left = text
        self._tell()

    def show_source(self, text: str) -> None:
        """Where the figures come from."""
        self._right = text
        self._tell()

    @property
    def texts(self) -> tuple[str, str]:
        """(document, source of the figures)."""
        return self._left, self._right

    def set_gauge(self, gauge: QWidget) -> None:
        """Put a gauge at the right end; it is shown and hidden by its owner, and as wide as it wants."""
        self._gauge = gauge
        gauge.setParent(self)
        self._place_gauge()

    def event(self, event: QEvent) -> bool:
        """The gauge may have become wider."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._place_gauge()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the gauge at the right end."""
        super().resizeEvent(event)
        self._place_gauge()

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(self._theme.px(300), self._theme.px(STATUS_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Both texts on the window's ground."""
        theme, tokens = self._theme, self._theme.tokens
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tokens.window))
        painter.fillRect(0, 0, self.width(), 1, QColor(tokens.line))
        painter.setFont(theme.font(CAPTION))
        painter.setPen(QColor(tokens.text2))
        metrics = painter.fontMetrics()
        margin, height = theme.px(16), self.height()
        width = self.width() - self._gauge_width()
        right_width = min(metrics.horizontalAdvance(self._right) + 2, width - 2 * margin)
        right = metrics.elidedText(self._right, Qt.TextElideMode.ElideRight, right_width)
        room = width - 2 * margin - right_width - margin
        left = metrics.elidedText(self._left, Qt.TextElideMode.ElideMiddle, max(room, 0))
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(QRectF(margin, 1, max(room, 0), height - 1), middle, left)
        at = width - margin - right_width
        painter.drawText(QRectF(at, 1, right_width + 1, height - 1), middle, right)

    def _gauge_width(self) -> int:
        return self._gauge.width() if self._gauge is not None and not self._gauge.isHidden() else 0

    def _place_gauge(self) -> None:
        if self._gauge is None:
            return
        size = self._gauge.sizeHint()
        self._gauge.setGeometry(self.width() - size.width(), 1, size.width(), self.height() - 1)
        self.update()

    def _tell(self) -> None:
        self.setAccessibleName(". ".join(text for text in (self._left, self._right) if text))
        self.update()

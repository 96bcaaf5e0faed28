"""The line that says that a job is watched, above whatever page is in front."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from gpuplanner.ui.theme import TABLE, Theme
from gpuplanner.ui.widgets.buttons import button


class WatchBar(QWidget):
    """Hidden while nothing is watched."""

    stop_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._label = QLabel()
        self._label.setMinimumWidth(1)
        self.stop = button(theme, self.tr("Stop watching"))
        self.stop.clicked.connect(self.stop_requested)
        self._line = QHBoxLayout(self)
        self._line.addWidget(self._label, 1)
        self._line.addWidget(self.stop)
        theme.changed.connect(self._take_theme)
        self._take_theme()
        self.hide()

    @property
    def text(self) -> str:
        """What is said."""
        return self._label.text()

    def say(self, text: str, tip: str) -> None:
        """Say how it goes, and show the bar."""
        self._label.setText(text)
        self._label.setToolTip(tip)
        self.setAccessibleName(text)
        self.show()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground, line, and the diamond of what is mine."""
        theme, tokens = self._theme, self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(tokens.raised))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(tokens.line))
        center, half = QPointF(theme.px(20), self.height() / 2), theme.px(5)
        painter.setBrush(QColor(tokens.trial))
        painter.setPen(QColor(tokens.trial))
        steps = ((0, -half), (half, 0), (0, half), (-half, 0))
        painter.drawPolygon([center + QPointF(x, y) for x, y in steps])

    def _take_theme(self) -> None:
        px = self._theme.px
        self._line.setContentsMargins(px(38), px(5), px(8), px(6))
        self._line.setSpacing(px(8))
        self._label.setFont(self._theme.font(TABLE))
        self.update()

"""The GPU strip folded into the status row: a small bar of the card's memory and a few words."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from gpuplanner.ui.strip.fit_now import CardUse
from gpuplanner.ui.strip.tile_data import PeakMark, TileText
from gpuplanner.ui.strip.tile_paint import paint_line, paint_memory_bar
from gpuplanner.ui.theme import CAPTION, Theme

_BAR, _BAR_HEIGHT, _PADDING, _GAP = 72, 7, 8, 8


class GpuGauge(QAbstractButton):
    """A click unfolds the strip."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._text = ""
        self._use: CardUse | None = None
        self._peak: PeakMark | None = None
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self.updateGeometry)
        self.hide()

    @property
    def shown_text(self) -> str:
        """What stands beside the bar."""
        return self._text

    def show_card(self, text: TileText) -> None:
        """Show the chosen card."""
        words = text.short if text.fresh else f"{text.short}, {text.live}"
        self._show(words, text.use, text.peak, text.sentence)

    def show_state(self, words: str, sentence: str) -> None:
        """Say that there is no card."""
        self._show(words, None, None, sentence)

    def sizeHint(self) -> QSize:
        """Bar and words."""
        px = self._theme.px
        width = QFontMetricsF(self._theme.font(CAPTION)).horizontalAdvance(self._text) + 2 * px(_PADDING) + 2
        if self._use is not None:
            width += px(_BAR) + px(_GAP)
        return QSize(int(width), px(22))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Bar and words on the ground of the status row."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        px, tokens = self._theme.px, self._theme.tokens
        if self.underMouse():
            painter.fillRect(self.rect(), QColor(tokens.hover))
        left, middle = float(px(_PADDING)), self.height() / 2
        if self._use is not None:
            bar = QRectF(left, middle - px(_BAR_HEIGHT) / 2, px(_BAR), px(_BAR_HEIGHT))
            paint_memory_bar(painter, self._theme, bar, self._use, self._peak)
            left = bar.right() + px(_GAP)
        room = self.width() - left
        paint_line(painter, self._text, left, middle, room, self._theme.font(CAPTION), tokens.text2)
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), tokens.focus_width))
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def _show(self, words: str, use: CardUse | None, peak: PeakMark | None, sentence: str) -> None:
        self._use, self._peak = use, peak
        self.setAccessibleName(sentence)
        self.setToolTip("\n".join((sentence, self.tr("Click to unfold the GPU strip."))))
        if words != self._text:
            self._text = words
            self.updateGeometry()
        self.update()

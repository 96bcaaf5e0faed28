"""The key of the chart: what the band and the marks mean, only for what is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpuplanner.core.benchmark import Origin
from gpuplanner.render.marks import paint_mark
from gpuplanner.render.painting import mix
from gpuplanner.ui.theme import CAPTION, Theme

HEIGHT = 18
_BAND, _MARK, _GAP = 18, 7.0, 14


@dataclass(frozen=True)
class KeyEntry:
    """One entry: a band without an origin, or an origin's mark, or the cross of an OOM."""

    words: str
    origin: Origin | None = None
    oom: bool = False
    pale: bool = False
    """The mark of points whose settings are not the plan's."""


class ChartKey(QWidget):
    """One line of entries; what does not fit is left out from the right."""

    def __init__(self, theme: Theme, left: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._left = theme, left
        self._entries: tuple[KeyEntry, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._take_theme)
        self._take_theme()

    @property
    def entries(self) -> tuple[KeyEntry, ...]:
        """What is shown."""
        return self._entries

    def show_entries(self, entries: Sequence[KeyEntry]) -> None:
        """Show other entries."""
        if tuple(entries) != self._entries:
            self._entries = tuple(entries)
            self.update()

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(self._theme.px(200), self._theme.px(HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Marks and words."""
        tokens, px = self._theme.tokens, self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = self._theme.font(CAPTION)
        metrics = QFontMetricsF(font)
        x, middle = float(px(self._left)), self.height() / 2
        for entry in self._entries:
            mark = px(_BAND) if entry.origin is None and not entry.oom else px(_MARK)
            width = mark + px(5) + metrics.horizontalAdvance(entry.words)
            if x + width > self.width():
                break
            if entry.origin is None and not entry.oom:
                band = QRectF(x, middle - px(3), mark, px(6))
                painter.fillRect(band, mix(tokens.accent, tokens.surface, 0.25))
                painter.setPen(QPen(QColor(tokens.accent), 2))
                painter.drawLine(QPointF(x, middle), QPointF(x + mark, middle))
            else:
                center = QPointF(x + mark / 2, middle)
                origin = entry.origin or Origin.PUBLISHED
                paint_mark(painter, origin, center, mark, tokens, oom=entry.oom, pale=entry.pale)
            painter.setFont(font)
            painter.setPen(QColor(tokens.text2))
            painter.drawText(QPointF(x + mark + px(5), middle + metrics.capHeight() / 2), entry.words)
            x += width + px(_GAP)

    def _take_theme(self) -> None:
        self.setFixedHeight(self._theme.px(HEIGHT))
        self.update()

"""The peak by parts: a stacked bar against the card, with the 90 % range below it, above the legend."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from gpuplanner.render.painting import mix, paint_text, text_width
from gpuplanner.report.parts import PartFigure
from gpuplanner.ui.plan.parts_legend import PartsLegend
from gpuplanner.ui.plan.parts_widget import MARGIN, PartsFigures, PartsWidget
from gpuplanner.ui.theme import CAPTION, SEMIBOLD, Theme

_CAPTION_LINE, _BAR_TOP, _BAR_HEIGHT, _BRACKET_LINE, _HEIGHT = 9, 20, 20, 47, 56
_RADIUS = 3.0
_SPARE = 1.03
"""Room right of the highest figure when it lies past the card."""


@dataclass(frozen=True)
class PartsText:
    """What the bar shows beside its parts."""

    share: str
    """"91 % of the card"."""
    phase: str
    """"peak in backward"."""
    card: str
    sentence: str
    """For a screen reader: every part with its figure."""


class PartsView(QWidget):
    """Bar and legend; both explain a part under the pointer.

    ``names`` turns the name of a part into words and is asked when painting, so that a change of
    language shows at once.
    """

    part_clicked = Signal(str)
    """Name of the part that is to be explained."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = PartsBar(theme, self)
        self.legend = PartsLegend(theme, self)
        self.bar.part_clicked.connect(self.part_clicked)
        self.legend.part_clicked.connect(self.part_clicked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addWidget(self.legend)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_parts(self, figures: PartsFigures, text: PartsText, names: dict[str, str], unit: str) -> None:
        """Show an estimate; figures are drawn in place."""
        self.bar.show_parts(figures, text, names, unit)
        self.legend.show_parts(figures, names, unit)
        for told in (self, self.bar):
            told.setAccessibleName(text.sentence)

    def set_compact(self, compact: bool) -> None:
        """The legend in one line, where it is low."""
        self.legend.set_compact(compact)

    def clear(self) -> None:
        """There is no estimate: an empty track."""
        self.bar.clear()
        self.legend.clear()
        for told in (self, self.bar):
            told.setAccessibleName("")


class PartsBar(PartsWidget):
    """The stacked bar on a track that ends at the card, or past it when the plan does."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self._text = PartsText("", "", "", "")
        super().__init__(theme, parent, _HEIGHT)

    def show_parts(self, figures: PartsFigures, text: PartsText, names: dict[str, str], unit: str) -> None:
        """Show an estimate."""
        self._text = text
        self.keep(figures, names, unit)

    def part_rects(self) -> list[tuple[PartFigure, QRectF]]:
        """The segments, a pixel apart, none narrower than a pixel unless it is zero."""
        if self._figures is None:
            return []
        rects, left = [], float(self._theme.px(MARGIN))
        top, height = self._theme.px(_BAR_TOP), self._theme.px(_BAR_HEIGHT)
        for part in self._figures.parts:
            width = part.bytes * self._pixels_per_byte()
            if part.bytes > 0:
                rects.append((part, QRectF(left, top, max(width - 1, 1), height)))
                left += max(width, 2)
        return rects

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Captions, track, segments, capacity, bracket."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        px, tokens = self._theme.px, self._theme.tokens
        left, width = px(MARGIN), self.width() - 2 * px(MARGIN)
        track = QRectF(left, px(_BAR_TOP), width, px(_BAR_HEIGHT))
        rounded = QPainterPath()
        rounded.addRoundedRect(track, _RADIUS, _RADIUS)
        painter.save()
        painter.setClipPath(rounded)
        painter.fillRect(track, QColor(tokens.track))
        figures = self._figures
        if figures is None:
            painter.restore()
            return
        capacity = left + figures.budget_bytes * self._pixels_per_byte()
        if capacity < track.right() - 1:
            beyond = mix(tokens.no, tokens.surface, 0.1)
            painter.fillRect(QRectF(capacity, track.top(), track.right() - capacity, track.height()), beyond)
        for part, rect in self.part_rects():
            painter.fillRect(rect, QColor(tokens.part(part.name)))
        painter.restore()
        self._paint_capacity(painter, capacity)
        self._paint_bracket(painter, figures)
        self._paint_captions(painter, figures, min(capacity + 1, track.right() + 1))

    def _paint_capacity(self, painter: QPainter, capacity: float) -> None:
        px = self._theme.px
        x = round(min(capacity, self.width() - px(MARGIN) - 1)) + 0.25
        painter.setPen(
            QPen(QColor(self._theme.tokens.ink), 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
        )
        painter.drawLine(QPointF(x, px(_BAR_TOP) - px(3)), QPointF(x, px(_BAR_TOP + _BAR_HEIGHT) + px(3)))

    def _paint_bracket(self, painter: QPainter, figures: PartsFigures) -> None:
        px, scale = self._theme.px, self._pixels_per_byte()
        low, high = px(MARGIN) + figures.low_bytes * scale, px(MARGIN) + figures.high_bytes * scale
        y, half = px(_BRACKET_LINE) + 0.5, px(3)
        painter.setPen(QPen(QColor(self._theme.tokens.accent), 1.5))
        painter.drawLine(QPointF(low, y), QPointF(high, y))
        for x in (low, high):
            painter.drawLine(QPointF(x, y - half), QPointF(x, y + half))

    def _paint_captions(self, painter: QPainter, figures: PartsFigures, right: float) -> None:
        px, tokens = self._theme.px, self._theme.tokens
        strong, plain = self._theme.font(CAPTION, SEMIBOLD), self._theme.font(CAPTION)
        color, _ = tokens.verdict(figures.fits.value)
        left = float(px(MARGIN))
        card_width = text_width(self._text.card, strong)
        card_left = max(right - card_width, left)
        end = left + text_width(self._text.share, strong)
        phase = f" · {self._text.phase}" if self._text.phase else ""
        # The card's name ends at its mark; where both captions would meet it goes to the right edge.
        if end + px(12) > card_left:
            card_left = max(self.width() - px(MARGIN) - card_width, end + px(12))
        middle = px(_CAPTION_LINE)
        paint_text(painter, self._text.share, QPointF(left, middle), strong, color)
        if end + text_width(phase, plain) + px(12) <= card_left:
            paint_text(painter, phase, QPointF(end, middle), plain, tokens.text2, base=strong)
        room = self.width() - px(4) - card_left
        paint_text(painter, self._text.card, QPointF(card_left, middle), strong, tokens.ink, room=room)

    def _pixels_per_byte(self) -> float:
        if self._figures is None:
            return 0.0
        figures = self._figures
        full = figures.budget_bytes
        if figures.high_bytes > full:
            full = _SPARE * figures.high_bytes
        return (self.width() - 2 * self._theme.px(MARGIN)) / max(full, 1.0)

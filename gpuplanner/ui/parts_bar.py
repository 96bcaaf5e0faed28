"""The peak by parts: a stacked bar against the card with the 90 % range below it, and the legend with figures."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QVBoxLayout, QWidget

from gpuplanner.core.estimate import Fits
from gpuplanner.core.units import signed
from gpuplanner.report.parts import PartFigure
from gpuplanner.ui.theme import CAPTION, MEDIUM, SEMIBOLD, TABLE, Theme, mix

_MARGIN, _CAPTION_LINE, _BAR_TOP, _BAR_HEIGHT, _BRACKET_LINE, _HEIGHT = 16, 9, 20, 20, 47, 56
_RADIUS = 3.0
_LEGEND_HEIGHT, _COMPACT_LEGEND_HEIGHT, _LEGEND_LINE_HEIGHT, _LEGEND_COLUMNS, _SWATCH = 44, 22, 18, 4, 9
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


@dataclass(frozen=True)
class PartsFigures:
    """One bar: parts in order, and bytes per GPU of the range and the budget."""

    parts: tuple[PartFigure, ...]
    low_bytes: float
    high_bytes: float
    budget_bytes: float
    fits: Fits


class PartsView(QWidget):
    """Bar and legend; both explain a part under the pointer.

    ``names`` turns the name of a part into words and is asked when painting, so that a change of
    language shows at once.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = PartsBar(theme, self)
        self.legend = PartsLegend(theme, self)
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
        self.setAccessibleName(text.sentence)

    def set_compact(self, compact: bool) -> None:
        """The legend in one line, where it is low."""
        self.legend.set_compact(compact)

    def clear(self) -> None:
        """There is no estimate: an empty track."""
        self.bar.clear()
        self.legend.clear()
        self.setAccessibleName("")


class _Painted(QWidget):
    """A widget with parts in rectangles, each explained by a tip."""

    def __init__(self, theme: Theme, parent: QWidget | None, height: int) -> None:
        super().__init__(parent)
        self._theme = theme
        self._design_height = height
        self._figures: PartsFigures | None = None
        self._names: dict[str, str] = {}
        self._unit = ""
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._take_theme)
        self._take_theme()

    def sizeHint(self) -> QSize:
        """As high as the design says."""
        return QSize(self._theme.px(400), self._theme.px(self._design_height))

    def event(self, event: QEvent) -> bool:
        """Tips are asked for by place."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            part = self.part_at(QPointF(event.pos()))
            if part is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos(), part_tip(part, self._names[part.name], self._unit), self)
            return True
        return super().event(event)

    def part_at(self, where: QPointF) -> PartFigure | None:
        """The part under a point."""
        return next((part for part, rect in self.part_rects() if rect.contains(where)), None)

    def part_rects(self) -> list[tuple[PartFigure, QRectF]]:
        """Where each part is drawn."""
        raise NotImplementedError

    def clear(self) -> None:
        """Show nothing."""
        self._figures = None
        self.update()

    def _keep(self, figures: PartsFigures, names: dict[str, str], unit: str) -> None:
        self._figures, self._names, self._unit = figures, names, unit
        self.update()

    def _take_theme(self) -> None:
        self.setFixedHeight(self._theme.px(self._design_height))
        self.update()


class PartsBar(_Painted):
    """The stacked bar on a track that ends at the card, or past it when the plan does."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self._text = PartsText("", "", "", "")
        super().__init__(theme, parent, _HEIGHT)

    def show_parts(self, figures: PartsFigures, text: PartsText, names: dict[str, str], unit: str) -> None:
        """Show an estimate."""
        self._text = text
        self._keep(figures, names, unit)

    def part_rects(self) -> list[tuple[PartFigure, QRectF]]:
        """The segments, a pixel apart, none narrower than a pixel unless it is zero."""
        if self._figures is None:
            return []
        rects, left = [], float(self._theme.px(_MARGIN))
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
        left, width = px(_MARGIN), self.width() - 2 * px(_MARGIN)
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
        x = round(min(capacity, self.width() - px(_MARGIN) - 1)) + 0.25
        painter.setPen(
            QPen(QColor(self._theme.tokens.ink), 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
        )
        painter.drawLine(QPointF(x, px(_BAR_TOP) - px(3)), QPointF(x, px(_BAR_TOP + _BAR_HEIGHT) + px(3)))

    def _paint_bracket(self, painter: QPainter, figures: PartsFigures) -> None:
        px, scale = self._theme.px, self._pixels_per_byte()
        low, high = px(_MARGIN) + figures.low_bytes * scale, px(_MARGIN) + figures.high_bytes * scale
        y, half = px(_BRACKET_LINE) + 0.5, px(3)
        painter.setPen(QPen(QColor(self._theme.tokens.accent), 1.5))
        painter.drawLine(QPointF(low, y), QPointF(high, y))
        for x in (low, high):
            painter.drawLine(QPointF(x, y - half), QPointF(x, y + half))

    def _paint_captions(self, painter: QPainter, figures: PartsFigures, right: float) -> None:
        px, tokens = self._theme.px, self._theme.tokens
        strong, plain = self._theme.font(CAPTION, SEMIBOLD), self._theme.font(CAPTION)
        color, _ = tokens.verdict(figures.fits.value)
        left = float(px(_MARGIN))
        card_width = _width(self._text.card, strong)
        card_left = max(right - card_width, left)
        end = left + _width(self._text.share, strong)
        phase = f" · {self._text.phase}" if self._text.phase else ""
        # The card's name ends at its mark; where both captions would meet it goes to the right edge.
        if end + px(12) > card_left:
            card_left = max(self.width() - px(_MARGIN) - card_width, end + px(12))
        baseline = px(_CAPTION_LINE) + QFontMetricsF(strong).capHeight() / 2
        _text(painter, self._text.share, QPointF(left, baseline), strong, color)
        if end + _width(phase, plain) + px(12) <= card_left:
            _text(painter, phase, QPointF(end, baseline), plain, tokens.text2)
        room = self.width() - px(4) - card_left
        card = QFontMetricsF(strong).elidedText(self._text.card, Qt.TextElideMode.ElideRight, room)
        _text(painter, card, QPointF(card_left, baseline), strong, tokens.ink)

    def _pixels_per_byte(self) -> float:
        if self._figures is None:
            return 0.0
        figures = self._figures
        full = figures.budget_bytes
        if figures.high_bytes > full:
            full = _SPARE * figures.high_bytes
        return (self.width() - 2 * self._theme.px(_MARGIN)) / max(full, 1.0)


class PartsLegend(_Painted):
    """Two lines of four parts: swatch, name, figure."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent, _LEGEND_HEIGHT)

    def show_parts(self, figures: PartsFigures, names: dict[str, str], unit: str) -> None:
        """Show an estimate."""
        self._keep(figures, names, unit)

    def set_compact(self, compact: bool) -> None:
        """One line with the parts that are not zero, or two with all of them."""
        height = _COMPACT_LEGEND_HEIGHT if compact else _LEGEND_HEIGHT
        if height != self._design_height:
            self._design_height = height
            self._take_theme()

    def part_rects(self) -> list[tuple[PartFigure, QRectF]]:
        """The cells, read along the lines."""
        if self._figures is None:
            return []
        px = self._theme.px
        if self._design_height == _COMPACT_LEGEND_HEIGHT:
            parts = [part for part in self._figures.parts if part.bytes]
            room = (self.width() - 2 * px(_MARGIN)) / max(len(parts), 1)
            return [
                (part, QRectF(px(_MARGIN) + i * room, 0, room - px(14), px(_LEGEND_LINE_HEIGHT)))
                for i, part in enumerate(parts)
            ]
        gap = px(20)
        width = (self.width() - 2 * px(_MARGIN) + gap) / _LEGEND_COLUMNS
        return [
            (
                part,
                QRectF(
                    px(_MARGIN) + (i % _LEGEND_COLUMNS) * width,
                    (i // _LEGEND_COLUMNS) * px(_LEGEND_LINE_HEIGHT + 2),
                    width - gap,
                    px(_LEGEND_LINE_HEIGHT + 2),
                ),
            )
            for i, part in enumerate(self._figures.parts)
        ]

    def paintEvent(self, _event: QPaintEvent) -> None:
        """All cells; a part of zero keeps its place, in text3."""
        painter = QPainter(self)
        px, tokens = self._theme.px, self._theme.tokens
        name_font, value_font = self._theme.font(TABLE), self._theme.font(TABLE, MEDIUM)
        metrics = QFontMetricsF(name_font)
        for part, rect in self.part_rects():
            value = signed(part.figure, 2, plus=False) if part.bytes else "0"
            baseline = rect.center().y() + metrics.capHeight() / 2
            swatch = QRectF(rect.left(), round(rect.center().y() - px(_SWATCH) / 2), px(_SWATCH), px(_SWATCH))
            painter.fillRect(swatch, QColor(tokens.part(part.name)))
            value_width = _width(value, value_font)
            left = rect.left() + px(_SWATCH) + px(6)
            room = rect.right() - value_width - px(4) - left
            name = metrics.elidedText(self._names[part.name], Qt.TextElideMode.ElideRight, room)
            _text(painter, name, QPointF(left, baseline), name_font, tokens.text2)
            where = QPointF(rect.right() - value_width, baseline)
            _text(painter, value, where, value_font, tokens.ink if part.bytes else tokens.text3)


def part_tip(part: PartFigure, name: str, unit: str) -> str:
    """The tip of a part: its figure, then each term with bytes, formula and source."""
    lines = [f"<b>{escape(name)}</b> {signed(part.figure, 2, plus=False)} {escape(unit)}"]
    share = part.figure / part.bytes if part.bytes else 0.0
    for term in part.terms:
        amount = signed(term.bytes * share, 2, plus=False)
        lines.append(
            f"{escape(term.name)} {amount}<br>&nbsp;&nbsp;{escape(term.formula)}"
            f"<br>&nbsp;&nbsp;<small>{escape(term.source)}</small>"
        )
    return "<p style='margin:0'>" + "</p><p style='margin:4px 0 0 0'>".join(lines) + "</p>"


def _text(painter: QPainter, text: str, where: QPointF, font: QFont, color: str) -> None:
    painter.setFont(font)
    painter.setPen(QColor(color))
    painter.drawText(where, text)


def _width(text: str, font: QFont) -> float:
    return QFontMetricsF(font).horizontalAdvance(text)


__all__ = ["PartsBar", "PartsFigures", "PartsLegend", "PartsText", "PartsView", "part_tip"]

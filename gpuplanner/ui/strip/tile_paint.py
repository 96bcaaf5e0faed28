"""Painters of a GPU's memory: the stacked bar with the plan's mark, and the last minutes as an area."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPainterPath, QPen, QPolygonF

from gpuplanner.render.painting import mix, paint_text
from gpuplanner.ui.strip.fit_now import CardUse
from gpuplanner.ui.strip.tile_data import HISTORY_S, MemoryHistory, PeakMark
from gpuplanner.ui.theme import Theme

_RADIUS = 3.0
_AREA, _MINE, _BAND = 0.45, 0.6, 0.18
_SPARE = 1.04
"""Room above the peak where it lies past the card."""


def paint_line(
    painter: QPainter,
    text: str,
    left: float,
    middle: float,
    room: float,
    font: QFont,
    color: str,
    *,
    right: bool = False,
) -> float:
    """A line of text about the height ``middle``, elided to ``room``; returns the width that it takes."""
    if room <= 0 or not text:
        return 0.0
    where = QPointF(left + room if right else left, middle)
    align = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    return paint_text(painter, text, where, font, color, align, room).width()


def paint_memory_bar(
    painter: QPainter, theme: Theme, rect: QRectF, use: CardUse | None, peak: PeakMark | None
) -> None:
    """Reserved, others, my trial on a track that is the card; the plan's peak as a mark."""
    tokens = theme.tokens
    rounded = QPainterPath()
    rounded.addRoundedRect(rect, _RADIUS, _RADIUS)
    painter.save()
    painter.setClipPath(rounded)
    painter.fillRect(rect, QColor(tokens.track))
    if use is not None and use.total > 0:
        left, scale = rect.left(), rect.width() / use.total
        parts = ((use.reserved, tokens.reserved), (use.others, tokens.others), (use.trial, tokens.trial))
        for size, color in parts:
            if size <= 0:
                continue
            width = size * scale
            part = QRectF(left, rect.top(), max(width - 1, 1), rect.height())
            mine = color == tokens.trial
            painter.fillRect(part, mix(color, tokens.surface, _MINE) if mine else QColor(color))
            if mine:
                painter.fillRect(part.adjusted(0, part.height() - theme.px(2), 0, 0), QColor(color))
            if color == tokens.reserved:
                hatch = mix(tokens.others, tokens.reserved, 0.6)
                painter.fillRect(part, QBrush(hatch, Qt.BrushStyle.BDiagPattern))
            left += max(width, 2)
    painter.restore()
    if use is not None and peak is not None and use.total > 0:
        x = rect.left() + min(peak.bytes / use.total, 1.0) * rect.width()
        over = theme.px(2)
        mark = QRectF(min(x, rect.right() - 1) - 1, rect.top() - over, 2, rect.height() + 2 * over)
        painter.fillRect(mark, QColor(tokens.accent))


def paint_history(
    painter: QPainter,
    theme: Theme,
    rect: QRectF,
    history: MemoryHistory,
    capacity: float,
    peak: PeakMark | None,
    lost: bool,
) -> None:
    """Memory over the last minutes on the card's scale: others' area, the followed job's on top of it."""
    tokens = theme.tokens
    top = capacity
    if peak is not None and peak.bytes > capacity:
        top = peak.bytes * _SPARE
    painter.setPen(QPen(QColor(tokens.line_strong), 1))
    painter.drawLine(QPointF(rect.left(), rect.bottom() + 0.5), QPointF(rect.right(), rect.bottom() + 0.5))
    if top <= 0:
        return
    scale = rect.height() / top

    def y(size: float) -> float:
        return rect.bottom() - min(size, top) * scale

    painter.save()
    painter.setClipRect(rect.adjusted(0, -1, 0, 1))
    if peak is not None:
        band = QRectF(rect.left(), y(peak.high), rect.width(), max(y(peak.low) - y(peak.high), 1))
        painter.fillRect(band, mix(tokens.accent, tokens.surface, _BAND))
    lines = _runs(history, rect, y)
    for times, others, total, has_trial in lines:
        ground = [QPointF(times[-1], rect.bottom()), QPointF(times[0], rect.bottom())]
        lower = [QPointF(x, h) for x, h in zip(times, others, strict=True)]
        _area(painter, lower + ground, mix(tokens.others, tokens.surface, _AREA))
        if has_trial:
            upper = [QPointF(x, h) for x, h in zip(times, total, strict=True)]
            _area(painter, upper + lower[::-1], mix(tokens.trial, tokens.surface, _AREA))
            painter.setPen(QPen(QColor(tokens.trial), 1.5))
            painter.drawPolyline(QPolygonF(upper))
        else:
            painter.setPen(QPen(QColor(tokens.text2), 1.25))
            painter.drawPolyline(QPolygonF(lower))
    if lost and lines:
        away = QRectF(lines[-1][0][-1], rect.top(), rect.right() - lines[-1][0][-1], rect.height())
        painter.fillRect(away, QBrush(QColor(tokens.line_strong), Qt.BrushStyle.BDiagPattern))
    if peak is not None:
        pen = QPen(QColor(tokens.accent), 1.5)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        at = round(y(peak.bytes)) + 0.5
        painter.drawLine(QPointF(rect.left(), at), QPointF(rect.right(), at))
    painter.restore()
    if peak is not None and peak.bytes > capacity:
        painter.setPen(QPen(QColor(tokens.ink), 1))
        painter.drawLine(QPointF(rect.left(), y(capacity)), QPointF(rect.right(), y(capacity)))


def _area(painter: QPainter, points: list[QPointF], color: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawPolygon(QPolygonF(points))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _runs(
    history: MemoryHistory, rect: QRectF, y: Callable[[float], float]
) -> list[tuple[list[float], list[float], list[float], bool]]:
    """Stretches without a gap, in pixels: x, heights of the two lines, and whether they differ."""
    runs: list[tuple[list[float], list[float], list[float], bool]] = []
    times: list[float] = []
    lower: list[float] = []
    upper: list[float] = []

    def end() -> None:
        if len(times) > 1:
            runs.append((times[:], lower[:], upper[:], lower != upper))
        times.clear()
        lower.clear()
        upper.clear()

    for at, others, total in zip(
        history.times_s.tolist(), history.others.tolist(), history.total.tolist(), strict=True
    ):
        if math.isnan(total):
            end()
            continue
        times.append(rect.right() + at / HISTORY_S * rect.width())
        lower.append(y(others))
        upper.append(y(total))
    end()
    return runs

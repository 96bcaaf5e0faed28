"""Paints the accuracy charts: predicted against measured, and the errors by length of each method.

Each function returns where it drew which cell, so that a widget can tell what is under the pointer; in the
PDF nobody asks.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPolygonF

from gpuplanner.core.benchmark import Origin
from gpuplanner.core.plan import Method
from gpuplanner.core.units import signed
from gpuplanner.render.marks import paint_mark
from gpuplanner.render.painting import PaintStyle, length_ticks, line_pen, paint_text, text_rect, tinted
from gpuplanner.report.accuracy_charts import BAND, AccuracyPoint, PredictedChart, ResidualChart

Placed = list[tuple[QPointF, AccuracyPoint]]
Align = Qt.AlignmentFlag

_AXIS_WIDTH, _AXIS_HEIGHT, _HEAD_HEIGHT, _TOP = 34, 24, 22, 6
_MARK, _GRID_ALPHA, _BAND_ALPHA = 7.5, 0.75, 0.14
_LABEL_GAP, _SIDE, _BESIDE, _TICK_WIDTH = 9, 16, 6.0, 46
_NAME_STEPS = 9
_ORIGINS = list(Origin)
_NOTE_PLACES = (0.05, 0.93, 0.12, 0.86, 0.2, 0.75, 0.35, 0.6)
"""Shares of the diagonal at which the two notes may stand; the first without a cell is taken."""


@dataclass(frozen=True)
class AccuracyWords:
    """What the charts say: the unit of the axes, and words for cells, methods and the lines."""

    unit: float
    """Bytes or seconds of one unit of the axes."""
    name: Callable[[AccuracyPoint], str]
    method: Callable[[Method], str]
    average: Callable[[float], str]
    band: str
    equal: str


class _LogSquare:
    """Places values on two equal logarithmic axes."""

    def __init__(self, plot: QRectF, low: float, high: float) -> None:
        self._plot, self._low, self._span = plot, math.log(low), math.log(high / low)

    def x(self, value: float) -> float:
        return self._plot.left() + (math.log(value) - self._low) / self._span * self._plot.width()

    def y(self, value: float) -> float:
        return self._plot.bottom() - (math.log(value) - self._low) / self._span * self._plot.height()

    def at(self, share: float) -> float:
        """The value at a share of the axis."""
        return math.exp(self._low + share * self._span)


def paint_predicted(
    painter: QPainter, rect: QRectF, chart: PredictedChart, words: AccuracyWords, style: PaintStyle
) -> Placed:
    """Predicted (upwards) against measured (to the right) with the band; the worst cells are named."""
    px = style.px
    plot = rect.adjusted(px(_AXIS_WIDTH), px(_TOP), -px(2), -px(_AXIS_HEIGHT))
    low, high = chart.ends
    square = _LogSquare(plot, low, high)
    _paint_log_axes(painter, plot, square, chart, words, style)
    _paint_band(painter, plot, square, low, high, style)
    placed = [(QPointF(square.x(p.measured), square.y(p.predicted)), p) for p in chart.points]
    _paint_notes(painter, plot, square, placed, words, style)
    # Published cells first: the user's own few are never hidden under them.
    for where, point in sorted(placed, key=lambda item: _ORIGINS.index(item[1].origin)):
        paint_mark(painter, point.origin, where, px(_MARK), style.tokens)
    _paint_worst(painter, plot, placed, chart, words, style)
    return placed


def _paint_log_axes(
    painter: QPainter,
    plot: QRectF,
    square: _LogSquare,
    chart: PredictedChart,
    words: AccuracyWords,
    style: PaintStyle,
) -> None:
    tokens, px = style.tokens, style.px
    grid = line_pen(tinted(tokens.line, 1.0 if tokens.frames else _GRID_ALPHA))
    for tick in chart.ticks(words.unit):
        x, y = square.x(tick * words.unit), square.y(tick * words.unit)
        painter.setPen(grid)
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        text = f"{tick:,g}"
        half = QFontMetricsF(style.caption).horizontalAdvance(text) / 2  # the last one stays in the picture
        below = QPointF(min(x, plot.right() - half), plot.bottom() + px(14))
        paint_text(painter, text, below, style.caption, tokens.text2, Align.AlignHCenter)
        beside = QPointF(plot.left() - px(8), y)
        paint_text(painter, text, beside, style.caption, tokens.text2, Align.AlignRight)
    painter.setPen(line_pen(tokens.line_strong))
    painter.drawLine(plot.bottomLeft(), plot.bottomRight())


def _paint_band(
    painter: QPainter, plot: QRectF, square: _LogSquare, low: float, high: float, style: PaintStyle
) -> None:
    painter.save()
    painter.setClipRect(plot)
    up, down = 1 + BAND, 1 - BAND
    corners = ((low, low * up), (high, high * up), (high, high * down), (low, low * down))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tinted(style.tokens.accent, _BAND_ALPHA))
    painter.drawPolygon(QPolygonF([QPointF(square.x(x), square.y(y)) for x, y in corners]))
    painter.setPen(line_pen(style.tokens.accent, 1.5))
    painter.drawLine(plot.bottomLeft(), plot.topRight())
    painter.restore()


def _paint_notes(
    painter: QPainter,
    plot: QRectF,
    square: _LogSquare,
    placed: Placed,
    words: AccuracyWords,
    style: PaintStyle,
) -> None:
    """The names of band and line beside them, where no cell is."""
    gap = style.px(_LABEL_GAP)
    notes = ((words.band, 1 + BAND, -gap, Align.AlignRight), (words.equal, 1 - BAND, gap, Align.AlignLeft))
    for text, edge, shift, align in notes:
        for share in _NOTE_PLACES:
            value = square.at(share)
            where = QPointF(square.x(value) + shift / 3, square.y(value * edge) + shift)
            taken = text_rect(text, where, style.caption_strong, align)
            room = taken.adjusted(-gap, -gap, gap, gap)
            if plot.contains(taken) and not any(room.contains(other) for other, _ in placed):
                color = style.tokens.accent
                paint_text(painter, text, where, style.caption_strong, color, align)
                break


def _paint_worst(
    painter: QPainter,
    plot: QRectF,
    placed: Placed,
    chart: PredictedChart,
    words: AccuracyWords,
    style: PaintStyle,
) -> None:
    """Names outside the band: above the line where too much was predicted, below it where too little."""
    font, where_of = style.caption_strong, {point.row: where for where, point in placed}
    used: list[QRectF] = []
    for point in chart.worst:
        text = f"{words.name(point)}, {signed(100 * point.error, 1)} %"
        sign = -1 if point.error > 0 else 1
        align = Align.AlignRight if sign < 0 else Align.AlignLeft
        for where in _beside(where_of[point.row], sign, text, plot, style):
            taken = text_rect(text, where, font, align)
            if not any(taken.contains(other) for other, _ in placed) and not any(map(taken.intersects, used)):
                break
        used.append(paint_text(painter, text, where, font, style.tokens.ink, align))


def _beside(cell: QPointF, sign: int, text: str, plot: QRectF, style: PaintStyle) -> list[QPointF]:
    """Places for the end of a name that is next to a cell: level with it, then ever further from the line."""
    gap = style.px(_LABEL_GAP)
    width = QFontMetricsF(style.caption_strong).horizontalAdvance(text)
    x = cell.x() + sign * gap
    # The name stays inside the plot: towards the middle it may pass over the cell, further out it does not.
    x = max(x, plot.left() + width + 2) if sign < 0 else min(x, plot.right() - width - 2)
    return [QPointF(x, cell.y() + sign * (gap / 3 + step * style.px(7))) for step in range(_NAME_STEPS)]


def paint_residuals(
    painter: QPainter, rect: QRectF, chart: ResidualChart, words: AccuracyWords, style: PaintStyle
) -> Placed:
    """One panel per method: errors by length, the 90 % range's half-width as a band, the mean as a line."""
    px = style.px
    ticks = _error_ticks(chart)
    widest = max(QFontMetricsF(style.caption).horizontalAdvance(text) for _, text in ticks)
    left = max(px(_AXIS_WIDTH), widest + px(10))
    plot = rect.adjusted(left, px(_HEAD_HEIGHT), -px(2), -px(_AXIS_HEIGHT))
    scale = plot.height() / (2 * chart.limit)
    _paint_errors_axis(painter, plot, chart, scale, style)
    width = plot.width() / len(chart.panels)
    placed: Placed = []
    for number, panel in enumerate(chart.panels):
        place = QRectF(plot.left() + number * width, plot.top(), width, plot.height())
        if number:
            painter.setPen(line_pen(style.tokens.line))
            painter.drawLine(place.topLeft(), place.bottomLeft())
        head = QPointF(place.center().x(), rect.top() + px(_HEAD_HEIGHT) / 2 - 1)
        paint_text(
            painter,
            words.method(panel.method),
            head,
            style.caption_strong,
            style.tokens.ink,
            Align.AlignHCenter,
        )
        middle = place.center().y() - panel.bias * scale
        painter.setPen(line_pen(style.tokens.accent, 2))
        painter.drawLine(QPointF(place.left() + px(7), middle), QPointF(place.right() - px(7), middle))
        corner = QPointF(place.right() - px(8), place.bottom() - px(10))
        average = words.average(panel.mape)
        paint_text(painter, average, corner, style.caption_strong, style.tokens.accent, Align.AlignRight)
        placed += _paint_panel(painter, place, chart, panel.points, scale, style)
    return placed


def _error_ticks(chart: ResidualChart) -> list[tuple[float, str]]:
    """(Share of the half height, label) of the horizontal lines."""
    percents = [(share, 100 * share * chart.limit) for share in (1.0, 0.5, 0.0, -0.5, -1.0)]
    return [(share, signed(n, 0 if n == round(n) else 1)) for share, n in percents]


def _paint_errors_axis(
    painter: QPainter, plot: QRectF, chart: ResidualChart, scale: float, style: PaintStyle
) -> None:
    tokens, px = style.tokens, style.px
    half = min(chart.half_width, chart.limit) * scale if math.isfinite(chart.half_width) else 0.0
    middle = plot.center().y()
    band = QRectF(plot.left(), middle - half, plot.width(), 2 * half)
    painter.fillRect(band, tinted(tokens.accent, _BAND_ALPHA))
    for share, text in _error_ticks(chart):
        y = middle - share * plot.height() / 2
        strong = share in (0.0, -1.0)
        grid = QColor(tokens.line_strong) if strong else tinted(tokens.line, _GRID_ALPHA)
        painter.setPen(line_pen(grid))
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        beside = QPointF(plot.left() - px(8), y)
        paint_text(painter, text, beside, style.caption, tokens.text2, Align.AlignRight)


def _paint_panel(
    painter: QPainter,
    place: QRectF,
    chart: ResidualChart,
    points: tuple[AccuracyPoint, ...],
    scale: float,
    style: PaintStyle,
) -> Placed:
    px = style.px
    first, last = chart.lengths
    # In wide panels the labels of two neighbours would meet at the line between them.
    side = min(max(0.1 * place.width(), px(_SIDE)), px(3 * _SIDE))
    left, right = place.left() + side, place.right() - side

    def x_of(length: int) -> float:
        if first == last:
            return (left + right) / 2
        return left + math.log2(length / first) / math.log2(last / first) * (right - left)

    most = max(int((right - left) // px(_TICK_WIDTH)) + 1, 1)
    for length in length_ticks(first, last, most):
        below = QPointF(x_of(length), place.bottom() + px(14))
        text = f"{length:,}"
        paint_text(painter, text, below, style.caption, style.tokens.text2, Align.AlignHCenter)
    # Cells of one length would hide each other: they stand side by side in the order of the models.
    models = {model: i for i, model in enumerate(dict.fromkeys(point.model for point in points))}
    step = min(px(_BESIDE), (right - left) / 8 / len(models))
    placed: Placed = []
    for point in points:
        beside = (models[point.model] - (len(models) - 1) / 2) * step
        where = QPointF(x_of(point.length) + beside, place.center().y() - point.error * scale)
        paint_mark(painter, point.origin, where, px(_MARK), style.tokens)
        placed.append((where, point))
    return placed

"""Paints the monitor's plots by hand: polylines of thinned points cost a fraction of a chart library's items.

The same functions draw on the screen, into a PNG and into an SVG.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import shiboken6
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from gpuplanner.monitor.decimation import Series
from gpuplanner.render.monitor_plots import SHARES, CardPlots, OverlayLine, Plot, Pointed, TimeWindow
from gpuplanner.render.painting import draw_text, mix, tinted
from gpuplanner.render.tokens import Tokens
from gpuplanner.render.word_places import WordPlaces

Floats = npt.NDArray[np.float64]
_VOID_POINTER: Any = shiboken6.VoidPtr
"""Its types do not know that it takes a pointer, a size and whether it may be written."""

_SIDE, _LABELS, _FOOT = 16, 34, 10
_HEAD, _HEAD_LOW = 32, 24
LOW_HEIGHT = 100
"""Rows below this height use the small head."""
AREA_TINT, WORDS_GROUND = 0.45, 0.75
"""How much of its colour an area of memory has, and how much of what lies under words is covered."""
_BAND = 0.18
_ROOM_FOR_WORDS = 60


@dataclass(frozen=True)
class PlotStyle:
    """Colours and type of the plots."""

    tokens: Tokens
    caption: QFont
    title: QFont
    value: QFont
    scale: float = 1.0
    vector: bool = False
    """For a file of vectors: true line widths, which on the screen take Qt forty times as long."""

    def px(self, size: float) -> float:
        """A size of the design in the user's logical pixels."""
        return size * self.scale


def column_rects(width: float, height: float, style: PlotStyle) -> tuple[QRectF, ...]:
    """The columns of a row of that size; whole pixels, so that rows align and lines are sharp."""
    edges = [0.0]
    for share in SHARES:
        edges.append(edges[-1] + width * share / sum(SHARES))
    return tuple(QRectF(round(a), 0, round(b) - round(a), height) for a, b in pairwise(edges))


def plot_rect(column: QRectF, style: PlotStyle) -> QRectF:
    """Where the lines of a column are drawn: below title and value, left of the axis' labels."""
    head = _HEAD_LOW if column.height() < style.px(LOW_HEIGHT) else _HEAD
    top, left = column.top() + round(style.px(head)), column.left() + round(style.px(_SIDE))
    right = column.right() - round(style.px(_LABELS))
    return QRectF(left, top, max(right - left, 1), max(column.bottom() - round(style.px(_FOOT)) - top, 1))


def paint_plots(painter: QPainter, where: QRectF, plots: CardPlots, style: PlotStyle) -> None:
    """The ground, axes and lines of one card: all that changes with the readings only."""
    tokens = style.tokens
    painter.fillRect(where, QColor(tokens.surface))
    for column, plot in zip(column_rects(where.width(), where.height(), style), plots.plots, strict=True):
        column.translate(where.topLeft())
        painter.fillRect(QRectF(column.left(), column.top(), 1, column.height()), QColor(tokens.line))
        area = plot_rect(column, style)
        _paint_axis(painter, area, plot, style)
        if plot.reason:
            _paint_reason(painter, area, plot.reason, style)
        painter.save()
        painter.setClipRect(area.adjusted(-0.5, -1.5, 0.5, 1.5))
        scale = _Scale(area, plots.window, plot.top)
        places = WordPlaces(area, style.caption)
        # Predictions first: what they say matters most, so the words of marks and limits give way.
        overlays = [(line, _overlay_words(area, line, scale, places, style)) for line in plot.overlay]
        if len(plot.under) > 1:
            _paint_area(painter, plot.under[-1], scale, style)
        if len(plot.series) > 1:
            _paint_stack(painter, plot.series, scale, style)
        if plot.under:
            # Its line lies over the areas, which would hide it.
            edge = plot.under[-1]
            upper = Series(edge.times_s, edge.high, edge.high) if len(plot.under) > 1 else edge
            _paint_line(painter, upper, scale, QColor(tokens.part_activations), 1.2, style)
        if len(plot.series) == 1:
            _paint_line(painter, plot.series[0], scale, QColor(tokens.ink), 1.4, style)
        _paint_gone(painter, area, plots, scale, style)
        _paint_marks(painter, area, plots, scale, style, places if len(plot.series) > 1 else None)
        painter.restore()
        _paint_limit(painter, area, plot, scale, style, places)
        for line, _words in overlays:
            _paint_overlay(painter, area, line, scale, style)
        for _line, (text, at) in overlays:
            if at is not None:
                _paint_words(painter, at, text, tokens.accent, style)


def paint_heads(
    painter: QPainter, where: QRectF, plots: CardPlots, style: PlotStyle, pointed: Pointed | None = None
) -> None:
    """Titles and values, and the crosshair: what changes with the pointer."""
    tokens = style.tokens
    columns = column_rects(where.width(), where.height(), style)
    for at, (column, plot) in enumerate(zip(columns, plots.plots, strict=True)):
        column.translate(where.topLeft())
        area = plot_rect(column, style)
        value = plot.value if pointed is None else pointed.values[at]
        text = f"{value} {plot.unit}" if value != "–" and plot.unit else value
        base = QRectF(area.left(), column.top(), area.width(), area.top() - column.top() - style.px(4))
        painter.setFont(style.value)
        room = area.width() - QFontMetricsF(style.value).horizontalAdvance(text) - style.px(8)
        painter.setPen(QColor(tokens.ink if value != "–" else tokens.text3))
        painter.drawText(base, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom), text)
        painter.setFont(style.title)
        painter.setPen(QColor(tokens.text2))
        title = QFontMetricsF(style.title).elidedText(plot.title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(base, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom), title)
        if pointed is not None:
            _paint_pointer(painter, area, _Scale(area, plots.window, plot.top), pointed, at, style)


@dataclass(frozen=True)
class _Scale:
    """Times and values as pixels."""

    area: QRectF
    window: TimeWindow
    top: float

    def x(self, times: Floats) -> Floats:
        span = max(self.window.span_s, 1e-9)
        return self.area.left() + (times - self.window.start_s) * (self.area.width() / span)

    def y(self, values: Floats) -> Floats:
        return self.area.bottom() - values * (self.area.height() / max(self.top, 1e-9))

    def x_of(self, time_s: float) -> float:
        span = max(self.window.span_s, 1e-9)
        return self.area.left() + (time_s - self.window.start_s) * self.area.width() / span

    def y_of(self, value: float) -> float:
        return self.area.bottom() - value * self.area.height() / max(self.top, 1e-9)


def _paint_axis(painter: QPainter, area: QRectF, plot: Plot, style: PlotStyle) -> None:
    tokens = style.tokens
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    metrics = QFontMetricsF(style.caption)
    ticks = plot.ticks
    if area.height() < 2.2 * metrics.height() and len(ticks) > 2:
        ticks = (ticks[0], ticks[-1])
    painter.setFont(style.caption)
    for value, text in ticks:
        y = round(area.bottom() - value * area.height() / max(plot.top, 1e-9))
        painter.fillRect(QRectF(area.left(), y, area.width(), 1), QColor(tokens.line))
        painter.setPen(QColor(tokens.text2))
        painter.drawText(QPointF(area.right() + style.px(5), y + metrics.capHeight() / 2 + 0.5), text)


def _paint_reason(painter: QPainter, area: QRectF, reason: str, style: PlotStyle) -> None:
    painter.setFont(style.caption)
    painter.setPen(QColor(style.tokens.text2))
    flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
    room = area.adjusted(style.px(4), 0, -style.px(4), 0)
    words = painter.boundingRect(room, flags, reason).adjusted(-6, 0, 6, 0)
    painter.fillRect(words, QColor(style.tokens.surface))  # the line in the middle must not strike it out
    painter.drawText(room, flags, reason)


def _paint_stack(painter: QPainter, edges: tuple[Series, ...], scale: _Scale, style: PlotStyle) -> None:
    """Reserved, others, mine: tinted areas one above the other, each with its edge where it is not empty."""
    tokens = style.tokens
    lowest = _tint(tokens.reserved, tokens) if style.vector else _hatch(tokens)
    fills = (lowest, _tint(tokens.others, tokens), _tint(tokens.trial, tokens))
    pens = (tokens.reserved, tokens.others, tokens.trial)
    if not len(edges[0].times_s):
        return
    x = scale.x(edges[0].times_s)
    below = np.full(len(x), scale.area.bottom())
    for edge, fill, pen in zip(edges, fills, pens, strict=True):
        y = scale.y(edge.high.astype(np.float64))
        visible = np.nanmax(below - y, initial=0) > 0.25
        for run in _runs(y):
            if not visible:
                continue
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            over, edge_y = _in_area(x[run], y[run], scale.area, style)
            _, under_y = _in_area(x[run], below[run], scale.area, style)
            outline = np.concatenate((over, over[::-1])), np.concatenate((edge_y, under_y[::-1]))
            painter.drawPolygon(_polygon(*outline))
            _stroke(painter, _polygon(*_without_level(over, edge_y)), QColor(pen), 1.5, style)
        below = np.where(np.isnan(y), below, y)


def _paint_line(
    painter: QPainter, series: Series, scale: _Scale, color: QColor, width: float, style: PlotStyle
) -> None:
    if not len(series.times_s):
        return
    x, low = scale.x(series.times_s), scale.y(series.low.astype(np.float64))
    if series.high is not series.low:  # thinned: down and up again in each stretch
        high = scale.y(series.high.astype(np.float64))
        x, low = np.repeat(x, 2), np.column_stack((low, high)).ravel()
    for run in _runs(low):
        if x[run.start] == x[run.stop - 1] and low[run.start] == low[run.stop - 1]:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            at = QPointF(float(x[run.start]), float(low[run.start]))
            painter.drawEllipse(at, 1.2 * width, 1.2 * width)
        else:
            shown = _without_level(*_in_area(x[run], low[run], scale.area, style))
            _stroke(painter, _polygon(*shown), color, width, style)


def _paint_area(painter: QPainter, series: Series, scale: _Scale, style: PlotStyle) -> None:
    """The pale area of another recording's memory."""
    ground = tinted(style.tokens.part_activations, _BAND)
    x, y = scale.x(series.times_s), scale.y(series.high.astype(np.float64))
    for run in _runs(y):
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        over, edge = _in_area(x[run], y[run], scale.area, style)
        bottom = np.full(len(over), scale.area.bottom())
        outline = np.concatenate((over, over[::-1])), np.concatenate((edge, bottom))
        painter.drawPolygon(_polygon(*outline))


def _paint_gone(painter: QPainter, area: QRectF, plots: CardPlots, scale: _Scale, style: PlotStyle) -> None:
    if plots.gone_s is None:
        return
    left = max(scale.x_of(plots.gone_s), area.left())
    if left < area.right():
        color = QColor(style.tokens.line_strong if not style.tokens.frames else style.tokens.reserved)
        painter.fillRect(QRectF(left, area.top(), area.right() - left, area.height()), style.tokens.surface)
        hatch = QBrush(color, Qt.BrushStyle.BDiagPattern) if not style.vector else QBrush(style.tokens.track)
        painter.fillRect(QRectF(left, area.top(), area.right() - left, area.height()), hatch)


def _paint_marks(
    painter: QPainter,
    area: QRectF,
    plots: CardPlots,
    scale: _Scale,
    style: PlotStyle,
    places: WordPlaces | None,
) -> None:
    """Dotted lines; their words stand in the first column (which has ``places``), where they do not meet."""
    metrics = QFontMetricsF(style.caption)
    free_from = area.left()
    for time_s, text in plots.marks:
        if not plots.window.start_s <= time_s <= plots.window.stop_s:
            continue
        x = round(scale.x_of(time_s)) + 0.5
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(_pen(QColor(style.tokens.text2), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QLineF(x, area.top(), x, area.bottom()))
        width = metrics.horizontalAdvance(text) + 8
        if places is None or x < free_from or x + width >= area.right():
            continue
        at = places.place(QPointF(x + 3, area.top() + metrics.ascent() + 2), text)
        if at is not None:
            _paint_words(painter, at, text, style.tokens.text2, style)
            free_from = x + width


def _paint_limit(
    painter: QPainter, area: QRectF, plot: Plot, scale: _Scale, style: PlotStyle, places: WordPlaces
) -> None:
    if plot.limit is None or not 0 < plot.limit.value <= plot.top:
        return
    tokens, y = style.tokens, round(scale.y_of(plot.limit.value)) + 0.5
    painter.setPen(_pen(QColor(tokens.ink), 1, Qt.PenStyle.DashLine))
    painter.drawLine(QLineF(area.left(), y, area.right(), y))
    metrics = QFontMetricsF(style.caption)
    if plot.limit.text and area.height() > style.px(_ROOM_FOR_WORDS):
        # At the left, where a line that nears its limit seldom is.
        base = y + metrics.ascent() + 2 if area.bottom() - y > 2 * metrics.height() else y - style.px(4)
        at = places.place(QPointF(area.left(), base), plot.limit.text)
        if at is not None:
            _paint_words(painter, at, plot.limit.text, tokens.text2, style)


def _paint_words(painter: QPainter, at: QPointF, text: str, color: str, style: PlotStyle) -> None:
    """A text over lines, on a ground of its own."""
    metrics = QFontMetricsF(style.caption)
    where = QRectF(at.x(), at.y() - metrics.ascent(), metrics.horizontalAdvance(text) + 4, metrics.height())
    painter.fillRect(where, tinted(style.tokens.surface, WORDS_GROUND))
    draw_text(painter, text, QPointF(at.x() + 2, at.y()), style.caption, color)


def _paint_overlay(
    painter: QPainter, area: QRectF, line: OverlayLine, scale: _Scale, style: PlotStyle
) -> None:
    tokens = style.tokens
    if line.low_bytes is not None and line.high_bytes is not None:
        high, low = (
            min(max(scale.y_of(v), area.top()), area.bottom()) for v in (line.high_bytes, line.low_bytes)
        )
        painter.fillRect(QRectF(area.left(), high, area.width(), low - high), tinted(tokens.accent, _BAND))
    y = _overlay_y(area, line, scale)
    painter.setPen(_pen(QColor(tokens.accent), 1.5, Qt.PenStyle.DashLine))
    painter.drawLine(QLineF(area.left(), y, area.right(), y))


def _overlay_y(area: QRectF, line: OverlayLine, scale: _Scale) -> float:
    return area.top() if line.n_bytes > scale.top else round(scale.y_of(line.n_bytes)) + 0.5


def _overlay_words(
    area: QRectF, line: OverlayLine, scale: _Scale, places: WordPlaces, style: PlotStyle
) -> tuple[str, QPointF | None]:
    """What a prediction says, and where: above its line, else below it; None where there is no room."""
    metrics = QFontMetricsF(style.caption)
    text = metrics.elidedText(line.text, Qt.TextElideMode.ElideRight, area.width() - style.px(8))
    y = _overlay_y(area, line, scale)
    above = y - area.top() > metrics.height() + 2
    base = y - style.px(4) if above else y + metrics.ascent() + 2
    return text, places.place(QPointF(area.left() + style.px(2), base), text)


def _paint_pointer(
    painter: QPainter, area: QRectF, scale: _Scale, pointed: Pointed, at: int, style: PlotStyle
) -> None:
    x = scale.x_of(pointed.time_s)
    if not area.left() - 1 <= x <= area.right() + 1:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.fillRect(QRectF(round(x), area.top(), 1, area.height()), QColor(style.tokens.text3))
    height = pointed.heights[at]
    if height is not None and math.isfinite(height):
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(_pen(QColor(style.tokens.surface), 1.2))
        painter.setBrush(QColor(style.tokens.ink))
        radius = style.px(3.5)
        painter.drawEllipse(QPointF(round(x) + 0.5, scale.y_of(min(height, scale.top))), radius, radius)


def _runs(values: Floats) -> list[slice]:
    """The stretches without NaN."""
    present = ~np.isnan(values)
    if present.all():
        return [slice(0, len(values))] if len(values) else []
    edges = np.flatnonzero(np.diff(np.concatenate(([False], present, [False])).astype(np.int8)))
    return [slice(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _in_area(x: Floats, y: Floats, area: QRectF, style: PlotStyle) -> tuple[Floats, Floats]:
    """In a file of vectors, which Qt writes without its clipping: only what is inside."""
    if not style.vector or len(x) < 2:
        return x, y
    left, right = area.left(), area.right()
    inside = (x >= left) & (x <= right)
    ends = [edge for edge in (left, right) if x[0] < edge < x[-1]]
    all_x = np.sort(np.concatenate((x[inside], ends)))
    return all_x, np.clip(np.interp(all_x, x, y), area.top(), area.bottom())


def _without_level(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Without the points inside level stretches: their joints would be seen, and they cost time."""
    if len(x) < 3:
        return x, y
    level = (y[1:-1] == y[:-2]) & (y[1:-1] == y[2:])
    kept = np.concatenate(([True], ~level, [True]))
    return x[kept], y[kept]


def _polygon(x: Floats, y: Floats) -> QPolygonF:
    """Numbers as Qt's points without a loop: a QPolygonF is pairs of doubles."""
    polygon = QPolygonF()
    polygon.resize(len(x))
    memory = _VOID_POINTER(polygon.data(), 16 * len(x), True)
    points = np.frombuffer(memory, np.float64).reshape(-1, 2)
    points[:, 0], points[:, 1] = x, y
    return polygon


def _stroke(painter: QPainter, line: QPolygonF, color: QColor, width: float, style: PlotStyle) -> None:
    """A line; on the screen as hair lines half a pixel apart, which Qt draws without computing outlines."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if style.vector:
        painter.setPen(_pen(color, width))
        painter.drawPolyline(line)
        return
    pen = _pen(color, 1)
    pen.setCosmetic(True)
    painter.setPen(pen)
    ratio = painter.device().devicePixelRatioF()
    n = max(1, round(2 * width * ratio) - 1)
    line.translate(0, -(n - 1) / 4 / ratio)
    for _ in range(n):
        painter.drawPolyline(line)
        line.translate(0, 0.5 / ratio)


def _tint(color: str, tokens: Tokens) -> QBrush:
    return QBrush(mix(color, tokens.surface, AREA_TINT))


def _hatch(tokens: Tokens) -> QBrush:
    return QBrush(QColor(tokens.reserved), Qt.BrushStyle.BDiagPattern)


def _pen(color: QColor, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    pen = QPen(color, width, style, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.BevelJoin)
    pen.setCosmetic(False)
    return pen

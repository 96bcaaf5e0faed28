"""Paints the monitor's plots by hand: axes, lines, predictions, limits, marks and the crosshair.

The same functions draw on the screen, into a PNG and into an SVG.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter

from gpuplanner.monitor.decimation import Series
from gpuplanner.render.monitor_columns import (
    BAND,
    PlotScale,
    PlotStyle,
    column_rects,
    plain_pen,
    plot_rect,
)
from gpuplanner.render.monitor_lines import paint_area, paint_line, paint_stack
from gpuplanner.render.monitor_plots import CardPlots, OverlayLine, Plot, Pointed
from gpuplanner.render.painting import draw_text, tinted
from gpuplanner.render.word_places import WordPlaces

WORDS_GROUND = 0.75
"""How much of what lies under words is covered."""
_ROOM_FOR_WORDS = 60


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
        scale = PlotScale(area, plots.window, plot.top)
        places = WordPlaces(area, style.caption)
        # Predictions first: what they say matters most, so the words of marks and limits give way.
        overlays = [(line, _overlay_words(area, line, scale, places, style)) for line in plot.overlay]
        if len(plot.under) > 1:
            paint_area(painter, plot.under[-1], scale, style)
        if len(plot.series) > 1:
            paint_stack(painter, plot.series, scale, style)
        if plot.under:
            # Its line lies over the areas, which would hide it.
            edge = plot.under[-1]
            upper = Series(edge.times_s, edge.high, edge.high) if len(plot.under) > 1 else edge
            paint_line(painter, upper, scale, QColor(tokens.part_activations), 1.2, style)
        if len(plot.series) == 1:
            paint_line(painter, plot.series[0], scale, QColor(tokens.ink), 1.4, style)
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
            _paint_pointer(painter, area, PlotScale(area, plots.window, plot.top), pointed, at, style)


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


def _paint_gone(
    painter: QPainter, area: QRectF, plots: CardPlots, scale: PlotScale, style: PlotStyle
) -> None:
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
    scale: PlotScale,
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
        painter.setPen(plain_pen(QColor(style.tokens.text2), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QLineF(x, area.top(), x, area.bottom()))
        width = metrics.horizontalAdvance(text) + 8
        if places is None or x < free_from or x + width >= area.right():
            continue
        at = places.place(QPointF(x + 3, area.top() + metrics.ascent() + 2), text)
        if at is not None:
            _paint_words(painter, at, text, style.tokens.text2, style)
            free_from = x + width


def _paint_limit(
    painter: QPainter, area: QRectF, plot: Plot, scale: PlotScale, style: PlotStyle, places: WordPlaces
) -> None:
    if plot.limit is None or not 0 < plot.limit.value <= plot.top:
        return
    tokens, y = style.tokens, round(scale.y_of(plot.limit.value)) + 0.5
    painter.setPen(plain_pen(QColor(tokens.ink), 1, Qt.PenStyle.DashLine))
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
    painter: QPainter, area: QRectF, line: OverlayLine, scale: PlotScale, style: PlotStyle
) -> None:
    tokens = style.tokens
    if line.low_bytes is not None and line.high_bytes is not None:
        high, low = (
            min(max(scale.y_of(v), area.top()), area.bottom()) for v in (line.high_bytes, line.low_bytes)
        )
        painter.fillRect(QRectF(area.left(), high, area.width(), low - high), tinted(tokens.accent, BAND))
    y = _overlay_y(area, line, scale)
    painter.setPen(plain_pen(QColor(tokens.accent), 1.5, Qt.PenStyle.DashLine))
    painter.drawLine(QLineF(area.left(), y, area.right(), y))


def _overlay_y(area: QRectF, line: OverlayLine, scale: PlotScale) -> float:
    return area.top() if line.n_bytes > scale.top else round(scale.y_of(line.n_bytes)) + 0.5


def _overlay_words(
    area: QRectF, line: OverlayLine, scale: PlotScale, places: WordPlaces, style: PlotStyle
) -> tuple[str, QPointF | None]:
    """What a prediction says, and where: above its line, else below it; None where there is no room."""
    metrics = QFontMetricsF(style.caption)
    text = metrics.elidedText(line.text, Qt.TextElideMode.ElideRight, area.width() - style.px(8))
    y = _overlay_y(area, line, scale)
    above = y - area.top() > metrics.height() + 2
    base = y - style.px(4) if above else y + metrics.ascent() + 2
    return text, places.place(QPointF(area.left() + style.px(2), base), text)


def _paint_pointer(
    painter: QPainter, area: QRectF, scale: PlotScale, pointed: Pointed, at: int, style: PlotStyle
) -> None:
    x = scale.x_of(pointed.time_s)
    if not area.left() - 1 <= x <= area.right() + 1:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.fillRect(QRectF(round(x), area.top(), 1, area.height()), QColor(style.tokens.text3))
    height = pointed.heights[at]
    if height is not None and math.isfinite(height):
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(plain_pen(QColor(style.tokens.surface), 1.2))
        painter.setBrush(QColor(style.tokens.ink))
        radius = style.px(3.5)
        painter.drawEllipse(QPointF(round(x) + 0.5, scale.y_of(min(height, scale.top))), radius, radius)

"""Paints readings as lines and areas: thinned polylines cost a fraction of a chart library's items."""

from __future__ import annotations

from typing import Any

import numpy as np
import shiboken6
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPolygonF

from gpuplanner.monitor.decimation import Series
from gpuplanner.render.monitor_columns import BAND, Floats, PlotScale, PlotStyle, plain_pen
from gpuplanner.render.painting import mix, tinted
from gpuplanner.render.tokens import Tokens

_VOID_POINTER: Any = shiboken6.VoidPtr
"""Its types do not know that it takes a pointer, a size and whether it may be written."""
AREA_TINT = 0.45
"""How much of its colour an area of memory has."""


def paint_stack(painter: QPainter, edges: tuple[Series, ...], scale: PlotScale, style: PlotStyle) -> None:
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


def paint_line(
    painter: QPainter, series: Series, scale: PlotScale, color: QColor, width: float, style: PlotStyle
) -> None:
    """A reading over time; thinned ones as the range of each stretch, a lone one as a dot."""
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


def paint_area(painter: QPainter, series: Series, scale: PlotScale, style: PlotStyle) -> None:
    """The pale area of another recording's memory."""
    ground = tinted(style.tokens.part_activations, BAND)
    x, y = scale.x(series.times_s), scale.y(series.high.astype(np.float64))
    for run in _runs(y):
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        over, edge = _in_area(x[run], y[run], scale.area, style)
        bottom = np.full(len(over), scale.area.bottom())
        outline = np.concatenate((over, over[::-1])), np.concatenate((edge, bottom))
        painter.drawPolygon(_polygon(*outline))


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
        painter.setPen(plain_pen(color, width))
        painter.drawPolyline(line)
        return
    pen = plain_pen(color, 1)
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

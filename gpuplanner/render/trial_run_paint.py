"""Paints the memory of a trial over its seconds, with the predicted band."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPolygonF

from gpuplanner.core.benchmark import Origin
from gpuplanner.render.marks import paint_mark
from gpuplanner.render.painting import PaintStyle, line_pen, paint_text, tinted
from gpuplanner.render.trial_axes import (
    AXIS_BELOW,
    PALE,
    TrialChartWords,
    amount,
    flat_pen,
    paint_head,
    paint_scale,
    plot_and_figures,
)
from gpuplanner.report.trial_charts import RunChart

_BAND = 0.18
_RIGHT, _LEFT = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignLeft
_CENTER = Qt.AlignmentFlag.AlignHCenter


def paint_run_chart(
    painter: QPainter, rect: QRectF, chart: RunChart, words: TrialChartWords, style: PaintStyle
) -> None:
    """Device bytes over the seconds with the predicted band, and the thin line of what is allocated."""
    tokens = style.tokens
    paint_head(painter, rect, words, style)
    top = chart.top_bytes / words.unit_bytes
    plot, figures = plot_and_figures(rect, style, top, below=AXIS_BELOW, most=3)
    paint_scale(painter, plot, top, figures, style)

    def at(second: float, size: float) -> QPointF:
        return QPointF(
            plot.left() + plot.width() * second / chart.end_s,
            plot.bottom() - plot.height() * size / words.unit_bytes / top,
        )

    for tick in chart.time_ticks()[1:]:
        where = QPointF(at(tick, 0).x(), plot.bottom() + style.px(11))
        align = _RIGHT if where.x() > plot.right() - style.px(20) else _CENTER
        paint_text(painter, f"{tick:,g} s", where, style.caption, tokens.text2, align)
    _paint_sections(painter, plot, chart, at, words, style)
    begin = chart.predicted_from_s
    if chart.low_bytes is not None and chart.high_bytes is not None:
        band = QRectF(at(begin, chart.high_bytes), at(chart.end_s, chart.low_bytes))
        painter.fillRect(band, tinted(tokens.accent, _BAND))
    painter.setPen(flat_pen(tokens.accent, 2))
    painter.drawLine(at(begin, chart.predicted_bytes), at(chart.end_s, chart.predicted_bytes))
    text = words.predicted.format(n=amount(chart.predicted_bytes, words))
    label = at(chart.end_s, max(chart.predicted_bytes, chart.high_bytes or 0)) - QPointF(0, style.px(9))
    paint_text(painter, text, label, style.caption_strong, tokens.accent, _RIGHT)
    _paint_course(painter, chart.allocated, at, words.allocated, words, style, thin=bool(chart.device))
    _paint_course(painter, chart.device, at, words.device, words, style, thin=False)


def _paint_sections(
    painter: QPainter,
    plot: QRectF,
    chart: RunChart,
    at: Callable[[float, float], QPointF],
    words: TrialChartWords,
    style: PaintStyle,
) -> None:
    """Where a stage began: a line with its name at the top, if there is room for it."""
    for place, (name, began) in enumerate(chart.sections):
        x = at(began, 0).x()
        until = chart.sections[place + 1][1] if place + 1 < len(chart.sections) else chart.end_s
        if place:
            painter.fillRect(QRectF(x, plot.top(), 1, plot.height()), QColor(style.tokens.line))
        room = at(until, 0).x() - x - style.px(8)
        label = words.names.get(name, name)
        if QFontMetricsF(style.caption).horizontalAdvance(label) <= room:
            where = QPointF(x + style.px(5), plot.top() + style.px(5))
            paint_text(painter, label, where, style.caption, style.tokens.text2)


def _paint_course(
    painter: QPainter,
    course: Sequence[tuple[float, float]],
    at: Callable[[float, float], QPointF],
    label: str,
    words: TrialChartWords,
    style: PaintStyle,
    *,
    thin: bool,
) -> None:
    if not course:
        return
    tokens = style.tokens
    color = tinted(tokens.trial, PALE) if thin else QColor(tokens.trial)
    painter.setPen(line_pen(color, 1.0 if thin else 1.6))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    points = [at(second, size) for second, size in _thinned(course)]
    painter.drawPolyline(QPolygonF(points))
    last = points[-1]
    if not thin:
        paint_mark(painter, Origin.TRIAL, last, 7 * style.scale, tokens)
    highest = max(size for _, size in course)
    text = label.format(n=amount(highest, words))
    room = QFontMetricsF(style.caption_strong).horizontalAdvance(text) + style.px(10)
    fits_right = last.x() + room < painter.viewport().width()
    where = last + QPointF(style.px(8) if fits_right else -style.px(8), style.px(11))
    paint_text(painter, text, where, style.caption_strong, tokens.trial, _LEFT if fits_right else _RIGHT)


def _thinned(course: Sequence[tuple[float, float]], most: int = 4000) -> Sequence[tuple[float, float]]:
    """A long course without the points that no screen could show apart."""
    return course if len(course) <= most else course[:: len(course) // most + 1]

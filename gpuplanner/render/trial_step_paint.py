"""Paints the phases of a step: predicted parts, and what a trial or dry run measured over them."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPolygonF

from gpuplanner.core.benchmark import Origin
from gpuplanner.render.marks import paint_mark
from gpuplanner.render.painting import PaintStyle, paint_text, tinted
from gpuplanner.render.trial_axes import (
    AXIS_BELOW,
    TrialChartWords,
    amount,
    flat_pen,
    paint_head,
    paint_scale,
    plot_and_figures,
)
from gpuplanner.report.trial_charts import PHASE_WIDTHS, PhaseColumn, StepChart

_LEGEND, _MARK = 22.0, 9.0
PART_TINT = 0.43
"""How much of its colour a predicted part has: names of parts lie over it."""
_RIGHT, _CENTER = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignHCenter


def paint_step_chart(
    painter: QPainter, rect: QRectF, chart: StepChart, words: TrialChartWords, style: PaintStyle
) -> None:
    """Tinted predicted parts by phase with blue top edges, measured peaks over them, both peaks labelled."""
    paint_head(painter, rect, words, style)
    top = chart.top_bytes / words.unit_bytes
    plot, figures = plot_and_figures(rect, style, top, below=AXIS_BELOW + _LEGEND)
    paint_scale(painter, plot, top, figures, style)
    share = sum(PHASE_WIDTHS[column.name] for column in chart.columns) or 1.0
    x = plot.left() + 1
    gap = style.px(2)
    for column in chart.columns:
        width = (plot.width() - 2) * PHASE_WIDTHS[column.name] / share
        place = QRectF(x, plot.top(), width - gap, plot.height())
        _paint_phase(painter, place, column, top, words, style)
        x += width
    _paint_measured(painter, plot, chart, top, words, style, share)
    _paint_step_legend(painter, QPointF(plot.left(), rect.bottom() - style.px(11)), chart, words, style, rect)


def _paint_phase(
    painter: QPainter,
    place: QRectF,
    column: PhaseColumn,
    top: float,
    words: TrialChartWords,
    style: PaintStyle,
) -> None:
    tokens = style.tokens
    per_byte = place.height() / (top * words.unit_bytes)
    y = place.bottom()
    for name, size in column.parts:
        height = size * per_byte
        ground = QRectF(place.left(), y - height, place.width(), height)
        painter.fillRect(ground, tinted(tokens.part(name), PART_TINT))
        label = words.names.get(name, name)
        metrics = QFontMetricsF(style.caption)
        if height > style.px(16) and metrics.horizontalAdvance(label) + style.px(16) < place.width():
            paint_text(
                painter,
                label,
                QPointF(place.left() + style.px(8), y - height / 2),
                style.caption,
                tokens.ink,
            )
        y -= height
    edge = place.bottom() - column.predicted_bytes * per_byte
    painter.setPen(flat_pen(tokens.accent, 2))
    painter.drawLine(QPointF(place.left(), edge), QPointF(place.right(), edge))
    name = words.names.get(column.name, column.name)
    below = QPointF(place.center().x(), place.bottom() + style.px(11))
    paint_text(painter, name, below, style.caption, tokens.text2, _CENTER, place.width())


def _paint_measured(
    painter: QPainter,
    plot: QRectF,
    chart: StepChart,
    top: float,
    words: TrialChartWords,
    style: PaintStyle,
    share: float,
) -> None:
    """The measured peaks as one line over the phases, and the labels of both peaks."""
    tokens = style.tokens
    color = tokens.ink if chart.origin is Origin.DRY_RUN else tokens.trial
    per_byte = plot.height() / (top * words.unit_bytes)
    x, points = plot.left() + 1, []
    peak_at = predicted_at = QPointF()
    label_y = 0.0
    for column in chart.columns:
        width = (plot.width() - 2) * PHASE_WIDTHS[column.name] / share
        if column.name == chart.peak_phase:
            predicted_at = QPointF(x + width, plot.bottom() - column.predicted_bytes * per_byte)
        if column.measured_bytes is not None:
            y = plot.bottom() - column.measured_bytes * per_byte
            points += [QPointF(x, y), QPointF(x + width, y)]
            if column.name == chart.measured_phase:
                peak_at = QPointF(x + width / 2, y)
                # Above the blue edge too, so that neither line runs through the label.
                label_y = min(y, plot.bottom() - column.predicted_bytes * per_byte)
        x += width
    if points:
        painter.setPen(flat_pen(color, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(points))
    _label_peaks(painter, plot, chart, words, style, (predicted_at, peak_at, label_y), color)


def _label_peaks(
    painter: QPainter,
    plot: QRectF,
    chart: StepChart,
    words: TrialChartWords,
    style: PaintStyle,
    places: tuple[QPointF, QPointF, float],
    color: str,
) -> None:
    predicted_at, peak_at, label_y = places
    above = style.px(9)
    text = words.predicted.format(n=amount(chart.predicted_peak_bytes, words))
    taken = None
    if chart.peak_phase:
        at = QPointF(predicted_at.x() - style.px(4), predicted_at.y() - above)
        taken = paint_text(painter, text, at, style.caption_strong, style.tokens.accent, _RIGHT)
    if chart.measured_peak_bytes is None:
        return
    paint_mark(painter, chart.origin, peak_at, _MARK * style.scale, style.tokens)
    text = words.measured.format(n=amount(chart.measured_peak_bytes, words))
    width = QFontMetricsF(style.caption_strong).horizontalAdvance(text)
    left = peak_at.x() - style.px(10) - width
    y = label_y - above
    if taken is not None and taken.adjusted(-8, 0, 8, 0).intersects(
        QRectF(left, y - taken.height() / 2, width, taken.height())
    ):
        left = taken.left() - style.px(12) - width
    left = max(left, plot.left() + style.px(2))
    paint_text(painter, text, QPointF(left, y), style.caption_strong, color)


def _paint_step_legend(
    painter: QPainter,
    where: QPointF,
    chart: StepChart,
    words: TrialChartWords,
    style: PaintStyle,
    rect: QRectF,
) -> None:
    """Swatch, name and predicted figure of each part at the peak; the measured one behind, where known."""
    column = chart.column(chart.peak_phase)
    if column is None:
        return
    tokens, x = style.tokens, where.x()
    phase = words.names.get(column.name, column.name)
    head = paint_text(
        painter,
        words.at_the_peak.format(phase=phase),
        QPointF(x, where.y()),
        style.caption_strong,
        tokens.text2,
    )
    x = head.right() + style.px(12)
    measured = dict(column.measured_parts)
    mine = tokens.ink if chart.origin is Origin.DRY_RUN else tokens.trial
    for name, size in column.parts:
        label = f"{words.names.get(name, name)} "
        figure = amount(size, words)
        own = f"  {amount(measured.get(name, 0), words)}" if measured else ""
        widths = [QFontMetricsF(style.caption).horizontalAdvance(text) for text in (label, figure, own)]
        if x + style.px(13) + sum(widths) > rect.right():
            break
        swatch = QRectF(x, where.y() - style.px(4.5), style.px(9), style.px(9))
        painter.fillRect(swatch, tinted(tokens.part(name), 0.6))
        x += style.px(13)
        for text, width, color in zip(
            (label, figure, own), widths, (tokens.text2, tokens.accent, mine), strict=True
        ):
            paint_text(painter, text, QPointF(x, where.y()), style.caption, color)
            x += width
        x += style.px(12)

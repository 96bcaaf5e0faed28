"""Paints the seconds of each step of a trial."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from gpuplanner.core.benchmark import Origin
from gpuplanner.core.units import seconds
from gpuplanner.render.marks import paint_mark
from gpuplanner.render.painting import PaintStyle, paint_text, text_width
from gpuplanner.render.trial_axes import (
    AXIS_BELOW,
    HEAD,
    PALE,
    TrialChartWords,
    flat_pen,
    paint_head,
    paint_scale,
    plot_and_figures,
)
from gpuplanner.report.trial_charts import StepTimes

_RIGHT, _CENTER = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignHCenter


def paint_step_times(
    painter: QPainter, rect: QRectF, chart: StepTimes, words: TrialChartWords, style: PaintStyle
) -> None:
    """◆ for each step, pale in the warm-up, with the predicted time as a blue line where there is one."""
    tokens = style.tokens
    left = paint_head(painter, rect, words, style)
    told = (
        (words.median, chart.median_s, tokens.trial),
        (words.predicted, chart.predicted_s, tokens.accent),
    )
    for text, value, color in told:
        if value is not None:
            where = QPointF(left - style.px(16), rect.top() + style.px(HEAD / 2))
            figure = text.format(n=seconds(value))
            left = paint_text(painter, figure, where, style.caption_strong, color, _RIGHT).left()
    top = chart.top_s
    known = chart.predicted_s is not None or bool(chart.seconds)
    plot, figures = plot_and_figures(rect, style, top, below=AXIS_BELOW, most=3 if known else 1)
    paint_scale(painter, plot, top, figures, style)
    count = max(chart.n_steps, len(chart.seconds))
    if not count:
        return

    def at(number: int, second: float) -> QPointF:
        share = (number + 0.5) / count
        return QPointF(plot.left() + plot.width() * share, plot.bottom() - plot.height() * second / top)

    if chart.n_warm_up:
        edge = plot.left() + plot.width() * chart.n_warm_up / count
        painter.fillRect(QRectF(edge, plot.top(), 1, plot.height()), QColor(tokens.line_strong))
        middle = QPointF((plot.left() + edge) / 2, plot.bottom() + style.px(11))
        paint_text(painter, words.warm_up, middle, style.caption, tokens.text2, _CENTER)
    widest = text_width(f"{count:,}", style.caption) + style.px(10)
    for number in _numbers(chart.n_warm_up, count, round(plot.width() / widest)):
        where = QPointF(at(number, 0).x(), plot.bottom() + style.px(11))
        text = f"{number - chart.n_warm_up + 1:,}"
        paint_text(painter, text, where, style.caption, tokens.text2, _CENTER)
    if chart.predicted_s is not None:
        y = at(0, chart.predicted_s).y()
        painter.setPen(flat_pen(tokens.accent, 2))
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
    for number, second in enumerate(chart.seconds):
        painter.setOpacity(PALE if number < chart.n_warm_up else 1.0)
        paint_mark(painter, Origin.TRIAL, at(number, second), 7 * style.scale, tokens)
    painter.setOpacity(1.0)


def _numbers(first: int, count: int, most: int) -> list[int]:
    """Measured steps that the axis names: the first, then round ones, about ``most`` and never above 20."""
    left, most = count - first, min(max(most, 2), 20)
    steps = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000)
    step = next((step for step in steps if left / step <= most), steps[-1])
    return [first, *(first + number - 1 for number in range(step, left + 1, step) if number > 1)]

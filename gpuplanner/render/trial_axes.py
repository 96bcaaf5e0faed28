"""What the charts of a trial have in common: their words, title line, plot area and scale.

Predicted is blue and tinted, what the trial measured is magenta, a dry run is a hollow ink square.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from gpuplanner.core.units import signed
from gpuplanner.render.painting import PaintStyle, line_pen, paint_text, text_width
from gpuplanner.report.trial_charts import ticks

HEAD = 30.0
"""Height of the title line."""
_AXIS_LEFT = 34.0
_LEFT, _RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
AXIS_BELOW = 20.0
"""Height below a plot for the figures of its axis."""
PALE = 0.45
"""How much of its colour a line or mark of second rank has."""


@dataclass(frozen=True)
class TrialChartWords:
    """What a chart says beside its figures, in the language of the window."""

    title: str
    unit: str
    """At the right of the title: what the figures are."""
    unit_bytes: float = 1.0
    names: Mapping[str, str] = field(default_factory=dict)
    """Of phases, parts and stages."""
    predicted: str = "predicted {n}"
    measured: str = "measured peak {n}"
    at_the_peak: str = "At the peak, {phase}:"
    device: str = "device {n}"
    allocated: str = "allocated {n}"
    median: str = "median {n}"
    warm_up: str = "warm-up"


def paint_head(painter: QPainter, rect: QRectF, words: TrialChartWords, style: PaintStyle) -> float:
    """Title and unit; returns where the unit begins."""
    y = rect.top() + style.px(HEAD / 2)
    unit = paint_text(
        painter,
        words.unit,
        QPointF(rect.right(), y),
        style.table,
        style.tokens.text2,
        _RIGHT,
    )
    room = unit.left() - rect.left() - style.px(12)
    where = QPointF(rect.left(), y)
    paint_text(painter, words.title, where, style.table_strong, style.tokens.ink, _LEFT, room)
    return unit.left()


def plot_and_figures(
    rect: QRectF, style: PaintStyle, top: float, below: float, most: int = 5
) -> tuple[QRectF, tuple[float, ...]]:
    """Where the lines are drawn, and the figures at its left: no more than its height can tell apart.

    It begins right of the widest figure; ``top`` is in the unit of the axis.
    """
    plot = rect.adjusted(style.px(_AXIS_LEFT), style.px(HEAD + 4), 0, -style.px(below))
    line = 1.4 * QFontMetricsF(style.caption).height()
    figures = ticks(top, min(most, max(2, 1 + int(plot.height() / line))) if most > 1 else most)
    widest = max(text_width(f"{tick:,g}", style.caption) for tick in figures) + style.px(7)
    plot.setLeft(max(plot.left(), rect.left() + widest))
    return plot, figures


def paint_scale(
    painter: QPainter, plot: QRectF, top: float, figures: tuple[float, ...], style: PaintStyle
) -> None:
    """Horizontal lines with their figures; ``top`` is in the unit of the axis."""
    tokens = style.tokens
    for tick in figures:
        y = plot.bottom() - plot.height() * tick / top
        line = tokens.line if tick else tokens.line_strong
        painter.fillRect(QRectF(plot.left(), round(y), plot.width(), 1), QColor(line))
        where = QPointF(plot.left() - style.px(7), y)
        paint_text(painter, f"{tick:,g}", where, style.caption, tokens.text2, _RIGHT)


def amount(n_bytes: float, words: TrialChartWords) -> str:
    """Bytes as a figure in the unit of the axis, without the unit."""
    return signed(n_bytes / words.unit_bytes, 2, plus=False)


def flat_pen(color: str, width: float) -> QPen:
    """Draws a line that ends where its phase ends."""
    pen = line_pen(color, width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen

"""Paints the average errors of other estimators as bars beside our own, with the cells each can express."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from gpuplanner.core.units import signed
from gpuplanner.render.painting import PaintStyle, line_pen, paint_text
from gpuplanner.report.accuracy_charts import BarKind, PeerBar

PlacedBars = list[tuple[QRectF, PeerBar]]

ROW_HEIGHT = 19
_LEAST_ROW, _BAR, _GAP, _CELLS_WIDTH, _VALUE_WIDTH, _MOST_NAME = 15, 11, 10, 64, 48, 0.42
_LONGEST = 0.80
"""Average error at which bars are cut off: beyond it they would press the others together."""


@dataclass(frozen=True)
class BarWords:
    """What a bar says: its name, and how many cells its error is of."""

    name: Callable[[PeerBar], str]
    cells: Callable[[PeerBar], str]


def paint_bars(
    painter: QPainter, rect: QRectF, bars: Sequence[PeerBar], words: BarWords, style: PaintStyle
) -> PlacedBars:
    """As many bars as the height allows, the first ones; returns the line that each one takes."""
    px, tokens = style.px, style.tokens
    height = min(max(rect.height() / max(len(bars), 1), px(_LEAST_ROW)), px(ROW_HEIGHT))
    shown = bars[: max(int((rect.height() + 0.5) // height), 0)]
    if not shown:
        return []
    widest = max(QFontMetricsF(style.table_strong).horizontalAdvance(words.name(bar)) for bar in shown)
    names = min(widest, _MOST_NAME * rect.width())
    left = rect.left() + names + px(_GAP)
    longest = min(max(bar.mape for bar in shown), _LONGEST) or 1.0
    per_share = (rect.right() - px(_CELLS_WIDTH + _VALUE_WIDTH) - left) / longest
    placed: PlacedBars = []
    for number, bar in enumerate(shown):
        line = QRectF(rect.left(), rect.top() + number * height, rect.width(), height)
        middle = line.center().y()
        ours = bar.kind is BarKind.OURS
        font = style.table_strong if ours else style.table
        where = QPointF(rect.left() + names, middle)
        color = tokens.ink if ours else tokens.text2
        paint_text(painter, words.name(bar), where, font, color, Qt.AlignmentFlag.AlignRight, names)
        end = left + min(bar.mape, longest) * per_share
        place = QRectF(left, middle - px(_BAR) / 2, max(end - left, 1), px(_BAR))
        painter.fillRect(place, QColor(tokens.accent if ours else tokens.others))
        if bar.mape > longest:
            _cut_off(painter, place, style)
        value = signed(100 * bar.mape, 1, plus=False)
        strong = style.table_strong if ours else style.table
        paint_text(painter, value, QPointF(end + px(6), middle), strong, tokens.ink)
        cells = QPointF(rect.right(), middle)
        paint_text(painter, words.cells(bar), cells, style.caption, tokens.text2, Qt.AlignmentFlag.AlignRight)
        placed.append((line, bar))
    return placed


def _cut_off(painter: QPainter, bar: QRectF, style: PaintStyle) -> None:
    """Two slashes through a bar that goes on."""
    painter.setPen(line_pen(style.tokens.surface, 2))
    for shift in (16.0, 11.0):
        x = bar.right() - style.px(shift)
        painter.drawLine(QPointF(x - 2, bar.bottom() + 1), QPointF(x + 2, bar.top() - 1))

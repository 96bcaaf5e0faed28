"""Where the monitor's plots stand in a row, their colours and type, and times and values as pixels."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPen

from gpuplanner.render.monitor_plots import SHARES, TimeWindow
from gpuplanner.render.tokens import Tokens

Floats = npt.NDArray[np.float64]

_SIDE, _LABELS, _FOOT = 16, 34, 10
_HEAD, _HEAD_LOW = 32, 24
LOW_HEIGHT = 100
"""Rows below this height use the small head."""
BAND = 0.18
"""How much of its colour a pale band or area has."""


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


@dataclass(frozen=True)
class PlotScale:
    """Times and values as pixels."""

    area: QRectF
    window: TimeWindow
    top: float

    def x(self, times: Floats) -> Floats:
        """Monotonic seconds as pixels."""
        span = max(self.window.span_s, 1e-9)
        return self.area.left() + (times - self.window.start_s) * (self.area.width() / span)

    def y(self, values: Floats) -> Floats:
        """Values of the plot's unit as pixels."""
        return self.area.bottom() - values * (self.area.height() / max(self.top, 1e-9))

    def x_of(self, time_s: float) -> float:
        """One time as a pixel."""
        span = max(self.window.span_s, 1e-9)
        return self.area.left() + (time_s - self.window.start_s) * self.area.width() / span

    def y_of(self, value: float) -> float:
        """One value as a pixel."""
        return self.area.bottom() - value * self.area.height() / max(self.top, 1e-9)


def plain_pen(color: QColor, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """A line of the design's width, in pixels of the user, with flat ends."""
    pen = QPen(color, width, style, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.BevelJoin)
    pen.setCosmetic(False)
    return pen

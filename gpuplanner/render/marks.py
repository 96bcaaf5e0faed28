"""Marks of measured points: the shape tells who measured, in charts, keys, tables and on paper alike."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen

from gpuplanner.core.benchmark import Origin
from gpuplanner.render.painting import mix
from gpuplanner.render.tokens import Tokens

MARK_SIZE = 9.0
_RIM, _OUTLINE = 1.2, 1.6


def mark_path(origin: Origin, *, oom: bool = False) -> QPainterPath:
    """The shape within −0.5…0.5: ● published, ◆ trial, □ dry run, ▲ entered, × out of memory."""
    path = QPainterPath()
    if oom:
        for sign in (-1, 1):
            path.moveTo(-0.42, -0.42 * sign)
            path.lineTo(0.42, 0.42 * sign)
    elif origin is Origin.TRIAL:
        _polygon(path, (0, -0.58), (0.58, 0), (0, 0.58), (-0.58, 0))
    elif origin is Origin.DRY_RUN:
        path.addRect(QRectF(-0.42, -0.42, 0.84, 0.84))
    elif origin is Origin.ENTERED:
        _polygon(path, (0, -0.52), (0.55, 0.45), (-0.55, 0.45))
    else:
        path.addEllipse(QRectF(-0.5, -0.5, 1, 1))
    return path


def mark_pen(origin: Origin, tokens: Tokens, *, oom: bool = False, pale: bool = False) -> QPen:
    """A rim in the colour of the ground, or the outline of a hollow mark."""
    hollow = oom or origin is Origin.DRY_RUN
    color = (tokens.text3 if pale else tokens.ink) if hollow else tokens.surface
    pen = QPen(QColor(color), _OUTLINE if hollow else _RIM)
    pen.setCosmetic(True)  # shapes are scaled up from one unit, their pens must not be
    return pen


def mark_brush(origin: Origin, tokens: Tokens, *, pale: bool = False) -> QBrush:
    """Measured is ink, mine is magenta, a dry run is hollow; ``pale``: measured with other settings."""
    if origin is Origin.DRY_RUN:
        return QBrush(QColor(tokens.surface))
    color = tokens.trial if origin is Origin.TRIAL else tokens.ink
    return QBrush(mix(color, tokens.surface, 0.5) if pale else QColor(color))


def paint_mark(
    painter: QPainter,
    origin: Origin,
    center: QPointF,
    size: float,
    tokens: Tokens,
    *,
    oom: bool = False,
    pale: bool = False,
) -> None:
    """Draw one mark about a point; ``pale``: of a plan with other settings."""
    painter.save()
    painter.translate(center)
    painter.scale(size, size)
    painter.setPen(mark_pen(origin, tokens, oom=oom, pale=pale))
    painter.setBrush(mark_brush(origin, tokens, pale=pale))
    painter.drawPath(mark_path(origin, oom=oom))
    painter.restore()


def _polygon(path: QPainterPath, *corners: tuple[float, float]) -> None:
    path.moveTo(*corners[0])
    for corner in corners[1:]:
        path.lineTo(*corner)
    path.closeSubpath()

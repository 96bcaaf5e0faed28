"""What painted charts share: colours and type, texts placed by one of their ends, ticks of length."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from gpuplanner.render.tokens import Tokens


@dataclass(frozen=True)
class PaintStyle:
    """Colours and type of a painted chart; ``scale`` multiplies every size of the design."""

    tokens: Tokens
    caption: QFont
    """Ticks and marks."""
    caption_strong: QFont
    table: QFont
    """Names beside bars."""
    table_strong: QFont
    scale: float = 1.0

    def px(self, size: float) -> float:
        """A size of the design."""
        return size * self.scale


def paint_text(
    painter: QPainter,
    text: str,
    where: QPointF,
    font: QFont,
    color: str,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    room: float = math.inf,
    base: QFont | None = None,
) -> QRectF:
    """Draw one line centred about the height ``where.y()``; returns the place that it takes.

    ``align`` says which end of the text is at ``where.x()``; beyond ``room`` it ends in "…".  ``base`` is
    the font of a text beside it, whose base line it shares.
    """
    if text_width(text, font) > room:
        text = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, room)
    rect = text_rect(text, where, font, align)
    baseline = where.y() + QFontMetricsF(base or font).capHeight() / 2
    draw_text(painter, text, QPointF(rect.left(), baseline), font, color)
    return rect


def draw_text(painter: QPainter, text: str, where: QPointF, font: QFont, color: str) -> None:
    """Draw one line from its base line on."""
    painter.setFont(font)
    painter.setPen(QColor(color))
    painter.drawText(where, text)


def text_width(text: str, font: QFont) -> float:
    """How wide a line is."""
    return QFontMetricsF(font).horizontalAdvance(text)


def text_rect(text: str, where: QPointF, font: QFont, align: Qt.AlignmentFlag) -> QRectF:
    """The place that `paint_text` takes."""
    metrics = QFontMetricsF(font)
    width = metrics.horizontalAdvance(text)
    left = where.x()
    if align == Qt.AlignmentFlag.AlignRight:
        left -= width
    elif align == Qt.AlignmentFlag.AlignHCenter:
        left -= width / 2
    return QRectF(left, where.y() - metrics.height() / 2, width, metrics.height())


def line_pen(color: QColor | str, width: float = 1.0) -> QPen:
    """A pen that keeps its width at any scale."""
    pen = QPen(QColor(color), width)
    pen.setCosmetic(True)
    return pen


def mix(over: str, under: str, share: float) -> QColor:
    """``share`` (0…1) of the first colour over the second, opaque: tints without alpha."""
    top, ground = QColor(over), QColor(under)
    return QColor(
        round(ground.red() + (top.red() - ground.red()) * share),
        round(ground.green() + (top.green() - ground.green()) * share),
        round(ground.blue() + (top.blue() - ground.blue()) * share),
    )


def tinted(color: str, share: float) -> QColor:
    """A colour that lets the ground through."""
    result = QColor(color)
    result.setAlphaF(share)
    return result


def length_ticks(first: int, last: int, most: int) -> list[int]:
    """Doublings between two lengths, at most ``most`` of them; the length itself where there is only one."""
    if first == last:
        return [first]
    powers = range(math.ceil(math.log2(first)), math.floor(math.log2(last)) + 1)
    if not powers:
        return [first, last]
    step = math.ceil(len(powers) / max(most, 1))
    return [2**power for power in powers[::step]]

"""Pieces of a page: how high each is and how it is painted; a block of a report becomes some of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from gpuplanner.core.estimate import Fits
from gpuplanner.core.units import signed
from gpuplanner.render.icon_paint import paint_icon
from gpuplanner.render.painting import draw_text, text_width
from gpuplanner.render.paper_text import Lines, line_height, paper_font
from gpuplanner.render.tokens import BOLD, LIGHT, MEDIUM, REGULAR, SEMIBOLD
from gpuplanner.report.blocks import (
    MARK_SIGNS,
    Bullets,
    Heading,
    Mark,
    Paragraph,
    PartsBlock,
    Signatures,
    Tone,
    VerdictBlock,
)
from gpuplanner.report.parts import PartFigure

Paint = Callable[[QPainter, float, float], None]
"""(painter, x, y): draw with the upper left corner there."""

INK = LIGHT
"""Paper is light whatever the screen is."""
_HEADING = {1: (24, SEMIBOLD, 0), 2: (18, SEMIBOLD, 2), 3: (14, SEMIBOLD, 8)}
ESTIMATED = MARK_SIGNS[Mark.ESTIMATED]
VERDICT_ICONS = {Fits.YES: "fits", Fits.TIGHT: "tight", Fits.NO: "no"}


@dataclass(frozen=True)
class Piece:
    """Something that is not cut: ``keep`` holds it together with what follows; ``head`` is painted again
    where a piece comes first on a page; ``links`` are (x, y, width, height, target) within it."""

    height: float
    paint: Paint
    space_before: float = 0.0
    keep: bool = False
    head: Piece | None = None
    links: tuple[tuple[float, float, float, float, str], ...] = field(default=())
    sign: str = ""
    """Where its figures come from, in the margin."""
    sign_baseline: float = 12.0
    stays: bool = False
    """It never stands alone on a page: the page before gives up air for it, or its last block."""


def tone_color(tone: Tone) -> str:
    """The ink of a tone."""
    return {
        Tone.PALE: INK.text2,
        Tone.PREDICTED: INK.accent,
        Tone.MINE: INK.trial,
        Tone.YES: INK.fits,
        Tone.TIGHT: INK.tight,
        Tone.NO: INK.no,
    }.get(tone, INK.ink)


def heading(block: Heading, width: float) -> list[Piece]:
    """A title, kept with what follows."""
    px, weight, before = _HEADING[block.level]
    lines = Lines(block.text, paper_font(px, weight), width, 4)
    return [Piece(lines.height, written(lines, width, INK.ink), before, keep=True)]


def paragraph(block: Paragraph, width: float) -> list[Piece]:
    """Running text."""
    lines = Lines(block.text, paper_font(13, MEDIUM if block.tone is Tone.STRONG else REGULAR), width, 60)
    return [Piece(lines.height, written(lines, width, tone_color(block.tone)), 4)]


def bullets(block: Bullets, width: float, px: float = 12) -> list[Piece]:
    """A head and its items, each uncut."""
    pieces = []
    if block.head:
        head = Lines(block.head, paper_font(13, SEMIBOLD), width, 2)
        pieces.append(Piece(head.height, written(head, width, INK.ink), 12, keep=True))
    for item in block.items:
        lines = Lines(item, paper_font(px), width - 16, 40)
        pieces.append(Piece(lines.height, _bullet(lines, width, px), 4))
    return pieces


def _bullet(lines: Lines, width: float, px: float) -> Paint:
    def paint(painter: QPainter, x: float, y: float) -> None:
        painter.setPen(QColor(INK.text3))
        painter.setBrush(QColor(INK.text3))
        painter.drawEllipse(QPointF(x + 4, y + line_height(paper_font(px)) / 2), 1.6, 1.6)
        lines.paint(painter, x + 16, y, width - 16, INK.ink, right=False)

    return paint


def written(lines: Lines, width: float, color: str) -> Paint:
    """Lines in one colour."""

    def paint(painter: QPainter, x: float, y: float) -> None:
        lines.paint(painter, x, y, width, color, right=False)

    return paint


def verdict(block: VerdictBlock, width: float) -> list[Piece]:
    """The coloured area with icon, word, reason, figure and range."""
    color, tint = INK.verdict(block.fits.value)
    figure_font, unit_font = paper_font(30, SEMIBOLD), paper_font(13)
    right_width = max(
        text_width(block.figure, figure_font) + 8 + text_width(block.unit, unit_font),
        text_width(block.range, unit_font),
    )
    reason = Lines(block.reason, paper_font(14), width - 60 - 32 - right_width, 4)
    height = 52 + max(reason.height, 20) + 8

    def paint(painter: QPainter, x: float, y: float) -> None:
        painter.fillRect(QRectF(x, y, width, height), QColor(tint))
        painter.fillRect(QRectF(x, y, 4, height), QColor(color))
        paint_icon(painter, VERDICT_ICONS[block.fits], color, QRectF(x + 18, y + 18, 28, 28))
        one_line(painter, block.word, x + 56, y + 42, 28, BOLD, color)
        reason.paint(painter, x + 56, y + 54, width, INK.ink, right=False)
        right = x + width - 16
        unit_left = right - text_width(block.unit, unit_font)
        one_line(painter, block.unit, unit_left, y + 42, 13, REGULAR, INK.text2)
        left = unit_left - 8 - text_width(block.figure, figure_font)
        one_line(painter, block.figure, left, y + 42, 30, SEMIBOLD, INK.ink)
        one_line(
            painter, block.range, right - text_width(block.range, unit_font), y + 68, 13, REGULAR, INK.text2
        )

    return [Piece(height, paint, 8, sign=ESTIMATED, sign_baseline=42)]


def parts(block: PartsBlock, width: float) -> list[Piece]:
    """Stacked bar, range and legend."""
    shown = list(zip(block.parts, block.names, strict=True))
    full = max(block.budget_bytes, 1.03 * block.high_bytes if block.high_bytes > block.budget_bytes else 1)
    scale = width / full

    def paint(painter: QPainter, x: float, y: float) -> None:
        color, _ = INK.verdict(block.fits.value)
        one_line(painter, block.share, x, y + 12, 12, SEMIBOLD, color)
        capacity = x + block.budget_bytes * scale
        card_left = max(min(capacity, x + width) - text_width(block.card, paper_font(12, SEMIBOLD)), x + 120)
        one_line(painter, block.card, card_left, y + 12, 12, SEMIBOLD, INK.ink)
        _bar(painter, block, QRectF(x, y + 20, width, 20), scale)
        painter.setPen(QPen(QColor(INK.ink), 1.5))
        painter.drawLine(QPointF(capacity - 0.75, y + 16), QPointF(capacity - 0.75, y + 44))
        painter.setPen(QPen(QColor(INK.accent), 1.5))
        low, high = x + block.low_bytes * scale, x + block.high_bytes * scale
        painter.drawLine(QPointF(low, y + 48), QPointF(high, y + 48))
        for end in (low, high):
            painter.drawLine(QPointF(end, y + 45), QPointF(end, y + 51))
        _legend(painter, shown, x, y + 62, width)

    return [Piece(62 + 36, paint, 6, sign=ESTIMATED)]


def _bar(painter: QPainter, block: PartsBlock, track: QRectF, scale: float) -> None:
    painter.save()
    rounded = QPainterPath()
    rounded.addRoundedRect(track, 3, 3)
    painter.setClipPath(rounded)
    painter.fillRect(track, QColor(INK.track))
    left = track.left()
    for part in block.parts:
        if part.bytes > 0:
            width = part.bytes * scale
            rect = QRectF(left, track.top(), max(width - 1, 1), track.height())
            painter.fillRect(rect, QColor(INK.part(part.name)))
            left += max(width, 2)
    painter.restore()


def _legend(
    painter: QPainter, shown: Sequence[tuple[PartFigure, str]], x: float, y: float, width: float
) -> None:
    column = (width + 24) / 4
    for i, (part, name) in enumerate(shown):
        left, top = x + (i % 4) * column, y + (i // 4) * 20
        painter.fillRect(QRectF(left, top + 3, 10, 10), QColor(INK.part(part.name)))
        one_line(painter, name, left + 16, top + 12, 12, REGULAR, INK.text2)
        value = signed(part.figure, 2, plus=False)
        right = left + column - 24
        one_line(
            painter, value, right - text_width(value, paper_font(12, MEDIUM)), top + 12, 12, MEDIUM, INK.ink
        )


def signatures(block: Signatures, width: float) -> list[Piece]:
    """Lines to sign on, kept together at the end."""
    n = len(block.labels)
    each = (width - 24 * (n - 1)) / n

    def paint(painter: QPainter, x: float, y: float) -> None:
        for i, label in enumerate(block.labels):
            left = x + i * (each + 24)
            painter.setPen(QPen(QColor(INK.ink), 1))
            painter.drawLine(QPointF(left, y + 28), QPointF(left + each, y + 28))
            one_line(painter, label, left, y + 43, 12, REGULAR, INK.text2)

    return [Piece(48, paint, 10, stays=True)]


def one_line(
    painter: QPainter, text: str, x: float, baseline: float, px: float, weight: int, color: str
) -> None:
    """Draw a text that is not broken, from its base line on."""
    draw_text(painter, text, QPointF(x, baseline), paper_font(px, weight), color)


def rule(painter: QPainter, x: float, y: float, width: float, color: str) -> None:
    """Draw a thin line to the right."""
    painter.setPen(QPen(QColor(color), 0.75))
    painter.drawLine(QPointF(x, y), QPointF(x + width, y))

"""Text on paper: fonts whose glyphs stay searchable in a PDF, and lines broken to a width."""

from __future__ import annotations

import re
from functools import lru_cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTextLayout, QTextOption

from gpuplanner.render.painting import text_width
from gpuplanner.render.tokens import REGULAR

FAMILIES = ("Inter", "Noto Sans CJK SC", "Microsoft YaHei UI", "PingFang SC")
_CALT = QFont.Tag("calt")
_SPACES = re.compile(r"[ \t\r\n\f\v\u2028\u2029]+")


@lru_cache(maxsize=64)
def paper_font(px: float, weight: int = REGULAR) -> QFont:
    """Inter at ``px`` of a 96-dpi page, Chinese from Noto.

    Neither contextual alternates nor tabular figures: a glyph that a feature put in has no character in
    the PDF, and "4,096" could not be found or copied (design.md §9, tried with pdftotext).
    """
    font = QFont()
    font.clearFeatures()  # in the window it is made like the application's font, whose figures are tabular
    font.setFamilies(list(FAMILIES))
    font.setPixelSize(max(round(px), 1))
    font.setWeight(QFont.Weight(weight))
    font.setFeature(_CALT, 0)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def line_height(font: QFont) -> float:
    """From one baseline to the next, with some air."""
    return float(round(QFontMetricsF(font).height() * 1.12))


class Lines:
    """A text broken to a width, at words where it can be; what is past ``most`` lines ends in "…"."""

    def __init__(self, text: str, font: QFont, width: float, most: int = 40) -> None:
        self._font = font
        self._step = line_height(font)
        # Line breaks of the text are kept as spaces: a cell is a paragraph.
        plain = _SPACES.sub(" ", text).strip(" ")
        self._lines = _broken(plain, font, max(width, 8.0), most)

    @property
    def height(self) -> float:
        """Of all lines."""
        return self._step * len(self._lines)

    @property
    def widest(self) -> float:
        """Width of the widest line."""
        return max((text_width(line, self._font) for line in self._lines), default=0.0)

    def paint(self, painter: QPainter, x: float, y: float, width: float, color: str, *, right: bool) -> None:
        """Draw the lines below ``y``, at the left or at the right of ``width``."""
        metrics = QFontMetricsF(self._font)
        painter.setFont(self._font)
        painter.setPen(QColor(color))
        baseline = y + (self._step - metrics.height()) / 2 + metrics.ascent()
        for line in self._lines:
            left = x + width - metrics.horizontalAdvance(line) if right else x
            painter.drawText(QPointF(left, baseline), line)
            baseline += self._step


def _broken(text: str, font: QFont, width: float, most: int) -> list[str]:
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    # Qt counts in UTF-16, where an emoji is two: cut there, not in Python's string.
    units = text.encode("utf-16-le")
    lines: list[str] = []
    end = 0
    layout.beginLayout()
    while len(lines) < most:
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(width)
        start, end = line.textStart(), line.textStart() + line.textLength()
        lines.append(units[2 * start : 2 * end].decode("utf-16-le", "replace").rstrip())
    layout.endLayout()
    if lines and 2 * end < len(units):
        lines[-1] = QFontMetricsF(font).elidedText(lines[-1] + "…  ", Qt.TextElideMode.ElideRight, width)
    return lines or [""]

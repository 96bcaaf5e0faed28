"""Keeps the words in a plot from standing on each other: whoever comes later goes one line lower."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF


class WordPlaces:
    """The places that are taken in one plot."""

    def __init__(self, area: QRectF, font: QFont) -> None:
        self._area, self._metrics = area, QFontMetricsF(font)
        self._taken: list[QRectF] = []

    def place(self, at: QPointF, text: str) -> QPointF | None:
        """Where the base line of a text begins: there, or as many lines below as are taken.

        None where the plot has no free line left.
        """
        height = self._metrics.height()
        width = self._metrics.horizontalAdvance(text) + 4
        where = QRectF(at.x(), at.y() - self._metrics.ascent(), width, height)
        while True:
            in_the_way = [taken for taken in self._taken if taken.intersects(where)]
            if not in_the_way:
                break
            where.moveTop(max(taken.bottom() for taken in in_the_way))
        if where.bottom() > self._area.bottom() + height / 2 and where.top() > at.y():
            return None
        self._taken.append(where)
        return QPointF(where.left(), where.top() + self._metrics.ascent())

"""The painted table of several ranks in the Trial page's left column."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent

from gpuplanner.render.painting import paint_text
from gpuplanner.ui.theme import CAPTION, MEDIUM, SEMIBOLD, TABLE, Theme
from gpuplanner.ui.trial.trial_lists import PaintedLines
from gpuplanner.ui.trial.trial_picture import RankLine

_ROW, _HEAD = 22, 22
_EDGES = (211, 140, 70, 0)
"""From the right edge to those of allocated, reserved, device and error."""
_RIGHT = Qt.AlignmentFlag.AlignRight


class RankTable(PaintedLines):
    """Rank, allocated, reserved, device, error; the fullest rank stands out where they differ."""

    def __init__(self, theme: Theme) -> None:
        self._lines: tuple[RankLine, ...] = ()
        self._heads: tuple[str, ...] = ("",) * 5
        super().__init__(theme, _ROW, _HEAD)

    @property
    def lines(self) -> tuple[RankLine, ...]:
        """What is shown."""
        return self._lines

    def show_lines(self, lines: Sequence[RankLine], heads: Sequence[str]) -> None:
        """Show other ranks."""
        if (tuple(lines), tuple(heads)) == (self._lines, self._heads):
            return
        self._lines, self._heads = tuple(lines), tuple(heads)
        self.setAccessibleName("; ".join(self._sentence(line) for line in self._lines))
        self._set_count(len(self._lines))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Heads, then one line for each rank."""
        if not self._lines:
            return
        tokens, px, font = self._theme.tokens, self._theme.px, self._theme.font
        painter = QPainter(self)
        edges = [self.width() - px(edge) for edge in _EDGES]
        y = px(_HEAD) / 2
        paint_text(painter, self._heads[0], QPointF(0, y), font(CAPTION), tokens.text2)
        for text, edge in zip(self._heads[1:], edges, strict=True):
            paint_text(painter, text, QPointF(edge, y), font(CAPTION), tokens.text2, _RIGHT)
        painter.fillRect(QRectF(0, px(_HEAD) - 1, self.width(), 1), QColor(tokens.line_strong))
        for place, line in enumerate(self._lines):
            y = px(_HEAD) + px(_ROW) * (place + 0.5)
            face = font(TABLE, SEMIBOLD if line.strong else MEDIUM)
            paint_text(painter, line.rank, QPointF(0, y), face, tokens.ink)
            texts = (line.allocated, line.reserved, line.device, line.error)
            colors = (tokens.trial, tokens.trial, tokens.trial, tokens.ink)
            for text, color, edge in zip(texts, colors, edges, strict=True):
                paint_text(painter, text, QPointF(edge, y), face, color, _RIGHT)
            bottom = px(_HEAD) + px(_ROW) * (place + 1) - 1
            painter.fillRect(QRectF(0, bottom, self.width(), 1), QColor(tokens.line))

    def _sentence(self, line: RankLine) -> str:
        cells = (line.rank, line.allocated, line.reserved, line.device, line.error)
        return ", ".join(f"{head} {cell}" for head, cell in zip(self._heads, cells, strict=True))

    def _tip(self, place: int) -> str:
        return self._lines[place].tip

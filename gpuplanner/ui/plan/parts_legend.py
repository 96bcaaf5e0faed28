"""The legend of the parts: swatch, name, figure; two lines of four, or as many as there is room for."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from gpuplanner.core.units import signed
from gpuplanner.render.painting import paint_text, text_width
from gpuplanner.report.parts import PartFigure
from gpuplanner.ui.plan.parts_widget import MARGIN, PartsFigures, PartsWidget
from gpuplanner.ui.theme import MEDIUM, TABLE, Theme

_RIGHT = Qt.AlignmentFlag.AlignRight

_HEIGHT, _COMPACT_HEIGHT, _LINE_HEIGHT, _SWATCH = 44, 22, 18, 9
_FOUR_FROM = 540
"""Width from which four parts stand beside each other with their names whole; below it two do."""


class PartsLegend(PartsWidget):
    """Lines of parts: swatch, name, figure."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self._is_compact = False
        super().__init__(theme, parent, _HEIGHT)
        self.setAccessibleName(self.tr("Parts of the estimate"))

    def show_parts(self, figures: PartsFigures, names: dict[str, str], unit: str) -> None:
        """Show an estimate."""
        self.keep(figures, names, unit)

    def set_compact(self, compact: bool) -> None:
        """One line with the parts that are not zero, or several with all of them."""
        self._is_compact = compact
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may take other lines."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        height = _HEIGHT if self._columns() == 4 else 2 * _HEIGHT
        self.set_height(_COMPACT_HEIGHT if self._is_compact else height)

    def _columns(self) -> int:
        return 4 if self.width() >= self._theme.px(_FOUR_FROM) else 2

    def part_rects(self) -> list[tuple[PartFigure, QRectF]]:
        """The cells, read along the lines."""
        if self._figures is None:
            return []
        px = self._theme.px
        if self._is_compact:
            return self._one_line([part for part in self._figures.parts if part.bytes])
        gap, columns = px(20), self._columns()
        width = (self.width() - 2 * px(MARGIN) + gap) / columns
        return [
            (
                part,
                QRectF(
                    px(MARGIN) + (i % columns) * width,
                    (i // columns) * px(_LINE_HEIGHT + 2),
                    width - gap,
                    px(_LINE_HEIGHT + 2),
                ),
            )
            for i, part in enumerate(self._figures.parts)
        ]

    def _one_line(self, parts: list[PartFigure]) -> list[tuple[PartFigure, QRectF]]:
        """Cells as wide as their texts, spread over the line; narrower in proportion where it is short."""
        px = self._theme.px
        font, value_font = self._theme.font(TABLE), self._theme.font(TABLE, MEDIUM)
        widths = [
            px(_SWATCH + 6 + 8)
            + text_width(self._names[part.name], font)
            + text_width(signed(part.figure, 2, plus=False), value_font)
            for part in parts
        ]
        room = self.width() - 2 * px(MARGIN)
        least = px(10)
        narrowed = min(1.0, (room - least * (len(parts) - 1)) / max(sum(widths), 1))
        gap = max((room - sum(widths)) / max(len(parts) - 1, 1), least)
        rects, left = [], float(px(MARGIN))
        for part, width in zip(parts, widths, strict=True):
            rects.append((part, QRectF(left, 0, width * narrowed, px(_LINE_HEIGHT))))
            left += width * narrowed + min(gap, px(40))
        return rects

    def paintEvent(self, _event: QPaintEvent) -> None:
        """All cells; a part of zero keeps its place, in text3."""
        painter = QPainter(self)
        px, tokens = self._theme.px, self._theme.tokens
        name_font, value_font = self._theme.font(TABLE), self._theme.font(TABLE, MEDIUM)
        for part, rect in self.part_rects():
            value = signed(part.figure, 2, plus=False) if part.bytes else "0"
            middle = rect.center().y()
            swatch = QRectF(rect.left(), round(middle - px(_SWATCH) / 2), px(_SWATCH), px(_SWATCH))
            painter.fillRect(swatch, QColor(tokens.part(part.name)))
            color, where = tokens.ink if part.bytes else tokens.text3, QPointF(rect.right(), middle)
            taken = paint_text(painter, value, where, value_font, color, _RIGHT, base=name_font)
            left = rect.left() + px(_SWATCH) + px(6)
            room = taken.left() - px(4) - left
            name = self._names[part.name]
            paint_text(painter, name, QPointF(left, middle), name_font, tokens.text2, room=room)

"""What bar and legend of the parts share: the figures, and a tip for each part."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gpuplanner.core.estimate import Fits
from gpuplanner.core.units import signed
from gpuplanner.report.parts import PartFigure
from gpuplanner.ui.theme import Theme

MARGIN = 16


@dataclass(frozen=True)
class PartsFigures:
    """One bar: parts in order, and bytes per GPU of the range and the budget."""

    parts: tuple[PartFigure, ...]
    low_bytes: float
    high_bytes: float
    budget_bytes: float
    fits: Fits


class PartsWidget(QWidget):
    """A widget with parts in rectangles, each explained by a tip, and at length after a click."""

    part_clicked = Signal(str)
    """Name of the part that is to be explained."""

    def __init__(self, theme: Theme, parent: QWidget | None, height: int) -> None:
        super().__init__(parent)
        self._theme = theme
        self._design_height = height
        self._figures: PartsFigures | None = None
        self._names: dict[str, str] = {}
        self._unit = ""
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._take_theme)
        self._take_theme()

    def sizeHint(self) -> QSize:
        """As high as the design says."""
        return QSize(self._theme.px(400), self._theme.px(self._design_height))

    def event(self, event: QEvent) -> bool:
        """Tips are asked for by place."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            part = self.part_at(QPointF(event.pos()))
            if part is None:
                QToolTip.hideText()
            else:
                tip = part_tip(part, self._names[part.name], self._unit, self.tr("Click for the numbers"))
                QToolTip.showText(event.globalPos(), tip, self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A part can be clicked."""
        over = self.part_at(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on a part asks for its terms."""
        part = self.part_at(event.position())
        if part is not None and event.button() == Qt.MouseButton.LeftButton:
            self.part_clicked.emit(part.name)

    def part_at(self, where: QPointF) -> PartFigure | None:
        """The part under a point."""
        return next((part for part, rect in self.part_rects() if rect.contains(where)), None)

    def part_rects(self) -> list[tuple[PartFigure, QRectF]]:
        """Where each part is drawn."""
        raise NotImplementedError

    def clear(self) -> None:
        """Show nothing."""
        self._figures = None
        self.setAccessibleDescription("")
        self.update()

    def keep(self, figures: PartsFigures, names: dict[str, str], unit: str) -> None:
        """Show other figures; ``names`` are the parts in words, ``unit`` is that of the figures."""
        self._figures, self._names, self._unit = figures, names, unit
        spoken = (f"{names[part.name]} {signed(part.figure, 2, plus=False)} {unit}" for part in figures.parts)
        self.setAccessibleDescription("; ".join(spoken))
        self.update()

    def set_height(self, height: int) -> None:
        """Take another height, in the design's pixels."""
        if height != self._design_height:
            self._design_height = height
            self._take_theme()

    def _take_theme(self) -> None:
        self.setFixedHeight(self._theme.px(self._design_height))
        self.update()


def part_tip(part: PartFigure, name: str, unit: str, hint: str = "") -> str:
    """The tip of a part: its figure, then each term with bytes, formula and source."""
    lines = [f"<b>{escape(name)}</b> {signed(part.figure, 2, plus=False)} {escape(unit)}"]
    share = part.figure / part.bytes if part.bytes else 0.0
    for term in part.terms:
        amount = signed(term.bytes * share, 2, plus=False)
        lines.append(
            f"{escape(term.name)} {amount}<br>&nbsp;&nbsp;{escape(term.formula)}"
            f"<br>&nbsp;&nbsp;<small>{escape(term.source)}</small>"
        )
    if hint:
        lines.append(f"<small>{escape(hint)}</small>")
    return "<p style='margin:0'>" + "</p><p style='margin:4px 0 0 0'>".join(lines) + "</p>"

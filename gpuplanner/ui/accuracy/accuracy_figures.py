"""The figures of the accuracy page: each large, with its name and the yardstick that it is read against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QFont, QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gpuplanner.render.icon_paint import paint_icon
from gpuplanner.render.painting import paint_text, text_width
from gpuplanner.ui.theme import CAPTION, MEDIUM, SEMIBOLD, TABLE, Theme

_HEIGHT, _NUMBER_LINE, _NAME_LINE, _YARDSTICK_LINE = 84, 26, 49, 67
_NUMBER, _ICON, _MARGIN, _GAP, _PALE = 21, 16, 16, 20, 0.6


@dataclass(frozen=True)
class BigFigure:
    """One figure; ``icon`` is ``fits`` or ``tight`` where it is as it should be or not."""

    number: str
    name: str
    yardstick: str
    icon: str = ""
    tip: str = ""


class AccuracyFigures(QWidget):
    """Figures side by side, in several lines where one has no room for their words.

    What is too long even so ends in "…" and is whole in the tip.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._figures: tuple[BigFigure, ...] = ()
        self._is_pale = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._take_theme)
        self._take_theme()

    @property
    def figures(self) -> tuple[BigFigure, ...]:
        """What is shown."""
        return self._figures

    def show_figures(self, figures: Sequence[BigFigure]) -> None:
        """Show other figures."""
        self._figures = tuple(figures)
        spoken = [f"{figure.number} {figure.name}, {figure.yardstick}" for figure in figures]
        self.setAccessibleName("; ".join(text.removesuffix(", ") for text in spoken))
        self._take_height()
        self.update()

    def set_pale(self, pale: bool) -> None:
        """Mark the figures as about to change."""
        self._is_pale = pale
        self.update()

    def sizeHint(self) -> QSize:
        """As high as its lines."""
        return QSize(self._theme.px(900), self._n_lines() * self._theme.px(_HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may take another number of lines."""
        super().resizeEvent(event)
        self._take_height()

    def event(self, event: QEvent) -> bool:
        """Tips by place."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            figure = self._figure_at(QPointF(event.pos()))
            if figure is not None:
                QToolTip.showText(event.globalPos(), _tip(figure), self)
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Numbers, names, yardsticks; a line below."""
        tokens, px = self._theme.tokens, self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(tokens.surface))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(tokens.line))
        painter.setOpacity(_PALE if self._is_pale else 1.0)
        number, name, small = self._fonts()
        for figure, place in zip(self._figures, self._places(), strict=True):
            left, top, width = place.left(), place.top(), place.width()
            where = QPointF(left, top + px(_NUMBER_LINE))
            taken = paint_text(painter, figure.number, where, number, tokens.ink, room=width)
            if figure.icon:
                size = px(_ICON)
                target = QRectF(taken.right() + px(10), where.y() - size / 2, size, size)
                paint_icon(painter, figure.icon, str(getattr(tokens, figure.icon)), target)
            where = QPointF(left, top + px(_NAME_LINE))
            paint_text(painter, figure.name, where, name, tokens.ink, room=width)
            where = QPointF(left, top + px(_YARDSTICK_LINE))
            paint_text(painter, figure.yardstick, where, small, tokens.text2, room=width)

    def _fonts(self) -> tuple[QFont, QFont, QFont]:
        font = self._theme.font
        return font(_NUMBER, SEMIBOLD), font(TABLE, MEDIUM), font(CAPTION)

    def _places(self) -> list[QRectF]:
        """Where each figure stands; in one line what is spare is shared, several have equal columns."""
        px, n_lines = self._theme.px, self._n_lines()
        per_line = -(-len(self._figures) // n_lines)
        if n_lines == 1:
            wanted = self._wanted()
            spare = (self._room(len(wanted)) - sum(wanted)) / max(len(wanted), 1)
            widths = [width + min(spare, px(90)) for width in wanted]
        else:
            widths = [self._room(per_line) / per_line] * len(self._figures)
        places, left = [], 0.0
        for number, width in enumerate(widths):
            if number % per_line == 0:
                left = float(px(_MARGIN))
            places.append(QRectF(left, number // per_line * px(_HEIGHT), width, px(_HEIGHT)))
            left += width + px(_GAP)
        return places

    def _n_lines(self) -> int:
        """As few as leave room for all words; two columns are left in any case."""
        wanted = self._wanted()
        n = len(wanted)
        if sum(wanted) <= self._room(n):
            return 1
        per_line = next((k for k in range(n - 1, 2, -1) if max(wanted) * k <= self._room(k)), 2)
        return -(-n // per_line)

    def _room(self, n: int) -> float:
        """Width for the words of ``n`` figures in a line."""
        return self.width() - 2 * self._theme.px(_MARGIN) - self._theme.px(_GAP) * (n - 1)

    def _wanted(self) -> list[float]:
        """Width of the words of each figure."""
        number, name, small = self._fonts()
        beside = self._theme.px(10 + _ICON)
        return [
            max(
                text_width(figure.number, number) + beside,
                text_width(figure.name, name),
                text_width(figure.yardstick, small),
            )
            + 1
            for figure in self._figures
        ]

    def _figure_at(self, at: QPointF) -> BigFigure | None:
        places = zip(self._figures, self._places(), strict=True)
        return next((figure for figure, place in places if place.contains(at)), None)

    def _take_height(self) -> None:
        height = self._n_lines() * self._theme.px(_HEIGHT)
        if height != self.height():
            self.setFixedHeight(height)

    def _take_theme(self) -> None:
        self._take_height()
        self.update()


def _tip(figure: BigFigure) -> str:
    return "\n".join(
        text for text in (f"{figure.number} {figure.name}", figure.yardstick, figure.tip) if text
    )

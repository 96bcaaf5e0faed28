"""The figures of the accuracy page: each large, with its name and the yardstick that it is read against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QFont, QHelpEvent, QPainter, QPaintEvent
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
    """Figures side by side; what is too long ends in "…" and is whole in the tip."""

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
        self.update()

    def set_pale(self, pale: bool) -> None:
        """Mark the figures as about to change."""
        self._is_pale = pale
        self.update()

    def sizeHint(self) -> QSize:
        """As high as the design says."""
        return QSize(self._theme.px(900), self._theme.px(_HEIGHT))

    def event(self, event: QEvent) -> bool:
        """Tips by place."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            figure = self._figure_at(event.pos().x())
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
        for figure, (left, width) in zip(self._figures, self._columns(), strict=True):
            where = QPointF(left, px(_NUMBER_LINE))
            taken = paint_text(painter, figure.number, where, number, tokens.ink, room=width)
            if figure.icon:
                size = px(_ICON)
                target = QRectF(taken.right() + px(10), px(_NUMBER_LINE) - size / 2, size, size)
                paint_icon(painter, figure.icon, str(getattr(tokens, figure.icon)), target)
            paint_text(painter, figure.name, QPointF(left, px(_NAME_LINE)), name, tokens.ink, room=width)
            where = QPointF(left, px(_YARDSTICK_LINE))
            paint_text(painter, figure.yardstick, where, small, tokens.text2, room=width)

    def _fonts(self) -> tuple[QFont, QFont, QFont]:
        font = self._theme.font
        return font(_NUMBER, SEMIBOLD), font(TABLE, MEDIUM), font(CAPTION)

    def _columns(self) -> list[tuple[float, float]]:
        """Left edge and width of each figure: what is spare is shared, what is missing too."""
        if not self._figures:
            return []
        px = self._theme.px
        number, name, small = self._fonts()
        wanted = [
            max(
                text_width(figure.number, number) + px(10 + _ICON),
                text_width(figure.name, name),
                text_width(figure.yardstick, small),
            )
            + 1
            for figure in self._figures
        ]
        room = self.width() - 2 * px(_MARGIN) - px(_GAP) * (len(wanted) - 1)
        if sum(wanted) <= room:
            spare = (room - sum(wanted)) / len(wanted)
            widths = [width + min(spare, px(90)) for width in wanted]
        else:
            widths = _shared(wanted, room)
        columns, left = [], float(px(_MARGIN))
        for width in widths:
            columns.append((left, width))
            left += width + px(_GAP)
        return columns

    def _figure_at(self, x: float) -> BigFigure | None:
        for figure, (left, width) in zip(self._figures, self._columns(), strict=True):
            if left <= x <= left + width:
                return figure
        return None

    def _take_theme(self) -> None:
        self.setFixedHeight(self._theme.px(_HEIGHT))
        self.update()


def _shared(wanted: list[float], room: float) -> list[float]:
    """Narrow columns keep what they need; the wide ones share what is left equally."""
    widths, open_columns = list(wanted), set(range(len(wanted)))
    while open_columns:
        share = (room - sum(widths[i] for i in range(len(wanted)) if i not in open_columns)) / len(
            open_columns
        )
        narrow = {i for i in open_columns if wanted[i] <= share}
        if not narrow:
            return [share if i in open_columns else width for i, width in enumerate(widths)]
        open_columns -= narrow
    return widths


def _tip(figure: BigFigure) -> str:
    return "\n".join(
        text for text in (f"{figure.number} {figure.name}", figure.yardstick, figure.tip) if text
    )

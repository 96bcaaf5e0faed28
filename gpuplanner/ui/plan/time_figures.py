"""Time of a step and of the whole run, energy and cost: a figure, its unit, and below it range or count."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpuplanner.render.painting import paint_text, text_width
from gpuplanner.ui.theme import CAPTION, SEMIBOLD, TABLE, Theme

HEIGHT, COMPACT_HEIGHT = 64, 26
_FIGURE, _FIGURE_LINE, _BELOW_LINE, _NOTE_LINE, _GAP = 19, 14, 35, 52, 16
_COMPACT_FIGURE = 14


@dataclass(frozen=True)
class Figure:
    """One figure with its unit and what stands below it."""

    number: str
    unit: str
    below: str


class TimeFigures(QWidget):
    """Up to four figures side by side, and one line that says what bounds the step."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._figures: tuple[Figure, ...] = ()
        self._note = ""
        self._compact = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._take_theme)
        self._take_theme()

    @property
    def figures(self) -> tuple[Figure, ...]:
        """What is shown."""
        return self._figures

    @property
    def note(self) -> str:
        """What bounds the step."""
        return self._note

    def show_figures(self, figures: tuple[Figure, ...], note: str) -> None:
        """Show other figures; none: the place stays empty."""
        self._figures, self._note = figures, note
        spoken = [f"{figure.number} {figure.unit} ({figure.below})" for figure in figures]
        self.setAccessibleName(", ".join([*spoken, *([note] if note else [])]))
        self.setToolTip(note)
        self.update()

    def set_compact(self, compact: bool) -> None:
        """Everything in one line, without what stands below the figures."""
        if compact != self._compact:
            self._compact = compact
            self._take_theme()

    def sizeHint(self) -> QSize:
        """As the design says."""
        return QSize(self._theme.px(300), self._theme.px(COMPACT_HEIGHT if self._compact else HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Figures in columns that end where the next begins."""
        tokens, px = self._theme.tokens, self._theme.px
        painter = QPainter(self)
        big = self._theme.font(_COMPACT_FIGURE if self._compact else _FIGURE, SEMIBOLD)
        unit, small = self._theme.font(TABLE), self._theme.font(CAPTION)
        line = self.height() / 2 if self._compact else px(_FIGURE_LINE)
        for figure, x in zip(self._figures, self._columns(big, unit, small), strict=True):
            end = paint_text(painter, figure.number, QPointF(x, line), big, tokens.ink).right()
            paint_text(painter, figure.unit, QPointF(end + px(4), line), unit, tokens.text2, base=big)
            if not self._compact:
                paint_text(painter, figure.below, QPointF(x, px(_BELOW_LINE)), small, tokens.text2)
        if not self._compact and self._note:
            where = QPointF(0, px(_NOTE_LINE))
            paint_text(painter, self._note, where, small, tokens.text2, room=self.width())

    def _columns(self, big: QFont, unit: QFont, small: QFont) -> list[float]:
        """Where each figure starts: what is spare is shared between them."""
        px = self._theme.px
        widths = []
        for figure in self._figures:
            above = text_width(figure.number, big) + px(4) + text_width(figure.unit, unit)
            widths.append(above if self._compact else max(above, text_width(figure.below, small)))
        gaps = max(len(widths) - 1, 1)
        spare = (self.width() - sum(widths)) / gaps
        gap = min(max(spare, px(6)), px(48))
        return [sum(widths[:i]) + gap * i for i in range(len(widths))]

    def _take_theme(self) -> None:
        self.setFixedHeight(self.sizeHint().height())
        self.update()

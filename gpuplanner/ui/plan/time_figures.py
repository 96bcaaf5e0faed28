"""Time of a step and of the whole run, energy and cost: a figure, its unit, and below it range or count."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpuplanner.render.painting import paint_text, text_width
from gpuplanner.ui.theme import CAPTION, SEMIBOLD, TABLE, Theme

HEIGHT, COMPACT_HEIGHT = 64, 26
_ASIDE_HEIGHT = 17
_FIGURE, _FIGURE_LINE, _BELOW_LINE, _NOTE_LINE, _LEAST_GAP = 19, 14, 35, 52, 6
_COMPACT_FIGURE = 14


@dataclass(frozen=True)
class Figure:
    """One figure with its unit and what stands below it."""

    number: str
    unit: str
    below: str
    tip: str = ""
    """What else is to be said of it, below the note in the tip of all figures."""
    short_unit: str = ""
    """The unit where there is no room for all of it; empty: the figure itself gives way."""
    aside: str = ""
    """What then stands in a line of its own, so that nothing is lost; empty: it never gives way."""


class TimeFigures(QWidget):
    """Up to four figures side by side, and one line that says what bounds the step.

    Where they are too wide together, money gives way: it goes into a line between the two.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._figures: tuple[Figure, ...] = ()
        self._note = ""
        self._compact = False
        self._shown: tuple[Figure, ...] = ()
        """The figures as there is room for them."""
        self._aside = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._take_theme)
        self._take_theme()

    @property
    def figures(self) -> tuple[Figure, ...]:
        """What is shown."""
        return self._figures

    @property
    def aside(self) -> str:
        """What has given way to the line of its own."""
        return self._aside

    @property
    def note(self) -> str:
        """What bounds the step."""
        return self._note

    def show_figures(self, figures: tuple[Figure, ...], note: str) -> None:
        """Show other figures; none: the place stays empty."""
        self._figures, self._note = figures, note
        spoken = [f"{figure.number} {figure.unit} ({figure.below})" for figure in figures]
        self.setAccessibleName(", ".join([*spoken, *([note] if note else [])]))
        tips = [figure.tip for figure in figures if figure.tip]
        self.setAccessibleDescription("\n".join(tips))
        self._arrange()

    def set_compact(self, compact: bool) -> None:
        """Everything in one line, without what stands below the figures."""
        if compact != self._compact:
            self._compact = compact
            self._take_theme()

    def sizeHint(self) -> QSize:
        """As the design says."""
        height = COMPACT_HEIGHT if self._compact else HEIGHT + (_ASIDE_HEIGHT if self._aside else 0)
        return QSize(self._theme.px(300), self._theme.px(height))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What has room depends on the width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._arrange()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Figures in columns that end where the next begins."""
        tokens, px = self._theme.tokens, self._theme.px
        painter = QPainter(self)
        big, unit, small = self._fonts()
        line = self.height() / 2 if self._compact else px(_FIGURE_LINE)
        for figure, x in zip(self._shown, self._columns(), strict=True):
            end = paint_text(painter, figure.number, QPointF(x, line), big, tokens.ink).right()
            paint_text(painter, figure.unit, QPointF(end + px(4), line), unit, tokens.text2, base=big)
            if not self._compact:
                paint_text(painter, figure.below, QPointF(x, px(_BELOW_LINE)), small, tokens.text2)
        if self._compact:
            return
        for i, text in enumerate(filter(None, (self._aside, self._note))):
            where = QPointF(0, px(_NOTE_LINE + i * _ASIDE_HEIGHT))
            paint_text(painter, text, where, small, tokens.text2, room=self.width())

    def _arrange(self) -> None:
        """Let money give way, figure by figure, until the rest has room."""
        self._shown, asides = self._figures, []
        for figure in self._figures:
            if sum(self._widths()) + (len(self._shown) - 1) * self._theme.px(_LEAST_GAP) <= self.width():
                break
            if figure.aside:
                asides.append(figure.aside)
                less = (replace(figure, unit=figure.short_unit),) if figure.short_unit else ()
                place = self._shown.index(figure)
                self._shown = (*self._shown[:place], *less, *self._shown[place + 1 :])
        aside = " · ".join(asides)
        self._aside = aside[:1].upper() + aside[1:]
        tips = (self._aside, self._note, *(figure.tip for figure in self._figures))
        self.setToolTip("\n".join(filter(None, tips)))
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    def _fonts(self) -> tuple[QFont, QFont, QFont]:
        """Of figures, units, and what stands below."""
        theme = self._theme
        big = theme.font(_COMPACT_FIGURE if self._compact else _FIGURE, SEMIBOLD)
        return big, theme.font(TABLE), theme.font(CAPTION)

    def _widths(self) -> list[float]:
        big, unit, small = self._fonts()
        widths = []
        for figure in self._shown:
            above = text_width(figure.number, big) + self._theme.px(4) + text_width(figure.unit, unit)
            widths.append(above if self._compact else max(above, text_width(figure.below, small)))
        return widths

    def _columns(self) -> list[float]:
        """Where each figure starts: what is spare is shared between them."""
        px, widths = self._theme.px, self._widths()
        gaps = max(len(widths) - 1, 1)
        spare = (self.width() - sum(widths)) / gaps
        gap = min(max(spare, px(_LEAST_GAP)), px(48))
        return [sum(widths[:i]) + gap * i for i in range(len(widths))]

    def _take_theme(self) -> None:
        self._arrange()

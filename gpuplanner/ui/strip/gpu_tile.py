"""One GPU of the strip, painted: over the whole width, as a compact tile, or as one low line."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from gpuplanner.core.units import NONE
from gpuplanner.render.icon_paint import paint_icon
from gpuplanner.ui.strip.tile_data import FitText, Tile
from gpuplanner.ui.strip.tile_paint import paint_history, paint_line, paint_memory_bar
from gpuplanner.ui.theme import CAPTION, SEMIBOLD, TABLE, TEXT, Theme

HEIGHT, LINE_HEIGHT = 76, 32
FULL_FROM = 860
"""Width of a tile that has room for everything side by side, in the design's pixels."""
LEAST_WIDTH, LEAST_LINE_WIDTH = 204, 200
_PLOT_FROM, _BOTH_FROM = 300, 520
_MARGIN, _PADDING, _GAP = 16, 12, 24
_IDENTITY, _FIGURE = 176, 86
_FIGURE_END = 40
"""Right of the figures: the margin, and the button that folds the strip."""
_FIRST, _SECOND, _THIRD = 19, 38, 57
_DOT, _SWATCH, _ICON = 6, 8, 14


class Form(Enum):
    """How much room a tile has."""

    TILE = "tile"
    LINE = "line"


class GpuTile(QAbstractButton):
    """Shows one `Tile`; a click chooses the card, the context menu belongs to the strip."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tile: Tile | None = None
        self._form = Form.TILE
        self._several = False
        self.setCheckable(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    @property
    def tile(self) -> Tile | None:
        """What is shown."""
        return self._tile

    def show_tile(self, tile: Tile, *, several: bool) -> None:
        """Show other figures; ``several``: there are other tiles to choose from."""
        self._tile, self._several = tile, several
        self.setAccessibleName(tile.text.sentence)
        self.setToolTip(tile.text.tip)
        self.update()

    def set_form(self, form: Form) -> None:
        """Take another height."""
        self._form = form
        self.setFixedHeight(self._theme.px(HEIGHT if form is Form.TILE else LINE_HEIGHT))
        self.update()

    def sizeHint(self) -> QSize:
        """Narrow; the strip gives what there is."""
        least = LEAST_WIDTH if self._form is Form.TILE else LEAST_LINE_WIDTH
        return QSize(self._theme.px(least), self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground, mark of the chosen card, and what there is room for."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, tokens = self._theme, self._theme.tokens
        hovered = self._several and self.underMouse()
        painter.fillRect(self.rect(), QColor(tokens.hover if hovered else tokens.surface))
        painter.fillRect(0, 0, self.width(), 1, QColor(tokens.line))
        if self._several:
            painter.fillRect(self.width() - 1, 0, 1, self.height(), QColor(tokens.line))
            if self.isChecked():
                painter.fillRect(0, 0, self.width() - 1, max(2, theme.px(2)), QColor(tokens.accent))
        if self._tile is not None:
            full = self.width() >= theme.px(FULL_FROM)
            if self._form is Form.LINE:
                self._paint_low(painter, self._tile, full)
            elif full:
                self._paint_full(painter, self._tile)
            else:
                self._paint_compact(painter, self._tile)
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), tokens.focus_width))
            painter.drawRect(QRectF(self.rect()).adjusted(1.5, 2.5, -2.5, -1.5))

    # The three forms -------------------------------------------------------------------------

    def _paint_full(self, painter: QPainter, tile: Tile) -> None:
        px, tokens, text = self._theme.px, self._theme.tokens, tile.text
        caption = self._theme.font(CAPTION)
        left, room = float(px(_MARGIN)), float(px(_IDENTITY))
        self._paint_name(painter, tile, left, px(_FIRST), room, TEXT)
        paint_line(painter, text.facts, left, px(_SECOND), room, caption, tokens.text2)
        self._paint_live(painter, tile, left, px(_THIRD), room)
        figures = self.width() - px(_FIGURE_END) - 3 * px(_FIGURE)
        left += room + px(_GAP)
        middle = figures - px(_GAP) - left
        # Where both have no room, the verdict for now is worth more than the history.
        memory = 0.52 * middle if middle >= px(_BOTH_FROM) else middle
        self._paint_memory(painter, tile, left, memory)
        plot = QRectF(left + memory + px(_GAP), px(29), middle - memory - px(_GAP), px(32))
        self._paint_plot(painter, tile, plot, titled=True)
        for number, figure in enumerate(text.figures):
            x = figures + number * px(_FIGURE)
            width = px(_FIGURE) - px(4) + (px(16) if number == 2 else 0)
            paint_line(painter, figure.label, x, px(_FIRST), width, caption, tokens.text2)
            value = NONE if text.problem else figure.value
            font = self._theme.font(TEXT, SEMIBOLD)
            paint_line(painter, value, x, px(_SECOND), width, font, tokens.ink)
            if not text.problem:
                color = tokens.tight if figure.warning else tokens.text2
                paint_line(painter, figure.note, x, px(_THIRD), width, caption, color)

    def _paint_compact(self, painter: QPainter, tile: Tile) -> None:
        px, tokens, text = self._theme.px, self._theme.tokens, tile.text
        caption = self._theme.font(CAPTION)
        left = float(px(_PADDING))
        room = self.width() - left - px(_PADDING if self._several else _FIGURE_END)
        if self.width() >= px(_PLOT_FROM) and not text.problem:
            width = 0.29 * room
            plot = QRectF(left + room - width, px(12), width, px(54))
            self._paint_plot(painter, tile, plot, titled=False)
            room -= width + px(_PADDING)
        free = QFontMetricsF(self._theme.font(TABLE, SEMIBOLD)).horizontalAdvance(text.free)
        self._paint_name(painter, tile, left, px(15), room - free - px(8), TABLE)
        bold = self._theme.font(TABLE, SEMIBOLD)
        paint_line(painter, text.free, left, px(15), room, bold, tokens.ink, right=True)
        if text.problem:
            self._paint_problem(painter, tile, left, px(32), (px(48), px(62)), room)
            return
        paint_memory_bar(painter, self._theme, QRectF(left, px(25), room, px(9)), text.use, text.peak)
        line = " · ".join(figure.value for figure in text.figures if figure.value != NONE)
        taken = paint_line(painter, line, left, px(46), room, caption, tokens.text2)
        warning = next((figure.note for figure in text.figures if figure.warning), "")
        aside, color = (text.live, tokens.ink) if not text.fresh else (warning, tokens.tight)
        beside = room - taken - px(8)
        paint_line(painter, aside, left + room - beside, px(46), beside, caption, color, right=True)
        if self.isChecked() and text.fit is not None and text.fit.lines:
            self._paint_fit(painter, text.fit, left, px(62), room, right=False)
        else:
            self._paint_legend(painter, tile, left, px(62), room)

    def _paint_low(self, painter: QPainter, tile: Tile, full: bool) -> None:
        px, tokens, text = self._theme.px, self._theme.tokens, tile.text
        middle, caption = self.height() / 2, self._theme.font(CAPTION)
        left = float(px(_MARGIN if full else _PADDING))
        end = float(self.width() - px(_PADDING if self._several else _FIGURE_END))
        self._paint_dot(painter, tile, left, middle)
        left += px(_DOT + 6)
        name = px(_IDENTITY) if full else px(44)
        self._paint_name(painter, tile, left, middle, name, TABLE)
        left += name + px(8)
        if text.problem:
            self._paint_problem(painter, tile, left, middle, (), end - left)
            return
        bold = self._theme.font(TABLE, SEMIBOLD)
        if not full:
            free = QFontMetricsF(bold).horizontalAdvance(text.free)
            paint_line(painter, text.free, left, middle, end - left, bold, tokens.ink, right=True)
            if self.isChecked() and text.fit is not None and text.fit.fits:
                size = px(_ICON)
                free += size + px(6)
                self._paint_verdict(painter, text.fit.fits, end - free, middle)
            bar = QRectF(left, middle - px(4), end - left - free - px(10), px(8))
            if bar.width() > px(16):
                paint_memory_bar(painter, self._theme, bar, text.use, text.peak)
            return
        bar = QRectF(left, middle - px(4), px(180), px(8))
        paint_memory_bar(painter, self._theme, bar, text.use, text.peak)
        left = bar.right() + px(12)
        left += paint_line(painter, text.free, left, middle, end - left, bold, tokens.ink) + px(8)
        left += paint_line(painter, text.used, left, middle, end - left, caption, tokens.text2) + px(16)
        line = " · ".join(figure.value for figure in text.figures if figure.value != NONE)
        if not text.fresh:
            line = text.live
        left += paint_line(painter, line, left, middle, end - left, caption, tokens.text2) + px(16)
        if text.fit is not None:
            self._paint_fit(painter, text.fit, left, middle, end - left, right=True)

    # Their parts -----------------------------------------------------------------------------

    def _paint_name(
        self, painter: QPainter, tile: Tile, left: float, middle: float, room: float, size: int
    ) -> None:
        theme, text = self._theme, tile.text
        color = theme.tokens.text3 if text.problem else theme.tokens.ink
        taken = paint_line(painter, text.title, left, middle, room, theme.font(size, SEMIBOLD), color)
        taken += theme.px(8)
        font = theme.font(TABLE if size == TEXT else CAPTION)
        if room - taken > theme.px(24):
            paint_line(painter, text.name, left + taken, middle, room - taken, font, theme.tokens.text2)

    def _paint_live(self, painter: QPainter, tile: Tile, left: float, middle: float, room: float) -> None:
        if tile.text.problem:
            return
        self._paint_dot(painter, tile, left, middle)
        at, color = left + self._theme.px(_DOT + 6), self._theme.tokens.text2
        paint_line(painter, tile.text.live, at, middle, room, self._theme.font(CAPTION), color)

    def _paint_dot(self, painter: QPainter, tile: Tile, left: float, middle: float) -> None:
        """Full while the reading is fresh, hollow when it is old."""
        theme = self._theme
        radius = theme.px(_DOT) / 2
        center = QPointF(left + radius, middle)
        fresh = tile.text.fresh and not tile.text.problem
        color = QColor(theme.tokens.ink if fresh else theme.tokens.text3)
        painter.setPen(QPen(color, 1.2))
        painter.setBrush(color if fresh else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(center, radius - 0.5, radius - 0.5)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_memory(self, painter: QPainter, tile: Tile, left: float, room: float) -> None:
        px, tokens, text = self._theme.px, self._theme.tokens, tile.text
        if text.problem:
            self._paint_problem(painter, tile, left, px(_FIRST), (px(_SECOND), px(_THIRD)), room)
            return
        if text.use is None:
            paint_line(painter, text.used, left, px(_FIRST), room, self._theme.font(TABLE), tokens.text2)
            return
        bold = self._theme.font(TEXT, SEMIBOLD)
        taken = paint_line(painter, text.free, left, px(_FIRST), room, bold, tokens.ink) + px(12)
        font = self._theme.font(TABLE)
        paint_line(painter, text.used, left + taken, px(_FIRST), room - taken, font, tokens.text2, right=True)
        bar = QRectF(left, px(31), room, px(12))
        paint_memory_bar(painter, self._theme, bar, text.use, text.peak)
        taken = self._paint_legend(painter, tile, left, px(_THIRD), room)
        if text.fit is not None:
            beside = room - taken - px(12)
            self._paint_fit(painter, text.fit, left + room - beside, px(_THIRD), beside, right=True)

    def _paint_problem(
        self,
        painter: QPainter,
        tile: Tile,
        left: float,
        first: float,
        below: tuple[float, ...],
        room: float,
    ) -> None:
        px, tokens, text = self._theme.px, self._theme.tokens, tile.text
        size, start = self._theme.px(_ICON), left
        color = tokens.no if text.faulty else tokens.text2
        if text.faulty:
            paint_icon(painter, "no", color, QRectF(left, first - size / 2, size, size))
            left += size + px(6)
        font = self._theme.font(TABLE, SEMIBOLD)
        taken = paint_line(painter, text.problem, left, first, room - (left - start), font, color)
        caption = self._theme.font(CAPTION)
        if not below:
            left += taken + px(12)
            paint_line(painter, " ".join(text.notes), left, first, start + room - left, caption, tokens.text2)
        for note, middle in zip(text.notes, below, strict=False):
            paint_line(painter, note, start, middle, room, caption, tokens.text2)

    def _paint_legend(self, painter: QPainter, tile: Tile, left: float, middle: float, room: float) -> float:
        px, caption, start = self._theme.px, self._theme.font(CAPTION), left
        metrics = QFontMetricsF(caption)
        for token, words in tile.text.legend:
            need = px(_SWATCH + 5) + metrics.horizontalAdvance(words)
            if left - start + need > room:
                break
            swatch = QRectF(left, middle - px(_SWATCH) / 2, px(_SWATCH), px(_SWATCH))
            painter.fillRect(swatch, self._theme.color(token))
            at = left + px(_SWATCH + 5)
            paint_line(painter, words, at, middle, need, caption, self._theme.tokens.text2)
            left += need + px(14)
        return left - start

    def _paint_fit(
        self, painter: QPainter, fit: FitText, left: float, middle: float, room: float, *, right: bool
    ) -> None:
        """The verdict for now with its icon, in the longest words that have room."""
        px, font = self._theme.px, self._theme.font(CAPTION, SEMIBOLD if fit.fits else 400)
        size = px(_ICON) if fit.fits else 0
        gap = px(5) if fit.fits else 0
        metrics = QFontMetricsF(font)
        fitting = (line for line in fit.lines if metrics.horizontalAdvance(line) <= room - size - gap)
        line = next(fitting, "")
        if not line and fit.fits:
            return
        line = line or (fit.lines[-1] if fit.lines else "")
        color = self._theme.tokens.verdict(fit.fits)[0] if fit.fits else self._theme.tokens.text2
        width = min(metrics.horizontalAdvance(line), room - size - gap)
        at = left + room - width - size - gap if right else left
        if fit.fits:
            self._paint_verdict(painter, fit.fits, at, middle)
        paint_line(painter, line, at + size + gap, middle, width + 1, font, color)

    def _paint_verdict(self, painter: QPainter, fits: str, left: float, middle: float) -> None:
        size = self._theme.px(_ICON)
        color, _ = self._theme.tokens.verdict(fits)
        name = "fits" if fits == "yes" else fits
        paint_icon(painter, name, color, QRectF(left, middle - size / 2, size, size))

    def _paint_plot(self, painter: QPainter, tile: Tile, rect: QRectF, *, titled: bool) -> None:
        px, tokens, text = self._theme.px, self._theme.tokens, tile.text
        caption = self._theme.font(CAPTION)
        if rect.width() < px(60):
            return
        if titled:
            title = self.tr("Memory, last 5 min")
            taken = paint_line(painter, title, rect.left(), px(_FIRST), rect.width(), caption, tokens.text2)
            beside = rect.width() - taken - px(12)
            if text.peak and QFontMetricsF(caption).horizontalAdvance(text.peak.label) <= beside:
                at = rect.left() + taken + px(12)
                label = text.peak.label
                paint_line(painter, label, at, px(_FIRST), beside, caption, tokens.accent, right=True)
        capacity = text.use.total if text.use else tile.capacity
        paint_history(painter, self._theme, rect, tile.history, capacity, text.peak, bool(text.problem))

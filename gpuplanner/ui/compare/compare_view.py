"""Two plans side by side, painted: verdicts, what each changed setting explains, the peaks by part."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpuplanner.core.estimate import Fits
from gpuplanner.render.icon_paint import paint_icon
from gpuplanner.render.painting import paint_text
from gpuplanner.ui.compare.compare_words import ComparisonText, PartText, SettingText, SideText
from gpuplanner.ui.theme import BOLD, CAPTION, FIGURE, MEDIUM, SEMIBOLD, TABLE, TEXT, Theme

_MARGIN, _GAP, _CARD, _STRIPE = 16, 12, 96, 4
_ROW, _HEAD, _SECTION = 24, 30, 16
_BAR, _SWATCH, _NUMBER, _SHARE_BAR = 14, 9, 92, 72
_ICONS = {Fits.YES: "fits", Fits.TIGHT: "tight", Fits.NO: "no"}


class CompareView(QWidget):
    """Paints one `ComparisonText`; as high as its rows need."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._text: ComparisonText | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._take_theme)

    @property
    def text(self) -> ComparisonText | None:
        """What is shown."""
        return self._text

    def show_comparison(self, text: ComparisonText, sentence: str) -> None:
        """Show another comparison."""
        self._text = text
        self.setAccessibleName(sentence)
        self._take_theme()

    def sizeHint(self) -> QSize:
        """As wide as the window likes, as high as the rows."""
        return QSize(self._theme.px(560), self._height())

    def minimumSizeHint(self) -> QSize:
        """Narrower, names are elided."""
        return QSize(self._theme.px(440), self._height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Cards, settings, bars, parts."""
        if self._text is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        px, text = self._theme.px, self._text
        width = (self.width() - 2 * px(_MARGIN) - px(_GAP)) / 2
        for i, side in enumerate(text.sides):
            left = px(_MARGIN) + i * (width + px(_GAP))
            self._paint_card(painter, side, QRectF(left, px(_MARGIN), width, px(_CARD)))
        y = float(px(_MARGIN + _CARD + _SECTION))
        y = self._paint_settings(painter, text, y)
        y += px(_SECTION)
        y = self._paint_bars(painter, text, y)
        self._paint_parts(painter, text, y)

    # Cards -----------------------------------------------------------------------------------

    def _paint_card(self, painter: QPainter, side: SideText, card: QRectF) -> None:
        px, tokens, theme = self._theme.px, self._theme.tokens, self._theme
        color, tint = tokens.verdict(side.fits.value)
        painter.fillRect(card, QColor(tint))
        painter.fillRect(QRectF(card.left(), card.top(), px(_STRIPE), card.height()), QColor(color))
        if tokens.frames:
            painter.setPen(QColor(color))
            painter.drawRect(card.adjusted(0.5, 0.5, -0.5, -0.5))
        left, right = card.left() + px(_STRIPE + 10), card.right() - px(10)
        strong, small = theme.font(TEXT, SEMIBOLD), theme.font(CAPTION)
        y = card.top() + px(15)
        end = left + self._line(painter, side.letter, left, y, strong, tokens.ink)
        plan = QFontMetricsF(small).elidedText(side.plan, Qt.TextElideMode.ElideRight, right - end - px(8))
        self._line(painter, plan, end + px(8), y, small, tokens.text2)
        y = card.top() + px(42)
        icon = px(20)
        paint_icon(painter, _ICONS[side.fits], color, QRectF(left, y - icon / 2, icon, icon))
        end = left + icon + px(8)
        end += self._line(painter, side.word, end, y, theme.font(FIGURE, BOLD), color) + px(8)
        row = QFontMetricsF(small).elidedText(side.row, Qt.TextElideMode.ElideRight, right - end)
        self._line(painter, row, end, y, small, tokens.text2)
        y = card.top() + px(66)
        self._line(painter, side.figure, left, y, theme.font(TEXT, SEMIBOLD), tokens.ink)
        self._line(painter, side.step, right, y, theme.font(TEXT, MEDIUM), tokens.ink, align_right=True)
        y = card.top() + px(83)
        self._line(painter, side.range, left, y, small, tokens.text2)
        self._line(painter, side.role, right, y, small, tokens.text2, align_right=True)

    # Settings --------------------------------------------------------------------------------

    def _paint_settings(self, painter: QPainter, text: ComparisonText, y: float) -> float:
        px, tokens, theme = self._theme.px, self._theme.tokens, self._theme
        if text.settings:
            self._paint_head(painter, text.heads, y, len(text.total))
            y += px(_HEAD)
            for setting in text.settings:
                y = self._paint_setting(painter, setting, text, y)
            font = theme.font(TABLE, SEMIBOLD)
            middle = y + px(_ROW) / 2
            self._line(painter, "B − A", px(_MARGIN), middle, font, tokens.ink)
            self._figures(painter, text.total, middle, font, tokens.ink)
            y += px(_ROW)
        if text.note:
            font = theme.font(TABLE)
            room = self.width() - 2 * px(_MARGIN)
            note = QFontMetricsF(font).elidedText(text.note, Qt.TextElideMode.ElideRight, room)
            self._line(painter, note, px(_MARGIN), y + px(_ROW) / 2, font, tokens.text2)
            y += px(_ROW)
        return y

    def _paint_setting(
        self, painter: QPainter, setting: SettingText, text: ComparisonText, y: float
    ) -> float:
        px, tokens, theme = self._theme.px, self._theme.tokens, self._theme
        name_font, value_font = theme.font(TABLE), theme.font(TABLE, MEDIUM)
        left, room_right = float(px(_MARGIN)), self._figures_left(len(setting.figures)) - px(_SHARE_BAR + 12)
        for i, (field, change) in enumerate(setting.lines):
            middle = y + (i + 0.5) * px(_ROW)
            end = left + self._line(painter, field, left, middle, name_font, tokens.text2)
            value = QFontMetricsF(value_font).elidedText(
                change, Qt.TextElideMode.ElideMiddle, room_right - end - px(8)
            )
            self._line(painter, value, end + px(8), middle, value_font, tokens.ink)
        middle = y + px(_ROW) / 2
        self._paint_share(painter, setting.bytes, text.largest_bytes, len(setting.figures), middle)
        muted = tokens.text3 if not setting.bytes else tokens.ink
        self._figures(painter, setting.figures, middle, value_font, muted)
        y += px(_ROW) * len(setting.lines)
        painter.fillRect(QRectF(left, y - 1, self.width() - 2 * left, 1), QColor(tokens.line))
        return y

    def _paint_share(
        self, painter: QPainter, n_bytes: int, largest: int, n_figures: int, middle: float
    ) -> None:
        """A bar about a middle line: to the left what B needs less, to the right what it needs more."""
        px, tokens = self._theme.px, self._theme.tokens
        centre = round(self._figures_left(n_figures) - px(_SHARE_BAR) / 2 - px(4)) + 0.0
        height = px(9)
        painter.fillRect(QRectF(centre, middle - height / 2 - 2, 1, height + 4), QColor(tokens.line_strong))
        if largest and n_bytes:
            length = max(1.0, abs(n_bytes) / largest * px(_SHARE_BAR) / 2)
            x = centre + 1 if n_bytes > 0 else centre - length
            painter.fillRect(QRectF(x, middle - height / 2, length, height), QColor(tokens.accent))

    # Parts -----------------------------------------------------------------------------------

    def _paint_bars(self, painter: QPainter, text: ComparisonText, y: float) -> float:
        """Both peaks as stacked bars on one scale."""
        px, tokens = self._theme.px, self._theme.tokens
        totals = [sum(n_bytes for _, n_bytes in side.parts) for side in text.sides]
        left = px(_MARGIN + 18)
        scale = (self.width() - left - px(_MARGIN)) / max(*totals, 1)
        for side in text.sides:
            font = self._theme.font(TABLE, SEMIBOLD)
            self._line(painter, side.letter, px(_MARGIN), y + px(_BAR) / 2, font, tokens.ink)
            track = QRectF(left, y, self.width() - left - px(_MARGIN), px(_BAR))
            rounded = QPainterPath()
            rounded.addRoundedRect(track, 3, 3)
            painter.save()
            painter.setClipPath(rounded)
            painter.fillRect(track, QColor(tokens.track))
            x = float(left)
            for name, n_bytes in side.parts:
                if n_bytes > 0:
                    width = n_bytes * scale
                    painter.fillRect(QRectF(x, y, max(width - 1, 1), px(_BAR)), QColor(tokens.part(name)))
                    x += width
            painter.restore()
            y += px(_BAR + 6)
        return y

    def _paint_parts(self, painter: QPainter, text: ComparisonText, y: float) -> None:
        px = self._theme.px
        self._paint_head(painter, text.part_heads, y, 3)
        y += px(_HEAD)
        for part in text.parts:
            self._paint_part(painter, part, y + px(_ROW) / 2)
            y += px(_ROW)

    def _paint_part(self, painter: QPainter, part: PartText, middle: float) -> None:
        px, tokens, theme = self._theme.px, self._theme.tokens, self._theme
        left = float(px(_MARGIN))
        total = not part.name
        if total:
            line = QColor(tokens.line_strong)
            painter.fillRect(QRectF(left, middle - px(_ROW) / 2, self.width() - 2 * left, 1), line)
        else:
            size = px(_SWATCH)
            painter.fillRect(
                QRectF(left, round(middle - size / 2), size, size), QColor(tokens.part(part.name))
            )
        font = theme.font(TABLE, SEMIBOLD if total else MEDIUM)
        label_left = left if total else left + px(_SWATCH + 6)
        label_font = font if total else theme.font(TABLE)
        self._line(painter, part.label, label_left, middle, label_font, tokens.ink if total else tokens.text2)
        self._figures(painter, (part.a, part.b, part.difference), middle, font, tokens.ink)

    # What all of them draw with --------------------------------------------------------------

    def _paint_head(self, painter: QPainter, heads: tuple[str, ...], y: float, n_figures: int) -> None:
        px, tokens = self._theme.px, self._theme.tokens
        font, small = self._theme.font(TABLE, SEMIBOLD), self._theme.font(CAPTION)
        middle = y + px(_HEAD) / 2
        self._line(painter, heads[0], px(_MARGIN), middle, font, tokens.ink)
        self._figures(painter, heads[1 : 1 + n_figures], middle, small, tokens.text2)
        bottom = QRectF(px(_MARGIN), y + px(_HEAD) - 1, self.width() - 2 * px(_MARGIN), 1)
        painter.fillRect(bottom, QColor(tokens.line_strong))

    def _figures_left(self, n: int) -> float:
        return self.width() - self._theme.px(_MARGIN) - n * self._theme.px(_NUMBER)

    def _figures(
        self, painter: QPainter, figures: tuple[str, ...], middle: float, font: QFont, color: str
    ) -> None:
        """Right-aligned columns at the right edge."""
        px = self._theme.px
        for i, figure in enumerate(figures):
            right = self._figures_left(len(figures)) + (i + 1) * px(_NUMBER)
            self._line(painter, figure, right, middle, font, color, align_right=True)

    def _line(
        self,
        painter: QPainter,
        text: str,
        x: float,
        middle: float,
        font: QFont,
        color: str,
        *,
        align_right: bool = False,
    ) -> float:
        """A text about a height; returns its width."""
        align = Qt.AlignmentFlag.AlignRight if align_right else Qt.AlignmentFlag.AlignLeft
        return paint_text(painter, text, QPointF(x, middle), font, color, align).width()

    def _height(self) -> int:
        px, text = self._theme.px, self._text
        if text is None:
            return px(2 * _MARGIN + _CARD)
        height = _MARGIN + _CARD + _SECTION
        if text.settings:
            lines = sum(len(setting.lines) for setting in text.settings)
            height += _HEAD + (lines + 1) * _ROW
        if text.note:
            height += _ROW
        height += _SECTION + 2 * (_BAR + 6) + _HEAD + len(text.parts) * _ROW + _MARGIN
        return px(height)

    def _take_theme(self) -> None:
        self.setFixedHeight(self._height())
        self.updateGeometry()
        self.update()

"""The verdict: icon, word and reason at the left, figure and range at the right, painted on its tint."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpuplanner.core.estimate import Fits
from gpuplanner.render.icon_paint import paint_icon
from gpuplanner.render.painting import paint_text, text_width
from gpuplanner.ui.plan.verdict_words import VerdictText
from gpuplanner.ui.theme import BOLD, SEMIBOLD, TABLE, TEXT, VERDICT, Theme

_RIGHT = Qt.AlignmentFlag.AlignRight

HEIGHT = 88
_STRIPE, _ICON, _ICON_LEFT, _TEXT_LEFT, _MARGIN, _GAP = 4, 28, 18, 56, 16, 16
_WORD_LINE, _REASON_LINE = 33, 64
_RANGE_LINE_OF_TWO, _TOTAL_LINE = 55, 72
_HINTED_WORD_LINE, _HINTED_REASON_LINE, _HINT_LINE = 27, 54, 72
_EXTRA_LINE = 22
_SMALLEST_SHARE = 0.55
_ICONS = {Fits.YES: "fits", Fits.TIGHT: "tight", Fits.NO: "no"}
_PALE = 0.6


@dataclass(frozen=True)
class _Layout:
    """What fits at the present width."""

    share: float
    """Factor on the size of the word and the figure: 1 unless the widget is very narrow."""
    reason: str
    own_line: bool
    """The reason stands under everything, over the whole width."""
    probability: bool
    complete: bool


class VerdictBanner(QWidget):
    """Paints one `VerdictText`, never elided: a narrow banner takes a shorter reason, or another line."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._text = VerdictText("", ("",), "", "", "", "", "", "")
        self._fits: Fits | None = None
        self._pale = False
        self._hint = ""
        self._laid_out = _Layout(1.0, "", False, False, True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._lay_out()
        theme.changed.connect(self._lay_out)

    @property
    def text(self) -> VerdictText:
        """What is shown."""
        return self._text

    @property
    def fits(self) -> Fits | None:
        """The verdict shown; None: no estimate."""
        return self._fits

    @property
    def shown_reason(self) -> str:
        """The reason that fits the width."""
        return self._laid_out.reason

    @property
    def is_complete(self) -> bool:
        """Whether word, figure and reason all have room as they are drawn."""
        return self._laid_out.complete

    def show_verdict(self, text: VerdictText, fits: Fits, *, pale: bool = False, tip: str = "") -> None:
        """Show a verdict; ``pale``: it is not of the fields as they stand."""
        self._show(text, fits, pale, tip)

    def show_no_estimate(self, word: str, reason: str, hint: str) -> None:
        """Say in grey that there is no estimate, why, and what to enter."""
        hint = _sentence(hint)
        spoken = f"{word}. {reason}. {hint}".strip()
        self._hint = hint
        self._show(VerdictText(word, (f"{reason}.",), "", "", "", "", "", spoken), None, False, spoken)

    def sizeHint(self) -> QSize:
        """As wide as a usual panel."""
        return QSize(self._theme.px(560), self._height())

    def minimumSizeHint(self) -> QSize:
        """Any width: what does not fit moves to another line."""
        return QSize(self._theme.px(240), self._height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose again what fits."""
        super().resizeEvent(event)
        self._lay_out()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground, stripe, icon, word, reason; figure, range, total."""
        tokens, px = self._theme.tokens, self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color, ground = (
            (tokens.text2, tokens.header) if self._fits is None else tokens.verdict(self._fits.value)
        )
        painter.fillRect(self.rect(), QColor(ground))
        painter.fillRect(0, 0, px(_STRIPE), self.height(), QColor(color))
        if tokens.frames:
            painter.setPen(QPen(QColor(color), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        if self._fits is not None:
            target = QRectF(px(_ICON_LEFT), px(_WORD_LINE) - px(_ICON) / 2, px(_ICON), px(_ICON))
            paint_icon(painter, _ICONS[self._fits], color, target)
        self._paint_left(painter, color)
        if self._pale:
            painter.setOpacity(_PALE)
        self._paint_right(painter)

    def _paint_left(self, painter: QPainter, color: str) -> None:
        tokens, px, layout = self._theme.tokens, self._theme.px, self._laid_out
        left = px(_TEXT_LEFT if self._fits is not None else _MARGIN + _STRIPE)
        word_font = self._scaled(VERDICT, BOLD)
        hinted = self._fits is None and bool(self._hint) and not layout.own_line
        word_line = px(_HINTED_WORD_LINE if hinted else _WORD_LINE)
        end = paint_text(painter, self._text.word, QPointF(left, word_line), word_font, color).right()
        if layout.probability:
            where, font = QPointF(end + px(12), px(_WORD_LINE)), self._theme.font(TEXT)
            paint_text(painter, self._text.probability, where, font, tokens.text2, base=word_font)
        if hinted:
            self._paint_hint(painter, left)
            return
        line = px(_REASON_LINE) if not layout.own_line else px(HEIGHT) - px(4)
        if layout.own_line:
            left = px(_MARGIN + _STRIPE)
        paint_text(painter, layout.reason, QPointF(left, line), self._theme.font(TEXT), tokens.ink)

    def _paint_hint(self, painter: QPainter, left: float) -> None:
        """Reason and hint on two lines; the hint is also at its field, so it may be elided."""
        tokens, px, font = self._theme.tokens, self._theme.px, self._theme.font(TABLE)
        reason = QPointF(left, px(_HINTED_REASON_LINE))
        paint_text(painter, self._laid_out.reason, reason, self._theme.font(TEXT), tokens.ink)
        room = self.width() - left - px(_MARGIN)
        hint = QPointF(left, px(_HINT_LINE))
        paint_text(painter, self._hint, hint, font, tokens.text2, room=room)

    def _paint_right(self, painter: QPainter) -> None:
        tokens, px, text = self._theme.tokens, self._theme.px, self._text
        if not text.figure:
            return
        right = self.width() - px(_MARGIN)
        unit_font, figure_font = self._theme.font(TEXT), self._scaled(VERDICT, SEMIBOLD)
        line = px(_WORD_LINE) if not text.total else px(_WORD_LINE) - px(6)
        where = QPointF(right, line)
        unit = paint_text(painter, text.unit, where, unit_font, tokens.text2, _RIGHT, base=figure_font)
        where = QPointF(unit.left() - px(8), line)
        paint_text(painter, text.figure, where, figure_font, tokens.ink, _RIGHT)
        range_line = px(_RANGE_LINE_OF_TWO if text.total else _REASON_LINE)
        paint_text(painter, text.range, QPointF(right, range_line), unit_font, tokens.text2, _RIGHT)
        if text.total:
            where = QPointF(right, px(_TOTAL_LINE))
            paint_text(painter, text.total, where, self._theme.font(TABLE), tokens.text2, _RIGHT)

    def _show(self, text: VerdictText, fits: Fits | None, pale: bool, tip: str) -> None:
        if (text, fits, pale) != (self._text, self._fits, self._pale):
            self._text, self._fits, self._pale = text, fits, pale
            self.setAccessibleName(text.sentence)
            self._lay_out()
        self.setToolTip(tip)

    def _lay_out(self) -> None:
        px, text = self._theme.px, self._text
        left = px(_TEXT_LEFT)
        inner = self.width() - left - px(_MARGIN) - px(_GAP)
        figure = text_width(text.figure, self._theme.font(VERDICT, SEMIBOLD)) + px(8)
        unit = text_width(text.unit, self._theme.font(TEXT)) if text.unit else 0.0
        word = text_width(text.word, self._theme.font(VERDICT, BOLD))
        share = min(1.0, max((inner - unit) / max(word + figure, 1.0), _SMALLEST_SHARE))
        small = self._theme.font(TEXT)
        range_width = max(text_width(text.range, small), text_width(text.total, self._theme.font(TABLE)))
        beside = inner - range_width if text.figure else inner + px(_GAP)
        own_line = text_width(text.reasons[-1], small) > beside
        room = self.width() - 2 * px(_MARGIN) - px(_STRIPE) if own_line else beside
        reason = next((r for r in text.reasons if text_width(r, small) <= room), text.reasons[-1])
        probability = word + px(12) + text_width(text.probability, small) + figure + unit <= inner
        complete = share * (word + figure) + unit <= inner and text_width(reason, small) <= room
        self._laid_out = _Layout(share, reason, own_line, bool(text.probability) and probability, complete)
        if self.height() != self._height():
            self.setFixedHeight(self._height())
        self.update()

    def _height(self) -> int:
        return self._theme.px(HEIGHT + (_EXTRA_LINE if self._laid_out.own_line else 0))

    def _scaled(self, size: int, weight: int) -> QFont:
        font = QFont(self._theme.font(size, weight))
        font.setPixelSize(max(1, int(font.pixelSize() * self._laid_out.share)))
        return font


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "." if text else ""

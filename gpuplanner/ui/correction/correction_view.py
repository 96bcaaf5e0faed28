"""The painted part of the preview: the plan's range before and after, and the errors of rows left out."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpuplanner.render.marks import MARK_SIZE, paint_mark
from gpuplanner.render.painting import paint_text
from gpuplanner.ui.correction.correction_words import CorrectionText, RowText, SideText
from gpuplanner.ui.theme import CAPTION, MEDIUM, SEMIBOLD, TABLE, TEXT, TITLE, Theme

_SIDE_ROW, _ROW, _HEAD, _GAP, _LINE = 30, 24, 24, 14, 20
_LABEL, _FIGURES, _BAR = 52, 130, 12
_COLUMN = 76
_RIGHT = Qt.AlignmentFlag.AlignRight


class CorrectionView(QWidget):
    """Shows the text that it is given; as high as that."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._text: CorrectionText | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._take_theme)

    @property
    def text(self) -> CorrectionText | None:
        """What is shown."""
        return self._text

    def show_text(self, text: CorrectionText) -> None:
        """Show a preview."""
        self._text = text
        self.setAccessibleName(text.sentence())
        self._take_theme()

    def sizeHint(self) -> QSize:
        """Wide enough for the rows, as high as the text."""
        return QSize(self._theme.px(560), self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrapped lines take more or fewer rows."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._take_theme()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """All of it, top down."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._flow(painter)

    def _take_theme(self) -> None:
        self.setFixedHeight(max(1, round(self._flow(None))))
        self.update()

    def _flow(self, painter: QPainter | None) -> float:
        """Paint from the top down, or only measure; returns the height."""
        text = self._text
        if text is None:
            return 0
        px = self._theme.px
        y = 0.0
        if text.sides:
            y = self._head(painter, y, text.plan, text.unit)
            for place, side in enumerate(text.sides):
                if painter is not None:
                    self._paint_side(painter, y, side, place == 1)
                y += px(_SIDE_ROW)
            if painter is not None:
                self._paint_limit(painter, y)
                font, ink = self._theme.font(TABLE), self._theme.tokens.text2
                paint_text(painter, text.time, QPointF(0, y + px(_LINE) / 2), font, ink)
            y += px(_LINE) + px(_GAP)
        y = self._head(painter, y, text.rows_head, "")
        y = self._rows(painter, y, text) if text.rows else self._wrapped(painter, y, text.no_rows)
        if text.notes:
            y += px(_GAP) / 2
        for note in text.notes:
            y = self._wrapped(painter, y, note)
        return y

    def _head(self, painter: QPainter | None, y: float, title: str, unit: str) -> float:
        px, tokens = self._theme.px, self._theme.tokens
        if painter is not None:
            middle = y + px(_HEAD) / 2 - px(2)
            room = self.width() - px(90) if unit else self.width()
            strong = self._theme.font(TEXT, SEMIBOLD)
            paint_text(painter, title, QPointF(0, middle), strong, tokens.ink, room=room)
            small = self._theme.font(CAPTION)
            paint_text(painter, unit, QPointF(self.width(), middle), small, tokens.text2, _RIGHT)
        return y + px(_HEAD)

    # The plan's range --------------------------------------------------------------------------

    def _x(self, n_bytes: float) -> float:
        """Where an amount of memory lies: the ends of both ranges, with air, fill the width."""
        assert self._text is not None
        sides = self._text.sides
        low, high = min(side.low for side in sides), max(side.high for side in sides)
        limit = self._text.limit
        if limit is not None and low < limit < high + (high - low):
            high = max(high, limit)
        air = 0.06 * (high - low)
        left, right = self._theme.px(_LABEL), self.width() - self._theme.px(_FIGURES)
        return left + (n_bytes - low + air) / max(high - low + 2 * air, 1) * (right - left)

    def _paint_side(self, painter: QPainter, y: float, side: SideText, after: bool) -> None:
        px, tokens = self._theme.px, self._theme.tokens
        middle = y + px(_SIDE_ROW) / 2
        color = tokens.accent if after else tokens.others
        label = self._theme.font(TABLE, MEDIUM if after else 400)
        paint_text(painter, side.label, QPointF(0, middle), label, tokens.ink if after else tokens.text2)
        left, right, at = self._x(side.low), self._x(side.high), self._x(side.central)
        bar = QRectF(left, middle - px(_BAR) / 2, right - left, px(_BAR))
        band = QColor(color)
        band.setAlphaF(0.30)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(band)
        painter.drawRoundedRect(bar, px(3), px(3))
        painter.setPen(QPen(QColor(color), 2))
        painter.drawLine(QPointF(at, bar.top() - px(3)), QPointF(at, bar.bottom() + px(3)))
        figure = self._theme.font(TITLE, SEMIBOLD)
        middle_column = self.width() - px(82)
        paint_text(
            painter,
            side.figure,
            QPointF(middle_column, middle),
            figure,
            tokens.accent if after else tokens.text2,
            _RIGHT,
        )
        small = self._theme.font(TABLE)
        paint_text(painter, side.range, QPointF(self.width(), middle), small, tokens.text2, _RIGHT)

    def _paint_limit(self, painter: QPainter, bottom: float) -> None:
        """The budget as a line across both bars, where it is near."""
        text, px, tokens = self._text, self._theme.px, self._theme.tokens
        assert text is not None
        if text.limit is None:
            return
        x = self._x(text.limit)
        if not px(_LABEL) <= x <= self.width() - px(_FIGURES) + 1:
            return
        top = bottom - 2 * px(_SIDE_ROW)
        painter.setPen(QPen(QColor(tokens.ink), 1.5))
        painter.drawLine(QPointF(x, top), QPointF(x, bottom))
        font = self._theme.font(CAPTION)
        paint_text(painter, text.limit_text, QPointF(x, bottom + px(_LINE) / 2), font, tokens.ink, _RIGHT)

    # Rows left out -------------------------------------------------------------------------------

    def _rows(self, painter: QPainter | None, y: float, text: CorrectionText) -> float:
        px, tokens = self._theme.px, self._theme.tokens
        small = self._theme.font(CAPTION)
        if painter is not None:
            heads = (text.unit, self.tr("error before"), self.tr("after"))
            for place, head in enumerate(heads):
                x = self.width() - (2 - place) * px(_COLUMN)
                middle = QPointF(x, y - px(_HEAD) / 2 - px(2))
                paint_text(painter, head, middle, small, tokens.text2, _RIGHT)
            painter.setPen(QPen(QColor(tokens.line_strong), 1))
            painter.drawLine(QPointF(0, y - 0.5), QPointF(self.width(), y - 0.5))
        for row in text.rows:
            if painter is not None:
                self._paint_row(painter, y, row, strong=False)
            y += px(_ROW)
        if text.mean is not None:
            if painter is not None:
                painter.setPen(QPen(QColor(tokens.line), 1))
                painter.drawLine(QPointF(0, y - 0.5), QPointF(self.width(), y - 0.5))
                self._paint_row(painter, y, text.mean, strong=True)
            y += px(_ROW)
        return y

    def _paint_row(self, painter: QPainter, y: float, row: RowText, *, strong: bool) -> None:
        px, tokens = self._theme.px, self._theme.tokens
        middle = y + px(_ROW) / 2
        if row.origin is not None:
            center = QPointF(px(6), middle)
            paint_mark(painter, row.origin, center, MARK_SIZE * self._theme.scale, tokens)
        font = self._theme.font(TABLE, SEMIBOLD if strong else 400)
        left = 0 if strong else px(58)
        paint_text(painter, row.number, QPointF(px(46), middle), font, tokens.text2, _RIGHT)
        room = self.width() - 3 * px(_COLUMN) - left + px(10)
        paint_text(painter, row.label, QPointF(left, middle), font, tokens.ink, room=room)
        cells = (
            (row.measured, tokens.ink),
            (row.before, tokens.text2),
            (row.after, tokens.accent),
        )
        for place, (cell, color) in enumerate(cells):
            x = self.width() - (2 - place) * px(_COLUMN)
            paint_text(painter, cell, QPointF(x, middle), font, color, _RIGHT)

    def _wrapped(self, painter: QPainter | None, y: float, text: str) -> float:
        """A sentence over as many lines as it needs."""
        font, px = self._theme.font(TABLE), self._theme.px
        flags = int(Qt.TextFlag.TextWordWrap)
        room = QRectF(0, 0, max(self.width(), px(200)), 1e6)
        height = QFontMetricsF(font).boundingRect(room, flags, text).height()
        if painter is not None:
            painter.setFont(font)
            painter.setPen(QColor(self._theme.tokens.text2))
            painter.drawText(QRectF(0, y + px(2), room.width(), height), flags, text)
        return y + height + px(6)

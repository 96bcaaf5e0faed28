"""The left of a card's row: which card, how much is free, what holds the rest, and what is the matter."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QHelpEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from gpuplanner.render.icon_paint import paint_icon
from gpuplanner.render.painting import mix
from gpuplanner.ui.monitor.monitor_card_view import CardView
from gpuplanner.ui.theme import BOLD, CAPTION, FIGURE, MEDIUM, SEMIBOLD, TABLE, TEXT, TITLE, Theme
from gpuplanner.ui.widgets.buttons import button

PANEL_WIDTH, NARROW_PANEL = 300, 232
_SIDE = 16
_LOW = 100


class CardPanel(QWidget):
    """Painted; the chevron that opens the details is a real button."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._view: CardView | None = None
        self._badge_rect = QRectF()
        self.details = button(theme, "", icon="chevron-down", flat=True)
        self.details.setParent(self)
        self.details.setCheckable(True)
        self.details.setToolTip(self.tr("Clocks, P-state, fan, energy, ECC, PCIe, MIG"))
        self.details.setAccessibleName(self.tr("Details"))
        theme.changed.connect(self._take_theme)
        self._take_theme()

    def show_card(self, view: CardView) -> None:
        """Show other figures."""
        before, self._view = self._view, view
        if before is None or _shown(before) != _shown(view):
            self.setAccessibleName(view.sentence)
            self.details.setAccessibleName(self.tr("Details of {card}").format(card=view.title))
            self.update()

    def event(self, event: QEvent) -> bool:
        """Tips by place: the badge, else the whole card."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self._view is not None:
            over_badge = self._badge_rect.contains(QPointF(event.pos()))
            tip = self._view.badge_tip if over_badge else self._tip(self._view)
            QToolTip.showText(event.globalPos(), tip, self)
            return True
        return super().event(event)

    def resizeEvent(self, _event: object) -> None:
        """The chevron stays in the corner; in a low row beside the bar."""
        px = self._theme.px
        size = px(24)
        low = self.height() < px(_LOW)
        self.details.setFixedSize(size, px(20) if low else size)
        top = px(39) if low else self.height() - size - px(4)
        self.details.move(self.width() - px(_SIDE) - size + px(4), top)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Name and badge, then figures or what is the matter."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(self._theme.tokens.surface))
        view = self._view
        if view is None:
            return
        low = self.height() < self._theme.px(_LOW)
        self._paint_name(painter, view, low)
        if view.trouble or view.trouble_lines:
            self._paint_trouble(painter, view, low)
        else:
            self._paint_memory(painter, view, low)

    # --- name ------------------------------------------------------------------------------------------

    def _paint_name(self, painter: QPainter, view: CardView, low: bool) -> None:
        theme, tokens, px = self._theme, self._theme.tokens, self._theme.px
        base, left = px(17 if low else 25), float(px(_SIDE))
        right = self._paint_badge(painter, view, base)
        title_font = theme.font(TEXT if low else TITLE, SEMIBOLD)
        painter.setFont(title_font)
        painter.setPen(QColor(tokens.text3 if view.is_fault else tokens.ink))
        painter.drawText(QPointF(left, base), view.title)
        left += QFontMetricsF(title_font).horizontalAdvance(view.title) + px(8)
        font = theme.font(TABLE)
        name = QFontMetricsF(font).elidedText(view.name, Qt.TextElideMode.ElideRight, right - left)
        painter.setFont(font)
        painter.setPen(QColor(tokens.text3 if view.is_fault else tokens.text2))
        painter.drawText(QPointF(left, base), name)

    def _paint_badge(self, painter: QPainter, view: CardView, base: float) -> float:
        """Returns where it begins."""
        theme, tokens, px = self._theme, self._theme.tokens, self._theme.px
        end = float(self.width() - px(_SIDE))
        self._badge_rect = QRectF()
        if not view.badge:
            return end
        font = theme.font(CAPTION, SEMIBOLD)
        metrics = QFontMetricsF(font)
        icon = px(12)
        width = metrics.horizontalAdvance(view.badge) + icon + px(4 + 2 * 6)
        height = px(18)
        rect = QRectF(end - width, base - metrics.capHeight() / 2 - height / 2, width, height)
        self._badge_rect = rect
        color = tokens.tight if view.badge_warns else tokens.text2
        ground = tokens.tight_tint if view.badge_warns else tokens.hover
        painter.setPen(QPen(QColor(color), 1) if tokens.frames else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(rect, 4, 4)
        where = QRectF(rect.left() + px(6), rect.center().y() - icon / 2, icon, icon)
        paint_icon(painter, "tight" if view.badge_warns else "chevron-down", color, where)
        painter.setFont(font)
        painter.setPen(QColor(color))
        painter.drawText(
            QPointF(where.right() + px(4), rect.center().y() + metrics.capHeight() / 2), view.badge
        )
        return rect.left() - px(8)

    # --- figures ---------------------------------------------------------------------------------------

    def _paint_memory(self, painter: QPainter, view: CardView, low: bool) -> None:
        theme, tokens, px = self._theme, self._theme.tokens, self._theme.px
        left, right = float(px(_SIDE)), float(self.width() - px(_SIDE))
        base = px(38 if low else 54)
        if view.memory_note:
            self._paint_lines(painter, (view.memory_note,), QRectF(left, base - px(13), right - left, px(48)))
            if not low:
                self._paint_foot(painter, view, px(100))
            return
        figure = theme.font(TITLE if low else FIGURE, BOLD)
        painter.setFont(figure)
        painter.setPen(QColor(tokens.text3 if view.is_old else tokens.ink))
        painter.drawText(QPointF(left, base), view.free)
        after = left + QFontMetricsF(figure).horizontalAdvance(view.free) + px(6)
        plain = theme.font(TABLE)
        painter.setFont(plain)
        painter.setPen(QColor(tokens.text2))
        painter.drawText(QPointF(after, base), self.tr("{unit} free").format(unit=view.unit))
        painter.drawText(
            QPointF(right - QFontMetricsF(plain).horizontalAdvance(view.total), base), view.total
        )
        bar = QRectF(
            left, px(44 if low else 63), right - left - (px(26) if low else 0), px(10 if low else 13)
        )
        self._paint_bar(painter, view, bar)
        if low:
            self._paint_legend(painter, view, px(66), right)
        else:
            self._paint_legend(painter, view, px(92), right)
            self._paint_foot(painter, view, px(112))

    def _paint_bar(self, painter: QPainter, view: CardView, bar: QRectF) -> None:
        tokens, px = self._theme.tokens, self._theme.px
        rounded = QPainterPath()
        rounded.addRoundedRect(bar, 3, 3)
        painter.save()
        painter.setClipPath(rounded)
        painter.fillRect(bar, QColor(tokens.track))
        x = bar.left()
        for part in view.parts:
            width = part.share * bar.width()
            rect = QRectF(x, bar.top(), max(width - 1, 1 if part.share else 0), bar.height())
            painter.fillRect(rect, _part_brush(part.token, self._theme))
            if part.token == "trial":
                painter.fillRect(QRectF(rect.left(), bar.bottom() - 2, rect.width(), 2), QColor(tokens.trial))
            x += width
        painter.restore()
        if view.expected_share is not None:
            at = bar.left() + min(view.expected_share, 1.0) * bar.width()
            painter.fillRect(
                QRectF(round(at) - 1, bar.top() - px(3), 2, bar.height() + px(6)), QColor(tokens.accent)
            )

    def _paint_legend(self, painter: QPainter, view: CardView, base: float, right: float) -> None:
        tokens, px = self._theme.tokens, self._theme.px
        painter.setFont(self._theme.font(CAPTION))
        metrics = QFontMetricsF(painter.font())
        x = float(px(_SIDE))
        for part in view.parts:
            width = metrics.horizontalAdvance(part.text)
            if x + px(13) + width > right:
                break
            square = QRectF(x, base - metrics.capHeight() / 2 - px(4), px(8), px(8))
            painter.fillRect(square, _part_brush(part.token, self._theme))
            painter.setPen(QColor(tokens.text2))
            painter.drawText(QPointF(x + px(13), base), part.text)
            x += px(13) + width + px(10)

    def _paint_foot(self, painter: QPainter, view: CardView, base: float) -> None:
        px = self._theme.px
        if base + px(6) > self.height():
            return
        font = self._theme.font(CAPTION)
        painter.setFont(font)
        painter.setPen(QColor(self._theme.tokens.text2))
        room = self.width() - px(2 * _SIDE + 24)
        text = QFontMetricsF(font).elidedText(view.foot, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QPointF(px(_SIDE), base), text)

    # --- trouble ---------------------------------------------------------------------------------------

    def _paint_trouble(self, painter: QPainter, view: CardView, low: bool) -> None:
        theme, tokens, px = self._theme, self._theme.tokens, self._theme.px
        left, right = float(px(_SIDE)), float(self.width() - px(_SIDE))
        base = px(36 if low else 47) if view.trouble else px(22 if low else 32)
        if view.trouble:
            color = tokens.no if view.is_fault else tokens.text2
            icon = px(14)
            font = theme.font(TABLE, SEMIBOLD if view.is_fault else MEDIUM)
            metrics = QFontMetricsF(font)
            middle = base - metrics.capHeight() / 2
            where = QRectF(left, middle - icon / 2, icon, icon)
            paint_icon(painter, "no" if view.is_fault else "note", color, where)
            painter.setFont(font)
            painter.setPen(QColor(color))
            text_left = left + icon + px(6)
            text = metrics.elidedText(view.trouble, Qt.TextElideMode.ElideRight, right - text_left)
            painter.drawText(QPointF(text_left, base), text)
        top = base + px(5)
        lines = view.trouble_lines[:1] if low and view.trouble else view.trouble_lines
        room = right - left - (px(26) if low else 0)
        self._paint_lines(painter, lines, QRectF(left, top, room, self.height() - top - px(4)))

    def _paint_lines(self, painter: QPainter, lines: tuple[str, ...], where: QRectF) -> None:
        painter.setFont(self._theme.font(CAPTION))
        painter.setPen(QColor(self._theme.tokens.text2))
        flags = int(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap)
        painter.drawText(where, flags, "\n".join(lines))

    def _tip(self, view: CardView) -> str:
        parts = [f"{view.title}  {view.name}"]
        if view.trouble:
            parts += [view.trouble, *view.trouble_lines]
        elif view.parts:
            parts.append(
                self.tr("{free} {unit} free; {parts}").format(
                    free=view.free, unit=view.unit, parts=", ".join(part.text for part in view.parts)
                )
            )
            parts.append(self.tr("In use = total − free − reserved by the driver, as nvidia-smi counts it."))
        parts.append(view.foot_tip)
        return "\n".join(part for part in parts if part)

    def _take_theme(self) -> None:
        self.resizeEvent(None)
        self.update()


def _part_brush(token: str, theme: Theme) -> QBrush:
    """Hatched for the driver's own, tinted for the others."""
    tokens = theme.tokens
    color = getattr(tokens, token)
    if token == "reserved":
        return QBrush(QColor(color), Qt.BrushStyle.Dense4Pattern)
    return QBrush(mix(color, tokens.surface, 0.8 if token == "others" else 0.6))


def _shown(view: CardView) -> tuple[object, ...]:
    """What this widget shows of it."""
    return (
        view.is_old,
        view.title, view.name, view.free, view.unit, view.total, view.memory_note, view.parts,
        view.expected_share, view.foot, view.badge, view.trouble, view.trouble_lines, view.is_fault,
    )  # fmt: skip

"""Changes on offer: what becomes of the verdict, what to do, what it gives and costs, a button to do it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from gpuplanner.core.estimate import Fits
from gpuplanner.render.icon_paint import paint_icon
from gpuplanner.ui.theme import CAPTION, MEDIUM, SEMIBOLD, TABLE, TEXT, Theme
from gpuplanner.ui.widgets.buttons import button

ROW_HEIGHT, HEAD_HEIGHT = 36, 30
_ICON, _TEXT_LEFT, _TITLE_LINE, _COST_LINE, _BUTTON_WIDTH, _BUTTON_HEIGHT = 16, 24, 10, 26, 56, 26
_ICONS = {Fits.YES: "fits", Fits.TIGHT: "tight", Fits.NO: "no"}


@dataclass(frozen=True)
class OfferedChange:
    """One change in words."""

    title: str
    saving: str
    cost: str
    fits: Fits
    """The verdict after the change."""
    sentence: str
    tip: str = ""


class ChangeRow(QWidget):
    """One change with its button; never takes more room than its line."""

    applied = Signal()

    def __init__(self, theme: Theme, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._number = theme, number
        self._offer: OfferedChange | None = None
        self.last = False
        self.button = button(theme, self.tr("Apply"))
        self.button.setParent(self)
        self.button.setToolTip(self.tr("Alt+{n}").format(n=number + 1))
        self.button.clicked.connect(self.applied)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._take_theme)
        self._take_theme()

    @property
    def offer(self) -> OfferedChange | None:
        """What is shown."""
        return self._offer

    def show_offer(self, offer: OfferedChange, *, last: bool, usable: bool) -> None:
        """Show a change; ``usable``: whether it can be applied now."""
        self.button.setEnabled(usable)
        self.button.setAccessibleName(self.tr("Apply: {change}").format(change=offer.sentence))
        if (offer, last) != (self._offer, self.last):
            self._offer, self.last = offer, last
            self.setAccessibleName(offer.sentence)
            self.setToolTip(offer.tip)
            self.update()

    def sizeHint(self) -> QSize:
        """As the design says."""
        return QSize(self._theme.px(240), self._theme.px(ROW_HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the button at the right."""
        super().resizeEvent(event)
        self._place_button()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Icon, title, saving, cost, and a line to the next."""
        if self._offer is None:
            return
        tokens, px, offer = self._theme.tokens, self._theme.px, self._offer
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        icon = QRectF(0, (self.height() - px(_ICON)) / 2, px(_ICON), px(_ICON))
        paint_icon(painter, _ICONS[offer.fits], tokens.verdict(offer.fits.value)[0], icon)
        room = self.button.x() - px(8) - px(_TEXT_LEFT)
        title_font, strong = self._theme.font(TEXT, MEDIUM), self._theme.font(CAPTION, SEMIBOLD)
        small = self._theme.font(CAPTION)
        metrics = QFontMetricsF(title_font)
        title = metrics.elidedText(offer.title, Qt.TextElideMode.ElideRight, room)
        painter.setFont(title_font)
        painter.setPen(QColor(tokens.ink))
        painter.drawText(QPointF(px(_TEXT_LEFT), px(_TITLE_LINE) + metrics.capHeight() / 2), title)
        baseline = px(_COST_LINE) + QFontMetricsF(small).capHeight() / 2
        painter.setFont(strong)
        painter.drawText(QPointF(px(_TEXT_LEFT), baseline), offer.saving)
        used = QFontMetricsF(strong).horizontalAdvance(offer.saving)
        cost = QFontMetricsF(small).elidedText(f"  ·  {offer.cost}", Qt.TextElideMode.ElideRight, room - used)
        painter.setFont(small)
        painter.setPen(QColor(tokens.text2))
        painter.drawText(QPointF(px(_TEXT_LEFT) + used, baseline), cost)
        if not self.last:
            painter.fillRect(QRectF(px(_TEXT_LEFT), self.height() - 1, self.width(), 1), QColor(tokens.line))

    def _place_button(self) -> None:
        px = self._theme.px
        self.button.setGeometry(
            self.width() - px(_BUTTON_WIDTH),
            (self.height() - px(_BUTTON_HEIGHT)) // 2,
            px(_BUTTON_WIDTH),
            px(_BUTTON_HEIGHT),
        )

    def _take_theme(self) -> None:
        self.setFixedHeight(self._theme.px(ROW_HEIGHT))
        self.button.setFont(self._theme.font(TABLE))
        self._place_button()
        self.update()


class ChangeList(QWidget):
    """A head and up to four changes; Alt+1…4 are bound by the panel."""

    applied = Signal(int)
    """Number of the change, from 0."""

    def __init__(self, theme: Theme, count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._offers: tuple[OfferedChange, ...] = ()
        self._usable = True
        self._shown = count
        self.head = QLabel()
        self.none = QLabel()
        self.none.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        layout.addWidget(self.none)
        self.rows = [ChangeRow(theme, number, self) for number in range(count)]
        for number, row in enumerate(self.rows):
            row.applied.connect(lambda number=number: self.applied.emit(number))
            layout.addWidget(row)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._take_theme)
        self._take_theme()
        self.show_offers("", (), usable=False)

    def show_offers(
        self, head: str, offers: tuple[OfferedChange, ...], *, usable: bool, none: str = ""
    ) -> None:
        """Show other changes; ``none`` is said where there are none."""
        self._offers, self._usable = offers, usable
        self.head.setText(head)
        self.head.setVisible(bool(head))
        self.none.setText(none)
        self.none.setVisible(bool(none) and not offers)
        self._refresh()

    def set_most_rows(self, count: int) -> None:
        """How many rows there is room for."""
        count = max(0, min(count, len(self.rows)))
        if count != self._shown:
            self._shown = count
            self._refresh()

    @property
    def shown_rows(self) -> int:
        """How many changes are visible."""
        return min(self._shown, len(self._offers))

    def _refresh(self) -> None:
        shown = self.shown_rows
        for number, row in enumerate(self.rows):
            row.setVisible(number < shown)
            if number < shown:
                row.show_offer(self._offers[number], last=number == shown - 1, usable=self._usable)

    def _take_theme(self) -> None:
        self.head.setFont(self._theme.font(TABLE, SEMIBOLD))
        self.head.setFixedHeight(self._theme.px(HEAD_HEIGHT))
        self.none.setFont(self._theme.font(TABLE))
        self.none.setStyleSheet(f"color: {self._theme.tokens.text2}")

"""The cards one below the other, with one time axis under them; they scroll where there is no room."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from gpuplanner.render.monitor_columns import column_rects, plot_rect
from gpuplanner.ui.monitor.monitor_card import NARROW_PANEL, PANEL_WIDTH, CardPanel
from gpuplanner.ui.monitor.monitor_card_view import CardView
from gpuplanner.ui.monitor.monitor_charts import AXIS_HEIGHT, CardCharts, TimeLabels, plot_style
from gpuplanner.ui.monitor.monitor_details import CardDetails
from gpuplanner.ui.monitor.monitor_time import TimeAxis
from gpuplanner.ui.theme import Theme

MANY_CARDS = 5
"""From so many on rows are low and the processes are folded."""
_LOW_ROW, _LEAST_ROW = 72, 124
_UNLIMITED = 16_777_215
_MOST_ROW = {1: 340, 2: 270}
"""By the number of cards; `_MOST_ROW_ELSE` for three and four."""
_MOST_ROW_ELSE = 240
_NARROW, _STACKED = 1100, 600
"""Widths below which the identity is narrower, and stands above the plots."""
_ROOM_BELOW = 200
"""For the processes."""
_ROOMY = 700
"""From this height of the window on the details of a single card are unfolded at first."""


class CardRow(QWidget):
    """One card: identity, plots, and the details below them."""

    def __init__(self, theme: Theme, axis: TimeAxis, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.panel = CardPanel(theme, self)
        self.charts = CardCharts(theme, axis, self)
        self.details = CardDetails(theme, self)
        self.details.hide()
        self.panel.details.toggled.connect(self.details.setVisible)
        self._line = QWidget(self)
        self._across = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._line)
        self._across.setContentsMargins(0, 0, 0, 0)
        self._across.setSpacing(0)
        self._across.addWidget(self.panel)
        self._across.addWidget(self.charts, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 1)
        column.setSpacing(0)
        column.addWidget(self._line)
        column.addWidget(self.details)

    def show_card(self, view: CardView) -> None:
        """Show other figures and lines."""
        self.panel.show_card(view)
        self.charts.show_plots(view.plots, view.pointed, view.sentence)
        self.panel.details.setVisible(bool(view.facts))
        if self.details.isVisible():
            self.details.show_card(view)
        self._last = view

    def set_height(self, height: int) -> None:
        """Height of the row without its details."""
        self._line.setFixedHeight(height)

    def set_panel(self, width: int, height: int) -> None:
        """The identity: so wide beside the plots, or (``width`` 0) so high above them."""
        directions = QBoxLayout.Direction
        self._across.setDirection(directions.LeftToRight if width else directions.TopToBottom)
        self.panel.setMinimumSize(width, 0 if width else height)
        self.panel.setMaximumSize(width or _UNLIMITED, _UNLIMITED if width else height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A line below the row."""
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(self._theme.tokens.line))


class CardRows(QWidget):
    """All cards.  Rows are made once and shown other figures ever after."""

    details_toggled = Signal()

    def __init__(self, theme: Theme, axis: TimeAxis, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._axis = theme, axis
        self.rows: list[CardRow] = []
        self._unfold_single = True
        self.fills = False
        """Rows take all the height: there is nothing below them."""
        self.labels = TimeLabels(theme, axis, self)
        self._content = _Surface(theme, self)
        self._column = QVBoxLayout(self._content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self._scroll = QScrollArea(self)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._content)
        self._scroll.setAccessibleName(self.tr("Cards"))
        self._scroll.verticalScrollBar().rangeChanged.connect(lambda *_: self._align())
        self._foot = QHBoxLayout()
        self._foot.setContentsMargins(0, 0, 0, 0)
        self._foot.addWidget(self.labels)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._scroll, 1)
        column.addLayout(self._foot)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self._arrange)

    def show_cards(self, views: Sequence[CardView]) -> None:
        """Show other figures; makes and drops rows as cards come and go."""
        while len(self.rows) < len(views):
            row = CardRow(self._theme, self._axis, self._content)
            row.panel.details.toggled.connect(self._details)
            self._column.insertWidget(len(self.rows), row)
            self.rows.append(row)
            row.show()
        while len(self.rows) > len(views):
            self.rows.pop().deleteLater()
        for row, view in zip(self.rows, views, strict=True):
            row.show_card(view)
        if len(views) == 1 and self._unfold_single and views[0].facts:
            self._unfold_single = False  # there is room for them; the user may fold them
            self.rows[0].panel.details.setChecked(self.window().height() > self._theme.px(_ROOMY))
        self._arrange()

    def points(self) -> tuple[int, ...]:
        """How many thinned points each column of plots takes: one for each pixel of the screen."""
        width = self.width() - self._panel_width()
        style = plot_style(self._theme)
        ratio = self.devicePixelRatioF()
        columns = column_rects(max(width, 200), 100, style)
        return tuple(max(20, round(plot_rect(column, style).width() * ratio)) for column in columns)

    def wanted_height(self, room: int) -> int:
        """How much of a height the cards take for themselves; the rest is for the processes."""
        n = max(1, len(self.rows))
        px = self._theme.px
        details = sum(row.details.height() for row in self.rows if row.details.isVisible())
        most = px(_MOST_ROW.get(n, _MOST_ROW_ELSE))
        if n >= MANY_CARDS:
            most = px(_LOW_ROW) if room < self.roomy_height(n) else min(most, (room * 4 // 5) // n)
        return min(room, n * (most + 1) + details + px(AXIS_HEIGHT))

    def roomy_height(self, n: int) -> int:
        """From which height of the page on so many cards have rows of the usual height."""
        return self._theme.px(n * (_LEAST_ROW + 1) + AXIS_HEIGHT + _ROOM_BELOW)

    def whole_height(self) -> int:
        """Of all cards at their lowest, with their details, so that nothing scrolls in here."""
        details = sum(row.details.height() for row in self.rows if row.details.isVisible())
        return max(1, len(self.rows)) * (self._least_row() + 1) + details + self._theme.px(AXIS_HEIGHT) + 1

    def sizeHint(self) -> QSize:
        """The design's four cards."""
        return QSize(self._theme.px(1100), self._theme.px(600))

    def minimumSizeHint(self) -> QSize:
        """One card and the time."""
        return QSize(self._theme.px(400), self._least_row() + self._theme.px(2 + AXIS_HEIGHT))

    def _least_row(self) -> int:
        row = _LOW_ROW if len(self.rows) >= MANY_CARDS else _LEAST_ROW
        return self._theme.px(row) * (2 if self._is_stacked() else 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Rows share the height."""
        super().resizeEvent(event)
        self._arrange()

    def _details(self) -> None:
        for row in self.rows:
            view = getattr(row, "_last", None)
            if row.details.isVisible() and view is not None:
                row.details.show_card(view)
        self._arrange()
        self.details_toggled.emit()

    def _arrange(self) -> None:
        if not self.rows:
            return
        px, n = self._theme.px, len(self.rows)
        details = sum(row.details.height() for row in self.rows if row.details.isVisible())
        room = (self._scroll.viewport().height() - details - n) // n
        is_tight = self._is_stacked() or room < px(_LEAST_ROW)
        least = _LOW_ROW if n >= MANY_CARDS and is_tight else _LEAST_ROW
        most = room if self.fills else px(_MOST_ROW.get(n, _MOST_ROW_ELSE))
        height = min(max(room, px(least)), max(most, px(least)))
        if least == _LOW_ROW:
            height = px(_LOW_ROW)
        if self._is_stacked():
            height = 2 * px(least)
        for row in self.rows:
            row.set_height(height)
            row.set_panel(self._panel_width(), px(least))
        self._align()

    def _align(self) -> None:
        """The time stands below the plots, whether or not there is a scroll bar beside them."""
        bar = self._scroll.verticalScrollBar()
        right = bar.sizeHint().width() if bar.maximum() > 0 else 0
        self._foot.setContentsMargins(self._panel_width(), 0, right, 0)

    def _panel_width(self) -> int:
        """Of the cards' identity: less where the plots would have no room."""
        px = self._theme.px
        if self._is_stacked():
            return 0
        return px(NARROW_PANEL if self.width() < px(_NARROW) else PANEL_WIDTH)

    def _is_stacked(self) -> bool:
        return self.width() < self._theme.px(_STACKED)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Surface, also left of the time."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.tokens.surface))

    def showEvent(self, _event: object) -> None:
        """The first alignment."""
        self._align()


class _Surface(QWidget):
    """The ground below the last row."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Plain surface."""
        QPainter(self).fillRect(self.rect(), QColor(self._theme.tokens.surface))

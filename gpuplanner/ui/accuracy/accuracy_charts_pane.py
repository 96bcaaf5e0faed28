"""The charts of the accuracy page: predicted against measured at the left, errors and peers at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gpuplanner.core.peers import Peer
from gpuplanner.render.accuracy_paint import AccuracyWords
from gpuplanner.render.accuracy_view import BarsView, PaintedView, PredictedView, ResidualView
from gpuplanner.render.peer_bars import BarWords
from gpuplanner.report.accuracy_charts import AccuracyAnswer, AccuracyPoint, PeerBar, Quantity
from gpuplanner.ui.accuracy.accuracy_words import AccuracyWording
from gpuplanner.ui.plan.chart_key import ChartKey
from gpuplanner.ui.theme import CAPTION, SEMIBOLD, TABLE, Theme
from gpuplanner.ui.widgets.chart_style import chart_style
from gpuplanner.ui.widgets.elided import CutLabel

_MARGIN, _TITLE_HEIGHT, _LEFT_SHARE, _RIGHT_SHARE = 16, 30, 52, 48
_NARROW = 600
"""Width in the design's pixels below which the charts stand one below the other."""


class AccuracyChartsPane(QWidget):
    """Three charts of one answer.  Emits ``row_clicked`` with the row of a cell."""

    row_clicked = Signal(int)

    def __init__(self, theme: Theme, words: AccuracyWording, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._words = theme, words
        self._quantity = Quantity.MEMORY
        style = chart_style(self._theme)
        self.predicted, self.residuals, self.bars = PredictedView(style), ResidualView(style), BarsView(style)
        self.key = ChartKey(theme, 0)
        self._measured = QLabel(self.tr("measured →"))
        self._cards = (
            _Card(theme, self.tr("Predicted against measured"), self.predicted),
            _Card(theme, self.tr("Error by length, one panel per method"), self.residuals),
            _Card(theme, "", self.bars),
        )
        self._lay_out()
        for view in (self.predicted, self.residuals):
            view.row_clicked.connect(self.row_clicked)
            view.point_tip = self._tip
        self.bars.bar_tip = words.bar_tip
        theme.changed.connect(self._take_theme)
        self._take_theme()

    @property
    def views(self) -> tuple[PaintedView, ...]:
        """Every chart."""
        return self.predicted, self.residuals, self.bars

    def set_pale(self, pale: bool) -> None:
        """Mark the charts as about to change."""
        for view in self.views:
            view.set_pale(pale)

    def show_answer(self, answer: AccuracyAnswer, quantity: Quantity, peers: Sequence[Peer]) -> None:
        """Draw an answer; without ``peers`` there are no bars."""
        self._quantity = quantity
        words = self._chart_words(quantity)
        chart, residuals = answer.predicted(quantity), answer.residuals(quantity)
        left, right, below = self._cards
        left.unit.setText(self._words.unit(quantity) if chart else "")
        right.unit.setText(self.tr("% of measured") if chart else "")
        self.key.show_entries(self._words.key(answer, quantity))
        self._measured.setVisible(chart is not None)
        below.setVisible(bool(peers) and chart is not None)
        self._line_above_bars.setVisible(not below.isHidden())
        if chart is None or residuals is None:
            for view in (self.predicted, self.residuals):
                view.show_nothing(self._words.nothing_measured(quantity))
            return
        self.predicted.show_chart(chart, words)
        self.residuals.show_chart(residuals, words)
        worst = "; ".join(self._words.tip(point, quantity).replace("\n", ", ") for point in chart.worst)
        n_cells = len(chart.points)
        self.predicted.setAccessibleName(
            self.tr("Predicted against measured, {n} cells. Worst: {worst}").format(n=n_cells, worst=worst)
        )
        self.residuals.setAccessibleName(
            self.tr("Error by length: {panels}").format(
                panels=", ".join(
                    f"{words.method(panel.method)} {words.average(panel.mape)} %"
                    for panel in residuals.panels
                )
            )
        )
        if peers:
            self._show_bars(answer, quantity, peers)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """One below the other where the text leaves no width for two."""
        super().resizeEvent(event)
        directions = QBoxLayout.Direction
        narrow = self.width() < self._theme.px(_NARROW)
        self._both.setDirection(directions.TopToBottom if narrow else directions.LeftToRight)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The ground, and the line between left and right or above and below."""
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tokens.surface))
        if self._both.direction() is QBoxLayout.Direction.TopToBottom:
            painter.fillRect(0, self._cards[1].y() - 1, self.width(), 1, QColor(tokens.line))
            return
        x = self._cards[1].mapTo(self, self._cards[1].rect().topLeft()).x() - 1
        painter.fillRect(x, 0, 1, self.height(), QColor(tokens.line))

    def _show_bars(self, answer: AccuracyAnswer, quantity: Quantity, peers: Sequence[Peer]) -> None:
        bars = answer.bars(quantity, peers)
        card = self._cards[2]
        card.title.setText(self._words.bars_head(bars[0].total))
        card.unit.setText(self.tr("%, cells it can express"))
        withhold = answer.withhold

        def name(bar: PeerBar) -> str:
            return self._words.bar_name(bar, withhold)

        self.bars.show_bars(bars, BarWords(name, self._words.bar_cells))
        self.bars.setAccessibleName(
            "; ".join(f"{name(bar)} {100 * bar.mape:.1f} %, {self._words.bar_cells(bar)}" for bar in bars)
        )

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addWidget(self.key, 1)
        foot.addWidget(self._measured)
        self._cards[0].column.addLayout(foot)
        self._line_above_bars = _Line(self._theme)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self._cards[1], 1)
        right.addWidget(self._line_above_bars)
        right.addWidget(self._cards[2])
        self._both = both = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(1)
        both.addWidget(self._cards[0], _LEFT_SHARE)
        both.addLayout(right, _RIGHT_SHARE)

    def _tip(self, point: AccuracyPoint) -> str:
        return self._words.tip(point, self._quantity)

    def _chart_words(self, quantity: Quantity) -> AccuracyWords:
        return AccuracyWords(
            unit=self._words.unit_size(quantity),
            name=self._words.short_name,
            method=self._words.method,
            average=self._words.average,
            band=self.tr("±10 %"),
            equal=self.tr("equal"),
        )

    def _take_theme(self) -> None:
        for view in self.views:
            view.set_style(chart_style(self._theme))
        self._measured.setFont(self._theme.font(CAPTION))
        _color(self._measured, self._theme.tokens.text2)
        self.update()


class _Card(QWidget):
    """A title, the unit at the right, and what is below them."""

    def __init__(self, theme: Theme, title: str, content: QWidget) -> None:
        super().__init__()
        self._theme = theme
        self.title, self.unit = QLabel(title), CutLabel()
        self.unit.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.title.setMinimumWidth(1)  # a narrow window cuts it, it is not made wider by it
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addWidget(self.title)
        head.addWidget(self.unit, 1)
        self.column = QVBoxLayout(self)
        self.column.setSpacing(0)
        self.column.addLayout(head)
        self.column.addWidget(content, 1)
        # Cards share the width by their stretch alone, whatever their titles ask for.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        theme.changed.connect(self._take_theme)
        self._take_theme()

    def _take_theme(self) -> None:
        px = self._theme.px
        self.column.setContentsMargins(px(_MARGIN), px(4), px(_MARGIN), px(8))
        self.title.setFont(self._theme.font(TABLE, SEMIBOLD))
        self.unit.setFont(self._theme.font(TABLE))
        for label in (self.title, self.unit):
            label.setFixedHeight(px(_TITLE_HEIGHT))
        _color(self.unit, self._theme.tokens.text2)


class _Line(QWidget):
    """One pixel between two cards."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedHeight(1)
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The line."""
        QPainter(self).fillRect(self.rect(), QColor(self._theme.tokens.line))


def _color(label: QLabel, color: str) -> None:
    palette = label.palette()
    palette.setColor(label.foregroundRole(), QColor(color))
    label.setPalette(palette)

"""The results beside the form: chart, key and nearest measurement, time, the rule of thumb, changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gpuplanner.ui.plan.change_list import HEAD_HEIGHT, ROW_HEIGHT, ChangeList
from gpuplanner.ui.plan.chart_key import ChartKey, KeyEntry
from gpuplanner.ui.plan.time_figures import TimeFigures
from gpuplanner.ui.theme import CAPTION, SEMIBOLD, TABLE, Theme
from gpuplanner.ui.widgets.elided import ElidedButton, ElidedLabel

if TYPE_CHECKING:
    from gpuplanner.render.chart_view import ChartStyle, ChartView, ChartWords
    from gpuplanner.report.charts import MemoryChart

_MARGIN, _TITLE_HEIGHT, _LINE_HEIGHT, _PLOT_LEFT = 14, 30, 18, 34
_LEAST_CHART, _WIDE_FROM, _COMPACT_BELOW = 150, 640, 400


class Results(QWidget):
    """Arranges what is known about a plan; the chart comes later than the rest (see `start`)."""

    row_requested = Signal(int)
    """Index of the row behind a point or the nearest measurement."""
    change_applied = Signal(int)

    def __init__(self, theme: Theme, changes: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._nearest_row: int | None = None
        self._has_answer = False
        self.chart: ChartView | None = None
        self.title, self.unit = QLabel(self.tr("Memory over sequence length")), QLabel()
        self.key = ChartKey(theme, _PLOT_LEFT)
        self.nearest = ElidedButton(theme)
        self.time = TimeFigures(theme)
        self.host, self.assumed, self.rule = (ElidedLabel(theme) for _ in range(3))
        self.changes = ChangeList(theme, changes)
        self._place = ChartPlace(theme)
        self._rules = [Rule(theme), Rule(theme)]
        self._build()
        self.nearest.clicked.connect(self._nearest_clicked)
        self.changes.applied.connect(self.change_applied)
        theme.changed.connect(self._take_theme)
        self._take_theme()
        self.set_has_answer(False)

    def start(self) -> None:
        """Put the chart in its place.  Call after the window is shown."""
        if self.chart is not None:
            return
        # pyqtgraph takes a quarter of a second to load: not before the first frame.
        from gpuplanner.render.chart_view import ChartStyle, ChartView

        self._chart_style: type[ChartStyle] = ChartStyle
        self.chart = ChartView(self._style())
        self.chart.row_clicked.connect(self.row_requested)
        self._place.put(self.chart)

    def show_chart(
        self, chart: MemoryChart, words: ChartWords, key: Sequence[KeyEntry], sentence: str
    ) -> None:
        """Draw a chart with its key; ``sentence`` says it to a screen reader."""
        assert self.chart is not None, "start() comes first"
        self.chart.show_chart(chart, words)
        self.chart.setAccessibleName(sentence)
        self.key.show_entries(key)

    def set_has_answer(self, has_answer: bool) -> None:
        """Show what belongs to an estimate, or nothing but the empty axis."""
        self._has_answer = has_answer
        if not has_answer and self.chart is not None:
            self.chart.clear()
        for widget in (self.key, self.nearest, self.time, self.changes, *self._rules[1:]):
            widget.setVisible(has_answer)
        self._rules[0].setVisible(has_answer and self._both.direction() == QBoxLayout.Direction.TopToBottom)

    def show_nearest(self, text: str, tip: str, row: int | None) -> None:
        """Say what was measured nearest to the plan; a click goes to its row."""
        self._nearest_row = row
        self.nearest.set_text(text, tip)
        self.nearest.setEnabled(row is not None)

    def show_host(self, text: str) -> None:
        """Say what the host needs, in a line of its own; an empty text: it is not worth a line."""
        if text != self.host.text:
            self.host.set_text(text)
            self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two columns where it is wide; fewer changes and shorter figures where it is low."""
        super().resizeEvent(event)
        self._arrange()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.unit)
        self._left, self._right = QVBoxLayout(), QVBoxLayout()
        for column in (self._left, self._right):
            column.setSpacing(0)
        self._left.addLayout(head)
        self._left.addWidget(self._place, 1)
        self._left.addWidget(self.key)
        self._left.addWidget(self.nearest)
        self._right.addWidget(self._rules[0])
        self._right.addWidget(self.time)
        self._right.addWidget(self.host)
        self._right.addWidget(self.assumed)
        self._right.addWidget(self.rule)
        self._right.addSpacing(self._theme.px(4))
        self._right.addWidget(self._rules[1])
        self._right.addWidget(self.changes)
        self._right.addStretch(1)
        self._both = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._both.addLayout(self._left, 1000)  # the chart takes what is spare, up to its own limit
        self._both.addLayout(self._right, 1)
        self._both.addStretch(1)

    def _arrange(self) -> None:
        px = self._theme.px
        wide = self.width() >= px(_WIDE_FROM)
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._both.direction() != direction:
            self._both.setDirection(direction)
            self._both.setStretch(1, 1000 if wide else 1)
            self._both.setStretch(2, 0 if wide else 1)
            self._both.setSpacing(px(24) if wide else 0)
            self._right.setContentsMargins(0, px(8) if wide else 0, 0, 0)
            self._rules[0].setVisible(not wide and self._has_answer)
        self.time.set_compact(not wide and self.height() < px(_COMPACT_BELOW))
        lines = 3 if self.host.text else 2
        fixed = self.time.height() + px(lines * _LINE_HEIGHT + 12 + HEAD_HEIGHT)
        if not wide:
            fixed += px(_TITLE_HEIGHT + _LEAST_CHART + 2 * _LINE_HEIGHT)
        self.changes.set_most_rows((self.height() - fixed) // px(ROW_HEIGHT))

    def _nearest_clicked(self) -> None:
        if self._nearest_row is not None:
            self.row_requested.emit(self._nearest_row)

    def _style(self) -> ChartStyle:
        theme = self._theme
        text_font = QFont(theme.font(CAPTION, SEMIBOLD))
        return self._chart_style(theme.tokens, theme.font(CAPTION), text_font, theme.scale)

    def _take_theme(self) -> None:
        px, tokens = self._theme.px, self._theme.tokens
        self._both.setContentsMargins(px(_MARGIN), 0, px(16), px(6))
        self._both.setSpacing(0)
        self.title.setFont(self._theme.font(TABLE, SEMIBOLD))
        self.title.setFixedHeight(px(_TITLE_HEIGHT))
        self.unit.setFont(self._theme.font(TABLE))
        self.unit.setFixedHeight(px(_TITLE_HEIGHT))
        self.unit.setStyleSheet(f"color: {tokens.text2}")
        self.title.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        if self.chart is not None:
            self.chart.set_style(self._style())
        self._arrange()


class Rule(QWidget):
    """A line between two groups, over the whole width of the results."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedHeight(9)
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """One pixel in the middle."""
        painter = QPainter(self)
        painter.fillRect(0, 3, self.width(), 1, QColor(self._theme.tokens.line))


class ChartPlace(QWidget):
    """Holds the place of the chart until it is there: quiet, with nothing that looks like a figure."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.setMinimumHeight(theme.px(90))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Never higher than a quarter more than wide: a steeper curve would mislead."""
        super().resizeEvent(event)
        self.setMaximumHeight(max(round(1.25 * self.width()), self._theme.px(_LEAST_CHART)))

    def put(self, chart: QWidget) -> None:
        """The chart has come."""
        self._layout.addWidget(chart)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The axis alone, where the chart's will be."""
        if self._layout.count():
            return
        px = self._theme.px
        painter = QPainter(self)
        y = self.height() - px(24)
        painter.fillRect(px(_PLOT_LEFT), y, self.width() - px(_PLOT_LEFT), 1, QColor(self._theme.tokens.line))


__all__ = ["ChartPlace", "Results", "Rule"]

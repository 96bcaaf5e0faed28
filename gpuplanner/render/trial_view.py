"""The charts of a trial on the screen; their painters serve paper too."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpuplanner.render.painting import PaintStyle
from gpuplanner.render.trial_axes import TrialChartWords
from gpuplanner.render.trial_run_paint import paint_run_chart
from gpuplanner.render.trial_step_paint import paint_step_chart
from gpuplanner.render.trial_times_paint import paint_step_times
from gpuplanner.report.trial_charts import RunChart, StepChart, StepTimes

Painted = StepChart | RunChart | StepTimes


class TrialChart(QWidget):
    """One of the three charts on the screen; it draws what it was last given."""

    def __init__(self, style: PaintStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._chart: Painted | None = None
        self._words = TrialChartWords("", "")
        self.least_height = 84.0
        """Of the design, in pixels before the user's factor."""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def chart(self) -> Painted | None:
        """What is drawn."""
        return self._chart

    @property
    def words(self) -> TrialChartWords:
        """What it says."""
        return self._words

    def set_style(self, style: PaintStyle) -> None:
        """Take other colours and type."""
        self._style = style
        self.update()

    def show_chart(self, chart: Painted | None, words: TrialChartWords, sentence: str = "") -> None:
        """Draw this; ``sentence`` says it to a screen reader."""
        if (chart, words) != (self._chart, self._words):
            self._chart, self._words = chart, words
            self.setAccessibleName(sentence)
            self.update()

    def minimumSizeHint(self) -> QSize:
        """Below this nothing can be told apart; head, axis and names keep their height."""
        return QSize(round(self._style.px(240)), round(self._style.px(self.least_height)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground and chart."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(self._style.tokens.surface))
        rect = QRectF(self.rect())
        if isinstance(self._chart, StepChart):
            paint_step_chart(painter, rect, self._chart, self._words, self._style)
        elif isinstance(self._chart, RunChart):
            paint_run_chart(painter, rect, self._chart, self._words, self._style)
        elif isinstance(self._chart, StepTimes):
            paint_step_times(painter, rect, self._chart, self._words, self._style)

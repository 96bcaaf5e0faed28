"""What the pointer does over a chart: exact values as a tip, and a click on a measured point."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, SignalInstance
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QToolTip, QWidget

from gpuplanner.report.charts import MeasuredPoint, MemoryChart


class TellsTips(Protocol):
    """The tips of a chart."""

    def point_tip(self, point: MeasuredPoint, /) -> str:
        """What a measured point has to say."""

    def curve_tip(self, length: int, predicted: float, low: float, high: float, /) -> str:
        """What the curve says at a length."""


class PointedAt(Protocol):
    """A chart with measured points and a curve."""

    @property
    def chart(self) -> MemoryChart | None:
        """What is drawn."""

    @property
    def words(self) -> TellsTips | None:
        """Its tips."""

    @property
    def row_clicked(self) -> SignalInstance:
        """Emitted with the row of a point."""

    def viewport(self) -> QWidget:
        """The widget that is painted."""

    def point_near(self, where: QPointF, /) -> MeasuredPoint | None:
        """The point at a pixel."""

    def length_at(self, where: QPointF, /) -> float:
        """The length at a pixel."""

    def show_hair(self, length: float, n_bytes: float, /) -> None:
        """Mark a place of the curve."""

    def hide_hair(self) -> None:
        """Take the mark away."""


class ChartPointer(QObject):
    """Follows the pointer over one chart; the plot itself neither pans nor zooms."""

    def __init__(self, view: PointedAt) -> None:
        super().__init__(view.viewport())
        self._view = view
        view.viewport().setMouseTracking(True)
        view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Moves, clicks and leaving."""
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove:
            self._hover(event.position(), event.globalPosition().toPoint())
        elif isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonPress:
            point = self._view.point_near(event.position())
            if point is not None:
                self._view.row_clicked.emit(point.row)
                return True
        elif event.type() == QEvent.Type.Leave:
            self._view.hide_hair()
            QToolTip.hideText()
        return super().eventFilter(watched, event)

    def _hover(self, where: QPointF, at: QPoint) -> None:
        chart, words, viewport = self._view.chart, self._view.words, self._view.viewport()
        if chart is None or words is None:
            return
        point = self._view.point_near(where)
        shape = Qt.CursorShape.ArrowCursor if point is None else Qt.CursorShape.PointingHandCursor
        viewport.setCursor(shape)
        length = _round_length(self._view.length_at(where))
        lengths = chart.curve.lengths
        if point is not None:
            self._view.hide_hair()
            QToolTip.showText(at, words.point_tip(point), viewport)
        elif lengths[0] <= length <= lengths[-1]:
            predicted, low, high = chart.curve.at(length)
            self._view.show_hair(length, predicted)
            QToolTip.showText(at, words.curve_tip(length, predicted, low, high), viewport)
        else:
            self._view.hide_hair()
            QToolTip.hideText()


def _round_length(length: float) -> int:
    """A length as people would say it: what a pixel means is not exact anyway."""
    step = 64 if length >= 1024 else 16 if length >= 128 else 1
    return max(round(length / step) * step, 1)

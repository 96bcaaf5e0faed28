"""The accuracy charts as widgets: painted anew on every change, with exact values under the pointer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gpuplanner.render.accuracy_paint import AccuracyWords, Placed, paint_predicted, paint_residuals
from gpuplanner.render.painting import PaintStyle, paint_text
from gpuplanner.render.peer_bars import ROW_HEIGHT, BarWords, PlacedBars, paint_bars
from gpuplanner.report.accuracy_charts import AccuracyPoint, PeerBar, PredictedChart, ResidualChart

_NEAR = 9.0
_PALE = 0.6
"""Opacity of figures that are being computed anew."""


class PaintedView(QWidget):
    """A painted chart on the surface; pale while its figures are being computed anew."""

    def __init__(self, style: PaintStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.paint_style = style
        self._is_pale = False
        self._nothing = ""
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def is_pale(self) -> bool:
        """Whether what is shown is about to change."""
        return self._is_pale

    def set_pale(self, pale: bool) -> None:
        """Mark what is shown as about to change."""
        if pale != self._is_pale:
            self._is_pale = pale
            self.update()

    def set_style(self, style: PaintStyle) -> None:
        """Take other colours or type."""
        self.paint_style = style
        self.updateGeometry()
        self.update()

    def show_nothing(self, reason: str) -> None:
        """There is nothing to draw; say why."""
        self._nothing = reason
        self.setAccessibleName(reason)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The chart, or why there is none."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(self.paint_style.tokens.surface))
        painter.setOpacity(_PALE if self._is_pale else 1.0)
        if self._nothing:
            style = self.paint_style
            center = QRectF(self.rect()).center()
            align = Qt.AlignmentFlag.AlignHCenter
            paint_text(painter, self._nothing, center, style.table, style.tokens.text2, align, self.width())
        else:
            self.paint_chart(painter, QRectF(self.rect()))

    def paint_chart(self, painter: QPainter, rect: QRectF) -> None:
        """Draw the chart into a rectangle."""
        raise NotImplementedError


class _PointsView(PaintedView):
    """A chart of cells.  Emits ``row_clicked`` with the row of a cell."""

    row_clicked = Signal(int)

    def __init__(self, style: PaintStyle, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._placed: Placed = []
        self.point_tip: Callable[[AccuracyPoint], str] = lambda point: ""

    @property
    def placed(self) -> Placed:
        """Where each cell was drawn last."""
        return self._placed

    def show_nothing(self, reason: str) -> None:
        """There is nothing to draw; say why."""
        self._placed = []
        super().show_nothing(reason)

    def point_near(self, where: QPointF) -> AccuracyPoint | None:
        """The cell at a pixel, or None."""
        distances = [((at - where).manhattanLength(), i) for i, (at, _) in enumerate(self._placed)]
        if not distances:
            return None
        distance, index = min(distances)
        return self._placed[index][1] if distance <= _NEAR * self.paint_style.scale else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Exact values under the pointer."""
        point = self.point_near(event.position())
        self.setCursor(Qt.CursorShape.ArrowCursor if point is None else Qt.CursorShape.PointingHandCursor)
        if point is None:
            QToolTip.hideText()
        else:
            QToolTip.showText(event.globalPosition().toPoint(), self.point_tip(point), self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on a cell asks for its row."""
        point = self.point_near(event.position())
        if point is not None and event.button() == Qt.MouseButton.LeftButton:
            self.row_clicked.emit(point.row)


class PredictedView(_PointsView):
    """Predicted against measured."""

    def __init__(self, style: PaintStyle, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._shown: tuple[PredictedChart, AccuracyWords] | None = None

    def show_chart(self, chart: PredictedChart, words: AccuracyWords) -> None:
        """Draw a chart."""
        self._shown, self._nothing = (chart, words), ""
        self.update()

    def sizeHint(self) -> QSize:
        """The design's chart."""
        return QSize(round(self.paint_style.px(600)), round(self.paint_style.px(480)))

    def minimumSizeHint(self) -> QSize:
        """Below this names and ticks meet."""
        return QSize(round(self.paint_style.px(280)), round(self.paint_style.px(220)))

    def paint_chart(self, painter: QPainter, rect: QRectF) -> None:
        """The chart."""
        if self._shown is not None:
            self._placed = paint_predicted(painter, rect, *self._shown, self.paint_style)


class ResidualView(_PointsView):
    """Errors by length, one panel per method."""

    def __init__(self, style: PaintStyle, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._shown: tuple[ResidualChart, AccuracyWords] | None = None

    def show_chart(self, chart: ResidualChart, words: AccuracyWords) -> None:
        """Draw a chart."""
        self._shown, self._nothing = (chart, words), ""
        self.update()

    def sizeHint(self) -> QSize:
        """The design's chart."""
        return QSize(round(self.paint_style.px(600)), round(self.paint_style.px(380)))

    def minimumSizeHint(self) -> QSize:
        """Below this the ticks meet."""
        return QSize(round(self.paint_style.px(280)), round(self.paint_style.px(180)))

    def paint_chart(self, painter: QPainter, rect: QRectF) -> None:
        """The chart."""
        if self._shown is not None:
            self._placed = paint_residuals(painter, rect, *self._shown, self.paint_style)


class BarsView(PaintedView):
    """Average errors beside those of other estimators."""

    def __init__(self, style: PaintStyle, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._shown: tuple[Sequence[PeerBar], BarWords] | None = None
        self._placed: PlacedBars = []
        self.bar_tip: Callable[[PeerBar], str] = lambda bar: ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    @property
    def placed(self) -> PlacedBars:
        """Where each bar was drawn last."""
        return self._placed

    def show_bars(self, bars: Sequence[PeerBar], words: BarWords) -> None:
        """Draw other bars."""
        self._shown, self._nothing = (bars, words), ""
        self.setMaximumHeight(self.sizeHint().height())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """A line for every bar."""
        n_bars = len(self._shown[0]) if self._shown is not None else 1
        return QSize(round(self.paint_style.px(600)), round(self.paint_style.px(ROW_HEIGHT * n_bars)))

    def minimumSizeHint(self) -> QSize:
        """Five bars; the others give way."""
        return QSize(round(self.paint_style.px(280)), round(self.paint_style.px(5 * 15)))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """What was run, and what it lacks."""
        bar = next((bar for line, bar in self._placed if line.contains(event.position())), None)
        tip = "" if bar is None else self.bar_tip(bar)
        if tip:
            QToolTip.showText(event.globalPosition().toPoint(), tip, self)
        else:
            QToolTip.hideText()

    def paint_chart(self, painter: QPainter, rect: QRectF) -> None:
        """The bars."""
        if self._shown is not None:
            self._placed = paint_bars(painter, rect, *self._shown, self.paint_style)

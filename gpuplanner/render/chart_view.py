"""Draws a `MemoryChart` with pyqtgraph, in place: items are made once and given new data ever after.

The same widget serves the window and, through ``plot.render(painter, …)``, the PDF; its scatter
items keep no pixmaps (``useCache=False``), so they stay vectors there.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsRectItem, QSizePolicy, QVBoxLayout, QWidget

from gpuplanner.render.chart_pointer import ChartPointer
from gpuplanner.render.marks import MARK_SIZE, mark_brush, mark_path, mark_pen
from gpuplanner.render.painting import tinted
from gpuplanner.render.tokens import Tokens
from gpuplanner.report.charts import MeasuredPoint, MemoryChart

_AXIS_WIDTH, _AXIS_HEIGHT = 34, 24
_RING, _NEAR = 15.0, 9.0
_BAND_ALPHA, _BEYOND_ALPHA, _GRID_ALPHA = 0.18, 0.07, 0.75
_SKY_HEIGHT, _HALF_LABEL = 20, 18
"""Pixels that the text in the sky takes, and half of the widest label below the axis."""


@dataclass(frozen=True)
class ChartStyle:
    """Colours and type: ``axis_font`` for ticks, ``text_font`` for the one text in the sky."""

    tokens: Tokens
    axis_font: QFont
    text_font: QFont
    scale: float = 1.0


@dataclass(frozen=True)
class ChartWords:
    """What the chart says: the unit of its axis, its sky, and its tips."""

    unit_bytes: float
    sky: str
    point_tip: Callable[[MeasuredPoint], str]
    curve_tip: Callable[[int, float, float, float], str]


class ChartView(QWidget):
    """Memory over sequence length.  Emits ``row_clicked`` with the index of a measured point's row."""

    row_clicked = Signal(int)

    def __init__(self, style: ChartStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._chart: MemoryChart | None = None
        self._words: ChartWords | None = None
        # A PlotWidget would also make seven menus and a form nobody opens; this takes a third of the time.
        self.plot = pg.GraphicsView(self)
        self._view = pg.ViewBox(enableMenu=False, enableMouse=False, defaultPadding=0)
        self._axes = {name: pg.AxisItem(name) for name in ("left", "bottom")}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._set_up_plot()
        self._make_items()
        self.set_style(style)
        self._pointer = ChartPointer(self)

    @property
    def chart(self) -> MemoryChart | None:
        """What is drawn."""
        return self._chart

    @property
    def ground(self) -> str:
        """The colour behind everything."""
        return self._style.tokens.surface

    def viewport(self) -> QWidget:
        """The widget that is painted."""
        viewport: QWidget = self.plot.viewport()
        return viewport

    def sizeHint(self) -> QSize:
        """The design's chart."""
        return QSize(320, 220)

    def minimumSizeHint(self) -> QSize:
        """Below this the axis labels meet."""
        return QSize(round(180 * self._style.scale), round(90 * self._style.scale))

    def set_style(self, style: ChartStyle) -> None:
        """Take other colours or type, and draw again."""
        self._style = style
        tokens = style.tokens
        self.plot.setBackground(QColor(tokens.surface))
        for name, size in (("left", _AXIS_WIDTH), ("bottom", _AXIS_HEIGHT)):
            axis = self._axes[name]
            axis.setTickFont(style.axis_font)
            axis.setTextPen(QColor(tokens.text2))
            axis.setPen(QColor(tokens.line_strong if name == "bottom" else tokens.surface))
            (axis.setWidth if name == "left" else axis.setHeight)(round(size * style.scale))
        self._grid.setPen(_pen(tinted(tokens.line, 1.0 if tokens.frames else _GRID_ALPHA), 1))
        self._band.setBrush(tinted(tokens.accent, _BAND_ALPHA))
        self._curve.setPen(_pen(QColor(tokens.accent), 2))
        self._capacity.setPen(_pen(QColor(tokens.ink), 1.5))
        self._beyond.setBrush(tinted(tokens.no, _BEYOND_ALPHA))
        self._foot.setPen(_pen(QColor(tokens.accent), 1.2, Qt.PenStyle.DotLine))
        self._hair.setPen(_pen(QColor(tokens.line_strong), 1))
        self._sky.setColor(QColor(tokens.ink))
        self._sky.setFont(style.text_font)
        self._draw_again()

    def show_chart(self, chart: MemoryChart, words: ChartWords) -> None:
        """Draw a chart; nothing is made anew."""
        self._chart, self._words = chart, words
        curve, unit = chart.curve, words.unit_bytes
        x = [math.log2(length) for length in curve.lengths]
        top = chart.top_bytes() / unit
        side = self._side_room(x[-1] - x[0])
        self._low.setData(x, [value / unit for value in curve.low_bytes])
        self._high.setData(x, [value / unit for value in curve.high_bytes])
        self._curve.setData(x, [value / unit for value in curve.predicted_bytes])
        self._show_axes(chart, unit, (x[0] - side, x[-1] + side), top)
        self._show_budget(chart, unit, (x[0] - side, x[-1] + side), top)
        self._show_points(chart, unit)
        self._show_plan(chart, unit)
        self._show_sky(chart, words, x[0] - side, top)

    def _draw_again(self) -> None:
        if self._chart is not None and self._words is not None:
            self.show_chart(self._chart, self._words)

    def clear(self) -> None:
        """Show nothing but the ground."""
        self._chart = None
        for item in self._items():
            item.setVisible(False)
        for axis in self._axes.values():
            axis.setTicks([[]])

    @property
    def words(self) -> ChartWords | None:
        """What the chart says."""
        return self._words

    def length_at(self, where: QPointF) -> float:
        """The length below a pixel of the plot."""
        return float(2 ** self._view.mapSceneToView(self.plot.mapToScene(where.toPoint())).x())

    def point_near(self, where: QPointF) -> MeasuredPoint | None:
        """The measured point at a pixel of the plot, or None."""
        if self._chart is None or not self._chart.points:
            return None
        distances = [
            (QPointF(self.pixel_of(point.length, point.bytes) - where).manhattanLength(), i)
            for i, point in enumerate(self._chart.points)
        ]
        distance, index = min(distances)
        return self._chart.points[index] if distance <= _NEAR * self._style.scale else None

    def show_hair(self, length: float, n_bytes: float) -> None:
        """Mark a place of the curve; hidden by `hide_hair`."""
        unit = self._words.unit_bytes if self._words is not None else 1.0
        self._hair.setData([math.log2(length)] * 2, [0, n_bytes / unit])
        self._hair.setVisible(True)

    @property
    def is_hair_visible(self) -> bool:
        """Whether a place of the curve is marked."""
        return bool(self._hair.isVisible())

    def hide_hair(self) -> None:
        """Take the mark away."""
        self._hair.setVisible(False)

    def pixel_of(self, length: float, n_bytes: float) -> QPointF:
        """Where a value is drawn, in pixels of the plot."""
        assert self._words is not None, "nothing is shown yet"
        scene = self._view.mapViewToScene(QPointF(math.log2(length), n_bytes / self._words.unit_bytes))
        return QPointF(self.plot.mapFromScene(scene))

    def _set_up_plot(self) -> None:
        self.plot.setAntialiasing(True)
        self.plot.setFrameShape(self.plot.Shape.NoFrame)
        for part in (self.plot, self.plot.viewport()):
            part.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        grid = pg.GraphicsLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        self.plot.setCentralItem(grid)
        grid.addItem(self._axes["left"], 0, 0)
        grid.addItem(self._view, 0, 1)
        grid.addItem(self._axes["bottom"], 1, 1)
        self._view.disableAutoRange()
        # Labels and the text in the sky are placed by pixels.
        self._view.sigResized.connect(self._draw_again)
        for axis in self._axes.values():
            axis.linkToView(self._view)
            axis.setStyle(tickLength=0, tickAlpha=0, autoExpandTextSpace=False, hideOverlappingLabels=False)

    def _make_items(self) -> None:
        self._beyond = QGraphicsRectItem()
        self._beyond.setPen(QPen(Qt.PenStyle.NoPen))
        self._grid = pg.PlotCurveItem(connect="pairs")
        self._low, self._high = pg.PlotCurveItem(pen=None), pg.PlotCurveItem(pen=None)
        self._band = pg.FillBetweenItem(self._low, self._high)
        self._capacity = pg.PlotCurveItem(antialias=True)
        self._limits = pg.ScatterPlotItem(useCache=False, antialias=True)
        self._curve = pg.PlotCurveItem(antialias=True)
        self._foot, self._hair = pg.PlotCurveItem(antialias=True), pg.PlotCurveItem(antialias=True)
        self._ring = pg.ScatterPlotItem(useCache=False, antialias=True)
        self._points = pg.ScatterPlotItem(useCache=False, antialias=True)
        self._sky = pg.TextItem(anchor=(0, 0))
        for z, item in enumerate(self._items()):
            item.setZValue(z - 50)
            self._view.addItem(item, ignoreBounds=True)
            item.setVisible(False)

    def _items(self) -> tuple[QGraphicsRectItem, ...]:
        """Every item, the undermost first."""
        return (
            self._beyond,
            self._grid,
            self._low,
            self._high,
            self._band,
            self._hair,
            self._foot,
            self._capacity,
            self._curve,
            self._limits,
            self._ring,
            self._points,
            self._sky,
        )

    def _side_room(self, span: float) -> float:
        """What stays free left of the first and right of the last length, so that their labels fit."""
        half = _HALF_LABEL * self._style.scale
        width = max(self._view.width(), 4 * half)
        return float(span * half / (width - 2 * half))

    def _show_axes(self, chart: MemoryChart, unit: float, x: tuple[float, float], top: float) -> None:
        self._view.setRange(xRange=x, yRange=(0, top), padding=0)
        lengths = [(math.log2(length), f"{length:,}") for length in chart.length_ticks()]
        memory = [(tick, f"{tick:,g}") for tick in chart.memory_ticks(unit)]
        self._axes["bottom"].setTicks([lengths])
        self._axes["left"].setTicks([memory])
        grid = [tick for tick, _ in memory[1:]]
        self._grid.setData([end for _ in grid for end in x], [tick for tick in grid for _ in x])
        for item in (self._grid, self._low, self._high, self._band, self._curve):
            item.setVisible(True)

    def _show_budget(self, chart: MemoryChart, unit: float, x: tuple[float, float], top: float) -> None:
        budget = chart.budget_bytes / unit
        drawn = not chart.scaled_to_curve
        self._capacity.setData(list(x), [budget, budget])
        self._beyond.setRect(QRectF(x[0], budget, x[1] - x[0], max(top - budget, 0)))
        tight = chart.tight_to
        inside = tight is not None and chart.curve.lengths[0] <= tight <= chart.curve.lengths[-1]
        self._limits.setData(
            [math.log2(tight)] if tight and inside else [],
            [budget] if inside else [],
            symbol=_tick_path(),
            size=11 * self._style.scale,
            pen=_pen(QColor(self._style.tokens.ink), 1.5),
            brush=None,
        )
        for item in (self._capacity, self._beyond, self._limits):
            item.setVisible(drawn)

    def _show_points(self, chart: MemoryChart, unit: float) -> None:
        tokens, points = self._style.tokens, chart.points
        # Made once for all points that look alike: there may be thousands.
        kinds = [(point.origin, point.oom, bool(point.differs)) for point in points]
        paths = {kind: mark_path(kind[0], oom=kind[1]) for kind in set(kinds)}
        pens = {kind: mark_pen(kind[0], tokens, oom=kind[1], pale=kind[2]) for kind in paths}
        brushes = {kind: mark_brush(kind[0], tokens, pale=kind[2]) for kind in paths}
        self._points.setData(
            x=[math.log2(point.length) for point in points],
            y=[point.bytes / unit for point in points],
            symbol=[paths[kind] for kind in kinds],
            pen=[pens[kind] for kind in kinds],
            brush=[brushes[kind] for kind in kinds],
            size=MARK_SIZE * self._style.scale,
        )
        self._points.setVisible(True)

    def _show_plan(self, chart: MemoryChart, unit: float) -> None:
        x, y = math.log2(chart.plan_length), chart.plan_bytes / unit
        tokens = self._style.tokens
        self._foot.setData([x, x], [0, y])
        self._ring.setData(
            [x],
            [y],
            symbol="o",
            size=_RING * self._style.scale,
            pen=_pen(QColor(tokens.accent), 2.2),
            brush=QColor(tokens.surface),
        )
        self._foot.setVisible(True)
        self._ring.setVisible(True)

    def _show_sky(self, chart: MemoryChart, words: ChartWords, left: float, top: float) -> None:
        # The text takes the left half of the sky, or where that is full or too low the place below the
        # budget's line, or else the ground.
        unit = words.unit_bytes
        lengths = chart.curve.lengths
        middle = math.sqrt(lengths[0] * lengths[-1])
        highest = [high for x, high in zip(lengths, chart.curve.high_bytes, strict=True) if x <= middle]
        highest += [point.bytes for point in chart.points if point.length <= middle]
        highest += [chart.plan_bytes] if chart.plan_length <= middle else []
        needed = _SKY_HEIGHT * self._style.scale / max(self._view.height(), 1) * top
        budget = top if chart.scaled_to_curve else chart.budget_bytes / unit
        floor = max(highest) / unit
        if top - max(floor, 0 if chart.scaled_to_curve else budget) >= needed:
            place = top
        else:
            place = budget if budget - floor >= needed else 0.0
        self._sky.setText(words.sky)
        self._sky.setAnchor((0, 0) if place else (0, 1))
        self._sky.setPos(left, place)
        self._sky.setVisible(bool(words.sky))


def _pen(color: QColor, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    pen = QPen(color, width, style, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    pen.setCosmetic(True)
    return pen


def _tick_path() -> QPainterPath:
    path = QPainterPath()
    path.moveTo(0, -0.5)
    path.lineTo(0, 0.5)
    return path

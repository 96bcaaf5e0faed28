"""Paints the charts of a trial from their plain data; the same painters serve the window and paper.

Predicted is blue and tinted, what the trial measured is magenta, a dry run is a hollow ink square.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpuplanner.core.benchmark import Origin
from gpuplanner.core.units import seconds, signed
from gpuplanner.render.marks import paint_mark
from gpuplanner.render.painting import PaintStyle, line_pen, paint_text, text_width, tinted
from gpuplanner.report.trial_charts import (
    PHASE_WIDTHS,
    PhaseColumn,
    RunChart,
    StepChart,
    StepTimes,
    ticks,
)

_HEAD, _AXIS_LEFT, _AXIS_BELOW, _LEGEND = 30.0, 34.0, 20.0, 22.0
PART_TINT = 0.43
"""How much of its colour a predicted part has: names of parts lie over it."""
_BAND, _PALE = 0.18, 0.45
_MARK = 9.0
_RIGHT, _LEFT = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignLeft
_CENTER = Qt.AlignmentFlag.AlignHCenter


@dataclass(frozen=True)
class TrialChartWords:
    """What a chart says beside its figures, in the language of the window."""

    title: str
    unit: str
    """At the right of the title: what the figures are."""
    unit_bytes: float = 1.0
    names: Mapping[str, str] = field(default_factory=dict)
    """Of phases, parts and stages."""
    predicted: str = "predicted {n}"
    measured: str = "measured peak {n}"
    at_the_peak: str = "At the peak, {phase}:"
    device: str = "device {n}"
    allocated: str = "allocated {n}"
    median: str = "median {n}"
    warm_up: str = "warm-up"


def paint_step_chart(
    painter: QPainter, rect: QRectF, chart: StepChart, words: TrialChartWords, style: PaintStyle
) -> None:
    """Tinted predicted parts by phase with blue top edges, measured peaks over them, both peaks labelled."""
    _paint_head(painter, rect, words, style)
    top = chart.top_bytes / words.unit_bytes
    plot, figures = _plot(rect, style, top, below=_AXIS_BELOW + _LEGEND)
    _paint_scale(painter, plot, top, figures, style)
    share = sum(PHASE_WIDTHS[column.name] for column in chart.columns) or 1.0
    x = plot.left() + 1
    gap = style.px(2)
    for column in chart.columns:
        width = (plot.width() - 2) * PHASE_WIDTHS[column.name] / share
        place = QRectF(x, plot.top(), width - gap, plot.height())
        _paint_phase(painter, place, column, top, words, style)
        x += width
    _paint_measured(painter, plot, chart, top, words, style, share)
    _paint_step_legend(painter, QPointF(plot.left(), rect.bottom() - style.px(11)), chart, words, style, rect)


def _paint_phase(
    painter: QPainter,
    place: QRectF,
    column: PhaseColumn,
    top: float,
    words: TrialChartWords,
    style: PaintStyle,
) -> None:
    tokens = style.tokens
    per_byte = place.height() / (top * words.unit_bytes)
    y = place.bottom()
    for name, size in column.parts:
        height = size * per_byte
        ground = QRectF(place.left(), y - height, place.width(), height)
        painter.fillRect(ground, tinted(tokens.part(name), PART_TINT))
        label = words.names.get(name, name)
        metrics = QFontMetricsF(style.caption)
        if height > style.px(16) and metrics.horizontalAdvance(label) + style.px(16) < place.width():
            paint_text(
                painter,
                label,
                QPointF(place.left() + style.px(8), y - height / 2),
                style.caption,
                tokens.ink,
            )
        y -= height
    edge = place.bottom() - column.predicted_bytes * per_byte
    painter.setPen(_pen(tokens.accent, 2))
    painter.drawLine(QPointF(place.left(), edge), QPointF(place.right(), edge))
    name = words.names.get(column.name, column.name)
    below = QPointF(place.center().x(), place.bottom() + style.px(11))
    paint_text(painter, name, below, style.caption, tokens.text2, _CENTER, place.width())


def _paint_measured(
    painter: QPainter,
    plot: QRectF,
    chart: StepChart,
    top: float,
    words: TrialChartWords,
    style: PaintStyle,
    share: float,
) -> None:
    """The measured peaks as one line over the phases, and the labels of both peaks."""
    tokens = style.tokens
    color = tokens.ink if chart.origin is Origin.DRY_RUN else tokens.trial
    per_byte = plot.height() / (top * words.unit_bytes)
    x, points = plot.left() + 1, []
    peak_at = predicted_at = QPointF()
    label_y = 0.0
    for column in chart.columns:
        width = (plot.width() - 2) * PHASE_WIDTHS[column.name] / share
        if column.name == chart.peak_phase:
            predicted_at = QPointF(x + width, plot.bottom() - column.predicted_bytes * per_byte)
        if column.measured_bytes is not None:
            y = plot.bottom() - column.measured_bytes * per_byte
            points += [QPointF(x, y), QPointF(x + width, y)]
            if column.name == chart.measured_phase:
                peak_at = QPointF(x + width / 2, y)
                # Above the blue edge too, so that neither line runs through the label.
                label_y = min(y, plot.bottom() - column.predicted_bytes * per_byte)
        x += width
    if points:
        painter.setPen(_pen(color, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(points))
    _label_peaks(painter, plot, chart, words, style, (predicted_at, peak_at, label_y), color)


def _label_peaks(
    painter: QPainter,
    plot: QRectF,
    chart: StepChart,
    words: TrialChartWords,
    style: PaintStyle,
    places: tuple[QPointF, QPointF, float],
    color: str,
) -> None:
    predicted_at, peak_at, label_y = places
    above = style.px(9)
    text = words.predicted.format(n=_amount(chart.predicted_peak_bytes, words))
    taken = None
    if chart.peak_phase:
        at = QPointF(predicted_at.x() - style.px(4), predicted_at.y() - above)
        taken = paint_text(painter, text, at, style.caption_strong, style.tokens.accent, _RIGHT)
    if chart.measured_peak_bytes is None:
        return
    paint_mark(painter, chart.origin, peak_at, _MARK * style.scale, style.tokens)
    text = words.measured.format(n=_amount(chart.measured_peak_bytes, words))
    width = QFontMetricsF(style.caption_strong).horizontalAdvance(text)
    left = peak_at.x() - style.px(10) - width
    y = label_y - above
    if taken is not None and taken.adjusted(-8, 0, 8, 0).intersects(
        QRectF(left, y - taken.height() / 2, width, taken.height())
    ):
        left = taken.left() - style.px(12) - width
    left = max(left, plot.left() + style.px(2))
    paint_text(painter, text, QPointF(left, y), style.caption_strong, color)


def _paint_step_legend(
    painter: QPainter,
    where: QPointF,
    chart: StepChart,
    words: TrialChartWords,
    style: PaintStyle,
    rect: QRectF,
) -> None:
    """Swatch, name and predicted figure of each part at the peak; the measured one behind, where known."""
    column = chart.column(chart.peak_phase)
    if column is None:
        return
    tokens, x = style.tokens, where.x()
    phase = words.names.get(column.name, column.name)
    head = paint_text(
        painter,
        words.at_the_peak.format(phase=phase),
        QPointF(x, where.y()),
        style.caption_strong,
        tokens.text2,
    )
    x = head.right() + style.px(12)
    measured = dict(column.measured_parts)
    mine = tokens.ink if chart.origin is Origin.DRY_RUN else tokens.trial
    for name, size in column.parts:
        label = f"{words.names.get(name, name)} "
        figure = _amount(size, words)
        own = f"  {_amount(measured.get(name, 0), words)}" if measured else ""
        widths = [QFontMetricsF(style.caption).horizontalAdvance(text) for text in (label, figure, own)]
        if x + style.px(13) + sum(widths) > rect.right():
            break
        swatch = QRectF(x, where.y() - style.px(4.5), style.px(9), style.px(9))
        painter.fillRect(swatch, tinted(tokens.part(name), 0.6))
        x += style.px(13)
        for text, width, color in zip(
            (label, figure, own), widths, (tokens.text2, tokens.accent, mine), strict=True
        ):
            paint_text(painter, text, QPointF(x, where.y()), style.caption, color)
            x += width
        x += style.px(12)


def paint_run_chart(
    painter: QPainter, rect: QRectF, chart: RunChart, words: TrialChartWords, style: PaintStyle
) -> None:
    """Device bytes over the seconds with the predicted band, and the thin line of what is allocated."""
    tokens = style.tokens
    _paint_head(painter, rect, words, style)
    top = chart.top_bytes / words.unit_bytes
    plot, figures = _plot(rect, style, top, below=_AXIS_BELOW, most=3)
    _paint_scale(painter, plot, top, figures, style)

    def at(second: float, size: float) -> QPointF:
        return QPointF(
            plot.left() + plot.width() * second / chart.end_s,
            plot.bottom() - plot.height() * size / words.unit_bytes / top,
        )

    for tick in chart.time_ticks()[1:]:
        where = QPointF(at(tick, 0).x(), plot.bottom() + style.px(11))
        align = _RIGHT if where.x() > plot.right() - style.px(20) else _CENTER
        paint_text(painter, f"{tick:,g} s", where, style.caption, tokens.text2, align)
    _paint_sections(painter, plot, chart, at, words, style)
    begin = chart.predicted_from_s
    if chart.low_bytes is not None and chart.high_bytes is not None:
        band = QRectF(at(begin, chart.high_bytes), at(chart.end_s, chart.low_bytes))
        painter.fillRect(band, tinted(tokens.accent, _BAND))
    painter.setPen(_pen(tokens.accent, 2))
    painter.drawLine(at(begin, chart.predicted_bytes), at(chart.end_s, chart.predicted_bytes))
    text = words.predicted.format(n=_amount(chart.predicted_bytes, words))
    label = at(chart.end_s, max(chart.predicted_bytes, chart.high_bytes or 0)) - QPointF(0, style.px(9))
    paint_text(painter, text, label, style.caption_strong, tokens.accent, _RIGHT)
    _paint_course(painter, chart.allocated, at, words.allocated, words, style, thin=bool(chart.device))
    _paint_course(painter, chart.device, at, words.device, words, style, thin=False)


def _paint_sections(
    painter: QPainter,
    plot: QRectF,
    chart: RunChart,
    at: Callable[[float, float], QPointF],
    words: TrialChartWords,
    style: PaintStyle,
) -> None:
    """Where a stage began: a line with its name at the top, if there is room for it."""
    for place, (name, began) in enumerate(chart.sections):
        x = at(began, 0).x()
        until = chart.sections[place + 1][1] if place + 1 < len(chart.sections) else chart.end_s
        if place:
            painter.fillRect(QRectF(x, plot.top(), 1, plot.height()), QColor(style.tokens.line))
        room = at(until, 0).x() - x - style.px(8)
        label = words.names.get(name, name)
        if QFontMetricsF(style.caption).horizontalAdvance(label) <= room:
            where = QPointF(x + style.px(5), plot.top() + style.px(5))
            paint_text(painter, label, where, style.caption, style.tokens.text2)


def _paint_course(
    painter: QPainter,
    course: Sequence[tuple[float, float]],
    at: Callable[[float, float], QPointF],
    label: str,
    words: TrialChartWords,
    style: PaintStyle,
    *,
    thin: bool,
) -> None:
    if not course:
        return
    tokens = style.tokens
    color = tinted(tokens.trial, _PALE) if thin else QColor(tokens.trial)
    painter.setPen(line_pen(color, 1.0 if thin else 1.6))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    points = [at(second, size) for second, size in _thinned(course)]
    painter.drawPolyline(QPolygonF(points))
    last = points[-1]
    if not thin:
        paint_mark(painter, Origin.TRIAL, last, 7 * style.scale, tokens)
    highest = max(size for _, size in course)
    text = label.format(n=_amount(highest, words))
    room = QFontMetricsF(style.caption_strong).horizontalAdvance(text) + style.px(10)
    fits_right = last.x() + room < painter.viewport().width()
    where = last + QPointF(style.px(8) if fits_right else -style.px(8), style.px(11))
    paint_text(painter, text, where, style.caption_strong, tokens.trial, _LEFT if fits_right else _RIGHT)


def _thinned(course: Sequence[tuple[float, float]], most: int = 4000) -> Sequence[tuple[float, float]]:
    """A long course without the points that no screen could show apart."""
    return course if len(course) <= most else course[:: len(course) // most + 1]


def paint_step_times(
    painter: QPainter, rect: QRectF, chart: StepTimes, words: TrialChartWords, style: PaintStyle
) -> None:
    """◆ for each step, pale in the warm-up, with the predicted time as a blue line where there is one."""
    tokens = style.tokens
    left = _paint_head(painter, rect, words, style)
    told = (
        (words.median, chart.median_s, tokens.trial),
        (words.predicted, chart.predicted_s, tokens.accent),
    )
    for text, value, color in told:
        if value is not None:
            where = QPointF(left - style.px(16), rect.top() + style.px(_HEAD / 2))
            figure = text.format(n=seconds(value))
            left = paint_text(painter, figure, where, style.caption_strong, color, _RIGHT).left()
    top = chart.top_s
    known = chart.predicted_s is not None or bool(chart.seconds)
    plot, figures = _plot(rect, style, top, below=_AXIS_BELOW, most=3 if known else 1)
    _paint_scale(painter, plot, top, figures, style)
    count = max(chart.n_steps, len(chart.seconds))
    if not count:
        return

    def at(number: int, second: float) -> QPointF:
        share = (number + 0.5) / count
        return QPointF(plot.left() + plot.width() * share, plot.bottom() - plot.height() * second / top)

    if chart.n_warm_up:
        edge = plot.left() + plot.width() * chart.n_warm_up / count
        painter.fillRect(QRectF(edge, plot.top(), 1, plot.height()), QColor(tokens.line_strong))
        middle = QPointF((plot.left() + edge) / 2, plot.bottom() + style.px(11))
        paint_text(painter, words.warm_up, middle, style.caption, tokens.text2, _CENTER)
    widest = text_width(f"{count:,}", style.caption) + style.px(10)
    for number in _numbers(chart.n_warm_up, count, round(plot.width() / widest)):
        where = QPointF(at(number, 0).x(), plot.bottom() + style.px(11))
        text = f"{number - chart.n_warm_up + 1:,}"
        paint_text(painter, text, where, style.caption, tokens.text2, _CENTER)
    if chart.predicted_s is not None:
        y = at(0, chart.predicted_s).y()
        painter.setPen(_pen(tokens.accent, 2))
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
    for number, second in enumerate(chart.seconds):
        painter.setOpacity(_PALE if number < chart.n_warm_up else 1.0)
        paint_mark(painter, Origin.TRIAL, at(number, second), 7 * style.scale, tokens)
    painter.setOpacity(1.0)


def _numbers(first: int, count: int, most: int) -> list[int]:
    """Measured steps that the axis names: the first, then round ones, about ``most`` and never above 20."""
    left, most = count - first, min(max(most, 2), 20)
    steps = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000)
    step = next((step for step in steps if left / step <= most), steps[-1])
    return [first, *(first + number - 1 for number in range(step, left + 1, step) if number > 1)]


def _paint_head(painter: QPainter, rect: QRectF, words: TrialChartWords, style: PaintStyle) -> float:
    """Title and unit; returns where the unit begins."""
    y = rect.top() + style.px(_HEAD / 2)
    unit = paint_text(painter, words.unit, QPointF(rect.right(), y), style.table, style.tokens.text2, _RIGHT)
    room = unit.left() - rect.left() - style.px(12)
    where = QPointF(rect.left(), y)
    paint_text(painter, words.title, where, style.table_strong, style.tokens.ink, _LEFT, room)
    return unit.left()


def _plot(
    rect: QRectF, style: PaintStyle, top: float, below: float, most: int = 5
) -> tuple[QRectF, tuple[float, ...]]:
    """Where the lines are drawn, and the figures at its left: no more than its height can tell apart.

    It begins right of the widest figure; ``top`` is in the unit of the axis.
    """
    plot = rect.adjusted(style.px(_AXIS_LEFT), style.px(_HEAD + 4), 0, -style.px(below))
    line = 1.4 * QFontMetricsF(style.caption).height()
    figures = ticks(top, min(most, max(2, 1 + int(plot.height() / line))) if most > 1 else most)
    widest = max(text_width(f"{tick:,g}", style.caption) for tick in figures) + style.px(7)
    plot.setLeft(max(plot.left(), rect.left() + widest))
    return plot, figures


def _paint_scale(
    painter: QPainter, plot: QRectF, top: float, figures: tuple[float, ...], style: PaintStyle
) -> None:
    """Horizontal lines with their figures; ``top`` is in the unit of the axis."""
    tokens = style.tokens
    for tick in figures:
        y = plot.bottom() - plot.height() * tick / top
        line = tokens.line if tick else tokens.line_strong
        painter.fillRect(QRectF(plot.left(), round(y), plot.width(), 1), QColor(line))
        where = QPointF(plot.left() - style.px(7), y)
        paint_text(painter, f"{tick:,g}", where, style.caption, tokens.text2, _RIGHT)


def _amount(n_bytes: float, words: TrialChartWords) -> str:
    return signed(n_bytes / words.unit_bytes, 2, plus=False)


def _pen(color: str, width: float) -> QPen:
    pen = line_pen(color, width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


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

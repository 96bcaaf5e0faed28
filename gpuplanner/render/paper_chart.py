"""The charts of a report: the window's own, drawn as vectors, with their keys and what stands beside."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRect, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from gpuplanner.core.benchmark import Origin
from gpuplanner.core.units import GIB
from gpuplanner.render.chart_view import ChartStyle, ChartView, ChartWords
from gpuplanner.render.marks import MARK_SIZE, paint_mark
from gpuplanner.render.painting import PaintStyle, text_width, tinted
from gpuplanner.render.paper_pieces import ESTIMATED, INK, Piece, bullets, one_line
from gpuplanner.render.paper_text import paper_font
from gpuplanner.render.tokens import REGULAR, SEMIBOLD
from gpuplanner.render.trial_axes import TrialChartWords
from gpuplanner.render.trial_step_paint import paint_step_chart
from gpuplanner.report.blocks import MARK_SIGNS, ChartBlock, Mark, StepBlock

_CHART_SHARE, _CHART_HEIGHT = 0.57, 180
_TOP, _KEY = 26, 26
_STEP_HEIGHT = 220


def chart_pieces(block: ChartBlock, width: float) -> list[Piece]:
    """One piece: title, chart and key at the left, the sentences at the right."""
    chart_width = round(width * _CHART_SHARE)
    beside_left = chart_width + 24
    beside = bullets(block.beside, width - beside_left)
    beside_height = sum(piece.height + piece.space_before for piece in beside)
    height = max(_TOP + _CHART_HEIGHT + _KEY, beside_height)

    def paint(painter: QPainter, x: float, y: float) -> None:
        one_line(painter, block.title, x, y + 14, 13, SEMIBOLD, INK.ink)
        unit_left = x + chart_width - text_width(block.unit, paper_font(12))
        one_line(painter, block.unit, unit_left, y + 14, 12, REGULAR, INK.text2)
        target = QRectF(x, y + _TOP, chart_width, _CHART_HEIGHT)
        _paint_chart(painter, block, target, chart_width)
        _key(painter, block, x + 34, y + _TOP + _CHART_HEIGHT + 14)
        top = y
        for i, piece in enumerate(beside):
            top += piece.space_before if i else 0
            piece.paint(painter, x + beside_left, top)
            top += piece.height

    return [Piece(height, paint, 14, sign=ESTIMATED, sign_baseline=14)]


def _paint_chart(painter: QPainter, block: ChartBlock, target: QRectF, width: int) -> None:
    """Make the window's chart, draw it as vectors, and let it go: a report may hold a hundred of them."""
    view = ChartView(ChartStyle(INK, paper_font(11), paper_font(11, SEMIBOLD)))
    view.resize(width, _CHART_HEIGHT)
    view.plot.resize(width, _CHART_HEIGHT)
    words = ChartWords(block.unit_bytes or GIB, block.sky, lambda _point: "", lambda *_figures: "")
    view.show_chart(block.chart, words)
    # Laid out without ever being shown: pyqtgraph places its labels when it is first drawn.
    view.grab()
    view.show_chart(block.chart, words)
    view.plot.render(painter, target, QRect(0, 0, width, _CHART_HEIGHT))
    view.deleteLater()
    QCoreApplication.sendPostedEvents(view, QEvent.Type.DeferredDelete.value)


def step_pieces(block: StepBlock, width: float) -> list[Piece]:
    """One step of a trial over the whole width, as the Trial page paints it."""
    words = TrialChartWords(
        title=block.title,
        unit=block.unit,
        unit_bytes=block.unit_bytes,
        names=dict(block.names),
        predicted=block.predicted,
        measured=block.measured,
        at_the_peak=block.at_the_peak,
    )
    style = PaintStyle(
        INK, paper_font(11), paper_font(11, SEMIBOLD), paper_font(12), paper_font(12, SEMIBOLD)
    )

    def paint(painter: QPainter, x: float, y: float) -> None:
        paint_step_chart(painter, QRectF(x, y, width, _STEP_HEIGHT), block.chart, words, style)

    mark = Mark.DRY_RUN if block.chart.origin is Origin.DRY_RUN else Mark.TRIAL
    return [Piece(_STEP_HEIGHT, paint, 14, sign=MARK_SIGNS[mark], sign_baseline=18)]


def _key(painter: QPainter, block: ChartBlock, x: float, y: float) -> None:
    for origin, word in block.key:
        if origin is None:
            painter.fillRect(QRectF(x, y - 8, 24, 8), tinted(INK.accent, 0.18))
            painter.setPen(QPen(QColor(INK.accent), 2))
            painter.drawLine(QPointF(x, y - 4), QPointF(x + 24, y - 4))
            x += 30
        else:
            paint_mark(painter, Origin(origin), QPointF(x + 5, y - 4), MARK_SIZE, INK)
            x += 16
        one_line(painter, word, x, y, 12, REGULAR, INK.text2)
        x += text_width(word, paper_font(12)) + 18

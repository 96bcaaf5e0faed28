"""The accuracy charts on screen: cells where their values are, exact under the pointer."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QImage, QMouseEvent, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gpuplanner.core.benchmark import MemoryKind, Origin
from gpuplanner.core.peers import Peer
from gpuplanner.core.plan import Method
from gpuplanner.core.units import GIB
from gpuplanner.render.accuracy_paint import AccuracyWords, paint_predicted, paint_residuals
from gpuplanner.render.accuracy_view import BarsView, PredictedView, ResidualView
from gpuplanner.render.painting import PaintStyle, length_ticks
from gpuplanner.render.peer_bars import BarWords
from gpuplanner.render.tokens import LIGHT
from gpuplanner.report.accuracy_charts import (
    AccuracyPoint,
    BarKind,
    PeerBar,
    PredictedChart,
    Quantity,
    ResidualChart,
    ResidualPanel,
)


def style() -> PaintStyle:
    font = QFont()
    font.setPixelSize(11)
    return PaintStyle(LIGHT, font, font, font, font)


def words() -> AccuracyWords:
    return AccuracyWords(
        GIB, lambda point: f"cell {point.row}", lambda m: m.value, lambda x: f"{x}", "±10 %", "equal"
    )


def point(row: int, measured: float, predicted: float, length: int = 1024) -> AccuracyPoint:
    return AccuracyPoint(
        row,
        "m",
        Method.LORA,
        length,
        1,
        Origin.PUBLISHED,
        MemoryKind.UNKNOWN,
        measured * GIB,
        predicted * GIB,
    )


WHITE = 0xFFFFFFFF
POINTS = (point(0, 10, 10), point(1, 20, 23, 2048), point(2, 40, 36, 4096), point(3, 80, 80, 8192))
PREDICTED = PredictedChart(Quantity.MEMORY, POINTS)
RESIDUALS = ResidualChart(Quantity.MEMORY, (ResidualPanel(Method.LORA, POINTS),), 0.06)


def canvas() -> tuple[QImage, QPainter]:
    image = QImage(500, 400, QImage.Format.Format_RGB32)
    return image, QPainter(image)


def test_that_equal_values_lie_on_the_diagonal(qapp: QApplication) -> None:
    _image, painter = canvas()
    rect = QRectF(0, 0, 500, 400)
    placed = paint_predicted(painter, rect, PREDICTED, words(), style())
    painter.end()
    (first, _), (over, _), (under, _), (last, _) = placed
    slope = (last.y() - first.y()) / (last.x() - first.x())
    for where, above in ((over, True), (under, False)):
        line = first.y() + slope * (where.x() - first.x())
        assert (where.y() < line) is above
    assert over.x() - first.x() == pytest.approx(under.x() - over.x(), abs=0.01)  # doublings


def test_that_an_error_is_drawn_at_its_height(qapp: QApplication) -> None:
    _image, painter = canvas()
    placed = paint_residuals(painter, QRectF(0, 0, 500, 400), RESIDUALS, words(), style())
    painter.end()
    heights = [where.y() for where, _ in placed]
    zero, per_error = heights[0], (heights[1] - heights[0]) / POINTS[1].error
    assert per_error < 0
    assert heights[2] - zero == pytest.approx(POINTS[2].error * per_error)
    assert heights[3] == pytest.approx(zero)


def test_that_labels_stay_in_the_picture(qapp: QApplication) -> None:
    """Large errors have wide labels, "+37.5"; the last label of an axis is at its very end."""
    wide = (point(0, 10, 17), point(1, 100, 52, 2048))
    residuals = ResidualChart(Quantity.MEMORY, (ResidualPanel(Method.LORA, wide),), 0.06)
    predicted = PredictedChart(Quantity.MEMORY, wide)
    rect = QRectF(100, 0, 300, 400)
    for paint, chart in ((paint_residuals, residuals), (paint_predicted, predicted)):
        image, painter = canvas()
        image.fill(Qt.GlobalColor.white)
        paint(painter, rect, chart, words(), style())  # type: ignore[operator]
        painter.end()
        beside = (*range(100), *range(400, 500))
        assert all(image.pixel(x, y) == WHITE for x in beside for y in range(400))


def test_that_models_of_one_length_stand_side_by_side(qapp: QApplication) -> None:
    twins = tuple(
        AccuracyPoint(i, f"m{i}", Method.LORA, 1024, 1, Origin.PUBLISHED, MemoryKind.UNKNOWN, GIB, GIB)
        for i in range(3)
    )
    chart = ResidualChart(Quantity.MEMORY, (ResidualPanel(Method.LORA, twins),), math.nan)
    _image, painter = canvas()
    placed = paint_residuals(painter, QRectF(0, 0, 500, 400), chart, words(), style())
    painter.end()
    assert len({where.x() for where, _ in placed}) == 3


@pytest.mark.parametrize("kind", [PredictedView, ResidualView])
def test_that_a_click_on_a_cell_names_its_row(
    qtbot: QtBot, kind: type[PredictedView] | type[ResidualView]
) -> None:
    view = kind(style())
    qtbot.addWidget(view)
    view.resize(500, 400)
    view.show_chart(PREDICTED if kind is PredictedView else RESIDUALS, words())  # type: ignore[arg-type]
    with qtbot.waitExposed(view):
        view.show()
    view.grab()
    rows: list[int] = []
    view.row_clicked.connect(rows.append)
    where = view.placed[2][0].toPoint()
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=where)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=where + QPoint(30, 30))
    assert rows == [2]


def test_that_the_pointer_turns_into_a_hand_over_a_cell(qtbot: QtBot) -> None:
    view = PredictedView(style())
    qtbot.addWidget(view)
    view.resize(500, 400)
    view.point_tip = lambda point: f"row {point.row}"
    view.show_chart(PREDICTED, words())
    view.grab()
    for where, shape in (
        (view.placed[1][0], Qt.CursorShape.PointingHandCursor),
        (QPointF(5, 5), Qt.CursorShape.ArrowCursor),
    ):
        move = QMouseEvent(
            QEvent.Type.MouseMove,
            where,
            view.mapToGlobal(where),
            Qt.MouseButton.NoButton,
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(view, move)
        assert view.cursor().shape() == shape


def test_that_nothing_to_draw_is_said_and_cannot_be_clicked(qtbot: QtBot) -> None:
    view = PredictedView(style())
    qtbot.addWidget(view)
    view.resize(500, 400)
    view.show_chart(PREDICTED, words())
    view.grab()
    where = view.placed[0][0]
    view.show_nothing("No step time was measured.")
    view.grab()
    assert view.point_near(where) is None
    assert view.accessibleName() == "No step time was measured."


def test_that_pale_figures_are_paler(qtbot: QtBot) -> None:
    view = PredictedView(style())
    qtbot.addWidget(view)
    view.resize(500, 400)
    view.show_chart(PREDICTED, words())
    clear = view.grab().toImage()
    view.set_pale(True)
    pale = view.grab().toImage()
    where = view.placed[1][0].toPoint()
    assert pale.pixelColor(where).lightness() > clear.pixelColor(where).lightness() + 40


def test_that_a_long_bar_is_cut_off_and_the_others_keep_their_scale(qtbot: QtBot) -> None:
    peer = Peer("p", "p", "a/b", "1", 9, 81, 7.0, None, None, "2026-11-24", "")
    bars = (PeerBar(BarKind.OURS, 0.02, 81, 81), PeerBar(BarKind.PEER, 0.4, 9, 81, peer))
    view = BarsView(style())
    qtbot.addWidget(view)
    view.resize(500, 120)
    short = BarWords(lambda bar: bar.kind.value, lambda bar: f"{bar.cells}")
    view.show_bars((*bars, PeerBar(BarKind.PEER, 7.0, 9, 81, peer)), short)
    view.grab()
    assert len(view.placed) == 3
    assert all(line.right() <= 500 for line, _ in view.placed)


def test_that_bars_without_room_are_left_out_from_the_end(qtbot: QtBot) -> None:
    view = BarsView(style())
    qtbot.addWidget(view)
    view.resize(500, 31)
    bars = [PeerBar(BarKind.PEER, 0.1 * i, 9, 81) for i in range(1, 6)]
    view.show_bars(bars, BarWords(lambda bar: "x", lambda bar: ""))
    view.grab()
    assert [bar for _, bar in view.placed] == bars[:2]
    view.resize(500, 3)  # a small window with large text: there is no room at all
    view.grab()
    assert view.placed == []


def test_that_bars_of_no_length_are_drawn(qtbot: QtBot) -> None:
    view = BarsView(style())
    qtbot.addWidget(view)
    view.resize(500, 300)
    view.show_bars([PeerBar(BarKind.OURS, 0.0, 9, 81)], BarWords(lambda bar: "x", lambda bar: ""))
    view.grab()
    assert len(view.placed) == 1


def test_that_ticks_of_length_are_doublings() -> None:
    assert length_ticks(256, 8192, 6) == [256, 512, 1024, 2048, 4096, 8192]
    assert length_ticks(256, 8192, 3) == [256, 1024, 4096]
    assert length_ticks(1000, 1000, 3) == [1000]
    assert length_ticks(1100, 1900, 3) == [1100, 1900]

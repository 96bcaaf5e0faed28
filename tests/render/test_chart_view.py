"""The chart on screen: drawn in place, exact under the pointer."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QMouseEvent, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gpuplanner.core.benchmark import Origin
from gpuplanner.core.estimate import Fits
from gpuplanner.core.units import GIB
from gpuplanner.render.chart_view import ChartStyle, ChartView, ChartWords
from gpuplanner.render.tokens import DARK, LIGHT, Tokens
from gpuplanner.report.charts import Curve, MeasuredPoint, MemoryChart


def style(tokens: Tokens) -> ChartStyle:
    font = QFont()
    font.setPixelSize(11)
    return ChartStyle(tokens, font, font)


def words() -> ChartWords:
    return ChartWords(GIB, "Fits to 3,840", lambda point: f"row {point.row}", lambda *values: str(values[0]))


def chart(budget_gib: float = 24, plan: int = 1024) -> MemoryChart:
    lengths = (256, 512, 1024, 2048, 4096, 8192)
    middle = tuple(float(x) * GIB for x in (16, 16.5, 17, 18, 21, 27))
    curve = Curve(lengths, middle, tuple(x * 0.95 for x in middle), tuple(x * 1.05 for x in middle))
    points = tuple(
        MeasuredPoint(i, length, 17 * GIB, origin)
        for i, (length, origin) in enumerate(zip((256, 1024, 4096), Origin, strict=False))
    )
    return MemoryChart(curve, points, budget_gib * GIB, plan, 17 * GIB, Fits.YES, 3840, 5632)


@pytest.fixture
def view(qtbot: QtBot) -> ChartView:
    result = ChartView(style(LIGHT))
    qtbot.addWidget(result)
    result.resize(360, 240)
    result.show_chart(chart(), words())
    result.show()
    qtbot.waitExposed(result)
    return result


def test_that_another_chart_makes_no_new_items(view: ChartView) -> None:
    before = list(map(id, view.plot.scene().items()))
    view.show_chart(chart(80, 4096), words())
    view.set_style(style(DARK))
    assert list(map(id, view.plot.scene().items())) == before


def test_that_a_value_is_drawn_where_the_axis_says(view: ChartView) -> None:
    low, high = view.pixel_of(256, 0), view.pixel_of(8192, chart().top_bytes())
    assert low.x() < high.x()
    assert low.y() > high.y()
    assert view.length_at(view.pixel_of(2048, 17 * GIB)) == pytest.approx(2048, rel=0.02)


def test_that_a_click_on_a_point_names_its_row(qtbot: QtBot, view: ChartView) -> None:
    rows: list[int] = []
    view.row_clicked.connect(rows.append)
    where = view.pixel_of(1024, 17 * GIB).toPoint()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where + QPointF(40, 40).toPoint())
    assert rows == [1]


def test_that_only_a_near_point_is_found(view: ChartView) -> None:
    at = view.pixel_of(4096, 17 * GIB)
    found = view.point_near(at + QPointF(3, 3))
    assert found is not None
    assert found.row == 2
    assert view.point_near(at + QPointF(0, 30)) is None


def test_that_the_pointer_over_the_curve_shows_a_hair_and_leaving_takes_it_away(view: ChartView) -> None:
    where = view.pixel_of(600, 10 * GIB)
    button = Qt.MouseButton.NoButton
    at = QPointF(view.viewport().mapToGlobal(where.toPoint()))
    move = QMouseEvent(QEvent.Type.MouseMove, where, at, button, button, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(view.viewport(), move)
    assert view.is_hair_visible
    QApplication.sendEvent(view.viewport(), QEvent(QEvent.Type.Leave))
    assert not view.is_hair_visible


def test_that_clearing_leaves_the_ground_alone(view: ChartView) -> None:
    view.clear()
    assert view.chart is None
    image = view.grab().toImage()
    colors = {image.pixelColor(x, y).name() for x in range(60, 340, 7) for y in range(10, 190, 7)}
    assert colors == {"#ffffff"}


@pytest.mark.parametrize("budget", [24, 80])
@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_that_the_curve_is_drawn_in_the_colour_of_predictions(
    qtbot: QtBot, view: ChartView, budget: int, tokens: Tokens
) -> None:
    view.set_style(style(tokens))
    view.show_chart(chart(budget, 512), words())
    image = QImage(view.size(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    view.render(painter, QPoint())
    painter.end()
    at = view.pixel_of(1500, 17.5 * GIB).toPoint()
    column = [image.pixelColor(at.x(), at.y() + dy) for dy in range(-25, 25)]
    wanted = QColor(tokens.accent)
    nearest = min(sum(abs(a - b) for a, b in zip(c.getRgb(), wanted.getRgb(), strict=True)) for c in column)
    assert nearest < 60  # the line is smoothed

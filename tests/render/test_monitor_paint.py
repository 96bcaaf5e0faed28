"""The monitor's plots: what is painted where, and the same in a file of vectors."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtWidgets import QApplication

from gpuplanner.core.errors import InputError
from gpuplanner.monitor.decimation import Series
from gpuplanner.render.monitor_columns import PlotStyle, column_rects, plot_rect
from gpuplanner.render.monitor_paint import paint_heads, paint_plots
from gpuplanner.render.monitor_picture import Picture, PictureRow, save_picture
from gpuplanner.render.monitor_plots import CardPlots, Limit, OverlayLine, Plot, Pointed, TimeWindow
from gpuplanner.render.tokens import LIGHT

SIZE = (1000, 150)
WINDOW = TimeWindow(0.0, 100.0, 1_700_000_000.0)


def flat(value: float, stop: float = 100.0) -> Series:
    times = np.linspace(-10.0, stop, 111)
    values = np.full(111, value)
    return Series(times, values, values)


def plots() -> CardPlots:
    ticks = ((0.0, "0"), (50.0, "50"), (100.0, "100"))
    memory = Plot("Memory used", "60.0", "GiB", 100.0, ticks, (flat(10), flat(40), flat(60)))
    others = (Plot(title, "50", "%", 100.0, ticks, (flat(50),)) for title in ("Busy", "Heat", "Power"))
    return CardPlots((memory, *others), WINDOW)


@pytest.fixture
def style(qapp: QApplication) -> PlotStyle:
    font = QFont()
    font.setPixelSize(11)
    return PlotStyle(LIGHT, font, font, font)


def painted(what: CardPlots, style: PlotStyle, pointed: Pointed | None = None) -> QImage:
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    paint_plots(painter, QRectF(0, 0, *SIZE), what, style)
    paint_heads(painter, QRectF(0, 0, *SIZE), what, style, pointed)
    painter.end()
    return image


def at(image: QImage, style: PlotStyle, column: int, time_s: float, value: float) -> str:
    """Colour of a plot at a time and value."""
    area = plot_rect(column_rects(SIZE[0], SIZE[1], style)[column], style)
    x = area.left() + time_s / 100 * area.width()
    y = area.bottom() - value / 100 * area.height()
    return image.pixelColor(round(x), round(y)).name().upper()


def has_ink(image: QImage, style: PlotStyle, column: int, time_s: float, value: float) -> bool:
    """Whether a dark line passes within two pixels."""
    area = plot_rect(column_rects(SIZE[0], SIZE[1], style)[column], style)
    x = round(area.left() + time_s / 100 * area.width())
    y = round(area.bottom() - value / 100 * area.height())
    return any(image.pixelColor(x, y + d).lightness() < 140 for d in range(-2, 3))


def test_that_columns_cover_the_row_in_whole_pixels(style: PlotStyle) -> None:
    columns = column_rects(1_001, 100, style)
    assert columns[0].left() == 0
    assert columns[-1].right() == 1_001
    assert all(a.right() == b.left() for a, b in pairwise(columns))


def test_that_memory_is_stacked_in_tints_of_its_parts(style: PlotStyle) -> None:
    image = painted(plots(), style)
    others, mine = at(image, style, 0, 50, 25), at(image, style, 0, 50, 50)
    assert QColor(others).saturation() < 40
    assert QColor(mine).hsvHue() == pytest.approx(QColor(LIGHT.trial).hsvHue(), abs=6)
    assert at(image, style, 0, 50, 80) == LIGHT.surface


def test_that_a_line_breaks_at_a_gap(style: PlotStyle) -> None:
    broken = flat(30.0)
    broken.high[60:80] = np.nan  # low is the same array: at 50 … 70 s nothing was read
    image = painted(
        replace(
            plots(), plots=(plots().plots[0], *(replace(p, series=(broken,)) for p in plots().plots[1:]))
        ),
        style,
    )
    assert has_ink(image, style, 1, 30, 30)
    assert not has_ink(image, style, 1, 60, 30)
    assert has_ink(image, style, 1, 85, 30)


def test_that_a_lost_card_is_hatched_from_its_last_reading_on(style: PlotStyle) -> None:
    image = painted(replace(plots(), gone_s=60.0), style)
    assert not has_ink(image, style, 1, 80, 50)
    assert has_ink(image, style, 1, 40, 50)
    area = plot_rect(column_rects(SIZE[0], SIZE[1], style)[1], style)
    row = [
        image.pixelColor(x, round(area.top()) + 9).name().upper()
        for x in range(round(area.left() + 0.7 * area.width()), round(area.right()))
    ]
    assert LIGHT.line_strong in row


def test_that_prediction_limit_reason_and_compared_recording_are_painted(style: PlotStyle) -> None:
    memory, busy, heat, power = plots().plots
    line = OverlayLine(80.0, "predicted peak: 79 + 1 already there", 75.0, 85.0)
    shown = replace(
        plots(),
        plots=(
            replace(memory, overlay=(line,), under=(flat(5), flat(20), flat(90, 50.0))),
            replace(busy, series=(), reason="Not supported by this card"),
            replace(heat, limit=Limit(92.0, "slows down at 92"), under=(flat(20),)),
            power,
        ),
        marks=((20.0, "mark 1"), (21.0, "too near for words"), (500.0, "outside")),
    )
    before, after = painted(plots(), style), painted(shown, style)
    assert at(after, style, 0, 80, 80) != at(before, style, 0, 80, 80)  # the band
    assert at(after, style, 0, 30, 88) != LIGHT.surface  # the other recording, above mine
    assert not has_ink(after, style, 1, 5, 50)  # no line, but the reason in words
    assert any(has_ink(after, style, 1, t, 50) for t in range(30, 70))


def test_that_the_crosshair_shows_the_values_of_its_time(style: PlotStyle) -> None:
    pointed = Pointed(50.0, ("1.0", "2", "–", "4"), (10.0, 20.0, None, 200.0))
    image = painted(plots(), style, pointed)
    assert at(image, style, 1, 50, 90) == LIGHT.text3
    assert at(image, style, 1, 52, 90) == LIGHT.surface


def test_that_a_single_reading_is_a_dot(style: PlotStyle) -> None:
    one = Series(np.array([50.0]), np.array([30.0]), np.array([30.0]))
    shown = replace(
        plots(), plots=(plots().plots[0], *(replace(p, series=(one,)) for p in plots().plots[1:]))
    )
    image = painted(shown, style)
    assert has_ink(image, style, 1, 50, 30)
    assert not has_ink(image, style, 1, 60, 30)


def test_that_a_picture_is_saved_as_png_and_as_svg_with_texts(style: PlotStyle, tmp_path: Path) -> None:
    picture = Picture(
        "Tuesday", (PictureRow("GPU 0", ("A100",), replace(plots(), gone_s=90.0)),), ((0.5, "14:00"),)
    )
    save_picture(picture, tmp_path / "a.png", style)
    assert QImage(str(tmp_path / "a.png")).width() == 2_400
    save_picture(picture, tmp_path / "a.svg", style)
    svg = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "Memory used" in svg
    assert "14:00" in svg
    assert "<image" not in svg


def test_that_a_picture_in_a_missing_folder_is_refused(style: PlotStyle, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="folder is gone"):
        save_picture(Picture("", (), ()), tmp_path / "no" / "a.png", style)

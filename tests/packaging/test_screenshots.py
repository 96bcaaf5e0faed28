"""The script that takes the README's pictures: few colours, and what is wrong said before anything starts."""

from __future__ import annotations

from pathlib import Path

import picture_palette
import pytest
import screenshots
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter


def test_that_a_picture_of_few_colours_is_kept_to_the_bit(tmp_path: Path) -> None:
    image = QImage(64, 32, QImage.Format.Format_RGB32)
    image.fill(QColor("#ffffff"))
    for x in range(64):
        image.setPixelColor(x, 3, QColor(x, 20, 200))
    saved = picture_palette.with_palette(image)
    assert saved.format() is QImage.Format.Format_Indexed8
    assert saved.save(str(tmp_path / "few.png"))
    read = QImage(str(tmp_path / "few.png")).convertToFormat(QImage.Format.Format_RGB32)
    assert read == image


def test_that_many_colours_become_256_near_ones_and_the_ground_keeps_its_own() -> None:
    image = QImage(600, 100, QImage.Format.Format_RGB32)
    image.fill(QColor("#fdf6e3"))
    painter = QPainter(image)
    shades = QLinearGradient(0, 0, 600, 0)
    shades.setColorAt(0, QColor("#1040a0"))
    shades.setColorAt(1, QColor("#f0e010"))
    painter.fillRect(0, 60, 600, 40, shades)
    painter.end()
    saved = picture_palette.with_palette(image)
    assert saved.colorCount() <= picture_palette.N_COLORS
    back = saved.convertToFormat(QImage.Format.Format_RGB32)
    assert back.pixelColor(5, 5) == QColor("#fdf6e3")
    for x in range(0, 600, 7):
        was, now = image.pixelColor(x, 80), back.pixelColor(x, 80)
        assert (
            abs(was.red() - now.red()) + abs(was.green() - now.green()) + abs(was.blue() - now.blue()) <= 12
        )


def test_that_an_unknown_page_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        screenshots.main(["plan", "plans"])
    assert ended.value.code == 2
    assert "no page is named plans" in capsys.readouterr().err

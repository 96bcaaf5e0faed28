"""The chart of memory over length as a picture to keep: an image, PNG, or SVG with real lines and texts."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QRect, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from gpuplanner.render.chart_view import ChartView

_DPI = 96
_SHARP = 2
"""Pixels of the image for each of the chart's."""


def chart_image(view: ChartView) -> QImage:
    """The chart as it is shown, twice as sharp."""
    size = view.plot.size()
    image = QImage(size * _SHARP, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(_SHARP)
    painter = QPainter(image)
    _paint(painter, view, size)
    painter.end()
    return image


def chart_png(view: ChartView) -> bytes:
    """The same as the content of a file."""
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    chart_image(view).save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def chart_svg(view: ChartView) -> bytes:
    """The chart as vectors, as large as it is shown at 96 dpi."""
    size, buffer = view.plot.size(), QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(_DPI)
    generator.setSize(size)
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    generator.setTitle(view.accessibleName())
    painter = QPainter(generator)
    _paint(painter, view, size)
    painter.end()
    return bytes(buffer.data().data())


def _paint(painter: QPainter, view: ChartView, size: QSize) -> None:
    view.hide_hair()  # it belongs to the pointer
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    whole = QRect(0, 0, size.width(), size.height())
    painter.fillRect(whole, QColor(view.ground))
    view.plot.render(painter, QRectF(whole), whole)

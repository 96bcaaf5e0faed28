"""The chart of memory over length as a picture to keep: an image, PNG, or SVG with real lines and texts."""

from __future__ import annotations

import re

from PySide6.QtCore import QBuffer, QRect, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from gpuplanner.render.chart_view import ChartView

_DPI = 96
_UNSCALED = ' vector-effect="non-scaling-stroke"'
_GROUP = re.compile(r'<g ([^>]*)transform="matrix\(([^)]*)\)"([^>]*)>(.*?)</g>', re.DOTALL)
_PLACES = re.compile(r' (?:d|points)="[^"]*"')
_POINT = re.compile(r"([-+.\de]+),([-+.\de]+)")
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
    return plain_strokes(bytes(buffer.data().data()).decode()).encode()


def plain_strokes(svg: str) -> str:
    """The same picture with the lines' places written out.

    Qt leaves them in the chart's own units, gigabytes over powers of two, and asks for strokes that are not
    scaled with them; half of the programs that read SVG scale them all the same.
    """
    return _GROUP.sub(_written_out, svg)


def _written_out(group: re.Match[str]) -> str:
    before, matrix, after, body = group.groups()
    if _UNSCALED not in body:
        return group[0]
    a, b, c, d, e, f = map(float, matrix.split(","))

    def point(found: re.Match[str]) -> str:
        x, y = float(found[1]), float(found[2])
        return f"{a * x + c * y + e:.3f},{b * x + d * y + f:.3f}"

    placed = _PLACES.sub(lambda found: _POINT.sub(point, found[0]), body.replace(_UNSCALED, ""))
    return f"<g {before}{after}>{placed}</g>"


def _paint(painter: QPainter, view: ChartView, size: QSize) -> None:
    view.hide_hair()  # it belongs to the pointer
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    whole = QRect(0, 0, size.width(), size.height())
    painter.fillRect(whole, QColor(view.ground))
    view.plot.render(painter, QRectF(whole), whole)

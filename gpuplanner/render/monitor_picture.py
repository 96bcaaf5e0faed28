"""The Monitor page's plots as a picture to keep: PNG, or SVG with real lines and texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QBuffer, QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from gpuplanner.data.whole_file import write_whole
from gpuplanner.render.monitor_columns import PlotStyle, column_rects, plot_rect
from gpuplanner.render.monitor_paint import paint_heads, paint_plots
from gpuplanner.render.monitor_plots import CardPlots

_WIDTH, _HEAD, _ROW, _FOOT, _NAME = 1200, 40, 150, 28, 210


@dataclass(frozen=True)
class PictureRow:
    """One card: lines of words beside its plots."""

    title: str
    lines: tuple[str, ...]
    plots: CardPlots


@dataclass(frozen=True)
class Picture:
    """The whole picture; ``times`` are labels with their share of the time axis."""

    title: str
    rows: tuple[PictureRow, ...]
    times: tuple[tuple[float, str], ...]


def save_picture(picture: Picture, path: Path, style: PlotStyle) -> None:
    """Write the picture; the file's ending chooses between SVG and PNG.

    Raises:
        InputError: it cannot be written.
    """
    size = QSize(_WIDTH, _HEAD + _ROW * len(picture.rows) + _FOOT)
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    if path.suffix.lower() == ".svg":
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        generator.setSize(size)
        generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
        generator.setTitle(picture.title)
        painter = QPainter(generator)
        _paint(painter, picture, size, replace(style, vector=True))
        painter.end()
    else:
        image = QImage(size * 2, QImage.Format.Format_ARGB32)
        image.setDevicePixelRatio(2)
        painter = QPainter(image)
        _paint(painter, picture, size, style)
        painter.end()
        image.save(buffer, "PNG")  # type: ignore[call-overload]
    write_whole(path, bytes(buffer.data().data()))


def _paint(painter: QPainter, picture: Picture, size: QSize, style: PlotStyle) -> None:
    tokens = style.tokens
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(QRectF(0, 0, size.width(), size.height()), QColor(tokens.surface))
    painter.setFont(style.value)
    painter.setPen(QColor(tokens.ink))
    painter.drawText(QPointF(16, 25), picture.title)
    for at, row in enumerate(picture.rows):
        top = _HEAD + at * _ROW
        where = QRectF(_NAME, top, size.width() - _NAME, _ROW)
        paint_plots(painter, where, row.plots, style)
        paint_heads(painter, where, row.plots, style)
        painter.fillRect(QRectF(0, top, size.width(), 1), QColor(tokens.line))
        painter.setFont(style.value)
        painter.setPen(QColor(tokens.ink))
        painter.drawText(QPointF(16, top + 26), row.title)
        painter.setFont(style.caption)
        painter.setPen(QColor(tokens.text2))
        for number, line in enumerate(row.lines):
            painter.drawText(QPointF(16, top + 46 + 16 * number), line)
    _paint_times(painter, picture.times, QRectF(_NAME, 0, size.width() - _NAME, _ROW), size, style)


def _paint_times(
    painter: QPainter, times: Sequence[tuple[float, str]], row: QRectF, size: QSize, style: PlotStyle
) -> None:
    painter.setFont(style.caption)
    painter.setPen(QColor(style.tokens.text2))
    metrics = painter.fontMetrics()
    for column in column_rects(row.width(), row.height(), style):
        plot = plot_rect(column.translated(row.left(), 0), style)
        right = -1e9
        for share, text in times:
            width = metrics.horizontalAdvance(text)
            x = min(max(plot.left() + share * plot.width() - width / 2, plot.left()), plot.right() - width)
            if x > right + 12:
                painter.drawText(QPointF(x, size.height() - 10), text)
                right = x + width

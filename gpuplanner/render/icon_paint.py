"""Our own line drawings as vectors, tinted with a colour: the same on the screen and on paper."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgRenderer

from gpuplanner.data.resources import resource

_INK_IN_FILES = "#000000"


def paint_icon(painter: QPainter, name: str, color: str, target: QRectF) -> None:
    """Draw an icon of ``resources/icons`` (name without ``.svg``) in one colour, as vectors."""
    _renderer(name, color).render(painter, target)


@lru_cache(maxsize=256)
def _renderer(name: str, color: str) -> QSvgRenderer:
    svg = resource("icons", f"{name}.svg").read_text(encoding="utf-8").replace(_INK_IN_FILES, color)
    return QSvgRenderer(QByteArray(svg.encode()))

"""Icons: our own line drawings, tinted with a token and drawn sharp for the screen."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from gpuplanner.data.resources import resource
from gpuplanner.ui.theme import Theme

_INK_IN_FILES = "#000000"
_PIXMAP_RATIO = 2.0


class HasIcon(Protocol):
    """A button or an action."""

    def setIcon(self, icon: QIcon, /) -> None:
        """Show this icon."""


def paint_icon(painter: QPainter, name: str, color: str, target: QRectF) -> None:
    """Draw an icon of ``resources/icons`` (name without ``.svg``) in one colour, as vectors."""
    _renderer(name, color).render(painter, target)


def icon_pixmap(name: str, color: str, size: int, ratio: float = _PIXMAP_RATIO) -> QPixmap:
    """An icon as a pixmap of ``size`` logical pixels."""
    pixmap = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint_icon(painter, name, color, QRectF(0, 0, size, size))
    painter.end()
    return pixmap


def icon(theme: Theme, name: str, token: str = "text2", size: int = 16) -> QIcon:
    """An icon for buttons and menus: in the token's colour, in `line_strong` when disabled."""
    result = QIcon(icon_pixmap(name, getattr(theme.tokens, token), theme.px(size)))
    result.addPixmap(icon_pixmap(name, theme.tokens.line_strong, theme.px(size)), QIcon.Mode.Disabled)
    return result


class IconBinding(QObject):
    """Keeps the icon of one button or action in the colour of the theme; lives as long as its target."""

    def __init__(self, target: QObject, theme: Theme, name: str, token: str = "text2") -> None:
        super().__init__(target)
        self._target: HasIcon = target  # type: ignore[assignment]
        self._theme = theme
        self._name = name
        self._token = token
        self.refresh()
        theme.changed.connect(self.refresh)

    def set_token(self, token: str) -> None:
        """Another colour, such as `accent` for the page in use."""
        self._token = token
        self.refresh()

    def refresh(self) -> None:
        """Draw the icon again from the tokens in use."""
        self._target.setIcon(icon(self._theme, self._name, self._token))


@lru_cache(maxsize=256)
def _renderer(name: str, color: str) -> QSvgRenderer:
    svg = resource("icons", f"{name}.svg").read_text(encoding="utf-8").replace(_INK_IN_FILES, color)
    return QSvgRenderer(QByteArray(svg.encode()))

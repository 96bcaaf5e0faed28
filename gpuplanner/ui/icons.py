"""Icons: our own line drawings, tinted with a token and drawn sharp for the screen."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractButton

from gpuplanner.render.icon_paint import paint_icon
from gpuplanner.ui.theme import Theme

ICON_SIZE = 16


class HasIcon(Protocol):
    """A button or an action."""

    def setIcon(self, icon: QIcon, /) -> None:
        """Show this icon."""


def icon(theme: Theme, name: str, token: str = "text2", gap: int = 0) -> QIcon:
    """An icon for buttons and menus in the token's colour, drawn when it is first shown."""
    return QIcon(_LineIcon(name, getattr(theme.tokens, token), theme.tokens.line_strong, theme.px(gap)))


class _LineIcon(QIconEngine):
    """Draws straight from the vectors, so it is sharp at any scale of the screen and costs nothing unseen."""

    def __init__(self, name: str, color: str, disabled: str, gap: int) -> None:
        super().__init__()
        self._name, self._color, self._disabled, self._gap = name, color, disabled, gap

    def clone(self) -> QIconEngine:
        """Qt copies icons when they are changed."""
        return _LineIcon(self._name, self._color, self._disabled, self._gap)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """The icon at the left of the rectangle, the gap at its right."""
        color = self._disabled if mode == QIcon.Mode.Disabled else self._color
        size = min(rect.width() - self._gap, rect.height())
        target = QRectF(rect.left(), rect.top() + (rect.height() - size) / 2, size, size)
        paint_icon(painter, self._name, color, target)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """What styles and menus ask for."""
        result = QPixmap(size)
        result.fill(Qt.GlobalColor.transparent)
        painter = QPainter(result)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return result


class IconBinding(QObject):
    """Keeps the icon of one button or action in the colour of the theme; lives as long as its target."""

    def __init__(self, target: QObject, theme: Theme, name: str, token: str = "text2", gap: int = 0) -> None:
        super().__init__(target)
        self._target: HasIcon = target  # type: ignore[assignment]
        self._theme = theme
        self._name = name
        self._token = token
        self._gap = gap
        self.refresh()
        theme.changed.connect(self.refresh)

    def set_token(self, token: str) -> None:
        """Another colour, such as `accent` for the page in use."""
        self._token = token
        self.refresh()

    def refresh(self) -> None:
        """Draw the icon again from the tokens in use."""
        self._target.setIcon(icon(self._theme, self._name, self._token, self._gap))
        if isinstance(self._target, QAbstractButton):
            px = self._theme.px
            self._target.setIconSize(QSize(px(ICON_SIZE) + px(self._gap), px(ICON_SIZE)))

"""A bar whose right half moves to a line of its own where large text leaves no room beside the left half."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QMargins, QObject
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget


class TwoLines(QObject):
    """Lays out a bar: ``left`` and ``right`` are its halves, to be filled by the bar."""

    def __init__(self, bar: QWidget) -> None:
        super().__init__(bar)
        self._bar = bar
        self._height = 0
        self._spare: tuple[QWidget, ...] = ()
        self.left, self.right = QHBoxLayout(), QHBoxLayout()
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight, bar)
        self._both.addLayout(self.left)
        self._both.addLayout(self.right, 1)
        bar.installEventFilter(self)

    @property
    def folded(self) -> bool:
        """Whether there are two lines now."""
        return self._both.direction() is QBoxLayout.Direction.TopToBottom

    def set_spare(self, widgets: Sequence[QWidget]) -> None:
        """What is hidden rather than beginning a second line, the first ones first, in the right half.

        Where hiding them all would not help they stay, for a second line has room.
        """
        self._spare = tuple(widgets)
        self._fold()

    def set_sizes(self, height: int, margins: QMargins, spacing: int) -> None:
        """Height of one line, margins of the whole, and the space between two controls, in logical pixels."""
        self._height = height
        self._both.setContentsMargins(margins)
        for line in (self.left, self.right, self._both):
            line.setSpacing(spacing)
        self._fold()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The bar is wider or narrower, or one of its controls says more or less."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._fold()
        return super().eventFilter(watched, event)

    def _fold(self) -> None:
        margins = self._both.contentsMargins()
        room = self._bar.width() - margins.left() - margins.right() - self._both.spacing()
        least = self.left.minimumSize().width() + self.right.minimumSize().width()
        least += sum(_width(widget) for widget in self._spare if widget.isHidden())
        hidden = []
        for widget in self._spare:
            if least <= room:
                break
            hidden.append(widget)
            least -= _width(widget)
        lacks = least > room
        for widget in self._spare:
            widget.setHidden(widget in hidden and not lacks)
        directions = QBoxLayout.Direction
        self._both.setDirection(directions.TopToBottom if lacks else directions.LeftToRight)
        self._both.setStretch(0, 1 if lacks else 0)  # lines share the height, halves leave it to the right
        self._bar.setFixedHeight(self._height * (2 if lacks else 1))


def _width(widget: QWidget) -> int:
    """What a widget takes of a line, rather a little more: else it would be shown and hidden in turns."""
    least = max(widget.minimumWidth(), widget.minimumSizeHint().width())
    return min(least, widget.maximumWidth()) + widget.fontMetrics().height()

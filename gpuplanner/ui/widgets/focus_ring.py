"""A frame over whatever scrolls while it has the keyboard: text and pages show nothing of that themselves."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from gpuplanner.ui.theme import Theme

_FRAMED = (QEvent.Type.FocusIn, QEvent.Type.FocusOut, QEvent.Type.Resize, QEvent.Type.Show)


class FocusRing(QWidget):
    """Lies over its target, lets every click through, and is seen only while the target has the focus."""

    def __init__(self, theme: Theme, target: QAbstractScrollArea) -> None:
        super().__init__(target)
        self._theme, self._target = theme, target
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        target.installEventFilter(self)
        theme.changed.connect(self.update)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The keyboard comes and goes; the target has another size."""
        if watched is self._target and event.type() in _FRAMED:
            self.setGeometry(self._target.rect())
            self.setVisible(self._target.hasFocus())
            self.raise_()
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The frame that every control has."""
        tokens = self._theme.tokens
        width = float(tokens.focus_width)
        painter = QPainter(self)
        painter.setPen(QPen(QColor(tokens.accent), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap))
        painter.drawRect(QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2))

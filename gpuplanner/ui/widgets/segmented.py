"""A choice of a few, side by side in one frame: what is in use is tinted."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from gpuplanner.ui.theme import MEDIUM, SEMIBOLD, TABLE, Theme

_HEIGHT, _SIDE, _LEAST_SIDE = 26, 14, 4


class Segmented(QWidget):
    """Real buttons, so that they can be reached and read; arrow keys go from one to the next."""

    chosen = Signal(str)
    """The value of what the user has chosen."""

    def __init__(
        self, theme: Theme, texts: Mapping[str, str], name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, Segment] = {}
        self._is_set = False
        """A choice is checked by the program, not by the user."""
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        for number, (value, text) in enumerate(texts.items()):
            segment = Segment(theme, text, first=number == 0, last=number == len(texts) - 1)
            # Not clicked: assistive technology checks a choice without clicking it.
            segment.toggled.connect(lambda on, value=value: self._toggled(value, on))
            self._group.addButton(segment)
            self._buttons[value] = segment
            line.addWidget(segment)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.set_value(next(iter(texts)))

    @property
    def value(self) -> str:
        """What is in use."""
        return next(value for value, segment in self._buttons.items() if segment.isChecked())

    def set_value(self, value: str) -> None:
        """Show another choice; emits nothing."""
        self._is_set = True
        self._buttons[value].setChecked(True)
        self._is_set = False

    def _toggled(self, value: str, on: bool) -> None:
        if on and not self._is_set:
            self.chosen.emit(value)

    def button(self, value: str) -> QPushButton:
        """The button of a value."""
        return self._buttons[value]

    def set_tips(self, tips: Mapping[str, str]) -> None:
        """What each choice means."""
        for value, tip in tips.items():
            self._buttons[value].setToolTip(tip)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right choose."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        values = list(self._buttons)
        place = values.index(self.value) + step
        if step and 0 <= place < len(values):
            self._buttons[values[place]].setFocus(Qt.FocusReason.TabFocusReason)
            self._buttons[values[place]].click()
        elif not step:
            super().keyPressEvent(event)


class Segment(QPushButton):
    """One choice; the outer corners of the first and the last are round."""

    def __init__(self, theme: Theme, text: str, *, first: bool, last: bool) -> None:
        super().__init__(text)
        self._theme, self._first, self._last = theme, first, last
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._take_theme)
        self._take_theme()

    def sizeHint(self) -> QSize:
        """Wide enough for the text when it is in use."""
        width = QFontMetricsF(self._theme.font(TABLE, SEMIBOLD)).horizontalAdvance(self.text())
        return QSize(round(width) + 2 * self._theme.px(_SIDE), self._theme.px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """The same; where even that is too much the text ends in "…"."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys belong to the group."""
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Frame, ground, text."""
        tokens, on = self._theme.tokens, self.isChecked() and self.isEnabled()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = float(self._theme.px(4))
        # Beyond the edges where a neighbour follows: so the corners there are square.
        left = 0.5 if self._first else 0.5 - 2 * radius
        right = self.width() - 0.5 if self._last else self.width() + 2 * radius
        frame = QRectF(left, 0.5, right - left, self.height() - 1)
        ground = tokens.accent_soft if on else tokens.hover if self.underMouse() else tokens.surface
        painter.setPen(QPen(QColor(tokens.control if tokens.frames else tokens.line_strong), 1))
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(frame, radius, radius)
        if not self._first:
            painter.drawLine(0, 1, 0, self.height() - 2)
        quiet = tokens.text3 if not self.isEnabled() else tokens.text2
        painter.setPen(QColor(tokens.ink if self.isEnabled() and (on or not tokens.dark) else quiet))
        painter.setFont(self._theme.font(TABLE, SEMIBOLD if on else MEDIUM))
        room = self.width() - 2 * self._theme.px(_LEAST_SIDE)
        text = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), text)
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), tokens.focus_width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(2.5, 2.5, -2.5, -2.5), 3, 3)

    def _take_theme(self) -> None:
        self.setFixedHeight(self._theme.px(_HEIGHT))
        self.updateGeometry()
        self.update()

"""A number in the form: reads 4096, 4,096 and 4k, shows its unit, and steps to the next useful value."""

from __future__ import annotations

import math
from enum import Enum

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy

from gpuplanner.core.fields import FieldSpec, Value, check_limits, read_value
from gpuplanner.ui.theme import TABLE, Theme
from gpuplanner.ui.widgets.controls import CONTROL_HEIGHT, RADIUS
from gpuplanner.ui.widgets.undo_keys import leaves_undo

_QT_MARGIN = 2
_SIDE = 7
"""Where the text starts: border 1 and padding 6, as in a combo box; Qt's own 2 are taken back."""


class Steps(Enum):
    """What up and down do in a number."""

    ONES = "ones"
    LENGTHS = "lengths"
    DOUBLINGS = "doublings"
    ROUND = "round"
    """1, 2, 5, 10, 20 …"""
    TENTHS = "tenths"


def next_value(value: float, steps: Steps, *, up: bool, doubled: bool = False) -> float:
    """The next useful value: lengths by 256, ranks by powers of two; ``doubled``: twice or half."""
    if doubled:
        return value * 2 if up else value / 2
    if steps is Steps.LENGTHS:
        step: float = 256 if value >= 256 + (not up) else 32
        return (math.floor(value / step) + 1) * step if up else (math.ceil(value / step) - 1) * step
    if steps is Steps.DOUBLINGS:
        power = math.log2(max(value, 0.5))
        return 2.0 ** (math.floor(power + 1e-9) + 1 if up else math.ceil(power - 1e-9) - 1)
    if steps is Steps.ROUND:
        return _next_round(value, up=up)
    step = 0.1 if steps is Steps.TENTHS else 1.0
    return round(value + (step if up else -step), 6)


def _next_round(value: float, *, up: bool) -> float:
    power = 10.0 ** math.floor(math.log10(max(value, 1.0)))
    candidates = [factor * power for factor in (0.1, 0.2, 0.5, 1, 2, 5, 10)]
    if up:
        return min(candidate for candidate in candidates if candidate > value)
    return max((candidate for candidate in candidates if candidate < value), default=value)


class NumberField(QLineEdit):
    """A number with its unit; reads 4096, 4,096 and 4k, and steps with the up and down keys.

    Every text that can be read is emitted at once, so the estimate follows while one types.
    """

    edited = Signal(object)
    unreadable = Signal(str, str)
    """The text and why it cannot be read."""

    def __init__(self, theme: Theme, spec: FieldSpec, steps: Steps, unit: str = "") -> None:
        super().__init__()
        self._theme, self._spec, self._steps, self._unit = theme, spec, steps, unit
        self._value: Value = spec.default
        self._border = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setTextMargins(-_QT_MARGIN, 0, 0, 0)
        self.textEdited.connect(self._text_edited)
        self.editingFinished.connect(self._tidy)
        theme.changed.connect(self._take_theme)
        self._take_theme()

    @property
    def value(self) -> Value:
        """The value shown, or the last one that could be read."""
        return self._value

    def set_value(self, value: Value) -> None:
        """Show a value; a text being typed that means the same is left alone."""
        self._value = value
        if self._read(self.text()) != (True, value) or not self.isModified():
            self._show(number_text(value))

    def set_text(self, text: str) -> None:
        """Show a text that could not be read, as it was written."""
        if self.text() != text:
            self.setText(text)

    def set_unit(self, unit: str) -> None:
        """Name the unit behind the number."""
        if unit != self._unit:
            self._unit = unit
            self.update()

    def set_border(self, token: str) -> None:
        """A 2 px border in a verdict's token, or the usual one for an empty text."""
        if token != self._border:
            self._border = token
            self.update()

    def sizeHint(self) -> QSize:
        """As high as every control."""
        return QSize(self._theme.px(72), self._theme.px(CONTROL_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Room for three digits."""
        return QSize(self._theme.px(40), self._theme.px(CONTROL_HEIGHT))

    def event(self, event: QEvent) -> bool:
        """Undo is the window's where nothing was typed."""
        if leaves_undo(self, event):
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down step, with Ctrl they double and halve."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            doubled = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self.step(up=event.key() == Qt.Key.Key_Up, doubled=doubled)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Only a focused field steps, so that scrolling the form changes nothing."""
        if self.hasFocus() and event.angleDelta().y():
            self.step(up=event.angleDelta().y() > 0)
        else:
            event.ignore()

    def step(self, *, up: bool, doubled: bool = False) -> None:
        """Go to the next useful value within the limits."""
        ok, current = self._read(self.text())
        start = current if ok and current is not None else self._value
        number = next_value(self._amount_of(start), self._steps, up=up, doubled=doubled)
        if self._spec.low is not None:
            number = max(number, self._spec.low)
        if self._spec.high is not None:
            number = min(number, self._spec.high)
        value = self._with_amount(start, number)
        self._value = value
        self._show(number_text(value))
        self.selectAll()
        self.edited.emit(value)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The unit behind the number, and the border of a deciding or unreadable field."""
        super().paintEvent(event)
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._unit and self.text():
            left = self._theme.px(_SIDE) + QFontMetricsF(self.font()).horizontalAdvance(self.text() + " ")
            if left + QFontMetricsF(self.font()).horizontalAdvance(self._unit) < self.width() - 2:
                painter.setPen(QColor(tokens.text2 if self.isEnabled() else tokens.text3))
                rect = QRectF(left, 0, self.width() - left, self.height())
                painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._unit)
        if self._border:
            painter.setPen(QPen(QColor(getattr(tokens, self._border)), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS - 1, RADIUS - 1)

    def _text_edited(self, text: str) -> None:
        try:
            value = self._parse(text)
        except ValueError as error:
            self.unreadable.emit(text, str(error))
            return
        self._value = value
        self.edited.emit(value)

    def _tidy(self) -> None:
        ok, value = self._read(self.text())
        if ok:
            self._show(number_text(value))

    def _read(self, text: str) -> tuple[bool, Value]:
        try:
            return True, self._parse(text)
        except ValueError:
            return False, None

    def _parse(self, text: str) -> Value:
        value = read_value(self._spec, text.removesuffix(self._unit))
        if isinstance(value, int | float):
            check_limits(self._spec, value)
        return value

    def _amount_of(self, value: Value) -> float:
        """What steps go on from."""
        return float(value) if isinstance(value, int | float) else 0.0

    def _with_amount(self, _value: Value, amount: float) -> Value:
        """The value that a step goes to."""
        return int(amount) if self._spec.kind is int else amount

    def _show(self, text: str) -> None:
        if self.text() != text:
            self.setText(text)
        if not self.hasFocus():
            self.setCursorPosition(0)

    def _take_theme(self) -> None:
        self.setFont(self._theme.font(TABLE))
        self.setFixedHeight(self._theme.px(CONTROL_HEIGHT))


def number_text(value: Value) -> str:
    """A number as a field shows it: thousands with commas, no needless zeros, nothing for an unset one."""
    if value is None:
        return ""
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.6f}".rstrip("0")
    return f"{int(value):,}" if isinstance(value, int | float) else str(value)

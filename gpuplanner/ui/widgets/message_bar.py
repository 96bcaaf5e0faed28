"""One bar above the table for what happened to the document: what, where, what to do; two buttons at most."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from gpuplanner.render.icon_paint import paint_icon
from gpuplanner.ui.theme import TABLE, Theme
from gpuplanner.ui.widgets.buttons import button

Action = tuple[str, Callable[[], None]]
"""(label, what it does)."""
_ICON = 16


class MessageBar(QWidget):
    """Hidden until there is something to say; stays until it is closed or replaced."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._is_fault = False
        self._label = QLabel(self)
        self._label.setWordWrap(True)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._close = button(theme, "", icon="close", flat=True)
        self._close.setAccessibleName(self.tr("Close this message"))
        self._close.setToolTip(self.tr("Close"))
        self._close.clicked.connect(self.hide)
        self._buttons: list[QPushButton] = []
        self._waiting: list[tuple[str, Sequence[Action]]] = []
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.setInterval(0)  # after what the answer to a message says itself
        self._next.timeout.connect(self._show_waiting)
        self._line = QHBoxLayout(self)
        self._line.addWidget(self._label, 1)
        self._line.addWidget(self._close)
        theme.changed.connect(self._take_theme)
        self._take_theme()
        self.hide()

    @property
    def text(self) -> str:
        """What is said."""
        return self._label.text()

    def show_message(self, text: str, actions: Sequence[Action] = (), *, fault: bool = False) -> None:
        """Say something; ``fault`` where something was not done."""
        self._is_fault = fault
        self._label.setText(text)
        self.setAccessibleName(text)
        for old in self._buttons:
            self._line.removeWidget(old)
            old.deleteLater()
        self._buttons = [self._button(label, do) for label, do in actions]
        for place, new in enumerate(self._buttons):
            self._line.insertWidget(1 + place, new)
        self.show()
        self.update()

    def show_after(self, text: str, actions: Sequence[Action] = ()) -> None:
        """Say something as soon as what is said now has been read: it does not take its place."""
        self._waiting.append((text, actions))
        self._show_waiting()

    def take_back(self, text: str) -> None:
        """What was said, or waits to be said, is no longer so."""
        self._waiting = [waiting for waiting in self._waiting if waiting[0] != text]
        if self.text == text:
            self.hide()

    def hideEvent(self, event: QHideEvent) -> None:
        """What has waited comes next."""
        super().hideEvent(event)
        self._next.start()

    def _show_waiting(self) -> None:
        if self.isHidden() and self._waiting:
            self.show_message(*self._waiting.pop(0))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground, line, icon."""
        tokens, theme = self._theme.tokens, self._theme
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tokens.no_tint if self._is_fault else tokens.accent_soft))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(tokens.line))
        size = _ICON * theme.scale
        target = QRectF(theme.px(12), (self.height() - size) / 2, size, size)
        name, color = ("no", tokens.no) if self._is_fault else ("note", tokens.accent)
        paint_icon(painter, name, color, target)

    def _button(self, label: str, do: Callable[[], None]) -> QPushButton:
        new = button(self._theme, label)

        def act() -> None:
            self.hide()
            do()

        new.clicked.connect(act)
        return new

    def _take_theme(self) -> None:
        px = self._theme.px
        self._line.setContentsMargins(px(38), px(6), px(6), px(7))
        self._line.setSpacing(px(8))
        self._label.setFont(self._theme.font(TABLE))
        self.update()

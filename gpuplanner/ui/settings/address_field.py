"""A line for an address: what cannot be one is red when the field is left, and is not taken."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QSizePolicy

from gpuplanner.data.updates import read_address
from gpuplanner.ui.theme import TABLE, Theme
from gpuplanner.ui.told import as_sentence, told
from gpuplanner.ui.widgets.controls import CONTROL_HEIGHT

_QT_MARGIN = 2
"""Taken back, so that the text stands where it does in numbers and choices."""


class AddressField(QLineEdit):
    """An https address, or the whole path of a file or folder."""

    edited = Signal(str)
    judged = Signal(str)
    """Why the text is no address; empty where it is one, or may yet become one."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._value = theme, ""
        self.reason = ""
        """The last that was `judged`."""
        self.setTextMargins(-_QT_MARGIN, 0, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.editingFinished.connect(self._take)
        self.textEdited.connect(lambda _text: self._judge(""))
        theme.changed.connect(self._take_theme)
        self._take_theme()

    def set_value(self, value: str) -> None:
        """Show the address in use; a text that was not taken stays while it is the same."""
        if value != self._value or not self.reason:
            self._value = value
            self.setText(value)
            self.setCursorPosition(0)
            self._judge("")

    def _take(self) -> None:
        try:
            value = read_address(self.text())
        except ValueError as error:
            self._judge(as_sentence(told(str(error))))
            return
        self._judge("")
        if value != self._value:
            self._value = value
            self.edited.emit(value)

    def _judge(self, reason: str) -> None:
        self.reason = reason
        self.setStyleSheet(f"color: {self._theme.tokens.no}" if reason else "")
        self.setAccessibleDescription(reason)
        self.judged.emit(reason)

    def _take_theme(self) -> None:
        self.setFont(self._theme.font(TABLE))
        self.setFixedHeight(self._theme.px(CONTROL_HEIGHT))
        self._judge(self.reason)

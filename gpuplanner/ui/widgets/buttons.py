"""The kinds of push buttons: outlined, flat, primary; apart from `controls`, which the first frame spares."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QStylePainter

from gpuplanner.ui.icons import IconBinding
from gpuplanner.ui.theme import TEXT, Theme

_TEXT_GAP = 4
_LEAST_WIDTH = 90


def button(
    theme: Theme, text: str, *, icon: str = "", flat: bool = False, primary: bool = False
) -> QPushButton:
    """A push button: outlined, ``flat`` (a row's action) or ``primary`` (at most one on a page)."""
    result = QPushButton(text)
    _FontBinding(result, theme)
    result.setAutoDefault(False)  # in a dialog Enter belongs to the primary button alone
    if flat:
        result.setProperty("flat", "true")
    if primary:
        result.setProperty("primary", "true")
        result.setDefault(True)
    if icon:
        IconBinding(result, theme, icon, "on_accent" if primary else "text2", _TEXT_GAP if text else 0)
    return result


class ElidedPushButton(QPushButton):
    """A flat button whose text gives way in the middle where there is no room."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        _FontBinding(self, theme)
        self.setAutoDefault(False)
        self.setProperty("flat", "true")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """Room for a few letters."""
        return QSize(self._theme.px(_LEAST_WIDTH), super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """As any button, with the text shortened."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        inside = self.style().subElementRect(QStyle.SubElement.SE_PushButtonContents, option, self)
        room = inside.width() - (0 if self.icon().isNull() else self.iconSize().width() + _TEXT_GAP)
        option.text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, room)
        QStylePainter(self).drawControl(QStyle.ControlElement.CE_PushButton, option)


class _FontBinding(QObject):
    """Keeps the font of one button at the theme's size; lives as long as its target."""

    def __init__(self, target: QPushButton, theme: Theme) -> None:
        super().__init__(target)
        self._target, self._theme = target, theme
        self._refresh()
        theme.changed.connect(self._refresh)

    def _refresh(self) -> None:
        self._target.setFont(self._theme.font(TEXT))

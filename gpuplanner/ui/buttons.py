"""The kinds of push buttons: outlined, flat, primary; apart from `controls`, which the first frame spares."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from gpuplanner.ui.icons import IconBinding
from gpuplanner.ui.theme import TEXT, Theme

_TEXT_GAP = 4


def button(
    theme: Theme, text: str, *, icon: str = "", flat: bool = False, primary: bool = False
) -> QPushButton:
    """A push button: outlined, ``flat`` (a row's action) or ``primary`` (at most one on a page)."""
    result = QPushButton(text)
    result.setFont(theme.font(TEXT))
    result.setAutoDefault(False)  # in a dialog Enter belongs to the primary button alone
    if flat:
        result.setProperty("flat", "true")
    if primary:
        result.setProperty("primary", "true")
        result.setDefault(True)
    if icon:
        IconBinding(result, theme, icon, "on_accent" if primary else "text2", _TEXT_GAP if text else 0)
    return result

"""The program's own icon, for title bars, task bars and the window switcher."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon

from gpuplanner.data.resources import resource

# The pictures that packaging/render_icons.py draws; larger ones are the desktop's.
_SIZES = (16, 24, 32, 48, 64, 128, 256)


def app_icon() -> QIcon:
    """The icon with a picture for each size; a picture is read when it is first shown."""
    icon = QIcon()
    for size in _SIZES:
        icon.addFile(str(resource("icons", "app", f"gpuplanner-{size}.png")), QSize(size, size))
    return icon

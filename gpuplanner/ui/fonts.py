"""The shipped fonts, made known to Qt before the first widget is built."""

from __future__ import annotations

from PySide6.QtGui import QFontDatabase

from gpuplanner.data.resources import resource

_FILES = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf", "Inter-Bold.otf")


def load_fonts() -> tuple[str, ...]:
    """Register Inter; returns the files that could not be read (the next font in line stands in for them)."""
    missing = []
    for name in _FILES:
        if QFontDatabase.addApplicationFont(str(resource("fonts", name))) < 0:
            missing.append(name)
    return tuple(missing)

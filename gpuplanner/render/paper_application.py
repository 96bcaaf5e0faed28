"""The QApplication that charts on paper need where there is no window: no screen, our fonts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication

from gpuplanner.data.resources import resource

FONT_FILES = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf", "Inter-Bold.otf")


@contextmanager
def paper_application() -> Iterator[QApplication]:
    """The application that is running, or one for the time of the block."""
    running = QApplication.instance()
    app = running if isinstance(running, QApplication) else QApplication(["gpuplanner"])
    if running is None:
        load_fonts()
    yield app


def has_chinese_font() -> bool:
    """Whether any font has Chinese characters: Inter has none, so they are the computer's own."""
    return bool(QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese))


def load_fonts() -> tuple[str, ...]:
    """Register Inter; returns the files that could not be read (the next font in line stands in for them)."""
    return tuple(
        name for name in FONT_FILES if QFontDatabase.addApplicationFont(str(resource("fonts", name))) < 0
    )

"""Tell when a widget is first painted, in seconds since the process was started by `startup.py`."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget


class FirstPaint(QObject):
    """Calls back once, when the event loop is through with the widget's first paint event."""

    def __init__(self, widget: QWidget, then: Callable[[], object]) -> None:
        super().__init__(widget)
        self._then: Callable[[], object] | None = then
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Watch for the paint event; nothing is held back."""
        if event.type() == QEvent.Type.Paint and self._then is not None:
            then, self._then = self._then, None
            then()
        return False


def stamp(name: str) -> None:
    """Print a name and the seconds since ``BENCHMARK_START`` (seconds of `time.time`)."""
    print(name, f"{time.time() - float(os.environ['BENCHMARK_START']):.4f}", flush=True)

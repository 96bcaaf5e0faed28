"""A call in a later turn of the event loop, for as long as an object lives."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


def soon(owner: QObject, call: Callable[[], object], ms: int = 0) -> None:
    """Make a call after so many milliseconds, unless its owner is gone by then.

    `QTimer.singleShot` with a context and a Python function never lets go of the function where the context
    goes first, and with it of a whole closed window.
    """
    timer = QTimer(owner)
    timer.setSingleShot(True)
    timer.timeout.connect(call)
    timer.timeout.connect(timer.deleteLater)
    timer.start(ms)

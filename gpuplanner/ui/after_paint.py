"""Do something once a widget has been painted: what is on the screen first need not wait for what follows."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

_AT_THE_LATEST_MS = 300


class AfterPaint(QObject):
    """Calls once, from the event loop, after the first paint of ``widget`` from now on.

    A widget that is not painted (a window that comes up minimized) does not hold the call up: then it
    comes a little later all the same.
    """

    def __init__(self, widget: QWidget, call: Callable[[], None]) -> None:
        super().__init__(widget)
        self._call = call
        self._widget = widget
        self._soon = self._timer(0)
        self._late = self._timer(_AT_THE_LATEST_MS)
        self._late.start()
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The paint itself goes on; the call comes after it."""
        if event.type() == QEvent.Type.Paint:
            self._soon.start()
        return False

    def _timer(self, milliseconds: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(self._done)
        return timer

    def _done(self) -> None:
        self._soon.stop()
        self._late.stop()
        self._widget.removeEventFilter(self)
        self.deleteLater()
        self._call()

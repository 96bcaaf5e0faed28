"""Asks for the published version aside of the window's thread, and gives up after some seconds."""

from __future__ import annotations

import threading
import time
from queue import Empty, SimpleQueue

from PySide6.QtCore import QObject, QTimer, Signal

from gpuplanner.data.updates import TIMEOUT_S, Published, read_published, too_slow

_LOOK_MS = 50
_SLACK_S = 1.0
"""What reading by its own limit may take longer before it is given up from here."""


class UpdateCheck(QObject):
    """One question at a time; a later one makes the answer to an earlier one void.

    It has a thread of its own rather than one of the pool: a share that hangs would keep the pool, and with
    it the end of the program, waiting.  The thread knows a queue and nothing of Qt, so it may outlive this.
    """

    done = Signal(object)
    """`data.updates.Published`."""
    failed = Signal(object)
    """The exception."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.limit_s = TIMEOUT_S + _SLACK_S
        self._address, self._until_s = "", 0.0
        self._answer: SimpleQueue[Published | Exception] = SimpleQueue()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)

    def ask(self, address: str) -> None:
        """Ask at an address; `done` or `failed` follows."""
        self._address, self._until_s = address, time.monotonic() + self.limit_s
        answer = self._answer = SimpleQueue()

        def work() -> None:
            try:
                answer.put(read_published(address))
            except Exception as error:  # whatever it is, the window's thread decides what becomes of it
                answer.put(error)

        threading.Thread(target=work, name="look for updates", daemon=True).start()
        self._timer.start()

    def stop(self) -> None:
        """The answer is not wanted any more."""
        self._timer.stop()

    def _look(self) -> None:
        try:
            found = self._answer.get_nowait()
        except Empty:
            if time.monotonic() > self._until_s:
                self._timer.stop()
                self.failed.emit(too_slow(self._address))
            return
        self._timer.stop()
        if isinstance(found, Exception):
            self.failed.emit(found)
        else:
            self.done.emit(found)

"""Work of tens of milliseconds or more, off the window's thread: the latest request counts, its result
comes by signal."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, QThreadPool, QTimer, Signal

_LONG_MS = 150
"""Longer than this the window says that it is computing."""


def let_work_end(app: QCoreApplication) -> None:
    """Wait for what the pool still does before the program ends; nobody is told of its result any more.

    Qt waits as well, but only once all Python objects are gone: a call that ended then would have nowhere to
    put its result.
    """
    app.aboutToQuit.connect(lambda: QThreadPool.globalInstance().waitForDone())


class _Mail(QObject):
    """Carries a result into the window's thread, and goes nowhere once the receiver is gone."""

    came = Signal(object, object)
    """(result, the error or None)."""


class Background(QObject):
    """Runs one call at a time on the thread pool; while one runs, only the latest of the others waits.

    The call must not touch widgets, and what it reads must not change under it.
    """

    done = Signal(object)
    """The result of the latest call."""
    failed = Signal(object)
    """The exception of the latest call."""
    is_long = Signal(bool)
    """True once the latest call has taken longer than people wait unasked; False when it is over."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: Callable[[], object] | None = None
        self._is_busy = False
        self._mail = _Mail()
        self._mail.came.connect(self._take)
        self._long = QTimer(self)
        self._long.setSingleShot(True)
        self._long.setInterval(_LONG_MS)
        self._long.timeout.connect(lambda: self.is_long.emit(True))

    @property
    def is_busy(self) -> bool:
        """Whether a call runs or waits."""
        return self._is_busy

    def run(self, call: Callable[[], object]) -> None:
        """Ask for a call; the result of one that still runs is dropped."""
        self._waiting = call
        if not self._long.isActive():
            self._long.start()
        if not self._is_busy:
            self._next()

    def _next(self) -> None:
        call, self._waiting = self._waiting, None
        assert call is not None
        self._is_busy = True
        mail = self._mail

        def work() -> None:
            try:
                result = call()
            except Exception as error:  # whatever it is, the window's thread decides what becomes of it
                mail.came.emit(None, error)
            else:
                mail.came.emit(result, None)

        QThreadPool.globalInstance().start(work)

    def _take(self, result: object, error: Exception | None) -> None:
        self._is_busy = False
        if self._waiting is not None:
            self._next()
            return
        self._long.stop()
        self.is_long.emit(False)
        if error is None:
            self.done.emit(result)
        else:
            self.failed.emit(error)

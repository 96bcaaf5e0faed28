"""Work that has to be done in the window's thread, in slices between which the window stays alive."""

from __future__ import annotations

from collections.abc import Callable, Generator
from time import monotonic
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QTimer

Result = TypeVar("Result")

_SLICE_S = 0.02


class Stepwise(QObject):
    """Takes the steps of one generator at a time; a new one takes the place of one that is not over."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        running: list[Generator[None, None, Any]] = []
        """The one whose steps are taken."""
        self._running = running
        # A window may be closed while it works: what the steps hold is given back then, not some day.
        self.destroyed.connect(lambda: _close(running))
        self._done: Callable[[Any], None] = lambda _result: None
        self._failed: Callable[[Exception], None] = _raised
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._slice)

    @property
    def is_busy(self) -> bool:
        """Whether steps are left."""
        return bool(self._running)

    def run(
        self,
        steps: Generator[None, None, Result],
        done: Callable[[Result], None],
        failed: Callable[[Exception], None] | None = None,
        *,
        at_once: bool = False,
    ) -> None:
        """Begin; ``done`` gets what the generator returns, ``failed`` what it raised.

        ``at_once``: the first slice is taken now, so that little work is over when this returns.
        """
        self.stop()
        self._running.append(steps)
        self._done, self._failed = done, failed or _raised
        self._timer.start()
        if at_once:
            self._slice()

    def stop(self) -> None:
        """Leave the work where it is."""
        self._timer.stop()
        _close(self._running)

    def finish(self) -> None:
        """Do all that is left now: somebody cannot go on without the result."""
        while self._step():
            pass

    def _slice(self) -> None:
        end = monotonic() + _SLICE_S
        while self._step() and monotonic() < end:
            pass

    def _step(self) -> bool:
        """One step; False when it was the last."""
        if not self._running:
            return False
        try:
            next(self._running[0])
        except StopIteration as finish:
            self._over()
            self._done(finish.value)
            return False
        except Exception as error:
            self._over()
            self._failed(error)
            return False
        return True

    def _over(self) -> None:
        self._timer.stop()
        self._running.clear()


def _close(running: list[Generator[None, None, Any]]) -> None:
    while running:
        running.pop().close()


def _raised(error: Exception) -> None:
    raise error

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
        self._steps: Generator[None, None, Any] | None = None
        self._done: Callable[[Any], None] = lambda _result: None
        self._failed: Callable[[Exception], None] = _raised
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._slice)

    @property
    def is_busy(self) -> bool:
        """Whether steps are left."""
        return self._steps is not None

    def run(
        self,
        steps: Generator[None, None, Result],
        done: Callable[[Result], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Begin; ``done`` gets what the generator returns, ``failed`` what it raised."""
        self.stop()
        self._steps, self._done, self._failed = steps, done, failed or _raised
        self._timer.start()

    def stop(self) -> None:
        """Leave the work where it is."""
        self._timer.stop()
        if self._steps is not None:
            self._steps.close()
            self._steps = None

    def _slice(self) -> None:
        end = monotonic() + _SLICE_S
        while self._steps is not None and monotonic() < end:
            try:
                next(self._steps)
            except StopIteration as finish:
                self._over()
                self._done(finish.value)
                return
            except Exception as error:
                self._over()
                self._failed(error)
                return

    def _over(self) -> None:
        self._timer.stop()
        self._steps = None


def _raised(error: Exception) -> None:
    raise error

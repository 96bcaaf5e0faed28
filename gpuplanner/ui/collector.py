"""Long work that makes many lasting objects, without the garbage collector's full rounds in between.

A full round walks every object that there is and takes the window's thread with it, half a second long for
a large table.  It comes whenever there are a quarter more objects than last time, so work that makes
hundreds of thousands of them, problems of rows for example, would be held up a dozen times.  The short
rounds over what is new go on.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_NEVER = 2**30


class _FullRounds:
    """Who holds them, and how often they come otherwise."""

    def __init__(self) -> None:
        self._holders, self._usual = 0, 0

    def hold(self) -> None:
        first, second, third = gc.get_threshold()
        if self._holders == 0:
            self._usual = third
            gc.set_threshold(first, second, _NEVER)
        self._holders += 1

    def give_back(self) -> None:
        first, second, _ = gc.get_threshold()
        self._holders -= 1
        if self._holders == 0:
            gc.set_threshold(first, second, self._usual)


_full_rounds = _FullRounds()


@contextmanager
def full_rounds_held() -> Iterator[None]:
    """No full round until the end; several may hold them at the same time.  For the window's thread only."""
    _full_rounds.hold()
    try:
        yield
    finally:
        _full_rounds.give_back()

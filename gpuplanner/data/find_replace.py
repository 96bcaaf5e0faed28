"""What a search looks for in the text of one cell, and what that text becomes; bounded in time."""

from __future__ import annotations

import re
import signal
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

LONGEST_CELL = 20_000
"""Characters; a longer text is not searched, for its replacement could be of any size."""
LONGEST_PATTERN = 1_000
_LIMIT_S = 0.025
"""Processor time for one cell.  A usual expression takes microseconds, a catastrophic one years."""
_SHORT_TEXT, _FEW_REPEATS = 8, 3
"""No expression with so few repeats takes long in so short a text: the timer is spared for figures."""
_REPEATS = re.compile(r"[*+?{]")


@dataclass(frozen=True)
class Wanted:
    """What the user looks for, and what is to stand there instead."""

    find: str = ""
    replacement: str = ""
    match_case: bool = False
    whole_cell: bool = False
    is_expression: bool = False
    r"""``find`` is a regular expression of Python, and ``\1`` in ``replacement`` its first group."""


class BadExpression(ValueError):
    """An expression, or what replaces it, that means nothing; says why in English.

    Attributes:
        position: the character where it goes wrong, from 0; −1 where that is not known.
        in_replacement: the fault is in the replacement.
    """

    def __init__(self, reason: str, position: int = -1, *, in_replacement: bool = False) -> None:
        super().__init__(reason)
        self.position, self.in_replacement = position, in_replacement


class TooSlow(Exception):
    """An expression did not come to an end within its time: nested repeats, usually."""


class Finder:
    """Finds and replaces in single texts.

    Raises:
        BadExpression: the expression or its replacement cannot be read.
        TooSlow: reading the expression alone takes too long.
    """

    def __init__(self, wanted: Wanted) -> None:
        self._whole = wanted.whole_cell
        flags = re.NOFLAG if wanted.match_case else re.IGNORECASE
        source = wanted.find if wanted.is_expression else re.escape(wanted.find)
        if len(wanted.find) > LONGEST_PATTERN:
            raise BadExpression(f"the text has more than {LONGEST_PATTERN:,} characters")
        try:
            with warnings.catch_warnings(), _limited():
                warnings.simplefilter("ignore")  # what another Python may read otherwise, this one reads
                _start_timer()
                self._pattern = re.compile(source, flags)
        except (re.error, OverflowError, RecursionError) as error:
            raise _bad(error) from error
        self._template = wanted.replacement
        if not wanted.is_expression:
            self._template = self._template.replace("\\", r"\\")
        try:
            self._pattern.sub(self._template, "")  # reads the template even where nothing is found
        except (re.error, IndexError) as error:
            raise _bad(error, in_replacement=True) from error
        self._repeats = len(_REPEATS.findall(source)) if wanted.is_expression else 0
        self._is_plain = not wanted.is_expression
        self._is_limited = False

    @contextmanager
    def limited(self) -> Iterator[None]:
        """While this lasts, `replaced` ends in time; for the main thread, and work of some milliseconds."""
        with _limited():
            self._is_limited = True
            try:
                yield
            finally:
                self._is_limited = False

    def surely_misses(self, text: str) -> bool:
        """Whether a text has no find; quicker than `replaced`, but False does not mean that it has one."""
        return self._is_plain and self._pattern.search(text) is None and len(text) <= LONGEST_CELL

    def replaced(self, text: str) -> str | None:
        """The text with every find replaced; None where there is none, or the text is too long to search.

        Raises:
            TooSlow: the expression does not come to an end, and the time is `limited`.
        """
        if len(text) > LONGEST_CELL:
            return None
        is_risky = self._repeats > _FEW_REPEATS or (self._repeats and len(text) > _SHORT_TEXT)
        if self._is_limited and is_risky:
            _start_timer()
        if self._whole:
            match = self._pattern.fullmatch(text)
            return None if match is None else match.expand(self._template)
        if self._pattern.search(text) is None:
            return None
        return self._pattern.sub(self._template, text)


def _bad(error: Exception, *, in_replacement: bool = False) -> BadExpression:
    position = error.pos if isinstance(error, re.error) and error.pos is not None else -1
    reason = error.msg if isinstance(error, re.error) else str(error)
    return BadExpression(reason, position, in_replacement=in_replacement)


@contextmanager
def _limited() -> Iterator[None]:
    """Lets a match that takes too long be stopped, by a timer that `_start_timer` starts.

    Python's matcher keeps its lock while it runs, so that another thread would stop the window all the same;
    but it looks for signals, and a timer sends one.  The timer counts the program's own processor time, so
    that a busy machine condemns nothing.  Only the main thread may use signals; Windows has no such timer.
    """
    if sys.platform == "win32":
        yield
        return
    before = signal.signal(signal.SIGVTALRM, _too_slow)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _start_timer() -> None:
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_VIRTUAL, _LIMIT_S)


def _too_slow(_signal: int, _frame: FrameType | None) -> None:
    raise TooSlow

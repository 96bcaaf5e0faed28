"""One problem of a table: where it is, what it is, what to do, and the change that would mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Edit = tuple[int, str, str]
"""(row index, column, text of the cell)."""


class Kind(StrEnum):
    """What is doubtful, in the order of a list of problems."""

    FILE = "file"
    UNREADABLE = "unreadable"
    STATUS = "status"
    UNIT = "unit"
    SCOPE = "scope"
    ABOVE_CARD = "above-card"
    SAMPLES = "samples"
    DUPLICATE = "duplicate"
    MEMORY_FALLS = "memory-falls"
    TIME_FALLS = "time-falls"
    OUTLIER = "outlier"
    NO_ESTIMATE = "no-estimate"


class Severity(StrEnum):
    """How much a problem weighs: the cell does not count, a contradiction, or only worth a look."""

    FAULT = "fault"
    WARNING = "warning"
    HINT = "hint"


_HINTS = (Kind.FILE, Kind.MEMORY_FALLS, Kind.TIME_FALLS, Kind.OUTLIER, Kind.NO_ESTIMATE)


@dataclass(frozen=True)
class Problem:
    """A remark about a cell; ``row`` is −1 for the file as a whole.

    ``others`` are rows that it was compared with.  ``edits`` (and ``removes``, rows to be removed) mend it,
    where the program can tell how.
    """

    kind: Kind
    row: int
    column: str
    what: str
    to_do: str = ""
    others: tuple[int, ...] = ()
    edits: tuple[Edit, ...] = ()
    removes: tuple[int, ...] = ()

    @property
    def severity(self) -> Severity:
        """How much it weighs."""
        if self.kind is Kind.UNREADABLE:
            return Severity.FAULT
        return Severity.HINT if self.kind in _HINTS else Severity.WARNING

    @property
    def can_be_fixed(self) -> bool:
        """Whether there is a change that would mend it."""
        return bool(self.edits or self.removes)

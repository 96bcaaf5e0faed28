"""How many rows of a document ended how and came from where: counted as rows come and go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

from gpuplanner.core.benchmark import BenchmarkRow, Origin, Status

_STATUS, _ORIGIN = attrgetter("measurement.status"), attrgetter("provenance.origin")
_MEMBER: dict[int, Any] = {id(member): member for member in (*Status, *Origin)}


class RowCounts:
    """Every change asks for these figures, and to count 100,000 rows each time would be felt."""

    def __init__(self, rows: Iterable[BenchmarkRow] = ()) -> None:
        self.statuses: Counter[Status] = Counter()
        self.origins: Counter[Origin] = Counter()
        self.add(rows)

    def add(self, rows: Iterable[BenchmarkRow]) -> None:
        """Rows have come."""
        rows = tuple(rows)
        self.statuses.update(_counted(_STATUS, rows))
        self.origins.update(_counted(_ORIGIN, rows))

    def take_away(self, rows: Iterable[BenchmarkRow]) -> None:
        """Rows have gone."""
        rows = tuple(rows)
        self.statuses.subtract(_counted(_STATUS, rows))
        self.origins.subtract(_counted(_ORIGIN, rows))


def _counted(of: Callable[[BenchmarkRow], object], rows: tuple[BenchmarkRow, ...]) -> dict[Any, int]:
    """How often each member occurs; by its id, for a member's own hash is computed in Python each time."""
    return {_MEMBER[key]: n for key, n in Counter(map(id, map(of, rows))).items()}

"""How many rows of a document ended how and came from where: counted as rows come and go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from gpuplanner.core.benchmark import BenchmarkRow, Origin, Status


class RowCounts:
    """Every change asks for these figures, and to count 100,000 rows each time would be felt."""

    def __init__(self, rows: Iterable[BenchmarkRow] = ()) -> None:
        self.statuses: Counter[Status] = Counter()
        self.origins: Counter[Origin] = Counter()
        self.add(rows)

    def add(self, rows: Iterable[BenchmarkRow]) -> None:
        """Rows have come."""
        rows = tuple(rows)
        self.statuses.update(row.measurement.status for row in rows)
        self.origins.update(row.provenance.origin for row in rows)

    def take_away(self, rows: Iterable[BenchmarkRow]) -> None:
        """Rows have gone."""
        rows = tuple(rows)
        self.statuses.subtract(row.measurement.status for row in rows)
        self.origins.subtract(row.provenance.origin for row in rows)

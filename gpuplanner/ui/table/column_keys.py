"""What columns sort and filter by; kept of a column whose values were looked through, until rows change."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator
from functools import partial

from gpuplanner.report.row_estimates import RowEstimate
from gpuplanner.ui.documents.document import Document
from gpuplanner.ui.table.cells import sort_key
from gpuplanner.ui.table.column_rule import SortKey
from gpuplanner.ui.table.columns import Column, Kind
from gpuplanner.ui.widgets.display_unit import DisplayUnit

_AT_ONCE = 500
"""So many rows are looked at in a millisecond or two."""


class ColumnKeys:
    """Keys of the cells of a document.  They do not depend on the unit on the screen."""

    def __init__(self, document: Document, estimate_of: Callable[[int], RowEstimate | None]) -> None:
        self._document, self._estimate_of = document, estimate_of
        self._known: dict[str, list[SortKey]] = {}
        self._known_computed: dict[str, list[SortKey]] = {}
        self._columns: dict[str, Column] = {}
        self._changes = 0

    def of(self, column: Column) -> Callable[[int], SortKey]:
        """Gives the keys of a column by the index of the row; for use until something changes."""
        known = self._place_of(column).get(column.key)
        return partial(self._key, column) if known is None else known.__getitem__

    def knows(self, column: Column) -> bool:
        """Whether the keys of all rows are at hand."""
        return column.key in self._place_of(column)

    def look_through(self, column: Column) -> Generator[None, None, list[SortKey]]:
        """The keys of all rows, in slices; the next filter by this column is quick then."""
        known = self._place_of(column)
        if column.key not in known:
            changes = self._changes
            found: list[SortKey] = []
            for start in range(0, len(self._document.rows), _AT_ONCE):
                sources = range(start, min(start + _AT_ONCE, len(self._document.rows)))
                found += [self._key(column, source) for source in sources]
                yield
            if changes != self._changes:
                return found
            known[column.key], self._columns[column.key] = found, column
        return known[column.key]

    def take_rows(self, sources: Collection[int]) -> None:
        """These rows have other values now; many of them are looked at when they are next asked for."""
        if len(sources) > _AT_ONCE:
            self.forget()
            return
        self._changes += 1
        self._known_computed.clear()
        for key, keys in self._known.items():
            for source in sources:
                keys[source] = self._key(self._columns[key], source)

    def forget(self, *, computed_only: bool = False) -> None:
        """All rows are others, or stand elsewhere; or only what is computed from them has changed."""
        self._changes += 1
        self._known_computed.clear()
        if not computed_only:
            self._known.clear()

    def _place_of(self, column: Column) -> dict[str, list[SortKey]]:
        return self._known_computed if column.kind in _COMPUTED else self._known

    def _key(self, column: Column, source: int) -> SortKey:
        estimate = self._estimate_of(source) if column.kind in _COMPUTED else None
        return sort_key(self._document.rows[source], column, DisplayUnit.GIB_PER_GPU, estimate)


_COMPUTED = (Kind.ESTIMATE, Kind.ERROR)

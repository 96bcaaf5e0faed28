"""What a model tells the delegate that paints its cells: the list and the pivot are painted alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from gpuplanner.ui.table.cells import CellLook, RowContext
    from gpuplanner.ui.table.columns import Column


class CellSource(Protocol):
    """A table whose cells have a look."""

    columns: tuple[Column, ...]

    def look(self, row: int, column: int) -> CellLook:
        """How a cell is painted."""
        ...

    def context(self, row: int) -> RowContext:
        """What the cells of a row depend on; says where a series starts."""
        ...

    def rowCount(self) -> int:
        """Rows that are shown."""
        ...

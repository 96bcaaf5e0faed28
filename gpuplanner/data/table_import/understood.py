"""A table as it is understood at first sight: in order, with its likeliest reading, ready to be corrected."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gpuplanner.core.units import shorten
from gpuplanner.data.catalog import Catalog
from gpuplanner.data.table_import.align import Aligned, align
from gpuplanner.data.table_import.grid import Grid
from gpuplanner.data.table_import.readers import grid_of_text, read_grid
from gpuplanner.data.table_import.reading import Reading, propose
from gpuplanner.data.table_import.rows import Imported, rows_of

USUAL_CARD = "A100 80GB SXM4"
"""Of tables that name none."""
_MOST_FRAGMENT = 1_000_000
"""Characters of the text that are kept with its rows."""


@dataclass(frozen=True)
class Understood:
    """``kind`` is the form of the table ("HTML"), ``fragment`` the text that stays with its rows."""

    kind: str
    table: Aligned
    reading: Reading
    fragment: str
    catalog: Catalog
    card: str = USUAL_CARD
    """Whose memory figures are held against where no card is named."""

    def rows(self, reading: Reading) -> Imported:
        """The rows by this reading or another.  Raises InputError: more than a document holds."""
        card = self.catalog.gpu(reading.gpu or self.card)
        return rows_of(self.table, reading, card.memory_bytes, self.fragment)


def understand_file(path: Path, catalog: Catalog, card: str = USUAL_CARD) -> Understood:
    """Read a file's table.

    Raises:
        InputError: it cannot be read, holds no table, or there is no such card.
    """
    grid, text = read_grid(path)
    return _understood(grid, text, path.name, catalog, card)


def understand_text(text: str, where: str, catalog: Catalog) -> Understood:
    """Read a table in a text.  Raises as `understand_file`."""
    return _understood(grid_of_text(text, where), text, where, catalog, USUAL_CARD)


def _understood(grid: Grid, text: str, where: str, catalog: Catalog, card: str) -> Understood:
    table, gpu = align(grid, where), catalog.gpu(card)
    reading = propose(table, catalog.model_names, gpu.name, gpu.memory_bytes)
    fragment = text if len(text) <= _MOST_FRAGMENT else shorten(text, _MOST_FRAGMENT)
    return Understood(grid.kind, table, reading, fragment, catalog, gpu.name)

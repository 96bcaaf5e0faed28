"""The table to be imported as it was understood: heads with the field they mean, cells, odd ones marked."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from gpuplanner.data.table_import.align import Aligned
from gpuplanner.render.painting import mix
from gpuplanner.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class ImportPreview(QAbstractTableModel):
    """Read-only; ``show`` takes a table, its column titles, and what is odd about single cells."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._table = Aligned((), (), (), frozenset())
        self._titles: tuple[str, ...] = ()
        self._odd: Mapping[tuple[int, int], str] = {}

    def show(self, table: Aligned, titles: tuple[str, ...], odd: Mapping[tuple[int, int], str]) -> None:
        """Show a table."""
        self.beginResetModel()
        self._table, self._titles, self._odd = table, titles, odd
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Lines below the head."""
        return 0 if parent.isValid() else len(self._table.rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """Columns."""
        return 0 if parent.isValid() else len(self._table.heads)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text, mark and reason of a cell."""
        place = (index.row(), index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self._table.rows[place[0]][place[1]]
        if role == Qt.ItemDataRole.ToolTipRole:
            # As HTML, so that a hostile cell cannot be any.
            return f"<p>{escape(self._odd[place])}</p>" if place in self._odd else None
        tokens = self._theme.tokens
        if role == Qt.ItemDataRole.BackgroundRole and place in self._odd:
            return QColor(tokens.tight_tint)
        if role == Qt.ItemDataRole.ForegroundRole:
            moved = place[0] in self._table.moved and place[1] == 0
            return QColor(mix(tokens.text3, tokens.ink, 0.6) if moved else tokens.ink)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """The published head over what it is taken for; at the left the line of the source."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return str(self._table.source_rows[section] + 1)
        return f"{self._table.heads[section] or '–'}\n{self._titles[section]}"

"""The preview of a replacement: a line for each hit, which can be left out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from html import escape

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gpuplanner.ui.table.cell_hits import Hit
from gpuplanner.ui.theme import TABLE, Theme
from gpuplanner.ui.widgets.focus_ring import FocusRing
from gpuplanner.ui.widgets.plain_table import PlainHead, PlainRows

AnyIndex = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_ROW, _COLUMN, _BEFORE, _AFTER, _NOTE = range(5)
_WIDTHS, _LINE = {_ROW: 76, _COLUMN: 110, _BEFORE: 130, _AFTER: 130}, 24
_LONGEST = 300
"""Characters of a text that are shown; nobody reads more in a line."""


class HitList(QAbstractTableModel):
    """Hits with their ticks.  What cannot be replaced has none, and says why."""

    ticks_changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._hits: Sequence[Hit] = ()
        self._titles: Sequence[str] = ()
        self._hidden: Collection[int] = ()
        self._out: set[tuple[int, int]] = set()
        """Cells (row, place) that the user does not want to be replaced."""

    def show(self, hits: Sequence[Hit], titles: Sequence[str], hidden: Collection[int]) -> None:
        """Show hits; ``titles`` of the table's columns, ``hidden`` rows that the filter hides.

        Ticks that were taken away stay away.
        """
        self.beginResetModel()
        self._hits, self._titles, self._hidden = hits, titles, hidden
        self.endResetModel()
        self.ticks_changed.emit()

    def tick_all_again(self) -> None:
        """Another search: what was left out of the last one means nothing."""
        self._out.clear()

    @property
    def hits(self) -> Sequence[Hit]:
        """All lines."""
        return self._hits

    def ticked(self) -> list[Hit]:
        """What is to be replaced."""
        out = self._out
        return [hit for hit in self._hits if hit.found.is_possible and (hit.row, hit.found.place) not in out]

    def is_hidden(self, line: int) -> bool:
        """Whether the filter hides the row of a line."""
        return self._hits[line].row in self._hidden

    def tick(self, lines: Iterable[int], *, on: bool) -> None:
        """Take lines in or leave them out."""
        cells = {(self._hits[line].row, self._hits[line].found.place) for line in lines}
        self._out = self._out - cells if on else self._out | cells
        if self._hits:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._hits) - 1, _NOTE))
        self.ticks_changed.emit()

    def toggle(self, lines: Sequence[int]) -> None:
        """Leave lines out; take them in where all of them are out."""
        possible = [line for line in lines if self._hits[line].found.is_possible]
        self.tick(possible, on=not any(self._is_ticked(line) for line in possible))

    def rowCount(self, parent: AnyIndex = _ROOT) -> int:
        """Lines."""
        return 0 if parent.isValid() else len(self._hits)

    def columnCount(self, parent: AnyIndex = _ROOT) -> int:
        """Row, column, text before and after, and what there is to say."""
        return 0 if parent.isValid() else _NOTE + 1

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """The row's number has the tick."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == _ROW and self._hits[index.row()].found.is_possible:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text, tick and colour."""
        line, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(line, column)
        if role == Qt.ItemDataRole.CheckStateRole and column == _ROW:
            if not self._hits[line].found.is_possible:
                return None
            return Qt.CheckState.Checked if self._is_ticked(line) else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.ToolTipRole:
            # As HTML, so that a hostile cell cannot be any; the line has little room.
            return f"<p>{escape(self._text(line, column))}</p>"
        if role == Qt.ItemDataRole.ForegroundRole:
            return QColor(getattr(self._theme.tokens, self._tone(line, column)))
        if role == Qt.ItemDataRole.AccessibleTextRole and column == _ROW:
            return ", ".join(filter(None, (self._text(line, place) for place in range(_NOTE + 1))))
        return None

    def setData(self, index: AnyIndex, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take the tick of a click."""
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        self.tick([index.row()], on=Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Names of the columns."""
        if orientation is Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            if role == Qt.ItemDataRole.DisplayRole:
                return (self.tr("Row"), self.tr("Column"), self.tr("Before"), self.tr("After"), "")[section]
        return None

    def _is_ticked(self, line: int) -> bool:
        hit = self._hits[line]
        return hit.found.is_possible and (hit.row, hit.found.place) not in self._out

    def _text(self, line: int, column: int) -> str:
        hit = self._hits[line]
        if column == _ROW:
            return f"{hit.row + 1:,}"
        if column == _COLUMN:
            return self._titles[hit.found.place]
        if column == _NOTE:
            return self._note(line)
        text = hit.found.before if column == _BEFORE else hit.found.after
        return text[:_LONGEST].replace("\n", " ") or self.tr("(empty)")

    def _note(self, line: int) -> str:
        found = self._hits[line].found
        if found.reason or found.is_same:
            return found.reason or self.tr("nothing would change")
        return self.tr("hidden by the filter") if self.is_hidden(line) else ""

    def _tone(self, line: int, column: int) -> str:
        found = self._hits[line].found
        if column == _NOTE:
            return "no" if found.reason else "text2"
        if not self._is_ticked(line) or (column == _AFTER and not found.after):
            return "text3"
        if column == _BEFORE and not found.before:
            return "text3"
        return "ink" if column in (_ROW, _AFTER) else "text2"


class HitView(QTableView):
    """The list: a click goes to the cell, the space bar ticks, Enter goes even where a filter hides it."""

    hit_chosen = Signal(int, bool)
    """(line, whether a filter that hides the row is to go)."""

    def __init__(self, theme: Theme, hits: HitList, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._hits = theme, hits
        self.setModel(hits)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        heads = PlainHead(theme, self)
        self.setHorizontalHeader(heads)
        self.setItemDelegate(PlainRows(theme, self, tick_column=_ROW))
        FocusRing(theme, self)
        heads.setSectionResizeMode(_NOTE, QHeaderView.ResizeMode.Stretch)
        self.setAccessibleName(self.tr("Cells that would be replaced"))
        self.clicked.connect(lambda index: self.hit_chosen.emit(index.row(), False))
        self.doubleClicked.connect(lambda index: self.hit_chosen.emit(index.row(), True))
        theme.changed.connect(self._take_theme)
        self._take_theme()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space and Enter; everything else as Qt has it."""
        lines = sorted({index.row() for index in self.selectionModel().selectedRows()})
        if event.key() == Qt.Key.Key_Space and lines:
            self._hits.toggle(lines)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.hit_chosen.emit(self.currentIndex().row(), True)
        else:
            super().keyPressEvent(event)

    def _take_theme(self) -> None:
        px = self._theme.px
        self.setFont(self._theme.font(TABLE))
        self.verticalHeader().setDefaultSectionSize(px(_LINE))
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, px(width))

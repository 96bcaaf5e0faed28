"""The values of a column with check marks and counts; a search narrows the lines, never the check marks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gpuplanner.ui.table.column_values import ColumnValue
from gpuplanner.ui.theme import TABLE, Theme
from gpuplanner.ui.widgets.plain_table import PlainRows

LINE = 24
"""Height of a line."""
MOST_LINES = 1_000
"""Nobody reads more; a search goes through all values."""
_ROOT = QModelIndex()
_TEXT, _COUNT = range(2)
_COUNT_WIDTH, _LONGEST = 64, 200

AnyIndex = QModelIndex | QPersistentModelIndex


class ValueList(QAbstractTableModel):
    """Values as lines."""

    ticks_changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.values: tuple[ColumnValue, ...] = ()
        self._lower: list[str] = []
        self._search = ""
        self._found: Sequence[int] = ()
        """Places of the values that the search finds."""
        self._out: set[int] = set()
        """Places of the values without a check mark."""

    def show(self, values: tuple[ColumnValue, ...], is_ticked: Callable[[ColumnValue], bool]) -> None:
        """Show values."""
        self.beginResetModel()
        self.values = values
        self._lower = [value.text.lower() for value in values]
        self._found = self._find()  # what is searched for may have been typed before
        self._out = {place for place, value in enumerate(values) if not is_ticked(value)}
        self.endResetModel()
        self.ticks_changed.emit()

    def search(self, text: str) -> None:
        """Only values with this text in them."""
        wanted = text.strip().lower()
        if wanted == self._search:
            return
        self.beginResetModel()
        self._search = wanted
        self._found = self._find()
        self.endResetModel()
        self.ticks_changed.emit()

    @property
    def n_found(self) -> int:
        """Values that the search finds, those beyond the last line included."""
        return len(self._found)

    @property
    def wanted(self) -> list[ColumnValue]:
        """The values with a check mark that the search finds."""
        return [self.values[place] for place in self._found if place not in self._out]

    def tick_only(self, is_ticked: Callable[[ColumnValue], bool]) -> None:
        """Set the check marks of what the search finds."""
        self._set(
            [place for place in self._found if is_ticked(self.values[place])],
            [place for place in self._found if not is_ticked(self.values[place])],
        )

    def toggle(self, lines: Iterable[int]) -> None:
        """Take check marks away, or set them where none of the lines has one."""
        places = [self._found[line] for line in lines]
        if any(place not in self._out for place in places):
            self._set((), places)
        else:
            self._set(places, ())

    def rowCount(self, parent: AnyIndex = _ROOT) -> int:
        """Lines."""
        return 0 if parent.isValid() else min(len(self._found), MOST_LINES)

    def columnCount(self, parent: AnyIndex = _ROOT) -> int:
        """Value and count."""
        return 0 if parent.isValid() else _COUNT + 1

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text, check mark, colour."""
        place = self._found[index.row()]
        value = self.values[place]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(value) if index.column() == _TEXT else f"{value.count:,}"
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == _TEXT:
            return Qt.CheckState.Unchecked if place in self._out else Qt.CheckState.Checked
        if role == Qt.ItemDataRole.ForegroundRole and (index.column() == _COUNT or value.is_empty):
            return QColor(self._theme.tokens.text2)
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == _COUNT:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self._text(value)}, {value.count:,}"
        return None

    def _text(self, value: ColumnValue) -> str:
        return value.text[:_LONGEST].replace("\n", " ") or self.tr("(empty)")

    def _find(self) -> list[int]:
        return [place for place, lower in enumerate(self._lower) if self._search in lower]

    def _set(self, on: Iterable[int], off: Iterable[int]) -> None:
        self._out = (self._out - set(on)) | set(off)
        if self.rowCount():
            self.dataChanged.emit(self.index(0, _TEXT), self.index(self.rowCount() - 1, _COUNT))
        self.ticks_changed.emit()


class ValueView(QTableView):
    """The lines: the space bar, and a click anywhere in a line, set the check mark or take it away."""

    def __init__(self, theme: Theme, values: ValueList, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._values = theme, values
        self.setModel(values)
        self.setItemDelegate(PlainRows(theme, self, tick_column=_TEXT))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(_TEXT, QHeaderView.ResizeMode.Stretch)
        self.setAccessibleName(self.tr("Values of the column"))
        self.clicked.connect(lambda index: values.toggle([index.row()]))
        self._take_theme()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space sets the check marks of the selected lines; everything else as Qt has it."""
        lines = sorted({index.row() for index in self.selectionModel().selectedRows()})
        if event.key() == Qt.Key.Key_Space and lines:
            self._values.toggle(lines)
        else:
            super().keyPressEvent(event)

    def _take_theme(self) -> None:
        self.setFont(self._theme.font(TABLE))
        self.verticalHeader().setDefaultSectionSize(self._theme.px(LINE))
        self.setColumnWidth(_COUNT, self._theme.px(_COUNT_WIDTH))

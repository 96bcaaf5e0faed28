"""The model behind the pivot: the rows that the list shows, laid out by their settings and lengths."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal

from gpuplanner.core.benchmark import BenchmarkRow, Status
from gpuplanner.data.pivot import PivotLayout, PivotMaker, finished
from gpuplanner.data.table_import.cell_values import status_of
from gpuplanner.ui.pivot.pivot_cells import PivotCells, Values, row_at, settings_words
from gpuplanner.ui.pivot.pivot_words import PivotWords
from gpuplanner.ui.stepwise import Stepwise
from gpuplanner.ui.table.benchmark_table import AnyIndex, BenchmarkTableModel
from gpuplanner.ui.table.cells import CellLook, RowContext, cell_look, edit_text, edited
from gpuplanner.ui.table.columns import Column, Kind
from gpuplanner.ui.widgets.display_unit import DisplayUnit

_INVALID = QModelIndex()
_EDITABLE = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable
_FIXED = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_AT_ONCE = 2_000
"""So many rows are laid out in a few milliseconds; more are in slices."""
_WIDTHS = {Values.BOTH: 100, Values.MEMORY: 84, Values.TIME: 76}
_UNIT_WIDTH, _COUNT_WIDTH = 20, 44
"""More where a cell says its unit, or how many rows are in it."""
_NO_CELL = CellLook("")


class PivotModel(QAbstractTableModel):
    """Lines and lengths of the rows that pass the list's filter; empty until `set_active` wakes it."""

    laid_out = Signal()
    """Rows may stand in other cells now."""

    def __init__(self, table: BenchmarkTableModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table = table
        self.document = table.document
        self.layout = PivotLayout()
        self.columns: tuple[Column, ...] = ()
        self.words = PivotWords(self)
        self._values = Values.BOTH
        self._cells = self._cells_of_table()
        self._maker = PivotMaker()
        self._steps = Stepwise(self)
        self._is_active = False
        self._n_rows = 0
        """Rows of the document that the layout was made for."""
        self._looks: dict[tuple[int, int], CellLook] = {}
        table.dataChanged.connect(self._looks_changed)
        table.headerDataChanged.connect(self._columns_changed)
        table.layoutChanged.connect(self.lay_out)
        table.modelReset.connect(self.lay_out)
        self.document.rows_changed.connect(lambda _rows: self.lay_out())

    # --- what views ask --------------------------------------------------------------------------

    def rowCount(self, parent: AnyIndex = _INVALID) -> int:
        """Lines."""
        return 0 if parent.isValid() else len(self.layout.lines)

    def columnCount(self, parent: AnyIndex = _INVALID) -> int:
        """Heads, then lengths."""
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Everything can be edited, but for an empty cell whose length nobody knows."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        is_fixed = self.length_of(index.column()) is None and not self.sources(index.row(), index.column())
        return _FIXED if is_fixed else _EDITABLE

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts; everything else about a cell's looks is asked with `look`."""
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self.look(row, column).text
        if role == Qt.ItemDataRole.EditRole:
            return self.edit_text(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.tip(row, column) or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(filter(None, (self.columns[column].title, self.tip(row, column))))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            right = self.columns[column].is_right_aligned
            side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles; the header paints them from `columns`."""
        if orientation is Qt.Orientation.Vertical or role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
        ):
            return None
        return self.columns[section].title

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take what was typed, as one named step: a setting of the whole line, or the figures of a cell."""
        if role != Qt.ItemDataRole.EditRole:
            return False
        row, column, text = index.row(), index.column(), str(value)
        sources = self.sources(row, column)
        if column < self.n_heads:
            return self._set_head(column, sources, text)
        words = settings_words(self.first_row(row))
        if sources:
            changed = {sources[0]: self.with_text(self.document.rows[sources[0]], text)}
            name = self.tr("edit {line} at {length}").format(line=words, length=self.columns[column].title)
            return self.document.set_rows(changed, name)
        new = self.new_row(row, column, text)
        if new is None:
            return False
        name = self.tr("add {line} at {length}").format(line=words, length=self.columns[column].title)
        self.document.insert_rows(new[0], [new[1]], name)
        return True

    # --- what the delegate, the view and the editing ask -------------------------------------------

    @property
    def n_heads(self) -> int:
        """Columns before the first length."""
        return len(self.columns) - len(self.layout.lengths)

    @property
    def values(self) -> Values:
        """What the cells show."""
        return self._values

    def set_values(self, values: Values) -> None:
        """Show memory, time or both."""
        self._values = values
        self._columns_changed()

    def set_active(self, active: bool) -> None:
        """Follow the document only while somebody looks."""
        self._is_active = active
        if active:
            self.lay_out()
        else:
            self._steps.stop()

    def length_of(self, column: int) -> int | None:
        """Tokens of a column; None for a head, and for rows whose length is not known."""
        place = column - self.n_heads
        return self.layout.lengths[place] if place >= 0 else None

    def sources(self, row: int, column: int) -> tuple[int, ...]:
        """Rows of the document behind a cell: all those of the line for a head."""
        if column < self.n_heads:
            return self.layout.lines[row]
        return self.layout.cells.get((row, column - self.n_heads), ())

    def source_at(self, row: int, column: int) -> int:
        """The first row behind a cell; −1 where nothing was measured."""
        sources = self.sources(row, column)
        return sources[0] if sources else -1

    def place_of(self, source: int) -> tuple[int, int] | None:
        """(row, column) of the cell in which a row of the document stands."""
        cell = self.layout.cell_of(source)
        return None if cell is None else (cell[0], cell[1] + self.n_heads)

    def first_row(self, row: int) -> BenchmarkRow:
        """A row with the settings of a line."""
        return self.document.rows[self.layout.lines[row][0]]

    def with_text(self, row: BenchmarkRow, text: str) -> BenchmarkRow:
        """A row of the document with the text of its cell changed."""
        return self._cells.edited(row, text, self._values, self.table.unit)

    def filled(self, row: BenchmarkRow, like: BenchmarkRow) -> BenchmarkRow:
        """A row with the figures that the cell of another one shows."""
        return self._cells.filled(row, like, self._values)

    def new_row(self, row: int, column: int, text: str | None = None) -> tuple[int, BenchmarkRow] | None:
        """(place in the document, row) for an empty cell, with nothing measured or as a text says.

        None where the text leaves the cell empty, or the length of the column is not known.
        """
        length = self.length_of(column)
        if length is None:
            return None
        blank = row_at(self.first_row(row), length)
        if text is not None and status_of(text) is Status.NOT_MEASURED:
            return None
        filled = blank if text is None else self.with_text(blank, text)
        return self.layout.place_for(row, length, self.document.rows), filled

    def edit_text(self, row: int, column: int) -> str:
        """The text that an editor starts with."""
        source = self.source_at(row, column)
        if source < 0:
            return ""
        benchmark, unit = self.document.rows[source], self.table.unit
        if column < self.n_heads:
            return edit_text(benchmark, self.columns[column], unit)
        return self._cells.edit_text(benchmark, self._values, unit)

    def copy_text(self, row: int, column: int) -> str:
        """A cell as tables are published, with its units."""
        source = self.source_at(row, column)
        if source < 0:
            return ""
        if column < self.n_heads:
            return self.look(row, column).text
        return self._cells.copy_text(self.document.rows[source], self._values, self.table.unit)

    def look(self, row: int, column: int) -> CellLook:
        """How a cell is painted."""
        found = self._looks.get((row, column))
        if found is None:
            found = self._looks[row, column] = self._look(row, column)
        return found

    def context(self, row: int) -> RowContext:
        """Of the line: lines of one model are a series."""
        before = self.first_row(row - 1).plan.model if row else None
        starts = before != self.first_row(row).plan.model
        return RowContext(self.table.unit, starts_series=starts, starts_model=starts)

    def unit_text(self, column: int) -> str:
        """The second line of a head."""
        if column < self.n_heads:
            return self.columns[column].unit
        memory = self.words.short_unit(self.table.unit)
        return {Values.BOTH: f"{memory} / s", Values.MEMORY: memory, Values.TIME: "s"}[self._values]

    def tip(self, row: int, column: int) -> str:
        """Everything about a cell: its settings, figures, estimate and what is wrong."""
        sources = self.sources(row, column)
        first = self.document.rows[sources[0]] if sources else self.first_row(row)
        if column < self.n_heads:
            return self.words.settings(first)
        if not sources:
            return self.words.empty(settings_words(first), self.length_of(column))
        estimate = self.table.estimate(sources[0])
        return self.words.cell(first, sources, self._cell_context(sources[0]), estimate)

    # --- layout --------------------------------------------------------------------------------------

    def lay_out(self) -> None:
        """Put every row that the list shows into its cell; a large table in slices."""
        if not self._is_active:
            return
        rows = self.document.rows
        steps = self._maker.steps(tuple(rows), self.table.shown_sources())
        if len(rows) <= _AT_ONCE:
            self._steps.stop()
            self._take_layout(finished(steps))
            return
        if self._n_rows != len(rows):  # the old places mean other rows now
            self._take_layout(PivotLayout())
        self._steps.run(steps, self._take_layout)

    def _take_layout(self, layout: PivotLayout) -> None:
        self._n_rows = len(self.document.rows)
        if layout == self.layout and self.columns:
            self._looks_changed()
        else:
            self.beginResetModel()
            self.layout = layout
            self._cells = self._cells_of_table()
            self._looks.clear()
            self._take_columns()
            self.endResetModel()
        self.laid_out.emit()

    def _take_columns(self) -> None:
        table = self.table
        places = dict.fromkeys(table.column_of(name) for name in self.layout.heads if self.layout.lines)
        heads = [table.columns[place] for place in places]
        wide = any(len(sources) > 1 for sources in self.layout.cells.values())
        width = _WIDTHS[self._values] + (_COUNT_WIDTH if wide else 0)
        if table.unit is DisplayUnit.AS_WRITTEN and self._values is not Values.TIME:
            width += _UNIT_WIDTH
        lengths = [
            Column(
                f"length {length}",
                Kind.NUMBER,
                self.tr("no length") if length is None else f"{length:,}",
                width=width,
                fields=("peak_memory", "step_time_s"),
            )
            for length in self.layout.lengths
        ]
        self.columns = (*heads, *lengths)

    def _cells_of_table(self) -> PivotCells:
        columns = self.table.columns
        places = self.table.column_of("peak_memory"), self.table.column_of("step_time_s")
        return PivotCells(columns[places[0]], columns[places[1]])

    def _look(self, row: int, column: int) -> CellLook:
        sources = self.sources(row, column)
        if not sources:
            return _NO_CELL
        benchmark = self.document.rows[sources[0]]
        if column < self.n_heads:
            return cell_look(benchmark, self.columns[column], self._head_context(row))
        return self._cells.look(benchmark, self._values, self._cell_context(sources[0]), len(sources))

    def _head_context(self, row: int) -> RowContext:
        line = self.context(row)
        return RowContext(line.unit, starts_series=True, starts_model=line.starts_model)

    def _cell_context(self, source: int) -> RowContext:
        card = self.table.card_bytes(self.document.rows[source].plan.gpu)
        return RowContext(self.table.unit, self.table.estimate(source), card)

    def _set_head(self, column: int, sources: tuple[int, ...], text: str) -> bool:
        head, unit, rows = self.columns[column], self.table.unit, self.document.rows
        changed = {source: edited(rows[source], head, text, unit) for source in sources}
        name = self.tr("edit {column} of {n} rows").format(column=head.title, n=f"{len(sources):,}")
        return self.document.set_rows(changed, name)

    def _columns_changed(self) -> None:
        """Other words and widths for the same columns."""
        self._take_columns()
        self._looks_changed()
        if self.columns:
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)

    def _looks_changed(self) -> None:
        self._looks.clear()
        if self.layout.lines:
            last = self.index(len(self.layout.lines) - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

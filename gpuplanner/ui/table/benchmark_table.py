"""The model behind the table: the document's rows in the order and choice of the view.

Sorting and filtering go through a list of row indices and never touch the document; a
QSortFilterProxyModel over a Python model takes minutes where this takes milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import (
    SIGNAL,
    QAbstractItemModel,
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.core.units import shorten
from gpuplanner.data.benchmark_table import collector_paused
from gpuplanner.data.pivot import finished
from gpuplanner.data.typed_texts import typed_text
from gpuplanner.report.row_estimates import RowEstimate
from gpuplanner.ui.collector import full_rounds_held
from gpuplanner.ui.documents.document import Document
from gpuplanner.ui.documents.row_moves import RowMoves, RowValues
from gpuplanner.ui.stepwise import Stepwise
from gpuplanner.ui.table.cells import (
    CellLook,
    RowContext,
    cell_look,
    edit_text,
    edited,
    series_of,
    sort_key,
    unreadable_reason,
)
from gpuplanner.ui.table.column_keys import ColumnKeys
from gpuplanner.ui.table.column_rule import CellRule, SortKey
from gpuplanner.ui.table.columns import Column, Kind, all_columns
from gpuplanner.ui.table.row_order import RowFilter, RowSearch, in_order
from gpuplanner.ui.widgets.display_unit import DisplayUnit
from gpuplanner.ui.words import value_words

AnyIndex = QModelIndex | QPersistentModelIndex
_INVALID = QModelIndex()
_EDITABLE = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable
_COMPUTED = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
# By their signatures: PySide's own signals know no arguments of these.
_WITH_HINT = "(QList<QPersistentModelIndex>,QAbstractItemModel::LayoutChangeHint)"
_LAYOUT_ABOUT_TO_CHANGE = SIGNAL(f"layoutAboutToBeChanged{_WITH_HINT}")
_LAYOUT_CHANGED = SIGNAL(f"layoutChanged{_WITH_HINT}")
_MANY = 10_000
"""More rows than these are put into another order in slices."""
_AT_ONCE = 2_000
"""So many rows are held against a filter in a few milliseconds."""


class BenchmarkTableModel(QAbstractTableModel):
    """Rows of a `Document` as a Qt model, with sorting, filtering, estimates and a display unit."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self._card_bytes: Callable[[str], float | None] = lambda name: None
        self._unit = DisplayUnit.GIB_PER_GPU
        self._estimates: RowValues[RowEstimate] = RowValues()
        self._filter = RowFilter()
        self._sorted: tuple[int, Qt.SortOrder] | None = None
        self._looks: dict[int, dict[int, CellLook]] = {}
        self._contexts: dict[int, RowContext] = {}
        self._search = RowSearch()
        self._sorting = Stepwise(self)
        self.keys = ColumnKeys(document, self.estimate)
        self.columns: tuple[Column, ...] = all_columns(document.columns)
        self._order = list(range(len(document.rows)))
        document.rows_changed.connect(self._rows_changed)
        document.rows_moved.connect(self._rows_moved)
        document.columns_changed.connect(self._reload)
        document.replaced.connect(self._replaced)

    # --- what views ask --------------------------------------------------------------------------

    def rowCount(self, parent: AnyIndex = _INVALID) -> int:
        """Rows that pass the filter."""
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: AnyIndex = _INVALID) -> int:
        """All columns; the view hides those that are not wanted."""
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Computed cells can be selected and copied, the others also edited."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return _EDITABLE if self.columns[index.column()].is_editable else _COMPUTED

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts; everything else about a cell's looks is asked with `look`."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self.look(index.row(), index.column()).text
        if role == Qt.ItemDataRole.EditRole:
            return edit_text(self.row_at(index.row()), self.columns[index.column()], self._unit)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.tip(index.row(), index.column()) or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._accessible_text(index.row(), index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            right = self.columns[index.column()].is_right_aligned
            side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles and row numbers as text; the header paints them from `columns`."""
        if orientation is Qt.Orientation.Vertical:
            shown = role == Qt.ItemDataRole.DisplayRole and section < len(self._order)
            return f"{self._order[section] + 1:,}" if shown else None
        column = self.columns[section]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            unit = self.unit_text(column)
            return (
                f"{column.title} ({unit})" if unit and role != Qt.ItemDataRole.DisplayRole else column.title
            )
        if role == Qt.ItemDataRole.ToolTipRole:
            lines = [column.tip, *(rule.words for rule in self._filter.of(column.key))]
            return "\n".join(filter(None, lines)) or None
        return None

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take what was typed, as one named step."""
        if role != Qt.ItemDataRole.EditRole:
            return False
        source, column = self._order[index.row()], self.columns[index.column()]
        changed = edited(self.document.rows[source], column, str(value), self._unit)
        name = self.tr("edit {column} of row {row}").format(column=column.title, row=source + 1)
        return self.document.set_rows({source: changed}, name)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order the view by a column; −1 goes back to the order of the file."""
        self._sorted = (column, order) if column >= 0 else None
        if len(self._order) > _MANY:
            self._sorting.run(self.ordered(self._order), self._remap)
        else:
            self._remap(finished(self.ordered(self._order)))

    # --- what the delegate, the heads and the page ask -----------------------------------------------

    @property
    def unit(self) -> DisplayUnit:
        """The unit in which memory is shown."""
        return self._unit

    def set_unit(self, unit: DisplayUnit) -> None:
        """Show memory in another unit; nothing in the document changes."""
        self._unit = unit
        self._forget()
        self._all_changed()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)

    def set_card_bytes(self, card_bytes: Callable[[str], float | None]) -> None:
        """How to find the memory of a card by its name, for the share below the peak memory."""
        self._card_bytes = card_bytes
        self._forget()
        self._all_changed()

    @property
    def sorted_by(self) -> tuple[int, Qt.SortOrder] | None:
        """(column, order) of the view, None for the order of the file."""
        return self._sorted

    @property
    def row_filter(self) -> RowFilter:
        """Which rows are shown."""
        return self._filter

    def set_filter(self, row_filter: RowFilter) -> None:
        """Show only some rows; the document keeps all."""
        self.show_passing(row_filter, finished(self.ordered(self._passing_all(row_filter))))

    def show_passing(self, row_filter: RowFilter, order: list[int]) -> None:
        """As `set_filter`, with the rows that pass it, in the view's order."""
        self._filter = row_filter
        self._remap(order)

    def knows_texts(self, row_filter: RowFilter) -> bool:
        """Whether the texts that a filter looks at are put together: it is quick then."""
        return not row_filter.text.strip() or self._search.knows(len(self.document.rows))

    def look_through_texts(self) -> Generator[None, None, None]:
        """Put together the texts of the rows, in slices; rows may change meanwhile."""
        return self._search.look_through(lambda: self.document.rows)

    def passing_sources(self) -> list[int]:
        """Indices of the document's rows that pass the filter; one that was just added is shown anyway."""
        return self._passing_all(self._filter)

    def passing_steps(self, row_filter: RowFilter) -> Generator[None, None, list[int]]:
        """As `passing_sources` for another filter, in slices."""
        found: list[int] = []
        for start in range(0, len(self.document.rows), _AT_ONCE):
            found += self._passing(row_filter, range(start, min(start + _AT_ONCE, len(self.document.rows))))
            yield
        return found

    def _passing_all(self, row_filter: RowFilter) -> list[int]:
        return self._passing(row_filter, range(len(self.document.rows)))

    def _passing(self, row_filter: RowFilter, among: Iterable[int]) -> list[int]:
        passing = self._search.passing(self.document.rows, row_filter, among)
        for rule in row_filter.cells:
            place = self.column_of(rule.key)
            if place >= 0:
                passing = rule.passing(passing, self.keys.of(self.columns[place]))
        return passing

    def cell_rule(self, row: int, place: int, *, is_out: bool) -> CellRule:
        """The filter that keeps, or leaves out, the rows with the value of a cell of the view."""
        column, shown = self.columns[place], self.look(row, place).text
        words = self.tr("{column} not {value}") if is_out else self.tr("{column} {value}")
        value = self.keys.of(column)(self._order[row])
        return CellRule(column.key, value, is_out, words.format(column=column.title, value=shorten(shown)))

    def set_row_estimates(self, estimates: Mapping[int, RowEstimate]) -> None:
        """Estimates by row index of the document, per GPU; rows that are not named keep theirs."""
        self._estimates.update(estimates)
        self.keys.forget(computed_only=True)
        # They come in hundreds of portions; rows that nobody has looked at yet need no new painting.
        is_seen = not self._looks.keys().isdisjoint(estimates)
        for source in estimates:
            self._forget_row(source)
        if is_seen:
            self._all_changed()

    def estimate(self, source: int) -> RowEstimate | None:
        """The estimate of a document's row."""
        return self._estimates.get(source)

    def source_row(self, row: int) -> int:
        """Index in the document of a row of the view."""
        return self._order[row]

    def shown_sources(self) -> list[int]:
        """Indices of the document's rows that pass the filter, in the order of the file."""
        return sorted(self._order)

    def card_bytes(self, gpu: str) -> float | None:
        """Memory of a card by its name; None for one that nobody knows."""
        return self._card_bytes(gpu)

    def view_row(self, source: int) -> int:
        """Row of the view that shows a document's row; −1 when the filter hides it."""
        try:
            return self._order.index(source)
        except ValueError:
            return -1

    def row_at(self, row: int) -> BenchmarkRow:
        """The document's row behind a row of the view."""
        return self.document.rows[self._order[row]]

    def column_of(self, key: str) -> int:
        """Place of a column; of the composed column where the field is part of one; −1 for none."""
        for place, column in enumerate(self.columns):
            if column.key == key:
                return place
        for place, column in enumerate(self.columns):
            if key in column.fields:
                return place
        return -1

    def look(self, row: int, column: int) -> CellLook:
        """How a cell is painted; remembered until its row, its estimate or the unit changes."""
        source = self._order[row]
        looks = self._looks.setdefault(source, {})
        found = looks.get(column)
        if found is None:
            context = self.context(row)
            found = looks[column] = cell_look(self.document.rows[source], self.columns[column], context)
        return found

    def context(self, row: int) -> RowContext:
        """What the cells of a row of the view depend on."""
        source = self._order[row]
        found = self._contexts.get(source)
        if found is None:
            series, before = series_of(self.document.rows[source]), None
            if row:
                before = series_of(self.row_at(row - 1))
            found = self._contexts[source] = RowContext(
                self._unit,
                self._estimates.get(source),
                self._card_bytes(self.document.rows[source].plan.gpu),
                starts_series=before != series,
                starts_model=before is None or before[0] != series[0],
            )
        return found

    def unit_text(self, column: Column) -> str:
        """The second line of a head."""
        if column.kind not in (Kind.PEAK, Kind.ESTIMATE):
            return column.unit
        return {
            DisplayUnit.GIB_PER_GPU: self.tr("GiB per GPU"),
            DisplayUnit.GB_PER_GPU: self.tr("GB per GPU"),
            DisplayUnit.GIB_TOTAL: self.tr("GiB, all GPUs"),
            DisplayUnit.AS_WRITTEN: self.tr("as written"),
        }[self._unit]

    def tip(self, row: int, column: int) -> str:
        """What a cell has to say beside its text: why it could not be read, why there is no estimate."""
        source, shown = self._order[row], self.columns[column]
        benchmark = self.document.rows[source]
        reason = unreadable_reason(benchmark, shown)
        if reason:
            return reason
        estimate = self._estimates.get(source)
        if estimate is not None and estimate.problem and shown.kind in (Kind.ESTIMATE, Kind.ERROR):
            return estimate.problem
        if shown.key in ("model", "method"):
            return self._plan_tip(benchmark)
        if shown.kind is Kind.WORDS:
            return self.look(row, column).text
        return self._typed_tip(benchmark, shown)

    def _typed_tip(self, row: BenchmarkRow, column: Column) -> str:
        """What a number was typed as, where the cell has it in another form."""
        typed = typed_text(row, column.fields[0]) if column.fields else ""
        return self.tr("typed as {text}").format(text=shorten(typed)) if typed else ""

    def _plan_tip(self, row: BenchmarkRow) -> str:
        plan = row.plan
        sharding = value_words(plan.sharding)
        return self.tr("{model}, {method}, {gpus} × {gpu}, sharding {sharding}, {length} tokens").format(
            model=plan.model,
            method=value_words(plan.method),
            gpus=plan.n_gpus,
            gpu=plan.gpu,
            sharding=sharding,
            length=f"{plan.seq_len:,}",
        )

    def _accessible_text(self, row: int, column: int) -> str:
        shown = self.columns[column]
        parts = [shown.title, self.look(row, column).text, self.unit_text(shown), self.tip(row, column)]
        return ", ".join(dict.fromkeys(part for part in parts if part))

    # --- order and changes ---------------------------------------------------------------------------

    def ordered(self, sources: Iterable[int]) -> Generator[None, None, list[int]]:
        """Indices of the document's rows in the order of the view, with pauses."""
        if self._sorted is None:
            return sorted(sources)
        column, descending = self.columns[self._sorted[0]], self._sorted[1] is Qt.SortOrder.DescendingOrder
        unit = self._unit

        def key(source: int) -> SortKey:
            return sort_key(self.document.rows[source], column, unit, self._estimates.get(source))

        with full_rounds_held():
            return (yield from in_order(sources, key, descending))

    def _remap(self, order: list[int], moved: Sequence[int | None] | None = None) -> None:
        """Show these rows in this order; ``moved`` says where the document's rows went, if they did."""
        self._sorting.stop()
        # Rows move as wholes: of a large selection one cell of each row is followed, not every one.
        self._emit_with_hint(_LAYOUT_ABOUT_TO_CHANGE)
        old_indexes = self.persistentIndexList()
        old_order = self._order
        self._order = order
        self._contexts.clear()
        self._looks.clear()
        is_whole = self._sorted is None and len(order) == len(self.document.rows)
        places = {source: row for row, source in enumerate(order)} if old_indexes and not is_whole else {}
        new_indexes = []
        with collector_paused():  # a large selection is a large list
            for index in old_indexes:
                source: int | None = old_order[index.row()]
                if moved is not None and source is not None:
                    source = moved[source]
                row = source if is_whole or source is None else places.get(source)
                new_indexes.append(QModelIndex() if row is None else self.index(row, index.column()))
            self.changePersistentIndexList(old_indexes, new_indexes)
            self._emit_with_hint(_LAYOUT_CHANGED)

    def _emit_with_hint(self, signal: str) -> None:
        untyped: Any = self  # PySide's own types say that no signal is emitted so
        untyped.emit(signal, [], QAbstractItemModel.LayoutChangeHint.VerticalSortHint)

    def _rows_changed(self, sources: tuple[int, ...]) -> None:
        self.keys.take_rows(sources)
        self._estimates.forget(sources)
        for source in sources:
            self._search.forget(source)
        # A row may have joined or left its neighbours' series, so the looks below it may change too.
        self._contexts.clear()
        self._looks.clear()
        self._all_changed()

    def _rows_moved(self, moved: RowMoves) -> None:
        self.keys.forget()
        self._estimates.move(moved)
        self._search.move(moved)
        if self._sorted is None and len(self._order) == len(moved):
            self._remap(list(range(moved.total)), moved)
            return
        shown = [new for source in self._order if (new := moved[source]) is not None]
        # Rows that were just added are shown even where the filter would hide them.
        self._remap(finished(self.ordered([*shown, *moved.new()])), moved)

    def _reload(self) -> None:
        self._sorting.stop()
        self.beginResetModel()
        self.columns = all_columns(self.document.columns)
        self._forget()
        self.endResetModel()

    def _replaced(self) -> None:
        self._sorting.stop()
        self.beginResetModel()
        self.columns = all_columns(self.document.columns)
        self._estimates.clear()
        self.keys.forget()
        self._search.forget_all()
        self._filter, self._sorted = RowFilter(), None
        self._order = list(range(len(self.document.rows)))
        self._forget()
        self.endResetModel()

    def _forget(self) -> None:
        self._looks.clear()
        self._contexts.clear()

    def _forget_row(self, source: int) -> None:
        self._looks.pop(source, None)
        self._contexts.pop(source, None)

    def _all_changed(self) -> None:
        if self._order:
            last = self.index(len(self._order) - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

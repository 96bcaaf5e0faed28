"""The pivot's widget: settings stay at the left, lengths are scrolled, a cell is a row of the document."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QItemSelection, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QWidget

from gpuplanner.ui.pivot.pivot_model import PivotModel
from gpuplanner.ui.table.benchmark_table import AnyIndex
from gpuplanner.ui.table.frozen_columns import HEAD_HEIGHT, FrozenHeads, FrozenTableView
from gpuplanner.ui.table.table_delegate import ROW_HEIGHT, CellDelegate, CellRange
from gpuplanner.ui.theme import Theme

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class PivotView(FrozenTableView):
    """The cells of a `PivotModel`."""

    row_selected = Signal(int)
    """Index in the document of the first row behind the cell that became current."""
    cell_selected = Signal()
    """Another cell is current, a measured one or not."""
    plan_requested = Signal(int, int)
    """(row, column) of the model: an empty cell is to be planned."""
    clear_requested = Signal()
    menu_requested = Signal(QPoint)

    def __init__(self, theme: Theme, model: PivotModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lines = model
        self._source = -1
        """The row of the document that the cursor stays with."""
        self._is_following = False
        self._cells = CellDelegate(theme, model, self)
        self.setModel(model)
        self.setItemDelegate(self._cells)
        self._heads = _PivotHeads(theme, model, self)
        self.setHorizontalHeader(self._heads)
        self._set_up()
        model.modelReset.connect(self._model_reset)
        model.headerDataChanged.connect(self.fit)
        model.laid_out.connect(self._keep_cursor)
        self.customContextMenuRequested.connect(
            lambda pos: self.menu_requested.emit(self.viewport().mapToGlobal(pos))
        )
        theme.changed.connect(self._take_theme)
        self._take_theme()

    def set_completions(self, completions: dict[str, Sequence[str]]) -> None:
        """Names to offer while a setting is typed, by column."""
        self._cells.completions = dict(completions)

    def select_source(self, source: int, key: str = "") -> None:
        """Go to the cell of a document's row, or to a setting of its line if ``key`` names one, without
        telling it; the cursor may be there already."""
        self._source = source
        index = self.currentIndex()
        heads = [column.key for column in self._lines.columns[: self._lines.n_heads]]
        is_cell = index.isValid() and index.column() >= self._lines.n_heads
        if is_cell and key not in heads and source in self._lines.sources(index.row(), index.column()):
            return
        place = self._lines.place_of(source)
        if place is None:
            return
        if key in heads:
            place = place[0], heads.index(key)
        self._is_following = True
        self.setCurrentIndex(self._lines.index(*place))
        self.scrollTo(self.currentIndex())
        self._is_following = False

    def current_is_empty(self) -> bool:
        """Whether the cursor is on a cell in which nothing was measured, though it has a length."""
        index = self.currentIndex()
        if not index.isValid() or self._lines.length_of(index.column()) is None:
            return False
        return not self._lines.sources(index.row(), index.column())

    def selected_cells(self) -> list[tuple[int, int]]:
        """Selected (row, column), row by row."""
        selection = self.selectionModel().selection()
        ranges = [selection.at(i) for i in range(selection.count())]
        cells = {
            (row, column)
            for r in ranges
            for row in range(r.top(), r.bottom() + 1)
            for column in range(r.left(), r.right() + 1)
        }
        return sorted(cells)

    def fit(self) -> None:
        """Give each column the width it wants."""
        for place, column in enumerate(self._lines.columns):
            self.setColumnWidth(place, self._theme.px(column.width))
        self.freeze(self._lines.n_heads)

    # --- Qt's events ---------------------------------------------------------------------------------

    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:
        """Follow the cursor: its line is tinted, and the plan of its row is wanted."""
        super().currentChanged(current, previous)
        self._cells.current_row = current.row()
        self._mark_cursor()
        if not current.isValid() or self._is_following:
            return
        source = self._lines.source_at(current.row(), current.column())
        # On a setting the row stays that was shown, if it is of this line: only a cell stands for one row.
        of_line = self._lines.sources(current.row(), current.column())
        if source >= 0 and not (current.column() < self._lines.n_heads and self._source in of_line):
            self._source = source
            self.row_selected.emit(source)
        self.cell_selected.emit()

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Cells are tinted one by one: a line is no row."""
        super().selectionChanged(selected, deselected)
        selection = self.selectionModel().selection()
        ranges = [selection.at(i) for i in range(selection.count())]
        self._cells.block = tuple(CellRange(r.top(), r.left(), r.bottom(), r.right()) for r in ranges)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The cells, the settings over them, then the lines between rows."""
        super().paintEvent(event)
        tokens = self._theme.tokens
        self.paint_frozen(event, QColor(tokens.surface), QColor(tokens.line_strong))
        painter = QPainter(self.viewport())
        width = min(self._heads.length(), self.viewport().width())
        row = self.rowAt(event.rect().top())
        while 0 <= row < self._lines.rowCount():
            bottom = self.rowViewportPosition(row) + self.rowHeight(row) - 1
            self._cells.paint_row_line(painter, row, bottom, width)
            if bottom > event.rect().bottom():
                break
            row += 1
        painter.end()

    def event(self, event: QEvent) -> bool:
        """Ctrl+Enter on an empty cell plans it; on a row the window's own action takes the row's plan."""
        if event.type() == QEvent.Type.ShortcutOverride and self._plans(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter edits, Delete empties, Ctrl+A takes everything; the rest as Qt has it."""
        index = self.currentIndex()
        editing = self.state() is QAbstractItemView.State.EditingState
        if self._plans(event):
            self.plan_requested.emit(index.row(), index.column())
        elif event.key() in _ENTER and not event.modifiers() and not editing and index.isValid():
            self.edit(index)
        elif event.key() == Qt.Key.Key_Delete and not editing:
            self.clear_requested.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The cursor can be seen while the pivot has the keyboard."""
        super().focusInEvent(event)
        self._mark_cursor()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Another pane has the keyboard."""
        super().focusOutEvent(event)
        self._mark_cursor()

    # --- the rest --------------------------------------------------------------------------------

    def _plans(self, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.key() not in _ENTER:
            return False
        return event.modifiers() == Qt.KeyboardModifier.ControlModifier and self.current_is_empty()

    def _set_up(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setTabKeyNavigation(False)
        self.setAccessibleName(self.tr("Benchmark rows by length"))
        self.setAccessibleDescription(
            self.tr("A line for each setting, a column for each length; cells hold memory and step time")
        )

    def _take_theme(self) -> None:
        rows = self.verticalHeader()
        rows.setMinimumSectionSize(self._theme.px(ROW_HEIGHT))
        rows.setDefaultSectionSize(self._theme.px(ROW_HEIGHT))
        self._heads.setFixedHeight(self._theme.px(HEAD_HEIGHT))
        self._heads.setMinimumSectionSize(self._theme.px(36))
        self.fit()
        self.viewport().update()

    def _model_reset(self) -> None:
        self._cells.current_row = -1
        self._cells.block = ()
        self._cells.focused_cell = None
        self.fit()

    def _keep_cursor(self) -> None:
        """Cells were laid out anew: the cursor goes to where its row is now."""
        if self._source >= 0 and not self.currentIndex().isValid():
            self.select_source(self._source)

    def _mark_cursor(self) -> None:
        index = self.currentIndex()
        shown = self.hasFocus() and index.isValid()
        self._cells.focused_cell = (index.row(), index.column()) if shown else None
        self.viewport().update()


class _PivotHeads(FrozenHeads):
    """Names and units in two lines, as above the list; a click selects the column."""

    def __init__(self, theme: Theme, model: PivotModel, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._lines = model

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        """One head."""
        column, unit = self._lines.columns[logicalIndex], self._lines.unit_text(logicalIndex)
        painter.save()
        self.paint_head(painter, rect, column.title, unit, column.is_right_aligned)
        painter.restore()

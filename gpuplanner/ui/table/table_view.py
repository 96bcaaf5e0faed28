"""The table widget: which columns fit, which row is current, and what keys do."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelection, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QWidget

from gpuplanner.ui.soon import soon
from gpuplanner.ui.stylesheet import SCROLL_BAR_WIDTH
from gpuplanner.ui.table.benchmark_table import AnyIndex, BenchmarkTableModel
from gpuplanner.ui.table.columns import fit_columns
from gpuplanner.ui.table.frozen_columns import HEAD_HEIGHT, FrozenTableView
from gpuplanner.ui.table.table_delegate import ROW_HEIGHT, CellDelegate, CellRange
from gpuplanner.ui.table.table_header import ColumnHeads, RowHeads
from gpuplanner.ui.theme import Theme

# Where room is left or missing after the columns were chosen: column → (least, most) width.
_ELASTIC = {"model": (62, 180), "method": (68, 110), "sharding": (56, 84), "estimate": (74, 100)}


class TableView(FrozenTableView):
    """The rows of a `BenchmarkTableModel`."""

    row_selected = Signal(int)
    """Index in the document of the row that became current."""
    cell_selected = Signal()
    """Another cell is current: what it has to say may be shown."""
    row_to_plan_requested = Signal(int)
    menu_requested = Signal(QPoint)
    columns_menu_requested = Signal(QPoint, str)
    """Where, and the key of the column under the pointer; no key beside the columns."""
    columns_arranged = Signal()
    """Other columns are frozen, or wanted."""
    filter_requested = Signal(str)
    """Key of the column that is to be filtered."""

    def __init__(self, theme: Theme, model: BenchmarkTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows = model
        self._forced: dict[str, bool] = {}
        self._widths: dict[str, int] = {}
        self._frozen = ""
        self._fitting = False
        self._selected_source = self._last_source = -1
        self._is_untold = False
        """Whether the cursor came to its row without the row being told as selected."""
        self._cells = CellDelegate(theme, model, self)
        self.setModel(model)
        self.setItemDelegate(self._cells)
        heads, row_heads = ColumnHeads(theme, model, self), RowHeads(theme, model, self)
        self.heads = heads
        self.setHorizontalHeader(heads)
        self.setVerticalHeader(row_heads)
        self._set_up()
        heads.sectionResized.connect(self._section_resized)
        heads.filter_requested.connect(lambda place: self.filter_requested.emit(model.columns[place].key))
        heads.customContextMenuRequested.connect(
            lambda pos: self.columns_menu_requested.emit(heads.mapToGlobal(pos), self._key_at(heads, pos))
        )
        self.customContextMenuRequested.connect(
            lambda pos: self.menu_requested.emit(self.viewport().mapToGlobal(pos))
        )
        model.modelReset.connect(self._model_reset)
        model.layoutChanged.connect(self._layout_changed)
        theme.changed.connect(self._take_theme)
        self._take_theme()

    # --- columns ---------------------------------------------------------------------------------

    @property
    def forced_columns(self) -> dict[str, bool]:
        """Columns that the user asked for (True) or hid (False); the others come and go with the room."""
        return dict(self._forced)

    @property
    def completions(self) -> dict[str, Sequence[str]]:
        """Names that are offered while a cell is typed, by column."""
        return dict(self._cells.completions)

    def set_completions(self, completions: dict[str, Sequence[str]]) -> None:
        """Names to offer while a cell is typed, by column."""
        self._cells.completions = dict(completions)

    def force_columns(self, forced: dict[str, bool]) -> None:
        """Show or hide columns whatever the room."""
        is_other = forced != self._forced
        self._forced = dict(forced)
        self.fit()
        if is_other:
            self.columns_arranged.emit()

    @property
    def frozen_column(self) -> str:
        """Key of the last column that stays in sight when scrolling sideways; empty for none."""
        return self._frozen

    def freeze_up_to(self, key: str) -> None:
        """Let the columns up to this one stay in sight; an empty key lets all be scrolled."""
        is_other, self._frozen = key != self._frozen, key
        self.freeze(self._rows.column_of(key) + 1 if key else 0)
        if is_other:
            self.columns_arranged.emit()

    def is_shown(self, key: str) -> bool:
        """Whether a column can be seen."""
        place = self._rows.column_of(key)
        return place >= 0 and not self.isColumnHidden(place)

    def fit(self) -> None:
        """Choose the columns for the room there is, and share out what is left."""
        scale = self._theme.scale
        # Room for the scroll bar is kept even while there is none, or columns would jump with a filter.
        available = (self.width() - self.verticalHeader().width()) / scale - SCROLL_BAR_WIDTH
        columns = self._rows.columns
        shown = fit_columns(columns, available, self._forced)
        widths = {c.key: self._widths.get(c.key, c.width) for c in columns if c.key in shown}
        _share_out(widths, available, frozenset(self._widths))
        self._fitting = True
        for place, column in enumerate(columns):
            self.setColumnHidden(place, column.key not in shown)
            if column.key in shown:
                self.setColumnWidth(place, round(widths[column.key] * scale))
        self._fitting = False
        self.freeze_up_to(self._frozen)  # other columns may have come before it

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or less room: more or fewer columns; a cursor that could be seen stays in sight."""
        super().resizeEvent(event)
        self.fit()
        index = self.currentIndex()
        top = self.rowViewportPosition(index.row()) if index.isValid() else -1
        if (
            0 <= top < event.oldSize().height()
            and top + self.rowHeight(index.row()) > self.viewport().height()
        ):
            self.scrollTo(index)

    # --- rows and cells --------------------------------------------------------------------------

    def select_source(self, source: int, key: str = "") -> bool:
        """Make a document's row current and visible, at a column if one is named; False when hidden."""
        row = self._rows.view_row(source)
        if row < 0:
            return False
        place = self._rows.column_of(key) if key else self.currentIndex().column()
        if place < 0 or (self.isColumnHidden(place) and not key):
            place = 0
        if self.isColumnHidden(place):
            self.force_columns({**self._forced, self._rows.columns[place].key: True})
        self.setCurrentIndex(self._rows.index(row, place))
        self.scrollTo(self.currentIndex())
        if self._is_untold:
            self._is_untold = False
            self.row_selected.emit(source)
        return True

    def keep_cursor(self, moved: Sequence[int | None]) -> None:
        """Rows came or went (``moved``: where each one is now); the cursor of one that is gone moves on.

        Its new row is not told until somebody selects it: an undo of "add row" must not change the plan.
        """
        last = self._last_source
        if self.currentIndex().isValid() or not 0 <= last < len(moved) or moved[last] is not None:
            return
        others = (*moved[last:], *reversed(moved[:last]))
        source = next((source for source in others if source is not None), -1)
        row = self._rows.view_row(source) if source >= 0 else -1
        if row >= 0:
            self._selected_source = self._last_source = source
            self.setCurrentIndex(self._rows.index(row, 0))
            self._is_untold = True

    def current_source(self) -> int:
        """The document's row under the cursor; −1 for none."""
        index = self.currentIndex()
        return self._rows.source_row(index.row()) if index.isValid() else -1

    def selected_ranges(self) -> list[CellRange]:
        """The selection as rectangles; a selection of everything has millions of cells."""
        selection = self.selectionModel().selection()
        ranges = [selection.at(i) for i in range(selection.count())]
        return [CellRange(r.top(), r.left(), r.bottom(), r.right()) for r in ranges]

    def selected_block(self) -> list[tuple[int, int]]:
        """Selected (row, column) of the view that can be seen, row by row."""
        shown = [place for place in range(self._rows.columnCount()) if not self.isColumnHidden(place)]
        ranges = self.selected_ranges()
        if len(ranges) == 1:  # the usual case, and it may have a million cells
            only = ranges[0]
            places = [place for place in shown if only.left <= place <= only.right]
            return [(row, place) for row in range(only.top, only.bottom + 1) for place in places]
        cells = {
            (row, place)
            for r in ranges
            for row in range(r.top, r.bottom + 1)
            for place in shown
            if r.left <= place <= r.right
        }
        return sorted(cells)

    def selected_sources(self) -> list[int]:
        """The document's rows with a selected cell, in the order of the view."""
        rows = {row for r in self.selected_ranges() for row in range(r.top, r.bottom + 1)}
        return [self._rows.source_row(row) for row in sorted(rows)]

    def selects_whole_rows(self) -> bool:
        """Whether every selected row is selected with all its columns, hidden ones too."""
        last = self._rows.columnCount() - 1
        ranges = self.selected_ranges()
        return bool(ranges) and all(r.left == 0 and r.right == last for r in ranges)

    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:
        """Follow the cursor: the whole row is tinted, and its plan is wanted."""
        super().currentChanged(current, previous)
        self._cells.current_row = current.row()
        self._mark_cursor()
        if current.row() != previous.row():
            self.viewport().update()
        self._tell_row()
        self.cell_selected.emit()

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """A block is drawn as a block only if it is more than the cursor or its row."""
        super().selectionChanged(selected, deselected)
        ranges = self.selected_ranges()
        only = ranges[0] if len(ranges) == 1 else None
        quiet = only is not None and only.top == only.bottom
        if quiet and only is not None and only.left != only.right:
            quiet = self.selects_whole_rows()
        block = () if quiet else tuple(ranges)
        if self._cells.block != block:
            self._cells.block = block
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The cells, the frozen ones over the others, then the lines between rows across all of them."""
        super().paintEvent(event)
        tokens = self._theme.tokens
        self.paint_frozen(event, QColor(tokens.surface), QColor(tokens.line_strong))
        painter = QPainter(self.viewport())
        width = min(self.horizontalHeader().length(), self.viewport().width())
        row = self.rowAt(event.rect().top())
        while 0 <= row < self._rows.rowCount():
            bottom = self.rowViewportPosition(row) + self.rowHeight(row) - 1
            self._cells.paint_row_line(painter, row, bottom, width)
            if bottom > event.rect().bottom():
                break
            row += 1
        painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The cursor can be seen while the table has the keyboard."""
        super().focusInEvent(event)
        self._mark_cursor()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Another pane has the keyboard."""
        super().focusOutEvent(event)
        self._mark_cursor()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter edits; everything else as Qt has it."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        editing = self.state() is QAbstractItemView.State.EditingState
        if enter and not event.modifiers() and not editing and self.currentIndex().isValid():
            if self.currentIndex().flags() & Qt.ItemFlag.ItemIsEditable:  # Qt warns of a computed cell
                self.edit(self.currentIndex())
            return
        super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A computed cell has nothing to edit: there a double click takes the row's plan."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and not self._rows.columns[index.column()].is_editable:
            self._to_plan()
            return
        super().mouseDoubleClickEvent(event)

    # --- the rest --------------------------------------------------------------------------------

    def _set_up(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setMouseTracking(False)
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
        self.setAccessibleName(self.tr("Benchmark rows"))
        self.setAccessibleDescription(self.tr("Measured rows with the estimate for each row's own plan"))

    def _take_theme(self) -> None:
        rows, heads = self.verticalHeader(), self.horizontalHeader()
        rows.setMinimumSectionSize(self._theme.px(ROW_HEIGHT))
        rows.setDefaultSectionSize(self._theme.px(ROW_HEIGHT))
        rows.setFixedWidth(rows.sizeHint().width())
        heads.setFixedHeight(self._theme.px(HEAD_HEIGHT))
        self._fitting = True  # columns that become wider by this were not widened by the user
        heads.setMinimumSectionSize(self._theme.px(36))
        self.fit()
        self.viewport().update()

    def _key_at(self, heads: ColumnHeads, pos: QPoint) -> str:
        section = heads.section_at(pos)
        return self._rows.columns[section].key if section >= 0 else ""

    def _section_resized(self, place: int, _old: int, new: int) -> None:
        if not self._fitting and new > 0:
            self._widths[self._rows.columns[place].key] = round(new / self._theme.scale)

    def _model_reset(self) -> None:
        self._selected_source = self._last_source = -1
        self._cells.current_row = -1
        self.verticalHeader().setFixedWidth(self.verticalHeader().sizeHint().width())
        self.fit()

    def _layout_changed(self) -> None:
        self._cells.current_row = self.currentIndex().row()
        self._mark_cursor()
        self._tell_row()

    def _mark_cursor(self) -> None:
        index = self.currentIndex()
        shown = self.hasFocus() and index.isValid()
        self._cells.focused_cell = (index.row(), index.column()) if shown else None
        self.viewport().update()

    def _tell_row(self) -> None:
        source = self.current_source()
        if source != self._selected_source:
            self._selected_source = source
            self._is_untold = False
            if source >= 0:
                self._last_source = source
                self.row_selected.emit(source)

    def _to_plan(self) -> None:
        if self.current_source() >= 0:
            # After the key or click is done with: the answer may rebuild what is under the pointer.
            soon(self, lambda: self.row_to_plan_requested.emit(self.current_source()))


def _share_out(widths: dict[str, int], available: float, fixed: frozenset[str]) -> None:
    """Stretch or squeeze the elastic columns, in place, so that all columns fill the room."""
    spare = available - sum(widths.values())
    if spare < -sum(widths[key] - least for key, (least, _most) in _ELASTIC.items() if key in widths):
        return  # they scroll, squeezed or not
    for key, (least, most) in _ELASTIC.items():
        if key in widths and key not in fixed and spare:
            width = min(max(widths[key] + spare, least), most)
            spare -= width - widths[key]
            widths[key] = int(width)

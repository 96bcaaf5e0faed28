"""The left half of the Plan page: messages, tools, the table or its four starts, and the foot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Mapping
from functools import cache

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QStackedLayout, QVBoxLayout, QWidget

from gpuplanner.core.benchmark import ROW_FIELD
from gpuplanner.report.row_estimates import RowEstimate
from gpuplanner.ui.documents.document import Document
from gpuplanner.ui.notes import Note, collect_notes
from gpuplanner.ui.table.benchmark_table import BenchmarkTableModel
from gpuplanner.ui.table.cells import unreadable_reason
from gpuplanner.ui.table.row_order import RowFilter
from gpuplanner.ui.table.start_page import StartPage
from gpuplanner.ui.table.table_editing import TableEditing
from gpuplanner.ui.table.table_foot import TableFoot
from gpuplanner.ui.table.table_tools import TableTools
from gpuplanner.ui.table.table_view import TableView
from gpuplanner.ui.theme import Theme
from gpuplanner.ui.widgets.display_unit import DisplayUnit
from gpuplanner.ui.widgets.message_bar import MessageBar
from gpuplanner.ui.words import column_label

SMALLEST_WIDTH = 520
_NOTES_AFTER_MS = 120
"""Notes are looked for once a burst of edits and estimates is over."""


class TablePage(QWidget):
    """Shows a `Document` and edits it.

    The estimates of its rows are given with `set_row_estimates`, the memory of cards with `set_card_bytes`.
    """

    row_selected = Signal(int)
    """Index in the document of the row that became current."""
    row_to_plan_requested = Signal(int)
    unit_changed = Signal(object)
    """DisplayUnit: every page is to follow."""

    def __init__(self, theme: Theme, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._document = document
        self._card_bytes: Callable[[str], float | None] = lambda name: None
        self._notes: tuple[Note, ...] = ()
        self.model = BenchmarkTableModel(document, self)
        self.messages = MessageBar(theme, self)
        self.tools = TableTools(theme, self)
        self.view = TableView(theme, self.model, self)
        self.start_page = StartPage(theme, self)
        self.foot = TableFoot(theme, self)
        self.editing = TableEditing(self.view, self.model, parent=self)
        self.row_menu = QMenu(self)
        """The context menu of cells; the window fills it with its own actions."""
        self._note_run: Generator[None, None, tuple[Note, ...]] | None = None
        self._notes_timer = QTimer(self)
        self._notes_timer.setSingleShot(True)
        self._notes_timer.timeout.connect(self._collect_notes)
        self._lay_out()
        self._connect()
        self._document_changed()

    @property
    def notes(self) -> tuple[Note, ...]:
        """What is odd about the table, as last looked for."""
        return self._notes

    def set_row_estimates(self, estimates: Mapping[int, RowEstimate]) -> None:
        """Estimates by row index of the document, per GPU; rows that are not named keep theirs."""
        self.model.set_row_estimates(estimates)
        self._look_for_notes()

    def set_card_bytes(self, card_bytes: Callable[[str], float | None]) -> None:
        """How to find the memory of a catalogued card in bytes by its name; None for an unknown card."""
        self._card_bytes = cache(card_bytes)  # every row asks, and an unknown name is costly to look up
        self.model.set_card_bytes(self._card_bytes)
        self._look_for_notes()

    def set_unit(self, unit: DisplayUnit) -> None:
        """Show memory in this unit and tell the other pages."""
        if unit is not self.model.unit:
            self.model.set_unit(unit)
            self.tools.show_unit(unit)
            self.unit_changed.emit(unit)

    def select_row(self, source: int, column: str = "") -> None:
        """Make a row of the document current, even if a filter hides it: then the filter goes."""
        if not self.view.select_source(source, column):
            self.tools.clear_filter()
            self.view.select_source(source, column)

    def next_note(self, step: int = 1) -> None:
        """Go to the next note (−1: the one before) and say it."""
        notes = [note for note in self._notes if note.row >= 0]
        if not notes:
            return
        place = self._place_in(notes)
        target = (place + step if place >= 0 else self._nearest_place(notes, step)) % len(notes)
        note = notes[target]
        self.select_row(note.row, note.column)
        self._show_note(note)

    def focus_table(self) -> None:
        """Give the keyboard to the table, with a cell under the cursor, or to the first way to begin."""
        if not self._document.rows:
            self.start_page.focus_first()
            return
        self.view.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if not self.view.currentIndex().isValid() and self.model.rowCount():
            self.view.select_source(self.model.source_row(0))

    def fill_columns_menu(self, menu: QMenu) -> None:
        """Every column with a check; a choice stands whatever the width."""
        menu.clear()
        reset = menu.addAction(self.tr("As many as fit"))
        reset.triggered.connect(lambda: self.view.force_columns({}))
        reset.setEnabled(bool(self.view.forced_columns))
        menu.addSeparator()
        for column in self.model.columns:
            action = QAction(column.title.replace("&", "&&"), menu)
            action.setCheckable(True)
            action.setChecked(self.view.is_shown(column.key))
            action.toggled.connect(lambda on, key=column.key: self._force_column(key, on))
            menu.addAction(action)

    # --- the rest --------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._stack = QStackedLayout()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.start_page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.messages)
        column.addWidget(self.tools)
        column.addLayout(self._stack, 1)
        column.addWidget(self.foot)
        self._theme_changed()
        self._theme.changed.connect(self._theme_changed)

    def _theme_changed(self) -> None:
        self.setMinimumWidth(self._theme.px(SMALLEST_WIDTH))

    def _connect(self) -> None:
        self.tools.filter_changed.connect(self._filter)
        self.tools.unit_changed.connect(self.set_unit)
        self.tools.row_requested.connect(self.editing.add_row)
        self.tools.table_requested.connect(self.focus_table)
        self.view.row_selected.connect(self.row_selected)
        self.view.row_to_plan_requested.connect(self.row_to_plan_requested)
        self.view.cell_selected.connect(self._show_current_note)
        self.view.menu_requested.connect(self.row_menu.popup)
        self.view.columns_menu_requested.connect(self._show_columns_menu)
        self.foot.next_note_requested.connect(self.next_note)
        for signal in (self._document.rows_changed, self._document.rows_moved):
            signal.connect(lambda _rows: self._document_changed())
        self._document.rows_moved.connect(self.view.keep_cursor)
        self._document.replaced.connect(self._document_changed)
        self._document.columns_changed.connect(self._document_changed)

    def _document_changed(self) -> None:
        rows = self._document.rows
        self.tools.set_rows(rows)
        self.tools.show_filter(self.model.row_filter)
        self.tools.show_count(self.model.rowCount(), len(rows))
        self.foot.show_counts(Counter(row.provenance.origin for row in rows))
        self.foot.setVisible(bool(rows))
        self._stack.setCurrentWidget(self.view if rows else self.start_page)
        self._show_current_note()
        self._look_for_notes()

    def _filter(self, row_filter: RowFilter) -> None:
        self.model.set_filter(row_filter)
        self.tools.show_count(self.model.rowCount(), len(self._document.rows))

    def _force_column(self, key: str, on: bool) -> None:
        self.view.force_columns({**self.view.forced_columns, key: on})

    def _show_columns_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fill_columns_menu(menu)
        menu.popup(at)

    # --- notes -----------------------------------------------------------------------------------

    def _look_for_notes(self) -> None:
        self._note_run = None
        self._notes_timer.start(_NOTES_AFTER_MS)

    def _collect_notes(self) -> None:
        """A portion of rows; the next one follows from the event loop."""
        if self._note_run is None:
            self._note_run = collect_notes(
                self._document.rows, self.model.estimate, self._card_bytes, self._document.problems
            )
        try:
            next(self._note_run)
        except StopIteration as end:
            self._note_run = None
            self._notes = end.value
            self._show_current_note()
        else:
            self._notes_timer.start(0)

    def _show_current_note(self) -> None:
        index = self.view.currentIndex()
        more = any(note.row >= 0 for note in self._notes)
        if index.isValid():
            source, column = self.model.source_row(index.row()), self.model.columns[index.column()]
            fault = unreadable_reason(self._document.rows[source], column)
            if fault:
                self.foot.show_note(self._place(source, column.title, fault), fault=True, more=more)
                return
            for note in self._notes:
                if note.row == source and note.column in (column.key, *column.fields):
                    self._show_note(note)
                    return
        self.foot.show_note(self._summary(), fault=False, more=more)

    def _show_note(self, note: Note) -> None:
        title = column_label(note.column) if note.column in ROW_FIELD else ""
        self.foot.show_note(self._place(note.row, title, note.text), fault=False, more=True)

    def _place(self, source: int, title: str, text: str) -> str:
        where = self.tr("Row {row}").format(row=f"{source + 1:,}")
        return f"{where}, {title}: {text}" if title else f"{where}: {text}"

    def _summary(self) -> str:
        if not self._notes:
            return ""
        of_file = [note.text for note in self._notes if note.row < 0]
        n = len(self._notes)
        counted = self.tr("1 note") if n == 1 else self.tr("{n} notes").format(n=f"{n:,}")
        return f"{counted}: {of_file[0]}" if of_file else counted

    def _place_in(self, notes: list[Note]) -> int:
        """Which note the cursor is on; −1 for none."""
        index = self.view.currentIndex()
        if not index.isValid():
            return -1
        source, column = self.model.source_row(index.row()), self.model.columns[index.column()]
        for place, note in enumerate(notes):
            if note.row == source and note.column in (column.key, *column.fields):
                return place
        return -1

    def _nearest_place(self, notes: list[Note], step: int) -> int:
        source = self.view.current_source()
        if step > 0:
            return next((place for place, note in enumerate(notes) if note.row >= source), 0)
        before = [place for place, note in enumerate(notes) if note.row <= source]
        return before[-1] if before else len(notes) - 1

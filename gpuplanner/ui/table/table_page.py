"""The left half of the Plan page: messages, tools, the table or its four starts, and the foot."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from operator import attrgetter
from typing import Protocol

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from gpuplanner.report.row_checks.problem import Problem
from gpuplanner.report.row_estimates import RowEstimate
from gpuplanner.ui.documents.document import Document
from gpuplanner.ui.table.benchmark_table import BenchmarkTableModel
from gpuplanner.ui.table.cells import unreadable_reason
from gpuplanner.ui.table.problem_panel import ProblemPanel
from gpuplanner.ui.table.problem_words import problem_sentence, row_words
from gpuplanner.ui.table.row_order import RowFilter
from gpuplanner.ui.table.start_page import StartPage
from gpuplanner.ui.table.table_editing import TableEditing
from gpuplanner.ui.table.table_fills import SeriesPlace
from gpuplanner.ui.table.table_foot import TableFoot
from gpuplanner.ui.table.table_problems import TableProblems
from gpuplanner.ui.table.table_tools import TableTools
from gpuplanner.ui.table.table_view import TableView
from gpuplanner.ui.theme import Theme
from gpuplanner.ui.widgets.display_unit import DisplayUnit
from gpuplanner.ui.widgets.message_bar import MessageBar

SMALLEST_WIDTH = 520


class CellEditing(Protocol):
    """What the Edit menu does to the selected cells of a view."""

    def copy(self) -> None:
        """Put them on the clipboard."""

    def cut(self) -> None:
        """Copy and clear."""

    def paste(self) -> None:
        """Take what is on the clipboard.  Raises InputError where it cannot be read."""

    def clear(self) -> None:
        """Empty them."""

    def add_row(self) -> None:
        """A row where the cursor is."""

    def delete_rows(self) -> None:
        """Remove their rows."""


class TablePage(QWidget):
    """Shows a `Document` and edits it.

    The estimates of its rows are given with `set_row_estimates`, the memory of cards with `set_card_bytes`.
    """

    row_selected = Signal(int)
    """Index in the document of the row that became current."""
    row_to_plan_requested = Signal(int)
    unit_changed = Signal(object)
    """DisplayUnit: every page is to follow."""
    problems_shown = Signal(bool)
    """The list of problems was opened or closed."""

    def __init__(self, theme: Theme, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._document = document
        self.model = BenchmarkTableModel(document, self)
        self.messages = MessageBar(theme, self)
        self.tools = TableTools(theme, self)
        self.view = TableView(theme, self.model, self)
        self.start_page = StartPage(theme, self)
        self.foot = TableFoot(theme, self)
        self.problems = TableProblems(document, self.model.estimate, self)
        self.problem_panel = ProblemPanel(theme, self.problems, self)
        self._problems_had_room = False
        """Whether the list has been open: from then on its height is the user's."""
        self.editing = TableEditing(self.view, self.model, parent=self)
        self._said = ""
        """What an edit has last said above the table."""
        self.editing.fills.ask_series = self._ask_series
        self._front: QWidget = self.view
        self._front_editing: CellEditing = self.editing
        self.row_menu = QMenu(self)
        """The context menu of cells; the window fills it with its own actions."""
        self._lay_out()
        self._connect()
        self._document_changed()

    def set_row_estimates(self, estimates: Mapping[int, RowEstimate]) -> None:
        """Estimates by row index of the document, per GPU; rows that are not named keep theirs."""
        self.model.set_row_estimates(estimates)
        self.problems.look()

    def set_card_bytes(self, card_bytes: Callable[[str], float | None]) -> None:
        """How to find the memory of a catalogued card in bytes by its name; None for an unknown card."""
        known = cache(card_bytes)  # every row asks, and an unknown name is costly to look up
        self.model.set_card_bytes(known)
        self.problems.set_card_bytes(known)

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

    def next_problem(self, step: int = 1) -> None:
        """Go to the next problem (−1: the one before) and say it."""
        problems = [problem for problem in self.problems.open if problem.row >= 0]
        if not problems:
            return
        place = self._place_in(problems)
        target = (place + step if place >= 0 else self._nearest_place(problems, step)) % len(problems)
        self._go_to(problems[target])
        self.problem_panel.show_problem(problems[target])

    def show_problems(self, on: bool = True) -> None:
        """Open the list of problems below the table and give it the keyboard, or close it."""
        had_focus = self.problem_panel.isAncestorOf(self.focusWidget() or self)
        self.problem_panel.setVisible(on)
        if on:
            if not self._problems_had_room:
                self._problems_had_room = True
                height = self.problem_panel.sizeHint().height()
                self._splitter.setSizes([self._splitter.height() - height, height])
            self.problem_panel.list.focus_first()
        elif had_focus:
            self.focus_table()
        self.problems_shown.emit(on)

    def filter_by_cell(self, *, is_out: bool = False) -> None:
        """Show only the rows with the value of the current cell, or only the others."""
        index = self.view.currentIndex()
        if index.isValid() and self.model.columns[index.column()].is_editable:
            self.tools.add_rule(self.model.cell_rule(index.row(), index.column(), is_out=is_out))

    def focus_table(self) -> None:
        """Give the keyboard to the table, with a cell under the cursor, or to the first way to begin."""
        if not self._document.rows:
            self.start_page.focus_first()
            return
        self.front.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if not self.view.currentIndex().isValid() and self.model.rowCount():
            self.view.select_source(self.model.source_row(0))

    @property
    def front(self) -> QWidget:
        """The view of the rows that is shown: the list, or what was put in its place."""
        return self._front

    def set_front(self, view: QWidget | None, editing: CellEditing | None = None) -> None:
        """Show another view of the rows, with its own edits, in the list's place; None: the list again."""
        self._front = self.view if view is None else view
        self._front_editing = self.editing if editing is None else editing
        if self._stack.indexOf(self._front) < 0:
            self._stack.addWidget(self._front)
        self._stack.setCurrentWidget(self._front if self._document.rows else self.start_page)

    def edit(self, what: str) -> None:
        """Do "copy", "cut", "paste", "clear", "add_row" or "delete_rows" in the view that is in front.

        Raises:
            InputError: what is pasted cannot be read as a table.
        """
        getattr(self._front_editing, what)()

    def fill_columns_menu(self, menu: QMenu, key: str = "") -> None:
        """Freezing up to a column (``key``, or the one under the cursor), then every column with a check."""
        menu.clear()
        index = self.view.currentIndex()
        key = key or (self.model.columns[index.column()].key if index.isValid() else "")
        freeze = menu.addAction(self.tr("&Freeze up to this column"))
        freeze.triggered.connect(lambda: self.view.freeze_up_to(key))
        freeze.setEnabled(bool(key) and key != self.view.frozen_column)
        release = menu.addAction(self.tr("&Unfreeze"))
        release.triggered.connect(lambda: self.view.freeze_up_to(""))
        release.setEnabled(bool(self.view.frozen_column))
        menu.addSeparator()
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
        ground = QWidget()
        ground.setLayout(self._stack)
        self._splitter = QSplitter(Qt.Orientation.Vertical)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(ground)
        self._splitter.addWidget(self.problem_panel)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setStretchFactor(1, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.messages)
        column.addWidget(self.tools)
        column.addWidget(self._splitter, 1)
        column.addWidget(self.foot)
        self._theme_changed()
        self._theme.changed.connect(self._theme_changed)

    def _theme_changed(self) -> None:
        self.setMinimumWidth(self._theme.px(SMALLEST_WIDTH))

    def _connect(self) -> None:
        self.tools.filter_changed.connect(self._filter)
        self.tools.unit_changed.connect(self.set_unit)
        self.tools.row_requested.connect(lambda: self.edit("add_row"))
        self.tools.table_requested.connect(self.focus_table)
        self.view.row_selected.connect(self.row_selected)
        self.view.row_to_plan_requested.connect(self.row_to_plan_requested)
        self.view.cell_selected.connect(self._show_current_problem)
        self.view.menu_requested.connect(self.row_menu.popup)
        self.view.columns_menu_requested.connect(self._show_columns_menu)
        self.editing.said.connect(self._say)
        self._document.undo_stack.indexChanged.connect(self._take_back)
        self.foot.next_requested.connect(self.next_problem)
        self.foot.list_requested.connect(lambda: self.show_problems(self.problem_panel.isHidden()))
        self.problems.changed.connect(self._show_current_problem)
        self.problem_panel.chosen.connect(self._go_to)
        self.problem_panel.table_requested.connect(self.focus_table)
        self.problem_panel.closed.connect(lambda: self.show_problems(False))
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
        self.foot.show_counts(self._document.counts.origins)
        self.foot.setVisible(bool(rows))
        self._stack.setCurrentWidget(self.front if rows else self.start_page)
        self._show_current_problem()

    def _ask_series(self, place: SeriesPlace) -> None:
        from gpuplanner.ui.table.series_dialog import SeriesDialog  # its controls are not in the first frame

        SeriesDialog(self._theme, place, self.editing.fills, self).open()

    def _say(self, text: str, fault: bool) -> None:
        self._said = text
        self.messages.show_message(text, fault=fault)

    def _take_back(self, _index: int = 0) -> None:
        """What an edit had to say is over with the next step and with another filter."""
        if self._said and self.messages.text == self._said:
            self.messages.hide()

    def _filter(self, row_filter: RowFilter) -> None:
        self.model.set_filter(row_filter)
        self._take_back()
        self.tools.show_count(self.model.rowCount(), len(self._document.rows))

    def _force_column(self, key: str, on: bool) -> None:
        self.view.force_columns({**self.view.forced_columns, key: on})

    def _show_columns_menu(self, at: QPoint, key: str) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fill_columns_menu(menu, key)
        menu.popup(at)

    # --- problems --------------------------------------------------------------------------------

    def _go_to(self, problem: Problem) -> None:
        if 0 <= problem.row < len(self._document.rows):
            self.select_row(problem.row, problem.column)
        self.foot.show_note(problem_sentence(problem), fault=False, more=True)

    def _show_current_problem(self) -> None:
        index = self.view.currentIndex()
        problems = self.problems.open
        more = any(problem.row >= 0 for problem in problems)
        if index.isValid():
            source, column = self.model.source_row(index.row()), self.model.columns[index.column()]
            fault = unreadable_reason(self._document.rows[source], column)
            if fault:
                text = f"{row_words(source)}, {column.title}: {fault}"
                self.foot.show_note(text, fault=True, more=more)
                return
            place = self._place_in(problems)
            if place >= 0:
                self.foot.show_note(problem_sentence(problems[place]), fault=False, more=True)
                return
        self.foot.show_note(self._summary(), fault=False, more=more)

    def _summary(self) -> str:
        problems = self.problems.open
        if not problems:
            return ""
        n = len(problems)
        counted = self.tr("1 problem") if n == 1 else self.tr("{n} problems").format(n=f"{n:,}")
        return f"{counted}: {problem_sentence(problems[0])}" if problems[0].row < 0 else counted

    def _place_in(self, problems: Sequence[Problem]) -> int:
        """Which problem the cursor is on; −1 for none."""
        index = self.view.currentIndex()
        if not index.isValid():
            return -1
        source, column = self.model.source_row(index.row()), self.model.columns[index.column()]
        at = bisect_left(problems, source, key=attrgetter("row"))
        for place in range(at, len(problems)):
            if problems[place].row != source:
                break
            if problems[place].column in (column.key, *column.fields):
                return place
        return -1

    def _nearest_place(self, problems: Sequence[Problem], step: int) -> int:
        """To go to from a cell without a problem: the first at or after its row, or the last before."""
        source = self.view.current_source()
        if step > 0:
            return bisect_left(problems, source, key=attrgetter("row"))
        return bisect_right(problems, source, key=attrgetter("row")) - 1

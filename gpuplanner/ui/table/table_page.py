"""The left half of the Plan page: messages, tools, the table or its four starts, and the foot."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from gpuplanner.report.row_checks.problem import Problem
from gpuplanner.report.row_estimates import RowEstimate
from gpuplanner.ui.documents.document import Document
from gpuplanner.ui.table.benchmark_table import BenchmarkTableModel
from gpuplanner.ui.table.cells import unreadable_reason
from gpuplanner.ui.table.columns_menu import ColumnsMenu
from gpuplanner.ui.table.problem_panel import ProblemPanel
from gpuplanner.ui.table.problem_words import problem_sentence, row_words
from gpuplanner.ui.table.row_filtering import RowFiltering
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

if TYPE_CHECKING:
    from gpuplanner.ui.table.column_filters import ColumnFilters

SMALLEST_WIDTH = 520
_FOOT_ABOVE = 200
"""Height of the page below which the foot leaves its room to the rows, in the design's pixels."""


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

    def fill_right(self) -> None:
        """The first of them into those right of it."""

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
    cell_wanted = Signal(int, str)
    """Somebody goes to a row of the document, at a column if one is named: a problem, a hit, the chart."""
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
        self._filtering = RowFiltering(self.model, self)
        self.columns_menu = ColumnsMenu(self.view, self.model, self.filter_column, self)
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
            self._filtering.finish()
            self.view.select_source(source, column)
        self.cell_wanted.emit(source, column)

    def next_problem(self, step: int = 1) -> None:
        """Go to the next problem (−1: the one before) and say it."""
        problems = [problem for problem in self.problems.open if problem.row >= 0]
        if not problems:
            return
        place = self._place_in(problems)
        target = (place + step if place >= 0 else self._nearest_place(problems, step)) % len(problems)
        self._go_to(problems[target])
        self.problem_panel.show_problem(problems[target])

    def show_problems(self, on: bool = True, *, take_keyboard: bool = True) -> None:
        """Open the list of problems below the table and give it the keyboard, or close it."""
        had_focus = self.problem_panel.isAncestorOf(self.focusWidget() or self)
        self.problem_panel.setVisible(on)
        if on:
            if not self._problems_had_room:
                self._problems_had_room = True
                height = self.problem_panel.sizeHint().height()
                self._splitter.setSizes([self._splitter.height() - height, height])
            if take_keyboard:
                self.problem_panel.list.focus_first()
        elif had_focus:
            self.focus_table()
        self.problems_shown.emit(on)

    def filter_by_cell(self, *, is_out: bool = False) -> None:
        """Show only the rows with the value of the current cell, or only the others."""
        index = self.view.currentIndex()
        if index.isValid() and self.model.columns[index.column()].is_editable:
            self.tools.add_rule(self.model.cell_rule(index.row(), index.column(), is_out=is_out))

    def filter_column(self, key: str = "") -> None:
        """Open the filter of a column, or of the one under the cursor."""
        self.filters.open(key)

    @cached_property
    def filters(self) -> ColumnFilters:
        """The filters of single columns."""
        from gpuplanner.ui.table.column_filters import ColumnFilters  # not in the first frame

        return ColumnFilters(self._theme, self.view, self.model, self.tools, self)

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
        """Do "copy", "cut", "paste", "clear", "fill_right", "add_row" or "delete_rows" in the view in front.

        Raises:
            InputError: what is pasted cannot be read as a table.
        """
        getattr(self._front_editing, what)()

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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A low page has rows rather than a foot."""
        super().resizeEvent(event)
        self._show_foot()

    def _show_foot(self) -> None:
        is_high = self.height() >= self._theme.px(_FOOT_ABOVE)
        self.foot.setVisible(is_high and bool(self._document.rows))

    def _theme_changed(self) -> None:
        self.setMinimumWidth(self._theme.px(SMALLEST_WIDTH))
        self._show_foot()

    def _connect(self) -> None:
        self.tools.filter_changed.connect(self._filtering.apply)
        self._filtering.applied.connect(self._filtered)
        self.tools.unit_changed.connect(self.set_unit)
        self.tools.row_requested.connect(lambda: self.edit("add_row"))
        self.tools.table_requested.connect(self.focus_table)
        self.view.row_selected.connect(self.row_selected)
        self.view.row_to_plan_requested.connect(self.row_to_plan_requested)
        self.view.cell_selected.connect(self._show_current_problem)
        self.view.menu_requested.connect(self.row_menu.popup)
        self.view.columns_menu_requested.connect(self.columns_menu.popup)
        self.view.filter_requested.connect(self.filter_column)
        self.editing.said.connect(self.say)
        self.editing.writing.progressed.connect(self._say_progress)
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
        self.tools.show_filter(self._filtering.wanted)
        self.tools.show_count(self.model.rowCount(), len(rows))
        self.foot.show_counts(self._document.counts.origins)
        self._show_foot()
        self._stack.setCurrentWidget(self.front if rows else self.start_page)
        self._show_current_problem()

    def _ask_series(self, place: SeriesPlace) -> None:
        from gpuplanner.ui.table.series_dialog import SeriesDialog  # its controls are not in the first frame

        SeriesDialog(self._theme, place, self.editing.fills, self).open()

    def say(self, text: str, fault: bool) -> None:
        """Say above the table what came of an edit, until the next one."""
        self._said = text
        self.messages.show_message(text, fault=fault)

    def _say_progress(self, text: str) -> None:
        """How far a long edit is, in the place of the problems."""
        if text:
            self.foot.show_note(text, fault=False, more=False)
        else:
            self._show_current_problem()

    def _take_back(self, _index: int = 0) -> None:
        """What an edit had to say is over with the next step and with another filter."""
        if self._said and self.messages.text == self._said:
            self.messages.hide()

    def _filtered(self) -> None:
        self.view.heads.viewport().update()
        self._take_back()
        self.tools.show_count(self.model.rowCount(), len(self._document.rows))

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

"""Ties the pivot to one window: the switch "List | Pivot", what cells show, selection, plan and edits."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu

from gpuplanner.data.view_settings import kept_view, with_kept_view
from gpuplanner.ui.actions import check_choice
from gpuplanner.ui.links.plan_link import PlanLink
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.pivot.pivot_cells import Values
from gpuplanner.ui.pivot.pivot_editing import PivotEditing
from gpuplanner.ui.pivot.pivot_model import PivotModel
from gpuplanner.ui.pivot.pivot_view import PivotView
from gpuplanner.ui.table.table_tools import LEAST_BOX, MOST_BOX
from gpuplanner.ui.widgets.controls import ComboBox
from gpuplanner.ui.widgets.segmented import Segmented

LIST, PIVOT = "list", "pivot"


class PivotLink(QObject):
    """Makes the pivot when it is first shown, so that the start stays quick; lives as long as the window."""

    view: PivotView
    model: PivotModel
    editing: PivotEditing

    def __init__(self, window: MainWindow, plan: PlanLink) -> None:
        super().__init__(window)
        self._window = window
        self._table = window.table
        self._planner = plan.planner
        self._is_made = False
        self._is_telling = False
        forms = {LIST: self.tr("List"), PIVOT: self.tr("Pivot")}
        tips = {
            LIST: self.tr("One row for each measurement"),
            PIVOT: self.tr("A line for each setting, a column for each length, as tables are published"),
        }
        self.switch = Segmented(window.theme, forms, self.tr("Form of the table"))
        self.switch.set_tips(tips)
        self.switch.chosen.connect(self.show)
        self.values = ComboBox(window.theme)
        self._fill_values()
        window.table.tools.add_before_unit(self.values, self.switch)
        menu = window.menus.add_view_menu(self.tr("Table &form"))
        self._choices = window.menus.maker.choices(menu, forms, LIST, self.show)
        window.document.replaced.connect(self._take_values)
        self._take_values()
        if window.remembered.settings.pivot_shown:
            self.show(PIVOT)

    @property
    def is_shown(self) -> bool:
        """Whether the pivot is in front."""
        return self.switch.value == PIVOT

    def show(self, form: str) -> None:
        """Show the list or the pivot, with the same row under the cursor; the next window begins with it."""
        self._window.remembered.change(pivot_shown=form == PIVOT)
        self.switch.set_value(form)
        check_choice(self._choices, form)
        on = form == PIVOT
        if on:
            self._make()
        elif not self._is_made:
            return
        had_focus = self._table.front.hasFocus()
        self.values.setVisible(on)
        self._table.tools.offer_rows(not on)
        self.model.set_active(on)
        if on:
            self._table.set_front(self.view, self.editing)
            self.view.select_source(self._table.view.current_source())
        else:
            self._table.set_front(None)
        if had_focus:
            self._table.focus_table()

    # --- the rest --------------------------------------------------------------------------------

    def _make(self) -> None:
        if self._is_made:
            return
        self._is_made = True
        table = self._table
        self.model = PivotModel(table.model, self)
        self.model.set_values(self._kept_values())
        self.view = PivotView(self._window.theme, self.model, table)
        self.editing = PivotEditing(self.view, self.model, self)
        self.editing.said.connect(table.say)
        self.editing.paste_table = lambda mime: table.editing.paste_table(mime)
        self.view.set_completions(table.view.completions)
        self.view.row_selected.connect(self._tell_row)
        self.view.cell_selected.connect(self._say_cell)
        self.view.plan_requested.connect(self._plan_cell)
        self.view.menu_requested.connect(self._show_menu)
        table.row_selected.connect(self._follow_row)
        table.cell_wanted.connect(self._go_to)
        self._window.panes.insert(1, self.view)

    def _fill_values(self) -> None:
        for value, text in (
            (Values.BOTH, self.tr("Memory, time")),
            (Values.MEMORY, self.tr("Memory")),
            (Values.TIME, self.tr("Step time")),
        ):
            self.values.addItem(text, value.value)
        self.values.setAccessibleName(self.tr("What the cells show"))
        self.values.setToolTip(self.tr("What the cells of the pivot show"))
        self.values.activated.connect(lambda _place: self._choose_values())
        self.values.hide()
        self._window.theme.changed.connect(self._take_theme)
        self._take_theme()

    def _choose_values(self) -> None:
        """The document remembers it; it is no step, and is saved with the next one."""
        values, document = Values(self.values.currentData()), self._window.document
        kept = replace(kept_view(document.settings), pivot_values=values.value)
        document.settings = with_kept_view(document.settings, kept)
        self.model.set_values(values)

    def _take_values(self) -> None:
        """Show what was shown of the document when it was saved."""
        values = self._kept_values()
        self.values.setCurrentIndex(self.values.findData(values.value))
        if self._is_made:
            self.model.set_values(values)

    def _kept_values(self) -> Values:
        word = kept_view(self._window.document.settings).pivot_values
        return Values(word) if word in set(Values) else Values.BOTH

    def _take_theme(self) -> None:
        self.values.setMinimumWidth(self._window.theme.px(LEAST_BOX))
        self.values.setMaximumWidth(self._window.theme.px(MOST_BOX))

    def _tell_row(self, source: int) -> None:
        """The pivot's cell is a row: the list goes there, and so the plan."""
        view = self._table.view
        self._is_telling = True
        view.select_source(source, "peak_memory" if view.is_shown("peak_memory") else "")
        self._is_telling = False

    def _follow_row(self, source: int) -> None:
        """Somebody else went to a row: a problem, the chart, a filter."""
        if self.is_shown and not self._is_telling:
            self.view.select_source(source)

    def _go_to(self, source: int, column: str) -> None:
        """Somebody wants a cell, be it of the row that is current already."""
        if self.is_shown:
            self.view.select_source(source, column)

    def _say_cell(self) -> None:
        """An empty cell has no row whose problems would be said: it says what may be done with it."""
        if self.view.current_is_empty():
            index = self.view.currentIndex()
            self._table.foot.show_note(self.model.tip(index.row(), index.column()), fault=False, more=False)

    def _plan_cell(self, row: int, column: int) -> None:
        new = self.model.new_row(row, column)
        if new is not None:
            self._planner.set_plan(new[1].effective_plan(), self.tr("plan the cell"))
            self._window.plan_page.show_side(estimator=True)

    def _show_menu(self, at: QPoint) -> None:
        """What may be done with the cell under the cursor: an empty one can be planned or become a row."""
        index, commands = self.view.currentIndex(), self._window.commands
        menu = QMenu(self._table)
        menu.aboutToHide.connect(menu.deleteLater)
        if self.view.current_is_empty():
            plan = partial(self._plan_cell, index.row(), index.column())
            menu.addAction(self.tr("Plan this cell")).triggered.connect(plan)
            menu.addAction(self.tr("Add as row")).triggered.connect(self.editing.add_row)
        else:
            menu.addAction(self.tr("Use row as plan")).triggered.connect(commands.row_to_plan)
        menu.addSeparator()
        for text, what in (
            (self.tr("Cut"), "cut"),
            (self.tr("Copy"), "copy"),
            (self.tr("Paste"), "paste"),
        ):
            menu.addAction(text).triggered.connect(partial(commands.edit, what))
        menu.addAction(self.tr("Clear cells")).triggered.connect(self.editing.clear)
        menu.addAction(self.tr("Fill right")).triggered.connect(self.editing.fill_right)
        menu.addSeparator()
        menu.addAction(self.tr("Delete rows")).triggered.connect(self.editing.delete_rows)
        menu.popup(at)

"""Opens the filter of a column under its head and looks through the rows for its values, in slices."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QPoint

from gpuplanner.ui.stepwise import Stepwise
from gpuplanner.ui.table.benchmark_table import BenchmarkTableModel
from gpuplanner.ui.table.column_filter import ColumnFilter
from gpuplanner.ui.table.column_rule import ColumnRule
from gpuplanner.ui.table.column_values import column_values, range_unit
from gpuplanner.ui.table.table_tools import TableTools
from gpuplanner.ui.table.table_view import TableView
from gpuplanner.ui.theme import Theme


class ColumnFilters(QObject):
    """One panel at a time; it goes when rows change, for then its values are out of date."""

    def __init__(
        self, theme: Theme, view: TableView, model: BenchmarkTableModel, tools: TableTools, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._theme, self._view, self._model, self._tools = theme, view, model, tools
        self._work = Stepwise(self)
        self.panel: ColumnFilter | None = None
        """What is open."""
        document = model.document
        for signal in (document.rows_changed, document.rows_moved):
            signal.connect(lambda _rows: self.close())
        document.replaced.connect(self.close)
        document.columns_changed.connect(self.close)

    def open(self, key: str = "") -> None:
        """Show the filter of a column, or of the one under the cursor."""
        place = self._model.column_of(key) if key else self._view.currentIndex().column()
        if place < 0 or not self._model.document.rows:
            return
        self.close()
        column = self._model.columns[place]
        unit, rules = range_unit(column, self._model.unit), self._model.row_filter.of(column.key)
        self.panel = ColumnFilter(self._theme, column, rules, unit, self._view)
        self.panel.chosen.connect(partial(self._take, column.key))
        self.panel.closed.connect(self._forget)
        self._work.run(column_values(self._model, column), self.panel.show_values)
        heads = self._view.heads
        rect = heads.section_rect(place)
        self.panel.open_at(heads.viewport().mapToGlobal(QPoint(rect.left(), rect.bottom() + 1)))

    def close(self) -> None:
        """Close the panel, if one is open, without filtering."""
        if self.panel is not None:
            self.panel.close()

    def _take(self, key: str, rule: ColumnRule) -> None:
        if rule.is_empty:
            self._tools.clear_rules(key)
        else:
            self._tools.add_rule(rule)

    def _forget(self) -> None:
        self._work.stop()
        self.panel = None

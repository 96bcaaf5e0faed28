"""Applies a filter to the view: at once, or after a large table's columns were looked through in slices."""

from __future__ import annotations

from collections.abc import Generator

from PySide6.QtCore import QObject, Signal

from gpuplanner.ui.stepwise import Stepwise
from gpuplanner.ui.table.benchmark_table import BenchmarkTableModel
from gpuplanner.ui.table.row_order import RowFilter

_MANY = 10_000
"""So many rows have their cells of a column looked at in 30 milliseconds."""


class RowFiltering(QObject):
    """The last filter that was wanted counts; another table gives it up."""

    applied = Signal()
    """Other rows are shown."""

    def __init__(self, model: BenchmarkTableModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model, self._work = model, Stepwise(self)
        self._wanted = RowFilter()
        document = model.document
        document.replaced.connect(self._work.stop)
        document.columns_changed.connect(self._begin_again)
        for signal in (document.rows_changed, document.rows_moved):
            signal.connect(lambda _rows: self._begin_again())

    def apply(self, row_filter: RowFilter) -> None:
        """Show the rows that pass."""
        self._wanted = row_filter
        steps = self._passing(row_filter)
        self._work.run(steps, self._show)
        if len(self._model.document.rows) <= _MANY:
            self.finish()

    def finish(self) -> None:
        """Show now what is being looked through, if anything is: somebody goes to one of its rows."""
        self._work.finish()

    @property
    def wanted(self) -> RowFilter:
        """The filter that holds, or will hold in a moment."""
        return self._wanted if self._work.is_busy else self._model.row_filter

    def _passing(self, row_filter: RowFilter) -> Generator[None, None, list[int]]:
        """The rows that pass, in the view's order."""
        model = self._model
        if not model.knows_texts(row_filter):
            yield from model.look_through_texts()
        for rule in row_filter.cells:
            place = model.column_of(rule.key)
            if place >= 0:
                yield from model.keys.look_through(model.columns[place])
        passing = yield from model.passing_steps(row_filter)
        while True:
            by = model.sorted_by
            order = yield from model.ordered(passing)
            if by == model.sorted_by:  # nobody has chosen another order meanwhile
                return order

    def _show(self, order: list[int]) -> None:
        self._model.show_passing(self._wanted, order)
        self.applied.emit()

    def _begin_again(self) -> None:
        """Rows or columns are others than those that were being looked through."""
        if self._work.is_busy:
            self.apply(self._wanted)

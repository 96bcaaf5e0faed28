"""The menu of the table's columns: filter by one, freeze up to one, and which are shown."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from gpuplanner.ui.table.benchmark_table import BenchmarkTableModel
from gpuplanner.ui.table.table_view import TableView


class ColumnsMenu(QObject):
    """Fills the menu of the window, and opens one at a column's head.

    Args:
        filter_column: opens the filter of a column, given its key.
    """

    def __init__(
        self,
        view: TableView,
        model: BenchmarkTableModel,
        filter_column: Callable[[str], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._view, self._model, self._filter_column = view, model, filter_column

    def fill(self, menu: QMenu, key: str = "") -> None:
        """Freezing up to a column (``key``, or the one under the cursor), then every column with a check."""
        view = self._view
        menu.clear()
        index = view.currentIndex()
        key = key or (self._model.columns[index.column()].key if index.isValid() else "")
        narrow = menu.addAction(self.tr("F&ilter this column…"))
        narrow.triggered.connect(lambda: self._filter_column(key))
        narrow.setEnabled(bool(key))
        menu.addSeparator()
        freeze = menu.addAction(self.tr("&Freeze up to this column"))
        freeze.triggered.connect(lambda: view.freeze_up_to(key))
        freeze.setEnabled(bool(key) and key != view.frozen_column)
        release = menu.addAction(self.tr("&Unfreeze"))
        release.triggered.connect(lambda: view.freeze_up_to(""))
        release.setEnabled(bool(view.frozen_column))
        menu.addSeparator()
        reset = menu.addAction(self.tr("As many as fit"))
        reset.triggered.connect(lambda: view.force_columns({}))
        reset.setEnabled(bool(view.forced_columns))
        menu.addSeparator()
        for column in self._model.columns:
            action = QAction(column.title.replace("&", "&&"), menu)
            action.setCheckable(True)
            action.setChecked(view.is_shown(column.key))
            action.toggled.connect(lambda on, key=column.key: self._force(key, on))
            menu.addAction(action)

    def popup(self, at: QPoint, key: str) -> None:
        """Open it there, for a column."""
        menu = QMenu(self._view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fill(menu, key)
        menu.popup(at)

    def _force(self, key: str, on: bool) -> None:
        self._view.force_columns({**self._view.forced_columns, key: on})

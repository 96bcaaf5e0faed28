"""The processes on the cards as a table: sorted by a click, copied as text, mine first and marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from gpuplanner.core.units import signed
from gpuplanner.monitor.readings import Missing
from gpuplanner.ui.monitor.monitor_figures import clock, reading_text, reason, unit_bytes
from gpuplanner.ui.monitor.monitor_process_rows import ProcessRow, sort_rows
from gpuplanner.ui.widgets.display_unit import DisplayUnit

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class ProcessColumn:
    """One column: the field of `ProcessRow` it shows, its head, and its width (0: what is left)."""

    field: str
    title: str
    unit: str
    width: int
    right: bool = False


class ProcessTable(QAbstractTableModel):
    """The rows in the order that the user chose; texts for cells, tips and the clipboard."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._unit = DisplayUnit.GIB_PER_GPU
        self._source: tuple[ProcessRow, ...] = ()
        self.rows: list[ProcessRow] = []
        self.sorted_by: tuple[int, bool] | None = None
        """(column, descending); None: mine first, then by memory."""

    @property
    def columns(self) -> tuple[ProcessColumn, ...]:
        """All columns, in their order."""
        return (
            ProcessColumn("pid", self.tr("PID"), "", 88),
            ProcessColumn("gpus", self.tr("GPU"), "", 84),
            ProcessColumn("user", self.tr("User"), "", 96),
            ProcessColumn("command", self.tr("Command"), "", 0),
            ProcessColumn("memory_bytes", self.tr("Memory"), unit_bytes(self._unit)[1], 116, right=True),
            ProcessColumn("sm_percent", self.tr("SM"), "%", 84, right=True),
            ProcessColumn("running_s", self.tr("Running"), "", 100, right=True),
        )

    def set_unit(self, unit: DisplayUnit) -> None:
        """Show memory in another unit."""
        self._unit = unit
        self._tell()

    def show_rows(self, rows: Sequence[ProcessRow]) -> None:
        """Show other processes; where they are the same ones, selection and scrolling stay."""
        self._source = tuple(rows)
        new = self._sorted()
        if [row.pid for row in new] == [row.pid for row in self.rows]:
            if new != self.rows:
                self.rows = new
                self._tell()
            return
        self.layoutAboutToBeChanged.emit()
        persistent = self.persistentIndexList()
        place = {row.pid: at for at, row in enumerate(new)}
        moved = [
            self.createIndex(place[self.rows[index.row()].pid], index.column())
            if index.row() < len(self.rows) and self.rows[index.row()].pid in place
            else QModelIndex()
            for index in persistent
        ]
        self.rows = new
        self.changePersistentIndexList(persistent, moved)
        self.layoutChanged.emit()

    def sort_next(self, column: int) -> None:
        """A click on a head: figures from the largest down, then up, then the usual order."""
        first = self.columns[column].right
        if self.sorted_by is None or self.sorted_by[0] != column:
            self.sorted_by = (column, first)
        elif self.sorted_by[1] == first:
            self.sorted_by = (column, not first)
        else:
            self.sorted_by = None
        self.show_rows(self._source)

    def text(self, row: ProcessRow, field: str) -> str:
        """What a cell says."""
        if field == "gpus":
            return ", ".join(row.gpus)
        if field == "memory_bytes":
            if isinstance(row.memory_bytes, Missing):
                return reading_text(row.memory_bytes)
            return signed(row.memory_bytes / unit_bytes(self._unit)[0], 1, plus=False)
        if field == "sm_percent":
            return reading_text(row.sm_percent)
        if field == "running_s":
            return "–" if row.running_s is None else clock(row.running_s)
        value = getattr(row, field)
        return "–" if value is None else str(value)

    def tip(self, row: ProcessRow, field: str) -> str:
        """What a cell explains: the whole command, or why there is no figure."""
        if field == "memory_bytes":
            return reason(row.memory_bytes)
        if field == "sm_percent":
            return reason(row.sm_percent) or self.tr("Of the multiprocessors, on its busiest card.")
        if field in ("user", "command", "running_s") and getattr(row, field) is None:
            return self.tr("The system does not say it: another container's process, or one that has ended.")
        return self.text(row, field)

    def copied(self, rows: Sequence[int]) -> str:
        """Rows as lines with tabs, under their heads."""
        columns = self.columns
        head = "\t".join(f"{c.title} ({c.unit})" if c.unit else c.title for c in columns)
        lines = ("\t".join(self.text(self.rows[at], c.field) for c in columns) for at in rows)
        return "\n".join((head, *lines))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """How many processes."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """How many columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text and tip; assistive technology reads them too."""
        row, field = self.rows[index.row()], self.columns[index.column()].field
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(row, field)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.tip(row, field)
        if role == Qt.ItemDataRole.AccessibleTextRole and field == "command" and row.followed:
            return self.tr("my trial: {command}").format(command=self.text(row, field))
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Heads, for assistive technology; they are painted by the view."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        return None

    def _sorted(self) -> list[ProcessRow]:
        if self.sorted_by is None:
            return list(self._source)
        column, descending = self.sorted_by
        return sort_rows(self._source, self.columns[column].field, descending=descending)

    def _tell(self) -> None:
        if self.rows:
            last = self.index(len(self.rows) - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)

"""Choosing the process to watch: those on the cards, or any by its number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gpuplanner.ui.theme import TABLE, TEXT, Theme
from gpuplanner.ui.widgets.buttons import button
from gpuplanner.ui.widgets.focus_ring import FocusRing
from gpuplanner.ui.widgets.plain_table import PlainHead, PlainRows

_LARGEST_PID = 2**31 - 1
_FIGURES = (0, 4)
"""Columns that are aligned at the right."""
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class Listed:
    """One process on the cards, in words."""

    pid: int
    cards: str
    user: str
    command: str
    memory: str


class WatchDialog(QDialog):
    """Lists processes; emits the one that the user wants watched."""

    chosen = Signal(int)

    def __init__(self, theme: Theme, unit: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._listed: tuple[Listed, ...] = ()
        self.setWindowTitle(self.tr("Watch a process"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.table = QTableWidget(0, 5)
        heads = [self.tr("PID"), self.tr("GPU"), self.tr("User"), self.tr("Command"), unit]
        for column, text in enumerate(heads):
            head = QTableWidgetItem(text)
            if column in _FIGURES:
                head.setTextAlignment(_RIGHT)
            self.table.setHorizontalHeaderItem(column, head)
        self.pid = QLineEdit()
        self.note = QLabel()
        self.watch = button(theme, self.tr("Watch"), primary=True)
        self._lay_out()
        self.table.itemSelectionChanged.connect(self._row_selected)
        self.table.itemDoubleClicked.connect(lambda _item: self.accept())
        self.pid.textChanged.connect(lambda _text: self.watch.setEnabled(self.wanted > 0))
        self.watch.setEnabled(False)
        self._show_note()

    @property
    def wanted(self) -> int:
        """The process that is chosen; 0: none."""
        text = self.pid.text()
        return int(text) if text.isascii() and text.isdigit() and self.pid.hasAcceptableInput() else 0

    def show_processes(self, listed: Sequence[Listed]) -> None:
        """Show what runs on the cards now; what is selected stays so."""
        if tuple(listed) == self._listed:
            return
        self._listed = tuple(listed)
        self.table.blockSignals(True)
        self.table.setRowCount(len(self._listed))
        for row, process in enumerate(self._listed):
            texts = (str(process.pid), process.cards, process.user, process.command, process.memory)
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                if column in _FIGURES:
                    item.setTextAlignment(_RIGHT)
                self.table.setItem(row, column, item)
        self.table.clearSelection()
        for row, process in enumerate(self._listed):
            if process.pid == self.wanted:
                self.table.selectRow(row)
        self.table.blockSignals(False)
        self._show_note()

    def accept(self) -> None:
        """Watch what is chosen."""
        if self.wanted:
            self.chosen.emit(self.wanted)
            super().accept()

    def _row_selected(self) -> None:
        row = self.table.currentRow()
        if 0 <= row < len(self._listed):
            self.pid.setText(str(self._listed[row].pid))

    def _show_note(self) -> None:
        if self._listed:
            self.note.setText(self.tr("What it starts counts too. Your script stays as it is."))
        else:
            self.note.setText(
                self.tr(
                    "No program is listed on a GPU just now. Give the number of your job's process: "
                    "its memory appears as soon as it uses a card."
                )
            )

    def _lay_out(self) -> None:
        px, theme, table = self._theme.px, self._theme, self.table
        lead = QLabel(self.tr("Records the device memory, power and time of your own job, beside the plan:"))
        lead.setFont(theme.font(TEXT))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setShowGrid(False)
        table.setFont(theme.font(TABLE))
        table.setHorizontalHeader(PlainHead(theme, table))
        table.setItemDelegate(PlainRows(theme, table))
        FocusRing(theme, table)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(px(25))
        table.setTabKeyNavigation(False)
        head = table.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        head.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for place, width in ((0, 72), (1, 56), (2, 80), (4, 64)):
            table.setColumnWidth(place, px(width))
        table.setAccessibleName(self.tr("Processes on the GPUs"))
        self.note.setFont(theme.font(TABLE))
        self.note.setWordWrap(True)
        self.pid.setAccessibleName(self.tr("Process number"))
        self.pid.setValidator(QIntValidator(1, _LARGEST_PID, self.pid))
        self.pid.setFixedWidth(px(104))
        cancel = button(theme, self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        self.watch.clicked.connect(self.accept)
        line = QHBoxLayout()
        line.setSpacing(px(8))
        line.addWidget(QLabel(self.tr("PID")))
        line.addWidget(self.pid)
        line.addStretch(1)
        line.addWidget(cancel)
        line.addWidget(self.watch)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(16))
        column.setSpacing(px(12))
        column.addWidget(lead)
        column.addWidget(table, 1)
        column.addWidget(self.note)
        column.addLayout(line)
        self.resize(px(640), px(380))

"""Edits of the selected cells and rows: cut, paste, clear, add, duplicate, delete; each one step to undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.core.errors import InputError
from gpuplanner.core.plan import Plan
from gpuplanner.data.benchmark_table import BenchmarkTable, is_known, table_texts
from gpuplanner.data.rows_csv import rows_from_text
from gpuplanner.ui.table.benchmark_table import BenchmarkTableModel
from gpuplanner.ui.table.cell_writes import Written, block_writes
from gpuplanner.ui.table.cell_writing import CellWriting
from gpuplanner.ui.table.cells import new_row_like
from gpuplanner.ui.table.copied_cells import Block, block_of, read_own
from gpuplanner.ui.table.table_copying import TableCopying
from gpuplanner.ui.table.table_fills import TableFills
from gpuplanner.ui.table.table_view import TableView

_FEWEST_HEADS = 2
"""So many known column names make a first line a head; a single one may be a cell's text."""


class TableEditing(QObject):
    """What the Edit menu does to the table.

    ``default_plan`` gives the plan of a first row: the one that the form shows.
    """

    said = Signal(str, bool)
    """A sentence for the user, and whether something was not done."""

    def __init__(
        self,
        view: TableView,
        model: BenchmarkTableModel,
        default_plan: Callable[[], Plan] = Plan,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._view = view
        self._model = model
        self._document = model.document
        self.default_plan = default_plan
        self.copying = TableCopying(view, model, self)
        self.writing = CellWriting(model, self)
        self.writing.said.connect(self.said)
        self.fills = TableFills(view, model, self.writing, self)
        self.fills.said.connect(self.said)
        self.paste_table: Callable[[QMimeData], bool] = lambda _mime: False
        """Takes a clipboard that holds somebody's table; False when it holds none."""

    def copy(self) -> None:
        """See `TableCopying.copy`."""
        self.copying.copy()

    def cut(self) -> None:
        """Copy, then clear; rows stay."""
        self.copy()
        self.clear()

    def clear(self) -> None:
        """Empty the selected cells."""
        cells = self._view.selected_block()
        n = len(cells)
        name = self.tr("clear cell") if n == 1 else self.tr("clear {n} cells").format(n=f"{n:,}")
        writes = ((row, place, "") for row, place in cells)
        self.writing.run(writes, n, lambda found: self._take(found, name))

    def paste(self) -> None:
        """Paste from the clipboard: rows where the text has a head line, else a block at the cursor.

        What was copied from a table of GPU Planner comes back as it was.

        Raises:
            InputError: the text has a head, but cannot be read as a table.
        """
        mime = QGuiApplication.clipboard().mimeData()
        own = read_own(mime, self.tr("clipboard"))
        if isinstance(own, BenchmarkTable):
            self._paste_rows(own)
        elif own is not None and self._view.currentIndex().isValid():
            self._paste_block(own)
        elif not self.paste_table(mime):
            self.paste_text(mime.text())

    def paste_text(self, text: str) -> None:
        """As `paste`, from a text."""
        if not text.strip():
            return
        if has_known_heads(text):
            table = rows_from_text(text, self.tr("clipboard"))
            self._paste_rows(replace(table, rows=tuple(replace(row, fragment=text) for row in table.rows)))
        elif self._view.currentIndex().isValid():
            self._paste_block(block_of(text))
        else:
            first = ", ".join(("model", "method", "seq_len", "peak_memory"))
            raise InputError.of(
                self.tr("the text has no head line with known columns"),
                self.tr("clipboard"),
                self.tr("copy the head line too, with names such as {names}").format(names=first),
            )

    def fill_right(self) -> None:
        """Not here: neighbouring columns are other quantities."""
        text = self.tr(
            "Columns beside each other hold different quantities; the pivot can be filled to the right."
        )
        self.said.emit(text, True)

    def add_row(self) -> None:
        """A row below the current one, with its plan and nothing measured."""
        current = self._view.current_source()
        rows = self._document.rows
        like = rows[current] if current >= 0 else rows[-1] if rows else BenchmarkRow(self.default_plan())
        at = current + 1 if current >= 0 else len(rows)
        self._insert_and_go([new_row_like(like)], at, self.tr("add row"), "seq_len")

    def insert_above(self) -> None:
        """A row above the current one, with its plan and nothing measured."""
        current = self._view.current_source()
        if current < 0:
            self.add_row()
            return
        row = new_row_like(self._document.rows[current])
        self._insert_and_go([row], current, self.tr("insert row above"), "seq_len")

    def duplicate_rows(self) -> None:
        """Every row with a selected cell once more, with all its fields, below the last of them."""
        sources = sorted(self._view.selected_sources())
        if not sources:
            return
        n = len(sources)
        name = self.tr("duplicate row") if n == 1 else self.tr("duplicate {n} rows").format(n=f"{n:,}")
        rows = [self._document.rows[source] for source in sources]
        self._insert_and_go(rows, sources[-1] + 1, name)

    def add_plan(self, plan: Plan) -> None:
        """A row of this plan below the current one, to be measured."""
        current = self._view.current_source()
        at = current + 1 if current >= 0 else len(self._document.rows)
        self.insert([new_row_like(BenchmarkRow(plan))], at, self.tr("add plan as row"))
        self._view.select_source(at, "peak_memory")

    def insert(self, rows: Sequence[BenchmarkRow], at: int, name: str, columns: Sequence[str] = ()) -> None:
        """Insert rows, and the columns that come with them, as one step."""
        stack = self._document.undo_stack
        stack.beginMacro(name)
        filled, _ = table_texts(BenchmarkTable(tuple(rows), tuple(columns)))
        self._document.add_columns(filled, name)
        self._document.insert_rows(at, rows, name)
        stack.endMacro()

    def delete_rows(self) -> None:
        """Remove every row with a selected cell; the cursor goes to the row that follows."""
        sources = self._view.selected_sources()
        if not sources:
            return
        n = len(sources)
        name = self.tr("delete row") if n == 1 else self.tr("delete {n} rows").format(n=f"{n:,}")
        # What is selected goes: Qt need not follow it, cell by cell, into nothing.
        self._view.clearSelection()
        self._document.remove_rows(sources, name)
        left = len(self._document.rows)
        if left:
            self._view.select_source(min(min(sources), left - 1))

    def _insert_and_go(self, rows: Sequence[BenchmarkRow], at: int, name: str, key: str = "") -> None:
        """Insert rows and put the cursor into the first; a filter that would hide it is not applied to it."""
        self.insert(rows, at, name)
        self._view.select_source(at, key)
        passing = set(self._model.passing_sources())
        n = sum(source not in passing for source in range(at, at + len(rows)))
        if n:
            one = self.tr("The new row does not pass the filter; it stays in view until the filter changes.")
            many = self.tr("{n} new rows do not pass the filter; they stay in view until the filter changes.")
            self.said.emit(one if n == 1 else many.format(n=f"{n:,}"), False)

    # --- the clipboard ---------------------------------------------------------------------------

    def _paste_rows(self, table: BenchmarkTable) -> None:
        current = self._view.current_source()
        at = current + 1 if current >= 0 else len(self._document.rows)
        n = len(table.rows)
        name = self.tr("paste row") if n == 1 else self.tr("paste {n} rows").format(n=f"{n:,}")
        self.insert(table.rows, at, name, table.columns)
        self._view.select_source(at, "model")

    def _paste_block(self, block: Block) -> None:
        """Write a block at the cursor or over the selection; rows that are missing are added."""
        model, view = self._model, self._view
        current, selected = view.currentIndex(), view.selected_block()
        places = [place for place in range(model.columnCount()) if not view.isColumnHidden(place)]
        writes = block_writes(block, selected, (current.row(), current.column()), places)
        n = max(sum(map(len, block)), len(selected))
        wide = max(map(len, block))
        self.writing.run(writes, n, lambda found: self._pasted(found, wide, places))

    def _pasted(self, found: Written, wide: int, places: Sequence[int]) -> None:
        """Put a block of this width into the document and select it."""
        n = found.n_cells
        name = self.tr("paste cell") if n == 1 else self.tr("paste {n} cells").format(n=f"{n:,}")
        if not self._take(found, name):
            return
        if not found.added or (self._model.sorted_by is None and self._model.row_filter.is_empty):
            self._select(found)
        beyond = wide - sum(place >= found.places.start for place in places)
        if beyond > 0:
            one = self.tr("1 column of the clipboard lies beyond the last column and was left out.")
            many = self.tr("{n} columns of the clipboard lie beyond the last column and were left out.")
            self.said.emit(one if beyond == 1 else many.format(n=beyond), True)

    def _take(self, found: Written, name: str) -> bool:
        """Put changed and added rows into the document as one step; False when there are none."""
        if not found.added:
            return self._document.set_rows(found.changed, name, all_differ=True)
        stack = self._document.undo_stack
        stack.beginMacro(name)
        self._document.set_rows(found.changed, name, all_differ=True)
        self._document.insert_rows(len(self._document.rows), found.added, name)
        stack.endMacro()
        return True

    def _select(self, found: Written) -> None:
        """The rectangle about the cells that were written; the cursor goes to its first."""
        rows, places = found.rows, found.places
        first = self._model.index(rows[0], places[0])
        area = QItemSelection(first, self._model.index(rows[-1], places[-1]))
        self._view.setCurrentIndex(first)
        self._view.selectionModel().select(area, QItemSelectionModel.SelectionFlag.ClearAndSelect)


def has_known_heads(text: str) -> bool:
    """Whether the first line names columns that GPU Planner knows."""
    lines = text.strip("\r\n").splitlines()
    if len(lines) < 2:
        return False
    for delimiter in ("\t", ",", ";"):
        names = (name.strip().strip('"').lower().replace("-", "_") for name in lines[0].split(delimiter))
        if sum(is_known(name.replace(" ", "_")) for name in names) >= _FEWEST_HEADS:
            return True
    return False

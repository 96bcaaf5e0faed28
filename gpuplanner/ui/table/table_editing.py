"""Edits of the selected cells and rows: copy, cut, paste, clear, add, delete; each one step to undo."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtGui import QGuiApplication

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.core.errors import InputError
from gpuplanner.core.plan import Plan
from gpuplanner.data.benchmark_table import BenchmarkTable, is_known, table_texts
from gpuplanner.data.rows_csv import rows_from_text
from gpuplanner.ui.table.benchmark_table import BenchmarkTableModel
from gpuplanner.ui.table.cells import edit_text, edited, new_row_like
from gpuplanner.ui.table.columns import Column, Kind
from gpuplanner.ui.table.table_view import TableView

_FEWEST_HEADS = 2
"""So many known column names make a first line a head; a single one may be a cell's text."""


class TableEditing(QObject):
    """What the Edit menu does to the table.

    ``default_plan`` gives the plan of a first row: the one that the form shows.
    """

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
        self.paste_table: Callable[[QMimeData], bool] = lambda _mime: False
        """Takes a clipboard that holds somebody's table; False when it holds none."""

    def copy(self) -> None:
        """Selected cells as tab-separated text; whole rows with all their fields and a head line."""
        text = self._selected_rows_text() if self._view.selects_whole_rows() else self._selected_cells_text()
        if text:
            QGuiApplication.clipboard().setText(text)

    def cut(self) -> None:
        """Copy, then clear; rows stay."""
        self.copy()
        self.clear()

    def clear(self) -> None:
        """Empty the selected cells."""
        cells = [(row, place, "") for row, place in self._view.selected_block()]
        n = len(cells)
        name = self.tr("clear cell") if n == 1 else self.tr("clear {n} cells").format(n=f"{n:,}")
        self._write(cells, name)

    def paste(self) -> None:
        """Paste from the clipboard: rows where the text has a head line, else a block at the cursor.

        Raises:
            InputError: the text has a head, but cannot be read as a table.
        """
        mime = QGuiApplication.clipboard().mimeData()
        if not self.paste_table(mime):
            self.paste_text(mime.text())

    def paste_text(self, text: str) -> None:
        """As `paste`, from a text."""
        if not text.strip():
            return
        if has_known_heads(text):
            self._paste_rows(rows_from_text(text, self.tr("clipboard")), text)
        elif self._view.currentIndex().isValid():
            self._paste_block(_cells_of(text))
        else:
            first = ", ".join(("model", "method", "seq_len", "peak_memory"))
            raise InputError.of(
                self.tr("the text has no head line with known columns"),
                self.tr("clipboard"),
                self.tr("copy the head line too, with names such as {names}").format(names=first),
            )

    def add_row(self) -> None:
        """A row below the current one, with its plan and nothing measured."""
        current = self._view.current_source()
        rows = self._document.rows
        like = rows[current] if current >= 0 else rows[-1] if rows else BenchmarkRow(self.default_plan())
        at = current + 1 if current >= 0 else len(rows)
        self.insert([new_row_like(like)], at, self.tr("add row"))
        self._view.select_source(at, "seq_len")

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
        self._document.remove_rows(sources, name)
        left = len(self._document.rows)
        if left:
            self._view.select_source(min(min(sources), left - 1))

    # --- the clipboard ---------------------------------------------------------------------------

    def _selected_rows_text(self) -> str:
        rows = tuple(self._document.rows[source] for source in self._view.selected_sources())
        columns, lines = table_texts(BenchmarkTable(rows, self._document.columns))
        return _tab_separated([columns, *lines])

    def _selected_cells_text(self) -> str:
        block = self._view.selected_block()
        columns = sorted({place for _, place in block})
        chosen = set(block)
        lines = [
            [self._cell_text(row, place) if (row, place) in chosen else "" for place in columns]
            for row in sorted({row for row, _ in block})
        ]
        return _tab_separated(lines)

    def _cell_text(self, row: int, place: int) -> str:
        column = self._model.columns[place]
        if column.is_editable:
            return edit_text(self._model.row_at(row), column, self._model.unit)
        # A computed figure for a spreadsheet: a plain minus, no thousands separators.
        return self._model.look(row, place).text.replace("\N{MINUS SIGN}", "-").replace(",", "")

    def _paste_rows(self, table: BenchmarkTable, fragment: str) -> None:
        current = self._view.current_source()
        at = current + 1 if current >= 0 else len(self._document.rows)
        rows = [replace(row, fragment=fragment) for row in table.rows]
        n = len(rows)
        name = self.tr("paste row") if n == 1 else self.tr("paste {n} rows").format(n=f"{n:,}")
        self.insert(rows, at, name, table.columns)
        self._view.select_source(at, "model")

    def _paste_block(self, texts: list[list[str]]) -> None:
        block = self._view.selected_block()
        name = self.tr("paste")
        if len(texts) == 1 and len(texts[0]) == 1 and len(block) > 1:
            self._write([(row, place, texts[0][0]) for row, place in block], name)
            return
        current = self._view.currentIndex()
        top, left = block[0] if block else (current.row(), current.column())
        places = [
            place for place in range(left, self._model.columnCount()) if not self._view.isColumnHidden(place)
        ]
        missing = top + len(texts) - self._model.rowCount()
        stack = self._document.undo_stack
        stack.beginMacro(name)
        if missing > 0:
            like = new_row_like(self._model.row_at(self._model.rowCount() - 1))
            self._document.insert_rows(len(self._document.rows), [like] * missing, name)
        cells = [
            (top + down, place, text)
            for down, line in enumerate(texts)
            for place, text in zip(places, line, strict=False)
        ]
        self._write(cells, name)
        stack.endMacro()

    def _write(self, cells: Sequence[tuple[int, int, str]], name: str) -> None:
        changed: dict[int, BenchmarkRow] = {}
        for row, place, text in cells:
            source = self._model.source_row(row)
            column: Column = self._model.columns[place]
            if column.kind in (Kind.ESTIMATE, Kind.ERROR):
                continue
            before = changed.get(source, self._document.rows[source])
            changed[source] = edited(before, column, text, self._model.unit)
        self._document.set_rows(changed, name)


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


def _cells_of(text: str) -> list[list[str]]:
    """Lines and cells of a spreadsheet's clipboard: tabs between cells, quotation marks around odd ones."""
    lines = list(csv.reader(io.StringIO(text.rstrip("\r\n"), newline=""), delimiter="\t"))
    return [line or [""] for line in lines]


def _tab_separated(lines: Sequence[Sequence[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows(lines)
    return out.getvalue()

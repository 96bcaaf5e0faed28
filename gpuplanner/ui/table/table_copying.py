"""Copies the selected cells and rows for the table itself, for spreadsheets and for texts."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from gpuplanner.data.benchmark_table import BenchmarkTable, table_texts
from gpuplanner.ui.table.benchmark_table import BenchmarkTableModel
from gpuplanner.ui.table.copied_cells import MOST_MARKED_UP, Block, Copied, CopiedTable, Form, copied, mime_of
from gpuplanner.ui.table.table_view import TableView


class TableCopying(QObject):
    """What the copies of the Edit menu do."""

    def __init__(self, view: TableView, model: BenchmarkTableModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view, self._model = view, model

    def copy(self, form: Form = Form.CELLS) -> None:
        """Put the selection on the clipboard as text, HTML and Markdown, and so that pasting loses nothing.

        Memory is in the unit of the screen.  Whole rows go with all their fields and a head line of the
        fields' names; with the heads of the screen they go as they are shown.
        """
        block = self._view.selected_block()
        if block:
            QGuiApplication.clipboard().setMimeData(mime_of(self._table(block, form), form))

    def copy_with_heads(self) -> None:
        """The same, below the titles and units of the columns."""
        self.copy(Form.WITH_HEADS)

    def copy_markdown(self) -> None:
        """As the text of a Markdown table, with the figures as the screen rounds them."""
        self.copy(Form.MARKDOWN)

    def _table(self, block: list[tuple[int, int]], form: Form) -> CopiedTable:
        """Rows and columns that have a selected cell; where others have not, there is a hole."""
        model, chosen = self._model, set(block)
        places = sorted({place for _, place in block})
        lines = sorted({row for row, _ in block})
        heads = tuple(self._head(place) for place in places)
        shown: list[list[str]] = []
        if form is Form.MARKDOWN or len(lines) * len(places) <= MOST_MARKED_UP:
            shown = [
                [model.look(row, place).text if (row, place) in chosen else "" for place in places]
                for row in lines
            ]
        whole = self._rows() if self._view.selects_whole_rows() else None
        if whole is not None and form is not Form.WITH_HEADS:
            names, texts = table_texts(whole)
            return CopiedTable(heads, texts, shown, [], names, whole)
        cells: Block = [
            [self._cell(row, place) if (row, place) in chosen else None for place in places] for row in lines
        ]
        texts = [
            ["" if cell is None else cell.text if isinstance(cell, Copied) else cell for cell in line]
            for line in cells
        ]
        return CopiedTable(heads, texts, shown, cells, rows=whole)

    def _rows(self) -> BenchmarkTable:
        document = self._model.document
        rows = tuple(document.rows[source] for source in self._view.selected_sources())
        return BenchmarkTable(rows, document.columns)

    def _cell(self, row: int, place: int) -> Copied | str:
        model, column = self._model, self._model.columns[place]
        if column.is_editable:
            return copied(model.row_at(row), column, model.unit)
        # A computed figure for a spreadsheet: a plain minus, no thousands separators.
        return model.look(row, place).text.replace("\N{MINUS SIGN}", "-").replace(",", "")

    def _head(self, place: int) -> str:
        column = self._model.columns[place]
        unit = self._model.unit_text(column)
        return f"{column.title} ({unit})" if unit else column.title

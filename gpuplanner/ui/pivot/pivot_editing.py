"""Edits of the pivot's selected cells: copy, cut, paste, clear, delete rows; each one step to undo."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.data.exports import kept
from gpuplanner.ui.pivot.pivot_model import PivotModel
from gpuplanner.ui.pivot.pivot_view import PivotView
from gpuplanner.ui.table.cells import edited
from gpuplanner.ui.table.copied_cells import block_of, html_table, tab_separated


class PivotEditing(QObject):
    """What the Edit menu does while the pivot is in front."""

    said = Signal(str, bool)
    """A sentence for the user, and whether something was not done."""

    def __init__(self, view: PivotView, model: PivotModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._model = model
        self._document = model.document
        self.paste_table: Callable[[QMimeData], bool] = lambda _mime: False
        """Takes a clipboard that holds somebody's table; False when it holds none."""
        view.clear_requested.connect(self.clear)

    def copy(self) -> None:
        """Selected cells as tab-separated text and HTML.

        With their lengths and settings, as a table is published, where a setting is selected too; figures
        alone come without, to be pasted elsewhere.
        """
        cells = self._view.selected_cells()
        if not cells:
            return
        chosen = set(cells)
        columns = sorted({column for _, column in cells})
        with_heads = len(cells) > 1 and columns[0] < self._model.n_heads
        if with_heads:
            columns = [*range(self._model.n_heads), *(c for c in columns if c >= self._model.n_heads)]
        lines = [
            [self._copied(row, column, chosen, with_heads) for column in columns]
            for row in sorted({row for row, _ in cells})
        ]
        heads = [self._model.columns[column].title.replace(",", "") for column in columns]
        mime = QMimeData()
        heads = heads if with_heads else []
        mime.setText(tab_separated((heads, [list(map(kept, line)) for line in lines])))
        mime.setHtml(html_table(heads, lines))
        QGuiApplication.clipboard().setMimeData(mime)

    def cut(self) -> None:
        """Copy, then clear; rows stay."""
        self.copy()
        self.clear()

    def clear(self) -> None:
        """Empty the figures of the selected cells; settings stay, for a line without them is none."""
        texts = {cell: "-" for cell in self._view.selected_cells() if cell[1] >= self._model.n_heads}
        n = len(texts)
        name = self.tr("clear cell") if n == 1 else self.tr("clear {n} cells").format(n=f"{n:,}")
        self._write(texts, name)

    def paste(self) -> None:
        """A table with heads as the list takes it, else a block of cells at the cursor.

        A single text goes into every selected cell.
        """
        mime, index = QGuiApplication.clipboard().mimeData(), self._view.currentIndex()
        if self.paste_table(mime):
            return
        text = mime.text()
        if not text.strip() or not index.isValid():
            return
        lines = [[str(cell) for cell in line] for line in block_of(text)]
        selected = self._view.selected_cells()
        if len(lines) == 1 and len(lines[0]) == 1:
            texts = dict.fromkeys(selected, lines[0][0])
        else:
            top, left = selected[0] if selected else (index.row(), index.column())
            last_row, last_column = self._model.rowCount(), self._model.columnCount()
            texts = {
                (top + down, left + right): text
                for down, line in enumerate(lines)
                for right, text in enumerate(line)
                if top + down < last_row and left + right < last_column
            }
        self._write(texts, self.tr("paste"))

    def fill_right(self) -> None:
        """The figures of the first selected cell of each line into those right of it; where only one is
        selected, those of the cell at its left.

        The lengths of a line are one quantity, so here, unlike in the list, a fill to the right makes sense.
        """
        model, rows = self._model, self._document.rows
        of_lines: dict[int, list[int]] = {}
        for row, column in self._view.selected_cells():
            if column >= model.n_heads:
                of_lines.setdefault(row, []).append(column)
        changed: dict[int, BenchmarkRow] = {}
        new: list[tuple[int, BenchmarkRow]] = []
        for row, columns in of_lines.items():
            first = columns[0] - (len(columns) == 1)
            like = model.source_at(row, first) if first >= model.n_heads else -1
            for column in columns if like >= 0 else ():
                source, added = model.source_at(row, column), model.new_row(row, column)
                if source >= 0 and source != like:
                    changed[source] = model.filled(rows[source], rows[like])
                elif source < 0 and added is not None:
                    new.append((added[0], model.filled(added[1], rows[like])))
        n = len(changed) + len(new)
        if not n:
            text = self.tr(
                "Nothing lies at the left: select the cell to copy together with those right of it."
            )
            self.said.emit(text, True)
            return
        name = self.tr("fill right of 1 cell") if n == 1 else self.tr("fill right of {n} cells")
        self._put(changed, new, name.format(n=f"{n:,}"))

    def delete_rows(self) -> None:
        """Remove the rows behind the selected cells; a setting stands for every row of its line."""
        sources = {source for cell in self._view.selected_cells() for source in self._model.sources(*cell)}
        if not sources:
            return
        n = len(sources)
        name = self.tr("delete row") if n == 1 else self.tr("delete {n} rows").format(n=f"{n:,}")
        self._document.remove_rows(sources, name)

    def add_row(self) -> None:
        """A row for the empty cell under the cursor, with nothing measured."""
        index = self._view.currentIndex()
        if not index.isValid() or self._model.sources(index.row(), index.column()):
            return
        new = self._model.new_row(index.row(), index.column())
        if new is not None:
            self._document.insert_rows(new[0], [new[1]], self.tr("add row"))

    # --- the rest ------------------------------------------------------------------------------------

    def _copied(self, row: int, column: int, chosen: set[tuple[int, int]], with_heads: bool) -> str:
        is_setting = with_heads and column < self._model.n_heads
        return self._model.copy_text(row, column) if is_setting or (row, column) in chosen else ""

    def _write(self, texts: dict[tuple[int, int], str], name: str) -> None:
        """Write texts into cells: rows change, and come where a cell was empty, in one step."""
        model, rows = self._model, self._document.rows
        changed: dict[int, BenchmarkRow] = {}
        new: list[tuple[int, BenchmarkRow]] = []
        for (row, column), text in texts.items():
            sources = model.sources(row, column)
            if column < model.n_heads:
                for source in sources:
                    before = changed.get(source, rows[source])
                    changed[source] = edited(before, model.columns[column], text, model.table.unit)
            elif sources:
                changed[sources[0]] = model.with_text(changed.get(sources[0], rows[sources[0]]), text)
            else:
                found = model.new_row(row, column, text)
                new += [] if found is None else [found]
        self._put(changed, new, name)

    def _put(self, changed: dict[int, BenchmarkRow], new: list[tuple[int, BenchmarkRow]], name: str) -> None:
        """Change rows and insert others, each before its place in the document, as one step."""
        rows, stack = self._document.rows, self._document.undo_stack
        changed = {source: row for source, row in changed.items() if row != rows[source]}
        if not (changed or new):
            return  # a step that changes nothing would be one to undo all the same
        stack.beginMacro(name)
        self._document.set_rows(changed, name, all_differ=True)
        new.sort(key=lambda entry: entry[0])
        for at, added in reversed(new):  # the last place first: what is in front of it stays where it is
            self._document.insert_rows(at, [added], name)
        stack.endMacro()

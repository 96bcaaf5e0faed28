"""Ties a window to the import of other people's tables: by file, by drop, and by paste."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtWidgets import QFileDialog

from gpuplanner.core.errors import InputError
from gpuplanner.core.units import shorten
from gpuplanner.data.catalog import Catalog
from gpuplanner.data.whole_file import write_whole
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.table_editing import has_known_heads
from gpuplanner.ui.told import told_error

if TYPE_CHECKING:
    from gpuplanner.data.table_import.grid import Grid
    from gpuplanner.data.table_import.rows import Imported
    from gpuplanner.ui.import_dialog import ImportDialog

_FOREIGN = (".tsv", ".md", ".markdown", ".html", ".htm", ".xlsx", ".ods", ".jsonl")
_CARD = "A100 80GB SXM4"
_MOST_FRAGMENT = 1_000_000
"""Characters of a pasted table that are kept with its rows."""


class ImportLink(QObject):
    """Lives as long as the window."""

    def __init__(self, window: MainWindow, catalog: Catalog) -> None:
        super().__init__(window)
        self._window, self._catalog = window, catalog
        self.dialog: ImportDialog | None = None
        self.ask_file: Callable[[], Path | None] = self._ask_file
        window.table.editing.paste_table = self.paste
        window.table.tools.import_requested.connect(self.open_file)
        opens, window.drop_file = window.drop_file, self._dropped
        self._opens = opens
        menu = window.menus.menu("file", "")
        window.menus.maker.add(menu, self.tr("&Import a table…"), self.open_file, "Ctrl+I")
        window.menus.maker.add(menu, self.tr("&Export the table…"), self.export)
        self.ask_export: Callable[[], Path | None] = self._ask_export

    def open_file(self) -> None:
        """Ask for a file and preview it."""
        path = self.ask_file()
        if path is not None:
            self.import_file(path)

    def import_file(self, path: Path) -> None:
        """Preview a file's table; what cannot be read is said above the table."""
        from gpuplanner.data.table_import.readers import read_grid  # with the first import: it takes a while

        try:
            grid, text = read_grid(path)
            self._preview(grid, text, path.name)
        except InputError as error:
            self._tell(error)

    def _dropped(self, path: Path) -> None:
        """Tables of other programs are imported, everything else is opened."""
        if path.suffix.lower() in _FOREIGN:
            self.import_file(path)
        else:
            self._opens(path)

    def paste(self, mime: QMimeData) -> bool:
        """Preview a table in the clipboard; False where it holds none, or one in our own columns."""
        text = mime.text()
        if has_known_heads(text) and not mime.hasHtml():
            return False
        sources = [mime.html()] if mime.hasHtml() and "<table" in mime.html().lower() else []
        sources += [text] if _looks_like_table(text) else []
        for source in sources:
            from gpuplanner.data.table_import.readers import grid_of_text  # as above

            try:
                self._preview(grid_of_text(source, self.tr("clipboard")), source, self.tr("clipboard"))
            except InputError:
                continue
            return True
        return False

    def export(self) -> None:
        """Ask for a file and write the whole table there, in the form that its ending names."""
        path = self.ask_export()
        if path is None:
            return
        from gpuplanner.data.exports import export_table, kind_of  # with the first export: Excel's writer

        document = self._window.document
        try:
            content = export_table(document.table(), kind_of(path), document.name)
            write_whole(path, content)
        except InputError as error:
            self._tell(error)
            return
        n = f"{len(document.rows):,}"
        text = self.tr("{n} rows exported to {path}").format(n=n, path=path)
        self._window.table.messages.show_message(text)

    def _preview(self, grid: Grid, text: str, where: str) -> None:
        from gpuplanner.data.table_import.align import align
        from gpuplanner.data.table_import.reading import Reading, propose
        from gpuplanner.data.table_import.rows import rows_of
        from gpuplanner.ui.import_dialog import ImportDialog

        table = align(grid, where)
        card = self._catalog.gpu(_CARD)
        reading = propose(table, self._catalog.model_names, card.name, card.memory_bytes)
        if not Path(where).suffix:
            reading = replace(reading, source="")
        fragment = text if len(text) <= _MOST_FRAGMENT else shorten(text, _MOST_FRAGMENT)

        def read(wanted: Reading) -> Imported:
            named = self._catalog.gpu(wanted.gpu) if wanted.gpu else card
            return rows_of(table, wanted, named.memory_bytes, fragment)

        dialog = ImportDialog(
            self._window.theme, grid.kind, table, reading, self._catalog.gpu_names, read, self._window
        )
        self.dialog = dialog
        dialog.accepted.connect(lambda: self._take(dialog))
        dialog.finished.connect(self._closed)
        dialog.open()

    def _take(self, dialog: ImportDialog) -> None:
        """Append the rows as one step."""
        read = dialog.imported
        document = self._window.document
        at = len(document.rows)
        step = dialog.words.step(read)
        self._window.table.editing.insert(list(read.table.rows), at, step, read.table.columns)
        self._window.table.select_row(at)

    def _closed(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None

    def _tell(self, error: InputError) -> None:
        text = told_error(error)
        self._window.table.messages.show_message(text, fault=True)

    def _ask_export(self) -> Path | None:
        forms = "CSV (*.csv);;TSV (*.tsv);;Excel (*.xlsx);;Markdown (*.md);;HTML (*.html)"
        stem = Path(self._window.document.name or "table").stem
        name, chosen = QFileDialog.getSaveFileName(
            self._window, self.tr("Export the table"), f"{stem}.csv", forms
        )
        if not name:
            return None
        ending = chosen.partition("*")[2].rstrip(")")
        return Path(name) if Path(name).suffix else Path(name + ending)

    def _ask_file(self) -> Path | None:
        kinds = "*.csv *.tsv *.txt *.md *.html *.htm *.xlsx *.ods *.json *.jsonl"
        name, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Import a table"), "", self.tr("Tables ({kinds})").format(kinds=kinds)
        )
        return Path(name) if name else None


def _looks_like_table(text: str) -> bool:
    """Several lines with several cells, the first of which names something known."""
    lines = [line for line in text.strip().splitlines() if line.strip()]
    if len(lines) < 2:
        return False
    from gpuplanner.data.table_import.heads import count_heads  # with the first paste

    for delimiter in ("|", "\t", ",", ";"):
        if any(count_heads(tuple(cell.strip() for cell in line.split(delimiter))) >= 2 for line in lines[:4]):
            return True
    return False

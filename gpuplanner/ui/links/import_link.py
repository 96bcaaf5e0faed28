"""Ties a window to the import of other people's tables: by file, by drop, and by paste."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtWidgets import QFileDialog

from gpuplanner.core.errors import InputError
from gpuplanner.data.catalog import Catalog
from gpuplanner.data.whole_file import write_whole
from gpuplanner.ui.background import Background
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.table.table_editing import has_known_heads
from gpuplanner.ui.told import told_error

if TYPE_CHECKING:
    from gpuplanner.data.table_import.rows import Imported
    from gpuplanner.data.table_import.understood import Understood
    from gpuplanner.ui.importing.import_dialog import ImportDialog

    Read = tuple[Understood, Imported]

_FOREIGN = (".tsv", ".md", ".markdown", ".html", ".htm", ".xlsx", ".ods", ".jsonl")
_MOST_AT_ONCE = 50_000
"""Characters of a clipboard that are read at once; more are read aside."""


class ImportLink(QObject):
    """Lives as long as the window."""

    def __init__(self, window: MainWindow, catalog: Catalog) -> None:
        super().__init__(window)
        self._window, self._catalog = window, catalog
        self.dialog: ImportDialog | None = None
        self._work = Background(self)
        self._work.done.connect(self._show)
        self._work.failed.connect(self._failed)
        self._work.is_long.connect(lambda is_long: self._say_reading(is_long=is_long))
        self.ask_file: Callable[[], Path | None] = self._ask_file
        window.table.editing.paste_table = self.paste
        window.table.tools.import_requested.connect(self.open_file)
        opens, window.drop_file = window.drop_file, self._dropped
        self._opens = opens
        window.menus.add_file_action(self.tr("&Import a table…"), self.open_file, "Ctrl+I")
        window.menus.add_file_action(self.tr("E&xport the table…"), self.export)
        self.ask_export: Callable[[], Path | None] = self._ask_export

    def open_file(self) -> None:
        """Ask for a file and preview it."""
        path = self.ask_file()
        if path is not None:
            self.import_file(path)

    def import_file(self, path: Path) -> None:
        """Preview a file's table; what cannot be read is said above the table."""
        from gpuplanner.data.table_import.understood import (
            understand_file,
        )  # with the first import: it takes a while

        catalog = self._catalog

        def read() -> Read:
            understood = understand_file(path, catalog)
            return understood, understood.rows(understood.reading)

        self._work.run(read)

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
        if not sources:
            return False
        catalog, where = self._catalog, self.tr("clipboard")
        if sum(map(len, sources)) > _MOST_AT_ONCE:
            self._work.run(lambda: _first_read(sources, where, catalog))
            return True
        try:
            self._show(_first_read(sources, where, catalog))
        except InputError:
            return False
        return True

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

    def _show(self, read: Read) -> None:
        from gpuplanner.ui.importing.import_dialog import ImportDialog

        self._say_reading(is_long=False)
        understood, imported = read
        dialog = ImportDialog(self._window.theme, understood, imported, self._catalog.gpu_names, self._window)
        self.dialog = dialog
        dialog.accepted.connect(lambda: self._take(dialog))
        dialog.finished.connect(self._closed)
        dialog.open()

    def _say_reading(self, *, is_long: bool) -> None:
        """While a large table is read, say so; the words go when it is there."""
        messages, text = self._window.table.messages, self.tr("Reading the table…")
        if is_long:
            messages.show_message(text)
        elif messages.text == text:
            messages.show_message("")

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, InputError):
            raise error
        self._tell(error)

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
        sheets = "Excel (*.xlsx);;OpenDocument (*.ods)"
        forms = f"CSV (*.csv);;TSV (*.tsv);;{sheets};;Markdown (*.md);;HTML (*.html)"
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


def _first_read(sources: Sequence[str], where: str, catalog: Catalog) -> Read:
    """The first of the texts that holds a table.  Raises InputError as the last does."""
    from gpuplanner.data.table_import.understood import understand_text  # with the first import

    for number, source in enumerate(sources, start=1):
        try:
            understood = understand_text(source, where, catalog)
            return understood, understood.rows(understood.reading)
        except InputError:
            if number == len(sources):
                raise
    raise AssertionError("there is a source")


def _looks_like_table(text: str) -> bool:
    """Several lines with several cells, the first of which names something known."""
    lines = [line for line in text[:_MOST_AT_ONCE].strip().splitlines() if line.strip()]
    if len(lines) < 2:
        return False
    from gpuplanner.data.table_import.heads import count_heads  # with the first paste

    for delimiter in ("|", "\t", ",", ";"):
        if any(count_heads(tuple(cell.strip() for cell in line.split(delimiter))) >= 2 for line in lines[:4]):
            return True
    return False

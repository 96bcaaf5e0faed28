"""Ties the Accuracy page to its window: rows in, figures out, a click goes to the row, tables go to files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton, QWidget

from gpuplanner.core.benchmark import BenchmarkRow, MemoryUnit
from gpuplanner.core.errors import InputError
from gpuplanner.data.catalog import Catalog
from gpuplanner.data.peers import load_peers
from gpuplanner.data.resources import resource
from gpuplanner.data.rows_csv import read_rows
from gpuplanner.data.whole_file import write_whole
from gpuplanner.ui.background import Background
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.told import told_error
from gpuplanner.ui.widgets.buttons import button
from gpuplanner.ui.widgets.display_unit import DisplayUnit
from gpuplanner.ui.wording import Wording

if TYPE_CHECKING:
    from gpuplanner.report.accuracy_charts import AccuracyAnswer
    from gpuplanner.ui.accuracy.accuracy_page import AccuracyPage

PAGE = "accuracy"
Key = tuple[str, str, int]
"""(table, what is withheld, version of the document's rows; 0 for the profile, which never changes)."""
_PROFILE = ("samples", "qwen-profile.csv")


class AccuracyLink(QObject):
    """Adds the page to a window; nothing is loaded or computed before it is first shown."""

    def __init__(self, window: MainWindow, catalog: Catalog) -> None:
        super().__init__(window)
        self._window, self._catalog = window, catalog
        self._page: AccuracyPage | None = None
        self._wording = Wording(self)
        self._answers: dict[Key, AccuracyAnswer] = {}
        self._profile_rows: tuple[BenchmarkRow, ...] = ()
        self._wanted: Key | None = None
        self._version = 0
        self._background = Background(self)
        self.export_button: QPushButton | None = None
        self.ask_export: Callable[[], Path | None] = self._ask_export
        """Asks where tables are to be written; None: nowhere after all."""
        self._take_unit(window.table.model.unit)
        window.add_page(PAGE, "accuracy", self.tr("Accuracy"), self._make_page)
        window.page_shown.connect(self._page_shown)
        window.table.unit_changed.connect(self._take_unit)
        document = window.document
        document.rows_changed.connect(lambda _rows: self._rows_changed())
        document.rows_moved.connect(lambda _moved: self._rows_changed())
        document.replaced.connect(self._rows_changed)
        self._background.done.connect(self._take_answer)
        self._background.failed.connect(self._fail)
        self._background.is_long.connect(self._set_computing)

    @property
    def page(self) -> AccuracyPage | None:
        """The page, once it was shown."""
        return self._page

    def export(self) -> None:
        """Write what is shown as CSV files, one table each."""
        page = self._page
        answer = page.answer if page is not None else None
        path = self.ask_export() if answer is not None else None
        if page is None or answer is None or path is None:
            return
        from gpuplanner.report.accuracy_tables import accuracy_tables

        written = []
        try:
            for name, text in accuracy_tables(answer).items():
                target = table_path(path, name)
                write_whole(target, text.encode("utf-8"))
                written.append(target.name)
        except InputError as error:
            page.messages.show_message(told_error(error), fault=True)
            return
        text = self.tr("Written to {folder}: {files}").format(folder=path.parent, files=", ".join(written))
        page.messages.show_message(text)

    # The page --------------------------------------------------------------------------------

    def _make_page(self) -> QWidget:
        # The page and its charts load numpy and the estimator: when it is first shown, not at the start.
        from gpuplanner.ui.accuracy.accuracy_page import AccuracyPage

        page = self._page = AccuracyPage(self._window.theme, self._wording, load_peers())
        page.choice_changed.connect(lambda _choice: self._answer_choice())
        page.row_requested.connect(self._go_to_row)
        page.table_requested.connect(self._go_to_table)
        export = self.export_button = button(
            self._window.theme, self.tr("Export CSV"), icon="export", flat=True
        )
        export.setToolTip(self.tr("Cells, figures, constants and switches as CSV files"))
        export.setEnabled(False)
        export.clicked.connect(self.export)
        self._window.header.add_action(export, PAGE)
        return page

    def _page_shown(self, key: str) -> None:
        if key == PAGE:
            self._answer_choice()

    def _rows_changed(self) -> None:
        from gpuplanner.ui.accuracy.accuracy_bar import DOCUMENT

        self._version += 1
        self._answers = {key: answer for key, answer in self._answers.items() if key[0] != DOCUMENT}
        if self._window.shown_page == PAGE:
            self._answer_choice()

    def _take_unit(self, unit: DisplayUnit) -> None:
        self._wording.set_unit(MemoryUnit.GB if unit is DisplayUnit.GB_PER_GPU else MemoryUnit.GIB)
        if self._page is not None:
            self._page.refresh()

    # Answers ---------------------------------------------------------------------------------

    def _answer_choice(self) -> None:
        """Show the answer to what is chosen, at once where it is known."""
        page = self._page
        if page is None:
            return
        choice = page.choice
        # Loads numpy, as the page does.
        from gpuplanner.report.accuracy_charts import answer_accuracy
        from gpuplanner.ui.accuracy.accuracy_bar import PROFILE

        is_profile = choice.table == PROFILE
        key = self._wanted = (choice.table, choice.withhold.value, 0 if is_profile else self._version)
        known = self._answers.get(key)
        if known is not None:
            self._show(known)
            return
        catalog, withhold = self._catalog, choice.withhold
        path = self._window.document.path
        # A snapshot: rows are frozen, but the document's list of them is not.
        rows = None if is_profile else tuple(self._window.document.rows)

        def work() -> tuple[Key, tuple[BenchmarkRow, ...], AccuracyAnswer]:
            sample = resource(*_PROFILE)
            judged = read_rows(sample).rows if rows is None else rows
            base = sample.parent if rows is None else None if path is None else path.parent
            answer = answer_accuracy(judged, lambda plan: catalog.resolve(plan, base), withhold)
            return key, judged, answer

        self._background.run(work)

    def _take_answer(self, result: tuple[Key, tuple[BenchmarkRow, ...], AccuracyAnswer]) -> None:
        from gpuplanner.ui.accuracy.accuracy_bar import PROFILE

        key, rows, answer = result
        self._answers[key] = answer
        if key[0] == PROFILE:
            self._profile_rows = rows
        if key == self._wanted:
            self._show(answer)

    def _show(self, answer: AccuracyAnswer) -> None:
        assert self._page is not None
        assert self.export_button is not None
        self._page.set_computing(False)
        self._page.show_answer(answer)
        self.export_button.setEnabled(bool(answer.table.rows))

    def _set_computing(self, computing: bool) -> None:
        if self._page is not None:
            self._page.set_computing(computing)

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, InputError):
            raise error  # the window's own dialog for what nobody expected
        if self._page is not None:
            self._page.messages.show_message(told_error(error), fault=True)

    # Rows and files --------------------------------------------------------------------------

    def _go_to_row(self, row: int) -> None:
        """Select a row of the judged table on the Plan page, where the document has it."""
        from gpuplanner.ui.accuracy.accuracy_bar import PROFILE

        page, rows = self._page, self._window.document.rows
        assert page is not None
        place: int | None = row
        if page.choice.table == PROFILE:
            wanted = self._profile_rows[row]
            place = next((i for i, other in enumerate(rows) if other.plan == wanted.plan), None)
        if place is None or place >= len(rows):
            page.messages.show_message(
                self.tr(
                    "Row {n} is a row of the Qwen profile, which this window does not show. File, Open Qwen "
                    "profile brings it."
                ).format(n=row + 1)
            )
            return
        self._window.show_page("plan")
        self._window.table.select_row(place)

    def _go_to_table(self) -> None:
        self._window.show_page("plan")
        self._window.table.focus_table()

    def _ask_export(self) -> Path | None:
        document = self._window.document
        folder = document.path.parent if document.path is not None else Path.home()
        title = self.tr("Export CSV: one file for each table")
        filters = self.tr("CSV (*.csv)")
        name, _ = QFileDialog.getSaveFileName(self._window, title, str(folder / "accuracy.csv"), filters)
        if not name:
            return None
        path = Path(name)
        # The dialog asked about the name alone, not about the files that are made of it.
        existing = [target.name for target in path.parent.glob(f"{path.stem}-*.csv") if target.is_file()]
        text = self.tr("{names} may be replaced. Go on?").format(names=", ".join(sorted(existing)))
        yes = QMessageBox.StandardButton.Yes
        return path if not existing or QMessageBox.question(self._window, title, text) == yes else None


def table_path(path: Path, table: str) -> Path:
    """Where one table goes: ``accuracy.csv`` → ``accuracy-cells.csv``."""
    return path.with_name(f"{path.stem}-{table}.csv")

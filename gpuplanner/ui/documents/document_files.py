"""Opening and saving a window's document: which format, which questions, which messages."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from gpuplanner.core.errors import InputError
from gpuplanner.data.benchmark_table import BenchmarkTable, collector_paused, spare_the_collector
from gpuplanner.data.plan_file import PlanDocument, read_document, write_document
from gpuplanner.data.recovery import Recovered
from gpuplanner.data.resources import resource
from gpuplanner.data.rows_csv import read_rows, write_rows
from gpuplanner.data.whole_file import is_read_only, size_of
from gpuplanner.ui.background import Background
from gpuplanner.ui.documents.document import Document
from gpuplanner.ui.documents.remembered import Remembered
from gpuplanner.ui.documents.row_counts import RowCounts
from gpuplanner.ui.told import told_error, told_problem

DOCUMENT_SUFFIX = ".gpuplan"
_CSV_SUFFIXES = (".csv",)
_LARGE_BYTES = 2**20
"""A file of this size takes about a tenth of a second to read."""
_MANY_ROWS = 10_000
_PROFILE = ("samples", "qwen-profile.gpuplan")


class Answer(Enum):
    """What to do with changes that are not saved."""

    SAVE = "save"
    DISCARD = "discard"
    CANCEL = "cancel"


class DocumentFiles(QObject):
    """Loads into and saves from one `Document`; problems are told, never raised.

    The three questions are attributes, so that a test can answer them without a dialog.
    """

    message = Signal(str, bool)
    """(text, whether something was not done)."""
    is_reading = Signal(bool)
    """A large file is being read: the document is about to be replaced."""
    not_saved = Signal(str)
    """Why the document's own file could not be written: another name may help."""

    def __init__(self, document: Document, remembered: Remembered, window: QWidget) -> None:
        super().__init__(window)
        self._document = document
        self._remembered = remembered
        self._window = window
        self.about_to_save: Callable[[], None] = lambda: None
        """Called before writing: who keeps plans beside the rows puts them into the document."""
        self.ask_open: Callable[[], Path | None] = self._ask_open
        self.ask_save: Callable[[], Path | None] = self._ask_save
        self.may_write: Callable[[Path], bool] = lambda _path: True
        """Asked before a file is replaced: somebody else may have changed it."""
        self.ask_unsaved: Callable[[], Answer] = self._ask_unsaved
        self.recovered_from: Path | None = None
        """The slot whose work the document holds: it stays until that is saved or given up."""
        self._is_read_only = self._is_open_elsewhere = False
        self._reading = Path()
        self._work = Background(self)
        self._work.done.connect(self._was_read)
        self._work.failed.connect(self._failed)
        document.replaced.connect(self.look_at_rights)
        document.written.connect(self.look_at_rights)

    @property
    def is_read_only(self) -> bool:
        """Whether the document's file, or its folder, may not be written, as last looked at."""
        return self._is_read_only

    @property
    def holds_rows_only(self) -> bool:
        """Whether the document's file has no place for anything but its rows."""
        path = self._document.path
        return path is not None and path.suffix.lower() in _CSV_SUFFIXES

    @property
    def is_open_elsewhere(self) -> bool:
        """Whether another process of the program has the document's file open, as last looked at."""
        return self._is_open_elsewhere

    def set_open_elsewhere(self, on: bool) -> None:
        """Another process has opened or closed the document's file; the title says so."""
        if on != self._is_open_elsewhere:
            self._is_open_elsewhere = on
            self._document.state_changed.emit()

    @property
    def is_busy(self) -> bool:
        """Whether a file is being read whose rows will take the place of the document's."""
        return self._work.is_busy

    @property
    def reading(self) -> Path | None:
        """The file that is being read; None while none is."""
        return self._reading if self._work.is_busy else None

    def look_at_rights(self) -> None:
        """See whether the document's file may be written; the title says where it may not."""
        path = self._document.path
        now = path is not None and is_read_only(path)
        if now != self._is_read_only:
            self._is_read_only = now
            self._document.state_changed.emit()

    def load(self, path: Path) -> bool:
        """Put a file into the document; False when it could not be read (the document stays)."""
        try:
            loaded, counts = _read(path)
        except InputError as error:
            self._not_read(path, error)
            return False
        return self._take(path, loaded, counts)

    def open(self, path: Path) -> None:
        """As `load`, but a large file is read on another thread, and the document takes it later."""
        if size_of(path) < _LARGE_BYTES:
            self.load(path)
            return
        self.message.emit(self.tr("Reading {name}…").format(name=path.name), False)
        self.is_reading.emit(True)
        self._reading = path
        self._work.run(lambda: _read(path))

    def _was_read(self, read: tuple[PlanDocument, RowCounts]) -> None:
        self.is_reading.emit(False)
        self._take(self._reading, *read)

    def _failed(self, error: Exception) -> None:
        self.is_reading.emit(False)
        if not isinstance(error, InputError):
            raise error
        self._not_read(self._reading, error)

    def _not_read(self, path: Path, error: InputError) -> None:
        self._tell(error)
        if not path.exists():
            self._remembered.forget_recent(str(path))

    def _take(self, path: Path, loaded: PlanDocument, counts: RowCounts) -> bool:
        # What would be written back in another form than it was read is saved under a new name.
        is_ours = path.suffix.lower() in (DOCUMENT_SUFFIX, *_CSV_SUFFIXES)
        self._document.take_content(loaded)
        target = path if is_ours else None
        with collector_paused():
            self._document.replace(loaded.table, target, path.name, loaded.corrections, counts)
        self._remembered.add_recent(path)
        self._tell_problems(loaded)
        return True

    def recover(self, left: Recovered) -> bool:
        """Take over what a lost window left behind, as unsaved changes of its file; False: unreadable."""
        try:
            loaded = read_document(left.document)
        except InputError as error:
            self._tell(error)
            return False
        self._document.take_content(loaded)
        self._document.replace(BenchmarkTable(), left.path, left.name, loaded.corrections)
        self._document.take_over(loaded.table, self.tr("recovered changes"))
        self.recovered_from = left.folder
        return True

    def load_profile(self) -> bool:
        """Put the shipped Qwen profile into the document; saving asks for a name."""
        try:
            loaded = read_document(resource(*_PROFILE))
        except InputError as error:
            self._tell(error)
            return False
        self._document.take_content(loaded)
        self._document.replace(loaded.table, None, self.tr("Qwen profile"))
        return True

    def save(self) -> bool:
        """Save to the document's file, asking for one if there is none; False when nothing was saved."""
        path = self._document.path
        return self._write(path) if path is not None else self.save_as()

    def save_as(self) -> bool:
        """Ask for a file and save there."""
        path = self.ask_save()
        return path is not None and self._write(path)

    def may_close(self) -> bool:
        """Whether nothing would be lost, or the user does not mind; saves when that is the answer."""
        if not self._document.is_modified:
            return True
        answer = self.ask_unsaved()
        if answer is Answer.SAVE:
            return self.save()
        return answer is Answer.DISCARD

    def _write(self, path: Path) -> bool:
        if not self.may_write(path):
            return False
        self.about_to_save()
        document = self._document
        try:
            if path.suffix.lower() in _CSV_SUFFIXES:
                write_rows(path, document.table())
            else:
                write_document(path, document.content())
        except InputError as error:
            self.look_at_rights()
            self.not_saved.emit(told_error(error))
            return False
        document.saved(path)
        self._remembered.add_recent(path)
        return True

    def _tell(self, error: InputError) -> None:
        self.message.emit(told_error(error), True)

    def _tell_problems(self, loaded: PlanDocument) -> None:
        problems = [told_problem(problem) for problem in (*loaded.problems, *loaded.table.problems)]
        if not problems:
            return
        shown = problems[:3]
        if len(problems) > len(shown):
            shown.append(self.tr("and {n} more").format(n=len(problems) - len(shown)))
        self.message.emit("\n".join(shown), False)

    def _folder(self) -> str:
        recent = self._remembered.settings.recent_files
        here = self._document.path or (Path(recent[0]) if recent else Path.home() / "x")
        return str(here.parent)

    def _ask_open(self) -> Path | None:
        filters = self.tr("Tables and documents (*.gpuplan *.csv *.tsv);;All files (*)")
        name, _ = QFileDialog.getOpenFileName(self._window, self.tr("Open"), self._folder(), filters)
        return Path(name) if name else None

    def _ask_save(self) -> Path | None:
        document = self.tr("GPU Planner document (*.gpuplan)")
        filters = ";;".join((document, self.tr("CSV (*.csv)")))
        stem = Path(self._document.name).stem or self.tr("Untitled")
        suggested = str(Path(self._folder()) / f"{stem}{DOCUMENT_SUFFIX}")
        name, chosen = QFileDialog.getSaveFileName(self._window, self.tr("Save as"), suggested, filters)
        if not name:
            return None
        path = Path(name)
        if path.suffix.lower() in (DOCUMENT_SUFFIX, *_CSV_SUFFIXES):
            return path
        path = path.with_name(path.name + (DOCUMENT_SUFFIX if chosen == document else _CSV_SUFFIXES[0]))
        return path if not path.exists() or self._may_overwrite(path) else None

    def _may_overwrite(self, path: Path) -> bool:
        # The dialog asked about the name without the suffix, so this file was not asked about.
        text = self.tr("{name} exists. Replace it?").format(name=path.name)
        return QMessageBox.question(self._window, self.tr("Save as"), text) is QMessageBox.StandardButton.Yes

    def _ask_unsaved(self) -> Answer:
        name = self._document.name or self.tr("Untitled")
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setWindowTitle(self.tr("Unsaved changes"))
        box.setText(self.tr("Save the changes to {name}?").format(name=name))
        box.setInformativeText(self.tr("They are lost if they are not saved."))
        button = QMessageBox.StandardButton
        box.setStandardButtons(button.Save | button.Discard | button.Cancel)
        box.setDefaultButton(button.Save)
        answer = box.exec()
        box.deleteLater()
        if answer == button.Save:
            return Answer.SAVE
        return Answer.DISCARD if answer == button.Discard else Answer.CANCEL


def _read(path: Path) -> tuple[PlanDocument, RowCounts]:
    with collector_paused():
        is_document = path.suffix.lower() == DOCUMENT_SUFFIX
        loaded = read_document(path) if is_document else PlanDocument(read_rows(path))
        if len(loaded.table.rows) > _MANY_ROWS:
            spare_the_collector()
        return loaded, RowCounts(loaded.table.rows)

"""Ties the form's data set to the plan: asks for a file, reads it aside, puts its lengths into the setup."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from gpuplanner.core.errors import InputError
from gpuplanner.data.catalog import Catalog
from gpuplanner.data.lengths import DataSet, read_lengths, tokenizer_beside
from gpuplanner.ui.background import Background
from gpuplanner.ui.plan.data_set_words import DataSetWords
from gpuplanner.ui.plan.plan_form import PlanForm
from gpuplanner.ui.plan.planner import Planner
from gpuplanner.ui.told import told_advice


class _Stopped(Exception):
    """The reading is not wanted any more."""


class _Progress(QObject):
    """Carries progress into the window's thread."""

    came = Signal(object, object, object)
    """The reading's path, bytes read, bytes of the file."""


class DataSetLink(QObject):
    """Lives as long as the window.  ``folder`` says what the model's path is relative to."""

    def __init__(
        self,
        planner: Planner,
        form: PlanForm,
        catalog: Catalog,
        folder: Callable[[], Path | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._planner, self._form, self._catalog, self._folder = planner, form, catalog, folder
        self._words = DataSetWords(self)
        self._path = Path()
        self._stop: threading.Event | None = None
        self._progress = _Progress()
        self._progress.came.connect(self._take_progress)
        self._background = Background(self)
        self._background.done.connect(self._take)
        self._background.failed.connect(self._take_failure)
        self._background.is_long.connect(self._take_long)
        self.ask_path: Callable[[], Path | None] = self._ask_path
        """Asks for the file; None: no file after all."""
        form.data_set_button.clicked.connect(self.choose)
        form.data_set.cleared.connect(self.clear)
        form.data_set.packing_edited.connect(self._pack)

    def choose(self) -> None:
        """Ask for a file and read it."""
        path = self.ask_path()
        if path is not None:
            self.read(path)

    def read(self, path: Path) -> None:
        """Read a file; the lengths of the one before stay until it is read."""
        self.stop()
        stop = self._stop = threading.Event()
        self._path = path
        tokenizer = tokenizer_beside(self._catalog.model_path(self._planner.plan.model, self._folder()))
        came = self._progress.came

        def progress(done: int, size: int) -> None:
            if stop.is_set():
                raise _Stopped
            came.emit(path, done, size)

        self._form.data_set.show_notice("")
        self._background.run(partial(read_lengths, path, tokenizer, progress))

    def stop(self) -> None:
        """Give up a reading that still goes on."""
        if self._stop is not None:
            self._stop.set()
            self._stop = None

    def clear(self) -> None:
        """Away with the reading or the message; where there is neither, with the data set."""
        said = self._stop is not None or bool(self._form.data_set.notice)
        self.stop()
        self._form.data_set.show_notice("")
        if not said and self._planner.setup.data_set is not None:
            self._planner.set_data_set(None, self.tr("Plan: no data set"))

    def _pack(self, packing: bool) -> None:
        step = self.tr("Plan: packing on") if packing else self.tr("Plan: packing off")
        self._planner.set_packing(packing, step)

    def _take_long(self, is_long: bool) -> None:
        if is_long and self._stop is not None:
            self._take_progress(self._path, 0, 1)

    def _take_progress(self, path: Path, done: int, size: int) -> None:
        if self._stop is not None and path == self._path:
            self._form.data_set.show_notice(self._words.reading(path.name, done, size))

    def _take(self, data_set: DataSet) -> None:
        if self._stop is None:
            return  # it was given up at the last moment
        self._stop = None
        self._form.data_set.show_notice("")
        self._planner.set_data_set(data_set, self.tr("Plan: data set {name}").format(name=self._path.name))

    def _take_failure(self, error: Exception) -> None:
        if isinstance(error, _Stopped) or self._stop is None:
            return
        self._stop = None
        if not isinstance(error, InputError):
            raise error
        problem = error.problems[0]
        text = self._words.fault(_place(problem.where, self._path), told_advice(problem.what, problem.hint))
        self._form.data_set.show_notice(text, fault=True)

    def _ask_path(self) -> Path | None:
        chosen, _ = QFileDialog.getOpenFileName(
            self._form,
            self.tr("Choose a data set"),
            "",
            self.tr("JSON lines (*.jsonl *.json *.ndjson);;All files (*)"),
        )
        return Path(chosen) if chosen else None


def _place(where: str, path: Path) -> str:
    """The file's name instead of its path, which has no room in the form; a line's number stays."""
    return where.replace(str(path), path.name) if str(path) in where else path.name

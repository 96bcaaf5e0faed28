"""Recordings of one window: started, marked and stopped; opened again, and one compared with another."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from gpuplanner.core.errors import InputError
from gpuplanner.monitor.recording import Recorder, Recording, read_recording
from gpuplanner.ui.monitor.monitor_source import MonitorSource
from gpuplanner.ui.told import told, told_error


class MonitorRecordings(QObject):
    """Owns the recorder of a window, and the recordings that its page shows.

    The questions are attributes, so that a test can answer them without a dialog.
    """

    changed = Signal()
    """A recording began, ended, was opened or closed."""
    message = Signal(str, bool)
    """(text, whether something was not done)."""
    _was_read = Signal(object, object, bool)
    """Recording or None, InputError or None, whether it is to be compared."""

    def __init__(self, source: MonitorSource, name: str, window: QWidget) -> None:
        super().__init__(window)
        self._source, self._name, self._window = source, name, window
        self._recorder: Recorder | None = None
        self._started_s = 0.0
        self.opened: Recording | None = None
        """Shown instead of the live cards."""
        self.under: Recording | None = None
        """Laid under it."""
        self.is_reading = False
        """A file is being read, in a thread of its own."""
        self.ask_save: Callable[[str, str], Path | None] = self._ask_save
        self.ask_open: Callable[[str], Path | None] = self._ask_open
        self._was_read.connect(self._take, Qt.ConnectionType.QueuedConnection)

    @property
    def is_recording(self) -> bool:
        """Whether samples are being written."""
        return self._recorder is not None

    @property
    def path(self) -> Path | None:
        """Where they go."""
        return None if self._recorder is None else self._recorder.path

    @property
    def n_samples(self) -> int:
        """How many are written."""
        return 0 if self._recorder is None else self._recorder.n_samples

    @property
    def running_s(self) -> float:
        """How long it has run."""
        return time.monotonic() - self._started_s

    def toggle(self) -> None:
        """Start, after asking where to, or stop."""
        if self.is_recording:
            self.stop()
            return
        name = f"gpus-{datetime.now():%Y-%m-%d-%H%M}.csv"
        path = self.ask_save(name, self.tr("Recordings (*.csv)"))
        if path is not None:
            self.start(path)

    def start(self, path: Path) -> None:
        """Write every sample to a file from now on."""
        try:
            recorder = Recorder(path)
        except InputError as error:
            self.message.emit(told_error(error), True)
            return
        self._recorder, self._started_s = recorder, time.monotonic()
        self._source.sampler.add_sink(recorder.write)
        self._source.wake(self._name)
        self.changed.emit()

    def stop(self) -> None:
        """Finish the file."""
        recorder, self._recorder = self._recorder, None
        if recorder is None:
            return
        self._source.sampler.remove_sink(recorder.write)
        self._source.rest(self._name)
        recorder.close()
        if not recorder.problem:
            words = self.tr("{n} samples are in {path}.")
            self.message.emit(words.format(n=f"{recorder.n_samples:,}", path=recorder.path), False)
        else:
            words = self.tr("{path}: {problem}. It keeps {n} samples.")
            text = words.format(
                path=recorder.path, problem=told(recorder.problem), n=f"{recorder.n_samples:,}"
            )
            self.message.emit(text, True)
        self.changed.emit()

    def check(self) -> None:
        """See whether the disk is full; called now and then."""
        if self._recorder is not None and self._recorder.problem:
            self.stop()

    def mark(self) -> str:
        """Mark this moment in plots and recording; returns the mark's text."""
        text = self.tr("mark {n}").format(n=len(self._source.history.marks) + 1)
        now_s = time.monotonic()
        self._source.history.mark(text, now_s)
        if self._recorder is not None:
            self._recorder.mark(text, now_s, time.time())
        return text

    def open(self) -> None:
        """Ask for a recording and show it."""
        path = self.ask_open(self.tr("Recordings (*.csv)"))
        if path is not None:
            self.read(path, compare=False)

    def compare(self) -> None:
        """Ask for another recording and lay it under the one that is shown."""
        path = self.ask_open(self.tr("Recordings (*.csv)"))
        if path is not None:
            self.read(path, compare=True)

    def read(self, path: Path, *, compare: bool) -> None:
        """Read a file in a thread: a day of eight cards takes a while."""
        self.is_reading = True
        self.changed.emit()

        def work() -> None:
            try:
                self._was_read.emit(read_recording(path), None, compare)
            except InputError as error:
                self._was_read.emit(None, error, compare)

        threading.Thread(target=work, name="recording reader", daemon=True).start()

    def show(self, recording: Recording) -> None:
        """Show a recording that is in no file of its own."""
        self._take(recording, None, False)

    def close(self) -> None:
        """Back to the live cards."""
        self.opened = self.under = None
        self.changed.emit()

    def _take(self, recording: Recording | None, error: InputError | None, compare: bool) -> None:
        self.is_reading = False
        if recording is None:
            self.message.emit(told_error(error), True)
        elif not recording.cards:
            words = self.tr("{path} holds no sample of a card; choose another recording.")
            self.message.emit(words.format(path=recording.path), True)
        elif compare and self.opened is not None:
            self.under = recording
        else:
            self.opened, self.under = recording, None
        self.changed.emit()

    def _ask_save(self, name: str, kinds: str) -> Path | None:
        text, _ = QFileDialog.getSaveFileName(self._window, self.tr("Save as"), name, kinds)
        return Path(text) if text else None

    def _ask_open(self, kinds: str) -> Path | None:
        text, _ = QFileDialog.getOpenFileName(self._window, self.tr("Open a recording"), "", kinds)
        return Path(text) if text else None

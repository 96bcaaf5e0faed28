"""Recordings in the document: kept from their CSV file as one step, and shown again on the Monitor page."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMenu

from gpuplanner.core.errors import InputError
from gpuplanner.core.recording_record import RecordingRecord
from gpuplanner.monitor.recording import Recording, read_record, recording_of
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.told import told_error


class ShowsRecordings(Protocol):
    """What is needed of the Monitor page's recordings."""

    def show(self, recording: Recording) -> None:
        """Show a recording instead of the live cards."""


class RecordingsLink(QObject):
    """Adds two entries to the Monitor menu of a window."""

    _was_read = Signal(object, object)
    """RecordingRecord or None, InputError or None."""

    def __init__(self, window: MainWindow, find: Callable[[], ShowsRecordings | None]) -> None:
        super().__init__(window)
        self._window, self._find = window, find
        self.ask_file: Callable[[], Path | None] = self._ask_file
        """Answered by a test without a dialog."""
        menu = window.menus.menu("monitor", self.tr("&Monitor"))
        menu.addSeparator()
        window.menus.maker.add(menu, self.tr("&Keep a recording in the document…"), self.keep)
        self.list = QMenu(self.tr("Recordings of this document"), window)
        self.list.aboutToShow.connect(self.fill)
        menu.addMenu(self.list)
        self._was_read.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def keep(self) -> None:
        """Ask for a recording's file and keep what is in it."""
        path = self.ask_file()
        if path is None:
            return

        def work() -> None:
            # In a thread: a long recording takes a second or two.
            try:
                self._was_read.emit(read_record(path), None)
            except (InputError, OSError) as error:
                self._was_read.emit(None, error)

        threading.Thread(target=work, name="recording keeper", daemon=True).start()

    def fill(self) -> None:
        """List the document's recordings."""
        self.list.clear()
        for record in self._window.document.recordings:
            words = self.tr("{name} · {date}, {n} lines").format(
                name=record.name, date=record.date[:16].replace("T", " "), n=f"{len(record.lines):,}"
            )
            action = self.list.addAction(words.replace("&", "&&"))
            action.triggered.connect(partial(self.show, record))
        if self.list.isEmpty():
            self.list.addAction(self.tr("None yet")).setEnabled(False)

    def show(self, record: RecordingRecord, _checked: bool = False) -> None:
        """Show a recording on the Monitor page."""
        shows = self._find()
        if shows is None:
            return
        try:
            recording = recording_of(record)
        except InputError as error:
            self._tell(told_error(error), fault=True)
            return
        self._window.show_page("monitor")
        shows.show(recording)

    def _take(self, record: RecordingRecord | None, error: Exception | None) -> None:
        if record is None:
            self._tell(told_error(error), fault=True)
            return
        self._window.document.keep_recording(
            record, self.tr("keep the recording {name}").format(name=record.name)
        )
        self._tell(
            self.tr("The recording {name} is in the document now, with {n} lines.").format(
                name=record.name, n=f"{len(record.lines):,}"
            )
        )

    def _tell(self, text: str, *, fault: bool = False) -> None:
        self._window.table.messages.show_message(text, fault=fault)

    def _ask_file(self) -> Path | None:
        kinds = self.tr("Recordings (*.csv)")
        text, _ = QFileDialog.getOpenFileName(self._window, self.tr("Keep a recording"), "", kinds)
        return Path(text) if text else None

"""Makes a training environment for trials: a window with a folder, a source, a bar and pip's own lines."""

from __future__ import annotations

import queue
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gpuplanner.core.errors import InputError
from gpuplanner.core.units import GIB, signed
from gpuplanner.trial.environment_make import MakeEnd, MakeStatus, make_environment, needed_bytes
from gpuplanner.trial.environment_place import default_folder
from gpuplanner.trial.pip_output import MakeEvent
from gpuplanner.ui.plan.form_editors import ElidedEdit
from gpuplanner.ui.theme import SEMIBOLD, TABLE, TEXT, TITLE, Theme
from gpuplanner.ui.told import told, told_problem
from gpuplanner.ui.trial.trial_lists import ThinBar
from gpuplanner.ui.trial.trial_log import TrialLog
from gpuplanner.ui.widgets.buttons import button
from gpuplanner.ui.widgets.controls import CONTROL_HEIGHT

_FETCH_MS = 100
MB = 10**6


class Making(Protocol):
    """What is under way; `gpuplanner.trial.environment_make.Making` is one."""

    def cancel(self) -> None:
        """End it; the end is told all the same."""


Make = Callable[[Path, Path | None, Callable[[MakeEvent | MakeEnd], None]], Making]


class EnvironmentMaker(QObject):
    """Fetches in the GUI thread what the making tells in its own."""

    told = Signal(object)
    """list[MakeEvent]."""
    ended = Signal(object)
    """MakeEnd."""

    def __init__(self, make: Make = make_environment, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._make = make
        self._queue: queue.SimpleQueue[MakeEvent | MakeEnd] = queue.SimpleQueue()
        self._making: Making | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_FETCH_MS)
        self._timer.timeout.connect(self._fetch)

    @property
    def is_running(self) -> bool:
        """Whether one is being made."""
        return self._making is not None

    def start(self, folder: Path, source: Path | None) -> None:
        """Begin; raises InputError when folder or wheels cannot be used."""
        self._making = self._make(folder, source, self._queue.put)
        self._timer.start()

    def cancel(self) -> None:
        """End it and take away what is there."""
        if self._making is not None:
            self._making.cancel()

    def _fetch(self) -> None:
        events: list[MakeEvent] = []
        end: MakeEnd | None = None
        while not self._queue.empty():
            event = self._queue.get_nowait()
            if isinstance(event, MakeEnd):
                end = event
            else:
                events.append(event)
        if events:
            self.told.emit(events)
        if end is not None:
            self._timer.stop()
            self._making = None
            self.ended.emit(end)


class EnvironmentDialog(QDialog):
    """Not modal: planning goes on while pip works.  ``made`` has the new Python."""

    made = Signal(str)

    def __init__(self, theme: Theme, maker: EnvironmentMaker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._maker = theme, maker
        maker.setParent(self)
        self._closing = False
        self._fetched: set[str] = set()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Make an environment for trials"))
        self.folder, self.source = ElidedEdit(str(default_folder())), ElidedEdit()
        self.source.setPlaceholderText(self.tr("as pip is set up on this computer"))
        self.source.setToolTip(self.tr("A folder of wheels, for a computer without network"))
        self.needs, self.state = QLabel(), QLabel()
        self.bar, self.log = ThinBar(theme), TrialLog(theme)
        self.log.editor.setAccessibleName(self.tr("Output of pip"))
        self.log.editor.setPlaceholderText("")
        self.make, self.leave = button(theme, self.tr("Make"), primary=True), button(theme, self.tr("Close"))
        self.source.textChanged.connect(self._say_needs)
        self.make.clicked.connect(self._start)
        self.leave.clicked.connect(self._leave)
        maker.told.connect(self._told)
        maker.ended.connect(self._ended)
        self._lay_out()
        self._say_needs()
        self.bar.show_fraction(None)

    def reject(self) -> None:
        """Escape and the frame's cross: what is half made is taken away first, then the window closes."""
        if self._maker.is_running:
            self._closing = True
            self._maker.cancel()
            self.state.setText(self.tr("Cancelling …"))
            return
        super().reject()

    def _leave(self) -> None:
        if self._maker.is_running:
            self._maker.cancel()
            self.state.setText(self.tr("Cancelling …"))
        else:
            super().reject()

    def _start(self) -> None:
        source = self.source.text().strip()
        try:
            folder = Path(self.folder.text().strip()).expanduser()
            self._maker.start(folder, Path(source).expanduser() if source else None)
        except InputError as error:
            self._say(told_problem(error.problems[0]), fault=True)
            return
        self._say(self.tr("Getting ready …"))
        self.log.clear()
        self.bar.show_fraction(0.0)
        self._set_running(True)

    def _told(self, events: list[MakeEvent]) -> None:
        self.log.add([event.text for event in events if event.text])
        last = events[-1]
        self._say(told(last.text) + _bytes_of(last))
        self._fetched |= {event.package for event in events if event.phase == "download" and event.package}
        self.bar.show_fraction(max(share_done(last, len(self._fetched)), self.bar.fraction or 0.0))

    def _ended(self, end: MakeEnd) -> None:
        self._set_running(False)
        if self._closing:
            super().reject()
            return
        if end.status is MakeStatus.OK:
            self.bar.show_fraction(1.0)
            self._say(self.tr("Made. Trials run on it from now on."))
            self.make.hide()
            self.made.emit(end.python)
            return
        self.bar.show_fraction(None)
        cancelled = end.status is MakeStatus.CANCELLED
        self._say(
            self.tr("Cancelled; nothing is left of it.") if cancelled else told(end.message),
            fault=not cancelled,
        )

    def _set_running(self, running: bool) -> None:
        for widget in (self.folder, self.source, self.make, *self._browse):
            widget.setEnabled(not running)
        self.leave.setText(self.tr("Cancel") if running else self.tr("Close"))

    def _say(self, text: str, *, fault: bool = False) -> None:
        tokens = self._theme.tokens
        self.state.setText(text)
        self.state.setStyleSheet(f"color: {tokens.no if fault else tokens.ink}")

    def _say_needs(self) -> None:
        source = self.source.text().strip()
        folder = Path(source).expanduser() if source else None
        try:
            size = needed_bytes(folder)
        except OSError:
            size = 0
        text = self.tr("Takes about {n} GiB of the disk, and minutes to an hour.")
        self.needs.setText(text.format(n=signed(size / GIB, 0 if size >= GIB else 1, plus=False)))

    def _lay_out(self) -> None:
        px, font = self._theme.px, self._theme.font
        title = QLabel(self.windowTitle())
        title.setFont(font(TITLE, SEMIBOLD))
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        self._browse: list[QPushButton] = []
        fields = ((self.tr("Folder"), self.folder), (self.tr("Wheels"), self.source))
        for row, (name, edit) in enumerate(fields):
            label = QLabel(name)
            label.setBuddy(edit)
            label.setFont(font(TABLE))
            edit.setFont(font(TABLE))
            edit.setFixedHeight(px(CONTROL_HEIGHT))
            edit.setAccessibleName(name)
            browse = button(self._theme, "", icon="folder")
            browse.setFixedSize(px(30), px(CONTROL_HEIGHT))
            browse.setAccessibleName(self.tr("Choose: {name}").format(name=name))
            browse.clicked.connect(lambda _checked=False, edit=edit: self._pick(edit))
            self._browse.append(browse)
            for column, widget in enumerate((label, edit, browse)):
                grid.addWidget(widget, row, column)
        for label in (self.needs, self.state):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setFont(font(TABLE if label is self.needs else TEXT))
        self.needs.setStyleSheet(f"color: {self._theme.tokens.text2}")
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.leave)
        foot.addWidget(self.make)
        column_ = QVBoxLayout(self)
        column_.setContentsMargins(px(24), px(20), px(24), px(16))
        column_.setSpacing(px(10))
        column_.addWidget(title)
        column_.addLayout(grid)
        for widget in (self.needs, self.state, self.bar):
            column_.addWidget(widget)
        column_.addWidget(self.log, 1)
        column_.addLayout(foot)
        self.resize(px(620), px(420))

    def _pick(self, edit: QLineEdit) -> None:
        dialog = QFileDialog(self, self.tr("Folder"), edit.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(edit.setText)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def share_done(event: MakeEvent, n_fetched: int) -> float:
    """The share that is done.  How many packages will be fetched, pip does not say beforehand: each one takes
    a twentieth of what is left of the fetching, which is 70 % of the whole."""
    if event.phase == "check":
        return 0.97
    if event.phase == "install":
        return 0.7 + (0.25 * (event.n_done or 0) / event.n_total if event.n_total else 0.0)
    return 0.02 if event.phase == "prepare" else 0.7 * (1 - 0.95 ** (n_fetched + 1))


def _bytes_of(event: MakeEvent) -> str:
    if not event.done_bytes or not event.total_bytes:
        return ""
    return f"  {event.done_bytes / MB:,.0f} / {event.total_bytes / MB:,.0f} MB"

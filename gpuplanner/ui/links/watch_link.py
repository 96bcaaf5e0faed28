"""Watch a process, from the menu to the row: choosing it, the bar while it runs, the summary at its end."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMessageBox, QVBoxLayout

from gpuplanner.core.errors import InputError
from gpuplanner.core.gpu import Gpu
from gpuplanner.monitor.watch import WatchSummary
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.monitor.monitor_source import MonitorSource
from gpuplanner.ui.plan.planner import Planner
from gpuplanner.ui.told import told_advice
from gpuplanner.ui.watch.watch_bar import WatchBar
from gpuplanner.ui.watch.watch_dialog import WatchDialog
from gpuplanner.ui.watch.watch_row import row_of_watch
from gpuplanner.ui.watch.watch_run import WatchRun
from gpuplanner.ui.watch.watch_words import WatchWords
from gpuplanner.ui.wording import Wording


class KnowsGpus(Protocol):
    """What is needed of the catalogue."""

    def gpu(self, name: str) -> Gpu:
        """A card by name; raises InputError."""


class WatchLink(QObject):
    """Watches at most one job for a window."""

    def __init__(
        self,
        window: MainWindow,
        planner: Planner,
        wording: Wording,
        catalog: KnowsGpus,
        source: MonitorSource,
    ) -> None:
        super().__init__(window)
        self._window, self._planner, self._catalog, self._source = window, planner, catalog, source
        self._words, self._wording = WatchWords(wording, self), wording
        self.run: WatchRun | None = None
        """The watch that is under way."""
        self.bar = WatchBar(window.theme)
        self.bar.stop_requested.connect(self.stop)
        layout = window.ground.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(1, self.bar)
        menu = window.menus.menu("monitor", self.tr("&Monitor"))
        self._action = window.menus.maker.add(menu, self.tr("&Watch a process…"), self.choose)
        window.closed.connect(self._close)
        window.is_busy.append(lambda: self.run is not None)

    def choose(self) -> WatchDialog:
        """Let the user choose the process."""
        dialog = WatchDialog(self._window.theme, self._wording.unit.value, self._window)
        presence = self._source.listen(dialog, f"watching:{id(dialog)}")

        def show() -> None:
            dialog.show_processes(self._words.listed(self._source.sample))

        self._source.refreshed.connect(show)
        presence.changed.connect(lambda _shown: show())
        dialog.finished.connect(lambda _result: self._source.refreshed.disconnect(show))
        dialog.chosen.connect(self.watch)
        show()
        dialog.open()
        return dialog

    def watch(self, pid: int) -> None:
        """Watch a process from now on; another one that is watched is summed up first."""
        self.stop()
        try:
            self.run = WatchRun(self._source, pid, parent=self)
        except InputError as error:
            problem = error.problems[0]
            self._window.table.messages.show_message(told_advice(problem.what, problem.hint), fault=True)
            return
        self.run.progressed.connect(self._say)
        self.run.finished.connect(self._finished)
        self._say()

    def stop(self) -> None:
        """Watch no more; the job goes on."""
        if self.run is not None:
            self.run.stop()

    def _say(self) -> None:
        run = self.run
        if run is not None:
            text = self._words.progress(run.short_name, run.pid, run.held(), run.elapsed_s)
            self.bar.say(text, run.name)

    def _finished(self, summary: WatchSummary) -> None:
        run, self.run = self.run, None
        self.bar.hide()
        if run is not None:
            self.show_summary(run.short_name, summary)
            run.deleteLater()

    def show_summary(self, name: str, summary: WatchSummary) -> QMessageBox:
        """Say what the job took, and offer the row."""
        answer = self._planner.outcome.answer
        predicted = None if answer is None else answer.estimate
        head, text = self._words.summary(name, summary, predicted)
        box = QMessageBox(self._window)
        box.setWindowTitle(self.tr("Watched job"))
        box.setText(head)
        box.setInformativeText(text)
        box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        box.setWindowModality(Qt.WindowModality.NonModal)  # the plan can be set right before the row is added
        if summary.cards:
            add = box.addButton(self.tr("Add as row"), QMessageBox.ButtonRole.AcceptRole)
            add.setToolTip(self.tr("With the plan that the window shows: set it to what the job trains."))
            add.clicked.connect(lambda: self.add_row(summary))
        box.addButton(self.tr("Close"), QMessageBox.ButtonRole.RejectRole)
        box.finished.connect(box.deleteLater)
        box.show()
        return box

    def add_row(self, summary: WatchSummary) -> None:
        """Add the job as a row of the plan that the window shows, as one step."""
        name = summary.cards[0].facts.name if summary.cards else ""
        try:
            gpu = self._catalog.gpu(name).name
        except InputError:
            gpu = ""
        row = row_of_watch(self._window.plan_source(), summary, gpu=gpu, date=date.today().isoformat())
        if row is not None:
            document = self._window.document
            document.insert_rows(len(document.rows), [row], self.tr("add the watched job"))
            self._window.table.select_row(len(document.rows) - 1)

    def _close(self) -> None:
        if self.run is not None:
            self.run.finished.disconnect(self._finished)
            self.run.stop()
            self.run = None

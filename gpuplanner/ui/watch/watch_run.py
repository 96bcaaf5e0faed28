"""Watches the user's own job through the sampler: its process tree's memory, the cards' power, time."""

from __future__ import annotations

import threading
import time

from PySide6.QtCore import QObject, QTimer, Signal

from gpuplanner.core.errors import InputError
from gpuplanner.monitor.processes import Attached, ProcessTable
from gpuplanner.monitor.readings import number
from gpuplanner.monitor.samples import Sample
from gpuplanner.monitor.watch import Watch, WatchSummary
from gpuplanner.ui.monitor.monitor_source import REFRESH_MS, MonitorSource
from gpuplanner.ui.strip.fit_now import program


class WatchRun(QObject):
    """One watched process and its children, from now to its end or to `stop`, which does not end it.

    Raises:
        InputError: there is no such process.
    """

    progressed = Signal()
    """Twice a second."""
    finished = Signal(object)
    """WatchSummary; once."""

    def __init__(
        self, source: MonitorSource, pid: int, name: str = "", parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        table = ProcessTable()
        self._process = Attached(pid, table)
        if not self._process.runs():
            raise InputError.of(f"there is no process {pid}", "", "see ps or nvidia-smi for its number")
        self.pid = pid
        self.name = name or table.words(pid).command or f"PID {pid}"
        """Its command."""
        self.short_name = program(self.name)
        """Its program, and the script of an interpreter."""
        self._source, self._listener = source, f"watch:{id(self)}"
        self._watch = Watch()
        self._lock = threading.Lock()
        self._is_done = False
        self._begin_s = time.monotonic()
        source.sampler.follow(pid)
        source.sampler.add_sink(self._see)
        source.wake(self._listener)
        source.history.mark(self.tr("watching {name}").format(name=self.short_name))
        self._timer = QTimer(self)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    @property
    def elapsed_s(self) -> float:
        """Since watching began."""
        return time.monotonic() - self._begin_s

    def held(self) -> tuple[tuple[int, float | None, float | None], ...]:
        """(card's index, bytes, watts) of each card that the job uses; None where the driver does not say."""
        sample = self._source.sample
        found = []
        for card in () if sample is None else sample.cards:
            processes = card.processes if isinstance(card.processes, tuple) else ()
            if any(process.followed for process in processes):
                size, watts = number(card["followed_bytes"]), number(card["power_watts"])
                found.append((card.facts.index, size, watts))
        return tuple(found)

    def stop(self) -> None:
        """Watch no more; the job goes on."""
        with self._lock:
            if self._is_done:
                return
            self._is_done = True
        self._timer.stop()
        source = self._source
        source.sampler.remove_sink(self._see)
        source.sampler.unfollow(self.pid)
        source.rest(self._listener)
        self.finished.emit(self.summary())

    def summary(self) -> WatchSummary:
        """What was seen so far."""
        with self._lock:
            return self._watch.summary(self.elapsed_s)

    def _see(self, sample: Sample) -> None:
        """Called in the sampler's thread."""
        with self._lock:
            if not self._is_done:
                self._watch.see(sample)

    def _look(self) -> None:
        if self._process.runs():
            self.progressed.emit()
        else:
            self.stop()

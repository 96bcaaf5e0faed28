"""The trials of one start, one after another, and what NVML says of each worker's process meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from gpuplanner.core.trial import TrialKind, TrialStatus
from gpuplanner.core.trial_events import EndEvent
from gpuplanner.data.catalog import Catalog
from gpuplanner.monitor.readings import Missing
from gpuplanner.ui.monitor.monitor_source import MonitorSource
from gpuplanner.ui.trial.trial_bridge import TrialBridge, TrialDesk
from gpuplanner.ui.trial.trial_jobs import Done, Job, done_with
from gpuplanner.ui.trial.trial_where import Place

_RATE_HZ = 10.0
"""While a trial runs on a card of this computer: its steps are short, and so are its peaks."""
_GOES_ON_AFTER = (TrialStatus.OK, TrialStatus.OOM)
"""A length that did not fit says nothing about a shorter one."""


class TrialSeries(QObject):
    """Runs jobs on the program's desk; at most one series runs in the program."""

    job_started = Signal()
    advanced = Signal()
    log_grew = Signal(object)
    """list[str]."""
    job_ended = Signal(object)
    """Done."""
    ended = Signal()
    """After the last job; all of them are in ``done``."""

    def __init__(
        self, desk: TrialDesk, monitor: Callable[[], MonitorSource], catalog: Catalog, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._desk, self._monitor, self._catalog = desk, monitor, catalog
        self.done: list[Done] = []
        self.waiting: list[Job] = []
        self.device_course: list[tuple[float, float]] = []
        """(second, bytes): what NVML shows for the worker's process, of several cards on the fullest."""
        self.bridge: TrialBridge | None = None
        self.job: Job | None = None
        self.place = Place()
        self._where = ""
        self._followed: int | None = None
        self._seen = 0
        """Number of the last sample that was taken."""
        self._cards: set[str] = set()
        """UUIDs of the cards of this computer that the job under way takes."""

    def start(self, jobs: Sequence[Job], place: Place, where: str) -> None:
        """Run these jobs at a place, whose Python is named; ``where`` names the window for others."""
        self.done, self.waiting = [], list(jobs)
        self.place, self._where = place, where
        self._next()

    def stop(self) -> None:
        """Ask the job under way to end, and drop those that wait."""
        self.waiting.clear()
        if self.bridge is not None:
            self.bridge.stop()

    def kill(self) -> None:
        """End the job under way now."""
        self.waiting.clear()
        if self.bridge is not None:
            self.bridge.kill()

    def _next(self) -> None:
        job = self.waiting.pop(0)
        self.job, self.device_course = job, []
        is_card = job.spec.kind is TrialKind.TRIAL and bool(self.place.cards)
        self._cards = {card.uuid for card in self.place.cards} if is_card else set()
        expected = job.estimate.step.seconds if self.place.on_card else None
        self.bridge = self._desk.start(self, self._where, job.spec, self.place.at, expected)
        self.bridge.advanced.connect(self._advanced)
        self.bridge.log_grew.connect(self.log_grew)
        self.bridge.ended.connect(self._ended)
        self._monitor().wake(self._listener)
        self._monitor().want_rate(self._listener, _RATE_HZ if self._cards else None)
        self.job_started.emit()

    @property
    def _listener(self) -> str:
        return f"trial:{id(self)}"

    def _advanced(self) -> None:
        assert self.bridge is not None
        pid = self.bridge.pid
        if pid is not None and self._followed is None and self._cards:
            self._followed = pid
            self._monitor().sampler.follow(pid)
        self._take_device_bytes(self.bridge)
        self.advanced.emit()

    def _take_device_bytes(self, bridge: TrialBridge) -> None:
        sample = self._monitor().sample if self._cards else None
        if sample is None or sample.number == self._seen:
            return
        self._seen = sample.number
        found = [card["followed_bytes"] for card in sample.cards if card.uuid in self._cards]
        sizes = [float(size) for size in found if not isinstance(size, Missing)]
        at_s = bridge.second_of(sample.monotonic_s)
        if sizes and at_s >= 0:
            self.device_course.append((at_s, max(sizes)))

    def _ended(self, end: EndEvent) -> None:
        assert self.bridge is not None
        assert self.job is not None
        if self._followed is not None:
            self._monitor().sampler.unfollow(self._followed)
            self._followed = None
        self._monitor().want_rate(self._listener, None)
        self._monitor().rest(self._listener)
        done = done_with(self.job, self.bridge.heard, end, self._catalog)
        self.done.append(done)
        self.job_ended.emit(done)
        if self.waiting and end.status in _GOES_ON_AFTER:
            self._next()
            return
        self.waiting.clear()
        self.ended.emit()

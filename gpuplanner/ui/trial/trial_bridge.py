"""Between a trial's threads and the window: what the backend tells is fetched here, in the GUI thread.

The backend's threads only append to a queue, so no signal crosses threads and nothing that a worker does can
reach a widget that is gone.  A timer fetches at most ten times a second, a few milliseconds of work at a
time: 100,000 lines are taken in small bites.
"""

from __future__ import annotations

import gc
import time
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from gpuplanner.core.trial import TrialSpec
from gpuplanner.core.trial_events import EndEvent, LogEvent, PhaseEvent, StepEvent, TrialEvent
from gpuplanner.core.units import GIB, seconds, signed
from gpuplanner.report.trial_charts import readable_unit
from gpuplanner.trial.backend import Backend, Running
from gpuplanner.trial.place import TrialPlace
from gpuplanner.trial.progress import HeardTrial
from gpuplanner.ui.soon import soon

FETCH_MS = 100
BITE_S = 0.004
"""Longest time that one look at the queue may take."""
_BITE_MS = 10
"""Pause between two bites of a backlog."""
_MOST_LOG_LINES = 60
"""That a tenth of a second passes on; a log that grows faster is not read by anybody."""
_BACKLOG = 300
"""Events that may wait to be fetched before whoever tells more is slowed down."""
_BACKLOG_PAUSE_S = 0.002


class TrialBridge(QObject):
    """One trial under way, until `ended`; what was heard can be read as long as somebody keeps this."""

    advanced = Signal()
    """Something was heard, or a tenth of a second went by."""
    log_grew = Signal(object)
    """list[str]: new lines for the log."""
    ended = Signal(object)
    """EndEvent, exactly once; the process is gone then."""

    def __init__(
        self,
        spec: TrialSpec,
        backend: Backend,
        expected_step_s: float | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.heard = HeardTrial(spec, expected_step_s)
        self._queue: deque[tuple[float, TrialEvent]] = deque()
        self._log_number = 0
        self._said: deque[PhaseEvent | StepEvent | LogEvent] = deque(maxlen=_MOST_LOG_LINES)
        self._n_said = 0
        self._told_s = 0.0
        self._began_s = time.monotonic()
        self._timer = QTimer(self)
        self._timer.setInterval(FETCH_MS)
        self._timer.timeout.connect(self._fetch)
        # What lives now lives on: the collector need not look through all of it, a tenth of a second long,
        # because a worker sends many events.
        gc.freeze()
        self._running: Running = backend.start(spec, _teller(self._queue))
        self._timer.start()

    @property
    def is_over(self) -> bool:
        """Whether the end has come."""
        return self.heard.end is not None

    @property
    def pid(self) -> int | None:
        """The worker's process, once it is there."""
        return self._running.pid

    def now_s(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._began_s

    def second_of(self, monotonic_s: float) -> float:
        """A moment of `time.monotonic` as seconds since the start."""
        return monotonic_s - self._began_s

    def stop(self) -> None:
        """Ask it to end; the end comes within about two seconds."""
        self._running.stop()

    def kill(self) -> None:
        """End it now; the end comes all the same."""
        self._running.close()

    def _fetch(self) -> None:
        is_flooded = len(self._queue) > _BACKLOG / 3
        end = self._take()
        now_s = time.monotonic()
        if end is not None or now_s - self._told_s >= 0.9 * FETCH_MS / 1000:
            self._told_s = now_s
            self._tell_log()
            self.advanced.emit()
        self._timer.setInterval(_BITE_MS if is_flooded or self._queue else FETCH_MS)
        if end is not None:
            self._timer.stop()
            gc.unfreeze()
            # In a turn of its own: whoever keeps the rows has enough to do in it.
            soon(self, lambda: self.ended.emit(end))

    def _take(self) -> EndEvent | None:
        """Take what has come, for a few milliseconds; what the log will say of it is told later."""
        until = time.monotonic() + BITE_S
        while self._queue:
            for _ in range(min(len(self._queue), 50)):
                at, event = self._queue.popleft()
                self.heard.take(event, at - self._began_s)
                if isinstance(event, EndEvent):
                    return event
                self._n_said += 1
                self._said.append(event)
            if time.monotonic() > until:
                break
        return None

    def _tell_log(self) -> None:
        """New lines for the log; of a flood the last ones, for nobody reads more."""
        printed = self._running.log_after(self._log_number)
        left_out = self._n_said - len(self._said)
        if printed:
            left_out += printed[0][0] - self._log_number - 1
            self._log_number = printed[-1][0]
        lines = [self._line(event) for event in self._said] + [text for _, text in printed]
        self._said.clear()
        self._n_said = 0
        if left_out:
            lines.insert(0, self.tr("… {n} lines left out").format(n=f"{left_out:,}"))
        if lines:
            self.log_grew.emit(lines)

    def _line(self, event: PhaseEvent | StepEvent | LogEvent) -> str:
        """What the log says of an event."""
        if isinstance(event, LogEvent):
            return event.text
        if isinstance(event, PhaseEvent):
            return event.name
        texts = [self.tr("step {n}").format(n=event.index), f"{seconds(event.seconds)} s"]
        if event.loss is not None:
            texts.append(self.tr("loss {n}").format(n=f"{event.loss:.4g}"))
        sizes = (
            (self.tr("allocated"), event.allocated_bytes),
            (self.tr("reserved"), event.reserved_bytes),
            (self.tr("device"), event.device_bytes),
        )
        for name, size in sizes:
            if size is not None:
                unit, unit_bytes = readable_unit(size, "GiB", GIB)
                texts.append(f"{name} {signed(size / unit_bytes, 2, plus=False)} {unit}")
        return "  ".join(texts)


def _teller(queue: deque[tuple[float, TrialEvent]]) -> Callable[[TrialEvent], None]:
    """Takes events in the backend's threads.  It knows the queue alone, so it may outlive the window."""

    def tell(event: TrialEvent) -> None:
        queue.append((time.monotonic(), event))
        if len(queue) > _BACKLOG and not isinstance(event, EndEvent):
            # A worker that floods waits for its reader, and Python's lock is free for the window meanwhile.
            time.sleep(_BACKLOG_PAUSE_S)

    return tell


class TrialDesk(QObject):
    """Lets one trial run at a time in the whole program, and says where."""

    changed = Signal()
    """A trial began or ended."""

    def __init__(self, backend_of: Callable[[TrialPlace], Backend], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.backend_of = backend_of
        """From a place, whose Python is named, to what runs trials there."""
        self._bridge: TrialBridge | None = None
        self._owner: QObject | None = None
        self._where = ""

    def running_elsewhere(self, owner: QObject) -> str:
        """The name of another window's document in which a trial runs; empty if none does."""
        busy = self._bridge is not None and not self._bridge.is_over and self._owner is not owner
        return self._where if busy else ""

    def start(
        self,
        owner: QObject,
        where: str,
        spec: TrialSpec,
        place: TrialPlace,
        expected_step_s: float | None = None,
    ) -> TrialBridge:
        """Start a trial; ask `running_elsewhere` before."""
        assert self._bridge is None or self._bridge.is_over, "one trial at a time"
        bridge = TrialBridge(spec, self.backend_of(place), expected_step_s, self)
        self._bridge, self._owner, self._where = bridge, owner, where
        bridge.ended.connect(lambda _end: self._let_go(bridge))
        self.changed.emit()
        return bridge

    def _let_go(self, over: TrialBridge) -> None:
        """What was heard stays with who started it, and goes with that; the next may have begun already."""
        over.deleteLater()  # not at once: it is telling its end just now
        if self._bridge is over:
            self._bridge = self._owner = None
        self.changed.emit()

    def kill(self) -> None:
        """The program ends: no worker is left behind.  Returns at once."""
        if self._bridge is not None and not self._bridge.is_over:
            self._bridge.kill()

"""The program's one look at the local GPUs: all windows, pages, strips and trials share its sampler.

`Program.monitor` holds it.  Nothing is pushed into widgets: who shows figures calls ``listen(widget, name)``,
connects `refreshed`, which comes twice a second while any such widget is on the screen, and pulls ``sample``,
``state`` and ``history`` there; none of them waits for NVML.  When nobody shows, records, alerts or tries,
the sampler rests and NVML is released.

A prediction is laid over the memory plots of a window's Monitor page through its
`monitor_link.MonitorLink.set_overlay`, whether or not that page has been made yet.
"""

from __future__ import annotations

import time
from dataclasses import replace

import shiboken6
from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from gpuplanner.monitor.history import History
from gpuplanner.monitor.sampler import Sampler, SamplerOptions
from gpuplanner.monitor.samples import Sample
from gpuplanner.monitor.states import State

REFRESH_MS = 500
RATES_HZ = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
_COST_S, _FIRST_COST_S = 5.0, 2.0
"""Over how long the cost of sampling is averaged."""


class MonitorSource(QObject):
    """Owns the sampler from the first listener to the end of the program.

    A name is of the form "page:3", "strip:3", "recording:3", "alerts", "trial:PID": one per listener, so that
    two windows do not put each other to rest.
    """

    refreshed = Signal()
    """At most twice a second, while a widget that listens is on the screen."""
    options_changed = Signal()
    """The sampling rate, or what is read, was changed in some window."""

    def __init__(self, sampler: Sampler | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.sampler = sampler or Sampler()
        """For sinks, and for `follow`; see its docstring."""
        self._on_screen: set[str] = set()
        self._is_over = False
        self._timer = QTimer(self)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.refreshed)
        self._chosen_hz = self.sampler.options.rate_hz
        self._wanted_hz: dict[str, float] = {}
        self._cost_from = (time.monotonic(), 0.0)
        self._cost: float | None = None

    @property
    def history(self) -> History:
        """The readings of the last 24 hours."""
        return self.sampler.history

    @property
    def sample(self) -> Sample | None:
        """The last sample; None before the first and while nothing can be read."""
        return self.sampler.latest()

    @property
    def state(self) -> State:
        """What the monitor can or cannot do just now."""
        return self.sampler.state

    @property
    def cost(self) -> float | None:
        """The share of a core that sampling takes (0.002), over some seconds; None until it is known."""
        now_s, cpu_s = time.monotonic(), self.sampler.cpu_s
        from_s, from_cpu_s = self._cost_from
        if now_s - from_s >= (_COST_S if self._cost is not None else _FIRST_COST_S):
            self._cost = (cpu_s - from_cpu_s) / (now_s - from_s) if from_cpu_s else self._cost
            self._cost_from = (now_s, cpu_s)
        return self._cost

    @property
    def rate_hz(self) -> float:
        """Samples a second."""
        return self.sampler.options.rate_hz

    def set_rate(self, rate_hz: float) -> None:
        """Sample at another rate, 0.2 to 10 Hz, in all windows; whoever wants a higher one still gets it."""
        self._chosen_hz = rate_hz
        self._take_rate()

    def want_rate(self, name: str, rate_hz: float | None) -> None:
        """Sample at least so often as long as this one, such as a trial, needs it; None: no more."""
        if rate_hz is None:
            self._wanted_hz.pop(name, None)
        else:
            self._wanted_hz[name] = rate_hz
        self._take_rate()

    def set_options(self, options: SamplerOptions) -> None:
        """Read other metrics or at another rate, in all windows."""
        if options != self.sampler.options:
            self.sampler.set_options(options)
            self.options_changed.emit()

    def wake(self, name: str) -> None:
        """Sample for somebody without a widget: a recording, alerts, a trial."""
        self.sampler.start()
        self.sampler.wake(name)

    def rest(self, name: str) -> None:
        """That one needs no more samples."""
        self.sampler.rest(name)

    def listen(self, widget: QWidget, name: str) -> Presence:
        """Sample while ``widget`` is on the screen; its ``changed`` says when that begins and ends."""
        presence = Presence(widget)
        presence.changed.connect(lambda shown: self._set_on_screen(name, shown))
        presence.look()
        return presence

    def stop(self) -> None:
        """End the sampler, without waiting for a driver that hangs; what is hidden later is not heeded."""
        self._is_over = True
        self._timer.stop()
        self.sampler.stop()

    def _take_rate(self) -> None:
        rate_hz = max(self._chosen_hz, *self._wanted_hz.values()) if self._wanted_hz else self._chosen_hz
        self.set_options(replace(self.sampler.options, rate_hz=rate_hz))

    def _set_on_screen(self, name: str, shown: bool) -> None:
        if self._is_over:  # the program ends: windows go after what is in here, the timer among them
            return
        if shown:
            self._on_screen.add(name)
            self.wake(name)
        else:
            self._on_screen.discard(name)
            self.rest(name)
        if bool(self._on_screen) != self._timer.isActive():
            self._timer.start() if self._on_screen else self._timer.stop()


class Presence(QObject):
    """Says whether a widget can be seen: not behind another page, not minimised, not closed."""

    changed = Signal(bool)

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self._window: QWidget | None = None
        self.shown = False
        """Whether the widget is on the screen."""
        widget.installEventFilter(self)
        widget.destroyed.connect(lambda: self._tell(False))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Looks again after what may have changed it."""
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.WindowStateChange):
            self._shown_by(watched, event)
        return False

    def look(self) -> None:
        """See how it is now."""
        window = self._widget.window()
        if window is not self._window:
            before = self._window
            # A window that is being destroyed hides what is in it, and is no window any more by then.
            if before is not None and before is not self._widget and shiboken6.isValid(before):
                before.removeEventFilter(self)
            self._window = window
            if window is not self._widget:
                window.installEventFilter(self)
        self._tell(self._widget.isVisible() and not window.isMinimized())

    def _shown_by(self, watched: QObject, event: QEvent) -> None:
        gone = not shiboken6.isValid(self._widget)  # its destructor hides it
        if gone or (watched is self._widget and event.type() == QEvent.Type.Hide):
            self._tell(False)
        else:
            self.look()

    def _tell(self, shown: bool) -> None:
        if shown != self.shown:
            self.shown = shown
            self.changed.emit(shown)

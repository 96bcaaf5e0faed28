"""The one time axis of all cards: live, paused, or wherever the user went with wheel, mouse and keys."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QObject, Signal

from gpuplanner.render.monitor_plots import TimeWindow

SPANS_S = (60.0, 300.0, 3_600.0, 86_400.0)
_SHORTEST_S, _LONGEST_S = 2.0, 86_400.0


class TimeAxis(QObject):
    """What is shown of a clock that goes on, or of a recording that stands still.

    While it is live its end is the newest sample; any other move pauses it.  Sampling goes on all the while.
    """

    changed = Signal()
    """Another stretch of time is shown."""
    pointed = Signal()
    """The crosshair moved."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._span_s = SPANS_S[1]
        self._stop_s: float | None = None
        self._first_s, self._last_s = 0.0, 0.0
        self._is_fixed = False
        self.wall_offset_s: float | None = 0.0
        """What to add to get the time of day; None where times count from a recording's start."""
        self.local_offset_s = float(datetime.now().astimezone().utcoffset().total_seconds())  # type: ignore[union-attr]
        """What the clock on the wall is ahead of UTC."""
        self.pointed_s: float | None = None
        """Where the crosshair stands."""

    @property
    def is_live(self) -> bool:
        """Whether the newest sample is the right edge."""
        return self._stop_s is None

    @property
    def is_fixed(self) -> bool:
        """Whether it shows a recording, which has no "now"."""
        return self._is_fixed

    @property
    def span_s(self) -> float:
        """How much time is shown."""
        return self._span_s

    @property
    def window(self) -> TimeWindow:
        """What is shown."""
        stop_s = self._last_s if self._stop_s is None else self._stop_s
        return TimeWindow(stop_s - self._span_s, stop_s, self.wall_offset_s)

    def set_limits(self, first_s: float, last_s: float, wall_offset_s: float | None) -> None:
        """From when to when there is something; the end is "now".  Tells nobody, for who calls it draws."""
        self._first_s, self._last_s, self.wall_offset_s = first_s, last_s, wall_offset_s

    def show_recording(self, duration_s: float) -> None:
        """Show all of a recording, from 0 on."""
        self._is_fixed = True
        self.set_limits(0.0, duration_s, None)
        self._span_s = max(duration_s, _SHORTEST_S)
        self._stop_s = self._span_s
        self.point(None)
        self.changed.emit()

    def show_live(self) -> None:
        """Back from a recording."""
        self._is_fixed = False
        self._span_s = SPANS_S[1]
        self.point(None)
        self.resume()

    def set_span(self, span_s: float) -> None:
        """Show this much time: the newest while live, else about the middle of what is shown."""
        self._zoom_to(span_s, 1.0 if self.is_live else 0.5)

    def pause(self) -> None:
        """Freeze the view."""
        if self._stop_s is None:
            self._stop_s = self._last_s
            self.changed.emit()

    def resume(self) -> None:
        """Go back to the newest sample; of a recording, show all."""
        if self._is_fixed:
            self.show_recording(self._last_s)
            return
        self._stop_s = None
        self.changed.emit()

    def zoom(self, factor: float, at: float) -> None:
        """Show ``factor`` times as much time; what is ``at`` (0 left … 1 right) stays there."""
        if self.is_live:
            self._stop_s = self._last_s
        self._zoom_to(self._span_s * factor, at)

    def pan(self, share: float) -> None:
        """Move what is shown by a share of it; positive: later."""
        window = self.window
        stop_s = window.stop_s + share * self._span_s
        stop_s = max(min(stop_s, self._last_s), min(self._first_s + self._span_s, self._last_s))
        if stop_s != window.stop_s:
            self._stop_s = stop_s
            self.changed.emit()

    def point(self, time_s: float | None) -> None:
        """Put the crosshair at a time, or take it away."""
        if time_s != self.pointed_s:
            self.pointed_s = time_s
            self.pointed.emit()

    def _zoom_to(self, span_s: float, at: float) -> None:
        span_s = min(max(span_s, _SHORTEST_S), max(_LONGEST_S, self._last_s if self._is_fixed else 0.0))
        window = self.window
        fixed_s = window.start_s + at * self._span_s
        self._span_s = span_s
        if self._stop_s is not None:
            self._stop_s = min(
                fixed_s + (1 - at) * span_s, max(self._last_s, span_s if self._is_fixed else 0)
            )
        self.changed.emit()


_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200)


def time_ticks(window: TimeWindow, least_s: float, local_offset_s: float) -> tuple[list[float], float]:
    """Times for labels at whole minutes, hours and so on of the local clock, and how far apart they are.

    >>> time_ticks(TimeWindow(0.0, 60.0), 20.0, 0)
    ([0.0, 30.0, 60.0], 30)
    """
    step = next((s for s in _STEPS_S if s >= least_s), _STEPS_S[-1])
    offset = (0.0 if window.wall_offset_s is None else window.wall_offset_s + local_offset_s) % step
    first = -((-(window.start_s + offset)) // step) * step - offset
    n = int((window.stop_s - first) // step) + 1
    return [first + i * step for i in range(n)], step

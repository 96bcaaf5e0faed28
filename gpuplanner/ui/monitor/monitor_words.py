"""What the Monitor page says around the cards: driver and cost, how and when they were read, recordings."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QObject

from gpuplanner.monitor.readings import Missing
from gpuplanner.monitor.recording import Recording
from gpuplanner.monitor.samples import Sample
from gpuplanner.monitor.states import State
from gpuplanner.render.monitor_picture import Picture, PictureRow
from gpuplanner.ui.monitor.monitor_card_view import CardView
from gpuplanner.ui.monitor.monitor_figures import age, clock, time_label, time_of_day
from gpuplanner.ui.monitor.monitor_page import FootText
from gpuplanner.ui.monitor.monitor_recordings import MonitorRecordings
from gpuplanner.ui.monitor.monitor_state_words import StateWords
from gpuplanner.ui.monitor.monitor_time import TimeAxis, time_ticks

STALE_PERIODS = 3.0


class MonitorWords(QObject):
    """Sentences for the tool row, the foot and the picture."""

    def __init__(self, states: StateWords, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._states = states

    def facts(self, sample: Sample | None, state: State, cost: float | None) -> tuple[str, str]:
        """Driver, CUDA, cards, cost; and the same with more in a tip."""
        if sample is None:
            return "", ""
        parts = [self.tr("driver {v}").format(v=sample.driver.driver_version)]
        if sample.driver.cuda_version:
            parts.append(self.tr("CUDA {v}").format(v=sample.driver.cuda_version))
        parts.append(self._count(sample))
        if cost is not None and state.ok:
            parts.append(self.tr("sampling costs {n} % of a core").format(n=f"{100 * cost:.1f}"))
        text = " · ".join(parts)
        return text, self.tr("{text}\nNVML {v}; CUDA is the newest that this driver runs.").format(
            text=text, v=sample.driver.nvml_version
        )

    def foot(self, sample: Sample | None, now_s: float, state: State) -> FootText:
        """How memory was read, when the last sample was taken, whether it came in time."""
        if sample is None:
            return FootText()
        passed_s = now_s - sample.monotonic_s
        late = passed_s > STALE_PERIODS * sample.period_s or not state.ok
        if late:
            when = self.tr("{age} ago").format(age=age(passed_s))
        elif sample.skipped:
            when = self.tr("{n} skipped before it").format(n=sample.skipped)
        else:
            when = self.tr("on time")
        right = self.tr("last sample {time}, {when}").format(time=time_of_day(sample.wall_s), when=when)
        return FootText(self._memory(sample), right, late)

    def recording(self, recordings: MonitorRecordings) -> tuple[str, str]:
        """The running clock and the file, with the whole path in the tip; empty while none runs."""
        path = recordings.path
        if recordings.is_reading:
            return self.tr("reading the recording …"), ""
        if path is None:
            return "", ""
        text = self.tr("● {clock}  {name}  ·  {n} samples").format(
            clock=clock(recordings.running_s), name=path.name, n=f"{recordings.n_samples:,}"
        )
        return text, str(path)

    def opened(self, recording: Recording, under: Recording | None) -> str:
        """Which recording is shown, and with what it is compared."""
        begin = QDateTime.fromSecsSinceEpoch(int(recording.begin_wall_s)).toString("yyyy-MM-dd HH:mm:ss")
        text = self.tr("{name}  ·  {begin}  ·  {length}").format(
            name=recording.path.name, begin=begin, length=clock(recording.span[1])
        )
        if under is not None:
            text += self.tr("  ·  in violet: {name}").format(name=under.path.name)
        return text

    def recorded_foot(self, recording: Recording) -> FootText:
        """What a recording holds."""
        n = len(recording.times_s) - int(recording.is_gap.sum())
        gaps = int(recording.is_gap.sum())
        left = self.tr("{n} samples, {gaps} gaps").format(n=f"{n:,}", gaps=gaps)
        return FootText(self.tr("Recording: {left}  ·  {path}").format(left=left, path=recording.path))

    def picture(self, views: tuple[CardView, ...], axis: TimeAxis) -> Picture:
        """The page as a picture: title, cards, times."""
        window = axis.window
        if window.wall_offset_s is None:
            title = self.tr("Recording, {length}").format(length=clock(window.span_s))
        else:
            start, stop = (
                QDateTime.fromSecsSinceEpoch(int(at + window.wall_offset_s)).toString("yyyy-MM-dd HH:mm:ss")
                for at in (window.start_s, window.stop_s)
            )
            title = f"{start} – {stop}"
        rows = tuple(
            PictureRow(view.title, _lines(view), view.plots) for view in views if view.plots is not None
        )
        ticks, step_s = time_ticks(window, window.span_s / 5, axis.local_offset_s)
        times = tuple(
            ((at - window.start_s) / window.span_s, time_label(at, window.wall_offset_s, step_s))
            for at in ticks
        )
        return Picture(title, rows, times)

    def _count(self, sample: Sample) -> str:
        n = len(sample.cards)
        lost = sum(card.problem is not None for card in sample)
        text = self.tr("1 card") if n == 1 else self.tr("{n} cards").format(n=n)
        return text + (self.tr(", {n} not readable").format(n=lost) if lost else "")

    def _memory(self, sample: Sample) -> str:
        cards = [card for card in sample if card.problem is None]
        if cards and all(card.facts.unified_memory for card in cards):
            return self.tr("Memory: unified with the computer's own; the driver keeps no count")
        if any(isinstance(card["memory_reserved_bytes"], Missing) for card in cards):
            return self.tr("Memory: NVML v1; used = total − free, the driver's own part included")
        return self.tr("Memory: NVML v2; used = total − free − reserved")


def _lines(view: CardView) -> tuple[str, ...]:
    memory = ", ".join(part.text for part in view.parts) or view.memory_note
    return tuple(line for line in (view.name, memory, view.trouble, *view.trouble_lines, view.foot) if line)[
        :5
    ]

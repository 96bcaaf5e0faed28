"""A watched job in words: while it runs, and what it took at the end."""

from __future__ import annotations

from PySide6.QtCore import QObject

from gpuplanner.core.estimate import Estimate
from gpuplanner.core.units import signed
from gpuplanner.monitor.readings import Missing, number
from gpuplanner.monitor.samples import Sample
from gpuplanner.monitor.watch import CardSummary, WatchSummary
from gpuplanner.ui.monitor.monitor_figures import clock, energy, short_name
from gpuplanner.ui.watch.watch_dialog import Listed
from gpuplanner.ui.wording import Wording

_LONGEST_NAME = 60


class WatchWords(QObject):
    """Words for the list of processes, the bar and the summary; memory in the unit of the window."""

    def __init__(self, wording: Wording, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wording = wording

    def listed(self, sample: Sample | None) -> tuple[Listed, ...]:
        """The processes on all cards, the largest first."""
        by_pid: dict[int, tuple[list[str], float, bool, str, str]] = {}
        for card in () if sample is None else sample.cards:
            for process in () if isinstance(card.processes, Missing) else card.processes:
                size = number(process.memory_bytes)
                cards, total, known, user, command = by_pid.get(
                    process.pid, ([], 0.0, False, process.user or "–", process.command or "–")
                )
                index = str(card.facts.index)
                cards = cards if index in cards else [*cards, index]
                by_pid[process.pid] = (cards, total + (size or 0.0), known or size is not None, user, command)
        found = [
            (
                total,
                Listed(pid, ", ".join(cards), user, command, self._wording.amount(total) if known else "–"),
            )
            for pid, (cards, total, known, user, command) in by_pid.items()
        ]
        return tuple(listed for _, listed in sorted(found, key=lambda pair: -pair[0]))

    def progress(
        self, name: str, pid: int, held: tuple[tuple[int, float | None, float | None], ...], elapsed_s: float
    ) -> str:
        """ "Watching python train.py (PID 4242) · 12.3 GiB on GPU 0 · 251 W · 0:42"."""
        shown = name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
        parts = [self.tr("Watching {name} (PID {pid})").format(name=shown, pid=pid)]
        for index, size, watts in held:
            amount = self.tr("on") if size is None else self._wording.with_unit(size) + " " + self.tr("on")
            parts.append(f"{amount} " + self.tr("GPU {n}").format(n=index))
            if watts is not None:
                parts.append(f"{watts:.0f} W")
        if not held:
            parts.append(self.tr("not on a GPU yet"))
        return " · ".join([*parts, clock(elapsed_s)])

    def summary(self, name: str, summary: WatchSummary, predicted: Estimate | None) -> tuple[str, str]:
        """(head, all lines) of what the job took."""
        head = self.tr("{name}: watched for {time}").format(
            name=name[:_LONGEST_NAME], time=clock(summary.duration_s)
        )
        if not summary.cards:
            return head, self.tr("The job was not seen on any GPU.")
        lines = [self._card(card, predicted) for card in summary.cards]
        if predicted is not None:
            memory, words = predicted.memory, self._wording
            lines.append(
                self.tr("The plan predicts {peak} per GPU on {gpu} (90 % range {low}–{high}).").format(
                    peak=words.with_unit(memory.peak_device_bytes),
                    gpu=predicted.resolved.gpu.name,
                    low=words.amount(memory.low_device_bytes),
                    high=words.amount(memory.high_device_bytes),
                )
            )
        lines.append(
            self.tr("Memory is {caveat}. Power and energy are the whole card's.").format(
                caveat=summary.caveat
            )
        )
        if summary.n_gaps:
            lines.append(self.tr("The GPUs could not be read {n} times.").format(n=summary.n_gaps))
        return head, "\n\n".join(lines)

    def _card(self, card: CardSummary, predicted: Estimate | None) -> str:
        what = self.tr("largest sample") if card.by_process else self.tr("rise of the card's used memory")
        parts = [f"{what} {self._wording.with_unit(card.largest_bytes, 2)}"]
        if predicted is not None and predicted.memory.peak_device_bytes:
            off = card.largest_bytes / predicted.memory.peak_device_bytes - 1
            parts[0] += " " + self.tr("({percent} % beside the plan)").format(percent=signed(100 * off, 1))
        if card.mean_watts is not None:
            parts.append(self.tr("{n} W on average").format(n=f"{card.mean_watts:.0f}"))
        if card.energy_joules is not None:
            parts.append(energy(card.energy_joules))
        title = self.tr("GPU {n}").format(n=card.facts.index)
        return f"{title} {short_name(card.facts.name)}: " + " · ".join(parts)

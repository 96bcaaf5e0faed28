"""How a trial ended, in words: a title, the reason, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject

from gpuplanner.core.trial import TrialKind, TrialResult, TrialStatus
from gpuplanner.core.trial_events import EndEvent
from gpuplanner.ui.told import as_sentence, told
from gpuplanner.ui.trial.trial_picture import Offer, TrialState
from gpuplanner.ui.wording import Wording

# What the launcher and the worker say, by what has to be done about it; looked for in small letters.
_ENVIRONMENT = (
    "is not installed",
    "cannot be imported",
    "cannot be started",
    "no module named",
    "sees no card",
)
_SILENT = ("has said nothing", "cannot be ended")
_KILLED = ("killed by the kernel", "signal 9")
_LOST = "the connection to "
_SSH, _SLURM, _NO_FAR_PYTHON = "ssh ", "slurm has not run it", "there is no python "
_DISK = ("no space left", "cannot be put there", "disk quota")


@dataclass(frozen=True)
class EndWords:
    """A state with its title, reason and next step."""

    state: TrialState
    title: str
    reason: str
    next_step: str = ""
    offers: tuple[Offer, ...] = ()


class TrialEndWords(QObject):
    """Words for an end."""

    def __init__(self, wording: Wording, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wording = wording

    def of(self, end: EndEvent, kind: TrialKind, kept: str) -> EndWords:
        """The words of an end; ``kept`` says which row came of it, or nothing."""
        result = end.result
        if result is not None and not result.covered:
            return self._not_covered(result)
        words = {
            TrialStatus.OK: self._done,
            TrialStatus.STOPPED: self._stopped,
            TrialStatus.OOM: self._out_of_memory,
            TrialStatus.FAILED: self._failed,
        }[end.status]
        return words(end, kind, kept)

    def _done(self, end: EndEvent, kind: TrialKind, kept: str) -> EndWords:
        said = {
            "cpu": self.tr("Allocated bytes are those of a card; the time is this CPU's."),
            "fake": self.tr("As the real step, to the byte; nothing about time or the kernels' scratch."),
        }.get("" if end.result is None else end.result.device, "")
        offers = (Offer.SHOW_ROW, Offer.CORRECTION) if kept else ()
        return EndWords(TrialState.DONE, self.tr("Done"), kept or said, said if kept else "", offers)

    def _stopped(self, end: EndEvent, kind: TrialKind, kept: str) -> EndWords:
        why = as_sentence(told(end.message))
        if kept:
            offers = (Offer.SHOW_ROW, Offer.CORRECTION)
            return EndWords(TrialState.STOPPED, self.tr("Stopped"), _joined(why, kept), "", offers)
        nothing = self.tr("No step was measured, so there is no row.")
        return EndWords(TrialState.STOPPED, self.tr("Stopped"), _joined(why, nothing))

    def _out_of_memory(self, end: EndEvent, kind: TrialKind, kept: str) -> EndWords:
        result = end.result
        host = result is not None and (result.exhausted == "host" or result.device != "cuda")
        where = self._where(result)
        if host:
            text = self.tr("The computer's own memory ran out{where}.").format(where=where)
            step = self.tr("That says nothing about a card. A dry run needs half a GiB.")
            return EndWords(
                TrialState.OOM, self.tr("Out of memory"), _joined(text, kept), step, (Offer.DRY_RUN,)
            )
        text = self.tr("Out of memory{where}{figures}.").format(where=where, figures=self._figures(result))
        step = self.tr("Take a shorter length or one of the changes on the Plan page.")
        offers = (Offer.SHOW_ROW, Offer.CORRECTION) if kept else ()
        return EndWords(TrialState.OOM, self.tr("Out of memory"), _joined(text, kept), step, offers)

    def _where(self, result: TrialResult | None) -> str:
        if result is None or not result.failed_phase:
            return ""
        if result.failed_step:
            return self.tr(" in {phase}, step {n}").format(phase=result.failed_phase, n=result.failed_step)
        return self.tr(" in {phase}").format(phase=result.failed_phase)

    def _figures(self, result: TrialResult | None) -> str:
        """ ": 21.3 GiB in use, 1.2 more asked for"."""
        if result is None:
            return ""
        used = result.peak_reserved_bytes or result.peak_allocated_bytes
        if not used:
            return ""
        text = self.tr(": {n} in use").format(n=self._wording.with_unit(used))
        if result.wanted_bytes:
            text += self.tr(", {n} more asked for").format(n=self._wording.with_unit(result.wanted_bytes, 2))
        return text

    def _failed(self, end: EndEvent, kind: TrialKind, kept: str) -> EndWords:
        message = end.message or self.tr("The worker gave no reason.")
        small = message.lower()
        offers: tuple[Offer, ...] = (Offer.DRY_RUN,)
        step = self.tr("The log has the last lines that it printed.")
        if any(words in small for words in _DISK):
            step, offers = self.tr("Free some space on the disk, then start again."), ()
        elif small.startswith(_LOST):
            step, offers = (
                self.tr("The trial ends there as well. Start again when it can be reached."),
                (),
            )
        elif small.startswith(_SSH):
            step, offers = self.tr("It has to work in a terminal without a question first."), ()
        elif small.startswith(_SLURM):
            step, offers = self.tr("Mend the options for srun, then start again."), ()
        elif small.startswith(_NO_FAR_PYTHON):
            step, offers = self.tr("Name the Python of that computer in the options."), ()
        elif "sees no card" in small or "does not see the card" in small:
            step = self.tr("Choose the CPU as the device, or a Python whose torch was built for CUDA.")
            offers = (Offer.OTHER_PYTHON,)
        elif any(words in small for words in _ENVIRONMENT):
            step = self.tr("Choose another Python, or mend this one and start again.")
            offers = (Offer.OTHER_PYTHON,)
        elif any(words in small for words in _KILLED):
            step = self.tr("Close other programs or take a smaller plan; a dry run needs half a GiB.")
        elif any(words in small for words in _SILENT):
            step = self.tr("It may wait for a network disk or a driver. The log has its last lines.")
        elif "floods its output" in small or "no event" in small:
            step = self.tr("Something in that Python prints into the worker's own channel.")
            offers = (Offer.OTHER_PYTHON,)
        if kind is TrialKind.DRY_RUN:
            offers = tuple(offer for offer in offers if offer is not Offer.DRY_RUN)
        return EndWords(TrialState.FAILED, self.tr("Failed"), as_sentence(told(message)), step, offers)

    def _not_covered(self, result: TrialResult) -> EndWords:
        reason = self.tr("A dry run does not cover this plan: {why}.").format(
            why="; ".join(map(told, result.notes))
        )
        changes = ", ".join(f"{name} {value}" for name, value in result.nearest.items())
        step = (
            self.tr("The nearest plan that it covers: {changes}.").format(changes=changes) if changes else ""
        )
        return EndWords(TrialState.FAILED, self.tr("Not covered"), reason, step)


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)

"""The picture of a trial that is over: reason, next step, offers, and what its rows are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject

from gpuplanner.core.benchmark import Origin, Status
from gpuplanner.core.trial import TrialKind
from gpuplanner.core.units import NONE
from gpuplanner.trial.progress import HeardTrial
from gpuplanner.ui.trial.trial_end_words import TrialEndWords
from gpuplanner.ui.trial.trial_jobs import Done
from gpuplanner.ui.trial.trial_picture import FigureLine, Offer, TrialPicture, TrialState
from gpuplanner.ui.trial.trial_words import TrialWords
from gpuplanner.ui.wording import Wording


class EndPictures(QObject):
    """Turns the picture of the last moment into the one of the end."""

    def __init__(self, wording: Wording, words: TrialWords, parent: QObject) -> None:
        super().__init__(parent)
        self._words, self._end_words = words, TrialEndWords(wording, self)

    def picture(
        self, picture: TrialPicture, done: Sequence[Done], kept: Sequence[int], *, can_keep: bool
    ) -> TrialPicture:
        """The last moment's picture with what came of it and what can be done next."""
        last = done[-1]
        words = self._end_words.of(last.end, last.job.spec.kind, self._kept_words(done, kept))
        offers = words.offers
        if last.job.is_far:
            offers = tuple(offer for offer in offers if offer is not Offer.OTHER_PYTHON)
        if can_keep and any(item.row is not None for item in done):
            offers = (Offer.KEEP, *offers)
        offers = tuple(o for o in offers if o is not Offer.CORRECTION or self._can_correct(done))
        return replace(
            picture,
            state=words.state,
            title=words.title,
            aside=self._took(last.heard),
            fraction=None,
            reason=words.reason,
            next_step=" ".join(text for text in (_difference(picture, words.state), words.next_step) if text),
            offers=(*offers, Offer.AGAIN),
            figures=_at_least(picture.figures) if words.state is TrialState.OOM else picture.figures,
        )

    def _took(self, heard: HeardTrial) -> str:
        if heard.ended_s is None:
            return ""
        return self.tr("took {time}").format(time=self._words.duration(heard.ended_s))

    def _can_correct(self, done: Sequence[Done]) -> bool:
        """A dry run measures what the estimator computes too; only a trial corrects it."""
        return any(
            item.row is not None
            and item.row.provenance.origin is Origin.TRIAL
            and item.row.measurement.status is Status.MEASURED
            for item in done
        )

    def _kept_words(self, done: Sequence[Done], kept: Sequence[int]) -> str:
        if not kept:
            return ""
        dry_run = done[-1].job.spec.kind is TrialKind.DRY_RUN
        mark = "□" if dry_run else "◆"
        if len(kept) == 1:
            return self.tr("Kept as row {n} ({mark}).").format(n=f"{kept[0] + 1:,}", mark=mark)
        return self.tr("Kept as rows {first}–{last} ({mark}).").format(
            first=f"{kept[0] + 1:,}", last=f"{kept[-1] + 1:,}", mark=mark
        )


def _difference(picture: TrialPicture, state: TrialState) -> str:
    """How far off the prediction was, in the unit and in per cent: of the device, else of allocated bytes."""
    if state not in (TrialState.DONE, TrialState.STOPPED):
        return ""
    lines = [line for line in picture.figures if line.tip and line.error.endswith("%") and line.unit != "s"]
    line = next((line for line in lines if line.strong), lines[0] if lines else None)
    return "" if line is None else f"{line.tip} ({line.error})."


def _at_least(lines: Sequence[FigureLine]) -> tuple[FigureLine, ...]:
    """Out of memory: what was measured is less than what was wanted, so there is no error to give."""
    return tuple(
        replace(line, measured=f"> {line.measured}", error=NONE)
        if line.measured not in ("", NONE) and line.unit not in ("s", "W")
        else replace(line, error=NONE if line.error else "")
        for line in lines
    )

"""The verdict in words: what it is, why, with which range and probability."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject

from gpuplanner.core.estimate import Budget, Estimate, Fits, MeasuredPeak
from gpuplanner.ui.wording import Wording

_WIDE_RANGE = 0.08
"""Half of the 90 % range as a share of the figure: above this it is called wide."""


@dataclass(frozen=True)
class VerdictText:
    """What the verdict banner shows.  ``reasons`` go from the fullest to the shortest."""

    word: str
    reasons: tuple[str, ...]
    figure: str
    unit: str
    range: str
    total: str
    """All GPUs together, labelled; empty for one GPU."""
    probability: str
    sentence: str
    """Everything in one sentence, for a screen reader."""


class VerdictWording(QObject):
    """Turns estimates into verdicts in words."""

    def __init__(self, wording: Wording, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wording = wording

    def verdict(
        self,
        estimate: Estimate,
        longest: int | None,
        budget: Budget,
        *,
        measured: bool,
        larger_batch_is_faster: bool,
        shown_for: str = "",
    ) -> VerdictText:
        """The verdict of an estimate.

        ``longest`` is the largest sequence length that is within the budget, ``measured`` says
        whether the table holds comparable rows, and ``shown_for`` marks an estimate that is not of
        the fields as they stand ("for 2,048 tokens").
        """
        memory, n_gpus = estimate.memory, estimate.resolved.plan.n_gpus
        whose = self.tr("the card") if budget.bytes is None else self.tr("the budget")
        if budget.free_now and budget.bytes is not None:
            whose = self.tr("what is free")
        reasons = self._reasons(estimate, longest, whose, measured, larger_batch_is_faster)
        if shown_for:
            reasons = (shown_for,)
        figure, unit = self._wording.amount(memory.peak_device_bytes), self._wording.per_gpu()
        low, high = (
            self._wording.amount(memory.low_device_bytes),
            self._wording.amount(memory.high_device_bytes),
        )
        range_text = self.tr("90 % range {low}–{high}").format(low=low, high=high)
        total = ""
        if n_gpus > 1:
            total = self.tr("total, {n} GPUs: {amount}").format(
                n=n_gpus, amount=self._wording.with_unit(memory.total_device_bytes)
            )
        word, probability = (
            self._wording.verdict_word(estimate.fits),
            self.probability(estimate.fit_probability),
        )
        if estimate.measured is not None:
            probability = self.tr("the estimate alone: {probability}").format(probability=probability)
        spoken = [f"{word}, {figure} {unit}", range_text, *([total] if total else []), probability]
        return VerdictText(
            word=word,
            reasons=reasons,
            figure=figure,
            unit=unit,
            range=range_text,
            total=total,
            probability=probability,
            sentence=", ".join(spoken) + ". " + reasons[0],
        )

    def probability(self, probability: float) -> str:
        """How sure it is that the plan fits; never 0 or 100 %."""
        if probability > 0.99:
            return self.tr("fits with > 99 % probability")
        if probability < 0.01:
            return self.tr("fits with < 1 % probability")
        return self.tr("fits with {percent} % probability").format(percent=round(probability * 100))

    def no_estimate(self) -> str:
        """The verdict's word where there is no estimate."""
        return self.tr("No estimate")

    def _reasons(
        self, estimate: Estimate, longest: int | None, whose: str, measured: bool, larger_batch: bool
    ) -> tuple[str, ...]:
        memory = estimate.memory
        if estimate.measured is not None:
            return self._reasons_measured(estimate, estimate.measured, whose)
        if estimate.fits is Fits.NO:
            return self._reasons_no(memory.peak_device_bytes - estimate.budget_bytes, longest, whose)
        free_bytes = estimate.budget_bytes - memory.peak_device_bytes
        free = self._wording.with_unit(free_bytes, 0 if free_bytes >= 10 * self._wording.unit_bytes else 1)
        if estimate.fits is Fits.TIGHT:
            if memory.peak_device_bytes > 0.9 * estimate.budget_bytes:
                return (
                    self.tr("Above 90 % of {whose}; {free} would stay free.").format(whose=whose, free=free),
                    self.tr("Above 90 % of {whose}.").format(whose=whose),
                )
            return (
                self.tr("The range reaches past {whose}; {free} would stay free.").format(
                    whose=whose, free=free
                ),
                self.tr("The range reaches past {whose}.").format(whose=whose),
            )
        short = self.tr("{free} stay free.").format(free=free)
        wide = memory.high_device_bytes - memory.low_device_bytes > 2 * _WIDE_RANGE * memory.peak_device_bytes
        reasons = []
        if wide and not measured:
            reasons.append(short + " " + self.tr("The range is wide: nothing measured yet."))
        if larger_batch:
            reasons.append(self.tr("{free} stay free: a larger batch would be faster.").format(free=free))
        return (*reasons, short)

    def _reasons_measured(self, estimate: Estimate, peak: MeasuredPeak, whose: str) -> tuple[str, ...]:
        """The verdict rests on a measured row: which, what it took, and how that stands to the budget."""
        over = peak.bytes - estimate.budget_bytes
        texts = {
            "row": peak.row + 1,
            "gpu": peak.gpu,
            "length": f"{peak.seq_len:,}",
            "amount": self._wording.with_unit(peak.bytes),
            "over": self._wording.with_unit(max(over, 0)),
            "whose": whose,
        }
        same_length = peak.seq_len == estimate.resolved.plan.seq_len
        if peak.oom:
            reason = (
                self.tr("Row {row} ran out of memory with these settings, on {gpu}.")
                if same_length
                else self.tr("Row {row} ran out of memory at {length} tokens already, on {gpu}.")
            )
            return (reason.format(**texts), self.tr("Out of memory in row {row}.").format(**texts))
        if estimate.fits is Fits.NO:
            reason = (
                self.tr("Row {row} measured {amount} with these settings: {over} over {whose}.")
                if same_length
                else self.tr("Row {row} measured {amount} at {length} tokens already: {over} over {whose}.")
            )
        else:
            reason = (
                self.tr("Row {row} measured {amount} with these settings: above 90 % of {whose}.")
                if same_length
                else self.tr("Row {row} measured {amount} at {length} tokens: above 90 % of {whose}.")
            )
        middle = (
            self.tr("Row {row} measured {amount}: {over} over {whose}.")
            if estimate.fits is Fits.NO
            else self.tr("Row {row} measured {amount}: above 90 % of {whose}.")
        )
        last = self.tr("{amount} measured in row {row}.")
        return tuple(text.format(**texts) for text in (reason, middle, last))

    def _reasons_no(self, over_bytes: float, longest: int | None, whose: str) -> tuple[str, ...]:
        over = self.tr("{over} over {whose}").format(over=self._wording.with_unit(over_bytes), whose=whose)
        if longest is None:
            return (self.tr("{over}, at any length.").format(over=over), f"{over}.")
        return (
            self.tr("{over}; {n} tokens at the most.").format(over=over, n=f"{longest:,}"),
            self.tr("{over}; to {n} tokens.").format(over=over, n=f"{longest:,}"),
            f"{over}.",
        )

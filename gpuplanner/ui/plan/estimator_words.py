"""Puts an outcome into the words and figures that each part of the estimator panel shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gpuplanner.core.benchmark import Origin
from gpuplanner.core.estimate import Budget, Change, Estimate, Fits, WorkRequest
from gpuplanner.core.fields import Value
from gpuplanner.core.plan import PLAN_FIELD, Method
from gpuplanner.core.units import GIB, seconds, signed
from gpuplanner.report.charts import MemoryChart
from gpuplanner.report.parts import PartFigure
from gpuplanner.ui.plan.change_list import OfferedChange
from gpuplanner.ui.plan.change_words import ChangeWording, Known
from gpuplanner.ui.plan.chart_key import KeyEntry
from gpuplanner.ui.plan.form_fields import spec_of
from gpuplanner.ui.plan.parts_bar import PartsText
from gpuplanner.ui.plan.planner import Outcome
from gpuplanner.ui.plan.time_figures import Figure
from gpuplanner.ui.plan.verdict_words import VerdictText, VerdictWording
from gpuplanner.ui.plan.work_words import WorkWords
from gpuplanner.ui.told import told
from gpuplanner.ui.wording import Wording, in_sentence
from gpuplanner.ui.words import field_label

if TYPE_CHECKING:
    from gpuplanner.report.plan_answer import PlanAnswer

_WORTH_SAYING = 0.97
"""A larger batch is advertised where it saves more than the rest of the time."""
_MOST_STALE_FIELDS = 3
_USUAL_HOST_BYTES = 64 * GIB
"""Memory that a machine with a GPU for training has anyway."""


class EstimatorWords(QObject):
    """Words for the panel; sentences come from `Wording` and `ChangeWording`."""

    def __init__(
        self,
        wording: Wording,
        parent: QObject | None = None,
        card_bytes: Callable[[str], float | None] = lambda _name: None,
    ) -> None:
        super().__init__(parent)
        self._wording = wording
        self._changes = ChangeWording(wording, self, card_bytes)
        self._verdicts = VerdictWording(wording, self)
        self._work = WorkWords(wording, self)

    def verdict(self, outcome: Outcome, answer: PlanAnswer) -> VerdictText:
        """The verdict's words for an answer, marked where the form has moved on."""
        stale, shown_for = outcome.stale_fields, ""
        if stale and outcome.answered is not None:
            shown_for = self._wording.shown_for(outcome.answered.plan, stale[:_MOST_STALE_FIELDS])
        return self._verdicts.verdict(
            answer.estimate,
            answer.chart.tight_to,
            outcome.setup.budget,
            measured=bool(answer.chart.points),
            larger_batch_is_faster=any(_is_faster_batch(change) for change in outcome.changes),
            shown_for=shown_for,
        )

    def no_estimate(self) -> str:
        """The verdict's word where there is no estimate."""
        return self._verdicts.no_estimate()

    def verdict_tip(self, estimate: Estimate, sentence: str) -> str:
        """The whole sentence, what the host needs, and what is taken for granted."""
        lines = [sentence]
        host = estimate.memory.host_bytes
        if host:
            lines.append(
                self.tr("Memory of the host, per node: {amount}").format(amount=self._wording.with_unit(host))
            )
        lines += [
            self.tr("Assumed: {text}.").format(text=in_sentence(told(text))) for text in estimate.assumptions
        ]
        return "\n".join(lines)

    def problem(self, outcome: Outcome) -> tuple[str, str]:
        """Why there is no estimate, and what to enter."""
        if not outcome.problems:
            return "", ""
        # What is missing altogether comes first: without a model there is nothing else to say.
        order = ("model", "gpu")
        first = min(outcome.problems, key=lambda p: order.index(p.where) if p.where in order else len(order))
        what = told(first.what)
        what = what[:1].upper() + what[1:]
        if first.where and first.where not in order:
            what = f"{field_label(spec_of(first.where))}: {told(first.what)}"
        return what, told(first.hint)

    # Parts -----------------------------------------------------------------------------------

    def part_names(self) -> dict[str, str]:
        """Every part by its name."""
        return {
            "weights": self.tr("Weights"),
            "adapters": self.tr("Adapters"),
            "gradients": self.tr("Gradients"),
            "optimizer": self.tr("Optimizer"),
            "activations": self.tr("Activations"),
            "logits": self.tr("Logits"),
            "kv_cache": self.tr("KV cache"),
            "temporary": self.tr("Temporaries"),
            "overhead": self.tr("Overhead"),
        }

    def peak_phase(self, phase: str) -> str:
        """ "peak in backward"."""
        names = {
            "load": self.tr("peak while loading"),
            "forward": self.tr("peak in forward"),
            "loss": self.tr("peak in the loss"),
            "backward": self.tr("peak in backward"),
            "optimizer": self.tr("peak in the optimizer step"),
            "evaluation": self.tr("peak in evaluation"),
            "save": self.tr("peak while saving"),
            "merge": self.tr("peak while merging"),
            "prefill": self.tr("peak in prefill"),
            "decode": self.tr("peak in decoding"),
        }
        return names.get(phase, phase)

    def parts(
        self, estimate: Estimate, budget: Budget, figures: tuple[PartFigure, ...], free_age: str = ""
    ) -> PartsText:
        """What stands above the bar, and all parts in a sentence."""
        names, unit = self.part_names(), self._wording.per_gpu()
        listed = ", ".join(
            f"{names[part.name]} {signed(part.figure, 2, plus=False)}" for part in figures if part.bytes
        )
        return PartsText(
            share=self._wording.share_of_budget(estimate, budget),
            phase=self.peak_phase(estimate.memory.peak_phase),
            card=self._wording.card(estimate, budget, free_age),
            sentence=self.tr("Parts in {unit}: {parts}").format(unit=unit, parts=listed),
        )

    # Chart -----------------------------------------------------------------------------------

    def key(self, chart: MemoryChart) -> list[KeyEntry]:
        """Entries for what is drawn."""
        drawn = {(point.origin, bool(point.differs)) for point in chart.points if not point.oom}
        entries = [KeyEntry(self.tr("predicted"))]
        entries += [KeyEntry(self._wording.origin(o), o) for o in Origin if (o, False) in drawn]
        other = self.tr("{origin}, other settings")
        entries += [
            KeyEntry(other.format(origin=self._wording.origin(o)), o, pale=True)
            for o in Origin
            if (o, True) in drawn
        ]
        if any(point.oom for point in chart.points):
            entries.append(KeyEntry(self.tr("out of memory"), oom=True))
        return entries

    def chart_sentence(self, chart: MemoryChart) -> str:
        """The chart for a screen reader."""
        first, last = chart.curve.lengths[0], chart.curve.lengths[-1]
        return self.tr(
            "Memory over sequence length: {low} at {first} tokens, {high} at {last} tokens; {limits}; "
            "{n} measured points"
        ).format(
            low=self._wording.with_unit(chart.curve.predicted_bytes[0]),
            high=self._wording.with_unit(chart.curve.predicted_bytes[-1]),
            first=f"{first:,}",
            last=f"{last:,}",
            limits=self._wording.limits(chart),
            n=len(chart.points),
        )

    def nearest(self, answer: PlanAnswer) -> tuple[str, str, int | None]:
        """The nearest measurement: line, tip, row."""
        nearest = answer.nearest
        if nearest is None:
            return self.tr("Nothing measured for this model and method yet"), "", None
        text = self._wording.nearest(
            nearest.point,
            nearest.estimate_bytes,
            answer.chart.plan_length,
            is_corrected=answer.estimate.calibration != "physics",
        )
        tip = text + "\n" + self.tr("Click to select the row.")
        if nearest.point.differs:
            tip = (
                text
                + "\n"
                + self._wording.differs(nearest.point)
                + "\n"
                + self.tr("Click to select the row.")
            )
        return text, tip, nearest.point.row

    # Time ------------------------------------------------------------------------------------

    def time(self, estimate: Estimate, request: WorkRequest) -> tuple[tuple[Figure, ...], str]:
        """Figures of a step and of the whole run, and what bounds the step."""
        step = estimate.step
        note = self._wording.bound_by(step.bound_by)
        note = note[:1].upper() + note[1:]
        plan = estimate.resolved.plan
        inference = plan.method is Method.INFERENCE
        work: tuple[Figure, ...] = ()
        if estimate.work is not None and (plan.new_tokens or not inference):
            work = self._work.figures(estimate.work, request, inference)
        if inference:
            slow, fast = step.tokens_per_s * step.seconds / step.high_seconds, 0.0
            fast = step.tokens_per_s * step.seconds / step.low_seconds
            figure = Figure(
                seconds(step.tokens_per_s), self.tr("tokens/s"), f"{seconds(slow)}–{seconds(fast)}"
            )
            return (figure, *work), note
        below = self._wording.seconds_range(step.low_seconds, step.high_seconds) + " s"
        note += self.tr(" · {n} tokens/s · {percent} % of peak").format(
            n=f"{step.tokens_per_s:,.0f}", percent=round(100 * step.mfu)
        )
        return (Figure(seconds(step.seconds), self.tr("s per step"), below), *work), note

    def host(self, estimate: Estimate) -> str:
        """What the host of each node needs, where not every host has it; the verdict's tip has it always."""
        host = estimate.memory.host_bytes
        if host < _USUAL_HOST_BYTES:
            return ""
        return self.tr("Host memory: up to {amount} per node").format(amount=self._wording.with_unit(host, 0))

    def assumed(self, estimate: Estimate) -> str:
        """What is taken for granted, in one line; all of it is in the verdict's tip too."""
        if not estimate.assumptions:
            return ""
        return self.tr("Assumed: {text}.").format(
            text="; ".join(in_sentence(told(text)) for text in estimate.assumptions)
        )

    # Changes and steps -----------------------------------------------------------------------

    def changes_head(self, outcome: Outcome, fits: Fits) -> str:
        """The head of the list: it promises nothing that the changes do not keep."""
        if fits is Fits.YES:
            return self.tr("What else would fit")
        if fits is Fits.TIGHT:
            return self.tr("Ways to gain room")
        if outcome.changes and all(change.fits is Fits.NO for change in outcome.changes):
            return self.tr("Ways to save memory, none enough alone")
        return self.tr("Ways to make it fit")

    def no_changes(self, fits: Fits) -> str:
        """What is said where nothing is on offer."""
        if fits is Fits.YES:
            return self.tr("Nothing larger would fit on this card.")
        return self.tr("No single change makes room. A card with more memory, or a smaller model, would.")

    def offers(self, outcome: Outcome) -> tuple[OfferedChange, ...]:
        """The changes in words."""
        if outcome.answer is None:
            return ()
        before, known = outcome.answer.estimate.resolved.plan, _known(outcome)
        return tuple(
            OfferedChange(
                title=self._changes.title(before, change, known),
                saving=self._changes.saving(change, known),
                cost=self._changes.cost(before, change, known),
                fits=change.fits,
                sentence=self._changes.sentence(before, change, number + 1, known),
                tip=self._after(change),
            )
            for number, change in enumerate(outcome.changes)
        )

    def apply_step(self, outcome: Outcome, number: int) -> str:
        """Name of the step that applies a change."""
        return self._changes.undo_text(outcome.setup.plan, outcome.changes[number], _known(outcome))

    def edit_step(self, name: str, value: Value) -> str:
        """Name of the step that edits a field."""
        label = in_sentence(field_label(spec_of(name)))
        if name in PLAN_FIELD and value is not None:
            return self.tr("Plan: {field} {value}").format(
                field=label, value=self._wording.option(name, value)
            )
        return self.tr("Plan: {field}").format(field=label)

    def _after(self, change: Change) -> str:
        return self.tr("{verdict} with {amount}").format(
            verdict=self._wording.verdict_word(change.fits),
            amount=self._wording.with_unit(change.device_bytes),
        )


def _known(outcome: Outcome) -> Known:
    data_set, free = outcome.setup.data_set, outcome.free
    return Known(
        None if data_set is None else data_set.lengths,
        outcome.setup.packs,
        0 if free is None else free.held_bytes,
        free is not None and free.only_display,
    )


def _is_faster_batch(change: Change) -> bool:
    return (
        any(name == "micro_batch_size" for name, _ in change.changed)
        and change.fits is Fits.YES
        and change.time_factor < _WORTH_SAYING
    )

"""A previewed correction in words: the plan before and after, rows left out, what it can and cannot know."""

from __future__ import annotations

import re
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject

from gpuplanner.core.benchmark import MemoryKind, Origin
from gpuplanner.core.correction import Correction
from gpuplanner.core.estimate import Estimate
from gpuplanner.core.plan import Method
from gpuplanner.core.units import NONE, seconds, signed
from gpuplanner.report.correction_preview import CorrectionPreview, LeftOutRow, words_of
from gpuplanner.ui.told import told
from gpuplanner.ui.wording import Wording
from gpuplanner.ui.words import value_words

_MOST_ROWS = 8
_MOST_LEFT_OUT = 3
_LABEL = re.compile(f"(.+) ({'|'.join(method.value for method in Method)}), ([0-9,]+) tokens")


@dataclass(frozen=True)
class SideText:
    """The plan's estimate on one side: ends of the range in bytes, and the words for it."""

    label: str
    low: float
    central: float
    high: float
    figure: str
    range: str


@dataclass(frozen=True)
class RowText:
    """One row left out: what was measured, and the error of its estimate before and after."""

    origin: Origin | None
    number: str
    """Of the row in the table."""
    label: str
    measured: str
    before: str
    after: str


@dataclass(frozen=True)
class CorrectionText:
    """Everything that the preview shows."""

    title: str
    subtitle: str
    plan: str
    unit: str
    sides: tuple[SideText, ...]
    limit: float | None
    """The budget in bytes."""
    limit_text: str
    time: str
    rows: tuple[RowText, ...]
    mean: RowText | None
    rows_head: str
    no_rows: str
    notes: tuple[str, ...]

    def sentence(self) -> str:
        """For people who hear it."""
        sides = ", ".join(f"{side.label} {side.figure} ({side.range})" for side in self.sides)
        mean = "" if self.mean is None else f"{self.mean.label}: {self.mean.before}, {self.mean.after}"
        return ". ".join(text for text in (self.title, self.plan, sides, self.time, mean) if text)


class CorrectionWords(QObject):
    """Turns previews into words, in the window's unit."""

    def __init__(self, wording: Wording, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wording = wording

    def text(self, preview: CorrectionPreview) -> CorrectionText:
        """The words of a preview."""
        before, after = preview.before, preview.after
        rows = tuple(self._row(row) for row in preview.judged[:_MOST_ROWS])
        return CorrectionText(
            title=self.tr("Correction from {what}").format(what=told(words_of(preview.correction))),
            subtitle=self._subtitle(preview.correction),
            plan="" if after is None else self._plan(after),
            unit=self._wording.per_gpu(),
            sides=()
            if before is None or after is None
            else (self._side(self.tr("before"), before), self._side(self.tr("after"), after)),
            limit=None if after is None else float(after.budget_bytes),
            limit_text="" if after is None else self._wording.with_unit(after.budget_bytes, 2),
            time="" if before is None or after is None else self._time(before, after),
            rows=rows,
            mean=self._mean(preview),
            rows_head=self._rows_head(preview, len(rows)),
            no_rows=self.tr(
                "No other measured row is near enough to check it on. A second trial at another length "
                "would tell how well it carries."
            ),
            notes=self._notes(preview),
        )

    def default_name(self, correction: Correction, date: str) -> str:
        """A name for the layer: ``Trial of 2026-01-31``."""
        origins = {found.origin for found in correction.evidence}
        if origins == {Origin.TRIAL} and len(correction.evidence) == 1:
            return self.tr("Trial of {date}").format(date=date)
        return self.tr("{what}, {date}").format(what=told(words_of(correction)), date=date)

    def _subtitle(self, correction: Correction) -> str:
        if len(correction.evidence) != 1:
            return self.tr(
                "Learned from rows of the table. They stay as they are; the correction can be switched off."
            )
        (found,) = correction.evidence
        if found.memory is None:
            return plan_label(found.label)
        if found.memory.at_least:
            return self.tr("{row}: out of memory on {size}").format(
                row=plan_label(found.label), size=self._wording.with_unit(found.memory.measured, 2)
            )
        return self.tr("{row}: measured {measured}, estimated {predicted} ({error} %)").format(
            row=plan_label(found.label),
            measured=self._wording.with_unit(found.memory.measured, 2),
            predicted=self._wording.amount(found.memory.predicted, 2),
            error=signed(100 * (found.memory.predicted / found.memory.measured - 1), 1),
        )

    def _plan(self, estimate: Estimate) -> str:
        plan = estimate.resolved.plan
        return self.tr("This plan: {model} {method}, {length} tokens").format(
            model=estimate.resolved.llm.name, method=value_words(plan.method), length=f"{plan.seq_len:,}"
        )

    def _side(self, label: str, estimate: Estimate) -> SideText:
        memory = estimate.memory
        ends = memory.low_device_bytes, memory.high_device_bytes
        return SideText(
            label,
            float(ends[0]),
            float(memory.peak_device_bytes),
            float(ends[1]),
            self._wording.amount(memory.peak_device_bytes),
            "–".join(self._wording.amount(end) for end in ends),
        )

    def _time(self, before: Estimate, after: Estimate) -> str:
        sides = [
            f"{seconds(one.step.seconds)} ({seconds(one.step.low_seconds)}–{seconds(one.step.high_seconds)})"
            for one in (before, after)
        ]
        if sides[0] == sides[1]:
            return self.tr("Step time {s} s: no change").format(s=sides[0])
        return self.tr("Step time {before} → {after} s").format(before=sides[0], after=sides[1])

    def _rows_head(self, preview: CorrectionPreview, shown: int) -> str:
        more = len(preview.judged) - shown
        if more > 0:
            return self.tr("Rows left out ({n} more)").format(n=f"{more:,}")
        return self.tr("Rows left out")

    def _row(self, row: LeftOutRow) -> RowText:
        return RowText(
            row.origin,
            f"{row.index + 1:,}",
            plan_label(row.label),
            self._wording.amount(row.measured_bytes),
            f"{signed(100 * row.before, 1)} %",
            f"{signed(100 * row.after, 1)} %",
        )

    def _mean(self, preview: CorrectionPreview) -> RowText | None:
        errors = preview.mean_errors
        if errors is None:
            return None
        n = len(preview.judged)
        label = self.tr("Mean error of {n} rows").format(n=f"{n:,}") if n > 1 else self.tr("Error of 1 row")
        return RowText(None, "", label, "", *(f"{100 * error:.1f} %" for error in errors))

    def _notes(self, preview: CorrectionPreview) -> tuple[str, ...]:
        layer = preview.correction
        notes = []
        if preview.one_length:
            notes.append(
                self.tr(
                    "One length tells an offset, and little about other lengths: a second length would give "
                    "the slope."
                )
            )
        kinds = {found.memory_kind for found in layer.evidence if found.memory is not None}
        if kinds == {MemoryKind.ALLOCATED}:
            notes.append(
                self.tr("Allocated bytes were measured, so only the allocated part of memory is corrected.")
            )
        if not any(found.seconds is not None for found in layer.evidence):
            notes.append(self.tr("No time of a card was measured, so the step time stays as it is."))
        bounds = sum(found.memory is not None and found.memory.at_least for found in layer.evidence)
        if bounds:
            notes.append(
                self.tr("{n} out of memory: each says that the plan needs more than its card has.").format(
                    n=f"{bounds:,}"
                )
            )
        for line in layer.left_out[:_MOST_LEFT_OUT]:
            notes.append(self.tr("Not used: {reason}").format(reason=_told_line(line)))
        if len(layer.left_out) > _MOST_LEFT_OUT:
            n = len(layer.left_out) - _MOST_LEFT_OUT
            notes.append(self.tr("Not used: {n} more").format(n=f"{n:,}"))
        return tuple(notes)


def plan_label(label: str) -> str:
    """A row's label as corrections keep it ("Qwen-7B lora-emb, 4,096 tokens") in the words of the window."""
    found = _LABEL.fullmatch(label)
    if found is None:
        return label
    model, method, length = found.groups()
    text = QCoreApplication.translate("CorrectionWords", "{model} {method}, {length} tokens")
    return text.format(model=model, method=value_words(Method(method)), length=length)


def _told_line(line: str) -> str:
    """A reason behind a row's label."""
    label, colon, reason = line.partition(": ")
    return f"{plan_label(label)}: {told(reason)}" if colon and _LABEL.fullmatch(label) else told(line)


def tip_of(correction: Correction) -> str:
    """What a layer was learned from, for its tip."""
    lines = [plan_label(found.label) for found in correction.evidence[:10]]
    if len(correction.evidence) > len(lines):
        lines.append("…")
    return "\n".join(lines) or NONE

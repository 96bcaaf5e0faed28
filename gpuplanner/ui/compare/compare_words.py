"""A comparison of two plans in words and figures, ready to be painted, read aloud and copied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject

from gpuplanner.core.estimate import Estimate, Fits
from gpuplanner.core.plan import PLAN_FIELD, Method, Plan
from gpuplanner.core.units import MINUS, seconds, signed
from gpuplanner.estimator.compare import COMPARED_PARTS, Changed, Comparison, Share, part_bytes
from gpuplanner.ui.plan.estimator_words import EstimatorWords
from gpuplanner.ui.wording import Wording, in_sentence
from gpuplanner.ui.words import field_label


@dataclass(frozen=True)
class SideText:
    """One of the two plans."""

    letter: str
    role: str
    """ "pinned", "as it stands"."""
    plan: str
    fits: Fits
    word: str
    row: str
    """The measured row that the verdict rests on; empty where it rests on the estimate alone."""
    figure: str
    range: str
    step: str
    parts: tuple[tuple[str, int], ...]
    """Bytes by part, to be drawn as a bar."""

    @property
    def verdict(self) -> str:
        """The word, with the row that it rests on."""
        return f"{self.word} ({self.row})" if self.row else self.word


@dataclass(frozen=True)
class SettingText:
    """What one setting explains; ``lines`` are (field, "old → new"), several in a group."""

    lines: tuple[tuple[str, str], ...]
    bytes: int
    figures: tuple[str, ...]
    """Memory, seconds of a step, and of a sample where steps are of other sizes."""


@dataclass(frozen=True)
class PartText:
    """One part of the peaks; the last one of a comparison is the total, which has no ``name``."""

    name: str
    label: str
    a: str
    b: str
    difference: str


@dataclass(frozen=True)
class ComparisonText:
    """Everything that is shown about two plans."""

    sides: tuple[SideText, SideText]
    heads: tuple[str, ...]
    settings: tuple[SettingText, ...]
    total: tuple[str, ...]
    note: str
    """What follows from the settings, or that there is nothing to explain."""
    part_heads: tuple[str, str, str, str]
    parts: tuple[PartText, ...]
    largest_bytes: int
    """Of a setting's share, for the length of bars."""

    def lines(self) -> list[str]:
        """The comparison as lines of cells with tabs between them, for the clipboard."""
        rows: list[Sequence[str]] = [
            (side.letter, side.plan, side.verdict, side.figure, side.range, side.step) for side in self.sides
        ]
        rows += [(), self.heads]
        for setting in self.settings:
            what = ", ".join(f"{field} {change}" for field, change in setting.lines)
            rows.append((what, *setting.figures))
        rows += [("B − A", *self.total), (self.note,) if self.note else (), self.part_heads]
        rows += [(part.label, part.a, part.b, part.difference) for part in self.parts]
        return ["\t".join(row) for row in rows]


class CompareWording(QObject):
    """Turns comparisons into words, in the unit in use."""

    def __init__(self, wording: Wording, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wording = wording
        self._words = EstimatorWords(wording, self)

    def comparison(self, found: Comparison, *, is_current: bool) -> ComparisonText:
        """Everything about two plans; ``is_current``: B is the form as it stands."""
        now = self.tr("as it stands") if is_current else self.tr("last valid plan")
        per_sample = found.a.step.samples_per_step != found.b.step.samples_per_step
        unit = self._wording.per_gpu()
        heads = [self.tr("What explains it"), unit, self._step_unit(found)]
        total = [self._difference(found.bytes), _seconds(found.seconds)]
        if per_sample:
            heads.append(self.tr("s per sample"))
            total.append(_seconds(found.seconds_per_sample))
        return ComparisonText(
            sides=(self._side("A", self.tr("pinned"), found.a), self._side("B", now, found.b)),
            heads=tuple(heads),
            settings=tuple(self._setting(share, per_sample) for share in found.shares),
            total=tuple(total),
            note=self._note(found),
            part_heads=(self.tr("Peak by part, {unit}").format(unit=unit), "A", "B", "B − A"),
            parts=self._parts(found),
            largest_bytes=max((abs(share.bytes) for share in found.shares), default=0),
        )

    def plan(self, plan: Plan) -> str:
        """A plan in one line."""
        texts = [self._wording.field_and_value(plan, name) for name in ("model", "method", "seq_len", "gpu")]
        if plan.n_gpus > 1:
            texts[-1] = f"{plan.n_gpus} × {texts[-1]}"
        return " · ".join(texts)

    def sentence(self, text: ComparisonText) -> str:
        """The comparison for a screen reader."""
        a, b = text.sides
        said = [
            self.tr("A, {plan}: {word}, {figure}").format(plan=a.plan, word=a.verdict, figure=a.figure),
            self.tr("B, {plan}: {word}, {figure}").format(plan=b.plan, word=b.verdict, figure=b.figure),
        ]
        for setting in text.settings:
            what = ", ".join(f"{field} {change}" for field, change in setting.lines)
            said.append(f"{what}: {', '.join(setting.figures)}")
        return ". ".join([*said, *([text.note] if text.note else [])])

    def _side(self, letter: str, role: str, answer: Estimate) -> SideText:
        memory = answer.memory
        low, high = (self._wording.amount(n) for n in (memory.low_device_bytes, memory.high_device_bytes))
        return SideText(
            letter=letter,
            role=role,
            plan=self.plan(answer.resolved.plan),
            fits=answer.fits,
            word=self._wording.verdict_word(answer.fits),
            row=""
            if answer.measured is None
            else self.tr("measured in row {n}").format(n=answer.measured.row + 1),
            figure=f"{self._wording.amount(memory.peak_device_bytes)} {self._wording.per_gpu()}",
            range=self.tr("90 % range {low}–{high}").format(low=low, high=high),
            step=self._step(answer),
            parts=tuple(part_bytes(answer).items()),
        )

    def _step(self, answer: Estimate) -> str:
        step = answer.step
        if answer.resolved.plan.method is Method.INFERENCE:
            return self.tr("{s} s per token").format(s=seconds(step.seconds))
        return self.tr("{s} s per step of {n}").format(
            s=seconds(step.seconds), n=f"{step.samples_per_step:,}"
        )

    def _step_unit(self, found: Comparison) -> str:
        methods = {answer.resolved.plan.method for answer in (found.a, found.b)}
        return self.tr("s per token") if methods == {Method.INFERENCE} else self.tr("s per step")

    def _setting(self, share: Share, per_sample: bool) -> SettingText:
        figures = [self._difference(share.bytes), _seconds(share.seconds)]
        if per_sample:
            figures.append(_seconds(share.seconds_per_sample))
        lines = tuple((field_label(PLAN_FIELD[c.field]), self._change(c)) for c in share.changed)
        return SettingText(lines, share.bytes, tuple(figures))

    def _change(self, changed: Changed) -> str:
        old, new = (self._wording.option(changed.field, value) for value in (changed.a, changed.b))
        return f"{old} → {new}"

    def _note(self, found: Comparison) -> str:
        if not found.shares:
            return self.tr("Nothing differs that counts. Change the plan: the window follows.")
        if not found.follows:
            return ""
        listed = ", ".join(
            f"{in_sentence(field_label(PLAN_FIELD[changed.field]))} {self._change(changed)}"
            for changed in found.follows
        )
        return self.tr("With it: {changes}").format(changes=listed)

    def _parts(self, found: Comparison) -> tuple[PartText, ...]:
        names, a, b = self._words.part_names(), part_bytes(found.a), part_bytes(found.b)
        rows = []
        for key in COMPARED_PARTS:
            if a[key] or b[key]:
                name = key.removesuffix("_bytes")
                rows.append(self._part(name, names[name], a[key], b[key]))
        total_a, total_b = (answer.memory.peak_device_bytes for answer in (found.a, found.b))
        return (*rows, self._part("", self.tr("Total"), total_a, total_b))

    def _part(self, name: str, label: str, a: int, b: int) -> PartText:
        return PartText(name, label, self._size(a), self._size(b), self._difference(b - a))

    def _size(self, n_bytes: int) -> str:
        return self._wording.amount(n_bytes, 2) if n_bytes else "0"

    def _difference(self, n_bytes: int) -> str:
        return signed(n_bytes / self._wording.unit_bytes, 2) if n_bytes else "0"


def _seconds(value: float) -> str:
    return f"{MINUS if value < 0 else '+'}{seconds(abs(value))}" if value else "0"

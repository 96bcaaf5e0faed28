"""Sentences about changes of a plan: what to do, what it gives, what it costs."""

from __future__ import annotations

from PySide6.QtCore import QObject

from gpuplanner.core.estimate import Change, ChangeCost
from gpuplanner.core.fields import Value
from gpuplanner.core.plan import PLAN_FIELD, Method, Offload, Plan, Quantization
from gpuplanner.core.units import signed
from gpuplanner.ui.wording import Wording
from gpuplanner.ui.words import field_label

_NAMED_BY_VALUE = ("method", "gpu", "sharding", "quantization", "optimizer", "precision")
"""Fields whose new value says it all: "LoRA, rank 64" rather than "Method full → LoRA"."""


class ChangeWording(QObject):
    """Turns offered changes into words."""

    def __init__(self, wording: Wording, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wording = wording

    def title(self, before: Plan, change: Change) -> str:
        """What to do: "Fuse the loss", "Sequence length 4,096 → 3,072"."""
        texts = [
            self._one(before, name, value)
            for name, value in change.changed
            if not self._goes_without_saying(before, change, name)
        ]
        text = ", ".join(texts)
        return text[:1].upper() + text[1:]

    def saving(self, change: Change) -> str:
        """GiB that the change gives (−) or takes (+)."""
        return self._wording.difference(-change.saves_bytes)

    def cost(self, before: Plan, change: Change) -> str:
        """What it costs: time as a multiple, and a note."""
        factor = round(change.time_factor, 2)
        time = (
            self.tr("same time")
            if factor == 1
            else self.tr("time ×{factor}").format(
                factor=signed(change.time_factor, 2 if change.time_factor < 10 else 0, plus=False)
            )
        )
        note = self._note(before, change)
        return f"{time} · {note}" if note else time

    def sentence(self, before: Plan, change: Change, number: int) -> str:
        """Everything about a change, for a screen reader."""
        return self.tr("Change {n}: {title}, {saving}, {cost}; then: {verdict}").format(
            n=number,
            title=self.title(before, change),
            saving=self.saving(change),
            cost=self.cost(before, change),
            verdict=self._wording.verdict_word(change.fits),
        )

    def undo_text(self, before: Plan, change: Change) -> str:
        """The name of the step in the undo list."""
        return self.tr("Apply “{title}”").format(title=self.title(before, change))

    def _one(self, before: Plan, name: str, value: Value) -> str:
        new, old = self._wording.option(name, value), self._wording.option(name, getattr(before, name))
        if name == "fused_loss":
            return self.tr("fuse the loss") if value else self.tr("do not fuse the loss")
        if name == "grad_checkpointing":
            return self.tr("checkpointing on") if value else self.tr("checkpointing off")
        if name == "offload":
            return self._offload(value)
        if name == "lora_rank":
            return (
                self.tr("rank {old} → {new}").format(old=old, new=new)
                if before.method in _ADAPTED
                else self.tr("rank {new}").format(new=new)
            )
        if name in _NAMED_BY_VALUE:
            label = field_label(PLAN_FIELD[name])
            return new if name in ("method", "gpu", "sharding") else f"{label} {new}"
        return self.tr("{field} {old} → {new}").format(field=field_label(PLAN_FIELD[name]), old=old, new=new)

    def _offload(self, value: Value) -> str:
        if value is Offload.OPTIMIZER:
            return self.tr("offload the optimizer")
        return self.tr("offload the parameters") if value is Offload.PARAMETERS else self.tr("no offload")

    def _goes_without_saying(self, before: Plan, change: Change, name: str) -> bool:
        """Accumulation that keeps the samples per step, and a quantization that the method implies."""
        fields = dict(change.changed)
        if name == "quantization" and "method" in fields:
            return fields[name] in (Quantization.NONE, Quantization.NF4_DQ)
        return name == "grad_accum_steps" and "micro_batch_size" in fields and _same_samples(before, change)

    def _note(self, before: Plan, change: Change) -> str:
        names = {name for name, _ in change.changed}
        if change.cost is ChangeCost.DATA or "seq_len" in names:
            longer = change.plan.seq_len > before.seq_len
            return self.tr("longer samples fit") if longer else self.tr("cuts samples")
        if "micro_batch_size" in names and _same_samples(before, change):
            return self.tr("same result")
        if "fused_loss" in names:
            return self.tr("same gradients")
        if "lora_rank" in names or "method" in names:
            return self.tr("other weights")
        if "lora_targets" in names:
            return self.tr("adapts fewer layers")
        if change.cost is ChangeCost.NOTHING:
            return self.tr("same result")
        if change.cost is ChangeCost.QUALITY:
            return self.tr("less exact")
        return ""


_ADAPTED = (Method.LORA, Method.LORA_EMB, Method.QLORA)


def _same_samples(before: Plan, change: Change) -> bool:
    return before.samples_per_step == change.plan.samples_per_step


__all__ = ["ChangeWording"]

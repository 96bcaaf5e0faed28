"""Sentences about changes of a plan: what to do, what it gives, what it costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject

from gpuplanner.core.estimate import Change, ChangeCost
from gpuplanner.core.fields import Value
from gpuplanner.core.plan import PLAN_FIELD, Method, Offload, Plan, Quantization
from gpuplanner.core.sample_lengths import SampleLengths
from gpuplanner.core.units import per_cent, signed
from gpuplanner.ui.wording import Wording
from gpuplanner.ui.words import field_label

_NAMED_BY_VALUE = ("method", "sharding", "quantization", "optimizer", "precision")
"""Fields whose new value says it all: "LoRA, rank 64" rather than "Method full → LoRA"."""


@dataclass(frozen=True)
class Known:
    """What the words need beside plan and change."""

    lengths: SampleLengths | None = None
    """Of the user's data set."""
    packing: bool = False
    """Its samples are packed: a sequence length cuts none, and shorter sequences are more of them."""
    held_bytes: int = 0
    """What others' programs hold of the card."""
    only_display: bool = False
    """They only draw the desktop."""


NOTHING_KNOWN = Known()


class ChangeWording(QObject):
    """Turns offered changes into words."""

    def __init__(
        self,
        wording: Wording,
        parent: QObject | None = None,
        card_bytes: Callable[[str], float | None] = lambda _name: None,
    ) -> None:
        super().__init__(parent)
        self._wording, self._card_bytes = wording, card_bytes

    def title(self, before: Plan, change: Change, known: Known = NOTHING_KNOWN) -> str:
        """What to do: "Fuse the loss", "Sequence length 4,096 → 3,072"."""
        if _is_budget(change):
            if known.only_display:
                return self.tr("Display on another GPU")
            return self.tr("Close other programs on the GPU")
        texts = [
            self._one(before, name, value)
            for name, value in change.changed
            if not self._goes_without_saying(before, change, name)
        ]
        text = ", ".join(texts)
        return text[:1].upper() + text[1:]

    def saving(self, change: Change, known: Known = NOTHING_KNOWN) -> str:
        """GiB that the change gives (−) or takes (+); of more room on the card, how much there is."""
        fields = dict(change.changed)
        if _is_budget(change):
            return self.tr("{amount} free").format(
                amount=signed(known.held_bytes / self._wording.unit_bytes, 1)
            )
        card = self._card_bytes(str(fields["gpu"])) if "gpu" in fields else None
        if card is not None:
            return self.tr("card of {amount}").format(amount=self._wording.with_unit(card))
        return self._wording.difference(-change.saves_bytes)

    def cost(self, before: Plan, change: Change, known: Known = NOTHING_KNOWN) -> str:
        """What it costs: time as a multiple, and a note."""
        factor = change.time_factor
        if known.packing:
            factor *= before.seq_len / change.plan.seq_len
        time = (
            self.tr("same time")
            if round(factor, 2) == 1
            else self.tr("time ×{factor}").format(factor=signed(factor, 2 if factor < 10 else 0, plus=False))
        )
        note = self._note(before, change, known)
        return f"{time} · {note}" if note else time

    def sentence(self, before: Plan, change: Change, number: int, known: Known = NOTHING_KNOWN) -> str:
        """Everything about a change, for a screen reader."""
        return self.tr("Change {n}: {title}, {saving}, {cost}; then: {verdict}").format(
            n=number,
            title=self.title(before, change, known),
            saving=self.saving(change, known),
            cost=self.cost(before, change, known),
            verdict=self._wording.verdict_word(change.fits),
        )

    def undo_text(self, before: Plan, change: Change, known: Known = NOTHING_KNOWN) -> str:
        """The name of the step in the undo list."""
        return self.tr("Apply “{title}”").format(title=self.title(before, change, known))

    def _one(self, before: Plan, name: str, value: Value) -> str:
        new, old = self._wording.option(name, value), self._wording.option(name, getattr(before, name))
        if name == "fused_loss":
            return self.tr("fuse the loss") if value else self.tr("do not fuse the loss")
        if name == "grad_checkpointing":
            return self.tr("checkpointing on") if value else self.tr("checkpointing off")
        if name == "offload":
            return self._offload(value)
        if name == "gpu":
            return self.tr("another GPU: {gpu}").format(gpu=new)
        if name == "model":
            return self.tr("smaller model: {model}").format(model=new)
        if name == "lora_rank":
            return (
                self.tr("rank {old} → {new}").format(old=old, new=new)
                if before.method in _ADAPTED
                else self.tr("rank {new}").format(new=new)
            )
        if name in _NAMED_BY_VALUE:
            label = field_label(PLAN_FIELD[name])
            return new if name in ("method", "sharding") else f"{label} {new}"
        return self.tr("{field} {old} → {new}").format(field=field_label(PLAN_FIELD[name]), old=old, new=new)

    def _offload(self, value: Value) -> str:
        if value is Offload.OPTIMIZER:
            return self.tr("offload the optimizer")
        return self.tr("offload the parameters") if value is Offload.PARAMETERS else self.tr("no offload")

    def _goes_without_saying(self, before: Plan, change: Change, name: str) -> bool:
        """Accumulation that keeps the samples per step, and what the method or the sharding implies."""
        fields = dict(change.changed)
        if name == "framework" and "sharding" in fields:
            return True
        if name == "quantization" and "method" in fields:
            return fields[name] in (Quantization.NONE, Quantization.NF4_DQ)
        return name == "grad_accum_steps" and "micro_batch_size" in fields and _same_samples(before, change)

    def _note(self, before: Plan, change: Change, known: Known) -> str:
        names = {name for name, _ in change.changed}
        if change.cost is ChangeCost.DATA or "seq_len" in names:
            return self._length_note(before, change, known)
        if change.cost is ChangeCost.OTHERS:
            held = self._wording.amount(known.held_bytes)
            if known.only_display:
                return self.tr("desktop holds {amount}").format(amount=held)
            return self.tr("others hold {amount}").format(amount=held)
        if change.cost is ChangeCost.HARDWARE:
            return self._hardware_note(change)
        if "model" in names:
            return self.tr("a weaker model")
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

    def _length_note(self, before: Plan, change: Change, known: Known) -> str:
        length, lengths = change.plan.seq_len, known.lengths
        if known.packing:
            longer = length > before.seq_len
            return self.tr("fewer splits") if longer else self.tr("more splits")
        if lengths is not None and lengths.longest <= min(length, before.seq_len):
            return self.tr("no sample is longer")
        if lengths is not None:
            return self.tr("cuts {share}").format(share=per_cent(lengths.truncated_share(length)))
        return self.tr("longer samples fit") if length > before.seq_len else self.tr("cuts samples")

    def _hardware_note(self, change: Change) -> str:
        if any(name == "gpu" for name, _ in change.changed):
            return self.tr("needs that card")
        return self.tr("needs {n} GPUs").format(n=change.plan.n_gpus)


_ADAPTED = (Method.LORA, Method.LORA_EMB, Method.QLORA)


def _is_budget(change: Change) -> bool:
    """Whether the change takes nothing from the plan but gives it what others hold of the card."""
    return any(name == "budget" for name, _ in change.changed)


def _same_samples(before: Plan, change: Change) -> bool:
    return before.samples_per_step == change.plan.samples_per_step


__all__ = ["ChangeWording", "Known"]

"""Labels, units and tips of the plan form, and the editor that each field needs."""

from __future__ import annotations

from PySide6.QtCore import QObject

from gpuplanner.core.fields import FieldSpec, Value
from gpuplanner.core.plan import PLAN_FIELD
from gpuplanner.core.price import Per
from gpuplanner.core.uses import Ignored
from gpuplanner.ui.plan.form_editors import ChoiceField, Editor, FlagField, NameField
from gpuplanner.ui.plan.form_fields import budget_words, read_budget, spec_of
from gpuplanner.ui.theme import Theme
from gpuplanner.ui.told import as_sentence, told
from gpuplanner.ui.widgets.number_field import NumberField, Steps
from gpuplanner.ui.widgets.price_field import PriceField
from gpuplanner.ui.wording import Wording
from gpuplanner.ui.words import field_label

_STEPS = {
    "seq_len": Steps.LENGTHS,
    "new_tokens": Steps.LENGTHS,
    "lora_rank": Steps.DOUBLINGS,
    "grad_accum_steps": Steps.DOUBLINGS,
    "gpus_per_node": Steps.DOUBLINGS,
    "internode_gbps": Steps.ROUND,
    "samples": Steps.ROUND,
}


class FormWords(QObject):
    """Labels, heads, units and tips of the form, and its editors."""

    def __init__(self, theme: Theme, wording: Wording, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme, self._wording = theme, wording

    def section(self, key: str) -> str:
        """The head of a section."""
        return {
            "model": self.tr("Model"),
            "batch": self.tr("Batch"),
            "savers": self.tr("Memory savers"),
            "hardware": self.tr("Hardware"),
            "work": self.tr("Work"),
            "more": self.tr("More"),
        }[key]

    def label(self, name: str) -> str:
        """The label of a row, which is that of its first field."""
        own = {
            "gpus_per_node": self.tr("GPUs"),
            "torch_version": self.tr("PyTorch"),
            "adapter_precision": self.tr("Adapters in"),
            "samples": self.tr("Samples"),
            "price": self.tr("Price"),
            "reserve": self.tr("Reserve"),
            "budget": self.tr("Budget"),
        }
        return own.get(name) or field_label(spec_of(name))

    def unit(self, name: str, value: Value = None) -> str:
        """The unit behind a number; some have a plural."""
        one = value == 1
        return {
            "seq_len": self.tr("tokens"),
            "new_tokens": self.tr("tokens"),
            "grad_accum_steps": self.tr("accum."),
            "nodes": self.tr("node") if one else self.tr("nodes"),
            "epochs": self.tr("epoch") if one else self.tr("epochs"),
            "internode_gbps": self.tr("Gbit/s"),
            "price": self.tr("per GPU-hour"),
            "reserve": self.tr("GiB"),
        }.get(name, "")

    def automatic(self, name: str, resolved: Value) -> str:
        """The option "not said", with what it comes to."""
        if resolved is None:
            return self.tr("automatic")
        return self.tr("{value}, automatic").format(value=self._wording.option(name, resolved))

    def editor(self, name: str, models: tuple[str, ...], gpus: tuple[str, ...]) -> Editor:
        """A new editor for a field, named for screen readers."""
        spec = spec_of(name)
        editor = self._new_editor(name, spec, models, gpus)
        unit = self.unit(name)
        label = field_label(spec) if name in PLAN_FIELD else self.label(name)
        editor.setAccessibleName(f"{label}, {unit}" if unit else label)
        editor.setAccessibleDescription(told(spec.help))
        editor.setObjectName(name)
        return editor

    def _new_editor(
        self, name: str, spec: FieldSpec, models: tuple[str, ...], gpus: tuple[str, ...]
    ) -> Editor:
        if name == "model":
            return NameField(self._theme, models)
        if name == "lora_targets":
            return NameField(self._theme, (str(spec.default),))
        if name == "budget":
            return NameField(self._theme, tuple(budget_words().values()), read_budget)
        if name == "torch_version":
            return NameField(self._theme, ("2.13", "2.10", "2.8", "2.6", "2.4", "2.2", "2.0"))
        if name == "gpu":
            return ChoiceField(self._theme, [(gpu, gpu) for gpu in gpus])
        if name == "price":
            return PriceField(self._theme, spec, Per.GPU_HOUR, self.unit(name))
        if spec.kind is bool:
            return FlagField(self._theme, self.tr("Fused loss") if name == "fused_loss" else "")
        if spec.choices:
            members: list[Value] = list(spec.kind)  # type: ignore[call-overload]
            options = [(member, self._wording.option(name, member)) for member in members]
            if spec.default is None:
                options.insert(0, (None, self.tr("automatic")))
            return ChoiceField(self._theme, options)
        return NumberField(self._theme, spec, _STEPS.get(name, Steps.ONES), self.unit(name))

    def tip(self, name: str, reason: Ignored | None) -> str:
        """What a field means, and why it does not count here."""
        spec = spec_of(name)
        text = told(spec.help)
        if spec.unset:
            text = self.tr("{help} ({unset})").format(help=text, unset=told(spec.unset))
        text = as_sentence(text)
        if reason is None:
            return text
        why = {
            Ignored.METHOD: self.tr("Not used by this method."),
            Ignored.ONE_GPU: self.tr("Not used with one GPU per node."),
            Ignored.ONE_NODE: self.tr("Not used with one node."),
        }[reason]
        return f"{text}\n{why}"

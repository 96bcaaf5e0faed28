"""What the plan form is made of: its sections and rows, and the editor that each field needs."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject

from gpuplanner.core.estimate import Budget, WorkRequest
from gpuplanner.core.fields import FieldSpec, Value
from gpuplanner.core.plan import PLAN_FIELD
from gpuplanner.core.units import GIB, MEMORY_UNITS, read_number, shorten, signed
from gpuplanner.ui.form_editors import ChoiceField, Editor, FlagField, NameField
from gpuplanner.ui.number_field import NumberField, Steps
from gpuplanner.ui.plan_steps import DEFAULT_PLAN, DEFAULT_WORK, Setup
from gpuplanner.ui.theme import Theme
from gpuplanner.ui.wording import Wording
from gpuplanner.ui.words import field_label

SAMPLES = FieldSpec(
    "samples", int, DEFAULT_WORK.samples, "Samples", "Sequences to train on", low=1, high=10**12
)
EPOCHS = FieldSpec(
    "epochs", float, DEFAULT_WORK.epochs, "Epochs", "How often each is seen", low=0.001, high=10**6
)
PRICE = FieldSpec("price", float, None, "Price", "Your own price of one GPU for one hour", low=0, high=10**6)
RESERVE = FieldSpec(
    "reserve", float, 0.0, "Reserve", "GiB of each card that must stay free", unit="GiB", low=0, high=10**6
)
BUDGET = FieldSpec(
    "budget", str, "capacity", "Budget", "What one GPU may give: its capacity, or an amount such as 20 GiB"
)
_OWN = {spec.name: spec for spec in (SAMPLES, EPOCHS, PRICE, RESERVE, BUDGET)}
CAPACITY = "capacity"

_STEPS = {
    "seq_len": Steps.LENGTHS,
    "new_tokens": Steps.LENGTHS,
    "lora_rank": Steps.DOUBLINGS,
    "grad_accum_steps": Steps.DOUBLINGS,
    "gpus_per_node": Steps.DOUBLINGS,
    "internode_gbps": Steps.ROUND,
    "samples": Steps.ROUND,
    "price": Steps.TENTHS,
}


@dataclass(frozen=True)
class Row:
    """One line of the form: a label and one or two editors.  ``between`` stands between the two."""

    fields: tuple[str, ...]
    between: str = ""
    shares: tuple[int, int] = (1, 1)
    """Widths of the two editors, in proportion."""


SECTIONS: tuple[tuple[str, tuple[Row, ...]], ...] = (
    (
        "model",
        (
            Row(("model",)),
            Row(("method",)),
            Row(("precision",)),
            Row(("quantization",)),
            Row(("lora_rank", "lora_targets"), shares=(4, 7)),
        ),
    ),
    ("batch", (Row(("seq_len",)), Row(("micro_batch_size", "grad_accum_steps"), "×", (5, 8)))),
    (
        "savers",
        (
            Row(("optimizer",)),
            Row(("attention",)),
            Row(("grad_checkpointing", "fused_loss"), shares=(2, 5)),
            Row(("offload",)),
        ),
    ),
    (
        "hardware",
        (
            Row(("gpu",)),
            Row(("gpus_per_node", "nodes"), "×", (5, 8)),
            Row(("sharding",)),
            Row(("budget",)),
        ),
    ),
    ("work", (Row(("samples", "epochs"), "×", (6, 7)),)),
)
MORE: tuple[Row, ...] = tuple(
    Row((name,))
    for name in (
        "price",
        "framework",
        "autocast",
        "adapter_precision",
        "lora_dropout",
        "torch_version",
        "interconnect",
        "internode_gbps",
        "new_tokens",
        "kv_cache_precision",
        "reserve",
    )
)


def spec_of(name: str) -> FieldSpec:
    """The declaration of a field of the form."""
    return _OWN.get(name) or PLAN_FIELD[name]


def value_of(setup: Setup, name: str) -> Value:
    """What a field of the form holds."""
    if name in PLAN_FIELD:
        value: Value = getattr(setup.plan, name)
        return value
    if name == "budget":
        return budget_text(setup.budget)
    if name == "reserve":
        return setup.budget.reserve_bytes / GIB
    work = setup.work
    return {"samples": work.samples, "epochs": work.epochs, "price": work.price_per_gpu_hour}[name]


def default_of(name: str) -> Value:
    """What a new window holds."""
    return value_of(Setup(DEFAULT_PLAN, Budget(), DEFAULT_WORK), name)


def budget_text(budget: Budget) -> str:
    """A budget as the form shows it."""
    if budget.bytes is None:
        return CAPACITY
    return f"{signed(budget.bytes / GIB, 2, plus=False).removesuffix('0').removesuffix('.0')} GiB"


def read_budget(text: str) -> str:
    """Check a budget: "capacity", or an amount with GiB (the default), GB, MiB or B.

    Raises:
        ValueError: with what can be entered.
    """
    return budget_text(Budget(budget_bytes(text)))


def budget_bytes(text: str) -> int | None:
    """The bytes of a budget's text; None for the card's capacity.

    Raises:
        ValueError: with what can be entered.
    """
    text = text.strip()
    if text.lower() in (CAPACITY, ""):
        return None
    unit = next((unit for unit in ("GiB", "GB", "MiB", "B") if text.lower().endswith(unit.lower())), "")
    try:
        amount = read_number(text[: len(text) - len(unit)]) * MEMORY_UNITS[unit or "GiB"]
    except ValueError:
        raise ValueError(f"{shorten(text)!r} is not an amount; enter capacity, or such as 20 GiB") from None
    if not 1 <= amount <= 10**16:
        raise ValueError(f"{shorten(text)!r} is no memory of a card; enter capacity, or such as 20 GiB")
    return round(amount)


def with_work(work: WorkRequest, name: str, value: Value) -> WorkRequest:
    """The work with one of its fields changed."""
    samples, epochs, price = work.samples, work.epochs, work.price_per_gpu_hour
    if isinstance(value, int | float):
        if name == "samples":
            samples = int(value)
        elif name == "epochs":
            epochs = float(value)
    if name == "price":
        price = float(value) if isinstance(value, int | float) else None
    return WorkRequest(samples, epochs, price)


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
        editor.setAccessibleDescription(spec.help)
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
            return NameField(self._theme, (CAPACITY,), read_budget)
        if name == "torch_version":
            return NameField(self._theme, ("2.13", "2.10", "2.8", "2.6", "2.4", "2.2", "2.0"))
        if name == "gpu":
            return ChoiceField(self._theme, [(gpu, gpu) for gpu in gpus])
        if spec.kind is bool:
            return FlagField(self._theme, self.tr("Fused loss") if name == "fused_loss" else "")
        if spec.choices:
            members: list[Value] = list(spec.kind)  # type: ignore[call-overload]
            options = [(member, self._wording.option(name, member)) for member in members]
            if spec.default is None:
                options.insert(0, (None, self.tr("automatic")))
            return ChoiceField(self._theme, options)
        return NumberField(self._theme, spec, _STEPS.get(name, Steps.ONES), self.unit(name))

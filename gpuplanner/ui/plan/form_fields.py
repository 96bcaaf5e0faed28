"""What the plan form is made of: its sections and rows, and how its fields read and write a setup."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QCoreApplication

from gpuplanner.core.estimate import Budget, WorkRequest
from gpuplanner.core.fields import FieldSpec, Value
from gpuplanner.core.llm import Llm
from gpuplanner.core.plan import ALL_LINEAR, PLAN_FIELD
from gpuplanner.core.price import Price
from gpuplanner.core.units import GIB, MEMORY_UNITS, read_number, shorten, signed
from gpuplanner.estimator.candidates import fewer_targets
from gpuplanner.ui.plan.plan_steps import DEFAULT_PLAN, DEFAULT_WORK, Setup
from gpuplanner.ui.widgets.price_field import price_of_value, value_of_price

SAMPLES = FieldSpec(
    "samples", int, DEFAULT_WORK.samples, "Samples", "Sequences to train on", low=1, high=10**12
)
EPOCHS = FieldSpec(
    "epochs", float, DEFAULT_WORK.epochs, "Epochs", "How often each is seen", low=0.001, high=10**6
)
PRICE = FieldSpec(
    "price",
    float,
    None,
    "Price",
    "Your own price of one GPU for one hour, such as 2.5 EUR",
    low=0,
    high=10**6,
)
RESERVE = FieldSpec(
    "reserve", float, 0.0, "Reserve", "GiB of each card that must stay free", unit="GiB", low=0, high=10**6
)
BUDGET = FieldSpec(
    "budget",
    str,
    "capacity",
    "Budget",
    "What one GPU may give: its capacity, what is free now on the local one, or an amount such as 20 GiB",
)
_OWN = {spec.name: spec for spec in (SAMPLES, EPOCHS, PRICE, RESERVE, BUDGET)}
CAPACITY = "capacity"
FREE_NOW = "free now"


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
    price = value_of_price(price_of_work(work))
    return {"samples": work.samples, "epochs": work.epochs, "price": price}[name]


def default_of(name: str) -> Value:
    """What a new window holds."""
    return value_of(Setup(DEFAULT_PLAN, Budget(), DEFAULT_WORK), name)


def budget_words() -> dict[str, str]:
    """What the form says for the budgets that are no amounts; the English words can always be typed."""
    translate = QCoreApplication.translate
    return {CAPACITY: translate("budget", "capacity"), FREE_NOW: translate("budget", "free now")}


def budget_text(budget: Budget) -> str:
    """A budget as the form shows it."""
    if budget.free_now:
        return budget_words()[FREE_NOW]
    if budget.bytes is None:
        return budget_words()[CAPACITY]
    return f"{signed(budget.bytes / GIB, 2, plus=False).removesuffix('0').removesuffix('.0')} GiB"


def read_budget(text: str) -> str:
    """Check a budget: "capacity", "free now", or an amount with GiB (the default), GB, MiB or B.

    Raises:
        ValueError: with what can be entered.
    """
    return budget_text(budget_of(text))


def budget_of(text: str, reserve_bytes: int = 0) -> Budget:
    """The budget of a text; what is free now has no bytes before somebody has looked.

    Raises:
        ValueError: with what can be entered.
    """
    if text.strip().lower() in (FREE_NOW, "free", budget_words()[FREE_NOW].lower()):
        return Budget(None, reserve_bytes, free_now=True)
    return Budget(budget_bytes(text), reserve_bytes)


def budget_bytes(text: str) -> int | None:
    """The bytes of a budget's text; None for the card's capacity.

    Raises:
        ValueError: with what can be entered.
    """
    text = text.strip()
    if text.lower() in (CAPACITY, "", budget_words()[CAPACITY].lower()):
        return None
    unit = next((unit for unit in ("GiB", "GB", "MiB", "B") if text.lower().endswith(unit.lower())), "")
    try:
        amount = read_number(text[: len(text) - len(unit)]) * MEMORY_UNITS[unit or "GiB"]
    except ValueError:
        raise ValueError(
            f"{shorten(text)!r} is not an amount; enter capacity, free now, or such as 20 GiB"
        ) from None
    if not 1 <= amount <= 10**16:
        raise ValueError(
            f"{shorten(text)!r} is no memory of a card; enter capacity, free now, or such as 20 GiB"
        )
    return round(amount)


def with_work(work: WorkRequest, name: str, value: Value) -> WorkRequest:
    """The work with one of its fields changed."""
    if name == "price":
        price = price_of_value(value)
        amount, currency = (None, "") if price is None else (price.amount, price.currency)
        return replace(work, price_per_gpu_hour=amount, currency=currency)
    if isinstance(value, int | float):
        return replace(work, samples=int(value)) if name == "samples" else replace(work, epochs=float(value))
    return work


def price_of_work(work: WorkRequest) -> Price | None:
    """What a GPU costs for an hour; None: nobody named a price."""
    amount = work.price_per_gpu_hour
    return None if amount is None else Price(amount, work.currency)


def usual_targets(llm: Llm) -> tuple[str, ...]:
    """What people adapt: everything, attention only, queries and values only."""
    return (ALL_LINEAR, *fewer_targets(llm))

"""Sentences about an estimate: its figures in a unit, the chart's words, time, the nearest measurement."""

from __future__ import annotations

from PySide6.QtCore import QObject

from gpuplanner.core.benchmark import MemoryKind, MemoryUnit, Origin
from gpuplanner.core.estimate import BoundBy, Budget, Estimate, Fits
from gpuplanner.core.fields import Value
from gpuplanner.core.plan import (
    PLAN_FIELD,
    Autocast,
    Framework,
    Interconnect,
    Method,
    Offload,
    Plan,
    Precision,
    Quantization,
    Sharding,
)
from gpuplanner.core.units import GB, MEMORY_UNITS, seconds, signed
from gpuplanner.estimator.baseline import RuleOfThumb
from gpuplanner.report.charts import MeasuredPoint, MemoryChart
from gpuplanner.ui.words import field_label, value_words


class Wording(QObject):
    """Turns estimates into words in the chosen memory unit; figures are always per GPU unless labelled."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._unit = MemoryUnit.GIB

    @property
    def unit(self) -> MemoryUnit:
        """GiB or GB."""
        return self._unit

    def set_unit(self, unit: MemoryUnit) -> None:
        """Choose GiB or GB for everything from now on."""
        self._unit = unit

    @property
    def unit_bytes(self) -> float:
        """Bytes of one unit."""
        return MEMORY_UNITS[self._unit.value]

    def per_gpu(self) -> str:
        """The unit of every figure: "GiB per GPU"."""
        return self.tr("{unit} per GPU").format(unit=self._unit.value)

    def amount(self, n_bytes: float, decimals: int = 1) -> str:
        """Bytes as a bare number in the unit."""
        return signed(n_bytes / self.unit_bytes, decimals, plus=False)

    def with_unit(self, n_bytes: float, decimals: int = 1) -> str:
        """Bytes with the unit: "21.4 GiB"."""
        return f"{self.amount(n_bytes, decimals)} {self._unit.value}"

    def difference(self, n_bytes: float) -> str:
        """Signed bytes with the unit: "−4.4 GiB"."""
        return f"{signed(n_bytes / self.unit_bytes, 1)} {self._unit.value}"

    def verdict_word(self, fits: Fits) -> str:
        """ "Fits", "Tight", "Does not fit"."""
        if fits is Fits.YES:
            return self.tr("Fits")
        return self.tr("Tight") if fits is Fits.TIGHT else self.tr("Does not fit")

    # The card and the chart ------------------------------------------------------------------

    def share_of_budget(self, estimate: Estimate, budget: Budget) -> str:
        """ "91 % of the card"."""
        percent = round(100 * estimate.memory.peak_device_bytes / max(estimate.budget_bytes, 1))
        if budget.free_now and budget.bytes is not None:
            return self.tr("{percent} % of what is free").format(percent=f"{percent:,}")
        if budget.bytes is None:
            return self.tr("{percent} % of the card").format(percent=f"{percent:,}")
        return self.tr("{percent} % of the budget").format(percent=f"{percent:,}")

    def card(self, estimate: Estimate, budget: Budget, free_age: str = "") -> str:
        """ "RTX 4090 · 23.99 GiB", and the budget where it is another; ``free_age``: "12 s ago"."""
        capacity = f"{estimate.resolved.gpu.name} · {self.with_unit(estimate.resolved.gpu.memory_bytes, 2)}"
        if budget.bytes is None and not budget.reserve_bytes:
            return capacity
        if budget.free_now and budget.bytes is not None:
            amount = self.with_unit(estimate.budget_bytes, 2)
            if free_age:
                return self.tr("{card} · {amount} free {age}").format(
                    card=capacity, amount=amount, age=free_age
                )
            return self.tr("{card} · {amount} free now").format(card=capacity, amount=amount)
        return self.tr("{card} · budget {amount}").format(
            card=capacity, amount=self.with_unit(estimate.budget_bytes, 2)
        )

    def sky(self, chart: MemoryChart) -> str:
        """The one text in the sky of the chart: how long sequences may be."""
        limits = self.limits(chart)
        if not chart.scaled_to_curve:
            return limits[:1].upper() + limits[1:]
        return self.tr("↑ {budget} · {limits}").format(
            budget=self.with_unit(chart.budget_bytes, 0), limits=limits
        )

    def limits(self, chart: MemoryChart) -> str:
        """ "fits to 3,840, tight to 5,632"."""
        if chart.tight_to is None:
            return self.tr("no length fits")
        if chart.fits_to is None:
            return self.tr("tight to {tight}").format(tight=f"{chart.tight_to:,}")
        if chart.fits_to == chart.tight_to:
            return self.tr("fits to {fits}").format(fits=f"{chart.fits_to:,}")
        return self.tr("fits to {fits}, tight to {tight}").format(
            fits=f"{chart.fits_to:,}", tight=f"{chart.tight_to:,}"
        )

    def origin(self, origin: Origin) -> str:
        """A word for the key of the chart."""
        return {
            Origin.PUBLISHED: self.tr("published"),
            Origin.TRIAL: self.tr("my trial"),
            Origin.DRY_RUN: self.tr("dry run"),
            Origin.ENTERED: self.tr("entered"),
        }[origin]

    def point(self, point: MeasuredPoint) -> str:
        """The tip of a measured point: row, figure, and which settings were others."""
        row, length = point.row + 1, f"{point.length:,}"
        if point.oom:
            line = self.tr("Row {row}: out of memory at {length} tokens").format(row=row, length=length)
        else:
            line = self.tr("Row {row}: {amount} at {length} tokens, {origin}").format(
                row=row, amount=self.with_unit(point.bytes), length=length, origin=self.origin(point.origin)
            )
            if point.kind in (MemoryKind.ALLOCATED, MemoryKind.RESERVED):
                line += ", " + value_words(point.kind)
        if point.differs:
            line += "\n" + self.differs(point)
        return line

    def differs(self, point: MeasuredPoint) -> str:
        """Which settings of the row are not the plan's."""
        names = ", ".join(in_sentence(field_label(PLAN_FIELD[name])) for name in point.differs)
        return self.tr("measured with other settings: {names}").format(names=names)

    def curve(self, length: int, predicted: float, low: float, high: float) -> str:
        """The tip over the curve."""
        return self.tr("{length} tokens: {amount} ({low}–{high})").format(
            length=f"{length:,}",
            amount=self.with_unit(predicted),
            low=self.amount(low),
            high=self.amount(high),
        )

    def nearest(
        self, point: MeasuredPoint, estimate_bytes: float, plan_length: int, *, is_corrected: bool = False
    ) -> str:
        """ "Nearest: row 72, 21.4 GiB measured, 21.9 estimated": both of that row, not of the plan.

        Of a corrected estimate the row is compared with physics: the correction may have learned from it.
        """
        texts = {
            "row": point.row + 1,
            "amount": self.with_unit(point.bytes),
            "estimate": self.amount(estimate_bytes),
            "length": f"{point.length:,}",
        }
        if is_corrected:
            return self.tr("Nearest: row {row} at {length}, {amount}, physics alone {estimate}").format(
                **texts
            )
        if point.length == plan_length:
            return self.tr("Nearest: row {row}, {amount} measured, {estimate} estimated").format(**texts)
        return self.tr("Nearest: row {row} at {length}, {amount}, {estimate} estimated").format(**texts)

    # Time, and the rule of thumb -------------------------------------------------------------

    def bound_by(self, bound: BoundBy) -> str:
        """What the step waits for most, in a few words."""
        return {
            BoundBy.COMPUTE: self.tr("bound by compute"),
            BoundBy.BANDWIDTH: self.tr("bound by memory bandwidth"),
            BoundBy.LAUNCH: self.tr("bound by Python"),
            BoundBy.COMMUNICATION: self.tr("bound by communication"),
        }[bound]

    def hours(self, hours: float) -> tuple[str, str]:
        """A duration as (number, unit): minutes below one hour, days above four."""
        if hours < 1:
            return signed(hours * 60, 0 if hours * 60 >= 10 else 1, plus=False), self.tr("minutes")
        if hours >= 96:
            return signed(hours / 24, 1, plus=False), self.tr("days")
        return signed(hours, 1, plus=False), self.tr("hours")

    def seconds_range(self, low: float, high: float) -> str:
        """ "32–43 s" without the unit."""
        return f"{seconds(low)}–{seconds(high)}"

    def rule(self, rule: RuleOfThumb, n_gpus: int) -> str:
        """The rule of thumb in one line: a baseline with its terms, in GB as people say it."""
        total, weights = rule.total_bytes / GB, rule.weights_bytes / GB
        if rule.gradients_bytes == 0:
            text = self.tr("Rule of thumb {total} GB: the weights alone").format(total=_short(total))
        else:
            text = self.tr(
                "Rule of thumb {total} GB: weights {weights}, gradients {gradients}, optimizer {optimizer}"
            ).format(
                total=_short(total),
                weights=_short(weights),
                gradients=_short(rule.gradients_bytes / GB),
                optimizer=_short(rule.optimizer_bytes / GB),
            )
        return text + self.tr(", all GPUs") if n_gpus > 1 else text

    # Fields ----------------------------------------------------------------------------------

    def option(self, name: str, value: Value) -> str:
        """A field's value as forms and changes name it."""
        if name == "model" and value:
            # Of a path the last two parts say enough; the tip has all of it.
            return str(value)
        if isinstance(value, bool):
            return self.tr("on") if value else self.tr("off")
        own = self._own_options().get(value) if value is not None else ""
        return own or value_words(value)

    def field_and_value(self, plan: Plan, name: str) -> str:
        """A field with its value, to mark which plan an estimate is of: "2,048 tokens", "QLoRA"."""
        value = getattr(plan, name)
        text = self.option(name, value)
        if name == "seq_len":
            return self.tr("{n} tokens").format(n=text)
        if name in ("model", "method", "gpu"):
            return text
        return f"{in_sentence(field_label(PLAN_FIELD[name]))} {text}"

    def shown_for(self, plan: Plan, names: tuple[str, ...]) -> str:
        """The mark on an estimate that is not of the fields as they stand."""
        return self.tr("Shown for {values}.").format(
            values=", ".join(self.field_and_value(plan, name) for name in names)
        )

    def _own_options(self) -> dict[object, str]:
        return {
            Quantization.NONE: self.tr("none"),
            Sharding.NONE: self.tr("none"),
            Offload.NONE: self.tr("none"),
            Precision.BF16_MIXED: self.tr("bf16 mixed"),
            Precision.FP16_MIXED: self.tr("fp16 mixed"),
            Framework.AUTO: self.tr("automatic"),
            Framework.HF: "Hugging Face",
            Framework.HF_DEEPSPEED: "HF, DeepSpeed",
            Framework.FSDP: "FSDP",
            Interconnect.NVLINK: "NVLink",
            Interconnect.PCIE: "PCIe",
            Autocast.AUTO: self.tr("automatic"),
            Autocast.TRUE: self.tr("on"),
            Autocast.FALSE: self.tr("off"),
            Method.FULL: self.tr("Full"),
        }


def in_sentence(text: str) -> str:
    """A text within a sentence: its first word in small letters, unless it is a name such as LoRA."""
    first = text.split(" ", 1)[0]
    return text[:1].lower() + text[1:] if first[1:].islower() else text


def _short(gigabytes: float) -> str:
    return signed(gigabytes, 0 if gigabytes >= 10 else 1, plus=False)

"""Puts one card's sample into the words and figures of its row and of its details."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject

from gpuplanner.core.units import signed
from gpuplanner.monitor.metrics import metric_of, throttle_words
from gpuplanner.monitor.readings import Missing, number
from gpuplanner.monitor.samples import CardSample, MigInstance
from gpuplanner.ui.monitor.monitor_card_view import BarPart, CardView, Fact
from gpuplanner.ui.monitor.monitor_figures import energy, reading_text, reason, short_name, short_uuid
from gpuplanner.ui.monitor.monitor_plot_words import Axes
from gpuplanner.ui.monitor.monitor_state_words import StateText
from gpuplanner.ui.told import told


class CardWords(QObject):
    """Words for the identity and the details of a card."""

    def view(self, card: CardSample, axes: Axes, trouble: StateText | None) -> CardView:
        """The row of a card, without its plots."""
        facts = card.facts
        title = self.tr("GPU {n}").format(n=facts.index) if facts.index >= 0 else self.tr("GPU")
        view = CardView(
            facts.uuid,
            title,
            short_name(facts.name),
            unit=axes.unit,
            foot=self._foot(card),
            foot_tip="\n".join(part for part in (facts.uuid, facts.pci_bus_id) if part),
            facts=() if facts.uuid.startswith("unread-") else self._facts(card),
            instances=tuple(self._instance(instance, axes) for instance in card.instances),
            **self._badge(card),
        )
        if trouble is not None:
            lines = tuple(line for line in (trouble.consequence, trouble.to_do) if line)
            sentence = f"{title} {facts.name}: {trouble.title}. {' '.join(lines)}"
            return replace(
                view, trouble=trouble.title, trouble_lines=lines, is_fault=trouble.is_fault, sentence=sentence
            )
        return replace(view, **self._memory(card, axes, f"{title} {facts.name}"))

    def _memory(self, card: CardSample, axes: Axes, title: str) -> dict[str, Any]:
        total, free = number(card["memory_total_bytes"]), number(card["memory_free_bytes"])
        busy = reading_text(card["gpu_utilization_percent"])
        rest = self.tr("{busy} % busy, {celsius} °C, {watts} W").format(
            busy=busy,
            celsius=reading_text(card["temperature_celsius"]),
            watts=reading_text(card["power_watts"]),
        )
        if not total or free is None:
            note = reason(card["memory_free_bytes"]) or reason(card["memory_total_bytes"])
            return {"memory_note": note, "sentence": f"{title}: {note} {rest}"}
        reserved = number(card["memory_reserved_bytes"]) or 0.0
        used = number(card["memory_used_bytes"]) or 0.0
        mine = min(number(card["followed_bytes"]) or 0.0, used)

        def part(token: str, n_bytes: float, words: str) -> BarPart:
            return BarPart(token, n_bytes / total, f"{words} {_figure(n_bytes, axes)}")

        parts = [part("reserved", reserved, self.tr("reserved"))] if reserved else []
        parts.append(part("others", used - mine, self.tr("others") if mine else self.tr("in use")))
        if mine:
            parts.append(part("trial", mine, self.tr("my trial")))
        words = self.tr("{free} of {total} {unit} free").format(
            free=_figure(free, axes), total=_figure(total, axes), unit=axes.unit
        )
        return {
            "free": _figure(free, axes),
            "total": self.tr("of {n}").format(n=_figure(total, axes)),
            "parts": tuple(parts),
            "sentence": f"{title}: {words}; {', '.join(p.text for p in parts)}. {rest}",
        }

    def _foot(self, card: CardSample) -> str:
        n = len(card.instances)
        parts = []
        if card.facts.mig_enabled:
            parts.append(self.tr("MIG, 1 part") if n == 1 else self.tr("MIG, {n} parts").format(n=n))
        parts.append(short_uuid(card.facts.uuid))
        generation, width = number(card["pcie_generation"]), number(card["pcie_width"])
        if generation and width:
            parts.append(self.tr("PCIe {generation} ×{width}").format(generation=generation, width=width))
        return "  ·  ".join(parts)

    def _badge(self, card: CardSample) -> dict[str, Any]:
        words = throttle_words(number(card["throttle_reasons"]) or 0)
        if not words or card.problem is not None:
            return {}
        short = {
            "power cap": self.tr("Power cap"),
            "hardware slowdown (heat or power)": self.tr("Hardware slowdown"),
            "heat (driver)": self.tr("Heat"),
            "heat (hardware)": self.tr("Heat"),
            "power brake of the power supply": self.tr("Power brake"),
            "limit of the board": self.tr("Board limit"),
            "reliability voltage limit": self.tr("Voltage limit"),
        }
        # The power cap holds every busy card; what else there is says more.
        chosen = next((word for word in words if word != "power cap"), words[0])
        clock, most = number(card["sm_clock_mhz"]), number(card.facts.max_sm_clock_mhz)
        clocks = (
            self.tr(" It runs at {n} of {most} MHz.").format(n=f"{clock:,.0f}", most=f"{most:,.0f}")
            if clock and most
            else ""
        )
        tip = self.tr("Slowed by: {words}.").format(words=", ".join(map(told, words))) + clocks
        return {
            "badge": short.get(chosen) or told(chosen),
            "badge_tip": tip,
            "badge_warns": chosen != "power cap",
        }

    def _facts(self, card: CardSample) -> tuple[Fact, ...]:
        facts = card.facts
        joules = number(card["energy_joules"])
        all_reasons = throttle_words(number(card["throttle_reasons"]) or 0, all_reasons=True)
        link = self.tr("gen {generation} ×{width}").format(
            generation=reading_text(card["pcie_generation"]), width=reading_text(card["pcie_width"])
        )
        state = reading_text(card["performance_state"])
        found = [
            self._clock(card, "sm_clock_mhz", facts.max_sm_clock_mhz),
            self._clock(card, "memory_clock_mhz", facts.max_memory_clock_mhz),
            self._fact(card, "performance_state", f"P{state}" if state[0].isdigit() else state),
            self._fact(card, "throttle_reasons", ", ".join(map(told, all_reasons)) or self.tr("nothing")),
            self._fact(card, "memory_utilization_percent", unit="%"),
            self._fact(card, "fan_percent", unit="%"),
            self._fact(card, "power_cap_watts", unit="W"),
            self._fact(card, "energy_joules", "–" if joules is None else energy(joules)),
            self._fact(card, "ecc_corrected_errors"),
            self._fact(card, "ecc_uncorrected_errors"),
            self._fact(card, "xid", self.tr("none") if card["xid"] == 0 else ""),
            Fact(
                self.tr("PCIe link"),
                link,
                reason(card["pcie_generation"]) or told(metric_of("pcie_generation").help),
            ),
            self._rate(card, "pcie_sent_bytes_per_s"),
            self._rate(card, "pcie_received_bytes_per_s"),
            Fact(self.tr("Compute capability"), facts.compute_capability or "–"),
            Fact(self.tr("PCI address"), facts.pci_bus_id or "–"),
            Fact(self.tr("UUID"), facts.uuid, facts.uuid),
        ]
        return tuple(found)

    def _fact(self, card: CardSample, name: str, value: str = "", unit: str = "") -> Fact:
        metric, reading = metric_of(name), card[name]
        if isinstance(reading, Missing):
            return Fact(told(metric.label), reading_text(reading), reason(reading))
        text = value or reading_text(reading)
        return Fact(told(metric.label), f"{text} {unit}".strip(), told(metric.help))

    def _clock(self, card: CardSample, name: str, most: object) -> Fact:
        fact = self._fact(card, name, unit="MHz")
        if isinstance(most, int | float) and most and not isinstance(card[name], Missing):
            value = self.tr("{n} of {most} MHz").format(n=reading_text(card[name]), most=f"{most:,.0f}")
            return Fact(fact.label, value, fact.tip)
        return fact

    def _rate(self, card: CardSample, name: str) -> Fact:
        metric, value = metric_of(name), number(card[name])
        if value is None:
            return Fact(told(metric.label), "–", self.tr("Read only where it is asked for: menu “More”."))
        return Fact(told(metric.label), f"{signed(value / 1e6, 1, plus=False)} MB/s", told(metric.help))

    def _instance(self, instance: MigInstance, axes: Axes) -> str:
        used, total = number(instance.memory_used_bytes), number(instance.memory_total_bytes)
        memory = (
            reason(instance.memory_used_bytes)
            if used is None or total is None
            else self.tr("{used} of {total} {unit} in use").format(
                used=_figure(used, axes), total=_figure(total, axes), unit=axes.unit
            )
        )
        numbers = self.tr("GI {gi}, CI {ci}").format(gi=instance.gpu_instance, ci=instance.compute_instance)
        return f"{short_name(instance.name)}  ·  {numbers}  ·  {memory}  ·  {instance.uuid}"


def _figure(n_bytes: float, axes: Axes) -> str:
    return signed(n_bytes / axes.unit_bytes, 1, plus=False)

"""Puts a sample of the local GPUs, and whether the plan would fit them now, into the words of the strip."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from gpuplanner.core.estimate import Estimate, Fits
from gpuplanner.core.units import NONE
from gpuplanner.monitor.metrics import throttle_words
from gpuplanner.monitor.readings import Missing, MissingKind, Reading, number
from gpuplanner.monitor.samples import CardSample, Sample
from gpuplanner.monitor.states import State, StateKind
from gpuplanner.ui.monitor.monitor_figures import age, reading_text, short_name, time_of_day
from gpuplanner.ui.monitor.monitor_state_words import StateWords
from gpuplanner.ui.strip.fit_now import CardUse, FitNow, Holder, card_use
from gpuplanner.ui.strip.tile_data import Figure, FitText, InnerMark, PeakMark, TileText
from gpuplanner.ui.told import told
from gpuplanner.ui.wording import Wording

STALE_PERIODS = 3.0
_SHORTEST_STALE_S = 1.0
"""Twice the time between two looks of the window."""
_LESS_THAN_SHOWN = 0.05
_APART = 0.08
"""Share of the card by which two lines must differ to be drawn both."""


class StripWords(QObject):
    """Words for cards, verdicts and states; memory in the unit of the window."""

    def __init__(self, wording: Wording, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wording = wording
        self._states = StateWords(self)

    # Cards -----------------------------------------------------------------------------------

    def tile(
        self,
        card: CardSample,
        sample: Sample,
        now_s: float,
        *,
        last_wall_s: float | None = None,
        fit: FitText | None = None,
        peak: PeakMark | None = None,
    ) -> TileText:
        """One card; ``last_wall_s``: when a card that is away was last read."""
        use = None if card.problem is not None else card_use(card)
        old = self.age(sample, now_s)
        title = self.tr("GPU {n}").format(n=card.facts.index)
        name = short_name(card.facts.name)
        problem, notes = self._problem(card, sample, last_wall_s)
        free, used = self._memory(card, use)
        live = old or self._rate(sample.period_s)
        figures = self._figures(card)
        if name == title:  # never read, so NVML's name is not known
            name = ""
        told = [
            ", ".join(text for text in (title, name) if text),
            *((problem, *notes) if problem else (free, used)),
        ]
        if not problem:
            told += [f"{figure.label} {figure.value}" for figure in figures]
        if fit is not None and fit.lines:
            told.append(fit.lines[0])
        facts = self._facts(card, sample)
        return TileText(
            uuid=card.uuid,
            title=title,
            name=name,
            facts=facts,
            live=live,
            fresh=not old,
            free=free,
            used=used,
            use=use,
            legend=self._legend(use),
            figures=figures,
            problem=problem,
            notes=notes,
            faulty=card.problem is not None and card.problem.kind is MissingKind.ERROR,
            fit=fit,
            peak=peak,
            tip="\n".join(
                text for text in (f"{title} {name}", facts, problem, *notes, fit.tip if fit else "") if text
            ),
            sentence=", ".join(text for text in told if text),
            short=self._short(title, use, problem),
        )

    def age(self, sample: Sample, now_s: float) -> str:
        """ "12 s ago" of a sample that is older than three periods; empty for a fresh one."""
        passed_s = now_s - sample.monotonic_s
        if passed_s <= max(STALE_PERIODS * sample.period_s, _SHORTEST_STALE_S):
            return ""
        return self.tr("{age} ago").format(age=age(passed_s))

    def _rate(self, period_s: float) -> str:
        if period_s > 1:
            return self.tr("live, every {n} s").format(n=f"{period_s:g}")
        return self.tr("live, {n} Hz").format(n=f"{1 / period_s:g}")

    def _facts(self, card: CardSample, sample: Sample) -> str:
        version = sample.driver.driver_version or card.facts.driver_version
        parts = []
        if version:
            short = ".".join(version.split(".")[:2])
            parts.append(self.tr("driver {version}").format(version=short))
        if card.facts.mig_enabled:
            parts.append(self.tr("MIG × {n}").format(n=len(card.instances)))
        elif sample.driver.cuda_version:
            parts.append(f"CUDA {sample.driver.cuda_version}")
        return " · ".join(parts)

    def _memory(self, card: CardSample, use: CardUse | None) -> tuple[str, str]:
        if use is not None:
            words = self._wording
            unit = words.unit.value
            free = self.tr("{amount} free").format(amount=words.with_unit(use.free))
            used = self.tr("{used} of {total} {unit} in use").format(
                used=words.amount(use.there + use.trial), total=words.amount(use.total, 2), unit=unit
            )
            return free, used
        reading = card["memory_used_bytes"]
        if card.problem is None and isinstance(reading, Missing):
            return NONE, told(reading.reason)
        return "", ""

    def _legend(self, use: CardUse | None) -> tuple[tuple[str, str], ...]:
        if use is None:
            return ()
        shown = (
            ("reserved", use.reserved, self.tr("reserved {amount}")),
            ("others", use.others, self.tr("others {amount}")),
            ("trial", use.trial, self.tr("my trial {amount}")),
        )
        least = _LESS_THAN_SHOWN * self._wording.unit_bytes
        return tuple(
            (token, text.format(amount=self._wording.amount(size)))
            for token, size, text in shown
            if size >= least
        )

    def _figures(self, card: CardSample) -> tuple[Figure, ...]:
        cap = number(card.facts.power_cap_watts)
        reasons = number(card["throttle_reasons"])
        slowed = throttle_words(reasons) if reasons is not None else ()
        heat = any(word.startswith("heat") for word in slowed)
        return (
            Figure(self.tr("Utilisation"), self._value(card["gpu_utilization_percent"], "%")),
            Figure(
                self.tr("Temperature"),
                self._value(card["temperature_celsius"], "°C"),
                self._slowed(slowed),
                warning=heat,
            ),
            Figure(
                self.tr("Power"),
                self._value(card["power_watts"], "W"),
                self.tr("of {n} W").format(n=round(cap)) if cap else "",
            ),
        )

    def _slowed(self, reasons: tuple[str, ...]) -> str:
        if any(word.startswith("heat") for word in reasons):
            return self.tr("slowed by heat")
        return self.tr("slowed: {reason}").format(reason=reasons[0]) if reasons else ""

    def _value(self, reading: Reading, unit: str) -> str:
        text = reading_text(reading)
        return f"{text} {unit}" if number(reading) is not None else text

    def _problem(
        self, card: CardSample, sample: Sample, last_wall_s: float | None
    ) -> tuple[str, tuple[str, ...]]:
        if card.problem is None:
            return "", ()
        words = ""
        if last_wall_s is not None:
            words = self.tr("Last reading {time}, {age} ago.").format(
                time=time_of_day(last_wall_s), age=age(max(0.0, sample.wall_s - last_wall_s))
            )
        trouble = self._states.of_card(card.problem, words)
        return trouble.title, tuple(text for text in (trouble.consequence, trouble.to_do) if text)

    def _short(self, title: str, use: CardUse | None, problem: str) -> str:
        if use is None:
            return f"{title} {NONE if problem else ''}".strip()
        return self.tr("{title}  {amount} free").format(title=title, amount=self._wording.with_unit(use.free))

    # The plan on a card ----------------------------------------------------------------------

    def peak(self, estimate: Estimate, use: CardUse) -> PeakMark:
        """Where the plan's peak would end: "predicted peak: 22.4 + 1.3 already there"."""
        memory, words = estimate.memory, self._wording
        label = self.tr("predicted peak: {peak} + {there} already there").format(
            peak=words.amount(memory.peak_device_bytes), there=words.amount(use.there)
        )
        return PeakMark(
            use.there + memory.peak_device_bytes,
            use.there + memory.low_device_bytes,
            use.there + memory.high_device_bytes,
            label,
            self._inner(estimate, use),
        )

    def _inner(self, estimate: Estimate, use: CardUse) -> tuple[InnerMark, ...]:
        memory, apart = estimate.memory, _APART * use.total
        marks, above = [], float(memory.peak_device_bytes)
        for size, text in (
            (memory.peak_reserved_bytes, self.tr("reserved: {peak} + {there}")),
            (memory.peak_allocated_bytes, self.tr("allocated: {peak} + {there}")),
        ):
            if above - size >= apart:
                label = text.format(peak=self._wording.amount(size), there=self._wording.amount(use.there))
                marks.append(InnerMark(use.there + size, label))
                above = size
        return tuple(marks)

    def takes_others(self, indices: Sequence[int]) -> FitText:
        """What the chosen card says where a plan of several takes others."""
        numbers = ", ".join(map(str, indices))
        text = self.tr("The plan would take GPU {numbers}: they have more room").format(numbers=numbers)
        return FitText("", (text,), text)

    def fit(self, now: FitNow, planned_gpu: str = "", indices: Sequence[int] = ()) -> FitText:
        """Whether the plan would fit now; ``planned_gpu``: the card that it is planned for, if another.

        ``indices``: the cards that it takes, where they are several; the amounts are those of each.
        """
        words = self._wording
        several = len(indices) if len(indices) > 1 else 0
        if now.fits is None:
            text = told(now.reason)
            text = text[:1].upper() + text[1:]
            return FitText("", (text,) if text else (), text)
        if now.fits is Fits.NO:
            short = self.tr("{amount} short now").format(amount=words.with_unit(now.short))
            lead = self.tr("Would not fit now: {amount} short").format(amount=words.with_unit(now.short))
            if several:
                lead = self.tr("Would not fit now on {n} GPUs: {amount} short").format(
                    n=several, amount=words.with_unit(now.short)
                )
            held = self.held(now.holders[:1])
            lines = (*([f"{lead}; {held}"] if held else []), lead, short)
        else:
            left = words.with_unit(-now.short)
            word = self.tr("Would fit now") if now.fits is Fits.YES else self.tr("Tight now")
            stay = self.tr("{word}: {amount} would stay free").format(word=word, amount=left)
            short = self.tr("Fits now") if now.fits is Fits.YES else word
            if several:
                stay = self.tr("{word} on {n} GPUs: {amount} would stay free on each").format(
                    word=word, n=several, amount=left
                )
            lines = (stay, self.tr("{word}: {amount} left").format(word=word, amount=left), word, short)
        tip = [
            self.tr("The plan's peak, {peak}, against the {free} that are free now.").format(
                peak=words.with_unit(now.wanted), free=words.with_unit(now.free)
            )
        ]
        if now.followed:
            tip.append(
                self.tr("The {amount} of the job that is followed count as free.").format(
                    amount=words.with_unit(now.followed)
                )
            )
        if now.holders:
            tip.append(self.tr("The rest: {holders}.").format(holders=self.held(now.holders)))
        if several:
            numbers = ", ".join(map(str, indices))
            tip.append(self.tr("The plan takes GPU {numbers}; the fullest decides.").format(numbers=numbers))
        if planned_gpu:
            tip.append(self.tr("The plan is for {gpu}.").format(gpu=planned_gpu))
        return FitText(now.fits.value, lines, "\n".join(tip))

    def held(self, holders: tuple[Holder, ...]) -> str:
        """ "python train.py (meng) holds 31.6 GiB"."""
        return ", ".join(self._held(holder) for holder in holders)

    def _held(self, holder: Holder) -> str:
        who = f"{holder.name} ({holder.user})" if holder.user else holder.name
        if holder.bytes is None:
            return self.tr("{who} runs there").format(who=who)
        return self.tr("{who} holds {amount}").format(who=who, amount=self._wording.with_unit(holder.bytes))

    # States ----------------------------------------------------------------------------------

    def state_line(self, state: State) -> str:
        """One line for a state without cards: what, and that planning goes on."""
        text = self._states.of(state)
        goes_on = self.tr("Planning works all the same.")
        if state.kind is StateKind.NO_LIBRARY:
            return self.tr("No NVIDIA GPU on this computer.") + " " + goes_on
        if state.kind is StateKind.MISMATCH:
            return f"{text.title} {text.to_do} {goes_on}"
        return f"{text.title} {goes_on}"

    def state_details(self, state: State) -> str:
        """All that is known of a state, to read and to copy."""
        text = self._states.of(state)
        return "\n\n".join(part for part in (text.title, text.to_do, text.details) if part)

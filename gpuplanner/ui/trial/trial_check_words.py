"""The words of the checks before a trial, and the sentence that they come to."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from gpuplanner.core.units import GIB, signed
from gpuplanner.report.trial_charts import readable_unit
from gpuplanner.trial.preflight import LEAST_DISK_BYTES, Check, Facts, Level
from gpuplanner.ui.told import as_sentence, told
from gpuplanner.ui.trial.trial_picture import CheckLine
from gpuplanner.ui.trial.trial_words import TrialWords
from gpuplanner.ui.wording import Wording

_MOST_NAMED = 2


class TrialCheckWords(QObject):
    """Turns facts and judgements into lines."""

    def __init__(self, wording: Wording, words: TrialWords, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wording, self._words = wording, words

    def checks(self, facts: Facts, checks: Sequence[Check]) -> tuple[CheckLine, ...]:
        """A line for each check."""
        says = {
            "place": (self.tr("Where"), facts.place_problem),
            "ranks": (self.tr("Ranks"), self._ranks(facts)),
            "clock": (self.tr("Clock"), self._clock(facts)),
            "another": (self.tr("Another trial"), facts.another),
            "plan": (self.tr("Plan"), facts.plan_problem),
            "memory": (self._memory_name(facts), self._memory(facts)),
            "processes": (self.tr("Other processes"), self._processes(facts)),
            "environment": (self.tr("Environment"), facts.python_problem or facts.python_note.split(";")[0]),
            "disk": (self.tr("Disk"), self._disk(facts)),
            "time": (self.tr("Time"), self._time(facts)),
        }
        tips = {
            "environment": facts.python_problem or f"{facts.python_note}; {facts.python}",
            "processes": "\n".join(self._process(*process) for process in facts.processes),
            "clock": self._clock_tip(facts),
        }
        return tuple(
            CheckLine(*says[check.key], check.level.value, tips.get(check.key, "")) for check in checks
        )

    def advice(self, facts: Facts, checks: Sequence[Check]) -> str:
        """Whether to start, in a sentence: yes with the reason, or no with the reason."""
        against = [check.key for check in checks if check.level is Level.NO]
        if "another" in against:
            return self.tr("A trial runs in the window {name}. One runs at a time.").format(
                name=facts.another
            )
        if "place" in against:
            return as_sentence(facts.place_problem)
        if "plan" in against:
            return facts.plan_problem
        if "ranks" in against:
            return self._too_few_cards(facts)
        if "environment" in against:
            return facts.python_problem
        if "memory" in against:
            return self._no_room(facts)
        if "disk" in against:
            return self.tr("The disk is full: the worker's own files need {n} MiB.").format(
                n=LEAST_DISK_BYTES // 2**20
            )
        if facts.dry_run:
            return self.tr("A dry run takes some seconds and next to no memory.")
        if facts.elsewhere:
            return self._unseen(facts)
        if facts.free_bytes is None:
            return self.tr("Nobody knows how much memory is free: {why}").format(why=facts.free_unknown)
        return self._room(facts)

    def _unseen(self, facts: Facts) -> str:
        """Of a place whose free memory is not seen from here."""
        needed = self._size(facts.needed_bytes)
        if facts.on_card:
            text = self.tr("{needed} needed on each GPU; what is free there ({place}) is not seen from here.")
        else:
            text = self.tr("{needed} needed; what is free there ({place}) is not seen from here.")
        return text.format(needed=needed, place=facts.elsewhere)

    def _too_few_cards(self, facts: Facts) -> str:
        return self.tr(
            "{ranks} ranks want {ranks} cards, and {cards} can be seen. Choose the CPU as the device, "
            "another computer, or Slurm."
        ).format(ranks=facts.n_ranks, cards=facts.n_cards)

    def _ranks(self, facts: Facts) -> str:
        if not facts.on_card:
            return self.tr("{n} on the CPU (gloo)").format(n=facts.n_ranks)
        if facts.elsewhere:
            return self.tr("{n} on each computer").format(n=facts.n_ranks)
        if facts.n_cards is None:
            return self.tr("{n}; the cards are not seen").format(n=facts.n_ranks)
        return self.tr("{n}; cards seen: {cards}").format(n=facts.n_ranks, cards=facts.n_cards)

    def _clock(self, facts: Facts) -> str:
        """ "power cap 400 W, no limit hit"; what slows the card says more than its cap."""
        if facts.slowed_by:
            return self.tr("slowed by {words}").format(words=", ".join(map(told, facts.slowed_by)))
        return ", ".join(part for part in (self._cap(facts), self.tr("no limit hit")) if part)

    def _cap(self, facts: Facts) -> str:
        if facts.power_cap_watts is None:
            return ""
        return self.tr("power cap {n} W").format(n=f"{facts.power_cap_watts:,.0f}")

    def _clock_tip(self, facts: Facts) -> str:
        lines = [self._clock(facts), self._cap(facts) if facts.slowed_by else ""]
        if facts.clock_mhz is not None:
            now, most = facts.clock_mhz
            text = self.tr("{n} of {most} MHz just now; a card at rest clocks down")
            lines.append(text.format(n=f"{now:,.0f}", most=f"{most:,.0f}"))
        return "\n".join(line for line in lines if line)

    def _no_room(self, facts: Facts) -> str:
        needed, free = self._sizes(facts)
        if facts.on_card:
            return self.tr(
                "It will hardly fit: {needed} needed, {free} free on the card now ({percent} % likely)."
            ).format(needed=needed, free=free, percent=_percent(facts.probability))
        return self.tr("It will not fit: {needed} needed, {free} free on this computer now.").format(
            needed=needed, free=free
        )

    def _room(self, facts: Facts) -> str:
        needed, free = self._sizes(facts)
        if facts.on_card:
            return self.tr("It should fit: {needed} needed, {free} free ({percent} % likely).").format(
                needed=needed, free=free, percent=_percent(facts.probability)
            )
        return self.tr("It should fit: {needed} needed, {free} free on this computer.").format(
            needed=needed, free=free
        )

    def _sizes(self, facts: Facts) -> tuple[str, str]:
        return self._size(facts.needed_bytes), self._size(facts.free_bytes or 0)

    def _size(self, n_bytes: float) -> str:
        name, unit = readable_unit(n_bytes, self._wording.unit.value, self._wording.unit_bytes)
        return f"{signed(n_bytes / unit, 1 if unit >= GIB * 0.9 else 0, plus=False)} {name}"

    def _memory_name(self, facts: Facts) -> str:
        if facts.elsewhere:
            return self.tr("Memory")
        return self.tr("Free memory") if facts.on_card else self.tr("Free memory (host)")

    def _memory(self, facts: Facts) -> str:
        if facts.dry_run:
            return self.tr("half a GiB is enough")
        if facts.elsewhere:
            text = self.tr("{needed} needed, {why}")
            return text.format(needed=self._size(facts.needed_bytes), why=facts.free_unknown)
        if facts.free_bytes is None:
            return facts.free_unknown
        needed, free = self._sizes(facts)
        text = self.tr("{free}, {needed} needed").format(free=free, needed=needed)
        if facts.probability is not None:
            text += self.tr(", {percent} % likely").format(percent=_percent(facts.probability))
        return text

    def _processes(self, facts: Facts) -> str:
        if not facts.processes:
            return self.tr("none")
        named = [self._process(*process) for process in facts.processes[:_MOST_NAMED]]
        more = len(facts.processes) - len(named)
        return "; ".join(named) + (self.tr("; {n} more").format(n=more) if more else "")

    def _process(self, name: str, n_bytes: int | None) -> str:
        return name if n_bytes is None else f"{name}, {self._size(n_bytes)}"

    def _disk(self, facts: Facts) -> str:
        if facts.disk_free_bytes is None:
            return self.tr("not known; nothing is downloaded")
        if facts.disk_free_bytes < LEAST_DISK_BYTES:
            return self.tr("full: {n} MiB free").format(n=facts.disk_free_bytes // 2**20)
        return self.tr("nothing is downloaded")

    def _time(self, facts: Facts) -> str:
        if facts.expected_s is None:
            if facts.time_limit_s is None:
                return self.tr("not known, no limit")
            return self.tr("limit {limit}").format(limit=self._words.duration(facts.time_limit_s))
        texts = {
            "about": self._words.duration(facts.expected_s),
            "limit": self._words.duration(facts.time_limit_s or 0),
        }
        if facts.time_limit_s is None:
            return self.tr("about {about}").format(**texts)
        return self.tr("about {about}, limit {limit}").format(**texts)


def _percent(probability: float | None) -> str:
    """Never 0 or 100: nothing is that sure."""
    return f"{min(99, max(1, round(100 * (probability or 0.0))))}"

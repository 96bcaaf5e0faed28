"""What the Trial page knows before a start: the card or the host, what is free, the Python, the disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject

from gpuplanner.core.errors import InputError
from gpuplanner.core.estimate import Budget, Estimate
from gpuplanner.core.plan import Method, ResolvedPlan, Sharding
from gpuplanner.core.trial import TrialKind
from gpuplanner.estimator.estimate import Calibration, estimate
from gpuplanner.monitor.metrics import throttle_words
from gpuplanner.monitor.readings import Missing, number
from gpuplanner.monitor.samples import CardSample
from gpuplanner.monitor.states import State
from gpuplanner.trial.place import Where, check_place
from gpuplanner.trial.preflight import HOST_LIBRARIES_BYTES, Facts, disk_free_bytes, host_free_bytes
from gpuplanner.trial.progress import USUAL_SECONDS
from gpuplanner.trial.worker_files import cache_folder
from gpuplanner.ui.told import told, told_advice
from gpuplanner.ui.trial.trial_options import TrialWishes
from gpuplanner.ui.trial.trial_python import PythonChoice
from gpuplanner.ui.trial.trial_where import Place, place_of

_FREE_STEP = 2**26
"""Free memory is judged in steps of 64 MiB: a probability needs no more, and each costs an estimate."""

_RUN_BY_RANKS = (Sharding.DDP, Sharding.FSDP, Sharding.ZERO1, Sharding.ZERO2, Sharding.ZERO3)


class TrialChecks(QObject):
    """Gathers the facts; each look takes some milliseconds at the most."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._likely: tuple[tuple[ResolvedPlan, int, str], float] | None = None

    def facts(
        self,
        answer: Estimate,
        kind: TrialKind,
        wishes: TrialWishes,
        place: Place,
        python: PythonChoice,
        state: State,
        calibration: Calibration,
        another: str = "",
    ) -> Facts:
        """Everything about one trial of that plan; ``another`` names the window in which one runs."""
        facts = Facts(
            on_card=place.on_card,
            dry_run=kind is TrialKind.DRY_RUN,
            plan_problem=self._plan_problem(answer.resolved, wishes),
            python=python.path,
            python_problem=python.problem,
            python_note=python.note,
            disk_free_bytes=disk_free_bytes(cache_folder()),
            time_limit_s=wishes.time_limit_s,
            another=another,
        )
        if kind is TrialKind.DRY_RUN:
            return replace(facts, on_card=False, expected_s=sum(USUAL_SECONDS.values()))
        facts = replace(
            facts,
            n_ranks=place.n_ranks,
            n_cards=len(place.cards) if place.at.is_here and place.card is not None else None,
            elsewhere=self._elsewhere(place),
            place_problem=self._place_problem(answer.resolved, place),
        )
        if place.on_card:
            return self._on_card(facts, answer, wishes, place, state, calibration)
        needed = place.n_ranks * (answer.memory.peak_allocated_bytes + HOST_LIBRARIES_BYTES)
        if facts.elsewhere:
            return replace(facts, needed_bytes=needed, free_unknown=self.tr("not seen from here"))
        free = host_free_bytes()
        unknown = "" if free is not None else self.tr("this system does not say")
        return replace(facts, needed_bytes=needed, free_bytes=free, free_unknown=unknown)

    def _on_card(
        self,
        facts: Facts,
        answer: Estimate,
        wishes: TrialWishes,
        place: Place,
        state: State,
        calibration: Calibration,
    ) -> Facts:
        steps = wishes.steps + wishes.warm_up_steps
        facts = replace(
            facts,
            needed_bytes=answer.memory.peak_device_bytes,
            expected_s=sum(USUAL_SECONDS.values()) + steps * answer.step.seconds,
        )
        if facts.elsewhere:
            return replace(facts, free_unknown=self.tr("not seen from here"))
        if place.card is None:
            return replace(facts, free_unknown=told(state.what))
        free = place.card["memory_free_bytes"]
        facts = replace(
            facts,
            processes=_others(place.cards or (place.card,)),
            power_cap_watts=number(place.card["power_cap_watts"]),
            clock_mhz=_clock(place.card),
            slowed_by=throttle_words(number(place.card["throttle_reasons"]) or 0),
        )
        if isinstance(free, Missing):
            return replace(facts, free_unknown=told(free.reason))
        probability = self._probability(answer.resolved, int(free), calibration)
        return replace(facts, free_bytes=int(free), probability=probability)

    def _probability(self, resolved: ResolvedPlan, free: int, calibration: Calibration) -> float:
        key = (resolved, free // _FREE_STEP, calibration.name)
        if self._likely is None or self._likely[0] != key:
            found = estimate(resolved, budget=Budget(bytes=free), calibration=calibration)
            self._likely = (key, found.fit_probability)
        return self._likely[1]

    def _plan_problem(self, resolved: ResolvedPlan, wishes: TrialWishes) -> str:
        if wishes.problem:
            return wishes.problem
        if resolved.plan.method is Method.INFERENCE:
            return self.tr("A trial trains; choose a training method on the Plan page.")
        if resolved.plan.n_gpus > 1 and resolved.plan.sharding not in _RUN_BY_RANKS:
            return self.tr("Several GPUs are tried with DDP, FSDP or ZeRO; choose one on the Plan page.")
        return ""

    def _place_problem(self, resolved: ResolvedPlan, place: Place) -> str:
        try:
            check_place(place.at, resolved.plan)
        except InputError as error:
            return told_advice(error.problems[0].what, error.problems[0].hint)
        return ""

    def _elsewhere(self, place: Place) -> str:
        return {
            Where.HERE: "",
            Where.SSH: place.at.host or self.tr("another computer"),
            Where.SLURM: self.tr("Slurm"),
        }[place.at.where]


def _others(cards: Sequence[CardSample]) -> tuple[tuple[str, int | None], ...]:
    """(name, bytes) of the processes on these cards, the largest first."""
    found: dict[int, tuple[str, int | None]] = {}
    for card in cards:
        for process in () if isinstance(card.processes, Missing) else card.processes:
            size = number(process.memory_bytes)
            before = found.get(process.pid, ("", None))[1]
            sizes = [one for one in (size, before) if one is not None]
            found[process.pid] = (_name(process.command, process.pid), int(sum(sizes)) if sizes else None)
    return tuple(sorted(found.values(), key=lambda other: -(other[1] or 0)))


def _name(command: str | None, pid: int) -> str:
    """A process by its program, and a Python by its script or module as well: "python train.py"."""
    words = (command or "").split()
    if not words:
        return f"PID {pid}"
    program = Path(words[0]).name
    if not program.startswith("python"):
        return program
    arguments = [word for word in words[1:] if word == "-m" or not word.startswith("-")]
    script = arguments[1:2] if arguments[:1] == ["-m"] else arguments[:1]
    return " ".join((program, *(Path(word).name for word in script)))


def _clock(card: CardSample) -> tuple[float, float] | None:
    now, most = number(card["sm_clock_mhz"]), number(card.facts.max_sm_clock_mhz)
    return (now, most) if now and most else None


__all__ = ["Place", "TrialChecks", "place_of"]

"""What the Trial page knows before a start: the card or the host, what is free, the Python, the disk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject

from gpuplanner.core.estimate import Budget, Estimate
from gpuplanner.core.plan import Method, ResolvedPlan
from gpuplanner.core.trial import Device, TrialKind
from gpuplanner.estimator.estimate import Calibration, estimate
from gpuplanner.monitor.readings import Missing
from gpuplanner.monitor.samples import CardSample, Sample
from gpuplanner.monitor.states import State
from gpuplanner.trial.preflight import HOST_LIBRARIES_BYTES, Facts, disk_free_bytes, host_free_bytes
from gpuplanner.trial.progress import USUAL_SECONDS
from gpuplanner.trial.worker_files import cache_folder
from gpuplanner.ui.told import told
from gpuplanner.ui.trial_options import TrialWishes
from gpuplanner.ui.trial_python import PythonChoice

_FREE_STEP = 2**26
"""Free memory is judged in steps of 64 MiB: a probability needs no more, and each costs an estimate."""


@dataclass(frozen=True)
class Place:
    """Where a trial will run: a card as last seen, or the CPU."""

    card: CardSample | None = None
    on_card: bool = False

    @property
    def uuid(self) -> str:
        """The card's, or empty."""
        return "" if self.card is None else self.card.uuid


def place_of(device: str, sample: Sample | None, nvml_name: str) -> Place:
    """The card that the worker will take: the one chosen, else the plan's kind, else the one most free."""
    if device == Device.CPU.value:
        return Place()
    cards = [] if sample is None else [card for card in sample.cards if card.problem is None]
    chosen = next((card for card in cards if card.uuid == device), None)
    if chosen is not None:
        return Place(chosen, True)
    if not cards:
        return Place(None, device != Device.AUTO.value)

    def rank(card: CardSample) -> tuple[bool, float]:
        free = card["memory_free_bytes"]
        return card.facts.name == nvml_name, -1.0 if isinstance(free, Missing) else float(free)

    return Place(max(cards, key=rank), True)


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
        if place.on_card:
            return self._on_card(facts, answer, wishes, place, state, calibration)
        free = host_free_bytes()
        unknown = "" if free is not None else self.tr("this system does not say")
        needed = answer.memory.peak_allocated_bytes + HOST_LIBRARIES_BYTES
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
        if place.card is None:
            return replace(facts, free_unknown=told(state.what))
        free = place.card["memory_free_bytes"]
        processes = place.card.processes
        others = (
            []
            if isinstance(processes, Missing)
            else [
                (_name(process.command, process.pid), int(process.memory_bytes))
                for process in processes
                if not isinstance(process.memory_bytes, Missing)
            ]
        )
        facts = replace(facts, processes=tuple(sorted(others, key=lambda other: -other[1])))
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
        return ""


def _name(command: str | None, pid: int) -> str:
    """A process by its program."""
    words = (command or "").split()
    return Path(words[0]).name if words else f"PID {pid}"

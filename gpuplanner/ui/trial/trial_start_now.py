"""What a start would be just now: the plan's estimate, the place, the Python, and what speaks against it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gpuplanner.core.estimate import Estimate
from gpuplanner.core.trial import TrialKind
from gpuplanner.data.catalog import Catalog
from gpuplanner.trial.place import HERE, Where
from gpuplanner.trial.preflight import Facts
from gpuplanner.ui.monitor.monitor_source import MonitorSource
from gpuplanner.ui.plan.planner import Planner
from gpuplanner.ui.told import told_problem
from gpuplanner.ui.trial.trial_checks import TrialChecks
from gpuplanner.ui.trial.trial_jobs import Job, jobs_of
from gpuplanner.ui.trial.trial_options import TrialOptionsForm, TrialWishes
from gpuplanner.ui.trial.trial_python import PythonChoice, TrialPython
from gpuplanner.ui.trial.trial_where import Place, place_of

if TYPE_CHECKING:
    from gpuplanner.estimator.estimate import Calibration


class StartNow(QObject):
    """Looked at anew whenever plan, form, Python or cards have changed; it starts nothing."""

    def __init__(
        self, planner: Planner, python: TrialPython, monitor: Callable[[], MonitorSource], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._planner, self._python, self._monitor = planner, python, monitor
        self._checks = TrialChecks(self)
        self.kind = TrialKind.TRIAL
        self.place = Place()

    @property
    def answer(self) -> Estimate | None:
        """The estimate that the window shows."""
        answer = self._planner.outcome.answer
        return None if answer is None else answer.estimate

    @property
    def problem(self) -> str:
        """Why there is no estimate."""
        problems = self._planner.outcome.problems
        return told_problem(problems[0]) if problems else ""

    @property
    def python(self) -> PythonChoice:
        """The Python, and what stands against it; of another computer only its name is known."""
        at, resolved = self.place.at, self._planner.outcome.resolved
        if at.where is Where.SSH and self.kind is TrialKind.TRIAL:
            note = self.tr("on {host}; its versions are told at the start").format(host=at.host)
            return PythonChoice(f"{at.host or '?'}: {at.python or 'python3'}", note=note)
        on_card = self.place.on_card and self.kind is TrialKind.TRIAL
        plan = self._planner.plan if resolved is None else resolved.plan
        return self._python.choice(plan, on_card=on_card)

    @property
    def calibration(self) -> Calibration:
        """What corrects the estimator."""
        from gpuplanner.estimator.estimate import PHYSICS  # loaded with the estimator by now

        return getattr(self._planner, "calibration", None) or PHYSICS

    def look(self, options: TrialOptionsForm, another: str) -> Facts | None:
        """The facts of a start now; None while there is no estimate to lay it over.

        ``another`` names the window in which a trial runs already.
        """
        outcome = self._planner.outcome
        if outcome.answer is None or outcome.resolved is None or outcome.stale_fields:
            return None
        sample, state = self._monitor().sample, self._monitor().state
        if sample is not None:
            options.offer_cards([(c.uuid, f"GPU {c.facts.index}, {c.facts.name}") for c in sample.cards])
        plan = outcome.resolved.plan
        options.show_length(plan.seq_len)
        options.place.show_nodes(plan.nodes)
        wishes = options.wishes
        at, n_ranks = wishes.place, plan.gpus_per_node
        if self.kind is TrialKind.DRY_RUN:
            at, n_ranks = HERE, 1
        self.place = place_of(wishes.device, sample, outcome.resolved.gpu.nvml_name, at, n_ranks)
        python = self.python
        if at.where is not Where.SSH:
            self.place = replace(self.place, at=replace(at, python=python.path))
        return self._checks.facts(
            outcome.answer.estimate, self.kind, wishes, self.place, python, state, self.calibration, another
        )

    def jobs(self, wishes: TrialWishes, catalog: Catalog, folder: Path | None) -> list[Job]:
        """What a start would run.

        Raises:
            InputError: as `jobs_of`.
        """
        assert self.answer is not None
        uuid = self.place.uuid if self.kind is TrialKind.TRIAL else ""
        return jobs_of(self.answer, self.kind, wishes, uuid, catalog, folder, self.calibration)

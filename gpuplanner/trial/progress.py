"""What was heard of a trial so far: its stages with their seconds, how much is done, how long it may take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from gpuplanner.core.trial import TrialKind, TrialResult, TrialSpec, TrialStatus
from gpuplanner.core.trial_events import EndEvent, LogEvent, PhaseEvent, StepEvent, TrialEvent
from gpuplanner.core.trial_progress import result_of_steps

USUAL_SECONDS = {"import torch": 2.5, "import transformers": 4.0, "build": 6.0}
"""On a quiet machine with two cores: what a stage is taken for until it is over."""
UNKNOWN_STEP_S = 1.0
"""A step's share of the progress bar while nobody knows how long it takes."""
MOST_REMARKS = 500
"""Of a trial that floods its log the record keeps the first ones; the rest says nothing new."""
_IN_STEPS = ("warm-up", "train")


@dataclass(frozen=True)
class Stage:
    """One stage: ``seconds`` so far, or in all; None: it has not begun."""

    name: str
    seconds: float | None = None
    over: bool = False


class HeardTrial:
    """Takes the events of one trial with the second at which each came, counted from its start."""

    def __init__(self, spec: TrialSpec, expected_step_s: float | None = None) -> None:
        self.spec = spec
        self.end: EndEvent | None = None
        self.steps: list[StepEvent] = []
        self.step_ends_s: list[float] = []
        """When each step was over."""
        self.phases: list[tuple[str, float]] = []
        """(name, when it began)."""
        self.ended_s: float | None = None
        self._expected_step_s = expected_step_s
        self._events: list[TrialEvent] = []
        self._n_remarks = 0
        self._fraction = 0.0

    def take(self, event: TrialEvent, at_s: float) -> None:
        """Take one event."""
        if isinstance(event, EndEvent):
            self.end, self.ended_s = event, at_s
            return
        if isinstance(event, LogEvent):
            self._n_remarks += 1
            if self._n_remarks > MOST_REMARKS:
                return
        elif isinstance(event, PhaseEvent):
            self.phases.append((event.name, at_s))
        else:
            self.steps.append(event)
            self.step_ends_s.append(at_s)
        self._events.append(event)

    @property
    def events(self) -> tuple[TrialEvent, ...]:
        """Everything before the end, as a document keeps it."""
        return tuple(self._events)

    @property
    def n_steps(self) -> int:
        """How many steps there will be, warm-up included."""
        return self.spec.warm_up_steps + self.spec.steps if self.spec.kind is TrialKind.TRIAL else 0

    @property
    def phase(self) -> str:
        """The stage that it is in; empty before the first."""
        return self.phases[-1][0] if self.phases else ""

    def result(self) -> TrialResult | None:
        """The result, or what the steps so far add up to; None before the first step."""
        if self.end is not None and self.end.result is not None:
            return self.end.result
        if not self.steps:
            return None
        on_card = any(step.reserved_bytes is not None for step in self.steps)
        device = "cuda" if on_card else "cpu"
        return result_of_steps(self.steps, device, self.spec.plan.samples_per_step)

    def stages(self, now_s: float) -> tuple[Stage, ...]:
        """The stages in their order, those to come included."""
        now_s = now_s if self.ended_s is None else self.ended_s
        found = []
        for place, (name, began) in enumerate(self.phases):
            last = place + 1 == len(self.phases)
            until = now_s if last else self.phases[place + 1][1]
            over = not last or (self.end is not None and self.end.status is TrialStatus.OK)
            found.append(Stage(name, max(0.0, until - began), over))
        begun = {name for name, _ in self.phases}
        return (*found, *(Stage(name) for name in self._planned() if name not in begun))

    def step_s(self) -> float | None:
        """What a step takes: as measured, else as expected; None where nobody knows."""
        times = [step.seconds for step in self.steps if not step.warm_up]
        times = times or [step.seconds for step in self.steps[-1:]]
        return median(times) if times else self._expected_step_s

    def left_s(self, now_s: float) -> float | None:
        """Seconds that it may still take; None where nobody knows."""
        step_s = self.step_s()
        if self.end is not None:
            return 0.0
        if step_s is None and self.n_steps:
            return None
        left = self._left(now_s, step_s or 0.0)
        limit = self.spec.time_limit_s
        return left if limit is None else max(0.0, min(left, limit - now_s))

    def fraction(self, now_s: float) -> float:
        """The share that is done, 0 to 1; it never goes back."""
        if self.end is not None and self.end.status is TrialStatus.OK:
            self._fraction = 1.0
        elif self.end is None:
            left = self._left(now_s, self.step_s() or UNKNOWN_STEP_S)
            self._fraction = max(self._fraction, min(0.99, now_s / max(now_s + left, 1e-9)))
        return self._fraction

    def _left(self, now_s: float, step_s: float) -> float:
        left = 0.0
        for stage in self.stages(now_s):
            if stage.name not in _IN_STEPS and not stage.over:
                usual = USUAL_SECONDS.get(stage.name, 1.0)
                left += max(usual - (stage.seconds or 0.0), 0.1 * usual)
        to_do = self.n_steps - len(self.steps)
        if self.phase in _IN_STEPS:
            began = self.step_ends_s[-1] if self.step_ends_s else self.phases[-1][1]
            left -= min(step_s * 0.9, now_s - began) if to_do else 0.0
        return max(0.0, left + to_do * step_s)

    def _planned(self) -> Sequence[str]:
        names = list(USUAL_SECONDS)
        if self.spec.kind is TrialKind.DRY_RUN:
            return names
        return [*names, *(["warm-up"] if self.spec.warm_up_steps else []), "train"]

"""Steps of editing a plan: what one field's change does to its companions, and how a step is undone."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from PySide6.QtGui import QUndoCommand

from gpuplanner.core.estimate import Budget, WorkRequest
from gpuplanner.core.gpu import Gpu
from gpuplanner.core.plan import PLAN_FIELD, Method, Plan
from gpuplanner.core.resolve import contradictions, fill_in
from gpuplanner.data.lengths import DataSet

DEFAULT_PLAN = Plan(model="Qwen-7B")
"""What a new window starts with."""
DEFAULT_WORK = WorkRequest(samples=10_000, epochs=3)

_GIVE_WAY = ("quantization", "sharding", "framework", "offload")
"""Choices that go back to their default when another field's change contradicts them."""


@dataclass(frozen=True)
class Setup:
    """Everything that the form edits."""

    plan: Plan = DEFAULT_PLAN
    budget: Budget = Budget()
    work: WorkRequest = DEFAULT_WORK
    data_set: DataSet | None = None
    """The user's own samples, whose lengths are known; how many there are stands in ``work``."""
    packing: bool = False
    """Samples are joined and cut at the sequence length."""

    @property
    def packs(self) -> bool:
        """Whether packing counts: it needs the lengths, and generation does not pack."""
        return self.packing and self.data_set is not None and self.plan.method is not Method.INFERENCE

    @property
    def request(self) -> WorkRequest:
        """The work as it is estimated: packed samples are as many sequences as their tokens fill."""
        if self.data_set is None or not self.packs:
            return self.work
        lengths, seq_len = self.data_set.lengths, self.plan.seq_len
        return replace(self.work, samples=lengths.packed_sequences(seq_len, self.work.samples))


@dataclass(frozen=True)
class FreeMemory:
    """What a local card has free for the plan; ``bytes`` None: it does not say, for this ``reason``."""

    bytes: int | None
    reason: str = ""
    hint: str = ""
    age: str = ""
    """How old the figure is, in words; empty while it is fresh."""
    held_bytes: int = 0
    """What others' programs hold of it: the plan could have it back."""
    only_display: bool = False
    """They do nothing but draw the desktop."""


class SetupCommand(QUndoCommand):
    """One step of editing; steps of the same field that follow each other are one."""

    def __init__(
        self, text: str, before: Setup, after: Setup, take: Callable[[Setup], None], field: str = ""
    ) -> None:
        super().__init__(text)
        self._before, self._after, self._take, self._field = before, after, take, field

    def id(self) -> int:
        """All steps of this kind may merge; which of them do, `mergeWith` decides."""
        return 0x504C  # any number that no other command uses

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Join the next step when it edits the same field."""
        if not isinstance(other, SetupCommand) or not self._field or other._field != self._field:
            return False
        self._after = other._after
        self.setObsolete(self._after == self._before)
        return True

    def redo(self) -> None:
        """Do the step."""
        self._take(self._after)

    def undo(self) -> None:
        """Take it back."""
        self._take(self._before)


def settled(plan: Plan, changed: str, gpu: Gpu, target_names: Collection[str]) -> Plan:
    """The plan with companions of the changed field back at their defaults where they contradict it.

    Choosing QLoRA must not fail because a row once said "quantization none"; a contradiction in the
    changed field itself stays, and is shown there.
    """
    for _ in _GIVE_WAY:
        filled, _notes = fill_in(plan, gpu)
        yielding = next(
            (
                problem.where
                for problem in contradictions(filled, target_names)
                if problem.where != changed and problem.where in _GIVE_WAY
            ),
            None,
        )
        if yielding is None or getattr(plan, yielding) == PLAN_FIELD[yielding].default:
            return plan
        plan = replace(plan, **{yielding: PLAN_FIELD[yielding].default})  # type: ignore[arg-type]
    return plan

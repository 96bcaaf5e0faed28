"""Holds the plan that the window shows and answers its changes: one estimate for all of a turn of the event
loop."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoStack

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.core.errors import InputError, InputProblem
from gpuplanner.core.estimate import Budget, Change, WorkRequest
from gpuplanner.core.fields import Value
from gpuplanner.core.gpu import Gpu
from gpuplanner.core.llm import Llm
from gpuplanner.core.plan import PLAN_FIELD, PLAN_FIELDS, Plan, ResolvedPlan
from gpuplanner.core.price import Price
from gpuplanner.core.uses import Ignored, ignored_fields
from gpuplanner.estimator.parameters import target_names
from gpuplanner.ui.plan.passed_rows import PassedRows
from gpuplanner.ui.plan.plan_steps import FreeMemory, Setup, SetupCommand, settled
from gpuplanner.ui.stepwise import Stepwise
from gpuplanner.ui.table.row_book import RowBook

if TYPE_CHECKING:
    from gpuplanner.data.lengths import DataSet
    from gpuplanner.estimator.candidates import Alternatives
    from gpuplanner.estimator.estimate import Calibration
    from gpuplanner.report.measured_peaks import MeasuredPeaks
    from gpuplanner.report.plan_answer import PlanAnswer
    from gpuplanner.ui.plan.answering import Answering

MOST_CHANGES = 4
_ROWS_PER_TURN = 300
_WORTH_ANSWERING_BYTES = 10 * 2**20
"""A change of free memory that shows: a hundredth of a GiB."""
_FREE_NOT_READ = FreeMemory(None, "the local GPUs are not read", "enter an amount, or capacity")
UNREACHABLE = ("model", "gpu")
"""Fields without which there is nothing to show: their problems take the estimate away."""


class Resolves(Protocol):
    """What the planner needs of `gpuplanner.data.catalog.Catalog`."""

    def gpu(self, name: str) -> Gpu:
        """A card by name; raises InputError."""

    def model(self, reference: str, base_dir: Path | None = None) -> Llm:
        """A model by name or path; raises InputError."""

    def resolve(self, plan: Plan, base_dir: Path | None = None) -> ResolvedPlan:
        """The plan with nothing left open; raises InputError."""


@dataclass(frozen=True)
class Outcome:
    """What the window shows about the present setup."""

    setup: Setup
    problems: tuple[InputProblem, ...] = ()
    """Each at its field (``where``)."""
    texts: Mapping[str, str] | None = None
    """What stands in fields that could not be read."""
    resolved: ResolvedPlan | None = None
    """The plan with nothing left open; None when it has problems."""
    answer: PlanAnswer | None = None
    """The latest valid estimate; None: there is none to show."""
    answered: Setup | None = None
    """What ``answer`` is the answer to."""
    changes: tuple[Change, ...] = ()
    row: int | None = None
    """The table's row that the plan was loaded from and still equals."""
    free: FreeMemory | None = None
    """What a local card has free, where that is the budget."""
    electricity: Price | None = None
    """What a kWh costs the user; None: nobody named a price."""

    @property
    def stale_fields(self) -> tuple[str, ...]:
        """Plan fields in which what stands in the form is not what was estimated."""
        if self.answered is None:
            return ()
        unread = set(self.texts or {})
        return tuple(
            spec.name
            for spec in PLAN_FIELDS
            if spec.name in unread
            or getattr(self.setup.plan, spec.name) != getattr(self.answered.plan, spec.name)
        )

    @property
    def ignored(self) -> dict[str, Ignored]:
        """Fields that change nothing, with the reason."""
        return ignored_fields(self.setup.plan)


class Planner(QObject):
    """The current plan, budget and work; re-estimates on every change and keeps the rows' estimates.

    Nothing is estimated before `start`, so that numpy is not loaded before the window is shown.
    ``undo_stack``: where edits go as steps (without one they happen at once and cannot be undone).
    """

    updated = Signal(object)
    """Outcome: the setup or its answer changed."""
    rows_estimated = Signal(object)
    """dict[int, RowEstimate]: new estimates by the row's index."""

    def __init__(
        self, catalog: Resolves, undo_stack: QUndoStack | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._undo_stack = undo_stack
        self._base_dir: Path | None = None
        self._usual = self._setup = Setup()
        self._electricity: Price | None = None
        """Of the user rather than of a plan: neither a step nor kept with a document."""
        self._unread: dict[str, tuple[str, InputProblem]] = {}
        self._blocking: frozenset[str] = frozenset()
        self._row: int | None = None
        self._passed = PassedRows()
        self.free_source: Callable[[ResolvedPlan], FreeMemory] | None = None
        """Says what a local card has free for a plan; without one a budget "free now" is not known."""
        self.others_for: Callable[[Llm], Alternatives] | None = None
        """Says which cards and smaller models of the family there are; without one none are offered."""
        self._outcome = Outcome(self._setup)
        self._book = RowBook()
        self._answering: Answering | None = None
        self._calibration: Calibration | None = None
        self._answer_soon = self._soon(self._answer)
        self._steps = Stepwise(self)
        """Of the answer that is being worked out; a change makes it void."""
        self._rows_soon = self._soon(self._work_through_rows)

    @property
    def setup(self) -> Setup:
        """What is wanted now."""
        return self._setup

    @property
    def plan(self) -> Plan:
        """The plan that is wanted now."""
        return self._setup.plan

    @property
    def outcome(self) -> Outcome:
        """The latest outcome."""
        return self._outcome

    def start(self) -> None:
        """Load the estimator and answer from now on.  Call after the window is shown."""
        # numpy takes a tenth of a second to load: not before the first frame.
        from gpuplanner.ui.plan.answering import Answering

        self._answering = Answering(self._book)
        if self._book.is_waiting:
            self._work_through_rows()
        self._answer()
        self._steps.finish()

    # What the window asks for ----------------------------------------------------------------

    def set_field(self, name: str, value: Value, step: str = "") -> None:
        """Change one field of the plan; companions that contradict it give way.  ``step`` is for undo."""
        self._unread.pop(name, None)
        plan = replace(self.plan, **{name: value})  # type: ignore[arg-type]
        try:
            names = target_names(self._catalog.model(plan.model, self._base_dir))
            plan = settled(plan, name, self._catalog.gpu(plan.gpu), names)
        except InputError:
            pass  # the estimate says so, at its field
        self._do(replace(self._setup, plan=plan), step, name)

    def set_budget(self, budget: Budget, step: str = "") -> None:
        """Change what a GPU may give."""
        self._unread.pop("budget", None)
        self._do(replace(self._setup, budget=budget), step, "budget")

    def look_at_free(self) -> None:
        """What is free may have changed: answer again where that is the budget and makes a difference."""
        known, resolved = self._outcome.free, self._outcome.resolved
        if known is None or resolved is None or not self._setup.budget.free_now:
            return
        now = self._free_for(resolved)
        if now.bytes is None or known.bytes is None or now.age != known.age:
            different = now != known
        else:
            different = abs(now.bytes - known.bytes) >= _WORTH_ANSWERING_BYTES
        if different:
            self._changed()

    @property
    def calibration(self) -> Calibration | None:
        """What corrects the estimates; None: physics alone."""
        return self._calibration

    @property
    def measured(self) -> MeasuredPeaks | None:
        """What the table's rows say of plans with their settings; None before `start`."""
        return None if self._answering is None else self._answering.measured

    def set_calibration(self, calibration: Calibration | None) -> None:
        """Correct the estimates of plans by what was learned; the rows' own stay physics alone."""
        if calibration is not self._calibration:
            self._calibration = calibration
            self._changed()

    def set_work(self, work: WorkRequest, step: str = "", field: str = "work") -> None:
        """Change how much is to be trained."""
        self._unread.pop(field, None)
        self._do(replace(self._setup, work=work), step, field)

    def set_data_set(self, data_set: DataSet | None, step: str = "") -> None:
        """Take the user's samples, as many as there are; None: forget them, their number stays."""
        self._unread.pop("samples", None)
        work, packing = self._setup.work, self._setup.packing and data_set is not None
        if data_set is not None:
            work = replace(work, samples=data_set.lengths.n_samples)
        self._do(replace(self._setup, work=work, data_set=data_set, packing=packing), step)

    def set_packing(self, packing: bool, step: str = "") -> None:
        """Whether samples are joined and cut at the sequence length."""
        self._do(replace(self._setup, packing=packing), step, "packing")

    def set_plan(self, plan: Plan, step: str = "") -> None:
        """Take a whole plan."""
        self._unread.clear()
        self._do(replace(self._setup, plan=plan), step)

    def reset(self, step: str = "") -> None:
        """Back to what a new window starts with."""
        self._unread.clear()
        self._do(self._usual, step)

    def set_electricity(self, price_per_kwh: Price | None) -> None:
        """Count kWh in money as well, or no more.  No step."""
        if price_per_kwh != self._electricity:
            self._electricity = price_per_kwh
            self._changed()

    def set_usual(self, reserve_bytes: int, price_per_gpu_hour: Price | None) -> None:
        """What plans begin with from now on; this one follows where it has not been changed.  No step."""
        before, setup = self._usual, self._setup
        usual = price_per_gpu_hour
        price = (None, "") if usual is None else (usual.amount, usual.currency)
        self._usual = Setup(
            budget=replace(before.budget, reserve_bytes=reserve_bytes),
            work=replace(before.work, price_per_gpu_hour=price[0], currency=price[1]),
        )
        budget, work = setup.budget, setup.work
        if budget.reserve_bytes == before.budget.reserve_bytes:
            budget = replace(budget, reserve_bytes=reserve_bytes)
        if (work.price_per_gpu_hour, work.currency) == (
            before.work.price_per_gpu_hour,
            before.work.currency,
        ):
            work = replace(work, price_per_gpu_hour=price[0], currency=price[1])
        if (budget, work) != (setup.budget, setup.work):
            self._take(replace(setup, budget=budget, work=work))

    def set_setup(self, setup: Setup) -> None:
        """Take plan, budget and work as they were saved; no step to undo."""
        self._unread.clear()
        self._take(setup)

    def apply_change(self, number: int, step: str = "") -> None:
        """Apply an offered change, counted from 0; nothing happens when there is no such change."""
        if number >= len(self._outcome.changes) or self._outcome.stale_fields:
            return
        fields = dict(self._outcome.changes[number].changed)
        budget, free = self._setup.budget, self._outcome.free
        if "gpu" in fields:
            budget = Budget(None, budget.reserve_bytes)  # what was free, or given, was that of another card
        elif fields.pop("budget", None) is not None and free is not None and free.bytes is not None:
            budget = Budget(free.bytes + free.held_bytes, budget.reserve_bytes)
        self._unread.clear()
        plan = replace(self.plan, **fields)  # type: ignore[arg-type]
        self._do(replace(self._setup, plan=plan, budget=budget), step)

    def text_unreadable(self, name: str, text: str, reason: str) -> None:
        """A field holds a text that cannot be read: it is marked, and the last valid value stays in use."""
        self._unread[name] = (text, InputProblem(reason, name))
        self._changed()

    def has_row(self, index: int) -> bool:
        """Whether there is such a row among those that it was given."""
        return 0 <= index < len(self._book.rows)

    def select_row(self, index: int) -> None:
        """Load the plan of a row; not a step to undo.

        The first row is answered at once; while others follow it in quick succession, only the last of them.
        """
        if not self.has_row(index):
            return
        row = self._book.rows[index]
        self._unread = {
            cell.column: (cell.text, InputProblem(cell.reason, cell.column))
            for cell in row.unreadable
            if cell.column in PLAN_FIELD
        }
        # What a broken cell means nobody knows, so until it is mended there is nothing to estimate.
        self._blocking = frozenset(self._unread)
        self._row = index
        self._outcome = replace(self._outcome, answer=None, answered=None, changes=())
        self._setup = replace(self._setup, plan=row.effective_plan())
        self._changed(self._passed.wait_s(index))

    def set_rows(self, rows: Sequence[BenchmarkRow], base_dir: Path | None = None) -> None:
        """Take the table's rows; paths of models in them are relative to ``base_dir``."""
        if base_dir != self._base_dir:
            self._base_dir = base_dir
            self._book.forget_plans()
        self._book.set_rows(rows)
        if self._row is not None and not self._is_row(self._row):
            self._row = None
        if self._book.is_waiting and self._answering is not None:
            self._rows_soon.start()
        self._changed()

    # Steps -----------------------------------------------------------------------------------

    def _do(self, setup: Setup, step: str, field: str = "") -> None:
        if setup == self._setup:
            self._changed()
        elif self._undo_stack is None:
            self._take(setup)
        else:
            self._undo_stack.push(SetupCommand(step, self._setup, setup, self._take, field))

    def _take(self, setup: Setup) -> None:
        self._setup = setup
        if self._row is not None and not self._is_row(self._row):
            self._row = None
        self._changed()

    def _is_row(self, index: int) -> bool:
        rows = self._book.rows
        return index < len(rows) and rows[index].effective_plan() == self.plan

    def _changed(self, quiet_s: float = 0.0) -> None:
        """Answer in the next turn of the event loop, or once nothing has changed for so long."""
        self._steps.stop()
        if self._answering is not None:
            self._answer_soon.start(round(1e3 * quiet_s))

    def _soon(self, call: object) -> QTimer:
        """A timer that joins everything of one turn of the event loop into a single call."""
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(0)
        timer.timeout.connect(call)
        return timer

    # Answers ---------------------------------------------------------------------------------

    def _answer(self) -> None:
        self._answer_soon.stop()
        self._steps.run(self._answer_steps(), self._show, at_once=True)

    def _show(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self.updated.emit(outcome)
        self._passed.answered()

    def _answer_steps(self) -> Generator[None, None, Outcome]:
        assert self._answering is not None, "start() comes first"
        problems = [problem for _, problem in self._unread.values()]
        resolved = None
        try:
            resolved = self._catalog.resolve(self.plan, self._base_dir)
        except InputError as error:
            problems += error.problems
        free = self._look_at_free_for(resolved)
        if free is not None and free.bytes is None:
            problems.append(InputProblem(free.reason, "budget", free.hint))
        outcome = replace(
            self._outcome,
            setup=self._setup,
            free=free,
            electricity=self._electricity,
            problems=tuple(problems),
            texts={name: text for name, (text, _) in self._unread.items()},
            resolved=resolved,
            row=self._row,
        )
        if self._blocking & self._unread.keys() or any(problem.where in UNREACHABLE for problem in problems):
            return replace(outcome, answer=None, answered=None, changes=())
        if resolved is None:
            return outcome
        answer, changes = yield from self._answering.steps(
            resolved,
            outcome.setup,
            MOST_CHANGES,
            electricity=self._electricity,
            free=free,
            calibration=self._calibration,
            others_for=self.others_for,
        )
        return replace(outcome, answer=answer, answered=outcome.setup, changes=changes)

    def _look_at_free_for(self, resolved: ResolvedPlan | None) -> FreeMemory | None:
        """Put what is free now into a budget that means it; not a step to undo."""
        budget = self._setup.budget
        if not budget.free_now or resolved is None:
            return None
        free = self._free_for(resolved)
        self._setup = replace(self._setup, budget=replace(budget, bytes=free.bytes))
        return free

    def _free_for(self, resolved: ResolvedPlan) -> FreeMemory:
        return _FREE_NOT_READ if self.free_source is None else self.free_source(resolved)

    def _work_through_rows(self) -> None:
        assert self._answering is not None, "start() comes first"

        def resolve(plan: Plan) -> ResolvedPlan:
            return self._catalog.resolve(plan, self._base_dir)

        self.rows_estimated.emit(self._answering.work_through_rows(_ROWS_PER_TURN, resolve))
        if self._book.is_waiting:
            self._rows_soon.start()
        else:
            self._changed()

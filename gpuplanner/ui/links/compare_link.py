"""Ties "Compare" to a window: pins the plan as A and holds it against every later state of the form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from gpuplanner.core.estimate import Budget
from gpuplanner.core.plan import Plan, ResolvedPlan
from gpuplanner.ui.plan.planner import Outcome
from gpuplanner.ui.widgets.buttons import button

if TYPE_CHECKING:
    from gpuplanner.ui.compare.compare_window import CompareWindow
    from gpuplanner.ui.compare.compare_words import CompareWording
    from gpuplanner.ui.links.plan_link import PlanLink
    from gpuplanner.ui.main_window import MainWindow


@dataclass(frozen=True)
class _Pinned:
    """Plan A, and what it was judged by."""

    resolved: ResolvedPlan
    budget: Budget


class CompareLink(QObject):
    """Ctrl+Shift+K and the header's button; lives as long as the window."""

    def __init__(self, window: MainWindow, plan_link: PlanLink) -> None:
        super().__init__(window)
        self._window, self._planner = window, plan_link.planner
        self._wording = plan_link.panel.wording
        self._pinned: _Pinned | None = None
        self._view: CompareWindow | None = None
        self._words: CompareWording | None = None
        self.button = button(window.theme, self.tr("Compare"), icon="compare", flat=True)
        self.action = QAction(self.tr("&Compare"), self)
        self.action.setShortcut(QKeySequence("Ctrl+Shift+K"))
        native = self.action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        self.button.setToolTip(self.tr("Pin this plan and compare ({keys})").format(keys=native))
        self.action.triggered.connect(self.open)
        self.button.clicked.connect(self.open)
        window.header.add_action(self.button, "plan", spare=True)
        window.menus.add_plan_actions([self.action])
        self._planner.updated.connect(self._show)
        window.table.unit_changed.connect(lambda _unit: self._show(self._planner.outcome))

    @property
    def view(self) -> CompareWindow | None:
        """The window, once it was opened."""
        return self._view

    def open(self) -> None:
        """Pin the present plan as A and show the window; an open one keeps its A and comes to the front."""
        if self._view is None or self._words is None:
            # Loaded when first asked for: the comparison needs numpy, and the start is to be quick.
            from gpuplanner.ui.compare.compare_window import CompareWindow
            from gpuplanner.ui.compare.compare_words import CompareWording

            self._words = CompareWording(self._wording, self)
            self._view = CompareWindow(self._window.theme, self._window)
            self._view.pin_requested.connect(self.pin)
            self._view.back_requested.connect(self.back)
        if not self._view.isVisible():
            self._view.place_beside(self._window)
            self.pin()
        self._view.show()
        self._view.raise_()
        self._view.activateWindow()
        self._show(self._planner.outcome)

    def pin(self) -> None:
        """The plan that is estimated now becomes A."""
        self._pinned = _pinned(self._planner.outcome)
        self._show(self._planner.outcome)

    def back(self) -> None:
        """The form holds A again, as a step that can be undone."""
        if self._pinned is not None:
            plan: Plan = self._pinned.resolved.origin
            self._planner.set_plan(plan, self.tr("Back to plan A"))

    def _show(self, outcome: Outcome) -> None:
        if self._view is None or self._words is None or not self._view.isVisible():
            return
        now = _pinned(outcome)
        self._pinned = self._pinned or now
        if self._pinned is None or now is None:
            self._view.show_empty()
            return
        from gpuplanner.estimator.compare import compare  # loaded by the window already
        from gpuplanner.estimator.estimate import PHYSICS
        from gpuplanner.estimator.measured import nothing_measured

        a, b = self._pinned, now
        # Both as the estimator stands now: a correction must not look like the work of a setting.
        found = compare(
            a.resolved,
            b.resolved,
            budget_a=a.budget,
            budget_b=b.budget,
            calibration=self._planner.calibration or PHYSICS,
            measured=self._planner.measured or nothing_measured,
        )
        text = self._words.comparison(found, is_current=not outcome.stale_fields)
        self._view.show_comparison(text, self._words.sentence(text))


def _pinned(outcome: Outcome) -> _Pinned | None:
    """What an outcome is the answer to; None without an answer."""
    if outcome.answer is None or outcome.answered is None:
        return None
    return _Pinned(outcome.answer.estimate.resolved, outcome.answered.budget)

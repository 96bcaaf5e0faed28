"""The estimator: verdict, parts, form and results of the current plan, arranged for the room there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QColor, QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from gpuplanner.core.benchmark import MemoryUnit
from gpuplanner.core.fields import Value
from gpuplanner.core.plan import PLAN_FIELD
from gpuplanner.core.units import GIB
from gpuplanner.data.catalog import Catalog
from gpuplanner.report.parts import part_figures
from gpuplanner.ui.plan.estimator_words import EstimatorWords
from gpuplanner.ui.plan.explainer import Explainer
from gpuplanner.ui.plan.form_fields import budget_of, with_work
from gpuplanner.ui.plan.parts_bar import PartsView
from gpuplanner.ui.plan.parts_widget import PartsFigures
from gpuplanner.ui.plan.plan_form import NARROW_WIDTH, WIDTH, PlanForm
from gpuplanner.ui.plan.plan_summary import PlanSummary
from gpuplanner.ui.plan.planner import MOST_CHANGES, Outcome, Planner
from gpuplanner.ui.plan.results import Results
from gpuplanner.ui.plan.verdict import VerdictBanner
from gpuplanner.ui.theme import Theme
from gpuplanner.ui.widgets.display_unit import DisplayUnit
from gpuplanner.ui.wording import Wording

if TYPE_CHECKING:
    from gpuplanner.report.plan_answer import PlanAnswer

_LEAST_WIDTH, _LEAST_RESULTS, _WIDE_FORM_FROM, _LOW_BELOW, _LEGEND_LINE_FROM = 479, 300, 600, 540, 880


class EstimatorPanel(QWidget):
    """Shows what a `Planner` says, and tells it what the user edits.

    Built without numpy and pyqtgraph; `start` puts the chart in and starts the planner, after the
    window is shown.
    """

    row_requested = Signal(int)
    """Index of a table row that should be selected."""

    def __init__(
        self, theme: Theme, planner: Planner, catalog: Catalog, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._planner = theme, planner
        self._wording = Wording(self)
        self._words = EstimatorWords(self._wording, self, lambda name: catalog.gpu(name).memory_bytes)
        self._form_is_open = False
        self.verdict = VerdictBanner(theme)
        self.parts = PartsView(theme)
        self.explainer = Explainer(theme, self._wording, self._words.part_names, self._words.peak_phase, self)
        self.summary = PlanSummary(theme, self._wording)
        self.form = PlanForm(
            theme,
            self._wording,
            catalog.model_names,
            catalog.gpu_names,
            lambda name: catalog.gpu(name).memory_bytes,
        )
        self.results = Results(theme, MOST_CHANGES)
        self._build()
        self._connect()
        self._show(planner.outcome)
        self._take_theme()

    @property
    def wording(self) -> Wording:
        """The words in the unit in use."""
        return self._wording

    @property
    def panes(self) -> tuple[QWidget, ...]:
        """Stops for F6."""
        return (self.form, self.results)

    def start(self) -> None:
        """Load chart and estimator, and answer from now on.  Call after the window is shown."""
        self.results.start()
        self._planner.start()

    def set_unit(self, unit: DisplayUnit) -> None:
        """Show memory in GiB or GB.  It is always per GPU here: a card's verdict is about one card."""
        self._wording.set_unit(MemoryUnit.GB if unit is DisplayUnit.GB_PER_GPU else MemoryUnit.GIB)
        self._show(self._planner.outcome)

    def make_actions(self) -> list[QAction]:
        """Actions with their keys, for the Plan menu; they belong to this panel."""
        made = [
            self._action(self.tr("Sequence &length"), "Ctrl+L", lambda: self.focus_field("seq_len")),
            self._action(self.tr("&Form or results"), "F4", self.toggle_form),
            self._action(self.tr("&Reset the plan"), None, self._reset),
            self._action(self.tr("&Explain the estimate"), None, self.explainer.open),
        ]
        for number in range(MOST_CHANGES):
            text = self.tr("Apply change {n}").format(n=number + 1)
            made.append(self._action(text, f"Alt+{number + 1}", lambda n=number: self._apply(n)))
        return made

    def focus_field(self, name: str) -> None:
        """Put the cursor into a field of the form, and show the form where it is put away."""
        if self._is_drawer:
            self._form_is_open = True
            self._arrange()
        self.form.focus_field(name)

    def toggle_form(self) -> None:
        """Where there is no room for both: form instead of results, or the other way round."""
        if self._is_drawer:
            self._form_is_open = not self._form_is_open
            self._arrange()
        (self.form if self.form.isVisible() else self.results).setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What gives way depends on the room."""
        super().resizeEvent(event)
        self._arrange()

    # Building --------------------------------------------------------------------------------

    def _build(self) -> None:
        # The verdict stays; with large type in a low window the rest scrolls.
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(_Body(self._theme, (self.parts, self.summary), self.form, self.results))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.verdict)
        column.addWidget(scroll, 1)

    def _connect(self) -> None:
        self._planner.updated.connect(self._show)
        self.form.edited.connect(self.edit)
        self.form.unreadable.connect(self._planner.text_unreadable)
        self.results.row_requested.connect(self.row_requested)
        self.results.change_applied.connect(self._apply)
        self.summary.button.clicked.connect(self.toggle_form)
        self.parts.part_clicked.connect(self.explainer.open)
        self._theme.changed.connect(self._take_theme)

    def _action(self, text: str, keys: str | None, call: object) -> QAction:
        action = QAction(text, self)
        if keys:
            action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _checked=False: call())  # type: ignore[operator]
        return action

    def _take_theme(self) -> None:
        self.setMinimumWidth(self._theme.px(_LEAST_WIDTH))
        self._arrange()

    @property
    def _is_drawer(self) -> bool:
        return self.width() < self._theme.px(NARROW_WIDTH + _LEAST_RESULTS)

    def _arrange(self) -> None:
        px = self._theme.px
        drawer = self._is_drawer
        self.summary.setVisible(drawer)
        self.summary.set_open(self._form_is_open)
        self.form.setVisible(not drawer or self._form_is_open)
        self.results.setVisible(not drawer or not self._form_is_open)
        if drawer:
            self.form.setMinimumWidth(0)
            self.form.setMaximumWidth(16_777_215)
        else:
            self.form.setFixedWidth(px(WIDTH if self.width() >= px(_WIDE_FORM_FROM) else NARROW_WIDTH))
        self.parts.set_compact(self.height() < px(_LOW_BELOW) and self.width() >= px(_LEGEND_LINE_FROM))

    # What the user does ----------------------------------------------------------------------

    def edit(self, name: str, value: Value) -> None:
        """Set a field of the form, as a step that can be undone."""
        planner, step = self._planner, self._words.edit_step(name, value)
        budget = planner.setup.budget
        if name in PLAN_FIELD:
            planner.set_field(name, value, step)
        elif name == "budget":
            planner.set_budget(budget_of(str(value), budget.reserve_bytes), step)
        elif name == "reserve":
            reserve = round(float(value) * GIB) if isinstance(value, int | float) else 0
            planner.set_budget(replace(budget, reserve_bytes=reserve), step)
        else:
            planner.set_work(with_work(planner.setup.work, name, value), step, name)

    def _apply(self, number: int) -> None:
        outcome = self._planner.outcome
        if number < len(outcome.changes):
            self._planner.apply_change(number, self._words.apply_step(outcome, number))

    def _reset(self) -> None:
        self._planner.reset(self.tr("Reset the plan"))

    # What is shown ---------------------------------------------------------------------------

    def _show(self, outcome: Outcome) -> None:
        answer = outcome.answer
        self.explainer.take(None if answer is None else answer.estimate)
        deciding = "" if answer is None or outcome.stale_fields else answer.deciding_field
        self.form.show_outcome(outcome, deciding)
        self.summary.show_plan(outcome.setup.plan)
        self.results.unit.setText(self._wording.per_gpu())
        if answer is None:
            self._show_no_answer(outcome)
        else:
            self._show_answer(outcome, answer)

    def _show_no_answer(self, outcome: Outcome) -> None:
        what, hint = self._words.problem(outcome)
        if what:
            self.verdict.show_no_estimate(self._words.no_estimate(), what, hint)
        self.parts.clear()
        results = self.results
        results.set_has_answer(False)
        results.rule.set_text("")
        results.assumed.set_text("")

    def _show_answer(self, outcome: Outcome, answer: PlanAnswer) -> None:
        estimate, budget = answer.estimate, outcome.setup.budget
        text = self._words.verdict(outcome, answer)
        stale = bool(outcome.stale_fields)
        tip = self._words.verdict_tip(estimate, text.sentence)
        self.verdict.show_verdict(text, estimate.fits, pale=stale, tip=tip)
        memory = estimate.memory
        figures = part_figures(memory, self._wording.unit_bytes)
        self.parts.show_parts(
            PartsFigures(
                figures,
                memory.low_device_bytes,
                memory.high_device_bytes,
                estimate.budget_bytes,
                estimate.fits,
            ),
            self._words.parts(estimate, budget, figures, outcome.free.age if outcome.free else ""),
            self._words.part_names(),
            self._wording.per_gpu(),
        )
        self._show_results(outcome, answer)

    def _show_results(self, outcome: Outcome, answer: PlanAnswer) -> None:
        # The chart's module loads pyqtgraph, so it is imported by `start`, after the window is shown.
        from gpuplanner.render.chart_view import ChartWords

        results, estimate = self.results, answer.estimate
        results.set_has_answer(True)
        words = ChartWords(
            unit_bytes=self._wording.unit_bytes,
            sky=self._wording.sky(answer.chart),
            point_tip=self._wording.point,
            curve_tip=self._wording.curve,
        )
        sentence = self._words.chart_sentence(answer.chart)
        results.show_chart(answer.chart, words, self._words.key(answer.chart), sentence)
        results.show_nearest(*self._words.nearest(answer))
        request = replace(outcome.setup.work, electricity=outcome.electricity)
        results.time.show_figures(*self._words.time(estimate, request))
        results.rule.set_text(self._wording.rule(answer.rule, estimate.resolved.plan.n_gpus))
        results.show_host(self._words.host(estimate))
        results.assumed.set_text(self._words.assumed(estimate))
        results.changes.show_offers(
            self._words.changes_head(outcome, estimate.fits),
            self._words.offers(outcome),
            usable=not outcome.stale_fields,
            none=self._words.no_changes(estimate.fits),
        )


class _Body(QWidget):
    """Everything below the verdict, on one ground, with lines between the parts."""

    def __init__(self, theme: Theme, upper: Sequence[QWidget], form: QWidget, results: QWidget) -> None:
        super().__init__()
        self._theme, self._form, self._results = theme, form, results
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in upper:
            column.addWidget(widget)
        column.addSpacing(1)
        lower = QHBoxLayout()
        lower.setSpacing(1)
        lower.addWidget(form)
        lower.addWidget(results, 1)
        column.addLayout(lower, 1)
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground and lines."""
        painter = QPainter(self)
        tokens = self._theme.tokens
        painter.fillRect(self.rect(), QColor(tokens.surface))
        top = self._form.y() if self._form.isVisible() else self._results.y()
        painter.fillRect(0, top - 1, self.width(), 1, QColor(tokens.line))
        if self._form.isVisible() and self._results.isVisible():
            painter.fillRect(self._results.x() - 1, top, 1, self.height() - top, QColor(tokens.line))

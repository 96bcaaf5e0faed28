"""Ties one window's table to its estimator: rows in, estimates out, selection to plan and back."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path

from PySide6.QtCore import QObject

from gpuplanner.core.errors import InputError
from gpuplanner.data.catalog import Catalog
from gpuplanner.data.plan_file import NamedPlan
from gpuplanner.data.relatives import alternatives
from gpuplanner.data.work_settings import kept_work, with_kept_work
from gpuplanner.ui.compare.kept_plans import CURRENT
from gpuplanner.ui.links.correction_link import CorrectionLink
from gpuplanner.ui.links.data_set_link import DataSetLink
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.plan.estimator_panel import EstimatorPanel
from gpuplanner.ui.plan.planner import Outcome, Planner
from gpuplanner.ui.soon import soon
from gpuplanner.ui.told import told


class PlanLink(QObject):
    """Puts an estimator into a window and keeps both in step; lives as long as the window."""

    def __init__(self, window: MainWindow, catalog: Catalog) -> None:
        super().__init__(window)
        self._window = window
        document, table = window.document, window.table
        self.planner = Planner(catalog, document.undo_stack, self)
        # Asked at every change of the plan, and the same for all plans of a model.
        self.planner.others_for = lru_cache(partial(alternatives, catalog))
        self.panel = EstimatorPanel(window.theme, self.planner, catalog)
        window.set_estimator(self.panel, self.panel.panes)
        window.plan_source = lambda: self.planner.plan
        window.menus.add_plan_actions(self.panel.make_actions())
        self.correction = CorrectionLink(window, self.planner, self.panel.wording, catalog)
        self.data_set = DataSetLink(
            self.planner, self.panel.form, catalog, lambda: _folder(document.path), self
        )
        window.closed.connect(self.data_set.stop)
        self.panel.set_unit(table.model.unit)
        table.set_card_bytes(lambda name: _card_bytes(catalog, name))
        table.view.set_completions({"model": catalog.model_names, "gpu": catalog.gpu_names})
        document.rows_changed.connect(lambda _rows: self._take_rows())
        document.rows_moved.connect(lambda _moved: self._take_rows())
        document.replaced.connect(self._take_document)
        window.files.about_to_save = self._keep_plan
        table.row_selected.connect(self._select_row)
        window.row_to_plan_requested.connect(self.planner.select_row)
        table.unit_changed.connect(self.panel.set_unit)
        self.planner.rows_estimated.connect(table.set_row_estimates)
        self.planner.updated.connect(self._say_source)
        self.panel.row_requested.connect(table.select_row)
        self._take_document()

    def start(self) -> None:
        """Load the estimator.  Call after the window is shown."""
        self.panel.start()
        self.correction.start()

    def _take_document(self) -> None:
        self._take_rows()
        current = self._window.table.view.current_source()
        if current >= 0:  # a view with the keyboard chose its first row before the planner had the rows
            self.planner.select_row(current)
        if any(named.name == CURRENT for named in self._window.document.plans):
            # The window shows the plan of the first row as soon as the event loop turns; this comes after it.
            soon(self, self._restore_plan)

    def _restore_plan(self) -> None:
        """Show the plan and the work that were saved with the document, and the plan's row, if any."""
        document = self._window.document
        plan = next((named.plan for named in document.plans if named.name == CURRENT), None)
        if plan is None:
            return
        work = kept_work(document.settings)
        if work is not None and work != self.planner.setup.work:
            # A data set that another document was planned with says nothing of this one.
            self.planner.set_setup(replace(self.planner.setup, work=work, data_set=None, packing=False))
        row = next((i for i, row in enumerate(document.rows) if row.effective_plan() == plan), None)
        if row is None:
            self.planner.set_setup(replace(self.planner.setup, plan=plan))
        else:
            self._window.table.select_row(row)

    def _keep_plan(self) -> None:
        document = self._window.document
        others = tuple(named for named in document.plans if named.name != CURRENT)
        document.plans = (*others, NamedPlan(CURRENT, self.planner.plan))
        document.settings = with_kept_work(document.settings, self.planner.setup.work)

    def _select_row(self, source: int) -> None:
        if not self.planner.has_row(source):  # a view with the keyboard chooses its first row at once
            self._take_rows()
        self.planner.select_row(source)

    def _take_rows(self) -> None:
        path = self._window.document.path
        self.planner.set_rows(self._window.document.rows, _folder(path))

    def _say_source(self, outcome: Outcome) -> None:
        """Where the figures come from, in the status row."""
        if outcome.answer is None:
            self._window.set_source_text("")
            return
        name = outcome.answer.estimate.calibration
        document, text = self._window.document, told(name)
        if name == "physics" and document.corrections:
            text = self.tr("physics only, corrections switched off")
        elif name == "physics":
            text = self.tr("physics only") if document.trials else self.tr("physics only, no trial yet")
        self._window.set_source_text(self.tr("Estimator: {name}").format(name=text))


def _folder(path: Path | None) -> Path | None:
    return None if path is None else path.parent


def _card_bytes(catalog: Catalog, name: str) -> float | None:
    """Memory of a catalogued card; None for one that nobody knows."""
    try:
        return catalog.gpu(name).memory_bytes
    except InputError:
        return None

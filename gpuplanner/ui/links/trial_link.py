"""Ties one window's Trial page to what runs trials: plan in, events out, rows kept.

One trial runs at a time in the whole program (`TrialDesk`).  Nothing here waits: a start returns at once, the
bridge tells what was heard, a window that is closed while its trial runs stops it and closes when the end is
there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from gpuplanner.core.errors import InputError
from gpuplanner.core.trial import TrialKind, TrialStatus
from gpuplanner.data.catalog import Catalog
from gpuplanner.monitor.states import StateKind
from gpuplanner.trial.place import Where
from gpuplanner.trial.preflight import Facts, Level, judge
from gpuplanner.trial.ssh_hosts import known_hosts
from gpuplanner.ui.links.plan_link import PlanLink
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.monitor.monitor_source import MonitorSource
from gpuplanner.ui.plan.planner import Outcome
from gpuplanner.ui.soon import soon
from gpuplanner.ui.told import told_problem
from gpuplanner.ui.trial.trial_bridge import TrialDesk
from gpuplanner.ui.trial.trial_closing import ClosingGuard
from gpuplanner.ui.trial.trial_commands import TrialCommands
from gpuplanner.ui.trial.trial_jobs import Done
from gpuplanner.ui.trial.trial_kept_options import kept_of, wishes_of
from gpuplanner.ui.trial.trial_kept_rows import KeptRows
from gpuplanner.ui.trial.trial_picture import Offer, TrialState
from gpuplanner.ui.trial.trial_python import TrialPython
from gpuplanner.ui.trial.trial_python_menu import PythonMenu
from gpuplanner.ui.trial.trial_series import TrialSeries
from gpuplanner.ui.trial.trial_start_now import StartNow

if TYPE_CHECKING:
    from gpuplanner.ui.trial.trial_environment import EnvironmentDialog
    from gpuplanner.ui.trial.trial_page import TrialPage
    from gpuplanner.ui.trial.trial_show import TrialShow

KEY = "trial"
_DRAW_EVERY_S = 0.5
_LOOK_MS, _MOST_LOOKS = 100, 20
"""How often and how many times a start looks for the first reading of the GPUs."""
_ALWAYS_AGAINST = {"another", "place", "plan", "ranks", "environment"}
"""Checks whose "no" cannot be overridden."""

_STATES = {
    TrialStatus.OK: TrialState.DONE,
    TrialStatus.STOPPED: TrialState.STOPPED,
    TrialStatus.OOM: TrialState.OOM,
    TrialStatus.FAILED: TrialState.FAILED,
}


class TrialLink(QObject):
    """Lives as long as its window; the page is made when it is first shown."""

    correction_requested = Signal(object)
    """tuple[int, ...]: rows of the document that the user wants the estimator to learn from."""
    state_changed = Signal(object)
    """TrialState."""

    def __init__(
        self,
        window: MainWindow,
        plan_link: PlanLink,
        catalog: Catalog,
        desk: TrialDesk,
        monitor: Callable[[], MonitorSource],
    ) -> None:
        super().__init__(window)
        self._window, self._catalog, self._desk = window, catalog, desk
        self._monitor_of = monitor
        self._planner, self._wording = plan_link.planner, plan_link.panel.wording
        self.page: TrialPage | None = None
        self.state = TrialState.READY
        self.python = TrialPython(self)
        self._kept_wishes, self.python.named = wishes_of(window.remembered.settings.trial)
        self._python_menu = PythonMenu(self.python, window)
        self._now = StartNow(self._planner, self.python, monitor, self)
        self._show: TrialShow | None = None
        self.series = TrialSeries(desk, monitor, catalog, self)
        self._kept = KeptRows(window.document, self)
        self._looks = 0
        self._drawn_s = 0.0
        self._commands = TrialCommands(self)
        self.closing = ClosingGuard(window, lambda: self.state.is_running, self.stop, self._give_up)
        self._attach(plan_link)

    # Into the window -------------------------------------------------------------------------------------

    def _attach(self, plan_link: PlanLink) -> None:
        window = self._window
        window.add_page(KEY, "play", self.tr("Trial"), self._make_page)
        self._commands.add_to(window)
        window.before_close.append(self.closing.may_close)
        window.is_busy.append(lambda: self.state.is_running)
        window.page_shown.connect(self._page_shown)
        window.document.replaced.connect(self._document_replaced)
        self._planner.updated.connect(self._plan_updated)
        self._desk.changed.connect(self._desk_changed)
        self.python.changed.connect(self._refresh_ready)
        self._python_menu.chosen.connect(self.set_python)
        self._python_menu.make_requested.connect(self.make_environment)
        window.closed.connect(self.python.stop)
        self.series.job_started.connect(self._job_started)
        self.series.advanced.connect(self._draw)
        self.series.job_ended.connect(self._job_ended)
        self.series.ended.connect(self._ended)
        self.correction_requested.connect(plan_link.correction.preview)

    def _make_page(self) -> TrialPage:
        # When the page is first shown: the start of the program does not pay for it.
        from gpuplanner.ui.trial.trial_page import TrialPage
        from gpuplanner.ui.trial.trial_show import TrialShow

        page = TrialPage(self._window.theme)
        self.page = page
        self._show = TrialShow(page, self._wording, self)
        self._window.header.add_action(page.head, KEY)
        page.start_requested.connect(lambda: self.start(TrialKind.TRIAL))
        page.dry_run_requested.connect(lambda: self.start(TrialKind.DRY_RUN))
        page.stop_requested.connect(self.stop)
        page.python_requested.connect(self.choose_python)
        page.side.offered.connect(self._take_offer)
        self.series.log_grew.connect(page.log.add)
        self._window.panes += [page.side.options, page.log]
        page.side.options.show_wishes(self._kept_wishes)
        page.side.options.place.offer_hosts(known_hosts())
        page.side.options.changed.connect(self._refresh_ready)
        self._monitor.listen(page, f"trial page:{id(self)}")
        self._monitor.refreshed.connect(self._refresh_ready)
        return page

    @property
    def _monitor(self) -> MonitorSource:
        return self._monitor_of()

    def _page_shown(self, key: str) -> None:
        if key == KEY:
            self._refresh_ready()
            self._draw(force=True)

    # What the user does ----------------------------------------------------------------------------------

    def start(self, kind: TrialKind, *, anyway: bool = False) -> None:
        """Check and start; what speaks against it is shown instead, and can be overridden."""
        if self.state.is_running:
            self._window.show_page(KEY)
            return
        self._window.show_page(KEY)
        assert self.page is not None
        self._now.kind = kind
        self._set_state(TrialState.READY)
        unknown = self._monitor.state.kind in (StateKind.STARTING, StateKind.RESTING)
        if unknown and self._looks < _MOST_LOOKS and kind is TrialKind.TRIAL:
            self._looks += 1
            soon(self, lambda: self._start_if_still_wanted(kind, anyway), _LOOK_MS)
            return
        self._looks = 0
        facts = self._look()
        against = set() if facts is None else {c.key for c in judge(facts) if c.level is Level.NO}
        if facts is None or against & _ALWAYS_AGAINST or (against and not anyway):
            self._set_state(TrialState.ADVISED_AGAINST)
            self._refresh_ready()
            return
        self._begin(facts)

    def _start_if_still_wanted(self, kind: TrialKind, anyway: bool) -> None:
        if self.state is TrialState.READY and self._now.kind is kind:
            self.start(kind, anyway=anyway)

    def stop(self) -> None:
        """Ask the trial to end; what was measured is kept."""
        if self.state is TrialState.RUNNING:
            self._set_state(TrialState.STOPPING)
            self.series.stop()
            self._draw(force=True)

    def choose_python(self) -> None:
        """Offer the Pythons that are found, and to pick another."""
        if self.state.is_running:
            return
        self._window.show_page(KEY)
        assert self.page is not None
        place = self.page.side.options.place
        if place.place.where is Where.SSH:  # its Python is named there, for it cannot be looked for from here
            place.python.setFocus()
            return
        self.python.document = self._window.document.path
        anchor = self.page.head.python
        self._python_menu.open(anchor.mapToGlobal(anchor.rect().bottomLeft()))

    def set_python(self, named: str) -> None:
        """Run on this Python from now on: a program, or the folder of an environment."""
        if not self.state.is_running:
            self._set_state(TrialState.READY)
            self.python.pick(named)

    def make_environment(self) -> EnvironmentDialog:
        """Open the window that makes an environment; the new Python is taken when it is there."""
        from gpuplanner.ui.trial.trial_environment import (  # hardly ever wanted
            EnvironmentDialog,
            EnvironmentMaker,
        )

        maker = EnvironmentMaker()
        dialog = EnvironmentDialog(self._window.theme, maker, self._window)
        dialog.made.connect(self.set_python)
        self._window.closed.connect(maker.cancel)
        dialog.show()
        return dialog

    def _take_offer(self, offer: Offer) -> None:
        if offer is Offer.RUN_ANYWAY:
            self.start(self._now.kind, anyway=True)
        elif offer is Offer.DRY_RUN:
            self.start(TrialKind.DRY_RUN)
        elif offer is Offer.OTHER_PYTHON:
            self.choose_python()
        elif offer is Offer.INSTALL:
            QGuiApplication.clipboard().setText(self._now.python.install)
        elif offer is Offer.CORRECTION:
            self.correction_requested.emit(self._kept.places)
        elif offer is Offer.KEEP:
            self._kept.keep(self.series.done)
            self._draw(force=True)
        elif offer is Offer.SHOW_ROW and self._kept.places:
            self._window.show_page("plan")
            self._window.table.select_row(self._kept.places[-1])
        elif offer is Offer.AGAIN:
            self._set_state(TrialState.READY)
            self._refresh_ready()

    # Running ---------------------------------------------------------------------------------------------

    def _begin(self, facts: Facts) -> None:
        assert self.page is not None
        self._kept.begin()
        path = self._window.document.path
        wishes = self.page.side.options.wishes
        try:
            jobs = self._now.jobs(wishes, self._catalog, None if path is None else path.parent)
        except InputError as error:
            self._refuse(error)
            return
        self._window.remembered.change(trial=kept_of(wishes, self.python.named))
        self.page.log.clear()
        if self._show is not None:
            self._show.begin(jobs, self._now.python, self._now.place, facts)
        where = self._window.document.name or self.tr("Untitled")
        self.series.start(jobs, self._now.place, where)

    def _refuse(self, error: InputError) -> None:
        """What is wrong with the plan's files is said where the reason stands."""
        self._set_state(TrialState.ADVISED_AGAINST)
        if self._show is not None:
            self._show.refuse(told_problem(error.problems[0]))

    def _job_started(self) -> None:
        self._set_state(TrialState.RUNNING)
        self._draw(force=True)

    def _job_ended(self, done: Done) -> None:
        if self._show is not None:
            self._show.log_end(done.end)

    def _ended(self) -> None:
        if not self._kept.document_is_other:
            self._kept.keep(self.series.done)
        self._set_state(_STATES[self.series.done[-1].end.status])
        if self.closing.is_closing:
            self.closing.trial_ended()
        else:
            soon(self, lambda: self._draw(force=True))

    def _give_up(self) -> None:
        """The end did not come, which the launcher's own limits rule out: nobody is to be left waiting."""
        self.series.kill()
        self._set_state(TrialState.STOPPED)

    # What is shown ---------------------------------------------------------------------------------------

    def _set_state(self, state: TrialState) -> None:
        if state is not self.state:
            self.state = state
            self._commands.show_running(state.is_running)
            self.state_changed.emit(state)

    def _plan_updated(self, _outcome: Outcome) -> None:
        self._refresh_ready()

    def _desk_changed(self) -> None:
        self._refresh_ready()

    def _document_replaced(self) -> None:
        """Rows of a trial that began for another document are offered, not forced upon this one."""
        self._kept.document_replaced(is_shown=self.state.is_running or self.state.is_over)
        if self.state.is_over:
            self._set_state(TrialState.READY)
            self._refresh_ready()

    def _refresh_ready(self) -> None:
        """Show what would be started now, unless a trial runs or its end is shown."""
        if self._show is None or self.page is None or not self.page.isVisible():
            return
        if self.state not in (TrialState.READY, TrialState.ADVISED_AGAINST):
            return
        facts = self._look()
        now = self._now
        self._show.ready(self.state, now.answer, now.problem, facts, now.place, now.python, now.kind)

    def _look(self) -> Facts | None:
        assert self.page is not None
        return self._now.look(self.page.side.options, self._desk.running_elsewhere(self.series))

    def _draw(self, *, force: bool = False) -> None:
        """Draw the trial, its charts at most twice a second."""
        if self._show is None or self.page is None or self.series.job is None:
            return
        if not (self.state.is_running or self.state.is_over) or not (self.page.isVisible() or force):
            return
        now = time.monotonic()
        charts = force or now - self._drawn_s >= _DRAW_EVERY_S
        if charts:
            self._drawn_s = now
        kept = self._kept
        can_keep = kept.document_is_other
        self._show.trial(self.state, self.series, kept.places, can_keep=can_keep, charts=charts)

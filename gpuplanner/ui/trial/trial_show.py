"""Makes the pictures and charts of the Trial page out of what is known of a trial."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject

from gpuplanner.core.estimate import Estimate
from gpuplanner.core.plan import ResolvedPlan
from gpuplanner.core.trial import TrialKind, TrialResult, TrialStatus
from gpuplanner.core.trial_events import EndEvent
from gpuplanner.core.units import NONE
from gpuplanner.trial.launcher import is_planned_card
from gpuplanner.trial.place import Where
from gpuplanner.trial.preflight import Facts, Level, judge
from gpuplanner.ui.monitor.monitor_figures import short_name
from gpuplanner.ui.told import told
from gpuplanner.ui.trial.trial_charts import TrialCharts
from gpuplanner.ui.trial.trial_check_words import TrialCheckWords
from gpuplanner.ui.trial.trial_end_pictures import EndPictures
from gpuplanner.ui.trial.trial_jobs import Done, Job
from gpuplanner.ui.trial.trial_page import TrialPage
from gpuplanner.ui.trial.trial_picture import CheckLine, FigureLine, Offer, TrialPicture, TrialState
from gpuplanner.ui.trial.trial_python import PythonChoice
from gpuplanner.ui.trial.trial_rank_words import RankWords
from gpuplanner.ui.trial.trial_series import TrialSeries
from gpuplanner.ui.trial.trial_where import Place
from gpuplanner.ui.trial.trial_words import TrialWords
from gpuplanner.ui.wording import Wording

_OVERRIDABLE = {"memory", "disk"}


class TrialShow(QObject):
    """One page's presenter: it decides what is seen, and starts nothing."""

    def __init__(self, page: TrialPage, wording: Wording, parent: QObject) -> None:
        super().__init__(parent)
        self._page = page
        self._words = TrialWords(wording, self)
        self._ends = EndPictures(wording, self._words, self)
        self._check_words = TrialCheckWords(wording, self._words, self)
        self._rank_words = RankWords(wording, self)
        self._charts = TrialCharts(page, wording, self)
        self._checks: tuple[CheckLine, ...] = ()
        self._place, self._python = Place(), PythonChoice()
        self._lengths: tuple[int, ...] = ()

    # Before the start ------------------------------------------------------------------------------------

    def ready(
        self,
        state: TrialState,
        answer: Estimate | None,
        problem: str,
        facts: Facts | None,
        place: Place,
        python: PythonChoice,
        kind: TrialKind,
    ) -> None:
        """What would be started now, and what speaks for and against it."""
        short = self._words.python(python.path, dict(python.versions))
        if answer is None or facts is None:
            self._page.show_picture(
                TrialPicture(
                    TrialState.READY,
                    self.tr("Not ready"),
                    (),
                    reason=problem or self.tr("There is no estimate of this plan yet."),
                    can_start=False,
                    python=short,
                )
            )
            self._charts.clear()
            return
        found = judge(facts)
        against = {check.key for check in found if check.level is Level.NO}
        advised = state is TrialState.ADVISED_AGAINST and bool(against)
        offers: tuple[Offer, ...] = ()
        if advised and against <= _OVERRIDABLE:
            offers = (Offer.RUN_ANYWAY, Offer.DRY_RUN) if "memory" in against else (Offer.RUN_ANYWAY,)
        elif advised and "environment" in against:
            offers = (Offer.INSTALL, Offer.OTHER_PYTHON) if python.install else (Offer.OTHER_PYTHON,)
        advice = self._check_words.advice(facts, found)
        self._page.show_picture(
            TrialPicture(
                TrialState.ADVISED_AGAINST if advised else TrialState.READY,
                self.tr("Not started") if advised else self.tr("Ready"),
                self._plan_lines(answer, kind, place, self._page.side.options.wishes.weights),
                reason=advice,
                next_step=python.install if advised and Offer.INSTALL in offers else "",
                offers=offers,
                figures_title=self.tr("Predicted"),
                figures_aside=self.tr("per GPU"),
                figures=self._words.figures(answer, None, on_card=place.on_card),
                heads=self._words.heads(dry_run=False),
                checks=self._check_words.checks(facts, found),
                note=self._note(),
                python=short,
            )
        )
        self._charts.predicted(answer, on_card=place.on_card)

    def refuse(self, line: str) -> None:
        """It was not started, for this reason."""
        shown = self._page.picture
        if shown is not None:
            self._page.show_picture(
                replace(shown, state=TrialState.ADVISED_AGAINST, title=self.tr("Not started"), reason=line)
            )

    def begin(self, jobs: Sequence[Job], python: PythonChoice, place: Place, facts: Facts) -> None:
        """A start: the checks stay as they were at this moment."""
        self._checks = self._check_words.checks(facts, judge(facts))
        self._python, self._place = python, place
        self._lengths = tuple(job.seq_len for job in jobs)

    # While it runs, and after the end --------------------------------------------------------------------

    def trial(
        self,
        state: TrialState,
        series: TrialSeries,
        kept: Sequence[int],
        *,
        can_keep: bool,
        charts: bool,
    ) -> None:
        """One moment of a trial; ``can_keep``: its rows were not put into the document by themselves."""
        job, bridge, done = series.job, series.bridge, series.done
        assert job is not None
        assert bridge is not None
        heard, now_s = bridge.heard, bridge.now_s()
        end = done[-1].end if state.is_over and done else None
        result = heard.result() if end is None else end.result
        on_card = self._place.on_card if result is None else result.device == "cuda"
        dry_run, same_card = job.spec.kind is TrialKind.DRY_RUN, self._same_card(job, end)
        versions = {} if end is None else dict(end.versions)
        picture = TrialPicture(
            state,
            self.tr("Stopping") if state is TrialState.STOPPING else self.tr("Running"),
            self._plan_lines(job.estimate, job.spec.kind, self._place, job.spec.checkpoint),
            aside=self._words.left(heard.left_s(now_s)) if state is TrialState.RUNNING else "",
            fraction=heard.fraction(now_s),
            stages=self._words.stages(heard, now_s),
            figures_title=self.tr("So far") if end is None else self.tr("In the end"),
            figures_aside=self._of_whom(job, result, end),
            figures=self._words.figures(
                job.estimate, result, on_card=on_card and not dry_run, same_card=same_card
            ),
            heads=self._words.heads(dry_run=dry_run),
            dry_run=dry_run,
            checks=self._checks,
            series=self._series(job, done),
            ranks=self._rank_words.lines(job.estimate, result),
            rank_heads=self._rank_words.heads(),
            ranks_aside=self._rank_words.unit(job.estimate),
            note=self._note() if end is None else "",
            python=self._words.python(self._python.path, versions or dict(self._python.versions)),
        )
        if end is not None:
            if end.gpu is not None and not dry_run:
                where = self._where(job.resolved, self._place, end.gpu.name)
                picture = replace(picture, plan=self._words.plan(job.resolved, where, job.spec.checkpoint))
            picture = self._ends.picture(picture, done, kept, can_keep=can_keep)
        self._page.show_picture(picture)
        if charts:
            self._charts.measured(
                job, heard, now_s, result, series.device_course, on_card=on_card, same_card=same_card
            )

    def log_end(self, end: EndEvent) -> None:
        """The end as a line of the log."""
        message = f": {told(end.message)}" if end.message else ""
        notes = end.result.notes if end.result is not None else ()
        self._page.log.add([*map(told, notes), f"{end.status.value}{message}"])

    def _same_card(self, job: Job, end: EndEvent | None) -> bool:
        """Whether times can be compared: it runs on the plan's card."""
        gpu = job.resolved.gpu
        if end is not None and end.gpu is not None:
            return is_planned_card(end, gpu)
        return self._place.card is None or self._place.card.facts.name.strip() in (gpu.name, gpu.nvml_name)

    def _series(self, job: Job, done: Sequence[Done]) -> tuple[FigureLine, ...]:
        if len(self._lengths) < 2:
            return ()
        by_length = {item.job.seq_len: item for item in done}
        return tuple(
            self._words.series_line(length, self._length_figure(by_length.get(length)))
            for length in self._lengths
        )

    def _length_figure(self, done: Done | None) -> FigureLine | None:
        """The nearest to what the card shows of one length."""
        if done is None:
            return None
        result = done.result
        on_card = result is not None and result.device == "cuda"
        lines = self._words.figures(done.job.estimate, result, on_card=on_card)
        line = lines[2] if on_card else lines[0]
        if done.end.status is TrialStatus.OOM:
            return replace(line, measured="OOM", error=NONE)
        return line

    # Words and charts ------------------------------------------------------------------------------------

    def _plan_lines(self, answer: Estimate, kind: TrialKind, place: Place, weights: str) -> tuple[str, str]:
        if kind is TrialKind.DRY_RUN:
            where = self._words.fake_place()
            return self._words.plan(answer.resolved, where, "")[0], where
        planned = answer.resolved.gpu.name if place.on_card else ""
        name = planned if place.card is None else place.card.facts.name
        if place.at.where is Where.SSH:
            weights = ""
        return self._words.plan(answer.resolved, self._where(answer.resolved, place, name), weights)

    def _where(self, resolved: ResolvedPlan, place: Place, card: str) -> str:
        """How many ranks, the card or the CPU, and the computer if it is not this one."""
        parts = [self._words.ranks(resolved)]
        if place.at.is_here:
            one = place.card is not None and place.n_ranks == 1
            index = place.card.facts.index if one and place.card is not None else None
            parts.append(self._words.place(card, index))
        else:
            parts += [short_name(card), self._words.far_place(place.at)]
        return " · ".join(part for part in parts if part)

    def _of_whom(self, job: Job, result: TrialResult | None, end: EndEvent | None) -> str:
        """Whose the figures are."""
        n = job.resolved.plan.n_gpus
        if n == 1 or job.spec.kind is TrialKind.DRY_RUN:
            return self.tr("per GPU")
        if end is not None and result is not None and result.ranks:
            return self.tr("fullest of {n} ranks").format(n=n)
        return self.tr("rank 0 of {n}").format(n=n)

    def _note(self) -> str:
        return self.tr(
            "At the end, a row marked ◆ is added to the table. The estimate changes only if you accept "
            "the correction."
        )

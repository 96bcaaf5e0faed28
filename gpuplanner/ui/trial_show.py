"""Makes the pictures and charts of the Trial page out of what is known of a trial."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject

from gpuplanner.core.benchmark import Origin, Status
from gpuplanner.core.estimate import Estimate
from gpuplanner.core.trial import TrialKind, TrialResult, TrialStatus
from gpuplanner.core.trial_events import EndEvent
from gpuplanner.core.units import NONE, seconds
from gpuplanner.report.trial_charts import RunChart, StepTimes, run_chart, step_chart
from gpuplanner.trial.launcher import is_planned_card
from gpuplanner.trial.preflight import Facts, Level, judge
from gpuplanner.trial.progress import HeardTrial
from gpuplanner.ui.told import told
from gpuplanner.ui.trial_chart_words import ChartWordsOfTrial
from gpuplanner.ui.trial_check_words import TrialCheckWords
from gpuplanner.ui.trial_checks import Place
from gpuplanner.ui.trial_end_words import TrialEndWords
from gpuplanner.ui.trial_jobs import Done, Job
from gpuplanner.ui.trial_page import TrialPage
from gpuplanner.ui.trial_picture import CheckLine, FigureLine, Offer, TrialPicture, TrialState
from gpuplanner.ui.trial_python import PythonChoice
from gpuplanner.ui.trial_series import TrialSeries
from gpuplanner.ui.trial_words import TrialWords
from gpuplanner.ui.wording import Wording

_OVERRIDABLE = {"memory", "disk"}


class TrialShow(QObject):
    """One page's presenter: it decides what is seen, and starts nothing."""

    def __init__(self, page: TrialPage, wording: Wording, parent: QObject) -> None:
        super().__init__(parent)
        self._page = page
        self._words, self._end_words = TrialWords(wording, self), TrialEndWords(wording, self)
        self._check_words = TrialCheckWords(wording, self._words, self)
        self._chart_words = ChartWordsOfTrial(wording, self)
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
            self._clear_charts()
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
        self._predicted_charts(answer, place.on_card)

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
        dry_run = job.spec.kind is TrialKind.DRY_RUN
        versions = {} if end is None else dict(end.versions)
        picture = TrialPicture(
            state,
            self.tr("Stopping") if state is TrialState.STOPPING else self.tr("Running"),
            self._plan_lines(job.estimate, job.spec.kind, self._place, job.spec.checkpoint),
            aside=self._words.left(heard.left_s(now_s)) if state is TrialState.RUNNING else "",
            fraction=heard.fraction(now_s),
            stages=self._words.stages(heard, now_s),
            figures_title=self.tr("So far") if end is None else self.tr("In the end"),
            figures_aside=self.tr("per GPU"),
            figures=self._words.figures(
                job.estimate, result, on_card=on_card and not dry_run, same_card=self._same_card(job, end)
            ),
            heads=self._words.heads(dry_run=dry_run),
            dry_run=dry_run,
            checks=self._checks,
            series=self._series(job, done),
            note=self._note() if end is None else "",
            python=self._words.python(self._python.path, versions or dict(self._python.versions)),
        )
        if end is not None:
            if end.gpu is not None and not dry_run:
                weights = job.spec.checkpoint
                picture = replace(picture, plan=self._words.plan(job.resolved, end.gpu.name, weights))
            picture = self._ended(picture, done, kept, can_keep)
        self._page.show_picture(picture)
        if charts:
            self._trial_charts(job, heard, now_s, result, series.device_course, on_card=on_card)

    def log_end(self, end: EndEvent) -> None:
        """The end as a line of the log."""
        message = f": {told(end.message)}" if end.message else ""
        notes = end.result.notes if end.result is not None else ()
        self._page.log.add([*map(told, notes), f"{end.status.value}{message}"])

    def _ended(
        self, picture: TrialPicture, done: Sequence[Done], kept: Sequence[int], can_keep: bool
    ) -> TrialPicture:
        last = done[-1]
        words = self._end_words.of(last.end, last.job.spec.kind, self._kept_words(done, kept))
        offers = words.offers
        if can_keep and any(item.row is not None for item in done):
            offers = (Offer.KEEP, *offers)
        offers = tuple(o for o in offers if o is not Offer.CORRECTION or self._can_correct(done))
        return replace(
            picture,
            state=words.state,
            title=words.title,
            aside=self._took(last.heard),
            fraction=None,
            reason=words.reason,
            next_step=" ".join(text for text in (_difference(picture, words.state), words.next_step) if text),
            offers=(*offers, Offer.AGAIN),
            figures=_at_least(picture.figures) if words.state is TrialState.OOM else picture.figures,
        )

    def _took(self, heard: HeardTrial) -> str:
        if heard.ended_s is None:
            return ""
        return self.tr("took {time}").format(time=self._words.duration(heard.ended_s))

    def _can_correct(self, done: Sequence[Done]) -> bool:
        """A dry run measures what the estimator computes too; only a trial corrects it."""
        return any(
            item.row is not None
            and item.row.provenance.origin is Origin.TRIAL
            and item.row.measurement.status is Status.MEASURED
            for item in done
        )

    def _kept_words(self, done: Sequence[Done], kept: Sequence[int]) -> str:
        if not kept:
            return ""
        dry_run = done[-1].job.spec.kind is TrialKind.DRY_RUN
        mark = "□" if dry_run else "◆"
        if len(kept) == 1:
            return self.tr("Kept as row {n} ({mark}).").format(n=f"{kept[0] + 1:,}", mark=mark)
        return self.tr("Kept as rows {first}–{last} ({mark}).").format(
            first=f"{kept[0] + 1:,}", last=f"{kept[-1] + 1:,}", mark=mark
        )

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
        card = place.card
        name = "" if not place.on_card else answer.resolved.gpu.name if card is None else card.facts.name
        index = None if card is None else card.facts.index
        return self._words.plan(answer.resolved, self._words.place(name, index), weights)

    def _note(self) -> str:
        return self.tr(
            "At the end, a row marked ◆ is added to the table. The estimate changes only if you accept "
            "the correction."
        )

    def _clear_charts(self) -> None:
        for chart in (self._page.step_chart, self._page.run_chart, self._page.time_chart):
            chart.show_chart(None, chart.words)

    def _predicted_charts(self, answer: Estimate, on_card: bool) -> None:
        memory, page = answer.memory, self._page
        step = step_chart(memory)
        words = self._chart_words.step_words(step.top_bytes, dry_run=False)
        page.step_chart.show_chart(step, words, words.title)
        run = replace(run_chart(memory, now_s=0.0, left_s=60.0, on_card=on_card), predicted_from_s=0.0)
        self._show_run(run)
        wishes = page.side.options.wishes
        times = StepTimes(
            (), wishes.warm_up_steps, wishes.warm_up_steps + wishes.steps, _if(on_card, answer.step.seconds)
        )
        page.time_chart.show_chart(times, self._chart_words.time_words(), self.tr("Step time"))

    def _trial_charts(
        self,
        job: Job,
        heard: HeardTrial,
        now_s: float,
        result: TrialResult | None,
        device: Sequence[tuple[float, float]],
        *,
        on_card: bool,
    ) -> None:
        memory, page, dry_run = job.estimate.memory, self._page, job.spec.kind is TrialKind.DRY_RUN
        origin = Origin.DRY_RUN if dry_run else Origin.TRIAL
        step = step_chart(memory, result if heard.end is not None else None, heard.steps, origin)
        words = self._chart_words.step_words(step.top_bytes, dry_run=dry_run)
        page.step_chart.show_chart(step, words, self._step_sentence(step.measured_peak_bytes, words.title))
        over_s = heard.ended_s if heard.ended_s is not None else now_s
        run = run_chart(
            memory,
            phases=heard.phases,
            steps=heard.steps,
            step_ends_s=heard.step_ends_s,
            device=device,
            now_s=over_s,
            left_s=0.0 if heard.end is not None else heard.left_s(now_s),
            on_card=on_card and not dry_run,
        )
        self._show_run(run)
        if dry_run:
            page.time_chart.show_chart(
                StepTimes((), 0, 0), self._chart_words.no_time_words(), self.tr("No step time")
            )
            return
        times = StepTimes(
            tuple(item.seconds for item in heard.steps),
            job.spec.warm_up_steps,
            heard.n_steps,
            _if(on_card and self._same_card(job, heard.end), job.estimate.step.seconds),
            None if result is None else result.step_time_s,
        )
        sentence = self.tr("Step time")
        if times.median_s is not None:
            sentence = self.tr("Step time, median {n} s").format(n=seconds(times.median_s))
        page.time_chart.show_chart(times, self._chart_words.time_words(), sentence)

    def _show_run(self, run: RunChart) -> None:
        words = self._chart_words.run_words(run.top_bytes, on_card=run.on_card)
        self._page.run_chart.show_chart(run, words, words.title)

    def _step_sentence(self, measured: int | None, title: str) -> str:
        return title if measured is None else f"{title}: {measured:,} bytes"


def _difference(picture: TrialPicture, state: TrialState) -> str:
    """How far off the prediction was, in the unit and in per cent: of the device, else of allocated bytes."""
    if state not in (TrialState.DONE, TrialState.STOPPED):
        return ""
    lines = [line for line in picture.figures if line.tip and line.error.endswith("%") and line.unit != "s"]
    line = next((line for line in lines if line.strong), lines[0] if lines else None)
    return "" if line is None else f"{line.tip} ({line.error})."


def _at_least(lines: Sequence[FigureLine]) -> tuple[FigureLine, ...]:
    """Out of memory: what was measured is less than what was wanted, so there is no error to give."""
    return tuple(
        replace(line, measured=f"> {line.measured}", error=NONE)
        if line.measured not in ("", NONE) and line.unit not in ("s", "W")
        else replace(line, error=NONE if line.error else "")
        for line in lines
    )


def _if(wanted: bool, value: float) -> float | None:
    return value if wanted else None

"""Gives the three charts of the Trial page what they draw: the prediction, and what was measured over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject

from gpuplanner.core.benchmark import Origin
from gpuplanner.core.estimate import Estimate
from gpuplanner.core.trial import TrialKind, TrialResult
from gpuplanner.core.units import seconds
from gpuplanner.report.trial_charts import RunChart, StepTimes, run_chart, step_chart
from gpuplanner.trial.progress import HeardTrial
from gpuplanner.ui.trial.trial_chart_words import ChartWordsOfTrial
from gpuplanner.ui.trial.trial_jobs import Job
from gpuplanner.ui.trial.trial_page import TrialPage
from gpuplanner.ui.wording import Wording


class TrialCharts(QObject):
    """The charts of one page."""

    def __init__(self, page: TrialPage, wording: Wording, parent: QObject) -> None:
        super().__init__(parent)
        self._page, self._words = page, ChartWordsOfTrial(wording, self)

    def clear(self) -> None:
        """There is nothing to draw."""
        for chart in (self._page.step_chart, self._page.run_chart, self._page.time_chart):
            chart.show_chart(None, chart.words)

    def predicted(self, answer: Estimate, *, on_card: bool) -> None:
        """Draw what is predicted, before anything was measured."""
        memory, page = answer.memory, self._page
        step = step_chart(memory)
        words = self._words.step_words(step.top_bytes, dry_run=False)
        page.step_chart.show_chart(step, words, words.title)
        run = replace(run_chart(memory, now_s=0.0, left_s=60.0, on_card=on_card), predicted_from_s=0.0)
        self._show_run(run)
        wishes = page.side.options.wishes
        times = StepTimes(
            (), wishes.warm_up_steps, wishes.warm_up_steps + wishes.steps, _if(on_card, answer.step.seconds)
        )
        page.time_chart.show_chart(times, self._words.time_words(), self.tr("Step time"))

    def measured(
        self,
        job: Job,
        heard: HeardTrial,
        now_s: float,
        result: TrialResult | None,
        device: Sequence[tuple[float, float]],
        *,
        on_card: bool,
        same_card: bool,
    ) -> None:
        """Draw what was measured so far over the prediction; a time is compared on the plan's card only."""
        memory, page, dry_run = job.estimate.memory, self._page, job.spec.kind is TrialKind.DRY_RUN
        origin = Origin.DRY_RUN if dry_run else Origin.TRIAL
        step = step_chart(memory, result if heard.end is not None else None, heard.steps, origin)
        words = self._words.step_words(step.top_bytes, dry_run=dry_run)
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
                StepTimes((), 0, 0), self._words.no_time_words(), self.tr("No step time")
            )
            return
        times = StepTimes(
            tuple(item.seconds for item in heard.steps),
            job.spec.warm_up_steps,
            heard.n_steps,
            _if(on_card and same_card, job.estimate.step.seconds),
            None if result is None else result.step_time_s,
        )
        sentence = self.tr("Step time")
        if times.median_s is not None:
            sentence = self.tr("Step time, median {n} s").format(n=seconds(times.median_s))
        page.time_chart.show_chart(times, self._words.time_words(), sentence)

    def _show_run(self, run: RunChart) -> None:
        words = self._words.run_words(run.top_bytes, on_card=run.on_card)
        self._page.run_chart.show_chart(run, words, words.title)

    def _step_sentence(self, measured: int | None, title: str) -> str:
        return title if measured is None else f"{title}: {measured:,} bytes"


def _if(wanted: bool, value: float) -> float | None:
    return value if wanted else None

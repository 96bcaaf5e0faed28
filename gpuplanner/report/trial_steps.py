"""The trials of a report: charts of one step, measured over predicted, and their figures for the CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gpuplanner.core.benchmark import Origin
from gpuplanner.core.trial import TrialKind
from gpuplanner.core.trial_events import StepEvent
from gpuplanner.core.trial_record import TrialRecord
from gpuplanner.core.units import GIB
from gpuplanner.estimator.estimate import estimate
from gpuplanner.report.blocks import Block, Cell, Column, StepBlock, Table
from gpuplanner.report.cases import Resolve
from gpuplanner.report.figures import text_cell
from gpuplanner.report.parts import TRAINING_PARTS
from gpuplanner.report.trial_charts import StepChart, readable_unit, step_chart
from gpuplanner.report.words import Words

MOST_CHARTS = 12
"""Of trials; the others stand in the table."""


@dataclass(frozen=True)
class _Step:
    name: str
    date: str
    chart: StepChart


def trial_steps(words: Words, trials: Sequence[TrialRecord], resolve: Resolve) -> list[Block]:
    """A chart of each trial that measured phases, and one table of all their figures for the CSV."""
    steps = [step for trial in trials for step in _steps(words, trial, resolve)]
    if not steps:
        return []
    return [*(_block(words, step) for step in steps[:MOST_CHARTS]), _table(steps)]


def _steps(words: Words, trial: TrialRecord, resolve: Resolve) -> Iterator[_Step]:
    resolved = resolve(trial.plan)
    origin = Origin.DRY_RUN if trial.kind is TrialKind.DRY_RUN else Origin.TRIAL
    heard = [event for event in trial.events if isinstance(event, StepEvent)]
    chart = step_chart(estimate(resolved).memory, trial.end.result, heard, origin)
    if chart.measured_peak_bytes:
        plan = resolved.plan
        yield _Step(f"{resolved.llm.name} {words.choice(plan.method)} {plan.seq_len:,}", trial.date, chart)


def _block(words: Words, step: _Step) -> StepBlock:
    chart, is_dry = step.chart, step.chart.origin is Origin.DRY_RUN
    unit, unit_bytes = readable_unit(chart.top_bytes, words("unit_gib"), GIB)
    return StepBlock(
        words("step_title_dry_run" if is_dry else "step_title", plan=step.name, date=step.date),
        words("step_unit", unit=unit),
        unit_bytes,
        chart,
        tuple((name, _small(words(f"part_{name}"))) for name in TRAINING_PARTS[:-1]),
        words.texts["step_predicted"],
        words.texts["step_dry_run" if is_dry else "step_measured"],
        words.texts["step_at_the_peak"],
    )


def _small(word: str) -> str:
    """Parts stand beside phases here, and "optimizer" is both."""
    return word[:1].lower() + word[1:]


def _table(steps: Sequence[_Step]) -> Table:
    """Every phase as a whole (an empty part) and by part."""
    heads = ("date", "plan", "phase", "part", "predicted_bytes_per_gpu", "measured_bytes_per_gpu")
    return Table(
        "trial-phases",
        "",
        tuple(Column(head, "") for head in heads),
        tuple(row for step in steps for row in _rows(step)),
        on_paper=False,
    )


def _rows(step: _Step) -> Iterator[tuple[Cell, ...]]:
    head = (text_cell(step.date), text_cell(step.name))
    for column in step.chart.columns:
        phase = text_cell(column.name)
        whole = (Cell("", column.predicted_bytes), Cell("", column.measured_bytes))
        yield (*head, phase, Cell("", ""), *whole)
        measured = dict(column.measured_parts)
        for part, size in column.parts:
            yield (*head, phase, text_cell(part), Cell("", size), Cell("", measured.get(part)))

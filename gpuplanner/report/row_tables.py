"""Tables about what was measured: rows, trials, the estimator's accuracy on them, and their sources."""

from __future__ import annotations

from collections.abc import Sequence

from gpuplanner.core.benchmark import Origin, Status
from gpuplanner.core.plan import ResolvedPlan
from gpuplanner.core.trial import TrialKind, TrialResult
from gpuplanner.core.trial_record import TrialRecord
from gpuplanner.estimator.accuracy import Accuracy, ErrorFigures
from gpuplanner.estimator.estimate import estimate
from gpuplanner.report.blocks import MARK_SIGNS, Cell, Column, Mark, Table, Tone
from gpuplanner.report.cases import ReportRow, Resolve
from gpuplanner.report.figures import (
    EMPTY,
    count_cell,
    cut_note,
    gib_cell,
    percent_cell,
    seconds_cell,
    text_cell,
)
from gpuplanner.report.row_estimates import memory_error
from gpuplanner.report.words import Words

_MARKS = {
    Origin.PUBLISHED: Mark.PUBLISHED,
    Origin.TRIAL: Mark.TRIAL,
    Origin.DRY_RUN: Mark.DRY_RUN,
    Origin.ENTERED: Mark.ENTERED,
}


def measurements_table(words: Words, rows: Sequence[ReportRow]) -> Table:
    """Every row beside its estimate."""
    columns = (
        Column("row", words("col_row"), numeric=True, width=0.5),
        Column("origin", "", width=0.3),
        Column("model", words("col_model"), width=1.4),
        Column("method", words("col_method"), width=1.1),
        Column("gpus", words("col_gpus"), numeric=True, width=0.5),
        Column("sharding", words("col_sharding"), width=0.9),
        Column("seq_len", words("col_length"), words("unit_tokens"), True, 0.8),
        Column("status", "", on_paper=False),
        Column("peak_bytes_per_gpu", words("col_measured"), words("unit_gib"), True, 0.9),
        Column("peak_memory_kind", "", on_paper=False),
        Column("estimate_bytes_per_gpu", words("col_estimate"), words("unit_gib"), True, 0.9),
        Column("memory_error", words("col_error"), "%", True, 0.7),
        Column("step_time_s", words("col_measured_step"), "s", True, 0.8),
        Column("estimate_step_time_s", words("col_estimate"), "s", True, 0.8),
        Column("problem", "", on_paper=False),
        Column("note", "", on_paper=False),
    )
    cells = tuple(_row_cells(words, item) for item in rows)
    notes = (words("note_measurements"), *cut_note(words, len(cells)))
    marks = tuple(_MARKS[item.row.provenance.origin] for item in rows)
    return Table("measurements", words("measurements_title"), columns, cells, notes, marks=marks)


def _row_cells(words: Words, item: ReportRow) -> tuple[Cell, ...]:
    row, measured, known = item.row, item.row.measurement, item.estimate
    plan = item.resolved.plan if item.resolved is not None else row.plan
    fails = bool(known.problem)
    oom = measured.status is Status.OOM
    mine = Tone.MINE if row.provenance.origin is Origin.TRIAL else Tone.STRONG
    error = memory_error(row, known)
    return (
        count_cell(item.index + 1),
        text_cell(MARK_SIGNS[_MARKS[row.provenance.origin]], value=row.provenance.origin.value),
        text_cell(item.resolved.llm.name if item.resolved is not None else row.plan.model),
        text_cell(words.choice(plan.method), value=plan.method.value),
        count_cell(plan.n_gpus),
        text_cell(words.choice(plan.sharding), value=plan.sharding.value if plan.sharding else ""),
        count_cell(plan.seq_len),
        Cell(measured.status.value, measured.status.value),
        Cell(words("oom"), None, Tone.NO) if oom else gib_cell(row.peak_bytes_per_gpu, 1, mine),
        Cell(measured.peak_memory_kind.value, measured.peak_memory_kind.value),
        EMPTY if fails else gib_cell(known.bytes_of(measured.peak_memory_kind), 1, Tone.PREDICTED),
        EMPTY if error is None else percent_cell(error, 1, plus=True),
        seconds_cell(measured.step_time_s, mine),
        EMPTY if fails else seconds_cell(known.step_time_s, Tone.PREDICTED),
        Cell(known.problem, known.problem),
        Cell(row.provenance.note, row.provenance.note),
    )


def trials_table(words: Words, trials: Sequence[TrialRecord], resolve: Resolve) -> Table:
    """Every figure of every trial beside its prediction."""
    columns = (
        Column("date", words("col_date"), width=1.6),
        Column("plan", words("col_plan"), width=2.6),
        Column("device", words("col_device"), width=0.8),
        Column("status", words("col_status"), width=0.8),
        Column("figure", words("col_kind"), width=1.0),
        Column("predicted", words("col_predicted"), numeric=True, width=0.9),
        Column("measured", words("col_measured"), numeric=True, width=0.9),
        Column("error", words("col_error"), "%", True, 0.7),
    )
    rows: list[tuple[Cell, ...]] = []
    marks: list[Mark] = []
    for trial in trials:
        cells = _trial_cells(words, trial, resolve(trial.plan))
        rows += cells
        marks += [Mark.DRY_RUN if trial.kind is TrialKind.DRY_RUN else Mark.TRIAL] * len(cells)
    notes = (words("note_trials"), *cut_note(words, len(rows)))
    return Table("trials", words("trials_title"), columns, tuple(rows), notes, marks=tuple(marks))


def _trial_cells(words: Words, trial: TrialRecord, resolved: ResolvedPlan) -> list[tuple[Cell, ...]]:
    result = trial.end.result or TrialResult(device="")
    memory, step = (answer := estimate(resolved)).memory, answer.step
    plan = resolved.plan
    figures: list[tuple[str, float, float | None]] = [
        ("kind_allocated", memory.peak_allocated_bytes, result.peak_allocated_bytes),
        ("kind_reserved", memory.peak_reserved_bytes, result.peak_reserved_bytes),
        ("kind_device", memory.peak_device_bytes, result.peak_device_bytes),
    ]
    head = (
        text_cell(trial.date),
        text_cell(f"{resolved.llm.name} {words.choice(plan.method)} {plan.seq_len:,}"),
        text_cell(result.device),
        text_cell(trial.end.status.value),
    )
    found: list[tuple[Cell, ...]] = [
        (
            *head,
            text_cell(words(key)),
            gib_cell(predicted, 2, Tone.PREDICTED),
            gib_cell(measured, 2, Tone.MINE),
            percent_cell(predicted / measured - 1, 1, plus=True),
        )
        for key, predicted, measured in figures
        if measured
    ]
    if result.step_time_s and result.device == "cuda":
        found.append(
            (
                *head,
                text_cell(words("kind_step")),
                seconds_cell(step.seconds, Tone.PREDICTED),
                seconds_cell(result.step_time_s, Tone.MINE),
                percent_cell(step.seconds / result.step_time_s - 1, 1, plus=True),
            )
        )
    return found or [(*head, EMPTY, EMPTY, EMPTY, EMPTY)]


def accuracy_table(words: Words, judged: Accuracy | None) -> Table:
    """How far off the estimator is on the rows of the document, physics only."""
    columns = (
        Column("figure", words("col_figure"), width=3.0),
        Column("memory", words("col_memory"), numeric=True),
        Column("step_time", words("col_step_time"), numeric=True),
    )
    title = words("accuracy_title")
    if judged is None or not judged.rows_expressed:
        return Table("accuracy", title, columns, (), (words("accuracy_none"),))

    def line(key: str, name: str) -> tuple[Cell, ...]:
        return (text_cell(words(key), value=name), *(_percent(figures, name) for figures in both))

    both = (judged.memory, judged.step_time)
    rows = (
        line("accuracy_mape", "mape"),
        line("accuracy_worst", "worst"),
        line("accuracy_bias", "bias"),
        line("accuracy_coverage", "coverage_90"),
        line("accuracy_width", "median_half_width"),
    )
    note = words(
        "accuracy_rows",
        expressed=judged.rows_expressed,
        measured=judged.rows_measured,
        green=judged.false_green,
        oom=judged.oom_rows,
        red=judged.false_red,
    )
    return Table("accuracy", title, columns, rows, (note,), marks=(Mark.ESTIMATED,))


def _percent(figures: ErrorFigures, name: str) -> Cell:
    value = float(getattr(figures, name))
    return EMPTY if value != value else Cell(f"{100 * value:.1f}", value)


def sources_table(words: Words, rows: Sequence[ReportRow]) -> Table:
    """Where the measured rows come from, each source once."""
    columns = (
        Column("source", words("col_source"), width=4.0),
        Column("origin", words("col_origin"), width=1.2),
        Column("date", words("col_date"), width=1.0),
        Column("software", words("col_software"), width=2.4),
        Column("rows", words("col_rows"), numeric=True, width=0.6),
    )
    counted: dict[tuple[str, Origin, str, str], int] = {}
    for item in rows:
        said = item.row.provenance
        key = (said.source, said.origin, said.date, said.software)
        counted[key] = counted.get(key, 0) + 1
    cells = tuple(
        (
            text_cell(source, link=source if source.startswith(("https://", "http://")) else ""),
            text_cell(words(f"origin_{origin.name.lower()}"), value=origin.value),
            text_cell(date),
            text_cell(software),
            count_cell(n),
        )
        for (source, origin, date, software), n in counted.items()
    )
    marks = tuple(_MARKS[origin] for _, origin, _, _ in counted)
    notes = cut_note(words, len(cells))
    return Table("sources", words("rows_sources_title"), columns, cells, notes, marks=marks)

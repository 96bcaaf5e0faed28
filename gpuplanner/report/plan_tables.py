"""Tables about plans: on other cards, changes, phases, terms, lengths, time, fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gpuplanner.core.estimate import PARTS, Change, ChangeCost, Fits
from gpuplanner.core.gpu import Gpu
from gpuplanner.core.plan import PLAN_FIELDS
from gpuplanner.core.price import price_text
from gpuplanner.core.units import GIB, gib, seconds
from gpuplanner.estimator.parameters import inventory
from gpuplanner.report.blocks import Cell, Column, Mark, Scalar, Table, Tone
from gpuplanner.report.cases import CardAnswer, Case
from gpuplanner.report.figures import (
    EMPTY,
    count_cell,
    cut_note,
    gib_cell,
    gib_range_cell,
    number_cell,
    percent_cell,
    seconds_cell,
    text_cell,
    verdict_cell,
)
from gpuplanner.report.parts import part_figures
from gpuplanner.report.plan_words import change_words, measured_reason, plan_name, trained_parameters
from gpuplanner.report.words import Words

MARKS = "¹²³⁴⁵⁶⁷⁸⁹"
_ESTIMATED = (Mark.ESTIMATED,)
_UNSURE = ("unverified", "conflict")


def cards_table(
    words: Words,
    cases: Sequence[Case],
    price_note: str,
    currency: str = "",
    electricity_note: str = "",
    electricity_currency: str = "",
) -> Table:
    """Every plan on every card: capacity, need, range, verdict, time, and for a data set hours and cost.

    ``price_note`` says what price the cost is at; empty: there is none.  The cost is in ``currency``.  What
    the kWh cost is a figure of its own, with its own note and currency.
    """
    has_work = any(case.work is not None for case in cases)
    many = len(cases) > 1
    has_several = any(case.resolved.plan.n_gpus > 1 for case in cases)
    columns = [
        Column("plan", words("col_plan"), on_paper=many, group=True),
        Column("gpu", words("col_card"), width=2.5),
        Column("gpus", words("col_gpus"), numeric=True, width=0.6, on_paper=many or has_several),
        Column("capacity_bytes_per_gpu", words("col_capacity"), words("unit_gib"), True, 1.0),
        Column("peak_device_bytes_per_gpu", words("col_needs"), words("unit_gib"), True, 0.8),
        Column("range_gib", words("col_range"), words("unit_gib"), True, 1.3),
        Column("low_device_bytes_per_gpu", "", on_paper=False),
        Column("high_device_bytes_per_gpu", "", on_paper=False),
        Column("share_of_capacity", words("col_of_card"), numeric=True, width=0.8),
        Column("fits", words("col_verdict"), width=1.3),
        Column("fit_probability", words("col_probability"), on_paper=False, numeric=True),
        Column("step_seconds", words("col_step"), numeric=True, width=0.8),
        Column("hours", words("col_hours"), numeric=True, on_paper=has_work, width=0.8),
        Column("gpu_hours", words("col_gpu_hours"), numeric=True, on_paper=has_work, width=1.0),
        Column("kwh", words("col_kwh"), numeric=True, on_paper=has_work, width=0.7),
        Column(
            "electricity_cost",
            words("col_electricity"),
            electricity_currency,
            True,
            on_paper=has_work and bool(electricity_note),
            width=1.0,
        ),
        Column("cost", words("col_cost"), currency, True, on_paper=has_work and bool(price_note), width=0.8),
    ]
    marks = _marks(cases)
    rows = [_card_row(words, case, answer, marks) for case in cases for answer in case.cards]
    unsure = [
        words("note_unverified", mark=mark, figures=_figures(words, figures))
        for figures, mark in marks.items()
    ]
    priced = [note for note in (price_note, electricity_note) if has_work and note]
    answers = [answer for case in cases for answer in case.cards]
    fails = has_work and any(answer.estimate.fits is Fits.NO for answer in answers)
    nothing = [words("note_no_run")] if fails else []
    rests = [
        words("note_measured", card=answer.gpu.name, reason=measured_reason(words, answer.estimate, peak))
        for case in cases
        for answer in case.cards[1:]  # the own card's verdict stands above
        if (peak := answer.estimate.measured) is not None
    ]
    notes = (
        " ".join([words("note_matrix"), *priced, *unsure, *nothing, *dict.fromkeys(rests)]),
        *cut_note(words, len(rows)),
    )
    provenance = [
        Mark.UNVERIFIED if _unsure(answer, case) else Mark.ESTIMATED
        for case in cases
        for answer in case.cards
    ]
    title = words("table_matrix_many" if many else "table_matrix")
    return Table("plans-and-cards", title, tuple(columns), tuple(rows), notes, marks=tuple(provenance))


def _card_row(
    words: Words, case: Case, answer: CardAnswer, marks: dict[tuple[str, ...], str]
) -> tuple[Cell, ...]:
    estimate = answer.estimate
    runs = estimate.fits is not Fits.NO  # hours and money of one that cannot run would look like an offer
    memory, work = estimate.memory, estimate.work if runs else None
    mark = marks.get(_unsure(answer, case), "")
    return (
        text_cell(plan_name(words, case)),
        Cell(answer.gpu.name, answer.gpu.name, Tone.STRONG, mark),
        count_cell(estimate.resolved.plan.n_gpus),
        gib_cell(answer.gpu.memory_bytes, 2),
        gib_cell(memory.peak_device_bytes, tone=Tone.STRONG),
        gib_range_cell(memory.low_device_bytes, memory.high_device_bytes),
        gib_cell(memory.low_device_bytes),
        gib_cell(memory.high_device_bytes),
        percent_cell(memory.peak_device_bytes / answer.gpu.memory_bytes),
        verdict_cell(estimate.fits, words),
        number_cell(estimate.fit_probability, 2),
        seconds_cell(estimate.step.seconds),
        EMPTY if work is None else number_cell(work.hours, 1),
        EMPTY if work is None else number_cell(work.gpu_hours, 1),
        EMPTY if work is None else number_cell(work.kwh, 1),
        EMPTY if work is None else number_cell(work.electricity_cost, 2),
        EMPTY if work is None else number_cell(work.cost, 2),
    )


def _marks(cases: Sequence[Case]) -> dict[tuple[str, ...], str]:
    """Figures that nobody has verified → the mark of the cards that have them."""
    found = dict.fromkeys(_unsure(answer, case) for case in cases for answer in case.cards)
    found.pop((), None)
    return {figures: MARKS[i] if i < len(MARKS) else f"({i + 1})" for i, figures in enumerate(found)}


def _unsure(answer: CardAnswer, case: Case) -> tuple[str, ...]:
    """The card's unverified figures that this plan depends on: one GPU needs no link to others."""
    single = case.resolved.plan.n_gpus == 1
    return tuple(
        figure
        for figure, status in answer.gpu.status
        if status in _UNSURE and not (single and figure == "nvlink")
    )


def _figures(words: Words, figures: tuple[str, ...]) -> str:
    return ", ".join(words(f"figure_{figure}") for figure in figures)


def cards_facts(words: Words, cards: Sequence[Gpu]) -> Table:
    """What the catalogue says of the cards, with its sources."""
    columns = (
        Column("gpu", words("col_card"), width=2.0),
        Column("capacity_bytes", words("col_capacity"), words("unit_gib"), True, 0.8),
        Column("bandwidth_bytes_per_s", words("col_bandwidth"), words("unit_gb_s"), True, 0.9),
        Column("bf16_flops", words("col_flops"), words("unit_tflops"), True, 0.9),
        Column("tdp_watts", words("col_tdp"), words("unit_w"), True, 0.6),
        Column("unverified", words("col_unverified"), width=1.6),
        Column("source", words("col_source"), width=4.0),
    )
    rows = [
        (
            text_cell(gpu.name, Tone.STRONG),
            gib_cell(gpu.memory_bytes, 2),
            EMPTY
            if gpu.bandwidth_bytes_per_s is None
            else Cell(f"{gpu.bandwidth_bytes_per_s / 1e9:,.0f}", gpu.bandwidth_bytes_per_s),
            EMPTY if gpu.bf16_flops is None else Cell(f"{gpu.bf16_flops / 1e12:,.0f}", gpu.bf16_flops),
            EMPTY if gpu.tdp_watts is None else number_cell(gpu.tdp_watts, 0),
            text_cell(_figures(words, tuple(name for name, status in gpu.status if status in _UNSURE))),
            text_cell(gpu.sources, Tone.PALE),
        )
        for gpu in {gpu.name: gpu for gpu in cards}.values()
    ]
    marks = tuple(
        Mark.UNVERIFIED if any(status in _UNSURE for _, status in gpu.status) else Mark.PUBLISHED
        for gpu in {gpu.name: gpu for gpu in cards}.values()
    )
    return Table("cards", words("cards_title"), columns, tuple(rows), marks=marks)


def changes_table(words: Words, case: Case, most: int = 5) -> Table:
    """What would make room, or what else would fit: the first ``most``."""
    answer = case.answer.estimate
    fits = answer.fits.value == "yes"
    columns = (
        Column("plan", words("col_plan"), on_paper=False),
        Column("change", words("col_change"), width=4.0),
        Column("saves_bytes_per_gpu", words("col_saves"), "", True, 1.0),
        Column("time_factor", words("col_time_factor"), numeric=True, width=0.8),
        Column("costs", words("col_costs"), width=1.3),
        Column("device_bytes_per_gpu", words("col_then"), "", True, 0.8),
        Column("fits", words("col_verdict"), width=1.2),
    )
    rows = tuple(_change_row(words, case, change) for change in case.changes[:most])
    title = words("changes_fit") if fits else words("changes_room", card=answer.resolved.gpu.name)
    nothing = words("changes_none_larger" if fits else "changes_none")
    return Table("changes", title, columns, rows, () if rows else (nothing,), marks=_ESTIMATED)


def _change_row(words: Words, case: Case, change: Change) -> tuple[Cell, ...]:
    text = change_words(words, case.resolved.origin, change)
    saves = change.saves_bytes
    sign = "−" if saves > 0 else "+" if saves < 0 else ""
    longer = change.cost is ChangeCost.DATA and change.plan.seq_len > case.resolved.plan.seq_len
    cost = "data_longer" if longer else change.cost.value
    return (
        text_cell(plan_name(words, case)),
        text_cell(text),
        Cell(f"{sign}{gib(abs(saves))}", saves, Tone.STRONG),
        Cell(f"×{change.time_factor:.2f}", change.time_factor, Tone.PALE),
        text_cell(words(f"cost_{cost}"), Tone.PALE, change.cost.value),
        gib_cell(change.device_bytes),
        verdict_cell(change.fits, words),
    )


def phases_table(words: Words, case: Case) -> Table:
    """Every phase by parts."""
    memory = case.answer.estimate.memory
    used = [name for name in PARTS if any(getattr(phase.parts, name) for phase in memory.phases)]
    columns = (
        Column("plan", words("col_plan"), on_paper=False),
        Column("phase", words("col_phase"), width=1.2),
        *(
            Column(
                name,
                words("part_" + name.removesuffix("_bytes")),
                words("unit_gib"),
                True,
                on_paper=name in used,
            )
            for name in PARTS
        ),
        Column("allocated_bytes", words("col_total"), words("unit_gib"), True),
    )
    rows = tuple(
        (
            text_cell(plan_name(words, case)),
            text_cell(phase.name, Tone.STRONG if phase.name == memory.peak_phase else Tone.PLAIN),
            *(gib_cell(getattr(phase.parts, name), 2) for name in PARTS),
            gib_cell(phase.allocated_bytes, 2, Tone.STRONG),
        )
        for phase in memory.phases
    )
    note = words(
        "peak_line",
        phase=memory.peak_phase,
        allocated=gib(memory.phase(memory.peak_phase).allocated_bytes, 2),
        fragmentation=gib(memory.fragmentation_bytes, 2),
        context=gib(memory.context_bytes, 2),
        device=gib(memory.peak_device_bytes, 2),
    )
    title = words("phases_title", plan=plan_name(words, case))
    notes = (note, words("host_line", gib=gib(memory.host_bytes, 0)))
    return Table("phases", title, columns, rows, notes, marks=_ESTIMATED)


def terms_table(words: Words, case: Case) -> Table:
    """What the peak is made of, with formula and source."""
    columns = (
        Column("plan", words("col_plan"), on_paper=False),
        Column("term", words("col_term"), width=1.7),
        Column("part", words("col_part"), width=1.1),
        Column("bytes", words("unit_gib"), numeric=True, width=0.7),
        Column("formula", words("col_formula"), width=3.6),
        Column("source", words("col_source"), width=2.6),
    )
    rows = tuple(
        (
            text_cell(plan_name(words, case)),
            text_cell(term.name, Tone.STRONG),
            text_cell(words("part_" + term.part.removesuffix("_bytes")), value=term.part),
            gib_cell(term.bytes, 2),
            text_cell(term.formula),
            text_cell(term.source, Tone.PALE),
        )
        for term in case.answer.estimate.memory.terms
    )
    title = words("terms_title", plan=plan_name(words, case))
    return Table("terms", title, columns, rows, marks=_ESTIMATED)


def lengths_table(words: Words, case: Case, *, whole: bool = False) -> Table:
    """The curve at the chart's ticks and at the plan; ``whole``: every point of it, for the CSV alone."""
    curve, ticks = case.answer.chart.curve, set(case.answer.chart.length_ticks())
    columns = (
        Column("plan", words("col_plan"), on_paper=False),
        Column("seq_len", words("col_length"), words("unit_tokens"), True),
        Column("peak_device_bytes_per_gpu", words("col_predicted"), words("unit_gib"), True),
        Column("low_device_bytes_per_gpu", words("col_low"), words("unit_gib"), True),
        Column("high_device_bytes_per_gpu", words("col_high"), words("unit_gib"), True),
    )
    rows = tuple(
        (
            text_cell(plan_name(words, case)),
            count_cell(length),
            gib_cell(predicted, tone=Tone.PREDICTED),
            gib_cell(low),
            gib_cell(high),
        )
        for length, predicted, low, high in zip(
            curve.lengths, curve.predicted_bytes, curve.low_bytes, curve.high_bytes, strict=True
        )
        if whole or length in ticks or length == case.answer.chart.plan_length
    )
    title = words("lengths_title", plan=plan_name(words, case))
    return Table("curve" if whole else "lengths", title, columns, rows, on_paper=not whole, marks=_ESTIMATED)


def time_table(words: Words, case: Case) -> Table:
    """What a step's time is spent on."""
    answer = case.answer.estimate
    step, work = answer.step, answer.work
    columns = (
        Column("plan", words("col_plan"), on_paper=False),
        Column("spent_on", words("col_share"), width=3.0),
        Column("seconds", words("col_seconds"), numeric=True),
        Column("share_of_step", "%", numeric=True),
    )
    rows = tuple(
        (
            text_cell(plan_name(words, case)),
            text_cell(name),
            seconds_cell(value),
            percent_cell(value / step.seconds),
        )
        for name, value in step.shares
    )
    notes = [words("note_time")]
    if work is not None:
        kwh = "–" if work.kwh is None else f"{work.kwh:,.1f}"
        notes.append(
            words(
                "work_line",
                steps=f"{work.steps:,}",
                hours=f"{work.hours:,.1f}",
                gpu_hours=f"{work.gpu_hours:,.1f}",
                kwh=kwh,
            )
        )
        if work.cost is not None and case.work is not None and case.work.price_per_gpu_hour is not None:
            price = price_text(case.work.price_per_gpu_hour, case.work.currency)
            notes.append(words("work_cost", price=price, cost=price_text(work.cost, case.work.currency, 2)))
        electricity = None if case.work is None else case.work.electricity
        if work.electricity_cost is not None and electricity is not None:
            price = price_text(electricity.amount, electricity.currency)
            cost = price_text(work.electricity_cost, electricity.currency, 2)
            notes.append(words("work_electricity", price=price, cost=cost))
    title = words(
        "time_title",
        plan=plan_name(words, case),
        seconds=seconds(step.seconds),
        low=seconds(step.low_seconds),
        high=seconds(step.high_seconds),
        bound=words(f"bound_{step.bound_by.value}"),
    )
    return Table("time", title, columns, rows, tuple(notes), marks=_ESTIMATED)


def fields_table(words: Words, cases: Sequence[Case]) -> Table:
    """Every field of every plan, as it was resolved: enough to compute everything again."""
    columns = (
        Column("plan", words("col_plan"), on_paper=len(cases) > 1, group=True),
        Column("field", words("col_field"), width=1.6),
        Column("value", words("col_value"), width=2.4),
    )
    rows = tuple(
        (
            text_cell(plan_name(words, case)),
            text_cell(words.field(spec), value=spec.name),
            text_cell(
                words.choice(getattr(case.resolved.plan, spec.name)),
                value=_plain(getattr(case.resolved.plan, spec.name)),
            ),
        )
        for case in cases
        for spec in PLAN_FIELDS
    )
    return Table("plans", words("plan_fields_title"), columns, rows, on_paper=len(cases) <= 3)


def quantities_table(words: Words, cases: Sequence[Case]) -> Table:
    """What the pages say in sentences and pictures, for the CSV alone: each quantity of each plan by name.

    ``printed`` is the figure of a part in GiB where rounding was moved to the largest part, so that the
    printed parts add up to the printed total.
    """
    columns = tuple(Column(name, "") for name in ("plan", "quantity", "value", "unit", "printed"))
    rows = tuple(
        (
            text_cell(plan_name(words, case)),
            text_cell(name),
            Cell("", value),
            text_cell(unit),
            Cell("", printed),
        )
        for case in cases
        for name, value, unit, printed in _quantities(case)
    )
    return Table("quantities", "", columns, rows, on_paper=False)


def _quantities(case: Case) -> Iterator[tuple[str, Scalar, str, Scalar]]:
    answer, chart = case.answer.estimate, case.answer.chart
    memory = answer.memory
    yield "parameters", inventory(answer.resolved.llm).n_parameters, "", None
    yield "trained_parameters", trained_parameters(answer.resolved), "", None
    yield "budget_per_gpu", answer.budget_bytes, "bytes", None
    for part in part_figures(memory, GIB):
        yield part.name, part.bytes, "bytes", part.figure
    yield "total_over_gpus", memory.total_device_bytes, "bytes", None
    if answer.measured is not None:
        yield "verdict_rests_on_measured", answer.measured.bytes, "bytes", None
    yield "host_of_a_node", memory.host_bytes, "bytes", None
    yield "fits_to", chart.fits_to, "tokens", None
    yield "tight_to", chart.tight_to, "tokens", None
    yield "rule_of_thumb", case.answer.rule.total_bytes, "bytes", None
    if case.answer.nearest is not None:
        yield "nearest_measured", case.answer.nearest.point.bytes, "bytes", None
        yield "nearest_estimate", case.answer.nearest.estimate_bytes, "bytes", None
    yield "step", answer.step.seconds, "s", None
    yield "step_low", answer.step.low_seconds, "s", None
    yield "step_high", answer.step.high_seconds, "s", None
    if case.work is not None:
        yield "samples", case.work.samples, "", None
        yield "epochs", case.work.epochs, "", None
        yield "price_per_gpu_hour", case.work.price_per_gpu_hour, case.work.currency, None
        electricity = case.work.electricity
        if electricity is not None:
            yield "price_per_kwh", electricity.amount, electricity.currency, None
    if answer.work is not None:
        yield "steps", answer.work.steps, "", None


def _plain(value: object) -> str:
    value = getattr(value, "value", value)
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)

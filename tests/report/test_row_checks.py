"""Problems of rows: each doubt is found, said and mended, and what is right is left alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.core.units import GB, GIB
from gpuplanner.data.benchmark_table import read_row, with_text
from gpuplanner.data.catalog import Catalog, load_catalog
from gpuplanner.data.resources import resource
from gpuplanner.data.rows_csv import read_rows
from gpuplanner.report.plan_answer import estimate_rows
from gpuplanner.report.row_checks.accepted import accepted_in, mark_of, with_accepted
from gpuplanner.report.row_checks.check import check_rows
from gpuplanner.report.row_checks.problem import Kind, Problem, Severity
from gpuplanner.report.row_estimates import RowEstimate

A100_BYTES = 81920 * 2**20
STATED = {"model": "Qwen-7B", "peak_memory_unit": "GiB", "peak_memory_scope": "per-gpu", "source": "README"}


def row(**texts: str) -> BenchmarkRow:
    return read_row({**STATED, **texts})


def estimate(device: float, step_time_s: float = 1.0) -> RowEstimate:
    """An estimate in GiB with a range of ±5 %."""
    return RowEstimate(*[device * GIB] * 3, 0.95 * device * GIB, 1.05 * device * GIB, step_time_s)


def check(
    rows: Sequence[BenchmarkRow],
    estimates: Mapping[int, RowEstimate] | None = None,
    card: float | None = A100_BYTES,
    of_file: Sequence[str] = (),
) -> tuple[Problem, ...]:
    steps = check_rows(rows, (estimates or {}).get, lambda _name: card, of_file)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def only(rows: Sequence[BenchmarkRow], estimates: Mapping[int, RowEstimate] | None = None) -> Problem:
    (problem,) = check(rows, estimates)
    return problem


def mended(rows: Sequence[BenchmarkRow], problem: Problem) -> list[BenchmarkRow]:
    """The rows after the proposed change."""
    new = list(rows)
    for index, column, text in problem.edits:
        new[index] = with_text(new[index], column, text)
    return [old for index, old in enumerate(new) if index not in problem.removes]


def series(*peaks: str, **texts: str) -> list[BenchmarkRow]:
    return [row(peak_memory=peak, seq_len=str(256 << n), **texts) for n, peak in enumerate(peaks)]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def test_that_a_row_without_oddities_has_no_problem() -> None:
    assert check([row(peak_memory="22.5", step_time_s="2", samples_per_step="1")], {0: estimate(22)}) == ()


def test_that_the_shipped_profile_has_the_three_falls_of_its_source_and_nothing_else(
    catalog: Catalog,
) -> None:
    rows = read_rows(resource("samples", "qwen-profile.csv")).rows
    estimates = dict(enumerate(estimate_rows([catalog.resolve(row.effective_plan()) for row in rows])))
    found = check(rows, estimates)
    assert [(p.kind, p.row + 1, p.column) for p in found] == [
        (Kind.MEMORY_FALLS, 34, "peak_memory"),
        (Kind.MEMORY_FALLS, 62, "peak_memory"),
        (Kind.MEMORY_FALLS, 68, "peak_memory"),
    ]
    assert found[0].what == "32.7 GiB per GPU, less than the 32.8 at 1,024 tokens"


def test_that_a_cell_that_cannot_be_read_is_a_fault_and_a_decimal_comma_can_be_mended() -> None:
    problem = only([row(peak_memory="23,8", step_time_s="1")])
    assert (problem.kind, problem.severity, problem.column) == (
        Kind.UNREADABLE,
        Severity.FAULT,
        "peak_memory",
    )
    assert problem.edits == ((0, "peak_memory", "23.8"),)
    assert not only([row(peak_memory="2,113", step_time_s="1")]).can_be_fixed, "two thousand, or two?"
    assert not only([row(peak_memory="abc", step_time_s="1")]).can_be_fixed


def test_that_a_measured_row_needs_a_figure_but_not_every_one() -> None:
    problem = only([row()])
    assert (problem.kind, problem.what) == (Kind.STATUS, "Measured, but without a figure")
    assert problem.edits == ((0, "status", "not-measured"),)
    assert check([row(step_time_s="5.2")]) == ()
    assert check([read_row({})]) == (), "a row that nobody has filled in yet"


@pytest.mark.parametrize("column", ["peak_memory", "step_time_s", "tokens_per_s"])
def test_that_a_figure_of_a_row_that_was_not_measured_is_a_contradiction(column: str) -> None:
    figures = {column: "5"}
    problem = only([row(status="not-measured", **figures)])
    assert (problem.column, problem.severity) == (column, Severity.WARNING)
    assert check(mended([row(status="not-measured", **figures)], problem)) == ()
    assert not only([row(status="oom", **figures)]).can_be_fixed, "nobody can tell which is wrong"
    assert check([row(status="oom")]) == ()


def test_that_nought_is_no_measurement() -> None:
    rows = [row(peak_memory="0", step_time_s="2")]
    problem = only(rows)
    assert (problem.kind, problem.column) == (Kind.STATUS, "peak_memory")
    assert mended(rows, problem)[0].measurement.peak_memory is None


def test_that_samples_that_contradict_the_batch_are_a_problem() -> None:
    texts = {"peak_memory": "20", "grad_accum_steps": "8", "gpus_per_node": "4", "samples_per_step": "8"}
    assert only([row(**texts)]).what == (
        "8 samples per step, while micro batch × accumulation × GPUs make 32"
    )
    assert check([row(**{**texts, "samples_per_step": "32"})]) == ()
    assert check([row(**texts, method="inference")]) == ()


def test_that_an_unstated_unit_or_scope_is_said_with_what_was_taken_and_can_be_stated() -> None:
    rows = [row(peak_memory="51.2", peak_memory_unit="")]
    assert only(rows).what == "The unit is not stated; read as GiB"
    assert check(mended(rows, only(rows))) == ()
    rows = [row(peak_memory="51.2", peak_memory_scope="", gpus_per_node="2")]
    assert (only(rows).kind, only(rows).column) == (Kind.SCOPE, "peak_memory_scope")
    assert check(mended(rows, only(rows))) == ()
    assert check([row(peak_memory="51.2", peak_memory_scope="")]) == ()


@pytest.mark.parametrize(
    ("texts", "kind", "edit"),
    [
        ({"peak_memory": "228.8", "gpus_per_node": "4"}, Kind.SCOPE, ("peak_memory_scope", "total")),
        ({"peak_memory": "81"}, Kind.UNIT, ("peak_memory_unit", "GB")),
        ({"peak_memory": "51200"}, Kind.UNIT, ("peak_memory_unit", "MiB")),
        ({"peak_memory": "22.5", "peak_memory_unit": "MiB"}, Kind.UNIT, ("peak_memory_unit", "GiB")),
    ],
)
def test_that_a_reading_that_cannot_be_is_proposed_as_one_that_can(
    texts: dict[str, str], kind: Kind, edit: tuple[str, str]
) -> None:
    rows = [row(**texts)]
    problem = only(rows)
    assert (problem.kind, problem.edits) == (kind, ((0, *edit),))
    assert check(mended(rows, problem)) == ()


def test_that_a_peak_above_the_card_in_every_reading_is_said_without_a_proposal() -> None:
    problem = only([row(peak_memory="400", peak_memory_scope="total", gpus_per_node="4")])
    assert (problem.kind, problem.what) == (Kind.ABOVE_CARD, "100.0 GiB per GPU on a card of 80.0 GiB")
    assert not problem.can_be_fixed
    assert check([row(peak_memory="500")], card=None) == (), "nobody knows the card"


def test_that_the_estimate_tells_a_total_from_one_gpu() -> None:
    texts = {"gpus_per_node": "4", "peak_memory": "20", "peak_memory_scope": "total"}
    problem = only([row(**texts)], {0: estimate(19.5)})
    assert problem.edits == ((0, "peak_memory_scope", "per-gpu"),)
    texts |= {"peak_memory": "76", "peak_memory_scope": "per-gpu"}
    assert only([row(**texts)], {0: estimate(19.5)}).edits == ((0, "peak_memory_scope", "total"),)
    assert check([row(**texts)], {0: estimate(70)}) == ()
    texts |= {"peak_memory": "215"}
    for expected in (19.5, 50.0, 153.0):  # far off, near, and more than the card has
        assert only([row(**texts)], {0: estimate(expected)}).edits == ((0, "peak_memory_scope", "total"),)


def test_that_one_row_in_another_unit_stands_out_of_its_series() -> None:
    """22.5 GB of five lengths, one of them copied in MiB/1000 or in GiB: a few per cent."""
    estimates = {n: estimate(gib) for n, gib in enumerate((20, 21, 24, 30, 40))}
    exact = [gib * GIB / GB for gib in (20, 21, 24, 30, 40)]
    right = series(*(f"{peak:.2f}" for peak in exact), peak_memory_unit="GB")
    assert check(right, estimates) == ()
    slipped = [*right[:2], with_text(right[2], "peak_memory", "24.0"), *right[3:]]
    unit = next(p for p in check(slipped, estimates) if p.kind is Kind.UNIT)
    assert (unit.row, unit.edits) == (2, ((2, "peak_memory_unit", "GiB"),))
    noisy = {**estimates, 0: estimate(22), 4: estimate(37)}
    assert not any(p.kind is Kind.UNIT for p in check(slipped, noisy)), "others are as far off"


def test_that_falls_are_found_within_a_series_of_one_source_only() -> None:
    rows = series("35.2", "35.1", step_time_s="3")
    problem = only(rows)
    assert (problem.kind, problem.row, problem.others) == (Kind.MEMORY_FALLS, 1, (0,))
    rows[1] = with_text(rows[1], "source", "another machine")
    assert check(rows) == ()
    rows = [row(seq_len="256", step_time_s="2.0"), row(seq_len="512", step_time_s="1.99")]
    assert check(rows) == (), "two runs of one step differ by as much"
    rows[1] = with_text(rows[1], "step_time_s", "1.5")
    assert (only(rows).kind, only(rows).column) == (Kind.TIME_FALLS, "step_time_s")
    rows[1] = with_text(rows[1], "samples_per_step", "1")
    assert not [p for p in check(rows) if p.kind is Kind.TIME_FALLS], "other steps cannot be compared"


def test_that_a_row_far_from_its_estimate_is_one_problem_and_a_series_too() -> None:
    problem = only([row(peak_memory="30")], {0: estimate(20)})
    assert (problem.kind, problem.severity) == (Kind.OUTLIER, Severity.HINT)
    assert problem.what == "30.0 GiB per GPU, while 20.0 (19.0–21.0) is estimated"
    assert check([row(peak_memory="21.9")], {0: estimate(20)}) == ()
    rows = series("28", "30", "33", "40")
    problem = only(rows, {n: estimate(20 + n) for n in range(4)})
    assert problem.row == 3
    assert problem.to_do.startswith("so do 3 more rows")


def test_that_milliseconds_and_a_micro_batch_are_recognised_in_a_step_time() -> None:
    rows = [row(step_time_s="5200")]
    problem = only(rows, {0: estimate(20, step_time_s=5.0)})
    assert problem.edits == ((0, "step_time_s", "5.2"),)
    problem = only([row(step_time_s="0.65", grad_accum_steps="8")], {0: estimate(20, step_time_s=5.0)})
    assert problem.kind is Kind.OUTLIER
    assert "one micro batch" in problem.what
    assert not problem.can_be_fixed
    assert check([row(step_time_s="10")], {0: estimate(20, step_time_s=5.0)}) == ()


def test_that_rows_that_are_there_twice_are_found() -> None:
    texts = {"peak_memory": "20", "step_time_s": "1"}
    twice = [row(**texts), row(**texts, seq_len="512"), row(**texts)]
    problem = only(twice)
    assert (problem.kind, problem.row, problem.others, problem.removes) == (Kind.DUPLICATE, 2, (0,), (2,))
    other = [row(**texts), row(peak_memory="22", step_time_s="1", date="2026")]
    assert only(other).what == (
        "Row 1 has the same settings and the same source, but 20.0 GiB per GPU and 1.00 s per step"
    )
    assert not only(other).can_be_fixed
    assert check([with_text(one, "origin", "trial") for one in other]) == (), "a trial may be run again"
    assert check([row(), with_text(other[1], "source", "elsewhere"), other[0]])[0].kind is Kind.STATUS


def test_that_what_is_odd_about_the_file_comes_first_and_a_row_without_estimate_is_said() -> None:
    rows = [row(peak_memory="20")]
    found = check(rows, {0: RowEstimate(problem="model: no such model")}, of_file=["line 3 ends early"])
    assert [(p.kind, p.row, p.what) for p in found] == [
        (Kind.FILE, -1, "line 3 ends early"),
        (Kind.NO_ESTIMATE, 0, "model: no such model"),
    ]


def test_that_an_accepted_problem_is_known_by_its_rows_and_not_by_their_place() -> None:
    rows = series("35.2", "35.1")
    mark = mark_of(only(rows), rows)
    moved = [row(model="Qwen-1.8B", peak_memory="7", step_time_s="1"), *rows]
    assert mark_of(only(moved), moved) == mark
    for index in (0, 1):
        other = [*rows]
        other[index] = with_text(rows[index], "note", "a note changes nothing")
        assert mark_of(only(other), other) == mark
        other[index] = with_text(rows[index], "peak_memory", ("35.3", "35.0")[index])
        assert mark_of(only(other), other) != mark


def test_that_a_document_s_settings_keep_the_marks_beside_the_others() -> None:
    settings = with_accepted((("report_paper", "a4"),), {"b", "a"})
    assert accepted_in(settings) == {"a", "b"}
    assert settings[0] == ("report_paper", "a4")
    assert with_accepted(settings, ()) == (("report_paper", "a4"),)

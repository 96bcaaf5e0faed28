"""Answers in steps: what the rows say is read step by step, and counts as if it had been read at once."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

from gpuplanner.core.benchmark import BenchmarkRow, Measurement, Status
from gpuplanner.core.estimate import Change, Fits
from gpuplanner.core.plan import Method, Plan
from gpuplanner.data.catalog import Catalog
from gpuplanner.report.plan_answer import PlanAnswer
from gpuplanner.ui.plan.answering import Answering
from gpuplanner.ui.plan.plan_steps import Setup
from gpuplanner.ui.table.row_book import RowBook

PLAN = Plan(model="Qwen-14B", gpu="A100 80GB SXM4", method=Method.FULL, seq_len=2048)
Answer = tuple[PlanAnswer, tuple[Change, ...]]


def steps(answering: Answering, catalog: Catalog) -> Generator[None, None, Answer]:
    return answering.steps(
        catalog.resolve(PLAN), Setup(PLAN), 4, electricity=None, free=None, calibration=None, others_for=None
    )


def work_off(running: Generator[None, None, Answer]) -> tuple[int, Answer]:
    """(how many steps were taken, what came out)."""
    n = 0
    while True:
        try:
            next(running)
        except StopIteration as finish:
            return n, finish.value
        n += 1


def filled(catalog: Catalog, *rows: BenchmarkRow) -> tuple[RowBook, Answering]:
    book = RowBook()
    answering = Answering(book)
    book.set_rows(rows)
    answering.work_through_rows(100, catalog.resolve)
    return book, answering


def test_that_rows_which_are_read_in_a_later_step_count(catalog: Catalog) -> None:
    _, answering = filled(catalog)
    _, (answer, changes) = work_off(steps(answering, catalog))
    assert answer.estimate.fits is Fits.NO
    change = next(
        change for change in changes if change.fits is Fits.YES and "method" in dict(change.changed)
    )
    plan = replace(PLAN, **{**dict(change.changed), "seq_len": 128})  # type: ignore[arg-type]
    burnt = BenchmarkRow(plan, Measurement(status=Status.OOM))
    book, answering = filled(catalog, burnt)
    cold, (_, changes) = work_off(steps(answering, catalog))
    assert Fits.YES not in [one.fits for one in changes if one.changed == change.changed]
    warm, (_, again) = work_off(steps(answering, catalog))
    assert again == changes
    assert warm < cold, "what has been read is not read again"
    book.set_rows([burnt, burnt])
    answering.work_through_rows(100, catalog.resolve)
    assert work_off(steps(answering, catalog))[0] == warm + 2, "only the series with the new row"

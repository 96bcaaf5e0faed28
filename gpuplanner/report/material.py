"""From a document's rows, plans and trials to the material of a report."""

from __future__ import annotations

import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from gpuplanner import __version__
from gpuplanner.core.benchmark import BenchmarkRow, Status
from gpuplanner.core.errors import InputError, InputProblem
from gpuplanner.core.estimate import Budget, WorkRequest
from gpuplanner.core.plan import Plan
from gpuplanner.core.trial_record import TrialRecord
from gpuplanner.estimator.accuracy import accuracy
from gpuplanner.estimator.estimate import PHYSICS, Calibration
from gpuplanner.report.build import Material
from gpuplanner.report.cases import DEFAULT_CARDS, Resolve, make_case, report_rows
from gpuplanner.report.judged_table import judge_table

MOST_PLANS = 1_000


@dataclass(frozen=True)
class Given:
    """What a document holds, and what was asked of it."""

    document: str
    """The file's name."""
    sha256: str
    """Of the file's bytes."""
    date: tuple[int, int, int]
    rows: Sequence[BenchmarkRow]
    plans: Sequence[tuple[str, Plan]] = ()
    """(name, plan); none: the rows that were not measured are the plans, or else the first row's."""
    trials: Sequence[TrialRecord] = ()
    cards: Sequence[str] = DEFAULT_CARDS
    budget: Budget = field(default_factory=Budget)
    work: WorkRequest | None = None
    driver: str | None = None
    """Version of the NVIDIA driver; empty: there is none; None: nobody has looked."""
    calibration: Calibration = PHYSICS


def make_material(given: Given, resolve: Resolve) -> Material:
    """Estimate everything that a report says.

    Raises:
        InputError: a plan or a card that cannot be estimated, or nothing to report on.
    """
    rows = report_rows(given.rows, resolve)
    plans = list(given.plans) or _plans_of(given.rows)
    if not plans:
        raise InputError.of("holds no plan and no row", given.document, "add a row first")
    if len(plans) > MOST_PLANS:
        raise InputError.of(f"{len(plans):,} plans are too many for a report", given.document, "choose some")
    problems: list[InputProblem] = []
    cases = []
    for number, (name, plan) in enumerate(plans, start=1):
        try:
            asked = (given.cards, given.budget, given.work, given.calibration)
            cases.append(make_case(name, plan, resolve, rows, *asked))
        except InputError as error:
            where = f"{given.document}, plan {name or number}"
            problems += [InputProblem(p.what, f"{where}: {p.where}", p.hint) for p in error.problems]
    if problems:
        raise InputError(problems)
    measured = [item.row for item in rows]
    judged = judge_table(measured, resolve)
    return Material(
        cases=tuple(cases),
        rows=rows,
        trials=tuple(given.trials),
        judged=accuracy(judged.rows, judged.n_measured) if judged.rows else None,
        resolve=resolve,
        document=given.document,
        sha256=given.sha256,
        date=given.date,
        versions={
            "program": __version__,
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()} ({sys.platform})",
            **({} if given.driver is None else {"driver": given.driver}),
        },
    )


def _plans_of(rows: Sequence[BenchmarkRow]) -> list[tuple[str, Plan]]:
    """Rows that say what is wanted rather than what was measured; else the first row's plan."""
    wanted = [
        row.effective_plan()
        for row in rows
        if row.measurement.status is Status.NOT_MEASURED or row.measurement.peak_memory is None
        if row.measurement.status is not Status.OOM
    ]
    chosen = list(dict.fromkeys(wanted)) or [row.effective_plan() for row in rows[:1]]
    return [("", plan) for plan in chosen]

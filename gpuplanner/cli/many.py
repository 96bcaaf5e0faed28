"""``gpuplanner estimate --plans``: many plans from a CSV file; a row that cannot be estimated says why."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from gpuplanner.cli.output import estimate_document
from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.core.errors import InputError
from gpuplanner.core.estimate import Budget
from gpuplanner.core.plan import ResolvedPlan
from gpuplanner.data.benchmark_table import BenchmarkTable
from gpuplanner.data.catalog import load_catalog
from gpuplanner.data.rows_csv import read_rows, write_rows
from gpuplanner.estimator.estimate import budget_bytes, estimate, estimate_many, verdict

ADDED = (
    "est_allocated_bytes",
    "est_reserved_bytes",
    "est_device_bytes",
    "est_low_bytes",
    "est_high_bytes",
    "est_peak_phase",
    "est_step_time_s",
    "est_fits",
    "est_problem",
)
"""Columns that are written beside the input's own."""


@dataclass(frozen=True)
class _Answer:
    resolved: ResolvedPlan | None
    problem: str = ""


def estimate_file(path: Path, out: str | None, budget: Budget, as_json: bool) -> int:
    """Estimate every row of a CSV file; writes ``out``, or prints JSON, or both. Returns 0.

    Raises:
        InputError: the file cannot be read or written, or there is nowhere to put the answer.
    """
    if out is None and not as_json:
        raise InputError.of("has nowhere to go", "the result of --plans", "add --out FILE.csv or --json")
    table = read_rows(path)
    for remark in table.problems:
        print(remark.line(), file=sys.stderr)
    answers = [_resolve(row, path.parent) for row in table.rows]
    if out is not None:
        write_rows(Path(out), _with_estimates(table, answers, budget))
        bad = sum(answer.resolved is None for answer in answers)
        note = f"; {bad} could not be estimated (see est_problem)" if bad else ""
        print(f"{len(answers)} rows written to {out}{note}", file=sys.stderr)
    if as_json:
        documents = [
            {"problem": answer.problem}
            if answer.resolved is None
            else estimate_document(estimate(answer.resolved, budget=budget))
            for answer in answers
        ]
        print(json.dumps(documents, allow_nan=False))
    return 0


def _resolve(row: BenchmarkRow, folder: Path) -> _Answer:
    if row.unreadable:
        return _Answer(None, "; ".join(f"{cell.column}: {cell.reason}" for cell in row.unreadable))
    try:
        return _Answer(load_catalog().resolve(row.effective_plan(), folder))
    except InputError as error:
        return _Answer(None, "; ".join(problem.line() for problem in error.problems))


def _with_estimates(table: BenchmarkTable, answers: list[_Answer], budget: Budget) -> BenchmarkTable:
    resolved = [answer.resolved for answer in answers if answer.resolved is not None]
    texts = iter(_texts(resolved, budget) if resolved else [])
    rows = []
    for row, answer in zip(table.rows, answers, strict=True):
        values = ("",) * 8 + (answer.problem,) if answer.resolved is None else (*next(texts), "")
        kept = tuple(pair for pair in row.extra if pair[0] not in ADDED)
        rows.append(replace(row, extra=(*kept, *zip(ADDED, values, strict=True))))
    columns = (*(name for name in table.columns if name not in ADDED), *ADDED)
    return replace(table, rows=tuple(rows), columns=columns)


def _texts(resolved: list[ResolvedPlan], budget: Budget) -> list[tuple[str, ...]]:
    columns = estimate_many(resolved)
    sizes = [
        [round(value) for value in array.tolist()]
        for array in (
            columns.allocated_bytes,
            columns.reserved_bytes,
            columns.device_bytes,
            columns.low_bytes,
            columns.high_bytes,
        )
    ]
    return [
        (
            *(str(size[i]) for size in sizes),
            columns.peak_phases[i],
            f"{columns.step_time_s[i]:.6g}",
            verdict(sizes[2][i], sizes[4][i], budget_bytes(item, budget)).value,
        )
        for i, item in enumerate(resolved)
    ]

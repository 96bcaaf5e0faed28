"""``gpuplanner estimate --plans``: many plans from a CSV file; a row that cannot be estimated says why."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np

from gpuplanner.cli.output import estimate_document
from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.core.errors import InputError
from gpuplanner.core.estimate import Budget
from gpuplanner.core.fields import Value
from gpuplanner.core.plan import PLAN_FIELDS, Plan, ResolvedPlan
from gpuplanner.core.resolve import FREE_NUMBERS
from gpuplanner.data.benchmark_table import collector_paused
from gpuplanner.data.catalog import Catalog, load_catalog
from gpuplanner.data.rows_csv import read_rows_and_texts, write_texts
from gpuplanner.estimator.columns import Array
from gpuplanner.estimator.estimate import (
    PHYSICS,
    Calibration,
    budget_bytes,
    estimate,
    estimate_settings,
    verdict,
)

BudgetOf = Callable[[ResolvedPlan], Budget]

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
class _Setting:
    """All of a plan but its free numbers: filled in, with what one GPU may give; or why that is not."""

    resolved: ResolvedPlan | None
    budget: Budget | None = None
    problem: str = ""


def estimate_file(
    path: Path, out: str | None, budget_of: BudgetOf, as_json: bool, calibration: Calibration = PHYSICS
) -> int:
    """Estimate every row of a CSV file; writes ``out``, or prints JSON, or both. Returns 0.

    Raises:
        InputError: the file cannot be read or written, or there is nowhere to put the answer.
    """
    if out is None and not as_json:
        raise InputError.of("has nowhere to go", "the result of --plans", "add --out FILE.csv or --json")
    with collector_paused():
        table, columns, lines = read_rows_and_texts(path)
        for remark in table.problems:
            print(remark.line(), file=sys.stderr)
        plans = [row.effective_plan() for row in table.rows]
        settings = _settings(table.rows, plans, path.parent, budget_of)
        if out is not None:
            write_texts(Path(out), *_with_estimates(columns, lines, plans, settings, calibration))
            bad = sum(setting.problem != "" for setting in settings)
            note = f"; {bad} could not be estimated or judged (see est_problem)" if bad else ""
            print(f"{len(plans)} rows written to {out}{note}", file=sys.stderr)
    if as_json:
        documents = [
            _document(plan, setting, calibration) for plan, setting in zip(plans, settings, strict=True)
        ]
        print(json.dumps(documents, allow_nan=False))
    return 0


def _settings(
    rows: Sequence[BenchmarkRow], plans: Sequence[Plan], folder: Path, budget_of: BudgetOf
) -> list[_Setting]:
    """The setting of every row; equal ones are found out once."""
    catalog = load_catalog()
    choices = itemgetter(*(spec.name for spec in PLAN_FIELDS if spec.name not in FREE_NUMBERS))
    known: dict[tuple[Value, ...], _Setting] = {}
    found = []
    for row, plan in zip(rows, plans, strict=True):
        if row.unreadable:
            reasons = "; ".join(f"{cell.column}: {cell.reason}" for cell in row.unreadable)
            found.append(_Setting(None, problem=reasons))
            continue
        key = choices(vars(plan))
        setting = known.get(key)
        if setting is None:
            setting = known[key] = _setting(catalog, plan, folder, budget_of)
        found.append(setting)
    return found


def _setting(catalog: Catalog, plan: Plan, folder: Path, budget_of: BudgetOf) -> _Setting:
    try:
        resolved = catalog.resolve(plan, folder)
    except InputError as error:
        return _Setting(None, problem=_line(error))
    try:
        return _Setting(resolved, budget_of(resolved))
    except InputError as error:
        # Its card is not there to say what is free: figures without a verdict.
        return _Setting(resolved, problem=_line(error))


def _line(error: InputError) -> str:
    return "; ".join(problem.line() for problem in error.problems)


def _document(plan: Plan, setting: _Setting, calibration: Calibration) -> dict[str, Any]:
    if setting.resolved is None or setting.budget is None:
        return {"problem": setting.problem}
    numbers = {name: getattr(plan, name) for name in FREE_NUMBERS}
    filled = replace(setting.resolved.plan, **numbers)
    resolved = replace(setting.resolved, plan=filled, asked=plan)
    return estimate_document(estimate(resolved, budget=setting.budget, calibration=calibration))


def _with_estimates(
    columns: tuple[str, ...],
    lines: list[list[str]],
    plans: list[Plan],
    settings: list[_Setting],
    calibration: Calibration,
) -> tuple[tuple[str, ...], list[list[str]]]:
    kept = [i for i, name in enumerate(columns) if name not in ADDED]
    if len(kept) < len(columns):  # an earlier answer of ours
        lines = [[cells[i] for i in kept] for cells in lines]
    known = [i for i, setting in enumerate(settings) if setting.resolved is not None]
    found = _texts([plans[i] for i in known], [settings[i] for i in known], calibration)
    nothing = [""] * (len(ADDED) - 1)
    written = [
        [*cells, *(nothing if setting.resolved is None else next(found)), setting.problem]
        for cells, setting in zip(lines, settings, strict=True)
    ]
    return (*(columns[i] for i in kept), *ADDED), written


def _texts(plans: list[Plan], settings: list[_Setting], calibration: Calibration) -> Iterator[list[str]]:
    """What is written of plans whose settings were found, but for the problem."""
    distinct = {id(setting): setting for setting in settings}
    place = {key: i for i, key in enumerate(distinct)}
    resolved = [setting.resolved for setting in distinct.values() if setting.resolved is not None]
    limits = {
        id(setting): budget_bytes(setting.resolved, setting.budget)
        for setting in distinct.values()
        if setting.resolved is not None and setting.budget is not None
    }
    keys = [id(setting) for setting in settings]
    each_limit = map(limits.get, keys)
    for found in estimate_settings(resolved, [place[key] for key in keys], plans, calibration):
        sizes = (
            found.allocated_bytes,
            found.reserved_bytes,
            found.device_bytes,
            found.low_bytes,
            found.high_bytes,
        )
        columns = [_whole(size) for size in sizes]
        # The limits last: where the others end, zip must not have taken one more of them.
        for allocated, reserved, device, low, high, phase, seconds, limit in zip(
            *columns, found.peak_phases, found.step_time_s.tolist(), each_limit, strict=False
        ):
            fits = "" if limit is None else verdict(device, high, limit).value
            texts = f"{allocated} {reserved} {device} {low} {high}".split()
            yield [*texts, phase, f"{seconds:.6g}", fits]


def _whole(sizes: Array) -> list[int]:
    """Rounded to whole bytes; absurd plans may need more of them than 64 bits can count."""
    if sizes.max() < 2**62:
        whole: list[int] = sizes.round().astype(np.int64).tolist()
        return whole
    return [round(size) for size in sizes.tolist()]

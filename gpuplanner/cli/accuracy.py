"""``gpuplanner accuracy``: the estimator against measured rows, by default the Qwen profile."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gpuplanner.cli.correction import OPTION, add_correction_option, corrections_of
from gpuplanner.cli.options import Parser
from gpuplanner.cli.output import finite
from gpuplanner.core.correction import Correction
from gpuplanner.core.errors import InputError
from gpuplanner.core.units import GB, NONE, signed
from gpuplanner.data.catalog import load_catalog
from gpuplanner.data.resources import resource
from gpuplanner.data.rows_csv import read_rows
from gpuplanner.estimator.accuracy import Accuracy, ErrorFigures, JudgedRow, accuracy
from gpuplanner.estimator.calibration import Withhold
from gpuplanner.estimator.estimate import corrected_by
from gpuplanner.report.judged_table import judge_table


def run(arguments: Sequence[str]) -> int:
    """Returns 0.

    Raises:
        InputError: the table cannot be read, or none of its rows can be judged.
    """
    parser = Parser(prog="gpuplanner accuracy", description="The estimator against measured rows.")
    parser.add_argument("--table", metavar="FILE.csv", help="measured rows; default: the Qwen profile")
    parser.add_argument(
        "--calibration",
        choices=[choice.value for choice in Withhold],
        default=Withhold.NONE.value,
        help="none: physics with its shipped constants; loo-…: learn from the table, the judged cell, series "
        "or model withheld",
    )
    add_correction_option(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    options = parser.parse_args(list(arguments))
    calibration = options.calibration
    corrections: tuple[Correction, ...] = ()
    if options.correct_with is not None:
        if calibration != Withhold.NONE.value:
            raise InputError.of(f"cannot be joined with {OPTION}", "--calibration", "leave one of them out")
        corrections = corrections_of(options.correct_with)
        calibration = corrected_by(corrections).name
    path = resource("samples", "qwen-profile.csv") if options.table is None else Path(options.table)
    name = "Qwen profile" if options.table is None else options.table
    judged, measured, problems = _judged_rows(path)
    if not judged:
        first = problems[0] if problems else "no row is marked measured or oom"
        raise InputError.of(f"no row can be judged ({first})", name)
    for problem in problems:
        print(problem, file=sys.stderr)
    result = accuracy(judged, measured, Withhold(options.calibration), corrections)
    if options.json:
        print(json.dumps({**_document(name, result), "calibration": calibration}, allow_nan=False))
    else:
        _print(name, result, calibration)
    return 0


def _judged_rows(path: Path) -> tuple[list[JudgedRow], int, list[str]]:
    """The rows that can be expressed, how many are measured, and a line for each that cannot be."""
    table = read_rows(path)
    catalog = load_catalog()
    judged = judge_table(table.rows, lambda plan: catalog.resolve(plan, path.parent))
    problems = [remark.line() for remark in table.problems]
    problems += [f"row {left_out.row + 1}: {left_out.reason}" for left_out in judged.left_out]
    return list(judged.rows), judged.n_measured, problems


def _figures(figures: ErrorFigures) -> dict[str, Any]:
    document = {name: finite(value) for name, value in asdict(figures).items() if name != "by_method"}
    return {**document, "by_method": dict(figures.by_method)}


def _document(name: str, result: Accuracy) -> dict[str, Any]:
    pairs = {"memory": result.memory_as_published, "step_time": result.step_time_as_published}
    return {
        "table": name,
        "rows_measured": result.rows_measured,
        "rows_expressed": result.rows_expressed,
        "memory": _figures(result.memory),
        "step_time": _figures(result.step_time),
        "verdicts": {
            "oom_rows": result.oom_rows,
            "false_green": result.false_green,
            "measured_rows": result.rows_expressed,
            "false_red": result.false_red,
        },
        "as_published": {
            key: {"mape": finite(mape), "worst": finite(worst)} for key, (mape, worst) in pairs.items()
        },
        "constants": [asdict(constant) for constant in result.constants],
        "switches": [asdict(switch) for switch in result.switches],
        "cells": [
            {
                "row": cell.index,
                "measured_bytes": None if cell.measured_bytes is None else round(cell.measured_bytes),
                "predicted_bytes": round(cell.predicted_bytes),
                "measured_s": cell.measured_s,
                "predicted_s": cell.predicted_s,
            }
            for cell in result.cells
        ],
    }


def _print(name: str, result: Accuracy, calibration: str) -> None:
    print(
        f"{name}: {result.rows_expressed} of {result.rows_measured} measured rows expressed, "
        f"calibration {calibration}"
    )
    published = {"memory": result.memory_as_published, "step time": result.step_time_as_published}
    for label, figures in (("memory", result.memory), ("step time", result.step_time)):
        if not figures.by_method:
            print(f"  {label}: nothing measured in this table")
            continue
        print(
            f"  {label}: mean error {_percent(figures.mape)}, worst {_percent(figures.worst)}, "
            f"bias {signed(100 * figures.bias, 1)} %; 90 % range holds {_percent(figures.coverage_90)}, "
            f"half-width {_percent(figures.median_half_width)}; "
            f"straight line {_percent(figures.interpolation_mape)}; "
            f"as published {_percent(published[label][0])}"
        )
        print("    " + ", ".join(f"{method} {_percent(mape)}" for method, mape in figures.by_method))
    print(
        f"  verdicts: {result.false_green} of {result.oom_rows} out-of-memory rows called possible, "
        f"{result.false_red} of {result.rows_expressed} measured rows called impossible"
    )
    known = [cell for cell in result.cells if cell.measured_bytes]
    worst = sorted(known, key=lambda cell: -abs(cell.predicted_bytes / (cell.measured_bytes or 1) - 1))[:3]
    for cell in worst:
        measured = cell.measured_bytes or 1.0
        print(
            f"  worst: row {cell.index + 1}, {measured / GB:.1f} GB measured, "
            f"{cell.predicted_bytes / GB:.1f} predicted "
            f"({signed(100 * (cell.predicted_bytes / measured - 1), 1)} %)"
        )


def _percent(fraction: float) -> str:
    return f"{100 * fraction:.1f} %" if math.isfinite(fraction) else NONE

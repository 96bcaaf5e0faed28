"""The accuracy of one table as CSV texts: one tidy table each, units in the heads, numbers locale-neutral."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence

from gpuplanner.core.csv_text import harmless
from gpuplanner.report.accuracy_charts import AccuracyAnswer, AccuracyPoint, Quantity


def accuracy_tables(answer: AccuracyAnswer) -> dict[str, str]:
    """CSV texts by the name of their table: cells, figures, constants, switches."""
    result = answer.result
    return {
        "cells": _cells(answer),
        "figures": _figures(answer),
        "constants": _csv(
            ("name", "value", "unit", "meaning", "origin"),
            ((c.name, c.value, c.unit, c.meaning, c.origin) for c in result.constants),
        ),
        "switches": _csv(
            ("name", "meaning", "source"), ((s.name, s.meaning, s.source) for s in result.switches)
        ),
    }


def _cells(answer: AccuracyAnswer) -> str:
    by_row: dict[int, dict[Quantity, AccuracyPoint]] = {}
    for quantity in Quantity:
        for point in answer.points(quantity):
            by_row.setdefault(point.row, {})[quantity] = point
    rows = []
    for row, points in sorted(by_row.items()):
        point = next(iter(points.values()))
        memory, time = points.get(Quantity.MEMORY), points.get(Quantity.STEP_TIME)
        rows.append(
            (
                row + 1,
                harmless(point.model),
                point.method.value,
                point.length,
                point.n_gpus,
                point.origin.value,
                point.kind.value,
                answer.withhold.value,
                *((round(memory.measured), round(memory.predicted)) if memory else ("", "")),
                _percent(memory.error) if memory else "",
                *((time.measured, f"{time.predicted:.6g}") if time else ("", "")),
                _percent(time.error) if time else "",
            )
        )
    heads = (
        "row",
        "model",
        "method",
        "seq_len",
        "n_gpus",
        "origin",
        "peak_memory_kind",
        "calibration",
        "measured_bytes_per_gpu",
        "predicted_bytes_per_gpu",
        "memory_error_percent",
        "measured_step_time_s",
        "predicted_step_time_s",
        "step_time_error_percent",
    )
    return _csv(heads, rows)


def _figures(answer: AccuracyAnswer) -> str:
    heads = (
        "quantity",
        "calibration",
        "cells",
        "mean_error_percent",
        "worst_error_percent",
        "bias_percent",
        "inside_90_percent_range_percent",
        "median_half_width_percent",
        "straight_line_mean_error_percent",
    )
    rows = []
    for quantity in Quantity:
        figures = answer.figures(quantity)
        shares = (
            figures.mape,
            figures.worst,
            figures.bias,
            figures.coverage_90,
            figures.median_half_width,
            figures.interpolation_mape,
        )
        n_cells = len(answer.points(quantity))
        rows.append((quantity.value, answer.withhold.value, n_cells, *map(_percent, shares)))
    return _csv(heads, rows)


def _percent(fraction: float) -> str:
    return f"{100 * fraction:.4g}" if math.isfinite(fraction) else ""


def _csv(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows(rows)
    return text.getvalue()

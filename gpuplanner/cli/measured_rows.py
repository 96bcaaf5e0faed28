"""``--measured``: the rows that a verdict of the command line is held against, as the window's table is."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.core.errors import InputError
from gpuplanner.core.estimate import Estimate, MeasuredPeak
from gpuplanner.core.plan import ResolvedPlan
from gpuplanner.core.units import gib
from gpuplanner.data.catalog import Catalog
from gpuplanner.data.plan_file import read_document
from gpuplanner.data.resources import resource
from gpuplanner.data.rows_csv import read_rows
from gpuplanner.estimator.measured import Measured, nothing_measured
from gpuplanner.report.charts import series_of
from gpuplanner.report.measured_peaks import MeasuredPeaks

NONE = "none"


def add_measured_option(parser: argparse.ArgumentParser) -> None:
    """``--measured``."""
    parser.add_argument(
        "--measured",
        metavar="FILE",
        help="measured rows (.gpuplan or CSV): no verdict is better than a row with the very same settings; "
        f"default: the profile that the window opens with; {NONE}: the estimate alone",
    )


def measured_of(options: argparse.Namespace, catalog: Catalog) -> Measured:
    """What the rows say of plans with their settings; they are read when a plan is first asked for.

    Raises:
        InputError: the file cannot be read.
    """
    if options.measured == NONE:
        return nothing_measured
    path = resource("samples", "qwen-profile.csv") if options.measured is None else Path(options.measured)
    table = read_document(path).table if path.suffix.lower() == ".gpuplan" else read_rows(path)

    @cache
    def resolved_row(index: int) -> ResolvedPlan | None:
        """Read once, for several series may ask; None for a row that cannot be estimated."""
        try:
            return catalog.resolve(table.rows[index].effective_plan(), path.parent)
        except InputError:
            return None

    def rows_of(resolved: ResolvedPlan) -> Iterator[tuple[int, BenchmarkRow, ResolvedPlan]]:
        wanted = series_of(resolved)
        for index, row in enumerate(table.rows):
            if row.plan.method is not resolved.plan.method or row.unreadable:
                continue
            other = resolved_row(index)
            if other is not None and series_of(other) == wanted:
                yield index, row, other

    return MeasuredPeaks(rows_of)


def measured_line(answer: Estimate) -> str:
    """Which row the verdict rests on; empty where it rests on the estimate alone."""
    peak = answer.measured
    return "" if peak is None else f"the verdict rests on {measured_peak_text(peak)}"


def measured_peak_text(peak: MeasuredPeak) -> str:
    """A row and what it took, and how to do without it."""
    took = "ran out of memory" if peak.oom else f"measured {gib(peak.bytes)} GiB"
    return (
        f"row {peak.row + 1}, which {took} with these settings at {peak.seq_len:,} tokens on {peak.gpu}; "
        f"--measured {NONE} leaves it out"
    )

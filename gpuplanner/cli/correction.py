"""The option ``--correct-with``: estimates corrected by a document's layers or a table's measured rows."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from gpuplanner.core.benchmark import BenchmarkRow, Status
from gpuplanner.core.correction import Correction
from gpuplanner.core.errors import InputError
from gpuplanner.data.catalog import load_catalog
from gpuplanner.data.rows_csv import read_rows
from gpuplanner.estimator.correction import MeasuredRow, learn
from gpuplanner.estimator.estimate import PHYSICS, Calibration, corrected_by

OPTION = "--correct-with"
_DOCUMENT = ".gpuplan"


def add_correction_option(parser: argparse.ArgumentParser) -> None:
    """``--correct-with``."""
    parser.add_argument(
        OPTION,
        metavar="FILE",
        help="correct the estimates by a document's corrections that are switched on (.gpuplan; where it "
        "holds none, by its measured rows), or by the measured rows of a table (CSV)",
    )


def calibration_of(options: argparse.Namespace) -> Calibration:
    """Physics, corrected as the option says.

    Raises:
        InputError: the file cannot be read, or says nothing about the estimator.
    """
    return PHYSICS if options.correct_with is None else corrected_by(corrections_of(options.correct_with))


def corrections_of(name: str) -> tuple[Correction, ...]:
    """The corrections that a file holds or teaches; what is left out is said on stderr.

    Raises:
        InputError: the file cannot be read, or says nothing about the estimator.
    """
    path, where = Path(name), f"{OPTION} {name}"
    if path.suffix.lower() == _DOCUMENT:
        # Here, as what reads documents takes longer to load than an estimate.
        from gpuplanner.data.plan_file import read_document

        document = read_document(path)
        active = tuple(layer for layer in document.corrections if layer.active)
        if document.corrections and not active:
            raise InputError.of("its corrections are all switched off", where, "switch one on in the window")
        rows: Sequence[BenchmarkRow] = document.table.rows
    else:
        active, rows = (), read_rows(path).rows
    layers = active or (_learned(rows, path),)
    if corrected_by(layers) is PHYSICS:
        raise InputError.of("holds no measured row to learn from", where, "choose another file")
    return layers


def _learned(rows: Sequence[BenchmarkRow], path: Path) -> Correction:
    known: list[MeasuredRow] = []
    left_out: list[str] = []
    for number, row in enumerate(rows, start=1):
        if row.measurement.status is Status.NOT_MEASURED:
            continue
        try:
            if row.unreadable:
                raise InputError.of(row.unreadable[0].reason, row.unreadable[0].column)
            known.append(MeasuredRow(row, load_catalog().resolve(row.effective_plan(), path.parent)))
        except InputError as error:
            left_out.append(f"row {number}: {error.problems[0].line()}")
    layer = learn(known, name=path.name, date="")
    for line in (*left_out, *layer.left_out):
        print(f"{path}: not learned from {line}", file=sys.stderr)
    return layer

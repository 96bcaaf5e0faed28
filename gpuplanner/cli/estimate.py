"""``gpuplanner estimate``: one plan from options, or many from a CSV file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from gpuplanner.cli.correction import add_correction_option, calibration_of
from gpuplanner.cli.many import estimate_file
from gpuplanner.cli.measured_rows import add_measured_option, measured_line, measured_of
from gpuplanner.cli.options import Parser, add_plan_options, plan_from_options
from gpuplanner.cli.output import estimate_document, print_estimate
from gpuplanner.cli.work_options import (
    WORK_OPTIONS,
    add_budget_options,
    add_work_options,
    budget_of,
    budgets_of,
    lengths_document,
    lengths_lines,
    work_of,
)
from gpuplanner.core.errors import InputError
from gpuplanner.core.estimate import Fits
from gpuplanner.core.exit_codes import DOES_NOT_FIT, DONE
from gpuplanner.core.plan import PLAN_FIELDS
from gpuplanner.data.catalog import load_catalog
from gpuplanner.estimator.baseline import rule_of_thumb
from gpuplanner.estimator.estimate import estimate
from gpuplanner.estimator.measured import heeding


def run(arguments: Sequence[str]) -> int:
    """Returns 0 (fits, tight, or written) or 3 (one plan that does not fit).

    Raises:
        InputError: something that was given cannot be used.
    """
    parser = Parser(prog="gpuplanner estimate", description="Memory, time and verdict of a plan.")
    add_plan_options(parser)
    parser.add_argument("--plans", metavar="FILE.csv", help="estimate every row of a CSV file instead")
    parser.add_argument(
        "--out", metavar="FILE.csv", help="with --plans: where to write the rows and their estimates"
    )
    add_budget_options(parser)
    add_work_options(parser)
    add_correction_option(parser)
    add_measured_option(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    options = parser.parse_args(list(arguments))
    if options.plans is not None:
        ignored = [name for name in _OF_ONE_PLAN if getattr(options, name) not in (None, False)]
        if ignored:
            option = "--" + ignored[0].replace("_", "-")
            raise InputError.of("is for one plan, and --plans has its own", option, "leave one of them out")
        calibration = calibration_of(options)
        return estimate_file(Path(options.plans), options.out, budgets_of(options), options.json, calibration)
    if options.out is not None:
        raise InputError.of("is only written with --plans", "--out", "use --json for one plan")
    catalog = load_catalog()
    resolved = catalog.resolve(plan_from_options(options))
    budget, work = budget_of(options, resolved), work_of(options, resolved, catalog)
    calibration = calibration_of(options)
    answer = estimate(resolved, budget=budget, work=work.request, calibration=calibration)
    answer = heeding(answer, measured_of(options, catalog)(resolved))
    seq_len = resolved.plan.seq_len
    if options.json:
        document = estimate_document(answer)
        lengths = lengths_document(work, seq_len)
        if lengths is not None:
            document["work"]["lengths"] = lengths
        print(json.dumps(document, allow_nan=False))
    else:
        print_estimate(answer, rule_of_thumb(resolved), measured_line(answer), work.request)
        for line in lengths_lines(work, seq_len):
            print(line)
    return DOES_NOT_FIT if answer.fits is Fits.NO else DONE


_OF_ONE_PLAN = (*(spec.name for spec in PLAN_FIELDS), *WORK_OPTIONS, "measured")

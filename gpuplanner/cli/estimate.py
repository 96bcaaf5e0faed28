"""``gpuplanner estimate``: one plan from options, or many from a CSV file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from gpuplanner.cli.many import estimate_file
from gpuplanner.cli.options import Parser, add_plan_options, number_option, plan_from_options
from gpuplanner.cli.output import estimate_document, print_estimate
from gpuplanner.core.errors import InputError
from gpuplanner.core.estimate import Budget, Fits, WorkRequest
from gpuplanner.core.exit_codes import DOES_NOT_FIT, DONE
from gpuplanner.core.plan import PLAN_FIELDS, ResolvedPlan
from gpuplanner.core.units import MEMORY_UNITS
from gpuplanner.data.catalog import load_catalog
from gpuplanner.estimator.baseline import rule_of_thumb
from gpuplanner.estimator.estimate import estimate


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
    parser.add_argument(
        "--budget",
        default="capacity",
        help="capacity (of the card), free (of the local one, now), or bytes such as 20e9 or 22GiB",
    )
    parser.add_argument("--reserve-bytes", default="0", help="bytes of the budget to keep free")
    parser.add_argument("--samples", help="samples of the data set: adds hours, GPU-hours, kWh")
    parser.add_argument("--epochs", help="passes over the data set; default: 1")
    parser.add_argument("--price-per-gpu-hour", help="your price, in your currency")
    parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    options = parser.parse_args(list(arguments))
    free = options.budget == "free"
    budget = Budget(
        None if free else _budget_bytes(options.budget),
        int(number_option(options.reserve_bytes, "--reserve-bytes")),
    )
    if options.plans is not None:
        ignored = [name for name in _OF_ONE_PLAN if getattr(options, name) is not None]
        if ignored:
            option = "--" + ignored[0].replace("_", "-")
            raise InputError.of("is for one plan, and --plans has its own", option, "leave one of them out")
        if free:
            raise InputError.of("is for one plan", "--budget free", "with --plans, give bytes")
        return estimate_file(Path(options.plans), options.out, budget, options.json)
    if options.out is not None:
        raise InputError.of("is only written with --plans", "--out", "use --json for one plan")
    work = _work(options.samples, options.epochs, options.price_per_gpu_hour)
    resolved = load_catalog().resolve(plan_from_options(options))
    if free:
        budget = replace(budget, bytes=_free_bytes(resolved))
    answer = estimate(resolved, budget=budget, work=work)
    if options.json:
        print(json.dumps(estimate_document(answer), allow_nan=False))
    else:
        print_estimate(answer, rule_of_thumb(resolved))
    return DOES_NOT_FIT if answer.fits is Fits.NO else DONE


_OF_ONE_PLAN = (*(spec.name for spec in PLAN_FIELDS), "samples", "epochs", "price_per_gpu_hour")


def _budget_bytes(text: str) -> int | None:
    if text == "capacity":
        return None
    for unit, size in MEMORY_UNITS.items():
        number = text.removesuffix(unit)
        # "22MB" is no 22M B: a unit that is not known is refused rather than cut in two.
        if number != text and not number.rstrip()[-1:].isalpha():
            return int(number_option(number, "--budget") * size)
    return int(number_option(text, "--budget"))


def _free_bytes(resolved: ResolvedPlan) -> int:
    """What NVML says is free now on the plan's GPU, on each of those that one machine has to give."""
    # Here, as the binding of NVML takes longer to load than an estimate.
    from gpuplanner.monitor.free import HINT, free_bytes, look_once

    sample, state = look_once()
    if sample is None:
        raise InputError.of(state.what, "--budget free", HINT)
    return free_bytes(sample, resolved.gpu.nvml_name, resolved.plan.gpus_per_node)


def _work(samples: str | None, epochs: str | None, price: str | None) -> WorkRequest | None:
    if samples is None:
        if epochs is not None or price is not None:
            raise InputError.of("hours and cost need the number of samples", "--samples", "add --samples N")
        return None
    number = number_option(samples, "--samples", 1)
    if not number.is_integer():
        raise InputError.of(f"{samples} is not a whole number", "--samples")
    count = int(number)
    passes = 1.0 if epochs is None else number_option(epochs, "--epochs")
    cost = None if price is None else number_option(price, "--price-per-gpu-hour")
    return WorkRequest(count, passes, cost)

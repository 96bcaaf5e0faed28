"""``gpuplanner solve``: the largest value of a field that fits, or ranked changes that make a plan fit."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from gpuplanner.cli.change_text import change_title, changed_fields, note_of
from gpuplanner.cli.correction import add_correction_option, calibration_of
from gpuplanner.cli.measured_rows import add_measured_option, measured_of, measured_peak_text
from gpuplanner.cli.options import Parser, add_plan_options, plan_from_options
from gpuplanner.cli.work_options import (
    FREE,
    add_budget_options,
    add_lengths_option,
    budget_of,
    data_set_of,
)
from gpuplanner.core.errors import InputError
from gpuplanner.core.estimate import Budget, Change, Estimate, Fits, Largest
from gpuplanner.core.exit_codes import DOES_NOT_FIT, DONE
from gpuplanner.core.plan import ResolvedPlan, Sharding
from gpuplanner.core.sample_lengths import SampleLengths
from gpuplanner.core.units import GIB, gib, per_cent, signed
from gpuplanner.data.catalog import Catalog, load_catalog
from gpuplanner.data.relatives import alternatives
from gpuplanner.estimator.estimate import Calibration, budget_bytes, estimate
from gpuplanner.estimator.largest import TARGETS, largest, smallest
from gpuplanner.estimator.measured import Measured, heeding
from gpuplanner.estimator.solve import fitting_lengths, rank_fixes

_FITS = {Fits.YES: "fits", Fits.TIGHT: "tight", Fits.NO: "does not fit"}


def run(arguments: Sequence[str]) -> int:
    """Returns 0, or 3 when nothing fits.

    Raises:
        InputError: something that was given cannot be used.
    """
    options = _parser().parse_args(list(arguments))
    if (options.target is None) == (not options.fixes):
        raise InputError.of("say what to solve for", "gpuplanner solve", "give --target FIELD, or --fixes")
    catalog = load_catalog()
    resolved = catalog.resolve(plan_from_options(options))
    budget = budget_of(options, resolved)
    lengths = None
    if options.lengths is not None:
        lengths = data_set_of(options.lengths, resolved, catalog).lengths
    calibration, measured = calibration_of(options), measured_of(options, catalog)
    if options.fixes:
        taken = resolved.gpu.memory_bytes - (budget.bytes or 0) if options.budget == FREE else 0
        return _fixes(catalog, resolved, budget, lengths, max(0, taken), options.json, calibration, measured)
    return _target(resolved, options.target, budget, lengths, options.json, calibration, measured)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="gpuplanner solve",
        description="The largest value that fits, or changes that make a plan fit, each with what it saves "
        "and costs. Exit code 3: nothing fits.",
    )
    parser.add_argument(
        "--target",
        choices=TARGETS,
        help="the field to solve for: its largest value that fits; of gpus_per_node the smallest",
    )
    parser.add_argument(
        "--fixes",
        action="store_true",
        help="ranked changes: those that cost nothing, then other programs' room, time, data, quality, "
        "hardware",
    )
    add_plan_options(parser)
    add_budget_options(parser)
    add_lengths_option(parser)
    add_correction_option(parser)
    add_measured_option(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    return parser


# The largest value ---------------------------------------------------------------------------------


def _target(
    resolved: ResolvedPlan,
    target: str,
    budget: Budget,
    lengths: SampleLengths | None,
    as_json: bool,
    calibration: Calibration,
    measured: Measured,
) -> int:
    found = largest(resolved, target, budget, calibration, measured)
    limit = budget_bytes(resolved, budget)
    first = found or smallest(resolved, target, budget, calibration, measured)
    if as_json:
        print(json.dumps(_target_document(first, limit, fits=found is not None)))
    elif found is None:
        for line in (_nothing_line(first, limit), *_hints(resolved, target)):
            print(line)
    else:
        for line in _target_lines(resolved, found, budget, lengths, calibration, measured):
            print(line)
    return DOES_NOT_FIT if found is None else DONE


def _target_document(found: Largest, limit: int, *, fits: bool) -> dict[str, Any]:
    """``value`` and ``bytes`` are null where nothing fits, ``next_…`` where there is no next value.

    ``measured`` is the row that the answer rests on: that of the next value before that of the verdict.
    """
    has_next = found.next_value != found.value or not fits
    peak = found.next_measured or found.measured
    return {
        "target": found.target,
        "value": found.value if fits else None,
        "budget_bytes": limit,
        "bytes": found.bytes if fits else None,
        "next_value": found.next_value if has_next else None,
        "next_bytes": found.next_bytes if has_next else None,
        "measured": None if peak is None else asdict(peak),
    }


def _nothing_line(first: Largest, limit: int) -> str:
    if first.next_measured is not None:
        row = measured_peak_text(first.next_measured)
        return f"Nothing fits: even {first.target} {first.value:,} does not, for {row}"
    return (
        f"Nothing fits: even {first.target} {first.value:,} needs {gib(first.bytes)} GiB per GPU, "
        f"{gib(first.bytes - limit)} GiB more than {gib(limit, 2)}"
    )


def _target_lines(
    resolved: ResolvedPlan,
    found: Largest,
    budget: Budget,
    lengths: SampleLengths | None,
    calibration: Calibration,
    measured: Measured,
) -> list[str]:
    which = "Fewest" if found.target == "gpus_per_node" else "Largest"
    limit = gib(budget_bytes(resolved, budget), 2)
    lines = [
        f"{which} {found.target}: {found.value:,} – {_FITS[found.fits]} with {gib(found.bytes)} of "
        f"{limit} GiB per GPU"
    ]
    if found.measured is not None:
        lines.append(f"  not better than that, for {measured_peak_text(found.measured)}")
    if found.next_measured is not None:
        lines.append(f"  {found.next_value:,} does not fit, for {measured_peak_text(found.next_measured)}")
    elif found.next_value != found.value:
        lines.append(f"  {found.next_value:,} would need {gib(found.next_bytes)} GiB")
    elif found.target == "seq_len" and resolved.llm.learned_positions:
        lines.append(f"  {resolved.llm.name} has positions for no more")
    if found.target != "seq_len":
        return lines
    comfortable, _ = fitting_lengths(resolved, budget, calibration, measured)
    if comfortable and comfortable < found.value:
        lines.append(f"  with room to spare: {comfortable:,} (below 90 %, and the range within the budget)")
    if lengths is not None:
        cut = lengths.truncated_share(found.value)
        lines.append(
            f"  your data set: {per_cent(cut)} of {lengths.n_samples:,} samples are longer than "
            f"{found.value:,} (p50 {lengths.percentile(50):,}, p95 {lengths.percentile(95):,}, max "
            f"{lengths.longest:,})"
        )
    return lines


def _hints(resolved: ResolvedPlan, target: str) -> list[str]:
    if target == "gpus_per_node" and resolved.plan.sharding in (Sharding.NONE, Sharding.DDP):
        return ["  every GPU holds the whole model here; --sharding zero3 or fsdp divides it"]
    return ["  gpuplanner solve --fixes, with the same options, lists what would make room"]


# Changes -------------------------------------------------------------------------------------------


def _fixes(
    catalog: Catalog,
    resolved: ResolvedPlan,
    budget: Budget,
    lengths: SampleLengths | None,
    taken: int,
    as_json: bool,
    calibration: Calibration,
    measured: Measured,
) -> int:
    others = alternatives(catalog, resolved.llm)
    longest = 0 if lengths is None else lengths.longest
    ranking = rank_fixes(
        resolved,
        budget,
        calibration,
        others=others,
        longest_sample=longest,
        taken_bytes=taken,
        measured=measured,
    )
    answer = heeding(estimate(resolved, budget=budget, calibration=calibration), measured(resolved))

    noted = [(change, note_of(resolved, change, lengths, taken)) for change in ranking.helpful]
    noted += [(change, "saves nothing here") for change in ranking.useless]
    if as_json:
        print(json.dumps([_document(change, note) for change, note in noted]))
    else:
        _print_fixes(answer, noted, len(ranking.helpful))
    enough = answer.fits is not Fits.NO or any(change.fits is not Fits.NO for change in ranking.helpful)
    return DONE if enough else DOES_NOT_FIT


def _document(change: Change, note: str) -> dict[str, Any]:
    return {
        "change": changed_fields(change),
        "saves_bytes": change.saves_bytes,
        "time_factor": change.time_factor,
        "note": note,
    }


def _print_fixes(answer: Estimate, noted: list[tuple[Change, str]], n_helpful: int) -> None:
    size, limit = answer.memory.peak_device_bytes, answer.budget_bytes
    print(f"As it is: {_FITS[answer.fits]}, {gib(size)} of {gib(limit, 2)} GiB per GPU")
    if not n_helpful:
        print("  No single change makes room")
    width = max((len(change_title(change)) for change, _ in noted), default=0)
    for number, (change, note) in enumerate(noted, start=1):
        title = f"{change_title(change):{width}}"
        if number > n_helpful:
            print(f"     {title}  {note}")
            continue
        saved = signed(-change.saves_bytes / GIB, 1)
        print(
            f"{number:3}. {title} {saved:>7} GiB  time ×{change.time_factor:<5.2f} "
            f"{_FITS[change.fits]:12}  {note}"
        )

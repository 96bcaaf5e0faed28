"""``gpuplanner dry-run``: the real training step on fake tensors, without a GPU and almost without memory."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from gpuplanner.cli.comparison import note_lines, phase_lines, tensor_lines
from gpuplanner.cli.options import Parser, number_option
from gpuplanner.cli.worker_run import Prepared, Progress, add_worker_options, events_of, prepare
from gpuplanner.core.exit_codes import DOES_NOT_FIT, DONE, FAILED, USAGE
from gpuplanner.core.json_fields import to_fields
from gpuplanner.core.trial import TrialKind, TrialResult, TrialStatus
from gpuplanner.core.trial_events import EndEvent
from gpuplanner.core.units import gib
from gpuplanner.trial.launcher import TrialOptions
from gpuplanner.trial.result_row import software


def run(arguments: Sequence[str]) -> int:
    """Returns 0, or 2 (this plan cannot be dry-run), 3 (the host's memory was not enough), 1 (failed).

    Raises:
        InputError: the plan or the Python cannot be used; nothing was started.
    """
    parser = Parser(
        prog="gpuplanner dry-run",
        description="Runs the plan's training step with the real libraries on fake tensors: allocated "
        "memory to the byte, in seconds, without a GPU. It says nothing about time.",
        epilog="Exit codes: 0 done; 2 wrong usage, or a plan that a dry run does not cover (the reason and "
        "the nearest plan that it covers are printed, with --json in the document); 3 the host ran out of "
        "memory; 1 failed or stopped.",
    )
    add_worker_options(parser)
    parser.add_argument("--time-limit", metavar="S", help="stop after so many seconds")
    parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    options = parser.parse_args(list(arguments))
    limit = None if options.time_limit is None else number_option(options.time_limit, "--time-limit", 0.001)
    prepared = prepare(options, TrialOptions(kind=TrialKind.DRY_RUN, time_limit_s=limit))
    progress = Progress(0)
    end = None
    for event in events_of(prepared):
        progress.show(event)
        end = event
    assert isinstance(end, EndEvent)
    if options.json:
        print(json.dumps(_document(end), allow_nan=False))
    elif end.status is TrialStatus.OK and end.result is not None and end.result.covered:
        print("\n".join(_lines(prepared, end.result, end.versions)))
    if end.result is not None and not end.result.covered:
        print(_not_covered(end.result), file=sys.stderr)
        return USAGE
    if end.status is TrialStatus.OK:
        return DONE
    print(
        f"gpuplanner dry-run: {end.status.value}{': ' + end.message if end.message else ''}", file=sys.stderr
    )
    return DOES_NOT_FIT if end.status is TrialStatus.OOM else FAILED


def _document(end: EndEvent) -> dict[str, Any]:
    return {
        "result": None if end.result is None else to_fields(end.result),
        "versions": dict(end.versions),
        "status": end.status.value,
        "message": end.message,
    }


def _lines(prepared: Prepared, result: TrialResult, versions: Mapping[str, str]) -> list[str]:
    plan = prepared.resolved.plan
    peak = result.peak_allocated_bytes or 0
    lines = [
        f"{prepared.resolved.llm.name}, {plan.method.value}, {plan.micro_batch_size} × {plan.seq_len} "
        f"tokens: {gib(peak, 3)} GiB allocated at the peak, in {result.peak_phase}"
    ]
    if result.reserved_low_bytes is not None and result.reserved_high_bytes is not None:
        band = f"{gib(result.reserved_low_bytes, 2)}–{gib(result.reserved_high_bytes, 2)} GiB"
        lines.append(f"reserved by the replayed allocator: {band}, without the CUDA context")
    lines += phase_lines(prepared.estimate, result)
    lines += tensor_lines(result)
    lines += note_lines(result.notes)
    return [*lines, f"measured with {software(versions)}"]


def _not_covered(result: TrialResult) -> str:
    reasons = "; ".join(result.notes) or "no reason was given"
    changes = " ".join(f"--{name.replace('_', '-')} {value}" for name, value in result.nearest.items())
    nearest = f"; the nearest plan that is covered: {changes}" if changes else ""
    return f"gpuplanner dry-run: this plan is not covered: {reasons}{nearest}"

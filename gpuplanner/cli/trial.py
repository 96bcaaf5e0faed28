"""``gpuplanner trial``: a short real run of a plan, predicted against measured."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from gpuplanner.cli.comparison import comparison_lines, note_lines, rank_lines
from gpuplanner.cli.options import Parser, number_option
from gpuplanner.cli.trial_document import OutDocument
from gpuplanner.cli.trial_place import add_place_options, backend_of
from gpuplanner.cli.worker_run import Prepared, Progress, add_worker_options, events_of, prepare
from gpuplanner.core.errors import InputError
from gpuplanner.core.exit_codes import DOES_NOT_FIT, DONE, FAILED
from gpuplanner.core.trial import Device, TrialStatus
from gpuplanner.core.trial_events import EndEvent, TrialEvent, event_to_line
from gpuplanner.trial.launcher import TrialOptions

_CODES = {
    TrialStatus.OK: DONE,
    TrialStatus.STOPPED: DONE,
    TrialStatus.OOM: DOES_NOT_FIT,
    TrialStatus.FAILED: FAILED,
}
_WORDS = {
    TrialStatus.OK: "Done",
    TrialStatus.STOPPED: "Stopped",
    TrialStatus.OOM: "Out of memory",
    TrialStatus.FAILED: "Failed",
}
_MOST_STEPS = 10_000


def run(arguments: Sequence[str]) -> int:
    """Returns 0 (done or stopped), 3 (out of memory) or 1 (failed).

    Raises:
        InputError: the plan, the Python or the document cannot be used; nothing was started.
    """
    parser = Parser(
        prog="gpuplanner trial",
        description="Trains for some real steps in a process of its own and compares with the estimate. "
        "Writes one JSON object per event to stdout. Ctrl+C stops it.",
        epilog="Exit codes: 0 done or stopped, 3 out of memory, 2 wrong usage, 1 failed.",
    )
    add_worker_options(parser)
    parser.add_argument("--steps", default="5", metavar="N", help="optimizer steps to measure; default: 5")
    parser.add_argument("--warm-up", default="2", metavar="N", help="steps before that; default: 2")
    parser.add_argument("--device", default="auto", choices=[device.value for device in Device])
    parser.add_argument("--time-limit", metavar="S", help="stop after so many seconds")
    parser.add_argument(
        "--out", metavar="FILE.gpuplan", help="add the row, the plan and all samples to this document"
    )
    parser.add_argument(
        "--trust-remote-code",
        action="store_true",
        help="run the Python files of the model's folder: only if you know where they come from",
    )
    add_place_options(parser)
    options = parser.parse_args(list(arguments))
    document = None if options.out is None else OutDocument(Path(options.out))
    trial = TrialOptions(
        device=Device(options.device),
        steps=_count(options.steps, "--steps", 1),
        warm_up_steps=_count(options.warm_up, "--warm-up", 0),
        time_limit_s=_time_limit(options.time_limit),
        trust_remote_code=options.trust_remote_code,
    )
    prepared = prepare(options, trial)
    progress = Progress(trial.steps + trial.warm_up_steps)
    heard: list[TrialEvent] = []
    for event in events_of(prepared, backend_of(options, prepared)):
        print(event_to_line(event), flush=True)
        progress.show(event)
        heard.append(event)
    end = heard.pop()
    assert isinstance(end, EndEvent)
    _report(prepared, end)
    if document is not None:
        document.add(prepared, heard, end)
    return _CODES[end.status]


def _report(prepared: Prepared, end: EndEvent) -> None:
    message = f": {end.message}" if end.message else ""
    lines = [f"{_WORDS[end.status]}{message}"]
    if end.result is not None:
        if end.result.peak_allocated_bytes is not None:
            lines += comparison_lines(prepared.estimate, end.result)
            lines += rank_lines(prepared.estimate, end.result)
        lines += note_lines(end.result.notes)
    print("\n".join(lines), file=sys.stderr)


def _count(text: str, name: str, low: int) -> int:
    value = number_option(text, name, low)
    if not value.is_integer() or value > _MOST_STEPS:
        raise InputError.of(f"{text} is not a whole number up to {_MOST_STEPS:,}", name)
    return int(value)


def _time_limit(text: str | None) -> float | None:
    if text is None:
        return None
    value = number_option(text, "--time-limit")
    if value <= 0:
        raise InputError.of("has to be above 0", "--time-limit", "leave it out for no limit")
    return value

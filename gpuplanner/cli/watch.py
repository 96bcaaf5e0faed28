"""``gpuplanner watch``: what the user's own training job takes of the GPUs, beside what was predicted.

The job runs as it would without this command: same terminal, same folder, same environment; only its process
tree is looked for among the processes that NVIDIA's driver lists.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

from gpuplanner.cli.monitor import LOOK_S, first_sample, rate_of, running
from gpuplanner.cli.options import Parser, add_plan_options, plan_from_options
from gpuplanner.cli.work_options import electricity_of
from gpuplanner.core.errors import InputError
from gpuplanner.core.estimate import Estimate
from gpuplanner.core.exit_codes import DONE, FAILED
from gpuplanner.core.plan import PLAN_FIELDS
from gpuplanner.core.price import Price, price_text
from gpuplanner.core.units import gib, seconds, signed
from gpuplanner.data.catalog import load_catalog
from gpuplanner.estimator.estimate import estimate
from gpuplanner.monitor.processes import Attached, ProcessTable
from gpuplanner.monitor.recording import Recorder
from gpuplanner.monitor.sampler import Sampler, SamplerOptions
from gpuplanner.monitor.watch import CardSummary, Watch, WatchSummary

_KWH = 3.6e6
"""In joules."""
_SIGNAL_BASE = 128
"""A shell's exit code for a command that a signal ended is this and the signal's number."""


def run(arguments: Sequence[str]) -> int:
    """Returns the command's exit code; with --pid 0; 1 where the GPUs cannot be read.

    Raises:
        InputError: an option cannot be used, or the command cannot be started.
    """
    given = list(arguments)
    own, command = (given, []) if "--" not in given else _split(given)
    parser = Parser(
        prog="gpuplanner watch",
        usage="gpuplanner watch [OPTIONS] [plan options] -- COMMAND …\n"
        "       gpuplanner watch [OPTIONS] [plan options] --pid N",
        description="Device memory, power and time of your own training job, beside a plan's prediction.",
    )
    parser.add_argument(
        "--pid", metavar="N", help="watch a process that runs already, until it ends or Ctrl-C"
    )
    parser.add_argument("--hz", metavar="H", default="10", help="samples a second, 0.2 to 10; default: 10")
    parser.add_argument("--out", metavar="FILE.csv", help="record every sample")
    parser.add_argument("--json", action="store_true", help="print one JSON document at the end")
    parser.add_argument(
        "--electricity-price",
        metavar="PRICE",
        help="your price of a kWh, such as 0.3 or '0.3 EUR': what the energy of each card costs",
    )
    add_plan_options(parser)
    options = parser.parse_args(own)
    price = electricity_of(options)
    pid = _pid(options.pid, command)
    predicted = _prediction(options)
    sampler = Sampler(SamplerOptions(rate_of(options.hz), process_period_s=0.0))
    watch = Watch()
    with running(sampler):
        first = first_sample(sampler)
        if first is None:
            return FAILED
        recorder = None if options.out is None else Recorder(Path(options.out))
        watch.see(first)
        sampler.add_sink(watch.see)
        if recorder is not None:
            sampler.add_sink(recorder.write)
        begin = time.monotonic()
        try:
            code = _attach(pid, sampler) if pid is not None else _run(command, sampler, options.json)
        finally:
            lasted_s = time.monotonic() - begin
            sampler.stop()
            sampler.join(5.0)
            if recorder is not None:
                recorder.close()
    summary = watch.summary(lasted_s)
    if options.json:
        print(json.dumps(_document(summary, predicted, code, price), allow_nan=False))
    else:
        _print(summary, predicted, price, sys.stdout if pid is not None else sys.stderr)
    if recorder is not None and recorder.problem:
        print(f"gpuplanner: {recorder.path}: {recorder.problem}", file=sys.stderr)
    return code


def _split(given: list[str]) -> tuple[list[str], list[str]]:
    at = given.index("--")
    return given[:at], given[at + 1 :]


def _pid(text: str | None, command: list[str]) -> int | None:
    """The process to attach to, None where a command is to be run."""
    if text is None:
        if not command:
            raise InputError.of(
                "there is nothing to watch", "gpuplanner watch", "add -- COMMAND …, or --pid N"
            )
        return None
    if command:
        raise InputError.of("is for a process that runs already", "--pid", "leave out the command, or --pid")
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise InputError.of(f"{text!r} is no process number", "--pid")
    if not Attached(int(text), ProcessTable()).runs():
        raise InputError.of(f"there is no process {text}", "--pid", "see ps or nvidia-smi for its number")
    return int(text)


def _prediction(options: Any) -> Estimate | None:
    """The estimate of the plan, if plan options were given."""
    if all(getattr(options, spec.name) is None for spec in PLAN_FIELDS):
        return None
    return estimate(load_catalog().resolve(plan_from_options(options)))


def _run(command: list[str], sampler: Sampler, quiet_stdout: bool) -> int:
    """Run the command to its end; its exit code as a shell gives it."""
    early: list[int] = []
    child: subprocess.Popen[bytes] | None = None

    def pass_on(number: int) -> None:
        if number == signal.SIGINT:
            return  # Ctrl-C reaches the command from the terminal itself
        if child is None:
            early.append(number)
            return
        with suppress(ProcessLookupError):
            child.send_signal(number)

    with _signals(pass_on):
        try:
            # With --json, stdout is the document's: what the command prints goes to stderr.
            child = subprocess.Popen(command, stdout=sys.stderr if quiet_stdout else None)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise InputError.of(f"{command[0]!r} cannot be started ({reason})", "gpuplanner watch") from error
        sampler.follow(child.pid)
        for number in early:
            child.send_signal(number)
        code = child.wait()
    return code if code >= 0 else _SIGNAL_BASE - code


def _attach(pid: int, sampler: Sampler) -> int:
    """Wait until the process has ended, or until Ctrl-C, which does not end it."""
    process = Attached(pid, ProcessTable())
    sampler.follow(pid)
    stopped: list[int] = []
    with _signals(stopped.append):
        while process.runs() and not stopped:
            time.sleep(LOOK_S)
    return DONE


@contextmanager
def _signals(handler: Callable[[int], object]) -> Iterator[None]:
    """Handle Ctrl-C and SIGTERM inside the block."""

    def handle(number: int, _frame: object) -> None:
        handler(number)

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


def _document(
    summary: WatchSummary, predicted: Estimate | None, code: int, price: Price | None
) -> dict[str, Any]:
    return {
        "exit_code": code,
        "seconds": summary.duration_s,
        "samples": summary.n_samples,
        "gaps": summary.n_gaps,
        "caveat": summary.caveat,
        "cards": [
            {
                "uuid": card.facts.uuid,
                "index": card.facts.index,
                "name": card.facts.name,
                "largest_bytes": card.largest_bytes,
                "by_process": card.by_process,
                "largest_used_bytes": card.largest_used_bytes,
                "mean_watts": card.mean_watts,
                "energy_joules": card.energy_joules,
                **({} if price is None else {"electricity_cost": _cost(card, price)}),
            }
            for card in summary.cards
        ],
        "prediction": None
        if predicted is None
        else {
            "peak_device_bytes": predicted.memory.peak_device_bytes,
            "low_device_bytes": predicted.memory.low_device_bytes,
            "high_device_bytes": predicted.memory.high_device_bytes,
            "step_seconds": predicted.step.seconds,
        },
    }


def _cost(card: CardSummary, price: Price) -> float | None:
    """What the energy of a card cost; None where that is not known."""
    return None if card.energy_joules is None else card.energy_joules / _KWH * price.amount


def _print(summary: WatchSummary, predicted: Estimate | None, price: Price | None, out: TextIO) -> None:
    """The summary for people."""

    def say(text: str) -> None:
        print(text, file=out)

    say(f"gpuplanner watch: {seconds(summary.duration_s)} s, {summary.n_samples} samples")
    for card in summary.cards:
        _print_card(card, predicted, price, say)
    if not summary.cards:
        say("  the job was not seen on any GPU")
    else:
        say(f"  memory is {summary.caveat}")
        say("  power and energy are the whole card's, other programs included")
    if predicted is not None:
        memory, step_s = predicted.memory, predicted.step.seconds
        low, high = gib(memory.low_device_bytes), gib(memory.high_device_bytes)
        say(
            f"  predicted: {gib(memory.peak_device_bytes)} GiB per GPU on {predicted.resolved.gpu.name} "
            f"(90 % range {low}–{high}), {seconds(step_s)} s per step"
        )
    if summary.n_gaps:
        say(f"  the GPUs could not be read {summary.n_gaps} times meanwhile")


def _print_card(
    card: CardSummary, predicted: Estimate | None, price: Price | None, say: Callable[[str], None]
) -> None:
    say(f"  {card.facts.index} {card.facts.name} ({card.facts.uuid})")
    what = (
        "device memory of the job"
        if card.by_process
        else "rise of the card's used memory (the driver does not say it by process)"
    )
    beside = ""
    if predicted is not None and predicted.memory.peak_device_bytes:
        share = card.largest_bytes / predicted.memory.peak_device_bytes - 1
        beside = (
            f", {signed(100 * share, 1)} % beside the predicted {gib(predicted.memory.peak_device_bytes)} GiB"
        )
    say(f"    {gib(card.largest_bytes, 2)} GiB {what}{beside}")
    say(f"    {gib(card.largest_used_bytes, 2)} GiB used on the card by all programs")
    if card.mean_watts is not None:
        say(f"    {card.mean_watts:.0f} W on average")
    if card.energy_joules is not None:
        how = ", from samples of the power" if card.energy_from_power else ""
        say(f"    {card.energy_joules / _KWH:.4g} kWh{how}")
    cost = None if price is None else _cost(card, price)
    if price is not None and cost is not None:
        per_kwh = price_text(price.amount, price.currency)
        rounded = price_text(float(f"{cost:.4g}"), price.currency)
        say(f"    electricity {rounded} at {per_kwh} per kWh (your price)")

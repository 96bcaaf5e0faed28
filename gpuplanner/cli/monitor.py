"""``gpuplanner monitor``: samples the local GPUs without a window, and records them."""

from __future__ import annotations

import json
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gpuplanner.cli.options import Parser, number_option
from gpuplanner.core.errors import InputError
from gpuplanner.core.exit_codes import DONE, FAILED
from gpuplanner.core.units import NONE, gib
from gpuplanner.monitor.metrics import DEFAULT_NAMES, METRICS, PCIE_NAMES, throttle_words
from gpuplanner.monitor.readings import Missing, Reading, number
from gpuplanner.monitor.recording import Recorder
from gpuplanner.monitor.sampler import HIGHEST_RATE_HZ, LOWEST_RATE_HZ, Sampler, SamplerOptions
from gpuplanner.monitor.samples import CardSample, Sample
from gpuplanner.monitor.states import StateKind
from gpuplanner.monitor.statistics import Statistics

LOOK_S = 0.05
"""How often a command looks whether the sampler has something for it."""
FIRST_LIMIT_S = 30.0
"""A driver that takes longer to open is not waited for."""


def run(arguments: Sequence[str]) -> int:
    """Returns 0, or 1 where the GPUs cannot be read or the recording was cut short.

    Raises:
        InputError: an option cannot be used.
    """
    parser = Parser(prog="gpuplanner monitor", description="Samples the local GPUs through NVIDIA's driver.")
    parser.add_argument("--seconds", metavar="N", help="how long; default: until Ctrl-C")
    parser.add_argument("--hz", metavar="H", default="1", help="samples a second, 0.2 to 10; default: 1")
    parser.add_argument("--out", metavar="FILE.csv", help="record every sample")
    parser.add_argument("--pcie", action="store_true", help="also PCIe throughput (slow on older drivers)")
    parser.add_argument("--json", action="store_true", help="print one JSON document at the end")
    options = parser.parse_args(list(arguments))
    seconds = None if options.seconds is None else number_option(options.seconds, "--seconds")
    metrics = DEFAULT_NAMES | PCIE_NAMES if options.pcie else DEFAULT_NAMES
    sampler = Sampler(SamplerOptions(rate_of(options.hz), metrics=metrics))
    statistics = Statistics()
    sampler.add_sink(statistics.see)
    with running(sampler):
        first = first_sample(sampler)
        if first is None:
            return FAILED
        recorder = None if options.out is None else Recorder(Path(options.out))
        if recorder is not None:
            recorder.write(first)
            sampler.add_sink(recorder.write)
        try:
            _watch(sampler, seconds, recorder, show=not options.json)
        finally:
            if recorder is not None:
                recorder.close()
    last = statistics.last or first
    if options.json:
        print(json.dumps(_document(last, statistics), allow_nan=False))
    else:
        _print(last, statistics)
    return _report_recording(recorder)


def rate_of(text: str) -> float:
    """Read ``--hz``.

    Raises:
        InputError: it is no rate that the monitor can keep.
    """
    rate_hz = number_option(text, "--hz")
    if not LOWEST_RATE_HZ <= rate_hz <= HIGHEST_RATE_HZ:
        raise InputError.of(
            f"{text} is not between {LOWEST_RATE_HZ} and {HIGHEST_RATE_HZ:g}", "--hz", "10 is the most"
        )
    return rate_hz


@contextmanager
def running(sampler: Sampler) -> Iterator[None]:
    """Samples are taken inside the block."""
    sampler.start()
    sampler.wake("command")
    try:
        yield
    finally:
        sampler.stop()
        sampler.join(5.0)


def first_sample(sampler: Sampler) -> Sample | None:
    """The first sample; None, with one line on stderr, where the GPUs cannot be read."""
    end = time.monotonic() + FIRST_LIMIT_S
    while (sample := sampler.latest()) is None:
        state = sampler.state
        waiting = state.kind in (StateKind.STARTING, StateKind.RESTING)
        if not waiting or time.monotonic() > end:
            words = state.line() if not waiting else "The driver did not answer in time; restart the computer"
            print(f"gpuplanner: {words}", file=sys.stderr)
            return None
        time.sleep(LOOK_S)
    if not sampler.state.ok:
        print(f"gpuplanner: {sampler.state.line()}", file=sys.stderr)
        return None
    return sample


def _watch(sampler: Sampler, seconds: float | None, recorder: Recorder | None, *, show: bool) -> None:
    """Wait until the time is over, Ctrl-C or SIGTERM; on a terminal, show a line that changes."""
    over = threading.Event()
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, lambda *_: over.set()) for number in numbers}
    live = show and sys.stderr.isatty()
    end = float("inf") if seconds is None else time.monotonic() + seconds
    shown = 0
    try:
        while not over.wait(min(LOOK_S, max(0.0, end - time.monotonic()))) and time.monotonic() < end:
            if recorder is not None and recorder.problem:
                return
            sample = sampler.latest()
            if live and sample is not None and sample.number != shown:
                shown = sample.number
                print(f"\r\033[K{_live_line(sample)}", end="", file=sys.stderr, flush=True)
    finally:
        for signal_number, handler in before.items():
            signal.signal(signal_number, handler)
        if live:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def _live_line(sample: Sample) -> str:
    cards = [
        f"{card.facts.index}: {words(card['memory_used_bytes'], gib)} GiB "
        f"{words(card['gpu_utilization_percent'])} %"
        for card in sample
    ]
    return "  ".join(cards)[:200]


def words(reading: Reading, write: Any = "{:.0f}".format) -> str:
    """A reading as text, "–" where there is none."""
    value = number(reading)
    return NONE if value is None else str(write(value))


def _report_recording(recorder: Recorder | None) -> int:
    if recorder is None:
        return DONE
    if recorder.problem:
        print(f"gpuplanner: {recorder.path}: {recorder.problem}", file=sys.stderr)
        return FAILED
    print(f"{recorder.n_samples} samples written to {recorder.path}", file=sys.stderr)
    return DONE


def _document(sample: Sample, statistics: Statistics) -> dict[str, Any]:
    return {
        "driver_version": sample.driver.driver_version,
        "cuda_version": sample.driver.cuda_version,
        "samples": statistics.n_samples,
        "skipped": statistics.n_skipped,
        "gaps": statistics.n_gaps,
        "seconds": statistics.seconds,
        "cards": [_card_document(card, statistics) for card in sample],
    }


def _card_document(card: CardSample, statistics: Statistics) -> dict[str, Any]:
    readings = dict(zip((metric.name for metric in METRICS), card.readings, strict=True))
    return {
        "uuid": card.uuid,
        "index": card.facts.index,
        "name": card.facts.name,
        "pci_bus_id": card.facts.pci_bus_id,
        "unified_memory": card.facts.unified_memory,
        "mig_enabled": card.facts.mig_enabled,
        "problem": None if card.problem is None else card.problem.reason,
        "metrics": {name: statistics.of(card.uuid, name) for name in readings},
        "missing": {name: r.reason for name, r in readings.items() if isinstance(r, Missing)},
        "processes": None
        if isinstance(card.processes, Missing)
        else [
            {
                "pid": process.pid,
                "memory_bytes": number(process.memory_bytes),
                "kind": process.kind,
                "user": process.user,
                "command": process.command,
            }
            for process in card.processes
        ],
    }


def _print(sample: Sample, statistics: Statistics) -> None:
    """Each card at the end, and the range of what it did."""
    print(
        f"driver {sample.driver.driver_version}, {statistics.n_samples} samples in {statistics.seconds:.1f} s"
    )
    for card in sample:
        print(f"{card.facts.index} {card.facts.name} ({card.uuid})")
        if card.problem is not None:
            print(f"    {card.problem.reason}")
            continue
        for metric in METRICS:
            found = statistics.of(card.uuid, metric.name)
            if found is None or metric.name == "throttle_reasons":
                continue
            scale, unit = (gib, "GiB") if metric.unit == "B" else ("{:,.6g}".format, metric.unit)
            low, mean, high = (scale(found[name]) for name in ("min", "mean", "max"))
            if metric.name == "energy_joules":
                mean, low = high, high  # a sum: what counts is the end
            span = f"  {low} to {high}" if low != high else ""
            print(f"    {metric.label:22} {mean:>10} {unit:4}{span}".rstrip())
        slowed = throttle_words(number(card["throttle_reasons"]) or 0)
        if slowed:
            print(f"    slowed by {', '.join(slowed)}")
        if isinstance(card.processes, Missing):
            print(f"    processes: {card.processes.reason}")
            continue
        for process in card.processes:
            size = words(process.memory_bytes, lambda value: f"{gib(value)} GiB")
            print(
                f"    process {process.pid}  {size}  {process.user or NONE}  {(process.command or NONE)[:80]}"
            )

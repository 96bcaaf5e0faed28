"""What `trial` and `dry-run` share: their options, the worker's start, and its events in the main thread."""

from __future__ import annotations

import argparse
import queue
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gpuplanner.cli.options import add_plan_options, plan_from_options
from gpuplanner.core.estimate import Estimate
from gpuplanner.core.plan import ResolvedPlan
from gpuplanner.core.trial import TrialSpec, TrialStatus
from gpuplanner.core.trial_events import EndEvent, PhaseEvent, StepEvent, TrialEvent
from gpuplanner.core.units import seconds
from gpuplanner.data.catalog import Catalog, load_catalog
from gpuplanner.data.model_config import FAMILIES, outline_from_mapping, read_config_values
from gpuplanner.estimator.estimate import estimate, flops_per_step
from gpuplanner.trial.backend import Backend
from gpuplanner.trial.environment import choose_python
from gpuplanner.trial.launcher import TrialOptions, judged_end, spec_of
from gpuplanner.trial.local import LocalBackend

_LOOK_SECONDS = 0.2
"""How soon Ctrl+C is seen while nothing happens (Windows does not interrupt a wait without a limit)."""


@dataclass(frozen=True)
class Prepared:
    """Everything that is checked before a process is started."""

    catalog: Catalog
    resolved: ResolvedPlan
    model_path: Path | None
    spec: TrialSpec
    python: str
    estimate: Estimate | None
    """None for a model that transformers may know, but the estimator does not."""


def add_worker_options(parser: argparse.ArgumentParser) -> None:
    """The plan's options, and which Python runs it."""
    add_plan_options(parser)
    parser.add_argument(
        "--python",
        default="",
        metavar="PATH",
        help="the Python that has torch and transformers: a program, or the folder of a venv or conda "
        "environment; default: the one that runs this, if torch is in it",
    )


def prepare(options: argparse.Namespace, trial: TrialOptions) -> Prepared:
    """Resolve the plan and find the Python.

    Raises:
        InputError: the plan, the model's files or the Python cannot be used.
    """
    catalog, plan = load_catalog(), plan_from_options(options)
    path = catalog.model_path(plan.model)
    config = None if path is None else read_config_values(path)[1]
    outline = None
    if config is not None and str(config.get("model_type")) not in FAMILIES:
        outline = outline_from_mapping(config, str(path), name=plan.model)
    resolved = catalog.resolve(plan, outline=outline)
    spec = spec_of(
        resolved,
        trial,
        model_path=path,
        model_config=config,
        flops_per_step=None if outline else flops_per_step(resolved),
    )
    predicted = None if outline else estimate(resolved)
    far = bool(getattr(options, "host", None))  # the Python is that machine's, and cannot be looked at here
    python = options.python if far else choose_python(options.python)
    return Prepared(catalog, resolved, path, spec, python, predicted)


def events_of(prepared: Prepared, backend: Backend | None = None) -> Iterator[TrialEvent]:
    """Run the worker and yield its events, the ``end`` last; where it failed, what it printed goes to stderr.

    Ctrl+C stops the trial, a second one ends it at once; the ``end`` comes all the same.  Whoever leaves the
    loop early ends the worker too.
    """
    heard: queue.SimpleQueue[TrialEvent | None] = queue.SimpleQueue()
    backend = LocalBackend(prepared.python) if backend is None else backend
    with _on_ctrl_c(lambda: heard.put(None)):
        running = backend.start(prepared.spec, heard.put)
        interrupted = False
        try:
            while True:
                try:
                    event = heard.get(timeout=_LOOK_SECONDS)
                except queue.Empty:
                    continue
                if event is None:
                    running.close() if interrupted else running.stop()
                    interrupted = True
                elif isinstance(event, EndEvent):
                    if event.status is TrialStatus.FAILED:
                        _print_log(running.log_lines)
                    yield judged_end(event, prepared.resolved.gpu)
                    return
                else:
                    yield event
        finally:
            running.close()
            running.wait(5.0)


@contextmanager
def _on_ctrl_c(act: Callable[[], None]) -> Iterator[None]:
    """Act on Ctrl+C instead of raising wherever the main thread is at that moment."""
    before = signal.signal(signal.SIGINT, lambda *_: act())
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _print_log(lines: tuple[str, ...]) -> None:
    if not lines:
        return
    if sys.stderr.isatty():
        print(file=sys.stderr)  # below the line of `Progress`
    print("The worker's last lines:", *lines, sep="\n  ", file=sys.stderr)


class Progress:
    """One line on a terminal that says what the worker is at; nothing where stderr is none."""

    def __init__(self, n_steps: int) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._n_steps = n_steps
        self._width = 0

    def show(self, event: TrialEvent) -> None:
        """Show an event."""
        if isinstance(event, PhaseEvent):
            self._put(f"{event.name} …")
        elif isinstance(event, StepEvent):
            loss = "" if event.loss is None else f", loss {event.loss:.3f}"
            kind = " (warm-up)" if event.warm_up else ""
            self._put(f"step {event.index} of {self._n_steps}{kind}: {seconds(event.seconds)} s{loss}")
        elif isinstance(event, EndEvent):
            self._put("")
            if self._is_terminal:
                print("\r", end="", file=sys.stderr, flush=True)

    def _put(self, text: str) -> None:
        if self._is_terminal:
            print(f"\r{text.ljust(self._width)}", end="", file=sys.stderr, flush=True)
            self._width = len(text)

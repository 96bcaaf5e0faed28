"""``python -m gpuplanner.worker``: one trial or dry run, from the spec on stdin to the one ``end`` on stdout.

The first event leaves before anything heavy is imported; whatever happens then ends in one ``end``, made
here.  What kills the process outright leaves none, and the launcher makes it.
"""

from __future__ import annotations

import contextlib
import faulthandler
import importlib
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from gpuplanner.core.trial import Device, TrialGpu, TrialKind, TrialResult, TrialSpec, TrialStatus
from gpuplanner.core.trial_events import STOP, EndEvent, spec_from_line, spec_to_line
from gpuplanner.core.trial_progress import result_of_steps
from gpuplanner.worker.channel import Channel, Stopped
from gpuplanner.worker.coverage import gaps, not_covered
from gpuplanner.worker.failures import at_failure, failure_of
from gpuplanner.worker.ranks import Ranks
from gpuplanner.worker.refusal import Refused
from gpuplanner.worker.stdio import PARENT_DIED, Stopper, Streams

# Nothing is fetched, and nothing is told to anybody.
_ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "DISABLE_TELEMETRY": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "TRANSFORMERS_VERBOSITY": "warning",
    "BITSANDBYTES_NOWELCOME": "1",
}


class Run:
    """One trial: what is known of it, so that any thread can say how it ended."""

    def __init__(self, channel: Channel, ranks: Ranks) -> None:
        self.channel = channel
        self.ranks = ranks
        self.spec: TrialSpec | None = None
        self.versions: Mapping[str, str] = {"python": ".".join(map(str, sys.version_info[:3]))}
        self.gpu: TrialGpu | None = None

    def trial(self) -> EndEvent:
        """Run what the spec asks for.  Raises whatever goes wrong, and `Stopped`."""
        channel, spec = self.channel, self.spec
        assert spec is not None
        if spec.kind is TrialKind.DRY_RUN and gaps(spec.plan):
            return self._end(TrialStatus.OK, not_covered(spec.plan))  # at once: nothing needs importing
        importlib.import_module("torch")
        self.ranks.join(spec_to_line(spec))
        self.ranks.watch(channel.end)
        channel.check_stop()
        channel.phase("import transformers")
        importlib.import_module("transformers")
        channel.check_stop()
        # Here, not above: the first event must not wait for what these import.
        from gpuplanner.worker.versions import gpu_of, library_versions

        self.versions = library_versions()
        self.gpu = gpu_of(spec)
        if spec.kind is TrialKind.DRY_RUN:
            from gpuplanner.worker.dry_run import run_dry

            result = run_dry(spec, channel)
        else:
            from gpuplanner.worker.train import run_trial

            result = self.ranks.gathered(run_trial(spec, channel, self.ranks), self.gpu)
        self.versions = library_versions()  # bitsandbytes and peft are there by now
        return self._end(TrialStatus.OK, result)

    def stopped(self) -> EndEvent:
        """The end of a trial that somebody stopped."""
        return self._end(TrialStatus.STOPPED, self._so_far(), self.channel.stop_reason or "")

    def failed(self, error: BaseException) -> EndEvent:
        """The end of a trial that raised."""
        failure, channel, so_far = failure_of(error), self.channel, self._so_far()
        in_steps = channel.phase_name in ("warm-up", "train")
        step = len(channel.steps) + 1 if in_steps else None
        place = channel.moment or channel.phase_name
        if so_far is not None:
            so_far = at_failure(so_far, failure, place, step)
        if isinstance(error, Refused):
            return self._end(failure.status, so_far, failure.message)
        where = f"in {place}" + (f" of step {step}" if step else "")
        return self._end(failure.status, so_far, f"{where}: {failure.message}")

    def _so_far(self) -> TrialResult | None:
        if self.spec is None or self.channel.kept is not None:
            return self.channel.kept
        return result_of_steps(self.channel.steps, self._device, self.spec.plan.samples_per_step)

    @property
    def _device(self) -> str:
        assert self.spec is not None
        if self.spec.kind is TrialKind.DRY_RUN:
            return "fake"
        if self.spec.device is not Device.AUTO:
            return self.spec.device.value
        return "cpu" if self.gpu is None else "cuda"

    def _end(self, status: TrialStatus, result: TrialResult | None, message: str = "") -> EndEvent:
        return EndEvent(status, result, self.versions, self.gpu, message)


def main() -> None:
    """Run one trial; the process leaves from here and never returns."""
    streams, ranks = Streams(), Ranks(os.environ)
    channel = Channel(streams.write_line if ranks.leads else lambda line: None)
    run = Run(channel, ranks)

    def last_words() -> None:
        end = run.stopped()
        channel.end(end)
        os._exit(ranks.leave(end))

    stopper = Stopper(channel, last_words)
    ranks.mind_terms(channel)
    channel.phase("import torch")
    _set_up_process()
    ranks.take_card(os.environ)
    try:
        end = _ending(run, _orders(streams, stopper).get if ranks.leads else ranks.spec, stopper)
    except Stopped:
        stopper.interruptible = False  # it came between the lines of `_ending`
        end = run.stopped()
    _say_end(channel, end)
    # Without the clean-up of Python and of the card's libraries: it may take seconds, hang or crash.
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.flush()
    os._exit(ranks.leave(end))


def _ending(run: Run, specs: Callable[[], str], stopper: Stopper) -> EndEvent:
    """Run the trial and say how it ended, whatever it raises."""
    try:
        try:
            stopper.interruptible = True
            run.channel.check_stop()
            run.spec = _read_spec(run.channel, specs)
            if run.spec.time_limit_s is not None:
                stopper.stop_after(run.spec.time_limit_s)
            return run.trial()
        finally:
            stopper.interruptible = False
    except BaseException as error:
        if isinstance(error, Stopped) or run.channel.stop_asked:
            return run.stopped()  # an exception that was raised inside a library may arrive as another
        if not isinstance(error, Refused):  # whose text says it all
            with contextlib.suppress(OSError):
                traceback.print_exc()
        return run.ranks.failed(run.failed(error), alike=isinstance(error, Refused))


def _read_spec(channel: Channel, specs: Callable[[], str]) -> TrialSpec:
    channel.moment = "reading the spec"
    spec = spec_from_line(specs())
    channel.moment = ""
    return spec


def _orders(streams: Streams, stopper: Stopper) -> queue.Queue[str]:
    """Read stdin in a thread: the spec, then ``stop``; when it ends, the launcher is gone, and so are we."""
    specs: queue.Queue[str] = queue.Queue()

    def read() -> None:
        lines = streams.lines()
        for line in lines:
            if line == STOP:
                stopper.stop()
            elif line:
                specs.put(line)
        os._exit(PARENT_DIED)

    threading.Thread(target=read, name="orders", daemon=True).start()
    return specs


def _say_end(channel: Channel, end: EndEvent) -> None:
    try:
        channel.end(end)
    except (TypeError, ValueError) as error:  # a result that JSON cannot hold
        what = f"the result cannot be written down ({error})"
        channel.end(replace(end, status=TrialStatus.FAILED, result=None, message=what))


def _set_up_process() -> None:
    os.environ.update(_ENVIRONMENT)
    with contextlib.suppress(OSError, ValueError):
        faulthandler.enable(sys.stderr)
    # Should the host run out of memory, the kernel is to end the trial, not the user's window.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
    _die_with_the_launcher()


def _die_with_the_launcher() -> None:
    """For a call of C that holds Python's lock, in which the thread that reads stdin cannot see its end."""
    if sys.platform != "linux":
        return
    import ctypes  # after the first event; it takes its time

    set_parent_death_signal = 1  # PR_SET_PDEATHSIG of <linux/prctl.h>
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)


if __name__ == "__main__":
    main()

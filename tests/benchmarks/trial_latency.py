"""How soon a trial answers, stops, and is gone with its launcher: ``trial_latency.py [RUNS]`` (default 50).

Real trials of a tiny model on the CPU, stopped or orphaned at random moments of imports, build and steps.
Needs the training stack and Linux; some minutes with 50 runs.
"""

from __future__ import annotations

import os
import queue
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from statistics import median

CHECKOUT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT))

from gpuplanner.core.llm import Llm  # noqa: E402
from gpuplanner.core.plan import Attention, Plan  # noqa: E402
from gpuplanner.core.resolve import fill_in  # noqa: E402
from gpuplanner.core.trial import Device, TrialSpec  # noqa: E402
from gpuplanner.core.trial_events import EndEvent, PhaseEvent, TrialEvent  # noqa: E402
from gpuplanner.data.catalog import load_catalog  # noqa: E402
from gpuplanner.trial.local import LocalBackend  # noqa: E402

LIMIT_S = 120.0
ORPHAN_LIMIT_S = 10.0
N_STARTS = 20

# A launcher of its own: it says which worker it has started, and then waits to be killed.
LAUNCHER = f"""
import sys, time
sys.path[:0] = [{str(CHECKOUT)!r}, {str(Path(__file__).parent)!r}]
import trial_latency
run = trial_latency.LocalBackend().start(trial_latency.endless_spec(), lambda event: None)
while run._process is None:
    time.sleep(0.001)
print(run._process.pid, flush=True)
time.sleep(1000)
"""


def endless_spec() -> TrialSpec:
    """A tiny model, and more steps than anybody waits for."""
    llm = Llm("tiny", "llama", 64, 2, 4, 4, 16, 128, 256, tie_word_embeddings=False)
    plan = Plan(model="tiny", seq_len=32, lora_rank=4, attention=Attention.SDPA)
    filled, _ = fill_in(plan, load_catalog().gpu(plan.gpu))
    return TrialSpec(filled, llm, device=Device.CPU, steps=1_000_000, warm_up_steps=0)


class Trial:
    """A trial under way, and when its events came."""

    def __init__(self) -> None:
        self.heard: queue.SimpleQueue[tuple[float, TrialEvent]] = queue.SimpleQueue()
        self.started = time.perf_counter()
        self.running = LocalBackend().start(endless_spec(), self._tell)

    def _tell(self, event: TrialEvent) -> None:
        self.heard.put((time.perf_counter(), event))

    def first_event_s(self) -> float:
        """Seconds from the start to the first event."""
        return self.heard.get(timeout=LIMIT_S)[0] - self.started

    def until_phase(self, name: str) -> float:
        """Seconds from the start to a phase."""
        while True:
            at, event = self.heard.get(timeout=LIMIT_S)
            if isinstance(event, EndEvent):
                raise SystemExit(f"the trial has ended: {event.status.value} {event.message}")
            if isinstance(event, PhaseEvent) and event.name == name:
                return at - self.started

    def stop(self) -> tuple[float, str, EndEvent]:
        """Seconds from the wish to the end, in which phase it was, and the end."""
        asked, phase = time.perf_counter(), "start"
        self.running.stop()
        while True:
            at, event = self.heard.get(timeout=LIMIT_S)
            if isinstance(event, PhaseEvent) and at <= asked:
                phase = event.name
            if isinstance(event, EndEvent):
                return at - asked, phase, event

    def close(self) -> None:
        """End it now."""
        self.running.close()
        self.running.wait(LIMIT_S)


def main(n_runs: int) -> None:
    """Prints the figures."""
    chance = random.Random(3)
    starts = first_events()
    print(f"start → first event: median {median(starts):.3f} s, worst of {len(starts)} {max(starts):.3f} s")
    trial = Trial()
    until_train = trial.until_phase("train")
    trial.close()
    print(f"start → first step begins: {until_train:.1f} s")
    moments = [chance.uniform(0.0, until_train + 2.0) for _ in range(n_runs)]
    print(stops(moments))
    print(orphans(moments))


def first_events() -> list[float]:
    """Seconds to the first event, the first start (which fills the cache) left out."""
    found = []
    for _ in range(N_STARTS + 1):
        trial = Trial()
        found.append(trial.first_event_s())
        trial.close()
    return found[1:]


def stops(moments: list[float]) -> str:
    """Stop a trial at each of these moments."""
    latencies: list[float] = []
    phases: Counter[str] = Counter()
    statuses: Counter[str] = Counter()
    by_launcher = 0
    for moment in moments:
        trial = Trial()
        time.sleep(moment)
        latency, phase, end = trial.stop()
        latencies.append(latency)
        phases[phase] += 1
        statuses[end.status.value] += 1
        by_launcher += not end.versions  # only the worker knows them
        trial.running.wait(LIMIT_S)
    return (
        f"stop → end, {len(moments)} stops: median {median(latencies):.3f} s, worst {max(latencies):.3f} s; "
        f"{dict(statuses)}; the launcher had to make {by_launcher} of the ends; in {dict(phases)}"
    )


def orphans(moments: list[float]) -> str:
    """Kill the launcher at each of these moments, and see whether its worker goes."""
    latencies: list[float] = []
    left: list[int] = []
    for moment in moments:
        with subprocess.Popen(
            [sys.executable, "-c", LAUNCHER], stdout=subprocess.PIPE, text=True
        ) as launcher:
            assert launcher.stdout is not None
            worker = int(launcher.stdout.readline())
            time.sleep(moment)
            launcher.send_signal(signal.SIGKILL)
            killed = time.perf_counter()
        while is_running(worker) and time.perf_counter() - killed < ORPHAN_LIMIT_S:
            time.sleep(0.005)
        latencies.append(time.perf_counter() - killed)
        if is_running(worker):
            left.append(worker)
            os.kill(worker, signal.SIGKILL)
    return (
        f"orphans of {len(moments)} killed launchers: {len(left)}; "
        f"worker gone after median {median(latencies):.3f} s, worst {max(latencies):.3f} s"
    )


def is_running(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)

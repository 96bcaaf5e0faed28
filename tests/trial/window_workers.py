"""Workers for the Trial page, as real processes: ``python window_workers.py NAME``.

They speak the protocol by hand: a card's figures where there is no card, floods, and a trial that waits.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time

GIB = 2**30
N_FLOOD = 100_000
HANG_SECONDS = 120.0


def say(event: str, **fields: object) -> None:
    sys.stdout.write(json.dumps({"event": event, **fields}) + "\n")


def flush() -> None:
    sys.stdout.flush()


def begin(until: str = "train") -> None:
    for number, name in enumerate(("import torch", "import transformers", "build", "warm-up", "train")):
        say("phase", name=name, t=0.01 * number)
        if name == until:
            break
    flush()


def step(index: int, *, warm_up: bool = False, n_bytes: float = 4.6 * GIB) -> None:
    sizes = {"forward": 0.9, "loss": 0.99, "backward": 1.0, "optimizer": 0.97}
    say(
        "step",
        index=index,
        seconds=1.1 if warm_up else 0.8 + 0.01 * index,
        loss=11.0 / index,
        allocated_bytes=int(n_bytes),
        reserved_bytes=int(1.04 * n_bytes),
        device_bytes=int(1.04 * n_bytes + 0.5 * GIB),
        phases={name: int(share * n_bytes) for name, share in sizes.items()},
        warm_up=warm_up,
    )
    flush()


def card(n_bytes: float = 4.6 * GIB, **fields: object) -> dict[str, object]:
    shares = (("load", 0.75), ("forward", 0.9), ("loss", 0.99), ("backward", 1.0), ("optimizer", 0.97))
    return {
        "device": "cuda",
        "peak_allocated_bytes": int(n_bytes),
        "peak_reserved_bytes": int(1.04 * n_bytes),
        "peak_device_bytes": int(1.04 * n_bytes + 0.5 * GIB),
        "peak_phase": "backward",
        "phases": [{"name": name, "allocated_bytes": int(share * n_bytes)} for name, share in shares],
        "steps": 5,
        "step_time_s": 0.85,
        "power_w": 301.0,
        "samples_per_step": 8,
        **fields,
    }


VERSIONS = {"torch": "2.7.1+cu128", "transformers": "5.23.0", "cuda": "12.8"}
GPU = {"name": "NVIDIA A100-SXM4-80GB", "uuid": "GPU-1", "driver": "570.86"}


def end(status: str = "ok", **fields: object) -> None:
    say("end", status=status, **{"versions": VERSIONS, "gpu": GPU, **fields})
    flush()


def good() -> None:
    """Two steps of warm-up and five that count, on a card."""
    begin()
    for index in range(1, 8):
        step(index, warm_up=index <= 2)
    end(result=card())


def slow() -> None:
    """The same, as slowly as a card would."""
    for number, name in enumerate(("import torch", "import transformers", "build", "warm-up")):
        say("phase", name=name, t=0.5 * number)
        flush()
        time.sleep(0.8)
    for index in range(1, 8):
        if index == 3:
            say("phase", name="train", t=3.0)
        time.sleep(1.0)
        step(index, warm_up=index <= 2)
    end(result=card())


def out_of_memory() -> None:
    """The card's memory runs out in the second step."""
    begin()
    step(1, warm_up=True)
    result = card(failed_phase="backward", failed_step=2, exhausted="card", wanted_bytes=int(1.2 * GIB))
    end("oom", result=result, message="in backward of step 2: the card has run out of memory")


def out_of_memory_of_the_host() -> None:
    begin("build")
    result = {"device": "cpu", "failed_phase": "load", "exhausted": "host"}
    end("oom", result=result, gpu=None, message="in load: the host has run out of memory")


def flood() -> None:
    """100,000 remarks, and as many lines of a library."""
    begin()
    for number in range(N_FLOOD - 100):
        say("log", text=f"remark {number}: " + "x" * 60)
        if number % 1000 == 0:
            sys.stderr.write("a library prints a line\n" * 1000)
    step(1)
    end(result=card())


def flood_of_nonsense() -> None:
    begin()
    for number in range(N_FLOOD - 100):
        sys.stdout.write(f"a library prints {number}\n")
    step(1)
    end(result=card())


def kills_itself() -> None:
    begin()
    step(1)
    os.kill(os.getpid(), signal.SIGKILL)


def waits() -> None:
    """Runs until it is asked to stop."""
    begin()
    step(1, warm_up=True)
    step(2)
    for line in sys.stdin:
        if line.strip() == "stop":
            end("stopped", result=card(steps=1, step_time_s=0.82))
            return


def ranks(n: int = 2, n_bytes: float = 4.6 * GIB) -> list[dict[str, object]]:
    """Cards of which the second is a little fuller."""
    return [
        {
            "rank": rank,
            "host": "node-1",
            "gpu_name": GPU["name"],
            "gpu_uuid": f"GPU-{rank}",
            "peak_allocated_bytes": int(n_bytes + 0.1 * GIB * rank),
            "peak_reserved_bytes": int(1.04 * n_bytes + 0.1 * GIB * rank),
            "peak_device_bytes": int(1.04 * n_bytes + 0.5 * GIB + 0.1 * GIB * rank),
            "peak_phase": "backward",
            "step_time_s": 0.85,
        }
        for rank in range(n)
    ]


def several() -> None:
    """Two ranks on two cards, until they are asked to stop."""
    begin()
    for index in range(1, 8):
        step(index, warm_up=index <= 2)
    for line in sys.stdin:
        if line.strip() == "stop":
            end("stopped", result=card(4.7 * GIB, steps=5, ranks=ranks()))
            return


def loses_the_connection() -> None:
    begin()
    step(1)
    sys.stderr.write("Connection to gpu-box closed by remote host.\n")
    sys.stderr.flush()
    os._exit(255)


def never_stops() -> None:
    """Hears nothing, not even TERM."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    begin()
    step(1)
    time.sleep(HANG_SECONDS)


if __name__ == "__main__":
    globals()[sys.argv[1]]()

"""Workers that fail, each in its own way, as real processes: ``python misbehaving_workers.py NAME``.

They speak the protocol by hand, so that they prove what the launcher does and not what the worker is.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import time

HANG_SECONDS = 120.0


def say(event: str, **fields: object) -> None:
    sys.stdout.write(json.dumps({"event": event, **fields}) + "\n")
    sys.stdout.flush()


def begin() -> None:
    say("phase", name="import torch", t=0.01)


def step(index: int) -> None:
    say("step", index=index, seconds=0.01, loss=2.0, allocated_bytes=1000 + index, phases={"backward": 900})


def end(status: str = "ok", **fields: object) -> None:
    say("end", status=status, result={"device": "cpu", "peak_allocated_bytes": 1234}, **fields)


def good() -> None:
    """Two steps, half of them after it was asked to stop, and an end."""
    begin()
    say("phase", name="train", t=0.02)
    step(1)
    step(2)
    end(versions={"torch": "0"}, message="done")


def waits_for_stop() -> None:
    begin()
    say("phase", name="train", t=0.02)
    step(1)
    sys.stdin.readline()  # the spec
    for line in sys.stdin:
        if line.strip() == "stop":
            end("stopped")
            return


def ignores_stop() -> None:
    begin()
    time.sleep(HANG_SECONDS)


def ignores_stop_and_term() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    begin()
    step(1)
    time.sleep(HANG_SECONDS)


def says_nothing() -> None:
    time.sleep(HANG_SECONDS)


def killed() -> None:
    begin()
    say("phase", name="train", t=0.02)
    step(1)
    os.kill(os.getpid(), signal.SIGKILL)


def told_to_end() -> None:
    begin()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(HANG_SECONDS)


def aborts() -> None:
    begin()
    os.abort()


def crashes() -> None:
    import faulthandler

    faulthandler.enable()
    begin()
    ctypes.string_at(0)


def import_dies() -> None:
    begin()
    raise ImportError("libcudart.so.12: cannot open shared object file")


def exits_with_7() -> None:
    begin()
    sys.exit(7)


def leaves_politely_without_end() -> None:
    begin()


def says_nonsense() -> None:
    begin()
    for line in (
        b"hello\n",
        b"{}\n",
        b"[1]\n",
        b"\xff\xfe\n",
        b'{"event": []}\n',
        b'{"event": "step"}\n',
        b"\n",
    ):
        sys.stdout.buffer.write(line)
    sys.stdout.buffer.write(b"[" * 100_000 + b"\n")
    sys.stdout.buffer.write(b'{"event": "end", "status": "excellent"}\n')
    step(1)
    end()


def ends_twice() -> None:
    begin()
    end("oom", message="first")
    end("ok", message="second")
    step(9)


def lies_on() -> None:
    """Ends, and stays."""
    begin()
    end()
    time.sleep(HANG_SECONDS)


def huge_line() -> None:
    begin()
    for _ in range(600):
        sys.stdout.write("x" * 2**16)
    sys.stdout.write("\n")
    end()


def endless_line() -> None:
    begin()
    while True:
        sys.stdout.write("x" * 2**16)


def floods() -> None:
    begin()
    while True:
        sys.stdout.write("nonsense\n" * 1000)


def floods_stderr() -> None:
    begin()
    for _ in range(300):
        sys.stderr.write("x" * 2**16)
    end()


def half_an_end() -> None:
    begin()
    sys.stdout.write('{"event": "end", "status": "ok", "res')
    sys.stdout.flush()


def end_without_newline() -> None:
    begin()
    sys.stdout.write('{"event": "end", "status": "ok"}')
    sys.stdout.flush()


def closes_its_streams() -> None:
    begin()
    for number in (0, 1, 2):
        os.close(number)
    time.sleep(0.2)
    os._exit(5)


def leaves_a_child() -> None:
    """Its child holds the pipes open and outlives it."""
    begin()
    child = subprocess.Popen([sys.executable, "-c", f"import time; time.sleep({HANG_SECONDS})"])
    say("log", text=str(child.pid))
    end()


if __name__ == "__main__":
    globals()[sys.argv[1]]()

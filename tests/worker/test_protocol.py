"""The worker's side of the protocol, as real processes around small stand-ins for the training script."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gpuplanner.core.llm import Llm
from gpuplanner.core.plan import Plan
from gpuplanner.core.trial import Device, TrialSpec
from gpuplanner.core.trial_events import spec_to_line

TINY = Llm("tiny", "llama", 64, 2, 4, 2, 16, 128, 256, tie_word_embeddings=False)
SPEC = spec_to_line(TrialSpec(Plan(model="tiny", seq_len=16), TINY, device=Device.CPU))
OK = 'return TrialResult("cpu", peak_allocated_bytes=5)'
STEP = 'channel.phase("train"); channel.send(StepEvent(1, 0.5, 2.0, allocated_bytes=77))\n'
Start = Callable[..., Any]

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals")

# What a main thread may be busy with when somebody wants it to stop.
BUSY = {
    "sleeps": "time.sleep(100)",
    "loops in Python": "while True: pass",
    "sits in C without Python's lock": "hashlib.pbkdf2_hmac('sha256', b'', b'', 2**31 - 1)",
    "catches every Exception": "while True:\n    try: time.sleep(100)\n    except Exception: pass",
    "catches all": "while True:\n    try: time.sleep(100)\n    except BaseException: pass",
    "turns it into another exception": (
        "try: time.sleep(100)\nexcept BaseException: raise RuntimeError('CUDA error')"
    ),
}


def test_that_the_first_event_comes_before_the_spec(worker: Start) -> None:
    one = worker(OK)
    first = one.line()
    assert (first["event"], first["name"]) == ("phase", "import torch")
    assert first["t"] < 5


def test_that_a_trial_tells_its_phases_and_one_end(worker: Start) -> None:
    one = worker(STEP + OK)
    one.send(SPEC)
    events, _ = one.rest()
    assert [event.get("name", event["event"]) for event in events] == [
        "import torch",
        "import transformers",
        "train",
        "step",
        "end",
    ]
    end = events[-1]
    assert (end["status"], end["result"]["peak_allocated_bytes"]) == ("ok", 5)
    assert end["versions"] == {"torch": "0.0"}
    assert one.process.returncode == 0


@pytest.mark.parametrize(
    "spec", ["", "{", "[]", '"stop"', "{}", '{"plan": 3}', "x" * 5_000_000, "[" * 100_000]
)
def test_that_a_spec_that_is_none_is_a_failure(worker: Start, spec: str) -> None:
    one = worker(OK)
    one.send(spec or " {")
    events, _ = one.rest()
    assert [event["event"] for event in events] == ["phase", "end"]
    assert events[-1]["status"] == "failed"
    assert "reading the spec" in events[-1]["message"]


@posix
def test_that_what_libraries_print_goes_to_stderr_also_from_c(worker: Start) -> None:
    one = worker(
        """
        print("from train")
        os.system("echo from a shell")
        ctypes.CDLL(None).puts(b"from C"); ctypes.CDLL(None).fflush(None)
        os.write(1, b"from fd 1\\n")
        assert sys.stdin.read() == "", "stdin is empty for libraries"
        """
        + OK,
        torch="print('from torch')",
    )
    one.send(SPEC)
    events, log = one.rest()
    assert events[-1]["status"] == "ok"
    for words in ("from torch", "from train", "from a shell", "from C", "from fd 1"):
        assert words in log


@posix
@pytest.mark.parametrize("busy", BUSY)
@pytest.mark.parametrize("how", ["stop", "TERM"])
def test_that_stop_and_term_end_a_busy_trial_with_what_it_had(worker: Start, busy: str, how: str) -> None:
    if how == "TERM" and busy.startswith("sits in C"):
        pytest.skip("its handler waits for Python; the launcher has sent stop before, and KILLs after")
    one = worker(STEP + BUSY[busy])
    one.send(SPEC)
    one.until("step")
    if how == "stop":
        one.send("stop")
    else:
        one.process.send_signal(signal.SIGTERM)
    (end,), _ = one.rest()
    assert (end["event"], end["status"]) == ("end", "stopped")
    assert end["result"]["peak_allocated_bytes"] == 77
    assert end["result"]["step_time_s"] == 0.5


@posix
def test_that_stop_is_heard_while_torch_is_imported(worker: Start) -> None:
    one = worker(OK, torch="import time\ntime.sleep(100)")
    one.send(SPEC, "stop")
    assert one.rest()[0][-1]["status"] == "stopped"


def test_that_stop_before_the_spec_stops(worker: Start) -> None:
    one = worker(OK)
    one.send("stop")
    events, _ = one.rest()
    assert (events[-1]["status"], events[-1]["result"]) == ("stopped", None)


@posix
@pytest.mark.parametrize("busy", BUSY)
def test_that_a_worker_whose_parent_is_gone_leaves_without_a_word(worker: Start, busy: str) -> None:
    one = worker(STEP + BUSY[busy])
    one.send(SPEC)
    one.until("step")
    one.process.stdin.close()
    assert one.rest()[0] == []
    assert one.process.returncode == 3


@posix
def test_that_a_worker_that_holds_pythons_lock_dies_with_its_parent(tmp_path: Path, worker: Start) -> None:
    """Its threads are not run, so only the kernel can tell it."""
    pid_file = str(tmp_path / "pid")
    train = f"open({pid_file!r}, 'w').write(str(os.getpid()))\n1 in itertools.repeat(0)"
    one = worker(train)
    one.close()
    folder = one.folder
    script = (
        "import subprocess, sys, os, time\n"
        f"p = subprocess.Popen([sys.executable, '-m', 'gpuplanner.worker'], cwd={str(folder)!r}, "
        "stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)\n"
        f"p.stdin.write({SPEC!r}.encode() + b'\\n'); p.stdin.flush()\n"
        f"while not (os.path.exists({pid_file!r}) and os.path.getsize({pid_file!r})): time.sleep(0.01)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    import subprocess

    subprocess.run([sys.executable, "-c", script], check=False, timeout=60)
    pid = int(Path(pid_file).read_text())
    deadline = time.monotonic() + 60
    while _is_running(pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)


@posix
def test_that_ctrl_c_in_the_terminal_is_not_the_workers(worker: Start) -> None:
    one = worker(STEP + "time.sleep(0.3)\n" + OK)
    one.send(SPEC)
    one.until("step")
    one.process.send_signal(signal.SIGINT)
    assert one.rest()[0][-1]["status"] == "ok"


def test_that_the_time_limit_stops_it_and_says_so(worker: Start) -> None:
    limited = TrialSpec(Plan(model="tiny"), TINY, device=Device.CPU, time_limit_s=0.3)
    one = worker(STEP + "while True: channel.check_stop()")
    one.send(spec_to_line(limited))
    end = one.rest()[0][-1]
    assert (end["status"], end["message"]) == ("stopped", "the time limit of 0.3 s is over")


@pytest.mark.parametrize(
    ("stack", "words"),
    [
        (
            {"torch": "raise ImportError('libcudart.so.12: cannot open')"},
            "torch cannot be imported: ImportError",
        ),
        ({"torch": "import no_such_module"}, "No module named 'no_such_module'"),
        ({"transformers": "1/0"}, "in import transformers: ZeroDivisionError: division by zero"),
        ({"transformers": "import sys; sys.exit(4)"}, "sys.exit(4)"),
        ({"transformers": "raise ModuleNotFoundError(name='peft')"}, "peft is not installed in"),
    ],
)
def test_that_an_import_that_dies_is_a_failure_with_its_reason(
    worker: Start, stack: dict[str, str], words: str
) -> None:
    one = worker(OK, **stack)
    one.send(SPEC)
    events, log = one.rest()
    assert [event["event"] for event in events].count("end") == 1
    assert (events[-1]["status"], words in events[-1]["message"]) == ("failed", True), events[-1]
    assert "Traceback" in log


def test_that_a_result_that_cannot_be_written_down_is_a_failure(worker: Start) -> None:
    one = worker('return TrialResult("cpu", notes=(object(),))')
    one.send(SPEC)
    end = one.rest()[0][-1]
    assert (end["status"], "cannot be written down" in end["message"]) == ("failed", True)


def test_that_out_of_memory_is_a_result_with_phase_step_and_bytes(worker: Start) -> None:
    one = worker(
        STEP
        + 'channel.moment = "backward"\n'
        + "raise RuntimeError(\"DefaultCPUAllocator: can't allocate memory: you tried to allocate "
        + '1152921504606846976 bytes. Error code 12")'
    )
    one.send(SPEC)
    end = one.rest()[0][-1]
    result = end["result"]
    assert end["status"] == "oom"
    assert end["message"].startswith("in backward of step 2: the host has run out of memory")
    assert (result["failed_phase"], result["failed_step"], result["exhausted"]) == ("backward", 2, "host")
    assert result["wanted_bytes"] == 2**60
    assert result["peak_allocated_bytes"] == 77


@posix
def test_that_nothing_is_said_after_the_end_even_by_other_threads(worker: Start) -> None:
    one = worker(
        """
        import threading
        def talk():
            while True: channel.note("x")
        for _ in range(4): threading.Thread(target=talk, daemon=True).start()
        time.sleep(0.2)
        """
        + OK
    )
    one.send(SPEC)
    events, _ = one.rest()
    assert [event["event"] for event in events].count("end") == 1
    assert events[-1]["event"] == "end"


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"

"""A worker with another training stack around the real protocol, and small plans for the real one."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gpuplanner.core.llm import Llm
from gpuplanner.core.plan import PLAN_FIELD, Plan, Precision
from gpuplanner.core.resolve import fill_in
from gpuplanner.core.trial import Device, TrialSpec
from gpuplanner.data.catalog import load_catalog

PACKAGE = Path(__file__).resolve().parents[2] / "gpuplanner"
HANG_LIMIT_S = 60.0

VERSIONS = """
def library_versions():
    return {"torch": "0.0"}

def gpu_of(spec):
    return None
"""


class Worker:
    """A running worker."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gpuplanner.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(folder)},
            bufsize=0,
        )

    def send(self, *lines: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("".join(line + "\n" for line in lines).encode())

    def line(self) -> dict[str, Any]:
        """The next event."""
        assert self.process.stdout is not None
        found = json.loads(self._read_line())
        assert isinstance(found, dict)
        return found

    def until(self, event: str) -> dict[str, Any]:
        while (found := self.line())["event"] != event:
            pass
        return found

    def rest(self) -> tuple[list[dict[str, Any]], str]:
        """All further events, and what was said on stderr; stdin stays open until the worker has gone."""
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        said = self.process.stdout.readall()  # type: ignore[attr-defined]
        log = self.process.stderr.readall()  # type: ignore[attr-defined]
        self.process.wait(HANG_LIMIT_S)
        return [json.loads(line) for line in said.splitlines()], log.decode()

    def close(self) -> None:
        """Whatever is left of it goes."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()
        self.process.wait(HANG_LIMIT_S)

    def _read_line(self) -> bytes:
        assert self.process.stdout is not None
        line = b""
        while not line.endswith(b"\n"):
            byte = self.process.stdout.read(1)
            assert byte, (line, self.process.wait(HANG_LIMIT_S))
            line += byte
        return line


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    """Start a worker whose torch and whose ``run_trial`` are these texts."""
    started: list[Worker] = []

    def make(train: str, *, torch: str = "", transformers: str = "") -> Worker:
        folder = tmp_path / f"stack-{len(started)}"
        for part in ("core", "worker"):
            shutil.copytree(PACKAGE / part, folder / "gpuplanner" / part)
        shutil.copy(PACKAGE / "__init__.py", folder / "gpuplanner")
        (folder / "gpuplanner/worker/train.py").write_text(
            "import os, sys, time, hashlib, ctypes, itertools\n"
            "from gpuplanner.core.trial import TrialResult\n"
            "from gpuplanner.core.trial_events import StepEvent\n"
            "def run_trial(spec, channel, ranks):\n" + textwrap.indent(textwrap.dedent(train), "    ")
        )
        (folder / "gpuplanner/worker/versions.py").write_text(VERSIONS)
        (folder / "torch.py").write_text(textwrap.dedent(torch))
        (folder / "transformers.py").write_text(textwrap.dedent(transformers))
        started.append(Worker(folder))
        return started[-1]

    yield make
    for one in started:
        one.close()


@pytest.fixture
def tiny_spec() -> Callable[..., TrialSpec]:
    """Make the spec of a trial that a CPU runs in tenths of a second, from fields of plan and spec."""

    def make(**changes: Any) -> TrialSpec:
        llm = changes.pop("llm", TINY)
        wanted = {"model": llm.name, "seq_len": 32, "lora_rank": 4, "precision": Precision.FP32}
        wanted |= {name: changes.pop(name) for name in list(changes) if name in PLAN_FIELD}
        filled, _ = fill_in(Plan(**wanted), load_catalog().gpu(Plan.gpu))
        return TrialSpec(filled, llm, device=Device.CPU, **{"steps": 2, "warm_up_steps": 0, **changes})

    return make


TINY = Llm("tiny", "llama", 64, 2, 4, 2, 16, 128, 256, tie_word_embeddings=False)
"""Two layers, grouped queries."""


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Sums in one order, and the rest of the machine for others."""
    import torch  # after the fixtures' own start: the tests of the protocol's failures load it anyway

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)

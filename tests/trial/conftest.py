from __future__ import annotations

import os
import queue
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gpuplanner.core.llm import Llm
from gpuplanner.core.plan import Plan
from gpuplanner.core.trial import Device, TrialSpec
from gpuplanner.core.trial_events import EndEvent, LogEvent, StepEvent, TrialEvent
from gpuplanner.trial.backend import Backend, Running
from gpuplanner.trial.local import LocalBackend
from gpuplanner.trial.local_run import Limits
from gpuplanner.trial.ssh import SshBackend

WORKERS = Path(__file__).with_name("misbehaving_workers.py")
HANG_LIMIT_S = 60.0

TINY = Llm("tiny", "llama", 64, 2, 4, 2, 16, 128, 256, tie_word_embeddings=False)
SPEC = TrialSpec(Plan(model="tiny", seq_len=16), TINY, device=Device.CPU, steps=2, warm_up_steps=1)


class Heard:
    """Takes a trial's events, in whatever thread they come."""

    def __init__(self) -> None:
        self.events: list[TrialEvent] = []
        self.threads: set[int] = set()
        self._queue: queue.Queue[TrialEvent] = queue.Queue()

    def __call__(self, event: TrialEvent) -> None:
        self.threads.add(threading.get_ident())
        self.events.append(event)
        self._queue.put(event)

    def until(self, wanted: Callable[[TrialEvent], bool]) -> TrialEvent:
        """Wait for an event."""
        while True:
            event = self._queue.get(timeout=HANG_LIMIT_S)
            if wanted(event):
                return event

    @property
    def end(self) -> EndEvent:
        """The one end, which has to be the last event."""
        ends = [event for event in self.events if isinstance(event, EndEvent)]
        assert len(ends) == 1, ends
        assert self.events[-1] is ends[0]
        return ends[0]

    @property
    def steps(self) -> list[StepEvent]:
        return [event for event in self.events if isinstance(event, StepEvent)]

    @property
    def remarks(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, LogEvent)]


class Lab:
    """Runs trials for the tests."""

    spec = SPEC
    hang_limit_s = HANG_LIMIT_S

    def heard(self) -> Heard:
        """Something that takes events."""
        return Heard()

    def finished(self, backend: Backend, spec: TrialSpec = SPEC) -> Heard:
        """Run a trial to its end."""
        heard = Heard()
        running = backend.start(spec, heard)
        assert running.wait(HANG_LIMIT_S)
        return heard

    def stopped(
        self,
        backend: Backend,
        act: Callable[[Running], None] = lambda run: run.stop(),
        spec: TrialSpec = SPEC,
    ) -> Heard:
        """Run a trial, and do something to it after its first event."""
        heard = Heard()
        running = backend.start(spec, heard)
        heard.until(lambda event: True)
        act(running)
        assert running.wait(HANG_LIMIT_S)
        return heard


@pytest.fixture
def wait_until_gone() -> Callable[[int], None]:
    """Wait for the end of a process: a signal that was sent is not yet a process that is gone."""

    def wait(pid: int) -> None:
        limit = time.monotonic() + HANG_LIMIT_S
        while not _is_gone(pid):
            assert time.monotonic() < limit, f"process {pid} is still there"
            time.sleep(0.02)

    return wait


def _is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


@pytest.fixture
def lab() -> Lab:
    """What runs trials."""
    return Lab()


@pytest.fixture
def local(tmp_path: Path) -> Callable[..., LocalBackend]:
    """The local backend with a worker from misbehaving_workers.py."""

    def make(name: str, **limits: Any) -> LocalBackend:
        command = [sys.executable, "-S", "-E", str(WORKERS), name]
        return LocalBackend(command=command, cache=tmp_path / "cache", limits=Limits(**limits))

    return make


@pytest.fixture(scope="session")
def far_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, ...]]:
    """An ssh server of our own on this machine; gives the start of a line of ssh that knows it as ``far``."""
    server = shutil.which("sshd") or shutil.which("/usr/sbin/sshd")
    if server is None or shutil.which("ssh") is None:
        pytest.skip("OpenSSH's server is not installed (openssh-server)")
    folder = tmp_path_factory.mktemp("sshd")
    for name in ("host", "key"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(command, check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    shutil.copy(folder / "key.pub", folder / "authorized")
    lines = [f"Port {port}", "ListenAddress 127.0.0.1", f"HostKey {folder}/host", "PidFile none"]
    lines += [f"AuthorizedKeysFile {folder}/authorized", "StrictModes no", "UsePAM no"]
    lines += ["PasswordAuthentication no", "PermitRootLogin yes", "MaxStartups 50"]
    lines += [f"SetEnv XDG_CACHE_HOME={folder}/cache"]
    (folder / "server").write_text("\n".join(lines) + "\n")
    known = (folder / "host.pub").read_text().split()
    (folder / "known").write_text(f"[127.0.0.1]:{port} {known[0]} {known[1]}\n")
    lines = ["Host far", "HostName 127.0.0.1", f"Port {port}", f"IdentityFile {folder}/key"]
    lines += ["IdentitiesOnly yes", f"UserKnownHostsFile {folder}/known", "StrictHostKeyChecking yes"]
    (folder / "client").write_text("\n".join(lines) + "\n")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # where a server of root drops its rights; gone after a boot
    with subprocess.Popen([server, "-D", "-f", str(folder / "server")], stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(500):
                with socket.socket() as asking:
                    if asking.connect_ex(("127.0.0.1", port)) == 0:
                        break
                assert process.poll() is None, "sshd does not start"
                threading.Event().wait(0.02)
            yield ("ssh", "-F", str(folder / "client"))
        finally:
            process.terminate()


@pytest.fixture
def ssh(far_machine: tuple[str, ...], tmp_path: Path) -> Callable[..., SshBackend]:
    """The ssh backend with a worker from misbehaving_workers.py."""

    def make(name: str, **limits: Any) -> SshBackend:
        return SshBackend(
            "far",
            sys.executable,
            ssh=far_machine,
            command=["-S", "-E", str(WORKERS), name],
            cache=tmp_path / "cache",
            limits=Limits(**limits),
        )

    return make

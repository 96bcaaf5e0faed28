"""The Slurm backend on a cluster of one node: slurmctld and slurmd of our own, where they are installed."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gpuplanner.core.errors import InputError
from gpuplanner.core.plan import Plan, Sharding
from gpuplanner.core.trial import Device, TrialSpec, TrialStatus
from gpuplanner.core.trial_events import PhaseEvent
from gpuplanner.trial.slurm import SlurmBackend, death_of_tasks, srun_line

Lab = Any  # of conftest.py
Make = Callable[..., SlurmBackend]

START_LIMIT_S = 30.0
WORKERS = Path(__file__).with_name("misbehaving_workers.py")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Environment variables with which srun finds the cluster."""
    daemons = [shutil.which(name) or shutil.which(f"/usr/sbin/{name}") for name in ("slurmctld", "slurmd")]
    if None in daemons or shutil.which("srun") is None:
        pytest.skip("Slurm is not installed (slurm-wlm)")
    folder = tmp_path_factory.mktemp("slurm")
    for name in ("state", "spool"):
        (folder / name).mkdir()
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        ports = first.getsockname()[1], second.getsockname()[1]
    host, user = socket.gethostname().partition(".")[0], getpass.getuser()
    (folder / "slurm.conf").write_text(f"""
ClusterName=box
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
AuthType=auth/none
CredType=cred/none
SlurmUser={user}
SlurmdUser={user}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
KillWait=2
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP OverSubscribe=FORCE:8
""")
    environment = {**os.environ, "SLURM_CONF": str(folder / "slurm.conf"), "OMP_NUM_THREADS": "1"}
    log = (folder / "log").open("wb")
    started = [
        subprocess.Popen([str(path), "-D"], env=environment, stdout=log, stderr=log) for path in daemons
    ]
    try:
        until = time.monotonic() + START_LIMIT_S
        while True:
            line = ["sinfo", "-h", "-o", "%t"]
            said = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)
            if said.stdout.strip() in ("idle", "mix"):
                break
            if time.monotonic() > until or any(one.poll() is not None for one in started):
                pytest.skip(f"Slurm does not run here: {(folder / 'log').read_text()[-300:]}")
            time.sleep(0.1)
        yield environment
    finally:
        for one in reversed(started):
            one.terminate()
        for one in started:
            one.wait(START_LIMIT_S)
        log.close()


@pytest.fixture
def make(cluster: dict[str, str], tmp_path: Path) -> Make:
    """The backend with a worker from misbehaving_workers.py, or the real one and a stand-in library."""

    def backend(name: str = "", *, transformers: str = "", options: str = "") -> SlurmBackend:
        environment = dict(cluster)
        if transformers:
            (tmp_path / "transformers.py").write_text("import os, time\n" + transformers)
            environment["PYTHONPATH"] = str(tmp_path)
        command = [sys.executable, "-S", "-E", str(WORKERS), name] if name else None
        return SlurmBackend(
            sys.executable, options, cache=tmp_path / "cache", environment=environment, command=command
        )

    return backend


def two_ranks(spec: TrialSpec) -> TrialSpec:
    return replace(spec, plan=Plan(model="tiny", seq_len=16, gpus_per_node=2, sharding=Sharding.DDP))


def jobs(cluster: dict[str, str]) -> str:
    line = ["squeue", "-h", "-t", "PENDING,RUNNING"]
    return subprocess.run(line, env=cluster, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("good", TrialStatus.OK, "done"),
        ("exits_with_7", TrialStatus.FAILED, "exit code 7"),
        ("killed", TrialStatus.FAILED, "killed by the kernel"),
    ],
)
def test_that_a_job_step_tells_its_events_and_how_it_ended(
    lab: Lab, make: Make, name: str, status: TrialStatus, words: str
) -> None:
    end = lab.finished(make(name)).end
    assert (end.status, words in end.message) == (status, True), end


@pytest.mark.parametrize("act", ["stop", "close"])
def test_that_a_stopped_trial_leaves_no_job_behind(
    lab: Lab, make: Make, cluster: dict[str, str], act: str
) -> None:
    heard = lab.stopped(make("waits_for_stop"), lambda running: getattr(running, act)())
    assert heard.end.status is TrialStatus.STOPPED
    until = time.monotonic() + START_LIMIT_S
    while jobs(cluster):
        assert time.monotonic() < until
        time.sleep(0.1)


def test_that_slurm_s_refusal_is_told(lab: Lab, make: Make) -> None:
    end = lab.finished(make("good", options="--partition=none")).end
    assert (
        end.message == "Slurm has not run it: Unable to allocate resources: Invalid partition name specified"
    )


def test_that_the_task_that_fails_gives_the_reason_for_both(lab: Lab, make: Make) -> None:
    """Real torch in two tasks of a job step."""
    fails = (
        "if os.environ['SLURM_PROCID'] == '1': raise ImportError('tokenizers is too old')\ntime.sleep(100)"
    )
    heard = lab.finished(make(transformers=fails), two_ranks(lab.spec))
    assert heard.end.status is TrialStatus.FAILED
    assert heard.end.message.startswith("rank 1: in import transformers: transformers cannot be imported")
    phases = [event.name for event in heard.events if isinstance(event, PhaseEvent)]
    assert phases == ["import torch", "import transformers"], "one rank speaks"


def test_that_a_task_that_is_killed_is_named(lab: Lab, make: Make) -> None:
    dies = "if os.environ['SLURM_PROCID'] == '1': os.kill(os.getpid(), 9)\ntime.sleep(100)"
    end = lab.finished(make(transformers=dies), two_ranks(lab.spec)).end
    assert end.status is TrialStatus.FAILED
    assert end.message.startswith("task 1 on "), end
    assert "killed by the kernel" in end.message


def test_that_the_line_says_what_the_plan_takes_and_the_user_has_the_last_word(lab: Lab) -> None:
    spec = replace(two_ranks(lab.spec), device=Device.CUDA, time_limit_s=90.0)
    spec = replace(spec, plan=replace(spec.plan, nodes=3))
    line = srun_line(spec, "x", ["--time=5"])
    assert {"--nodes=3", "--ntasks-per-node=2", "--gpus-per-node=2", "--time=12"} <= set(line)
    assert line[-1] == "--time=5"
    assert "--gpus-per-node=2" not in srun_line(two_ranks(lab.spec), "x", [])


def test_that_no_srun_and_open_quotes_are_told(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match="mend its quotes"):
        SlurmBackend("python", "'")
    monkeypatch.setenv("PATH", str(tmp_path))
    end = lab.finished(SlurmBackend(sys.executable, cache=tmp_path)).end
    assert "there is no srun on this machine" in end.message


@pytest.mark.parametrize(
    ("tail", "words"),
    [
        (
            ("boom", "srun: error: gpu03: task 2: Exited with exit code 5"),
            "task 2 on gpu03: the worker is gone",
        ),
        (("srun: error: gpu03: tasks 0-1: Aborted (core dumped)",), "task 0-1 on gpu03: the worker is gone"),
        (("srun: error: gpu03: task 0: Out Of Memory",), "task 0 on gpu03: killed by the kernel"),
        (("hello",), "the worker is gone without a word: exit code 1; its last words: hello"),
    ],
)
def test_that_srun_s_words_are_understood(tail: tuple[str, ...], words: str) -> None:
    assert death_of_tasks(1, None, tail)[1].startswith(words)

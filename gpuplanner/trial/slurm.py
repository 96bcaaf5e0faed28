"""The Slurm backend: the worker as a job step of ``srun``, one task per GPU.

Slurm itself starts the ranks (`gpuplanner.worker.ranks` reads its variables), gives stdin to the first, and
ends all when one fails.  The worker's files lie in the user's cache, which the nodes have to share, as they
share the home folder on nearly every cluster; the same goes for the Python.
"""

from __future__ import annotations

import contextlib
import getpass
import re
import shlex
import shutil
import subprocess
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from gpuplanner.core.errors import InputError
from gpuplanner.core.trial import Device, TrialSpec, TrialStatus
from gpuplanner.core.trial_events import EndEvent, TrialEvent
from gpuplanner.trial.backend import Tell
from gpuplanner.trial.deaths import death_of
from gpuplanner.trial.local import WORKER, LocalBackend
from gpuplanner.trial.local_run import Limits, LocalRun

LIMITS = Limits(ask_s=1.5, term_s=3.0, first_event_s=24 * 3600.0, leave_s=10.0)
"""A job may wait in the queue for a day; TERM has to travel to the nodes."""
_CANCEL_S = 10.0
_MOST_QUEUE_AND_IMPORT_S = 600
_RANKS_BY_SLURM = "GPUPLANNER_RANKS_BY_SLURM"
"""`gpuplanner.worker.ranks` looks for it: a shell inside a job has Slurm's variables too."""
_SAID_OF_A_TASK = re.compile(r"srun: error: (\S+): tasks? ([\d,-]+): (.+)")
_EXITED = re.compile(r"Exited with exit code (\d+)")
_ENDED_BY = {"Killed": -9, "Aborted": -6, "Segmentation fault": -11, "Terminated": -15, "Out Of Memory": -9}


class SlurmBackend(LocalBackend):
    """Trials as job steps; ``options`` go to ``srun`` as they are: partition, account, constraints."""

    def __init__(
        self,
        python: str,
        options: str = "",
        *,
        cache: Path | None = None,
        environment: Mapping[str, str] | None = None,
        limits: Limits = LIMITS,
        command: Sequence[str] | None = None,
    ) -> None:
        super().__init__(python, command=command, cache=cache, environment=environment, limits=limits)
        try:
            self._options = shlex.split(options)
        except ValueError as error:
            raise InputError.of(
                f"{options!r} cannot be read ({error})", "--slurm", "mend its quotes"
            ) from error

    def start(self, spec: TrialSpec, tell: Tell) -> LocalRun:
        """Start a trial and return at once; see `gpuplanner.trial.backend.Backend`."""
        spec = replace(spec, gpu_uuid="")
        worker = [self._python, *WORKER] if self._command is None else self._command
        name = f"gpuplanner-{uuid.uuid4().hex[:12]}"
        command = [*srun_line(spec, name, self._options), *worker]

        def told(event: TrialEvent) -> None:
            if isinstance(event, EndEvent):
                self._cancel(name)
            tell(event)

        return self._begin(spec, told, command, {_RANKS_BY_SLURM: "1"}, death_of_tasks)

    def _cancel(self, name: str) -> None:
        """An srun that was killed leaves its job behind; one that has ended, none."""
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            line = ["scancel", "--quiet", f"--name={name}", f"--user={getpass.getuser()}"]
            given = None if self._environment is None else dict(self._environment)
            subprocess.run(line, capture_output=True, check=False, timeout=_CANCEL_S, env=given)

    def _process(self, command: Sequence[str], more: Mapping[str, str]) -> subprocess.Popen[bytes]:
        if shutil.which(command[0]) is None:
            raise InputError.of("there is no srun on this machine", command[0], "log in to the cluster first")
        return super()._process(command, more)


def srun_line(spec: TrialSpec, name: str, options: Sequence[str]) -> list[str]:
    """The start of the line; what the user says comes last and so has the last word."""
    plan = spec.plan
    line = [
        "srun",
        f"--nodes={plan.nodes}",
        f"--ntasks-per-node={plan.gpus_per_node}",
        f"--job-name={name}",
    ]
    # Lines at once, stdin to the first task only, and all go when one has failed.
    line += ["--unbuffered", "--input=0", "--kill-on-bad-exit=1"]
    if spec.device is not Device.CPU:
        line.append(f"--gpus-per-node={plan.gpus_per_node}")
    if spec.time_limit_s is not None:
        line.append(f"--time={-(-int(spec.time_limit_s + _MOST_QUEUE_AND_IMPORT_S) // 60)}")
    return [*line, *options]


def death_of_tasks(code: int, oom_kills: int | None, tail: tuple[str, ...]) -> tuple[TrialStatus, str, str]:
    """As `death_of`, of the task that srun says has failed first; or srun's own refusal."""
    of_tasks = [found for line in tail if (found := _SAID_OF_A_TASK.match(line.strip()))]
    said = tuple(line for line in tail if not line.startswith(("srun:", "slurmstepd:")))
    for found in of_tasks:
        node, tasks, how = found[1], found[2], found[3]
        exited = _EXITED.match(how)
        ended = next((number for words, number in _ENDED_BY.items() if how.startswith(words)), None)
        if exited is None and ended is None:
            continue
        status, message, exhausted = death_of(int(exited[1]) if exited else ended or 1, None, said)
        return status, f"task {tasks} on {node}: {message}", exhausted
    refused = next((line for line in reversed(tail) if line.startswith("srun: error")), "")
    if refused:
        return TrialStatus.FAILED, f"Slurm has not run it: {refused.removeprefix('srun: error: ')[:300]}", ""
    return death_of(code, oom_kills, tail)

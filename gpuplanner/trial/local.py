"""The local backend: the worker as a process of this machine, on the Python that it is given."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType

from gpuplanner.core.trial import TrialSpec
from gpuplanner.trial.backend import Tell
from gpuplanner.trial.child_environment import child_environment
from gpuplanner.trial.deaths import death_of
from gpuplanner.trial.local_run import Explain, Limits, LocalRun
from gpuplanner.trial.process_tree import own_group
from gpuplanner.trial.worker_files import worker_folder

WORKER = ("-m", "gpuplanner.worker")
NOTHING: Mapping[str, str] = MappingProxyType({})


class LocalBackend:
    """Trials as processes; ``command`` is the worker's, by default its module on ``python``."""

    def __init__(
        self,
        python: str = sys.executable,
        *,
        command: Sequence[str] | None = None,
        cache: Path | None = None,
        environment: Mapping[str, str] | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._python = python
        self._command = command
        self._cache = cache
        self._environment = environment
        self._limits = limits or Limits()

    def start(self, spec: TrialSpec, tell: Tell) -> LocalRun:
        """Start a trial and return at once; see `gpuplanner.trial.backend.Backend`."""
        command = [self._python, *WORKER] if self._command is None else self._command
        return self._begin(spec, tell, command)

    def _begin(
        self,
        spec: TrialSpec,
        tell: Tell,
        command: Sequence[str],
        more: Mapping[str, str] = NOTHING,
        explain: Explain = death_of,
    ) -> LocalRun:
        """Begin a run of a command with some variables more; ``explain`` says what its exit codes mean."""
        run = LocalRun(spec, tell, partial(self._process, command, more), self._limits, explain)
        run.begin()
        return run

    def _process(self, command: Sequence[str], more: Mapping[str, str]) -> subprocess.Popen[bytes]:
        """Start the process.  Raises InputError or OSError."""
        folder = worker_folder(self._cache)
        given = os.environ if self._environment is None else self._environment
        return subprocess.Popen(
            list(command),
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,  # ``-m`` puts the current folder on the path: it must not be one with a torch.py
            env={**child_environment(given, folder, self._python), **more},
            **own_group(),
        )

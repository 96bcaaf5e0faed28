"""The local backend: the worker as a process of this machine, on the Python that it is given."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gpuplanner.core.trial import TrialSpec
from gpuplanner.trial.backend import Tell
from gpuplanner.trial.child_environment import child_environment
from gpuplanner.trial.local_run import Limits, LocalRun
from gpuplanner.trial.worker_files import worker_folder

WORKER = ("-m", "gpuplanner.worker")


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
        run = LocalRun(spec, tell, self._process, self._limits)
        run.begin()
        return run

    def _process(self) -> subprocess.Popen[bytes]:
        """Start the process.  Raises InputError or OSError."""
        folder = worker_folder(self._cache)
        given = os.environ if self._environment is None else self._environment
        command = [self._python, *WORKER] if self._command is None else list(self._command)
        options: dict[str, Any] = {}
        if sys.platform == "win32":
            options["creationflags"] = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        else:
            options["start_new_session"] = True  # Ctrl+C in our terminal is for us
        return subprocess.Popen(
            command,
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,  # ``-m`` puts the current folder on the path: it must not be one with a torch.py
            env=child_environment(given, folder, self._python),
            **options,
        )

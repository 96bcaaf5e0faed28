"""The ssh backend: the worker on another machine, over the user's own ``ssh``.

The worker's files travel ahead of the spec on ssh's stdin (`gpuplanner.worker.arrive` takes them there), its
events come back on stdout.  ssh asks for nothing (BatchMode): keys, agents, jump hosts and ports are what the
user's own configuration says.  When the connection ends the far side sees its stdin end, and leaves.
"""

from __future__ import annotations

import io
import shlex
import shutil
import subprocess
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from gpuplanner.core.errors import InputError
from gpuplanner.core.trial import TrialSpec, TrialStatus
from gpuplanner.core.trial_events import LogEvent
from gpuplanner.trial.backend import Tell
from gpuplanner.trial.deaths import death_of
from gpuplanner.trial.local_run import Limits, LocalRun
from gpuplanner.trial.process_tree import own_group
from gpuplanner.trial.torchrun import ON_ONE_NODE, Rendezvous, death_of_ranks, is_several, worker_command
from gpuplanner.trial.worker_files import PACKAGE, worker_folder

LIMITS = Limits(first_event_s=90.0, leave_s=6.0)
_OPTIONS = (
    "BatchMode=yes",
    "ConnectTimeout=15",
    "ServerAliveInterval=10",
    "ServerAliveCountMax=3",
    "ClearAllForwardings=yes",
    "LogLevel=ERROR",
)
_OF_SSH = 255
_NO_PROGRAM = (126, 127)
_HINTS = {
    "permission denied": "set up a key for it (ssh-copy-id); no password is asked for here",
    "host key verification failed": "connect once by hand, to look at its key",
    "could not resolve": "check the name, or add it to your ssh configuration",
    "connection refused": "no ssh server answers there",
    "timed out": "the machine does not answer",
}
_LOST = ("broken pipe", "closed by remote host", "not responding", "connection reset", "timeout, server")
_NVML = "pynvml.py"


class SshBackend:
    """Trials on ``host``, a name that ``ssh`` knows; ``python`` is a program or an environment there."""

    def __init__(
        self,
        host: str,
        python: str = "",
        *,
        ssh: Sequence[str] = ("ssh",),
        cache: Path | None = None,
        limits: Limits = LIMITS,
        rendezvous: Rendezvous = ON_ONE_NODE,
        command: Sequence[str] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        if not host.strip() or host.strip().startswith("-") or any(c.isspace() for c in host.strip()):
            raise InputError.of(f"{host!r} is no name of a machine", "--host", "give it as for ssh")
        self._host, self._python = host.strip(), python.strip() or "python3"
        self._ssh, self._cache, self._limits = tuple(ssh), cache, limits
        self._rendezvous, self._command, self._environment = rendezvous, command, environment

    def start(self, spec: TrialSpec, tell: Tell) -> LocalRun:
        """Start a trial and return at once; see `gpuplanner.trial.backend.Backend`."""
        nvml = spec.nvml_module
        spec = replace(spec, nvml_module=_NVML if nvml else "", gpu_uuid="")
        if spec.checkpoint:
            tell(LogEvent("Weights stay on this machine: there they are random, which changes no figure"))
            spec = replace(spec, checkpoint="", trust_remote_code=False)
        files = _files(self._cache, nvml)
        several = is_several(spec)
        line = self._command or worker_command("", spec, self._rendezvous)[1:]
        explain = partial(_death, self._host, self._python, several)
        start = partial(self._process, len(files.content), files.name, line)
        run = LocalRun(spec, tell, start, self._limits, explain, files.content)
        run.begin()
        return run

    def _process(self, length: int, name: str, line: Sequence[str]) -> subprocess.Popen[bytes]:
        """Start ssh.  Raises InputError or OSError."""
        if shutil.which(self._ssh[0]) is None:
            raise InputError.of("there is no ssh on this machine", self._ssh[0], "install OpenSSH's client")
        options = [part for option in _OPTIONS for part in ("-o", option)]
        return subprocess.Popen(
            [*self._ssh, "-T", *options, "--", self._host, _far_line(self._python, length, name, line)],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=None if self._environment is None else dict(self._environment),
            **own_group(),
        )


@dataclass(frozen=True)
class _Files:
    """What is sent ahead: a tar, and the name of the folder that it makes there."""

    content: bytes
    name: str


def _files(cache: Path | None, nvml: str) -> _Files:
    """The worker's files as a tar, and NVML's module with them.  Raises InputError."""
    folder = worker_folder(cache)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", compresslevel=6) as archive:
        archive.add(folder / "gpuplanner", "gpuplanner", filter=_without_owner)
        if nvml:
            archive.add(nvml, _NVML, filter=_without_owner)
    # Another name than the local one: the far machine may be this one, or share its home.
    return _Files(packed.getvalue(), f"far-{folder.name}{'-nvml' if nvml else ''}")


def _without_owner(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    if "__pycache__" in member.name:
        return None
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def _far_line(python: str, length: int, name: str, line: Sequence[str]) -> str:
    """The far shell's line: any shell starts sh, and sh the Python, of an environment's folder too."""
    text = (PACKAGE / "worker" / "arrive.py").read_text(encoding="utf-8")
    quoted = shlex.quote(python)
    if python == "~" or python.startswith("~/"):
        quoted = '"$HOME"' + shlex.quote(python[1:])
    arguments = shlex.join(["-c", text, str(length), name, *line])
    far = f'P={quoted}; if [ -d "$P" ]; then P=$P/bin/python; fi; exec "$P" {arguments}'
    return f"exec sh -c {shlex.quote(far)}"


def _death(
    host: str, python: str, several: bool, code: int, _oom_kills: int | None, tail: tuple[str, ...]
) -> tuple[TrialStatus, str, str]:
    """As `death_of`, of a process on another machine, or of the connection to it."""
    said = [line.strip() for line in tail if line.strip()]
    last = said[-1][:300] if said else ""
    if code == _OF_SSH:
        hint = next((hint for words, hint in _HINTS.items() if words in last.lower()), "")
        lost = any(words in last.lower() for words in _LOST)
        what = f"the connection to {host} is lost" if lost or not last else f"ssh {host} has failed"
        return TrialStatus.FAILED, what + (f": {last}" if last else "") + (f"; {hint}" if hint else ""), ""
    if code in _NO_PROGRAM:
        return TrialStatus.FAILED, f"there is no Python {python} on {host}; name another with --python", ""
    if code < 0:
        return TrialStatus.FAILED, f"ssh itself was ended by signal {-code}", ""
    explain = death_of_ranks if several else death_of
    status, message, exhausted = explain(128 - code if 128 < code < _OF_SSH else code, None, tail)
    return status, f"on {host}: {message}", exhausted

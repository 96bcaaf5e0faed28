"""Several ranks: the worker under torchrun, one process per GPU, on one node or on several.

torchrun (``python -m torch.distributed.run``) starts the ranks and lets them find each other; its first rank
speaks for all (`gpuplanner.worker.ranks`).  On several nodes the same trial is started on each, with the same
address; the node whose number is 0 has that address.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gpuplanner.core.errors import InputError
from gpuplanner.core.trial import TrialKind, TrialSpec, TrialStatus
from gpuplanner.trial.backend import Backend, Tell
from gpuplanner.trial.deaths import death_of
from gpuplanner.trial.local import WORKER, LocalBackend
from gpuplanner.trial.local_run import Limits, LocalRun

_TORCHRUN = "torch.distributed.run"
_SHUTDOWN_S = "2"
"""torchrun waits so long between TERM and KILL; by itself, half a minute."""
LIMITS = Limits(first_event_s=120.0, leave_s=6.0)
"""torchrun imports torch before it starts the ranks, and sees them all off at the end."""
# Of torchrun's summary (torch/distributed/elastic/multiprocessing/errors/__init__.py).
_RANK = re.compile(r"^\s*rank\s*: (\d+)", re.MULTILINE)
_OWN_LOG = re.compile(r"^[IWEC]\d{4} \d\d:")
_CODE = re.compile(r"^\s*exitcode\s*: (-?\d+)", re.MULTILINE)
_RUN_FILE = "torch/distributed/run.py"
_ROOT_CAUSE = "Root Cause"


@dataclass(frozen=True)
class Rendezvous:
    """Where the nodes meet: host and port of node 0, and which node this is."""

    host: str = ""
    """Empty: one node only, which meets itself."""
    port: int = 29500
    node: int = 0


ON_ONE_NODE = Rendezvous()


def meeting_point(address: str, node: int, nodes: int) -> Rendezvous:
    """Where several nodes meet: ``address`` is the first one's ``HOST`` or ``HOST:PORT``.

    Raises:
        InputError: it is no address, or there is no such node.
    """
    if not 0 <= node < nodes:
        raise InputError.of(f"{node} is no number of a node", "node", f"they go from 0 to {nodes - 1}")
    if not address.strip():
        what = f"the plan has {nodes} nodes, which have to find each other"
        raise InputError.of(what, "first node", "name the first node, and start the same trial on each")
    host, _, port = address.strip().partition(":")
    if not host or host.startswith("-") or any(c.isspace() for c in host) or not (port or "1").isdigit():
        raise InputError.of(f"{address} is no address", "first node", "give HOST or HOST:PORT")
    return Rendezvous(host, int(port or ON_ONE_NODE.port), node)


def is_several(spec: TrialSpec) -> bool:
    """Whether the trial takes more than one process."""
    return spec.kind is TrialKind.TRIAL and spec.plan.n_gpus > 1


def worker_command(python: str, spec: TrialSpec, rendezvous: Rendezvous = ON_ONE_NODE) -> list[str]:
    """The line that runs the spec's worker: alone, or under torchrun."""
    if not is_several(spec):
        return [python, *WORKER]
    nodes, ranks = spec.plan.nodes, spec.plan.gpus_per_node
    meet = ["--standalone"]
    if nodes > 1:
        meet = [f"--nnodes={nodes}", f"--node-rank={rendezvous.node}"]
        meet += [f"--master-addr={rendezvous.host}", f"--master-port={rendezvous.port}"]
    line = [python, "-m", _TORCHRUN, f"--nproc-per-node={ranks}", *meet, "--max-restarts=0"]
    return [*line, *WORKER]


class TorchrunBackend(LocalBackend):
    """Trials of several ranks on this machine, which may be one node of several."""

    def __init__(
        self,
        python: str = sys.executable,
        *,
        rendezvous: Rendezvous = ON_ONE_NODE,
        command: Sequence[str] | None = None,
        cache: Path | None = None,
        environment: Mapping[str, str] | None = None,
        limits: Limits = LIMITS,
    ) -> None:
        super().__init__(python, command=command, cache=cache, environment=environment, limits=limits)
        self._rendezvous = rendezvous

    def start(self, spec: TrialSpec, tell: Tell) -> LocalRun:
        """Start a trial and return at once; see `gpuplanner.trial.backend.Backend`."""
        # Each rank takes the card of its number; which one is the first, CUDA_VISIBLE_DEVICES says.
        spec = replace(spec, gpu_uuid="")
        command = self._command or worker_command(self._python, spec, self._rendezvous)
        more = {"TORCH_ELASTIC_SHUTDOWN_TIMEOUT": _SHUTDOWN_S}
        return self._begin(spec, tell, command, more, death_of_ranks)


def death_of_ranks(code: int, oom_kills: int | None, tail: tuple[str, ...]) -> tuple[TrialStatus, str, str]:
    """As `death_of`, of the rank that torchrun says has failed first."""
    text = "\n".join(tail)
    if "No module named 'torch'" in text or "No module named torch" in text:
        return TrialStatus.FAILED, "torch is not installed in that Python; choose another, or install it", ""
    summary = text.rpartition(_ROOT_CAUSE)[2]
    rank, ended = _RANK.search(summary), _CODE.search(summary)
    if rank is None or ended is None:
        return death_of(code, oom_kills, tail)
    said = tuple(line for line in _said_by_ranks(tail) if not _OWN_LOG.match(line))
    status, message, exhausted = death_of(int(ended[1]), oom_kills, said)
    return status, f"rank {rank[1]}: {message}", exhausted


def _said_by_ranks(tail: Sequence[str]) -> tuple[str, ...]:
    """What was said before torchrun's own traceback and summary."""
    own = (i for i, line in enumerate(tail) if "ChildFailedError" in line or _RUN_FILE in line)
    return tuple(tail[: next(own, None)])


def backend_for(spec: TrialSpec, python: str, *, rendezvous: Rendezvous = ON_ONE_NODE) -> Backend:
    """The backend of this machine that the spec takes."""
    if is_several(spec):
        return TorchrunBackend(python, rendezvous=rendezvous)
    return LocalBackend(python)

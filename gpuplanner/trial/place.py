"""Where a trial runs, as plain values, and the backend that this comes to."""

from __future__ import annotations

import shlex
import shutil
from dataclasses import dataclass
from enum import StrEnum

from gpuplanner.core.errors import InputError
from gpuplanner.core.plan import Plan
from gpuplanner.core.trial import TrialKind, TrialSpec
from gpuplanner.trial.backend import Backend, Running, Tell
from gpuplanner.trial.slurm import SlurmBackend
from gpuplanner.trial.ssh import SshBackend
from gpuplanner.trial.torchrun import ON_ONE_NODE, Rendezvous, backend_for, meeting_point


class Where(StrEnum):
    """The kinds of places."""

    HERE = "here"
    SSH = "ssh"
    SLURM = "slurm"


@dataclass(frozen=True)
class TrialPlace:
    """A place; what does not belong to its kind is left empty."""

    where: Where = Where.HERE
    python: str = ""
    """A program here; with ssh: one there, or an environment's folder."""
    host: str = ""
    """With ssh: a name that ssh knows."""
    srun_options: str = ""
    node: int = 0
    """The number of this node, of several that torchrun starts."""
    first_node: str = ""
    """``HOST`` or ``HOST:PORT``: where node 0 is reached."""

    @property
    def is_here(self) -> bool:
        """Whether the worker is a process of this computer."""
        return self.where is Where.HERE


HERE = TrialPlace()


def check_place(place: TrialPlace, plan: Plan) -> None:
    """See whether the plan's trial can be sent there, as far as this computer knows.

    Raises:
        InputError: something is missing, or it contradicts the plan.
    """
    if place.where is Where.SLURM:
        try:
            shlex.split(place.srun_options)
        except ValueError as error:
            what = f"{place.srun_options!r} cannot be read ({error})"
            raise InputError.of(what, "srun", "mend its quotes") from error
        if shutil.which("srun") is None:
            raise InputError.of("there is no srun on this computer", "srun", "log in to the cluster first")
        return
    if place.where is Where.SSH:
        if not place.host.strip():
            raise InputError.of("no other computer is named", "ssh", "name one as you would for ssh")
        SshBackend(place.host)
        if shutil.which("ssh") is None:
            raise InputError.of("there is no ssh on this computer", "ssh", "install OpenSSH's client")
    _meet(place, plan)


def backend_at(place: TrialPlace, spec: TrialSpec) -> Backend:
    """The backend for a spec there; a dry run is one process of this computer, wherever trials run.

    Raises:
        InputError: as `check_place`.
    """
    if spec.kind is TrialKind.DRY_RUN:
        return backend_for(spec, place.python)
    if place.where is Where.HERE:
        return backend_for(spec, place.python, rendezvous=_meet(place, spec.plan))
    if place.where is Where.SLURM:
        return SlurmBackend(place.python, place.srun_options)
    return SshBackend(place.host, place.python, rendezvous=_meet(place, spec.plan))


class PlacedBackend:
    """Trials at a place, each on the backend that its spec wants."""

    def __init__(self, place: TrialPlace) -> None:
        self._place = place

    def start(self, spec: TrialSpec, tell: Tell) -> Running:
        """Start a trial and return at once; see `gpuplanner.trial.backend.Backend`."""
        return backend_at(self._place, spec).start(spec, tell)


def _meet(place: TrialPlace, plan: Plan) -> Rendezvous:
    return ON_ONE_NODE if plan.nodes == 1 else meeting_point(place.first_node, place.node, plan.nodes)

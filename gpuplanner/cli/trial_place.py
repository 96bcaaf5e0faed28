"""Where `gpuplanner trial` runs: here, under torchrun on one node or several, on another machine over ssh."""

from __future__ import annotations

import argparse

from gpuplanner.cli.worker_run import Prepared
from gpuplanner.core.errors import InputError
from gpuplanner.trial.backend import Backend
from gpuplanner.trial.slurm import SlurmBackend
from gpuplanner.trial.ssh import SshBackend
from gpuplanner.trial.torchrun import ON_ONE_NODE, Rendezvous, backend_for, is_several, meeting_point


def add_place_options(parser: argparse.ArgumentParser) -> None:
    """The options that say where a trial runs."""
    place = parser.add_argument_group("where it runs")
    place.add_argument(
        "--host",
        metavar="NAME",
        help="another machine, over your own ssh (no password is asked for); --python is then a Python there",
    )
    place.add_argument(
        "--rendezvous",
        metavar="HOST[:PORT]",
        help="with --nodes above 1: where the first node is reached; start the same line on every node",
    )
    place.add_argument(
        "--slurm",
        nargs="?",
        const="",
        metavar="OPTIONS",
        help="as a job step of Slurm, one task per GPU; OPTIONS go to srun, such as '--partition=gpu'",
    )
    place.add_argument("--node", metavar="K", default="0", help="the number of this node; the first is 0")


def backend_of(options: argparse.Namespace, prepared: Prepared) -> Backend:
    """The backend that the options ask for.

    Raises:
        InputError: they contradict each other or the plan.
    """
    if options.slurm is not None:
        if options.host or options.rendezvous:
            raise InputError.of(
                "Slurm finds the nodes itself", "--slurm", "leave --host and --rendezvous out"
            )
        return SlurmBackend(prepared.python, options.slurm)
    meet = _rendezvous(options, prepared.spec.plan.nodes, several=is_several(prepared.spec))
    if options.host:
        return SshBackend(options.host, prepared.python, rendezvous=meet)
    return backend_for(prepared.spec, prepared.python, rendezvous=meet)


def _rendezvous(options: argparse.Namespace, nodes: int, *, several: bool) -> Rendezvous:
    node = options.node
    if not several or nodes == 1:
        if options.rendezvous or node != "0":
            raise InputError.of("the plan has one node", "--rendezvous", "say how many with --nodes")
        return ON_ONE_NODE
    if not node.isdigit():
        raise InputError.of(f"{node} is no number of a node", "--node", f"they go from 0 to {nodes - 1}")
    return meeting_point(options.rendezvous or "", int(node), nodes)

"""Places and what they come to; names of ssh's configuration."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gpuplanner.core.errors import InputError
from gpuplanner.core.plan import Plan, Sharding
from gpuplanner.core.trial import TrialKind
from gpuplanner.trial.local import LocalBackend
from gpuplanner.trial.place import TrialPlace, Where, backend_at, check_place
from gpuplanner.trial.slurm import SlurmBackend
from gpuplanner.trial.ssh import SshBackend
from gpuplanner.trial.ssh_hosts import MOST_HOSTS, known_hosts
from gpuplanner.trial.torchrun import Rendezvous, TorchrunBackend, meeting_point

Lab = Any  # of conftest.py
NODES = Plan(model="tiny", seq_len=16, nodes=2, gpus_per_node=2, sharding=Sharding.DDP)
ONE = Plan(model="tiny", seq_len=16)


def test_that_each_place_has_its_backend(lab: Lab) -> None:
    several = replace(lab.spec, plan=replace(NODES, nodes=1))
    kinds = [
        type(backend_at(TrialPlace(python="p"), lab.spec)),
        type(backend_at(TrialPlace(python="p"), several)),
        type(backend_at(TrialPlace(Where.SSH, "p", "far"), several)),
        type(backend_at(TrialPlace(Where.SLURM, "p"), several)),
        type(backend_at(TrialPlace(Where.SSH, "p", "far"), replace(several, kind=TrialKind.DRY_RUN))),
    ]
    assert kinds == [LocalBackend, TorchrunBackend, SshBackend, SlurmBackend, LocalBackend]


def test_that_nodes_need_a_meeting_point() -> None:
    assert meeting_point("head", 1, 2) == Rendezvous("head", 29500, 1)
    assert meeting_point(" head:99 ", 0, 2) == Rendezvous("head", 99, 0)
    for address, node, words in (
        ("", 0, "have to find each other"),
        ("head", 2, "from 0 to 1"),
        ("head:x", 0, "is no address"),
        ("-o", 0, "is no address"),
        ("a b", 0, "is no address"),
    ):
        with pytest.raises(InputError, match=words):
            meeting_point(address, node, 2)


@pytest.mark.parametrize(
    ("place", "plan", "words"),
    [
        (TrialPlace(), NODES, "have to find each other"),
        (TrialPlace(Where.SSH), ONE, "no other computer is named"),
        (TrialPlace(Where.SSH, host="-oProxyCommand=x"), ONE, "is no name of a machine"),
        (TrialPlace(Where.SSH, host="far"), ONE, "no ssh on this computer"),
        (TrialPlace(Where.SLURM), ONE, "no srun on this computer"),
        (TrialPlace(Where.SLURM, srun_options="--x 'a"), ONE, "cannot be read"),
    ],
)
def test_that_what_is_missing_is_said_before_the_start(
    place: TrialPlace, plan: Plan, words: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match=words):
        check_place(place, plan)
    check_place(TrialPlace(), ONE)


def test_that_hosts_of_ssh_s_configuration_are_offered(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text(
        'Host gpu-box "lab h100" *.example !no ?x # not this\n  HostName 10.0.0.1\nhost=eq\n'
        "Include more/*.conf\nInclude config\nHost 'unclosed\n\nHOST gpu-box last\n"
    )
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "a.conf").write_text("Host from-a\nMatch host x\n")
    (tmp_path / "more" / "b.conf").write_bytes(b"Host \xff from-b\n")
    found = known_hosts(config)
    assert found[:4] == ("gpu-box", "lab h100", "eq", "last")
    assert {"from-a", "from-b"} < set(found)
    assert known_hosts(tmp_path / "none") == ()
    config.write_text("Host " + " ".join(f"h{n}" for n in range(999)))
    assert len(known_hosts(config)) == MOST_HOSTS

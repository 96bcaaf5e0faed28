"""The shipped table of other estimators."""

from __future__ import annotations

from pathlib import Path

import pytest

from gpuplanner.core.errors import InputError
from gpuplanner.data.peers import load_peers


def test_that_the_peers_are_sorted_and_have_their_source() -> None:
    peers = load_peers()
    errors = [peer.memory_mape for peer in peers if peer.memory_mape is not None]
    assert len(peers) == 12
    assert errors == sorted(errors)
    assert all(
        peer.source and peer.version and peer.measured_on for peer in peers if peer.name != "rule of thumb"
    )
    assert all(0 < peer.cells_expressed <= peer.cells_total == 81 for peer in peers)


def test_that_a_peer_that_gives_no_time_has_none() -> None:
    times = {peer.name: peer.step_time_mape for peer in load_peers()}
    assert times["llm-analysis"] == 0.71
    assert times["DeepSpeed estimate_zero3"] is None


def test_that_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "peers.csv"
    path.write_text("estimator,cells_expressed\nsomething,many\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"peers\.csv, line 2"):
        load_peers(path)

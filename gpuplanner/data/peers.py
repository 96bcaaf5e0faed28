"""Reads the shipped table of other estimators, each run with its own code on the profile's cells."""

from __future__ import annotations

import csv
from pathlib import Path

from gpuplanner.core.errors import InputError
from gpuplanner.core.peers import Peer
from gpuplanner.data.resources import resource
from gpuplanner.data.whole_file import read_whole

_LIMIT_BYTES = 1_000_000


def load_peers(path: Path | None = None) -> tuple[Peer, ...]:
    """The peers in the order of the file, the best in memory first.

    Raises:
        InputError: the file is missing, or a line of it cannot be read.
    """
    path = path or resource("catalog", "peers.csv")
    text = read_whole(path, _LIMIT_BYTES).decode("utf-8")
    peers = []
    for number, line in enumerate(csv.DictReader(text.splitlines()), 2):
        try:
            peers.append(_peer(line))
        except (KeyError, ValueError, TypeError) as error:
            raise InputError.of("this line cannot be read", f"{path.name}, line {number}") from error
    return tuple(peers)


def _peer(line: dict[str, str]) -> Peer:
    return Peer(
        name=line["estimator"],
        program=line["program"],
        source=line["source"],
        version=line["version"],
        cells_expressed=int(line["cells_expressed"]),
        cells_total=int(line["cells_total"]),
        memory_mape=_number(line["memory_mape"]),
        step_time_mape=_number(line["step_time_mape"]),
        seconds_per_estimate=_number(line["seconds_per_estimate"]),
        measured_on=line["measured_on"],
        note=line["note"],
    )


def _number(text: str) -> float | None:
    return float(text) if text else None

"""Xid faults come through NVML's events: once, to who asked before they happened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Look = Callable[[str], Any]


def test_that_a_fault_is_kept_for_its_card(look: Look) -> None:
    out = look(
        """
scene.cards(2)
poller = Poller()
out.append(look(poller, 0.0, "xid"))
scene.set("gpu.1.xid", 79)
out.append(look(poller, 1.0, "xid"))
out.append(look(poller, 2.0, "xid"))
"""
    )
    assert out[0] == ["ok", [None, 0], [None, 0]]
    assert out[1] == out[2] == ["ok", [None, 0], [None, 79]]


def test_that_a_fault_survives_reopening_and_the_next_one_is_told(look: Look) -> None:
    out = look(
        """
scene.cards(1)
poller = Poller()
look(poller, 0.0)
scene.set("gpu.0.xid", 31)
look(poller, 1.0)
poller.close()
out.append(look(poller, 2.0, "xid"))
scene.set("gpu.0.xid", 48)
out.append(look(poller, 3.0, "xid"))
"""
    )
    assert out == [["ok", [None, 31]], ["ok", [None, 48]]]


def test_that_a_driver_without_events_says_so(look: Look) -> None:
    out = look(
        """
scene.cards(1, xid="NS")
out.append(look(Poller(), 0.0, "xid"))
scene.set("error.nvmlEventSetCreate", 3)
out.append(look(Poller(), 0.0, "xid"))
"""
    )
    assert out[0] == out[1]
    assert out[0][1][1][0] == "not supported"


def test_that_a_fault_set_before_nobody_watched_is_not_told(look: Look) -> None:
    out = look(
        """
scene.cards(1, xid=13)
out.append(look(Poller(), 0.0, "xid"))
"""
    )
    assert out == [["ok", [None, 0]]]

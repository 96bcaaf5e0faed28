"""The checks before a trial."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gpuplanner.trial import preflight
from gpuplanner.trial.preflight import Facts, Level, disk_free_bytes, host_free_bytes, judge

GOOD = Facts(
    on_card=True,
    needed_bytes=20,
    free_bytes=70,
    probability=0.97,
    python="python",
    disk_free_bytes=10**10,
    expected_s=100.0,
    time_limit_s=300.0,
)


def level(facts: Facts, key: str) -> Level:
    return {check.key: check.level for check in judge(facts)}[key]


def test_that_a_good_start_has_nothing_against_it() -> None:
    assert {check.level for check in judge(GOOD)} == {Level.OK}
    assert [check.key for check in judge(GOOD)] == ["memory", "processes", "environment", "disk", "time"]


@pytest.mark.parametrize(
    ("probability", "expected"), [(0.95, Level.OK), (0.7, Level.NOTE), (0.49, Level.NO), (0.0, Level.NO)]
)
def test_that_memory_is_judged_by_its_probability_on_a_card(probability: float, expected: Level) -> None:
    assert level(replace(GOOD, probability=probability), "memory") is expected


def test_that_the_host_memory_is_judged_by_what_is_free() -> None:
    host = replace(GOOD, on_card=False, probability=None)
    assert level(host, "memory") is Level.OK
    assert level(replace(host, free_bytes=19), "memory") is Level.NO
    assert level(replace(host, free_bytes=None), "memory") is Level.NOTE
    assert "processes" not in {check.key for check in judge(host)}


def test_that_a_dry_run_needs_no_free_card() -> None:
    assert level(replace(GOOD, dry_run=True, free_bytes=1, probability=0.0), "memory") is Level.OK


def test_that_what_speaks_against_a_start_is_a_no() -> None:
    assert level(replace(GOOD, python_problem="no torch"), "environment") is Level.NO
    assert level(replace(GOOD, disk_free_bytes=0), "disk") is Level.NO
    assert level(replace(GOOD, disk_free_bytes=None), "disk") is Level.NOTE
    assert judge(replace(GOOD, another="x.gpuplan"))[0] == preflight.Check("another", Level.NO)
    assert judge(replace(GOOD, plan_problem="inference"))[0] == preflight.Check("plan", Level.NO)


def test_that_a_time_above_the_limit_is_a_note() -> None:
    assert level(replace(GOOD, expected_s=301.0), "time") is Level.NOTE
    assert level(replace(GOOD, expected_s=None), "time") is Level.OK


def test_that_others_on_the_card_are_a_note() -> None:
    assert level(replace(GOOD, processes=(("Xorg", 9),)), "processes") is Level.NOTE


def test_that_this_machine_says_what_is_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = host_free_bytes()
    assert free is None or 0 < free < 2**50
    assert (disk_free_bytes(tmp_path / "not" / "yet" / "there") or 0) > 0
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal: 9 kB\nMemAvailable:    1024 kB\n")
    monkeypatch.setattr(preflight, "_MEMINFO", meminfo)
    assert preflight._free_of_system() == 2**20


def test_that_a_containers_limit_counts(tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text("1000\n")
    (tmp_path / "memory.current").write_text("700\n")
    (tmp_path / "memory.stat").write_text("anon 500\ninactive_file 200\n")
    assert preflight._free_of_cgroup(tmp_path) == 500
    (tmp_path / "memory.max").write_text("max\n")
    assert preflight._free_of_cgroup(tmp_path) is None
    assert preflight._free_of_cgroup(tmp_path / "none") is None


def test_that_ranks_need_a_card_each_and_places_have_their_checks() -> None:
    several = replace(GOOD, n_ranks=2, n_cards=2)
    assert level(several, "ranks") is Level.OK
    assert level(replace(several, n_cards=1), "ranks") is Level.NO
    assert level(replace(several, n_cards=None), "ranks") is Level.OK
    assert level(replace(several, n_cards=0, on_card=False), "ranks") is Level.OK
    assert judge(replace(GOOD, place_problem="no host"))[0] == preflight.Check("place", Level.NO)
    far = {check.key for check in judge(replace(several, elsewhere="gpu-box", power_cap_watts=400.0))}
    assert not far & {"processes", "clock"}


def test_that_a_card_that_is_slowed_is_noted() -> None:
    assert level(replace(GOOD, power_cap_watts=400.0), "clock") is Level.OK
    assert level(replace(GOOD, slowed_by=("heat (hardware)",)), "clock") is Level.NOTE

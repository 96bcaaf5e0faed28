"""The checks before a trial: what is known of machine, environment and plan, judged point by point.

Plain figures in, plain judgements out; whoever shows them finds the words.  A "no" is advice: it can be
overridden, for what is free may change and an estimate may be wrong.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from gpuplanner.core.units import GIB, MIB

HOST_LIBRARIES_BYTES = int(1.0 * GIB)
"""Resident memory of a process with torch, transformers, peft and bitsandbytes before it builds anything
(0.7 GiB measured with torch 2.13 for the CPU; CUDA builds take more)."""
LEAST_DISK_BYTES = 16 * MIB
"""The worker's own source takes about 0.3 MiB; nothing is downloaded."""
LIKELY = 0.5
"""Below this probability of fitting a start is advised against."""
_MEMINFO = Path("/proc/meminfo")


class Level(Enum):
    """What a check came to."""

    OK = "ok"
    NOTE = "note"
    NO = "no"


@dataclass(frozen=True)
class Check:
    """One point; ``key`` names it: another, place, plan, memory, ranks, processes, clock, environment,
    disk, time."""

    key: str
    level: Level


@dataclass(frozen=True)
class Facts:
    """What is known before the start.  None: not known."""

    on_card: bool
    """Whether it will run on a card; on the CPU the host's memory counts."""
    dry_run: bool = False
    plan_problem: str = ""
    """Why the plan cannot be tried at all."""
    needed_bytes: int = 0
    free_bytes: int | None = None
    free_unknown: str = ""
    """Why ``free_bytes`` is None."""
    probability: float | None = None
    """Of fitting into what is free."""
    n_ranks: int = 1
    """Processes on each computer, one for each GPU."""
    n_cards: int | None = None
    """Cards that they can take; None: not known from here."""
    elsewhere: str = ""
    """The other computer, or Slurm, in words; empty: this computer."""
    place_problem: str = ""
    """Why nothing can be started there."""
    processes: tuple[tuple[str, int | None], ...] = ()
    """(name, bytes) of others on those cards, the largest first; None: the driver does not say."""
    power_cap_watts: float | None = None
    clock_mhz: tuple[float, float] | None = None
    """(now, at the most)."""
    slowed_by: tuple[str, ...] = ()
    """What holds the card's clock down just now, in words."""
    python: str = ""
    python_problem: str = ""
    python_note: str = ""
    """Versions, or that nothing is known of them yet."""
    disk_free_bytes: int | None = None
    expected_s: float | None = None
    time_limit_s: float | None = None
    another: str = ""
    """The window in which a trial runs already."""


def judge(facts: Facts) -> tuple[Check, ...]:
    """Every point with its judgement, in the order in which they are listed."""
    checks = [Check("memory", _memory(facts))]
    if facts.n_ranks > 1 and not facts.dry_run:
        checks.append(Check("ranks", _ranks(facts)))
    if facts.on_card and not facts.dry_run and not facts.elsewhere:
        checks.append(Check("processes", Level.NOTE if facts.processes else Level.OK))
        if facts.power_cap_watts is not None or facts.slowed_by:
            checks.append(Check("clock", Level.NOTE if facts.slowed_by else Level.OK))
    checks.append(Check("environment", Level.NO if facts.python_problem else Level.OK))
    checks.append(Check("disk", _disk(facts)))
    checks.append(Check("time", _time(facts)))
    if facts.plan_problem:
        checks.insert(0, Check("plan", Level.NO))
    if facts.place_problem:
        checks.insert(0, Check("place", Level.NO))
    if facts.another:
        checks.insert(0, Check("another", Level.NO))
    return tuple(checks)


def _memory(facts: Facts) -> Level:
    if facts.dry_run:
        return Level.OK  # half a gigabyte at the most
    if facts.free_bytes is None:
        return Level.NOTE
    if facts.probability is not None:
        return (
            Level.OK if facts.probability >= 0.9 else Level.NOTE if facts.probability >= LIKELY else Level.NO
        )
    return Level.OK if facts.needed_bytes <= facts.free_bytes else Level.NO


def _ranks(facts: Facts) -> Level:
    too_few = facts.on_card and facts.n_cards is not None and facts.n_cards < facts.n_ranks
    return Level.NO if too_few else Level.OK


def _disk(facts: Facts) -> Level:
    if facts.disk_free_bytes is None:
        return Level.NOTE
    return Level.OK if facts.disk_free_bytes >= LEAST_DISK_BYTES else Level.NO


def _time(facts: Facts) -> Level:
    if facts.expected_s is None or facts.time_limit_s is None:
        return Level.OK
    return Level.OK if facts.expected_s <= facts.time_limit_s else Level.NOTE


def host_free_bytes() -> int | None:
    """Memory that a new process can have on this computer; None where the system does not say simply."""
    known = [size for size in (_free_of_system(), _free_of_cgroup()) if size is not None]
    return min(known, default=None)


def _free_of_cgroup(folder: Path = Path("/sys/fs/cgroup")) -> int | None:
    """What a container's or a job's own limit leaves (cgroup v2), None without one."""
    try:
        limit = (folder / "memory.max").read_text().strip()
        used = int((folder / "memory.current").read_text())
        # Cached files are given back when memory is wanted.
        stat = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
        return None if limit == "max" else max(0, int(limit) - used + int(stat.get("inactive_file", 0)))
    except (OSError, ValueError):
        return None


def _free_of_system() -> int | None:
    try:
        for line in _MEMINFO.read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):  # Windows and macOS
        return None


def disk_free_bytes(folder: Path) -> int | None:
    """Free bytes where a folder is, or will be made."""
    for place in (folder, *folder.parents):
        try:
            return shutil.disk_usage(place).free
        except FileNotFoundError:
            continue
        except OSError:
            return None
    return None

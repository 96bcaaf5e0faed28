"""What the Trial page shows at one moment, as plain data: made by `trial_link`, drawn by `trial_page`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class TrialState(Enum):
    """Where the page is."""

    READY = "ready"
    ADVISED_AGAINST = "advised against"
    """A check says no; "Run anyway" is offered."""
    RUNNING = "running"
    STOPPING = "stopping"
    DONE = "done"
    STOPPED = "stopped"
    OOM = "out of memory"
    FAILED = "failed"

    @property
    def is_running(self) -> bool:
        """A worker is at work."""
        return self in (TrialState.RUNNING, TrialState.STOPPING)

    @property
    def is_over(self) -> bool:
        """A trial has ended, and its result is shown."""
        return self in (TrialState.DONE, TrialState.STOPPED, TrialState.OOM, TrialState.FAILED)


@dataclass(frozen=True)
class StageLine:
    """A stage with its seconds; ``mark``: ``done``, ``now``, ``failed`` or ``to come``."""

    text: str
    aside: str
    mark: str


@dataclass(frozen=True)
class FigureLine:
    """Predicted, measured and error of one figure."""

    label: str
    unit: str
    predicted: str
    measured: str = ""
    error: str = ""
    strong: bool = False
    tip: str = ""


@dataclass(frozen=True)
class RankLine:
    """One rank of several: what it has measured on its own card."""

    rank: str
    allocated: str
    reserved: str
    device: str
    error: str
    strong: bool = False
    tip: str = ""


@dataclass(frozen=True)
class CheckLine:
    """One check before the start; ``level``: ``ok``, ``note`` or ``no``."""

    name: str
    text: str
    level: str
    tip: str = ""


class Offer(Enum):
    """What can be done next; each is a button."""

    RUN_ANYWAY = "run anyway"
    INSTALL = "install"
    OTHER_PYTHON = "other python"
    DRY_RUN = "dry run"
    CORRECTION = "correction"
    SHOW_ROW = "show row"
    KEEP = "keep"
    AGAIN = "again"


@dataclass(frozen=True)
class TrialPicture:
    """Everything in the left column and the header."""

    state: TrialState
    title: str
    plan: tuple[str, ...]
    aside: str = ""
    """At the right of the title: time left, or how long it took."""
    fraction: float | None = None
    stages: tuple[StageLine, ...] = ()
    figures_title: str = ""
    figures_aside: str = ""
    figures: tuple[FigureLine, ...] = ()
    heads: tuple[str, str, str] = ("", "", "")
    dry_run: bool = False
    checks: tuple[CheckLine, ...] = ()
    reason: str = ""
    """Why it was not started, stopped or failed, or what came of it."""
    next_step: str = ""
    offers: tuple[Offer, ...] = ()
    series: tuple[FigureLine, ...] = ()
    """Of several lengths: one line each."""
    ranks: tuple[RankLine, ...] = ()
    """Of several ranks: one line each."""
    rank_heads: tuple[str, ...] = ("",) * 5
    ranks_aside: str = ""
    note: str = ""
    can_start: bool = True
    python: str = ""
    """The environment in short, for the header's button."""

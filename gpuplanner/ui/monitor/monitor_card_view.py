"""What the Monitor page shows of one card, as plain data made ready for drawing."""

from __future__ import annotations

from dataclasses import dataclass

from gpuplanner.render.monitor_plots import CardPlots, Pointed


@dataclass(frozen=True)
class BarPart:
    """A part of the memory bar: a token of the palette, its share of the card, its words."""

    token: str
    share: float
    text: str


@dataclass(frozen=True)
class Fact:
    """A figure of the details; ``tip`` explains it, or why there is none."""

    label: str
    value: str
    tip: str = ""


@dataclass(frozen=True)
class CardView:
    """One row of the page."""

    uuid: str
    title: str
    """"GPU 0"."""
    name: str
    free: str = ""
    """Free memory as a number; empty where a card keeps no count."""
    unit: str = "GiB"
    total: str = ""
    memory_note: str = ""
    """Instead of figures: "unified memory"."""
    parts: tuple[BarPart, ...] = ()
    expected_share: float | None = None
    """Where the predicted peak ends, as a share of the card."""
    foot: str = ""
    foot_tip: str = ""
    badge: str = ""
    badge_tip: str = ""
    badge_warns: bool = False
    """Heat or a fault, not the power cap that holds every busy card."""
    trouble: str = ""
    trouble_lines: tuple[str, ...] = ()
    is_fault: bool = False
    is_old: bool = False
    """The figures are those of a sample long ago."""
    facts: tuple[Fact, ...] = ()
    instances: tuple[str, ...] = ()
    """MIG instances, a line each."""
    plots: CardPlots | None = None
    pointed: Pointed | None = None
    sentence: str = ""
    """For a screen reader."""

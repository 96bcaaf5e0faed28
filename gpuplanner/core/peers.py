"""A peer: another estimator, and how far off it was when it was run on the profile's cells."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Peer:
    """One estimator as it was measured; errors are mean absolute fractions over the cells it can express."""

    name: str
    program: str
    """What of it was run."""
    source: str
    """The repository that it comes from."""
    version: str
    cells_expressed: int
    cells_total: int
    memory_mape: float | None
    step_time_mape: float | None
    """None: it gives no time."""
    seconds_per_estimate: float | None
    measured_on: str
    note: str

"""A trial that is over, as a document keeps it: for which plan, when, and everything that was heard."""

from __future__ import annotations

from dataclasses import dataclass

from gpuplanner.core.plan import Plan
from gpuplanner.core.trial import TrialKind
from gpuplanner.core.trial_events import EndEvent, TrialEvent


@dataclass(frozen=True)
class TrialRecord:
    """One trial or dry run with its samples; ``events`` are those before the ``end``."""

    plan: Plan
    kind: TrialKind
    date: str
    """ISO 8601."""
    events: tuple[TrialEvent, ...]
    end: EndEvent

"""A correction: what measured rows say about the estimator, as plain numbers under a name.

It is a layer over the physics, kept apart from the rows: a document holds it, it can be switched off, and
nothing of it is ever written into a row.  `gpuplanner.estimator.correction` makes and applies it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from gpuplanner.core.benchmark import MEASUREMENT_FIELDS, BenchmarkRow, MemoryKind, Origin
from gpuplanner.core.fields import write_value
from gpuplanner.core.plan import plan_to_texts


@dataclass(frozen=True)
class Observed:
    """One measured figure beside what physics says about it, in bytes per GPU or in seconds."""

    predicted: float
    measured: float
    noise: float
    """Standard deviation of a repeated measurement, as a share."""
    loadings: tuple[float, ...]
    """What one standard deviation of each doubt would add to the prediction, as a share of it."""
    at_least: bool = False
    """The run ended out of memory: it needs more than ``measured``, which is all that the card has."""

    @property
    def residual(self) -> float:
        """(measured − predicted) ÷ predicted."""
        return self.measured / self.predicted - 1


@dataclass(frozen=True)
class Evidence:
    """One measured row, as far as the correction needs it."""

    key: str
    """Names the row by its content, wherever it lies."""
    label: str
    """For people: model, method, length."""
    origin: Origin
    context: tuple[str, ...]
    """What was run, in the order of `gpuplanner.estimator.similarity.CONTEXT`."""
    tokens: float
    """Of one micro batch."""
    memory: Observed | None = None
    memory_kind: MemoryKind = MemoryKind.DEVICE
    seconds: Observed | None = None


@dataclass(frozen=True)
class Correction:
    """A named layer: the rows that it was learned from, and what was left out and why."""

    name: str
    date: str
    """ISO 8601, of the day on which it was learned."""
    evidence: tuple[Evidence, ...]
    left_out: tuple[str, ...] = ()
    """One sentence per row that says nothing."""
    physics: str = ""
    """Version of the program whose formulae it corrects."""
    active: bool = True


def row_key(row: BenchmarkRow) -> str:
    """Names a row by what was run and what was measured; notes and sources may change."""
    figures = [write_value(getattr(row.measurement, spec.name)) for spec in MEASUREMENT_FIELDS]
    stated = [row.provenance.origin.value, row.provenance.date, row.provenance.software]
    content = json.dumps([plan_to_texts(row.effective_plan()), figures, stated])
    return hashlib.sha256(content.encode()).hexdigest()[:16]

"""From runs of few layers to the model's own depth, exactly.

Where all layers are alike, what is alive at a given moment of a given layer grows by the same bytes with
every layer that the model has more, and between the second and the last but one layer by the same bytes
from layer to layer.  So the largest of a phase lies at one of its ends: before or after the layers, or in
the first two or the last two of them.  Each of these is followed on its own, because another of them may be
the fullest in the full model (with few layers the logits decide, with many the gradients).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from gpuplanner.core.estimate import PARTS, Parts
from gpuplanner.core.llm import Llm
from gpuplanner.core.trial import MeasuredPhase
from gpuplanner.worker.storage import StorageTracker

DEPTHS = (4, 5, 6)
"""Two to learn from, and one to check with; the ends of the first are four layers of their own."""
RUN_WHOLE = 16
"""Up to so many layers the whole model is as quick."""

Place = tuple[str, str]
"""A phase, and where in it."""


@dataclass(frozen=True)
class Fullest:
    """The fullest moment of one place."""

    bytes: int
    parts: Parts


def layers_are_alike(llm: Llm) -> bool:
    """Whether every layer of the model allocates the same."""
    return not llm.sliding_window_every and not llm.first_dense_layers


def places(tracker: StorageTracker, depth: int) -> dict[Place, Fullest]:
    """The fullest moment of each place that `extend` follows."""
    return {
        (phase, where): Fullest(peak.bytes, tracker.parts_at(peak.moment))
        for (phase, layer), peak in tracker.layer_peaks().items()
        if (where := _where(layer, depth)) is not None
    }


def extend(
    first: Mapping[Place, Fullest], second: Mapping[Place, Fullest], steps: int
) -> dict[Place, Fullest]:
    """``second`` with ``steps`` layers more, each adding what ``second`` has beyond ``first``."""
    assert first.keys() == second.keys()
    return {
        place: Fullest(
            second[place].bytes + steps * (second[place].bytes - first[place].bytes),
            _add(second[place].parts, first[place].parts, steps),
        )
        for place in second
    }


def phases_of(found: Mapping[Place, Fullest]) -> tuple[MeasuredPhase, ...]:
    """Each phase at the fullest of its places."""
    phases: dict[str, Fullest] = {}
    for (phase, _), fullest in found.items():
        if phase not in phases or fullest.bytes > phases[phase].bytes:
            phases[phase] = fullest
    return tuple(MeasuredPhase(name, f.bytes, parts=f.parts) for name, f in phases.items())


def _where(layer: int | None, depth: int) -> str | None:
    if layer is None:
        return "beside"
    names = {0: "first", 1: "second", depth - 2: "last but one", depth - 1: "last"}
    return names.get(layer)


def _add(second: Parts, first: Parts, steps: int) -> Parts:
    grown = {
        name: getattr(second, name) + steps * (getattr(second, name) - getattr(first, name)) for name in PARTS
    }
    assert len(grown) == len(fields(Parts))
    return Parts(**grown)

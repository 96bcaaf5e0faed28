"""Lengths that fit, and changes that make room: every candidate goes through the same estimate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

from gpuplanner.core.estimate import Budget, Change, ChangeCost, Fits
from gpuplanner.core.fields import Value
from gpuplanner.core.gpu import Gpu
from gpuplanner.core.llm import Llm
from gpuplanner.core.plan import Framework, Method, Plan, ResolvedPlan
from gpuplanner.core.resolve import contradictions, fill_in
from gpuplanner.estimator.candidates import ADAPTED, Alternatives, Candidate, saving, spending
from gpuplanner.estimator.estimate import (
    PHYSICS,
    Calibration,
    budget_bytes,
    estimate_many,
    length_curve,
    verdict,
)
from gpuplanner.estimator.lengths import LENGTH_STEP, SCANNED_LENGTHS, lengths_that_fit
from gpuplanner.estimator.measured import Measured, heed, limits_heeding, nothing_measured
from gpuplanner.estimator.parameters import half_targets, target_names

WORTH_SAYING = 0.005
"""Of the plan's own peak: a change that saves less saves nothing to speak of."""
_OFTEN_ADVISED = ("optimizer", "lora_rank", "lora_targets", "adapter_precision", "grad_checkpointing")
"""Changes that people are told to make: where they do not help, that is worth saying."""


@dataclass(frozen=True)
class Ranking:
    """Changes that save memory, in the order in which they are offered, and well-known ones that do not."""

    helpful: tuple[Change, ...]
    useless: tuple[Change, ...]


def fitting_lengths(
    resolved: ResolvedPlan,
    budget: Budget | None = None,
    calibration: Calibration = PHYSICS,
    measured: Measured = nothing_measured,
) -> tuple[int, int]:
    """The largest length (a multiple of 128 tokens) whose verdict is yes, and the largest that is not no.

    0 where there is none.  ``measured`` as in `rank_fixes`.
    """
    limit = budget_bytes(resolved, budget)
    scanned = length_curve(resolved, SCANNED_LENGTHS, calibration)
    found = lengths_that_fit(resolved, scanned, 0, limit, calibration)
    return limits_heeding(*found, limit, measured(resolved))


def with_changes(
    resolved: ResolvedPlan, changes: dict[str, Value], llm: Llm | None = None, gpu: Gpu | None = None
) -> ResolvedPlan | None:
    """The plan as it was asked for with some fields changed; None when that contradicts itself."""
    llm, gpu = llm or resolved.llm, gpu or resolved.gpu
    asked: Plan = replace(resolved.origin, **changes)  # type: ignore[arg-type]
    filled, notes = fill_in(asked, gpu)
    if contradictions(filled, target_names(llm)):
        return None
    if filled.method in ADAPTED and half_targets(llm, filled.lora_targets):
        return None
    return replace(resolved, plan=filled, llm=llm, gpu=gpu, assumptions=notes, asked=asked)


def fixes(
    resolved: ResolvedPlan, budget: Budget | None = None, calibration: Calibration = PHYSICS
) -> tuple[Change, ...]:
    """Changes that save memory, cheapest first (in the order of `ChangeCost`), then by bytes."""
    return rank_fixes(resolved, budget, calibration).helpful


def rank_fixes(
    resolved: ResolvedPlan,
    budget: Budget | None = None,
    calibration: Calibration = PHYSICS,
    *,
    others: Alternatives | None = None,
    longest_sample: int = 0,
    taken_bytes: int = 0,
    measured: Measured = nothing_measured,
) -> Ranking:
    """The same, and the changes that people are often told to make but that save nothing here.

    ``others`` are cards and smaller models to choose from, ``longest_sample`` is that of the user's data
    set in tokens (0: not known), ``taken_bytes`` what other programs hold of the card, which the budget
    could have back.  No change is judged better than what was ``measured`` with its settings.
    """
    comfortable, possible = fitting_lengths(resolved, budget, calibration, measured)
    longest = -(-longest_sample // LENGTH_STEP) * LENGTH_STEP
    candidates = saving(resolved, comfortable or possible, longest, others or Alternatives())
    found = _best_of_groups(_evaluate(resolved, candidates, budget, calibration, measured))
    now = estimate_many([resolved], calibration)
    device, high = float(now.device_bytes[0]), float(now.high_bytes[0])
    limit, least = budget_bytes(resolved, budget), WORTH_SAYING * device
    if taken_bytes > 0:
        # The whole card for the plan: other programs closed, the display on another GPU.
        freed = _judged(resolved, device, high, limit + taken_bytes, measured)
        back = (("budget", "capacity"),)
        found.append(Change(resolved.origin, back, ChangeCost.OTHERS, 0, 1.0, round(device), freed))
    order, verdicts = list(ChangeCost), list(Fits)
    better = verdicts.index(_judged(resolved, device, high, limit, measured))
    helpful = [
        change
        for change in found
        if change.saves_bytes > least or (_gives_room(change) and verdicts.index(change.fits) < better)
    ]
    return Ranking(
        tuple(sorted(helpful, key=lambda change: (order.index(change.cost), -change.saves_bytes))),
        tuple(
            change
            for change in found
            if change.saves_bytes <= least and {name for name, _ in change.changed} <= {*_OFTEN_ADVISED}
        ),
    )


def uses_of_room(
    resolved: ResolvedPlan,
    budget: Budget | None = None,
    calibration: Calibration = PHYSICS,
    measured: Measured = nothing_measured,
) -> tuple[Change, ...]:
    """What else would fit when there is room: faster or stronger training, fastest first."""
    found = [change for _, change in _evaluate(resolved, spending(resolved), budget, calibration, measured)]
    return tuple(sorted(found, key=lambda change: (change.fits is Fits.NO, change.time_factor)))


def _best_of_groups(found: Iterable[tuple[str, Change]]) -> list[Change]:
    """Of each group the first change that fits with room, else the first that fits, else what saves most."""
    best = []
    for _, members in groupby(found, key=lambda member: member[0]):
        changes = [change for _, change in members]
        fitting = [change for change in changes if change.fits is Fits.YES]
        fitting += [change for change in changes if change.fits is Fits.TIGHT]
        best.append(fitting[0] if fitting else max(changes, key=lambda change: change.saves_bytes))
    return best


def _gives_room(change: Change) -> bool:
    """Whether the change adds memory to the card rather than taking it from the plan."""
    return any(name in ("gpu", "budget") for name, _ in change.changed)


def _judged(
    resolved: ResolvedPlan, device_bytes: float, high_bytes: float, limit: int, measured: Measured
) -> Fits:
    fits = verdict(device_bytes, high_bytes, limit)
    return heed(fits, resolved.plan.seq_len, limit, measured(resolved))[0]


def _framework_may_give_way(resolved: ResolvedPlan, candidate: Candidate) -> bool:
    """Whether another sharding is tried in a plan that names the code it was measured with, as rows do."""
    return "sharding" in candidate.changes and resolved.origin.framework is not Framework.AUTO


def _evaluate(
    resolved: ResolvedPlan,
    candidates: list[Candidate],
    budget: Budget | None,
    calibration: Calibration,
    measured: Measured,
) -> list[tuple[str, Change]]:
    """Estimate the plan and every candidate in one call; what contradicts itself is dropped.

    Returns (group, change) pairs.
    """
    kept: list[tuple[Candidate, ResolvedPlan]] = []
    for candidate in candidates:
        changed = with_changes(resolved, candidate.changes, candidate.llm, candidate.gpu)
        if changed is None and _framework_may_give_way(resolved, candidate):
            freed = {**candidate.changes, "framework": Framework.AUTO}
            candidate = replace(candidate, changes=freed)
            changed = with_changes(resolved, freed, candidate.llm, candidate.gpu)
        if changed is not None:
            kept.append((candidate, changed))
    columns = estimate_many([resolved, *(item for _, item in kept)], calibration)
    # An amount that is given is what this card may give; another one is judged by its own memory.
    whole_card = None if budget is None else replace(budget, bytes=None)
    before = columns.step_time_s[0] / _samples(resolved.plan)
    return [
        (
            candidate.group,
            Change(
                plan=item.origin,
                changed=tuple(candidate.changes.items()),
                cost=candidate.cost,
                saves_bytes=round(float(columns.device_bytes[0] - columns.device_bytes[i])),
                time_factor=float(columns.step_time_s[i] / _samples(item.plan) / before),
                device_bytes=round(float(columns.device_bytes[i])),
                fits=_judged(
                    item,
                    float(columns.device_bytes[i]),
                    float(columns.high_bytes[i]),
                    budget_bytes(item, budget if candidate.gpu is None else whole_card),
                    measured,
                ),
            ),
        )
        for i, (candidate, item) in enumerate(kept, start=1)
    ]


def _samples(plan: Plan) -> int:
    return plan.micro_batch_size if plan.method is Method.INFERENCE else plan.samples_per_step

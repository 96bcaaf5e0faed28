"""Two plans: which changed setting explains which bytes and which seconds; the shares add up exactly.

The share of a setting is its Shapley value: what it changes, averaged over the orders in which the settings
could be changed one after another.  Of up to 7 settings every order counts.  Of more, the orders that begin
at each of them in turn, each also backwards, so that the work grows with the square of their number.  Either
way the shares add up to the whole difference, and comparing B with A gives the same shares with the other
sign.

Settings that contradict each other when only one of them is changed (``method`` and ``quantization``) form
one group with one share.  What a plan leaves open follows the settings that decide it: ``framework`` is no
setting of its own where the sharding chose it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from math import factorial

import numpy as np

from gpuplanner.core.estimate import PARTS, Budget, Estimate
from gpuplanner.core.fields import Value
from gpuplanner.core.plan import PLAN_FIELDS, Method, ResolvedPlan
from gpuplanner.core.resolve import contradictions, fill_in
from gpuplanner.core.uses import ignored_fields
from gpuplanner.estimator.candidates import ADAPTED
from gpuplanner.estimator.estimate import OVERHEAD, PHYSICS, Calibration, estimate, estimate_parts
from gpuplanner.estimator.measured import Measured, heeding, nothing_measured
from gpuplanner.estimator.parameters import half_targets, target_names

ALL_ORDERS_UP_TO = 7
_MEANT_AS_FILLED = ("quantization",)
COMPARED_PARTS: tuple[str, ...] = (*PARTS, OVERHEAD)
_QUANTITIES = len(COMPARED_PARTS) + 2
"""Bytes of each part at the peak, seconds of a step, seconds of a sample."""

_State = frozenset[int]
"""The settings that have B's value; the others have A's."""
_Figures = tuple[Fraction, ...]


@dataclass(frozen=True)
class Changed:
    """One field with its two values, as the plans mean it."""

    field: str
    a: Value
    b: Value


@dataclass(frozen=True)
class Share:
    """What one setting (or a group that can only be changed together) explains: B less A."""

    changed: tuple[Changed, ...]
    parts: tuple[tuple[str, int], ...]
    """Bytes per GPU by part of the peak (`COMPARED_PARTS`)."""
    seconds: float
    """Of one step."""
    seconds_per_sample: float

    @property
    def bytes(self) -> int:
        """Device bytes per GPU at the peak."""
        return sum(n_bytes for _, n_bytes in self.parts)


@dataclass(frozen=True)
class Comparison:
    """Both estimates, and what explains the difference; the shares add up to it, largest first."""

    a: Estimate
    b: Estimate
    shares: tuple[Share, ...]
    follows: tuple[Changed, ...]
    """What nobody set and what changed with the settings (``framework`` with ``sharding``)."""

    @property
    def bytes(self) -> int:
        """Device bytes per GPU, B less A."""
        return self.b.memory.peak_device_bytes - self.a.memory.peak_device_bytes

    @property
    def seconds(self) -> float:
        """Seconds of one step, B less A."""
        return self.b.step.seconds - self.a.step.seconds

    @property
    def seconds_per_sample(self) -> float:
        """Seconds of one sample, B less A: steps of other sizes compare by this."""
        return _per_sample(self.b) - _per_sample(self.a)


def compare(
    a: ResolvedPlan,
    b: ResolvedPlan,
    *,
    budget_a: Budget | None = None,
    budget_b: Budget | None = None,
    calibration: Calibration = PHYSICS,
    measured: Measured = nothing_measured,
) -> Comparison:
    """Compare two plans; see the module's docstring for how shares are found.

    Neither verdict is better than what was ``measured`` with the plan's settings; the shares are estimated.
    """
    ends = (
        heeding(estimate(a, budget=budget_a, calibration=calibration), measured(a)),
        heeding(estimate(b, budget=budget_b, calibration=calibration), measured(b)),
    )
    names, follows = _settings(a, b)
    mixed = _Mixtures(a, b, names)
    groups = _groups(len(names), mixed)
    states = sorted(set(_all_states(groups)), key=sorted)
    figures = _figures(mixed, states, calibration)
    whole = frozenset(range(len(names)))
    figures[frozenset()], figures[whole] = _of_estimate(ends[0]), _of_estimate(ends[1])
    raw = _shapley(groups, figures) if len(groups) <= ALL_ORDERS_UP_TO else _by_orders(groups, figures)
    shares = [
        Share(tuple(_changed(names[i], a, b) for i in sorted(group)), parts, seconds, per_sample)
        for group, (parts, seconds, per_sample) in zip(
            groups, _rounded(raw, figures[frozenset()], figures[whole]), strict=True
        )
    ]
    shares.sort(key=lambda share: (-abs(share.bytes), -abs(share.seconds), share.changed[0].field))
    return Comparison(*ends, tuple(shares), tuple(_changed(name, a, b) for name in follows))


def part_bytes(answer: Estimate) -> dict[str, int]:
    """The peak by part, with what lies outside live tensors; adds up to the device bytes."""
    parts = answer.memory.phase(answer.memory.peak_phase).parts
    sizes = {name: int(getattr(parts, name)) for name in PARTS}
    return {**sizes, OVERHEAD: answer.memory.peak_device_bytes - sum(sizes.values())}


# The settings and the plans between A and B --------------------------------------------------------


def _settings(a: ResolvedPlan, b: ResolvedPlan) -> tuple[list[str], list[str]]:
    """Fields that somebody set otherwise, and those that only came out otherwise."""
    unused = ignored_fields(a.plan).keys() & ignored_fields(b.plan).keys()
    set_otherwise: list[str] = []
    follows: list[str] = []
    for spec in PLAN_FIELDS:
        name = spec.name
        if name in unused or _same(name, a, b):
            continue
        asked = getattr(a.origin, name) != getattr(b.origin, name)
        (set_otherwise if asked else follows).append(name)
    return set_otherwise, follows


def _same(name: str, a: ResolvedPlan, b: ResolvedPlan) -> bool:
    """Whether a field means the same in both; a model and a card have more than one spelling."""
    if name == "model":
        return replace(a.llm, name="") == replace(b.llm, name="")
    if name == "gpu":
        return a.gpu == b.gpu
    return bool(getattr(a.plan, name) == getattr(b.plan, name))


class _Mixtures:
    """The plans on the way: some settings of B, the others of A."""

    def __init__(self, a: ResolvedPlan, b: ResolvedPlan, names: Sequence[str]) -> None:
        self._a, self._b, self._names = a, b, names
        # "none" that was not said is meant: on the way it must not become QLoRA's own default.
        fixed = [name for name in names if name in _MEANT_AS_FILLED]
        self._start: dict[str, Value] = {name: getattr(a.plan, name) for name in fixed}
        self._end: dict[str, Value] = {name: getattr(b.plan, name) for name in fixed}
        # What is no setting of the comparison, though one of them said it, is left open: seen from B too.
        self._start |= {
            spec.name: spec.default
            for spec in PLAN_FIELDS
            if spec.name not in (*names, "model", "gpu")
            and getattr(a.origin, spec.name) != getattr(b.origin, spec.name)
        }
        self._made: dict[_State, ResolvedPlan | None] = {
            frozenset(): a,
            frozenset(range(len(names))): b,
        }

    def plan(self, state: _State) -> ResolvedPlan | None:
        """The plan of a state; None when it contradicts itself."""
        if state not in self._made:
            self._made[state] = self._make(state)
        return self._made[state]

    def _make(self, state: _State) -> ResolvedPlan | None:
        taken = {self._names[i]: getattr(self._b.origin, self._names[i]) for i in state}
        taken = {name: self._end.get(name, value) for name, value in taken.items()}
        llm = (self._b if "model" in taken else self._a).llm
        gpu = (self._b if "gpu" in taken else self._a).gpu
        asked = replace(self._a.origin, **{**self._start, **taken})
        filled, notes = fill_in(asked, gpu)
        if contradictions(filled, target_names(llm)):
            return None
        if filled.method in ADAPTED and half_targets(llm, filled.lora_targets):
            return None
        return replace(self._a, plan=filled, llm=llm, gpu=gpu, assumptions=notes, asked=asked)


def _groups(n: int, mixed: _Mixtures) -> list[_State]:
    """Settings, joined until no plan on the way contradicts itself.

    The two groups whose separation makes most plans contradictory are joined first; seen from B these are
    the same plans, so the groups are the same.
    """
    groups: list[_State] = [frozenset({i}) for i in range(n)]
    while len(groups) > 1:
        wrong = [state for state in _all_states(groups) if mixed.plan(state) is None]
        if not wrong:
            break

        def apart(pair: tuple[_State, _State], wrong: Sequence[_State] = wrong) -> int:
            return sum((pair[0] <= state) != (pair[1] <= state) for state in wrong)

        first, second = max(combinations(groups, 2), key=apart)
        groups = [first | second if group == first else group for group in groups if group != second]
    return groups


def _all_states(groups: Sequence[_State]) -> Iterator[_State]:
    """The states that shares are made of: all of them, or those of the orders of `_orders`."""
    if len(groups) <= ALL_ORDERS_UP_TO:
        for size in range(len(groups) + 1):
            for chosen in combinations(groups, size):
                yield frozenset().union(*chosen)
        return
    for order in _orders(len(groups)):
        state: _State = frozenset()
        yield state
        for i in order:
            state |= groups[i]
            yield state


def _orders(n: int) -> list[list[int]]:
    """One order that begins at each setting, going round, and each of them backwards."""
    forward = [[(first + i) % n for i in range(n)] for first in range(n)]
    return forward + [order[::-1] for order in forward]


# Figures and shares --------------------------------------------------------------------------------


def _figures(mixed: _Mixtures, states: Sequence[_State], calibration: Calibration) -> dict[_State, _Figures]:
    """Figures of every state in one columnar call, exact from here on."""
    plans = [plan for plan in map(mixed.plan, states) if plan is not None]
    assert len(plans) == len(states), "groups leave no plan that contradicts itself"
    m, t = estimate_parts(plans, calibration)
    peak = m.allocated.argmax(axis=0)
    parts = np.rint(m.parts[peak, :, np.arange(len(plans))])
    device = np.rint(m.peak_device)
    seconds = np.broadcast_to(t.step, device.shape)
    return {
        state: (
            *(Fraction(int(size)) for size in parts[i]),
            Fraction(int(device[i]) - int(parts[i].sum())),
            Fraction(float(seconds[i])),
            Fraction(float(seconds[i])) / _samples(plans[i]),
        )
        for i, state in enumerate(states)
    }


def _of_estimate(answer: Estimate) -> _Figures:
    seconds = Fraction(answer.step.seconds)
    sizes = part_bytes(answer)
    return (
        *(Fraction(sizes[name]) for name in COMPARED_PARTS),
        seconds,
        seconds / answer.step.samples_per_step,
    )


def _shapley(groups: Sequence[_State], figures: Mapping[_State, _Figures]) -> list[list[Fraction]]:
    """The mean over all orders: φᵢ = Σ_S |S|! (n − |S| − 1)! / n! · (v(S ∪ i) − v(S))."""
    n = len(groups)
    shares = []
    for group in groups:
        others = [other for other in groups if other != group]
        share = [Fraction(0)] * _QUANTITIES
        for size in range(n):
            weight = Fraction(factorial(size) * factorial(n - size - 1), factorial(n))
            for chosen in combinations(others, size):
                state: _State = frozenset().union(*chosen)
                _add(share, weight, figures[state], figures[state | group])
        shares.append(share)
    return shares


def _by_orders(groups: Sequence[_State], figures: Mapping[_State, _Figures]) -> list[list[Fraction]]:
    """The mean over the orders of `_orders`."""
    orders = _orders(len(groups))
    shares = [[Fraction(0)] * _QUANTITIES for _ in groups]
    for order in orders:
        state: _State = frozenset()
        for i in order:
            after = state | groups[i]
            _add(shares[i], Fraction(1, len(orders)), figures[state], figures[after])
            state = after
    return shares


def _add(share: list[Fraction], weight: Fraction, before: _Figures, after: _Figures) -> None:
    for k, (old, new) in enumerate(zip(before, after, strict=True)):
        if new != old:
            share[k] += weight * (new - old)


def _rounded(
    shares: Sequence[Sequence[Fraction]], first: _Figures, last: _Figures
) -> list[tuple[tuple[tuple[str, int], ...], float, float]]:
    """Whole bytes and floats; what rounding loses goes to the largest share, so that the sum stays exact."""
    columns: list[list[float]] = []
    for k in range(_QUANTITIES):
        round_to: Callable[[Fraction], float] = round if k < len(COMPARED_PARTS) else float
        column = [round_to(share[k]) for share in shares]
        if column:
            sizes = [abs(share[k]) for share in shares]
            largest = sizes.index(max(sizes))
            rest = last[k] - first[k] - sum((Fraction(x) for x in column), start=Fraction(0))
            column[largest] = round_to(Fraction(column[largest]) + rest)
        columns.append(column)
    return [
        (
            tuple((name, int(columns[k][i])) for k, name in enumerate(COMPARED_PARTS)),
            columns[-2][i],
            columns[-1][i],
        )
        for i in range(len(shares))
    ]


def _changed(name: str, a: ResolvedPlan, b: ResolvedPlan) -> Changed:
    return Changed(name, getattr(a.plan, name), getattr(b.plan, name))


def _samples(resolved: ResolvedPlan) -> int:
    plan = resolved.plan
    return plan.micro_batch_size if plan.method is Method.INFERENCE else plan.samples_per_step


def _per_sample(answer: Estimate) -> float:
    return answer.step.seconds / answer.step.samples_per_step

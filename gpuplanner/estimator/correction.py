"""Learn from measured rows, and correct the estimates of other plans by it: the layer over the physics.

`learn` turns rows into a `Correction` (plain numbers); `Corrector` joins active corrections and applies them
inside an estimate (`gpuplanner.estimator.estimate.Calibration`).  What one length identifies is an offset;
a slope takes two.  A row is never judged by a correction that it is part of: `without` leaves it out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gpuplanner import __version__
from gpuplanner.core.benchmark import BenchmarkRow, MemoryKind, Origin, Status
from gpuplanner.core.correction import Correction, Evidence, Observed, row_key
from gpuplanner.core.plan import ResolvedPlan
from gpuplanner.core.units import signed
from gpuplanner.estimator import correction_factors as factors
from gpuplanner.estimator.columns import Array, PlanColumns, columns_of
from gpuplanner.estimator.constants import MemoryConstants, TimeConstants
from gpuplanner.estimator.correction_terms import (
    MEMORY_DOUBTS,
    TIME_DOUBTS,
    memory_loadings,
    shifted_memory,
    shifted_time,
    time_loadings,
)
from gpuplanner.estimator.memory import MemoryColumns, memory
from gpuplanner.estimator.posterior import Doubts, Points, Posterior
from gpuplanner.estimator.roofline import TimeColumns
from gpuplanner.estimator.similarity import CONTEXT, context_of
from gpuplanner.estimator.speed import step_time

MOST_ROWS = 300
"""More measured rows than this make every estimate slow; our own trials come first."""
_PLAUSIBLE = {"memory": 2.0, "time": 3.0}
"""A figure further than this factor from physics has another unit or another plan: it is left out."""
_SEVERAL_LENGTHS = 1.25


@dataclass(frozen=True)
class MeasuredRow:
    """A row with its plan, nothing of which is left open."""

    row: BenchmarkRow
    resolved: ResolvedPlan


def learn(rows: Sequence[MeasuredRow], *, name: str, date: str) -> Correction:
    """What the rows say about the estimator at its shipped constants.

    Rows that say nothing, or what cannot be meant, are named in ``left_out``; equal rows count once.
    """
    kept: dict[str, MeasuredRow] = {}
    left_out: list[str] = []
    for item in sorted(rows, key=lambda item: item.row.provenance.origin is not Origin.TRIAL):
        reason = _why_not(item.row)
        if reason:
            left_out.append(f"{_label(item.resolved)}: {reason}")
        elif len(kept) == MOST_ROWS:
            left_out.append(f"{_label(item.resolved)}: more than {MOST_ROWS:,} rows")
        else:
            kept.setdefault(row_key(item.row), item)
    evidence = []
    for found in _evidence(kept):
        trusted, reasons = _trusted(found)
        left_out += [f"{found.label}: {reason}" for reason in reasons]
        if trusted.memory is not None or trusted.seconds is not None:
            evidence.append(trusted)
    return Correction(name, date, tuple(evidence), tuple(left_out), __version__)


def without(corrections: Iterable[Correction], keys: Collection[str]) -> tuple[Correction, ...]:
    """The corrections without these rows, so that they can be judged."""
    return tuple(
        replace(layer, evidence=tuple(found for found in layer.evidence if found.key not in keys))
        for layer in corrections
    )


class Corrector:
    """Active corrections as one, ready to be applied; made once and asked often."""

    def __init__(self, corrections: Iterable[Correction]) -> None:
        layers = [layer for layer in corrections if layer.active and layer.evidence]
        self.names: tuple[str, ...] = tuple(layer.name for layer in layers)
        evidence = {found.key: found for layer in layers for found in layer.evidence if _is_usable(found)}
        self.evidence: tuple[Evidence, ...] = tuple(evidence.values())
        several = not one_length(self.evidence)
        self._memory = self._posterior(
            lambda found: found.memory, factors.MEMORY if several else factors.MEMORY_OF_ONE_LENGTH
        )
        self._time = self._posterior(
            lambda found: found.seconds, factors.TIME if several else factors.TIME_OF_ONE_LENGTH
        )

    @property
    def name(self) -> str:
        """For people: ``physics + 1 trial``."""
        return " + ".join(["physics", *counted(self.evidence)])

    def memory(
        self,
        c: PlanColumns,
        k: MemoryConstants,
        m: MemoryColumns,
        spread: Array,
        plans: Sequence[ResolvedPlan],
    ) -> tuple[MemoryColumns, Array]:
        """The memory and its spread, corrected; ``plans`` has one entry per column, or one for all."""
        if self._memory is None:
            return m, spread
        contexts = [context_of(plan) for plan in plans]
        loadings = memory_loadings(c, k, m, "device")
        shifts, explained = self._memory.shifts(contexts, np.log2(c.tokens), loadings)
        return shifted_memory(c, k, m, shifts), _narrowed(spread, factors.MEMORY_TRUST * explained)

    def time(
        self, c: PlanColumns, k: TimeConstants, t: TimeColumns, spread: Array, plans: Sequence[ResolvedPlan]
    ) -> tuple[TimeColumns, Array]:
        """The step time and its spread, corrected."""
        if self._time is None:
            return t, spread
        contexts = [context_of(plan) for plan in plans]
        loadings = time_loadings(c, k, t)
        shifts, explained = self._time.shifts(contexts, np.log2(c.tokens), loadings)
        return shifted_time(t, loadings, shifts), _narrowed(spread, factors.TIME_TRUST * explained)

    def left_out(self) -> list[tuple[Evidence, float]]:
        """(row, error of its memory estimate when all others correct it) of every measured memory figure."""
        if self._memory is None:
            return []
        found = [item for item in self.evidence if item.memory is not None]
        expected = self._memory.left_out()
        return [
            (item, float((1 + change) / (1 + item.memory.residual) - 1))
            for item, change in zip(found, expected, strict=True)
            if item.memory is not None and not item.memory.at_least
        ]

    def note(self, device_bytes: float, seconds: float, corrected_bytes: float, corrected_s: float) -> str:
        """What the correction does to one plan, as an assumption of its estimate."""
        layers = ", ".join(self.names)
        moved = (
            f"memory {signed(100 * (corrected_bytes / device_bytes - 1), 1)} %, "
            f"time {signed(100 * (corrected_s / seconds - 1), 1)} %"
        )
        return f"Corrected by {' and '.join(counted(self.evidence))}: {moved} against physics ({layers})"

    def _posterior(self, observed: Callable[[Evidence], Observed | None], doubts: Doubts) -> Posterior | None:
        found = [(item, figure) for item in self.evidence if (figure := observed(item)) is not None]
        if not found:
            return None
        return Posterior(
            doubts,
            Points(
                contexts=[item.context for item, _ in found],
                octave=np.log2([item.tokens for item, _ in found]),
                loadings=np.array([figure.loadings for _, figure in found]).T,
                residual=np.array([figure.residual for _, figure in found]),
                noise=np.array([figure.noise for _, figure in found]),
                at_least=np.array([figure.at_least for _, figure in found]),
            ),
        )


def counted(evidence: Iterable[Evidence]) -> list[str]:
    """``["1 trial", "81 rows"]``: how many rows of which kind."""
    kinds = {Origin.TRIAL: ("trial", "trials"), Origin.DRY_RUN: ("dry run", "dry runs")}
    numbers: dict[tuple[str, str], int] = {}
    for found in evidence:
        words = kinds.get(found.origin, ("row", "rows"))
        numbers[words] = numbers.get(words, 0) + 1
    return [f"{n:,} {words[n != 1]}" for words, n in numbers.items()]


def _is_usable(found: Evidence) -> bool:
    """Whether it was learned by these formulae: a document may come from another version, or be forged."""
    figures = [(found.memory, MEMORY_DOUBTS), (found.seconds, TIME_DOUBTS)]
    return (
        len(found.context) == len(CONTEXT)
        and 0 < found.tokens < math.inf
        and any(figure is not None for figure, _ in figures)
        and all(
            len(figure.loadings) == len(doubts)
            and all(map(math.isfinite, figure.loadings))
            and all(0 < value < math.inf for value in (figure.predicted, figure.measured, figure.noise))
            for figure, doubts in figures
            if figure is not None
        )
    )


def _narrowed(spread: Array, explained: Array) -> Array:
    floor = np.minimum(factors.LEAST_SPREAD, spread) ** 2
    narrowed: Array = np.sqrt(floor + (spread**2 - floor) * (1 - explained))
    return narrowed


def one_length(evidence: Iterable[Evidence]) -> bool:
    """Whether no series is known at two lengths, so that only an offset is."""
    lengths: dict[tuple[str, ...], list[float]] = {}
    for found in evidence:
        if found.memory is None or not found.memory.at_least:
            lengths.setdefault(found.context, []).append(found.tokens)
    return all(max(tokens) < _SEVERAL_LENGTHS * min(tokens) for tokens in lengths.values())


def _evidence(kept: dict[str, MeasuredRow]) -> list[Evidence]:
    if not kept:
        return []
    items = list(kept.values())
    c = columns_of([item.resolved for item in items])
    m, t = memory(c, MemoryConstants()), step_time(c, TimeConstants())
    by_kind = {
        kind: memory_loadings(c, MemoryConstants(), m, kind) for kind in ("allocated", "reserved", "device")
    }
    of_time = time_loadings(c, TimeConstants(), t)
    found = []
    for i, (key, item) in enumerate(kept.items()):
        row, trial = item.row, item.row.provenance.origin in (Origin.TRIAL, Origin.DRY_RUN)
        oom = row.measurement.status is Status.OOM
        kind = row.measurement.peak_memory_kind
        if oom or kind is MemoryKind.UNKNOWN:
            kind = MemoryKind.DEVICE
        size = float(item.resolved.gpu.memory_bytes) if oom else row.peak_bytes_per_gpu
        loadings = by_kind[kind.value][:, i]
        noise = factors.TRIAL_NOISE if trial else factors.MEMORY_NOISE
        time_noise = factors.TRIAL_TIME_NOISE if trial else factors.TIME_NOISE
        seconds = None if oom else row.measurement.step_time_s
        found.append(
            Evidence(
                key=key,
                label=_label(item.resolved),
                origin=row.provenance.origin,
                context=context_of(item.resolved),
                tokens=float(c.tokens[i]),
                memory=_observed(m.kind(kind.value)[i], size, noise, loadings, oom),
                memory_kind=kind,
                seconds=_observed(t.step[i], seconds, time_noise, of_time[:, i]),
            )
        )
    return found


def _observed(
    predicted: float, measured: float | None, noise: float, loadings: Array, at_least: bool = False
) -> Observed | None:
    if not measured:
        return None
    return Observed(float(predicted), float(measured), noise, tuple(loadings.tolist()), at_least)


def _why_not(row: BenchmarkRow) -> str:
    """Why a row says nothing about the estimator; empty when it does."""
    if row.unreadable:
        return f"{row.unreadable[0].column} cannot be read"
    figures = row.measurement
    if figures.status is Status.OOM:
        return ""
    if figures.status is Status.NOT_MEASURED or not (figures.peak_memory or figures.step_time_s):
        return "nothing was measured"
    return ""


def _trusted(found: Evidence) -> tuple[Evidence, list[str]]:
    """The evidence without figures that cannot be about that plan, and why they cannot."""
    reasons = []
    for name, field, figure in (("memory", "memory", found.memory), ("time", "seconds", found.seconds)):
        if figure is None or figure.at_least:
            continue
        ratio, most = figure.measured / figure.predicted, _PLAUSIBLE[name]
        if not math.isfinite(ratio) or not 1 / most <= ratio <= most:
            reasons.append(
                f"the memory is {ratio:.2g} times the estimate; look at its unit and its plan"
                if name == "memory"  # whole sentences, for the translator
                else f"the time is {ratio:.2g} times the estimate; look at its unit and its plan"
            )
            found = replace(found, **{field: None})  # type: ignore[arg-type]
    return found, reasons


def _label(resolved: ResolvedPlan) -> str:
    plan = resolved.plan
    return f"{resolved.llm.name} {plan.method.value}, {plan.seq_len:,} tokens"

"""Problems of how a peak memory is read: its unit, and whether it counts one GPU or all of them.

A reading is judged by the card's memory, which nothing exceeds, and by the estimate for the row's own plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import log

from gpuplanner.core.benchmark import BenchmarkRow, MemoryScope, MemoryUnit
from gpuplanner.core.units import GIB, MEMORY_UNITS, MIB, gib
from gpuplanner.report.row_checks.problem import Edit, Kind, Problem

_UNLIKELY, _LIKELY, _PERHAPS = log(1.6), log(1.25), log(1.6)
"""How far (in logarithms) from the estimate a reading is that is doubted, or proposed; where the reading as
it stands cannot be, a proposal may be farther off."""
_LEAST_BYTES = 256 * MIB
"""No training takes less: a CUDA context alone is larger."""
_LEAST_PROPOSED = GIB


@dataclass(frozen=True)
class _Reading:
    unit: MemoryUnit
    scope: MemoryScope
    per_gpu: float
    """Bytes."""


def memory_problems(
    index: int, row: BenchmarkRow, estimated: float | None, card: float | None
) -> Iterator[Problem]:
    """What is doubtful about the unit and the scope of a row's peak memory.

    Args:
        index: of the row.
        row: with a peak memory or without.
        estimated: bytes per GPU of the kind that was measured, None without estimate.
        card: bytes of the row's card, None where it is not known.
    """
    measured = row.measurement
    if not measured.peak_memory:
        return
    stands = _reading(row, measured.peak_memory_unit, measured.peak_memory_scope)
    doubt = _doubt(stands, estimated, card)
    better = _better(row, stands, estimated, card) if doubt else None
    settled = set()
    if better is not None:
        unit, scope = better.unit is not stands.unit, better.scope is not stands.scope
        settled = {"peak_memory_unit"} if unit else {"peak_memory_scope"}
        yield _proposal(index, row, doubt, better, scope=scope)
    elif card is not None and stands.per_gpu > card:
        to_do = "check the figure, its unit and the card"
        yield Problem(Kind.ABOVE_CARD, index, "peak_memory", doubt, to_do)
    empty = {name for name, text in row.as_written if not text.strip()} - settled
    if "peak_memory_unit" in empty:
        taken = measured.peak_memory_unit.value
        what, edits = f"The unit is not stated; read as {taken}", ((index, "peak_memory_unit", taken),)
        yield Problem(Kind.UNIT, index, "peak_memory_unit", what, edits=edits)
    if "peak_memory_scope" in empty and row.plan.n_gpus > 1:
        what = f"{row.plan.n_gpus:,} GPUs, and it is not stated whether this is one GPU's figure; read so"
        stated: tuple[Edit, ...] = ((index, "peak_memory_scope", measured.peak_memory_scope.value),)
        yield Problem(Kind.SCOPE, index, "peak_memory_scope", what, edits=stated)


def _reading(row: BenchmarkRow, unit: MemoryUnit, scope: MemoryScope) -> _Reading:
    value = row.measurement.peak_memory or 0.0
    share = row.plan.n_gpus if scope is MemoryScope.TOTAL else 1
    return _Reading(unit, scope, value * MEMORY_UNITS[unit.value] / share)


def _doubt(stands: _Reading, estimated: float | None, card: float | None) -> str:
    """Why the figure cannot be, or is unlikely, as it is read; an empty text for none."""
    if card is not None and stands.per_gpu > card:
        return f"{_amount(stands.per_gpu)} per GPU on a card of {_amount(card)}"
    if estimated and abs(log(stands.per_gpu / estimated)) > _UNLIKELY:
        return f"{_amount(stands.per_gpu)} per GPU, while {_amount(estimated)} is estimated"
    if not estimated and stands.per_gpu < _LEAST_BYTES:
        return f"{_amount(stands.per_gpu)} per GPU is less than any training takes"
    return ""


def _better(
    row: BenchmarkRow, stands: _Reading, estimated: float | None, card: float | None
) -> _Reading | None:
    """The reading in another unit or scope that can be, nearest to the estimate where there is one."""
    others = []
    if row.plan.n_gpus > 1:
        total = stands.scope is MemoryScope.TOTAL
        others.append(_reading(row, stands.unit, MemoryScope.PER_GPU if total else MemoryScope.TOTAL))
    # What is written most often comes first.
    units = (MemoryUnit.GIB, MemoryUnit.GB, MemoryUnit.MIB, MemoryUnit.MIB_1000)
    others += [_reading(row, unit, stands.scope) for unit in units if unit is not stands.unit]
    possible = [r for r in others if r.per_gpu >= _LEAST_PROPOSED and (card is None or r.per_gpu <= card)]
    above = card is not None and stands.per_gpu > card
    if not possible or (card is None and not estimated):
        return None
    # An estimate that does not fit either tells nothing about a figure that was measured on this card.
    if estimated and (card is None or estimated <= card):
        nearest = min(possible, key=lambda r: abs(log(r.per_gpu / estimated)))
        if abs(log(nearest.per_gpu / estimated)) < (_PERHAPS if above else _LIKELY):
            return nearest
    if estimated and not above:
        return None
    # What cannot be as it stands has to be something else: a total first, or a unit that is not far from it.
    likely = (
        r for r in possible if r.scope is not stands.scope or not estimated or 2 * r.per_gpu > (card or 0)
    )
    return next(likely, None)


def _proposal(index: int, row: BenchmarkRow, doubt: str, better: _Reading, *, scope: bool) -> Problem:
    if not scope:
        to_do = f"in {better.unit.value} it would be {_amount(better.per_gpu)}"
        edits = ((index, "peak_memory_unit", better.unit.value),)
        return Problem(Kind.UNIT, index, "peak_memory", doubt, to_do, edits=edits)
    amount = _amount(better.per_gpu)
    if better.scope is MemoryScope.TOTAL:
        to_do = f"as a total over {row.plan.n_gpus:,} GPUs it would be {amount} per GPU"
    else:
        to_do = f"as the figure of one GPU it would be {amount}"
    edits = ((index, "peak_memory_scope", better.scope.value),)
    return Problem(Kind.SCOPE, index, "peak_memory", doubt, to_do, edits=edits)


def _amount(n_bytes: float) -> str:
    """GiB, or MiB where that would be nothing."""
    if n_bytes >= GIB / 4:
        return f"{gib(n_bytes)} GiB"
    return f"{n_bytes / MIB:,.3g} MiB"

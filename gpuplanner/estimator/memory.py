"""Memory per GPU: the terms added up at every moment of a step, and what the allocator adds on top."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gpuplanner.core.estimate import PARTS
from gpuplanner.core.plan import Sharding
from gpuplanner.estimator.columns import Array, PlanColumns
from gpuplanner.estimator.constants import MemoryConstants
from gpuplanner.estimator.memory_moments import INFERENCE, MOMENTS, STEP, TRAINING, never_merged
from gpuplanner.estimator.memory_quantities import Quantities, quantities
from gpuplanner.estimator.memory_terms import TERMS
from gpuplanner.estimator.memory_zero import buckets_with_logits, not_free_yet
from gpuplanner.estimator.methods import loss_bytes, quantized_weights

Indices = NDArray[np.intp]
MOMENT_NAMES: tuple[str, ...] = tuple(MOMENTS)
_MOMENT_INDEX = {name: i for i, name in enumerate(MOMENTS)}
_PART_INDEX = {name: i for i, name in enumerate(PARTS)}

# Terms that live at the same moments and belong to the same part are added once for all moments.
_GROUPS: dict[tuple[int, tuple[int, ...]], list[int]] = {}
for _number, _term in enumerate(TERMS):
    _key = (_PART_INDEX[_term.part], tuple(_MOMENT_INDEX[moment] for moment in _term.moments))
    _GROUPS.setdefault(_key, []).append(_number)


_OF_INFERENCE = frozenset(number for number, term in enumerate(TERMS) if set(term.moments) <= set(INFERENCE))


@dataclass(frozen=True)
class MemoryColumns:
    """Bytes per GPU; n plans, p parts (`PARTS`), m moments (`MOMENTS`)."""

    parts: Array
    """Shape (m, p, n)."""
    allocated: Array
    """Live tensors at each moment, shape (m, n); −inf where a plan has no such moment."""
    fragmentation: Array
    """What the allocator holds beyond live tensors at each moment, shape (m, n)."""
    not_free_yet: Array
    """Of that, ZeRO-3's gathered layers that another stream still uses, shape (m, n)."""
    context: Array
    """Outside the allocator, shape (n,)."""
    peak_allocated: Array
    peak_reserved: Array
    peak_moment: Indices
    """Index of the moment that decides ``peak_reserved``, shape (n,)."""
    host: Array
    """Host memory of one node."""
    terms: tuple[Array, ...]
    """Bytes of every entry of `TERMS`, each of shape (n,) or one for all."""

    @property
    def peak_device(self) -> Array:
        """What NVML shows for the process at its peak."""
        return self.peak_reserved + self.context

    def kind(self, name: str) -> Array:
        """The peak as ``allocated``, ``reserved`` or ``device`` (also for ``unknown``)."""
        return {"allocated": self.peak_allocated, "reserved": self.peak_reserved}.get(name, self.peak_device)


def memory(c: PlanColumns, k: MemoryConstants) -> MemoryColumns:
    """Evaluate every term and find each plan's fullest moment.

    reserved = max over moments of (allocated + fragmentation); device = reserved + context.
    """
    q = quantities(c)
    n = np.broadcast_shapes(q.tokens.shape, c.gpus.shape)
    parts = np.zeros((len(MOMENTS), len(PARTS), *n))
    # Most tables hold no plan of inference, whose terms are then nothing.
    nothing = np.zeros(n) if not c.inference.any() else None
    terms = tuple(
        nothing if nothing is not None and number in _OF_INFERENCE else term.bytes(q, k)
        for number, term in enumerate(TERMS)
    )
    for (part, moments), numbers in _GROUPS.items():
        value = sum((terms[number] for number in numbers), start=np.zeros(n))
        for moment in moments:
            parts[moment, part] += value
    allocated = parts.sum(axis=1)
    training, inference = [[_MOMENT_INDEX[name] for name in names] for names in (TRAINING, INFERENCE)]
    allocated[training] += np.where(c.inference, -np.inf, 0.0)
    allocated[inference] += np.where(c.inference, 0.0, -np.inf)
    allocated[_MOMENT_INDEX["merge"]] += np.where(never_merged(q), -np.inf, 0.0)
    waiting = np.zeros((len(MOMENTS), *n))
    for name in (*STEP, "evaluation") if q.zero3.any() else ():
        waiting[_MOMENT_INDEX[name]] = not_free_yet(q, k, name)
    fragmentation = _fragmentation(q, k, n) + waiting
    pool = allocated + fragmentation
    peak_moment = pool.argmax(axis=0)
    several = (c.gpus > 1) & ~c.sharding[Sharding.LAYERS]
    context = k.context_bytes + np.where((c.deepspeed | several) & ~c.inference, k.distributed_bytes, 0.0)
    return MemoryColumns(
        parts=parts,
        allocated=allocated,
        fragmentation=fragmentation,
        not_free_yet=waiting,
        context=np.zeros(n) + context,
        peak_allocated=allocated.max(axis=0),
        peak_reserved=pool.max(axis=0),
        peak_moment=peak_moment,
        host=np.zeros(n) + _host(q),
        terms=terms,
    )


def largest_terms(m: MemoryColumns, moment: str) -> list[tuple[int, float]]:
    """For one plan: (number in `TERMS`, bytes) of every term that is alive at a moment, largest first."""
    alive = [
        (number, float(np.ravel(m.terms[number])[0]))
        for number, term in enumerate(TERMS)
        if moment in term.moments
    ]
    return sorted((item for item in alive if item[1] > 0), key=lambda item: -item[1])


def _fragmentation(q: Quantities, k: MemoryConstants, n: tuple[int, ...]) -> Array:
    """What the caching allocator holds beyond live tensors, shape (m, n).

    The loss works in blocks of different types, so freed 2-byte blocks do not serve 4-byte ones: the
    block-exact overhead (reserved − allocated of the loss) is paid at a fitted share.  ZeRO-3's blocks of
    initialisation (6 B per sub-group element) stay cached whole, ZeRO-1/2's at the same share.  Under FSDP1
    wrapping the root leaves its original beside the flat copy.
    """
    c, m = q.c, q.c.model
    share = k.fragmentation_share
    forward, backward, reserved = loss_bytes(c)
    entries = np.where(c.fused_loss, 0.0, m.vocab * q.tokens)
    buckets = buckets_with_logits(q, k)
    init = np.where(
        q.zero3, 6.0 * q.sub_group, np.where(q.zero12, share * 6.0 * q.trained / q.state_shards, 0.0)
    )
    init = np.where(c.offload_optimizer, 0.0, init)
    wrap = np.where(q.fsdp1, share * 4.0 * (m.embedding + q.head_weights), 0.0)
    base = np.where(c.inference, 0.0, k.cache_bytes + init + wrap)
    result = np.empty((len(MOMENTS), *n))
    result[:] = base
    result[_MOMENT_INDEX["load"]] = 0.0
    result[_MOMENT_INDEX["loss"]] += share * np.maximum(reserved - forward, 0.0) * entries
    # The buckets may be carved out of a freed logits block.
    result[_MOMENT_INDEX["head"]] += share * np.maximum((reserved - backward) * entries - buckets, 0.0)
    return result


def _host(q: Quantities) -> Array:
    """Host memory of one node at its fullest.

    Every rank reads the whole checkpoint into host memory before it moves or cuts it (QwenLM/Qwen #852:
    8 ranks × 145 GB), plus 3 GB for Python, CUDA and the data loader; offloaded states come on top.
    """
    c, m = q.c, q.c.model
    loading = np.where(c.sharding[Sharding.LAYERS], 1.0, c.per_node) * (
        q.packed + q.scales + 2 * (m.parameters - quantized_weights(c)) + 3e9
    )
    states = np.where(c.offload_optimizer, 16.0 * q.trained * c.per_node / c.gpus, 0.0)
    weights = np.where(c.offload_parameters, 2.0 * m.parameters * c.per_node / c.gpus, 0.0)
    return loading + states + weights

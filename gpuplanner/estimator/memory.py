"""Memory per GPU: the terms added up at every moment of a step, and what the allocator adds on top."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gpuplanner.core.estimate import PARTS
from gpuplanner.core.plan import Sharding
from gpuplanner.estimator.columns import Array, PlanColumns
from gpuplanner.estimator.constants import MemoryConstants
from gpuplanner.estimator.memory_formulae import reduce_buckets
from gpuplanner.estimator.memory_quantities import Quantities, quantities
from gpuplanner.estimator.memory_terms import INFERENCE, MOMENTS, TERMS, TRAINING
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


@dataclass(frozen=True)
class MemoryColumns:
    """Bytes per GPU; n plans, p parts (`PARTS`), m moments (`MOMENTS`)."""

    parts: Array
    """Shape (m, p, n)."""
    allocated: Array
    """Live tensors at each moment, shape (m, n); −inf where a plan has no such moment."""
    fragmentation: Array
    """What the allocator holds beyond live tensors at each moment, shape (m, n)."""
    context: Array
    """Outside the allocator, shape (n,)."""
    peak_allocated: Array
    peak_reserved: Array
    peak_moment: Indices
    """Index of the moment that decides ``peak_reserved``, shape (n,)."""
    host: Array
    """Host memory of one node."""

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
    for (part, moments), numbers in _GROUPS.items():
        value = sum((TERMS[number].bytes(q, k) for number in numbers), start=np.zeros(n))
        for moment in moments:
            parts[moment, part] += value
    allocated = parts.sum(axis=1)
    for name in TRAINING:
        allocated[_MOMENT_INDEX[name]][np.broadcast_to(c.inference, n)] = -np.inf
    for name in INFERENCE:
        allocated[_MOMENT_INDEX[name]][np.broadcast_to(~c.inference, n)] = -np.inf
    fragmentation = _fragmentation(q, k, n)
    pool = allocated + fragmentation
    peak_moment = pool.argmax(axis=0)
    several = (c.gpus > 1) & ~c.sharding[Sharding.LAYERS]
    context = k.context_bytes + np.where((c.deepspeed | several) & ~c.inference, k.distributed_bytes, 0.0)
    return MemoryColumns(
        parts=parts,
        allocated=allocated,
        fragmentation=fragmentation,
        context=np.broadcast_to(context, n),
        peak_allocated=allocated.max(axis=0),
        peak_reserved=pool.max(axis=0),
        peak_moment=peak_moment,
        host=np.broadcast_to(_host(q), n),
    )


def term_bytes(c: PlanColumns, k: MemoryConstants, moment: str) -> list[tuple[int, float]]:
    """For one plan: (number in `TERMS`, bytes) of every term that is alive at a moment, largest first."""
    q = quantities(c)
    found = [
        (number, float(np.ravel(term.bytes(q, k))[0]))
        for number, term in enumerate(TERMS)
        if moment in term.moments
    ]
    return sorted((item for item in found if item[1] > 0), key=lambda item: -item[1])


def _fragmentation(q: Quantities, k: MemoryConstants, n: tuple[int, ...]) -> Array:
    """What the caching allocator holds beyond live tensors, shape (m, n).

    The loss works in blocks of different types, so freed 2-byte blocks do not serve 4-byte ones: the
    block-exact overhead (reserved − allocated of the loss) is paid at a fitted share.  ZeRO-3's blocks of
    initialisation (6 B per sub-group element) stay cached whole, ZeRO-1/2's at the same share.  Under FSDP
    wrapping the root leaves its original beside the flat copy.
    """
    c, m = q.c, q.c.model
    share = k.fragmentation_share
    forward, backward, reserved = loss_bytes(c)
    entries = np.where(c.fused_loss, 0.0, m.vocab * q.tokens)
    buckets = reduce_buckets(q, k)
    init = np.where(
        q.zero3, 6.0 * q.sub_group, np.where(q.zero12, share * 6.0 * q.trained / q.state_shards, 0.0)
    )
    init = np.where(c.offload_optimizer, 0.0, init)
    wrap = np.where(q.gathers & c.sharding[Sharding.FSDP], share * 4.0 * (m.embedding + q.head_weights), 0.0)
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

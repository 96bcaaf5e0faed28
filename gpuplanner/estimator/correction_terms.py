"""The doubts of an estimate that measurements can settle, and what settling them changes, part by part.

The same doubts make the width of the interval (`uncertainty`), so that what is learned about one of them
narrows the interval by just that much.  Two more stand for what no formula explains: live tensors and
overhead that are not counted at all, shared by the lengths of one series.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gpuplanner.core.estimate import PARTS
from gpuplanner.estimator.columns import Array, PlanColumns
from gpuplanner.estimator.constants import MemoryConstants, TimeConstants
from gpuplanner.estimator.memory import MOMENT_NAMES, MemoryColumns
from gpuplanner.estimator.roofline import TimeColumns
from gpuplanner.estimator.uncertainty import memory_doubts, time_doubts

DOUBTED_PARTS = ("activations", "logits", "temporary", "kv_cache")
"""Parts of the allocated bytes whose formula may be off by a factor."""
MEMORY_DOUBTS = (*DOUBTED_PARTS, "fragmentation", "fixed", "allocated", "overhead")
"""``fixed``: context and cache, the same at every length; the last two: not explained by a formula."""
UNEXPLAINED_ALLOCATED = 0.02
"""Standard deviation, as a share of the allocated bytes."""
UNEXPLAINED_OVERHEAD = 0.02
"""Standard deviation, as a share of the device bytes."""

TIME_DOUBTS = (
    "host",
    "linears",
    "attention",
    "element-wise",
    "LoRA side path",
    "head and loss",
    "dequantization",
    "gradients",
    "optimizer",
    "links",
    "time",
)
UNEXPLAINED_TIME = 0.04

_LOAD = MOMENT_NAMES.index("load")
_PART = {name.removesuffix("_bytes"): i for i, name in enumerate(PARTS)}


def memory_loadings(c: PlanColumns, k: MemoryConstants, m: MemoryColumns, kind: str) -> Array:
    """What one standard deviation of each doubt adds to the peak of a kind, as a share of it, (doubts, n)."""
    of_allocated = kind == "allocated"
    moment = m.allocated.argmax(axis=0) if of_allocated else np.broadcast_to(m.peak_moment, m.host.shape)
    at = np.arange(m.host.size)
    doubts = memory_doubts(c)
    zero = np.zeros(m.host.shape)
    sizes = {name: m.parts[moment, _PART[name], at] * doubts[name] for name in DOUBTED_PARTS}
    cache = np.where(c.inference, 0.0, k.cache_bytes) + zero
    if not of_allocated:
        outside = 0.0 if kind == "reserved" else m.context
        waiting = m.not_free_yet[moment, at]
        blocks = np.maximum(m.fragmentation[moment, at] - waiting - cache, 0.0)
        sizes["fragmentation"] = blocks * doubts["fragmentation"]
        sizes["temporary"] = sizes["temporary"] + waiting * doubts["temporary"]
        sizes["fixed"] = (cache + outside) * doubts["fixed"]
        sizes["overhead"] = UNEXPLAINED_OVERHEAD * m.peak_device
    sizes["allocated"] = UNEXPLAINED_ALLOCATED * m.allocated[moment, at]
    return np.stack([sizes.get(name, zero) + zero for name in MEMORY_DOUBTS]) / m.kind(kind)


def shifted_memory(c: PlanColumns, k: MemoryConstants, m: MemoryColumns, shifts: Array) -> MemoryColumns:
    """The memory with every doubt moved by so many standard deviations, shape (doubts, n).

    Parts scale, what is not explained goes to the temporaries (live tensors) and to the allocator
    (overhead), and nothing falls below zero; so parts still add up to what is allocated, and allocated,
    fragmentation and context to the device.
    """
    move = dict(zip(MEMORY_DOUBTS, shifts, strict=True))
    doubts = memory_doubts(c)
    parts = m.parts.copy()
    for name in DOUBTED_PARTS:
        parts[:, _PART[name]] *= np.maximum(1 + doubts[name] * move[name], 0.0)
    extra = UNEXPLAINED_ALLOCATED * m.peak_allocated * move["allocated"]
    moments = [i for i in range(len(MOMENT_NAMES)) if i != _LOAD]
    temporary = _PART["temporary"]
    parts[moments, temporary] = np.maximum(parts[moments, temporary] + extra, 0.0)
    # −∞ marks a moment that a plan does not have.
    allocated = np.where(np.isfinite(m.allocated), parts.sum(axis=1), -np.inf)
    cache = np.where(c.inference, 0.0, k.cache_bytes)
    blocks = np.maximum(m.fragmentation - m.not_free_yet - cache, 0.0)
    waiting = m.not_free_yet * np.maximum(1 + doubts["temporary"] * move["temporary"], 0.0)
    fixed = np.maximum(1 + doubts["fixed"] * move["fixed"], 0.0)
    spare = UNEXPLAINED_OVERHEAD * m.peak_device * move["overhead"]
    fragmentation = (
        blocks * np.maximum(1 + doubts["fragmentation"] * move["fragmentation"], 0.0) + cache * fixed + spare
    )
    fragmentation = np.maximum(fragmentation + waiting, 0.0)
    fragmentation[_LOAD] = m.fragmentation[_LOAD]
    pool = allocated + fragmentation
    return replace(
        m,
        parts=parts,
        allocated=allocated,
        fragmentation=fragmentation,
        context=m.context * fixed,
        peak_allocated=allocated.max(axis=0),
        peak_reserved=pool.max(axis=0),
        peak_moment=pool.argmax(axis=0),
    )


def time_loadings(c: PlanColumns, k: TimeConstants, t: TimeColumns) -> Array:
    """What one standard deviation of each doubt adds to the step time, as a share of it, (doubts, n)."""
    shares = time_doubts(c, k, t)
    shares["time"] = np.full(t.step.shape, UNEXPLAINED_TIME)
    return np.stack([np.broadcast_to(shares[name], t.step.shape) for name in TIME_DOUBTS])


def shifted_time(t: TimeColumns, loadings: Array, shifts: Array) -> TimeColumns:
    """The step time with every doubt moved by so many standard deviations; its shares move with it."""
    factor = np.maximum(1 + (loadings * shifts).sum(axis=0), 0.1)
    classes = {name: value * factor for name, value in t.classes.items()}
    return replace(t, step=t.step * factor, classes=classes)

"""How sure an estimate is: a spread in log space from the shares of the terms that are in doubt.

σ² = floor² + Σ (share of a term · doubt about it)². The interval therefore widens by itself where a doubtful
term dominates. Doubts were set so that 90 % intervals hold about 90 % of left-out series of the Qwen profile
and were then checked on a second framework's table; ``gpuplanner accuracy`` prints the coverage.
"""

from __future__ import annotations

import math

import numpy as np

from gpuplanner.core.estimate import PARTS
from gpuplanner.core.plan import Sharding
from gpuplanner.estimator.columns import Array, PlanColumns
from gpuplanner.estimator.constants import MemoryConstants, TimeConstants
from gpuplanner.estimator.memory import MemoryColumns
from gpuplanner.estimator.roofline import TimeColumns

Z_90 = 1.645
"""Half-width of a two-sided 90 % interval, in standard deviations."""


def memory_spread(c: PlanColumns, k: MemoryConstants, m: MemoryColumns) -> Array:
    """Standard deviation of log(true / estimated device memory), shape (n,)."""
    device = m.peak_device
    index = np.broadcast_to(m.peak_moment, device.shape)
    columns = np.arange(device.size)
    share = {name: m.parts[index, i, columns] / device for i, name in enumerate(PARTS)}
    fragmentation = (m.fragmentation[index, columns] - np.where(c.inference, 0.0, k.cache_bytes)) / device
    fixed = (m.context + np.where(c.inference, 0.0, k.cache_bytes)) / device
    # The profile's own recipe was read line by line; other model code and frameworks may copy more or less.
    known = c.model.qwen_code & ~c.framework_fsdp
    doubts = (
        (share["activations_bytes"], np.where(known, 0.15, 0.25)),
        (share["logits_bytes"], np.where(known, 0.08, 0.20)),
        (share["temporary_bytes"], np.where(known, 0.12, 0.25)),
        (share["kv_cache_bytes"], np.where(known, 0.05, 0.25)),
        (fragmentation, np.where(known, 0.45, 0.80)),
        (fixed, np.where(known, 0.20, 0.35)),
    )
    floor = np.where(known, 0.025, np.where(c.any_sharding(Sharding.NONE, Sharding.DDP), 0.035, 0.045))
    variance: Array = floor**2
    for part, doubt in doubts:
        variance = variance + (part * doubt) ** 2
    spread: Array = np.sqrt(variance)
    return spread


def time_spread(c: PlanColumns, k: TimeConstants, t: TimeColumns) -> Array:
    """Standard deviation of log(true / estimated step time), shape (n,).

    Doubts on the profile's card and recipe: linears 5 %, attention 8, element-wise, side path and
    dequantisation 12, head 10, host 15, links 30, gradients 20, floor 3.5, all times 0.6; elsewhere linears
    and attention 12 % with a measured matmul and 25 without, element-wise 20, dequantisation 25, host 40,
    NVLink 30, PCIe and networks 100, floor 8 (physics_time: checked on 33 rows of another framework).
    """
    own = c.model.qwen_code & c.matmul_measured & c.hbm & ~c.framework_fsdp
    matmul = np.where(own, 0.03, np.where(c.matmul_measured, 0.12, 0.25))
    traffic = np.where(own, 0.072, 0.20)
    slow_link = ~c.nvlink | (c.nodes > 1) | c.link_assumed
    link = np.where(slow_link, np.where(own, 0.30, 1.0), np.where(own, 0.18, 0.30))
    doubts = {
        "linears": matmul,
        "attention": matmul * 1.6,
        "element-wise": traffic,
        "LoRA side path": traffic,
        "head and loss": np.where(own, 0.06, 0.20),
        "dequantization": np.where(own, 0.072, 0.25),
        "gradients": np.where(own, 0.12, 0.30),
        "optimizer": np.where(own, 0.12, 0.30),
        "links": link,
    }
    host = np.where(own, 0.09, 0.40)
    # Sensitivity of the p-norm of host and device: the slower one carries the doubt.
    busy = np.maximum(t.device + t.classes["links"], 1e-30)
    ratio = (t.classes["host"] / busy) ** k.host_overlap
    waits_for_host = ratio / (1 + ratio)
    variance = np.where(own, 0.021, 0.08) ** 2 + (waits_for_host * host) ** 2
    for name, doubt in doubts.items():
        variance = variance + ((1 - waits_for_host) * t.classes[name] / busy * doubt) ** 2
    spread: Array = np.sqrt(variance)
    return spread


def probability_below(budget: Array, central: Array, spread: Array) -> Array:
    """Probability that a log-normal figure with that median and spread stays below the budget."""
    with np.errstate(divide="ignore"):
        z = (np.log(np.maximum(budget, 1e-300)) - np.log(central)) / spread
    return np.array([0.5 * math.erfc(-value / math.sqrt(2)) for value in np.ravel(z)]).reshape(np.shape(z))

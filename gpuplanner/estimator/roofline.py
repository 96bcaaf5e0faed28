"""The roofline's pieces: how two limits join, one matmul, element-wise kernels, the shape of the result."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gpuplanner.core.plan import Sharding
from gpuplanner.estimator.columns import Array, Mask, PlanColumns
from gpuplanner.estimator.constants import TimeConstants

COMPUTE = ("linears", "attention")
BANDWIDTH = ("element-wise", "LoRA side path", "head and loss", "dequantization", "gradients", "optimizer")


@dataclass(frozen=True)
class TimeColumns:
    """Seconds, shape (n,)."""

    step: Array
    """One optimizer step; for inference one generated token."""
    classes: dict[str, Array]
    """Seconds per step by kernel class, host and links; host and device overlap."""
    flops_per_step: Array
    """Useful FLOPs of one step on one GPU: no recompute."""

    @property
    def device(self) -> Array:
        """Seconds of kernels per step."""
        return sum((self.classes[name] for name in (*COMPUTE, *BANDWIDTH)), start=np.zeros_like(self.step))


def join(a: Array, b: Array, exponent: float) -> Array:
    """p-norm of two overlapping times: 1 adds them, infinity takes the larger."""
    if exponent == 1:
        return a + b
    largest = np.maximum(np.maximum(a, b), 1e-30)
    ratio = np.minimum(a, b) / largest
    joined: Array = largest * (1 + ratio**exponent) ** (1 / exponent)
    return joined


def with_links(c: PlanColumns, k: TimeConstants, device: Array, links: Array) -> Array:
    """Kernels and collectives together: FSDP and DDP run collectives ahead on a stream of their own.

    FSDP gathers the next unit while this one computes, and reduces behind it; DDP all-reduces full buckets
    during backward.  DeepSpeed's collectives add (`TimeConstants.link_overlap`).

    Sources: torch distributed/fsdp/_runtime_utils.py (unshard stream, prefetch), nn/parallel/distributed.py.
    """
    hidden = join(device, links, k.prefetch_overlap)
    return np.where(ahead_of_need(c), hidden, join(device, links, k.link_overlap))


def ahead_of_need(c: PlanColumns) -> Mask:
    """Where collectives overlap with compute."""
    return c.any_sharding(Sharding.FSDP, Sharding.DDP)


def matmul(m: Array, n: Array, k_dim: Array, c: PlanColumns, k: TimeConstants, extra_axis: bool) -> Array:
    """Time of one (m × k)·(k × n) matmul in 16 bits, [s].

    ((2mnk / (e·P))^s + (2(mk + nk + mn) / (b·BW))^s)^(1/s) + latency, with e the measured share of the
    dense peak P, less on Hopper, which cannot hold it.  Shape s and b: microsoft/vidur ``mlp.csv`` of A100,
    H100, A40 (mean error 6–9 %).
    """
    sustained = np.where(c.hopper, k.hopper_sustained, 1.0)
    rate, bandwidth = sustained * c.matmul_share * c.peak_flops, k.matmul_bandwidth * c.bandwidth
    if extra_axis:
        rate, bandwidth = rate[:, None], bandwidth[:, None]
    width = c.compute_bytes[:, None] if extra_axis else c.compute_bytes
    compute = 2 * m * n * k_dim / rate
    traffic = width * (m * k_dim + n * k_dim + m * n) / bandwidth
    return join(compute, traffic, k.matmul_shape) + k.matmul_latency_s


def elementwise_rate(c: PlanColumns, k: TimeConstants) -> Array:
    """Bytes per second that element-wise kernels reach; GDDR cards reach 0.80 of their peak (vidur A40)."""
    return np.where(c.hbm, k.elementwise_bandwidth, 0.80) * c.bandwidth

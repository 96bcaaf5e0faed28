"""Time of one generated token: every weight is read once, and a small model waits for Python."""

from __future__ import annotations

import numpy as np

from gpuplanner.estimator.columns import PlanColumns
from gpuplanner.estimator.constants import TimeConstants
from gpuplanner.estimator.methods import base_weight_bytes, cached_elements, quantized_weights
from gpuplanner.estimator.roofline import BANDWIDTH, COMPUTE, TimeColumns, elementwise_rate, join

LAYER_DECODE_S = 0.72e-3
"""Host time of one layer in eager generation: 18.5 ms a token over 24 layers, QwenLM/Qwen's table, 1.8B."""


def decode(c: PlanColumns, k: TimeConstants) -> TimeColumns:
    """One generated token for the whole batch: every weight that a token touches is read once.

    The mean KV cache is read by attention, and read and written once more where it grows. Of E experts a
    batch of B touches E·(1 − (1 − k/E)^B). Matmuls are bound by these reads or by their FLOPs.

    Eager HF generation launches about 18 kernels a layer and 300 µs of Python a layer; the host decides for
    small models (54 tokens/s at 1.8B and 41 at 7B in QwenLM/Qwen's table).
    """
    m = c.model
    packed, scales = base_weight_bytes(c)
    linears = packed + scales + c.weight_bytes * (m.linear_weights - quantized_weights(c))
    head = c.weight_bytes * np.where(m.head > 0, m.head, m.embedding)
    idle = (1 - m.linear_token_share) ** c.micro_batch[:, None]
    sizes = m.linear_in * m.linear_out * m.linear_modules
    touched = (sizes * (1 - idle)).sum(axis=-1) / sizes.sum(axis=-1)
    cache = c.kv_bytes * c.micro_batch * cached_elements(c, c.seq_len + c.new_tokens / 2)
    flops = 2 * (m.active_parameters - m.embedding) * c.micro_batch
    reads = join(
        (linears * touched + head) / (k.matmul_bandwidth * c.bandwidth),
        flops / (c.matmul_share * c.peak_flops),
        k.matmul_shape,
    )
    copies = 3 * cache / elementwise_rate(c, k)
    host = m.layers * LAYER_DECODE_S + np.zeros_like(c.seq_len)
    device = reads + copies
    step = join(device, host, k.host_overlap)
    zero = np.zeros_like(step)
    classes = dict.fromkeys((*COMPUTE, *BANDWIDTH, "links"), zero)
    classes |= {"linears": zero + reads, "attention": zero + copies, "host": zero + host}
    return TimeColumns(step, classes, flops + zero)

"""Time of one generated token: every weight is read once, and a small model waits for Python."""

from __future__ import annotations

import numpy as np

from gpuplanner.core.plan import Quantization
from gpuplanner.estimator.columns import PlanColumns
from gpuplanner.estimator.constants import TimeConstants
from gpuplanner.estimator.roofline import BANDWIDTH, COMPUTE, TimeColumns, elementwise_rate, join

LAYER_DECODE_S = 0.72e-3
"""Host time of one layer in eager generation: 18.5 ms a token over 24 layers, QwenLM/Qwen's table, 1.8B."""


def decode(c: PlanColumns, k: TimeConstants) -> TimeColumns:
    """One generated token (for the whole batch): every weight and the mean KV cache are read once.

    Eager HF generation launches about 18 kernels a layer and 300 µs of Python a layer; the host decides for
    small models (54 tokens/s at 1.8B and 41 at 7B in QwenLM/Qwen's table).
    """
    m, kinds = c.model, c.quantization
    four = kinds[Quantization.NF4] | kinds[Quantization.NF4_DQ] | kinds[Quantization.GPTQ_INT4]
    per_weight = np.where(four, 0.55, np.where(c.quantized(), 1.05, 2.0))
    ends = 2 * np.where(m.head > 0, m.head, m.embedding)
    active = m.linear_weights * np.minimum(m.active_parameters / m.parameters, 1.0)
    cache = m.kv_elements * c.kv_bytes * c.micro_batch * (c.seq_len + c.new_tokens / 2)
    reads = (per_weight * active + ends) / (k.matmul_bandwidth * c.bandwidth)
    copies = 3 * cache / elementwise_rate(c, k)
    host = m.layers * LAYER_DECODE_S + np.zeros_like(c.seq_len)
    device = reads + copies
    step = join(device, host, k.host_overlap)
    zero = np.zeros_like(step)
    classes = dict.fromkeys((*COMPUTE, *BANDWIDTH, "links"), zero)
    classes |= {"linears": zero + reads, "attention": zero + copies, "host": zero + host}
    flops = 2 * (m.active_parameters - m.embedding) * c.micro_batch + zero
    return TimeColumns(step, classes, flops)

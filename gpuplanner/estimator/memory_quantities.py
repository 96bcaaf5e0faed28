"""Counts and sizes that several memory terms share: what is trained, how it is cut, what one layer keeps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gpuplanner.core.plan import Sharding
from gpuplanner.estimator.columns import Array, Mask, PlanColumns
from gpuplanner.estimator.methods import base_weight_bytes, quantized_weights, zero_partitioned

SUB_GROUP_ELEMENTS = 1e9
"""DeepSpeed's default ``sub_group_size``."""


@dataclass(frozen=True)
class Quantities:
    """Shared sizes of shape (n,), per GPU where it is said; built once by `quantities`."""

    c: PlanColumns
    tokens: Array
    adapters: Array
    """LoRA parameters, whole model."""
    copies: Array
    """Parameters of the trained second copies of embeddings and head (LoRA with embeddings)."""
    trained: Array
    """All trained parameters, whole model."""
    trained_head: Array
    """Parameters of the head when it is trained, else 0."""
    head_weights: Array
    """Parameters of the output projection, tied or not."""
    parameter_bytes: Array
    """Bytes of a stored base parameter on the GPU (DeepSpeed keeps 16 bits there)."""
    adapter_bytes: Array
    """Bytes of a stored adapter parameter."""
    weight_shards: Array
    """Over how many GPUs the weights are cut."""
    state_shards: Array
    """Over how many GPUs the optimizer's states are cut."""
    layer_shards: Array
    """Over how many GPUs the layers are dealt (naive split)."""
    zero12: Mask
    zero3: Mask
    gathers: Mask
    """Weights are brought in before use: ZeRO-3 or FSDP, on several GPUs or from the host."""
    packed: Array
    scales: Array
    sub_group: Array
    """Elements of one ZeRO-3 sub-group."""
    layer_unit: Array
    """Bytes of one gathered layer."""
    layer_kept: Array
    """Bytes that one layer keeps for its backward."""


def quantities(c: PlanColumns) -> Quantities:
    """Everything that several terms need, from the plan's columns."""
    m, s = c.model, c.sharding
    adapters = np.where(c.lora, m.adapter_per_rank * c.rank, 0.0)
    head_weights = np.where(m.head > 0, m.head, m.embedding)
    copies = np.where(c.embeddings, m.embedding + head_weights, 0.0)
    trained = np.where(c.full, m.parameters, adapters + copies)
    half_on_gpu = c.deepspeed & (c.compute_bytes == 2)
    parameter_bytes = np.where(half_on_gpu, 2.0, c.weight_bytes)
    adapter_bytes = np.where(half_on_gpu, 2.0, c.adapter_bytes)
    zero12, zero3 = zero_partitioned(c), s[Sharding.ZERO3]
    cut = zero3 | s[Sharding.FSDP]
    packed, scales = base_weight_bytes(c)
    state_shards = np.where(cut | zero12, c.gpus, 1.0)
    largest_tensor = np.maximum(head_weights, m.largest_linear) / state_shards
    sub_group = np.minimum(trained / state_shards, SUB_GROUP_ELEMENTS + 0.5 * np.minimum(largest_tensor, 1e8))
    layer_share = m.layer_weights / m.linear_weights
    unquantized = m.layer_weights * parameter_bytes * (1 - quantized_weights(c) / m.linear_weights)
    return Quantities(
        c=c,
        tokens=c.tokens,
        adapters=adapters,
        copies=copies,
        trained=trained,
        trained_head=np.where(c.full | c.embeddings, head_weights, 0.0),
        head_weights=head_weights,
        parameter_bytes=parameter_bytes,
        adapter_bytes=adapter_bytes,
        weight_shards=np.where(cut, c.gpus, 1.0),
        state_shards=state_shards,
        layer_shards=np.where(s[Sharding.LAYERS], np.minimum(c.gpus, m.layers), 1.0),
        zero12=zero12,
        zero3=zero3,
        gathers=cut & ((c.gpus > 1) | c.offload_parameters),
        packed=packed,
        scales=scales,
        sub_group=sub_group,
        layer_unit=unquantized + packed * layer_share,
        layer_kept=_layer_kept(c),
    )


def _layer_kept(c: PlanColumns) -> Array:
    """Bytes that autograd keeps of one layer's forward, [B].

    Per token, with a = bytes of an activation, r = bytes of the residual stream: the inputs of the norms
    (2·r·h, and fp32 copies 4·h each where transformers' norm runs), Q, K, V before and after the rotation
    (a·(2q + 2k + v)), the attention output (a·q) with its log-sum-exp (4 B a head), gate, up and activation
    (6 B a unit of the MLP, 4 without a gate); inputs of the linears where their weight is trained; per
    adapted linear the dropped input and its mask ((a + 1)·in), or the shared input without dropout.
    Eager attention keeps scores·softmax: (4 + a) B per head and pair of tokens.

    Sources: torch's saved tensors of the modelling code (QwenLM/Qwen modeling_qwen.py, transformers Llama),
    peft tuners/lora. Checked against a real Qwen-1 layer's count of 27·h + 9·f (LoRA) and 22·h + 8·f (full).
    """
    m = c.model
    a = c.compute_bytes
    r = c.stream_bytes
    norms = 2 * r * m.hidden + np.where(m.qwen_code, 0.0, 2 * 4.0 * m.hidden)
    attention = a * (2 * m.query_width + 2 * m.kv_width + m.value_width) + a * m.query_width + 4 * m.heads
    mlp = np.where(m.gated, 3.0, 2.0) * a * m.mlp_width
    routed = a * m.hidden * (m.mlp_inputs - 1)
    trained_inputs = a * (2 * m.hidden + m.mlp_width)
    dropped = np.where(c.dropout, a + 1, a * 0.75) * m.target_inputs
    inputs = np.where(c.full, trained_inputs, np.where(c.lora, dropped, 0.0))
    per_token = norms + attention + mlp + routed + inputs
    scores = np.where(c.eager, (4 + a) * m.heads * c.seq_len, 0.0)
    weight_copies = np.where(c.mixed, 2.0 * m.layer_weights, 0.0)
    weight_copies = np.where(c.quantized(), 0.0, weight_copies)
    unpacked = np.where(c.gptq, 2 * (m.layer_weights - m.largest_linear), 0.0)
    return (per_token + scores) * c.tokens + weight_copies + unpacked

"""Counts and sizes that several memory terms share: what is trained, how it is cut, what one layer keeps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gpuplanner.core.plan import Sharding
from gpuplanner.estimator.columns import Array, Mask, PlanColumns
from gpuplanner.estimator.kept import bytes_by_reason, kept_per_token, layer_working, weight_copies
from gpuplanner.estimator.methods import (
    base_weight_bytes,
    fully_shard,
    loss_bytes,
    quantized_weights,
    sums_whole_gradients,
    zero_partitioned,
)

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
    computed_bytes: Array
    """Bytes of a base parameter while it computes, and of its fresh gradient."""
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
    fsdp1: Mask
    """They are, and by torch's FullyShardedDataParallel."""
    fsdp2: Mask
    """They are, and by torch's fully_shard."""
    packed: Array
    scales: Array
    packed_share: Array
    """Of the linears' weights, the share that is quantised."""
    sub_group: Array
    """Elements of one ZeRO-3 sub-group."""
    layer_unit: Array
    """Bytes of one gathered layer."""
    layer_kept: Array
    """Bytes that the largest layer keeps for its backward."""
    layers_kept: Array
    """Bytes that all layers keep for their backward."""
    end_kept: Array
    """Bytes that the last norm and the head keep for their backward."""
    whole_gradients: Array
    """Bytes of all gradients in the type of what is trained, not yet cut."""
    gradients: Array
    """The same, as one GPU holds them."""
    gradients_before: Array
    """The same, as one GPU holds them between the micro batches of a step."""
    gradients_kept: Mask
    """They are there before backward: DeepSpeed's partition, or those of an earlier micro batch."""
    loss: tuple[Array, Array, Array]
    """`methods.loss_bytes`."""
    layer_working: Array
    """Bytes that one layer's backward works on beside what it keeps."""


def quantities(c: PlanColumns) -> Quantities:
    """Everything that several terms need, from the plan's columns."""
    m, s = c.model, c.sharding
    adapters = np.where(c.lora, m.adapter_per_rank * c.rank, 0.0)
    # Learned positions are embeddings too, but no head is tied to them, and peft copies neither.
    tokens_embedding = m.vocab * m.hidden
    head_weights = np.where(m.head > 0, m.head, tokens_embedding)
    copies = np.where(c.embeddings, tokens_embedding + head_weights, 0.0)
    trained = np.where(c.full, m.parameters - m.idle, adapters + copies)
    half_on_gpu = c.deepspeed & (c.compute_bytes == 2)
    parameter_bytes = np.where(half_on_gpu, 2.0, c.weight_bytes)
    zero12, zero3 = zero_partitioned(c), s[Sharding.ZERO3]
    cut = zero3 | s[Sharding.FSDP]
    packed, scales = base_weight_bytes(c)
    state_shards = np.where(cut | zero12, c.gpus, 1.0)
    # A group is closed by the tensor that takes it over the limit: on average half of a layer's linear more.
    sub_group = np.minimum(trained, state_shards * SUB_GROUP_ELEMENTS + 0.5 * m.largest_linear) / state_shards
    layer_share = m.layer_weights / m.linear_weights
    packed_share = quantized_weights(c) / m.linear_weights
    computed_bytes = np.where(c.cast_units, c.compute_bytes, parameter_bytes)
    unquantized = m.layer_weights * computed_bytes * (1 - packed_share)
    layer_shards = np.where(s[Sharding.LAYERS], np.minimum(c.gpus, m.layers), 1.0)
    gathers = cut & ((c.gpus > 1) | c.offload_parameters)
    whole_gradients = parameter_bytes * np.where(c.full, trained, copies)
    whole_gradients = whole_gradients + c.adapter_bytes * adapters / layer_shards
    gradients = _gradients(c, whole_gradients, state_shards)
    whole_before = sums_whole_gradients(c) | s[Sharding.ZERO1]
    by_reason = bytes_by_reason(c)
    end_kept = c.tokens * kept_per_token(c, m.kept_after_layers, by_reason)
    return Quantities(
        c=c,
        tokens=c.tokens,
        adapters=adapters,
        copies=copies,
        trained=trained,
        trained_head=np.where(c.full | c.embeddings, head_weights, 0.0),
        head_weights=head_weights,
        parameter_bytes=parameter_bytes,
        computed_bytes=computed_bytes,
        adapter_bytes=c.adapter_bytes,
        weight_shards=np.where(cut, c.gpus, 1.0),
        state_shards=state_shards,
        layer_shards=layer_shards,
        whole_gradients=whole_gradients,
        zero12=zero12,
        zero3=zero3,
        gathers=gathers,
        fsdp1=gathers & s[Sharding.FSDP] & ~fully_shard(c),
        fsdp2=gathers & s[Sharding.FSDP] & fully_shard(c),
        packed=packed,
        scales=scales,
        packed_share=packed_share,
        sub_group=sub_group,
        layer_unit=unquantized + packed * layer_share,
        layer_kept=_largest_kept(c, by_reason, adapters),
        layers_kept=_all_kept(c, by_reason, adapters, end_kept),
        end_kept=end_kept,
        gradients=gradients,
        gradients_before=np.where(whole_before & (gradients > 0), whole_gradients, gradients),
        gradients_kept=zero3 | (c.accumulation > 1),
        loss=loss_bytes(c),
        layer_working=layer_working(c),
    )


def _gradients(c: PlanColumns, whole: Array, shards: Array) -> Array:
    away = c.offload_optimizer & (c.deepspeed | c.sharding[Sharding.FSDP])
    return np.where(away, 0.0, whole / shards)


def _largest_kept(c: PlanColumns, by_reason: Array, adapters: Array) -> Array:
    m = c.model
    linears = m.layer_weights - m.layer_experts
    copies = weight_copies(c, linears, m.adapted_experts, adapters / m.layers)
    unpacked = np.where(c.gptq, 2 * (m.layer_weights - m.largest_linear), 0.0)
    return c.tokens * kept_per_token(c, m.kept_of_largest, by_reason) + copies + unpacked


def _all_kept(c: PlanColumns, by_reason: Array, adapters: Array, one_norm: Array) -> Array:
    m = c.model
    copies = weight_copies(c, m.linear_weights - m.packed_weights, m.all_adapted_experts, adapters)
    unpacked = np.where(c.gptq, 2 * (m.linear_weights - m.layers * m.largest_linear), 0.0)
    kept = m.layers * c.tokens * kept_per_token(c, m.kept_of_layer, by_reason) + copies + unpacked
    # Where the embeddings are frozen, the first norm has nothing to give a gradient to.
    return kept - np.where(c.lora & ~c.embeddings & m.reads_norm, one_norm, 0.0)

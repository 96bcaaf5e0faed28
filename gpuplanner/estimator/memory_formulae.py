"""Bytes of weights, gradients, states, buffers and of what is no step, per GPU, shape (n,).

`memory_terms` says what each is and when it lives; `memory_activations` has the rest.
"""

from __future__ import annotations

import numpy as np

from gpuplanner.core.plan import Optimizer, Quantization, Sharding
from gpuplanner.estimator.columns import Array
from gpuplanner.estimator.constants import MemoryConstants
from gpuplanner.estimator.memory_activations import forward_working_set, logits_forward
from gpuplanner.estimator.memory_quantities import Quantities
from gpuplanner.estimator.methods import (
    cached_elements,
    foreach_temporaries,
    modern_transformers,
    optimizer_state_bytes,
    quantized_weights,
)


def base_weights(q: Quantities, k: MemoryConstants) -> Array:
    m = q.c.model
    linears = m.linear_weights - quantized_weights(q.c)
    ends = m.parameters - m.linear_weights
    # A naive split deals whole layers and leaves the embeddings on the first card, the head on the last.
    split_layers = linears * np.ceil(m.layers / q.layer_shards) / m.layers
    largest_end = ends - m.embedding - m.head + np.maximum(m.embedding, m.head)
    split_ends = np.where(q.layer_shards > 1, largest_end, ends)
    on_gpu = np.where(q.c.offload_parameters, 0.0, 1.0)
    return on_gpu * q.parameter_bytes * (split_layers + split_ends) / q.weight_shards


def packed_weights(q: Quantities, k: MemoryConstants) -> Array:
    m = q.c.model
    # FSDP shards the packed values; the scales hang on the module's state and stay whole.
    scales = q.scales / np.where(q.c.sharding[Sharding.FSDP], 1.0, q.weight_shards)
    on_gpu = np.where(q.c.offload_parameters, 0.0, 1.0)
    dealt = np.ceil(m.layers / q.layer_shards) / m.layers
    return dealt * (on_gpu * q.packed / q.weight_shards + scales)


def adapters(q: Quantities, k: MemoryConstants) -> Array:
    on_gpu = np.where(q.c.offload_parameters, 0.0, 1.0)
    return on_gpu * q.adapter_bytes * q.adapters / (q.weight_shards * q.layer_shards)


def copies(q: Quantities, k: MemoryConstants) -> Array:
    on_gpu = np.where(q.c.offload_parameters, 0.0, 1.0)
    return on_gpu * q.parameter_bytes * q.copies / q.weight_shards


def kept_gradients(q: Quantities, k: MemoryConstants) -> Array:
    return np.where(q.gradients_kept, q.gradients_before, 0.0)


def gradients_of_last_layer(q: Quantities, k: MemoryConstants) -> Array:
    """When backward begins: those of the head and of one layer, unless all are kept."""
    c, m = q.c, q.c.model
    layer = np.where(c.full, q.parameter_bytes * m.layer_weights, q.adapter_bytes * q.adapters / m.layers)
    # FSDP2 cuts the head's with the embeddings' when backward ends.
    head = np.where(q.fsdp2, 0.0, q.parameter_bytes * q.trained_head)
    first = np.minimum(q.gradients, (head + layer) / q.state_shards)
    return np.where(q.gradients_kept, q.gradients_before, first)


def gradients_before_embedding(q: Quantities, k: MemoryConstants) -> Array:
    """When backward ends in the first layer: all but the embedding's, unless it is the head's as well."""
    c, m = q.c, q.c.model
    late = np.where((q.trained_head > 0) & (m.head > 0), q.parameter_bytes * m.embedding, 0.0)
    # FSDP2 cuts the gradients of a unit when its backward has ended, and those of the ends last.
    ends = q.parameter_bytes * np.where(c.full, m.embedding + m.head, q.copies)
    of_layers = q.gradients * q.state_shards - ends
    late = np.where(q.fsdp2, ends + np.minimum(2.0 / m.layers, 1.0) * of_layers, late)
    early = q.gradients - np.minimum(late / q.state_shards, q.gradients)
    return np.where(q.gradients_kept, q.gradients_before, early)


def all_gradients(q: Quantities, k: MemoryConstants) -> Array:
    return q.gradients


def ddp_buckets(q: Quantities, k: MemoryConstants) -> Array:
    return np.where(q.c.sharding[Sharding.DDP] & (q.c.gpus > 1), q.whole_gradients, 0.0)


def optimizer_states(q: Quantities, k: MemoryConstants) -> Array:
    c = q.c
    masters = np.where(c.deepspeed, 4.0, 0.0)
    stored = np.where(c.deepspeed, 4.0, q.parameter_bytes)
    stored_adapter = np.where(c.deepspeed, 4.0, q.adapter_bytes)
    base = (masters + optimizer_state_bytes(c, stored)) * np.where(c.full, q.trained, q.copies)
    adapters = (masters + optimizer_state_bytes(c, stored_adapter)) * q.adapters / q.layer_shards
    return np.where(c.offload_optimizer, 0.0, (base + adapters) / q.state_shards)


def layer_weight_gradients(q: Quantities, k: MemoryConstants) -> Array:
    # Beside those that are kept; elsewhere the fresh ones become the gradients.
    m = q.c.model
    fresh = q.computed_bytes * np.minimum(3 * m.largest_linear, m.layer_weights)
    return np.where(q.c.full & q.gradients_kept, fresh, 0.0)


def tied_gradient(q: Quantities, k: MemoryConstants) -> Array:
    tied = q.c.full & (q.c.model.head == 0)
    return np.where(tied, 2 * q.computed_bytes * q.head_weights, 0.0)


def fsdp_root(q: Quantities, k: MemoryConstants) -> Array:
    m = q.c.model
    root = q.computed_bytes * (m.embedding + m.head + q.copies)
    return np.where(q.fsdp1, root, 0.0)


def fsdp_layers(q: Quantities, k: MemoryConstants) -> Array:
    return np.where(q.fsdp1, 2 * q.layer_unit, 0.0)


def step_temporaries(q: Quantities, k: MemoryConstants) -> Array:
    c = q.c
    n_copies = foreach_temporaries(c)
    base = q.parameter_bytes * np.where(c.full, q.trained, q.copies)
    adapters = q.adapter_bytes * q.adapters / q.layer_shards
    # Groups of one type are stepped together; the last copy of one group is alive when the next begins.
    together = n_copies * (base + adapters)
    apart = n_copies * base + np.minimum(n_copies, 1.0) * adapters
    two_groups = c.embeddings & (q.adapter_bytes != q.parameter_bytes)
    foreach = np.where(two_groups, np.maximum(apart, n_copies * adapters), together) / q.state_shards
    largest = np.where(
        c.full | c.embeddings, q.head_weights, c.rank * np.maximum(c.model.hidden, c.model.mlp_width)
    )
    adafactor = np.where(c.optimizer[Optimizer.ADAFACTOR], 16.0 * np.minimum(q.trained, largest), 0.0)
    return np.where(c.offload_optimizer | c.deepspeed, 0.0, foreach + adafactor)


def unpacking(q: Quantities, k: MemoryConstants) -> Array:
    m = q.c.model
    per_weight = np.where(q.c.quantized(), np.where(q.c.gptq, 5.0, 2.0), 0.0)
    return per_weight * m.largest_linear


def unpacking_in_backward(q: Quantities, k: MemoryConstants) -> Array:
    # bitsandbytes unpacks for the linear's own backward, and is counted there.
    return np.where(q.c.gptq, 5.0 * q.c.model.largest_linear, 0.0)


def mixed_weight_copies(q: Quantities, k: MemoryConstants) -> Array:
    m = q.c.model
    # Without checkpointing the layers' copies are kept, and counted, with their activations.
    linears = m.linear_weights - m.packed_weights
    cached = 2 * (np.where(q.c.checkpointing, linears, 0.0) + q.head_weights)
    of_adapters = q.c.lora & q.c.checkpointing & (q.c.autocast | q.c.mixed) & (q.adapter_bytes > 2)
    # Adapters of packed experts, most of a model's that has them, are cast by peft itself and let go.
    of_adapters = of_adapters & (m.adapted_experts == 0)
    adapters = np.where(of_adapters & (q.c.compute_bytes == 2), 2 * q.adapters / q.layer_shards, 0.0)
    # FSDP2's gathered parameters are whole, and leaves: their casts are cached as any other's.
    return np.where(q.c.mixed & q.c.full, cached, adapters) / np.where(q.fsdp2, 1.0, q.weight_shards)


def mixed_head_copy(q: Quantities, k: MemoryConstants) -> Array:
    frozen = q.c.mixed & ~q.c.full & ~q.c.embeddings & ~q.c.fused_loss
    return np.where(frozen, 2.0 * q.head_weights, 0.0) / q.weight_shards


def kv_cache(q: Quantities, k: MemoryConstants) -> Array:
    c, m = q.c, q.c.model
    cache = c.kv_bytes * c.micro_batch * cached_elements(c, c.seq_len + c.new_tokens)
    # Qwen-1's code concatenates per layer and keeps the old cache to the end of the forward pass.
    copies = np.where(m.qwen_code, 2.0, 1.0 + 1.0 / m.layers)
    return copies * cache / q.layer_shards


def prefill_cache(q: Quantities, k: MemoryConstants) -> Array:
    c = q.c
    return c.kv_bytes * c.micro_batch * cached_elements(c, c.seq_len) / q.layer_shards


def prefill_working_set(q: Quantities, k: MemoryConstants) -> Array:
    return forward_working_set(q, k) + 2 * q.c.model.hidden * q.tokens


def prefill_logits(q: Quantities, k: MemoryConstants) -> Array:
    all_positions = q.c.model.qwen_code | (~modern_transformers(q.c))
    positions = np.where(all_positions, q.tokens, q.c.micro_batch)
    return 6.0 * q.c.model.vocab * positions


def decode_logits(q: Quantities, k: MemoryConstants) -> Array:
    return 6.0 * q.c.model.vocab * q.c.micro_batch


def evaluation(q: Quantities, k: MemoryConstants) -> Array:
    head_input = q.c.compute_bytes * q.c.model.hidden * q.tokens
    return np.maximum(logits_forward(q, k) + head_input, forward_working_set(q, k))


def saving(q: Quantities, k: MemoryConstants) -> Array:
    m = q.c.model
    # As stored, not as cast for computing: the state dict is that of the shards.
    layer = (
        q.parameter_bytes * m.layer_weights * (1 - q.packed_share)
        + q.packed * m.layer_weights / m.linear_weights
    )
    root = q.parameter_bytes * (m.embedding + m.head + q.copies) + layer
    zero3 = 2.0 * np.maximum(m.embedding, q.head_weights)
    return np.where(q.gathers, np.where(q.zero3, zero3, root), 0.0)


def merging(q: Quantities, k: MemoryConstants) -> Array:
    """Beside the weight the adapter's product and its multiple; a packed weight is unpacked and packed anew.

    There ``w_data = unpacked + product`` goes to the host and comes back to be packed, and all of it is held.
    """
    d = q.adapter_bytes
    sums = np.maximum(q.c.compute_bytes, d)
    packed = q.c.compute_bytes + d + 2 * sums + np.where(q.c.quantization[Quantization.INT8], 1.0, 0.5)
    per_weight = np.where(q.c.quantized(), np.maximum(packed, q.c.compute_bytes + 2 * d), 2 * d)
    return np.maximum(per_weight * q.c.model.largest_adapted, 2 * d * q.c.model.largest_expert)

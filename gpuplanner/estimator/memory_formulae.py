"""The bytes of each memory term, per GPU, shape (n,); `memory_terms` says what each is and when it lives."""

from __future__ import annotations

import numpy as np

from gpuplanner.core.plan import Optimizer, Sharding
from gpuplanner.estimator.columns import Array
from gpuplanner.estimator.constants import MemoryConstants
from gpuplanner.estimator.memory_quantities import Quantities
from gpuplanner.estimator.methods import (
    foreach_temporaries,
    loss_bytes,
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


def _gradient_bytes(q: Quantities) -> Array:
    """Bytes of all gradients in the type of what is trained, not yet cut."""
    base = q.parameter_bytes * np.where(q.c.full, q.trained, q.copies)
    return base + q.adapter_bytes * q.adapters / q.layer_shards


def _gradients(q: Quantities) -> Array:
    c = q.c
    shards = np.where(c.sharding[Sharding.ZERO1], 1.0, q.state_shards)
    away = c.offload_optimizer & (c.deepspeed | c.sharding[Sharding.FSDP])
    return np.where(away, 0.0, _gradient_bytes(q) / shards)


def kept_gradients(q: Quantities, k: MemoryConstants) -> Array:
    # DeepSpeed holds its partition over the accumulation; elsewhere only a second micro batch finds them.
    return np.where(q.c.deepspeed | (q.c.accumulation > 1), _gradients(q), 0.0)


def all_gradients(q: Quantities, k: MemoryConstants) -> Array:
    return _gradients(q)


def ddp_buckets(q: Quantities, k: MemoryConstants) -> Array:
    return np.where(q.c.sharding[Sharding.DDP] & (q.c.gpus > 1), _gradient_bytes(q), 0.0)


def optimizer_states(q: Quantities, k: MemoryConstants) -> Array:
    c = q.c
    masters = np.where(c.deepspeed, 4.0, 0.0)
    stored = np.where(c.deepspeed, 4.0, q.parameter_bytes)
    stored_adapter = np.where(c.deepspeed, 4.0, q.adapter_bytes)
    base = (masters + optimizer_state_bytes(c, stored)) * np.where(c.full, q.trained, q.copies)
    adapters = (masters + optimizer_state_bytes(c, stored_adapter)) * q.adapters / q.layer_shards
    return np.where(c.offload_optimizer, 0.0, (base + adapters) / q.state_shards)


def kept_layers(q: Quantities, k: MemoryConstants) -> Array:
    c, m = q.c, q.c.model
    checkpoints = c.stream_bytes * m.hidden * q.tokens * (m.layers + 1)
    everything = m.layers * q.layer_kept + c.stream_bytes * m.hidden * q.tokens
    return np.where(c.checkpointing, checkpoints, everything) / q.layer_shards


def forward_working_set(q: Quantities, k: MemoryConstants) -> Array:
    m, a = q.c.model, q.c.compute_bytes
    width = 2 * m.hidden + np.maximum(
        2 * m.query_width + m.kv_width + m.value_width, np.where(m.gated, 3, 2) * m.mlp_width
    )
    scores = np.where(q.c.eager, (4 + 2 * a) * m.heads * q.c.seq_len, 0.0)
    return (a * width + scores) * q.tokens


def forward_in_flight(q: Quantities, k: MemoryConstants) -> Array:
    # Without checkpointing the layer's tensors are kept, and counted, as the graph's.
    output = q.c.compute_bytes * q.c.model.hidden * q.tokens
    return np.where(q.c.checkpointing, forward_working_set(q, k), output)


def recomputed_layer(q: Quantities, k: MemoryConstants) -> Array:
    gradients = 6 * q.c.model.hidden * q.tokens * q.c.compute_bytes / 2
    scores = np.where(q.c.eager, 4.0 * q.c.model.heads * q.c.seq_len * q.tokens, 0.0)
    return np.where(q.c.checkpointing, q.layer_kept, 0.0) + gradients + scores


def fsdp_inputs(q: Quantities, k: MemoryConstants) -> Array:
    c, m = q.c, q.c.model
    kept = c.sharding[Sharding.FSDP] & ~c.full & c.checkpointing
    return np.where(kept, c.stream_bytes * m.hidden * q.tokens * (m.layers - 1), 0.0)


def _logits(q: Quantities, per_entry: Array) -> Array:
    c, m = q.c, q.c.model
    fused = 6.0 * m.hidden * q.tokens
    return np.where(c.fused_loss, fused, per_entry * m.vocab * q.tokens)


def logits(q: Quantities, k: MemoryConstants) -> Array:
    return _logits(q, q.c.compute_bytes)


def logits_forward(q: Quantities, k: MemoryConstants) -> Array:
    return _logits(q, loss_bytes(q.c)[0])


def logits_backward(q: Quantities, k: MemoryConstants) -> Array:
    return _logits(q, loss_bytes(q.c)[1])


def trained_head_gradient(q: Quantities, k: MemoryConstants) -> Array:
    # It is made when the loss has become the gradient of the logits: their type's bytes are alive beside it.
    whole = q.parameter_bytes * q.trained_head
    lives_beside = _logits(q, q.c.compute_bytes) + whole
    return np.maximum(lives_beside - logits_backward(q, k), 0.0) * (whole > 0)


def layer_weight_gradients(q: Quantities, k: MemoryConstants) -> Array:
    m = q.c.model
    return np.where(q.c.full, q.parameter_bytes * np.minimum(3 * m.largest_linear, m.layer_weights), 0.0)


def tied_gradient(q: Quantities, k: MemoryConstants) -> Array:
    tied = q.c.full & (q.c.model.head == 0)
    return np.where(tied, 2 * q.parameter_bytes * q.c.model.embedding, 0.0)


def reduce_buckets(q: Quantities, k: MemoryConstants) -> Array:
    return np.where(q.zero12, 2 * 2e8 * 2.0, 0.0)


def zero3_bucket(q: Quantities, k: MemoryConstants) -> Array:
    return np.where(q.zero3, 2.0 * q.c.model.hidden**2, 0.0)


def gathered_head(q: Quantities, k: MemoryConstants) -> Array:
    return np.where(q.zero3 & q.gathers, q.parameter_bytes * q.head_weights, 0.0)


def gathered_layer(q: Quantities, k: MemoryConstants) -> Array:
    return np.where(q.zero3 & q.gathers, q.layer_unit, 0.0)


def gather_lead(q: Quantities, k: MemoryConstants) -> Array:
    lead = np.minimum(k.gather_lead_layers, q.c.model.layers - 1)
    return np.where(q.zero3 & q.gathers, lead * q.layer_unit, 0.0)


def fsdp_root(q: Quantities, k: MemoryConstants) -> Array:
    m = q.c.model
    root = q.parameter_bytes * (m.embedding + m.head + q.copies)
    return np.where(q.gathers & q.c.sharding[Sharding.FSDP], root, 0.0)


def fsdp_layers(q: Quantities, k: MemoryConstants) -> Array:
    return np.where(q.gathers & q.c.sharding[Sharding.FSDP], 2 * q.layer_unit, 0.0)


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
    deepspeed = 6.0 * np.where(q.zero3, q.sub_group, q.trained / q.state_shards)
    return np.where(c.offload_optimizer, 0.0, np.where(c.deepspeed, deepspeed, foreach + adafactor))


def unpacking(q: Quantities, k: MemoryConstants) -> Array:
    m = q.c.model
    per_weight = np.where(q.c.quantized(), np.where(q.c.gptq, 5.0, 2.0), 0.0)
    return per_weight * m.largest_linear


def mixed_weight_copies(q: Quantities, k: MemoryConstants) -> Array:
    m = q.c.model
    # Without checkpointing the layers' copies are kept, and counted, with their activations.
    cached = 2 * (np.where(q.c.checkpointing, m.linear_weights, 0.0) + q.head_weights)
    return np.where(q.c.mixed & q.c.full, cached, 0.0) / q.weight_shards


def mixed_head_copy(q: Quantities, k: MemoryConstants) -> Array:
    frozen = q.c.mixed & ~q.c.full & ~q.c.embeddings & ~q.c.fused_loss
    return np.where(frozen, 2.0 * q.head_weights, 0.0) / q.weight_shards


def kv_cache(q: Quantities, k: MemoryConstants) -> Array:
    c, m = q.c, q.c.model
    cache = m.kv_elements * c.kv_bytes * c.micro_batch * (c.seq_len + c.new_tokens)
    # Qwen-1's code concatenates per layer and keeps the old cache to the end of the forward pass.
    copies = np.where(m.qwen_code, 2.0, 1.0 + 1.0 / m.layers)
    return copies * cache / q.layer_shards


def prefill_cache(q: Quantities, k: MemoryConstants) -> Array:
    c = q.c
    return c.model.kv_elements * c.kv_bytes * q.tokens / q.layer_shards


def prefill_working_set(q: Quantities, k: MemoryConstants) -> Array:
    return forward_working_set(q, k) + 2 * q.c.model.hidden * q.tokens


def prefill_logits(q: Quantities, k: MemoryConstants) -> Array:
    all_positions = q.c.model.qwen_code | (~modern_transformers(q.c))
    positions = np.where(all_positions, q.tokens, q.c.micro_batch)
    return 6.0 * q.c.model.vocab * positions


def decode_logits(q: Quantities, k: MemoryConstants) -> Array:
    return 6.0 * q.c.model.vocab * q.c.micro_batch

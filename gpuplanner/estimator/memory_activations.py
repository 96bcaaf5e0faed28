"""Bytes of what is kept for backward, of layers at work, and of logits, per GPU, shape (n,)."""

from __future__ import annotations

import numpy as np

from gpuplanner.core.plan import Sharding
from gpuplanner.estimator.columns import Array
from gpuplanner.estimator.constants import MemoryConstants
from gpuplanner.estimator.kept import held_by_int8
from gpuplanner.estimator.memory_quantities import Quantities


def kept_layers(q: Quantities, k: MemoryConstants) -> Array:
    c, m = q.c, q.c.model
    checkpoints = (c.stream_bytes * m.hidden + held_by_int8(c, m.kept_of_layer)) * q.tokens * m.layers
    return np.where(c.checkpointing, checkpoints, q.layers_kept) / q.layer_shards


def embedding_output(q: Quantities, k: MemoryConstants) -> Array:
    return q.c.stream_bytes * q.c.model.hidden * q.tokens


def attention_mask(q: Quantities, k: MemoryConstants) -> Array:
    return np.where(q.c.eager, q.c.stream_bytes * q.c.seq_len**2, 0.0)


def kept_after_layers(q: Quantities, k: MemoryConstants) -> Array:
    # Where the head is trained by its copy, its input is kept as in full training.
    head_input = np.where(q.c.embeddings, q.c.compute_bytes * q.c.model.hidden * q.tokens, 0.0)
    return q.end_kept + head_input


def head_input(q: Quantities, k: MemoryConstants) -> Array:
    # Python's variables hold it until the loss is there, whether or not the head is trained.
    frozen = ~q.c.full & ~q.c.embeddings
    return np.where(frozen, q.c.compute_bytes * q.c.model.hidden * q.tokens, 0.0)


def forward_working_set(q: Quantities, k: MemoryConstants) -> Array:
    m, a = q.c.model, q.c.compute_bytes
    width = 2 * m.hidden + np.maximum(
        2 * m.query_width + m.kv_width + m.value_width, np.where(m.gated, 3, 2) * m.mlp_width
    )
    # Eager: the masked scores, their fp32 copy, the softmax.
    scores = np.where(q.c.eager, (8 + np.where(a < 4, a, 0.0)) * m.heads * q.c.seq_len, 0.0)
    return (a * width + scores) * q.tokens


def forward_in_flight(q: Quantities, k: MemoryConstants) -> Array:
    # Without checkpointing the layer's tensors are kept, and counted, as the graph's.
    output = q.c.compute_bytes * q.c.model.hidden * q.tokens
    return np.where(q.c.checkpointing, forward_working_set(q, k), output)


def last_layer(q: Quantities, k: MemoryConstants) -> Array:
    """The layer that backward begins with: recomputed, or the last of those that are kept."""
    kept = np.where(q.c.checkpointing, q.layer_kept, 0.0)
    # In full training a layer ends with the gradients of its norm, when all that it kept is gone.
    end = np.where(q.c.full, kept - q.layer_kept + norm_backward(q), 0.0)
    return np.maximum(kept + q.layer_working, end)


def first_layer(q: Quantities, k: MemoryConstants) -> Array:
    """The layer that backward ends with: its checkpoint and itself are all that is left."""
    # Under FSDP2 the one before the last is fuller: there the next unit is on its way.
    left = np.where(q.fsdp2 & (q.c.model.layers > 1), 2.0, 1.0)
    checkpoint = left * q.c.stream_bytes * q.c.model.hidden * q.tokens
    end = np.where(q.c.full, norm_backward(q), 0.0)
    return checkpoint + np.maximum(q.layer_kept + q.layer_working, end)


def norm_backward(q: Quantities) -> Array:
    """The norm's own copy, what its backward makes, and the gradient of the residual stream."""
    m = q.c.model
    return (4 * (m.norm_backward + m.hidden) + q.c.stream_bytes * m.hidden) * q.tokens


def fsdp_inputs(q: Quantities, k: MemoryConstants) -> Array:
    # Each recomputed layer's input stays, and so does its gradient.
    c, m = q.c, q.c.model
    kept = c.sharding[Sharding.FSDP] & ~q.fsdp2 & ~c.full & c.checkpointing
    return np.where(kept, 2 * c.stream_bytes * m.hidden * q.tokens * (m.layers - 1), 0.0)


def _logits(q: Quantities, per_entry: Array, fused: Array) -> Array:
    return np.where(q.c.fused_loss, fused, per_entry * q.c.model.vocab * q.tokens)


def _chunk_entries(q: Quantities) -> Array:
    """Logits of one chunk: as many chunks as the vocabulary holds hidden states, tokens a power of two."""
    m = q.c.model
    tokens = np.ceil(q.tokens / np.ceil(m.vocab / m.hidden))
    return 2 ** np.ceil(np.log2(tokens)) * m.vocab


def logits(q: Quantities, k: MemoryConstants) -> Array:
    each = q.c.compute_bytes * np.where(q.c.model.scaled_logits, 2.0, 1.0)
    return _logits(q, each, np.zeros_like(each))


def logits_forward(q: Quantities, k: MemoryConstants) -> Array:
    return _logits(q, q.loss[0], 8.0 * _chunk_entries(q))


def logits_backward(q: Quantities, k: MemoryConstants) -> Array:
    """Or the last norm's backward, right after it, where that is larger."""
    m = q.c.model
    gradient = q.c.compute_bytes * m.hidden * q.tokens
    norm = 4 * m.norm_backward * q.tokens + gradient
    fused = np.maximum(12.0 * _chunk_entries(q) + 2 * gradient, norm)
    return np.maximum(_logits(q, q.loss[1], fused), norm)


def trained_head_gradient(q: Quantities, k: MemoryConstants) -> Array:
    # It is made when the loss has become the gradient of the logits: their type's bytes are alive beside it.
    # In chunks there are three: what was added up, the new one, and their sum.
    whole = q.computed_bytes * q.trained_head * np.where(q.c.fused_loss, 3.0, 1.0)
    gradient = q.c.compute_bytes * q.c.model.hidden * q.tokens
    lives_beside = _logits(q, q.c.compute_bytes, np.zeros_like(whole)) + gradient + whole
    return np.maximum(lives_beside - logits_backward(q, k), 0.0) * (whole > 0)

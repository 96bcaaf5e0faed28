"""Bytes that DeepSpeed's ZeRO holds beside shards and states, per GPU, shape (n,).

Symbols: T trained parameters, E embeddings, H head, U a layer with its adapters, g GPUs; 2 B each.

ZeRO-3 lets go of what it has gathered unless the code needs it again within ``stage3_max_reuse_distance``
parameters.  From a layer's forward to its backward these are, under checkpointing, the head twice and each
later layer three times: forward, recompute and backward.
"""

from __future__ import annotations

import numpy as np

from gpuplanner.estimator.columns import Array
from gpuplanner.estimator.constants import MemoryConstants
from gpuplanner.estimator.memory_activations import logits_backward, trained_head_gradient
from gpuplanner.estimator.memory_formulae import tied_gradient
from gpuplanner.estimator.memory_quantities import Quantities
from gpuplanner.estimator.methods import buckets_at_first_gradient, foreach_temporaries

BUCKET_ELEMENTS = 2e8
REUSE_ELEMENTS = 1e9


def masters_at_load(q: Quantities, k: MemoryConstants) -> Array:
    return np.where(q.c.deepspeed & ~q.c.offload_optimizer, 4.0 * q.trained / q.state_shards, 0.0)


def partition_at_load(q: Quantities, k: MemoryConstants) -> Array:
    return np.where(q.zero3, q.gradients, 0.0)


def reduce_buckets(q: Quantities, k: MemoryConstants) -> Array:
    return np.where(q.zero12, 2 * BUCKET_ELEMENTS * 2.0, 0.0)


def buckets_with_logits(q: Quantities, k: MemoryConstants) -> Array:
    """Made before backward, they meet the logits; made at the first gradient, what is left of them."""
    buckets = reduce_buckets(q, k)
    trained_head = q.computed_bytes * q.trained_head
    left = q.c.compute_bytes * np.where(q.c.fused_loss, 0.0, q.c.model.vocab * q.tokens)
    meets = logits_backward(q, k) + trained_head_gradient(q, k)
    late = np.where(trained_head > 0, np.maximum(buckets + trained_head + left - meets, 0.0), 0.0)
    return np.where(buckets_at_first_gradient(q.c) & q.zero12, np.minimum(late, buckets), buckets)


def sent_early(q: Quantities, k: MemoryConstants) -> Array:
    """A full bucket is copied once more to be reduced, while backward still runs."""
    return np.where(q.zero12 & (q.c.gpus > 1) & (q.trained > BUCKET_ELEMENTS), 2 * BUCKET_ELEMENTS, 0.0)


def sent_last(q: Quantities, k: MemoryConstants) -> Array:
    """What is left in the bucket when backward ends, copied before there is a partition to keep it in."""
    copy = 2 * np.minimum(q.trained, BUCKET_ELEMENTS)
    # Where head and embeddings are one, their two gradients and the sum are there before.
    tied = tied_gradient(q, k)
    whole = (q.trained <= BUCKET_ELEMENTS) & ~q.gradients_kept
    beside = tied + np.where(whole, q.gradients, 0.0)
    return np.where(q.zero12 & (q.c.gpus > 1), np.maximum(np.maximum(copy, 1.5 * tied) - beside, 0.0), 0.0)


def zero3_bucket(q: Quantities, k: MemoryConstants) -> Array:
    return np.where(q.zero3, 2.0 * q.c.model.hidden**2, 0.0)


def gathered_head(q: Quantities, k: MemoryConstants) -> Array:
    return np.where(q.zero3 & q.gathers, q.parameter_bytes * q.head_weights, 0.0)


def gathered_layer(q: Quantities, k: MemoryConstants) -> Array:
    """The layer that runs, and those before it that are soon needed again."""
    return np.where(q.zero3 & q.gathers, np.maximum(_layers_kept(q), 1.0) * _unit(q), 0.0)


def gathered_layers_kept(q: Quantities, k: MemoryConstants) -> Array:
    return np.where(q.zero3 & q.gathers, _layers_kept(q) * _unit(q), 0.0)


def gathered_first_layer(q: Quantities, k: MemoryConstants) -> Array:
    return np.where(q.zero3 & q.gathers, _unit(q), 0.0)


def gathered_embedding(q: Quantities, k: MemoryConstants) -> Array:
    c, m = q.c, q.c.model
    passes = np.where(c.checkpointing, 3.0, 2.0)
    around = 2 * q.head_weights + passes * m.linear_weights
    # Frozen and not recomputed under a graph, they are not needed again.
    again = c.full | c.embeddings | c.checkpointing
    kept = q.zero3 & q.gathers & (m.head > 0) & again & (around < REUSE_ELEMENTS)
    return np.where(kept, q.parameter_bytes * m.embedding, 0.0)


def not_free_yet(q: Quantities, k: MemoryConstants, moment: str) -> Array:
    """Layers that the host has let go of ahead of the device, as far as they are not kept gathered anyway.

    The allocator counts them as reserved but not as allocated, until the stream that used them is done.
    """
    lead = np.minimum(k.gather_lead_layers, q.c.model.layers - 1)
    ahead = np.where(q.zero3 & q.gathers, lead * q.layer_unit, 0.0)
    kept = np.zeros_like(ahead)
    if moment in ("logits", "loss", "head"):
        kept = gathered_layers_kept(q, k)
    elif moment in ("forward", "layer"):
        kept = np.maximum(gathered_layer(q, k) - q.layer_unit, 0.0)
    waiting: Array = np.maximum(ahead - kept, 0.0)
    return waiting


def _unit(q: Quantities) -> Array:
    return q.layer_unit + q.adapter_bytes * q.adapters / q.c.model.layers


def _layers_kept(q: Quantities) -> Array:
    """How many of the last layers stay gathered from forward to backward."""
    c, m = q.c, q.c.model
    layer = np.where(c.checkpointing, 3.0, 2.0) * m.linear_weights / m.layers
    room = REUSE_ELEMENTS - 2 * q.head_weights
    return np.where(room > 0, np.minimum(1.0 + room / layer, m.layers), 0.0)


def step(q: Quantities, k: MemoryConstants) -> Array:
    """Beside the gradients: one in float64, for their norm; then flat once more in 16 bits and in fp32; then
    fp32 and what torch's AdamW makes, when of ZeRO-1/2 the 16-bit ones are gone, of ZeRO-3 the flat copy.
    """
    c, m = q.c, q.c.model
    of_layers = np.where(c.full, m.largest_linear, c.rank * np.maximum(m.hidden, m.mlp_width))
    largest = np.minimum(np.maximum(q.trained_head, of_layers), q.trained)
    norm = 8.0 * np.where(q.zero3, largest / c.gpus, np.minimum(largest, q.trained / q.state_shards))
    stepped = np.where(q.zero3, q.sub_group, q.trained / q.state_shards)
    gone = np.where(q.zero12, q.gradients, 0.0)
    copies = 4.0 * stepped * (1.0 + foreach_temporaries(c)) - gone
    fullest = np.maximum(np.maximum(6.0 * stepped, copies), norm)
    return np.where(c.deepspeed & ~c.offload_optimizer, fullest, 0.0)

"""Bytes that torch's ``fully_shard`` (FSDP2) holds beside the shards, per GPU, shape (n,).

Symbols: R the root unit (embeddings, head), U a layer's unit with its adapters, both gathered; F a layer's
gradients, whole; g GPUs.  Each layer is a unit, and the rest is the root's, as its documentation has it.

Forward: a unit's parameters are copied out of an all-gather buffer of the same size, which stays until the
next unit's are copied out: R + R + U + U at the first layer, R + U + U + U at the others, and R + U + U while
a layer runs.  The last buffer goes when the root's forward ends, so R + U live through logits and loss.
Backward: the root is still there, and each unit's gather begins before it is needed: R + U with the logits,
R + U + U in a layer.  A unit's gradients are whole until its backward ends; then they are copied into what is
sent, which stays until the next unit's is made.
"""

from __future__ import annotations

import numpy as np

from gpuplanner.estimator.columns import Array
from gpuplanner.estimator.constants import MemoryConstants
from gpuplanner.estimator.memory_activations import forward_in_flight, norm_backward
from gpuplanner.estimator.memory_quantities import Quantities


def root(q: Quantities, k: MemoryConstants) -> Array:
    m = q.c.model
    return np.where(q.fsdp2, q.computed_bytes * (m.embedding + m.head + q.copies), 0.0)


def unit(q: Quantities, k: MemoryConstants) -> Array:
    adapters = q.adapter_bytes * q.adapters / q.c.model.layers
    return np.where(q.fsdp2, q.layer_unit + adapters, 0.0)


def two_units(q: Quantities, k: MemoryConstants) -> Array:
    return 2 * unit(q, k)


def copied_out(q: Quantities, k: MemoryConstants) -> Array:
    """A third unit, before the layer runs and takes its own room."""
    return np.maximum(unit(q, k) - forward_in_flight(q, k), 0.0)


def unit_gradients(q: Quantities) -> Array:
    """F."""
    c, m = q.c, q.c.model
    adapters = q.adapter_bytes * q.adapters / m.layers
    whole = np.where(c.full, q.computed_bytes * m.layer_weights, adapters)
    return np.where(q.fsdp2, whole, 0.0)


def head_gradient(q: Quantities) -> Array:
    return np.where(q.fsdp2, q.computed_bytes * q.trained_head, 0.0)


def gradients_in_layer(q: Quantities, k: MemoryConstants) -> Array:
    """The head's, whole, what a layer before has sent, and what this layer makes.

    In full training a layer's gradients are all there when what it kept is gone.
    """
    made = unit_gradients(q)
    widest = np.maximum(q.layer_kept + q.layer_working, norm_backward(q))
    end = np.where(q.c.full, norm_backward(q) + made - widest, made)
    fresh = head_gradient(q) + np.where(q.c.model.layers > 1, made, 0.0) + np.maximum(end, 0.0)
    # Added up whole, they are all there before, and what a layer has sent it had before.
    return np.where(q.gradients_kept, np.where(q.c.full, 0.0, made), fresh)


def gradients_of_ends(q: Quantities, k: MemoryConstants) -> Array:
    """Embeddings and head, whole, and what the first layer has sent; their shards are counted already."""
    whole = np.where(q.c.full, q.c.model.embedding + q.c.model.head, q.copies)
    ends = np.where(q.fsdp2, q.computed_bytes * whole, 0.0)
    cut = np.where(q.fsdp2, q.parameter_bytes * whole / q.state_shards, 0.0)
    fresh = np.maximum(ends + unit_gradients(q) - cut, 0.0)
    return np.where(q.gradients_kept, q.gradients_before - q.gradients, fresh)

"""A model's shape as columns: what memory and time need to know of it, counted once per model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gpuplanner.core.llm import Llm
from gpuplanner.core.plan import ResolvedPlan
from gpuplanner.estimator.parameters import inventory, is_target

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

_MAX_KINDS = 16
"""Kinds of linears that a model may have; fewer are padded, so that models of one sweep stack."""


@dataclass(frozen=True)
class ModelColumns:
    """The model's numbers.  Widths in elements; "largest layer" is the one with the most weights."""

    hidden: Array
    layers: Array
    vocab: Array
    heads: Array
    query_width: Array
    kv_width: Array
    """Width of the keys; values have ``value_width``."""
    value_width: Array
    mlp_width: Array
    """Intermediate elements that one token makes in one layer (all active experts)."""
    mlp_inputs: Array
    """Copies of the hidden state that the MLP reads per token (1, or one per active expert)."""
    gated: Mask
    qwen_code: Mask
    """Qwen-1's own modelling code: half loss, fused norms, a KV cache that is copied on growth."""
    parameters: Array
    active_parameters: Array
    linear_weights: Array
    """Weights of all layers' linears."""
    packed_weights: Array
    """Of these, experts' weights in packed tensors, which bitsandbytes leaves in 16 bits."""
    layer_weights: Array
    """Weights of the largest layer's linears."""
    largest_linear: Array
    linear_inputs: Array
    linear_outputs: Array
    """Sums of in_features and out_features over every linear (for scales and indices)."""
    embedding: Array
    head: Array
    kv_elements: Array
    """Elements of the KV cache per token, over all layers."""
    adapter_per_rank: Array
    active_adapter_per_rank: Array
    """Adapter parameters per rank that one token passes."""
    target_inputs: Array
    """Per token and layer: inputs of the adapted linears that one token passes."""
    targets_per_layer: Array
    target_modules: Array
    # One entry per kind of linear, shape (n, m), padded with zeros.
    linear_in: Array
    linear_out: Array
    linear_modules: Array
    """How many of them run per pass, over all layers."""
    linear_token_share: Array
    """Share of the tokens that one of them sees."""
    linear_target: Array


def model_columns(resolved: Sequence[ResolvedPlan]) -> ModelColumns:
    """The models of resolved plans, one entry per plan; every model is counted once."""
    index: dict[tuple[int, str], int] = {}
    unique: list[ModelColumns] = []
    rows = np.empty(len(resolved), dtype=int)
    for i, item in enumerate(resolved):
        key = (id(item.llm), item.plan.lora_targets)
        if key not in index:
            index[key] = len(unique)
            unique.append(_one_model(item.llm, item.plan.lora_targets))
        rows[i] = index[key]
    if len(unique) == 1 and len(resolved) == 1:
        return unique[0]
    return ModelColumns(
        **{
            name: np.concatenate([getattr(model, name) for model in unique])[rows]
            for name in ModelColumns.__dataclass_fields__
        }
    )


def _one_model(llm: Llm, targets: str) -> ModelColumns:
    """The numbers of one model as columns of length 1."""
    counted = inventory(llm)
    blocks = counted.blocks
    largest = max(blocks, key=lambda block: sum(linear.n_weights for linear in block.linears))
    kinds = _kinds(llm, targets)
    per_layer = [
        (linear, linear.active) for linear in largest.linears if is_target(linear, targets) and linear.active
    ]
    mla = llm.kv_lora_rank > 0
    query_width = llm.num_attention_heads * (
        llm.qk_nope_head_dim + llm.qk_rope_head_dim if mla else llm.head_dim
    )
    kv_width = query_width if mla else llm.num_key_value_heads * llm.head_dim
    value_width = llm.num_attention_heads * llm.v_head_dim if mla else kv_width
    # transformers caches the expanded keys and values of latent attention, not the latent vector.
    cached = kv_width + value_width
    down = [
        linear
        for linear in largest.linears
        if linear.role == "mlp" and linear.out_features == llm.hidden_size
    ]
    mlp_width = sum(linear.in_features * linear.active for linear in down)
    flat = [(linear, block.count * linear.copies) for block in blocks for linear in block.linears]
    layer_weights = sum(linear.n_weights for linear in largest.linears)
    one = np.array

    def column(value: float) -> Array:
        return one([float(value)])

    return ModelColumns(
        hidden=column(llm.hidden_size),
        layers=column(llm.num_hidden_layers),
        vocab=column(llm.vocab_size),
        heads=column(llm.num_attention_heads),
        query_width=column(query_width),
        kv_width=column(kv_width),
        value_width=column(value_width),
        mlp_width=column(mlp_width),
        mlp_inputs=column(sum(linear.active for linear in down)),
        gated=one([llm.gated_mlp]),
        qwen_code=one([llm.model_type == "qwen"]),
        parameters=column(counted.n_parameters),
        active_parameters=column(counted.n_active_parameters),
        linear_weights=column(sum(linear.in_features * linear.out_features * n for linear, n in flat)),
        packed_weights=column(
            sum(linear.in_features * linear.out_features * n for linear, n in flat if linear.packed)
        ),
        layer_weights=column(layer_weights),
        largest_linear=column(max(linear.in_features * linear.out_features for linear in largest.linears)),
        linear_inputs=column(sum(linear.in_features * n for linear, n in flat)),
        linear_outputs=column(sum(linear.out_features * n for linear, n in flat)),
        embedding=column(counted.embedding_parameters),
        head=column(counted.head_parameters),
        kv_elements=column(cached * llm.num_hidden_layers),
        adapter_per_rank=column(
            sum(
                block.count * linear.n_lora_parameters(1)
                for block in blocks
                for linear in block.linears
                if is_target(linear, targets)
            )
        ),
        active_adapter_per_rank=column(
            sum(
                block.count * linear.rank_factor * (linear.in_features + linear.out_features) * linear.active
                for block in blocks
                for linear in block.linears
                if is_target(linear, targets)
            )
        ),
        target_inputs=column(sum(linear.in_features * n for linear, n in per_layer)),
        targets_per_layer=column(sum(n for _, n in per_layer)),
        target_modules=column(sum(n for linear, n in flat if is_target(linear, targets))),
        linear_in=one([[k.in_features for k in kinds]], dtype=float),
        linear_out=one([[k.out_features for k in kinds]], dtype=float),
        linear_modules=one([[k.modules for k in kinds]], dtype=float),
        linear_token_share=one([[k.token_share for k in kinds]], dtype=float),
        linear_target=one([[float(k.target) for k in kinds]]),
    )


@dataclass(frozen=True)
class _Kind:
    in_features: int = 0
    out_features: int = 0
    modules: float = 0
    token_share: float = 1.0
    target: bool = False


def _kinds(llm: Llm, targets: str) -> list[_Kind]:
    """Kinds of linears that run, equal ones joined, padded to a fixed number."""
    found: dict[tuple[int, int, float, bool], float] = {}
    for block in inventory(llm).blocks:
        for linear in block.linears:
            if not linear.active:
                continue
            share = linear.active / linear.copies
            key = (linear.in_features, linear.out_features, share, is_target(linear, targets))
            found[key] = found.get(key, 0.0) + block.count * linear.copies
    kinds = [_Kind(key[0], key[1], n, key[2], key[3]) for key, n in found.items()]
    assert len(kinds) <= _MAX_KINDS, f"{llm.name} has {len(kinds)} kinds of linears"
    return kinds + [_Kind()] * (_MAX_KINDS - len(kinds))

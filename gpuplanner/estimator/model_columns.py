"""A model's shape as columns: what memory and time need to know of it, counted once per model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from gpuplanner.core.llm import Llm
from gpuplanner.core.plan import ResolvedPlan
from gpuplanner.estimator.layer_tensors import (
    CAPPED_LOGITS,
    KEPT,
    SCALED_LOGITS,
    kept_after_layers,
    kept_of_layer,
    norm_backward,
)
from gpuplanner.estimator.parameters import inventory, is_target

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

_KEPT_MODELS = 512
"""Counted models that are remembered; a hundred catalogue models with a few choices of targets."""


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
    last_adapted: Array
    """Width of what the layer's last linear reads, where an adapter stands on it."""
    norm_backward: Array
    """Elements of fp32 that the backward of one norm of the hidden state holds at once."""
    scaled_logits: Mask
    """Logits are divided or capped, so two copies of them are alive in forward."""
    capped_logits: Mask
    """They go through a soft cap, whose tanh is kept."""
    gated: Mask
    qwen_code: Mask
    """Qwen-1's own modelling code: half loss, fused norms, a KV cache that is copied on growth."""
    parameters: Array
    idle: Array
    """Parameters that a text does not reach (a vision tower): they get no gradient."""
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
    kv_windowed: Array
    """Of these, in layers that attend through a window."""
    window: Array
    """Tokens of that window."""
    adapter_per_rank: Array
    active_adapter_per_rank: Array
    """Adapter parameters per rank that one token passes."""
    target_inputs: Array
    """Per token and layer: inputs of the adapted linears that one token passes."""
    targets_per_layer: Array
    target_modules: Array
    layer_experts: Array
    """Weights of the largest layer's packed experts."""
    largest_adapted: Array
    """Weights of the largest linear that an adapter stands on, packed experts left out."""
    largest_expert: Array
    """Weights of the largest tensor of packed experts that an adapter reaches."""
    adapted_experts: Array
    """Weights of the largest layer's packed experts and router that adapters reach."""
    all_adapted_experts: Array
    """The same in all layers."""
    reads_norm: Mask
    """A layer begins with a norm."""
    # What is kept for backward, in elements per token by reason (`layer_tensors.KEPT`), shape (n, reasons).
    kept_of_layer: Array
    """Of a layer, on average over the model's."""
    kept_of_largest: Array
    """Of the largest layer."""
    kept_after_layers: Array
    # One entry per kind of linear, shape (n, m), padded with zeros up to the model with the most kinds.
    linear_in: Array
    linear_out: Array
    linear_modules: Array
    """How many of them run per pass, over all layers."""
    linear_token_share: Array
    """Share of the tokens that one of them sees."""
    linear_target: Array


def model_columns(resolved: Sequence[ResolvedPlan]) -> ModelColumns:
    """The models of resolved plans, one entry per plan; every model is counted once."""
    keys = [(id(item.llm), item.plan.lora_targets) for item in resolved]
    first = dict(zip(reversed(keys), reversed(resolved), strict=True))
    models = [_one_model(item.llm, item.plan.lora_targets) for item in first.values()]
    if len(keys) == 1:
        return models[0]
    place = {key: i for i, key in enumerate(first)}
    rows = np.array([place[key] for key in keys])
    names = ModelColumns.__dataclass_fields__
    return ModelColumns(**{name: _stack([getattr(model, name) for model in models])[rows] for name in names})


def _stack(columns: list[Array]) -> Array:
    """One model beside the other; kinds of linears that a model does not have are zero."""
    if columns[0].ndim == 1:
        return np.concatenate(columns)
    stacked = np.zeros((len(columns), max(column.shape[1] for column in columns)))
    for row, column in zip(stacked, columns, strict=True):
        row[: column.shape[1]] = column[0]
    return stacked


@lru_cache(maxsize=_KEPT_MODELS)
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
    adapted = [x for block in blocks for x in block.linears if is_target(x, targets)]
    kept = {block: _reasons(kept_of_layer(llm, block, targets)) for block in blocks}
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
        last_adapted=column(
            down[-1].in_features if is_target(down[-1], targets) and not down[-1].packed else 0
        ),
        norm_backward=column(norm_backward(llm)),
        scaled_logits=one([llm.model_type in SCALED_LOGITS]),
        capped_logits=one([llm.model_type in CAPPED_LOGITS]),
        gated=one([llm.gated_mlp]),
        qwen_code=one([llm.model_type == "qwen"]),
        parameters=column(counted.n_parameters),
        idle=column(llm.vision_parameters),
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
        kv_windowed=column(cached * _windowed_layers(llm)),
        window=column(llm.sliding_window),
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
        layer_experts=column(sum(linear.n_weights for linear in largest.linears if linear.packed)),
        largest_adapted=column(max((x.n_weights for x in adapted if not x.packed), default=0)),
        largest_expert=column(max((x.n_weights for x in adapted if x.packed), default=0)),
        adapted_experts=column(
            sum(x.n_weights for x in largest.linears if x.reached_by and is_target(x, targets))
        ),
        all_adapted_experts=column(
            sum(
                block.count * x.n_weights
                for block in blocks
                for x in block.linears
                if x.reached_by and is_target(x, targets)
            )
        ),
        reads_norm=one([llm.model_type != "olmo2"]),
        kept_of_layer=np.sum([kept[block] * block.count for block in blocks], axis=0) / llm.num_hidden_layers,
        kept_of_largest=kept[largest],
        kept_after_layers=_reasons(kept_after_layers(llm)),
        linear_in=one([[k.in_features for k in kinds]], dtype=float),
        linear_out=one([[k.out_features for k in kinds]], dtype=float),
        linear_modules=one([[k.modules for k in kinds]], dtype=float),
        linear_token_share=one([[k.token_share for k in kinds]], dtype=float),
        linear_target=one([[float(k.target) for k in kinds]]),
    )


def _windowed_layers(llm: Llm) -> int:
    """Layers that attend through the window: all, or all but one in so many."""
    if not llm.sliding_window:
        return 0
    every = llm.sliding_window_every
    return llm.num_hidden_layers - (llm.num_hidden_layers // every if every else 0)


def _reasons(kept: dict[str, float]) -> Array:
    return np.array([[float(kept[reason]) for reason in KEPT]])


@dataclass(frozen=True)
class _Kind:
    in_features: int
    out_features: int
    modules: float
    token_share: float
    target: bool


def _kinds(llm: Llm, targets: str) -> list[_Kind]:
    """Kinds of linears that run, equal ones joined."""
    found: dict[tuple[int, int, float, bool], float] = {}
    for block in inventory(llm).blocks:
        for linear in block.linears:
            if not linear.active:
                continue
            share = linear.active / linear.copies
            key = (linear.in_features, linear.out_features, share, is_target(linear, targets))
            found[key] = found.get(key, 0.0) + block.count * linear.copies
    return [_Kind(key[0], key[1], n, key[2], key[3]) for key, n in found.items()]

"""The terms of memory: each a named share of a part, with its formula, its source and when it is alive.

Symbols: P parameters, N adapters, C trained second copies, T all trained, E embeddings, H head, W one
layer's linears, h hidden size, L layers, V vocabulary, t tokens of a micro batch, g GPUs, b bytes of a
stored parameter, d bytes of a stored adapter, r bytes of the residual stream.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gpuplanner.core.plan import Optimizer, Quantization, Sharding
from gpuplanner.estimator.columns import Array
from gpuplanner.estimator.constants import MemoryConstants
from gpuplanner.estimator.memory_quantities import Quantities
from gpuplanner.estimator.methods import (
    foreach_temporaries,
    loss_bytes,
    optimizer_state_bytes,
    quantized_weights,
)

MOMENTS: dict[str, str] = {
    "load": "load",
    "forward": "forward",
    "loss": "loss",
    "head": "backward",
    "layer": "backward",
    "step": "optimizer",
    "prefill": "prefill",
    "decode": "decode",
}
"""Each moment that can be the fullest, and the phase that it belongs to."""

TRAINING = ("forward", "loss", "head", "layer", "step")
INFERENCE = ("prefill", "decode")
ALWAYS = ("load", *TRAINING, *INFERENCE)
GRAPH = ("forward", "loss", "head", "layer")


@dataclass(frozen=True)
class MemoryTerm:
    """One line of the explanation; ``bytes`` gives its value per GPU, shape (n,)."""

    name: str
    part: str
    moments: tuple[str, ...]
    formula: str
    source: str
    bytes: Callable[[Quantities, MemoryConstants], Array]


def _base_weights(q: Quantities, k: MemoryConstants) -> Array:
    m = q.c.model
    linears = m.linear_weights - quantized_weights(q.c)
    ends = m.parameters - m.linear_weights
    # A naive split deals whole layers and leaves the embeddings on the first card, the head on the last.
    split_layers = linears * np.ceil(m.layers / q.layer_shards) / m.layers
    split_ends = np.where(q.layer_shards > 1, np.maximum(m.embedding, m.head), ends)
    on_gpu = np.where(q.c.offload_parameters & q.gathers, 0.0, 1.0)
    return on_gpu * q.parameter_bytes * (split_layers + split_ends) / q.weight_shards


def _quantized_weights(q: Quantities, k: MemoryConstants) -> Array:
    m = q.c.model
    # FSDP shards the packed values; the scales hang on the module's state and stay whole.
    scales = q.scales / np.where(q.c.sharding[Sharding.FSDP], 1.0, q.weight_shards)
    on_gpu = np.where(q.c.offload_parameters & q.gathers, 0.0, 1.0)
    dealt = np.ceil(m.layers / q.layer_shards) / m.layers
    return dealt * (on_gpu * q.packed / q.weight_shards + scales)


def _adapters(q: Quantities, k: MemoryConstants) -> Array:
    on_gpu = np.where(q.c.offload_parameters & q.gathers, 0.0, 1.0)
    return on_gpu * q.adapter_bytes * q.adapters / (q.weight_shards * q.layer_shards)


def _copies(q: Quantities, k: MemoryConstants) -> Array:
    on_gpu = np.where(q.c.offload_parameters & q.gathers, 0.0, 1.0)
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


def _kept_gradients(q: Quantities, k: MemoryConstants) -> Array:
    # DeepSpeed holds its partition over the accumulation; elsewhere only a second micro batch finds them.
    return np.where(q.c.deepspeed | (q.c.accumulation > 1), _gradients(q), 0.0)


def _all_gradients(q: Quantities, k: MemoryConstants) -> Array:
    return _gradients(q)


def _ddp_buckets(q: Quantities, k: MemoryConstants) -> Array:
    return np.where(q.c.sharding[Sharding.DDP] & (q.c.gpus > 1), _gradient_bytes(q), 0.0)


def _optimizer_states(q: Quantities, k: MemoryConstants) -> Array:
    c = q.c
    masters = np.where(c.deepspeed, 4.0, 0.0)
    stored = np.where(c.deepspeed, 4.0, q.parameter_bytes)
    stored_adapter = np.where(c.deepspeed, 4.0, q.adapter_bytes)
    base = (masters + optimizer_state_bytes(c, stored)) * np.where(c.full, q.trained, q.copies)
    adapters = (masters + optimizer_state_bytes(c, stored_adapter)) * q.adapters / q.layer_shards
    return np.where(c.offload_optimizer, 0.0, (base + adapters) / q.state_shards)


def _kept_layers(q: Quantities, k: MemoryConstants) -> Array:
    c, m = q.c, q.c.model
    checkpoints = c.stream_bytes * m.hidden * q.tokens * (m.layers + 1)
    everything = m.layers * q.layer_kept + c.stream_bytes * m.hidden * q.tokens
    return np.where(c.checkpointing, checkpoints, everything) / q.layer_shards


def _forward_working_set(q: Quantities, k: MemoryConstants) -> Array:
    m, a = q.c.model, q.c.compute_bytes
    width = 2 * m.hidden + np.maximum(
        2 * m.query_width + m.kv_width + m.value_width, np.where(m.gated, 3, 2) * m.mlp_width
    )
    scores = np.where(q.c.eager, (4 + 2 * a) * m.heads * q.c.seq_len, 0.0)
    return np.where(q.c.checkpointing, (a * width + scores) * q.tokens, a * m.hidden * q.tokens)


def _recomputed_layer(q: Quantities, k: MemoryConstants) -> Array:
    gradients = 6 * q.c.model.hidden * q.tokens * q.c.compute_bytes / 2
    scores = np.where(q.c.eager, 4.0 * q.c.model.heads * q.c.seq_len * q.tokens, 0.0)
    return np.where(q.c.checkpointing, q.layer_kept, 0.0) + gradients + scores


def _fsdp_inputs(q: Quantities, k: MemoryConstants) -> Array:
    c, m = q.c, q.c.model
    kept = c.sharding[Sharding.FSDP] & ~c.full & c.checkpointing
    return np.where(kept, c.stream_bytes * m.hidden * q.tokens * (m.layers - 1), 0.0)


def _logits(q: Quantities, per_entry: Array) -> Array:
    c, m = q.c, q.c.model
    fused = 6.0 * m.hidden * q.tokens
    wide = per_entry * m.vocab * q.tokens * np.where(c.compute_bytes == 4, 4 / 3, 1.0)
    return np.where(c.fused_loss, fused, wide)


def _logits_forward(q: Quantities, k: MemoryConstants) -> Array:
    return _logits(q, loss_bytes(q.c)[0])


def _logits_backward(q: Quantities, k: MemoryConstants) -> Array:
    return _logits(q, loss_bytes(q.c)[1])


def _trained_head_gradient(q: Quantities, k: MemoryConstants) -> Array:
    return q.parameter_bytes * q.trained_head


def _layer_weight_gradients(q: Quantities, k: MemoryConstants) -> Array:
    m = q.c.model
    return np.where(q.c.full, q.parameter_bytes * np.minimum(3 * m.largest_linear, m.layer_weights), 0.0)


def _reduce_buckets(q: Quantities, k: MemoryConstants) -> Array:
    return np.where(q.zero12, 2 * 2e8 * 2.0, 0.0)


def _zero3_bucket(q: Quantities, k: MemoryConstants) -> Array:
    return np.where(q.zero3, 2.0 * q.c.model.hidden**2, 0.0)


def _gathered_head(q: Quantities, k: MemoryConstants) -> Array:
    return np.where(q.zero3 & q.gathers, q.parameter_bytes * q.head_weights, 0.0)


def _gathered_layer(q: Quantities, k: MemoryConstants) -> Array:
    return np.where(q.zero3 & q.gathers, q.layer_unit, 0.0)


def _gather_lead(q: Quantities, k: MemoryConstants) -> Array:
    lead = np.minimum(k.gather_lead_layers, q.c.model.layers - 1)
    return np.where(q.zero3 & q.gathers, lead * q.layer_unit, 0.0)


def _fsdp_root(q: Quantities, k: MemoryConstants) -> Array:
    m = q.c.model
    root = q.parameter_bytes * (m.embedding + m.head + q.copies)
    return np.where(q.gathers & q.c.sharding[Sharding.FSDP], root, 0.0)


def _fsdp_layers(q: Quantities, k: MemoryConstants) -> Array:
    return np.where(q.gathers & q.c.sharding[Sharding.FSDP], 2 * q.layer_unit, 0.0)


def _step_temporaries(q: Quantities, k: MemoryConstants) -> Array:
    c = q.c
    n_copies = foreach_temporaries(c)
    base = q.parameter_bytes * np.where(c.full, q.trained, q.copies)
    adapters = q.adapter_bytes * q.adapters / q.layer_shards
    # Groups of one type are stepped together; the last copy of one group is alive when the next begins.
    together = n_copies * (base + adapters)
    apart = n_copies * base + np.minimum(n_copies, 1.0) * adapters
    two_groups = c.embeddings & (q.adapter_bytes != q.parameter_bytes)
    foreach = np.where(two_groups, np.maximum(apart, n_copies * adapters), together) / q.state_shards
    adafactor = np.where(c.optimizer[Optimizer.ADAFACTOR], 8.0 * np.minimum(q.trained, q.head_weights), 0.0)
    deepspeed = 6.0 * np.where(q.zero3, q.sub_group, q.trained / q.state_shards)
    return np.where(c.offload_optimizer, 0.0, np.where(c.deepspeed, deepspeed, foreach + adafactor))


def _unpacking(q: Quantities, k: MemoryConstants) -> Array:
    kinds, m = q.c.quantization, q.c.model
    gptq = kinds[Quantization.GPTQ_INT4] | kinds[Quantization.GPTQ_INT8]
    per_weight = np.where(q.c.quantized(), np.where(gptq, 5.0, 2.0), 0.0)
    return per_weight * m.largest_linear


def _mixed_weight_copies(q: Quantities, k: MemoryConstants) -> Array:
    m = q.c.model
    cached = 2 * (m.linear_weights + q.head_weights)
    return np.where(q.c.mixed & q.c.full, cached, 0.0) / q.weight_shards


def _kv_cache(q: Quantities, k: MemoryConstants) -> Array:
    c, m = q.c, q.c.model
    cache = m.kv_elements * c.kv_bytes * c.micro_batch * (c.seq_len + c.new_tokens)
    # Qwen-1's code concatenates per layer and keeps the old cache to the end of the forward pass.
    copies = np.where(m.qwen_code, 2.0, 1.0 + 1.0 / m.layers)
    return copies * cache / q.layer_shards


def _prefill_working_set(q: Quantities, k: MemoryConstants) -> Array:
    return (
        _forward_working_set(q, k) * np.where(q.c.checkpointing, 1.0, 0.0) + 2 * q.c.model.hidden * q.tokens
    )


def _prefill_logits(q: Quantities, k: MemoryConstants) -> Array:
    all_positions = q.c.model.qwen_code | (q.c.torch_version < 2004)
    positions = np.where(all_positions, q.tokens, q.c.micro_batch)
    return 6.0 * q.c.model.vocab * positions


def _decode_logits(q: Quantities, k: MemoryConstants) -> Array:
    return 6.0 * q.c.model.vocab * q.c.micro_batch


TERMS: tuple[MemoryTerm, ...] = (
    MemoryTerm(
        "base weights",
        "weights_bytes",
        ALWAYS,
        "b·P, cut by ZeRO-3 or FSDP: /g",
        "checkpoint index; DeepSpeed zero/partition_parameters.py",
        _base_weights,
    ),
    MemoryTerm(
        "quantized linears",
        "weights_bytes",
        ALWAYS,
        "packed L·W·(0.5 or 1) + scales: GPTQ 2.5/128 (int4), 3/128 (int8); NF4 4/64, double 1/64 + 4/16,384",
        "AutoGPTQ qlinear; bitsandbytes functional.py",
        _quantized_weights,
    ),
    MemoryTerm(
        "adapters", "adapters_bytes", ALWAYS, "d·N, N = rank·Σ(in + out)", "peft tuners/lora", _adapters
    ),
    MemoryTerm(
        "trained embeddings",
        "adapters_bytes",
        ALWAYS,
        "b·(E + H): second copies",
        "peft ModulesToSaveWrapper",
        _copies,
    ),
    MemoryTerm(
        "gradients kept",
        "gradients_bytes",
        ("forward", "loss", "head"),
        "type of what is trained; alive before backward when they accumulate",
        "torch autograd; DeepSpeed averaged_gradients",
        _kept_gradients,
    ),
    MemoryTerm(
        "gradients",
        "gradients_bytes",
        ("layer", "step"),
        "d·N + b·C, full: b·P; cut from ZeRO-2 on: /g",
        "torch autograd; DeepSpeed stage_1_and_2.py, stage3.py",
        _all_gradients,
    ),
    MemoryTerm(
        "DDP buckets",
        "gradients_bytes",
        TRAINING,
        "a second copy of the gradients",
        "torch nn/parallel/distributed.py",
        _ddp_buckets,
    ),
    MemoryTerm(
        "optimizer states",
        "optimizer_bytes",
        TRAINING,
        "AdamW 2 moments in the stored type; DeepSpeed fp32 master and moments: 12·T/g",
        "torch optim/adamw.py; DeepSpeed stage_1_and_2.py, stage3.py",
        _optimizer_states,
    ),
    MemoryTerm(
        "kept activations",
        "activations_bytes",
        GRAPH,
        "checkpoints r·h·t·(L + 1); without checkpointing every layer's saved tensors",
        "torch utils/checkpoint.py; modelling code",
        _kept_layers,
    ),
    MemoryTerm(
        "layer in flight",
        "activations_bytes",
        ("forward",),
        "one layer's widest moment without a graph",
        "modelling code",
        _forward_working_set,
    ),
    MemoryTerm(
        "recomputed layer",
        "activations_bytes",
        ("layer",),
        "one layer's saved tensors + 6·h·t of gradients (about 28·h + 9·f B per token; full 20·h + 8·f)",
        "modelling code; peft tuners/lora",
        _recomputed_layer,
    ),
    MemoryTerm(
        "inputs kept by FSDP",
        "activations_bytes",
        ("layer",),
        "r·h·t·(L − 1)",
        "torch distributed/fsdp/_runtime_utils.py",
        _fsdp_inputs,
    ),
    MemoryTerm(
        "logits and loss, forward",
        "logits_bytes",
        ("loss",),
        "6, 12, 14 or 16 · V·t; fused 6·h·t",
        "transformers loss code; see the switches",
        _logits_forward,
    ),
    MemoryTerm(
        "logits and loss, backward",
        "logits_bytes",
        ("head",),
        "6, 12 or 16 · V·t; fused 6·h·t",
        "transformers loss code; see the switches",
        _logits_backward,
    ),
    MemoryTerm(
        "fresh head gradient",
        "temporary_bytes",
        ("head",),
        "b·H where the head is trained",
        "torch autograd",
        _trained_head_gradient,
    ),
    MemoryTerm(
        "fresh weight gradients",
        "temporary_bytes",
        ("layer",),
        "b·3·h·f in full training",
        "torch autograd",
        _layer_weight_gradients,
    ),
    MemoryTerm(
        "reduce buckets",
        "temporary_bytes",
        ("head", "layer"),
        "2 × 2e8 × 2 B (ZeRO-1, ZeRO-2)",
        "DeepSpeed stage_1_and_2.py; ds_config_zero2.json",
        _reduce_buckets,
    ),
    MemoryTerm(
        "ZeRO-3 bucket",
        "temporary_bytes",
        TRAINING,
        '2·h² (bucket "auto")',
        "transformers deepspeed.py",
        _zero3_bucket,
    ),
    MemoryTerm(
        "gathered head",
        "temporary_bytes",
        ("loss", "head"),
        "b·H whole while the loss runs (ZeRO-3)",
        "DeepSpeed partitioned_param_coordinator.py",
        _gathered_head,
    ),
    MemoryTerm(
        "gathered layer",
        "temporary_bytes",
        ("forward", "layer"),
        "b·W whole while the layer runs (ZeRO-3)",
        "DeepSpeed partitioned_param_coordinator.py",
        _gathered_layer,
    ),
    MemoryTerm(
        "gather lead",
        "temporary_bytes",
        TRAINING,
        "lead·b·W: layers gathered ahead of the device (ZeRO-3)",
        "fitted lead; torch record_stream",
        _gather_lead,
    ),
    MemoryTerm(
        "FSDP root unit",
        "temporary_bytes",
        GRAPH,
        "b·(E + H + C) gathered from first forward to last backward",
        "torch distributed/fsdp/_runtime_utils.py",
        _fsdp_root,
    ),
    MemoryTerm(
        "FSDP layer units",
        "temporary_bytes",
        GRAPH,
        "two gathered layers",
        "torch FSDP limit_all_gathers",
        _fsdp_layers,
    ),
    MemoryTerm(
        "step temporaries",
        "temporary_bytes",
        ("step",),
        "foreach copies of the trained parameters (two up to torch 2.0, one later); DeepSpeed 6 B each",
        "torch optim/adamw.py; DeepSpeed stage3.py",
        _step_temporaries,
    ),
    MemoryTerm(
        "unpacked weight",
        "temporary_bytes",
        ("forward", "layer", "prefill", "decode"),
        "5 B (GPTQ) or 2 B (NF4, int8) per weight of the largest linear",
        "AutoGPTQ qlinear_cuda_old.py; bitsandbytes MatMul4Bit",
        _unpacking,
    ),
    MemoryTerm(
        "autocast weight copies",
        "temporary_bytes",
        ("forward", "loss"),
        "2 B per trained weight stored in fp32",
        "torch autocast cache",
        _mixed_weight_copies,
    ),
    MemoryTerm(
        "KV cache",
        "kv_cache_bytes",
        ("decode",),
        "2·kv·L·bytes·batch·(length + new); Qwen-1's code holds the old and the new one",
        "QwenLM/Qwen modeling_qwen.py; transformers cache_utils.py",
        _kv_cache,
    ),
    MemoryTerm(
        "prefill layer",
        "activations_bytes",
        ("prefill",),
        "one layer's widest moment",
        "modelling code",
        _prefill_working_set,
    ),
    MemoryTerm(
        "prefill logits",
        "logits_bytes",
        ("prefill",),
        "6·V·t, or of the last position only",
        "modelling code",
        _prefill_logits,
    ),
    MemoryTerm("decode logits", "logits_bytes", ("decode",), "6·V·batch", "modelling code", _decode_logits),
)

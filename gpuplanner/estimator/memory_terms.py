"""The terms of memory: each a named share of a part, with its formula, its source and when it is alive.

Symbols: P parameters, N adapters, C trained second copies, T all trained, E embeddings, H head, W one
layer's linears, h hidden size, L layers, V vocabulary, t tokens of a micro batch, g GPUs, b bytes of a
stored parameter, d bytes of a stored adapter, r bytes of the residual stream.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gpuplanner.estimator import memory_formulae as formulae
from gpuplanner.estimator.columns import Array
from gpuplanner.estimator.constants import MemoryConstants
from gpuplanner.estimator.memory_quantities import Quantities

MOMENTS: dict[str, str] = {
    "load": "load",
    "forward": "forward",
    "logits": "forward",
    "loss": "loss",
    "head": "backward",
    "layer": "backward",
    "embedding": "backward",
    "step": "optimizer",
    "prefill": "prefill",
    "decode": "decode",
}
"""Each moment that can be the fullest, and the phase that it belongs to."""

TRAINING = ("forward", "logits", "loss", "head", "layer", "embedding", "step")
INFERENCE = ("prefill", "decode")
ALWAYS = ("load", *TRAINING, *INFERENCE)
GRAPH = ("forward", "logits", "loss", "head", "layer")


@dataclass(frozen=True)
class MemoryTerm:
    """One line of the explanation; ``bytes`` gives its value per GPU, shape (n,)."""

    name: str
    part: str
    moments: tuple[str, ...]
    formula: str
    source: str
    bytes: Callable[[Quantities, MemoryConstants], Array]


TERMS: tuple[MemoryTerm, ...] = (
    MemoryTerm(
        "base weights",
        "weights_bytes",
        ALWAYS,
        "b·P, cut by ZeRO-3 or FSDP: /g",
        "checkpoint index; DeepSpeed zero/partition_parameters.py",
        formulae.base_weights,
    ),
    MemoryTerm(
        "quantized linears",
        "weights_bytes",
        ALWAYS,
        "packed L·W·(0.5 or 1) + scales: GPTQ 2.5/128 (int4), 3/128 (int8); NF4 4/64, double 1/64 + 4/16,384",
        "AutoGPTQ qlinear; bitsandbytes functional.py",
        formulae.packed_weights,
    ),
    MemoryTerm(
        "adapters",
        "adapters_bytes",
        ALWAYS,
        "d·N, N = rank·Σ(in + out)",
        "peft tuners/lora",
        formulae.adapters,
    ),
    MemoryTerm(
        "trained embeddings",
        "adapters_bytes",
        ALWAYS,
        "b·(E + H): second copies",
        "peft ModulesToSaveWrapper",
        formulae.copies,
    ),
    MemoryTerm(
        "gradients kept",
        "gradients_bytes",
        ("forward", "logits", "loss", "head"),
        "type of what is trained; alive before backward when they accumulate",
        "torch autograd; DeepSpeed averaged_gradients",
        formulae.kept_gradients,
    ),
    MemoryTerm(
        "gradients",
        "gradients_bytes",
        ("layer", "embedding", "step"),
        "d·N + b·C, full: b·P; cut from ZeRO-2 on: /g",
        "torch autograd; DeepSpeed stage_1_and_2.py, stage3.py",
        formulae.all_gradients,
    ),
    MemoryTerm(
        "DDP buckets",
        "gradients_bytes",
        TRAINING,
        "a second copy of the gradients",
        "torch nn/parallel/distributed.py",
        formulae.ddp_buckets,
    ),
    MemoryTerm(
        "optimizer states",
        "optimizer_bytes",
        TRAINING,
        "AdamW 2 moments in the stored type; DeepSpeed fp32 master and moments: 12·T/g",
        "torch optim/adamw.py; DeepSpeed stage_1_and_2.py, stage3.py",
        formulae.optimizer_states,
    ),
    MemoryTerm(
        "kept activations",
        "activations_bytes",
        GRAPH,
        "checkpoints r·h·t·(L + 1); without checkpointing every layer's saved tensors",
        "torch utils/checkpoint.py; modelling code",
        formulae.kept_layers,
    ),
    MemoryTerm(
        "layer in flight",
        "activations_bytes",
        ("forward",),
        "one layer's widest moment without a graph",
        "modelling code",
        formulae.forward_in_flight,
    ),
    MemoryTerm(
        "recomputed layer",
        "activations_bytes",
        ("layer",),
        "one layer's saved tensors + 6·h·t of gradients (about 28·h + 9·f B per token; full 20·h + 8·f)",
        "modelling code; peft tuners/lora",
        formulae.recomputed_layer,
    ),
    MemoryTerm(
        "inputs kept by FSDP",
        "activations_bytes",
        ("layer",),
        "r·h·t·(L − 1)",
        "torch distributed/fsdp/_runtime_utils.py",
        formulae.fsdp_inputs,
    ),
    MemoryTerm(
        "logits",
        "logits_bytes",
        ("logits",),
        "V·t in the type of the computation; fused 6·h·t",
        "modelling code",
        formulae.logits,
    ),
    MemoryTerm(
        "logits and loss, forward",
        "logits_bytes",
        ("loss",),
        "6, 8, 10, 12, 14 or 16 · V·t; fused 6·h·t",
        "transformers loss code; see the switches",
        formulae.logits_forward,
    ),
    MemoryTerm(
        "logits and loss, backward",
        "logits_bytes",
        ("head",),
        "6, 12 or 16 · V·t; fused 6·h·t",
        "transformers loss code; see the switches",
        formulae.logits_backward,
    ),
    MemoryTerm(
        "fresh head gradient",
        "temporary_bytes",
        ("head",),
        "b·H where the head is trained, as far as it exceeds what of the loss is freed before",
        "torch autograd",
        formulae.trained_head_gradient,
    ),
    MemoryTerm(
        "fresh weight gradients",
        "temporary_bytes",
        ("layer",),
        "b·3·h·f in full training",
        "torch autograd",
        formulae.layer_weight_gradients,
    ),
    MemoryTerm(
        "gradient of tied embeddings",
        "temporary_bytes",
        ("embedding",),
        "2·b·E where embeddings and head are one: their two gradients are added out of place",
        "torch autograd; measured on real steps (tests/benchmarks/truth_table.py)",
        formulae.tied_gradient,
    ),
    MemoryTerm(
        "16-bit copy of the head",
        "temporary_bytes",
        ("logits", "loss", "head"),
        "2·H where a frozen head is stored in fp32",
        "torch autocast caches no cast of a frozen weight, so its product keeps one",
        formulae.mixed_head_copy,
    ),
    MemoryTerm(
        "reduce buckets",
        "temporary_bytes",
        ("head", "layer"),
        "2 × 2e8 × 2 B (ZeRO-1, ZeRO-2)",
        "DeepSpeed stage_1_and_2.py; ds_config_zero2.json",
        formulae.reduce_buckets,
    ),
    MemoryTerm(
        "ZeRO-3 bucket",
        "temporary_bytes",
        TRAINING,
        '2·h² (bucket "auto")',
        "transformers deepspeed.py",
        formulae.zero3_bucket,
    ),
    MemoryTerm(
        "gathered head",
        "temporary_bytes",
        ("logits", "loss", "head"),
        "b·H whole while the loss runs (ZeRO-3)",
        "DeepSpeed partitioned_param_coordinator.py",
        formulae.gathered_head,
    ),
    MemoryTerm(
        "gathered layer",
        "temporary_bytes",
        ("forward", "layer"),
        "b·W whole while the layer runs (ZeRO-3)",
        "DeepSpeed partitioned_param_coordinator.py",
        formulae.gathered_layer,
    ),
    MemoryTerm(
        "gather lead",
        "temporary_bytes",
        TRAINING,
        "lead·b·W: layers gathered ahead of the device (ZeRO-3)",
        "fitted lead; torch record_stream",
        formulae.gather_lead,
    ),
    MemoryTerm(
        "FSDP root unit",
        "temporary_bytes",
        GRAPH,
        "b·(E + H + C) gathered from first forward to last backward",
        "torch distributed/fsdp/_runtime_utils.py",
        formulae.fsdp_root,
    ),
    MemoryTerm(
        "FSDP layer units",
        "temporary_bytes",
        GRAPH,
        "two gathered layers",
        "torch FSDP limit_all_gathers",
        formulae.fsdp_layers,
    ),
    MemoryTerm(
        "step temporaries",
        "temporary_bytes",
        ("step",),
        "foreach copies of the trained parameters (two up to torch 2.0, one later); Adafactor 16 B per "
        "element of the largest tensor; DeepSpeed 6 B each",
        "torch optim/adamw.py; transformers optimization.py; DeepSpeed stage3.py",
        formulae.step_temporaries,
    ),
    MemoryTerm(
        "unpacked weight",
        "temporary_bytes",
        ("forward", "layer", "prefill", "decode"),
        "5 B (GPTQ) or 2 B (NF4, int8) per weight of the largest linear",
        "AutoGPTQ qlinear_cuda_old.py; bitsandbytes MatMul4Bit",
        formulae.unpacking,
    ),
    MemoryTerm(
        "autocast weight copies",
        "temporary_bytes",
        ("forward", "logits", "loss"),
        "2 B per trained weight stored in fp32",
        "torch autocast cache",
        formulae.mixed_weight_copies,
    ),
    MemoryTerm(
        "KV cache",
        "kv_cache_bytes",
        ("decode",),
        "2·kv·L·bytes·batch·(length + new); Qwen-1's code holds the old and the new one",
        "QwenLM/Qwen modeling_qwen.py; transformers cache_utils.py",
        formulae.kv_cache,
    ),
    MemoryTerm(
        "KV cache, prefill",
        "kv_cache_bytes",
        ("prefill",),
        "2·kv·L·bytes·t",
        "transformers cache_utils.py",
        formulae.prefill_cache,
    ),
    MemoryTerm(
        "prefill layer",
        "activations_bytes",
        ("prefill",),
        "one layer's widest moment",
        "modelling code",
        formulae.prefill_working_set,
    ),
    MemoryTerm(
        "prefill logits",
        "logits_bytes",
        ("prefill",),
        "6·V·t, or of the last position only",
        "modelling code",
        formulae.prefill_logits,
    ),
    MemoryTerm(
        "decode logits", "logits_bytes", ("decode",), "6·V·batch", "modelling code", formulae.decode_logits
    ),
)

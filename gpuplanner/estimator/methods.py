"""Switches: what the code of a framework, an optimizer or a quantiser does with a plan, each with its source.

A switch is a fact about code, never a fit: nothing depends on the model's size, the row or the length.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gpuplanner.core.plan import Optimizer, Quantization, Sharding
from gpuplanner.estimator.columns import Array, Mask, PlanColumns, version_number


@dataclass(frozen=True)
class Switch:
    """A fact about code, as ``gpuplanner accuracy`` lists it."""

    name: str
    meaning: str
    source: str


SWITCHES: tuple[Switch, ...] = (
    Switch(
        "half loss",
        "Qwen-1 without autocast takes the loss in 16 bits: 6 B per token and vocabulary entry, 8 reserved",
        "QwenLM/Qwen modeling_qwen.py; transformers 4.32 trainer.py; accelerate 0.23 _prepare_deepspeed",
    ),
    Switch(
        "fp32 loss",
        "logits are cast to fp32 and shifted: 12 B allocated, 16 reserved",
        "transformers 4.32 modelling files; accelerate 0.23 accelerator.py (upcast outputs)",
    ),
    Switch(
        "kept 16-bit logits",
        "from torch 2.4 (transformers 4.46) on the 16-bit logits stay alive and nothing is shifted as a copy "
        "(up to torch 2.5 a batch of several is): 10 B in forward, 12 in backward; fp32 logits: 8, 12",
        "transformers loss/loss_utils.py; measured on real steps (tests/benchmarks/truth_table.py)",
    ),
    Switch(
        "loop keeps output",
        "FSDP scripts keep the fp32 logits through backward: 16 B allocated, 18 reserved",
        "AnswerDotAI/fsdp_qlora train.py",
    ),
    Switch(
        "fused loss",
        "the loss goes through the vocabulary in chunks: 6 B per token and hidden unit",
        "linkedin/Liger-Kernel fused_linear_cross_entropy (chunk rule)",
    ),
    Switch(
        "foreach temporaries",
        "torch AdamW foreach makes two out-of-place copies up to 2.0, one from 2.1 on; fused and 8-bit none; "
        "under DeepSpeed too, of the fp32 partition (ZeRO-3: of a sub-group), where it is not its FusedAdam",
        "torch optim/adamw.py _multi_tensor_adamw; DeepSpeed engine.py _configure_basic_optimizer",
    ),
    Switch(
        "fp32 master under DeepSpeed",
        "trained weights have a 16-bit copy, an fp32 master and two fp32 moments, sharded from stage 1 on",
        "DeepSpeed 0.12.6 runtime/zero/stage_1_and_2.py, stage3.py",
    ),
    Switch(
        "reduce buckets",
        "ZeRO-1/2 take two buckets of 2e8 elements before every backward (overlap_comm), from torch 2.10 "
        "(DeepSpeed 0.18.3) on at its first gradient; what is in one is copied once more to be reduced",
        "stage_1_and_2.py backward, setup_buckets, allreduce_bucket; deepspeedai/DeepSpeed #7665; "
        "QwenLM/Qwen finetune/ds_config_zero2.json",
    ),
    Switch(
        "ZeRO-1/2 gradients",
        "between steps none are kept; between micro batches ZeRO-2 keeps this GPU's part, ZeRO-1 all",
        "DeepSpeed stage_1_and_2.py step, reduce_ready_partitions_and_remove_grads",
    ),
    Switch(
        "ZeRO gradient norm",
        "the norm of the gradients is taken in float64, a tensor at a time: 8 B per element of the largest",
        "DeepSpeed stage_1_and_2.py, stage3.py get_grad_norm_direct",
    ),
    Switch(
        "ZeRO-3 sub-groups",
        "init and step work on sub-groups of at most 1e9 elements at 6 B each; init blocks stay cached",
        "DeepSpeed 0.12.6 stage3.py _prepare_fp32_grad_for_sub_group, initialize_optimizer_states",
    ),
    Switch(
        "ZeRO-3 gathers",
        "on several GPUs the head is gathered through the loss and one layer through its recompute; the last "
        "layers, of a small model all, stay from forward to backward (stage3_max_reuse_distance 1e9)",
        "DeepSpeed partitioned_param_coordinator.py __params_to_release; transformers deepspeed.py",
    ),
    Switch(
        "ZeRO-3 lead",
        "gathered layers that another stream still uses are not allocated any more, but not free either: "
        "they count as reserved",
        "c10/cuda/CUDACachingAllocator.cpp free (stream_uses); torch record_stream",
    ),
    Switch(
        "FSDP root unit",
        "embeddings and head are gathered from the first forward to the last backward; two layers fly",
        "torch distributed/fsdp/_runtime_utils.py; limit_all_gathers",
    ),
    Switch(
        "FSDP2",
        "framework hf shards by fully_shard from torch 2.12 on, before by FullyShardedDataParallel (FSDP1); "
        "framework fsdp, a script of its own, by FSDP1",
        "transformers training_args.py _process_fsdp_args: version 2 unless told (#45640, of spring 2026); "
        "accelerate dataclasses.py fsdp_version: 1 unless told; AnswerDotAI/fsdp_qlora train.py",
    ),
    Switch(
        "FSDP2 gathers",
        "what was gathered for a unit stays beside its parameters until the next unit's are copied out: "
        "2·(root + layer) in forward; of two layers one in the loss; a layer and the one before in backward",
        "torch distributed/fsdp/_fully_shard/_fsdp_param_group.py wait_for_unshard, _backward_prefetch",
    ),
    Switch(
        "FSDP2 reductions",
        "a unit's gradients are whole until its backward ends, the root's until all is over, and the last "
        "unit's are held as they are sent until the next one's follow",
        "torch distributed/fsdp/_fully_shard/_fsdp_param_group.py post_backward, ReduceScatterState",
    ),
    Switch(
        "FSDP accumulates whole gradients",
        "under the Trainer nothing is reduced before the last micro batch, so gradients are added up whole",
        "accelerate accelerator.py no_sync (set_requires_gradient_sync); torch FullyShardedDataParallel "
        "no_sync; transformers trainer.py",
    ),
    Switch(
        "FSDP mixed precision",
        "bf16-mixed under FSDP: fp32 shards; a unit is cast before it computes, so activations have 16 bits",
        "torch distributed/fsdp/_flat_param.py (MixedPrecision param_dtype)",
    ),
    Switch(
        "FSDP keeps recomputed inputs",
        "a frozen unit's hook keeps the gradient of every recomputed layer's input until backward ends",
        "torch distributed/fsdp/_runtime_utils.py (FSDP1, reentrant checkpointing)",
    ),
    Switch(
        "DDP buckets",
        "DDP holds a second copy of the gradients in its buckets",
        "torch nn/parallel/distributed.py (gradient_as_bucket_view=False)",
    ),
    Switch(
        "GPTQ unpacking",
        "the recomputed 16-bit weights of a layer live until its backward; the last unpacks by int32",
        "AutoGPTQ qlinear_cuda_old.py",
    ),
    Switch(
        "NF4 unpacking",
        "one linear at a time is unpacked to 16 bits, in forward and again in backward",
        "bitsandbytes autograd/_functions.py MatMul4Bit",
    ),
    Switch(
        "int8 inputs",
        "the int8 product holds what it read for its backward, also under checkpointing",
        "bitsandbytes autograd/_functions.py MatMul8bitLt (ctx.tensors); measured on real steps",
    ),
    Switch(
        "fp32 norm copies",
        "transformers' RMSNorm keeps an fp32 copy of its input; Qwen-1 uses flash-attention's fused norm",
        "transformers models/*/modeling_*.py; QwenLM/Qwen docker (csrc/layer_norm)",
    ),
    Switch(
        "autocast weight copies",
        "with fp32 storage each linear works on a 16-bit copy of its weight",
        "torch autocast cache: not for frozen weights",
    ),
)


def loss_bytes(c: PlanColumns) -> tuple[Array, Array, Array]:
    """Bytes per token and vocabulary entry: allocated in forward, in backward, and reserved at the worst."""
    half = half_loss(c)
    modern = modern_transformers(c)
    wide = c.compute_bytes == 4
    copies = (c.torch_version < version_number("2.6")) & (c.micro_batch > 1)
    # Qwen-1's own loss shifts its 16-bit logits, in one piece where there are several sequences.
    shifted = np.where(c.model.qwen_code & (c.micro_batch > 1) & ~copies, c.compute_bytes, 0.0)
    new = np.where(copies, 14.0, 10.0 + shifted) - np.where(wide, 2.0, 0.0)
    old = np.where(wide, 16.0, 12.0)
    forward = np.where(half, 6.0, np.where(c.framework_fsdp, 16.0, np.where(modern, new, old)))
    backward = np.where(half, 6.0, np.where(c.framework_fsdp, 16.0, np.where(modern, 12.0, old)))
    reserved = np.where(half, 8.0, np.where(c.framework_fsdp, 18.0, 16.0)) * np.where(wide, 4 / 3, 1.0)
    capped = np.where(c.model.capped_logits, c.compute_bytes, 0.0)
    return forward + capped, backward + capped, reserved + capped


def half_loss(c: PlanColumns) -> Mask:
    """Where the loss is taken in the 16-bit type of the logits."""
    half: Mask = c.model.qwen_code & ~c.autocast & (c.compute_bytes == 2)
    return half


def modern_transformers(c: PlanColumns) -> Mask:
    """Where the modelling code is of transformers 4.46 or newer, which came out with torch 2.4 and later."""
    return c.torch_version >= version_number("2.4")


def cached_elements(c: PlanColumns, length: Array) -> Array:
    """Elements of one sequence's KV cache at a length; layers with a window keep no more than the window.

    transformers cache_utils.py, ``DynamicSlidingWindowLayer``; older ones kept every token.
    """
    m = c.model
    windowed = np.where(modern_transformers(c), m.kv_windowed, 0.0)
    elements: Array = (m.kv_elements - windowed) * length + windowed * np.minimum(length, m.window)
    return elements


def optimizer_state_bytes(c: PlanColumns, stored: Array) -> Array:
    """Bytes of optimizer state per trained parameter that is stored in ``stored`` bytes.

    AdamW keeps two moments in the parameter's type; the 8-bit one 1 B each and fp32 block scales
    (1/256 of 4 B); paged states live in host memory; Lion (bitsandbytes') keeps one moment in fp32;
    Adafactor's factors are rows and columns only (below 0.1 %, counted as 1/256 of 4 B); plain SGD keeps
    nothing.
    """
    choose = c.optimizer
    state = 2 * stored
    state = np.where(choose[Optimizer.ADAMW_8BIT], 2 + 2 * 4 / 256, state)
    state = np.where(choose[Optimizer.LION], 4.0, state)
    state = np.where(choose[Optimizer.ADAFACTOR], 4 / 256, state)
    return np.where(choose[Optimizer.SGD] | choose[Optimizer.PAGED_ADAMW_8BIT], 0.0, state)


def foreach_temporaries(c: PlanColumns) -> Array:
    """How many out-of-place copies of the trained parameters one torch AdamW step makes."""
    old = c.torch_version < version_number("2.1")
    return np.where(c.optimizer[Optimizer.ADAMW], np.where(old, 2.0, 1.0), 0.0)


def base_weight_bytes(c: PlanColumns) -> tuple[Array, Array]:
    """Bytes of the quantised linears' packed values, and of their scales, zeros and indices; whole model.

    Both are 0 for a base that is not quantised.  GPTQ: group 128, fp16 scale and packed zero per group and
    output, int32 group index per input.  NF4: fp32 absmax per 64 weights; double quantisation: 1 B per 64
    and fp32 per 64 × 256.  int8: fp32 scale per output.
    """
    m, q = c.model, c.quantization
    weights = quantized_weights(c)
    zero = np.zeros_like(weights)
    four_bit = q[Quantization.NF4] | q[Quantization.NF4_DQ] | q[Quantization.GPTQ_INT4]
    eight_bit = q[Quantization.GPTQ_INT8] | q[Quantization.INT8]
    packed = np.where(four_bit, 0.5, np.where(eight_bit, 1.0, 0.0)) * weights
    scales = np.where(q[Quantization.NF4], weights * 4 / 64, zero)
    scales = np.where(q[Quantization.NF4_DQ], weights * (1 / 64 + 4 / (64 * 256)), scales)
    scales = np.where(q[Quantization.GPTQ_INT4], weights * 2.5 / 128 + 4 * m.linear_inputs, scales)
    scales = np.where(q[Quantization.GPTQ_INT8], weights * 3 / 128 + 4 * m.linear_inputs, scales)
    return packed, np.where(q[Quantization.INT8], 4 * m.linear_outputs, scales)


def quantized_weights(c: PlanColumns) -> Array:
    """Linear weights that a quantiser reaches, whole model: bitsandbytes replaces ``nn.Linear`` only."""
    m, q = c.model, c.quantization
    bitsandbytes = q[Quantization.NF4] | q[Quantization.NF4_DQ] | q[Quantization.INT8]
    reached = np.where(bitsandbytes, m.linear_weights - m.packed_weights, m.linear_weights)
    return np.where(q[Quantization.NONE], 0.0, reached)


def fully_shard(c: PlanColumns) -> Mask:
    """Where sharding fsdp means torch's fully_shard (FSDP2), not FullyShardedDataParallel (FSDP1)."""
    by_trainer: Mask = c.sharding[Sharding.FSDP] & ~c.framework_fsdp
    return by_trainer & (c.torch_version >= version_number("2.12"))


def sums_whole_gradients(c: PlanColumns) -> Mask:
    """Where FSDP's gradients are reduced after the last micro batch only, as under the Trainer."""
    late: Mask = c.sharding[Sharding.FSDP] & ~c.framework_fsdp & (c.gpus > 1) & (c.accumulation > 1)
    return late


def buckets_at_first_gradient(c: PlanColumns) -> Mask:
    """Where DeepSpeed is 0.18.3 or newer, of December 2025: a hook makes its buckets (`setup_buckets`)."""
    new: Mask = c.deepspeed & (c.torch_version >= version_number("2.10"))
    return new


def zero_partitioned(c: PlanColumns) -> Mask:
    """Where DeepSpeed shards the optimizer's states but not the weights."""
    return c.any_sharding(Sharding.ZERO1, Sharding.ZERO2)

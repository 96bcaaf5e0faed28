"""Time of one optimizer step: a roofline of kernel classes, the host that launches them, and the links.

Kernels of one stream run in order, so they add; host and device are two queues, joined by a p-norm;
DeepSpeed's collectives hide little behind compute, so they add too, and FSDP's run ahead of it (see
`roofline.with_links`).  All times in seconds.
"""

from __future__ import annotations

import numpy as np

from gpuplanner.core.estimate import BoundBy
from gpuplanner.core.plan import Quantization, Sharding
from gpuplanner.estimator.columns import Array, PlanColumns
from gpuplanner.estimator.constants import TimeConstants
from gpuplanner.estimator.decode import decode
from gpuplanner.estimator.launches import host_time, trained_tensors
from gpuplanner.estimator.methods import base_weight_bytes, half_loss, quantized_weights
from gpuplanner.estimator.roofline import (
    BANDWIDTH,
    COMPUTE,
    TimeColumns,
    elementwise_rate,
    join,
    matmul,
    with_links,
)


def step_time(c: PlanColumns, k: TimeConstants) -> TimeColumns:
    """Seconds of one optimizer step (training) or one generated token (inference)."""
    training = _training(c, k)
    if not c.inference.any():
        return training
    generated = decode(c, k)
    here = np.broadcast_to(c.inference, training.step.shape)
    return TimeColumns(
        step=np.where(here, generated.step, training.step),
        classes={
            name: np.where(here, generated.classes[name], training.classes[name]) for name in training.classes
        },
        flops_per_step=np.where(here, generated.flops_per_step, training.flops_per_step),
    )


def _training(c: PlanColumns, k: TimeConstants) -> TimeColumns:
    passes = np.where(c.checkpointing, 2.0, 1.0)
    micro = {
        "linears": _linears(c, k, passes),
        "attention": _attention(c, passes),
        "element-wise": _element_wise(c, k, passes),
        "LoRA side path": np.where(c.lora, _side_path(c, k, passes), 0.0),
        "head and loss": _head(c, k),
        "dequantization": _dequantization(c, k, passes),
        "gradients": _gradient_traffic(c, k),
    }
    device = sum(micro.values(), start=np.zeros(()))
    links = _links(c, passes)
    host = host_time(c, k, passes)
    busy = with_links(c, k, device, links)
    one = join(busy, host, k.host_overlap)
    optimizer, optimizer_host = _optimizer(c, k)
    step = c.accumulation * one + optimizer + optimizer_host
    # Some classes do not depend on the length, which alone has many entries in a curve.
    zero = np.zeros_like(step)
    classes = {name: zero + c.accumulation * value for name, value in micro.items()}
    classes["optimizer"] = zero + optimizer
    classes["host"] = zero + c.accumulation * host + optimizer_host
    classes["links"] = zero + c.accumulation * links
    return TimeColumns(step, classes, zero + _useful_flops(c))


def _linears(c: PlanColumns, k: TimeConstants, passes: Array) -> Array:
    """Forward, recompute and input gradient of every linear; weight gradient where it is trained."""
    m = c.model
    tokens = c.tokens[:, None] * m.linear_token_share
    # The three products have the same three sides, and so take the same time.
    one = matmul(tokens, m.linear_out, m.linear_in, c, k, True) * m.linear_modules
    total: Array = (passes + 1 + c.full) * one.sum(axis=-1)
    return total


def _attention(c: PlanColumns, passes: Array) -> Array:
    """Causal attention: 2·T²·q FLOPs forward and recompute, 5·T²·q backward (the causal half counted).

    Rate of FlashAttention-2 by length: 0.62·T/(T + 350) of the peak forward, 0.55·T/(T + 450) backward
    (A100, head 128; range published, curve unverified).  It does not use Hopper's matrix instructions:
    0.345·T/(T + 390) forward there, 0.31·T/(T + 450) backward (FlashAttention-3 paper, figures of H100,
    causal forward measured, causal backward scaled from the full one).  SDPA is taken as flash; eager reads
    and writes the scores ten times in 2 bytes.
    """
    m, t = c.model, c.seq_len
    forward = 2 * t * t * m.query_width * c.micro_batch
    forward_rate = np.where(c.hopper, 0.345 / (t + 390), 0.62 / (t + 350)) * t * c.peak_flops
    backward_rate = np.where(c.hopper, 0.31, 0.55) * t / (t + 450) * c.peak_flops
    forward_time, backward_time = forward / forward_rate, 2.5 * forward / backward_rate
    scores = np.where(c.eager, 20.0 * m.heads * t * t * c.micro_batch / (0.5 * c.bandwidth), 0.0)
    return m.layers * (passes * (forward_time + scores) + backward_time + scores)


def _element_wise(c: PlanColumns, k: TimeConstants, passes: Array) -> Array:
    """Norms, rotary, activation and residuals: bytes read and written per token, counted from the code."""
    m = c.model
    rotary = 20.0 * (m.query_width + m.kv_width)
    forward = 20 * m.hidden + rotary + np.where(m.gated, 10.0, 8.0) * m.mlp_width
    backward = 34 * m.hidden + rotary + np.where(m.gated, 18.0, 12.0) * m.mlp_width
    unfused = np.where(m.qwen_code, 0.0, 1.0)
    forward = forward + unfused * 34 * m.hidden
    backward = backward + unfused * 50 * m.hidden
    scale = c.stream_bytes / 2
    return m.layers * c.tokens * scale * (passes * forward + backward) / elementwise_rate(c, k)


def _side_path(c: PlanColumns, k: TimeConstants, passes: Array) -> Array:
    """LoRA beside its linears: casts, dropout, scale and add by traffic, and eight small matmuls per target.

    fp32 adapters under autocast: 21·K + 10·N bytes per token forward, 27·K + 4·N backward; 16-bit adapters
    5·K + 10·N and 11·K + 4·N (peft 0.5 tuners/lora.py); without dropout its share falls away.
    """
    m = c.model
    wide = (c.adapter_bytes == 4) & c.autocast
    into, out = (m.linear_in * m.linear_target), (m.linear_out * m.linear_target)
    share = m.linear_modules * m.linear_token_share
    forward_in = np.where(wide, 21.0, 5.0) - np.where(c.dropout, 0.0, 5.0)
    backward_in = np.where(wide, 27.0, 11.0) - np.where(c.dropout, 0.0, 5.0)
    inputs, outputs = (into * share).sum(axis=-1), (out * share).sum(axis=-1)
    traffic = passes * (forward_in * inputs + 10 * outputs) + backward_in * inputs + 4 * outputs
    tokens = c.tokens[:, None] * m.linear_token_share
    rank = c.rank[:, None]
    # A and B forward; in backward each once more for its input and once for its weight.
    both = matmul(tokens, rank, into, c, k, True) + matmul(tokens, out, rank, c, k, True)
    small = (passes + 2) * (both * m.linear_modules * m.linear_target).sum(axis=-1)
    total: Array = c.tokens * traffic / elementwise_rate(c, k) + small
    return total


def _head(c: PlanColumns, k: TimeConstants) -> Array:
    """Output projection forward and back, and the loss: 52 B per token and entry in fp32, 24 B in 16 bits."""
    m = c.model
    t = c.tokens
    trained = c.full | c.embeddings
    product = matmul(t, m.vocab, m.hidden, c, k, False)
    per_entry = np.where(c.fused_loss, 12.0, np.where(half_loss(c), 24.0, 52.0))
    products = np.where(c.fused_loss, 3.0, 2.0) + trained
    return products * product + t * m.vocab * per_entry / elementwise_rate(c, k)


def _dequantization(c: PlanColumns, k: TimeConstants, passes: Array) -> Array:
    """Unpacking of the base: GPTQ 16.5 B a weight in eager operations, forward and recompute only (the
    16-bit weight is kept for backward); NF4 and int8 one fused kernel, 2.56 and 3 B, in backward too.

    Sources: AutoGPTQ qlinear_cuda_old.py (shift 4.5, to int8 5, and 2, subtract 2, scale 3); bitsandbytes.
    """
    m, kinds = c.model, c.quantization
    # Thousands of tokens touch every expert, so every packed weight is unpacked.
    unpacked = quantized_weights(c)
    fused = np.where(kinds[Quantization.INT8], 3.0, 2.56) * (passes + 1)
    per_weight = np.where(c.gptq, 16.5 * passes, np.where(c.quantized(), fused, 0.0))
    outputs = (m.linear_out * m.linear_modules * m.linear_token_share).sum(axis=-1)
    bias = np.where(c.gptq, 6.0 * passes * c.tokens * outputs, 0.0)
    total: Array = unpacked * per_weight / (k.dequant_bandwidth * c.bandwidth) + bias / elementwise_rate(c, k)
    return total


def _trained(c: PlanColumns) -> tuple[Array, Array]:
    """Adapter parameters, and other trained parameters (everything, or embeddings and head)."""
    m = c.model
    adapters = np.where(c.lora, m.adapter_per_rank * c.rank, 0.0)
    copies = m.embedding + np.where(m.head > 0, m.head, m.embedding)
    return adapters, np.where(c.full, m.parameters, np.where(c.embeddings, copies, 0.0))


def _gradient_traffic(c: PlanColumns, k: TimeConstants) -> Array:
    """Accumulating gradients: 10 B a parameter in full training, 14 B per entry of trained embeddings."""
    m = c.model
    full = 10.0 * m.parameters
    table = 14.0 * m.embedding
    return np.where(c.full, full, np.where(c.embeddings, table, 0.0)) / elementwise_rate(c, k)


def _optimizer(c: PlanColumns, k: TimeConstants) -> tuple[Array, Array]:
    """Device and host time of the optimizer step: 60 B per adapter parameter, 52 B of a 16-bit one, 48 B
    divided by the shards under full training; offloaded states run on the host at 20 GB/s instead."""
    adapters, others = _trained(c)
    cut = c.any_sharding(Sharding.ZERO1, Sharding.ZERO2, Sharding.ZERO3, Sharding.FSDP)
    full = 48.0 * others / np.where(cut, c.gpus, 1.0)
    traffic = np.where(c.full, full, 60.0 * adapters + 52.0 * others)
    tensors = trained_tensors(c)
    per_tensor = 2 * k.operation_s + np.where(
        c.any_sharding(Sharding.ZERO2, Sharding.ZERO3), k.deepspeed_event_s, 0.0
    )
    offloaded = np.where(c.offload_optimizer, 28.0 * (adapters + others) / c.gpus / HOST_BYTES_PER_S, 0.0)
    return np.where(
        c.offload_optimizer, 0.0, traffic / elementwise_rate(c, k)
    ), tensors * per_tensor + offloaded


HOST_BYTES_PER_S = 20e9
"""What DeepSpeed's CPU Adam reaches on a server's memory (unverified)."""
HOST_LINK_BYTES_PER_S = 12e9
"""PCIe 4.0 x16 between host and card, one way, effective (unverified)."""


def _links(c: PlanColumns, passes: Array) -> Array:
    """Collectives of one micro batch, [s]: ZeRO-3 and FSDP gather twice and reduce once, ZeRO-1/2 and DDP
    all-reduce; each moves (g − 1)/g of its bytes over the slowest link."""
    m, g = c.model, c.gpus
    adapters, others = _trained(c)
    trained = adapters + others
    share = (g - 1) / g
    rate = np.where(c.nodes > 1, np.minimum(c.network_bytes_per_s, c.link_bytes_per_s), c.link_bytes_per_s)
    packed, scales = base_weight_bytes(c)
    weights = packed + scales + c.compute_bytes * (m.parameters - quantized_weights(c))
    gathered = (2 * weights + 2 * trained) * share
    reduced = 4 * trained * share
    # DDP and ZeRO-1 reduce once per step; ZeRO-2 reduces every micro batch.
    once = reduced / np.where(c.sharding[Sharding.ZERO2], 1.0, c.accumulation)
    cut = c.any_sharding(Sharding.ZERO3, Sharding.FSDP)
    none = c.any_sharding(Sharding.NONE, Sharding.LAYERS)
    moved = np.where(cut, gathered, np.where(none, 0.0, once))
    fetched = np.where(c.offload_parameters & cut, 2 * weights / g / HOST_LINK_BYTES_PER_S, 0.0)
    spilled = np.where(c.offload_optimizer, 4 * trained / g / c.accumulation / HOST_LINK_BYTES_PER_S, 0.0)
    return moved / rate + fetched + spilled


def _useful_flops(c: PlanColumns) -> Array:
    """FLOPs of one step on one GPU that training needs without recompute: 4 per frozen, 6 per trained
    parameter and token, and attention; the basis of MFU."""
    m = c.model
    active = m.active_parameters - m.embedding
    adapters = np.where(c.lora, m.active_adapter_per_rank * c.rank, 0.0)
    per_token = np.where(c.full, 6.0, 4.0) * active + 6.0 * adapters
    attention = 3 * 2 * c.seq_len * m.query_width * m.layers
    return c.accumulation * c.tokens * (per_token + attention)


def bound_by(times: TimeColumns) -> list[BoundBy]:
    """What each step waits for most, n entries.

    The host decides only when it is slower than the whole device, not than one class of kernels.
    """
    host = np.where(times.classes["host"] >= times.device, times.classes["host"], 0.0)
    groups = {
        BoundBy.COMPUTE: sum((times.classes[name] for name in COMPUTE), start=np.zeros_like(times.step)),
        BoundBy.BANDWIDTH: sum((times.classes[name] for name in BANDWIDTH), start=np.zeros_like(times.step)),
        BoundBy.LAUNCH: host,
        BoundBy.COMMUNICATION: times.classes["links"],
    }
    names = list(groups)
    return [names[i] for i in np.stack(list(groups.values())).argmax(axis=0)]

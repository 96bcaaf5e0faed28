"""The host's side of a step: how many operations are launched, and what a framework's Python adds."""

from __future__ import annotations

import numpy as np

from gpuplanner.core.plan import Sharding
from gpuplanner.estimator.columns import Array, PlanColumns
from gpuplanner.estimator.constants import TimeConstants


def trained_tensors(c: PlanColumns) -> Array:
    """Tensors that the optimizer steps: two per adapted module, or about eight per layer."""
    return np.where(c.full, 8 * c.model.layers, 2 * c.model.target_modules)


def host_time(c: PlanColumns, k: TimeConstants, passes: Array) -> Array:
    """Host time of one micro batch, [s]: launches · time of one + fixed + DeepSpeed's hooks.

    Launches per layer: forward 18, + 9 per target with fp32 adapters (5 in 16 bits), + 10 per GPTQ linear;
    backward 24, + 13 (9) per target; full training 14 more.  ZeRO-3 handles three passes of module hooks and,
    on several GPUs, a gather or reduce per tensor; ZeRO-1/2 a few operations per trained tensor.
    """
    m = c.model
    linears = m.linear_modules.sum(axis=-1) / m.layers
    targets = np.where(c.lora, m.targets_per_layer, 0.0)
    wide = (c.adapter_bytes == 4) & c.autocast
    packed = c.quantized() & ~c.gptq
    unfused = np.where(m.qwen_code, 0.0, 1.0)
    forward = (
        18
        + 16 * unfused
        + targets * np.where(wide, 9, 5)
        + linears * np.where(c.gptq, 10, 0)
        + 3 * linears * packed
    )
    backward = (
        24 + 20 * unfused + targets * np.where(wide, 13, 9) + 3 * linears * packed + np.where(c.full, 14, 0)
    )
    launches = m.layers * (passes * forward + backward) + 60
    total: Array = launches * k.operation_s + k.micro_batch_s + _sharding_time(c, k, targets)
    return total


def _sharding_time(c: PlanColumns, k: TimeConstants, targets: Array) -> Array:
    m = c.model
    hooks = 3 * m.layers * (9 + 3 * targets)
    tensors = np.where(c.lora, 2 * targets, 8)
    gathers = np.where(c.gpus > 1, m.layers * (2 * (7 + 2 * targets) + tensors), 0.0)
    zero3 = np.where(c.sharding[Sharding.ZERO3], (hooks + gathers) * k.deepspeed_event_s, 0.0)
    fsdp = np.where(c.sharding[Sharding.FSDP], 6 * m.layers * k.deepspeed_event_s, 0.0)
    zero12 = c.any_sharding(Sharding.ZERO1, Sharding.ZERO2)
    per_tensor = k.zero2_operations * k.operation_s
    return zero3 + fsdp + np.where(zero12, trained_tensors(c) * per_tensor, 0.0)

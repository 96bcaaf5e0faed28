"""The few numbers that no source code states: global, named, each with unit, meaning and origin.

Nothing here depends on a model, a row, a length or a method.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(frozen=True)
class Constant:
    """One declared constant, as ``gpuplanner accuracy`` lists it."""

    name: str
    value: float
    unit: str
    meaning: str
    origin: str


def _constant(value: float, unit: str, meaning: str, origin: str) -> Any:
    return field(default=value, metadata={"unit": unit, "meaning": meaning, "origin": origin})


@dataclass(frozen=True)
class MemoryConstants:
    """Constants of the memory model; change them with `dataclasses.replace`."""

    context_bytes: float = _constant(
        0.5e9,
        "B per GPU",
        "CUDA context and loaded kernels: outside the allocator, shown by NVML",
        "typical nvidia-smi less reserved on A100; only its sum with cache_bytes is identified",
    )
    cache_bytes: float = _constant(
        1.05e9,
        "B per GPU",
        "library workspaces and scraps that the allocator keeps while training",
        "fitted on the 81 cells of the Qwen profile together with the next three",
    )
    distributed_bytes: float = _constant(
        0.43e9,
        "B per GPU",
        "NCCL communicator and DeepSpeed's own kernels, where several GPUs or DeepSpeed are used",
        "fitted on the Qwen profile",
    )
    gather_lead_layers: float = _constant(
        4.6,
        "layers",
        "gathered ZeRO-3 layers held because the host runs ahead of the device",
        "fitted on the Qwen profile; 1,024 queued kernels over about 225 a recomputed LoRA layer give 4.55",
    )
    fragmentation_share: float = _constant(
        0.36,
        "1",
        "share of the block-exact allocator overhead that is really paid",
        "fitted on the Qwen profile",
    )


@dataclass(frozen=True)
class TimeConstants:
    """Constants of the time model."""

    matmul_shape: float = _constant(
        1.473,
        "1",
        "exponent that joins a matmul's compute and traffic",
        "fitted on microsoft/vidur mlp.csv @7d47513",
    )
    matmul_bandwidth: float = _constant(
        0.947, "1", "share of the peak bandwidth that a matmul reaches", "as matmul_shape"
    )
    matmul_latency_s: float = _constant(6.9e-6, "s", "launch and drain of one matmul", "as matmul_shape")
    elementwise_bandwidth: float = _constant(
        0.59,
        "1",
        "share of the peak bandwidth that element-wise kernels reach on HBM",
        "mean of add 0.89, rotary 0.63, gated activation 0.50, norm 0.33 in microsoft/vidur, A100",
    )
    dequant_bandwidth: float = _constant(
        0.413,
        "1",
        "share of the peak bandwidth that eager dequantisation reaches",
        "fitted on the Qwen profile",
    )
    operation_s: float = _constant(
        10.9e-6, "s", "host time to launch one operation", "fitted on the Qwen profile"
    )
    micro_batch_s: float = _constant(
        67e-3,
        "s",
        "host time per micro batch: Trainer, collation, tokenisation",
        "fitted on the Qwen profile",
    )
    deepspeed_event_s: float = _constant(
        240e-6,
        "s",
        "host time of one DeepSpeed hook, gather or reduce (ZeRO-3)",
        "fitted on the Qwen profile",
    )
    zero2_operations: float = _constant(
        10.0,
        "operations",
        "host operations per trained tensor and micro batch under ZeRO-1/2",
        "chosen on the profile",
    )
    host_overlap: float = _constant(
        4.0,
        "1",
        "exponent that joins host and device time of a micro batch",
        "chosen on the profile: 2 to 4 differ by 1 %",
    )
    link_overlap: float = _constant(
        1.0,
        "1",
        "exponent that joins DeepSpeed's collectives and compute (1: nothing is hidden)",
        "chosen on the profile",
    )
    prefetch_overlap: float = _constant(
        2.0,
        "1",
        "exponent that joins collectives and compute where they have a stream of their own (FSDP, DDP)",
        "chosen between 1 (all is waited for) and infinity; mosaicml/llm-foundry's 61 A100 and H100 rows and "
        "the RTX 4090 rows of fsdp_qlora differ by 1 % from 1.5 to 4",
    )
    hopper_sustained: float = _constant(
        0.81,
        "1",
        "share of the best measured matmul that a Hopper card holds through a whole step: its power limit",
        "mosaicml/llm-foundry: HFU up to 59 % on H100 and 79 % on A100, over their measured 80 % and 87 %",
    )


def declared(constants: MemoryConstants | TimeConstants) -> tuple[Constant, ...]:
    """The constants with their declarations, for people."""
    return tuple(Constant(f.name, float(getattr(constants, f.name)), **f.metadata) for f in fields(constants))

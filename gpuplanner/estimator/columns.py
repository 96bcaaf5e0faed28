"""Plans as columns: one array entry per plan, so that one plan, a curve and a sweep take the same code.

Arrays have shape (n,), or (n, m) for the linears of a layer, and broadcast: a single plan with many
lengths has shape (1,) everywhere but in ``seq_len``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from gpuplanner.core.plan import (
    AdapterPrecision,
    Attention,
    Autocast,
    Framework,
    Interconnect,
    KvPrecision,
    Method,
    Offload,
    Optimizer,
    Plan,
    Precision,
    Quantization,
    ResolvedPlan,
    Sharding,
)
from gpuplanner.estimator.model_columns import Array, Mask, ModelColumns, model_columns

Kind = TypeVar("Kind", bound=Enum)
Places = NDArray[np.intp]


@dataclass(frozen=True)
class PlanColumns:
    """The plan's numbers and choices; ``model`` holds the model's."""

    model: ModelColumns
    seq_len: Array
    micro_batch: Array
    accumulation: Array
    rank: Array
    dropout: Mask
    gpus: Array
    nodes: Array
    per_node: Array
    new_tokens: Array
    full: Mask
    lora: Mask
    """Any method with adapters."""
    embeddings: Mask
    inference: Mask
    quantization: dict[Quantization, Mask]
    weight_bytes: Array
    compute_bytes: Array
    stream_bytes: Array
    """Bytes per element of the residual stream."""
    mixed: Mask
    """Stored in fp32, and autocast makes 16-bit copies of what each product reads."""
    cast_units: Mask
    """Stored in fp32, and FSDP casts a unit's parameters before they compute."""
    adapter_bytes: Array
    kv_bytes: Array
    autocast: Mask
    checkpointing: Mask
    fused_loss: Mask
    eager: Mask
    optimizer: dict[Optimizer, Mask]
    sharding: dict[Sharding, Mask]
    deepspeed: Mask
    framework_fsdp: Mask
    offload_optimizer: Mask
    offload_parameters: Mask
    torch_version: Array
    peak_flops: Array
    matmul_share: Array
    """Best measured matmul as a share of the peak."""
    matmul_measured: Mask
    bandwidth: Array
    hbm: Mask
    hopper: Mask
    nvlink: Mask
    link_bytes_per_s: Array
    network_bytes_per_s: Array
    link_assumed: Mask

    @property
    def tokens(self) -> Array:
        """Tokens of one micro batch on one GPU."""
        return self.seq_len * self.micro_batch

    def any_sharding(self, *kinds: Sharding) -> Mask:
        """Where the sharding is one of the kinds."""
        result = self.sharding[kinds[0]]
        for kind in kinds[1:]:
            result = result | self.sharding[kind]
        return result

    @property
    def gptq(self) -> Mask:
        """Where the base is unpacked by AutoGPTQ's torch code."""
        return self.quantization[Quantization.GPTQ_INT4] | self.quantization[Quantization.GPTQ_INT8]

    def quantized(self) -> Mask:
        """Where the base is quantized at all."""
        return ~self.quantization[Quantization.NONE]

    def with_lengths(self, seq_len: Array) -> PlanColumns:
        """The same plan (shape (1,)) at many lengths, shape (k,)."""
        return replace(self, seq_len=np.asarray(seq_len, dtype=float))

    def with_numbers(self, places: Places, numbers: PlanNumbers) -> PlanColumns:
        """Many plans that differ from these only in their numbers; ``places`` says from which, shape (k,)."""
        taken: PlanColumns = _taken(self, places)
        return replace(
            taken,
            seq_len=numbers.seq_len,
            micro_batch=numbers.micro_batch,
            accumulation=numbers.accumulation,
            rank=numbers.rank,
            new_tokens=numbers.new_tokens,
        )


@dataclass(frozen=True)
class PlanNumbers:
    """The numbers of many plans that nothing else of a plan depends on, shape (k,)."""

    seq_len: Array
    micro_batch: Array
    accumulation: Array
    rank: Array
    new_tokens: Array


def _taken(value: Any, places: Places) -> Any:
    """The entries at these places of every array in an array, a dictionary of them, or a dataclass."""
    if isinstance(value, np.ndarray):
        return value[places]
    if isinstance(value, dict):
        return {key: _taken(item, places) for key, item in value.items()}
    return replace(value, **{name: _taken(item, places) for name, item in vars(value).items()})


def columns_of(resolved: Sequence[ResolvedPlan]) -> PlanColumns:
    """Turn resolved plans into columns; every model and every card is looked up once."""
    plans = [item.plan for item in resolved]
    cards = _cards(resolved)

    def numbers(values: list[float]) -> Array:
        return np.array(values, dtype=float)

    def where(values: list[bool]) -> Mask:
        return np.array(values, dtype=bool)

    compute = numbers([4.0 if _computes_in_fp32(p) else 2.0 for p in plans])
    # DeepSpeed stores what its engine computes in: there "mixed" is its 16-bit weights with fp32 masters.
    in_fp32 = where([p.precision in _MIXED and p.framework is not Framework.HF_DEEPSPEED for p in plans])
    # FSDP's MixedPrecision casts a unit's parameters before they compute, so all that follows has 16 bits.
    by_unit = where([p.sharding is Sharding.FSDP or p.framework is Framework.FSDP for p in plans])
    mixed = in_fp32 & ~by_unit & (compute < 4)
    return PlanColumns(
        model=model_columns(resolved),
        seq_len=numbers([p.seq_len for p in plans]),
        micro_batch=numbers([p.micro_batch_size for p in plans]),
        accumulation=numbers([p.grad_accum_steps for p in plans]),
        rank=numbers([p.lora_rank for p in plans]),
        dropout=where([p.lora_dropout > 0 for p in plans]),
        gpus=numbers([p.n_gpus for p in plans]),
        nodes=numbers([p.nodes for p in plans]),
        per_node=numbers([p.gpus_per_node for p in plans]),
        new_tokens=numbers([p.new_tokens for p in plans]),
        full=where([p.method is Method.FULL for p in plans]),
        lora=where([p.method in _ADAPTED for p in plans]),
        embeddings=where([p.method is Method.LORA_EMB for p in plans]),
        inference=where([p.method is Method.INFERENCE for p in plans]),
        quantization=_masks(Quantization, [p.quantization for p in plans]),
        weight_bytes=np.where(in_fp32, 4.0, compute),
        compute_bytes=compute,
        stream_bytes=np.where(mixed, 4.0, compute),
        mixed=mixed,
        cast_units=in_fp32 & by_unit,
        adapter_bytes=numbers([_adapter_bytes(p) for p in plans]),
        kv_bytes=numbers([_kv_bytes(p) for p in plans]),
        autocast=where([p.autocast is Autocast.TRUE for p in plans]),
        checkpointing=where([p.grad_checkpointing for p in plans]),
        fused_loss=where([p.fused_loss for p in plans]),
        eager=where([p.attention is Attention.EAGER for p in plans]),
        optimizer=_masks(Optimizer, [p.optimizer for p in plans]),
        sharding=_masks(Sharding, [p.sharding for p in plans]),
        deepspeed=where([p.framework is Framework.HF_DEEPSPEED for p in plans]),
        framework_fsdp=where([p.framework is Framework.FSDP for p in plans]),
        offload_optimizer=where([p.offload is not Offload.NONE for p in plans]),
        offload_parameters=where([p.offload is Offload.PARAMETERS for p in plans]),
        torch_version=numbers([version_number(p.torch_version) for p in plans]),
        peak_flops=cards.peak_flops,
        matmul_share=cards.matmul_share,
        matmul_measured=cards.matmul_measured,
        bandwidth=cards.bandwidth,
        hbm=cards.hbm,
        hopper=cards.hopper,
        nvlink=where([p.interconnect is Interconnect.NVLINK for p in plans]),
        link_bytes_per_s=cards.link_bytes_per_s,
        network_bytes_per_s=numbers([(p.internode_gbps or 0) * 1e9 / 8 for p in plans]),
        link_assumed=where([bool(item.assumptions) for item in resolved]),
    )


def _masks(kinds: type[Kind], chosen: Iterable[Kind | None]) -> dict[Kind, Mask]:
    """For each kind, where it was chosen."""
    place = {id(kind): i for i, kind in enumerate(kinds)}
    codes = np.array([place.get(id(kind), -1) for kind in chosen])
    return {kind: codes == i for i, kind in enumerate(kinds)}


@dataclass(frozen=True)
class _Cards:
    """What the plans' cards do for their type of computation, shape (n,)."""

    peak_flops: Array
    matmul_share: Array
    matmul_measured: Mask
    bandwidth: Array
    hbm: Mask
    hopper: Mask
    link_bytes_per_s: Array


def _cards(resolved: Sequence[ResolvedPlan]) -> _Cards:
    keys = [(id(item.gpu), id(item.plan.precision), id(item.plan.interconnect)) for item in resolved]
    first = dict(zip(keys, resolved, strict=True))
    place = {key: i for i, key in enumerate(first)}
    rows = np.array([place[key] for key in keys])
    peaks = [_peak(item) for item in first.values()]
    bandwidths = [item.gpu.bandwidth_bytes_per_s or 0.0 for item in first.values()]
    return _Cards(
        peak_flops=np.array([peak for peak, _ in peaks])[rows],
        matmul_share=np.array([share or DEFAULT_MATMUL_SHARE for _, share in peaks])[rows],
        matmul_measured=np.array([share is not None for _, share in peaks])[rows],
        bandwidth=np.array([bandwidth or DEFAULT_BANDWIDTH for bandwidth in bandwidths])[rows],
        hbm=np.array([bandwidth >= _HBM_FROM for bandwidth in bandwidths])[rows],
        hopper=np.array([item.gpu.compute_capability.startswith("9.") for item in first.values()])[rows],
        link_bytes_per_s=np.array([_link(item) for item in first.values()])[rows],
    )


DEFAULT_MATMUL_SHARE = 0.80
"""Where nobody measured a matmul on the card: between the 0.80 of an H100 and the 0.87 of an A100."""
DEFAULT_PEAK_FLOPS = 100e12
DEFAULT_BANDWIDTH = 1e12
"""Stand-ins where no figure is published; the time is then marked as an assumption."""
_HBM_FROM = 1.2e12
"""Cards below this carry GDDR memory, whose element-wise kernels reach a larger share of the peak."""
PCIE_BYTES_PER_S = 6e9
"""Effective all-gather rate between cards over PCIe.  Two cards of a desktop board have PCIe 4.0 x8 each,
13 GB/s one way, and cards without peer access go through the host's memory, half of that.  It varies by
board: 2 to 3 GB/s on an old one, 10 and more with x16 (AnswerDotAI/fsdp_qlora; NVIDIA/nccl-tests #74)."""
NVLINK_SHARE = 0.78
"""All-reduce on A100 NVLink: 235 of 300 GB/s one way; stas00/ml-engineering."""

_MIXED = (Precision.BF16_MIXED, Precision.FP16_MIXED)
_ADAPTED = (Method.LORA, Method.LORA_EMB, Method.QLORA)


@lru_cache(maxsize=256)
def version_number(text: str) -> float:
    """``2.13.1`` on a scale where 2.4 < 2.13: major × 1000 + minor; the plan's rules checked its form."""
    major, minor = text.split(".")[:2]
    return float(int(major) * 1000 + int(minor))


def _computes_in_fp32(plan: Plan) -> bool:
    """Mixed precision of the Trainer is autocast's: without it, what is stored in fp32 computes in fp32."""
    without = plan.framework is Framework.HF and plan.autocast is Autocast.FALSE
    return plan.precision is Precision.FP32 or (plan.precision in _MIXED and without)


def _adapter_bytes(plan: Plan) -> float:
    """DeepSpeed's engine casts the whole model, adapters too, to the type that it computes in."""
    cast = plan.framework is Framework.HF_DEEPSPEED and not _computes_in_fp32(plan)
    return 2.0 if cast or plan.adapter_precision is not AdapterPrecision.FP32 else 4.0


def _peak(resolved: ResolvedPlan) -> tuple[float, float | None]:
    """Dense peak in FLOP/s for the plan's type, and the measured share of it."""
    gpu, precision = resolved.gpu, resolved.plan.precision
    fp16 = precision in (Precision.FP16, Precision.FP16_MIXED)
    half = gpu.fp16_flops if fp16 else gpu.bf16_flops
    measured = gpu.measured_matmul_flops
    if precision is Precision.FP32:
        known = gpu.bf16_flops or gpu.fp16_flops
        # TF32 runs at half the 16-bit rate; older cards' fp32 units at an eighth of their tensor cores.
        return (known or DEFAULT_PEAK_FLOPS) / (2 if gpu.bf16_flops else 8), None
    if half is None:
        return measured or gpu.fp16_flops or DEFAULT_PEAK_FLOPS, None
    if gpu.bf16_flops is None:
        measured = None  # it was measured in bf16, which such a card (V100) emulates at a ninth of its fp16
    # Boost clocks take some cards (RTX 3090, 5090) above their data sheet: the share may exceed 1.
    return half, None if measured is None else measured / half


def _link(resolved: ResolvedPlan) -> float:
    if resolved.plan.interconnect is Interconnect.NVLINK and resolved.gpu.nvlink_bytes_per_s:
        return NVLINK_SHARE * resolved.gpu.nvlink_bytes_per_s / 2
    return PCIE_BYTES_PER_S


def _kv_bytes(plan: Plan) -> float:
    # An int8 cache holds a scale and a zero (fp16) per head and token beside 1 B per element.
    return 1.0 + 4 / 128 if plan.kv_cache_precision is KvPrecision.INT8 else 2.0


__all__ = ["Array", "Mask", "ModelColumns", "PlanColumns", "PlanNumbers", "columns_of", "version_number"]

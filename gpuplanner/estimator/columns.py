"""Plans as columns: one array entry per plan, so that one plan, a curve and a sweep take the same code.

Arrays have shape (n,), or (n, m) for the linears of a layer, and broadcast: a single plan with many
lengths has shape (1,) everywhere but in ``seq_len``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gpuplanner.core.llm import Llm
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
from gpuplanner.estimator.parameters import inventory, is_target

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


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
    fused_qkv: Mask
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
    target_outputs: Array
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
    linear_bias: Array


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
    adapter_bytes: Array
    kv_bytes: Array
    autocast: Mask
    checkpointing: Mask
    fused_loss: Mask
    flash: Mask
    eager: Mask
    optimizer: dict[Optimizer, Mask]
    sharding: dict[Sharding, Mask]
    deepspeed: Mask
    framework_fsdp: Mask
    offload_optimizer: Mask
    offload_parameters: Mask
    torch_version: Array
    peak_flops: Array
    peak_known: Mask
    matmul_share: Array
    """Best measured matmul as a share of the peak."""
    matmul_measured: Mask
    bandwidth: Array
    hbm: Mask
    nvlink: Mask
    link_bytes_per_s: Array
    network_bytes_per_s: Array
    link_assumed: Mask
    tdp_watts: Array
    memory_bytes: Array

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

    def quantized(self) -> Mask:
        """Where the base is quantized at all."""
        return ~self.quantization[Quantization.NONE]

    def with_lengths(self, seq_len: Array) -> PlanColumns:
        """The same plan (shape (1,)) at many lengths, shape (k,)."""
        return replace(self, seq_len=np.asarray(seq_len, dtype=float))


def columns_of(resolved: Sequence[ResolvedPlan]) -> PlanColumns:
    """Turn resolved plans into columns; every model is counted once."""
    plans = [item.plan for item in resolved]
    gpus = [item.gpu for item in resolved]

    def numbers(values: list[float]) -> Array:
        return np.array(values, dtype=float)

    def where(values: list[bool]) -> Mask:
        return np.array(values, dtype=bool)

    half_compute = numbers([4.0 if p.precision is Precision.FP32 else 2.0 for p in plans])
    stored = numbers([4.0 if p.precision in _STORED_FP32 else 2.0 for p in plans])
    peaks = [_peak(item) for item in resolved]
    return PlanColumns(
        model=_model_columns(resolved),
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
        quantization={kind: where([p.quantization is kind for p in plans]) for kind in Quantization},
        weight_bytes=stored,
        compute_bytes=half_compute,
        stream_bytes=stored,
        mixed=where([p.precision in _MIXED for p in plans]),
        adapter_bytes=numbers([4.0 if p.adapter_precision is AdapterPrecision.FP32 else 2.0 for p in plans]),
        kv_bytes=numbers([_kv_bytes(p) for p in plans]),
        autocast=where([p.autocast is Autocast.TRUE for p in plans]),
        checkpointing=where([p.grad_checkpointing for p in plans]),
        fused_loss=where([p.fused_loss for p in plans]),
        flash=where([p.attention is Attention.FLASH for p in plans]),
        eager=where([p.attention is Attention.EAGER for p in plans]),
        optimizer={kind: where([p.optimizer is kind for p in plans]) for kind in Optimizer},
        sharding={kind: where([p.sharding is kind for p in plans]) for kind in Sharding},
        deepspeed=where([p.framework is Framework.HF_DEEPSPEED for p in plans]),
        framework_fsdp=where([p.framework is Framework.FSDP for p in plans]),
        offload_optimizer=where([p.offload is not Offload.NONE for p in plans]),
        offload_parameters=where([p.offload is Offload.PARAMETERS for p in plans]),
        torch_version=numbers([version_number(p.torch_version) for p in plans]),
        peak_flops=numbers([peak for peak, _, _ in peaks]),
        peak_known=where([known for _, known, _ in peaks]),
        matmul_share=numbers([share or DEFAULT_MATMUL_SHARE for _, _, share in peaks]),
        matmul_measured=where([share is not None for _, _, share in peaks]),
        bandwidth=numbers([g.bandwidth_bytes_per_s or DEFAULT_BANDWIDTH for g in gpus]),
        hbm=where([(g.bandwidth_bytes_per_s or 0) >= _HBM_FROM for g in gpus]),
        nvlink=where([p.interconnect is Interconnect.NVLINK for p in plans]),
        link_bytes_per_s=numbers([_link(item) for item in resolved]),
        network_bytes_per_s=numbers([(p.internode_gbps or 0) * 1e9 / 8 for p in plans]),
        link_assumed=where([bool(item.assumptions) for item in resolved]),
        tdp_watts=numbers([g.tdp_watts or np.nan for g in gpus]),
        memory_bytes=numbers([g.memory_bytes for g in gpus]),
    )


DEFAULT_MATMUL_SHARE = 0.80
"""Where nobody measured a matmul on the card: between the 0.80 of an H100 and the 0.87 of an A100."""
DEFAULT_PEAK_FLOPS = 100e12
DEFAULT_BANDWIDTH = 1e12
"""Stand-ins where no figure is published; the time is then marked as an assumption."""
_HBM_FROM = 1.2e12
"""Cards below this carry GDDR memory, whose element-wise kernels reach a larger share of the peak."""
PCIE_BYTES_PER_S = 10e9
"""Effective all-gather rate over PCIe 4.0 x16 between cards, both directions; it varies by board."""
NVLINK_SHARE = 0.78
"""All-reduce on A100 NVLink: 235 of 300 GB/s one way; stas00/ml-engineering."""

_STORED_FP32 = (Precision.FP32, Precision.BF16_MIXED, Precision.FP16_MIXED)
_MIXED = (Precision.BF16_MIXED, Precision.FP16_MIXED)
_ADAPTED = (Method.LORA, Method.LORA_EMB, Method.QLORA)
_MAX_KINDS = 16


def version_number(text: str) -> float:
    """``2.13.1`` as 2.13 on a scale where 2.4 < 2.13: major × 1000 + minor; 0 when it is no version."""
    major, _, rest = text.partition(".")
    minor = rest.partition(".")[0]
    return float(int(major) * 1000 + int(minor or 0)) if major.isdigit() and (minor or "0").isdigit() else 0.0


def _peak(resolved: ResolvedPlan) -> tuple[float, bool, float | None]:
    """Dense peak in FLOP/s for the plan's type, whether it is published, and the measured share of it."""
    gpu, precision = resolved.gpu, resolved.plan.precision
    half = gpu.fp16_flops if precision in (Precision.FP16, Precision.FP16_MIXED) else gpu.bf16_flops
    measured = gpu.measured_matmul_flops
    if half is None:
        return measured or gpu.fp16_flops or DEFAULT_PEAK_FLOPS, measured is not None, None
    if precision is Precision.FP32:
        return half / 2, True, None
    # Boost clocks take some cards (RTX 3090, 5090) above their data sheet: the share may exceed 1.
    return half, True, None if measured is None else measured / half


def _link(resolved: ResolvedPlan) -> float:
    if resolved.plan.interconnect is Interconnect.NVLINK and resolved.gpu.nvlink_bytes_per_s:
        return NVLINK_SHARE * resolved.gpu.nvlink_bytes_per_s / 2
    return PCIE_BYTES_PER_S


def _kv_bytes(plan: Plan) -> float:
    # An int8 cache holds a scale and a zero (fp16) per head and token beside 1 B per element.
    return 1.0 + 4 / 128 if plan.kv_cache_precision is KvPrecision.INT8 else 2.0


def _model_columns(resolved: Sequence[ResolvedPlan]) -> ModelColumns:
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
    cached = llm.kv_lora_rank + llm.qk_rope_head_dim if mla else 2 * kv_width
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
        fused_qkv=one([bool(llm.fused_qkv)]),
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
        target_outputs=column(sum(linear.out_features * n for linear, n in per_layer)),
        targets_per_layer=column(sum(n for _, n in per_layer)),
        target_modules=column(sum(n for linear, n in flat if is_target(linear, targets))),
        linear_in=one([[k.in_features for k in kinds]], dtype=float),
        linear_out=one([[k.out_features for k in kinds]], dtype=float),
        linear_modules=one([[k.modules for k in kinds]], dtype=float),
        linear_token_share=one([[k.token_share for k in kinds]], dtype=float),
        linear_target=one([[float(k.target) for k in kinds]]),
        linear_bias=one([[float(k.bias) for k in kinds]]),
    )


@dataclass(frozen=True)
class _Kind:
    in_features: int = 0
    out_features: int = 0
    modules: float = 0
    token_share: float = 1.0
    target: bool = False
    bias: bool = False


def _kinds(llm: Llm, targets: str) -> list[_Kind]:
    """Kinds of linears that run, equal ones joined, padded to a fixed number."""
    found: dict[tuple[int, int, float, bool, bool], float] = {}
    for block in inventory(llm).blocks:
        for linear in block.linears:
            if not linear.active:
                continue
            share = linear.active / linear.copies
            key = (linear.in_features, linear.out_features, share, is_target(linear, targets), linear.bias)
            found[key] = found.get(key, 0.0) + block.count * linear.copies
    kinds = [_Kind(key[0], key[1], n, key[2], key[3], key[4]) for key, n in found.items()]
    assert len(kinds) <= _MAX_KINDS, f"{llm.name} has {len(kinds)} kinds of linears"
    return kinds + [_Kind()] * (_MAX_KINDS - len(kinds))

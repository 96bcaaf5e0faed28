"""What could be changed so that a plan needs less memory, or uses room that is there: candidates, unjudged.

`gpuplanner.estimator.solve` estimates every one of them; nothing here promises that it helps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gpuplanner.core.estimate import ChangeCost
from gpuplanner.core.fields import Value
from gpuplanner.core.gpu import Gpu
from gpuplanner.core.llm import Llm
from gpuplanner.core.plan import (
    ALL_LINEAR,
    AdapterPrecision,
    Attention,
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
from gpuplanner.estimator.parameters import inventory

ADAPTED = (Method.LORA, Method.LORA_EMB, Method.QLORA)
_SHARDED = (Sharding.ZERO2, Sharding.ZERO3, Sharding.FSDP)
_PLAIN = (Sharding.NONE, Sharding.DDP)
_SMALLEST_RANK = 8
_NUMBERS_OF_GPUS = (2, 4, 8, 16, 32, 64)


@dataclass(frozen=True)
class Alternatives:
    """What else there is to choose from: other cards, and smaller models of the same family."""

    gpus: tuple[Gpu, ...] = ()
    models: tuple[Llm, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """A change to be tried.  Of those of one ``group`` the first that fits is offered."""

    cost: ChangeCost
    changes: dict[str, Value]
    group: str
    llm: Llm | None = None
    gpu: Gpu | None = None


def saving(resolved: ResolvedPlan, shorter: int, longest: int, others: Alternatives) -> list[Candidate]:
    """Everything that may save memory.

    ``shorter`` is a length that fits (0: there is none), ``longest`` the longest sample of the user's data
    set in tokens (0: not known).
    """
    plan = resolved.plan
    found = [*_without_loss(resolved, longest), *_for_time(plan)]
    spares_samples = 0 < longest <= shorter  # and then less could be given up for nothing
    if 0 < shorter < plan.seq_len and not spares_samples:
        found.append(Candidate(ChangeCost.DATA, {"seq_len": shorter}, "seq_len"))
    found += _for_quality(resolved)
    by_size = sorted(others.models, key=lambda llm: -inventory(llm).n_parameters)
    found += (Candidate(ChangeCost.QUALITY, {"model": llm.name}, "model", llm=llm) for llm in by_size)
    found += _for_hardware(resolved, others)
    return found


def spending(resolved: ResolvedPlan) -> list[Candidate]:
    """What more memory could be used for."""
    plan = resolved.plan
    if plan.method is Method.INFERENCE:
        return [
            Candidate(ChangeCost.NOTHING, {"micro_batch_size": plan.micro_batch_size * 4}, "micro_batch_size")
        ]
    found: list[Candidate] = []
    factor = next((n for n in (8, 4, 2) if plan.grad_accum_steps % n == 0), 0)
    batch: dict[str, Value] = {"micro_batch_size": plan.micro_batch_size * 2}
    if factor:
        batch = {
            "micro_batch_size": plan.micro_batch_size * factor,
            "grad_accum_steps": plan.grad_accum_steps // factor,
        }
    found.append(Candidate(ChangeCost.NOTHING, batch, "micro_batch_size"))
    if plan.grad_checkpointing:
        found.append(Candidate(ChangeCost.NOTHING, {"grad_checkpointing": False}, "grad_checkpointing"))
    found.append(Candidate(ChangeCost.DATA, {"seq_len": plan.seq_len * 2}, "seq_len"))
    if plan.method is Method.QLORA:
        found.append(
            Candidate(
                ChangeCost.QUALITY, {"method": Method.LORA, "quantization": Quantization.NONE}, "method"
            )
        )
    if plan.method is Method.LORA and plan.sharding is not Sharding.ZERO3:  # peft refuses both together
        found.append(Candidate(ChangeCost.QUALITY, {"method": Method.LORA_EMB}, "method"))
    return found


def _without_loss(resolved: ResolvedPlan, longest: int) -> Iterator[Candidate]:
    plan, free = resolved.plan, ChangeCost.NOTHING
    if 0 < longest < plan.seq_len:
        yield Candidate(free, {"seq_len": longest}, "longest sample")
    if plan.attention is Attention.EAGER:
        flash = not resolved.gpu.flash_attention.startswith("no")
        yield Candidate(free, {"attention": Attention.FLASH if flash else Attention.SDPA}, "attention")
    if plan.method is Method.INFERENCE:
        return
    if not plan.fused_loss:
        yield Candidate(free, {"fused_loss": True}, "fused_loss")
    if plan.optimizer is Optimizer.ADAMW and plan.sharding in _PLAIN:
        yield Candidate(free, {"optimizer": Optimizer.ADAMW_FUSED}, "fused optimizer")


def _for_time(plan: Plan) -> Iterator[Candidate]:
    cost = ChangeCost.TIME
    yield from _smaller_batches(plan)
    if plan.method is Method.INFERENCE:
        return
    if not plan.grad_checkpointing:
        yield Candidate(cost, {"grad_checkpointing": True}, "grad_checkpointing")
    if plan.optimizer in (Optimizer.ADAMW, Optimizer.ADAMW_FUSED) and plan.sharding in _PLAIN:
        yield Candidate(cost, {"optimizer": Optimizer.PAGED_ADAMW_8BIT}, "8-bit optimizer")
    weaker = (Sharding.DDP, Sharding.ZERO1, Sharding.ZERO2)
    if plan.n_gpus > 1 and plan.sharding in weaker and plan.sharding is not _sharded(plan):
        yield Candidate(cost, {"sharding": _sharded(plan)}, "sharding")
    yield from _offloaded(plan)


def _sharded(plan: Plan) -> Sharding:
    """What divides most: trained embeddings exclude ZeRO-3 (peft), quantized bases most DeepSpeeds."""
    return {Method.QLORA: Sharding.FSDP, Method.LORA_EMB: Sharding.ZERO2}.get(plan.method, Sharding.ZERO3)


def _offloaded(plan: Plan) -> Iterator[Candidate]:
    """What may go to the host: the states of full training, else the weights."""
    alone_quantized = plan.method is Method.QLORA and plan.n_gpus == 1  # nobody's code does that
    if plan.offload is not Offload.NONE or plan.sharding is Sharding.LAYERS or alone_quantized:
        return
    keeps = plan.sharding in (Sharding.ZERO3, Sharding.FSDP)
    where: dict[str, Value] = {} if keeps else {"sharding": _sharded(plan)}
    trains_much = plan.method in (Method.FULL, Method.LORA_EMB)
    for what in (Offload.OPTIMIZER, Offload.PARAMETERS):
        if trains_much if what is Offload.OPTIMIZER else plan.method is not Method.LORA_EMB:
            yield Candidate(ChangeCost.TIME, {**where, "offload": what}, f"offload {what.value}")


def _smaller_batches(plan: Plan) -> Iterator[Candidate]:
    """Smaller micro batches, with as many samples per step."""
    size = plan.micro_batch_size // 2
    while size:
        changes: dict[str, Value] = {"micro_batch_size": size}
        if plan.method is not Method.INFERENCE:
            changes["grad_accum_steps"] = plan.grad_accum_steps * plan.micro_batch_size // size
        if plan.micro_batch_size % size == 0:
            yield Candidate(ChangeCost.TIME, changes, "micro_batch_size")
        size //= 2


def _for_quality(resolved: ResolvedPlan) -> Iterator[Candidate]:
    plan, cost = resolved.plan, ChangeCost.QUALITY
    half = Precision.BF16 if resolved.gpu.bf16_flops else Precision.FP16
    lower = {
        Precision.FP32: half,
        Precision.BF16_MIXED: Precision.BF16,
        Precision.FP16_MIXED: Precision.FP16,
    }.get(plan.precision)
    if lower is not None:
        yield Candidate(cost, {"precision": lower}, "precision")
    nf4: dict[str, Value] = {"method": Method.QLORA, "quantization": Quantization.NF4_DQ}
    if plan.method is Method.FULL:
        yield Candidate(cost, {"method": Method.LORA}, "LoRA")
    if plan.method is Method.LORA_EMB:
        yield Candidate(cost, {"method": Method.LORA}, "LoRA")
    if plan.method in (Method.FULL, Method.LORA, Method.LORA_EMB):
        yield Candidate(cost, nf4, "QLoRA")
    yield from _quantized(plan)
    if plan.method in ADAPTED:
        yield from _smaller_adapters(resolved)


def _quantized(plan: Plan) -> Iterator[Candidate]:
    cost, quantization = ChangeCost.QUALITY, plan.quantization
    if plan.method is Method.INFERENCE:
        if quantization is Quantization.NONE:
            yield Candidate(cost, {"quantization": Quantization.INT8}, "int8")
        if quantization in (Quantization.NONE, Quantization.INT8):
            yield Candidate(cost, {"quantization": Quantization.NF4_DQ}, "4 bits")
        if plan.kv_cache_precision is not KvPrecision.INT8:
            yield Candidate(cost, {"kv_cache_precision": KvPrecision.INT8}, "kv_cache_precision")
    elif quantization in (Quantization.INT8, Quantization.NF4):
        yield Candidate(cost, {"quantization": Quantization.NF4_DQ}, "4 bits")
    if quantization is Quantization.GPTQ_INT8:
        yield Candidate(cost, {"quantization": Quantization.GPTQ_INT4}, "4 bits")


def _smaller_adapters(resolved: ResolvedPlan) -> Iterator[Candidate]:
    plan, cost = resolved.plan, ChangeCost.QUALITY
    if plan.adapter_precision is AdapterPrecision.FP32:
        fp16 = plan.precision in (Precision.FP16, Precision.FP16_MIXED)
        half = AdapterPrecision.FP16 if fp16 else AdapterPrecision.BF16
        yield Candidate(cost, {"adapter_precision": half}, "adapter_precision")
    rank = plan.lora_rank // 2
    while rank >= _SMALLEST_RANK:
        yield Candidate(cost, {"lora_rank": rank}, "lora_rank")
        rank //= 2
    if plan.lora_targets == ALL_LINEAR:
        for targets in fewer_targets(resolved.llm):
            yield Candidate(cost, {"lora_targets": targets}, "lora_targets")


def fewer_targets(llm: Llm) -> tuple[str, ...]:
    """What people adapt when they do not adapt everything: attention only, queries and values only."""
    linears = [linear for block in inventory(llm).blocks for linear in block.linears if linear.targetable]
    attention = tuple(dict.fromkeys(linear.name for linear in linears if linear.role == "attention"))
    few = tuple(name for name in ("q_proj", "v_proj") if name in attention)
    choices = ("+".join(attention), "+".join(few) if len(few) == 2 else "")
    return tuple(dict.fromkeys(choice for choice in choices if choice))


def _for_hardware(resolved: ResolvedPlan, others: Alternatives) -> Iterator[Candidate]:
    plan, cost = resolved.plan, ChangeCost.HARDWARE
    for number in _more_gpus(plan):
        changes: dict[str, Value] = {"gpus_per_node": number}
        if plan.method is Method.INFERENCE:
            changes["sharding"] = Sharding.LAYERS
        elif plan.sharding not in _SHARDED:
            changes["sharding"] = _sharded(plan)
        yield Candidate(cost, changes, "gpus_per_node")
    for gpu in sorted(_larger(resolved, others.gpus), key=lambda gpu: gpu.memory_bytes):
        yield Candidate(cost, {"gpu": gpu.name}, "gpu", gpu=gpu)


def _more_gpus(plan: Plan) -> Sequence[int]:
    if plan.sharding is Sharding.DDP and plan.n_gpus > 1:
        return ()  # sharding over those that are there comes first
    return [number for number in _NUMBERS_OF_GPUS if number > plan.gpus_per_node]


def _larger(resolved: ResolvedPlan, gpus: Sequence[Gpu]) -> Iterator[Gpu]:
    """Cards of the same maker with more memory that compute in the plan's type."""
    bf16 = resolved.plan.precision in (Precision.BF16, Precision.BF16_MIXED)
    for gpu in gpus:
        able = gpu.bf16_flops if bf16 else gpu.fp16_flops
        if gpu.vendor == resolved.gpu.vendor and able and gpu.memory_bytes > resolved.gpu.memory_bytes:
            yield gpu

"""Fill in what a plan leaves open, and refuse what contradicts itself."""

from __future__ import annotations

import re
from collections.abc import Collection

from gpuplanner.core.errors import InputProblem
from gpuplanner.core.fields import with_fields
from gpuplanner.core.gpu import Gpu
from gpuplanner.core.plan import (
    ALL_LINEAR,
    Autocast,
    Framework,
    Interconnect,
    KvPrecision,
    Method,
    Offload,
    Plan,
    Precision,
    Quantization,
    Sharding,
)
from gpuplanner.core.units import shorten

DEFAULT_INTERNODE_GBPS = 47.0
"""5.87 GB/s: all-reduce of 64 MiB between two A100 nodes, microsoft/vidur ``a100_dgx`` profile."""

FREE_NUMBERS = ("seq_len", "micro_batch_size", "grad_accum_steps", "lora_rank", "new_tokens")
"""Fields that `fill_in` and `contradictions` do not look at: plans that differ in nothing else are filled in
and refused alike."""

_VERSION = re.compile(r"[0-9]{1,3}\.[0-9]{1,3}(\.[0-9]{1,3})?(\+[0-9a-z.]{1,20})?")
_DEEPSPEED = (Sharding.ZERO1, Sharding.ZERO2, Sharding.ZERO3)
_SHARDED_STATES = (*_DEEPSPEED, Sharding.FSDP)
_SHARDS_BY = {
    Framework.HF_DEEPSPEED: _DEEPSPEED,
    Framework.FSDP: (Sharding.FSDP, Sharding.DDP, Sharding.NONE),
    Framework.HF: (Sharding.NONE, Sharding.DDP, Sharding.LAYERS, Sharding.FSDP),
}


def fill_in(plan: Plan, gpu: Gpu) -> tuple[Plan, tuple[str, ...]]:
    """The plan with every field set, and what was assumed that matters for the answer."""
    assumptions: list[str] = []
    quantization = plan.quantization
    if quantization is None:
        quantization = Quantization.NF4_DQ if plan.method is Method.QLORA else Quantization.NONE
    sharding = plan.sharding
    if sharding is None:
        several = Sharding.LAYERS if plan.method is Method.INFERENCE else Sharding.DDP
        sharding = Sharding.NONE if plan.n_gpus == 1 else several
    framework = plan.framework
    if framework is Framework.AUTO:
        framework = _framework_of(sharding)
    autocast = plan.autocast
    if autocast is Autocast.AUTO:
        autocast = Autocast.TRUE if _autocasts(plan, framework) else Autocast.FALSE
    interconnect, internode = plan.interconnect, plan.internode_gbps
    if interconnect is None:
        interconnect = Interconnect.NVLINK if gpu.nvlink_bytes_per_s else Interconnect.PCIE
        if plan.gpus_per_node > 1:
            assumptions.append(f"The GPUs of a node are joined by {_link_name(interconnect)} (not said)")
    if internode is None:
        internode = DEFAULT_INTERNODE_GBPS
        if plan.nodes > 1:
            assumptions.append(f"The network carries {internode:.0f} Gbit/s between nodes (not said)")
    kv_cache = plan.kv_cache_precision
    if kv_cache is None:
        kv_cache = KvPrecision.FP16 if plan.precision is Precision.FP16 else KvPrecision.BF16
    filled = with_fields(
        plan,
        {
            "quantization": quantization,
            "sharding": sharding,
            "framework": framework,
            "autocast": autocast,
            "interconnect": interconnect,
            "internode_gbps": internode,
            "kv_cache_precision": kv_cache,
        },
    )
    return filled, tuple(assumptions)


def contradictions(plan: Plan, target_names: Collection[str]) -> list[InputProblem]:
    """What in a filled-in plan cannot be meant; ``target_names`` are the model's linear modules."""
    problems: list[InputProblem] = []
    if not _VERSION.fullmatch(plan.torch_version):
        what = f"{shorten(plan.torch_version)!r} is not a version of PyTorch"
        problems.append(InputProblem(what, "torch_version", "write it as 2.4 or 2.4.1"))
    if plan.method is Method.QLORA and plan.quantization is Quantization.NONE:
        problems.append(
            InputProblem("qlora needs a quantized base", "quantization", "choose nf4-dq, or the method lora")
        )
    if plan.method is Method.FULL and plan.quantization is not Quantization.NONE:
        problems.append(
            InputProblem("full training cannot use a quantized base", "quantization", "choose none, or qlora")
        )
    if plan.method is Method.LORA_EMB and plan.quantization is not Quantization.NONE:
        problems.append(
            InputProblem("lora-emb is defined on a base that is not quantized", "quantization", "choose none")
        )
    if plan.method is Method.INFERENCE and plan.sharding not in (Sharding.NONE, Sharding.LAYERS):
        problems.append(
            InputProblem(
                f"inference cannot be sharded by {_word(plan.sharding)}", "sharding", "choose none or layers"
            )
        )
    if plan.method is Method.FULL and plan.sharding is Sharding.LAYERS:
        problems.append(
            InputProblem("full training over split layers is not covered", "sharding", "choose zero3 or fsdp")
        )
    if plan.sharding is Sharding.NONE and plan.n_gpus > 1 and plan.method is not Method.INFERENCE:
        problems.append(
            InputProblem(
                f"{plan.n_gpus} GPUs need a way to share the work", "sharding", "choose ddp or zero3"
            )
        )
    if plan.offload is not Offload.NONE and plan.sharding not in _SHARDED_STATES:
        problems.append(
            InputProblem(
                f"sharding {_word(plan.sharding)} cannot offload", "offload", "choose zero2, zero3 or fsdp"
            )
        )
    if plan.offload is Offload.PARAMETERS and plan.sharding in (Sharding.ZERO1, Sharding.ZERO2):
        problems.append(
            InputProblem(
                f"{_word(plan.sharding)} cannot offload parameters", "offload", "choose optimizer, or zero3"
            )
        )
    if plan.method in (Method.LORA, Method.LORA_EMB, Method.QLORA):
        problems += _unknown_targets(plan.lora_targets, target_names)
    fits_framework = _SHARDS_BY.get(plan.framework)
    if fits_framework is not None and plan.sharding not in fits_framework:
        problems.append(
            InputProblem(
                f"framework {plan.framework.value} does not shard by {_word(plan.sharding)}",
                "framework",
                "leave it at auto, or choose another sharding",
            )
        )
    return problems


def _unknown_targets(targets: str, known: Collection[str]) -> list[InputProblem]:
    if targets == ALL_LINEAR:
        return []
    names = [name.strip() for name in targets.split("+")]
    unknown = [name for name in names if name not in known]
    if not unknown:
        return []
    what = (
        "has an empty name" if unknown == [""] else f"the model has no module {', '.join(map(repr, unknown))}"
    )
    return [InputProblem(what, "lora_targets", f"choose {ALL_LINEAR}, or from {', '.join(sorted(known))}")]


def _framework_of(sharding: Sharding) -> Framework:
    if sharding in _DEEPSPEED:
        return Framework.HF_DEEPSPEED
    return Framework.FSDP if sharding is Sharding.FSDP else Framework.HF


def _autocasts(plan: Plan, framework: Framework) -> bool:
    if plan.precision in (Precision.BF16_MIXED, Precision.FP16_MIXED):
        return True
    if plan.precision is Precision.FP32 or plan.method is Method.INFERENCE:
        return False
    return framework is Framework.HF


def _link_name(interconnect: Interconnect) -> str:
    return "NVLink" if interconnect is Interconnect.NVLINK else "PCIe"


def _word(sharding: Sharding | None) -> str:
    return "" if sharding is None else sharding.value

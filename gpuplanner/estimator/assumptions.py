"""What an estimate takes for granted, said in words beside it."""

from __future__ import annotations

from gpuplanner.core.plan import Attention, Interconnect, Method, Offload, Precision, ResolvedPlan, Sharding
from gpuplanner.estimator.columns import PCIE_BYTES_PER_S


def assumptions(resolved: ResolvedPlan) -> tuple[str, ...]:
    """Sentences about figures that are unverified, stand-ins or outside what was checked."""
    plan, gpu, llm = resolved.plan, resolved.gpu, resolved.llm
    notes: list[str] = []
    half = gpu.fp16_flops if plan.precision in (Precision.FP16, Precision.FP16_MIXED) else gpu.bf16_flops
    if half is None and plan.precision is not Precision.FP32:
        notes.append(
            f"{gpu.name} has no published rate for {plan.precision.value}: the time is a rough guess"
        )
    elif gpu.measured_matmul_flops is None or gpu.bf16_flops is None:  # it is measured in bf16
        notes.append(f"Nobody measured a matmul on {gpu.name}: 80 % of the data sheet is assumed")
    if gpu.bandwidth_bytes_per_s is None:
        notes.append(f"{gpu.name} has no published bandwidth: 1 TB/s is assumed")
    if plan.precision is Precision.FP32:
        tf32 = "at half the 16-bit rate (TF32 on)" if gpu.bf16_flops else "at an eighth of the fp16 rate"
        notes.append(f"fp32 matmuls are taken {tf32}")
    if plan.attention is Attention.FLASH and gpu.flash_attention.startswith("no"):
        notes.append(f"{gpu.name} does not run FlashAttention-2: sdpa needs about the same memory, more time")
    if plan.method is Method.LORA_EMB and plan.sharding is Sharding.ZERO3:
        notes.append("peft refuses trained embeddings under ZeRO-3 (Qwen README)")
    if plan.method is Method.QLORA and plan.sharding is Sharding.ZERO3:
        notes.append("Quantized bases under ZeRO-3 are not supported by every version of DeepSpeed")
    if (
        plan.gpus_per_node > 1
        and plan.interconnect is Interconnect.PCIE
        and plan.sharding is not Sharding.LAYERS
    ):
        rate = PCIE_BYTES_PER_S / 1e9
        notes.append(f"PCIe between the GPUs is taken as {rate:.0f} GB/s; boards reach from 2 to 25")
    if plan.offload is not Offload.NONE:
        notes.append("Offloading: 12 GB/s between host and card and 20 GB/s in the host's memory are assumed")
    trains = plan.method is not Method.INFERENCE  # the KV cache of generation does stop at a window
    if trains and llm.sliding_window and llm.sliding_window < plan.seq_len:
        notes.append(f"The time of attention is counted without the windows of {llm.name}")
    if llm.learned_positions and plan.seq_len > llm.learned_positions:
        notes.append(f"{llm.name} has positions for {llm.learned_positions:,} tokens only")
    if "unverified" in llm.sources:
        notes.append(f"The shape of {llm.name} is unverified")
    return tuple(notes)

"""The classes of time in words: what people read in Help; the code is in `speed` and `launches`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TimeTerm:
    """One class of time, for people."""

    name: str
    formula: str
    source: str


TIME_TERMS: tuple[TimeTerm, ...] = (
    TimeTerm(
        "linears",
        "per matmul ((2·m·n·k / (e·P))^s + (bytes / (b·BW))^s)^(1/s) + latency; forward, recompute, input "
        "gradient, and weight gradient where it is trained; Hopper cards hold 0.81 of e",
        "microsoft/vidur mlp.csv; stas00/ml-engineering (measured share e of the dense peak P); "
        "mosaicml/llm-foundry (Hopper)",
    ),
    TimeTerm(
        "attention",
        "2·T²·q FLOPs forward and recompute, 5·T²·q backward, at FlashAttention-2's rate for the length",
        "FlashAttention-2, its curve over length unverified; on Hopper the FlashAttention-3 paper's figures",
    ),
    TimeTerm(
        "element-wise",
        "bytes of norms, rotary, activation and residuals / (0.59·BW, GDDR 0.80·BW)",
        "counted in the modelling code; microsoft/vidur",
    ),
    TimeTerm(
        "LoRA side path",
        "per token 21·K + 10·N bytes forward, 27·K + 4·N backward (fp32 adapters; 16 bits 5, 10, 11, 4), and "
        "eight small matmuls per target",
        "peft tuners/lora",
    ),
    TimeTerm("head and loss", "matmul with V·h, and 52 (fp32) or 24 B per token·V", "transformers loss code"),
    TimeTerm(
        "dequantization",
        "GPTQ 16.5 B a weight, twice; NF4 2.56 B, int8 3 B, three times",
        "AutoGPTQ qlinear_cuda_old.py; bitsandbytes",
    ),
    TimeTerm("gradients", "10 B a trained weight in full training, 14 B an embedding", "torch autograd"),
    TimeTerm("optimizer", "60 B an adapter parameter, 52 or 48/g B another, once a step", "torch, DeepSpeed"),
    TimeTerm(
        "host",
        "launches · time of one + fixed time per micro batch + DeepSpeed's hooks; "
        "joined with the device by a p-norm (p = 4)",
        "launches counted in the code; times fitted on the Qwen profile",
    ),
    TimeTerm(
        "links",
        "bytes gathered and reduced · (g − 1)/g / rate of the slowest link; adds under DeepSpeed, runs ahead "
        "of the kernels under FSDP and DDP (p-norm, p = 2)",
        "DeepSpeed, torch FSDP; stas00/ml-engineering, microsoft/vidur; mosaicml/llm-foundry",
    ),
)

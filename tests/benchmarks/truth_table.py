"""The truth table: many settings trained for real on the CPU, beside the dry run and the estimator.

``python tests/benchmarks/truth_table.py [--phases] [--only WORDS] [--out FILE.csv]`` prints allocated bytes
of the three and how far the dry run and the estimator are from the real step.  Needs the training stack,
which the ``test`` extra has; takes some minutes.
"""

from __future__ import annotations

import argparse
import csv
import os
import statistics
import sys
import time
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")
import torch
import transformers

from gpuplanner.core.llm import Llm
from gpuplanner.core.plan import (
    AdapterPrecision,
    Attention,
    Autocast,
    Method,
    Optimizer,
    Plan,
    Precision,
    Quantization,
    ResolvedPlan,
)
from gpuplanner.core.resolve import fill_in
from gpuplanner.core.trial import Device, TrialKind, TrialResult, TrialSpec
from gpuplanner.core.units import MIB
from gpuplanner.data.catalog import load_catalog
from gpuplanner.data.model_config import config_from_mapping
from gpuplanner.estimator.estimate import estimate
from gpuplanner.worker.channel import Channel
from gpuplanner.worker.dry_run import run_dry
from gpuplanner.worker.train import run_trial

_LLAMA: dict[str, Any] = {
    "model_type": "llama",
    "hidden_size": 512,
    "num_hidden_layers": 4,
    "num_attention_heads": 8,
    "num_key_value_heads": 8,
    "intermediate_size": 1376,
    "vocab_size": 32000,
    "tie_word_embeddings": False,
}
# Small, so that a step takes a second, but with the vocabularies, heads and ties of real models.
SHAPES: dict[str, dict[str, Any]] = {
    "llama": _LLAMA,
    "llama-gqa": {**_LLAMA, "num_key_value_heads": 2, "vocab_size": 128256},
    "llama-wide": {**_LLAMA, "hidden_size": 1024, "intermediate_size": 2816, "num_attention_heads": 16,
                   "num_key_value_heads": 16, "num_hidden_layers": 6},
    "qwen2": {**_LLAMA, "model_type": "qwen2", "vocab_size": 151936},
    "qwen2-tied": {**_LLAMA, "model_type": "qwen2", "num_key_value_heads": 2, "vocab_size": 151936,
                   "tie_word_embeddings": True},
    "gpt2": {"model_type": "gpt2", "n_embd": 512, "n_layer": 4, "n_head": 8, "vocab_size": 50257,
             "n_positions": 1024},
    "neox": {"model_type": "gpt_neox", "hidden_size": 512, "num_hidden_layers": 4, "num_attention_heads": 8,
             "intermediate_size": 2048, "vocab_size": 50304},
    "gemma": {"model_type": "gemma", "hidden_size": 512, "num_hidden_layers": 4, "num_attention_heads": 8,
              "num_key_value_heads": 1, "head_dim": 64, "intermediate_size": 2048, "vocab_size": 256000},
    "mixtral": {**_LLAMA, "model_type": "mixtral", "num_key_value_heads": 2, "intermediate_size": 896,
                "num_local_experts": 4, "num_experts_per_tok": 2},
}  # fmt: skip
# Families whose layers keep other tensors: each with LoRA and in full, without checkpointing.
OTHERS: dict[str, dict[str, Any]] = {
    "qwen": {"model_type": "qwen", "hidden_size": 512, "num_hidden_layers": 3, "num_attention_heads": 8,
             "kv_channels": 64, "intermediate_size": 2752, "vocab_size": 32000, "no_bias": True,
             "seq_length": 2048, "tie_word_embeddings": False},
    "falcon": {"model_type": "falcon", "hidden_size": 512, "num_hidden_layers": 3, "num_attention_heads": 8,
               "vocab_size": 32000, "bias": False, "parallel_attn": True, "multi_query": True,
               "new_decoder_architecture": False, "tie_word_embeddings": True},
    "gemma2": {**_LLAMA, "model_type": "gemma2", "num_hidden_layers": 3, "num_key_value_heads": 4,
               "head_dim": 64, "tie_word_embeddings": True},
    "olmo2": {**_LLAMA, "model_type": "olmo2", "num_hidden_layers": 3},
    "qwen3": {**_LLAMA, "model_type": "qwen3", "num_hidden_layers": 3, "num_key_value_heads": 2,
              "head_dim": 64},
    "cohere": {**_LLAMA, "model_type": "cohere", "num_hidden_layers": 3, "tie_word_embeddings": True},
    "phi": {"model_type": "phi", "hidden_size": 512, "num_hidden_layers": 3, "num_attention_heads": 8,
            "intermediate_size": 2048, "vocab_size": 32000, "tie_word_embeddings": False},
    "qwen3-moe": {**_LLAMA, "model_type": "qwen3_moe", "num_hidden_layers": 3, "num_key_value_heads": 2,
                  "head_dim": 64, "num_experts": 8, "num_experts_per_tok": 2, "moe_intermediate_size": 256},
    "deepseek": {**_LLAMA, "model_type": "deepseek_v2", "num_hidden_layers": 3, "q_lora_rank": 192,
                 "kv_lora_rank": 128, "qk_nope_head_dim": 64, "qk_rope_head_dim": 32, "v_head_dim": 64,
                 "n_routed_experts": 8, "num_experts_per_tok": 2, "moe_intermediate_size": 256,
                 "n_shared_experts": 1, "first_k_dense_replace": 1},
    "gpt-oss": {**_LLAMA, "model_type": "gpt_oss", "num_hidden_layers": 3, "num_key_value_heads": 2,
                "head_dim": 64, "intermediate_size": 256, "num_local_experts": 8, "num_experts_per_tok": 2,
                "sliding_window": 128},
}  # fmt: skip
ATTENTION_ONLY = {
    "llama": "q_proj+v_proj",
    "qwen2": "q_proj+v_proj",
    "gpt2": "c_attn",
    "neox": "query_key_value",
}


@dataclass(frozen=True)
class Setting:
    """One line of the table."""

    shape: str
    plan: Plan

    @property
    def name(self) -> str:
        """Shape, and what differs from the default plan."""
        usual = Plan(seq_len=256, lora_rank=16)
        names = ("seq_len", "micro_batch_size", "grad_accum_steps", "lora_rank", "lora_targets",
                 "lora_dropout",
                 "adapter_precision", "precision", "autocast", "optimizer", "attention", "grad_checkpointing",
                 "quantization", "fused_loss")  # fmt: skip
        differs = [
            f"{name}={getattr(value, 'value', value)}"
            for name in names
            if (value := getattr(self.plan, name)) != getattr(usual, name)
        ]
        return " ".join([self.shape, self.plan.method.value, *differs])


def settings() -> Iterator[Setting]:
    """Over a hundred: every shape with every method, other families, then one thing after another."""
    base = Plan(seq_len=256, lora_rank=16)
    for shape in SHAPES:
        for method in (Method.LORA, Method.LORA_EMB, Method.QLORA, Method.FULL):
            yield Setting(shape, replace(base, method=method))
    for shape in OTHERS:
        for method in (Method.LORA, Method.FULL):
            yield Setting(shape, replace(base, method=method, grad_checkpointing=False))
    for shape in ("llama", "qwen2-tied", "gpt2", "mixtral"):
        for method in (Method.LORA, Method.FULL):
            yield Setting(shape, replace(base, method=method, grad_checkpointing=False))
    for shape in ("llama", "qwen2", "llama-wide"):
        for length in (128, 512, 1024):
            yield Setting(shape, replace(base, seq_len=length))
    for method in (Method.LORA, Method.FULL):
        yield Setting("llama", replace(base, method=method, micro_batch_size=4, seq_len=128))
        yield Setting("llama", replace(base, method=method, grad_accum_steps=2))
        for attention in (Attention.SDPA, Attention.EAGER):
            yield Setting("llama-gqa", replace(base, method=method, attention=attention, seq_len=512))
        for optimizer in (Optimizer.ADAMW_FUSED, Optimizer.ADAFACTOR, Optimizer.SGD):
            yield Setting("llama", replace(base, method=method, optimizer=optimizer))
        for precision in (Precision.FP32, Precision.BF16_MIXED):
            yield Setting("llama", replace(base, method=method, precision=precision))
        yield Setting("qwen2", replace(base, method=method, autocast=Autocast.FALSE,
                                       adapter_precision=AdapterPrecision.BF16))  # fmt: skip
        yield Setting("qwen2", replace(base, method=method, fused_loss=True, seq_len=512))
    for shape, targets in ATTENTION_ONLY.items():
        yield Setting(shape, replace(base, lora_targets=targets))
    yield Setting("llama-wide", replace(base, lora_dropout=0.05, seq_len=512))
    yield Setting("llama-wide", replace(base, lora_dropout=0.05, grad_checkpointing=False))
    yield Setting("llama-wide", replace(base, lora_rank=128))
    yield Setting("llama-wide", replace(base, adapter_precision=AdapterPrecision.BF16))
    yield Setting(
        "llama-wide", replace(base, method=Method.QLORA, quantization=Quantization.NF4, seq_len=512)
    )
    yield Setting("llama-wide", replace(base, method=Method.QLORA, grad_checkpointing=False))
    yield Setting("llama-wide", replace(base, method=Method.LORA_EMB, lora_dropout=0.05, grad_accum_steps=2))


def resolved(setting: Setting) -> ResolvedPlan:
    """The plan on its shape."""
    llm: Llm = config_from_mapping({**SHAPES, **OTHERS}[setting.shape], setting.shape, name=setting.shape)
    gpu = load_catalog().gpu(setting.plan.gpu)
    plan, _ = fill_in(replace(setting.plan, model=setting.shape), gpu)
    return ResolvedPlan(plan, llm, gpu)


@dataclass(frozen=True)
class Line:
    """What the three say of one setting."""

    setting: Setting
    real: TrialResult
    dry: TrialResult
    estimated: dict[str, int]
    """Allocated bytes by phase."""
    seconds: float

    @property
    def real_phases(self) -> dict[str, int]:
        """Allocated bytes by phase."""
        return {phase.name: phase.allocated_bytes for phase in self.real.phases}

    @property
    def is_equal(self) -> bool:
        """Whether the dry run equals the real step in every phase and part, to the byte."""
        return self.real.phases == self.dry.phases

    @property
    def error(self) -> float:
        """The estimator's peak over the real one, minus 1."""
        return max(self.estimated.values()) / max(self.real_phases.values()) - 1


def run(setting: Setting) -> Line:
    """Train for real, on fake tensors, and estimate."""
    start = time.perf_counter()
    answer = resolved(setting)
    spec = TrialSpec(answer.plan, answer.llm, device=Device.CPU, steps=1, warm_up_steps=1)
    real = run_trial(spec, Channel(lambda _line: None))
    dry = run_dry(replace(spec, kind=TrialKind.DRY_RUN), Channel(lambda _line: None))
    estimated = {phase.name: phase.allocated_bytes for phase in estimate(answer).memory.phases}
    return Line(setting, real, dry, estimated, time.perf_counter() - start)


def show(line: Line, phases: bool) -> None:
    """One setting."""
    peak, dry = line.real.peak_allocated_bytes or 0, line.dry.peak_allocated_bytes or 0
    equal = "equal" if line.is_equal else f"{dry - peak:+,} B"
    print(
        f"{line.setting.name:64} {line.real.peak_phase:9} {peak / MIB:9.2f} {equal:>8} "
        f"{max(line.estimated.values()) / MIB:9.2f} {100 * line.error:+6.1f} % {line.seconds:5.1f} s",
        flush=True,
    )
    if phases:
        for phase in line.real.phases:
            guess = line.estimated.get(phase.name, 0)
            off = 100 * (guess / phase.allocated_bytes - 1)
            print(f"    {phase.name:12} {phase.allocated_bytes / MIB:9.2f} {guess / MIB:9.2f} {off:+6.1f} %")


def summary(lines: list[Line]) -> None:
    """How often the dry run is equal, and how far the estimator is off, overall and by kind."""
    equal = sum(line.is_equal for line in lines)
    print(f"dry run equals the real step in every phase and part, to the byte: {equal} of {len(lines)}")
    print(f"estimator, allocated peak: {_errors(line.error for line in lines)}")
    for method in Method:
        some = [line.error for line in lines if line.setting.plan.method is method]
        if some:
            print(f"  {method.value:9} {_errors(some)}")
    for name in ("load", "forward", "loss", "backward", "optimizer"):
        some = [line.estimated[name] / line.real_phases[name] - 1 for line in lines]
        print(f"  {name:9} {_errors(some)}")
    versions = f"torch {torch.__version__}, transformers {transformers.__version__}"
    print(f"{versions}; {sum(line.seconds for line in lines):.0f} s")


def _errors(errors: Iterable[float]) -> str:
    sizes = [abs(error) for error in errors]
    return f"median {100 * statistics.median(sizes):.1f} %, worst {100 * max(sizes):.1f} % (n = {len(sizes)})"


def write(lines: list[Line], path: Path) -> None:
    """The table as CSV, bytes per phase."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["setting", "phase", "real_bytes", "dry_bytes", "estimated_bytes"])
        for line in lines:
            dry = {phase.name: phase.allocated_bytes for phase in line.dry.phases}
            for name, size in line.real_phases.items():
                writer.writerow([line.setting.name, name, size, dry.get(name), line.estimated.get(name)])


def main() -> None:
    """Print the table and its summary."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--phases", action="store_true", help="print every phase")
    parser.add_argument("--others", action="store_true", help="only the other families")
    parser.add_argument("--only", default="", help="only settings whose name holds all of these words")
    parser.add_argument("--out", type=Path, help="write the table to this CSV file")
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    transformers.logging.set_verbosity_error()
    chosen = [s for s in settings() if all(word in s.name.split() for word in options.only.split())]
    if options.others:
        chosen = [s for s in chosen if s.shape in OTHERS]
    print(f"{'setting':64} {'peak in':9} {'real MiB':>9} {'dry run':>8} {'estimate':>9} {'error':>8}")
    lines = []
    for setting in chosen:
        lines.append(run(setting))
        show(lines[-1], options.phases)
    if lines:
        summary(lines)
    if options.out:
        write(lines, options.out)


if __name__ == "__main__":
    sys.exit(main())

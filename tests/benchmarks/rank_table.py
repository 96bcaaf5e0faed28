"""Several ranks for real: the memory of each rank of DDP, FSDP2 and ZeRO on the CPU, beside the estimator.

``python tests/benchmarks/rank_table.py [--python PYTHON] [--only WORDS] [--phases] [--out FILE.csv]`` starts
torchrun's ranks with gloo and prints allocated bytes of a rank and how far the estimate is from them.  ZeRO
needs a Python with DeepSpeed; without one its settings are passed over.  A quarter of a minute each.
"""

from __future__ import annotations

import argparse
import csv
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

from gpuplanner.core.plan import Framework, Method, Optimizer, Plan, ResolvedPlan, Sharding
from gpuplanner.core.resolve import fill_in
from gpuplanner.core.trial import Device, TrialResult, TrialSpec
from gpuplanner.core.trial_events import EndEvent, TrialEvent
from gpuplanner.core.units import MIB
from gpuplanner.data.catalog import load_catalog
from gpuplanner.data.model_config import config_from_mapping
from gpuplanner.estimator.estimate import estimate
from gpuplanner.trial.torchrun import backend_for

_LIMIT_S = 280.0
_LLAMA: dict[str, Any] = {
    "model_type": "llama",
    "architectures": ["LlamaForCausalLM"],
    "hidden_size": 512,
    "num_hidden_layers": 6,
    "num_attention_heads": 8,
    "num_key_value_heads": 8,
    "intermediate_size": 1376,
    "vocab_size": 16000,
    "max_position_embeddings": 2048,
    "tie_word_embeddings": False,
}
# A root that is larger than a layer's unit, or smaller; few large layers, or many small ones; one matrix for
# embeddings and head.
SHAPES: dict[str, dict[str, Any]] = {
    "llama": _LLAMA,
    "wide": {**_LLAMA, "hidden_size": 1024, "intermediate_size": 2816, "num_attention_heads": 16,
             "num_key_value_heads": 16, "num_hidden_layers": 4, "vocab_size": 32000},
    "deep": {**_LLAMA, "hidden_size": 256, "intermediate_size": 704, "num_attention_heads": 4,
             "num_key_value_heads": 4, "num_hidden_layers": 12, "vocab_size": 4096},
    "tied": {**_LLAMA, "model_type": "qwen2", "architectures": ["Qwen2ForCausalLM"], "num_hidden_layers": 3,
             "num_key_value_heads": 2, "vocab_size": 65536, "tie_word_embeddings": True},
}  # fmt: skip
ZERO = (Sharding.ZERO1, Sharding.ZERO2, Sharding.ZERO3)


@dataclass(frozen=True)
class Setting:
    """One line of the table."""

    shape: str
    plan: Plan

    @property
    def name(self) -> str:
        """Shape, way of sharing, method, and what differs from the usual plan."""
        sharding = self.plan.sharding
        assert sharding is not None
        usual = _plan(sharding)
        names = ("gpus_per_node", "seq_len", "micro_batch_size", "grad_accum_steps", "grad_checkpointing",
                 "optimizer")  # fmt: skip
        differs = [
            f"{name}={getattr(value, 'value', value)}"
            for name in names
            if (value := getattr(self.plan, name)) != getattr(usual, name)
        ]
        return " ".join([self.shape, sharding.value, self.plan.method.value, *differs])


def settings() -> Iterator[Setting]:
    """Every way of sharing with every method it runs, then lengths, accumulation, ranks and the like."""
    for sharding in (Sharding.DDP, Sharding.FSDP, *ZERO):
        for method in (Method.FULL, Method.LORA, Method.LORA_EMB):
            if (sharding, method) != (Sharding.ZERO3, Method.LORA_EMB):  # peft refuses it
                yield Setting("llama", _plan(sharding, method=method))
    for sharding in (Sharding.FSDP, Sharding.ZERO2, Sharding.ZERO3):
        for shape in ("wide", "deep", "tied"):
            for method in (Method.FULL, Method.LORA):
                yield Setting(shape, _plan(sharding, method=method, seq_len=512))
        yield Setting("llama", _plan(sharding, method=Method.FULL, seq_len=1024))
        yield Setting("llama", _plan(sharding, method=Method.FULL, grad_accum_steps=2))
        yield Setting("llama", _plan(sharding, grad_accum_steps=3, micro_batch_size=2))
        yield Setting("deep", _plan(sharding, method=Method.FULL, gpus_per_node=4))
        yield Setting("llama", _plan(sharding, method=Method.FULL, grad_checkpointing=False))
        yield Setting("deep", _plan(sharding, grad_checkpointing=False))
    for sharding in (Sharding.ZERO2, Sharding.ZERO3):
        yield Setting("llama", _plan(sharding, method=Method.FULL, optimizer=Optimizer.ADAMW))
    yield Setting("tied", _plan(Sharding.DDP, method=Method.FULL, grad_accum_steps=2))


def _plan(sharding: Sharding, **changes: Any) -> Plan:
    """The usual plan: two ranks, 256 tokens; DeepSpeed with an optimizer as its own, which has no copies."""
    framework = Framework.HF if sharding in (Sharding.DDP, Sharding.FSDP) else Framework.HF_DEEPSPEED
    optimizer = Optimizer.ADAMW if framework is Framework.HF else Optimizer.ADAMW_FUSED
    plan = Plan(
        seq_len=256,
        lora_rank=16,
        gpus_per_node=2,
        sharding=sharding,
        framework=framework,
        optimizer=optimizer,
    )
    return replace(plan, **changes)


def resolved(setting: Setting) -> ResolvedPlan:
    """The plan on its shape."""
    llm = config_from_mapping(SHAPES[setting.shape], setting.shape, name=setting.shape)
    gpu = load_catalog().gpu(setting.plan.gpu)
    plan, _ = fill_in(replace(setting.plan, model=setting.shape), gpu)
    return ResolvedPlan(plan, llm, gpu)


@dataclass(frozen=True)
class Line:
    """What a rank had and what the estimator says, allocated bytes by phase."""

    setting: Setting
    real: dict[str, int]
    estimated: dict[str, int]

    @property
    def error(self) -> float:
        """The estimated peak of a step over the real one, minus 1."""
        return max(self.estimated[name] for name in self.real) / max(self.real.values()) - 1


def run(setting: Setting, python: str) -> Line:
    """Train two steps on so many ranks, and estimate."""
    answer = resolved(setting)
    spec = TrialSpec(answer.plan, answer.llm, device=Device.CPU, steps=1, warm_up_steps=1)
    results: list[TrialResult] = []
    trial = backend_for(spec, python).start(spec, lambda event: _keep(event, results))
    if not trial.wait(_LIMIT_S) or not results:
        trial.stop()
        raise SystemExit("\n".join([setting.name, *trial.log_lines]))
    estimated = {phase.name: phase.allocated_bytes for phase in estimate(answer).memory.phases}
    return Line(setting, _of_ranks(results[0]), estimated)


def _keep(event: TrialEvent, results: list[TrialResult]) -> None:
    if isinstance(event, EndEvent) and event.result is not None:
        results.append(event.result)


def _of_ranks(result: TrialResult) -> dict[str, int]:
    """Phases of the fullest rank; they differ by what the last one has to pad."""
    return {name: max(rank.phases[name] for rank in result.ranks) for name in result.ranks[0].phases}


def show(line: Line, phases: bool) -> None:
    """One setting."""
    peak = max(line.real, key=lambda name: line.real[name])
    guess = max(line.estimated[name] for name in line.real)
    print(
        f"{line.setting.name:52} {peak:9} {line.real[peak] / MIB:9.2f} {guess / MIB:9.2f} "
        f"{100 * line.error:+6.2f} %",
        flush=True,
    )
    for name, size in line.real.items() if phases else ():
        off = 100 * (line.estimated[name] / size - 1)
        print(f"    {name:12} {size / MIB:9.2f} {line.estimated[name] / MIB:9.2f} {off:+6.2f} %")


def write(lines: list[Line], path: Path) -> None:
    """The table as CSV, bytes of one rank per phase."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["setting", "phase", "real_bytes", "estimated_bytes"])
        for line in lines:
            for name, size in line.real.items():
                writer.writerow([line.setting.name, name, size, line.estimated[name]])


def main() -> None:
    """Print the table and its summary."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--python", default=sys.executable, help="the Python that trains")
    parser.add_argument("--phases", action="store_true", help="print every phase")
    parser.add_argument("--only", default="", help="only settings whose name holds all of these words")
    parser.add_argument("--out", type=Path, help="write the table to this CSV file")
    options = parser.parse_args()
    chosen = [s for s in settings() if all(word in s.name.split() for word in options.only.split())]
    look = [
        options.python,
        "-c",
        "import importlib.util as u, sys; sys.exit(u.find_spec('deepspeed') is None)",
    ]
    if subprocess.run(look, check=False).returncode:
        print("DeepSpeed is not installed there: without ZeRO")
        chosen = [s for s in chosen if s.plan.sharding not in ZERO]
    lines = []
    for setting in chosen:
        lines.append(run(setting, options.python))
        show(lines[-1], options.phases)
    if lines:
        errors = [abs(line.error) for line in lines]
        print(f"peak of a rank: median {100 * statistics.median(errors):.2f} %, "
              f"worst {100 * max(errors):.2f} % (n = {len(errors)})")  # fmt: skip
    if options.out:
        write(lines, options.out)


if __name__ == "__main__":
    sys.exit(main())

"""Which plans a dry run covers, and what is nearest to one that it does not."""

from __future__ import annotations

from dataclasses import dataclass

from gpuplanner.core.plan import Framework, Method, Offload, Optimizer, Plan, Quantization, Sharding
from gpuplanner.core.trial import TrialResult

_TRAINS = (Method.FULL, Method.LORA, Method.LORA_EMB, Method.QLORA)
_PACKS = (None, Quantization.NONE, Quantization.NF4, Quantization.NF4_DQ)
_STEPS = (Optimizer.ADAMW, Optimizer.ADAMW_FUSED, Optimizer.SGD, Optimizer.ADAFACTOR)


@dataclass(frozen=True)
class Gap:
    """Something that a dry run does not cover: why, and the change that leads to what it does."""

    reason: str
    change: tuple[tuple[str, str], ...]


def gaps(plan: Plan) -> tuple[Gap, ...]:
    """What of a filled-in plan a dry run does not cover; none: it is covered."""
    found = []
    if plan.method not in _TRAINS:
        found.append(Gap("only training steps are run", (("method", Method.LORA.value),)))
    trainer = plan.framework in (Framework.AUTO, Framework.HF)
    framework = () if trainer else (("framework", Framework.AUTO.value),)
    if plan.n_gpus > 1 or plan.sharding not in (None, Sharding.NONE):
        how = "several GPUs" if plan.sharding is None else f"sharding {plan.sharding.value}"
        alone = (("nodes", "1"), ("gpus_per_node", "1"), ("sharding", Sharding.NONE.value))
        found.append(Gap(f"{how}: one process is run, without what the others send", alone + framework))
    elif not trainer:
        whose = f"the loop of {plan.framework.value}: what is run is the step of transformers' Trainer"
        found.append(Gap(whose, framework))
    if plan.offload not in (None, Offload.NONE):
        found.append(Gap("offload is the sharding library's", (("offload", Offload.NONE.value),)))
    if plan.quantization not in _PACKS:
        kernel = f"{plan.quantization.value} needs kernels that have no fake form"
        found.append(Gap(kernel, (("quantization", Quantization.NF4_DQ.value),)))
    if plan.optimizer not in _STEPS:
        states = f"{plan.optimizer.value} keeps its states in bitsandbytes' kernels, which have no fake form"
        found.append(Gap(states, (("optimizer", Optimizer.ADAMW.value),)))
    return tuple(found)


def not_covered(plan: Plan) -> TrialResult:
    """The answer to a plan that has gaps: why, and the nearest plan that has none."""
    found = gaps(plan)
    return TrialResult(
        device="fake",
        covered=False,
        nearest=dict(change for gap in found for change in gap.change),
        notes=tuple(gap.reason for gap in found),
    )

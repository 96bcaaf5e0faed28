"""LoRA through peft: which linears, of which rank, in which type."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from peft import LoraConfig, get_peft_model

from gpuplanner.core.plan import ALL_LINEAR, AdapterPrecision, Method, Plan
from gpuplanner.core.trial import TrialSpec
from gpuplanner.worker.quantize import gives_more
from gpuplanner.worker.refusal import Refused

_ALPHA = 16
_TYPES = {
    AdapterPrecision.FP32: torch.float32,
    AdapterPrecision.BF16: torch.bfloat16,
    AdapterPrecision.FP16: torch.float16,
}
# Where a class stands in for a family's own code: the family's names, and what they are called here.
_RENAMED: dict[str, dict[str, tuple[str, ...]]] = {
    "qwen": {
        "c_proj": ("o_proj", "down_proj"),
        "w1": ("up_proj",),
        "w2": ("gate_proj",),
    },
    "internlm2": {
        "wo": ("o_proj",),
        "w1": ("gate_proj",),
        "w3": ("up_proj",),
        "w2": ("down_proj",),
    },
    "chatglm": {
        "dense": ("o_proj",),
        "dense_h_to_4h": ("gate_up_proj",),
        "dense_4h_to_h": ("down_proj",),
    },
}


def adapt(model: torch.nn.Module, spec: TrialSpec, device: torch.device, notes: list[str]) -> torch.nn.Module:
    """The model with adapters, all else frozen; its embeddings and head are copied for ``lora-emb``."""
    plan = spec.plan
    targets = _targets(plan, spec.llm.model_type, model)
    config = LoraConfig(
        r=plan.lora_rank,
        lora_alpha=_ALPHA,
        lora_dropout=plan.lora_dropout,
        target_modules=targets,
        modules_to_save=_ends(model) if plan.method is Method.LORA_EMB else None,
        exclude_modules=routers_that_choose(model, notes) or None,
        task_type="CAUSAL_LM",
    )
    notes.append(
        f"Adapters: peft, rank {plan.lora_rank}, {plan.adapter_precision.value}, on "
        + (targets if isinstance(targets, str) else ", ".join(targets))
    )
    # peft makes adapters in the default type and moves them to their base's; fake tensors cannot be moved,
    # so they are made where and as they shall be, on real tensors as well: both are to be alike.
    with _made_as(_TYPES[plan.adapter_precision], device):
        try:
            return get_peft_model(model, config, autocast_adapter_dtype=False)
        except ValueError as error:
            if "lora_dropout" not in str(error):
                raise
            what = "peft adapts packed experts without dropout only"
            raise Refused(f"{what}; take lora_dropout 0, or lora_targets of the attention alone") from error


def routers_that_choose(model: torch.nn.Module, notes: list[str]) -> list[str]:
    """Names of linears that give more than their product (Phi-MoE's routers): no adapter can stand there."""
    names = sorted({name.rpartition(".")[2] for name, module in model.named_modules() if gives_more(module)})
    if names:
        notes.append(
            f"No adapter on {', '.join(names)}: it gives the chosen experts too, which peft's layer does not"
        )
    return names


def _targets(plan: Plan, model_type: str, model: torch.nn.Module) -> str | list[str]:
    if plan.lora_targets == ALL_LINEAR:
        return ALL_LINEAR
    renamed = _RENAMED.get(model_type, {})
    present = {name.rpartition(".")[2] for name, _ in model.named_modules()}
    names = (name.strip() for name in plan.lora_targets.split("+"))
    return sorted({here for n in names for here in ((n,) if n in present else renamed.get(n, (n,)))})


def _ends(model: torch.nn.Module) -> list[str]:
    """The names of embeddings and head in their parents."""
    ends = (model.get_input_embeddings(), model.get_output_embeddings())
    return [name.rpartition(".")[2] for name, module in model.named_modules() if module in ends]


@contextmanager
def _made_as(dtype: torch.dtype, device: torch.device) -> Iterator[None]:
    """New parameters in this type, on this device, and left there."""
    before, moves = torch.get_default_dtype(), torch.nn.Module.to
    torch.set_default_dtype(dtype)
    torch.nn.Module.to = lambda module, *_, **__: module
    try:
        with torch.device(device):
            yield
    finally:
        torch.nn.Module.to = moves
        torch.set_default_dtype(before)

"""Which fields a plan's method and cards make use of: the others are ignored, and forms say so."""

from __future__ import annotations

from enum import Enum

from gpuplanner.core.plan import Method, Plan


class Ignored(str, Enum):
    """Why a field does not count."""

    METHOD = "method"
    """The method has no such thing (a rank without adapters, an optimizer in inference)."""
    ONE_GPU = "one-gpu"
    """Nothing joins a single GPU to another."""
    ONE_NODE = "one-node"
    """A single node needs no network."""


_OF_ADAPTERS = ("adapter_precision", "lora_rank", "lora_targets", "lora_dropout")
_OF_TRAINING = ("optimizer", "grad_accum_steps", "grad_checkpointing", "fused_loss", "autocast", "offload")
_OF_INFERENCE = ("new_tokens", "kv_cache_precision")

IGNORED_BY_METHOD: dict[Method, tuple[str, ...]] = {
    Method.FULL: (*_OF_ADAPTERS, *_OF_INFERENCE),
    Method.LORA: _OF_INFERENCE,
    Method.LORA_EMB: _OF_INFERENCE,
    Method.QLORA: _OF_INFERENCE,
    Method.INFERENCE: (*_OF_ADAPTERS, *_OF_TRAINING),
}


def ignored_fields(plan: Plan) -> dict[str, Ignored]:
    """The plan fields that change nothing, each with the reason."""
    ignored = dict.fromkeys(IGNORED_BY_METHOD[plan.method], Ignored.METHOD)
    if plan.gpus_per_node == 1:
        ignored["interconnect"] = Ignored.ONE_GPU
    if plan.nodes == 1:
        ignored["internode_gbps"] = Ignored.ONE_NODE
    return ignored

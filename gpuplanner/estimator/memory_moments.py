"""The moments of a step, and beside it, that can be the fullest; what a term of memory is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gpuplanner.estimator.columns import Array, Mask
from gpuplanner.estimator.constants import MemoryConstants
from gpuplanner.estimator.memory_quantities import Quantities

MOMENTS: dict[str, str] = {
    "load": "load",
    "first unit": "forward",
    "forward": "forward",
    "logits": "forward",
    "loss": "loss",
    "head": "backward",
    "layer": "backward",
    "first layer": "backward",
    "embedding": "backward",
    "step": "optimizer",
    "evaluation": "evaluation",
    "save": "save",
    "merge": "merge",
    "prefill": "prefill",
    "decode": "decode",
}
"""Each moment that can be the fullest, and the phase that it belongs to."""

STEP = ("first unit", "forward", "logits", "loss", "head", "layer", "first layer", "embedding", "step")
TRAINING = (*STEP, "evaluation", "save", "merge")
INFERENCE = ("prefill", "decode")
ALWAYS = ("load", *TRAINING, *INFERENCE)
GRAPH = ("forward", "logits", "loss", "head", "layer")


@dataclass(frozen=True)
class MemoryTerm:
    """One line of the explanation; ``bytes`` gives its value per GPU, shape (n,)."""

    name: str
    part: str
    moments: tuple[str, ...]
    formula: str
    source: str
    bytes: Callable[[Quantities, MemoryConstants], Array]


def never_merged(q: Quantities) -> Mask:
    """Where the moment "merge" does not exist: no adapters, or weights that peft cannot merge in place.

    AutoGPTQ's layers have no merge; weights in shards are merged after training, from the saved adapters.
    """
    whole = (q.weight_shards == 1) & (q.layer_shards == 1)
    never: Mask = ~q.c.lora | q.c.gptq | ~whole
    return never

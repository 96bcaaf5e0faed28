"""How far what was measured on one plan holds for another: a correlation per doubt, from what differs.

Each doubt has a factor per field of the context: 1 means that a difference there does not matter, 0 that
nothing carries over.  The correlation of two plans is the product over the fields that differ, so it is a
valid covariance whatever the factors.  Nothing carries over from one framework to another.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gpuplanner.core.plan import ResolvedPlan
from gpuplanner.estimator.columns import Array

CONTEXT = (
    "framework",
    "family",
    "model",
    "method",
    "quantization",
    "settings",
    "sharding",
    "card",
    "software",
)
"""The fields of a context, in their order."""

# Choices alone, no number: plans of one setting (`core.resolve.FREE_NUMBERS`) have one context.
_SETTINGS = (
    "precision",
    "autocast",
    "adapter_precision",
    "lora_targets",
    "optimizer",
    "offload",
    "grad_checkpointing",
    "attention",
    "fused_loss",
)


def context_of(resolved: ResolvedPlan) -> tuple[str, ...]:
    """What decides how much another plan's measurement says about this one."""
    plan = resolved.plan
    settings = "/".join(str(getattr(getattr(plan, name), "value", getattr(plan, name))) for name in _SETTINGS)
    sharding = "" if plan.sharding is None else plan.sharding.value
    return (
        plan.framework.value,
        resolved.llm.model_type,
        resolved.llm.name.lower(),
        plan.method.value,
        "" if plan.quantization is None else plan.quantization.value,
        settings,
        f"{sharding} {plan.nodes}x{plan.gpus_per_node}",
        resolved.gpu.name.lower(),
        ".".join(plan.torch_version.split(".")[:2]),
    )


def correlations(
    factors: Array, wanted: Sequence[tuple[str, ...]], known: Sequence[tuple[str, ...]]
) -> Array:
    """Correlation of each doubt between wanted (n) and known (m) contexts, shape (doubts, n, m).

    ``factors`` has shape (doubts, fields).
    """
    differs = np.empty((len(CONTEXT), len(wanted), len(known)))
    for place in range(len(CONTEXT)):
        numbers: dict[str, int] = {}
        known_numbers = np.array([numbers.setdefault(context[place], len(numbers)) for context in known])
        wanted_numbers = np.array([numbers.get(context[place], -1) for context in wanted])
        differs[place] = wanted_numbers[:, None] != known_numbers[None, :]
    logs = np.log(np.maximum(factors, 1e-30))
    result: Array = np.exp(np.tensordot(logs, differs, axes=1))
    result[result < 1e-12] = 0.0
    return result

"""Names of the plans that a document keeps."""

from __future__ import annotations

from gpuplanner.core.plan import Plan
from gpuplanner.ui.words import value_words

CURRENT = "current"
"""Name under which a document keeps the plan that its window shows."""


def plan_name(plan: Plan) -> str:
    """Model, method, length and GPUs."""
    gpus = f"{plan.n_gpus} × {plan.gpu}" if plan.n_gpus > 1 else plan.gpu
    return f"{plan.model} {value_words(plan.method)} {plan.seq_len:,} on {gpus}"

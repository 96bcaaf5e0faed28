"""The common rule of thumb, shown beside the answer and never as the answer."""

from __future__ import annotations

from dataclasses import dataclass

from gpuplanner.core.plan import Method, Optimizer, Precision, Quantization, ResolvedPlan
from gpuplanner.estimator.parameters import inventory

_BYTES_PER_PARAMETER = {
    Precision.FP32: 4.0,
    Precision.BF16: 2.0,
    Precision.FP16: 2.0,
    Precision.BF16_MIXED: 4.0,
    Precision.FP16_MIXED: 4.0,
}
_QUANTIZED = {
    Quantization.NF4: 0.5,
    Quantization.NF4_DQ: 0.5,
    Quantization.GPTQ_INT4: 0.5,
    Quantization.GPTQ_INT8: 1.0,
    Quantization.INT8: 1.0,
}


@dataclass(frozen=True)
class RuleOfThumb:
    """Bytes over all GPUs together, by the rule's three terms."""

    weights_bytes: float
    gradients_bytes: float
    optimizer_bytes: float

    @property
    def total_bytes(self) -> float:
        """What the rule says the whole run needs."""
        return self.weights_bytes + self.gradients_bytes + self.optimizer_bytes


def rule_of_thumb(resolved: ResolvedPlan) -> RuleOfThumb:
    """What people compute by hand, applied blindly to any plan.

    Weights take 4 (float), 2 (bf16), 1 (int8) bytes per parameter; training adds gradients of 1 and
    an optimizer of 2 (AdamW) or 1 (SGD) times the 16-bit weights.  A 7B model: 28, 14 or 7 GB to
    load, 56 GB to train.  Source: the rule as users quote it (no length, no adapters, no logits).

    >>> RuleOfThumb(14e9, 14e9, 28e9).total_bytes / 1e9
    56.0
    """
    plan = resolved.plan
    n_parameters = float(inventory(resolved.llm).n_parameters)
    per_parameter = _BYTES_PER_PARAMETER[plan.precision]
    if plan.quantization is not None:
        per_parameter = _QUANTIZED.get(plan.quantization, per_parameter)
    weights = per_parameter * n_parameters
    if plan.method is Method.INFERENCE:
        return RuleOfThumb(weights, 0.0, 0.0)
    half = 2 * n_parameters
    return RuleOfThumb(weights, half, half if plan.optimizer is Optimizer.SGD else 2 * half)

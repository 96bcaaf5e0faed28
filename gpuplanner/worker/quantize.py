"""Frozen linears in 4 or 8 bits, by bitsandbytes, one at a time: the 16-bit model never exists."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

import torch

from gpuplanner.core.plan import Plan, Precision, Quantization
from gpuplanner.core.trial import TrialSpec
from gpuplanner.worker.refusal import Refused

QuantizeLinear = Callable[[torch.nn.Linear, Plan, torch.device], torch.nn.Module]
"""Makes the packed form of a linear that has a shape only (on ``meta``); its values are random."""

_STD = 0.02
_GIVE_MORE = ("PhimoeTopKRouter",)
_16_BITS = (Precision.FP16, Precision.FP16_MIXED)
_GPTQ_BITS = {Quantization.GPTQ_INT4: 4, Quantization.GPTQ_INT8: 8}
_GPTQ_LIBRARIES = ("gptqmodel", "optimum")  # transformers quantizers/quantizer_gptq.py


def compute_dtype(plan: Plan) -> torch.dtype:
    """The type in which a plan computes."""
    if plan.precision is Precision.FP32:
        return torch.float32
    return torch.float16 if plan.precision in _16_BITS else torch.bfloat16


def is_gptq(plan: Plan) -> bool:
    """Whether the weights come packed, in a checkpoint."""
    return plan.quantization in _GPTQ_BITS


def refuse_unknown(spec: TrialSpec) -> None:
    """Raises Refused for a quantization that cannot be had here."""
    if spec.plan.quantization not in _GPTQ_BITS:
        return
    bits = _GPTQ_BITS[spec.plan.quantization]
    if not spec.checkpoint:
        what = "GPTQ weights come from a quantized checkpoint and its library (gptqmodel)"
        raise Refused(f"{what}; give the folder of such a checkpoint as the model, or choose nf4-dq")
    words = (spec.model_config or {}).get("quantization_config") or {}
    if words.get("quant_method") != "gptq" or words.get("bits") != bits:
        what = f"the folder's config.json does not say that its weights are GPTQ with {bits} bits"
        raise Refused(f"{what}; choose the quantization that it has, or nf4-dq")
    missing = " ".join(name for name in _GPTQ_LIBRARIES if find_spec(name) is None)
    if missing:
        what = f"a GPTQ checkpoint needs libraries that this Python does not have: {missing}"
        raise Refused(f"{what}; install them there with pip, or choose nf4-dq")


def gives_more(module: torch.nn.Module) -> bool:
    """Whether it is a linear whose class gives more than its product: neither packed nor adapted."""
    return type(module).__name__ in _GIVE_MORE


def real_linear(linear: torch.nn.Linear, plan: Plan, device: torch.device) -> torch.nn.Module:
    """Random weights, packed by bitsandbytes."""
    import bitsandbytes  # here, because most plans do not need it and it takes a second

    weight = torch.empty(linear.out_features, linear.in_features, dtype=compute_dtype(plan), device=device)
    weight.normal_(0.0, _STD)
    shape = (linear.in_features, linear.out_features, linear.bias is not None)
    if plan.quantization is Quantization.INT8:
        packed = bitsandbytes.nn.Linear8bitLt(*shape, has_fp16_weights=False)
        packed.weight = bitsandbytes.nn.Int8Params(weight, requires_grad=False, has_fp16_weights=False)
    else:
        twice = plan.quantization is Quantization.NF4_DQ
        packed = bitsandbytes.nn.Linear4bit(
            *shape, compute_dtype=compute_dtype(plan), compress_statistics=twice, quant_type="nf4"
        )
        packed.weight = bitsandbytes.nn.Params4bit(
            weight, requires_grad=False, compress_statistics=twice, quant_type="nf4", module=packed
        )
    if linear.bias is not None:
        bias = torch.zeros(linear.out_features, dtype=compute_dtype(plan), device=device)
        packed.bias = torch.nn.Parameter(bias, requires_grad=False)
    return packed.to(device)

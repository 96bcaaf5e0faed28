"""Frozen linears in 4 or 8 bits, by bitsandbytes, one at a time: the 16-bit model never exists."""

from __future__ import annotations

from collections.abc import Callable

import torch

from gpuplanner.core.plan import Plan, Precision, Quantization

QuantizeLinear = Callable[[torch.nn.Linear, Plan, torch.device], torch.nn.Module]
"""Makes the packed form of a linear that has a shape only (on ``meta``); its values are random."""

_STD = 0.02
_16_BITS = (Precision.FP16, Precision.FP16_MIXED)


def compute_dtype(plan: Plan) -> torch.dtype:
    """The type in which a plan computes."""
    if plan.precision is Precision.FP32:
        return torch.float32
    return torch.float16 if plan.precision in _16_BITS else torch.bfloat16


def refuse_unknown(plan: Plan) -> None:
    """Raises ValueError for a quantization that cannot be made from random weights."""
    if plan.quantization in (Quantization.GPTQ_INT4, Quantization.GPTQ_INT8):
        what = "GPTQ weights come from a quantized checkpoint and its library (gptqmodel)"
        raise ValueError(f"{what}; give the folder of such a checkpoint as the model, or choose nf4-dq")


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

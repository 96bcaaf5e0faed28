"""Linears in NF4 on fake tensors: bitsandbytes' own layer around weights that have a shape only.

bitsandbytes packs when weights are moved to a device, and its parameter class cannot hold a fake tensor.  So
the packed weight and its scales are made as they would be, the layer's class and all that it calls are real.
"""

from __future__ import annotations

import torch
from bitsandbytes.functional import QuantState
from bitsandbytes.nn import Linear4bit

from gpuplanner.core.plan import Plan, Quantization
from gpuplanner.worker.quantize import compute_dtype

_BLOCK, _STATE_BLOCK, _CODE_ENTRIES, _NF4_ENTRIES = 64, 256, 256, 16


class ShapeOnly4bit(Linear4bit):
    """A `Linear4bit` whose weights have a shape, and no values."""

    def __init__(self, linear: torch.nn.Linear, plan: Plan, device: torch.device) -> None:
        torch.nn.Module.__init__(self)
        twice = plan.quantization is Quantization.NF4_DQ
        self.in_features, self.out_features = linear.in_features, linear.out_features
        self.compute_dtype, self.compute_type_is_set = compute_dtype(plan), True
        self.quant_state, self.quant_storage = None, torch.uint8
        self.support_avx512bf16_for_cpu = False
        n_weights = linear.in_features * linear.out_features
        packed = torch.empty((n_weights + 1) // 2, 1, dtype=torch.uint8, device=device)
        self.weight = torch.nn.Parameter(packed, requires_grad=False)
        self.weight.compress_statistics = twice
        self.weight.quant_type = "nf4"
        self.weight.quant_state = _state(linear, n_weights, twice, compute_dtype(plan), device)
        self.bias = None
        if linear.bias is not None:
            bias = torch.empty(linear.out_features, dtype=compute_dtype(plan), device=device)
            self.bias = torch.nn.Parameter(bias, requires_grad=False)


def _state(
    linear: torch.nn.Linear, n_weights: int, twice: bool, dtype: torch.dtype, device: torch.device
) -> QuantState:
    """One scale per 64 weights; quantized twice, that scale in 8 bits and one fp32 scale per 256 of them."""
    blocks = -(-n_weights // _BLOCK)
    second = offset = None
    if twice:
        second = QuantState(
            absmax=torch.empty(-(-blocks // _STATE_BLOCK), dtype=torch.float32, device=device),
            code=torch.empty(_CODE_ENTRIES, dtype=torch.float32, device=device),
            blocksize=_STATE_BLOCK,
            dtype=torch.float32,
        )
        offset = torch.empty((), dtype=torch.float32, device=device)
    return QuantState(
        absmax=torch.empty(blocks, dtype=torch.uint8 if twice else torch.float32, device=device),
        shape=torch.Size((linear.out_features, linear.in_features)),
        code=torch.empty(_NF4_ENTRIES, dtype=torch.float32, device=device),
        blocksize=_BLOCK,
        quant_type="nf4",
        dtype=dtype,
        offset=offset,
        state2=second,
    )

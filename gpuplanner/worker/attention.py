"""Which attention kernel a plan gets, by the name that transformers knows it by."""

from __future__ import annotations

import importlib.util
from typing import Any

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from transformers import AttentionInterface

from gpuplanner.core.plan import Attention, Plan, Precision

FUSED = "gpuplanner_fused"
"""Torch's own fused kernel.  (No "flash" in the name: transformers would look for a package of that name.)"""

_ON_THE_CPU = (
    "Attention: torch's fused kernel for the CPU, which keeps what FlashAttention-2 keeps (output and "
    "log-sum-exp)"
)
_NARROW_VALUES = ("deepseek_v2", "deepseek_v3")
_TAKES_NO_OTHER = ("falcon",)
"""Families whose class in transformers has a fixed list of kernels."""


def attention_of(plan: Plan, model_type: str, device: torch.device, notes: list[str]) -> str:
    """The name to build the model with; what it means on this device goes into the notes."""
    if plan.attention is Attention.SDPA and device.type == "cpu" and model_type in _NARROW_VALUES:
        # Torch's kernel for the CPU wants Q, K and V of one width, and would write the scores out.
        AttentionInterface.register(FUSED, _fused)
        notes.append("Attention: torch's fused kernel for the CPU, on padded values")
        return FUSED
    if plan.attention is not Attention.FLASH:
        return str(plan.attention.value)
    if device.type == "cuda" and plan.precision is Precision.FP32:
        notes.append("Attention: torch's choice (sdpa), as FlashAttention-2 computes in 16 bits only")
        return str(Attention.SDPA.value)
    if device.type == "cuda" and importlib.util.find_spec("flash_attn") is not None:
        notes.append("Attention: the package flash_attn")
        return "flash_attention_2"
    if model_type in _TAKES_NO_OTHER and device.type == "cpu":
        notes.append(_ON_THE_CPU)
        return str(Attention.SDPA.value)  # until `flash_where_lists_are_fixed`
    if model_type in _TAKES_NO_OTHER:
        notes.append(f"Attention: torch's choice (sdpa), as transformers' {model_type} takes no other kernel")
        return str(Attention.SDPA.value)
    AttentionInterface.register(FUSED, _fused)
    if device.type == "cuda":
        notes.append("Attention: FlashAttention-2 as torch ships it (flash_attn is not installed)")
    else:
        notes.append(_ON_THE_CPU)
    return FUSED


def flash_where_lists_are_fixed(model: torch.nn.Module) -> None:
    """Falcon's class for FlashAttention-2, with the CPU's fused kernel in place of the package's."""
    if model.config.model_type not in _TAKES_NO_OTHER:
        return
    from transformers.models.falcon import modeling_falcon

    def fused(
        query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, *_: Any, **__: Any
    ) -> torch.Tensor:
        query, key, value = (tensor.transpose(1, 2) for tensor in (query, key, value))
        return _fused(model, query, key, value, None)[0]

    modeling_falcon._flash_attention_forward = fused
    model.config._attn_implementation_internal = "flash_attention_2"
    for module in model.modules():
        if type(module) is modeling_falcon.FalconAttention:
            module.__class__ = modeling_falcon.FalconFlashAttention2
            module._flash_attn_uses_top_left_mask = False


def _fused(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    _mask: torch.Tensor | None,
    dropout: float = 0.0,
    scaling: float | None = None,
    **_rest: Any,
) -> tuple[torch.Tensor, None]:
    """Causal attention over (batch, heads, length, size of a head); keys may have fewer heads.

    Windows, sinks and soft caps change values, not what a fused kernel keeps, and are left out.
    """
    width = value.shape[-1]
    if width < query.shape[-1]:  # latent attention: the kernel wants one size for all three
        value = torch.nn.functional.pad(value, (0, query.shape[-1] - width))
    if torch.is_autocast_enabled(query.device.type):  # positions were applied in fp32
        dtype = torch.get_autocast_dtype(query.device.type)
        query, key, value = query.to(dtype), key.to(dtype), value.to(dtype)
    if query.device.type == "cpu":
        # By name: torch would choose another kernel for some shapes, and none of them on fake tensors.
        out = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu(
            query, key, value, 0.0, True, scale=scaling
        )[0]
    else:
        with sdpa_kernel(SDPBackend.FLASH_ATTENTION):
            out = torch.nn.functional.scaled_dot_product_attention(
                query, key, value, is_causal=True, scale=scaling, enable_gqa=query.shape[1] != key.shape[1]
            )
    return out[..., :width].transpose(1, 2), None

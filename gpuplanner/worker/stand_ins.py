"""What turns a class of transformers into a family whose own code is not in transformers.

Qwen-1, InternLM2 and ChatGLM make Q, K and V by one linear, which decides what LoRA adapts and what backward
keeps; Qwen-1's norms are flash-attention's fused ones, which keep no fp32 copy of their input.
"""

from __future__ import annotations

import torch
from torch.nn.functional import layer_norm, rms_norm

from gpuplanner.core.llm import Llm

_PARTS = ("q_proj", "k_proj", "v_proj")
_FUSED_NORMS = ("qwen",)


class _MakesAll(torch.nn.Module):
    """Stands where Q's linear stood: makes all three, and leaves K and V for the two after it."""

    def __init__(self, name: str, fused: torch.nn.Linear, widths: list[int]) -> None:
        super().__init__()
        self.add_module(name, fused)
        self._name, self._widths = name, widths
        self.rest: list[torch.Tensor] = []

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """Q, as a view of the whole."""
        query, *self.rest[:] = getattr(self, self._name)(hidden).split(self._widths, dim=-1)
        return query


class _Takes(torch.nn.Module):
    """Stands where K's or V's linear stood."""

    def __init__(self, rest: list[torch.Tensor]) -> None:
        super().__init__()
        self._rest = rest

    def forward(self, _hidden: torch.Tensor) -> torch.Tensor:
        """The next view of the whole."""
        return self._rest.pop(0)


class _FusedNorm(torch.nn.Module):
    """A norm in one kernel, which keeps its input and its statistics."""

    def __init__(self, weight: torch.nn.Parameter, epsilon: float) -> None:
        super().__init__()
        self.weight, self._epsilon = weight, epsilon

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """Normalise the last dimension; the CPU has no such kernel but LayerNorm's, which keeps the same."""
        norm = rms_norm if hidden.device.type == "cuda" else layer_norm
        return norm(hidden, self.weight.shape, self.weight, eps=self._epsilon)


def fuse_as_family(model: torch.nn.Module, llm: Llm, stored: torch.dtype) -> None:
    """Fuse what the family's own code fuses, before anything is packed or adapted."""
    for module in list(model.modules()):
        if all(hasattr(module, part) for part in _PARTS):
            _fuse_attention(module, llm.fused_qkv, stored)
        for name, child in list(module.named_children()):
            if llm.model_type in _FUSED_NORMS and type(child).__name__.endswith("RMSNorm"):
                setattr(module, name, _FusedNorm(child.weight, child.variance_epsilon))


def _fuse_attention(attention: torch.nn.Module, name: str, stored: torch.dtype) -> None:
    query, key, value = (getattr(attention, part) for part in _PARTS)
    widths = [linear.out_features for linear in (query, key, value)]
    fused = torch.nn.Linear(query.in_features, sum(widths), bias=query.bias is not None, dtype=stored)
    makes_all = _MakesAll(name, fused, widths)
    attention.q_proj = makes_all
    attention.k_proj, attention.v_proj = _Takes(makes_all.rest), _Takes(makes_all.rest)

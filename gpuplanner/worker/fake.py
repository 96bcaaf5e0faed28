"""Fake tensors: everything runs as on the CPU, with shapes and types, without values or arithmetic."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from transformers import masking_utils
from transformers.integrations import moe


@contextmanager
def fake_tensors() -> Iterator[None]:
    """Tensors that are made inside are fake, on the CPU.

    Fake ``cuda`` tensors would abort the process at the first node of autograd where torch is built without
    CUDA; operations of the CPU make the same tensors.
    """
    with FakeTensorMode(allow_non_fake_inputs=True), _sequences_are_not_packed(), _experts_of_any_type():
        yield


@contextmanager
def _sequences_are_not_packed() -> Iterator[None]:
    """On fake tensors transformers cannot look whether sequences are packed, and would make a mask for it."""
    look = masking_utils.find_packed_sequence_indices
    masking_utils.find_packed_sequence_indices = lambda *_, **__: None
    try:
        yield
    finally:
        masking_utils.find_packed_sequence_indices = look


@contextmanager
def _experts_of_any_type() -> Iterator[None]:
    """The grouped product takes 16 bits alone on fake tensors; transformers' own stand-in keeps the same."""
    look = getattr(moe, "_can_use_grouped_mm", None)
    if look is None:  # an older transformers
        yield
        return
    moe._can_use_grouped_mm = lambda hidden, weight, offs: (
        weight.dtype == torch.bfloat16 and look(hidden, weight, offs)
    )
    try:
        yield
    finally:
        moe._can_use_grouped_mm = look

"""The loss of one micro batch, along the path that the model's own code takes from hidden states to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.nn.functional import cross_entropy
from torch.utils.checkpoint import checkpoint

from gpuplanner.core.trial import TrialSpec
from gpuplanner.worker.build import Built

Loss = Callable[[torch.Tensor, Callable[[], None]], torch.Tensor]
"""Of the tokens, shape (batch, length): the mean loss; calls its argument when the loss itself begins.

What it returns is all that is left of the outputs: the logits die with it, as in transformers' Trainer.
"""

_IGNORED = -100
"""The label that cross-entropy passes over."""


def loss_of(spec: TrialSpec, built: Built) -> Loss:
    """The loss that belongs to the plan and the model; what it does goes into the notes."""
    if spec.plan.fused_loss:
        built.notes.append(
            "Loss: chunked linear cross-entropy, one chunk of logits at a time and again in backward"
        )
        return _Chunked(built)
    if spec.llm.model_type == "qwen":
        return _OfQwen(built)
    return _OfTransformers(built)


class _OfTransformers:
    """The model's own: logits are cast to fp32, labels are shifted (transformers loss/loss_utils.py)."""

    def __init__(self, built: Built) -> None:
        self._model = built.model
        self._begins: Callable[[], None] = lambda: None
        inner = built.base.loss_function

        def announced(*args: Any, **options: Any) -> Any:
            self._begins()
            return inner(*args, **options)

        built.base.loss_function = announced

    def __call__(self, tokens: torch.Tensor, loss_begins: Callable[[], None]) -> torch.Tensor:
        self._begins = loss_begins
        return self._model(input_ids=tokens, labels=tokens, use_cache=False).loss


class _OfQwen:
    """Qwen-1's: the shifted copy of the logits goes to CrossEntropyLoss (QwenLM/Qwen modeling_qwen.py)."""

    def __init__(self, built: Built) -> None:
        self._model = built.model

    def __call__(self, tokens: torch.Tensor, loss_begins: Callable[[], None]) -> torch.Tensor:
        logits = self._model(input_ids=tokens, use_cache=False).logits
        loss_begins()
        shifted = logits[..., :-1, :].contiguous()
        labels = tokens[..., 1:].contiguous()
        return cross_entropy(shifted.view(-1, shifted.size(-1)), labels.view(-1))


class _Chunked:
    """Linear cross-entropy in chunks of tokens; never holds all logits.

    The number of chunks is Liger's: as many as make a chunk of logits about as large as the hidden states
    (linkedin/Liger-Kernel ops/fused_linear_cross_entropy.py), rounded so that a chunk is a power of two.
    """

    def __init__(self, built: Built) -> None:
        self._base, self._model = built.base, built.model
        self._vocab_size = built.vocab_size

    def __call__(self, tokens: torch.Tensor, loss_begins: Callable[[], None]) -> torch.Tensor:
        # Adapters are inside the decoder's linears: peft's own wrapper need not be called.
        hidden = self._base.base_model(input_ids=tokens, use_cache=False).last_hidden_state
        loss_begins()
        head = self._base.get_output_embeddings()
        labels = torch.nn.functional.pad(tokens, (0, 1), value=_IGNORED)[..., 1:].reshape(-1)
        flat = hidden.reshape(-1, hidden.shape[-1])
        size = self._chunk_size(*flat.shape)
        total = hidden.new_zeros((), dtype=torch.float32)
        for start in range(0, len(flat), size):
            chunk = flat[start : start + size], labels[start : start + size]
            total = total + checkpoint(_sum_of_chunk, head, *chunk, use_reentrant=False)
        return total / max(1, len(flat) - len(tokens))

    def _chunk_size(self, n_tokens: int, width: int) -> int:
        n_chunks = -(-self._vocab_size // width)
        return 1 << (-(-n_tokens // n_chunks) - 1).bit_length()


def _sum_of_chunk(head: torch.nn.Module, hidden: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    return cross_entropy(head(hidden).float(), labels, ignore_index=_IGNORED, reduction="sum")

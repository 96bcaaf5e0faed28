"""Recognises the tensor that did not fit by its size: logits, attention scores, a layer's or a model's copy.

torch asks the driver for whole segments: from 10 MiB on rounded up to 2 MiB (``CUDACachingAllocator.cpp``,
``kRoundLarge``), below that 20 MiB at once (``kLargeBuffer``), which therefore says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gpuplanner.core.oom_message import OomMessage
from gpuplanner.core.plan import Attention, Method, ResolvedPlan
from gpuplanner.core.units import MIB, gib

SEGMENT_BYTES = 20 * MIB
_ROUND_BYTES = 2 * MIB
_FEWEST_TOKENS, _MOST_TOKENS = 64, 2**20


@dataclass(frozen=True)
class Recognised:
    """A tensor of exactly the size that was asked for; ``tokens``: where that is another length."""

    name: str
    bytes: int
    what: str
    advice: str = ""
    tokens: int | None = None


def recognise(message: OomMessage, resolved: ResolvedPlan) -> Recognised | None:
    """The plan's tensor of the attempted size; None where there is none, or the size says nothing."""
    attempted = message.attempted_bytes
    if attempted is None or attempted <= SEGMENT_BYTES:
        return None
    step = message.attempted_step_bytes
    for candidate in _candidates(resolved):
        if _is_same(attempted, candidate.bytes, step):
            return candidate
    if message.moment == "loss":
        return _longer_logits(attempted, step, resolved)
    return None


def _is_same(attempted: int, size: int, step: int) -> bool:
    rounded = -(-size // _ROUND_BYTES) * _ROUND_BYTES
    return abs(attempted - rounded) <= step or abs(attempted - size) <= step


def _candidates(resolved: ResolvedPlan) -> Iterator[Recognised]:
    plan, llm = resolved.plan, resolved.llm
    batch, length = plan.micro_batch_size, plan.seq_len
    tokens = batch * length
    sizes = f"{batch} × {length:,} × {llm.vocab_size:,}"
    fused = "Fused loss never holds them" if not plan.fused_loss else ""
    if plan.method is not Method.INFERENCE:
        for width, kind in ((4, "fp32"), (2, "16-bit")):
            size = tokens * llm.vocab_size * width
            what = f"{gib(size, 2)} GiB is {kind} logits: {sizes} × {width} B"
            yield Recognised("logits", size, what, fused or "Fused loss is planned, but was not in use")
            shifted = batch * (length - 1) * llm.vocab_size * width
            what = f"{gib(shifted, 2)} GiB is {kind} logits without the last place: {sizes} × {width} B"
            yield Recognised("logits", shifted, what, fused or "Fused loss is planned, but was not in use")
    heads = llm.num_attention_heads
    for width, kind in ((2, "16-bit"), (4, "fp32")):
        size = batch * heads * length * length * width
        what = f"{gib(size, 2)} GiB is {kind} attention scores: {batch} × {heads} × {length:,}² × {width} B"
        wrong = plan.attention is not Attention.EAGER
        advice = "The run computes attention eagerly, unlike the plan: install flash-attn, or choose sdpa"
        yield Recognised(
            "attention scores", size, what, advice if wrong else "Flash or sdpa never holds them"
        )
    inner = llm.intermediate_size
    for width, kind in ((2, "16-bit"), (4, "fp32")):
        size = tokens * inner * width
        what = f"{gib(size, 2)} GiB is one {kind} tensor of an MLP: {tokens:,} tokens × {inner:,}"
        yield Recognised("MLP activation", size, what, "A smaller micro batch or length needs less")
        size = tokens * llm.hidden_size * width
        what = f"{gib(size, 2)} GiB is one {kind} hidden state: {tokens:,} tokens × {llm.hidden_size:,}"
        yield Recognised("hidden state", size, what, "A smaller micro batch or length needs less")
        size = llm.vocab_size * llm.hidden_size * width
        what = (
            f"{gib(size, 2)} GiB is {kind} embeddings: {llm.vocab_size:,} × {llm.hidden_size:,} × {width} B"
        )
        yield Recognised("embeddings", size, what, "Their weight, gradient or optimizer state")


def _longer_logits(attempted: int, step: int, resolved: ResolvedPlan) -> Recognised | None:
    """It failed in the loss: by the size, how many tokens the logits had."""
    plan, vocabulary = resolved.plan, resolved.llm.vocab_size
    tokens = round(attempted / (4 * vocabulary))
    if not _FEWEST_TOKENS <= tokens <= _MOST_TOKENS or not _is_same(attempted, tokens * vocabulary * 4, step):
        return None
    planned = plan.micro_batch_size * plan.seq_len
    what = (
        f"{gib(attempted, 2)} GiB would be fp32 logits of {tokens:,} tokens; the plan has {planned:,} "
        f"({plan.micro_batch_size} × {plan.seq_len:,})"
    )
    advice = "Cut the samples at the planned length, or plan the longer ones" if tokens > planned else ""
    return Recognised("logits", attempted, what, advice, tokens)

"""The numbers in a term's formula: products and sums of named figures that come to the term's bytes.

Only what can be checked is shown: a sum is kept where it gives the bytes of the estimate itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from gpuplanner.core.estimate import TermValue
from gpuplanner.core.plan import ResolvedPlan, Sharding
from gpuplanner.estimator import memory_fsdp2 as fsdp2
from gpuplanner.estimator import memory_zero as zero
from gpuplanner.estimator.columns import Array, Mask, PlanColumns, columns_of
from gpuplanner.estimator.constants import MemoryConstants
from gpuplanner.estimator.memory_activations import (
    embedding_output,
    first_layer,
    forward_in_flight,
    head_input,
    kept_after_layers,
    last_layer,
    logits,
    logits_backward,
    logits_forward,
    trained_head_gradient,
)
from gpuplanner.estimator.memory_formulae import (
    evaluation,
    gradients_before_embedding,
    gradients_of_last_layer,
    merging,
    mixed_weight_copies,
    prefill_working_set,
    saving,
)
from gpuplanner.estimator.memory_quantities import Quantities, quantities
from gpuplanner.estimator.methods import (
    cached_elements,
    foreach_temporaries,
    modern_transformers,
    optimizer_state_bytes,
    quantized_weights,
)
from gpuplanner.report.amounts import Amount, count, over, plus, times

_CLOSE = 1e-3
"""How far the shown numbers may be from the term's bytes, as a share: rounding, nothing more."""


def term_numbers(resolved: ResolvedPlan, terms: tuple[TermValue, ...]) -> dict[str, str]:
    """For each term whose formula can be written out: ``2 B × 7,721,324,544``, by the term's name."""
    figures = _Figures(resolved)
    found = {}
    for term in terms:
        write = _WRITERS.get(term.name)
        if write is None:
            continue
        amount = write(figures)
        if abs(amount.value - term.bytes) <= _CLOSE * max(term.bytes, 1) + 1:
            found[term.name] = amount.text
    return found


class _Figures:
    """The plan's sizes as plain numbers."""

    def __init__(self, resolved: ResolvedPlan) -> None:
        self.c: PlanColumns = columns_of([resolved])
        self.q: Quantities = quantities(self.c)
        self.k = MemoryConstants()

    def of(self, values: Array | Mask) -> float:
        return float(np.ravel(values)[0])

    def true(self, mask: Mask) -> bool:
        return bool(np.ravel(mask)[0])

    def count(self, values: Array) -> Amount:
        return count(self.of(values))

    def each(self, values: Array) -> Amount:
        """Bytes of one element."""
        value = self.of(values)
        return Amount(f"{value:,.4g} B", value)


def _base_weights(f: _Figures) -> Amount:
    kept = f.of(f.c.model.parameters - quantized_weights(f.c))
    return over(times(f.each(f.q.parameter_bytes), count(kept)), f.of(f.q.weight_shards))


def _packed(f: _Figures) -> Amount:
    weights = f.of(quantized_weights(f.c))
    per_weight = f.of(f.q.packed) / weights if weights else 0.0
    packed = over(times(Amount(f"{per_weight:g} B", per_weight), count(weights)), f.of(f.q.weight_shards))
    scales = Amount(f"{f.of(f.q.scales):,.0f} B of scales", f.of(f.q.scales))
    whole = f.true(f.c.sharding[Sharding.FSDP])  # FSDP cuts the packed values alone
    return _dealt(f, plus(packed, scales if whole else over(scales, f.of(f.q.weight_shards))))


def _adapters(f: _Figures) -> Amount:
    # N as rank · Σ(in + out), so that the rank is seen.
    n = times(f.count(f.c.rank), f.count(f.c.model.adapter_per_rank))
    shards = f.of(f.q.weight_shards) * f.of(f.q.layer_shards)
    return over(times(f.each(f.q.adapter_bytes), n), shards)


def _copies(f: _Figures) -> Amount:
    return over(times(f.each(f.q.parameter_bytes), f.count(f.q.copies)), f.of(f.q.weight_shards))


def _all_gradients(f: _Figures) -> Amount:
    base = f.count(np.where(f.c.full, f.q.trained, f.q.copies))
    adapters = over(times(f.each(f.q.adapter_bytes), f.count(f.q.adapters)), f.of(f.q.layer_shards))
    return plus(times(f.each(f.q.parameter_bytes), base), adapters)


def _gradients(f: _Figures) -> Amount:
    return over(_all_gradients(f), f.of(f.q.state_shards))


def _gradients_before(f: _Figures) -> Amount:
    whole = f.true(f.q.gradients_before > f.q.gradients)
    return over(_all_gradients(f), 1.0 if whole else f.of(f.q.state_shards))


def _optimizer(f: _Figures) -> Amount:
    masters = np.where(f.c.deepspeed, 4.0, 0.0)
    stored = np.where(f.c.deepspeed, 4.0, f.q.parameter_bytes)
    stored_adapter = np.where(f.c.deepspeed, 4.0, f.q.adapter_bytes)
    base = times(
        f.each(masters + optimizer_state_bytes(f.c, stored)),
        f.count(np.where(f.c.full, f.q.trained, f.q.copies)),
    )
    adapters = times(f.each(masters + optimizer_state_bytes(f.c, stored_adapter)), f.count(f.q.adapters))
    return over(plus(base, over(adapters, f.of(f.q.layer_shards))), f.of(f.q.state_shards))


def _kept_layers(f: _Figures) -> Amount:
    layers = f.of(f.c.model.layers)
    if f.true(f.c.checkpointing):
        stream = times(f.each(f.c.stream_bytes), f.count(f.c.model.hidden), f.count(f.q.tokens))
        return over(times(stream, count(layers)), f.of(f.q.layer_shards))
    one = f.of(f.q.layers_kept) / layers
    return over(times(count(layers), Amount(f"{one:,.0f} B kept by one", one)), f.of(f.q.layer_shards))


def _per_token(f: _Figures, n_bytes: Array) -> Amount:
    """What one token takes, times the tokens of a micro batch."""
    one = f.of(n_bytes) / f.of(f.q.tokens)
    return times(Amount(f"{one:,.6g} B a token", one), f.count(f.q.tokens))


def _dealt(f: _Figures, amount: Amount) -> Amount:
    """The share of the layers that the fullest GPU of a naive split holds."""
    shards, layers = f.of(f.q.layer_shards), f.of(f.c.model.layers)
    if shards == 1:
        return amount
    share = math.ceil(layers / shards)
    return times(amount, Amount(f"{share:,.0f}/{layers:,.0f} of the layers", share / layers))


def _last_layer(f: _Figures) -> Amount:
    kept = f.of(f.q.layer_kept) if f.true(f.c.checkpointing) else 0.0
    worked_on = f.of(last_layer(f.q, f.k)) - kept
    return plus(_bytes("saved by one layer", kept), _bytes("worked on", worked_on))


def _first_layer(f: _Figures) -> Amount:
    checkpoint = times(f.each(f.c.stream_bytes), f.count(f.c.model.hidden), f.count(f.q.tokens))
    beside = f.of(first_layer(f.q, f.k)) - checkpoint.value
    return plus(checkpoint, _bytes("of one layer and its backward", beside))


def _bytes(what: str, value: float) -> Amount:
    return Amount(f"{value:,.0f} B {what}", value)


def _fsdp_inputs(f: _Figures) -> Amount:
    m = f.c.model
    layers = count(f.of(m.layers) - 1)
    return times(f.each(2 * f.c.stream_bytes), f.count(m.hidden), f.count(f.q.tokens), layers)


def _fresh_head(f: _Figures) -> Amount:
    beyond = f.of(trained_head_gradient(f.q, f.k))
    return _bytes("beyond what of the loss is freed", beyond)


def _vocabulary(f: _Figures, per_entry: Array, fused: Array) -> Amount:
    if f.true(f.c.fused_loss):
        return _per_token(f, fused)
    return times(f.each(per_entry), f.count(f.c.model.vocab), f.count(f.q.tokens))


def _weight_gradients(f: _Figures) -> Amount:
    return times(f.each(f.q.parameter_bytes), Amount("3", 3.0), f.count(f.c.model.largest_linear))


def _buckets(f: _Figures) -> Amount:
    return times(Amount("2", 2.0), Amount("200,000,000", 2e8), Amount("2 B", 2.0))


def _head(f: _Figures) -> Amount:
    return times(f.each(f.q.parameter_bytes), f.count(f.q.head_weights))


def _layers(f: _Figures, n: float) -> Amount:
    unit = f.of(f.q.layer_unit)
    return times(count(n), Amount(f"{unit:,.0f} B of one layer", unit))


def _units(f: _Figures, n: float) -> Amount:
    one = f.of(f.q.layer_unit + f.q.adapter_bytes * f.q.adapters / f.c.model.layers)
    return times(count(n), Amount(f"{one:,.0f} B of one layer", one))


def _kept_gathered(f: _Figures, n_bytes: Array) -> Amount:
    one = _units(f, 1.0).value
    return _units(f, f.of(n_bytes) / one)


def _fsdp_root(f: _Figures) -> Amount:
    m = f.c.model
    ends = plus(f.count(m.embedding), f.count(m.head), f.count(f.q.copies))
    return times(f.each(f.q.computed_bytes), ends)


def _step(f: _Figures) -> Amount:
    return over(times(f.count(foreach_temporaries(f.c)), _all_gradients(f)), f.of(f.q.state_shards))


def _deepspeed_step(f: _Figures) -> Amount:
    zero3 = f.true(f.q.zero3)
    stepped = f.of(f.q.sub_group if zero3 else f.q.trained / f.q.state_shards)
    return times(f.each(zero.step(f.q, f.k) / stepped), count(stepped))


def _unpacking(f: _Figures) -> Amount:
    return times(f.each(np.where(f.c.gptq, 5.0, 2.0)), f.count(f.c.model.largest_linear))


def _kv_cache(f: _Figures) -> Amount:
    m = f.c.model
    copies = np.where(m.qwen_code, 2.0, 1.0 + 1.0 / m.layers)
    elements = cached_elements(f.c, f.c.seq_len + f.c.new_tokens)
    cache = times(f.count(copies), f.each(f.c.kv_bytes), f.count(f.c.micro_batch), f.count(elements))
    return over(cache, f.of(f.q.layer_shards))


def _prefill_cache(f: _Figures) -> Amount:
    elements = cached_elements(f.c, f.c.seq_len)
    cache = times(f.each(f.c.kv_bytes), f.count(f.c.micro_batch), f.count(elements))
    return over(cache, f.of(f.q.layer_shards))


def _prefill_logits(f: _Figures) -> Amount:
    every = f.c.model.qwen_code | ~modern_transformers(f.c)
    positions = f.count(np.where(every, f.q.tokens, f.c.micro_batch))
    return times(Amount("6 B", 6.0), f.count(f.c.model.vocab), positions)


def _decode_logits(f: _Figures) -> Amount:
    return times(Amount("6 B", 6.0), f.count(f.c.model.vocab), f.count(f.c.micro_batch))


def _context(f: _Figures) -> Amount:
    own, others = f.k.context_bytes, f.k.distributed_bytes
    several = f.true(f.c.deepspeed) or (f.of(f.c.gpus) > 1 and not f.true(f.c.sharding[Sharding.LAYERS]))
    context = Amount(f"{own:,.0f} B", own)
    if not several or f.true(f.c.inference):
        return context
    return plus(context, Amount(f"{others:,.0f} B", others))


_WRITERS: dict[str, Callable[[_Figures], Amount]] = {
    "base weights": _base_weights,
    "quantized linears": _packed,
    "adapters": _adapters,
    "trained embeddings": _copies,
    "gradients kept": _gradients_before,
    "gradients": _gradients,
    "DDP buckets": _all_gradients,
    "optimizer states": _optimizer,
    "kept activations": _kept_layers,
    "kept after the layers": lambda f: _per_token(f, kept_after_layers(f.q, f.k)),
    "input of the head": lambda f: _per_token(f, head_input(f.q, f.k)),
    "layer in flight": lambda f: _per_token(f, forward_in_flight(f.q, f.k)),
    "attention mask": lambda f: times(f.each(f.c.stream_bytes), f.count(f.c.seq_len), f.count(f.c.seq_len)),
    "last layer": _last_layer,
    "first layer": _first_layer,
    "gradients of the last layers": lambda f: _bytes(
        "of head and one layer", f.of(gradients_of_last_layer(f.q, f.k))
    ),
    "gradients of the layers": lambda f: _bytes(
        "of all but the embedding", f.of(gradients_before_embedding(f.q, f.k))
    ),
    "autocast weight copies": lambda f: times(Amount("2 B", 2.0), f.count(mixed_weight_copies(f.q, f.k) / 2)),
    "evaluation": lambda f: _per_token(f, evaluation(f.q, f.k)),
    "gathered for saving": lambda f: _bytes("gathered", f.of(saving(f.q, f.k))),
    "merged weight": lambda f: _bytes("for the largest weight", f.of(merging(f.q, f.k))),
    "inputs kept by FSDP": _fsdp_inputs,
    "logits": lambda f: _vocabulary(
        f, f.c.compute_bytes * np.where(f.c.model.scaled_logits, 2.0, 1.0), logits(f.q, f.k)
    ),
    "logits and loss, forward": lambda f: _vocabulary(f, f.q.loss[0], logits_forward(f.q, f.k)),
    "logits and loss, backward": lambda f: _vocabulary(f, f.q.loss[1], logits_backward(f.q, f.k)),
    "fresh head gradient": _fresh_head,
    "fresh weight gradients": _weight_gradients,
    "gradient of tied embeddings": lambda f: times(
        Amount("2", 2.0), f.each(f.q.computed_bytes), f.count(f.q.head_weights)
    ),
    "16-bit copy of the head": lambda f: times(Amount("2 B", 2.0), f.count(f.q.head_weights)),
    "fp32 masters at the start": lambda f: over(
        times(Amount("4 B", 4.0), f.count(f.q.trained)), f.of(f.q.state_shards)
    ),
    "gradient partition at the start": _gradients,
    "reduce buckets": _buckets,
    "reduce buckets, logits": lambda f: _bytes("of the buckets", f.of(zero.buckets_with_logits(f.q, f.k))),
    "full bucket, sent": lambda f: times(Amount("200,000,000", 2e8), Amount("2 B", 2.0)),
    "last bucket, sent": lambda f: _bytes("beside what is kept", f.of(zero.sent_last(f.q, f.k))),
    "ZeRO-3 bucket": lambda f: times(
        Amount("2 B", 2.0), f.count(f.c.model.hidden), f.count(f.c.model.hidden)
    ),
    "gathered head": _head,
    "gathered layers": lambda f: _kept_gathered(f, zero.gathered_layer(f.q, f.k)),
    "gathered layers, kept": lambda f: _kept_gathered(f, zero.gathered_layers_kept(f.q, f.k)),
    "gathered first layer": lambda f: _units(f, 1.0),
    "gathered embeddings": lambda f: times(f.each(f.q.parameter_bytes), f.count(f.c.model.embedding)),
    "FSDP root unit": _fsdp_root,
    "FSDP layer units": lambda f: _layers(f, 2.0),
    "FSDP2 root unit": _fsdp_root,
    "FSDP2 gather of the root": _fsdp_root,
    "FSDP2 layer units": lambda f: _units(f, 2.0),
    "FSDP2 last layer unit": lambda f: _units(f, 1.0),
    "FSDP2 copying out": lambda f: _bytes("beyond the layer in flight", f.of(fsdp2.copied_out(f.q, f.k))),
    "FSDP2 whole gradients": lambda f: _bytes("not cut yet", f.of(fsdp2.gradients_in_layer(f.q, f.k))),
    "FSDP2 gradients of the ends": lambda f: _bytes(
        "of embeddings and head", f.of(fsdp2.gradients_of_ends(f.q, f.k))
    ),
    "output of the embeddings": lambda f: _per_token(f, embedding_output(f.q, f.k)),
    "step temporaries": _step,
    "DeepSpeed's step": _deepspeed_step,
    "unpacked weight": _unpacking,
    "KV cache": _kv_cache,
    "KV cache, prefill": _prefill_cache,
    "prefill layer": lambda f: _per_token(f, prefill_working_set(f.q, f.k)),
    "prefill logits": _prefill_logits,
    "decode logits": _decode_logits,
    "CUDA context": _context,
}

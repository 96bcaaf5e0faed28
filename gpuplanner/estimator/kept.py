"""Bytes that layers keep for their backward: the reasons of `layer_tensors`, times what a plan makes of them.

For a = bytes of the computation's type, r = bytes of the residual stream, c = bytes of the type in which
adapters compute, d = bytes in which they are stored, and t tokens of the micro batch of length s:

    kept = t · Σ elements(reason) · bytes(reason)                 (`kept_per_token`, `bytes_by_reason`)
         + copies of weights that do not depend on the tokens     (`weight_copies`)
"""

from __future__ import annotations

import numpy as np

from gpuplanner.core.plan import Quantization
from gpuplanner.estimator.columns import Array, Mask, PlanColumns
from gpuplanner.estimator.layer_tensors import KEPT

_SCORES = [i for i, reason in enumerate(KEPT) if reason.startswith("scores")]


_READ = [list(KEPT).index(reason) for reason in ("stream_inputs", "trained", "fused_attention")]


def kept_per_token(c: PlanColumns, elements: Array, by_reason: Array) -> Array:
    """Bytes per token of ``elements``, shape (n, reasons); scores grow with the length."""
    each = elements * by_reason
    scores = each[:, _SCORES].sum(axis=-1)
    per_token: Array = each.sum(axis=-1) + scores * (c.seq_len - 1)
    return per_token


def bytes_by_reason(c: PlanColumns) -> Array:
    """Bytes per element, shape (n, reasons) in the order of `KEPT`; 0 where the plan does not keep it."""
    a, zero = c.compute_bytes, np.zeros_like(c.compute_bytes)
    copied = adapters_copy(c)
    adapter_type = np.where(c.autocast | c.mixed, a, c.adapter_bytes)
    # bitsandbytes' int8 product holds what it read, as if its weight were trained; adapters may share that.
    int8 = c.lora & c.quantization[Quantization.INT8]
    shares = c.lora & ~copied & ~int8
    bytes_of = {
        "held": a,
        "fp32": zero + 4,
        "stream": c.stream_bytes,
        # bitsandbytes' products give back the type that they were given (nn/modules.py, ``Linear4bit``).
        "mlp": np.where(c.quantized() & ~c.gptq, c.stream_bytes, a),
        "fixed": zero + 1,
        "fused_attention": np.where(c.eager, 0.0, a),
        "log_sum_exp": np.where(c.eager, 0.0, 4.0),
        "repeated": np.where(c.eager, a, 0.0),
        "eager_inputs": np.where(c.eager & c.full, a, 0.0),
        "eager_shared": np.where(c.eager & shares, a, 0.0),
        "scores_fp32": np.where(c.eager, 4.0, 0.0),
        "scores_cast": np.where(c.eager & (a < 4), a, 0.0),
        "scores": np.where(c.eager, a, 0.0),
        "trained_stream": np.where(c.full, c.stream_bytes, 0.0),
        "trained_fp32": np.where(c.full, 4.0, 0.0),
        "stream_inputs": np.where((c.full & ~c.mixed) | int8, a, 0.0),
        "cast_inputs": np.where(c.full & c.mixed, a, 0.0),
        "trained": np.where(c.full | int8, a, 0.0),
        "shared_inputs": np.where(shares, a, 0.0),
        "target_inputs": np.where(c.lora & copied, adapter_type + c.dropout, 0.0),
        "target_ranks": np.where(c.lora, adapter_type * c.rank, 0.0),
        "expert_inputs": np.where(c.lora, c.stream_bytes, 0.0),
    }
    return np.stack([bytes_of[reason] for reason in KEPT], axis=-1)


def held_by_int8(c: PlanColumns, elements: Array) -> Array:
    """Bytes per token of what int8 products hold in spite of checkpointing, which sees saved tensors only.

    bitsandbytes autograd/_functions.py, ``MatMul8bitLt``: the input hangs on ``ctx.tensors``.
    """
    int8 = c.lora & c.quantization[Quantization.INT8]
    return np.where(int8, c.compute_bytes * elements[:, _READ].sum(axis=-1), 0.0)


def adapters_copy(c: PlanColumns) -> Mask:
    """Where an adapter computes on a copy of its input: of another type, or after dropout.

    peft casts the input to the adapter's type (``_cast_input_dtype``), autocast casts it on.
    """
    result: Mask = c.dropout | (c.adapter_bytes != c.compute_bytes) | c.mixed
    return result


def weight_copies(c: PlanColumns, linears: Array, experts: Array, adapters: Array) -> Array:
    """Bytes of copies of weights that are kept whatever the tokens, for so many weights.

    Autocast keeps a 16-bit copy of each weight stored in fp32, base and adapters alike; peft's
    ``ParamWrapper`` casts its adapters itself, and adds their product to the whole of the experts' weights.
    AutoGPTQ keeps what it unpacks, but for the linear that comes last.
    """
    m = c.model
    wrapped = m.adapted_experts > 0
    casts = (
        np.where(wrapped, ~c.mixed, c.autocast | c.mixed) & (c.adapter_bytes == 4) & (c.compute_bytes == 2)
    )
    base = np.where(c.mixed & ~c.quantized(), 2.0 * linears, 0.0)
    of_adapters = np.where(c.lora & casts, 2.0 * adapters, 0.0)
    added = np.where(c.lora, c.weight_bytes * experts, 0.0)
    return base + of_adapters + added


def layer_working(c: PlanColumns) -> Array:
    """Bytes that one layer's backward holds beside what the layer keeps: the fullest of three moments.

    * The recompute ends in the last linear's adapter: with the product that it reads, its cast to the
      adapter's type and what dropout left of that (where they are not what is kept), three tensors of the
      stream and two gradients.
    * Backward begins in the same linear: its unpacked weight (bitsandbytes), the gradients of what it read,
      of the whole of packed experts' weights where adapters add to them; what it kept is gone.
    * Eager attention's backward: two gradients of the scores in fp32; their copy in 16 bits is gone, and so
      is what the MLP kept.
    """
    m, a = c.model, c.compute_bytes
    cast = np.where((c.adapter_bytes != a) & (c.autocast | c.dropout), c.adapter_bytes, 0.0)
    dropped = np.where(c.dropout & c.autocast & (c.adapter_bytes != a), c.adapter_bytes, 0.0)
    product = np.where(adapters_copy(c) | (m.last_adapted == 0), a * m.mlp_width, 0.0)
    adapter = np.where(c.lora, product + (cast + dropped) * m.last_adapted, 0.0)
    recompute = np.where(c.checkpointing, adapter + 5 * a * m.hidden, 0.0)
    freed = np.where(c.lora & (m.last_adapted > 0), a * m.last_adapted, 0.0)
    gradients = a * m.hidden + 2 * a * m.mlp_width - freed
    unpacked = np.where(c.quantized() & ~c.gptq, a * m.largest_linear, 0.0)
    experts = np.where(c.lora, c.weight_bytes * m.adapted_experts / 3, 0.0)
    backward = gradients * c.tokens + unpacked + experts
    of_mlp = np.where(m.gated, 3.0, 1.0) * a * m.mlp_width + np.where(c.lora, a + c.dropout, a) * m.mlp_width
    per_score = 8.0 - np.where(a < 4, a, 0.0)
    scores = np.where(c.eager, per_score * m.heads * c.seq_len + 4 * a * m.hidden - of_mlp, 0.0)
    return np.maximum(np.maximum(recompute, scores) * c.tokens, backward)

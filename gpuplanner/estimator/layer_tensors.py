"""What one layer keeps for its backward, family by family: which tensors, how wide, and for which reason.

Autograd keeps a tensor where an operation's derivative needs it, so what is kept follows from the modelling
code (transformers 5.23.0, ``models/*/modeling_*.py``) and from what is trained.  `kept_of_layer` gives the
elements per token for each reason of `KEPT`; `gpuplanner.estimator.kept` turns reasons into bytes.

What the operations keep
    RMSNorm         an fp32 copy of its input (the input itself where that is fp32); its normalised value
                    where its weight is trained
    LayerNorm       its input, as it is
    linear          its input where its weight is trained
    adapter         its input: shared, or a copy of its own (another type, dropout); its middle, rank wide
    rotation        nothing of Q and K (sines and cosines have no gradient)
    attention       Q, K, V, the output and its log-sum-exp; eager: the softmax in fp32 and in 16 bits
    gated MLP       gate, up and the activation; their product is the input of the linear after them
    experts         the same for each active expert, the gathered hidden states, and what each expert gives
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gpuplanner.core.llm import Block, Linear, Llm
from gpuplanner.estimator.parameters import is_target

KEPT: dict[str, str] = {
    "held": "always, in the type of the computation",
    "fp32": "always, in fp32",
    "stream": "always, in the type of the residual stream",
    "mlp": "always, what the activation and the gate's product read, in the type that linears give",
    "fixed": "always, bytes: indices and masks",
    "fused_attention": "without eager attention",
    "log_sum_exp": "without eager attention, in fp32",
    "repeated": "with eager attention",
    "eager_inputs": "what the linear after eager attention reads, where it is trained",
    "eager_shared": "the same, where an adapter reads it as it is",
    "scores_fp32": "with eager attention, per token of the sequence: the softmax, in fp32",
    "scores_cast": "the same: its copy in 16 bits",
    "scores": "the same: in the type of the computation",
    "trained_stream": "what trained norms normalised and trained experts read, in the type of the stream",
    "trained_fp32": "what trained norms normalised, in fp32",
    "stream_inputs": "what linears read of norms or of the residual stream, where they are trained",
    "cast_inputs": "the same once per linear: copies in 16 bits where the stream is fp32",
    "trained": "what other trained linears and norms read, in the type of the computation",
    "shared_inputs": "what adapters read, where they read it as it is",
    "target_inputs": "the same once per adapter: copies of another type, or after dropout",
    "target_ranks": "the middle of each adapter, times the rank",
    "expert_inputs": "what adapters of packed experts and routers make their matrices read",
}
"""Reasons for which something is kept; the unit is an element per token unless it is said."""

_LAYER_NORM = frozenset(
    ("gpt2", "gpt_bigcode", "gpt_neox", "falcon", "phi", "phimoe", "starcoder2", "stablelm")
)
"""``nn.LayerNorm``."""
_WEIGHED_IN_FP32 = frozenset(("gemma", "gemma2", "gemma3", "gemma3_text", "gpt_oss", "olmo2"))
"""RMSNorm that multiplies by its weight in fp32 and casts afterwards."""
_COHERE = frozenset(("cohere", "cohere2"))
"""LayerNorm written out in fp32, which keeps the centred input twice."""
_PARALLEL = frozenset(("gpt_neox", "falcon", "phi", "cohere", "cohere2"))
"""Attention and MLP read the same hidden state."""
_HEAD_BY_HEAD = frozenset(
    ("phi", "phi3", "gpt_neox", "glm", "glm4", "glm4_moe", "chatglm", "gpt_oss", "stablelm")
)
"""The rotation ends in ``torch.cat``, so Q lies head by head, as does what attention gives (``empty_like``);
the linear after it reads a copy."""
_WRITTEN_OUT_GELU = frozenset(("gpt2", "phi"))
"""``NewGELUActivation`` keeps three factors beside its input."""
_DROPS_BY_DEFAULT = frozenset(("gpt2", "gpt_bigcode"))
"""Dropout of 0.1 after attention and MLP: a mask of 1 B per value."""
_ROUTES_THE_CHOSEN = frozenset(("gpt_oss", "granitemoe"))
"""Routers that normalise the weights of the chosen experts only."""
_ROUTES_IN_FP32 = frozenset(("deepseek_v2", "deepseek_v3", "glm4_moe"))
"""Routers that read a copy of the hidden state of their own."""
_SIGMOID_ROUTERS = frozenset(("deepseek_v3", "glm4_moe"))

CAPPED_LOGITS = frozenset(("gemma2",))
"""``final_logit_softcapping``: divide, tanh, multiply; tanh keeps what it gives."""
SCALED_LOGITS = CAPPED_LOGITS | frozenset(("cohere", "cohere2", "granite", "granitemoe"))
"""Logits are divided or multiplied by a number."""


@dataclass(frozen=True)
class _Input:
    """A tensor, and the linears that read it."""

    width: float
    readers: tuple[Linear, ...]
    of_stream: bool = False
    """Made by a norm or the residual stream, in the stream's type."""
    held: bool = False
    """Kept anyway."""
    attention: bool = False
    """What attention gave: fused kernels keep it anyway."""


def kept_of_layer(llm: Llm, block: Block, targets: str) -> dict[str, float]:
    """Elements per token that one layer of this kind keeps, for each reason of `KEPT`."""
    kept = dict.fromkeys(KEPT, 0.0)
    _norms(llm, kept)
    if llm.kv_lora_rank:
        _latent_attention(llm, kept)
    else:
        _attention(llm, kept)
    for item in (*_attention_inputs(llm, block), *_mlp_inputs(llm, block)):
        _read(item, targets, kept)
    experts = [linear for linear in block.linears if linear.packed]
    if experts:
        _experts(llm, block, targets, kept)
    width = sum(linear.in_features for linear in _mlp(block)[-1:])
    if llm.gated_mlp:
        kept["mlp"] += 3 * width
    else:
        kept["mlp"] += (4 if llm.model_type in _WRITTEN_OUT_GELU else 1) * width
    if llm.model_type in _DROPS_BY_DEFAULT:
        kept["fixed"] += 2 * llm.hidden_size
    return kept


def kept_after_layers(llm: Llm) -> dict[str, float]:
    """The same for the last norm, whose output the head reads."""
    kept = dict.fromkeys(KEPT, 0.0)
    if llm.final_norm:
        _norm(llm, kept, 1, 1)
    kept["stream_inputs"] += llm.hidden_size
    kept["cast_inputs"] += llm.hidden_size
    return kept


def norm_backward(llm: Llm) -> float:
    """Elements of fp32 per token that the backward of one norm makes at its fullest.

    Written out, RMSNorm's has five of the hidden state: two products, the square's derivative (power,
    product, quotient).  A kernel makes the gradient only, in 16 bits.
    """
    in_kernel = llm.model_type in _LAYER_NORM or llm.model_type in ("qwen", "olmo")
    return llm.hidden_size * (0.5 if in_kernel else 5)


def _norms(llm: Llm, kept: dict[str, float]) -> None:
    """The norms around attention and MLP, and those of Q, K and latent vectors."""
    count = llm.norms_per_layer
    _norm(llm, kept, count, 1 if llm.model_type in _PARALLEL else count)
    query, key = llm.num_attention_heads * llm.head_dim, llm.num_key_value_heads * llm.head_dim
    if llm.qk_norm and llm.model_type in _LAYER_NORM:
        kept["held"] += query + key
    elif llm.qk_norm and llm.model_type in _COHERE:
        kept["fp32"] += 2 * (query + key)
        kept["trained_fp32"] += query + key
    elif llm.qk_norm:
        heads = llm.num_attention_heads + llm.num_key_value_heads
        _rms_norm(llm, kept, query + key, heads if llm.qk_norm == "head" else 2, "trained")
    if llm.kv_lora_rank:
        roots = 2 if llm.q_lora_rank else 1
        _rms_norm(llm, kept, llm.kv_lora_rank + llm.q_lora_rank, roots, "trained")


def _norm(llm: Llm, kept: dict[str, float], count: int, inputs: int) -> None:
    """So many norms of the hidden state, of which so many read different tensors."""
    hidden, kind = llm.hidden_size, llm.model_type
    if kind in _LAYER_NORM:
        kept["stream"] += inputs * hidden
        kept["fp32"] += 2 * count
    elif kind in _COHERE:
        kept["fp32"] += count * (2 * hidden + 1)
        kept["trained_fp32"] += count * hidden
    elif kind == "olmo":  # LayerNorm in fp32, without weights
        kept["fp32"] += count * (hidden + 2)
    elif kind == "qwen":  # flash-attention's fused norm; its root, 4 B a token, is left out
        kept["stream"] += count * hidden
    else:
        _rms_norm(llm, kept, count * hidden, count, "trained_stream")


def _rms_norm(llm: Llm, kept: dict[str, float], width: float, roots: float, normed: str) -> None:
    kept["fp32"] += width + roots
    kept["trained_fp32" if llm.model_type in _WEIGHED_IN_FP32 else normed] += width


def _attention(llm: Llm, kept: dict[str, float]) -> None:
    heads = llm.num_attention_heads
    query, key = heads * llm.head_dim, llm.num_key_value_heads * llm.head_dim
    # V is a view of a fused projection, which is then kept whole, beside Q and K after their rotation.
    if llm.model_type == "falcon":  # repeated for all heads before the rotation, or cut out as a copy
        kept["held"] += 3 * query if llm.num_key_value_heads > 1 else query + 2 * key
    elif llm.learned_positions:
        kept["held"] += query + 2 * key
    else:
        kept["held"] += query + key + (query + 2 * key if llm.fused_qkv else key)
    kept["fused_attention"] += query
    kept["log_sum_exp"] += heads
    _scores(llm, kept)
    if 1 < llm.num_key_value_heads < heads:
        kept["repeated"] += 2 * (query - key)


def _latent_attention(llm: Llm, kept: dict[str, float]) -> None:
    """Fused kernels want V as wide as Q and K, so it is padded, and the output with it."""
    heads = llm.num_attention_heads
    query = heads * (llm.qk_nope_head_dim + llm.qk_rope_head_dim)
    kept["held"] += 2 * query
    kept["fused_attention"] += 2 * query
    kept["log_sum_exp"] += heads
    kept["repeated"] += heads * (llm.qk_nope_head_dim + llm.v_head_dim)
    _scores(llm, kept)


def _scores(llm: Llm, kept: dict[str, float]) -> None:
    """Eager attention: the softmax in fp32 and its copy; what else a family makes of the scores."""
    heads = llm.num_attention_heads
    if llm.model_type == "gpt_oss":  # with the sinks, in the type of the computation
        kept["scores"] += heads
    elif llm.model_type in _DROPS_BY_DEFAULT:  # the softmax, the mask, what is left
        kept["scores"] += 3 * heads
    else:
        kept["scores_fp32"] += heads
        kept["scores_cast"] += heads
    if llm.model_type == "gemma2":  # the soft cap's tanh
        kept["scores"] += heads


def _attention_inputs(llm: Llm, block: Block) -> Iterator[_Input]:
    *before, output = (linear for linear in block.linears if linear.role == "attention")
    of_hidden = tuple(linear for linear in before if linear.in_features == llm.hidden_size)
    yield _Input(llm.hidden_size, of_hidden, of_stream=True)
    for linear in before:
        if linear not in of_hidden:  # latent attention: what its inner norms give
            yield _Input(linear.in_features, (linear,))
    copied = llm.model_type in _HEAD_BY_HEAD or llm.kv_lora_rank > 0
    yield _Input(output.in_features, (output,), attention=not copied)


def _mlp(block: Block) -> list[Linear]:
    """The linears of the dense MLP, or of the one beside the experts; the last one reads the product."""
    return [linear for linear in block.linears if linear.role == "mlp" and not linear.packed]


def _mlp_inputs(llm: Llm, block: Block) -> Iterator[_Input]:
    routers = tuple(linear for linear in block.linears if linear.role == "router" and not linear.reached_by)
    linears = _mlp(block)
    # With a single norm, attention's linears keep the same tensor.
    one_norm = llm.norms_per_layer == 1
    yield _Input(llm.hidden_size, (*linears[:-1], *routers), of_stream=True, held=one_norm)
    if linears:
        yield _Input(linears[-1].in_features, (linears[-1],))


def _experts(llm: Llm, block: Block, targets: str, kept: dict[str, float]) -> None:
    """Tokens are gathered for their experts, go through grouped products, and are scattered back."""
    chosen, width, hidden = llm.num_experts_per_tok, llm.moe_intermediate_size, llm.hidden_size
    # gpt-oss clamps gate and up and gives gate · sigmoid(1.702 · gate) · (up + 1).
    # The grouped product is none of autocast's operations: it runs in the type of the weights.
    kept["stream"] += chosen * (6 * width if llm.model_type == "gpt_oss" else 3 * width)
    kept["stream"] += chosen * hidden
    kept["trained_stream"] += chosen * (hidden + width)
    for linear in block.linears:
        if linear.packed and is_target(linear, targets):
            kept["expert_inputs"] += chosen * linear.in_features
        # Phi-MoE's router gives more than its product: with an adapter its forward would fail.
        if linear.role == "router" and llm.model_type != "phimoe" and linear.reached_by:
            kept["expert_inputs"] += hidden * is_target(linear, targets)
    if llm.model_type in _ROUTES_IN_FP32:
        kept["trained"] += hidden
    if llm.model_type not in _ROUTES_THE_CHOSEN:
        kept["held" if llm.model_type in _SIGMOID_ROUTERS else "fp32"] += llm.num_experts
    # Indices in int64: the chosen, their order, their tokens, the way back; and the weights of the chosen.
    kept["fixed"] += chosen * (4 * 8 + 4)
    if llm.shared_expert_gate:
        kept["held"] += hidden


def _read(item: _Input, targets: str, kept: dict[str, float]) -> None:
    adapted = sum(is_target(linear, targets) for linear in item.readers)
    kept["target_inputs"] += item.width * adapted
    kept["target_ranks"] += adapted
    if item.of_stream:
        kept["cast_inputs"] += item.width * len(item.readers)
    if item.attention:
        kept["eager_inputs"] += item.width
        kept["eager_shared"] += item.width * (adapted > 0)
    if item.held or item.attention:
        return
    kept["stream_inputs" if item.of_stream else "trained"] += item.width
    kept["shared_inputs"] += item.width * (adapted > 0)

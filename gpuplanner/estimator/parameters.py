"""Count what a model is made of: every linear by the name that peft knows it by, and everything else.

Names, biases and norms are those of transformers 5.23.0 and its model classes; of Qwen's own
``modeling_qwen.py`` for ``qwen``, and of the code in the repositories for ``chatglm`` and ``internlm2``.

Equations, for rank r [parameters]
    linear      in × out (+ out with a bias), times the number of copies (experts)
    LoRA        r × Σ (in + out) over the targeted linears of all layers
    all-linear  every linear but the head; the embeddings are no linears

Experts: transformers ≥ 5 keeps the weights of all experts of a layer in two tensors, ``gate_up_proj``
and ``down_proj``, which are no ``nn.Linear``.  What peft adapts there was measured with peft 0.21.2 and
transformers 5.23.0 (``get_peft_model`` on small models, the counts are in the tests):

* mixtral, qwen3_moe, olmoe, deepseek_v2, deepseek_v3, glm4_moe: ``all-linear`` reaches attention, router
  and the packed experts (gate and up by one adapter of twice the rank), but neither shared experts nor
  dense MLPs, whose names peft gives to the experts.
* qwen2_moe: attention, shared expert and its gate.  phimoe: attention and router.  gpt_oss and
  granitemoe: attention alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from gpuplanner.core.llm import Block, Inventory, Linear, Llm
from gpuplanner.core.plan import ALL_LINEAR

_KEPT = 4096  # shapes; a document rarely has more than a few


@dataclass(frozen=True)
class _Names:
    """Names of the linears; a fused one's name is the model's (``fused_qkv``, ``fused_gate_up``)."""

    query: str = "q_proj"
    key: str = "k_proj"
    value: str = "v_proj"
    output: str = "o_proj"
    gate: str = "gate_proj"
    up: str = "up_proj"
    down: str = "down_proj"


_NEOX = _Names(output="dense", up="dense_h_to_4h", down="dense_4h_to_h")
_GPT2 = _Names(output="c_proj", up="c_fc", down="c_proj")
_NAMES = {
    "qwen": _Names(output="c_proj", gate="w2", up="w1", down="c_proj"),
    "gpt2": _GPT2,
    "gpt_bigcode": _GPT2,
    "gpt_neox": _NEOX,
    "falcon": _NEOX,
    "chatglm": _NEOX,
    "phi": _Names(output="dense", up="fc1", down="fc2"),
    "starcoder2": _Names(up="c_fc", down="c_proj"),
    "internlm2": _Names(output="wo", gate="w1", up="w3", down="w2"),
}
_LLAMA = _Names()


@dataclass(frozen=True)
class _Experts:
    """How peft reaches a family's packed experts, its router, and the MLPs beside the experts."""

    gate_up: tuple[str, ...] = ()
    down: tuple[str, ...] = ()
    router: str = ""
    beside: bool = True
    router_name: str = "gate"


_CONVERTED = _Experts(("gate_proj", "up_proj"), ("down_proj",), "gate", beside=False)
_EXPERTS = {
    "mixtral": _Experts(("w1", "w3"), ("w2",), "gate", beside=False),
    "qwen3_moe": _CONVERTED,
    "olmoe": _CONVERTED,
    "deepseek_v2": _CONVERTED,
    "deepseek_v3": _CONVERTED,
    "glm4_moe": _CONVERTED,
    "phimoe": _Experts(router="router", router_name="router"),
    "gpt_oss": _Experts(router_name="router"),
    "granitemoe": _Experts(router_name="router"),
}
_UNREACHED = _Experts()


@lru_cache(maxsize=_KEPT)
def inventory(llm: Llm) -> Inventory:
    """Everything of the model that has parameters, counted.

    >>> from gpuplanner.core.llm import Llm
    >>> small = Llm("small", "llama", 64, 2, 4, 2, 16, 128, 1000, tie_word_embeddings=True)
    >>> inventory(small).n_parameters
    138048
    """
    blocks = tuple(_blocks(llm))
    embedding = (llm.vocab_size + llm.learned_positions) * llm.hidden_size
    head = 0 if llm.tie_word_embeddings else llm.vocab_size * llm.hidden_size
    other = llm.vision_parameters
    if llm.final_norm:
        other += llm.norm_parameters * llm.hidden_size
    if llm.head_bias:
        other += llm.vocab_size
    beside = embedding + head + other
    return Inventory(
        blocks=blocks,
        embedding_parameters=embedding,
        head_parameters=head,
        other_parameters=other,
        n_parameters=beside + sum(block.count * _layer_parameters(block) for block in blocks),
        n_active_parameters=beside + sum(block.count * _active_parameters(block) for block in blocks),
    )


@lru_cache(maxsize=_KEPT)
def target_names(llm: Llm) -> frozenset[str]:
    """The names that ``lora_targets`` may use for this model."""
    return frozenset(name for _, linear in _linears(llm) for name in linear.target_names)


@lru_cache(maxsize=_KEPT)
def lora_parameters(llm: Llm, rank: int, targets: str = ALL_LINEAR) -> int:
    """Parameters of LoRA adapters of this rank on ``targets`` (``all-linear``, or names joined by ``+``).

    >>> from gpuplanner.core.llm import Llm
    >>> small = Llm("small", "llama", 64, 2, 4, 2, 16, 128, 1000, tie_word_embeddings=True)
    >>> lora_parameters(small, 8, "q_proj+v_proj")  # 8 × 2 layers × (64 + 64 + 64 + 32)
    3584
    """
    return sum(
        n * linear.n_lora_parameters(rank) for n, linear in _linears(llm) if is_target(linear, targets)
    )


def is_target(linear: Linear, targets: str) -> bool:
    """Whether ``targets`` (``all-linear``, or names joined by ``+``) adapt this linear."""
    needed = linear.target_names
    if targets == ALL_LINEAR:
        return bool(needed)
    return bool(needed) and _wanted(targets).issuperset(needed)


@lru_cache(maxsize=_KEPT)
def half_targets(llm: Llm, targets: str) -> tuple[tuple[str, str], ...]:
    """Pairs (name that was given, name that peft needs with it) for experts' fused projections."""
    if targets == ALL_LINEAR:
        return ()
    wanted = _wanted(targets)
    pairs = {
        (given, missing)
        for _, linear in _linears(llm)
        for given in linear.target_names
        for missing in linear.target_names
        if given in wanted and missing not in wanted
    }
    return tuple(sorted(pairs))


@lru_cache(maxsize=_KEPT)
def _wanted(targets: str) -> frozenset[str]:
    return frozenset(name.strip() for name in targets.split("+"))


def _linears(llm: Llm) -> Iterator[tuple[int, Linear]]:
    for block in inventory(llm).blocks:
        for linear in block.linears:
            yield block.count, linear


def _layer_parameters(block: Block) -> int:
    return block.other_parameters + sum(linear.n_weights for linear in block.linears)


def _active_parameters(block: Block) -> int:
    idle = sum(
        linear.n_weights // linear.copies * (linear.copies - linear.active) for linear in block.linears
    )
    idle += sum(
        linear.out_features * (linear.copies - linear.active) for linear in block.linears if linear.bias
    )
    return _layer_parameters(block) - idle


def _blocks(llm: Llm) -> Iterator[Block]:
    attention = tuple(_attention(llm))
    dense_layers = llm.first_dense_layers if llm.num_experts else llm.num_hidden_layers
    if dense_layers:
        yield _block(llm, dense_layers, (*attention, *_dense_mlp(llm)))
    if dense_layers < llm.num_hidden_layers:
        yield _block(llm, llm.num_hidden_layers - dense_layers, (*attention, *_expert_mlp(llm)))


def _block(llm: Llm, count: int, linears: tuple[Linear, ...]) -> Block:
    biases = sum(linear.out_features * linear.copies for linear in linears if linear.bias)
    return Block(count, linears, biases + _norm_parameters(llm))


def _norm_parameters(llm: Llm) -> int:
    """Norms (and sinks) of one layer."""
    total = llm.norms_per_layer * llm.norm_parameters * llm.hidden_size
    if llm.qk_norm == "head":
        total += 2 * llm.head_dim * llm.qk_norm_parameters
    elif llm.qk_norm == "full":
        heads = llm.num_attention_heads + llm.num_key_value_heads
        total += heads * llm.head_dim * llm.qk_norm_parameters
    if llm.kv_lora_rank:
        total += llm.kv_lora_rank + llm.q_lora_rank
    if llm.attention_sinks:
        total += llm.num_attention_heads
    return total


def _attention(llm: Llm) -> Iterator[Linear]:
    if llm.kv_lora_rank:
        yield from _latent_attention(llm)
        return
    names = _NAMES.get(llm.model_type, _LLAMA)
    hidden, bias = llm.hidden_size, llm.qkv_bias
    query = llm.num_attention_heads * llm.head_dim
    key_value = llm.num_key_value_heads * llm.head_dim
    if llm.fused_qkv:
        yield Linear(llm.fused_qkv, hidden, query + 2 * key_value, "attention", bias)
    else:
        yield Linear(names.query, hidden, query, "attention", bias)
        yield Linear(names.key, hidden, key_value, "attention", bias)
        yield Linear(names.value, hidden, key_value, "attention", bias)
    yield Linear(names.output, query, hidden, "attention", llm.attention_output_bias)


def _latent_attention(llm: Llm) -> Iterator[Linear]:
    """DeepSeek's attention: what is cached is a projection of width ``kv_lora_rank``."""
    hidden, heads, bias = llm.hidden_size, llm.num_attention_heads, llm.qkv_bias
    query = heads * (llm.qk_nope_head_dim + llm.qk_rope_head_dim)
    if llm.q_lora_rank:
        yield Linear("q_a_proj", hidden, llm.q_lora_rank, "attention", bias)
        yield Linear("q_b_proj", llm.q_lora_rank, query, "attention")
    else:
        yield Linear("q_proj", hidden, query, "attention")
    yield Linear("kv_a_proj_with_mqa", hidden, llm.kv_lora_rank + llm.qk_rope_head_dim, "attention", bias)
    key_value = heads * (llm.qk_nope_head_dim + llm.v_head_dim)
    yield Linear("kv_b_proj", llm.kv_lora_rank, key_value, "attention")
    yield Linear("o_proj", heads * llm.v_head_dim, hidden, "attention", llm.attention_output_bias)


def _dense_mlp(llm: Llm) -> Iterator[Linear]:
    reached = not llm.num_experts or _EXPERTS.get(llm.model_type, _UNREACHED).beside
    yield from _mlp(llm, llm.intermediate_size, reached)


def _mlp(llm: Llm, width: int, reached: bool) -> Iterator[Linear]:
    names = _NAMES.get(llm.model_type, _LLAMA)
    hidden, bias = llm.hidden_size, llm.mlp_bias
    if llm.fused_gate_up:
        yield Linear(llm.fused_gate_up, hidden, 2 * width, "mlp", bias, targetable=reached)
    else:
        if llm.gated_mlp:
            yield Linear(names.gate, hidden, width, "mlp", bias, targetable=reached)
        yield Linear(names.up, hidden, width, "mlp", bias, targetable=reached)
    yield Linear(names.down, width, hidden, "mlp", bias, targetable=reached)


def _expert_mlp(llm: Llm) -> Iterator[Linear]:
    reach = _EXPERTS.get(llm.model_type, _UNREACHED)
    hidden, width, bias = llm.hidden_size, llm.moe_intermediate_size, llm.expert_bias
    router = (reach.router,) if reach.router else ()
    yield Linear(
        reach.router_name,
        hidden,
        llm.num_experts,
        "router",
        llm.router_bias,
        targetable=bool(router),
        reached_by=router,
    )
    copies, active = llm.num_experts, llm.num_experts_per_tok
    yield Linear(
        "gate_up_proj",
        hidden,
        2 * width,
        "mlp",
        bias,
        copies,
        active,
        targetable=bool(reach.gate_up),
        packed=True,
        reached_by=reach.gate_up,
        rank_factor=2,
    )
    yield Linear(
        "down_proj",
        width,
        hidden,
        "mlp",
        bias,
        copies,
        active,
        targetable=bool(reach.down),
        packed=True,
        reached_by=reach.down,
    )
    if llm.shared_expert_intermediate_size:
        yield from _mlp(llm, llm.shared_expert_intermediate_size, reach.beside)
    if llm.shared_expert_gate:
        yield Linear("shared_expert_gate", hidden, 1, "router", targetable=reach.beside)

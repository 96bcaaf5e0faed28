"""Model types that have words of their own: Qwen, GPT-2, GPT-NeoX, Falcon, ChatGLM and Gemma 3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gpuplanner.core.llm import Llm
from gpuplanner.data.config_keys import MOST_LAYERS, ConfigKeys
from gpuplanner.data.model_families import MOST_HEADS, MOST_TOKENS, Family, finish, windows

_HIDDEN = ("hidden_size", "n_embd", "n_embed")
_LAYERS = ("num_hidden_layers", "n_layer", "num_layers")
_HEADS = ("num_attention_heads", "n_head")
_POSITIONS = ("n_positions", "max_position_embeddings", "n_ctx")


def qwen(keys: ConfigKeys, model_type: str) -> Llm:
    """The first Qwen: fused QKV with bias, and an ``intermediate_size`` of twice the real width."""
    keys.need("hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "vocab_size")
    heads = keys.integer("num_attention_heads", high=MOST_HEADS)
    doubled = keys.integer("intermediate_size", low=2)
    if doubled % 2:
        raise keys.refuse(
            "intermediate_size", f"{doubled:,} is odd; Qwen's is twice the MLP's width", "correct the file"
        )
    bias = not keys.flag("no_bias", True)
    return finish(
        keys,
        {
            "model_type": model_type,
            "hidden_size": keys.integer("hidden_size"),
            "num_hidden_layers": keys.integer("num_hidden_layers", high=MOST_LAYERS),
            "num_attention_heads": heads,
            "num_key_value_heads": heads,
            "head_dim": keys.integer("kv_channels", 128),
            "intermediate_size": doubled // 2,
            "vocab_size": keys.integer("vocab_size", high=MOST_TOKENS),
            "tie_word_embeddings": keys.flag("tie_word_embeddings", False),
            "max_position_embeddings": keys.integer(
                ("max_position_embeddings", "seq_length"), 8192, high=2**31
            ),
            "fused_qkv": "c_attn",
            "qkv_bias": True,
            "attention_output_bias": bias,
            "mlp_bias": bias,
        },
    )


def gpt2(keys: ConfigKeys, model_type: str) -> Llm:
    """GPT-2, and StarCoder 1 as ``gpt_bigcode`` with one key-value head for all: learned positions."""
    keys.need(_own("n_embd", _HIDDEN), _own("n_layer", _LAYERS), _own("n_head", _HEADS), "vocab_size")
    hidden, heads = keys.integer(_HIDDEN), keys.integer(_HEADS, high=MOST_HEADS)
    positions = keys.integer(_POSITIONS, 1024, high=2**31)
    shared = model_type == "gpt_bigcode" and keys.flag("multi_query", True)
    return finish(
        keys,
        {
            "model_type": model_type,
            "hidden_size": hidden,
            "num_hidden_layers": keys.integer(_LAYERS, high=MOST_LAYERS),
            "num_attention_heads": heads,
            "num_key_value_heads": 1 if shared else heads,
            "head_dim": 0,
            "intermediate_size": keys.integer("n_inner", 4 * hidden),
            "vocab_size": keys.integer("vocab_size", high=MOST_TOKENS),
            "tie_word_embeddings": keys.flag("tie_word_embeddings", True),
            "learned_positions": positions,
            "max_position_embeddings": positions,
            "fused_qkv": "c_attn",
            "gated_mlp": False,
            "qkv_bias": True,
            "attention_output_bias": True,
            "mlp_bias": True,
            "norm_parameters": 2,
        },
    )


def gpt_neox(keys: ConfigKeys, model_type: str) -> Llm:
    """GPT-NeoX and Pythia: fused QKV, LayerNorm, biases everywhere but in the head."""
    keys.need("hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "vocab_size")
    heads = keys.integer("num_attention_heads", high=MOST_HEADS)
    bias = keys.flag("attention_bias", True)
    return finish(
        keys,
        {
            "model_type": model_type,
            "hidden_size": keys.integer("hidden_size"),
            "num_hidden_layers": keys.integer("num_hidden_layers", high=MOST_LAYERS),
            "num_attention_heads": heads,
            "num_key_value_heads": heads,
            "head_dim": 0,
            "intermediate_size": keys.integer("intermediate_size"),
            "vocab_size": keys.integer("vocab_size", high=MOST_TOKENS),
            "tie_word_embeddings": keys.flag("tie_word_embeddings", False),
            "max_position_embeddings": keys.integer("max_position_embeddings", 2048, high=2**31),
            "fused_qkv": "query_key_value",
            "gated_mlp": False,
            "qkv_bias": bias,
            "attention_output_bias": bias,
            "mlp_bias": True,
            "norm_parameters": 2,
        },
    )


def falcon(keys: ConfigKeys, model_type: str) -> Llm:
    """Falcon: one key-value head (7B), groups with two norms (40B, 180B), or all heads (RW)."""
    keys.need(_HIDDEN, _LAYERS, _HEADS, "vocab_size")
    hidden, heads = keys.integer(_HIDDEN), keys.integer(_HEADS, high=MOST_HEADS)
    bias = keys.flag("bias", False)
    grouped = keys.flag("new_decoder_architecture", False)
    # A null is false here and a missing key true, as in transformers.
    kv_heads = 1 if keys.flag("multi_query", not keys.has("multi_query")) else heads
    if grouped:
        kv_heads = keys.integer(("num_kv_heads", "n_head_kv"), heads, high=MOST_HEADS)
    norms = 2
    if keys.flag("parallel_attn", not keys.has("parallel_attn")):
        norms = keys.integer("num_ln_in_parallel_attn", 2 if grouped else 1, high=2)
    return finish(
        keys,
        {
            "model_type": model_type,
            "hidden_size": hidden,
            "num_hidden_layers": keys.integer(_LAYERS, high=MOST_LAYERS),
            "num_attention_heads": heads,
            "num_key_value_heads": kv_heads,
            "head_dim": 0,
            "intermediate_size": keys.integer("ffn_hidden_size", 4 * hidden),
            "vocab_size": keys.integer("vocab_size", high=MOST_TOKENS),
            "tie_word_embeddings": keys.flag("tie_word_embeddings", True),
            "max_position_embeddings": keys.integer("max_position_embeddings", 2048, high=2**31),
            "fused_qkv": "query_key_value",
            "gated_mlp": False,
            "qkv_bias": bias,
            "attention_output_bias": bias,
            "mlp_bias": bias,
            "norm_parameters": 2,
            "norms_per_layer": norms,
        },
    )


def chatglm(keys: ConfigKeys, model_type: str) -> Llm:
    """ChatGLM2, ChatGLM3 and GLM-4 in their repositories' own code: QKV and gate-up fused."""
    keys.need(_own("num_layers", _LAYERS), "hidden_size", "num_attention_heads", "ffn_hidden_size")
    keys.need(("padded_vocab_size", "vocab_size"))
    heads = keys.integer("num_attention_heads", high=MOST_HEADS)
    groups = heads
    if keys.flag("multi_query_attention", False):
        groups = keys.integer("multi_query_group_num", 1, high=MOST_HEADS)
    bias = keys.flag("add_bias_linear", False)
    return finish(
        keys,
        {
            "model_type": model_type,
            "hidden_size": keys.integer("hidden_size"),
            "num_hidden_layers": keys.integer(_LAYERS, high=MOST_LAYERS),
            "num_attention_heads": heads,
            "num_key_value_heads": groups,
            "head_dim": keys.integer("kv_channels", 128),
            "intermediate_size": keys.integer("ffn_hidden_size"),
            "vocab_size": keys.integer(("padded_vocab_size", "vocab_size"), high=MOST_TOKENS),
            "tie_word_embeddings": False,
            "max_position_embeddings": keys.integer("seq_length", 2048, high=2**31),
            "fused_qkv": "query_key_value",
            "fused_gate_up": "dense_h_to_4h",
            "qkv_bias": bias or keys.flag("add_qkv_bias", False),
            "attention_output_bias": bias,
            "mlp_bias": bias,
            "norm_parameters": 1 if keys.flag("rmsnorm", True) else 2,
            "final_norm": keys.flag("post_layer_norm", True),
        },
    )


def gemma3_text(keys: ConfigKeys, model_type: str) -> Llm:
    """Gemma 3's language model; its files leave out what equals transformers' defaults."""
    return _gemma3(keys, model_type, {})


def gemma3(keys: ConfigKeys, model_type: str) -> Llm:
    """Gemma 3 with its vision tower, which is counted but neither trained nor adapted."""
    text = keys.child("text_config")
    if text is None:
        keys.need("text_config")
        raise AssertionError("need() raises")
    more: dict[str, Any] = {}
    if not text.has("tie_word_embeddings"):
        more["tie_word_embeddings"] = keys.flag("tie_word_embeddings", True)
    vision = keys.child("vision_config")
    if vision is not None:
        more["vision_parameters"] = _siglip(vision) + vision.integer("hidden_size", 768) * (
            text.integer("hidden_size") + 1
        )
    return _gemma3(text, model_type, more)


def _gemma3(keys: ConfigKeys, model_type: str, more: dict[str, Any]) -> Llm:
    keys.need("hidden_size", "num_hidden_layers", "intermediate_size")
    bias = keys.flag("attention_bias", False)
    values: dict[str, Any] = {
        "model_type": model_type,
        "hidden_size": keys.integer("hidden_size"),
        "num_hidden_layers": keys.integer("num_hidden_layers", high=MOST_LAYERS),
        "num_attention_heads": keys.integer("num_attention_heads", 8, high=MOST_HEADS),
        "num_key_value_heads": keys.integer("num_key_value_heads", 4, high=MOST_HEADS),
        "head_dim": keys.integer("head_dim", 256),
        "intermediate_size": keys.integer("intermediate_size"),
        "vocab_size": keys.integer("vocab_size", 262_208, high=MOST_TOKENS),
        "tie_word_embeddings": keys.flag("tie_word_embeddings", True),
        "max_position_embeddings": keys.integer("max_position_embeddings", 131072, high=2**31),
        "qkv_bias": bias,
        "attention_output_bias": bias,
        "norms_per_layer": 4,
        "qk_norm": "head",
        **windows(keys, 4096, keys.integer(("sliding_window_pattern", "_sliding_window_pattern"), 6)),
    }
    return finish(keys, {**values, **more})


def _siglip(keys: ConfigKeys) -> int:
    """Parameters of a SigLIP vision tower."""
    hidden, width = keys.integer("hidden_size", 768), keys.integer("intermediate_size", 3072)
    patch, image = keys.integer("patch_size", 16), keys.integer("image_size", 224)
    mlp = 2 * hidden * width + width + hidden
    layer = 4 * (hidden * hidden + hidden) + mlp + 4 * hidden
    patches = keys.integer("num_channels", 3) * patch**2 * hidden + hidden
    total = patches + (image // patch) ** 2 * hidden + 2 * hidden
    total += keys.integer("num_hidden_layers", 12, high=MOST_LAYERS) * layer
    if keys.flag("vision_use_head", True):
        total += hidden + 4 * (hidden * hidden + hidden) + 2 * hidden + mlp
    return total


def _own(name: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """The names of one thing, the type's own first: that is the one a message tells."""
    return (name, *(other for other in names if other != name))


OWN_WORDS: Mapping[str, Family] = {
    "qwen": qwen,
    "gpt2": gpt2,
    "gpt_bigcode": gpt2,
    "gpt_neox": gpt_neox,
    "falcon": falcon,
    "chatglm": chatglm,
    "gemma3": gemma3,
    "gemma3_text": gemma3_text,
}

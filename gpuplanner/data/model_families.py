"""Model types in Llama's words: which keys of a ``config.json`` make the shape, and what if one is missing.

Defaults are those of transformers 5.23.0's configuration classes, checked against them; of the classes in
the models' own repositories for ``qwen``, ``chatglm`` and ``internlm2``.  A size without which a shape
would be a guess must be in the file, although transformers has a default for it too.  ``null`` for the
key-value heads or the head size means what it means there: as many as heads, hidden size divided by heads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gpuplanner.core.llm import Llm
from gpuplanner.data.config_keys import MOST_LAYERS, ConfigKeys

Family = Callable[[ConfigKeys, str], Llm]

MOST_HEADS = 2**16
MOST_TOKENS = 2**27


def decoder(
    keys: ConfigKeys,
    model_type: str,
    *,
    kv_heads: int | None = None,
    head_dim: int | None = None,
    tie: bool = False,
    positions: int = 0,
    **rest: Any,
) -> Llm:
    """A decoder; ``kv_heads``, ``head_dim``, ``tie`` and ``positions`` stand in for missing keys.

    ``kv_heads`` None: as many as heads; ``head_dim`` None: hidden size divided by heads.
    """
    keys.need("hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "vocab_size")
    heads = keys.integer("num_attention_heads", high=MOST_HEADS)
    if kv_heads is None or keys.has("num_key_value_heads"):
        kv_heads = heads
    if head_dim is None or keys.has("head_dim"):
        head_dim = 0
    values: dict[str, Any] = {
        "model_type": model_type,
        "hidden_size": keys.integer("hidden_size"),
        "num_hidden_layers": keys.integer("num_hidden_layers", high=MOST_LAYERS),
        "num_attention_heads": heads,
        "num_key_value_heads": keys.integer("num_key_value_heads", kv_heads, high=MOST_HEADS),
        "head_dim": keys.integer("head_dim", head_dim),
        "intermediate_size": keys.integer("intermediate_size"),
        "vocab_size": keys.integer("vocab_size", high=MOST_TOKENS),
        "tie_word_embeddings": keys.flag("tie_word_embeddings", tie),
        "max_position_embeddings": keys.integer("max_position_embeddings", positions, high=2**31),
    }
    return finish(keys, {**values, **rest})


def finish(keys: ConfigKeys, values: dict[str, Any]) -> Llm:
    """The shape, when heads divide what they share."""
    heads, hidden = values["num_attention_heads"], values["hidden_size"]
    if not values["head_dim"]:
        if hidden % heads:
            raise keys.refuse(
                "num_attention_heads",
                f"{heads:,} heads do not divide the hidden size {hidden:,}",
                "add head_dim, or correct one of them",
            )
        values["head_dim"] = hidden // heads
    if heads % values["num_key_value_heads"]:
        raise keys.refuse(
            "num_key_value_heads",
            f"{values['num_key_value_heads']:,} key-value heads do not divide {heads:,} heads",
            "set num_key_value_heads to a number that does",
        )
    return Llm(name="", **values)


def windows(keys: ConfigKeys, default: int, every: int) -> dict[str, Any]:
    """Sliding window and how often a layer looks past it; explicit ``layer_types`` decide.

    A pattern that is not "every n-th layer attends globally" counts as global attention everywhere,
    which is never less memory.
    """
    window = 0 if keys.has("sliding_window") else default
    window = keys.integer("sliding_window", window, low=0, high=2**31)
    kinds = keys.texts("layer_types")
    if kinds:
        full = [i + 1 for i, kind in enumerate(kinds) if kind == "full_attention"]
        if full and full == list(range(full[0], len(kinds) + 1, full[0])):
            every = full[0]
        else:
            every = 1 if full else 0
    if not window or every == 1:
        return {"sliding_window": 0, "sliding_window_every": 0}
    return {"sliding_window": window, "sliding_window_every": every}


def switched_windows(keys: ConfigKeys) -> dict[str, Any]:
    """Qwen's window: off unless switched on, and then for the layers from ``max_window_layers`` up."""
    if not keys.flag("use_sliding_window", False):
        return {}
    every = 1 if keys.integer("max_window_layers", 28, low=0, high=MOST_LAYERS) else 0
    return windows(keys, 4096, every)


def llama(keys: ConfigKeys, model_type: str) -> Llm:
    """Llama 1 to 3, Yi, DeepSeek LLM, SmolLM2 …; Granite has the same keys."""
    bias = keys.flag("attention_bias", False)
    return decoder(
        keys,
        model_type,
        positions=2048,
        qkv_bias=bias,
        attention_output_bias=bias,
        mlp_bias=keys.flag("mlp_bias", False),
    )


def smollm3(keys: ConfigKeys, model_type: str) -> Llm:
    """SmolLM3: Llama with tied embeddings and 4 key-value heads unless said otherwise."""
    bias = keys.flag("attention_bias", False)
    return decoder(
        keys,
        model_type,
        kv_heads=4,
        tie=True,
        positions=32768,
        qkv_bias=bias,
        attention_output_bias=bias,
        mlp_bias=keys.flag("mlp_bias", False),
        **switched_windows(keys),
    )


def mistral(keys: ConfigKeys, model_type: str) -> Llm:
    """Mistral 7B and its successors with dense MLPs."""
    return decoder(keys, model_type, kv_heads=8, positions=131072, **windows(keys, 4096, 0))


def qwen2(keys: ConfigKeys, model_type: str) -> Llm:
    """Qwen1.5, 2 and 2.5: biases on Q, K and V, whatever the file says."""
    return decoder(keys, model_type, kv_heads=32, positions=32768, qkv_bias=True, **switched_windows(keys))


def qwen3(keys: ConfigKeys, model_type: str) -> Llm:
    """Qwen3: norms on Q and K, and heads of 128."""
    bias = keys.flag("attention_bias", False)
    return decoder(
        keys,
        model_type,
        kv_heads=32,
        head_dim=128,
        positions=32768,
        qkv_bias=bias,
        attention_output_bias=bias,
        qk_norm="head",
        **switched_windows(keys),
    )


def gemma(keys: ConfigKeys, model_type: str) -> Llm:
    """The first Gemma: heads of 256, tied embeddings."""
    bias = keys.flag("attention_bias", False)
    return decoder(
        keys,
        model_type,
        kv_heads=16,
        head_dim=256,
        tie=True,
        positions=8192,
        qkv_bias=bias,
        attention_output_bias=bias,
    )


def gemma2(keys: ConfigKeys, model_type: str) -> Llm:
    """Gemma 2: four norms a layer, every second layer attends globally."""
    bias = keys.flag("attention_bias", False)
    return decoder(
        keys,
        model_type,
        kv_heads=4,
        head_dim=256,
        tie=True,
        positions=8192,
        qkv_bias=bias,
        attention_output_bias=bias,
        norms_per_layer=4,
        **windows(keys, 4096, 2),
    )


def phi(keys: ConfigKeys, model_type: str) -> Llm:
    """Phi-1 to Phi-2: LayerNorm, biases everywhere, attention and MLP side by side after one norm."""
    return decoder(
        keys,
        model_type,
        positions=2048,
        gated_mlp=False,
        qkv_bias=True,
        attention_output_bias=True,
        mlp_bias=True,
        head_bias=True,
        norm_parameters=2,
        norms_per_layer=1,
        qk_norm="head" if keys.flag("qk_layernorm", False) else "",
        qk_norm_parameters=2,
    )


def phi3(keys: ConfigKeys, model_type: str) -> Llm:
    """Phi-3, Phi-3.5 and Phi-4: QKV and gate-up fused."""
    return decoder(
        keys,
        model_type,
        positions=4096,
        fused_qkv="qkv_proj",
        fused_gate_up="gate_up_proj",
        **windows(keys, 0, 0),
    )


def stablelm(keys: ConfigKeys, model_type: str) -> Llm:
    """StableLM 3B and 2."""
    return decoder(
        keys,
        model_type,
        kv_heads=32,
        positions=4096,
        qkv_bias=keys.flag("use_qkv_bias", False),
        norm_parameters=2,
        norms_per_layer=1 if keys.flag("use_parallel_residual", False) else 2,
        qk_norm="full" if keys.flag("qk_layernorm", False) else "",
    )


def glm(keys: ConfigKeys, model_type: str) -> Llm:
    """GLM-4 as ``glm``, and the later ones as ``glm4`` with four norms a layer."""
    return decoder(
        keys,
        model_type,
        kv_heads=2,
        head_dim=128,
        positions=131072,
        fused_gate_up="gate_up_proj",
        qkv_bias=keys.flag("attention_bias", True),
        norms_per_layer=4 if model_type == "glm4" else 2,
    )


def cohere(keys: ConfigKeys, model_type: str) -> Llm:
    """Command R and Aya: one norm without bias a layer, tied embeddings."""
    bias = keys.flag("attention_bias", False)
    sliding = model_type == "cohere2"
    return decoder(
        keys,
        model_type,
        tie=True,
        positions=8192,
        qkv_bias=bias,
        attention_output_bias=bias,
        norms_per_layer=1,
        qk_norm="full" if not sliding and keys.flag("use_qk_norm", False) else "",
        **(windows(keys, 4096, keys.integer("sliding_window_pattern", 4)) if sliding else {}),
    )


def starcoder2(keys: ConfigKeys, model_type: str) -> Llm:
    """StarCoder 2: LayerNorm, a plain MLP, biases everywhere."""
    bias = keys.flag("use_bias", True)
    return decoder(
        keys,
        model_type,
        kv_heads=2,
        tie=True,
        positions=4096,
        gated_mlp=False,
        qkv_bias=bias,
        attention_output_bias=bias,
        mlp_bias=bias,
        norm_parameters=2,
        **windows(keys, 0, 0),
    )


def olmo(keys: ConfigKeys, model_type: str) -> Llm:
    """OLMo (norms without parameters) and OLMo 2 (norms on the whole of Q and K)."""
    bias = keys.flag("attention_bias", False)
    second = model_type == "olmo2"
    return decoder(
        keys,
        model_type,
        positions=2048,
        qkv_bias=bias,
        attention_output_bias=bias,
        norm_parameters=1 if second else 0,
        qk_norm="full" if second else "",
    )


def internlm2(keys: ConfigKeys, model_type: str) -> Llm:
    """InternLM 2 and 2.5, in their repository's own code: fused QKV named ``wqkv``."""
    bias = keys.flag("bias", True)
    return decoder(
        keys, model_type, positions=2048, fused_qkv="wqkv", qkv_bias=bias, attention_output_bias=bias
    )


LLAMA_LIKE: Mapping[str, Family] = {
    "qwen2": qwen2,
    "qwen3": qwen3,
    "llama": llama,
    "granite": llama,
    "mistral": mistral,
    "smollm3": smollm3,
    "gemma": gemma,
    "gemma2": gemma2,
    "phi": phi,
    "phi3": phi3,
    "stablelm": stablelm,
    "glm": glm,
    "glm4": glm,
    "cohere": cohere,
    "cohere2": cohere,
    "starcoder2": starcoder2,
    "olmo": olmo,
    "olmo2": olmo,
    "internlm2": internlm2,
}

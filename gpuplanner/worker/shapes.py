"""From a shape of the catalogue to the configuration of a class of transformers, which builds that shape.

The inverse of what `gpuplanner.data.model_config` reads.  A family whose own code is not in transformers runs
in the class that has the same parts, and a note says what differs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from transformers import AutoConfig, PretrainedConfig

from gpuplanner.core.llm import Llm
from gpuplanner.core.trial import TrialSpec
from gpuplanner.worker.quantize import is_gptq
from gpuplanner.worker.refusal import Refused

STANDS_IN = {"qwen": "qwen2", "internlm2": "llama", "chatglm": "glm", "gemma3": "gemma3_text"}
"""Families that transformers lacks (or lacks as a language model alone), and the class that runs them."""


def config_of(spec: TrialSpec, notes: list[str]) -> PretrainedConfig:
    """The configuration to build: from the user's own ``config.json`` if transformers knows its type.

    Raises:
        Refused: transformers has no class for the model, in words for the user.
    """
    words = spec.model_config
    if words is not None and "auto_map" in words and spec.checkpoint and spec.trust_remote_code:
        notes.append("The model's own Python files were run, as you allowed")
        config = AutoConfig.from_pretrained(spec.checkpoint, trust_remote_code=True, local_files_only=True)
    elif words is not None and str(words.get("model_type")) not in STANDS_IN:
        config = _from_words(words, spec, notes)
    else:
        config = _from_shape(spec.llm, notes)
    config.use_cache = False  # of no use in training, and refused under checkpointing
    return config


def _from_words(words: Mapping[str, Any], spec: TrialSpec, notes: list[str]) -> PretrainedConfig:
    packed = is_gptq(spec.plan)
    left = ("auto_map",) if packed else ("auto_map", "quantization_config")
    kept = {key: value for key, value in words.items() if key not in left}
    model_type = str(kept.pop("model_type", ""))
    try:
        config = AutoConfig.for_model(model_type, **kept)
    except ValueError:
        what = f"transformers has no class for the model type {model_type!r}"
        raise Refused(f"{what}; plan with a model of a family that it knows") from None
    if "auto_map" in words and not spec.trust_remote_code:
        notes.append("The model's own Python files were not run: transformers' class of its type was built")
    if "quantization_config" in words and not packed:
        notes.append("The file's quantization_config was left aside: the plan says how weights are stored")
    # A config of a model with other senses wraps its language model.
    config = config.get_text_config()
    if (getattr(config, "pad_token_id", None) or 0) >= config.vocab_size:
        config.pad_token_id = None  # the class's own, where the file names none
    return config


def _from_shape(llm: Llm, notes: list[str]) -> PretrainedConfig:
    if llm.model_type == "qwen":
        notes.append(_OF_QWEN)
    elif llm.model_type in STANDS_IN and llm.model_type != "gemma3":
        stands_in = STANDS_IN[llm.model_type]
        notes.append(
            f"transformers has no class for {llm.model_type}: its shape runs in the class of {stands_in}"
        )
    if llm.vision_parameters:
        notes.append(
            f"The vision tower is there as {llm.vision_parameters:,} weights; a text does not reach it, so "
            "it has neither gradients nor optimizer states"
        )
    model_type = STANDS_IN.get(llm.model_type, llm.model_type)
    words = {**_llama_words(llm), **_own_words(replace(llm, model_type=model_type))}
    if model_type == "falcon":
        del words["head_dim"]  # there a property, which takes no value
    return AutoConfig.for_model(model_type, **words)


_OF_QWEN = (
    "Qwen-1 runs in transformers' Qwen2 class with what its own code has: one linear for Q, K and V, fused "
    "norms, full heads, and a loss that shifts the 16-bit logits as a copy, then takes CrossEntropyLoss"
)


def _llama_words(llm: Llm) -> dict[str, Any]:
    """The words that most families share; a configuration ignores those that it does not know."""
    return {
        "hidden_size": llm.hidden_size,
        "num_hidden_layers": llm.num_hidden_layers,
        "num_attention_heads": llm.num_attention_heads,
        "num_key_value_heads": llm.num_key_value_heads,
        "head_dim": llm.head_dim,
        "intermediate_size": llm.intermediate_size,
        "vocab_size": llm.vocab_size,
        "tie_word_embeddings": llm.tie_word_embeddings,
        "max_position_embeddings": llm.max_position_embeddings or llm.learned_positions or 2048,
        "attention_bias": llm.qkv_bias,
        "mlp_bias": llm.mlp_bias,
        # Ends and padding beyond a small vocabulary would be refused.
        "pad_token_id": None,
        "bos_token_id": 0,
        "eos_token_id": 0,
    }


def _own_words(llm: Llm) -> dict[str, Any]:
    """What a family says in words of its own."""
    kind = llm.model_type
    if kind in ("gpt2", "gpt_bigcode"):
        return _gpt2(llm)
    if kind == "falcon":
        return _falcon(llm)
    words: dict[str, Any] = {}
    if kind in (
        "mistral",
        "phi3",
        "gemma2",
        "gemma3_text",
        "gpt_oss",
        "cohere2",
        "mixtral",
        "phimoe",
        "starcoder2",
    ):
        words["sliding_window"] = llm.sliding_window or None
        words["layer_types"] = _layer_types(llm)
        if words["layer_types"] is None:
            del words["layer_types"]
    if kind == "phi":
        words["qk_layernorm"] = bool(llm.qk_norm)
    elif kind == "stablelm":
        words |= {
            "use_qkv_bias": llm.qkv_bias,
            "use_parallel_residual": llm.norms_per_layer == 1,
            "qk_layernorm": bool(llm.qk_norm),
        }
    elif kind == "cohere":
        words["use_qk_norm"] = bool(llm.qk_norm)
    elif kind == "starcoder2":
        words["use_bias"] = llm.qkv_bias
    elif kind == "qwen2_moe":
        words["qkv_bias"] = llm.qkv_bias
    elif kind == "glm4_moe":
        words["use_qk_norm"] = bool(llm.qk_norm)
    elif kind == "phimoe":
        words["lm_head_bias"] = llm.head_bias
    if llm.num_experts:
        words |= _experts(llm)
    return words


def _layer_types(llm: Llm) -> list[str] | None:
    """For families that mix layers with and without a window; None: the class knows by itself."""
    if llm.model_type not in ("gemma2", "gemma3_text", "gpt_oss", "cohere2"):
        return None
    every = llm.sliding_window_every
    if not llm.sliding_window:
        return ["full_attention"] * llm.num_hidden_layers
    return [
        "full_attention" if every and (layer + 1) % every == 0 else "sliding_attention"
        for layer in range(llm.num_hidden_layers)
    ]


def _gpt2(llm: Llm) -> dict[str, Any]:
    return {
        "n_embd": llm.hidden_size,
        "n_layer": llm.num_hidden_layers,
        "n_head": llm.num_attention_heads,
        "n_inner": llm.intermediate_size,
        "n_positions": llm.learned_positions,
        "multi_query": llm.num_key_value_heads == 1,
    }


def _falcon(llm: Llm) -> dict[str, Any]:
    grouped = llm.num_key_value_heads not in (1, llm.num_attention_heads)
    return {
        "ffn_hidden_size": llm.intermediate_size,
        "new_decoder_architecture": grouped,
        "num_kv_heads": llm.num_key_value_heads,
        "multi_query": llm.num_key_value_heads == 1,
        "bias": llm.qkv_bias,
        "num_ln_in_parallel_attn": 2 if grouped and llm.norms_per_layer == 2 else None,
        "parallel_attn": grouped or llm.norms_per_layer == 1,
    }


def _experts(llm: Llm) -> dict[str, Any]:
    words: dict[str, Any] = {
        "num_experts": llm.num_experts,
        "num_local_experts": llm.num_experts,
        "n_routed_experts": llm.num_experts,
        "num_experts_per_tok": llm.num_experts_per_tok,
        "moe_intermediate_size": llm.moe_intermediate_size,
    }
    if llm.model_type in ("mixtral", "olmoe", "granitemoe", "phimoe", "gpt_oss"):
        words["intermediate_size"] = llm.moe_intermediate_size
    if llm.model_type in ("deepseek_v2", "deepseek_v3", "glm4_moe"):
        words |= {
            "n_shared_experts": llm.num_shared_experts or None,
            "first_k_dense_replace": llm.first_dense_layers,
        }
    if llm.model_type == "qwen2_moe":
        words["shared_expert_intermediate_size"] = llm.shared_expert_intermediate_size
    if llm.model_type in ("qwen2_moe", "qwen3_moe"):
        words["mlp_only_layers"] = list(range(llm.first_dense_layers))
    if llm.kv_lora_rank:
        words |= {
            "q_lora_rank": llm.q_lora_rank or None,
            "kv_lora_rank": llm.kv_lora_rank,
            "qk_nope_head_dim": llm.qk_nope_head_dim,
            "qk_rope_head_dim": llm.qk_rope_head_dim,
            "v_head_dim": llm.v_head_dim,
            "head_dim": llm.qk_rope_head_dim,
        }
    return words

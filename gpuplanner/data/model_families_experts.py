"""Model types with experts: Mixtral, Qwen's, DeepSeek's and their like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gpuplanner.core.llm import Llm
from gpuplanner.data.config_keys import MOST_LAYERS, ConfigKeys
from gpuplanner.data.model_families import Family, decoder, switched_windows, windows

_MOST_EXPERTS = 2**16


def _experts(keys: ConfigKeys, names: tuple[str, ...], count: int, active: int | None) -> dict[str, Any]:
    """How many experts there are and how many a token passes; ``active`` None: the key must be there."""
    if any(keys.has(name) for name in names):
        count = 0  # stands only for a null then
    total = keys.integer(names, count, low=0, high=_MOST_EXPERTS)
    if not total:
        return {}
    chosen = keys.integer("num_experts_per_tok", active, high=_MOST_EXPERTS)
    if chosen > total:
        raise keys.refuse(
            "num_experts_per_tok",
            f"a token cannot pass {chosen:,} of {total:,} experts",
            "correct one of them",
        )
    return {"num_experts": total, "num_experts_per_tok": chosen}


def mixtral(keys: ConfigKeys, model_type: str) -> Llm:
    """Mixtral: every MLP is eight experts."""
    return decoder(
        keys,
        model_type,
        kv_heads=8,
        positions=131072,
        moe_intermediate_size=keys.integer("intermediate_size", 14336),
        **_experts(keys, ("num_local_experts", "num_experts"), 8, 2),
        **windows(keys, 0, 0),
    )


def _dense_first(keys: ConfigKeys) -> int:
    """Leading dense layers of Qwen's kinds; other patterns are refused."""
    layers = keys.integers("mlp_only_layers")
    if keys.integer("decoder_sparse_step", 1) != 1:
        raise keys.refuse(
            "decoder_sparse_step", "experts in only some of the layers are not covered", "use a step of 1"
        )
    if sorted(layers) != list(range(len(layers))):
        raise keys.refuse(
            "mlp_only_layers",
            "dense layers between layers of experts are not covered",
            "use only leading ones",
        )
    return len(layers)


def qwen2_moe(keys: ConfigKeys, model_type: str) -> Llm:
    """Qwen1.5-MoE and Qwen2-MoE: a shared expert with a gate of its own."""
    return decoder(
        keys,
        model_type,
        kv_heads=16,
        positions=32768,
        qkv_bias=keys.flag("qkv_bias", True),
        moe_intermediate_size=keys.integer("moe_intermediate_size", 1408),
        num_shared_experts=1,
        shared_expert_intermediate_size=keys.integer("shared_expert_intermediate_size", 5632),
        shared_expert_gate=True,
        first_dense_layers=_dense_first(keys),
        **_experts(keys, ("num_experts", "num_local_experts"), 60, 4),
        **switched_windows(keys),
    )


def qwen3_moe(keys: ConfigKeys, model_type: str) -> Llm:
    """Qwen3-30B-A3B and the like."""
    bias = keys.flag("attention_bias", False)
    return decoder(
        keys,
        model_type,
        kv_heads=4,
        positions=32768,
        qkv_bias=bias,
        attention_output_bias=bias,
        qk_norm="head",
        moe_intermediate_size=keys.integer("moe_intermediate_size", 768),
        first_dense_layers=_dense_first(keys),
        **_experts(keys, ("num_experts", "num_local_experts"), 128, 8),
        **switched_windows(keys),
    )


def olmoe(keys: ConfigKeys, model_type: str) -> Llm:
    """OLMoE: norms on the whole of Q and K, ``intermediate_size`` is an expert's."""
    bias = keys.flag("attention_bias", False)
    return decoder(
        keys,
        model_type,
        positions=4096,
        qkv_bias=bias,
        attention_output_bias=bias,
        qk_norm="full",
        moe_intermediate_size=keys.integer("intermediate_size", 2048),
        **_experts(keys, ("num_experts", "num_local_experts"), 64, 8),
    )


def granitemoe(keys: ConfigKeys, model_type: str) -> Llm:
    """Granite 3 with experts."""
    bias = keys.flag("attention_bias", False)
    return decoder(
        keys,
        model_type,
        positions=2048,
        qkv_bias=bias,
        attention_output_bias=bias,
        moe_intermediate_size=keys.integer("intermediate_size", 11008),
        **_experts(keys, ("num_local_experts", "num_experts"), 8, 2),
    )


def phimoe(keys: ConfigKeys, model_type: str) -> Llm:
    """Phi-3.5-MoE: LayerNorm, and biases where the file says so."""
    bias = keys.flag("attention_bias", False)
    return decoder(
        keys,
        model_type,
        kv_heads=8,
        positions=131072,
        qkv_bias=bias,
        attention_output_bias=bias,
        head_bias=keys.flag("lm_head_bias", False),
        norm_parameters=2,
        moe_intermediate_size=keys.integer("intermediate_size", 6400),
        **_experts(keys, ("num_local_experts", "num_experts"), 16, 2),
        **windows(keys, 0, 0),
    )


def gpt_oss(keys: ConfigKeys, model_type: str) -> Llm:
    """gpt-oss: a learned sink per head, biases in router and experts; counted in 16 bits, not MXFP4."""
    bias = keys.flag("attention_bias", True)
    return decoder(
        keys,
        model_type,
        kv_heads=8,
        head_dim=64,
        positions=131072,
        qkv_bias=bias,
        attention_output_bias=bias,
        attention_sinks=True,
        router_bias=True,
        expert_bias=True,
        moe_intermediate_size=keys.integer("intermediate_size", 2880),
        **_experts(keys, ("num_local_experts", "num_experts"), 128, 4),
        **windows(keys, 128, 2),
    )


def glm4_moe(keys: ConfigKeys, model_type: str) -> Llm:
    """GLM-4.5: leading dense layers, one shared expert; its extra layers for prediction are left out."""
    width = keys.integer("moe_intermediate_size", 1408)
    return decoder(
        keys,
        model_type,
        kv_heads=8,
        positions=131072,
        qkv_bias=keys.flag("attention_bias", False),
        qk_norm="head" if keys.flag("use_qk_norm", False) else "",
        moe_intermediate_size=width,
        first_dense_layers=_leading(keys, 1),
        **_shared(keys, width, 1),
        **_experts(keys, ("n_routed_experts", "num_local_experts"), 128, 8),
    )


def deepseek(keys: ConfigKeys, model_type: str) -> Llm:
    """DeepSeek V2 and V3: latent attention; V3's extra layer for prediction is left out."""
    third = model_type == "deepseek_v3"
    if keys.integer("moe_layer_freq", 1) != 1:
        raise keys.refuse(
            "moe_layer_freq", "experts in only some of the layers are not covered", "use a frequency of 1"
        )
    bias = keys.flag("attention_bias", False)
    width = keys.integer("moe_intermediate_size", 2048 if third else 1407)
    nope, rope = keys.integer("qk_nope_head_dim", 128), keys.integer("qk_rope_head_dim", 64)
    llm = decoder(
        keys,
        model_type,
        head_dim=nope + rope,
        positions=4096 if third else 2048,
        qkv_bias=bias,
        attention_output_bias=bias,
        mlp_bias=False if third else keys.flag("mlp_bias", False),
        q_lora_rank=keys.integer("q_lora_rank", 0 if keys.has("q_lora_rank") else 1536, low=0),
        kv_lora_rank=keys.integer("kv_lora_rank", 512),
        qk_nope_head_dim=nope,
        qk_rope_head_dim=rope,
        v_head_dim=keys.integer("v_head_dim", 128),
        moe_intermediate_size=width,
        first_dense_layers=_leading(keys, 3 if third else 0),
        **_shared(keys, width, 1 if third else 2),
        **_experts(keys, ("n_routed_experts", "num_experts"), 256 if third else 64, 8 if third else None),
    )
    # What the file says of head_dim and key-value heads is not used by latent attention.
    return replace(llm, head_dim=nope + rope, num_key_value_heads=llm.num_attention_heads)


def _leading(keys: ConfigKeys, default: int) -> int:
    layers = keys.integer("num_hidden_layers", 1, high=MOST_LAYERS)
    return min(layers, keys.integer("first_k_dense_replace", default, low=0, high=MOST_LAYERS))


def _shared(keys: ConfigKeys, width: int, default: int) -> dict[str, Any]:
    count = keys.integer("n_shared_experts", 0 if keys.has("n_shared_experts") else default, low=0)
    if not count:
        return {}
    return {"num_shared_experts": count, "shared_expert_intermediate_size": count * width}


WITH_EXPERTS: Mapping[str, Family] = {
    "mixtral": mixtral,
    "qwen2_moe": qwen2_moe,
    "qwen3_moe": qwen3_moe,
    "olmoe": olmoe,
    "granitemoe": granitemoe,
    "phimoe": phimoe,
    "gpt_oss": gpt_oss,
    "glm4_moe": glm4_moe,
    "deepseek_v2": deepseek,
    "deepseek_v3": deepseek,
}

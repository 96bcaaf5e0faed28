"""Counting parameters, against transformers, peft and the publishers.

``small_shapes.json`` and ``counted_by_transformers.csv`` hold what transformers 5.23.0, peft 0.21.2 and torch
2.13.0 count when the model class itself is built on the meta device (``AutoModelForCausalLM.from_config``,
``get_peft_model``): small random shapes of every model type with each of its target names, and the
catalogue's models at full size with rank-64 adapters on ``all-linear``.
"""

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gpuplanner.core.llm import Linear, Llm
from gpuplanner.data.catalog import Catalog, load_catalog
from gpuplanner.data.model_config import FAMILIES, config_from_mapping
from gpuplanner.estimator.parameters import (
    half_targets,
    inventory,
    is_target,
    lora_parameters,
    target_names,
)

SAMPLES = Path(__file__).parent.parent / "samples"
SMALL: list[dict[str, Any]] = json.loads((SAMPLES / "small_shapes.json").read_text(encoding="utf-8"))
NOT_IN_TRANSFORMERS = {"qwen", "chatglm", "internlm2"}


def shape(config: dict[str, Any]) -> Llm:
    return config_from_mapping(config, "test", name="test")


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


@pytest.mark.parametrize(
    ("name", "parameters", "lora"),
    [
        ("Qwen-1.8B", 1_836_828_672, 53_673_984),
        ("Qwen-7B", 7_721_324_544, 143_130_624),
        ("Qwen-14B", 14_167_290_880, 223_150_080),
        ("Qwen-72B", 72_287_920_128, 754_974_720),
    ],
)
def test_that_the_profile_s_models_have_the_published_counts(
    catalog: Catalog, name: str, parameters: int, lora: int
) -> None:
    """Trainable parameters as QwenLM/Qwen's fine-tuning prints them: rank 64 on all linears."""
    llm = catalog.model(name)

    assert inventory(llm).n_parameters == parameters
    assert lora_parameters(llm, 64) == lora
    assert lora_parameters(llm, 64, "c_attn+c_proj+w1+w2") == lora


def test_that_every_type_is_counted_as_transformers_counts_it() -> None:
    counted = {sample["config"]["model_type"] for sample in SMALL}

    assert counted == set(FAMILIES) - NOT_IN_TRANSFORMERS - {"gemma3"}
    wrong = [s["config"] for s in SMALL if inventory(shape(s["config"])).n_parameters != s["parameters"]]
    assert wrong == []


def test_that_lora_adapts_what_peft_adapts() -> None:
    wrong = [
        (sample["config"], targets)
        for sample in SMALL
        for targets, expected in sample["lora_r4"].items()
        if lora_parameters(shape(sample["config"]), 4, targets) != expected
    ]

    assert wrong == []


def test_that_full_sizes_are_counted_as_transformers_counts_them(catalog: Catalog) -> None:
    with (SAMPLES / "counted_by_transformers.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))

    assert len(rows) == 134
    for row in rows:
        llm = catalog.model(row["model"])
        assert inventory(llm).n_parameters == int(row["parameters"]), row["model"]
        if row["lora_r64_all_linear"]:
            assert lora_parameters(llm, 64) == int(row["lora_r64_all_linear"]), row["model"]


def test_that_parts_add_up_to_the_whole(catalog: Catalog) -> None:
    for name in catalog.model_names:
        counted = inventory(catalog.model(name))
        layers = sum(
            block.count * (block.other_parameters + sum(linear.n_weights for linear in block.linears))
            for block in counted.blocks
        )
        parts = counted.embedding_parameters + counted.head_parameters + counted.other_parameters + layers
        assert parts == counted.n_parameters, name
        assert 0 < counted.n_active_parameters <= counted.n_parameters, name


@pytest.mark.parametrize(
    ("name", "billions"),
    [("Mixtral-8x7B-v0.1", 12.9), ("Qwen3-30B-A3B", 3.3), ("DeepSeek-V2-Lite", 2.7), ("DeepSeek-V3", 37.5)],
)
def test_that_a_token_passes_the_published_share_of_the_experts(
    catalog: Catalog, name: str, billions: float
) -> None:
    """Active parameters as the model cards round them; DeepSeek counts one of its two embeddings less."""
    assert inventory(catalog.model(name)).n_active_parameters / 1e9 == pytest.approx(billions, rel=0.02)


def test_that_experts_are_held_whole_and_passed_in_part(catalog: Catalog) -> None:
    linears = inventory(catalog.model("Mixtral-8x7B-v0.1")).blocks[0].linears
    expert = next(linear for linear in linears if linear.name == "down_proj")

    assert (expert.copies, expert.active, expert.packed) == (8, 2, True)
    assert expert.n_weights == 8 * 14336 * 4096


def test_that_leading_dense_layers_are_a_block_of_their_own(catalog: Catalog) -> None:
    dense, experts = inventory(catalog.model("DeepSeek-V3")).blocks

    assert (dense.count, experts.count) == (3, 58)
    assert not any(linear.packed for linear in dense.linears)


def test_that_c_proj_is_attention_s_and_the_mlp_s(catalog: Catalog) -> None:
    qwen = catalog.model("Qwen-1.8B")
    both = [linear.role for linear in inventory(qwen).blocks[0].linears if is_target(linear, "c_proj")]

    assert both == ["attention", "mlp"]
    assert target_names(qwen) == {"c_attn", "c_proj", "w1", "w2"}


def test_that_all_linear_leaves_out_the_head_and_embeddings(catalog: Catalog) -> None:
    names = target_names(catalog.model("Llama-3.1-8B"))

    assert names == {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"}


def test_that_half_of_a_fused_expert_projection_is_told(catalog: Catalog) -> None:
    mixtral = catalog.model("Mixtral-8x7B-v0.1")

    assert half_targets(mixtral, "q_proj+w1") == (("w1", "w3"),)
    assert half_targets(mixtral, "w1+w3") == ()
    assert half_targets(mixtral, "all-linear") == ()


def test_that_lora_grows_with_rank_and_targets(catalog: Catalog) -> None:
    for name in ("Qwen2.5-7B", "Mixtral-8x7B-v0.1", "DeepSeek-V2-Lite", "gemma-3-4b-it", "falcon-7b"):
        llm = catalog.model(name)
        assert lora_parameters(llm, 16) == 2 * lora_parameters(llm, 8)
        for target in target_names(llm):
            assert lora_parameters(llm, 8, target) <= lora_parameters(llm, 8), (name, target)


def test_that_a_vision_tower_is_counted_but_not_adapted(catalog: Catalog) -> None:
    """4,300,079,472 is what Hugging Face counts in google/gemma-3-4b-it's checkpoint."""
    both = catalog.model("gemma-3-4b-it")
    text = replace(both, vision_parameters=0)

    assert inventory(both).n_parameters == 4_300_079_472
    assert inventory(both).other_parameters - inventory(text).other_parameters == both.vision_parameters > 0
    assert lora_parameters(both, 8) == lora_parameters(text, 8)


def test_that_a_linear_without_names_is_no_target() -> None:
    packed = Linear("gate_up_proj", 8, 16, "mlp", targetable=False, packed=True)

    assert packed.target_names == ()
    assert not is_target(packed, "all-linear")
    assert not is_target(packed, "gate_up_proj")

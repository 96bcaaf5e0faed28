"""A shape of the catalogue becomes a class of transformers with the same parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
import torch
from transformers import AutoModelForCausalLM, PretrainedConfig

from gpuplanner.core.llm import Llm
from gpuplanner.core.plan import Plan
from gpuplanner.core.trial import TrialSpec
from gpuplanner.data.catalog import load_catalog
from gpuplanner.estimator.parameters import inventory
from gpuplanner.worker.shapes import STANDS_IN, config_of

CATALOG = load_catalog()
WORDS = {
    "model_type": "llama",
    "hidden_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "intermediate_size": 128,
    "vocab_size": 256,
    "tie_word_embeddings": False,
}
AUTO_MAP = {"AutoConfig": "configuration_mine.MyConfig", "AutoModelForCausalLM": "modeling_mine.MyModel"}


def config_of_shape(llm: Llm) -> tuple[PretrainedConfig, list[str]]:
    notes: list[str] = []
    return config_of(TrialSpec(Plan(model=llm.name), llm), notes), notes


def config_of_words(words: Mapping[str, Any], *, trusted: bool = False) -> tuple[PretrainedConfig, list[str]]:
    notes: list[str] = []
    spec = TrialSpec(Plan(model="x"), CATALOG.model("gpt2"), model_config=words, trust_remote_code=trusted)
    return config_of(spec, notes), notes


def n_parameters(config: PretrainedConfig) -> int:
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config)
    return sum(parameter.numel() for parameter in model.parameters())


@pytest.mark.parametrize("name", CATALOG.model_names)
def test_that_the_class_has_the_parameters_of_the_shape(name: str) -> None:
    llm = CATALOG.model(name)
    llm = replace(llm, num_hidden_layers=max(4, llm.first_dense_layers + 1))
    config, notes = config_of_shape(llm)
    assert n_parameters(config) == inventory(llm).n_parameters - llm.vision_parameters
    assert config.use_cache is False
    assert any("vision tower" in note for note in notes) == bool(llm.vision_parameters)


@pytest.mark.parametrize("model_type", [kind for kind in STANDS_IN if kind != "gemma3"])
def test_that_a_note_names_the_class_that_stands_in(model_type: str) -> None:
    llm = next(m for name in CATALOG.model_names if (m := CATALOG.model(name)).model_type == model_type)
    config, (note,) = config_of_shape(llm)
    assert config.model_type == STANDS_IN[model_type]
    assert STANDS_IN[model_type] in note.lower()


def test_that_gemma_3_keeps_its_layers_with_and_without_a_window() -> None:
    llm = CATALOG.model("gemma-3-4b-pt")
    config, _ = config_of_shape(llm)
    every = llm.sliding_window_every
    assert config.layer_types.count("full_attention") == llm.num_hidden_layers // every
    assert config.layer_types[every - 1] == "full_attention"
    assert config.sliding_window == llm.sliding_window


def test_that_the_users_words_are_built_not_the_shape() -> None:
    config, notes = config_of_words({**WORDS, "rms_norm_eps": 3e-5})
    assert (config.model_type, config.hidden_size, config.rms_norm_eps) == ("llama", 64, 3e-5)
    assert (config.use_cache, notes) == (False, [])


def test_that_words_of_a_family_that_transformers_lacks_go_by_the_shape() -> None:
    notes: list[str] = []
    llm = CATALOG.model("Qwen-1.8B")
    words = {"model_type": "qwen", "auto_map": AUTO_MAP, "hidden_size": 2048}
    config = config_of(TrialSpec(Plan(model="x"), llm, model_config=words), notes)
    assert (config.model_type, config.num_hidden_layers) == ("qwen2", llm.num_hidden_layers)


def test_that_an_unknown_type_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="transformers has no class for the model type 'mine'") as caught:
        config_of_words({**WORDS, "model_type": "mine"})
    assert "a family that it knows" in str(caught.value)
    with pytest.raises(ValueError, match="model type ''"):
        config_of_words({key: value for key, value in WORDS.items() if key != "model_type"})


@pytest.mark.parametrize("trusted", [False, True])
def test_that_code_named_by_auto_map_is_not_run(trusted: bool) -> None:
    config, notes = config_of_words({**WORDS, "auto_map": AUTO_MAP}, trusted=trusted)
    assert type(config).__module__.startswith("transformers.")
    assert not hasattr(config, "auto_map")
    assert any("own Python files were not run" in note for note in notes) is not trusted
    assert n_parameters(config) > 0


def test_that_a_quantization_of_the_file_is_left_aside() -> None:
    packed = {"quant_method": "gptq", "bits": 4, "group_size": 128}
    config, (note,) = config_of_words({**WORDS, "quantization_config": packed})
    assert not hasattr(config, "quantization_config")
    assert "quantization_config was left aside" in note


def test_that_a_config_with_other_senses_gives_its_language_model() -> None:
    words = {"model_type": "mistral3", "text_config": {"model_type": "mistral", "hidden_size": 640}}
    config, _ = config_of_words(words)
    assert (config.model_type, config.hidden_size, config.use_cache) == ("mistral", 640, False)

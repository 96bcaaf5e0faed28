"""Small shapes of every type survive the way config.json → shape → configuration → transformers' model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModelForCausalLM
from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

from gpuplanner.core.llm import Llm
from gpuplanner.core.plan import Plan
from gpuplanner.core.trial import TrialSpec
from gpuplanner.data.catalog import load_catalog
from gpuplanner.data.model_config import FAMILIES, config_from_mapping
from gpuplanner.estimator.parameters import inventory
from gpuplanner.worker.shapes import STANDS_IN, config_of

SAMPLES = Path(__file__).parent.parent / "samples"
SMALL: list[dict[str, Any]] = json.loads((SAMPLES / "small_shapes.json").read_text(encoding="utf-8"))


def n_parameters(llm: Llm, words: Mapping[str, Any] | None = None) -> int:
    config = config_of(TrialSpec(Plan(), llm, model_config=words), [])
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config)
    return sum(parameter.numel() for parameter in model.parameters())


@pytest.mark.parametrize("given", [False, True], ids=["by shape", "word for word"])
def test_that_small_shapes_of_every_type_have_the_counted_parameters(given: bool) -> None:
    """Biases, tied heads, experts, windows, latent attention and dense layers survive."""
    wrong = []
    for sample in SMALL:
        words = sample["config"]
        llm = config_from_mapping(words, "test", name="test")
        if n_parameters(llm, words if given else None) != sample["parameters"]:
            wrong.append(words)
    assert wrong == []


def test_that_every_family_has_a_class() -> None:
    missing = [
        kind for kind in FAMILIES if STANDS_IN.get(kind, kind) not in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES
    ]
    assert missing == []


@pytest.mark.parametrize("name", ["Qwen-7B", "Llama-3.1-8B", "gpt-oss-20b", "deepseek-v2-lite", "gpt2"])
def test_that_a_whole_model_has_the_counted_parameters(name: str) -> None:
    llm = load_catalog().model(name)
    assert n_parameters(llm) == inventory(llm).n_parameters

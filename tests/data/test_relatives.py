"""Families of models by their names."""

from __future__ import annotations

import pytest

from gpuplanner.data.catalog import load_catalog
from gpuplanner.data.relatives import alternatives, smaller_relatives


@pytest.mark.parametrize(
    ("model", "smaller"),
    [
        ("Qwen-14B", {"Qwen-7B", "Qwen-1.8B"}),
        ("Qwen-14B-Chat", {"Qwen-7B-Chat", "Qwen-1.8B-Chat"}),
        ("Llama-3.1-70B", {"Llama-3.1-8B"}),
        ("Qwen-1.8B", set()),
        ("gpt2", set()),
    ],
)
def test_that_smaller_models_are_of_the_same_family(model: str, smaller: set[str]) -> None:
    catalog = load_catalog()
    assert {llm.name for llm in smaller_relatives(catalog, catalog.model(model))} == smaller


def test_that_there_are_all_cards_and_the_smaller_models() -> None:
    catalog = load_catalog()
    found = alternatives(catalog, catalog.model("Qwen-7B"))
    assert {gpu.name for gpu in found.gpus} == set(catalog.gpu_names)
    assert [llm.name for llm in found.models] == ["Qwen-1.8B"]

"""Plans in one line: `planned(model=…, method=…)` gives the resolved plan of the shipped catalogue."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gpuplanner.core.plan import ResolvedPlan, plan_from_texts
from gpuplanner.data.catalog import load_catalog

Planned = Callable[..., ResolvedPlan]

PROFILE = {
    "model": "Qwen-7B",
    "lora_dropout": "0.05",
    "torch_version": "2.0",
    "grad_accum_steps": "8",
    "framework": "hf",
    "sharding": "none",
}
"""The Qwen profile's recipe for LoRA on one GPU."""


@pytest.fixture(scope="session")
def planned() -> Planned:
    def resolve(**fields: object) -> ResolvedPlan:
        texts = {name: str(value) for name, value in fields.items()}
        return load_catalog().resolve(plan_from_texts({"model": "Qwen-7B", **texts}))

    return resolve


@pytest.fixture(scope="session")
def profile_plan(planned: Planned) -> Planned:
    return lambda **fields: planned(**{**PROFILE, **fields})

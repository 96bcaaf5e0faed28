"""What users would catch, on random plans: memory never falls where it cannot, methods keep their order."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpuplanner.core.errors import InputError
from gpuplanner.core.plan import (
    AdapterPrecision,
    Attention,
    Framework,
    Method,
    Optimizer,
    Plan,
    Precision,
    Quantization,
    ResolvedPlan,
    Sharding,
)
from gpuplanner.data.catalog import load_catalog
from gpuplanner.estimator.estimate import estimate, estimate_many

MODELS = load_catalog().model_names


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Any plan that does not contradict itself by construction."""
    method = draw(st.sampled_from(list(Method)))
    quantized = [kind for kind in Quantization if kind is not Quantization.NONE]
    quantization = draw(st.sampled_from(quantized)) if method is Method.QLORA else Quantization.NONE
    gpus = draw(st.sampled_from([1, 2, 4, 8]))
    if method is Method.INFERENCE:
        sharding = Sharding.NONE if gpus == 1 else Sharding.LAYERS
    elif gpus == 1:
        sharding = draw(st.sampled_from([Sharding.NONE, Sharding.ZERO2, Sharding.ZERO3, Sharding.FSDP]))
    else:
        sharding = draw(
            st.sampled_from([Sharding.DDP, Sharding.ZERO1, Sharding.ZERO2, Sharding.ZERO3, Sharding.FSDP])
        )
    frameworks = [Framework.AUTO, Framework.HF] if sharding is Sharding.FSDP else [Framework.AUTO]
    return Plan(
        model=draw(st.sampled_from(MODELS)),
        method=method,
        quantization=quantization,
        precision=draw(st.sampled_from(list(Precision))),
        adapter_precision=draw(st.sampled_from(list(AdapterPrecision))),
        lora_dropout=draw(st.sampled_from([0.0, 0.05])),
        lora_rank=draw(st.sampled_from([1, 8, 64, 256])),
        optimizer=draw(st.sampled_from(list(Optimizer))),
        sharding=sharding,
        framework=draw(st.sampled_from(frameworks)),
        gpus_per_node=gpus,
        torch_version=draw(st.sampled_from(["2.0", "2.2", "2.13"])),
        seq_len=draw(st.sampled_from([1, 256, 2048, 8192, 32768])),
        micro_batch_size=draw(st.sampled_from([1, 2, 8])),
        grad_accum_steps=draw(st.sampled_from([1, 8])),
        grad_checkpointing=draw(st.booleans()),
        attention=draw(st.sampled_from(list(Attention))),
        fused_loss=draw(st.booleans()),
        new_tokens=draw(st.sampled_from([0, 512])),
    )


def device_bytes(resolved: list[ResolvedPlan]) -> list[float]:
    return [float(value) for value in estimate_many(resolved).device_bytes]


@settings(max_examples=300, deadline=None)
@given(plans())
def test_that_memory_never_falls_when_the_plan_grows(plan: Plan) -> None:
    catalog = load_catalog()
    grown = [
        replace(plan, seq_len=plan.seq_len * 2),
        replace(plan, seq_len=plan.seq_len + 1),
        replace(plan, micro_batch_size=plan.micro_batch_size + 1),
        replace(plan, lora_rank=plan.lora_rank * 2),
    ]
    sizes = device_bytes([catalog.resolve(item) for item in (plan, *grown)])
    assert all(size >= sizes[0] * (1 - 1e-12) for size in sizes[1:])


@settings(max_examples=300, deadline=None)
@given(plans())
def test_that_every_plan_has_a_finite_answer_that_adds_up(plan: Plan) -> None:
    answer = estimate(load_catalog().resolve(plan))
    memory, step = answer.memory, answer.step
    assert 0 < memory.low_device_bytes < memory.peak_device_bytes < memory.high_device_bytes
    assert memory.peak_device_bytes == (
        memory.peak_allocated_bytes + memory.fragmentation_bytes + memory.context_bytes
    )
    assert memory.fragmentation_bytes >= 0
    assert 0 < step.low_seconds < step.seconds < step.high_seconds < np.inf
    assert 0 <= answer.fit_probability <= 1
    assert 0 < step.mfu < 1.2


@settings(max_examples=100, deadline=None)
@given(plans())
def test_that_one_plan_and_many_plans_agree(plan: Plan) -> None:
    """The columns of a sweep and the document of one plan are the same numbers."""
    catalog = load_catalog()
    other = catalog.resolve(Plan(model="Qwen-72B", gpus_per_node=4, sharding=Sharding.ZERO3))
    resolved = catalog.resolve(plan)
    columns = estimate_many([other, resolved, other])
    answer = estimate(resolved)
    assert columns.allocated_bytes[1] == pytest.approx(answer.memory.peak_allocated_bytes, abs=10)
    assert columns.device_bytes[1] == pytest.approx(answer.memory.peak_device_bytes, abs=10)
    assert columns.high_bytes[1] == pytest.approx(answer.memory.high_device_bytes, rel=1e-9)
    assert columns.step_time_s[1] == pytest.approx(answer.step.seconds, rel=1e-12)
    assert columns.peak_phases[1] == answer.memory.peak_phase


@pytest.mark.parametrize("model", MODELS)
def test_that_methods_keep_their_order_at_short_lengths(model: str) -> None:
    """Q-LoRA < LoRA < LoRA with embeddings < full, with the same optimizer and framework."""
    catalog = load_catalog()
    sizes = device_bytes(
        [
            catalog.resolve(Plan(model=model, method=method, seq_len=256, lora_rank=16))
            for method in (Method.QLORA, Method.LORA, Method.LORA_EMB, Method.FULL)
        ]
    )
    assert sizes == sorted(sizes)
    assert len(set(sizes)) == 4


@pytest.mark.parametrize("method", [Method.LORA, Method.FULL])
def test_that_more_sharding_never_costs_more_than_its_buffers(method: Method) -> None:
    catalog = load_catalog()
    stages = [Sharding.ZERO1, Sharding.ZERO2, Sharding.ZERO3]
    sizes = device_bytes(
        [
            catalog.resolve(Plan(model="Qwen-7B", method=method, gpus_per_node=4, sharding=kind, seq_len=512))
            for kind in stages
        ]
    )
    buffers = 15e9  # one sub-group twice (12 B × 1e9) and a few gathered layers
    assert all(after <= before + buffers for before, after in pairwise(sizes))
    more_gpus = device_bytes(
        [
            catalog.resolve(
                Plan(model="Qwen-7B", method=method, gpus_per_node=n, sharding=Sharding.ZERO3, seq_len=512)
            )
            for n in (2, 4, 8, 16)
        ]
    )
    assert more_gpus == sorted(more_gpus, reverse=True)


def test_that_a_config_file_and_the_catalogue_give_the_same_estimate(tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    config.write_text(
        '{"model_type": "llama", "hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32,'
        ' "num_key_value_heads": 8, "intermediate_size": 14336, "vocab_size": 128256,'
        ' "tie_word_embeddings": false}',
        encoding="utf-8",
    )
    catalog = load_catalog()
    by_path, by_name = device_bytes(
        [catalog.resolve(Plan(model=str(config))), catalog.resolve(Plan(model="llama-3.1-8b"))]
    )
    assert by_path == by_name


def test_that_an_unknown_model_is_an_input_error() -> None:
    with pytest.raises(InputError):
        load_catalog().resolve(Plan(model="no-such-model"))

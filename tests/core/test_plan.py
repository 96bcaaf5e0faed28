from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpuplanner.core.errors import InputError
from gpuplanner.core.plan import (
    PLAN_FIELD,
    PLAN_FIELDS,
    Method,
    Plan,
    Quantization,
    Sharding,
    plan_from_texts,
    plan_to_texts,
)

# "Plan fields" of the interface, in its order.
INTERFACE_FIELDS = (
    *("model", "method", "quantization", "precision", "autocast", "adapter_precision", "lora_dropout"),
    *("lora_rank", "lora_targets", "optimizer", "sharding", "framework", "torch_version", "offload"),
    *("gpu", "nodes", "gpus_per_node", "interconnect", "internode_gbps"),
    *("seq_len", "micro_batch_size", "grad_accum_steps", "grad_checkpointing", "attention", "fused_loss"),
    *("new_tokens", "kv_cache_precision"),
)


def test_that_the_plan_has_exactly_the_fields_of_the_interface() -> None:
    assert [spec.name for spec in PLAN_FIELDS] == list(INTERFACE_FIELDS)


def test_that_an_empty_plan_has_the_defaults_of_the_interface() -> None:
    plan = plan_from_texts({})
    assert plan == Plan()
    assert plan_to_texts(plan) == {
        "model": "",
        "method": "lora",
        "quantization": "",
        "precision": "bf16",
        "autocast": "auto",
        "adapter_precision": "fp32",
        "lora_dropout": "0",
        "lora_rank": "64",
        "lora_targets": "all-linear",
        "optimizer": "adamw",
        "sharding": "",
        "framework": "auto",
        "torch_version": "2.13",
        "offload": "none",
        "gpu": "A100 80GB SXM4",
        "nodes": "1",
        "gpus_per_node": "1",
        "interconnect": "",
        "internode_gbps": "",
        "seq_len": "2048",
        "micro_batch_size": "1",
        "grad_accum_steps": "1",
        "grad_checkpointing": "true",
        "attention": "flash",
        "fused_loss": "false",
        "new_tokens": "0",
        "kv_cache_precision": "",
    }


def test_that_all_fields_that_cannot_be_read_are_named_at_once() -> None:
    with pytest.raises(InputError) as caught:
        plan_from_texts({"seq_len": "0", "method": "dora", "model": "Qwen-7B", "peak_memory": "?"})
    assert [problem.where for problem in caught.value.problems] == ["method", "seq_len"]
    assert "'dora' is not one of full, lora" in str(caught.value)


def test_that_a_plan_cannot_be_changed_in_place() -> None:
    with pytest.raises(FrozenInstanceError):
        Plan().seq_len = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("plan", "samples"),
    [
        (Plan(micro_batch_size=2, grad_accum_steps=8), 16),
        (Plan(grad_accum_steps=8, nodes=2, gpus_per_node=2, sharding=Sharding.ZERO2), 32),
        (Plan(grad_accum_steps=8, gpus_per_node=4), 32),
        (Plan(grad_accum_steps=8, gpus_per_node=4, sharding=Sharding.LAYERS), 8),
    ],
)
def test_that_one_step_sees_each_gpus_samples(plan: Plan, samples: int) -> None:
    assert plan.samples_per_step == samples


@given(st.data())
def test_that_every_plan_is_read_back_from_its_texts(data: st.DataObject) -> None:
    texts = {}
    for spec in PLAN_FIELDS:
        if spec.choices:
            texts[spec.name] = data.draw(st.sampled_from(("", *spec.choices)))
        elif spec.kind is int:
            assert spec.low is not None
            texts[spec.name] = str(data.draw(st.integers(int(spec.low), int(spec.high or 9))))
    plan = plan_from_texts(texts)
    assert plan_from_texts(plan_to_texts(plan)) == plan


def test_that_a_word_of_the_interface_gives_its_value() -> None:
    plan = plan_from_texts({"method": "QLoRA", "quantization": "nf4_dq", "sharding": "zero3"})
    assert (plan.method, plan.quantization, plan.sharding) == (
        Method.QLORA,
        Quantization.NF4_DQ,
        Sharding.ZERO3,
    )
    assert PLAN_FIELD["quantization"].unset

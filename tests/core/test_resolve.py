from dataclasses import replace

import pytest

from gpuplanner.core.gpu import Gpu
from gpuplanner.core.plan import (
    PLAN_FIELDS,
    Autocast,
    Framework,
    Interconnect,
    KvPrecision,
    Method,
    Offload,
    Plan,
    Precision,
    Quantization,
    Sharding,
)
from gpuplanner.core.resolve import contradictions, fill_in

TARGETS = ("q_proj", "v_proj")


def card(nvlink: float = 0.0) -> Gpu:
    return Gpu(
        name="Card",
        nvml_name="Card",
        architecture="Ampere",
        compute_capability="8.0",
        memory_bytes=80 * 2**30,
        bandwidth_bytes_per_s=2e12,
        bf16_flops=312e12,
        fp16_flops=312e12,
        tdp_watts=400,
        nvlink_bytes_per_s=nvlink,
        measured_matmul_flops=None,
        flash_attention="2",
    )


def filled(plan: Plan, nvlink: float = 0.0) -> Plan:
    return fill_in(plan, card(nvlink))[0]


def problems_of(plan: Plan) -> list[str]:
    return [problem.where for problem in contradictions(filled(plan), TARGETS)]


def test_that_nothing_is_left_open() -> None:
    plan = filled(Plan(model="Qwen-7B"))
    assert all(getattr(plan, spec.name) is not None for spec in PLAN_FIELDS)
    assert plan.framework is not Framework.AUTO
    assert plan.autocast is not Autocast.AUTO


def test_that_what_is_said_stays_said() -> None:
    said = Plan(
        quantization=Quantization.NF4,
        sharding=Sharding.ZERO3,
        framework=Framework.FSDP,
        autocast=Autocast.FALSE,
        interconnect=Interconnect.PCIE,
        internode_gbps=200.0,
        kv_cache_precision=KvPrecision.INT8,
        nodes=2,
        gpus_per_node=2,
    )
    plan, assumptions = fill_in(said, card(nvlink=6e11))
    assert plan == said
    assert assumptions == ()


@pytest.mark.parametrize(
    ("method", "quantization"),
    [
        (Method.QLORA, Quantization.NF4_DQ),
        (Method.LORA, Quantization.NONE),
        (Method.FULL, Quantization.NONE),
        (Method.INFERENCE, Quantization.NONE),
    ],
)
def test_that_the_base_is_quantized_for_qlora_only(method: Method, quantization: Quantization) -> None:
    assert filled(Plan(method=method)).quantization is quantization


@pytest.mark.parametrize(
    ("plan", "sharding", "framework"),
    [
        (Plan(), Sharding.NONE, Framework.HF),
        (Plan(gpus_per_node=2), Sharding.DDP, Framework.HF),
        (Plan(nodes=2), Sharding.DDP, Framework.HF),
        (Plan(method=Method.INFERENCE, gpus_per_node=2), Sharding.LAYERS, Framework.HF),
        (Plan(sharding=Sharding.ZERO1), Sharding.ZERO1, Framework.HF_DEEPSPEED),
        (Plan(sharding=Sharding.ZERO2), Sharding.ZERO2, Framework.HF_DEEPSPEED),
        (Plan(sharding=Sharding.ZERO3), Sharding.ZERO3, Framework.HF_DEEPSPEED),
        (Plan(sharding=Sharding.FSDP), Sharding.FSDP, Framework.FSDP),
    ],
)
def test_that_sharding_and_framework_follow_from_the_gpus(
    plan: Plan, sharding: Sharding, framework: Framework
) -> None:
    assert (filled(plan).sharding, filled(plan).framework) == (sharding, framework)


@pytest.mark.parametrize(
    ("plan", "autocast"),
    [
        (Plan(), Autocast.TRUE),
        (Plan(sharding=Sharding.ZERO2), Autocast.FALSE),
        (Plan(precision=Precision.FP32), Autocast.FALSE),
        (Plan(precision=Precision.BF16_MIXED, sharding=Sharding.FSDP), Autocast.TRUE),
        (Plan(method=Method.INFERENCE), Autocast.FALSE),
    ],
)
def test_that_autocast_follows_the_framework(plan: Plan, autocast: Autocast) -> None:
    assert filled(plan).autocast is autocast


def test_that_the_kv_cache_has_the_precision_of_the_weights() -> None:
    assert filled(Plan(precision=Precision.FP16)).kv_cache_precision is KvPrecision.FP16
    assert filled(Plan(precision=Precision.BF16)).kv_cache_precision is KvPrecision.BF16


def test_that_links_that_are_not_said_are_assumed_aloud_where_they_matter() -> None:
    plan, assumptions = fill_in(Plan(nodes=2, gpus_per_node=4), card(nvlink=6e11))
    assert (plan.interconnect, plan.internode_gbps) == (Interconnect.NVLINK, 47.0)
    assert any("NVLink" in text for text in assumptions)
    assert any("47 Gbit/s" in text for text in assumptions)
    assert filled(Plan(gpus_per_node=2)).interconnect is Interconnect.PCIE
    assert fill_in(Plan(), card())[1] == ()


@pytest.mark.parametrize(
    "plan",
    [
        Plan(),
        Plan(method=Method.QLORA),
        Plan(method=Method.LORA, quantization=Quantization.NF4),
        Plan(method=Method.FULL, sharding=Sharding.ZERO3),
        Plan(method=Method.LORA_EMB, gpus_per_node=4),
        Plan(method=Method.INFERENCE, gpus_per_node=2),
        Plan(method=Method.FULL, sharding=Sharding.ZERO2, offload=Offload.OPTIMIZER),
        Plan(sharding=Sharding.FSDP, offload=Offload.PARAMETERS, gpus_per_node=2),
        Plan(lora_targets="q_proj + v_proj"),
        Plan(method=Method.FULL, lora_targets="nonsense"),  # not used, so not judged
    ],
)
def test_that_a_possible_plan_has_no_contradiction(plan: Plan) -> None:
    assert problems_of(plan) == []


@pytest.mark.parametrize(
    ("plan", "where"),
    [
        (Plan(method=Method.QLORA, quantization=Quantization.NONE), "quantization"),
        (Plan(method=Method.FULL, quantization=Quantization.NF4), "quantization"),
        (Plan(method=Method.LORA_EMB, quantization=Quantization.INT8), "quantization"),
        (Plan(method=Method.INFERENCE, sharding=Sharding.ZERO3), "sharding"),
        (Plan(method=Method.FULL, sharding=Sharding.LAYERS, gpus_per_node=2), "sharding"),
        (Plan(sharding=Sharding.NONE, gpus_per_node=2), "sharding"),
        (Plan(offload=Offload.OPTIMIZER), "offload"),
        (Plan(offload=Offload.PARAMETERS, sharding=Sharding.ZERO2), "offload"),
        (Plan(lora_targets="q_proj+wqkv"), "lora_targets"),
        (Plan(lora_targets="q_proj+"), "lora_targets"),
        (Plan(framework=Framework.HF_DEEPSPEED), "framework"),
        (Plan(framework=Framework.FSDP, sharding=Sharding.ZERO3), "framework"),
        (Plan(framework=Framework.HF, sharding=Sharding.ZERO3), "framework"),
    ],
)
def test_that_a_contradiction_is_named_at_its_field_with_a_way_out(plan: Plan, where: str) -> None:
    (problem,) = contradictions(filled(plan), TARGETS)
    assert problem.where == where
    assert problem.what
    assert problem.hint


def test_that_several_contradictions_are_all_named() -> None:
    plan = Plan(method=Method.QLORA, quantization=Quantization.NONE, lora_targets="x")
    assert problems_of(plan) == ["quantization", "lora_targets"]
    assert problems_of(replace(plan, quantization=None, lora_targets="all-linear")) == []

"""Solving is exact: the answer fits, the next value does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from gpuplanner.core.errors import InputError
from gpuplanner.core.estimate import Budget, Change, ChangeCost, Fits
from gpuplanner.core.plan import Framework, ResolvedPlan
from gpuplanner.core.units import GIB
from gpuplanner.data.catalog import load_catalog
from gpuplanner.estimator.candidates import Alternatives
from gpuplanner.estimator.estimate import estimate
from gpuplanner.estimator.largest import largest, smallest
from gpuplanner.estimator.solve import fitting_lengths, fixes, rank_fixes, uses_of_room

Planned = Callable[..., ResolvedPlan]


@pytest.mark.parametrize("target", ["seq_len", "micro_batch_size", "lora_rank"])
def test_that_the_largest_value_fits_and_the_next_does_not(planned: Planned, target: str) -> None:
    resolved = planned(model="Qwen-7B", gpu="RTX 4090", seq_len=512)
    found = largest(resolved, target)
    assert found is not None
    for value, fits in ((found.value, True), (found.next_value, False)):
        changed: dict[str, Any] = {target: value}
        answer = estimate(replace(resolved, plan=replace(resolved.plan, **changed)))
        assert (answer.fits is not Fits.NO) is fits


def test_that_the_fewest_gpus_fit(planned: Planned) -> None:
    found = largest(planned(model="Qwen-72B", sharding="zero3", gpus_per_node=4), "gpus_per_node")
    assert found is not None
    assert 2 < found.value <= 4
    assert found.bytes <= 80 * GIB < found.next_bytes


def test_that_nothing_fits_a_card_that_is_too_small(planned: Planned) -> None:
    assert largest(planned(model="Qwen-72B", gpu="T4", precision="fp16"), "seq_len") is None
    assert fitting_lengths(planned(model="Qwen-72B", gpu="T4", precision="fp16")) == (0, 0)


def test_that_an_unknown_target_is_refused(planned: Planned) -> None:
    with pytest.raises(InputError, match="cannot be solved for"):
        largest(planned(), "gpu")


def test_that_fitting_lengths_are_the_last_ones(planned: Planned) -> None:
    resolved = planned(model="Qwen-14B", method="qlora", gpu="RTX 4090")
    comfortable, possible = fitting_lengths(resolved)
    assert 0 < comfortable < possible
    for length, fits in (
        (comfortable, {Fits.YES}),
        (comfortable + 128, {Fits.TIGHT, Fits.NO}),
        (possible, {Fits.TIGHT, Fits.YES}),
        (possible + 128, {Fits.NO}),
    ):
        answer = estimate(replace(resolved, plan=replace(resolved.plan, seq_len=length)))
        assert answer.fits in fits


def test_that_fixes_save_what_they_say_in_the_order_of_their_cost(planned: Planned) -> None:
    resolved = planned(model="Qwen-7B", gpu="RTX 4090", seq_len=8192)
    before = estimate(resolved)
    assert before.fits is Fits.NO
    found = fixes(resolved)
    order = list(ChangeCost)
    ranks = [order.index(change.cost) for change in found]
    assert ranks == sorted(ranks)
    assert any(change.fits is not Fits.NO for change in found)
    for change in found:
        after = estimate(load_catalog().resolve(change.plan))
        assert before.memory.peak_device_bytes - after.memory.peak_device_bytes == pytest.approx(
            change.saves_bytes, abs=20
        )
        assert after.fits is change.fits
        per_sample = after.step.seconds / after.step.samples_per_step
        assert per_sample / (before.step.seconds / before.step.samples_per_step) == pytest.approx(
            change.time_factor
        )


def test_that_sharding_is_offered_though_the_framework_was_filled_in(planned: Planned) -> None:
    found = fixes(planned(model="Qwen-72B", gpus_per_node=4))
    assert any(dict(change.changed).get("sharding") == "zero3" for change in found)


def test_that_sharding_is_offered_though_a_row_names_its_framework(planned: Planned) -> None:
    found = fixes(planned(model="Qwen-72B", gpus_per_node=4, framework="hf"))
    sharded = [change for change in found if dict(change.changed).get("sharding") == "zero3"]
    assert any(change.fits is Fits.YES for change in sharded)
    assert all(change.plan.framework is Framework.AUTO for change in sharded)


def test_that_room_is_offered_for_something(planned: Planned) -> None:
    found = uses_of_room(planned(model="Qwen-1.8B", grad_accum_steps=8))
    assert found
    batch = next(change for change in found if "micro_batch_size" in dict(change.changed))
    assert batch.plan.micro_batch_size * batch.plan.grad_accum_steps == 8


def test_that_a_budget_in_bytes_and_a_reserve_count(planned: Planned) -> None:
    resolved = planned(model="Qwen-7B")
    assert estimate(resolved, budget=Budget(bytes=10 * GIB)).fits is Fits.NO
    reserved = estimate(resolved, budget=Budget(reserve_bytes=70 * GIB))
    assert reserved.budget_bytes == 10 * GIB
    assert estimate(resolved, budget=Budget(bytes=1, reserve_bytes=5)).budget_bytes == 0


def test_that_lengths_end_at_a_table_of_positions(planned: Planned) -> None:
    found = largest(planned(model="gpt2"), "seq_len")
    assert found is not None
    assert found.value == found.next_value == 1024


def test_that_the_least_value_says_by_how_much_nothing_fits(planned: Planned) -> None:
    resolved = planned(model="Qwen-72B", gpu="T4", precision="fp16")
    assert smallest(resolved, "seq_len").value == 128
    assert smallest(resolved, "seq_len").bytes > 100 * GIB
    sharded = planned(model="Qwen-72B", gpu="T4", precision="fp16", sharding="zero3")
    assert smallest(sharded, "gpus_per_node").value > 1
    assert smallest(planned(model="Qwen-72B", gpu="T4", sharding="none"), "gpus_per_node").value == 1


def changes(found: tuple[Change, ...]) -> list[dict[str, Any]]:
    return [dict(change.changed) for change in found]


JOURNEY_A = {
    "model": "Qwen-14B",
    "method": "qlora",
    "seq_len": 4096,
    "gpu": "RTX 4090",
    "grad_accum_steps": 8,
}


def test_that_journey_a_is_answered(planned: Planned) -> None:
    """users.md: fuse the loss, a shorter length, the display's memory, a smaller model, another card."""
    resolved = planned(**JOURNEY_A)
    catalog = load_catalog()
    others = Alternatives(
        tuple(catalog.gpu(name) for name in catalog.gpu_names),
        (catalog.model("Qwen-1.8B"), catalog.model("Qwen-7B")),
    )
    taken = round(0.9 * GIB)
    free = Budget(resolved.gpu.memory_bytes - taken)
    assert estimate(resolved, budget=free).fits is not Fits.YES
    found = rank_fixes(resolved, free, others=others, taken_bytes=taken)
    listed = changes(found.helpful)
    assert listed[0] == {"fused_loss": True}
    assert {"model": "Qwen-7B"} in listed  # the largest that fits, not the smallest
    assert {"gpu": "RTX 5090"} in listed
    shorter = next(change for change in found.helpful if change.cost is ChangeCost.DATA)
    assert 2048 <= dict(shorter.changed)["seq_len"] < 4096
    assert shorter.fits is Fits.YES


def test_that_the_displays_memory_is_offered_where_it_helps(planned: Planned) -> None:
    resolved = planned(**JOURNEY_A)
    taken = 3 * GIB
    budget = Budget(resolved.gpu.memory_bytes - taken)
    assert estimate(resolved, budget=budget).fits is Fits.NO
    helpful = rank_fixes(resolved, budget, taken_bytes=taken).helpful
    costs = [change.cost for change in helpful]
    freed = helpful[costs.index(ChangeCost.OTHERS)]
    assert dict(freed.changed) == {"budget": "capacity"}
    assert {*costs[: costs.index(ChangeCost.OTHERS)]} <= {ChangeCost.NOTHING}, "it takes nothing of the plan"
    assert freed.saves_bytes == 0
    assert freed.fits is estimate(resolved).fits
    no_help = rank_fixes(resolved, Budget(10 * GIB), taken_bytes=GIB)
    assert {"budget": "capacity"} not in changes(no_help.helpful)


def test_that_what_does_not_help_is_said_apart(planned: Planned) -> None:
    found = rank_fixes(planned(model="Qwen-7B", gpu="RTX 4090", seq_len=8192))
    assert {"optimizer": "adamw-fused"} in changes(found.useless)
    least = 0.005 * found.helpful[0].device_bytes
    assert all(change.saves_bytes > least for change in found.helpful)


def test_that_a_length_without_samples_costs_nothing(planned: Planned) -> None:
    found = rank_fixes(planned(**JOURNEY_A), longest_sample=1000)
    shorter = next(change for change in found.helpful if "seq_len" in dict(change.changed))
    assert (dict(shorter.changed)["seq_len"], shorter.cost) == (1024, ChangeCost.NOTHING)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"attention": "eager", "micro_batch_size": 6}, {"attention": "flash"}),
        (
            {"attention": "eager", "micro_batch_size": 6, "gpu": "T4", "precision": "fp16"},
            {"attention": "sdpa"},
        ),
        ({"grad_checkpointing": False}, {"grad_checkpointing": True}),
        ({"micro_batch_size": 8, "seq_len": 512}, {"micro_batch_size": 2, "grad_accum_steps": 4}),
        ({"precision": "fp32"}, {"precision": "bf16"}),
        ({"precision": "fp16-mixed"}, {"precision": "fp16"}),
        ({"lora_rank": 512, "seq_len": 256}, {"lora_rank": 128}),
        ({"method": "full"}, {"sharding": "zero3", "offload": "parameters"}),
        ({"method": "full"}, {"method": "qlora", "quantization": "nf4-dq"}),
        ({"method": "lora-emb", "gpus_per_node": 4}, {"sharding": "zero2"}),
        ({"method": "qlora", "gpus_per_node": 4}, {"sharding": "fsdp"}),
        ({"method": "qlora", "quantization": "int8"}, {"quantization": "nf4-dq"}),
        ({"method": "qlora", "quantization": "gptq-int8"}, {"quantization": "gptq-int4"}),
        ({"method": "inference", "model": "Qwen2.5-32B"}, {"quantization": "nf4-dq"}),
        ({"method": "inference", "model": "Qwen2.5-32B"}, {"gpus_per_node": 4, "sharding": "layers"}),
        ({"method": "inference", "new_tokens": 32768, "micro_batch_size": 4}, {"kv_cache_precision": "int8"}),
        ({"model": "Llama-3.1-8B"}, {"lora_targets": "q_proj+v_proj"}),
        (
            {"sharding": "zero3", "gpus_per_node": 2, "model": "Qwen-14B", "seq_len": 2048},
            {"gpus_per_node": 4},
        ),
    ],
)
def test_that_what_users_expect_is_offered(
    planned: Planned, fields: dict[str, object], expected: dict[str, object]
) -> None:
    resolved = planned(**{"model": "Qwen-7B", "gpu": "RTX 4090", "seq_len": 8192, **fields})
    assert expected in changes(fixes(resolved))


def test_that_trained_embeddings_are_never_sent_to_zero3(planned: Planned) -> None:
    for n_gpus in (1, 4):
        found = fixes(planned(model="Qwen-7B", method="lora-emb", gpu="RTX 4090", gpus_per_node=n_gpus))
        trained = [change for change in found if change.plan.method == "lora-emb"]
        assert trained
        assert all(change.plan.sharding != "zero3" for change in trained)
    found = uses_of_room(planned(model="Qwen-72B", gpus_per_node=4, sharding="zero3"))
    assert found
    assert all(change.plan.method != "lora-emb" for change in found)

"""Solving is exact: the answer fits, the next value does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from gpuplanner.core.errors import InputError
from gpuplanner.core.estimate import Budget, ChangeCost, Fits
from gpuplanner.core.plan import ResolvedPlan
from gpuplanner.core.units import GIB
from gpuplanner.data.catalog import load_catalog
from gpuplanner.estimator.estimate import estimate
from gpuplanner.estimator.solve import fitting_lengths, fixes, largest, uses_of_room

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

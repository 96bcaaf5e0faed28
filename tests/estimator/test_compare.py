"""Shares of a comparison add up exactly, change their sign with the direction, and blame what changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import fsum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpuplanner.core.errors import InputError
from gpuplanner.core.estimate import Budget, Fits
from gpuplanner.core.plan import (
    AdapterPrecision,
    Attention,
    Framework,
    Method,
    Offload,
    Optimizer,
    Plan,
    Precision,
    Quantization,
    ResolvedPlan,
    Sharding,
)
from gpuplanner.core.units import GIB
from gpuplanner.data.catalog import load_catalog
from gpuplanner.data.rows_csv import rows_from_text
from gpuplanner.estimator.compare import ALL_ORDERS_UP_TO, Comparison, compare, part_bytes
from gpuplanner.estimator.correction import MeasuredRow, learn
from gpuplanner.estimator.estimate import corrected_by, estimate

Planned = Callable[..., ResolvedPlan]
CATALOG = load_catalog()


@st.composite
def plans(draw: st.DrawFn) -> ResolvedPlan:
    """Any plan that is no contradiction."""
    plan = Plan(
        model=draw(st.sampled_from(["Qwen-7B", "Qwen-14B", "Llama-3.1-8B", "Qwen3-30B-A3B"])),
        method=draw(st.sampled_from(list(Method))),
        quantization=draw(st.sampled_from([None, Quantization.NONE, Quantization.NF4])),
        precision=draw(st.sampled_from(list(Precision))),
        adapter_precision=draw(st.sampled_from(list(AdapterPrecision))),
        lora_rank=draw(st.sampled_from([8, 64])),
        lora_targets=draw(st.sampled_from(["all-linear", "q_proj+v_proj", "c_attn"])),
        optimizer=draw(st.sampled_from(list(Optimizer))),
        sharding=draw(st.sampled_from([None, *Sharding])),
        framework=draw(st.sampled_from([Framework.AUTO, Framework.HF])),
        offload=draw(st.sampled_from(list(Offload))),
        gpu=draw(st.sampled_from(["A100 80GB SXM4", "RTX 4090", "T4"])),
        gpus_per_node=draw(st.sampled_from([1, 2, 4])),
        seq_len=draw(st.sampled_from([256, 2048, 8192])),
        micro_batch_size=draw(st.sampled_from([1, 4])),
        grad_accum_steps=draw(st.sampled_from([1, 8])),
        grad_checkpointing=draw(st.booleans()),
        attention=draw(st.sampled_from(list(Attention))),
        fused_loss=draw(st.booleans()),
    )
    try:
        return CATALOG.resolve(plan)
    except InputError:
        # Contradictory: without the parts that may be.
        plain = replace(plan, quantization=None, sharding=None, framework=Framework.AUTO)
        return CATALOG.resolve(replace(plain, offload=Offload.NONE, lora_targets="all-linear"))


def shares(found: Comparison) -> dict[frozenset[str], tuple[int, float, float]]:
    return {
        frozenset(changed.field for changed in share.changed): (
            share.bytes,
            share.seconds,
            share.seconds_per_sample,
        )
        for share in found.shares
    }


@settings(max_examples=60, deadline=None)
@given(plans(), plans())
def test_that_shares_add_up_and_turn_round(a: ResolvedPlan, b: ResolvedPlan) -> None:
    there, back = compare(a, b), compare(b, a)
    one, other = part_bytes(there.a), part_bytes(there.b)
    assert sum(one.values()) == estimate(a).memory.peak_device_bytes
    assert there.bytes == sum(other.values()) - sum(one.values())
    assert sum(share.bytes for share in there.shares) == there.bytes
    for name in one:
        explained = sum(dict(share.parts)[name] for share in there.shares)
        assert explained == other[name] - one[name]
    largest = max((abs(share.seconds) for share in there.shares), default=0.0)
    assert fsum(share.seconds for share in there.shares) == pytest.approx(there.seconds, abs=1e-14 * largest)
    per_sample = fsum(share.seconds_per_sample for share in there.shares)
    assert per_sample == pytest.approx(there.seconds_per_sample, rel=1e-9, abs=1e-12)
    forth, reverse = shares(there), shares(back)
    assert forth.keys() == reverse.keys()
    for key, figures in forth.items():
        assert figures == tuple(-figure for figure in reverse[key])


def test_that_equal_plans_differ_in_nothing(planned: Planned) -> None:
    found = compare(planned(), planned())
    assert found.shares == found.follows == ()
    assert found.bytes == found.seconds == 0


def test_that_fields_that_do_not_count_are_left_out(planned: Planned) -> None:
    found = compare(planned(method="full", lora_rank=8), planned(method="full", lora_rank=64))
    assert found.shares == ()
    said = compare(planned(), planned(sharding="none", framework="hf", internode_gbps=100))
    assert said.shares == ()


def test_that_other_spellings_are_the_same_plan(planned: Planned) -> None:
    found = compare(planned(model="Qwen-7B"), planned(model="qwen/qwen-7b", gpu="a100-80gb sxm4"))
    assert found.shares == ()


def test_that_one_setting_explains_everything(planned: Planned) -> None:
    found = compare(planned(seq_len=2048), planned(seq_len=4096))
    (share,) = found.shares
    assert (share.changed[0].field, share.changed[0].a, share.changed[0].b) == ("seq_len", 2048, 4096)
    assert share.bytes == found.bytes > 0
    assert share.seconds == found.seconds > 0


def test_that_a_setting_that_saves_nothing_says_so(planned: Planned) -> None:
    found = compare(planned(), planned(precision="fp16", seq_len=4096))
    assert shares(found)[frozenset({"precision"})][0] == 0


def test_that_contradictory_halves_are_one_group(planned: Planned) -> None:
    found = compare(planned(method="full"), planned(method="qlora", quantization="nf4", seq_len=512))
    assert set(shares(found)) == {frozenset({"method", "quantization"}), frozenset({"seq_len"})}
    moved = compare(planned(framework="hf"), planned(sharding="zero3", framework="hf-deepspeed"))
    assert set(shares(moved)) == {frozenset({"sharding", "framework"})}
    other = compare(
        planned(lora_targets="c_attn"), planned(model="Llama-3.1-8B", lora_targets="q_proj", lora_rank=8)
    )
    assert frozenset({"model", "lora_targets"}) in shares(other)


def test_that_what_nobody_set_follows(planned: Planned) -> None:
    found = compare(planned(), planned(sharding="zero3"))
    assert [changed.field for changed in found.follows] == ["autocast", "framework"]
    assert list(shares(found)) == [frozenset({"sharding"})]


def test_that_many_settings_are_shared_out_too(planned: Planned) -> None:
    b = planned(
        model="Qwen-14B",
        precision="fp16",
        adapter_precision="bf16",
        lora_rank=8,
        lora_dropout=0.1,
        optimizer="adamw-8bit",
        gpu="RTX 4090",
        seq_len=512,
        micro_batch_size=2,
        grad_accum_steps=4,
        attention="eager",
        fused_loss=True,
    )
    found, back = compare(planned(), b), compare(b, planned())
    assert len(found.shares) == 12 > ALL_ORDERS_UP_TO
    assert sum(share.bytes for share in found.shares) == found.bytes
    assert {k: -v[0] for k, v in shares(found).items()} == {k: v[0] for k, v in shares(back).items()}


def test_that_each_plan_has_its_own_budget(planned: Planned) -> None:
    found = compare(planned(), planned(), budget_a=Budget(10 * GIB), budget_b=None)
    assert (found.a.fits, found.b.fits) == (Fits.NO, Fits.YES)


def test_that_published_against_mine_is_explained(planned: Planned) -> None:
    """users.md row 2: the table was measured with a rank and a length that mine does not have."""
    found = compare(
        planned(model="Qwen-14B", method="qlora", seq_len=512, lora_rank=16, gpu="RTX 4090"),
        planned(model="Qwen-14B", method="qlora", seq_len=4096, lora_rank=64, gpu="RTX 4090"),
    )
    first, second = found.shares
    assert first.changed[0].field == "seq_len"
    assert dict(first.parts)["logits_bytes"] > dict(first.parts)["weights_bytes"]
    assert second.changed[0].field == "lora_rank"
    assert dict(second.parts)["adapters_bytes"] > 0


def test_that_corrections_are_shared_out_too(planned: Planned) -> None:
    a, b = planned(model="Qwen-14B"), planned(model="Qwen-14B", method="qlora", seq_len=4096)
    (row,) = rows_from_text("model,peak_memory,peak_memory_unit\nQwen-14B,50,GiB\n", "trial").rows
    calibration = corrected_by([learn([MeasuredRow(row, a)], name="trial", date="2026-11-24")])
    found = compare(a, b, calibration=calibration)
    assert found.bytes != compare(a, b).bytes
    assert sum(share.bytes for share in found.shares) == found.bytes
    assert found.a.memory.peak_device_bytes == estimate(a, calibration=calibration).memory.peak_device_bytes

"""Step time: what must hold whatever the constants, and what each framework's and card's switch does."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from gpuplanner.core.plan import ResolvedPlan
from gpuplanner.estimator.assumptions import assumptions
from gpuplanner.estimator.columns import columns_of
from gpuplanner.estimator.constants import TimeConstants
from gpuplanner.estimator.roofline import TimeColumns, join, matmul, with_links
from gpuplanner.estimator.speed import step_time
from gpuplanner.estimator.uncertainty import time_spread

Planned = Callable[..., ResolvedPlan]
K = TimeConstants()


def times(plan: ResolvedPlan) -> TimeColumns:
    return step_time(columns_of([plan]), K)


def seconds(plan: ResolvedPlan) -> float:
    return float(times(plan).step[0])


@pytest.mark.parametrize("exponent", [1.0, 1.473, 2.0, 4.0])
def test_that_joined_times_lie_between_the_larger_and_the_sum(exponent: float) -> None:
    a, b = np.array([0.0, 1.0, 3.0, 5.0]), np.array([2.0, 1.0, 1.0, 0.0])
    joined = join(a, b, exponent)
    assert np.all(joined >= np.maximum(a, b) * (1 - 1e-12))
    assert np.all(joined <= (a + b) * (1 + 1e-12))
    assert joined == pytest.approx(join(b, a, exponent), rel=1e-12)


def test_that_a_product_takes_as_long_as_its_gradients(planned: Planned) -> None:
    """The three products of a linear have the same sides; `speed` relies on it."""
    c = columns_of([planned()])
    sides = [np.array([[float(side)]]) for side in (2048, 4096, 12288)]
    forward, of_input, of_weight = (
        matmul(sides[i], sides[j], sides[k], c, K, True) for i, j, k in ((0, 2, 1), (0, 1, 2), (2, 1, 0))
    )
    assert forward == pytest.approx(of_input, rel=1e-12)
    assert forward == pytest.approx(of_weight, rel=1e-12)


def test_that_fsdp_hides_what_deepspeed_waits_for(planned: Planned) -> None:
    """The same kernels and collectives: FSDP gathers ahead on a stream of its own."""
    device, links = np.array([1.0]), np.array([0.5])
    together = {
        sharding: float(
            with_links(columns_of([planned(gpus_per_node=8, sharding=sharding)]), K, device, links)[0]
        )
        for sharding in ("zero3", "fsdp", "ddp")
    }
    assert together["zero3"] == pytest.approx(1.5)
    assert together["fsdp"] == together["ddp"] == pytest.approx(1.25**0.5)


def test_that_hopper_does_not_hold_its_best_matmul(planned: Planned) -> None:
    """mosaicml/llm-foundry: the same step is 2.0 to 2.4 times as fast on H100 as on A100, not the 2.9 of
    their best matmuls."""
    plan = {"model": "Llama-2-7b-hf", "method": "full", "sharding": "fsdp", "gpus_per_node": 8,
            "precision": "bf16-mixed", "seq_len": 2048, "micro_batch_size": 6}  # fmt: skip
    ratio = seconds(planned(**plan)) / seconds(planned(**plan, gpu="H100 SXM5"))
    assert 1.9 <= ratio <= 2.5


def test_that_mixed_precision_under_fsdp_computes_in_16_bits(planned: Planned) -> None:
    """FSDP casts a unit before it computes; only hf's autocast keeps an fp32 residual stream."""
    fsdp = {"method": "full", "sharding": "fsdp", "gpus_per_node": 8}
    mixed, half = (times(planned(**fsdp, precision=name)) for name in ("bf16-mixed", "bf16"))
    for name in ("linears", "element-wise", "links"):
        assert mixed.classes[name] == pytest.approx(half.classes[name], rel=1e-9), name
    alone = {"method": "full"}
    wide, narrow = (times(planned(**alone, precision=name)) for name in ("bf16-mixed", "bf16"))
    assert wide.classes["element-wise"][0] > 1.5 * narrow.classes["element-wise"][0]


def test_that_a_hidden_link_still_widens_the_range(planned: Planned) -> None:
    """PCIe varies by board: what is hidden at the usual rate shows at a slow one."""
    plan = {"method": "lora", "sharding": "fsdp", "gpus_per_node": 2, "gpu": "RTX 4090"}
    spreads = {}
    for length in (256, 8192):
        c = columns_of([planned(**plan, seq_len=length)])
        spreads[length] = float(time_spread(c, K, step_time(c, K))[0])
    assert spreads[256] > 1.5 * spreads[8192]


def test_that_the_rate_of_pcie_is_said_where_it_matters(planned: Planned) -> None:
    plan = {"gpu": "RTX 4090", "method": "lora"}
    assert any("6 GB/s" in note for note in assumptions(planned(**plan, gpus_per_node=2)))
    assert not any("PCIe" in note for note in assumptions(planned(**plan)))


def test_that_longer_steps_and_more_passes_take_longer(planned: Planned) -> None:
    lengths = [seconds(planned(seq_len=length)) for length in (256, 1024, 4096, 16384)]
    assert lengths == sorted(lengths)
    assert seconds(planned(grad_checkpointing="false")) < seconds(planned())
    assert seconds(planned(method="full")) > seconds(planned())


def test_that_windows_are_said_to_be_left_out_only_where_they_are(planned: Planned) -> None:
    """The KV cache stops at a window; the time of attention in training does not."""
    plan = {"model": "Mistral-7B-v0.1", "method": "lora"}
    note = "The time of attention is counted without the windows of Mistral-7B-v0.1"
    assert note in assumptions(planned(**plan, seq_len=8192))
    assert note not in assumptions(planned(**plan, seq_len=4096))
    assert note not in assumptions(planned(model="Mistral-7B-v0.1", method="inference", seq_len=8192))


def test_that_a_card_without_bf16_is_timed_by_its_fp16_rate(planned: Planned) -> None:
    """A V100 emulates bf16 at a ninth; what somebody measured in bf16 says nothing of fp16."""
    fp16, bf16, fp32 = (planned(gpu="V100 32GB SXM2", precision=name) for name in ("fp16", "bf16", "fp32"))
    assert seconds(fp16) < seconds(fp32) < seconds(bf16)
    assert any("measured a matmul" in note for note in assumptions(fp16))

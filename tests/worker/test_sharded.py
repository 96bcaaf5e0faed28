"""How ranks share a model: DDP and FSDP2 for real, as a group of one rank, whose memory is seen."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
import torch.distributed as dist

from gpuplanner.core.plan import Method, Offload, Precision, Quantization, Sharding
from gpuplanner.core.trial import TrialSpec
from gpuplanner.worker.build import build
from gpuplanner.worker.observe import StorageObserver
from gpuplanner.worker.ranks import ALONE, Ranks
from gpuplanner.worker.refusal import Refused
from gpuplanner.worker.sharded import Alone, Replicated, Sharded, ShardTracker, Shared
from gpuplanner.worker.sharing import shared_by
from gpuplanner.worker.zero import Partitioned, engine_config

pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated")

Spec = Callable[..., TrialSpec]
CPU = torch.device("cpu")
TWO = Ranks({"TORCHELASTIC_RUN_ID": "x", "WORLD_SIZE": "2", "RANK": "0", "LOCAL_RANK": "0"})


@pytest.fixture
def group(tmp_path: Path) -> Iterator[None]:
    """A group of this process alone."""
    dist.init_process_group("gloo", init_method=f"file://{tmp_path}/store", rank=0, world_size=1)
    yield
    dist.destroy_process_group()


def peaks(spec: TrialSpec, shared: Shared, steps: int = 2) -> tuple[dict[str, int], list[float]]:
    """Allocated bytes by phase of the last step, and the losses."""
    torch.manual_seed(0)
    tracker = shared.tracker(spec.llm.vocab_size)
    with tracker:
        built = shared.wrapped(build(spec, CPU), CPU)
        observer = StorageObserver(tracker)
        observer.built(built, adapters=spec.plan.method is not Method.FULL)
        step = shared.step(spec, built, CPU, observer, lambda name: None)
        losses = []
        for _ in range(steps):
            tracker.begin_step()
            losses.append(float(step.run()))
        return tracker.step_peaks(), losses


def test_that_the_plan_says_how_ranks_share(tiny_spec: Spec) -> None:
    assert type(shared_by(tiny_spec(), ALONE)) is Alone
    assert type(shared_by(tiny_spec(gpus_per_node=2, sharding=Sharding.DDP), TWO)) is Replicated
    assert type(shared_by(tiny_spec(gpus_per_node=2, sharding=Sharding.FSDP), TWO)) is Sharded


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"gpus_per_node": 4, "sharding": Sharding.DDP}, "the plan has 4 GPUs, and torchrun has started 2"),
        ({"gpus_per_node": 2, "sharding": Sharding.LAYERS}, "not by sharding layers"),
        ({"gpus_per_node": 2, "sharding": Sharding.DDP, "fused_loss": True}, "try fused_loss false"),
        (
            {
                "gpus_per_node": 2,
                "sharding": Sharding.FSDP,
                "method": Method.QLORA,
                "quantization": Quantization.NF4,
            },
            "packed weights are not sharded here",
        ),
    ],
)
def test_that_what_ranks_do_not_run_is_refused_in_words(
    tiny_spec: Spec, changes: dict[str, object], words: str
) -> None:
    spec = tiny_spec()
    spec = replace(spec, plan=replace(spec.plan, **changes))  # type: ignore[arg-type]
    with pytest.raises(Refused, match=words):
        shared_by(spec, TWO)


def test_that_ddp_trains_as_one_process_does_and_its_buckets_are_seen(tiny_spec: Spec, group: None) -> None:
    spec = tiny_spec(method=Method.FULL, grad_accum_steps=2)
    (alone, losses), (shared, same) = peaks(spec, Alone()), peaks(spec, Replicated())
    assert same == pytest.approx(losses, rel=1e-5)
    gradients = 4 * build(spec, CPU).n_trained
    assert shared["optimizer"] - alone["optimizer"] == pytest.approx(gradients, rel=0.02)


def test_that_fsdp_trains_as_one_process_does_and_frees_what_it_gathers(tiny_spec: Spec, group: None) -> None:
    spec = tiny_spec(method=Method.FULL, grad_accum_steps=2)
    (alone, losses), (shared, same) = peaks(spec, Alone()), peaks(spec, Sharded(spec))
    assert same == pytest.approx(losses, rel=1e-5)
    # One rank's shard is the whole, and between steps nothing gathered is left.
    assert shared["optimizer"] == pytest.approx(alone["optimizer"], rel=0.01)
    weights = 4 * build(spec, CPU).n_parameters
    assert 0.2 * weights < shared["forward"] - alone["forward"] < 2.2 * weights


@pytest.mark.parametrize("method", [Method.FULL, Method.LORA])
def test_that_what_a_card_could_not_hold_whole_is_built_beside_it_and_gets_values_in_its_shards(
    tiny_spec: Spec, group: None, method: Method
) -> None:
    spec = tiny_spec(method=method)
    shared = Sharded(spec)
    assert (shared.shards(CPU), shared.shards(torch.device("cuda", 0))) == (False, True)
    built = shared.wrapped(build(spec, CPU, lazily=True), CPU)
    step = shared.step(spec, built, CPU, StorageObserver(ShardTracker()), lambda name: None)
    losses = [float(step.run()) for _ in range(3)]
    assert losses[0] == pytest.approx(math.log(spec.llm.vocab_size), rel=0.05)
    for name, parameter in built.model.named_parameters():
        values = parameter.full_tensor().detach()
        assert bool(values.isfinite().all())
        assert "lora_" in name or values.dim() == 1 or 0.01 < float(values.std()) < 0.03


def test_that_a_storage_that_is_emptied_and_filled_is_seen_each_time() -> None:
    tracker = ShardTracker()
    with tracker:
        tracker.set_phase("forward")
        held = torch.empty(1024)
        held.untyped_storage().resize_(0)
        held.untyped_storage().resize_(0)
        tracker.set_phase("loss")
        tracker.set_phase("backward")
        held.untyped_storage().resize_(8192)
        before = torch.UntypedStorage.resize_
    assert torch.UntypedStorage.resize_ is not before
    assert {name: peak.bytes for name, peak in tracker.peaks().items()} == {
        "forward": 4096,
        "loss": 0,
        "backward": 8192,
    }


@pytest.mark.parametrize(
    ("stage", "bucket"),
    [(Sharding.ZERO1, 200_000_000), (Sharding.ZERO2, 200_000_000), (Sharding.ZERO3, 4096)],
)
def test_that_deepspeed_is_told_what_users_of_the_trainer_tell_it(
    tiny_spec: Spec, stage: Sharding, bucket: int
) -> None:
    plan = replace(tiny_spec().plan, precision=Precision.BF16, sharding=stage, grad_accum_steps=4)
    config = engine_config(plan, hidden_size=64)
    assert config["zero_optimization"]["stage"] == int(stage.value[-1])
    assert config["zero_optimization"]["reduce_bucket_size"] == bucket
    assert (config["bf16"], config["gradient_accumulation_steps"]) == ({"enabled": True}, 4)


def test_that_zero_without_deepspeed_or_in_fp32_is_refused_in_words(tiny_spec: Spec) -> None:
    spec = tiny_spec()
    with pytest.raises(Refused, match="try precision bf16, not fp32"):
        Partitioned(spec)
    half = replace(spec, plan=replace(spec.plan, precision=Precision.BF16, sharding=Sharding.ZERO2))
    if importlib.util.find_spec("deepspeed") is None:
        with pytest.raises(Refused, match="deepspeed is not installed there"):
            Partitioned(half).wrapped(build(half, CPU), CPU)
    offloaded = replace(half, plan=replace(half.plan, offload=Offload.OPTIMIZER))
    with pytest.raises(Refused, match="try offload none"):
        Partitioned(offloaded)

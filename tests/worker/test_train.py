"""Training on the CPU, for real and tiny: it learns, and every way to the same step is the same step."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest
import torch

from gpuplanner.core.estimate import PHASES
from gpuplanner.core.llm import Llm
from gpuplanner.core.plan import (
    AdapterPrecision,
    Attention,
    Autocast,
    Framework,
    Method,
    Optimizer,
    Precision,
    Quantization,
    Sharding,
)
from gpuplanner.core.trial import TrialResult, TrialSpec
from gpuplanner.core.trial_events import LogEvent, PhaseEvent, StepEvent, TrialEvent, event_from_line
from gpuplanner.worker.build import build
from gpuplanner.worker.channel import Channel, Stopped
from gpuplanner.worker.loss import loss_of
from gpuplanner.worker.step import TrainingStep
from gpuplanner.worker.train import run_trial

# peft asks transformers by a name that transformers wants to drop.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing:FutureWarning"),
    pytest.mark.filterwarnings("ignore:fan_in_fan_out is set to False:UserWarning"),  # GPT-2's Conv1D
    pytest.mark.filterwarnings(
        "ignore:The following (rank|alpha)_pattern keys:RuntimeWarning"
    ),  # packed experts
]

CPU = torch.device("cpu")
SpecOf = Callable[..., TrialSpec]
ON_THE_CPU = [optimizer for optimizer in Optimizer if optimizer is not Optimizer.PAGED_ADAMW_8BIT]


class Seen:
    """An observer that keeps the gradients, and the order of phases."""

    def __init__(self) -> None:
        self.phases: list[str] = []
        self.grads: list[torch.Tensor] = []
        self.states: list[torch.Tensor] = []

    def phase(self, name: str) -> None:
        self.phases.append(name)

    def gradients(self, tensors: Iterable[torch.Tensor | None]) -> None:
        self.grads = [t.clone() for t in tensors if t is not None]

    def optimizer_states(self, tensors: Iterable[torch.Tensor], of_the_host: Iterable[torch.Tensor]) -> None:
        self.states = list(tensors)


def trained(spec: TrialSpec, n_steps: int = 2) -> tuple[list[float], Seen]:
    """Losses over steps on the same tokens, and what an observer saw."""
    torch.manual_seed(0)
    seen = Seen()
    step = TrainingStep(spec, build(spec, CPU), CPU, seen)
    losses = []
    for _ in range(n_steps):
        torch.manual_seed(1)
        losses.append(float(step.run()))
    return losses, seen


def ran(spec: TrialSpec) -> tuple[TrialResult, list[TrialEvent]]:
    events: list[TrialEvent] = []
    channel = Channel(lambda line: events.append(event_from_line(line)))
    return run_trial(spec, channel), events


# --- it learns ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("autocast", [Autocast.TRUE, Autocast.FALSE])
@pytest.mark.parametrize("method", [Method.LORA, Method.LORA_EMB, Method.QLORA, Method.FULL])
def test_that_the_loss_falls(tiny_spec: SpecOf, method: Method, autocast: Autocast) -> None:
    same = AdapterPrecision.FP32 if autocast is Autocast.TRUE else AdapterPrecision.BF16
    spec = tiny_spec(
        method=method, precision=Precision.BF16, autocast=autocast, adapter_precision=same, lora_rank=16
    )
    losses, _ = trained(spec, 30)
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("optimizer", ON_THE_CPU)
@pytest.mark.parametrize("method", [Method.LORA, Method.FULL])
def test_that_every_optimizer_of_the_cpu_learns(
    tiny_spec: SpecOf, optimizer: Optimizer, method: Method
) -> None:
    losses, seen = trained(tiny_spec(optimizer=optimizer, method=method), 10)
    assert losses[-1] < losses[0]
    assert bool(seen.states) == (optimizer is not Optimizer.SGD)


def test_that_states_of_8_bits_are_as_small_as_that(tiny_spec: SpecOf) -> None:
    """1 B and a 64th each; tensors of fewer than 4,096 elements keep 32 bits."""
    states = trained(tiny_spec(method=Method.FULL, optimizer=Optimizer.ADAMW_8BIT))[1].states
    kinds = Counter((t.dtype, t.numel()) for t in states)
    assert kinds[torch.uint8, 256 * 64] == 2 * 2  # embeddings and head
    assert kinds[torch.float32, 256 * 64 // 256] >= 2 * 2
    assert kinds[torch.float32, 64] >= 2 * 5  # norms


def test_that_a_paged_optimizer_asks_for_a_card(tiny_spec: SpecOf) -> None:
    with pytest.raises(ValueError, match="adamw-8bit runs here"):
        trained(tiny_spec(optimizer=Optimizer.PAGED_ADAMW_8BIT))


@pytest.mark.parametrize("precision", [Precision.FP16, Precision.FP16_MIXED, Precision.BF16_MIXED])
@pytest.mark.parametrize("method", [Method.LORA, Method.FULL])
def test_that_other_precisions_train(tiny_spec: SpecOf, precision: Precision, method: Method) -> None:
    losses, _ = trained(tiny_spec(precision=precision, method=method), 3)
    assert 4 < losses[0] < 8  # about ln 256
    # AdamW's epsilon of 1e-8 is zero in fp16: weights that it moves there do not survive.
    assert all(math.isnan(loss) for loss in losses[1:]) == (
        precision is Precision.FP16 and method is Method.FULL
    )


def test_that_int8_trains(tiny_spec: SpecOf) -> None:
    spec = tiny_spec(method=Method.QLORA, quantization=Quantization.INT8, precision=Precision.BF16)
    losses, _ = trained(spec, 3)
    assert all(4 < loss < 8 for loss in losses)


# --- the same step ------------------------------------------------------------------------------------------


def test_that_accumulation_equals_a_larger_batch(tiny_spec: SpecOf) -> None:
    """The tokens of one batch of two are those of two batches of one."""
    together, seen_together = trained(tiny_spec(micro_batch_size=2))
    apart, seen_apart = trained(tiny_spec(grad_accum_steps=2))
    assert apart == pytest.approx(together, rel=1e-5)
    torch.testing.assert_close(seen_apart.grads, seen_together.grads)
    assert seen_apart.phases == [*2 * ["forward", "loss", "backward"], "optimizer"] * 2


def test_that_checkpointing_changes_nothing(tiny_spec: SpecOf) -> None:
    on, seen_on = trained(tiny_spec())
    off, seen_off = trained(tiny_spec(grad_checkpointing=False))
    assert on == off
    torch.testing.assert_close(seen_on.grads, seen_off.grads, rtol=0, atol=0)


@pytest.mark.parametrize("heads", [1, 2, 4])
def test_that_every_kernel_computes_the_same(tiny_spec: SpecOf, heads: int) -> None:
    """The fused kernel takes fewer heads of keys and values as they are; the others repeat them."""
    llm = replace(tiny_spec().llm, num_key_value_heads=heads)
    runs = [trained(tiny_spec(llm=llm, attention=kind)) for kind in Attention]
    for losses, seen in runs[1:]:
        assert losses == pytest.approx(runs[0][0], rel=1e-5)
        torch.testing.assert_close(seen.grads, runs[0][1].grads, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("length", [1, 2, 33])
@pytest.mark.parametrize("method", [Method.LORA, Method.LORA_EMB])
def test_that_a_loss_in_chunks_is_the_same_loss(tiny_spec: SpecOf, method: Method, length: int) -> None:
    spec = tiny_spec(method=method, seq_len=length, micro_batch_size=3)
    whole, seen_whole = trained(spec)
    chunked, seen_chunked = trained(replace(spec, plan=replace(spec.plan, fused_loss=True)))
    if length == 1:  # nothing follows: the mean of nothing
        assert chunked == [0.0, 0.0]
        return
    assert chunked == pytest.approx(whole, rel=1e-5)
    torch.testing.assert_close(seen_chunked.grads, seen_whole.grads, rtol=1e-3, atol=1e-6)


def test_that_chunks_never_hold_all_logits(tiny_spec: SpecOf) -> None:
    llm = Llm("wide", "llama", 64, 1, 4, 4, 16, 64, 4096, tie_word_embeddings=False)
    spec = tiny_spec(llm=llm, seq_len=256)
    whole, _ = ran(spec)
    chunked, _ = ran(replace(spec, plan=replace(spec.plan, fused_loss=True)))
    logits_bytes = 4 * 256 * 4096
    most = max(p.parts.logits_bytes for p in whole.phases if p.parts)
    assert most >= 2 * logits_bytes
    assert max(p.parts.logits_bytes for p in chunked.phases if p.parts) < logits_bytes / 4


def test_that_qwens_loss_path_is_the_same_loss(tiny_spec: SpecOf) -> None:
    llm = Llm("q", "qwen", 64, 2, 4, 4, 16, 128, 256, False, fused_qkv="c_attn", qkv_bias=True)
    spec = tiny_spec(llm=llm, micro_batch_size=2)
    built = build(spec, CPU)
    tokens = torch.randint(0, 256, (2, 32))
    own = loss_of(spec, built)(tokens, lambda: None)
    others = replace(spec, llm=replace(llm, model_type="qwen2"))
    other = loss_of(others, built)(tokens, lambda: None)
    assert own.item() == pytest.approx(other.item(), rel=1e-5)


def test_that_dropout_drops(tiny_spec: SpecOf) -> None:
    # In the first step B is zero, so the loss is the same and the gradients are not.
    plain, seen_plain = trained(tiny_spec(), 1)
    dropped, seen_dropped = trained(tiny_spec(lora_dropout=0.5), 1)
    assert dropped == plain
    assert any(not torch.equal(a, b) for a, b in zip(seen_plain.grads, seen_dropped.grads, strict=True))


def test_that_gradients_are_forgotten_after_a_step(tiny_spec: SpecOf) -> None:
    spec = tiny_spec()
    built = build(spec, CPU)
    TrainingStep(spec, built, CPU, Seen()).run()
    assert all(parameter.grad is None for parameter in built.model.parameters())


@pytest.mark.parametrize("kind", ["qwen2", "gpt2", "gpt_neox", "gemma2", "mixtral", "phi3", "falcon"])
def test_that_other_families_train_with_each_kernel(tiny_spec: SpecOf, kind: str) -> None:
    experts: dict[str, Any] = (
        {"num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 64} if kind == "mixtral" else {}
    )
    full_heads = kind in ("gpt2", "gpt_neox")
    llm = Llm(
        kind, kind, 64, 2, 4, 4 if full_heads else 2, 16, 128, 256, kind in ("gpt2", "gemma2"), **experts
    )
    llm = replace(
        llm, learned_positions=64 if kind == "gpt2" else 0, sliding_window=16 if kind == "gemma2" else 0
    )
    for attention in Attention:
        if (kind, attention) == ("gemma2", Attention.SDPA):
            with pytest.raises(ValueError, match="eager"):  # in transformers' own words
                trained(tiny_spec(llm=llm, attention=attention), 1)
            continue
        losses, _ = trained(tiny_spec(llm=llm, attention=attention), 1)
        assert 4 < losses[0] < 8


# --- a whole trial ------------------------------------------------------------------------------------------


def test_that_a_trial_tells_its_phases_and_its_steps(tiny_spec: SpecOf) -> None:
    spec = tiny_spec(steps=3, warm_up_steps=1, grad_accum_steps=2)
    result, events = ran(spec)
    assert [e.name for e in events if isinstance(e, PhaseEvent)] == ["build", "warm-up", "train"]
    steps = [e for e in events if isinstance(e, StepEvent)]
    assert [(s.index, s.warm_up) for s in steps] == [(1, True), (2, False), (3, False), (4, False)]
    assert all(s.loss and s.seconds > 0 and s.allocated_bytes for s in steps)
    said = [e.text for e in events if isinstance(e, LogEvent)]
    assert said == list(result.notes)
    assert any("the time is not" in note for note in said)
    assert result.device == "cpu"
    assert result.steps == len(result.step_times_s) == 3
    assert result.final_loss == steps[-1].loss
    assert result.samples_per_step == 2
    low, middle, high = result.step_time_low_s, result.step_time_s, result.step_time_high_s
    assert low is not None
    assert middle is not None
    assert high is not None
    assert low <= middle <= high
    assert result.mfu is result.power_w is result.peak_device_bytes is None


def test_that_phases_and_parts_of_a_trial_add_up(tiny_spec: SpecOf) -> None:
    spec = tiny_spec(precision=Precision.BF16)
    result, _ = ran(spec)
    assert [phase.name for phase in result.phases] == list(PHASES[:5])
    for phase in result.phases:
        assert phase.parts is not None
        assert phase.parts.total_bytes == phase.allocated_bytes
    assert result.peak_allocated_bytes == max(phase.allocated_bytes for phase in result.phases)
    last = result.phases[-1].parts
    assert last is not None
    assert result.n_params is not None
    assert result.n_trainable_params is not None
    rounded = 512 * 60  # small tensors take a block each
    for size, values, width in (
        (last.weights_bytes, result.n_params - result.n_trainable_params, 2),
        (last.adapters_bytes, result.n_trainable_params, 4),
        (last.gradients_bytes, result.n_trainable_params, 4),
        (last.optimizer_bytes, result.n_trainable_params, 8),
    ):
        assert width * values <= size <= width * values + rounded
    assert result.top_tensors
    assert result.top_tensors[0].bytes >= result.top_tensors[-1].bytes


def test_that_accumulation_does_not_hold_more(tiny_spec: SpecOf) -> None:
    """But for the gradients, which are there in the second forward."""
    once, twice, thrice = (ran(tiny_spec(grad_accum_steps=n))[0] for n in (1, 2, 3))
    assert twice.phases == thrice.phases
    forward = {r.samples_per_step: next(p for p in r.phases if p.name == "forward") for r in (once, twice)}
    first, second = forward[1].parts, forward[2].parts
    assert first is not None
    assert second is not None
    assert first.gradients_bytes == 0 < second.gradients_bytes


def test_that_the_seed_decides(tiny_spec: SpecOf) -> None:
    first, second, other = (ran(tiny_spec(seed=seed))[0].final_loss for seed in (1, 1, 2))
    assert first == second != other


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"method": Method.INFERENCE}, "a trial trains"),
        ({"gpus_per_node": 2}, "the plan has 2 GPUs and a trial runs on one"),
        ({"sharding": Sharding.ZERO2}, "without the library that shards by zero2"),
        ({"framework": Framework.FSDP}, "not the loop of fsdp; try framework auto"),
        ({"optimizer": Optimizer.PAGED_ADAMW_8BIT}, "from a card to the host"),
    ],
)
def test_that_what_a_trial_does_not_do_is_refused_in_words(
    tiny_spec: SpecOf, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        ran(tiny_spec(**changes))


def test_that_a_stop_is_heard_between_the_phases_of_a_step(tiny_spec: SpecOf) -> None:
    events: list[TrialEvent] = []

    def hear(line: str) -> None:
        events.append(event_from_line(line))
        if isinstance(events[-1], StepEvent):
            channel.ask_stop("enough")

    channel = Channel(hear)
    with pytest.raises(Stopped, match="enough"):
        run_trial(tiny_spec(steps=100), channel)
    assert channel.kept is not None
    assert channel.kept.steps == 1
    assert channel.moment == "load" or channel.moment in PHASES

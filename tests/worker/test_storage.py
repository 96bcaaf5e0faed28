"""The lives of storages, on hand-made sequences of real operations."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
import torch
from torch.utils.checkpoint import checkpoint

from gpuplanner.core.estimate import PARTS, Parts
from gpuplanner.worker.allocator import replay
from gpuplanner.worker.storage import NEVER, StorageTracker

BLOCK = 512
VOCAB = 48


def block(n: int = 1) -> torch.Tensor:
    """A tensor of so many blocks of 512 B."""
    return torch.zeros(128 * n)


@pytest.fixture
def tracker() -> Iterator[StorageTracker]:
    gc.collect()
    with StorageTracker(VOCAB) as entered:
        entered.set_phase("load")
        yield entered


def peak_bytes(tracker: StorageTracker) -> dict[str, int]:
    return {name: peak.bytes for name, peak in tracker.peaks().items()}


def alive(tracker: StorageTracker) -> list[int]:
    return [storage.bytes for storage in tracker.storages if storage.died == NEVER]


# --- what is counted ----------------------------------------------------------------------------------------


def test_that_bytes_are_rounded_up_to_blocks(tracker: StorageTracker) -> None:
    kept = [torch.zeros(n, dtype=torch.uint8) for n in (1, 512, 513, 1024)]
    assert alive(tracker) == [BLOCK, BLOCK, 2 * BLOCK, 2 * BLOCK]
    assert [storage.dtype for storage in tracker.storages] == ["uint8"] * len(kept)


def test_that_an_empty_tensor_and_one_on_meta_are_none(tracker: StorageTracker) -> None:
    kept = torch.zeros(0), torch.zeros(5, device="meta")
    assert alive(tracker) == []
    assert len(kept) == 2


def test_that_views_are_not_counted(tracker: StorageTracker) -> None:
    whole = torch.zeros(4, 128)
    views = [
        whole.view(-1),
        whole.t(),
        whole[1:],
        whole.reshape(8, 64),
        whole.expand(3, 4, 128),
        whole.detach(),
        whole.unsqueeze(0),
        whole.contiguous(),
        *whole.split(2),
        whole.float(),
    ]
    assert alive(tracker) == [4 * BLOCK]
    copy = whole.t().contiguous()
    assert alive(tracker) == [4 * BLOCK, 4 * BLOCK]
    assert len(views) + len(copy) > 0


def test_that_what_is_done_in_place_is_not_counted(tracker: StorageTracker) -> None:
    a, b = block(), block()
    a.add_(b).mul_(2).zero_()
    torch.add(a, b, out=a)
    assert alive(tracker) == [BLOCK, BLOCK]


def test_that_every_output_of_an_operation_is_counted(tracker: StorageTracker) -> None:
    values, indices = torch.zeros(2, 128).max(dim=0)
    assert alive(tracker) == [BLOCK, 2 * BLOCK]  # fp32, and int64
    assert len(values) == len(indices)


def test_that_a_storage_lives_as_long_as_its_last_view(tracker: StorageTracker) -> None:
    whole = block(3)
    part = whole[:1]
    del whole
    assert alive(tracker) == [3 * BLOCK]
    del part
    assert alive(tracker) == []
    assert tracker.events == [0, -1]


def test_that_a_storage_lives_as_long_as_autograd_keeps_it(tracker: StorageTracker) -> None:
    weight = torch.zeros(128, requires_grad=True)
    out = (weight.exp() * 2).sum()
    # exp keeps its result; the product is gone, and its number was never a tensor of the CPU's allocator.
    sizes = [storage.operation for storage in tracker.storages if storage.died == NEVER]
    assert sizes == ["aten.zeros.default", "aten.exp.default", "aten.sum.default"]
    del out
    assert alive(tracker) == [BLOCK]


def test_that_an_address_that_is_used_again_is_another_storage(tracker: StorageTracker) -> None:
    for _ in range(50):
        block()
    assert alive(tracker) == []
    assert len(tracker.storages) == 50
    assert tracker.events == [event for n in range(50) for event in (n, -n - 1)]
    assert peak_bytes(tracker) == {"load": BLOCK}


def test_that_tensors_from_before_are_counted_from_when_they_are_marked() -> None:
    before = block(2)
    with StorageTracker() as tracker:
        tracker.set_phase("load")
        other = block()
        before.sum()
        assert alive(tracker) == [BLOCK]
        tracker.mark([before, before.view(-1), None], "weights_bytes")
        assert alive(tracker) == [BLOCK, 2 * BLOCK]
    assert len(other) == 128


def test_that_the_hosts_tensors_do_not_count(tracker: StorageTracker) -> None:
    counter, state = torch.zeros(()), block()
    tracker.forget([counter, torch.zeros(3, device="meta")])
    assert alive(tracker) == [0, BLOCK]
    assert peak_bytes(tracker) == {"load": BLOCK}
    assert replay([storage.bytes for storage in tracker.storages], tracker.events) == 2 * 2**20
    assert len(state) == 128


# --- phases -------------------------------------------------------------------------------------------------


def test_that_a_phase_begins_with_what_is_alive(tracker: StorageTracker) -> None:
    kept = block(4)
    tracker.set_phase("forward")
    block(2)
    tracker.set_phase("backward")
    tracker.set_phase("optimizer")
    del kept
    block()
    assert peak_bytes(tracker) == {
        "load": 4 * BLOCK,
        "forward": 6 * BLOCK,
        "backward": 4 * BLOCK,
        "optimizer": 4 * BLOCK,
    }


def test_that_a_phase_that_runs_twice_is_as_full_as_its_fuller_run(tracker: StorageTracker) -> None:
    for size in (1, 5, 3):
        tracker.set_phase("forward")
        block(size)
        tracker.set_phase("backward")
    assert peak_bytes(tracker)["forward"] == 5 * BLOCK
    moment = tracker.peaks()["forward"].moment
    assert [storage.bytes for storage in tracker.alive_at(moment)] == [5 * BLOCK]


def test_that_asking_in_between_changes_no_answer() -> None:
    """A trial asks after each step."""

    def steps(tracker: StorageTracker, *, asking: bool) -> None:
        kept: list[torch.Tensor] = []
        tracker.set_phase("load")
        for n in (3, 5, 1, 5, 2):
            tracker.set_phase("forward")
            kept.append(block(n))
            if asking:
                tracker.phases()  # in the middle of a phase
            block(2)
            tracker.set_layer(0)
            kept.append(block())
            tracker.set_phase("backward")
            counter = torch.zeros(())
            kept.append(counter)
            tracker.forget([counter])
            del kept[:2]
            if asking:
                tracker.phases()

    trackers = StorageTracker(), StorageTracker()
    for tracker, asking in zip(trackers, (False, True), strict=True):
        with tracker:
            steps(tracker, asking=asking)
    assert trackers[0].layer_peaks() == trackers[1].layer_peaks()
    assert trackers[0].peaks() == trackers[1].peaks()
    assert trackers[0].phases() == trackers[1].phases()


def test_that_what_comes_before_the_first_phase_is_not_counted() -> None:
    with StorageTracker() as tracker:
        block(9)
        kept = block()
        tracker.set_phase("load")
        assert peak_bytes(tracker) == {"load": BLOCK}
    assert len(kept) == 128


def test_that_parts_add_up_to_the_peak_of_every_phase(tracker: StorageTracker) -> None:
    weights, adapters = block(7), torch.zeros(128, requires_grad=True)
    tracker.mark([weights], "weights_bytes")
    tracker.mark([adapters], "adapters_bytes")
    tracker.set_phase("forward")
    out = (adapters * 3).exp().sum()
    tracker.set_phase("backward")
    out.backward()
    tracker.mark([adapters.grad], "gradients_bytes")
    tracker.set_phase("optimizer")
    state = [block(), block()]
    tracker.mark(state, "optimizer_bytes")
    block(3)
    phases = {phase.name: phase for phase in tracker.phases()}
    assert list(phases) == ["load", "forward", "backward", "optimizer"]
    for phase in phases.values():
        assert phase.parts is not None
        assert phase.parts.total_bytes == phase.allocated_bytes
    assert phases["optimizer"].parts == Parts(
        weights_bytes=7 * BLOCK,
        adapters_bytes=BLOCK,
        gradients_bytes=BLOCK,
        optimizer_bytes=2 * BLOCK,
        temporary_bytes=4 * BLOCK,  # the loss, and what was made last
    )


def test_that_a_mark_holds_for_the_time_before_it(tracker: StorageTracker) -> None:
    tracker.set_phase("backward")
    gradient = block()
    block(2)  # the peak is over when the mark is set
    tracker.mark([gradient], "gradients_bytes")
    (_, backward) = tracker.phases()
    assert backward.parts == Parts(gradients_bytes=BLOCK, temporary_bytes=2 * BLOCK)


def test_that_an_unknown_part_is_a_mistake_of_ours(tracker: StorageTracker) -> None:
    assert "weights_bytes" in PARTS
    with pytest.raises(AssertionError):
        tracker.mark([], "weight_bytes")


# --- modules ------------------------------------------------------------------------------------------------


class Layer(torch.nn.Module):
    """Keeps its exp, drops the sum before it; one block of hidden state."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = torch.nn.Parameter(torch.ones(128))

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        return ((hidden + 1) * self.scale).exp()


class Model(torch.nn.Module):
    """Layers, and a head that makes logits."""

    def __init__(self, n_layers: int) -> None:
        super().__init__()
        self.layers = torch.nn.ModuleList(Layer() for _ in range(n_layers))
        self.head = torch.nn.Linear(128, VOCAB, bias=False)
        self.checkpointing = False

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        for layer in self.layers:
            hidden = checkpoint(layer, hidden, use_reentrant=False) if self.checkpointing else layer(hidden)
        return self.head(hidden)


def stepped(tracker: StorageTracker, model: Model) -> torch.Tensor:
    """Forward, loss and backward; returns the loss."""
    tracker.watch_modules(model)
    tracker.watch_layers(list(model.layers))
    tracker.mark(model.parameters(), "weights_bytes")
    tracker.set_phase("forward")
    hidden = torch.zeros(3, 128)
    logits = model(hidden)
    tracker.set_phase("loss")
    loss = logits.logsumexp(-1).sum()
    del logits
    tracker.set_phase("backward")
    loss.backward()
    tracker.mark((parameter.grad for parameter in model.parameters()), "gradients_bytes")
    return loss.detach()


def test_that_activations_outlive_the_module_that_made_them(tracker: StorageTracker) -> None:
    model = Model(2)
    stepped(tracker, model)
    loss = tracker.phases()[2].parts
    assert loss is not None
    # Each layer keeps hidden + 1 (for the scale's gradient) and its exp; 3 × 512 B each.
    assert loss.activations_bytes == 2 * 2 * 3 * BLOCK
    assert loss.logits_bytes >= -(-3 * VOCAB * 4 // BLOCK) * BLOCK
    assert loss.weights_bytes == 2 * BLOCK + 128 * VOCAB * 4


def test_that_the_module_and_the_operation_of_a_tensor_are_known(tracker: StorageTracker) -> None:
    model = Model(2)
    stepped(tracker, model)
    exp = [s for s in tracker.storages if s.operation == "aten.exp.default" and s.phase == "forward"]
    assert [storage.module for storage in exp] == ["layers.0", "layers.1"]
    logits = next(s for s in tracker.storages if s.shape == (3, VOCAB))
    assert (logits.module, logits.phase, logits.in_module) == ("head", "forward", True)
    moment = tracker.peaks()["loss"].moment
    top = tracker.top_tensors(moment, 3)
    assert len(top) == 3
    assert [tensor.bytes for tensor in top] == sorted((tensor.bytes for tensor in top), reverse=True)
    assert (top[0].shape, top[0].dtype) == ((VOCAB, 128), "float32")


def test_that_a_parameters_module_can_be_named(tracker: StorageTracker) -> None:
    weight = block()
    tracker.name_module(weight, "layers.0.scale")
    tracker.name_module(torch.zeros(3, device="meta"), "nobody")
    assert [storage.module for storage in tracker.storages] == ["layers.0.scale"]


def test_that_a_recompute_makes_activations_again(tracker: StorageTracker) -> None:
    kept, recomputed = Model(4), Model(4)
    recomputed.checkpointing = True
    stepped(tracker, kept)
    other = StorageTracker(VOCAB)
    with other:
        other.set_phase("load")
        stepped(other, recomputed)
    loss = {t: t.phases()[2].parts for t in (tracker, other)}
    before, after = loss[tracker], loss[other]
    assert before is not None
    assert after is not None
    assert before.activations_bytes == 4 * 2 * 3 * BLOCK
    assert after.activations_bytes == 4 * 3 * BLOCK  # each layer's output, which is the next one's input
    again = [s for s in other.storages if s.phase == "backward" and s.in_module and s.died > s.left_module]
    assert [(s.module, s.operation) for s in again if s.operation == "aten.add.Tensor"] == [
        (f"layers.{n}", "aten.add.Tensor") for n in (3, 2, 1, 0)
    ]
    assert other._calls == []  # however the recompute was left


def test_that_layers_are_followed_in_forward_and_backward(tracker: StorageTracker) -> None:
    model = Model(3)
    stepped(tracker, model)
    found = tracker.layer_peaks()
    for phase in ("forward", "backward"):
        assert {layer for name, layer in found if name == phase} == {None, 0, 1, 2}
    assert {layer for name, layer in found if name in ("load", "loss")} == {None}
    assert [found["forward", n].bytes - found["forward", n - 1].bytes for n in (1, 2)] == [6 * BLOCK] * 2
    most = tracker.peaks()
    for phase in ("forward", "loss", "backward"):
        assert most[phase].bytes == max(peak.bytes for (name, _), peak in found.items() if name == phase)


def test_that_a_layer_that_fails_leaves_no_call_open(tracker: StorageTracker) -> None:
    model = Model(1)
    tracker.watch_modules(model)
    with pytest.raises(RuntimeError):
        model(torch.zeros(3, 5))
    assert tracker._calls == []


def test_that_the_peaks_of_a_step_are_its_own():
    tracker = StorageTracker()
    with tracker:
        tracker.set_phase("forward")
        large = torch.empty(4096, dtype=torch.uint8)
        del large
        tracker.begin_step()
        tracker.set_phase("forward")
        small = torch.empty(1024, dtype=torch.uint8)
        assert tracker.step_peaks() == {"forward": 1024}
        assert tracker.peaks()["forward"].bytes == 4096
        del small

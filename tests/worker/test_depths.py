"""From few layers to many: which moments are followed, and how they grow."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from gpuplanner.core.estimate import PARTS, Parts
from gpuplanner.core.llm import Llm
from gpuplanner.core.trial import MeasuredPhase
from gpuplanner.worker.depths import DEPTHS, Fullest, extend, layers_are_alike, phases_of, places
from gpuplanner.worker.storage import StorageTracker

LLAMA = Llm("llama", "llama", 64, 2, 4, 2, 16, 160, 384, tie_word_embeddings=False)
BLOCK = 512


def logged(depth: int) -> StorageTracker:
    """A step by hand: each layer keeps a block, the loss takes twenty; backward turns them into gradients."""
    with StorageTracker() as tracker:
        tracker.set_phase("load")
        weights = [torch.zeros(128) for _ in range(depth)]
        tracker.mark(weights, "weights_bytes")
        tracker.set_phase("forward")
        kept = []
        for layer in range(depth):
            tracker.set_layer(layer)
            kept.append(torch.zeros(128))
            torch.zeros(3 * 128)
            tracker.set_layer(None)
        torch.zeros(20 * 128)
        tracker.set_phase("backward")
        for layer in reversed(range(depth)):
            tracker.set_layer(layer)
            gradient = torch.zeros(128)
            tracker.mark([gradient], "gradients_bytes")
            kept[layer] = gradient
        tracker.set_layer(None)
    return tracker


def test_that_the_places_are_the_ends_of_each_phase() -> None:
    found = places(logged(6), 6)
    around = ("first", "second", "last but one", "last", "beside")
    assert {where for phase, where in found if phase == "forward"} == set(around)
    assert [found["forward", where].bytes // BLOCK for where in around] == [10, 11, 14, 15, 32]
    assert {where for phase, where in found if phase == "load"} == {"beside"}
    # The first gradient is made while all that was kept is there.
    assert found["backward", "last"].bytes // BLOCK == 13
    for fullest in found.values():
        assert fullest.parts.total_bytes == fullest.bytes


def test_that_the_shallowest_depth_has_four_layers_of_their_own() -> None:
    assert len({where for phase, where in places(logged(DEPTHS[0]), DEPTHS[0]) if phase == "forward"}) == 5


def test_that_extending_equals_the_deeper_run() -> None:
    first, second, third = (places(logged(depth), depth) for depth in DEPTHS)
    assert extend(first, second, 1) == third
    whole = logged(33)
    assert extend(first, second, 33 - DEPTHS[1]) == places(whole, 33)
    assert phases_of(extend(first, second, 33 - DEPTHS[1])) == whole.phases()


def test_that_another_place_may_be_the_fullest_in_the_deeper_model() -> None:
    few = {("backward", "beside"): Fullest(100, Parts(logits_bytes=100)),
           ("backward", "first"): Fullest(60, Parts(gradients_bytes=60))}  # fmt: skip
    more = {("backward", "beside"): Fullest(101, Parts(logits_bytes=101)),
            ("backward", "first"): Fullest(80, Parts(gradients_bytes=80))}  # fmt: skip
    assert phases_of(few) == (MeasuredPhase("backward", 100, parts=Parts(logits_bytes=100)),)
    assert phases_of(extend(few, more, 10)) == (
        MeasuredPhase("backward", 280, parts=Parts(gradients_bytes=280)),
    )


def test_that_every_part_is_extended() -> None:
    one = Parts(**{name: 10 * n for n, name in enumerate(PARTS)})
    two = Parts(**{name: 12 * n for n, name in enumerate(PARTS)})
    place = ("forward", "beside")
    found = extend({place: Fullest(0, one)}, {place: Fullest(1, two)}, 4)
    assert found == {place: Fullest(5, Parts(**{name: 20 * n for n, name in enumerate(PARTS)}))}


@pytest.mark.parametrize(
    ("changes", "alike"),
    [
        ({}, True),
        ({"sliding_window": 4096}, True),
        ({"sliding_window": 4096, "sliding_window_every": 2}, False),
        ({"num_experts": 8, "moe_intermediate_size": 64}, True),
        ({"num_experts": 8, "moe_intermediate_size": 64, "first_dense_layers": 1}, False),
    ],
)
def test_that_mixed_layers_are_not_alike(changes: dict[str, int], alike: bool) -> None:
    assert layers_are_alike(replace(LLAMA, **changes)) is alike  # type: ignore[arg-type]

"""The replayed allocator on hand-made sequences, against the rules of c10/cuda/CUDACachingAllocator.cpp.

kMinBlockSize 512 B, kSmallSize 1 MiB, kSmallBuffer 2 MiB, kMinLargeAlloc 10 MiB, kLargeBuffer 20 MiB,
kRoundLarge 2 MiB; `get_allocation_size`, `should_split`, `free_block` there.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpuplanner.worker.allocator import MIB, CachingAllocator, replay


@pytest.mark.parametrize(
    ("size", "allocated", "reserved"),
    [
        (1, 512, 2 * MIB),
        (512, 512, 2 * MIB),
        (513, 1024, 2 * MIB),
        (MIB, MIB, 2 * MIB),
        (MIB + 1, MIB + 512, 20 * MIB),
        (10 * MIB - 512, 10 * MIB - 512, 20 * MIB),
        (10 * MIB, 10 * MIB, 10 * MIB),
        (10 * MIB + 1, 10 * MIB + 512, 12 * MIB),
        (11 * MIB, 12 * MIB, 12 * MIB),  # what is left is no more than 1 MiB: not split
        (31 * MIB, 32 * MIB, 32 * MIB),
    ],
)
def test_that_one_allocation_takes_a_segment(size: int, allocated: int, reserved: int) -> None:
    allocator = CachingAllocator()
    allocator.take(size)
    assert (allocator.allocated, allocator.reserved) == (allocated, reserved)


def test_that_small_ones_share_a_segment_until_it_is_full() -> None:
    allocator = CachingAllocator()
    blocks = [allocator.take(512 * 1024) for _ in range(4)]
    assert allocator.reserved == 2 * MIB
    allocator.take(1)
    assert allocator.reserved == 4 * MIB
    assert allocator.allocated == 2 * MIB + 512
    for block in blocks:
        allocator.give_back(block)
    assert (allocator.allocated, allocator.reserved) == (512, 4 * MIB)  # cached, not returned


def test_that_small_and_large_ones_lie_apart() -> None:
    allocator = CachingAllocator()
    allocator.take(2 * MIB)
    allocator.take(1024)  # 18 MiB are free beside it, but not for this
    assert allocator.reserved == 22 * MIB
    block = allocator.take(4 * MIB)
    assert allocator.reserved == 22 * MIB
    allocator.give_back(block)
    allocator.take(18 * MIB)
    assert allocator.reserved == 22 * MIB


def test_that_the_smallest_free_block_that_holds_it_is_taken() -> None:
    allocator = CachingAllocator()
    large, small = allocator.take(40 * MIB), allocator.take(24 * MIB)
    allocator.give_back(large)
    allocator.give_back(small)
    allocator.take(23 * MIB)
    allocator.take(40 * MIB)
    assert allocator.reserved == 64 * MIB


def test_that_a_block_is_split_only_where_enough_is_left() -> None:
    allocator = CachingAllocator()
    allocator.give_back(allocator.take(20 * MIB))
    whole = allocator.take(19 * MIB)  # 1 MiB left: no more than kSmallSize, so it stays whole
    assert whole.size == allocator.allocated == 20 * MIB
    allocator.give_back(whole)
    part = allocator.take(19 * MIB - 512)
    assert part.size == allocator.allocated == 19 * MIB - 512
    allocator.take(MIB + 512)
    assert (allocator.allocated, allocator.reserved) == (20 * MIB, 20 * MIB)


def test_that_free_neighbours_are_joined_and_others_are_not() -> None:
    allocator = CachingAllocator()
    first, second, third, fourth = (allocator.take(5 * MIB) for _ in range(4))
    assert allocator.reserved == 20 * MIB
    allocator.give_back(first)
    allocator.give_back(third)
    allocator.give_back(allocator.take(10 * MIB))
    assert allocator.reserved == 30 * MIB  # two holes of 5 MiB are no hole of 10
    allocator.give_back(second)  # between two free ones: all three are one
    allocator.take(15 * MIB)
    assert allocator.reserved == 30 * MIB
    allocator.give_back(fourth)
    assert allocator.allocated == 15 * MIB


def test_that_segments_are_never_joined() -> None:
    allocator = CachingAllocator()
    blocks = [allocator.take(20 * MIB) for _ in range(2)]
    for block in blocks:
        allocator.give_back(block)
    allocator.take(40 * MIB)
    assert allocator.reserved == 80 * MIB


def test_that_a_log_is_replayed_to_its_most_segments() -> None:
    # 30 MiB live and die, then 24 MiB and 4 MiB take their place: 24 leaves 6, in which 4 fit.
    assert replay([30 * MIB, 24 * MIB, 4 * MIB], [0, -1, 1, 2, -2, -3]) == 30 * MIB
    assert replay([24 * MIB, 30 * MIB], [0, -1, 1, -2]) == 54 * MIB  # the other way round nothing fits
    assert replay([], []) == 0


def test_that_storages_of_the_host_take_nothing() -> None:
    """`StorageTracker.forget` leaves them in the log with no bytes."""
    assert replay([0, 512], [0, 1, -1, -2]) == 2 * MIB
    assert replay([0], [0, -1]) == 0


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(st.lists(st.tuples(st.integers(1, 64 * MIB), st.integers(0, 5)), max_size=40))
def test_that_whatever_comes_all_is_one_again_when_all_is_free(steps: list[tuple[int, int]]) -> None:
    allocator = CachingAllocator()
    held = []
    for size, n_freed in steps:
        held.append(allocator.take(size))
        assert held[-1].size >= size
        for _ in range(min(n_freed, len(held))):
            allocator.give_back(held.pop((size * 7) % len(held)))
        assert allocator.allocated == sum(block.size for block in held) <= allocator.reserved
    assert allocator.peak_reserved == allocator.reserved
    for block in held:
        allocator.give_back(block)
    assert allocator.allocated == 0
    free = [block for pool in allocator._free.values() for *_, block in pool]
    assert sum(block.size for block in free) == allocator.reserved
    assert all(block.before is block.after is None for block in free)

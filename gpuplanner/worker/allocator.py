"""A replay of torch's caching allocator: which segments of a card the allocations of a log would take.

The rules of ``c10/cuda/CUDACachingAllocator.cpp`` for one stream and default settings (torch 2.0 to 2.13):
sizes are rounded up to 512 B; up to 1 MiB is cut from segments of 2 MiB; below 10 MiB from segments of
20 MiB; above, a segment is the size rounded up to 2 MiB.  A block is taken from the smallest free one that
holds it, and split where enough is left (512 B in small segments, more than 1 MiB in large ones); free
neighbours are joined.  Valid for the order of one process; a card with little memory left frees cached
segments and tries again, which is not replayed.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence

MIB = 2**20
_SMALL, _SMALL_SEGMENT = MIB, 2 * MIB
_LARGE, _LARGE_SEGMENT, _ROUND_LARGE = 10 * MIB, 20 * MIB, 2 * MIB
_BLOCK = 512


class _Block:
    """A piece of a segment, between its neighbours."""

    __slots__ = ("after", "before", "free", "key", "size", "small")

    def __init__(self, size: int, small: bool, before: _Block | None = None, after: _Block | None = None):
        self.size, self.small, self.before, self.after = size, small, before, after
        self.free = False
        self.key = (0, 0)


class CachingAllocator:
    """Blocks of cached segments, small and large ones apart."""

    def __init__(self) -> None:
        self._free: dict[bool, list[tuple[int, int, _Block]]] = {True: [], False: []}
        self._order = 0
        self.allocated = self.reserved = self.peak_reserved = 0

    def take(self, size: int) -> _Block:
        """Allocate; the block may be larger than asked for."""
        size = max(_BLOCK, -(-size // _BLOCK) * _BLOCK)
        small = size <= _SMALL
        free = self._free[small]
        place = bisect.bisect_left(free, (size, -1), key=lambda entry: entry[:2])
        block = free.pop(place)[2] if place < len(free) else self._segment(size, small)
        block.free = False
        left = block.size - size
        if left >= _BLOCK if small else left > _SMALL:
            rest = _Block(left, small, block, block.after)
            if block.after is not None:
                block.after.before = rest
            block.after, block.size = rest, size
            self._keep(rest)
        self.allocated += block.size
        return block

    def give_back(self, block: _Block) -> None:
        """Free a block: it is cached, joined with what is free beside it."""
        self.allocated -= block.size
        before, after = block.before, block.after
        if before is not None and before.free:
            self._drop(before)
            block.size += before.size
            block.before = before.before
            if block.before is not None:
                block.before.after = block
        if after is not None and after.free:
            self._drop(after)
            block.size += after.size
            block.after = after.after
            if block.after is not None:
                block.after.before = block
        self._keep(block)

    def _segment(self, size: int, small: bool) -> _Block:
        if small:
            whole = _SMALL_SEGMENT
        else:
            whole = _LARGE_SEGMENT if size < _LARGE else -(-size // _ROUND_LARGE) * _ROUND_LARGE
        self.reserved += whole
        self.peak_reserved = max(self.peak_reserved, self.reserved)
        return _Block(whole, small)

    def _keep(self, block: _Block) -> None:
        self._order += 1
        block.free, block.key = True, (block.size, self._order)
        bisect.insort(self._free[block.small], (*block.key, block), key=lambda entry: entry[:2])

    def _drop(self, block: _Block) -> None:
        free = self._free[block.small]
        free.pop(bisect.bisect_left(free, block.key, key=lambda entry: entry[:2]))


def replay(sizes: Sequence[int], events: Sequence[int]) -> int:
    """The most bytes of segments that a log takes.

    ``events`` are indices into ``sizes``, or minus index minus one where a storage ends.
    """
    allocator = CachingAllocator()
    held: dict[int, _Block] = {}
    for event in events:
        if event >= 0:
            if sizes[event]:
                held[event] = allocator.take(sizes[event])
        elif (block := held.pop(-event - 1, None)) is not None:
            allocator.give_back(block)
    return allocator.peak_reserved

"""The lengths of a data set's samples in tokens: percentiles, what a sequence length cuts, pads and packs."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from itertools import accumulate, pairwise


class Counted(str, Enum):
    """How the tokens of the samples were counted."""

    RECORDED = "recorded"
    """The file says so, in a field of each record."""
    TOKENIZER = "tokenizer"
    """By the model's own tokenizer."""
    APPROXIMATED = "approximated"
    """From the number of characters."""
    MIXED = "mixed"
    """Some records say so, the others were approximated."""


@dataclass(frozen=True)
class SampleLengths:
    """How many samples have which length; ``counts`` holds (tokens, samples) by rising length."""

    counts: tuple[tuple[int, int], ...]
    counted: Counted

    @classmethod
    def of(cls, counts: Mapping[int, int], counted: Counted) -> SampleLengths:
        """From the number of samples by length.

        >>> SampleLengths.of({300: 2, 100: 1}, Counted.RECORDED).percentile(50)
        300
        """
        return cls(tuple(sorted((tokens, n) for tokens, n in counts.items() if n)), counted)

    @cached_property
    def n_samples(self) -> int:
        """Samples of the data set."""
        return sum(n for _, n in self.counts)

    @cached_property
    def n_tokens(self) -> int:
        """Tokens of all samples."""
        return sum(tokens * n for tokens, n in self.counts)

    @property
    def longest(self) -> int:
        """Tokens of the longest sample; 0 where there is none."""
        return self.counts[-1][0] if self.counts else 0

    def percentile(self, percent: float) -> int:
        """The shortest length that at least this many per cent of the samples do not exceed."""
        rank = max(1, math.ceil(percent / 100 * self.n_samples))
        return self.counts[bisect_left(self._running, rank)][0] if self.counts else 0

    def truncated_share(self, seq_len: int) -> float:
        """Share of the samples that are longer than ``seq_len`` and lose their end."""
        return (self.n_samples - self._kept(seq_len)[0]) / self.n_samples if self.n_samples else 0.0

    def lost_share(self, seq_len: int) -> float:
        """Share of the tokens that are cut off."""
        return (self.n_tokens - self._kept(seq_len)[1]) / self.n_tokens if self.n_tokens else 0.0

    def padding_share(self, seq_len: int) -> float:
        """Share of the computed tokens that are padding, when every sample is padded to ``seq_len``."""
        return 1 - self._kept(seq_len)[1] / (self.n_samples * seq_len) if self.n_samples else 0.0

    def packed_sequences(self, seq_len: int, n_samples: int | None = None) -> int:
        """Sequences of one pass when samples are joined and cut every ``seq_len`` tokens: nothing is lost.

        ``n_samples``: of so many samples like these, instead of the data set's own number.
        """
        n_sequences = math.ceil(self.n_tokens / seq_len)
        if n_samples is None:
            return n_sequences
        return max(1, round(n_sequences * n_samples / self.n_samples))

    def histogram(self, edges: Sequence[float]) -> tuple[int, ...]:
        """Samples from each edge up to the next; what lies outside is not counted.

        >>> SampleLengths.of({300: 2, 100: 1}, Counted.RECORDED).histogram((0, 200, 400))
        (1, 2)
        """
        below = [self._n_below(edge) for edge in edges]
        return tuple(after - before for before, after in pairwise(below))

    def _kept(self, seq_len: int) -> tuple[int, int]:
        """Samples that are not longer than ``seq_len``, and the tokens of all that it keeps."""
        place = bisect_right(self.counts, seq_len, key=lambda count: count[0])
        if not place:
            return 0, self.n_samples * seq_len
        whole = self._running[place - 1]
        return whole, self._running_tokens[place - 1] + (self.n_samples - whole) * seq_len

    def _n_below(self, length: float) -> int:
        place = bisect_left(self.counts, length, key=lambda count: count[0])
        return self._running[place - 1] if place else 0

    @cached_property
    def _running(self) -> list[int]:
        return list(accumulate(n for _, n in self.counts))

    @cached_property
    def _running_tokens(self) -> list[int]:
        return list(accumulate(tokens * n for tokens, n in self.counts))

"""Percentiles, truncation, padding and packing of a data set, against samples counted one by one."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpuplanner.core.sample_lengths import Counted, SampleLengths

SAMPLES = st.lists(st.integers(1, 500), min_size=1, max_size=60)


def lengths(*samples: int) -> SampleLengths:
    return SampleLengths.of(Counter(samples), Counted.RECORDED)


def test_that_a_small_data_set_is_described() -> None:
    found = lengths(100, 200, 300, 400, 1000)
    assert (found.n_samples, found.n_tokens, found.longest) == (5, 2000, 1000)
    assert (found.percentile(50), found.percentile(95), found.percentile(100)) == (300, 1000, 1000)
    assert found.truncated_share(400) == pytest.approx(0.2)
    assert found.lost_share(400) == pytest.approx(0.3)
    assert found.padding_share(400) == pytest.approx(1 - 1400 / 2000)
    assert found.packed_sequences(400) == 5


def test_that_nothing_is_described_without_a_division_by_zero() -> None:
    nothing = SampleLengths.of({}, Counted.RECORDED)
    assert (nothing.n_samples, nothing.longest, nothing.percentile(50)) == (0, 0, 0)
    assert nothing.truncated_share(10) == nothing.padding_share(10) == nothing.lost_share(10) == 0


@given(SAMPLES, st.integers(1, 600), st.integers(1, 100))
def test_that_counts_give_what_the_samples_give(samples: list[int], seq_len: int, percent: int) -> None:
    found = lengths(*samples)
    assert found.percentile(percent) == sorted(samples)[math.ceil(percent / 100 * len(samples)) - 1]
    assert found.truncated_share(seq_len) == sum(n > seq_len for n in samples) / len(samples)
    kept = sum(min(n, seq_len) for n in samples)
    assert found.padding_share(seq_len) == pytest.approx(1 - kept / (seq_len * len(samples)))
    assert found.packed_sequences(seq_len) * seq_len >= sum(samples)


@given(SAMPLES, st.integers(1, 600))
def test_that_shares_are_those_of_the_samples_one_by_one(samples: list[int], seq_len: int) -> None:
    found = lengths(*samples)
    kept = sum(min(sample, seq_len) for sample in samples)
    assert found.truncated_share(seq_len) == sum(sample > seq_len for sample in samples) / len(samples)
    assert found.lost_share(seq_len) == (sum(samples) - kept) / sum(samples)
    assert found.padding_share(seq_len) == pytest.approx(1 - kept / (len(samples) * seq_len))


@given(SAMPLES, st.integers(1, 20))
def test_that_a_histogram_holds_every_sample_once(samples: list[int], n: int) -> None:
    found = lengths(*samples)
    edges = [501 * i / n for i in range(n + 1)]
    counts = found.histogram(edges)
    assert sum(counts) == len(samples)
    assert counts[-1] == sum(sample >= edges[-2] for sample in samples)


def test_that_as_many_samples_as_wanted_are_packed() -> None:
    found = lengths(100, 300)
    assert found.packed_sequences(100, 2) == found.packed_sequences(100) == 4
    assert found.packed_sequences(100, 1000) == 2000
    assert found.packed_sequences(10_000, 1) == 1

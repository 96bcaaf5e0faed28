"""The history keeps a day in fixed memory, breaks lines at gaps and loses no peak when it is thinned."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gpuplanner.monitor.decimation import thinned
from gpuplanner.monitor.history import COARSE_S, History
from gpuplanner.monitor.metrics import INDEX, METRICS
from gpuplanner.monitor.readings import NOT_SUPPORTED, Missing, Reading, missing_for
from gpuplanner.monitor.samples import CardFacts, CardSample, DriverFacts, Sample

DRIVER = DriverFacts("570")


def card(uuid: str, watts: Reading, problem: Missing | None = None) -> CardSample:
    readings: list[Reading] = [NOT_SUPPORTED] * len(METRICS)
    readings[INDEX["power_watts"]] = watts
    return CardSample(CardFacts(uuid, 0, "A100"), tuple(readings), problem=problem)


def sample(time_s: float, *cards: CardSample, after_gap: bool = False, period_s: float = 1.0) -> Sample:
    return Sample(1, time_s, 1_000_000 + time_s, 0.001, cards, DRIVER, period_s, after_gap=after_gap)


def filled(history: History, n: int, period_s: float = 1.0, start_s: float = 100.0) -> History:
    for i in range(n):
        history.append(
            sample(start_s + i * period_s, card("a", float(i)), card("b", float(-i)), period_s=period_s)
        )
    return history


def test_that_a_window_holds_what_was_sampled() -> None:
    history = filled(History(), 50)
    series = history.window("b", "power_watts", 0, 1e9)
    assert series.times_s.tolist() == [100.0 + i for i in range(50)]
    assert series.low.tolist() == series.high.tolist() == [float(-i) for i in range(50)]
    assert history.span() == (100.0, 149.0)
    assert history.wall_offset_s == 1_000_000
    assert set(history.uuids) == {"a", "b"}


def test_that_a_window_reaches_one_sample_beyond_its_ends() -> None:
    series = filled(History(), 50).window("a", "power_watts", 110.5, 112.5)
    assert series.times_s.tolist() == [110.0, 111.0, 112.0, 113.0]


def test_that_nothing_is_known_of_an_unknown_card() -> None:
    history = History()
    assert history.span() is None
    assert history.at(5.0) == {}
    assert len(filled(history, 3).window("c", "power_watts", 0, 1e9).times_s) == 0


def test_that_a_reading_that_is_missing_is_a_hole() -> None:
    history = History()
    history.append(sample(1, card("a", 5.0)))
    history.append(sample(2, card("a", NOT_SUPPORTED)))
    history.append(sample(3, card("a", 5.0, problem=missing_for(15))))
    assert np.isnan(history.window("a", "power_watts", 0, 9).low).tolist() == [False, True, True]


def test_that_a_gap_breaks_every_line_and_is_listed() -> None:
    history = filled(History(), 10)
    history.append(sample(200.0, card("a", 7.0), card("b", 7.0)))  # the computer slept
    history.append(sample(201.0, card("a", 8.0), card("b", 8.0), after_gap=True))  # the driver was away
    series = history.window("a", "power_watts", 0, 1e9)
    assert np.isnan(series.low).nonzero()[0].tolist() == [10, 12]
    assert history.gaps(0, 1e9) == ((109.0, 200.0), (200.0, 201.0))


def test_that_a_slow_rate_is_no_gap() -> None:
    history = filled(History(), 20, period_s=5.0)
    filled(history, 20, period_s=0.1, start_s=200.0)
    assert history.gaps(0, 1e9) == ()


def test_that_memory_is_fixed_and_the_newest_rows_stay_in_one_piece() -> None:
    history = History(fine_rows=400, coarse_rows=100)
    filled(history, 1)
    size = history.uuids and history.n_bytes
    filled(history, 5000, start_s=101.0)
    assert history.n_bytes == size
    assert history.count == 400
    first, last = history.span() or (0.0, 0.0)
    assert last == 5100.0
    series = history.window("a", "power_watts", last - 300, last)
    assert series.low[-301:].tolist() == [float(i) for i in range(4699, 5000)]
    assert np.shares_memory(series.low, history._fine.layers[0]) is False
    assert first == pytest.approx(last - 99 * COARSE_S, abs=COARSE_S)


def test_that_what_is_older_than_the_fine_rows_is_kept_coarsely_with_its_extremes() -> None:
    history = History(fine_rows=400, coarse_rows=1000)
    for i in range(3000):
        history.append(sample(float(i), card("a", 999.0 if i == 755 else 1.0)))
    old = history.window("a", "power_watts", 700, 800, points=10_000)
    assert old.high.max() == 999.0
    assert old.low.min() == 1.0
    assert np.diff(old.times_s).max() == COARSE_S
    newest = history.window("a", "power_watts", 2900, 2999)
    assert np.diff(newest.times_s).max() == 1.0


def test_that_a_gap_is_coarsely_kept_too() -> None:
    history = filled(History(fine_rows=100, coarse_rows=1000), 200, start_s=0.0)
    filled(history, 500, start_s=1000.0)
    series = history.window("a", "power_watts", 0, 2000)
    gap = np.isnan(series.low).nonzero()[0].tolist()
    assert len(gap) == 1
    assert 199 < series.times_s[gap[0]] < 1000


def test_that_a_card_that_comes_later_has_no_past() -> None:
    history = History()
    history.append(sample(1, card("a", 1.0)))
    assert history.count == 1
    history.append(sample(2, card("a", 1.0), card("z", 2.0)))
    series = history.window("z", "power_watts", 0, 9)
    assert math.isnan(series.low[0])
    assert series.low[1] == 2.0


def test_that_the_crosshair_reads_the_nearest_sample_of_all_cards() -> None:
    history = filled(History(), 20)
    found = history.at(105.4)
    assert (found["a"]["power_watts"], found["b"]["power_watts"]) == (5.0, -5.0)
    assert math.isnan(found["a"]["fan_percent"])
    assert history.at(1e9)["a"]["power_watts"] == 19.0


def test_that_marks_are_kept() -> None:
    history = filled(History(), 3)
    history.mark("training started")
    history.mark("earlier", 50.0)
    assert [(mark.monotonic_s, mark.text) for mark in history.marks] == [
        (102.0, "training started"),
        (50.0, "earlier"),
    ]


def test_that_thinning_keeps_every_extreme() -> None:
    times = np.arange(36_000) / 10
    values = np.random.default_rng(1).normal(size=36_000).astype(np.float32)
    values[12_345], values[23_456] = 50.0, -50.0
    series = thinned(times, values, values, np.zeros(36_000, dtype=bool), 600)
    assert 500 < len(series.times_s) <= 620
    assert (series.high.max(), series.low.min()) == (50.0, -50.0)
    assert np.all(series.low <= series.high)
    assert np.all(np.diff(series.times_s) > 0)


def test_that_thinning_does_not_flicker_when_the_window_moves() -> None:
    times = np.arange(5_000) / 10
    values = np.random.default_rng(2).normal(size=5_000)
    none = np.zeros(4_000, dtype=bool)
    one = thinned(times[:4_000], values[:4_000], values[:4_000], none, 100)
    two = thinned(times[40:4_040], values[40:4_040], values[40:4_040], none, 100)
    common = sorted(set(one.times_s[1:-1]) & set(two.times_s[1:-1]))
    assert len(common) > 60
    high_one, high_two = (
        dict(zip(one.times_s, one.high, strict=True)),
        dict(zip(two.times_s, two.high, strict=True)),
    )
    assert [high_one[at] for at in common] == [high_two[at] for at in common]


def test_that_thinning_keeps_a_gap_between_neighbours() -> None:
    times = np.concatenate([np.arange(1000.0), [1500.0], np.arange(2000.0, 3000.0)])
    values = np.where(times == 1500.0, np.nan, 1.0)
    series = thinned(times, values, values, times == 1500.0, 50)
    assert np.isnan(series.low).sum() == 1
    assert len(series.times_s) < 60


def test_that_series_of_one_card_come_at_the_same_times() -> None:
    power, temperature = filled(History(), 500).windows(
        "a", ("power_watts", "temperature_celsius"), 0, 1e9, 50
    )
    assert power.times_s.tolist() == temperature.times_s.tolist()
    assert np.isnan(temperature.high).all()


def test_that_a_long_window_is_read_from_the_coarse_buffers_and_loses_no_peak() -> None:
    history = filled(History(), 3_000, 0.1)
    for at in (400.05, 400.15):
        history.append(sample(at, card("a", 9_999.0 if at < 400.1 else 0.0), card("b", 0.0), period_s=0.1))
    fine = history.window("a", "power_watts", 100, 400, 60)
    coarse = history.window("a", "power_watts", 100, 400, 20)  # 15 s for each: longer than a coarse step
    for series, most in ((fine, 70), (coarse, 40)):
        assert 10 < len(series.times_s) <= most
        assert np.nanmax(series.high) == 9_999.0
        assert np.nanmin(series.low) == 0.0


def test_that_a_window_drawn_again_takes_in_what_came_since() -> None:
    history = filled(History(), 300)
    first = history.window("a", "power_watts", 0, 1e9, 50)
    history.append(sample(400.0, card("a", 5_000.0), card("b", 1.0)))
    again = history.window("a", "power_watts", 0, 1e9, 50)
    assert np.nanmax(first.high) == 299.0
    assert np.nanmax(again.high) == 5_000.0


def test_that_the_last_reading_of_a_lost_card_is_known() -> None:
    history = filled(History(), 200)
    lost = missing_for(15)
    for i in range(300):
        history.append(sample(300.0 + i, card("a", lost, lost), card("b", 1.0)))
    assert history.last_reading_s("a") == 299.0
    assert history.last_reading_s("b") == 599.0
    assert history.last_reading_s("never seen") is None

"""What a watched job took is told with what it is, and where it comes from."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gpuplanner.monitor.readings import BY_PROCESS_WDDM, missing_for
from gpuplanner.monitor.samples import CardSample, ProcessReading, Sample
from gpuplanner.monitor.watch import Watch

MakeCard = Callable[..., CardSample]
MakeSample = Callable[..., Sample]
MINE = (ProcessReading(1, 5, "compute", followed=True), ProcessReading(2, 5, "compute"))
OTHERS = (ProcessReading(2, 5, "compute"),)


def test_that_the_jobs_largest_sample_power_and_energy_are_told(
    make_card: MakeCard, make_sample: MakeSample
) -> None:
    watch = Watch()
    watch.see(
        make_sample(
            0, make_card(memory_used_bytes=50, energy_joules=100.0, power_watts=100, processes=OTHERS)
        )
    )
    for i, held in enumerate([10, 40, 30], start=1):
        card = make_card(
            memory_used_bytes=50 + held,
            followed_bytes=held,
            energy_joules=100.0 + 200 * i,
            power_watts=200,
            processes=MINE,
        )
        watch.see(make_sample(i, card, make_card("GPU-b", followed_bytes=0, processes=OTHERS)))
    summary = watch.summary(3.5)
    (card,) = summary.cards
    assert (card.largest_bytes, card.by_process, card.largest_used_bytes) == (40, True, 90)
    assert card.mean_watts == 200
    assert (card.energy_joules, card.energy_from_power) == (600.0, False)
    assert (summary.duration_s, summary.n_samples, summary.n_gaps) == (3.5, 4, 0)
    assert "4 samples" in summary.caveat
    assert "missed" in summary.caveat


def test_that_without_memory_by_process_the_rise_of_the_card_is_told(
    make_card: MakeCard, make_sample: MakeSample
) -> None:
    watch = Watch()
    mine = (ProcessReading(1, BY_PROCESS_WDDM, "compute", followed=True),)
    watch.see(make_sample(0, make_card(memory_used_bytes=50, followed_bytes=0)))
    watch.see(make_sample(1, make_card(memory_used_bytes=80, followed_bytes=BY_PROCESS_WDDM, processes=mine)))
    (card,) = watch.summary().cards
    assert (card.largest_bytes, card.by_process) == (30, False)


def test_that_energy_is_added_up_from_power_but_not_over_gaps(
    make_card: MakeCard, make_sample: MakeSample
) -> None:
    watch = Watch()
    card = make_card(memory_used_bytes=1, followed_bytes=1, power_watts=100, processes=MINE)
    watch.see(make_sample(0, card))
    watch.see(make_sample(2, card))
    watch.see(make_sample(3, make_card(problem=missing_for(15))))
    watch.see(make_sample(100, card, after_gap=True))
    watch.see(make_sample(101, card))
    summary = watch.summary()
    assert summary.n_gaps == 1
    assert summary.cards[0].energy_joules == pytest.approx(300)
    assert summary.cards[0].energy_from_power


def test_that_a_job_that_was_not_seen_is_on_no_card(make_card: MakeCard, make_sample: MakeSample) -> None:
    watch = Watch()
    assert watch.summary().cards == ()
    watch.see(make_sample(0, make_card(memory_used_bytes=1, processes=OTHERS)))
    assert watch.summary().cards == ()


def test_that_a_reading_that_fails_now_and_then_does_not_hide_the_others(
    make_card: MakeCard, make_sample: MakeSample
) -> None:
    watch = Watch()
    watch.see(make_sample(0, make_card(memory_used_bytes=9, followed_bytes=9, processes=MINE)))
    watch.see(
        make_sample(
            1, make_card(memory_used_bytes=9, followed_bytes=missing_for(999), processes=missing_for(999))
        )
    )
    (card,) = watch.summary().cards
    assert (card.largest_bytes, card.by_process) == (9, True)

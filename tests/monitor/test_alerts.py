"""An alert comes once per onset, and again only when the reading was well below its limit in between."""

from __future__ import annotations

from collections.abc import Callable

from gpuplanner.monitor.alerts import AlertKind, AlertRules, AlertWatch
from gpuplanner.monitor.readings import missing_for
from gpuplanner.monitor.samples import CardSample, Sample

MakeCard = Callable[..., CardSample]
MakeSample = Callable[..., Sample]


def test_that_heat_is_told_once_and_again_after_it_cooled(
    make_card: MakeCard, make_sample: MakeSample
) -> None:
    watch = AlertWatch(AlertRules(temperature_celsius=80))
    told = [
        [alert.text for alert in watch.see(make_sample(i, make_card(temperature_celsius=heat)))]
        for i, heat in enumerate([79, 80, 85, 79, 81, 70, 82])
    ]
    assert [bool(texts) for texts in told] == [False, True, False, False, False, False, True]
    assert told[1] == ["A100 (0): 80 °C"]


def test_that_memory_throttling_and_a_lost_card_are_told(
    make_card: MakeCard, make_sample: MakeSample
) -> None:
    watch = AlertWatch()
    full = make_card("GPU-a", memory_used_bytes=96, memory_free_bytes=4, throttle_reasons=0x1 | 0x40)
    alerts = watch.see(make_sample(0, full, make_card("GPU-b", problem=missing_for(15))))
    assert {(alert.kind, alert.uuid) for alert in alerts} == {
        (AlertKind.MEMORY, "GPU-a"),
        (AlertKind.THROTTLING, "GPU-a"),
        (AlertKind.LOST, "GPU-b"),
    }
    texts = " ".join(alert.text for alert in alerts)
    for words in ("96 %", "heat (hardware)", "lost"):
        assert words in texts
    assert watch.see(make_sample(1, full)) == ()


def test_that_nothing_is_told_of_healthy_unknown_or_switched_off(
    make_card: MakeCard, make_sample: MakeSample
) -> None:
    off = AlertWatch(AlertRules(None, None, throttling=False, lost=False))
    bad = make_card(memory_used_bytes=99, memory_free_bytes=1, temperature_celsius=99, throttle_reasons=8)
    assert off.see(make_sample(0, bad, make_card("GPU-b", problem=missing_for(15)))) == ()
    assert AlertWatch().see(make_sample(0, make_card(), make_card("GPU-b", throttle_reasons=1))) == ()

"""The list of metrics is complete in itself: every entry can be read, shown and written."""

from __future__ import annotations

import doctest

import pynvml
import pytest

from gpuplanner.monitor import metrics, runtime_power, sampler
from gpuplanner.monitor.energy import EnergyMeter
from gpuplanner.monitor.metrics import (
    KEPT,
    MEMORY_CALL,
    METRICS,
    PCIE_CALL,
    Metric,
    Pace,
    metric_of,
    throttle_words,
)
from gpuplanner.monitor.readings import missing_for, number


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_that_the_binding_has_every_call(metric: Metric) -> None:
    assert (metric.pace is Pace.DERIVED) == (not metric.calls)
    for call in metric.calls:
        assert call.name in (MEMORY_CALL, PCIE_CALL) or hasattr(pynvml, f"nvmlDevice{call.name}")
    assert metric.label
    assert metric.help.endswith((".", "`."))


def test_that_names_are_one_each_and_carry_their_units() -> None:
    assert len({metric.name for metric in METRICS}) == len(METRICS)
    endings = {"B": "_bytes", "%": "_percent", "W": "_watts", "J": "_joules", "MHz": "_mhz", "°C": "_celsius"}
    for metric in METRICS:
        assert metric.name.endswith(endings.get(metric.unit, ""))
    assert metric_of("fan_percent").unit == "%"
    assert set(KEPT) < set(METRICS)


def test_that_reasons_are_words_and_idle_is_none() -> None:
    assert throttle_words(0) == throttle_words(1) == ()
    assert throttle_words(1, all_reasons=True) == ("idle",)
    assert len(throttle_words(0x4 | 0x8 | 0x20 | 0x40 | 0x80)) == 5


def test_that_errors_have_words() -> None:
    for code in (1, 4, 9, 10, 15, 16, 17, 18, 28, 999):
        assert not missing_for(code).reason.startswith("NVML error")
    assert missing_for(77).reason == "NVML error 77"
    assert number(missing_for(4)) is None
    assert number(0) == 0


def test_that_energy_only_rises() -> None:
    meter = EnergyMeter()
    assert [meter.since_start("a", joules) for joules in (50, 70, 10, 15)] == [0, 20, 20, 25]
    assert meter.since_start("a", missing_for(4)) == missing_for(4)
    assert meter.since_start("a", 16) == 26


@pytest.mark.parametrize("module", [metrics, runtime_power, sampler])
def test_that_examples_in_docstrings_run(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]

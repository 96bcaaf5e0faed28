"""The time axis of the Monitor page: live, paused, zoomed, moved, and that of a recording."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from gpuplanner.render.monitor_plots import TimeWindow
from gpuplanner.ui.monitor.monitor_time import TimeAxis, time_ticks


@pytest.fixture
def axis(qtbot: QtBot) -> TimeAxis:
    result = TimeAxis()
    result.set_limits(0.0, 1_000.0, 5.0)
    return result


def test_that_it_follows_the_newest_sample_until_it_is_paused(axis: TimeAxis) -> None:
    assert axis.window == TimeWindow(700.0, 1_000.0, 5.0)
    axis.set_limits(0.0, 1_010.0, 5.0)
    assert axis.window.stop_s == 1_010.0
    axis.pause()
    axis.set_limits(0.0, 1_020.0, 5.0)
    assert (axis.is_live, axis.window.stop_s) == (False, 1_010.0)
    axis.resume()
    assert axis.window.stop_s == 1_020.0


def test_that_a_zoom_keeps_the_time_under_the_pointer(axis: TimeAxis) -> None:
    before = axis.window.start_s + 0.25 * axis.span_s
    axis.zoom(0.5, 0.25)
    assert axis.span_s == 150.0
    assert axis.window.start_s + 0.25 * axis.span_s == pytest.approx(before)
    assert not axis.is_live


def test_that_another_span_while_live_stays_live(axis: TimeAxis) -> None:
    axis.set_span(60.0)
    assert axis.is_live
    assert axis.window == TimeWindow(940.0, 1_000.0, 5.0)


def test_that_it_does_not_move_past_what_there_is(axis: TimeAxis) -> None:
    axis.pan(-0.5)
    assert axis.window.stop_s == 850.0
    axis.pan(-100.0)
    assert axis.window.start_s == 0.0
    axis.pan(100.0)
    assert axis.window.stop_s == 1_000.0


def test_that_zooming_ends_at_seconds_and_at_a_day(axis: TimeAxis) -> None:
    for _ in range(100):
        axis.zoom(0.5, 1.0)
    assert axis.span_s == 2.0
    for _ in range(100):
        axis.zoom(2.0, 1.0)
    assert axis.span_s == 86_400.0


def test_that_a_recording_is_shown_whole_from_its_start(axis: TimeAxis) -> None:
    axis.point(950.0)
    axis.show_recording(42.0)
    assert axis.window == TimeWindow(0.0, 42.0, None)
    assert axis.is_fixed
    assert axis.pointed_s is None
    axis.zoom(0.5, 0.0)
    axis.resume()
    assert axis.window == TimeWindow(0.0, 42.0, None)
    axis.show_live()
    assert axis.is_live
    assert not axis.is_fixed


def test_that_the_crosshair_tells_only_moves(axis: TimeAxis, qtbot: QtBot) -> None:
    told: list[float | None] = []
    axis.pointed.connect(lambda: told.append(axis.pointed_s))
    for at in (3.0, 3.0, None):
        axis.point(at)
    assert told == [3.0, None]


def test_that_ticks_stand_at_whole_minutes_of_the_local_clock() -> None:
    ticks, step_s = time_ticks(TimeWindow(10.0, 310.0, 1_700_000_000.0), 60.0, 3_600.0)
    assert step_s == 60
    assert all((tick + 1_700_000_000 + 3_600) % 60 == pytest.approx(0) for tick in ticks)
    assert len(ticks) == 5

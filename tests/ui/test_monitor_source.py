"""The program's one sampler: who listens, and when it may rest."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtWidgets import QStackedWidget, QWidget
from pytestqt.qtbot import QtBot

from gpuplanner.monitor.sampler import Sampler, SamplerOptions
from gpuplanner.ui.monitor.monitor_source import MonitorSource


class Listened(Sampler):
    """A sampler that is never started: it keeps who listens."""

    def start(self) -> None:
        """Without a thread; what it would read does not matter here."""

    @property
    def names(self) -> set[str]:
        return self._listeners


@pytest.fixture
def source(qtbot: QtBot) -> Iterator[MonitorSource]:
    result = MonitorSource(Listened())
    yield result
    result.stop()


def names(source: MonitorSource) -> set[str]:
    assert isinstance(source.sampler, Listened)
    return source.sampler.names


def test_that_a_widget_listens_while_it_can_be_seen(source: MonitorSource, qtbot: QtBot) -> None:
    pages = QStackedWidget()
    qtbot.addWidget(pages)
    page, other = QWidget(), QWidget()
    pages.addWidget(page)
    pages.addWidget(other)
    presence = source.listen(page, "page:1")
    assert names(source) == set()
    pages.show()
    assert names(source) == {"page:1"}
    pages.setCurrentWidget(other)
    assert names(source) == set()
    pages.setCurrentWidget(page)
    pages.showMinimized()
    qtbot.waitUntil(lambda: not presence.shown)
    pages.showNormal()
    qtbot.waitUntil(lambda: presence.shown)
    pages.hide()
    assert names(source) == set()


def test_that_two_windows_do_not_put_each_other_to_rest(source: MonitorSource, qtbot: QtBot) -> None:
    first, second = QWidget(), QWidget()
    for at, widget in enumerate((first, second)):
        qtbot.addWidget(widget)
        source.listen(widget, f"page:{at}")
        widget.show()
    first.hide()
    assert names(source) == {"page:1"}
    with qtbot.waitSignal(source.refreshed):
        pass
    second.hide()
    assert names(source) == set()


def test_that_a_recording_listens_without_a_widget(source: MonitorSource) -> None:
    source.wake("recording:1")
    assert names(source) == {"recording:1"}
    source.rest("recording:1")
    assert names(source) == set()


def test_that_a_widget_that_is_gone_listens_no_more(source: MonitorSource, qtbot: QtBot) -> None:
    widget = QWidget()
    source.listen(widget, "strip:1")
    widget.show()
    widget.deleteLater()
    qtbot.waitUntil(lambda: names(source) == set())


def test_that_options_are_told_to_all_windows_once(source: MonitorSource, qtbot: QtBot) -> None:
    with qtbot.waitSignal(source.options_changed):
        source.set_rate(5.0)
    assert source.rate_hz == 5.0
    with qtbot.assertNotEmitted(source.options_changed):
        source.set_options(SamplerOptions(rate_hz=5.0))
    assert source.cost is None
    assert (source.sample, source.state.ok) == (None, False)


def test_that_who_needs_a_higher_rate_gets_it_and_gives_it_back(source: MonitorSource) -> None:
    source.set_rate(2.0)
    source.want_rate("trial:1", 10.0)
    assert source.rate_hz == 10.0
    source.set_rate(0.5)
    assert source.rate_hz == 10.0, "a trial is under way"
    source.want_rate("trial:2", 5.0)
    source.want_rate("trial:1", None)
    assert source.rate_hz == 5.0
    source.want_rate("trial:2", None)
    source.want_rate("trial:2", None)
    assert source.rate_hz == 0.5


def test_that_a_widget_that_goes_after_the_end_is_not_heeded(qtbot: QtBot) -> None:
    source = MonitorSource(Listened())
    page = QWidget()
    source.listen(page, "page:1")
    page.show()
    source.stop()
    shiboken6.delete(source)  # as when the program is taken down: before its windows
    page.hide()
    page.deleteLater()

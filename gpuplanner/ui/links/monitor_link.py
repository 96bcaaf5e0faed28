"""Ties one window's Monitor page to the program's sampler: figures in, what the user wants out."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from gpuplanner.core.errors import InputError
from gpuplanner.monitor.metrics import PCIE_NAMES
from gpuplanner.monitor.samples import Sample
from gpuplanner.monitor.states import STARTING, StateKind
from gpuplanner.render.monitor_plots import OverlayLine
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.monitor.monitor_card_view import CardView
from gpuplanner.ui.monitor.monitor_page import MonitorPage
from gpuplanner.ui.monitor.monitor_process_rows import process_faults, process_rows
from gpuplanner.ui.monitor.monitor_recordings import MonitorRecordings
from gpuplanner.ui.monitor.monitor_scene import LiveLook, MonitorScene
from gpuplanner.ui.monitor.monitor_source import MonitorSource, Presence
from gpuplanner.ui.monitor.monitor_time import TimeAxis
from gpuplanner.ui.monitor.monitor_words import MonitorWords
from gpuplanner.ui.told import told_error
from gpuplanner.ui.widgets.display_unit import DisplayUnit

STALE_PERIODS = 3.0
_LOOKING = (StateKind.STARTING, StateKind.RESTING)
"""What was shown stays: the next look says more."""


class MonitorLink(QObject):
    """Adds the Monitor page to a window; lives as long as the window.

    The page is made when it is first shown, and draws only while it can be seen.  ``set_overlay`` may be
    called at any time.
    """

    def __init__(self, window: MainWindow, source: MonitorSource) -> None:
        super().__init__(window)
        self._window, self._source = window, source
        self.axis = TimeAxis(self)
        self.scene = MonitorScene(self)
        self.recordings = MonitorRecordings(source, f"recording:{id(self)}", window)
        window.is_busy.append(lambda: self.recordings.is_recording)
        self.page: MonitorPage | None = None
        """None until it is first shown."""
        self.ask_picture: Callable[[], Path | None] = self._ask_picture
        self._words = MonitorWords(self.scene.states, self)
        self._presence: Presence | None = None
        self._last: Sample | None = None
        """The last sample, kept while nothing can be read."""
        self._drawn: tuple[object, ...] = ()
        self._views: tuple[CardView, ...] = ()
        self._make_menu()
        window.add_page("monitor", "monitor", self.tr("Monitor"), self._make_page)
        window.closed.connect(self._close)
        self.scene.unit = window.table.model.unit
        window.table.unit_changed.connect(self._take_unit)

    def set_overlay(self, uuid: str, lines: Sequence[OverlayLine]) -> None:
        """Lay predictions over the memory of a card; no lines take them away.

        The first line is also the mark on the card's memory bar.  A line names which figure it draws
        (allocated, reserved, device) and what it is added to, for example what others hold already.
        """
        if tuple(lines) != self.scene.overlays.get(uuid, ()):
            self.scene.overlays[uuid] = tuple(lines)
            self._draw_again()

    def _make_menu(self) -> None:
        menu, add = self._window.menus.menu("monitor", self.tr("&Monitor")), self._window.menus.maker.add
        add(menu, self.tr("&Record to CSV, or stop…"), lambda: self._on_page(self._record))
        add(menu, self.tr("&Open a recording…"), lambda: self._on_page(self.recordings.open))
        add(menu, self.tr("&Compare with a recording…"), lambda: self._on_page(self.recordings.compare))
        add(menu, self.tr("Save as &picture…"), lambda: self._on_page(self._save_picture))
        menu.addSeparator()

    def _on_page(self, do: Callable[[], None]) -> None:
        self._window.show_page("monitor")
        do()

    def _record(self) -> None:
        if self.page is not None and self.page.tools.record.isEnabled():
            self.recordings.toggle()
        elif self.page is not None:
            self.page.message.show_message(self.tr("No GPU is read just now, so there is nothing to record."))

    # --- making the page ---------------------------------------------------------------------------------

    def _make_page(self) -> QWidget:
        page = self.page = MonitorPage(self._window.theme, self.axis)
        tools, recordings, axis = page.tools, self.recordings, self.axis
        tools.span_chosen.connect(axis.set_span)
        tools.rate_chosen.connect(self._source.set_rate)
        tools.rate_chosen.connect(lambda hz: self._window.remembered.change(sampling_hz=hz))
        tools.pause_toggled.connect(lambda: axis.pause() if self._follows() else axis.resume())
        tools.record_toggled.connect(recordings.toggle)
        tools.mark_requested.connect(self._mark)
        tools.open_requested.connect(recordings.open)
        tools.compare_requested.connect(recordings.compare)
        tools.close_requested.connect(recordings.close)
        tools.picture_requested.connect(self._save_picture)
        tools.pcie_toggled.connect(self._read_pcie)
        page.look_again_requested.connect(self._source.sampler.look_again)
        page.widths_changed.connect(self._draw_again)
        axis.changed.connect(self._axis_moved)
        axis.pointed.connect(self._point)
        recordings.changed.connect(self._recordings_changed)
        recordings.message.connect(lambda text, fault: page.message.show_message(text, fault=fault))
        self._source.options_changed.connect(self._show_options)
        self._source.refreshed.connect(self._refresh)
        self._window.theme.changed.connect(self._draw_again)
        page.set_unit(self.scene.unit)
        self._show_options()
        self._presence = self._source.listen(page, f"page:{id(self)}")
        self._presence.changed.connect(self._shown)
        self._window.menus.maker.made += page.make_actions()
        self._axis_moved()
        return page

    def _shown(self, shown: bool) -> None:
        if shown and self.page is not None:
            self._refresh()
            if not self.page.isAncestorOf(QApplication.focusWidget() or self._window):
                self.page.setFocus()  # so that its keys work at once

    def _close(self) -> None:
        """The window was closed: a recording is finished, and nothing is sampled for it."""
        self.recordings.stop()
        if self.page is not None:
            self._source.refreshed.disconnect(self._refresh)

    # --- drawing -------------------------------------------------------------------------------------------

    def _is_seen(self) -> bool:
        return self._presence is not None and self._presence.shown

    def _follows(self) -> bool:
        return self.axis.is_live and not self.axis.is_fixed

    def _refresh(self) -> None:
        """Twice a second: take the last sample, and draw if it is a new one."""
        page = self.page
        if page is None or not self._is_seen():
            return
        self.recordings.check()
        self._show_recording_clock()
        if self.recordings.opened is not None:
            return
        sample, state = self._source.sample, self._source.state
        if sample is not None:
            self._last = sample
        reading = state.ok or (state.kind in _LOOKING and self._last is not None)
        text = None if reading else self.scene.states.of(STARTING if state.kind in _LOOKING else state)
        page.show_state(text, has_cards=self._last is not None)
        page.tools.set_usable(self._last is not None)
        page.set_processes_visible(self._last is not None)
        now_s = time.monotonic()
        page.tools.right.set_text(*self._words.facts(self._last, state, self._source.cost))
        page.show_foot(self._words.foot(self._last, now_s, state))
        self._draw_live(now_s, is_reading=reading)

    def _draw_live(self, now_s: float, *, is_reading: bool, again: bool = False) -> None:
        page, last, axis = self.page, self._last, self.axis
        if page is None or last is None:
            return
        history = self._source.history
        late = now_s - last.monotonic_s > STALE_PERIODS * last.period_s or not is_reading
        span = history.span()
        if axis.is_live or axis.wall_offset_s is None:
            first_s = span[0] if span is not None else last.monotonic_s
            axis.set_limits(first_s, now_s if late else last.monotonic_s, history.wall_offset_s)
        # While the view stands still only what is new about the cards themselves is drawn.
        lost = [card.uuid for card in last if card.problem is not None]
        wanted = (
            last.number if axis.is_live else None,
            round(now_s) if axis.is_live and (late or lost) else None,
            (is_reading, late),
            tuple(card.uuid for card in last),
            len(history.marks),
        )
        if wanted == self._drawn and not again:
            return
        self._drawn = wanted
        last_good_s = {uuid: at for uuid in lost if (at := history.last_reading_s(uuid)) is not None}
        look = LiveLook(last, history, now_s, is_reading, late, last_good_s)
        self._views = self.scene.live(look, axis, page.points())
        page.show_cards(self._views)
        page.show_processes(process_rows(last), process_faults(last), is_old=late)

    def _draw_recorded(self) -> None:
        recording = self.recordings.opened
        if self.page is None or recording is None:
            return
        self._views = self.scene.recorded(recording, self.recordings.under, self.axis, self.page.points())
        self.page.show_cards(self._views)

    def _draw_again(self) -> None:
        """Something else than the sample changed: time, width, unit, overlay, palette."""
        if not self._is_seen():
            self._drawn = ()
            return
        if self.recordings.opened is not None:
            self._draw_recorded()
        else:
            self._draw_live(time.monotonic(), is_reading=self._source.state.ok, again=True)

    def _axis_moved(self) -> None:
        if self.page is not None:
            self.page.tools.show_span(self.axis.span_s)
            self.page.tools.show_pause(live=self.axis.is_live, fixed=self.axis.is_fixed)
        self._draw_again()

    def _point(self) -> None:
        """Only the crosshair moves."""
        if self.page is None:
            return
        readings = self.recordings.opened or self._source.history
        self._views = self.scene.pointed(self._views, readings, self.axis)
        self.page.point(self._views)

    # --- what the user wants -------------------------------------------------------------------------------

    def _mark(self) -> None:
        if self.recordings.opened is None:
            self.recordings.mark()
            self._draw_again()

    def _recordings_changed(self) -> None:
        page, opened = self.page, self.recordings.opened
        if page is None:
            return
        page.tools.show_opened("" if opened is None else self._words.opened(opened, self.recordings.under))
        page.set_processes_visible(opened is None and self._last is not None)
        if opened is not None:
            page.show_state(None, has_cards=True)
            page.tools.right.set_text("")
            page.tools.set_usable(True)
            page.show_foot(self._words.recorded_foot(opened))
            last_s = max(opened.span[1], self.recordings.under.span[1] if self.recordings.under else 0.0)
            self.axis.show_recording(last_s)
        elif self.axis.is_fixed:
            self.axis.show_live()
            self._drawn = ()
            self._refresh()
        self._show_recording_clock()

    def _show_recording_clock(self) -> None:
        if self.page is None or self.recordings.opened is not None:
            return
        self.page.tools.show_recording(*self._words.recording(self.recordings))

    def _read_pcie(self, on: bool) -> None:
        options = self._source.sampler.options
        metrics = options.metrics | PCIE_NAMES if on else options.metrics - PCIE_NAMES
        self._source.set_options(replace(options, metrics=metrics))

    def _show_options(self) -> None:
        if self.page is not None:
            options = self._source.sampler.options
            self.page.tools.show_rate(options.rate_hz)
            self.page.tools.show_pcie(options.metrics >= PCIE_NAMES)

    def _take_unit(self, unit: DisplayUnit) -> None:
        self.scene.unit = unit
        if self.page is not None:
            self.page.set_unit(unit)
        self._draw_again()

    def _save_picture(self) -> None:
        if self.page is None or not self._views:
            return
        path = self.ask_picture()
        if path is None:
            return
        # Loaded when it is first wanted: it needs Qt's SVG writer.
        from gpuplanner.render.monitor_picture import save_picture
        from gpuplanner.ui.monitor.monitor_charts import plot_style

        if path.suffix.lower() not in (".png", ".svg"):
            path = path.with_name(path.name + ".png")
        try:
            save_picture(self._words.picture(self._views, self.axis), path, plot_style(self._window.theme))
        except InputError as error:
            self.page.message.show_message(told_error(error), fault=True)
            return
        self.page.message.show_message(self.tr("The picture is in {path}.").format(path=path))

    def _ask_picture(self) -> Path | None:
        kinds = self.tr("PNG (*.png);;SVG (*.svg)")
        text, _ = QFileDialog.getSaveFileName(self._window, self.tr("Save as picture"), "gpus.png", kinds)
        return Path(text) if text else None

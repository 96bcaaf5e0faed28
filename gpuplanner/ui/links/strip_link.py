"""Ties one window's GPU strip to the local GPUs and the plan: figures in, chosen card and free memory out."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer, Signal

from gpuplanner.core.errors import InputError
from gpuplanner.core.estimate import Estimate
from gpuplanner.core.plan import ResolvedPlan
from gpuplanner.data.catalog import Catalog
from gpuplanner.monitor.readings import number
from gpuplanner.monitor.samples import CardSample, Sample
from gpuplanner.monitor.states import State, StateKind
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.monitor.monitor_source import REFRESH_MS, MonitorSource, Presence
from gpuplanner.ui.plan.plan_steps import FreeMemory
from gpuplanner.ui.plan.planner import Planner
from gpuplanner.ui.strip.fit_now import card_use, cards_for, fit_now, free_for, held_for
from gpuplanner.ui.strip.gpu_gauge import GpuGauge
from gpuplanner.ui.strip.monitor_strip import MonitorStrip
from gpuplanner.ui.strip.strip_fold import StripFold
from gpuplanner.ui.strip.strip_menu import StripMenu
from gpuplanner.ui.strip.strip_words import StripWords
from gpuplanner.ui.strip.tile_data import FitText, PeakMark, Tile, memory_history
from gpuplanner.ui.told import told
from gpuplanner.ui.wording import Wording

OnCards = dict[str, tuple[FitText | None, PeakMark | None]]
"""By UUID: whether the plan would fit now, and where its peak would end."""
LOOK_MS = 30_000
"""How often a driver that was not there is looked for."""
_GOING_ON = (StateKind.OK, StateKind.STARTING, StateKind.RESTING)
"""What was shown stays: the next look says more."""


class StripLink(QObject):
    """Puts strip and gauge into a window; lives as long as the window.

    While neither can be seen nothing is sampled for them, and without a driver it is looked for every
    half minute only.
    """

    plan_on_cards = Signal(object)
    """`OnCards`: the cards that the plan takes, and the chosen one."""

    def __init__(
        self,
        window: MainWindow,
        planner: Planner,
        wording: Wording,
        catalog: Catalog,
        source: MonitorSource,
    ) -> None:
        super().__init__(window)
        self._window, self._planner, self._source = window, planner, source
        self._name = f"strip:{id(self)}"
        self._words = StripWords(wording, self)
        self.menu = StripMenu(window, planner, catalog, self._words, self)
        self._sample: Sample | None = None
        self._state: State | None = None
        self._drawn: tuple[object, ...] = ()
        self._last_wall_s: dict[str, float] = {}
        self._chosen = ""
        self._awake_s = 0.0
        """Since when samples are asked for: what is older was not wanted, which is no fault."""
        self.strip = MonitorStrip(window.theme)
        self.gauge = GpuGauge(window.theme)
        self.fold = StripFold(window, self.strip, self.gauge)
        window.plan_page.set_strip(self.strip)
        window.status.set_gauge(self.gauge)
        window.panes.append(self.strip)
        self._timer = QTimer(self)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self._look_timer = QTimer(self)
        self._look_timer.setInterval(LOOK_MS)
        self._look_timer.timeout.connect(self.look)
        self._connect()
        planner.free_source = self._free
        # The strip is hidden until something is known, so the page stands for it.
        self._presences = (Presence(window.plan_page), Presence(self.gauge))
        for presence in self._presences:
            presence.changed.connect(lambda _shown: self._follow_presence())
            presence.look()
        self._follow_presence()

    @property
    def chosen(self) -> str:
        """UUID of the card that the plan is compared with; empty without cards."""
        sample = self._sample
        if sample is None or not sample.cards:
            return ""
        if sample.card(self._chosen) is not None:
            return self._chosen
        resolved = self._planner.outcome.resolved
        wanted = "" if resolved is None else resolved.gpu.nvml_name
        same = (card.uuid for card in sample.cards if card.facts.name == wanted and card.problem is None)
        return next(same, sample.cards[0].uuid)

    @property
    def sample(self) -> Sample | None:
        """The last sample that was seen."""
        return self._sample

    @property
    def words(self) -> StripWords:
        """How cards and states are said."""
        return self._words

    def choose(self, uuid: str) -> None:
        """Compare the plan with this card."""
        self._chosen = uuid
        self._drawn = ()
        self.refresh()

    def set_folded(self, folded: bool) -> None:
        """Fold the strip into the status row, or unfold it; remembered."""
        self.fold.set_folded(folded)

    def look(self) -> None:
        """Look for the GPUs now, also where none was found."""
        self._look_timer.stop()
        self._source.rest(self._name)
        self._state = None
        self._follow_presence()

    def refresh(self) -> None:
        """Pull the last sample and show it."""
        sample, state = self._source.sample, self._source.state
        if sample is not None and sample.cards:
            self._sample, self._state = sample, None
            for card in sample.cards:
                if card.problem is None:
                    self._last_wall_s[card.uuid] = sample.wall_s
        elif state.kind not in _GOING_ON:
            self._show_state(state)
            return
        if self._sample is not None and self._state is None:
            self._show_cards(self._sample)

    # Listening -------------------------------------------------------------------------------

    def _connect(self) -> None:
        strip = self.strip
        strip.card_chosen.connect(self.choose)
        strip.menu_requested.connect(self.menu.popup)
        strip.look_requested.connect(self.look)
        strip.details_requested.connect(self._show_details)
        self._planner.updated.connect(self._plan_changed)
        self._window.table.unit_changed.connect(lambda _unit: self._plan_changed())
        self._source.refreshed.connect(self.refresh)
        # Emitted when the event loop of this window's thread is left: nothing may go on after it.
        self._window.closed.connect(self._close)

    def _follow_presence(self) -> None:
        """Sample while strip or gauge can be seen, and a driver is there or was not looked for yet."""
        shown = self._is_seen()
        waiting = self._state is not None and self._state.kind is not StateKind.ASLEEP
        if shown and not waiting:
            if not self._timer.isActive():
                self._awake_s, self._drawn = time.monotonic(), ()
            self._source.wake(self._name)
            self._timer.start()
            self._look_timer.stop()
        else:
            self._source.rest(self._name)
            self._timer.stop()
            if shown:
                self._look_timer.start()
            else:
                self._look_timer.stop()

    def _is_seen(self) -> bool:
        return any(presence.shown for presence in self._presences)

    def _close(self) -> None:
        self._timer.stop()
        self._look_timer.stop()
        self._source.rest(self._name)
        self._planner.free_source = None

    def _show_details(self) -> None:
        if self._state is not None:
            self.menu.show_details(self._state)

    # Showing ---------------------------------------------------------------------------------

    def _plan_changed(self, _outcome: object = None) -> None:
        self._drawn = ()
        if self._sample is not None and self._state is None:
            self._show_cards(self._sample)

    def _show_state(self, state: State) -> None:
        changed = state != self._state
        self._state, self._sample = state, None
        if changed:
            line = self._words.state_line(state)
            self.strip.show_state(line)
            self.gauge.show_state(self.tr("no GPU"), line)
            self.fold.show()
            self.plan_on_cards.emit({})
            self._planner.look_at_free()
        self._follow_presence()

    def _show_cards(self, sample: Sample) -> None:
        now_s, chosen = time.monotonic(), self.chosen
        aged_s = self._aged_s(sample, now_s)
        drawn = (sample.number, self._words.age(sample, aged_s), chosen)
        if drawn == self._drawn:
            return
        self._drawn = drawn
        on_cards = self._plan_on(sample, chosen)
        if self._is_seen():
            self._draw(sample, chosen, aged_s, on_cards)
        self.plan_on_cards.emit(on_cards)
        self._planner.look_at_free()

    def _draw(self, sample: Sample, chosen: str, aged_s: float, on_cards: OnCards) -> None:
        now_s, tiles = time.monotonic(), []
        for card in sorted(sample.cards, key=lambda card: (card.facts.index < 0, card.facts.index)):
            fit, peak = on_cards.get(card.uuid, (None, None))
            text = self._words.tile(
                card,
                sample,
                aged_s,
                last_wall_s=self._last_wall_s.get(card.uuid),
                fit=fit,
                peak=peak,
            )
            history = memory_history(self._source.history, card.uuid, now_s)
            tiles.append(Tile(text, history, _capacity(card)))
            if card.uuid == chosen:
                self.gauge.show_card(text)
        self.strip.show_tiles(tiles, chosen)
        self.fold.show()

    def _aged_s(self, sample: Sample, now_s: float) -> float:
        """The time by which a sample is judged old: while nothing was asked for, it did not age."""
        return sample.monotonic_s + now_s - max(sample.monotonic_s, self._awake_s)

    def _plan_on(self, sample: Sample, chosen: str) -> OnCards:
        """Whether the plan would fit the cards that it takes now, and where its peak would end on each."""
        estimate, card = self._estimate(), sample.card(chosen)
        if estimate is None or card is None or card.problem is not None:
            return {}
        planned = estimate.resolved.gpu
        another = planned.name if planned.nvml_name != card.facts.name else ""
        uuids = cards_for(sample, chosen, estimate.resolved.plan.gpus_per_node)
        taken = [card for card in sample.cards if card.uuid in uuids]
        indices = [card.facts.index for card in taken]
        found: OnCards = {} if chosen in uuids else {chosen: (self._words.takes_others(indices), None)}
        for card in taken:
            use = card_use(card)
            fit = self._words.fit(fit_now(estimate, sample, card.uuid), another, indices)
            found[card.uuid] = fit, None if use is None else self._words.peak(estimate, use)
        return found

    def _estimate(self) -> Estimate | None:
        outcome = self._planner.outcome
        return None if outcome.answer is None or outcome.stale_fields else outcome.answer.estimate

    # Free memory as the budget ---------------------------------------------------------------

    def _free(self, resolved: ResolvedPlan) -> FreeMemory:
        """What the plan's local card has free, for the planner."""
        hint = self.tr("the card's capacity is taken; enter an amount such as 20 GiB")
        sample = self._sample
        if sample is None:
            reason = self.tr("the local GPUs are not read yet")
            if self._state is not None:
                what = told(self._state.what)
                reason = what[:1].lower() + what[1:]
            return FreeMemory(None, reason, hint)
        wanted = (sample, self.chosen, resolved.gpu.nvml_name, resolved.plan.gpus_per_node)
        try:
            free = free_for(*wanted)
        except InputError as error:
            return FreeMemory(None, error.problems[0].what, hint)
        age = self._words.age(sample, self._aged_s(sample, time.monotonic()))
        held, only_display = held_for(*wanted)
        return FreeMemory(free, age=age, held_bytes=held, only_display=only_display)


def _capacity(card: CardSample) -> float:
    return number(card.facts.memory_total_bytes) or number(card["memory_total_bytes"]) or 0.0

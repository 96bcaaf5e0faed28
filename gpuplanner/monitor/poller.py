"""Looks at all cards once, when asked; opens NVML, and recovers when cards or driver come and go.

It has no thread: the sampler's calls it, or a command that needs one look.  Time is handed in, so that a day
can be simulated in seconds.
"""

from __future__ import annotations

import math
import time
from collections.abc import Collection

from gpuplanner.monitor.card_reader import CardLostError, CardReader, DriverGoneError
from gpuplanner.monitor.cards import ASLEEP as CARD_ASLEEP
from gpuplanner.monitor.cards import Cards
from gpuplanner.monitor.energy import EnergyMeter
from gpuplanner.monitor.metrics import DEFAULT_NAMES, INDEX, METRICS, Pace
from gpuplanner.monitor.nvml import ERRORS, Nvml, code_of
from gpuplanner.monitor.process_list import ProcessList
from gpuplanner.monitor.readings import (
    GPU_NOT_FOUND,
    MISMATCH,
    NO_PERMISSION,
    OPERATING_SYSTEM,
    UNINITIALIZED,
    UNKNOWN,
    Missing,
    MissingKind,
    Reading,
)
from gpuplanner.monitor.runtime_power import RuntimePower
from gpuplanner.monitor.samples import CardFacts, CardSample, Sample
from gpuplanner.monitor.states import ASLEEP, FORKED, NO_GPU, OK, STARTING, State, state_for
from gpuplanner.monitor.xids import Xids

RETRY_S = 5.0
"""How long after a failure NVML is tried again, and how often it is seen whether cards came or went."""
REOPEN_S = 60.0
"""How often NVML is opened anew while a card is lost, because some come back only then."""

_OF_ALL = frozenset({NO_PERMISSION, OPERATING_SYSTEM, GPU_NOT_FOUND, UNKNOWN})
"""Codes that, if every card answers them, say something of the machine rather than of a card."""
_TICKED = tuple(index for index, metric in enumerate(METRICS) if metric.pace is Pace.TICK)
"""Others keep an old value."""
_MEMORY, _ENERGY, _FOLLOWED = INDEX["memory_used_bytes"], INDEX["energy_joules"], INDEX["followed_bytes"]
_XID = INDEX["xid"]


class Poller:
    """All cards of this machine, as one thread looks at them."""

    def __init__(
        self,
        metrics: Collection[str] = DEFAULT_NAMES,
        process_period_s: float = 1.0,
        power: RuntimePower | None = None,
    ) -> None:
        self.state: State = STARTING
        self.process_period_s = process_period_s
        self.processes = ProcessList()
        self._metrics = frozenset(metrics)
        self._nvml = Nvml()
        self._cards = Cards(self._nvml, power or RuntimePower())
        self._energy = EnergyMeter()
        self._xids = Xids(self._nvml)
        self._number = 0
        self._gap = False
        self._next_try_s = self._recheck_s = self._reopen_s = -math.inf
        self._processes_at_s = -math.inf
        self._spare_turn = 0

    def set_metrics(self, metrics: Collection[str]) -> None:
        """Read other metrics from the next look on."""
        if self._metrics != frozenset(metrics):
            self._metrics = frozenset(metrics)
            if self._nvml.is_open:
                self._find()

    def poll(self, now_s: float, wall_s: float, period_s: float = 1.0, skipped: int = 0) -> Sample | None:
        """Read every card; None where nothing can be read, and `state` then says why.

        ``period_s`` and ``skipped`` are only told in the sample.
        """
        begin_s = time.perf_counter()
        try:
            if not self._ready(now_s):
                self._gap = True
                return None
            # A followed job's memory is read together with the card's, or its rise looks like others'.
            pause_s = 0.0 if self.processes.follows else self.process_period_s
            if now_s >= self._processes_at_s + pause_s:
                self._processes_at_s = now_s
                self.processes.refresh(self._awake())
            self._xids.look(self._awake())
            cards = self._read(now_s)
        except DriverGoneError as gone:
            self._lose_driver(gone.code, now_s)
            return None
        gap, self._gap = self._gap, False
        self._number += 1
        return Sample(
            self._number,
            now_s,
            wall_s,
            time.perf_counter() - begin_s,
            cards,
            self._nvml.driver,
            period_s,
            skipped,
            after_gap=gap,
            process_age_s=now_s - self._processes_at_s,
        )

    def read_spare(self, until_s: float) -> None:
        """Make the calls that block (PCIe counters), card by card, as long as they fit before ``until_s``."""
        readers = [reader.pcie for reader in self._cards.readers.values() if reader.pcie is not None]
        for _ in range(2 * len(readers)):
            left_s = until_s - time.monotonic()
            if left_s <= 0:
                return
            reader = readers[(self._spare_turn // 2) % len(readers)]
            reader.read_one(left_s)
            self._spare_turn += 1

    def look_again(self) -> None:
        """Forget when something was tried last: the next `poll` tries it all."""
        self._next_try_s = self._recheck_s = self._reopen_s = -math.inf

    def close(self) -> None:
        """Release NVML; the next `poll` opens it again."""
        self._nvml.close()
        self._next_try_s = self._recheck_s = -math.inf
        self._gap = True

    def _ready(self, now_s: float) -> bool:
        """Whether cards can be read now; opens and re-opens NVML as needed."""
        if self._nvml.forked:
            self.state = FORKED
            return False
        cards = self._cards
        recheck = now_s >= self._recheck_s
        if recheck:
            self._recheck_s = now_s + RETRY_S
            changed = cards.look_at_kernel()
        if cards.all_asleep():
            self._nvml.close()
            self.state, self._next_try_s = ASLEEP, -math.inf
            return False
        if not self._nvml.is_open:
            return now_s >= self._next_try_s and self._open(now_s)
        if not recheck:
            return True
        reopen = bool(cards.away) and now_s >= self._reopen_s
        if changed or reopen or not self.state.ok or cards.count_changed():
            self._reopen_s = now_s + REOPEN_S
            self._nvml.close()
            return self._open(now_s)
        if cards.away:
            cards.try_again(self._metrics)
        return True

    def _open(self, now_s: float) -> bool:
        self._next_try_s = now_s + RETRY_S
        self._processes_at_s = -math.inf
        self.state = self._nvml.open()
        if self.state.ok:
            self.state = self._find()
        if not self.state.ok:
            self._nvml.close()
        return self.state.ok

    def _find(self) -> State:
        cards = self._cards
        try:
            cards.find(self._metrics)
        except ERRORS as error:
            return state_for(code_of(error))
        if cards.readers:
            return OK
        if not cards.away:
            return NO_GPU
        codes = {missing.code for _, missing in cards.away.values()}
        return state_for(codes.pop()) if len(codes) == 1 and codes <= _OF_ALL else OK

    def _lose_driver(self, code: int, now_s: float) -> None:
        self._nvml.close(unload=code == MISMATCH)
        self._gap = True
        self._next_try_s = now_s  # at the next look: a reloaded driver answers at once
        self.state = STARTING if code == UNINITIALIZED else state_for(code)

    def _awake(self) -> dict[str, CardReader]:
        cards = self._cards
        return {uuid: reader for uuid, reader in cards.readers.items() if not cards.asleep(reader.facts)}

    def _read(self, now_s: float) -> tuple[CardSample, ...]:
        cards = self._cards
        found: list[CardSample] = []
        for uuid, reader in list(cards.readers.items()):
            if cards.asleep(reader.facts):
                found.append(_unread(reader.facts, CARD_ASLEEP))
                continue
            try:
                readings = reader.read(now_s)
            except CardLostError:
                cards.lose(uuid)
                continue
            readings[_ENERGY] = self._energy.since_start(uuid, readings[_ENERGY])
            readings[_FOLLOWED] = self.processes.followed_bytes(uuid)
            readings[_XID] = self._xids.reading(uuid)
            problem = _problem(readings)
            processes = self.processes.on_card(uuid)
            found.append(CardSample(reader.facts, tuple(readings), processes, reader.instances, problem))
        self.state = _state_of(found)
        found += [_unread(facts, missing) for facts, missing in cards.away.values()]
        return tuple(found)


def _unread(facts: CardFacts, why: Missing) -> CardSample:
    return CardSample(facts, (why,) * len(METRICS), why, (), why)


def _problem(readings: list[Reading]) -> Missing | None:
    """What is the matter with a card all of whose readings fail in the same way."""
    first = readings[_MEMORY]
    if not isinstance(first, Missing) or first.kind is not MissingKind.ERROR:
        return None
    if any(not isinstance(readings[index], Missing) for index in _TICKED):
        return None
    return first


def _state_of(cards: list[CardSample]) -> State:
    """What the cards that could be asked say together."""
    if not cards:
        return OK  # all are lost: their rows say so
    codes = {0 if card.problem is None else card.problem.code for card in cards}
    return state_for(codes.pop()) if len(codes) == 1 and codes <= _OF_ALL else OK
